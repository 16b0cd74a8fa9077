"""The schema's history, carried out by Alembic."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from bot.errors import StorageError
from storage.database import Database
from storage.engines import SQLITE

_LOCK = 0x726F756E64  # "round"
"""PostgreSQL's name for the lock under which one process at a time changes the schema."""


def config() -> Config:
    """Alembic's configuration, without an ini file."""
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
    newest = ScriptDirectory.from_config(config()).get_current_head()
    assert newest is not None  # noqa: S101 - there is a first revision
    return MigrationContext.configure(connection).get_current_revision(), newest


def _upgrade(connection: Connection) -> None:
    if connection.dialect.name != SQLITE:  # there the transaction has locked the whole file
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("SET LOCAL lock_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    settings = config()
    scripts = ScriptDirectory.from_config(settings)
    current, newest = revisions(connection)
    if current == newest:
        return
    if current is not None and current not in {revision.revision for revision in scripts.walk_revisions()}:
        raise StorageError(f"The database's schema {current} is newer than this Roundtable: update Roundtable.")
    settings.attributes["connection"] = connection
    command.upgrade(settings, "head")
