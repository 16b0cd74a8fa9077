"""What an operator does to a database as a whole: look at its schema, bring it up to date, back it up."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text

from bot.errors import StorageError
from storage.checking import violations
from storage.database import Database
from storage.engines import SQLITE, engine_for, parsed_url
from storage.migrations import refuse_a_newer, revisions, upgrade
from storage.transfer.marking import refuse_a_part


@dataclass(frozen=True, slots=True)
class Schema:
    """Which revision a database is at (None: it is empty), and which one this Roundtable needs."""

    current: str | None
    newest: str

    @property
    def up_to_date(self) -> bool:
        """Whether nothing is left to be done."""
        return self.current == self.newest


def on_a_server(url: str) -> bool:
    """Whether a `DATABASE_URL` leads to a server, not to a file. Raises `SettingsError` where it is no such URL."""
    return parsed_url(url).get_backend_name() != SQLITE


def file_of(url: str) -> Path | None:
    """The file behind a `DATABASE_URL`; None where it is in memory or on a server. Raises `SettingsError` likewise."""
    engine_for(url)
    database = parsed_url(url).database
    return None if on_a_server(url) or not database or database == ":memory:" else Path(database).absolute()


def shown(url: str) -> str:
    """A `DATABASE_URL` for a person to read, without its password."""
    parsed = parsed_url(url)
    return parsed._replace(password=None).render_as_string().replace("%2F", "/")


async def schema_of(url: str) -> Schema:
    """The schema's revisions. Raises `StorageError` where there is no database yet, or none that can be opened."""
    async with _existing(url) as database, database.read() as tx:
        return Schema(*await tx.run_sync(revisions))


async def upgraded(url: str) -> tuple[Schema, Schema]:
    """Bring the schema up to date, in a new database if need be; answers what it was and what it is."""
    database = Database(engine_for(url))
    try:
        async with database.read() as tx:
            before = Schema(*await tx.run_sync(revisions))
        await upgrade(database)
        async with database.read() as tx:
            return before, Schema(*await tx.run_sync(revisions))
    finally:
        await database.close()


async def checked(url: str) -> tuple[str, ...]:
    """See `storage.checking.violations`. Raises `StorageError` also where the schema is not up to date."""
    schema = await schema_of(url)
    refuse_a_newer(schema.current)
    if not schema.up_to_date:
        raise StorageError("The database's schema is not this Roundtable's: run `roundtable db upgrade` first.")
    async with _existing(url) as database:
        async with database.read() as tx:
            await refuse_a_part(tx)
        return await violations(database)


async def try_writing(url: str) -> None:
    """Raises `StorageError` where the database can't be written to now; changes nothing."""
    async with _existing(url) as database, database.write() as tx:
        await tx.execute(text("CREATE TABLE written_to (id INTEGER)"))
        await tx.rollback()


def backup(url: str, to: Path) -> int:
    """Copy the database as it stands now, while the bot may go on writing; answers the copy's size in bytes.

    The file appears when it is whole and on disk. Raises `StorageError` where it is there already, or can't be written,
    and for a server's database, with what backs that one up.
    """
    if on_a_server(url):
        raise StorageError(
            "PostgreSQL brings its own tool (and pg_restore for the way back): "
            f"pg_dump --format=custom --file={to} '{shown(url)}'"
        )
    source = existing_file(url)
    if to.exists():
        raise StorageError(f"{to} is there already, and a backup overwrites nothing: choose another name.")
    part = to.with_name(f"{to.name}.part")
    try:
        part.unlink(missing_ok=True)
        # For its owner alone: it holds what people wrote before masking.
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        with closing(sqlite3.connect(source, timeout=10, isolation_level=None)) as connection:
            connection.execute("VACUUM INTO ?", (str(part),))
        with part.open("rb") as file:
            os.fsync(file.fileno())
        size = part.stat().st_size
        part.rename(to)
    except (sqlite3.Error, OSError) as error:
        part.unlink(missing_ok=True)
        raise StorageError(f"{to} can't be written: {getattr(error, 'strerror', None) or error}") from error
    return size


@asynccontextmanager
async def _existing(url: str) -> AsyncIterator[Database]:
    if not on_a_server(url):
        existing_file(url)
    database = Database(engine_for(url))
    try:
        yield database
    finally:
        await database.close()


def existing_file(url: str) -> Path:
    """The file behind a `DATABASE_URL`; raises `StorageError` where there is none yet."""
    file = file_of(url)
    if file is None or not file.exists():
        raise StorageError(
            f"There is no database {file or 'on disk'} yet: `roundtable run` makes it, or `roundtable db upgrade`."
        )
    return file
