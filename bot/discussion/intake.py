"""Takes what platforms hand over: into the inbox first, then, in each thread's order, into the discussions."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

import structlog

from bot import texts
from bot.delivery.crashing import Point, Reached, pass_by
from bot.discussion.catchup import catch_up
from bot.discussion.decide import Rules, decide
from bot.discussion.decisions import Add, Change, Hold, Pass
from bot.errors import PlatformError, Refused, StorageError
from bot.masking import Maskers
from bot.model import Edited, Event, PlatformName, Posted, Reacted, ThreadRef
from bot.ports import Clock, Platform
from bot.records import Standing, Waiting
from bot.store import Store

log = structlog.get_logger(__name__)

_BATCH = 200
_POLL = 0.5


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
    ) -> None:
        self._store = store
        self._platforms = platforms
        self._maskers = maskers
        self._keep_originals = keep_originals
        self._clock = clock
        self._wake_lanes = wake_lanes
        self._settle = settle
        self._patience = patience
        self._horizon = horizon
        self._reached = reached
        self._called = asyncio.Event()
        self._catching: dict[PlatformName, asyncio.Task[None]] = {}
        self._behind: set[ThreadRef] = set()
        self._stopping = False

    async def receive(self, event: Event) -> None:
        """Take an event; see `bot.ports.Intake`."""
        if not await self._store.concerns(event.thread):
            return
        self._reached(Point.HEARD)
        if await self._store.keep(event_key(event), event, self._clock.now()):
            self._called.set()
        self._reached(Point.KEPT)

    async def connected(self, platform: PlatformName) -> None:
        """Start catching up; see `bot.ports.Intake`."""
        earlier = self._catching.pop(platform, None)
        if earlier is not None:
            earlier.cancel()
        self._catching[platform] = asyncio.create_task(self._catch_up(platform), name=f"catch up on {platform}")

    async def run(self) -> None:
        """Deal with what is in the inbox, until `stop`."""
        while not self._stopping:
            self._called.clear()
            wait = _POLL
            try:
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
        tasks = list(self._catching.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _work(self) -> float:
        """Deal with every event that is ripe; answers the seconds until the next one is."""
        now = self._clock.now()
        soonest = _POLL
        worked = False
        for waiting in in_order(await self._store.waiting(_BATCH)):
            rest = (waiting.received_at + self._settle - now).total_seconds()
            if rest > 0:
                soonest = min(soonest, rest)
            elif waiting.event.thread not in self._behind and await self._deal_safely(waiting):
                worked = True
        if worked:
            self._wake_lanes()
        return max(soonest, 0.001)

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
        decision = decide(event, standing, await self._rules(event, standing), now)
        if standing is None and await self._store.concerns(event.thread):
            decision = Hold("its card may be on its way")
        if isinstance(decision, Hold):
            if now - waiting.received_at < self._patience:
                return False
            decision = Pass(decision.why)
        self._reached(Point.DECIDED)
        comment = await self._store.settle(waiting.id, decision, now)
        self._reached(Point.SETTLED)
        log.info(
            "event",
            kind=event.kind,
            platform=event.thread.platform,
            message=event.message,
            outcome=decision.why if isinstance(decision, Pass) else type(decision).__name__.lower(),
            comment=comment,
        )
        if isinstance(decision, Add | Change) and decision.original is not None and not decision.repost:
            await self._tell_author(event)
        return True

    async def _rules(self, event: Event, standing: Standing | None) -> Rules:
        """The board's rules, and whether the message could give way to a masked one, where that matters."""
        masker = self._maskers.common if standing is None else self._maskers.of(standing.board)
        matters = isinstance(event, Posted | Edited)
        replaceable = matters and await _can_replace(self._platforms.get(event.thread.platform), event.thread)
        return Rules(masker, self._keep_originals, replaceable)

    async def _tell_author(self, event: Event) -> None:
        """Where the original can't give way, its author is told that everyone else sees it masked."""
        platform = self._platforms.get(event.thread.platform)
        if platform is None or not isinstance(event, Posted):
            return
        try:
            await platform.whisper(event.thread, event.author.user, texts.MASKED_ELSEWHERE)
        except PlatformError as error:
            log.info("whisper failed", platform=platform.name, reason=str(error))

    async def _catch_up(self, name: PlatformName) -> None:
        """Read every live thread of a platform; until a thread is read, its events rest in the inbox."""
        platform = self._platforms[name]
        attempt = 0
        while not self._stopping:
            try:
                postings = await self._store.live_postings(name, self._clock.now() - self._horizon)
                threads = {posting.thread: posting for posting in postings if posting.thread is not None}
                self._behind |= set(threads)
                for thread, posting in threads.items():
                    try:
                        await catch_up(self._store, platform, posting.id, thread, self.receive, self._clock.now())
                    except Refused as error:
                        log.warning("thread unreadable", platform=name, posting=posting.id, reason=str(error))
                    self._behind.discard(thread)
                    self._called.set()
            except (PlatformError, StorageError) as error:
                attempt += 1
                log.warning("catch-up put off", platform=name, reason=str(error))
                await self._clock.sleep(min(30.0, 0.5 * 2 ** min(attempt, 6)))
            else:
                log.info("caught up", platform=name, threads=len(threads))
                return


async def _can_replace(platform: Platform | None, thread: ThreadRef) -> bool:
    try:
        return platform is not None and await platform.can_replace(thread)
    except PlatformError:
        return False


def event_key(event: Event) -> str:
    """What makes an event the same when it is delivered again."""
    ref = event.thread.channel
    match event:
        case Edited(edited=edited):
            stamp = f":{edited}"
        case Reacted():
            stamp = f":{event.user}:{event.emoji}:{event.added}:{event.stamp}"
        case _:
            stamp = ""
    return f"{ref.platform}:{ref.workspace}:{ref.channel}:{event.message}:{event.kind}{stamp}"


def in_order(waiting: Sequence[Waiting]) -> list[Waiting]:
    """Events as they shall be dealt with: new messages by position, then edits by stamp, then removals."""

    def rank(item: Waiting) -> tuple[int, int]:
        match item.event:
            case Posted(position=position):
                return 0, position
            case Edited(edited=edited):
                return 1, edited
            case Reacted(stamp=stamp):
                return 2, stamp
            case _:
                return 3, item.id

    return sorted(waiting, key=rank)
