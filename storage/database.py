"""The database: transactions on one engine that read or write, and what becomes of its errors."""

from __future__ import annotations

import asyncio
import functools
import inspect
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, nullcontext
from typing import Any, Final, TypeVar

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoneFree
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.errors import StorageError
from storage.engines import OUT_OF_REACH, POSTGRESQL, READ_ONLY, SQLITE, WRITES, engine_for

__all__ = ["Database", "Overtaken", "engine_for", "patient", "upsert"]

_OVERTAKEN: Final = frozenset({"40001", "40P01"})
"""PostgreSQL's codes for a serialization failure and a deadlock: nothing is wrong with what was asked."""
_TRIES: Final = 6
_FIRST_PAUSE: Final = 0.01

T = TypeVar("T")


class Overtaken(StorageError):
    """The transaction gave way to another, or its connection was lost: the same may be asked again at once."""

    def __init__(self, message: str, *, tries: int) -> None:
        super().__init__(message)
        self.tries = tries


class Database:
    """Transactions on one engine. Errors of the database come out as `StorageError`.

    On PostgreSQL whoever reads has a snapshot (`REPEATABLE READ`, `READ ONLY`). Whoever writes runs at `READ COMMITTED`
    and first locks what its rows hang under (see `storage.locks`), so that writers of one discussion come one after
    the other and each sees what the one before it left. Why not `SERIALIZABLE`: docs/decisions/0010.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self._writing = engine.execution_options(**{WRITES: True})
        self.kind = SQLITE if engine.dialect.name == SQLITE else POSTGRESQL
        self._reading = (
            engine
            if self.kind == SQLITE
            else engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        )
        self._one_writer = asyncio.Lock() if self.kind == SQLITE else None

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A consistent view of the database."""
        with _translated():
            async with self._reading.connect() as connection:
                yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that is committed at the end of the block, or leaves nothing behind.

        On SQLite one at a time in a process: it has one writer, and waiting here costs less than its busy handler.
        """
        async with self._one_writer or nullcontext():
            with _translated():
                async with self._writing.begin() as connection:
                    yield connection

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()


def upsert(dialect: str, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An insert that can say what happens `on_conflict_…`, as an engine with this dialect's name writes it."""
    return sqlite.insert(table) if dialect == SQLITE else postgresql.insert(table)


def patient(store: type[T]) -> type[T]:
    """Let every public coroutine method of a class begin again where its transaction was `Overtaken`.

    Each is one transaction, of which nothing is left then, or, where the connection was lost during the commit, all of
    it: so each may be called twice.
    """
    for name in dir(store):
        method = getattr(store, name)
        if not name.startswith("_") and inspect.iscoroutinefunction(method):
            setattr(store, name, _patiently(method))
    return store


def _patiently(method: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    if inspect.ismethod(method):  # a classmethod makes the store; what it does is not repeated
        return method

    @functools.wraps(method)
    async def called(*args: Any, **named: Any) -> Any:  # noqa: ANN401 - whatever the method takes
        tried = 0
        while True:
            try:
                return await method(*args, **named)
            except Overtaken as error:
                tried += 1
                if tried >= error.tries:
                    raise
            await asyncio.sleep(random.uniform(0, _FIRST_PAUSE * 2**tried))  # noqa: S311 - no secret

    return called


class _translated:  # noqa: N801 - used as a statement
    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, NoneFree):
            raise StorageError("The database is busy: none of its connections came free in time") from error
        if isinstance(error, SQLAlchemyError):
            raise _told(error) from error
        # asyncpg's own, from connecting: SQLAlchemy hands them on as they are.
        if isinstance(error, OUT_OF_REACH):
            raise StorageError(f"The database can't be reached: {_line(error)}") from error


def _told(error: SQLAlchemyError) -> StorageError:
    cause = getattr(error, "orig", None) or error
    driver = cause.__cause__ or cause
    if getattr(driver, "sqlstate", None) == READ_ONLY:
        return Overtaken(f"The database takes no writes now: {_line(driver)}", tries=2)
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return Overtaken(f"The connection to the database was lost: {_line(driver)}", tries=2)
    if getattr(driver, "sqlstate", None) in _OVERTAKEN:
        return Overtaken(f"The database is busy: {_line(driver)}", tries=_TRIES)
    return StorageError(f"The database refused: {_line(driver)}")


def _line(error: BaseException) -> str:
    """The first line of what an error says; some say nothing but their name."""
    if isinstance(error, TimeoutError) and not str(error):
        return "it does not answer"
    return (str(error).splitlines() or [type(error).__name__])[0]
