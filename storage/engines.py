"""Engines: what a `DATABASE_URL` leads to, set up so that what was committed stays."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import asyncpg
from sqlalchemy import URL, event, make_url
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.errors import SettingsError
from storage.silence import give_up_on_silence
from storage.sqlite import SqliteConnection

SQLITE: Final = "sqlite"
POSTGRESQL: Final = "postgresql"
WRITES: Final = "roundtable_writes"
"""The execution option of connections that are going to write."""

OUT_OF_REACH: Final = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
"""What connecting to PostgreSQL may raise; the last where the server ends a connection at its very beginning."""

READ_ONLY: Final = "25006"
"""PostgreSQL's code for a write where nothing may be written: the server is no primary, or not any more."""

_BUSY_SECONDS: Final = 10
_PRAGMAS: Final = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={_BUSY_SECONDS}000")

_CONNECT_SECONDS: Final = 15
_POOL: Final = {"pool_size": 10, "max_overflow": 5, "pool_timeout": 30, "pool_recycle": 1800, "pool_use_lifo": True}
"""A process has one core, which ten connections keep busy; five more bear a moment's rush."""
_STATEMENTS_KEPT: Final = 400
"""Prepared statements kept for each connection: more than the store has."""
_SESSION: Final = {
    "jit": "off",  # compiling costs more than any query here
    "statement_timeout": "60s",
    "lock_timeout": "30s",
    "idle_in_transaction_session_timeout": "12s",  # of a process that is stopped, so that its locks end
    "tcp_keepalives_idle": "30",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
}
_SET_SESSION: Final = "; ".join(f"SET {name} = '{value}'" for name, value in _SESSION.items())
_NAMED_ALIKE: Final = {"sslmode": "ssl", "application_name": "application_name"}
"""What libpq's URLs say, by the driver's own name for it."""
_TAKEN: Final = frozenset({"host", "port", "user", "password", "database", "ssl", *_NAMED_ALIKE})


def engine_for(url: str) -> AsyncEngine:
    """An engine for a `DATABASE_URL`; raises `SettingsError` where it is none that Roundtable can use.

    Nothing is connected to yet.
    """
    parsed = parsed_url(url)
    return _sqlite(parsed) if parsed.get_backend_name() == SQLITE else _postgresql(parsed)


def parsed_url(url: str) -> URL:
    """A `DATABASE_URL` in its parts, its scheme `sqlite` or `postgresql`; raises `SettingsError` as `engine_for`."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise SettingsError("DATABASE_URL is not a URL; write for example sqlite:///roundtable.sqlite3") from None
    kind = parsed.get_backend_name()
    if kind in {POSTGRESQL, "postgres"}:
        return parsed.set(drivername=POSTGRESQL)
    if kind != SQLITE:
        raise SettingsError(f"DATABASE_URL speaks of {kind}; write sqlite:///FILE or postgresql://USER@HOST/NAME")
    return parsed.set(drivername=SQLITE)


def _sqlite(parsed: URL) -> AsyncEngine:
    """SQLite in WAL mode with `synchronous=FULL`: what was committed survives a power cut.

    See https://www.sqlite.org/pragma.html#pragma_synchronous. Writers take their lock at once, so that none fails
    midway.
    """
    file = parsed.database
    if file and file != ":memory:" and not Path(file).absolute().parent.is_dir():
        raise SettingsError(f"DATABASE_URL: the folder {Path(file).absolute().parent} does not exist; make it first")
    engine = create_async_engine(
        parsed.set(drivername="sqlite+aiosqlite"), connect_args={"timeout": _BUSY_SECONDS, "isolation_level": None}
    )

    @event.listens_for(engine.sync_engine, "do_connect")
    def _connect(dialect: Any, _record: object, given: Any, named: Any) -> SqliteConnection:  # noqa: ANN401 - SQLAlchemy's
        module = dialect.loaded_dbapi
        return SqliteConnection(module, module.connect(*given, **named).driver_connection)

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
        writes = connection.get_execution_options().get(WRITES, False)
        connection.connection.dbapi_connection.begin("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _postgresql(parsed: URL) -> AsyncEngine:
    """PostgreSQL through asyncpg, as `libpq` URLs are written: `?sslmode=require`, `?host=/folder/of/a/socket`.

    A server that refuses to write may have been demoted while its connections lived on: they are all given up then, so
    that the next ones lead to whichever is the primary.
    """
    if not parsed.database:
        raise SettingsError("DATABASE_URL names no database; write postgresql://USER:PASSWORD@HOST/NAME")
    unknown = sorted(parsed.query.keys() - _TAKEN)
    if unknown:
        raise SettingsError(f"DATABASE_URL: {unknown[0]} is not known here; sslmode, host, port and user are")
    query = {_NAMED_ALIKE.get(name, name): value for name, value in parsed.query.items()}
    name = str(query.pop("application_name", "roundtable"))
    engine = create_async_engine(
        parsed.set(drivername="postgresql+asyncpg", query=query),
        isolation_level="READ COMMITTED",
        connect_args={
            "timeout": _CONNECT_SECONDS,
            "prepared_statement_cache_size": _STATEMENTS_KEPT,
            "server_settings": {"application_name": name},
        },
        **_POOL,
    )

    @event.listens_for(engine.sync_engine, "connect")
    def _set_up(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own connection
        give_up_on_silence(connection.driver_connection._transport)  # noqa: SLF001 - asyncpg shows it nowhere else
        # Poolers such as PgBouncer take no such settings when one connects.
        try:
            connection.run_async(lambda driver: driver.execute(_SET_SESSION, timeout=_CONNECT_SECONDS))
        except BaseException:
            connection.driver_connection.terminate()  # the pool never sees it
            raise

    @event.listens_for(engine.sync_engine, "before_cursor_execute", retval=True)
    def _without_nul(
        _connection: object,
        _cursor: object,
        statement: str,
        parameters: Any,  # noqa: ANN401
        _context: object,
        _many: bool,  # noqa: FBT001
    ) -> tuple[str, Any]:
        return statement, _storable(parameters)

    @event.listens_for(engine.sync_engine, "handle_error")
    def _leave_the_demoted(context: ExceptionContext) -> None:
        connection = context.connection
        writes = connection is not None and connection.get_execution_options().get(WRITES, False)
        if writes and getattr(context.original_exception, "sqlstate", None) == READ_ONLY:
            context.is_disconnect = True

    return engine


def _storable(value: Any) -> Any:  # noqa: ANN401 - whatever is bound to a statement
    """PostgreSQL takes every character in a text but U+0000, which stands for nothing anyway."""
    if isinstance(value, str):
        return value.replace("\x00", "\ufffd") if "\x00" in value else value
    if isinstance(value, list | tuple):
        return type(value)(_storable(each) for each in value)
    return value
