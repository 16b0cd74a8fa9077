"""An original gives way to its masked repost: what a lost answer and a late change of mind mean."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, cast

import pytest

from bot.delivery.carrier import Carrier
from bot.delivery.pace import Pauses
from bot.discussion.decide import Rules, decide
from bot.discussion.decisions import Add, Hold
from bot.errors import MessageGone, Unavailable, Uncertain
from bot.markup.view import plain
from bot.model import DISCORD, CommentId, Edited, Event, Posted, RemoteMessageId, Removed, ThreadRef
from bot.ports import Sent, Stamp
from bot.records import CardJob, CopyJob, Lane
from bot.views import CopyView
from storage.store import SqlStore
from tests.builders import MASKER, MASKERS, TurnableClock, article, channel, posted, thread

if TYPE_CHECKING:
    from bot.ports import Platform

ORIGINAL, REPOST = "1", "9"
DONE_ANSWER_LOST, LOST_ON_THE_WAY, NOT_NOW = "done, answer lost", "lost on the way", "not now"


class Place:
    """A platform with one message of a person's, which may be gone. Each of `trials` befalls one deletion.

    A `blind` one says nothing of what stands from its first trial on. `edited` is when the message was, last.
    """

    def __init__(self, *trials: str, original_stands: bool = True, blind: bool = False, edited: int = 0) -> None:
        self.edited = edited
        self.standing = {ORIGINAL} if original_stands else set()
        self.blind = False
        self._goes_blind = blind
        self._trials = list(trials)

    async def stands(self, _thread: ThreadRef, message: RemoteMessageId) -> bool:
        if self.blind:
            raise Unavailable("GET: HTTP 500")
        return message in self.standing

    async def look(self, thread: ThreadRef, message: RemoteMessageId) -> Posted | None:
        if not await self.stands(thread, message):
            raise MessageGone("GET: HTTP 404")
        return replace(posted(message, text="Thought better of.", place=thread), edited=self.edited)

    async def delete(self, _thread: ThreadRef, message: RemoteMessageId) -> bool:
        trial = self._trials.pop(0) if self._trials else ""
        self.blind = self.blind or (bool(trial) and self._goes_blind)
        self._goes_blind = self._goes_blind and not self.blind
        if trial == NOT_NOW:
            raise Unavailable("DELETE: no connection")
        was_there = message in self.standing
        if trial != LOST_ON_THE_WAY:
            self.standing.discard(message)
        if trial:
            raise Uncertain("DELETE: no answer")
        return was_there

    async def send_copy(self, _thread: ThreadRef, _copy: CopyView, _stamp: Stamp) -> Sent:
        self.standing.add(REPOST)
        return Sent(RemoteMessageId(REPOST), "https://chat.example/9")


class Clearing:
    """A comment whose masked repost is to take its original's place on Discord."""

    def __init__(self, store: SqlStore, clock: TurnableClock) -> None:
        self._store = store
        self._clock = clock
        self._comment: CommentId | None = None
        self.missed: list[Event] = []

    async def begin(self) -> None:
        store, clock = self._store, self._clock
        community = await store.community("main")
        await store.join(community, "main", channel(DISCORD))
        (board,) = await store.boards(community)
        opened, _ = await store.publish(board.id, article(), ["text:a"], "A title", clock.now())
        (posting,) = await store.postings(opened)
        job = await store.next_job(Lane(f"card:{posting.id}"), clock.now())
        assert isinstance(job, CardJob)
        await store.finish_card(job, root=RemoteMessageId("root"), url=None, thread=thread(DISCORD), done=1)
        event = posted(ORIGINAL, text="This is shit.")
        standing = await store.standing(event.thread, event.message, None)
        decision = decide(event, standing, Rules(MASKER, timedelta(days=1), can_replace=True), clock.now())
        assert isinstance(decision, Add)
        self._comment = await store.settle(None, decision, clock.now())

    async def carry(self, place: Place, steps: int) -> None:
        """Take so many steps of the lane, each once its wait is over."""
        carrier = Carrier(
            self._store,
            {DISCORD: cast("Platform", place)},
            MASKERS,
            self._clock,
            Pauses(),
            largest_file=0,
            missed=self._miss,
        )
        for _ in range(steps):
            self._clock.turn(seconds=90)
            lanes = [lane for lane, _ in await self._store.due(self._clock.now()) if lane.startswith("thread:")]
            for lane in lanes:
                job = await self._store.next_job(lane, self._clock.now())
                assert isinstance(job, CopyJob)
                await carrier.carry(job)

    async def _miss(self, event: Event) -> None:
        self.missed.append(event)

    async def tell_of_the_deletion(self) -> None:
        """The platform says that the original is gone."""
        event = Removed(thread(DISCORD), RemoteMessageId(ORIGINAL))
        standing = await self._store.standing(event.thread, event.message, None)
        decision = decide(event, standing, Rules(MASKER, timedelta(days=1), can_replace=True), self._clock.now())
        assert not isinstance(decision, Hold)
        await self._store.settle(None, decision, self._clock.now())

    async def comment_is_removed(self) -> bool:
        assert self._comment is not None
        record = await self._store.comment(self._comment)
        assert record is not None
        return record.removed


