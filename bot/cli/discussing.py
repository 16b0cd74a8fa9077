"""`roundtable discussions`: the list of them, and one as a document to keep."""

from __future__ import annotations

import asyncio
import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bot.errors import NotFound, UserError

if TYPE_CHECKING:
    from bot.app import Office

_UNBOUNDED = 10_000
_LONGEST_TITLE = 80
"""Characters of a title in the list, whoever reads it; `export` has it whole."""
_ALL = 1_000_000_000
discussions = typer.Typer(help="List the discussions, newest first, or export one.", invoke_without_command=True)


class Format(StrEnum):
    """How an export is written."""

    JSON = "json"
    MD = "md"
    HTML = "html"


@discussions.callback()
def show(context: typer.Context) -> None:
    """List the discussions, newest first, or export one."""
    if context.invoked_subcommand is None:
        asyncio.run(_show())


@discussions.command("export")
def export(
    discussion: Annotated[
        int | None, typer.Argument(metavar="ID", help="The discussion's id, as the list tells it.")
    ] = None,
    form: Annotated[
        Format, typer.Option("--format", help="json for machines, md (Markdown) or html for people.")
    ] = Format.MD,
    folder: Annotated[
        Path | None, typer.Option("--all", metavar="FOLDER", help="Write all into a folder, a file each.")
    ] = None,
) -> None:
    """Print a discussion with all its comments, as everybody may read them: masked."""
    if (discussion is None) == (folder is None):
        raise typer.BadParameter("give a discussion's ID, or --all FOLDER")
    if folder is not None:
        print(f"{asyncio.run(_write_all(folder, form))} written to {folder}.")
    elif discussion is not None:
        sys.stdout.buffer.write(asyncio.run(_one(discussion, form)).encode())


async def _one(number: int, form: Format) -> str:
    from bot.app import open_office
    from bot.config import load

    async with open_office(load()) as office:
        return await _text(office, number, form)


async def _write_all(folder: Path, form: Format) -> int:
    from bot.app import open_office
    from bot.config import load

    async with open_office(load()) as office:
        records = await office.store.discussions(office.community, limit=_ALL)
        try:
            folder.mkdir(parents=True, exist_ok=True)  # noqa: ASYNC240 - nothing else runs in this process
            for record in records:
                file = folder / f"{record.id}.{form}"
                file.write_text(await _text(office, record.id, form), "utf-8")
        except OSError as error:
            raise UserError(f"{folder} can't be written: {error.strerror}.") from None
    return len(records)


async def _text(office: Office, number: int, form: Format) -> str:
    """The discussion as a whole document; raises `NotFound` where it is not there."""
    from bot.model import DiscussionId
    from bot.page.exporting import as_json, as_markdown
    from bot.page.reading import PageReader

    reader = PageReader(office.library, office.maskers, office.community)
    view = await reader.page(DiscussionId(number), whole=True, unlisted=True)
    if view is None:
        raise NotFound(f"There is no discussion {number}: `roundtable discussions` lists them.")
    if form is Format.HTML:
        from adapters.web.exporting import as_page

        return as_page(view, office.clock.now())
    if form is Format.JSON:
        return json.dumps(as_json(view), ensure_ascii=False, indent=2) + "\n"
    return f"{as_markdown(view)}\n"


async def _show() -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from bot.app import open_office
    from bot.config import load
    from bot.markup.cutting import excerpt

    async with open_office(load()) as office:
        records = await office.store.discussions(office.community)
    if not records:
        print("There are no discussions yet. Publish an article: roundtable publish SOURCE")
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("ID", "Board", "State", "Comments", "Opened", "Title"):
        justify: Literal["left", "right"] = "right" if heading in {"ID", "Comments"} else "left"
        table.add_column(heading, justify=justify, no_wrap=True, overflow="ellipsis")
    for record in records:
        opened = f"{record.created_at:%Y-%m-%d %H:%M}"
        title = Text(excerpt(record.title, _LONGEST_TITLE))
        table.add_row(str(record.id), record.board, record.state, str(record.comments), opened, title)
    # Where nobody looks at a screen, nothing is cut for its width, and no line is filled up to the longest one's end.
    console = Console(highlight=False, width=None if sys.stdout.isatty() else _UNBOUNDED)
    with console.capture() as drawn:
        console.print(table)
    for line in drawn.get().splitlines():
        print(line.rstrip())
