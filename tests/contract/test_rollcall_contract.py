"""Replies rest until every other replica has told that it holds nothing back, or their thread was read."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from bot.discussion import rollcall
from bot.discussion.rollcall import RollCall
from bot.model import DISCORD, SLACK, Posted
from bot.records import InboxId, Waiting
from storage.store import SqlStore
from tests.builders import TurnableClock, posted, thread

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
LONG = timedelta(minutes=1)
PLACE = thread(SLACK)


@dataclass
class One:
    """A replica that has all that it was sent in the inbox, or not (`kept`), or that is stopped as it stands."""

    name: str
    store: SqlStore
    kept: bool = True
    stopped: bool = False
    woken: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.roll = RollCall(self.store, self.name, spread=lambda: [SLACK], heard=self._heard, wake=self.woken.set)

    async def _heard(self) -> bool:
        return self.kept

    def called(self, topic: str) -> None:
        if not self.stopped:
            self.roll.called(topic)

    async def passes(self, *waiting: Waiting) -> list[bool]:
        """What a pass over the inbox finds clear."""
        self.woken.clear()
        await self.roll.look()
        self.roll.ask(waiting)
        return [self.roll.clear(one) for one in waiting]

    async def answered(self) -> None:
        async with asyncio.timeout(10):
            await self.woken.wait()


@pytest.fixture
async def two(store: SqlStore, database_url: str, clock: TurnableClock) -> AsyncIterator[tuple[One, One]]:
    here, there = One("here", store), One("there", await SqlStore.open(database_url, clock))
    heard = {one.name: asyncio.Event() for one in (here, there)}

    async def listen(one: One) -> None:
        def called(topic: str) -> None:
            heard[one.name].set()
            one.called(topic)

        await one.store.listen(called)

    listening = [asyncio.create_task(listen(one)) for one in (here, there)]
    for one in (here, there):
        await one.store.beat(one.name, [SLACK], LONG)
        await heard[one.name].wait()
    yield here, there
    for one in (here, there):
        await one.roll.stop()
    for task in listening:
        task.cancel()
    await asyncio.gather(*listening, return_exceptions=True)
    await there.store.close()


def reply(number: int, clock: TurnableClock) -> Waiting:
    return Waiting(InboxId(number), posted(str(number), place=PLACE, position=number), clock.now())


async def test_a_reply_is_clear_once_the_other_has_answered_and_the_inbox_is_loaded_again(
    two: tuple[One, One], clock: TurnableClock
) -> None:
    here, _ = two
    late = reply(2, clock)
    assert await here.passes(late) == [False]
    await here.answered()
    assert not here.roll.clear(late)  # what the other kept is not loaded yet
    assert await here.passes(reply(1, clock), late, reply(3, clock)) == [True, True, False]


async def test_where_the_other_is_not_sure_the_thread_is_read(two: tuple[One, One], clock: TurnableClock) -> None:
    here, there = two
    there.kept = False
    late = reply(2, clock)
    await here.passes(late)
    await here.answered()
    assert await here.passes(late) == [False]
    assert here.roll.missing(late)
    here.roll.reading(PLACE, [late])
    assert await here.passes(late, reply(3, clock)) == [False, False]
    here.roll.read(PLACE)
    assert await here.passes(reply(1, clock), late, reply(3, clock)) == [True, True, False]


async def test_one_that_is_stopped_is_not_waited_for_long_and_still_missed_after_its_lease(
    two: tuple[One, One], clock: TurnableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = two
    there.stopped = True
    await there.store.beat("there", [SLACK], timedelta(0))
    late = reply(2, clock)
    assert await here.passes(late) == [False]
    assert not here.roll.missing(late)
    monkeypatch.setattr(rollcall, "ANSWER_SECONDS", 0.0)
    assert here.roll.missing(late)
    await there.store.leave_replicas("there")
    assert await here.passes(late) == [True]


async def test_nobody_is_asked_for_what_is_no_reply_or_not_spread(two: tuple[One, One], clock: TurnableClock) -> None:
    here, there = two
    there.stopped = True
    elsewhere = Waiting(InboxId(1), posted("1", place=thread(DISCORD)), clock.now())
    assert isinstance(elsewhere.event, Posted)
    assert await here.passes(elsewhere) == [True]