@pytest.fixture
async def clearing(store: SqlStore, clock: TurnableClock) -> Clearing:
    begun = Clearing(store, clock)
    await begun.begin()
    return begun


@pytest.mark.parametrize(
    "trials",
    [(), (NOT_NOW,), (DONE_ANSWER_LOST,), (LOST_ON_THE_WAY,), (LOST_ON_THE_WAY, NOT_NOW, DONE_ANSWER_LOST)],
    ids=lambda trials: ", then ".join(trials) or "at once",
)
@pytest.mark.parametrize("blind", [False, True], ids=["seen at once", "not seen at once"])
async def test_whatever_befalls_its_deletion_the_original_gives_way_and_the_comment_stays(
    clearing: Clearing, trials: tuple[str, ...], *, blind: bool
) -> None:
    place = Place(*trials, blind=blind)
    await clearing.carry(place, steps=2)
    place.blind = False
    await clearing.carry(place, steps=10)
    assert place.standing == {REPOST}
    assert not await clearing.comment_is_removed()


async def test_an_original_that_its_author_took_back_takes_the_comment_along(clearing: Clearing) -> None:
    place = Place(original_stands=False)
    await clearing.carry(place, steps=4)
    assert place.standing == set()
    assert await clearing.comment_is_removed()


@pytest.mark.parametrize("trial", [NOT_NOW, LOST_ON_THE_WAY, DONE_ANSWER_LOST])
async def test_that_holds_whatever_befalls_our_own_deletion(clearing: Clearing, trial: str) -> None:
    place = Place(trial, original_stands=False)
    await clearing.carry(place, steps=6)
    assert place.standing == set()
    assert await clearing.comment_is_removed()


@pytest.mark.parametrize("trial", [NOT_NOW, LOST_ON_THE_WAY])
async def test_so_does_one_that_is_taken_back_after_a_try_that_surely_had_no_effect(
    clearing: Clearing, trial: str
) -> None:
    place = Place(trial)
    await clearing.carry(place, steps=2)
    place.standing.discard(ORIGINAL)
    await clearing.carry(place, steps=4)
    assert place.standing == set()
    assert await clearing.comment_is_removed()


async def test_after_a_try_that_may_have_done_it_the_comment_stays(clearing: Clearing) -> None:
    place = Place(LOST_ON_THE_WAY, blind=True)
    await clearing.carry(place, steps=2)
    place.standing.discard(ORIGINAL)
    place.blind = False
    await clearing.carry(place, steps=4)
    assert place.standing == {REPOST}
    assert not await clearing.comment_is_removed()


@pytest.mark.parametrize("trial", ["", NOT_NOW, LOST_ON_THE_WAY, DONE_ANSWER_LOST])
async def test_one_that_was_told_of_before_our_own_try_is_its_authors(clearing: Clearing, trial: str) -> None:
    place = Place(trial)
    await clearing.carry(place, steps=1)
    assert place.standing == {ORIGINAL, REPOST}
    place.standing.discard(ORIGINAL)
    await clearing.tell_of_the_deletion()
    await clearing.carry(place, steps=8)
    assert place.standing == set()
    assert await clearing.comment_is_removed()


@pytest.mark.parametrize("trial", ["", DONE_ANSWER_LOST])
async def test_one_that_is_told_of_after_our_own_try_is_ours(clearing: Clearing, trial: str) -> None:
    place = Place(trial)
    await clearing.carry(place, steps=2)
    assert place.standing == {REPOST}
    await clearing.tell_of_the_deletion()
    await clearing.carry(place, steps=8)
    assert place.standing == {REPOST}
    assert not await clearing.comment_is_removed()


async def test_an_edit_that_nobody_heard_of_is_read_off_the_original_before_it_goes(clearing: Clearing) -> None:
    place = Place(edited=5)
    await clearing.carry(place, steps=4)
    assert place.standing == {REPOST}
    (missed,) = clearing.missed
    assert isinstance(missed, Edited)
    assert (missed.message, missed.edited, plain(missed.body)) == (ORIGINAL, 5, "Thought better of.")


async def test_an_original_as_it_is_known_tells_nothing_new(clearing: Clearing) -> None:
    await clearing.carry(Place(), steps=4)
    assert clearing.missed == []
