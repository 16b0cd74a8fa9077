"""The promises of delivery (docs/delivery.md), each by name, with faults ordered of the platforms."""

from __future__ import annotations

import asyncio
import itertools
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing

import pytest
import pytest_asyncio

from bot.app import open_office
from tests.chaos.people import shown
from tests.postgres import connect
from tests.wire.delivery.in_house import InHouse
from tests.wire.delivery.telling import Telling, until

pytestmark = pytest.mark.asyncio(loop_scope="module")
SIDES = ("discord", "slack")
NUMBERS = itertools.count(1)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[InHouse]:
    """A bot that is up, for all of these: what one test leaves behind may not harm the next."""
    async with InHouse(tmp_path_factory.mktemp("house")) as opened:
        await opened.town.start_bot()
        yield opened
        await opened.town.stop_bot()
        async with open_office(opened.office_settings) as office:
            assert await office.store.violations() == ()


@pytest_asyncio.fixture(loop_scope="module")
async def told(house: InHouse) -> AsyncIterator[Telling]:
    """A discussion of this test's own."""
    telling = Telling(house, f"Promise {next(NUMBERS)}.")
    await telling.publish()
    yield telling
    await house.control("faults", clear=True)


# -- 429


@pytest.mark.parametrize("route", ["POST /webhooks/", ""], ids=["per webhook", "global"])
async def test_nothing_is_asked_of_discord_while_it_said_to_wait(house: InHouse, told: Telling, route: str) -> None:
    begun = len(house.town.discord_exchanges)
    await house.fault("discord", "429", route)
    for _ in range(3):
        await told.say("slack")
    await told.held()
    asked = house.town.discord_exchanges[begun:]
    refused = next(one for one in asked if one.status == 429)
    closed = [
        one
        for one in asked
        if refused.at < one.at < refused.at + refused.response["retry_after"]
        and (not route or (one.method, one.path) == (refused.method, refused.path))
    ]
    assert closed == []


@pytest.mark.parametrize(("side", "route"), [("slack", "chat.postMessage"), ("slack", ""), ("discord", "PATCH")])
async def test_a_storm_of_429_costs_no_comment(house: InHouse, told: Telling, side: str, route: str) -> None:
    await house.fault(side, "429", route, times=3)
    first = await told.say("discord")
    await told.say("slack")
    await told.edit(first, "Edited in the storm.")
    await told.held()


# -- ambiguity


@pytest.mark.parametrize("kind", ["500_after", "drop"])
@pytest.mark.parametrize(("side", "route"), [("discord", "POST /webhooks/"), ("slack", "chat.postMessage")])
async def test_a_send_of_unknown_outcome_is_looked_for(
    house: InHouse, told: Telling, side: str, route: str, kind: str
) -> None:
    other = next(one for one in SIDES if one != side)
    await house.fault(side, kind, route, times=2)
    for _ in range(3):
        await told.say(other, "The same words.")
    await told.held()


@pytest.mark.parametrize("side", SIDES)
async def test_a_masked_repost_of_unknown_outcome_is_made_once(house: InHouse, told: Telling, side: str) -> None:
    await house.fault(side, "500_after", "POST /webhooks/" if side == "discord" else "chat.postMessage", times=2)
    await house.fault(side, "500_after", "DELETE" if side == "discord" else "chat.delete", times=2)
    await told.say(side, "Oh shit.")
    await told.held()


# -- sockets and events


@pytest.mark.parametrize("resumable", [True, False], ids=["resumed", "refused"])
@pytest.mark.parametrize("side", SIDES)
async def test_a_dropped_socket_costs_nothing(house: InHouse, told: Telling, side: str, *, resumable: bool) -> None:
    first = await told.say(side)
    doomed = await told.say(side)
    await told.held()
    await house.control("disconnect", platform=side, resumable=resumable)
    await told.say(side)
    await told.edit(first, "Edited meanwhile.")
    await told.delete(doomed)
    await told.held()


@pytest.mark.parametrize("kind", ["duplicate", "reorder"])
@pytest.mark.parametrize(("side", "event"), [("discord", "event:MESSAGE_CREATE"), ("slack", "event:message$")])
async def test_events_that_come_twice_or_late_are_put_right(
    house: InHouse, told: Telling, side: str, event: str, kind: str
) -> None:
    for _ in range(2):
        await house.fault(side, kind, event)
        await told.say(side)
        await told.say(side)
    await told.held()


@pytest.mark.parametrize(("side", "event"), [("discord", "event:MESSAGE_CREATE"), ("slack", "event:message$")])
async def test_an_edit_and_a_deletion_that_come_before_their_message(
    house: InHouse, told: Telling, side: str, event: str
) -> None:
    await house.fault(side, "reorder", event)
    await told.edit(await told.say(side), "Edited at once.")
    await told.held()
    await house.fault(side, "reorder", event)
    await told.delete(await told.say(side))
    await told.say(side)
    await told.held()


