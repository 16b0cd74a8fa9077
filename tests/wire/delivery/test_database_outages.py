"""The database goes away and comes back under a running bot: nothing is lost, and nobody has to help."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio

from bot.app import open_office
from tests import postgres
from tests.postgres import Server, connect
from tests.wire.delivery.forked import QuickStage
from tests.wire.delivery.in_house import InHouse
from tests.wire.delivery.telling import Telling

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(180)]
SIDES = ("discord", "slack")


class SlowRoad:
    """A Unix socket in front of a server, on which everything takes `seconds` longer each way."""

    def __init__(self, folder: Path, server: Path) -> None:
        self.folder = folder
        self.seconds = 0.0
        self._server = server
        self._going: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        self.folder.mkdir()
        listening = await asyncio.start_unix_server(self._carry, self.folder / ".s.PGSQL.5432")
        try:
            yield
        finally:
            listening.close()
            for task in self._going:
                task.cancel()
            await asyncio.gather(*self._going, return_exceptions=True)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there, back = await asyncio.open_unix_connection(self._server / ".s.PGSQL.5432")
        except OSError:
            writer.close()
            return
        for end in (self._one_way(reader, back), self._one_way(there, writer)):
            task = asyncio.create_task(end)
            self._going.add(task)
            task.add_done_callback(self._going.discard)

    async def _one_way(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(1 << 16):
                await asyncio.sleep(self.seconds)
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.close()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with postgres.running(durable=True) as opened:  # what was committed must survive a stop at once
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def road(server: Server) -> AsyncIterator[SlowRoad]:
    folder = server.folder.parent / "road"
    opened = SlowRoad(folder, server.folder)
    async with opened.open():
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory, road: SlowRoad) -> AsyncIterator[InHouse]:
    """A bot whose way to the database can be made slow."""
    url = f"postgresql://roundtable@/postgres?host={road.folder}"
    house = InHouse(tmp_path_factory.mktemp("house"), engine="sqlite")
    house.town.settings = {"database_url": url}
    async with house:
        house.town.database_url = url
        await house.town.start_bot()
        yield house
        await house.town.stop_bot()
        async with open_office(house.office_settings) as office:
            assert await office.store.violations() == ()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def told(house: InHouse) -> Telling:
    telling = Telling(house, "Outages.")
    await telling.publish()
    return telling


async def speak(told: Telling, times: int = 1) -> None:
    for _ in range(times):
        for side in SIDES:
            await told.say(side)


@pytest.mark.parametrize("mode", ["fast", "immediate"])
async def test_a_server_that_restarts_delays_and_loses_nothing(told: Telling, server: Server, mode: str) -> None:
    await speak(told)
    await asyncio.to_thread(server.stop, mode)
    await speak(told)
    await asyncio.sleep(3.5)  # longer than Slack waits for an acknowledgement, so that it delivers again
    await asyncio.to_thread(server.start)
    await speak(told)
    await told.held(60)


async def test_connections_that_are_killed_again_and_again_lose_nothing(told: Telling, server: Server) -> None:
    connection = await connect(server.url())
    for _ in range(5):
        await speak(told)
        await connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
            " AND application_name LIKE 'roundtable%'"
        )
    await connection.close()
    await told.held(60)


async def test_more_than_all_connections_wait_and_nothing_is_lost(told: Telling, server: Server) -> None:
    connection = await connect(server.url())
    async with connection.transaction():
        await connection.execute("LOCK TABLE inbox, outbox, comments IN ACCESS EXCLUSIVE MODE")
        await speak(told, 12)
        await asyncio.sleep(1.0)
    await connection.close()
    await told.held(60)


async def test_five_seconds_of_latency_lose_nothing(told: Telling, road: SlowRoad) -> None:
    road.seconds = 2.5
    await speak(told)
    await asyncio.sleep(6.0)
    road.seconds = 0.0
    await speak(told)
    await told.held(60)


class Roadside(QuickStage):
    """A stage whose bot is a process of its own, and has its database at the end of the road."""

    url = ""

    @asynccontextmanager
    async def _served(self) -> AsyncIterator[str]:
        yield self.url

    def _database(self) -> AbstractAsyncContextManager[str]:
        return self._served()


async def test_sigterm_ends_a_bot_in_time_although_its_database_is_slow(
    tmp_path: Path, server: Server, road: SlowRoad
) -> None:
    connection = await connect(server.url())
    await connection.execute("CREATE DATABASE roadside")
    await connection.close()
    stage = Roadside(tmp_path, "postgresql")
    stage.url = f"postgresql://roundtable@/roadside?host={road.folder}"
    async with stage:
        await stage.start_bot()
        await stage.bot_ready()
        telling = Telling(stage, "Ends.")
        await telling.publish()
        await speak(telling)
        await telling.held()
        road.seconds = 2.5
        await speak(telling)
        assert await stage.stop_bot(10.0) == 0
        road.seconds = 0.0
        await stage.start_bot()
        await telling.held()
        await stage.kill_bot()
