"""Two bots on one PostgreSQL database: one dies, one is stopped as it stands, and neither is missed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.replicas import LEASE
from tests.postgres import connect
from tests.wire.delivery.forked import QuickFleet
from tests.wire.delivery.telling import Telling, until

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(180)]
SIDES = ("discord", "slack")
LOST = LEASE.total_seconds() + 4.0
"""Seconds after which another replica has surely taken over."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def fleet(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[QuickFleet]:
    async with QuickFleet(tmp_path_factory.mktemp("fleet"), 2) as opened:
        await opened.start_bot()
        await opened.bot_ready()
        yield opened
        for number in range(2):
            opened.wake(number)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def told(fleet: QuickFleet) -> Telling:
    telling = Telling(fleet, "Shared.")
    await telling.publish()
    for side in SIDES:
        await telling.say(side)
    await telling.held()
    return telling


async def owner(fleet: QuickFleet) -> int:
    """Which replica listens to Discord."""
    found = None
    async with asyncio.timeout(30):
        while found is None:
            connection = await connect(fleet.database_url)
            name = await connection.fetchval("SELECT owner FROM leases WHERE name = 'shard:discord:0'")
            await connection.close()
            pids = [number for number in range(2) if f":{fleet.pid(number)}:" in str(name)]
            found = pids[0] if pids else None
            await asyncio.sleep(0.1)
    return found


async def test_a_killed_listener_is_replaced_where_it_stopped(fleet: QuickFleet, told: Telling) -> None:
    listener = await owner(fleet)
    await fleet.kill(listener)
    for side in SIDES:
        await told.say(side)
    await until(lambda: fleet.said(1 - listener, "discord.resumed"))
    await told.held()
    await fleet.start_bot()
    await fleet.bot_ready()


async def test_one_that_was_stopped_past_its_lease_sends_nothing_twice(fleet: QuickFleet, told: Telling) -> None:
    """Told on Discord alone: the order of what Slack sends to a stopped replica is not kept (docs/scaling.md)."""
    listener = await owner(fleet)
    for _ in range(6):
        await told.say("discord")
    fleet.pause(listener)
    for _ in range(4):
        await told.say("discord")
    await asyncio.sleep(LOST)
    await told.held()
    fleet.wake(listener)
    for _ in range(4):
        await told.say("discord")
    await told.held()
    await told.kept()


async def test_one_that_ends_in_order_hands_over_at_once(fleet: QuickFleet, told: Telling) -> None:
    listener = await owner(fleet)
    assert await fleet.terminate(listener) == 0
    for side in SIDES:
        await told.say(side)
    await told.held()
    assert fleet.said(1 - listener, "discord.resumed")
    await fleet.start_bot()
    await fleet.bot_ready()
    await told.say("discord")
    await told.held()
    await told.kept()