async def test_what_slack_delivers_again_changes_nothing(house: InHouse, told: Telling) -> None:
    await house.town.stop_bot()
    await told.say("slack")
    await house.town.start_bot()
    await told.held()
    for seconds in (1.0, 60.0, 300.0):
        await house.control("clock", platform="slack", advance=seconds)
        await told.held()


# -- outages


async def test_a_long_outage_keeps_order_and_authors(house: InHouse, told: Telling) -> None:
    doomed = {side: await told.say(side) for side in SIDES}
    edited = {side: await told.say(side) for side in SIDES}
    await told.held()
    await house.town.stop_bot()
    people = {side: [one["name"] for one in (await house.state())[side]["people"]] for side in SIDES}
    roots = {side: await told.root(side) for side in SIDES}
    for number in range(103):  # a page of Discord's is 100
        for side in SIDES if number % 5 == 0 else ("discord",):
            await told.say_under(roots[side], side, user=people[side][number % len(people[side])])
    for side in SIDES:
        await told.delete(doomed[side])
        await told.edit(edited[side], "Edited while the bot was down.")
    await house.town.start_bot()
    await told.held(40)
    state = await house.state()
    for side, other in (SIDES, SIDES[::-1]):
        copies = shown(state, other, told.title)
        written = [one for one in told.comments if one.side == side and not one.removed]
        assert [copies[one.number][0]["author"].partition(" · ")[0] for one in written] == [one.user for one in written]


async def test_an_archived_thread_takes_copies_again(house: InHouse, told: Telling) -> None:
    await house.control("clock", platform="discord", advance=8 * 24 * 3600.0)
    await told.say("slack")
    await told.held()


async def test_a_locked_database_delays_and_loses_nothing(house: InHouse, told: Telling) -> None:
    async with locked(house.database_url):
        for side in SIDES:
            await told.say(side)
        # Longer than Slack waits for an acknowledgement, so that it delivers again.
        await asyncio.sleep(3.5)
    await told.held()


@asynccontextmanager
async def locked(url: str) -> AsyncIterator[None]:
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as lock:
            lock.execute("BEGIN EXCLUSIVE")
            yield
            lock.execute("ROLLBACK")
        return
    connection = await connect(url)
    async with connection.transaction():
        await connection.execute("LOCK TABLE inbox, outbox, comments IN ACCESS EXCLUSIVE MODE")
        yield
    await connection.close()


# -- poison


async def test_a_refused_copy_is_parked_with_its_reason_and_can_be_tried_again(house: InHouse, told: Telling) -> None:
    first = await told.say("discord")
    await told.held()
    await house.control("channel", platform="slack", name="news", writable=False)
    later = await told.say("discord")
    await told.edit(first, "Edited in vain.")
    async with open_office(house.office_settings) as office:

        async def parked() -> bool:
            return len(await office.store.parked(office.community)) >= 2

        await until(parked)
        for row in await office.store.parked(office.community):
            assert row.platform == "slack"
            assert "chat." in row.reason
        await house.control("channel", platform="slack", name="news", writable=True)
        for row in await office.store.parked(office.community):
            assert await office.store.retry(office.community, row.id, office.clock.now())
    await told.held()
    assert not later.removed


async def test_rows_behind_a_refused_one_go_on(house: InHouse, told: Telling) -> None:
    await told.say("slack")
    await told.held()
    gone = Telling(house, f"Gone after {next(NUMBERS)}.")
    await gone.publish()
    admin = next(one["name"] for one in (await house.state())["slack"]["people"] if one["admin"])
    await house.control("delete", platform="slack", channel="news", id=await gone.root("slack"), user=admin)
    for _ in range(2):
        await gone.say("discord")
    await told.say("slack")
    await told.say("discord")

    async def here() -> bool:
        state = await house.state()
        return all(len(shown(state, side, told.title)) == 3 for side in SIDES)

    await until(here)
    async with open_office(house.office_settings) as office:

        async def parked() -> bool:
            return len(await office.store.parked(office.community)) >= 1

        await until(parked)
        for row in await office.store.parked(office.community):
            assert await office.store.drop(office.community, row.id)


async def test_one_slow_thread_holds_up_no_other(house: InHouse, told: Telling) -> None:
    """Its sends fail again and again; what another thread of the same channel is told arrives meanwhile."""
    slow = Telling(house, f"Slow beside {next(NUMBERS)}.")
    await slow.publish()
    await house.fault("discord", "500", "POST /webhooks/", times=2)
    await slow.say("slack")

    async def failing() -> bool:
        return not (await house.state())["discord"] or any(
            one.status == 500 for one in house.town.discord_exchanges[-20:]
        )

    await until(failing)
    await told.say("slack")
    await told.held()
    await slow.held()


# -- reactions


@pytest.mark.parametrize("side", SIDES)
async def test_a_reaction_counts_once_a_person_on_the_other_side(house: InHouse, told: Telling, side: str) -> None:
    names = [one["name"] for one in (await house.state())[side]["people"]]
    comment = await told.say(side)
    await told.held()
    for name in names[:2]:
        await told.react(comment, "👍", name)
    await told.held()
