"""`roundtable db`: what an operator does to the database as a whole."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer


def upgrade() -> None:
    """Bring the database's schema up to date; `roundtable run` does so at each start."""
    from bot.config import load
    from storage.upkeep import upgraded

    before, after = asyncio.run(upgraded(load().database_url))
    if before.current == after.current:
        print(f"The schema is up to date: {after.current}.")
    else:
        print(f"The schema went from {before.current or 'nothing'} to {after.current}.")


def backup(file: Annotated[Path, typer.Argument(help="The file to write; it must not be there yet.")]) -> None:
    """Copy a SQLite database into a file, also while the bot runs; PostgreSQL has pg_dump."""
    from bot.config import load
    from storage.upkeep import backup as back_up

    size = back_up(load().database_url, file)
    print(f"{file}: {size / 1_000_000:.1f} MB. To restore it: stop the bot, and put it in the database's place.")


def check() -> None:
    """Prove that the database is whole: a line for each thing that is wrong, and status 1 then."""
    from bot.config import load
    from storage.upkeep import checked

    found = asyncio.run(checked(load().database_url))
    for line in found:
        print(line)
    if found:
        raise typer.Exit(1)
    print("All is well.")


def migrate_to(
    url: Annotated[
        str, typer.Argument(help="Where to: sqlite:///FILE, or postgresql://USER@HOST/NAME (a database that is empty).")
    ],
) -> None:
    """Copy everything into another database, of either engine, and prove that it is the same there.

    Stop the bot first. If the copying is cut off, run the same again: it goes on where it was.
    """
    from bot.app import SystemClock
    from bot.config import load
    from storage.transfer.migrating import migrate

    with _progress() as watch:
        report = asyncio.run(migrate(load().database_url, url, SystemClock(), watch))
    for name, digest in report.tables.items():
        print(f"{name}: {digest}")
    again = "The copying went on where it was cut off. " if report.resumed else ""
    print(f"{again}{report.rows} rows are the same in both, by count and checksum of every table.")
    print("Now set DATABASE_URL to the new database, and start the bot. The old one is as it was: start none on it.")


@contextmanager
def _progress() -> Iterator[Callable[[str, str, int, int], None]]:
    """A bar for each table on stderr, while it is copied and while it is verified; nothing where nobody looks."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(compact=True),
    )
    bars: dict[str, TaskID] = {}
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:

        def watch(doing: str, table: str, done: int, of: int) -> None:
            bar = bars.get(table)
            if bar is None:
                bar = bars[table] = progress.add_task("")
            progress.update(bar, description=f"{doing} {table}", completed=done, total=of)

        yield watch
