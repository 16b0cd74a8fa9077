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

Rows = Annotated[
    list[int] | None, typer.Argument(metavar="ID…", show_default=False, help="The rows' ids, as the list tells them.")
]
Every = Annotated[
    bool, typer.Option("--all", help="Every row that is parked, in the order in which they were written.")
]


@parked.callback()
def show(context: typer.Context) -> None:
    """List what a platform refused for good; carry it out again, or give it up."""
    if context.invoked_subcommand is None:
        asyncio.run(_show())


@parked.command("retry")
def retry(rows: Rows = None, every: Every = False) -> None:
    """Carry rows out again, oldest first: a running bot does so within a second."""
    settled = asyncio.run(_settle(rows or [], every=every, again=True))
    print(_told(settled, "on its way again", "on their way again"))


@parked.command("drop")
def drop(rows: Rows = None, every: Every = False) -> None:
    """Give rows up: what they should have brought to their place stays out of there."""
    settled = asyncio.run(_settle(rows or [], every=every, again=False))
    print(_told(settled, "given up", "given up"))


def _told(rows: list[int], one: str, several: str) -> str:
    match rows:
        case []:
            return "Nothing is parked."
        case [row]:
            return f"{row} is {one}."
        case _:
            return f"{len(rows)} rows are {several}."


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


async def _settle(numbers: list[int], *, every: bool, again: bool) -> list[int]:
    """Settle these rows, or all: in their order, so that copies that were parked one after the other keep it."""
    from bot.app import open_office
    from bot.config import load
    from bot.records import OutboxId

    if every == bool(numbers):
        raise typer.BadParameter("name rows by their ids, or say --all; `roundtable parked` lists them")
    async with open_office(load()) as office:
        store, community = office.store, office.community
        there = {row.id for row in await store.parked(community)}
        missing = sorted(set(numbers) - there)
        if missing:
            raise NotFound(f"No row {missing[0]} is parked: `roundtable parked` lists those that are.")
        settled = []
        for row in sorted(map(OutboxId, numbers or there)):
            if again:
                done = await store.retry(community, row, office.clock.now())
            else:
                done = await store.drop(community, row)
            if done:
                settled.append(int(row))
    return settled
