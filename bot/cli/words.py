"""`roundtable words`: what a board masks beside the lists, and what it never masks."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.errors import SourceError, UserError

if TYPE_CHECKING:
    from bot.masking import WordKind

words = typer.Typer(help="A board's own words; a running bot follows within two seconds.", no_args_is_help=True)

Board = Annotated[str, typer.Option(help="The board.")]
Texts = Annotated[list[str], typer.Argument(help="Words or phrases; * at an end stands for any letters.")]
From = Annotated[Path | None, typer.Option("--from", help="Take them from a file, one a line.")]


@words.command("list")
def show(board: Board = "main") -> None:
    """List a board's own words, phrases and exceptions."""
    asyncio.run(_show(board))


@words.command("mask")
def mask(texts: Texts = [], board: Board = "main", file: From = None) -> None:  # noqa: B006 - typer reads it, nobody writes
    """Mask these from now on."""
    asyncio.run(_add(board, _given(texts, file), None))


@words.command("allow")
def allow(texts: Texts = [], board: Board = "main", file: From = None) -> None:  # noqa: B006 - the same
    """Never mask these: exceptions have the last word."""
    asyncio.run(_add(board, _given(texts, file), "exception"))


@words.command("forget")
def forget(texts: Texts = [], board: Board = "main", file: From = None) -> None:  # noqa: B006 - the same
    """Take these out of the board's own words and exceptions."""
    asyncio.run(_forget(board, _given(texts, file)))


async def _show(board: str) -> None:
    from bot.app import open_office
    from bot.config import load
    from bot.masking import BoardWords

    async with open_office(load()) as office:
        record = await office.desk(lambda: None).board_named(board)
        own = (await office.store.words()).get(record.id, BoardWords())
    for kind, texts in (("masked", own.words + own.phrases), ("allowed", own.exceptions)):
        for text in texts:
            print(f"{kind}\t{text}")


async def _add(board: str, texts: list[str], kind: WordKind | None) -> None:
    from bot.app import open_office
    from bot.config import load

    async with open_office(load()) as office:
        record = await office.desk(lambda: None).board_named(board)
        added = 0
        if kind is not None:
            added = await office.store.add_words(record.id, kind, texts)
        else:
            added += await office.store.add_words(record.id, "word", [text for text in texts if " " not in text])
            added += await office.store.add_words(record.id, "phrase", [text for text in texts if " " in text])
    print(f"{added} added to the board {board}.")


async def _forget(board: str, texts: list[str]) -> None:
    from bot.app import open_office
    from bot.config import load

    async with open_office(load()) as office:
        record = await office.desk(lambda: None).board_named(board)
        print(f"{await office.store.remove_words(record.id, texts)} taken from the board {board}.")


def _given(texts: list[str], file: Path | None) -> list[str]:
    """The texts, trimmed, with single spaces; raises `UserError` where one is nothing but a wildcard."""
    if file is not None:
        try:
            texts = [*texts, *file.read_text("utf-8").splitlines()]
        except (OSError, UnicodeDecodeError) as error:
            raise SourceError(f"{file} can't be read as text: {error}") from None
    given = [" ".join(text.split()) for text in texts if text.strip()]
    if not given:
        raise UserError("Say which words, as arguments or with --from FILE.")
    for text in given:
        if not text.strip("* "):
            raise UserError(f"{text!r} would mask everything: write at least one letter.")
    return given
