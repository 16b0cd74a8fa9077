"""The core with a real store, turned by hypothesis: whatever fails, both platforms end up showing what was written."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from bot.delivery.carrier import Carrier, paused_until
from bot.delivery.crashing import Point
from bot.delivery.pace import Pauses
from bot.discussion.intake import Reception
from bot.masking import Maskers
from bot.model import DISCORD, SLACK, Edited, Event, PlatformName, Removed
from bot.ports import Platform
from storage.store import SqlStore
from tests.builders import TurnableClock, article
from tests.contract.core_platform import Failure, MemoryPlatform, Message, news

MASKERS = Maskers()
SIDES = st.sampled_from([DISCORD, SLACK])
PICK = st.integers(0, 1_000)
WORDS = st.sampled_from(["plain", "shit"])


class Crashed(BaseException):
    """The process is gone: nothing may catch this."""


@dataclass
class Written:
    """What a person wrote, as it should show now."""

    side: PlatformName
    message: Message
    text: str
    removed: bool = False

    @property
    def shown(self) -> str:
        return self.text.replace("shit", "****")


class Core(RuleBasedStateMachine):
    """People, two platforms, one store, and a bot that is built anew after each crash."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory()
        self.clock = TurnableClock()
        self.platforms = {name: MemoryPlatform(name) for name in (DISCORD, SLACK)}
        self.written: list[Written] = []
        self.crash_at: Point | None = None
        self.reception: Reception | None = None

    def turn(self, work: Coroutine[Any, Any, Any]) -> Any:  # noqa: ANN401 - whatever it answers
        return self.runner.run(work)

    @initialize()
    def open(self) -> None:
        async def publish() -> None:
            self.store = await SqlStore.open(f"sqlite:///{Path(self.folder.name)}/core.sqlite3", self.clock)
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

    @rule(side=SIDES, words=WORDS, how=st.sampled_from(["once", "twice", "never"]))
    def say(self, side: PlatformName, words: str, how: str) -> None:
        self.turn(self._tell(side, self._say(side, words), how))

    @rule(side=SIDES, words=WORDS)
    def say_two_that_come_the_wrong_way_round(self, side: PlatformName, words: str) -> None:
        first, second = self._say(side, words), self._say(side, "plain")
        self.turn(self._tell(side, second, "once"))
        self.turn(self._tell(side, first, "once"))

    @precondition(lambda self: self._standing())
    @rule(pick=PICK, words=WORDS, how=st.sampled_from(["once", "twice", "never"]))
    def edit(self, pick: int, words: str, how: str) -> None:
        one = self._standing()[pick % len(self._standing())]
        platform = self.platforms[one.side]
        one.text = f"{one.text.split()[0]} edited {pick} {words}"
        stamp = platform.edit(one.message.id, one.text)
        body = platform.posted(one.message).body
        self.turn(self._tell(one.side, Edited(platform.thread, one.message.id, body, stamp), how))

    @precondition(lambda self: self._standing())
    @rule(pick=PICK, how=st.sampled_from(["once", "twice", "never"]))
    def delete(self, pick: int, how: str) -> None:
        one = self._standing()[pick % len(self._standing())]
        platform = self.platforms[one.side]
        del platform.messages[one.message.id]
        one.removed = True
        self.turn(self._tell(one.side, Removed(platform.thread, one.message.id), how))

    # -- what goes wrong

    @rule(side=SIDES, words=WORDS, failure=st.sampled_from(Failure), crash_at=st.none() | st.sampled_from(Point))
    def say_while_sends_fail(self, side: PlatformName, words: str, failure: Failure, crash_at: Point | None) -> None:
        self.turn(self._tell(side, self._say(side, words), "once"))
        self.work(0.2, [(name, failure) for name in self.platforms], crash_at)

    @rule()
    def crash(self) -> None:
        self.turn(self._start())

    # -- time

    @rule(
        seconds=st.sampled_from([0.2, 1.0, 5.0]),
        failures=st.lists(st.tuples(SIDES, st.sampled_from(Failure)), max_size=2),
        crash_at=st.none() | st.sampled_from(Point),
    )
    def work(self, seconds: float, failures: list[tuple[PlatformName, Failure]], crash_at: Point | None) -> None:
        for side, failure in failures:
            self.platforms[side].failures.append(failure)
        self.clock.turn(seconds=seconds)
        self.crash_at = crash_at
        self.turn(self._work())
        self.crash_at = None

    @rule()
    def rest(self) -> None:
        self.turn(self._rest())
        standing = [one for one in self.written if not one.removed]
        for name, platform in self.platforms.items():
            shown = [message.text for message in platform.in_order()]
            assert sorted(shown) == sorted(one.shown for one in standing), name
            copies = [one.shown for one in standing if one.side != name]
            assert [text for text in shown if text in copies] == copies, name
            assert platform.card is not None
            assert platform.card.comments == len(standing)
        assert self.turn(self.store.violations()) == ()

    # -- the works

    def _say(self, side: PlatformName, words: str) -> Event:
        platform = self.platforms[side]
        text = f"#{len(self.written) + 1} {words}"
        self.written.append(Written(side, platform.add(text), text))
        return platform.posted(self.written[-1].message)

    def _standing(self) -> list[Written]:
        """What its author can still change: it was not deleted, and did not give way."""
        return [one for one in self.written if not one.removed and one.message.id in self.platforms[one.side].messages]

    async def _start(self) -> None:
        """A bot that knows nothing but the database, and connects to both platforms."""
        if self.reception is not None:
            await self.reception.stop()
        self.crash_at = None
        platforms: dict[PlatformName, Platform] = dict(self.platforms)
        self.pauses = Pauses()
        self.reception = Reception(
            self.store,
            platforms,
            MASKERS,
            self.clock,
            lambda: None,
            keep_originals=timedelta(days=1),
            reached=self._reached,
        )
        self.carrier = Carrier(
            self.store, platforms, MASKERS, self.clock, self.pauses, 0, self._reached, opened=self.reception.opened
        )
        for name in platforms:
            await self._connect(name)

    async def _connect(self, name: PlatformName) -> None:
        assert self.reception is not None
        await self.reception.connected(name)
        tasks = self.reception._catching._tasks  # noqa: SLF001 - the works
        try:
            await tasks[name]
        except Crashed:
            await self._start()

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
        except Crashed:
            await self._start()

    async def _rest(self) -> None:
        """Work until nothing waits and nothing is on its way."""
        self.crash_at = None
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

    def _reached(self, point: Point) -> None:
        if point is self.crash_at:
            self.crash_at = None
            raise Crashed(point)

    async def _close(self) -> None:
        if self.reception is not None:
            await self.reception.stop()
        await self.store.close()


TestCore = Core.TestCase
TestCore.settings = settings(
    max_examples=3,
    stateful_step_count=12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
