"""The promises of delivery (docs/delivery.md), each by name, with faults ordered of the platforms."""

from __future__ import annotations

import resource
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing

import pytest

from adapters.sandbox.slack.values import User
from tests.chaos.people import shown
from tests.chaos.stage import CHANNEL
from tests.chaos.verdict import compare
from tests.engines import POSTGRESQL, SQLITE
from tests.postgres import connect
from tests.wire.delivery.in_house import InHouse
from tests.wire.delivery.telling import Telling, until

pytestmark = pytest.mark.asyncio(loop_scope="module")
SIDES = ("discord", "slack")
on_both_engines = pytest.mark.engines(SQLITE, POSTGRESQL)


@asynccontextmanager
async def locked(house: InHouse) -> AsyncIterator[None]:
    if house.database_url.startswith("sqlite"):
        with closing(sqlite3.connect(house.folder / "roundtable.sqlite3", isolation_level=None)) as lock:
            lock.execute("BEGIN EXCLUSIVE")
            yield
            lock.execute("ROLLBACK")
        return
    connection = await connect(house.database_url)
    async with connection.transaction():
        await connection.execute("LOCK TABLE inbox, outbox, comments IN ACCESS EXCLUSIVE MODE")
        yield
    await connection.close()


@asynccontextmanager
async def full(_house: InHouse) -> AsyncIterator[None]:
    """No file of this process can grow or be written beyond its first byte; Python ignores the signal for that."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


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


@on_both_engines
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


@pytest.mark.parametrize("side", SIDES)
async def test_edits_within_a_second_are_all_heard(told: Telling, side: str) -> None:
    """Slack stamps an edit in whole seconds; its event tells the moment."""
    comment = await told.say(side)
    await told.held()
    for words in ("Once.", "Twice.", "Three times.", "As it stays."):
        await told.edit(comment, words)
    await told.held()


@on_both_engines
async def test_a_reply_whose_author_cannot_be_looked_up_keeps_its_place(house: InHouse, told: Telling) -> None:
    """Slack delivers it again only a while later; its thread is read before what comes behind it is dealt with."""
    world = house.town.sandbox.slack.world
    newcomer = User("U0NEWCOMER", "newcomer", "Newcomer", "2b6836")
    world.users[newcomer.id] = newcomer
    world.join(next(one for one in world.channels.values() if one.name == CHANNEL), newcomer.id)
    await told.say("slack", user="Grace")
    await told.held()
    await house.fault("slack", "500", "users.info", times=4)  # for the reply itself, and for the first reading
    await told.say("slack", user=newcomer.display_name)
    await told.say("slack", user="Grace")
    await told.held()


@on_both_engines
async def test_what_slack_delivers_again_changes_nothing(house: InHouse, told: Telling) -> None:
    await house.town.stop_bot()
    await told.say("slack")
    await house.town.start_bot()
    await told.held()
    for seconds in (1.0, 60.0, 300.0):
        await house.control("clock", platform="slack", advance=seconds)
        await told.held()


# -- outages


@pytest.mark.timeout(180)
async def test_a_long_outage_keeps_order_and_authors(house: InHouse, told: Telling) -> None:
    """Ten minutes in which each side says 300 things that nobody tells the bot of later, and changes earlier ones."""
    doomed, edited, liked = [{side: await told.say(side) for side in SIDES} for _ in range(3)]
    await told.react(liked["discord"], "🎉", "Grace")
    await told.held()
    await house.town.stop_bot()
    people = {side: [one["name"] for one in (await house.state())[side]["people"]] for side in SIDES}
    roots = {side: await told.root(side) for side in SIDES}
    for number in range(300):  # a page of Discord's is 100, one of Slack's 200
        for side in SIDES:
            await told.say_under(roots[side], side, user=people[side][number % len(people[side])])
    for side in SIDES:
        await told.delete(doomed[side])
        await told.edit(edited[side], "Edited while the bot was down.")
        await told.react(liked[side], "👍", "Grace")
        await told.delete(told.comments[-1 - SIDES.index(side)])
        await told.edit(told.comments[-11 - SIDES.index(side)], "Thought better of.")
    await told.unreact(liked["discord"], "🎉", "Grace")
    await house.control("clock", advance=600.0)
    await house.town.start_bot()
    await told.held(150)
    state = await house.state()
    for side, other in (SIDES, SIDES[::-1]):
        copies = shown(state, other, told.title)
        written = [one for one in told.comments if one.side == side and not one.removed]
        assert len(written) > 300
        assert [copies[one.number][0]["author"].partition(" · ")[0] for one in written] == [one.user for one in written]


@on_both_engines
@pytest.mark.parametrize(("side", "reading"), [("discord", "GET /channels/[0-9]+/messages"), ("slack", r"\.replies")])
async def test_what_is_said_while_the_thread_is_read_comes_after_what_was_missed(
    house: InHouse, told: Telling, side: str, reading: str
) -> None:
    await house.town.stop_bot()
    for _ in range(3):
        await told.say(side)
    await house.fault(side, "500", reading, times=2)
    await house.town.start_bot()
    for _ in range(2):
        await told.say(side)
    await told.held()


@on_both_engines
@pytest.mark.parametrize("side", SIDES)
async def test_a_message_that_came_and_went_while_the_bot_was_down_is_none(
    house: InHouse, told: Telling, side: str
) -> None:
    await house.town.stop_bot()
    await told.delete(await told.say(side))
    await told.say(side)
    await house.town.start_bot()
    await told.held()


async def test_an_archived_thread_takes_copies_again(house: InHouse, told: Telling) -> None:
    await house.control("clock", platform="discord", advance=8 * 24 * 3600.0)
    await told.say("slack")
    await told.held()


# -- storage


@pytest.mark.parametrize("trouble", [locked, full], ids=["locked", "no room on the disk"])
async def test_a_database_that_takes_nothing_stops_acknowledgements_and_loses_nothing(
    house: InHouse, told: Telling, trouble: Callable[[InHouse], AbstractAsyncContextManager[None]]
) -> None:
    """Slack delivers again what nobody acknowledged; Discord's threads are read again."""
    slack = house.town.sandbox.slack
    first = await told.say("slack")
    await told.held()
    before = slack.redelivered
    async with trouble(house):
        for side in SIDES:
            await told.say(side)
        await told.edit(first, "Edited meanwhile.")

        def again() -> bool:
            slack.advance(0.5)
            return slack.redelivered >= before + 2

        await until(again)
    await told.held()


