"""The core with a real store, turned by hypothesis: whatever fails, both platforms end up showing what was written.

The process may die at any await: before and after each call of the store and of a platform, and at each named point.
A few examples run in the suite; `CORE_EXAMPLES=200 pytest tests/contract/test_core_under_faults.py` looks further.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from bot.delivery.carrier import Carrier, paused_until
from bot.delivery.pace import Pauses
from bot.discussion.intake import Reception
from bot.model import DISCORD, SLACK, Edited, Event, PlatformName, RemoteMessageId, Removed
from bot.ports import Platform
from bot.records import CopyJob, Delivery
from bot.store import Store
from storage.store import SqlStore
from tests.builders import MASKERS, TurnableClock, article
from tests.contract.core_platform import Failure, MemoryPlatform, Message, news
from tests.contract.mortal_store import Crashed, MortalStore
from tests.engines import POSTGRESQL, SQLITE, database_in

SIDES = st.sampled_from([DISCORD, SLACK])
PICK = st.integers(0, 1_000)
WORDS = st.sampled_from(["plain", "shit"])
HOW = st.sampled_from(["once", "twice", "never"])
DIES_IN = st.none() | st.integers(1, 70)
"""After how many steps of the process it dies."""
USERS = st.sampled_from(["ada", "linus"])
EMOJI = st.sampled_from(["👍", "🎉"])
FOLDER = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: PTH112, S108 - a commit costs nothing there


@dataclass
class Written:
    """What a person wrote, as it should show now."""

    side: PlatformName
    message: Message
    text: str
    removed: bool = False
    slipped: bool = False
    reactors: set[tuple[PlatformName, str, str]] = field(default_factory=set)
    """Who reacted on which side, with which emoji."""

    @property
    def shown(self) -> str:
        return self.text.replace("shit", "****")

    def tallies(self, name: PlatformName) -> dict[str, int]:
        """How its copy on a side shall show the reactions from elsewhere."""
        emoji = [each for side, _, each in self.reactors if side != name]
        return {each: emoji.count(each) for each in emoji}


class Core(RuleBasedStateMachine):
    """People, two platforms, one store, and a bot that is built anew after each crash."""

    engine = SQLITE

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.exits = AsyncExitStack()
        self.folder = tempfile.TemporaryDirectory(dir=FOLDER)
        self.clock = TurnableClock()
        self.platforms = {name: MemoryPlatform(name, now=self.clock.now, crash=self._step) for name in (DISCORD, SLACK)}
        self.written: list[Written] = []
        self.steps_left: int | None = None
        self.reception: Reception | None = None

    def turn(self, work: Coroutine[Any, Any, Any]) -> Any:  # noqa: ANN401 - whatever it answers
        return self.runner.run(work)

    @initialize()
    def open(self) -> None:
        async def publish() -> None:
            url = await self.exits.enter_async_context(database_in(Path(self.folder.name), self.engine))
            self.store = await SqlStore.open(url, self.clock)
            community = await self.store.community("main")
            for name in self.platforms:
                await self.store.join(community, "main", news(name))
            (board,) = await self.store.boards(community)
            self.discussion, _ = await self.store.publish(board.id, article(), ["text:a"], "A title", self.clock.now())
            self.community = community
            await self._start()
            await self._rest()

        self.turn(publish())

    def teardown(self) -> None:
        try:
            self.rest()
        finally:
            self.turn(self._close())
            self.runner.close()
            self.folder.cleanup()

    # -- what people do

    @rule(side=SIDES, words=WORDS, how=HOW)
    def say(self, side: PlatformName, words: str, how: str) -> None:
        self.turn(self._tell(side, self._say(side, words), how))

    @rule(side=SIDES, words=WORDS)
    def say_two_that_come_the_wrong_way_round(self, side: PlatformName, words: str) -> None:
        first, second = self._say(side, words), self._say(side, "plain")
        self.turn(self._tell(side, second, "once"))
        self.turn(self._tell(side, first, "once"))

    @precondition(lambda self: self._standing())
    @rule(pick=PICK, words=WORDS, how=HOW)
    def edit(self, pick: int, words: str, how: str) -> None:
        one = self._standing()[pick % len(self._standing())]
        platform = self.platforms[one.side]
        # What gives way loses the reactions that it had.
        one.text = f"{one.text.split()[0]} edited {pick} {'plain' if one.reactors else words}"
        one.slipped = one.slipped or "shit" in one.text
        stamp = platform.edit(one.message.id, one.text)
        body = platform.posted(one.message).body
        self.turn(self._tell(one.side, Edited(platform.thread, one.message.id, body, stamp), how))

    @precondition(lambda self: self._standing())
    @rule(pick=PICK, how=HOW)
    def delete(self, pick: int, how: str) -> None:
        one = self._standing()[pick % len(self._standing())]
        if self.turn(self._in_doubt(one)):
            return
        platform = self.platforms[one.side]
        del platform.messages[one.message.id]
        one.removed = True
        self.turn(self._tell(one.side, Removed(platform.thread, one.message.id), how))

    @precondition(lambda self: self._gave_way())
    @rule(pick=PICK, how=HOW)
    def delete_what_took_its_place(self, pick: int, how: str) -> None:
        one = self._gave_way()[pick % len(self._gave_way())]
        platform, repost = self.platforms[one.side], self._copy(one, one.side)
        if repost is not None and self.turn(self._knows(one.side, repost.id)):
            del platform.messages[repost.id]
            one.removed = True
            self.turn(self._tell(one.side, Removed(platform.thread, repost.id), how))

    @precondition(lambda self: self._likeable())
    @rule(pick=PICK, side=SIDES, user=USERS, emoji=EMOJI, how=HOW)
    def react_or_take_it_back(self, pick: int, side: PlatformName, user: str, emoji: str, how: str) -> None:
        one = self._likeable()[pick % len(self._likeable())]
        platform = self.platforms[side]
        message = one.message if side == one.side else self._copy(one, side)
        if message is None:
            return
        mark = (side, user, emoji)
        event = platform.react(message.id, user, emoji, added=mark not in one.reactors)
        one.reactors.symmetric_difference_update({mark})
        self.turn(self._tell(side, event, how))

    # -- what goes wrong

    @rule(side=SIDES, words=WORDS, failure=st.sampled_from(Failure), dies_in=DIES_IN)
    def say_while_sends_fail(self, side: PlatformName, words: str, failure: Failure, dies_in: int | None) -> None:
        self.turn(self._tell(side, self._say(side, words), "once"))
        self.work(0.2, [(name, failure) for name in self.platforms], dies_in)

    @rule(dies_in=DIES_IN)
    def crash(self, dies_in: int | None) -> None:
        """It starts anew, and may die over that too."""
        self.steps_left = dies_in
        self.turn(self._start())
        self.steps_left = None

    # -- time

    @rule(
        seconds=st.sampled_from([0.2, 1.0, 5.0]),
        failures=st.lists(st.tuples(SIDES, st.sampled_from(Failure)), max_size=2),
        dies_in=DIES_IN,
    )
    def work(self, seconds: float, failures: list[tuple[PlatformName, Failure]], dies_in: int | None) -> None:
        for side, failure in failures:
            self.platforms[side].failures.append(failure)
        self.clock.turn(seconds=seconds)
        self.steps_left = dies_in
        self.turn(self._work())
        self.steps_left = None

    @rule()
    def rest(self) -> None:
        self.turn(self._rest())
        standing = [one for one in self.written if not one.removed]
        for name, platform in self.platforms.items():
            shown = [message.text for message in platform.in_order()]
            assert sorted(shown) == sorted(one.shown for one in standing), name
            copies = [one.shown for one in standing if one.side != name]
            assert [text for text in shown if text in copies] == copies, name
            for one in standing:
                if one.side != name and not one.slipped:
                    copy = self._copy(one, name)
                    assert copy is not None
                    assert copy.tallies == one.tallies(name)
            assert platform.card is not None
            assert platform.card.comments == len(standing)
        assert self.turn(self.store.violations()) == ()

    # -- the works

    def _say(self, side: PlatformName, words: str) -> Event:
        platform = self.platforms[side]
        text = f"#{len(self.written) + 1} {words}"
        self.written.append(Written(side, platform.add(text), text, slipped="shit" in text))
        return platform.posted(self.written[-1].message)

    def _standing(self) -> list[Written]:
        """What its author can still change: it was not deleted, and did not give way."""
        return [one for one in self.written if not one.removed and one.message.id in self.platforms[one.side].messages]

    def _gave_way(self) -> list[Written]:
        """What stands as a masked message in the place of the original."""
        return [one for one in self.written if not one.removed and one not in self._standing()]

    def _likeable(self) -> list[Written]:
        """What never had to give way: reactions go with a message that does."""
        return [one for one in self._standing() if not one.slipped]

    def _copy(self, one: Written, side: PlatformName) -> Message | None:
        """A comment's copy on a side, where it stands by now."""
        number = one.text.split()[0]
        messages = self.platforms[side].in_order()
        return next((each for each in messages if each.stamp is not None and each.text.split()[0] == number), None)

    async def _knows(self, side: PlatformName, repost: RemoteMessageId) -> bool:
        """Whether it is noted that this message took its original's place."""
        posting = await self.store.posting_of(self.platforms[side].thread)
        assert posting is not None
        return any(known.standing == repost for known in await self.store.known(posting))

    async def _in_doubt(self, one: Written) -> bool:
        """Whether nobody could tell its author's deletion from one of ours that may be under way."""
        for lane, _ in await self.store.due(self.clock.now() + timedelta(days=1)):
            job = await self.store.next_job(lane, self.clock.now() + timedelta(days=1))
            doubtful = isinstance(job, CopyJob) and job.copy.own_place and job.row.state is Delivery.SENDING
            if doubtful and job is not None and cast("CopyJob", job).comment.message == one.message.id:
                return True
        return False

    async def _start(self) -> None:
        """A bot that knows nothing but the database, and connects to both platforms."""
        if self.reception is not None:
            await self.reception.stop()
        platforms: dict[PlatformName, Platform] = dict(self.platforms)
        self.pauses = Pauses()
        store = cast("Store", MortalStore(self.store, self._step))
        self.reception = Reception(
            store,
            platforms,
            MASKERS,
            self.clock,
            lambda: None,
            keep_originals=timedelta(days=1),
            reached=lambda _point: self._step(),
        )
        self.carrier = Carrier(
            store,
            platforms,
            MASKERS,
            self.clock,
            self.pauses,
            0,
            lambda _point: self._step(),
            opened=self.reception.opened,
            missed=self.reception.receive,
        )
        for name in platforms:
            reception = self.reception
            await self._connect(name)
            if self.reception is not reception:
                return  # it died over this one, and began anew

    async def _connect(self, name: PlatformName) -> None:
        assert self.reception is not None
        # It takes a moment: what is read now is later than what was done before.
        self.clock.turn(milliseconds=1)
        try:
            await self.reception.connected(name)
            await self._read()
        except Crashed:
            await self._start()

    async def _read(self) -> None:
        """Wait until every thread is read that is to be read."""
        assert self.reception is not None
        catching = self.reception._catching  # noqa: SLF001 - the works
        try:
            await asyncio.gather(*catching._tasks.values(), *catching._single)  # noqa: SLF001 - the same
        except* Crashed:
            died = True
        else:
            died = False
        if died:
            raise Crashed

    async def _tell(self, side: PlatformName, event: Event, how: str) -> None:
        if how == "never":
            await self._connect(side)
            return
        try:
            assert self.reception is not None
            for _ in range(1 + (how == "twice")):
                await self.reception.receive(event)
        except Crashed:
            await self._start()

    async def _work(self) -> None:
        """Deal with what is ripe, and take one step in each lane."""
        try:
            assert self.reception is not None
            await self.reception._work()  # noqa: SLF001 - what `run` does over and over
            for lane, _ in await self.store.due(self.clock.now()):
                job = await self.store.next_job(lane, self.clock.now())
                if job is not None and paused_until(job, self.pauses, self.clock.now()) <= self.clock.now():
                    await self.carrier.carry(job)
            await self._read()
        except Crashed:
            await self._start()

    async def _rest(self) -> None:
        """Work until nothing waits and nothing is on its way."""
        self.steps_left = None
        for platform in self.platforms.values():
            platform.failures.clear()
        for _ in range(200):
            self.clock.turn(seconds=15)
            await self._work()
            if not await self.store.waiting(1) and await self._all_sent():
                return
        raise AssertionError("it does not come to rest")

    async def _all_sent(self) -> bool:
        far = self.clock.now() + timedelta(days=1)
        return not await self.store.due(far) and not await self.store.parked(self.community)

    def _step(self) -> None:
        """The process goes on, or dies here."""
        if self.steps_left is None:
            return
        self.steps_left -= 1
        if self.steps_left <= 0:
            self.steps_left = None
            raise Crashed

    async def _close(self) -> None:
        if self.reception is not None:
            await self.reception.stop()
        await self.store.close()
        await self.exits.aclose()


class CoreOnPostgres(Core):
    """The same on the other engine."""

    engine = POSTGRESQL


def _tried(examples: int) -> settings:
    return settings(
        max_examples=int(os.environ.get("CORE_EXAMPLES", examples)),
        stateful_step_count=16,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


TestCore = Core.TestCase
TestCore.settings = _tried(6)
TestCoreOnPostgres = CoreOnPostgres.TestCase
TestCoreOnPostgres.settings = _tried(2)


def test_what_changed_between_a_lost_answer_and_its_finding_is_shown() -> None:
    core = Core()
    core.open()
    core.say_while_sends_fail(side=SLACK, words="shit", failure=Failure.DONE, dies_in=None)
    core.edit(pick=0, words="shit", how="once")
    core.teardown()
