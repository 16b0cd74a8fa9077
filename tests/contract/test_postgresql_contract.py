"""What PostgreSQL may do to a connection or a transaction, and what becomes of it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import asyncpg
import pytest
from sqlalchemy import event, make_url, text

from bot.errors import StorageError
from storage.database import Database, Overtaken, patient
from storage.engines import engine_for
from storage.silence import SECONDS
from storage.store import SqlStore
from tests.postgres import connect
from tests.wire.delivery.telling import until

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
LONG = timedelta(minutes=1)
_WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(engine_for(database_url))
    yield opened
    await opened.close()


async def test_every_connection_is_set_up_whatever_becomes_of_its_transactions(database: Database) -> None:
    shown = text(
        "SELECT name || ' ' || setting || coalesce(unit, '') FROM pg_settings WHERE name IN ('application_name', 'jit',"
        " 'statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout')"
    )
    for _ in range(2):
        async with database.read() as one, database.write() as other:
            for tx in (one, other):
                assert set((await tx.execute(shown)).scalars()) == {
                    "application_name roundtable",
                    "idle_in_transaction_session_timeout 12000ms",
                    "jit off",
                    "lock_timeout 30000ms",
                    "statement_timeout 60000ms",
                }
            await other.rollback()


@asynccontextmanager
async def read_only(database_url: str) -> AsyncIterator[None]:
    """Let what connects meanwhile find a server that takes no writes, as a standby does, for as long as it lasts."""
    connection = await connect(database_url)
    try:
        name = await connection.fetchval("SELECT quote_ident(current_database())")
        await connection.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        try:
            yield
        finally:
            await connection.execute("SET default_transaction_read_only = off")
            await connection.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")
    finally:
        await connection.close()


async def write(database: Database) -> None:
    async with database.write() as tx:
        await tx.execute(text("INSERT INTO leases (name, token) VALUES ('anything', 0) ON CONFLICT DO NOTHING"))


async def test_connections_to_a_server_that_only_reads_are_given_up(database: Database, database_url: str) -> None:
    async with read_only(database_url):
        for _ in range(2):
            with pytest.raises(Overtaken, match=r"^The database takes no writes now: cannot execute INSERT"):
                await write(database)
    await write(database)


async def test_the_store_goes_on_by_itself_once_it_finds_a_server_that_writes(
    store: SqlStore, database_url: str
) -> None:
    await store.close()  # its connections from before
    async with read_only(database_url):
        await asyncio.gather(*(store.reach() for _ in range(3)))
    await store.offer("shard")


async def test_two_calls_that_wait_for_each_other_both_succeed(store: SqlStore, database_url: str) -> None:
    """Each writes one lease's state and waits at a gate, then wants the lease that the other has written."""
    names = ["here", "there", "first gate", "second gate"]
    for name in names:
        await store.offer(name)
    await store.lease("one", names, LONG)
    gate, watcher = await connect(database_url), await connect(database_url)

    async def both_wait() -> bool:
        return bool(await watcher.fetchval(_WAITING) == 2)

    try:
        async with gate.transaction():
            await gate.execute("SELECT name FROM leases WHERE name LIKE '%gate' FOR UPDATE")
            calls = [
                asyncio.create_task(store.renew("one", ["there"], LONG, {"here": "A", "first gate": "A"})),
                asyncio.create_task(store.renew("one", ["here"], LONG, {"there": "B", "second gate": "B"})),
            ]
            await until(both_wait)
        assert [list(kept) for kept in await asyncio.gather(*calls)] == [["there"], ["here"]]
        rows = await gate.fetch("SELECT name, state FROM leases")
    finally:
        await gate.close()
        await watcher.close()
    assert {row["name"]: row["state"] for row in rows} == {
        "here": "A",
        "first gate": "A",
        "there": "B",
        "second gate": "B",
    }


@patient
class Refusing:
    """A store whose only transaction the server refuses with a code, a few times."""

    def __init__(self, database: Database, code: str, times: int) -> None:
        self.left = times
        self._database = database
        self._refusal = text(f"DO $$ BEGIN RAISE SQLSTATE '{code}'; END $$")

    async def write(self) -> None:
        async with self._database.write() as tx:
            if self.left:
                self.left -= 1
                await tx.execute(self._refusal)


@pytest.mark.parametrize("code", ["40001", "40P01"])
async def test_what_gave_way_to_another_is_done_again_a_few_times(database: Database, code: str) -> None:
    await Refusing(database, code, 5).write()
    with pytest.raises(Overtaken, match=r"^The database is busy"):
        await Refusing(database, code, 6).write()


async def test_what_is_refused_for_another_reason_is_not_done_again(database: Database) -> None:
    refusing = Refusing(database, "23505", 2)
    with pytest.raises(StorageError, match=r"^The database refused"):
        await refusing.write()
    assert refusing.left == 1


@asynccontextmanager
async def over_tcp(database_url: str) -> AsyncIterator[str]:
    """The same database on a port of this machine; the tests' own server listens on a socket in its folder alone."""
    parsed = make_url(database_url)
    folder = str(parsed.query.get("host", ""))
    if not folder.startswith("/"):
        yield database_url
        return
    going: list[asyncio.Task[None]] = []

    async def one_way(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(1 << 16):
            writer.write(data)
        writer.close()

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_unix_connection(f"{folder}/.s.PGSQL.5432")
        going.extend(asyncio.create_task(each) for each in (one_way(reader, back), one_way(there, writer)))

    server = await asyncio.start_server(carry, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    yield f"postgresql://{parsed.username}@127.0.0.1:{port}/{parsed.database}"
    server.close()
    await asyncio.gather(*going)


async def test_a_connection_over_a_network_is_given_up_when_the_other_end_falls_silent(database_url: str) -> None:
    async with over_tcp(database_url) as url:
        opened = Database(engine_for(url))
        async with opened.read() as tx:
            driver: Any = (await tx.get_raw_connection()).driver_connection
            found = driver._transport.get_extra_info("socket")  # noqa: SLF001 - asyncpg shows it nowhere else
            assert found.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
            if hasattr(socket, "TCP_USER_TIMEOUT"):
                assert found.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == SECONDS * 1000
        await opened.close()


BROKEN = asyncpg.InternalClientError("cannot switch to state 15; another operation (2) is in progress")
"""What asyncpg says where a connection is ended by the server between its beginning and the first thing asked of it."""


async def test_a_connection_that_is_ended_while_it_is_set_up_is_a_database_out_of_reach(database: Database) -> None:
    @event.listens_for(database.engine.sync_engine, "connect")
    def _end(*_: object) -> None:
        raise BROKEN

    with pytest.raises(StorageError, match="can't be reached: cannot switch to state 15"):
        await write(database)


async def test_calls_go_on_although_a_connection_is_ended_while_it_is_set_up(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect, tried = asyncpg.connect, 0

    async def connect_at_the_second_try(*given: Any, **named: Any) -> Any:  # noqa: ANN401 - the driver's own
        nonlocal tried
        tried += 1
        if tried == 1:
            raise BROKEN
        return await connect(*given, **named)

    monkeypatch.setattr(asyncpg, "connect", connect_at_the_second_try)
    heard: asyncio.Queue[str] = asyncio.Queue()
    listening = asyncio.create_task(store.listen(heard.put_nowait))
    async with asyncio.timeout(10):
        assert {await heard.get(), await heard.get()} == {"inbox", "outbox"}
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)
