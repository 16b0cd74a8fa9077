"""`roundtable parked`: what a platform refused for good, and what is to become of it."""

from __future__ import annotations

import asyncio
import sys
from typing import Annotated

import typer

from bot.errors import NotFound

parked = typer.Typer(
    help="List what a platform refused for good; carry it out again, or give it up.", invoke_without_command=True
)

Row = Annotated[int, typer.Argument(metavar="ID", help="The row's id, as the list tells it.")]


@parked.callback()
def show(context: typer.Context) -> None:
    """List what a platform refused for good; carry it out again, or give it up."""
    if context.invoked_subcommand is None:
        asyncio.run(_show())


@parked.command("retry")
def retry(row: Row) -> None:
    """Carry a row out again: a running bot does so within a second."""
    asyncio.run(_settle(row, again=True))
    print(f"{row} is on its way again.")


@parked.command("drop")
def drop(row: Row) -> None:
    """Give a row up: what it should have brought to its place stays out of there."""
    asyncio.run(_settle(row, again=False))
    print(f"{row} is given up.")


async def _show() -> None:
    from bot.app import open_office
    from bot.config import load
    from bot.texts import MEND_PARKED, place

    async with open_office(load()) as office:
        rows = await office.store.parked(office.community)
    if not rows:
        print("Nothing is parked.")
    for row in rows:
        print(f"{row.id}\t{row.kind}\t{place(row.channel, row.platform)}\t{row.reason}")
    if rows:
        print(MEND_PARKED, file=sys.stderr)


async def _settle(number: int, *, again: bool) -> None:
    from bot.app import open_office
    from bot.config import load
    from bot.records import OutboxId

    async with open_office(load()) as office:
        row = OutboxId(number)
        if again:
            settled = await office.store.retry(office.community, row, office.clock.now())
        else:
            settled = await office.store.drop(office.community, row)
    if not settled:
        raise NotFound(f"No row {number} is parked: `roundtable parked` lists those that are.")
