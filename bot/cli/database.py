"""`roundtable db`: what an operator does to the database as a whole."""

from __future__ import annotations

import asyncio
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
    url: Annotated[str, typer.Argument(help="The database to copy everything into: sqlite:///FILE or postgresql://….")],
) -> None:
    """Copy everything into another database, on either engine; the bot must not run. Interrupted, run it again."""
    from rich.console import Console
    from rich.progress import Progress

    from bot.config import load
    from storage.copying import migrate
    from storage.upkeep import shown

    source = load().database_url
    with Progress(console=Console(stderr=True)) as progress:
        bar = progress.add_task("copy", total=None)

        def told(step: str, done: int, every: int) -> None:
            progress.update(bar, description=step, completed=done, total=every)

        counts = asyncio.run(migrate(source, url, told))
    print(f"{sum(counts.values())} rows went from {shown(source)} to {shown(url)}, and are the same there.")
    print("Set DATABASE_URL to the new database, and start the bot. The old one was not changed.")