# -- poison


@on_both_engines
async def test_a_refused_copy_is_parked_with_its_reason_and_can_be_tried_again(house: InHouse, told: Telling) -> None:
    first = await told.say("discord")
    await told.held()
    await house.control("channel", platform="slack", name="news", writable=False)
    later = await told.say("discord")
    await told.edit(first, "Edited in vain.")
    await until(lambda: parked(house, "slack", 2))
    assert all("chat." in row.reason for row in await house.parked("slack"))
    await house.control("channel", platform="slack", name="news", writable=True)
    await house.retry_parked()
    await told.held()
    assert not later.removed


async def test_rows_behind_a_refused_one_go_on(house: InHouse, told: Telling, other: Telling) -> None:
    await told.say("slack")
    await told.held()
    gone = other
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
    await until(lambda: parked(house, "slack", 1))
    for row in await house.parked("slack"):
        assert await house.office.store.drop(house.office.community, row.id)


async def test_one_slow_thread_holds_up_no_other(house: InHouse, told: Telling, other: Telling) -> None:
    """An edit fails again and again; what another thread of the same channel is told arrives meanwhile."""
    slow = other
    late = await slow.say("slack")
    await slow.held()
    (copy,) = shown(await house.state(), "discord", slow.title)[late.number]
    await house.fault("discord", "500", f"PATCH /webhooks/.*/{copy['id']}", times=1000)
    asked = len(house.town.discord_exchanges)
    await slow.edit(late, "Better said.")
    await until(lambda: any(one.status == 500 for one in house.town.discord_exchanges[asked:]))
    await told.say("slack")
    await told.say("discord")
    await until(lambda: agrees(house, told))
    assert not await agrees(house, slow)
    await house.control("faults", clear=True)
    await slow.held()


async def agrees(house: InHouse, told: Telling) -> bool:
    """Whether both sides show what was written under a card, whatever is still on its way elsewhere."""
    return not compare(await house.state(), [told.title], told.comments).lines


# -- reactions


@on_both_engines
@pytest.mark.parametrize("side", SIDES)
async def test_a_reaction_counts_once_a_person_on_the_other_side(house: InHouse, told: Telling, side: str) -> None:
    names = [one["name"] for one in (await house.state())[side]["people"]]
    comment = await told.say(side)
    await told.held()
    for name in names[:2]:
        await told.react(comment, "👍", name)
    await told.held()


async def parked(house: InHouse, platform: str, number: int) -> bool:
    return len(await house.parked(platform)) >= number
