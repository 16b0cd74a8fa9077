"""Takes what platforms hand over: into the inbox first, then, in each thread's order, into the discussions."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import structlog

from bot import texts
from bot.delivery.crashing import Point, Reached, pass_by
from bot.discussion.catchup import CatchingUp
from bot.discussion.decide import Rules, decide
from bot.discussion.decisions import Add, Change, Hold, Pass, Unsure
from bot.discussion.inbox import Inbox, event_key
from bot.discussion.rollcall import RollCall
from bot.errors import Busy, LeaseLost, PlatformError, StorageError, Unavailable
from bot.happenings import Commented, Listener, unheard
from bot.masking import Maskers
from bot.model import Event, PlatformName, Posted, PostingId, ThreadRef
from bot.ports import Clock, Platform, Sharded, Spread
from bot.records import Standing, Waiting
from bot.store import Store

log = structlog.get_logger(__name__)

_POLL = 0.5
_BATCH = 200
"""Events that were missed and are kept in one transaction, at most."""


class Reception:
    """The core's `Intake`. `run` until `stop`.

    `settle` is how long an event rests before it is dealt with, so that one that a platform delivered ahead of its
    predecessor is put in its place. `patience` is how long an event waits for what it speaks of.
    """

    def __init__(
        self,
        store: Store,
        platforms: Mapping[PlatformName, Platform],
        maskers: Maskers,
        clock: Clock,
        wake_lanes: Callable[[], None],
        *,
        keep_originals: timedelta,
        settle: timedelta = timedelta(milliseconds=120),
        patience: timedelta = timedelta(minutes=1),
        horizon: timedelta = timedelta(days=14),
        reached: Reached = pass_by,
        heard: Listener = unheard,
        replica: str = "",
        slots: Callable[[], frozenset[int] | None] = lambda: None,
    ) -> None:
        self._replica = replica
        self._store = store
        self._platforms = platforms
        self._maskers = maskers
        self._keep_originals = keep_originals
        self._clock = clock
        self._wake_lanes = wake_lanes
        self._settle = settle
        self._patience = patience
        self._reached = reached
        self._heard = heard
        self._called = asyncio.Event()
        self._inbox = Inbox(store, slots)
        self._catching = CatchingUp(
            store,
            self._inbox,
            platforms,
            clock,
            receive=self._receive_missed,
            read=self._let_go,
            horizon=horizon,
            replica=replica,
        )
        self._roll = RollCall(
            store, replica, spread=lambda: tuple(self._spread()), heard=self._heard_all, wake=self.wake
        )
        self._missed: set[PlatformName] = set()
        self._let_go_lately: set[ThreadRef] = set()
        self._telling: set[asyncio.Task[None]] = set()
        self._stopping = False

    async def receive(self, event: Event) -> None:
        """Take an event; see `bot.ports.Intake`."""
        platform = event.thread.platform
        try:
            if platform in self._missed:
                await self._catch_up(platform)
            # What was missed comes before this one: nobody may deal with this before that is read.
            await self._catching.mark(platform)
            if not await self._store.concerns(event.thread):
                return
            self._reached(Point.HEARD)
            if await self._store.keep(event_key(event), event, self._clock.now()):
                self._read()
        except StorageError:
            # Its platform may never tell of it again, or long after its successors: reading the threads will.
            self._missed.add(platform)
            self._called.set()
            raise
        self._reached(Point.KEPT)

    async def _receive_missed(self, events: Sequence[Event]) -> None:
        """Take what catching up has found in a thread of ours: many events cost a commit, not one each."""
        for start in range(0, len(events), _BATCH):
            batch = events[start : start + _BATCH]
            for _ in batch:
                self._reached(Point.HEARD)
            await self._store.keep_all([(event_key(event), event) for event in batch], self._clock.now())
            for _ in batch:
                self._reached(Point.KEPT)
        if events:
            self._read()

    def wake(self) -> None:
        """Look at the inbox now: another replica has put something into it."""
        self._called.set()

    async def connected(self, platform: PlatformName) -> None:
        """Start catching up; see `bot.ports.Intake`."""
        await self._catch_up(platform)

    async def missed(self, thread: ThreadRef) -> None:
        """Read a thread again; see `bot.ports.Intake`."""
        try:
            await self._catching.missed(thread)
        except StorageError as error:
            log.warning("catch-up put off", platform=thread.platform, reason=str(error))
            self._missed.add(thread.platform)
            self._called.set()

    async def widowed(self, platform: PlatformName) -> None:
        """A replica has died that had heard a platform's events: read what it may have taken along.

        Where one listens at a time, that is for whoever listens next.
        """
        found = self._platforms.get(platform)
        if found is not None and (not isinstance(found, Sharded) or found.listens):
            await self._catch_up(platform)

    async def inherit(self, platform: PlatformName) -> None:
        """A replica is gone that had begun to read what was missed on a platform: read it in its stead."""
        if platform in self._platforms:
            await self._catch_up(platform)

    def reading(self) -> frozenset[PlatformName]:
        """The platforms that rest as a whole until what was missed there is known to be read."""
        return self._catching.behind().platforms

    def called(self, topic: str) -> None:
        """Take what another replica calls to those that deal with events."""
        self._roll.called(topic)

    def _spread(self) -> Mapping[PlatformName, Spread]:
        return {name: platform for name, platform in self._platforms.items() if isinstance(platform, Spread)}

    async def _heard_all(self) -> bool:
        """Whether all that was sent to this process up to now is kept, or known by others to be missing."""
        for name, platform in self._spread().items():
            if not await platform.heard_all() or name in self._missed or name in self._catching.behind().platforms:
                return False
        return True

    async def _catch_up(self, platform: PlatformName) -> None:
        self._missed.discard(platform)
        await self._catching.begin(platform)

    def _read(self) -> None:
        self._called.set()
        self._store.call("inbox")

    def _let_go(self, thread: ThreadRef, upto: int | None) -> None:
        self._let_go_lately.add(thread)
        self._roll.read(thread, upto)
        self._read()

    def opened(self, posting: PostingId, thread: ThreadRef) -> None:
        """Take what was written in a thread of ours before it was known to be one."""
        self._catching.also(posting, thread)

    async def run(self) -> None:
        """Deal with what is in the inbox, until `stop`; with what a former run left, once its platform is connected."""
        self._catching.expect()
        while not self._stopping:
            self._called.clear()
            wait = _POLL
            try:
                for platform in tuple(self._missed):
                    await self._catch_up(platform)
                wait = await self._work()
            except StorageError as error:
                log.warning("inbox unreadable", reason=str(error))
            try:
                async with asyncio.timeout(wait):
                    await self._called.wait()
            except TimeoutError:
                continue

    async def stop(self) -> None:
        """Deal with nothing more; the inbox keeps what is left."""
        self._stopping = True
        self._called.set()
        await self._catching.stop()
        await self._roll.stop()
        for task in self._telling:
            task.cancel()
        await asyncio.gather(*self._telling, return_exceptions=True)

    async def _work(self) -> float:
        """Deal with every event that is ripe; answers the seconds until the next one is.

        A thread's new messages are dealt with in their order: one that rests lets no later one pass.
        """
        # A thread that is read to its end from now on may have given the inbox earlier messages than this pass loads,
        # or has been passed over in it already: it rests until the next.
        self._let_go_lately.clear()
        await self._roll.look()
        await self._inbox.load(self._clock.now())
        soonest = _POLL
        resting: set[ThreadRef] = set()
        everything = self._inbox.in_order()
        self._roll.ask(everything)
        for waiting in everything:
            if self._stopping:
                break
            now, event = self._clock.now(), waiting.event
            if event.thread in self._let_go_lately or event.thread in self._catching.behind():
                continue
            if isinstance(event, Posted) and event.thread in resting:
                continue
            if not self._is_clear(waiting, everything):
                resting.add(event.thread)
                continue
            ripe = max(waiting.received_at + self._settle, self._inbox.held_until(waiting, now))
            try:
                dealt = ripe <= now and await self._deal_safely(waiting)
            except LeaseLost:
                # It may be let go of at any moment: what comes behind it has to wait as long as it does.
                self._let_go_lately.add(event.thread)
                continue
            if dealt:
                self._inbox.done(waiting)
                self._wake_lanes()
                continue
            if ripe > now:
                soonest = min(soonest, (ripe - now).total_seconds())
            if isinstance(event, Posted):
                resting.add(event.thread)
        return max(soonest, 0.001)

    def _is_clear(self, waiting: Waiting, everything: Sequence[Waiting]) -> bool:
        """Whether nobody holds back what comes before a reply; its thread is read where that can't be learned."""
        if self._roll.clear(waiting):
            return True
        if self._roll.missing(waiting):
            self._roll.reading(waiting.event.thread, everything)
            self._catching.again(waiting.event.thread)
        return False

    async def _deal_safely(self, waiting: Waiting) -> bool:
        """Deal with an event; one that fails by a fault of ours is set aside, so that it doesn't stop the line."""
        try:
            return await self._deal(waiting)
        except StorageError:
            raise
        except Exception as error:
            log.exception("event set aside", inbox=waiting.id, kind=waiting.event.kind)
            await self._store.set_aside(waiting.id, f"failed: {type(error).__name__}")
            return True

    async def _deal(self, waiting: Waiting) -> bool:
        """Decide on an event and carry the decision out; False where it has to wait."""
        event, now = waiting.event, self._clock.now()
        answers = event.answers if isinstance(event, Posted) else None
        standing = await self._store.standing(event.thread, event.message, answers)
        if standing is None and await self._store.concerns(event.thread):
            # Its card is on its way, and may be the one that it stands under, however long that takes to tell.
            self._inbox.hold(waiting, now)
            return False
        is_late = now - waiting.received_at >= self._patience
        masker = self._maskers.common if standing is None else self._maskers.of(standing.board)
        rules = Rules(masker, self._keep_originals, can_replace=None)
        decision = decide(event, standing, rules, now)
        if isinstance(decision, Unsure):
            may = await self._can_replace(event.thread)
            if may is not None or is_late:
                decision = decide(event, standing, replace(rules, can_replace=bool(may)), now)
        if isinstance(decision, Hold):
            if not is_late or self._inbox.expects(event):
                self._inbox.hold(waiting, now)
                return False
            decision = Pass(decision.why)
        self._reached(Point.DECIDED)
        comment = await self._store.settle(waiting.id, decision, now, self._replica or None)
        self._reached(Point.SETTLED)
        log.info(
            "event",
            kind=event.kind,
            platform=event.thread.platform,
            message=event.message,
            outcome=decision.why if isinstance(decision, Pass) else type(decision).__name__.lower(),
            comment=comment,
        )
        if comment is None:
            return True
        if isinstance(decision, Add | Change):
            self._heard(
                Commented(event.thread.platform, masked=decision.original is not None, new=isinstance(decision, Add))
            )
        if isinstance(decision, Add | Change) and decision.original is not None and not decision.repost:
            telling = asyncio.create_task(self._tell_author(event, standing), name="whisper")
            self._telling.add(telling)
            telling.add_done_callback(self._telling.discard)
        return True

    async def _can_replace(self, thread: ThreadRef) -> bool | None:
        """Whether originals in a thread may give way to masked ones; None where that can't be told now."""
        platform = self._platforms.get(thread.platform)
        try:
            return platform is not None and await platform.can_replace(thread)
        except (Busy, Unavailable):
            return None
        except PlatformError:
            return False

    async def _tell_author(self, event: Event, standing: Standing | None) -> None:
        """Where the original can't give way, its author is told that everyone else sees it masked."""
        platform = self._platforms.get(event.thread.platform)
        comment = None if standing is None else standing.comment
        author = event.author if isinstance(event, Posted) else None if comment is None else comment.author
        if platform is None or author is None:
            return
        try:
            await platform.whisper(event.thread, author.user, texts.MASKED_ELSEWHERE)
        except PlatformError as error:
            log.info("whisper failed", platform=platform.name, reason=str(error))
