"""The database: an engine, and transactions that read or write."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import event, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.errors import SettingsError, StorageError

_BUSY_SECONDS = 10
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={_BUSY_SECONDS}000")


def engine_for(url: str) -> AsyncEngine:
    """An engine for a `DATABASE_URL`; raises `SettingsError` where it is none that Roundtable can use.

    SQLite runs in WAL mode with `synchronous=FULL`: what was committed survives a power cut
    (https://www.sqlite.org/pragma.html#pragma_synchronous). Writers take their lock at once, so that none fails midway.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise SettingsError("DATABASE_URL is not a URL; write for example sqlite:///roundtable.sqlite3") from None
    if parsed.get_backend_name() != "sqlite":
        raise SettingsError(f"DATABASE_URL speaks of {parsed.get_backend_name()}; write sqlite:///FILE")
    file = parsed.database
    if file and file != ":memory:" and not Path(file).absolute().parent.is_dir():
        raise SettingsError(f"DATABASE_URL: the folder {Path(file).absolute().parent} does not exist; make it first")
    engine = create_async_engine(
        parsed.set(drivername="sqlite+aiosqlite"), connect_args={"timeout": _BUSY_SECONDS, "isolation_level": None}
    )

    @event.listens_for(engine.sync_engine, "connect")
    def _set_up(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own connection
        cursor = connection.cursor()
        try:
            for pragma in _PRAGMAS:
                cursor.execute(f"PRAGMA {pragma}")
        except Exception:
            # The pool never sees this connection, so nobody else would end its thread.
            connection.close()
            raise
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Any) -> None:  # noqa: ANN401 - SQLAlchemy's synchronous face of our connection
        writes = connection.get_execution_options().get("roundtable_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


class Database:
    """Transactions on one engine. Errors of the database come out as `StorageError`."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self._writing = asyncio.Lock()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A consistent view of the database."""
        with _translated():
            async with self.engine.connect() as connection:
                yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that is committed at the end of the block, or leaves nothing behind.

        One at a time in a process: SQLite has one writer, and waiting here costs less than its busy handler.
        """
        async with self._writing:
            with _translated():
                async with self.engine.connect() as connection:
                    writer = await connection.execution_options(roundtable_writes=True)
                    async with writer.begin():
                        yield writer

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()


class _translated:  # noqa: N801 - used as a statement
    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, SQLAlchemyError):
            cause = getattr(error, "orig", None) or error
            raise StorageError(f"The database refused: {cause}") from error
