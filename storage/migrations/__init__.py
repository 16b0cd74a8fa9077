"""The schema's history, carried out by Alembic, which is imported only where there is something to carry out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from bot.errors import StorageError
from storage.database import Database
from storage.engines import SQLITE

if TYPE_CHECKING:
    from alembic.config import Config

_LOCK = 0x726F756E64  # "round"
"""PostgreSQL's name for the lock under which one process at a time changes the schema."""


def config() -> Config:
    """Alembic's configuration, without an ini file."""
    from alembic.config import Config

    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    return settings


async def upgrade(database: Database) -> None:
    """Bring the schema to the newest revision, in one transaction; of several processes one does it, the others wait.

    Raises `StorageError` where the database was written by a newer Roundtable.
    """
    async with database.write() as tx:
        await tx.run_sync(_upgrade)


def revisions(connection: Connection) -> tuple[str | None, str]:
    """The revision that a database is at (None: it is empty), and the newest one."""
    known = inspect(connection).has_table("alembic_version")
    current = connection.execute(text("SELECT version_num FROM alembic_version")).scalar() if known else None
    return current, _names()[-1]


def refuse_a_newer(revision: str | None) -> None:
    """Raises `StorageError` where a database's revision is none that this Roundtable has."""
    if revision is not None and revision not in _names():
        raise StorageError(f"The database's schema {revision} is newer than this Roundtable: update Roundtable.")


def _names() -> list[str]:
    """The revisions, oldest first: a file's name begins with its revision's."""
    return sorted(file.name.partition("_")[0] for file in (Path(__file__).parent / "versions").glob("[0-9]*_*.py"))


def _upgrade(connection: Connection) -> None:
    if connection.dialect.name != SQLITE:  # there the transaction has locked the whole file
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("SET LOCAL lock_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    current, newest = revisions(connection)
    if current == newest:
        return
    refuse_a_newer(current)
    from alembic import command

    settings = config()
    settings.attributes["connection"] = connection
    command.upgrade(settings, "head")
