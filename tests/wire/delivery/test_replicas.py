"""Two bots on one PostgreSQL database: one dies, one is stopped as it stands, and neither is missed."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.postgres import connect
from tests.wire.delivery.forked import QuickFleet
from tests.wire.delivery.telling import Telling, until

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(180)]
_NOW = "extract(epoch FROM clock_timestamp()) * 1000000"
SIDES = ("discord", "slack")
_TITLES = (f"Shared {number}." for number in itertools.count(1))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def opened(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[QuickFleet]:
    async with QuickFleet(tmp_path_factory.mktemp("fleet"), 2) as fleet:
        yield fleet


@pytest_asyncio.fixture(loop_scope="module")
async def fleet(opened: QuickFleet) -> AsyncIterator[QuickFleet]:
    """Both bots are up and ready, whatever the test before did to them."""
    await opened.start_bot()
    await opened.bot_ready()
    yield opened
    for number in range(2):
        opened.wake(number)


@pytest_asyncio.fixture(loop_scope="module")
async def told(fleet: QuickFleet) -> Telling:
    """A discussion of this test's own."""
    telling = Telling(fleet, next(_TITLES))
    await telling.publish()
    for side in SIDES:
        await telling.say(side)
    await telling.held()
    return telling


async def owner(fleet: QuickFleet) -> int | None:
    """Which of the replicas that are up has the lease on Discord's connection."""
    connection = await connect(fleet.database_url)
    try:
        query = f"SELECT owner FROM leases WHERE name = 'shard:discord:0' AND until > {_NOW}"  # noqa: S608 - ours
        name = await connection.fetchval(query)
    finally:
        await connection.close()
    return next((number for number in range(2) if f":{fleet.pid(number)}:" in str(name)), None)


async def listening(fleet: QuickFleet) -> int:
    """Which replica listens to Discord, once one does."""
    found: int | None = None

    async def known() -> bool:
        nonlocal found
        found = await owner(fleet)
        return found is not None

    await until(known)
    assert found is not None
    return found


async def taken_over(fleet: QuickFleet, number: int) -> None:
    """Return once this replica has what the other had leased."""

    async def owns() -> bool:
        return await owner(fleet) == number

    await until(owns)


async def test_a_killed_listener_is_replaced_where_it_stopped(fleet: QuickFleet, told: Telling) -> None:
    listener = await listening(fleet)
    before = fleet.said(1 - listener, "discord.resumed")
    await fleet.kill(listener)
    for side in SIDES:
        await told.say(side)
    await until(lambda: fleet.said(1 - listener, "discord.resumed") > before)
    await told.held()


@pytest.mark.parametrize("past", [False, True], ids=["within its lease", "past its lease"])
async def test_one_that_was_stopped_and_wakes_changes_nothing(fleet: QuickFleet, told: Telling, *, past: bool) -> None:
    """Slack tells the stopped one of every other reply, which is read where it was written."""
    listener = await listening(fleet)
    for _ in range(6):
        await told.say("discord")
    fleet.pause(listener)
    for _ in range(4):
        for side in SIDES:
            await told.say(side)
    if past:
        await taken_over(fleet, 1 - listener)
        for side in ("slack", "slack", "discord"):
            await told.say(side)
        await told.held()
    fleet.wake(listener)
    for _ in range(4):
        for side in SIDES:
            await told.say(side)
    await told.held()
    await told.kept()


async def test_one_that_ends_in_order_hands_over_at_once(fleet: QuickFleet, told: Telling) -> None:
    listener = await listening(fleet)
    before = fleet.said(1 - listener, "discord.resumed")
    assert await fleet.terminate(listener) == 0
    for side in SIDES:
        await told.say(side)
    await told.held()
    assert fleet.said(1 - listener, "discord.resumed") == before + 1
    await fleet.start_bot()
    await fleet.bot_ready()
    await told.say("discord")
    await told.held()
    await told.kept()
