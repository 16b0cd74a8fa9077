"""`roundtable web`: which boards have pages on the web."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

web = typer.Typer(help="Which boards' discussions the page shows.", no_args_is_help=True)

Board = Annotated[str, typer.Argument(help="The board.")]


@web.command("list")
def show_all() -> None:
    """List the boards, and whether the page shows them."""
    asyncio.run(_list())


@web.command("show")
def show(board: Board) -> None:
    """Show a board's discussions on the page; a running bot follows at once."""
    asyncio.run(_set(board, on_web=True))


@web.command("hide")
def hide(board: Board) -> None:
    """Keep a board's discussions off the page, the search and the feeds; a running bot follows at once."""
    asyncio.run(_set(board, on_web=False))


async def _list() -> None:
    from bot.app import open_office
    from bot.config import load

    async with open_office(load()) as office:
        for board in await office.store.boards(office.community):
            print(f"{'shown' if board.on_web else 'hidden'}\t{board.name}")


async def _set(name: str, *, on_web: bool) -> None:
    from bot.app import open_office
    from bot.config import load

    async with open_office(load()) as office:
        board = await office.desk(lambda: None).board_named(name)
        await office.store.show_on_web(board.id, on_web=on_web)
    print(f"The page {'shows' if on_web else 'does not show'} the board {board.name}.")
