"""`roundtable discussions`: the list of them, and one as a document to keep."""

from __future__ import annotations

import asyncio
import json
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from bot.errors import NotFound

if TYPE_CHECKING:
    from bot.discussion.exporting import Export

_UNBOUNDED = 10_000
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
    discussion: Annotated[int, typer.Argument(metavar="ID", help="The discussion's id, as the list tells it.")],
    form: Annotated[
        Format, typer.Option("--format", help="json for machines, md (Markdown) or html for people.")
    ] = Format.MD,
) -> None:
    """Print a discussion with all its comments, as everybody may read them: masked."""
    from bot.discussion.exporting import as_markdown

    if form is Format.HTML:
        sys.stdout.buffer.write(asyncio.run(_page(discussion)).encode())
        return
    exported = asyncio.run(_exported(discussion))
    as_text = {Format.JSON: _as_json_text, Format.MD: as_markdown}
    text = as_text[form](exported)
    sys.stdout.buffer.write(f"{text}\n".encode())


async def _page(number: int) -> str:
    from adapters.web.exporting import as_page
    from bot.app import open_office
    from bot.config import load
    from bot.model import DiscussionId
    from bot.page.reading import PageReader

    async with open_office(load()) as office:
        reader = PageReader(office.library, office.maskers, office.community)
        view = await reader.page(DiscussionId(number), whole=True, unlisted=True)
        if view is None:
            raise NotFound(f"there is no discussion {number}; `roundtable discussions` lists them")
        return as_page(view, office.clock.now())


def _as_json_text(exported: Export) -> str:
    from bot.discussion.exporting import as_json

    return json.dumps(as_json(exported), ensure_ascii=False, indent=2)


async def _exported(number: int) -> Export:
    from bot.app import open_office
    from bot.config import load
    from bot.discussion.exporting import export as exported_from
    from bot.model import DiscussionId

    async with open_office(load()) as office:
        discussion = await office.store.discussion(DiscussionId(number))
        article = None if discussion is None else await office.store.article(discussion.id)
        if discussion is None or article is None:
            raise NotFound(f"there is no discussion {number}; `roundtable discussions` lists them")
        comments = await office.store.comments(discussion.id)
        return exported_from(discussion, article, comments, office.maskers.of(discussion.board_id))


async def _show() -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from bot.app import open_office
    from bot.config import load

    async with open_office(load()) as office:
        records = await office.store.discussions(office.community)
    if not records:
        print("There are no discussions yet. Publish an article: roundtable publish SOURCE")
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("ID", "Board", "State", "Comments", "Opened", "Title"):
        table.add_column(heading, justify="right" if heading in {"ID", "Comments"} else "left")
    for record in records:
        opened = f"{record.created_at:%Y-%m-%d %H:%M}"
        table.add_row(str(record.id), record.board, record.state, str(record.comments), opened, Text(record.title))
    # Where nobody looks at a screen, each discussion stays on its own line.
    Console(highlight=False, width=None if sys.stdout.isatty() else _UNBOUNDED).print(table)
