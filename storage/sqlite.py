"""SQLite for the engine: a statement and its rows are one call of aiosqlite's thread.

SQLAlchemy's dialect asks that thread four times for one SELECT (a cursor, the statement, its rows, closing it), and
each call costs more than most statements here: two threads wake up. So the cursor below does all of it in one call, and
a transaction begins with its first statement. What it stands in for is `AsyncAdapt_dbapi_cursor` of SQLAlchemy's
`connectors/asyncio.py`.
"""
# ruff: noqa: ANN401, SLF001 - it speaks with the insides of two libraries, which name no types

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Callable
from typing import Any, Final, NamedTuple, cast

from sqlalchemy.dialects.sqlite.aiosqlite import AsyncAdapt_aiosqlite_connection, AsyncAdapt_aiosqlite_cursor
from sqlalchemy.util import EMPTY_DICT, await_only


class _Ran(NamedTuple):
    """What is known of a statement that ran."""

    description: Any = None
    rowcount: int = -1
    lastrowid: int | None = None
    arraysize: int = 1


_NOTHING: Final = _Ran()


class _Cursor(AsyncAdapt_aiosqlite_cursor):
    __slots__ = ()
    _awaitable_cursor_close = False  # nothing is left open

    def __init__(self, adapt_connection: SqliteConnection) -> None:
        self._adapt_connection = adapt_connection
        self._connection = adapt_connection._connection
        self._soft_closed_memoized = EMPTY_DICT
        self._cursor: Any = _NOTHING
        self._rows: deque[Any] = deque()

    def execute(self, operation: str, parameters: Any = None) -> None:
        self._run(sqlite3.Cursor.execute, operation, () if parameters is None else parameters)

    def executemany(self, operation: str, seq_of_parameters: Any) -> None:
        self._run(sqlite3.Cursor.executemany, operation, seq_of_parameters)

    def close(self) -> None:
        self._rows.clear()

    def _run(self, how: Callable[..., object], operation: str, parameters: Any) -> None:
        connection = cast("SqliteConnection", self._adapt_connection)
        try:
            self._cursor, self._rows = await_only(connection.run(how, operation, parameters))
        except Exception as error:  # noqa: BLE001 - the dialect tells which are the driver's
            connection._handle_exception(error)


class SqliteConnection(AsyncAdapt_aiosqlite_connection):
    """A connection of aiosqlite's, as SQLAlchemy's engine uses it."""

    __slots__ = ("_beginning", "_open")
    _cursor_cls: type[AsyncAdapt_aiosqlite_cursor] = _Cursor

    def __init__(self, dbapi: Any, connection: Any) -> None:
        super().__init__(dbapi, connection)
        self._beginning: str | None = None
        self._open = False

    def begin(self, statement: str) -> None:
        """Begin a transaction with this statement, once there is something to do in it."""
        self._beginning = statement

    async def run(self, how: Callable[..., object], operation: str, parameters: Any) -> tuple[_Ran, deque[Any]]:
        """Run a statement, and first what begins its transaction; all of its rows."""
        connection: Any = self._connection
        beginning, self._beginning = self._beginning, None
        self._open |= beginning is not None
        ran: tuple[_Ran, deque[Any]] = await connection._execute(
            _ran, connection._conn, beginning, how, operation, parameters
        )
        return ran

    def commit(self) -> None:
        """End the transaction, if it ever began."""
        self._beginning = None
        if self._open:
            super().commit()
            self._open = False

    def rollback(self) -> None:
        """Undo the transaction, if it ever began. The pool asks for it with each connection that comes back."""
        self._beginning = None
        if self._open:
            super().rollback()
            self._open = False


def _ran(
    connection: sqlite3.Connection,
    beginning: str | None,
    how: Callable[..., object],
    operation: str,
    parameters: Any,
) -> tuple[_Ran, deque[Any]]:
    """In aiosqlite's thread: the statement from its beginning to its last row."""
    cursor = connection.cursor()
    try:
        if beginning is not None:
            cursor.execute(beginning)
        how(cursor, operation, parameters)
        rows = deque(cursor.fetchall() if cursor.description else ())
        return _Ran(cursor.description, cursor.rowcount, cursor.lastrowid), rows
    finally:
        cursor.close()
