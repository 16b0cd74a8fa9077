"""Leases and fencing tokens, who lives, and how the inbox is dealt out."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.discussion.decisions import Pass
from bot.errors import LeaseLost
from bot.model import DISCORD, SLACK, RemoteMessageId
from bot.records import CardJob, Delivery, InboxId, Lane, Pulse
from bot.slots import SLOTS, dealer_of, slot_of
from storage.store import SqlStore
from tests.builders import TurnableClock, article, channel, posted, thread

on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
LONG, GONE = timedelta(minutes=1), timedelta(0)


@pytest.fixture
async def lane(store: SqlStore, clock: TurnableClock) -> Lane:
    """The lane of the one card that waits."""
    community = await store.community("main")
    await store.join(community, "main", channel(DISCORD))
    (board,) = await store.boards(community)
    await store.publish(board.id, article(), ["text:a"], "A title", clock.now())
    ((due, _),) = await store.due(clock.now())
    return due


async def card_job(store: SqlStore, lane: Lane, clock: TurnableClock) -> CardJob:
    job = await store.next_job(lane, clock.now())
    assert isinstance(job, CardJob)
    return job


@on_postgresql
async def test_a_lane_has_one_owner_until_the_lease_ends(store: SqlStore, lane: Lane, clock: TurnableClock) -> None:
    (first,) = await store.lease("one", [lane], LONG)
    assert await store.lease("other", [lane], LONG) == ()
    assert await store.due(clock.now(), "other") == ()
    assert [due for due, _ in await store.due(clock.now(), "one")] == [lane]
    assert await store.renew("one", [lane], GONE) == {lane: first.token}
    (second,) = await store.lease("other", [lane], LONG)
    assert second.token > first.token
    assert await store.renew("one", [lane], LONG) == {}


@on_postgresql
async def test_of_many_who_ask_at_once_each_lane_goes_to_one(store: SqlStore, lane: Lane) -> None:
    names = [lane, Lane(lane.replace("card", "thread"))]
    taken = await asyncio.gather(*(store.lease(f"replica {number}", names, LONG) for number in range(8)))
    assert sorted(lease.name for leases in taken for lease in leases) == sorted(names)


async def test_what_was_begun_under_an_older_token_is_refused(
    store: SqlStore, lane: Lane, clock: TurnableClock
) -> None:
    await store.lease("one", [lane], GONE)
    job = await card_job(store, lane, clock)
    await store.begin(job.row, clock.now())
    await store.lease("other", [lane], LONG)
    for late in (
        store.begin(job.row, clock.now()),
        store.postpone(job.row, clock.now(), "late", uncertain=False),
        store.park(job.row, "late"),
        store.finish_card(job, root=RemoteMessageId("1"), url=None, thread=thread(DISCORD), done=1),
    ):
        with pytest.raises(LeaseLost, match="another replica's by now"):
            await late
    job = await card_job(store, lane, clock)
    assert (job.row.state, job.posting.root) == (Delivery.SENDING, None)
    await store.finish_card(job, root=RemoteMessageId("1"), url=None, thread=thread(DISCORD), done=1)


async def test_a_lease_that_was_released_in_vain_stays_with_its_new_owner(store: SqlStore, lane: Lane) -> None:
    (first,) = await store.lease("one", [lane], LONG)
    (second,) = await store.lease("one", [lane], LONG)
    await store.release({lane: first.token})
    assert await store.renew("one", [lane], LONG) == {lane: second.token}
    if not store.alone:
        assert await store.lease("other", [lane], LONG) == ()
    await store.release({lane: second.token})
    assert len(await store.lease("other", [lane], LONG)) == 1


async def test_a_shard_carries_its_state_to_the_next_owner(store: SqlStore) -> None:
    for _ in range(2):
        await store.offer("shard")
    (lease,) = await store.lease("one", ["shard"], LONG)
    assert lease.state is None
    await store.renew("one", ["shard"], GONE, {"shard": "where we are"})
    (lease,) = await store.lease("other", ["shard"], LONG)
    assert lease.state == "where we are"
    await store.renew("one", ["shard"], LONG, {"shard": "out of date"})
    (lease,) = await store.lease("other", ["shard"], LONG)
    assert lease.state == "where we are"


@on_postgresql
async def test_the_dead_are_told_of_once(store: SqlStore) -> None:
    assert (await store.beat("one", [SLACK], LONG)).live == ("one",)
    await store.beat("dying", [DISCORD, SLACK], GONE)
    await store.fall_behind("dying", DISCORD, [thread(DISCORD)])
    pulse = await store.beat("one", [SLACK], LONG)
    assert pulse == Pulse(("one",), frozenset({DISCORD, SLACK}), frozenset({DISCORD}))
    assert (await store.beat("one", [SLACK], LONG)).died == set()
    assert await store.is_behind(DISCORD)
    await store.leave_replicas("one")
    assert await store.beat("other", [], LONG) == Pulse(("other",), unread=frozenset({DISCORD}))
    assert await store.beat("other", [], LONG) == Pulse(("other",), begun=frozenset({DISCORD}))
    await store.catch_up_with("other", DISCORD)
    assert await store.beat("other", [], LONG) == Pulse(("other",))


@on_postgresql
async def test_one_that_died_while_nobody_could_look_is_told_of_all_the_same(store: SqlStore) -> None:
    await store.beat("one", [SLACK], LONG)
    await store.beat("dead", [SLACK], -LONG - timedelta(seconds=1))
    assert await store.beat("one", [SLACK], LONG, spread=[SLACK]) == Pulse(("one",), frozenset({SLACK}))
    assert await store.is_behind(SLACK)
    assert await store.others("one") == set()


@on_postgresql
async def test_what_a_lost_answer_told_of_the_dead_is_told_by_the_next_one(store: SqlStore) -> None:
    """The first answer stands for one that was committed and never arrived."""
    await store.beat("dead", [SLACK], GONE)
    await store.fall_behind("dead", DISCORD, [thread(DISCORD)])
    await store.beat("one", [SLACK], LONG, spread=[SLACK])
    again = await store.beat("one", [SLACK], LONG, spread=[SLACK])
    assert again == Pulse(("one",), begun=frozenset({DISCORD, SLACK}))
    await store.fall_behind("one", SLACK, [thread(SLACK)])
    await store.catch_up_with("one", SLACK)
    assert (await store.beat("one", [SLACK], LONG)).begun == {DISCORD}


@on_postgresql
async def test_one_that_was_missed_is_counted_until_it_has_surely_gone(store: SqlStore) -> None:
    await store.beat("one", [], LONG)
    await store.beat("joining", [], LONG, deals=False)
    await store.beat("stopped", [SLACK], GONE)
    pulse = await store.beat("one", [], LONG, spread=[SLACK])
    assert pulse == Pulse(("one",), frozenset({SLACK}))
    assert await store.is_behind(SLACK)
    assert await store.others("one") == {"joining", "stopped"}
    await store.leave_replicas("joining")
    await store.beat("stopped", [SLACK], -LONG)
    await store.beat("one", [], LONG)
    assert await store.others("one") == set()


@on_postgresql
async def test_an_event_is_no_dead_replicas_to_deal_with_and_nobodys_while_it_rests(
    store: SqlStore, clock: TurnableClock
) -> None:
    await store.keep("key", posted("1"), clock.now())
    (waiting,) = await store.waiting(9)

    async def deal(dealer: str) -> None:
        await store.settle(waiting.id, Pass("no comment"), clock.now(), dealer)

    await store.beat("dead", [], GONE)
    with pytest.raises(LeaseLost):
        await deal("dead")
    await store.beat("one", [], LONG)
    await store.fall_behind("other", DISCORD, [posted("1").thread])
    with pytest.raises(LeaseLost):
        await deal("one")
    await store.catch_up_with("other", DISCORD, posted("1").thread)
    await deal("one")
    await deal("dead")
    assert await store.waiting(9) == ()


@on_postgresql
async def test_events_go_to_the_dealer_of_their_slot_and_to_anybody_when_overdue(
    store: SqlStore, clock: TurnableClock
) -> None:
    places = [thread(DISCORD, root=f"root {number}") for number in range(5)]
    for place in places:
        await store.keep(str(place), posted("1", place=place), clock.now())
    mine = {slot_of(places[0])}
    long_ago = clock.now() - LONG
    taken, _ = await store.waiting_for(9, mine, long_ago, [])
    assert [waiting.event.thread for waiting in taken] == [place for place in places if slot_of(place) in mine]
    assert await store.waiting_for(9, mine, long_ago, [waiting.id for waiting in taken]) == ((), frozenset())
    overdue, _ = await store.waiting_for(9, [], clock.now() + LONG, [InboxId(0)])
    assert [waiting.event.thread for waiting in overdue] == places


@on_postgresql
async def test_events_of_what_is_read_again_rest(store: SqlStore, clock: TurnableClock) -> None:
    near, far = thread(DISCORD, root="near"), thread(DISCORD, root="far")
    for place in (near, far):
        await store.keep(str(place), posted("1", place=place), clock.now())

    async def awake() -> list[str]:
        waiting, _ = await store.waiting_for(9, range(SLOTS), clock.now(), [])
        return [one.event.thread.thread for one in waiting]

    assert await awake() == ["near", "far"]
    known = {one.id: one.event.thread for one in await store.waiting(9)}

    async def resting() -> list[str]:
        _, rest = await store.waiting_for(9, range(SLOTS), clock.now(), known.keys())
        return sorted(known[each].thread for each in rest)

    assert await resting() == []
    await store.fall_behind("one", DISCORD)
    assert await awake() == []
    await store.fall_behind("one", DISCORD, [near])
    await store.catch_up_with("one", DISCORD)
    assert await awake() == ["far"]
    assert await resting() == ["near"]
    await store.catch_up_with("one", DISCORD, near)
    assert await awake() == ["near", "far"]
    assert [one.event.thread for one in await store.waiting_in(near)] == [near]


async def test_an_event_is_dealt_with_once(store: SqlStore, clock: TurnableClock) -> None:
    await store.keep("key", posted("1"), clock.now())
    (waiting,) = await store.waiting(9)
    await store.set_aside(waiting.id, "failed: here")
    await store.set_aside(waiting.id, "failed: there")
    assert await store.waiting(9) == ()


def test_slots_have_one_dealer_and_few_change_hands_when_one_leaves() -> None:
    three, two = ["a", "b", "c"], ["a", "b"]
    before = {slot: dealer_of(slot, three) for slot in range(SLOTS)}
    after = {slot: dealer_of(slot, two) for slot in range(SLOTS)}
    assert set(before.values()) == set(three)
    assert all(after[slot] == dealer for slot, dealer in before.items() if dealer != "c")


@on_postgresql
async def test_calls_are_heard_by_others_alone(store: SqlStore, database_url: str, clock: TurnableClock) -> None:
    other = await SqlStore.open(database_url, clock)
    here: asyncio.Queue[str] = asyncio.Queue()
    there: asyncio.Queue[str] = asyncio.Queue()
    listening = [
        asyncio.create_task(store.listen(here.put_nowait)),
        asyncio.create_task(other.listen(there.put_nowait)),
    ]
    try:
        async with asyncio.timeout(10):
            for queue in (here, there):
                assert {await queue.get(), await queue.get()} == {"inbox", "outbox"}
            store.call("outbox")
            assert await there.get() == "outbox"
            other.call("inbox")
            assert await here.get() == "inbox"
            assert there.empty()
    finally:
        for task in listening:
            task.cancel()
        await asyncio.gather(*listening, return_exceptions=True)
        await other.close()
