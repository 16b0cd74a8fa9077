"""Nobody else at work: what keeps a deployment as it is while it is copied, as far as each engine can tell."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from sqlalchemy import URL, func, select, text

from bot.errors import SettingsError, StorageError
from storage.claim import claim
from storage.database import Database
from storage.engines import SQLITE, engine_for, parsed_url
from storage.leasing import server_time
from storage.tables import metadata, replicas
from storage.transfer.rows import unhurried
from storage.upkeep import shown

_OURS: Final = "roundtable db migrate-to"
_NAME: Final = "application_name"
_THEIRS: Final = "roundtable"
_LOCK: Final = 0x6D6F7665  # "move"
"""PostgreSQL's name for the lock under which one process at a time copies into a database."""
_CONNECTED: Final = text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND application_name IN (:usual, :given) AND application_name <> :ours"
)


@asynccontextmanager
async def alone(url: str) -> AsyncIterator[Database]:
    """A database that no bot runs on while the block lasts.

    On SQLite none can start; on PostgreSQL the connections are looked at, once. Raises `SettingsError` where one runs.
    """
    parsed = parsed_url(url)
    if parsed.get_backend_name() == SQLITE:
        with claim(url):
            async with _opened(parsed) as database:
                yield database
        return
    given = str(parsed.query.get(_NAME, _THEIRS))
    async with _opened(parsed.update_query_dict({_NAME: _OURS})) as database:
        async with database.read() as tx:
            others = (await tx.execute(_CONNECTED, {"usual": _THEIRS, "given": given, "ours": _OURS})).scalar_one()
        if others:
            raise SettingsError(f"another roundtable is connected to {shown(url)}: stop it first")
        yield database


async def nobody_beats(database: Database, url: str) -> None:
    """Raises `SettingsError` where replicas that share a database have shown within seconds that they live."""
    if database.kind == SQLITE:
        return
    async with database.read() as tx:
        alive = select(func.count()).select_from(replicas).where(replicas.c.until > server_time())
        running = (await tx.execute(alive)).scalar_one()
    if running:
        raise SettingsError(f"{running} roundtable run on {shown(url)}: stop them first")


@asynccontextmanager
async def still(database: Database) -> AsyncIterator[None]:
    """Let nobody write into a database while the block runs; who tries waits, and fails in the end.

    Raises `StorageError` where somebody is writing and does not come to an end.
    """
    async with database.write() as tx:
        await unhurried(tx)
        if database.kind == SQLITE:
            await tx.execute(text("SELECT 1"))  # it has one writer from the first statement on
        else:
            names = ", ".join(table.name for table in metadata.sorted_tables)
            await tx.execute(text("SET LOCAL lock_timeout = '10s'"))
            try:
                await tx.execute(text(f"LOCK TABLE {names} IN SHARE MODE"))
            except Exception as error:
                if getattr(getattr(error, "orig", None), "sqlstate", None) != "55P03":
                    raise
                raise StorageError(
                    "somebody writes into the database that is to be copied; stop the bot first"
                ) from error
        yield


@asynccontextmanager
async def one_copier(database: Database) -> AsyncIterator[None]:
    """Be the only one who copies into a database; on SQLite whoever is `alone` there is."""
    if database.kind == SQLITE:
        yield
        return
    async with database.write() as tx:
        await unhurried(tx)
        if not (await tx.execute(text("SELECT pg_try_advisory_xact_lock(:lock)"), {"lock": _LOCK})).scalar():
            raise StorageError("a deployment is being copied there just now; wait for that to end")
        yield


@asynccontextmanager
async def _opened(url: URL) -> AsyncIterator[Database]:
    database = Database(engine_for(url.render_as_string(hide_password=False)))
    try:
        yield database
    finally:
        await database.close()
