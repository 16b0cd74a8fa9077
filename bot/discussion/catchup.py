"""Reads threads again and tells what was missed: replies, edits, deletions and reactions, oldest first."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Collection, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import structlog

from bot import fence
from bot.discussion.comparing import Numbers, Receive, compare, compare_reactors, with_waiting
from bot.discussion.inbox import Inbox
from bot.errors import Busy, PlatformError, Refused, StorageError
from bot.model import PlatformName, PostingId, ThreadRef
from bot.ports import Clock, Counted, Platform
from bot.store import Store

log = structlog.get_logger(__name__)

_T = TypeVar("_T")

_SHORTEST, _LONGEST = 0.5, 15.0
_BETWEEN_QUIET = 5.0
"""Seconds between two threads that nobody wrote in for long: a tenth of what Slack lets through in a minute."""
_EVER = datetime.fromtimestamp(0, UTC)
_SIDE_BY_SIDE = 4
"""How many threads of a platform are read at once: enough that none waits for another's answers."""


@dataclass(frozen=True, slots=True)
class Behind:
    """Threads that have to be read, some named by their platform alone."""

    platforms: frozenset[PlatformName]
    threads: frozenset[ThreadRef]

    def __contains__(self, thread: ThreadRef) -> bool:
        return thread.platform in self.platforms or thread in self.threads


class CatchingUp:
    """Catches up with whole platforms, one task each, begun anew whenever events may have been missed again.

    `receive` takes what was missed; `read` is called with each thread that is no longer behind, and up to where it is
    known. Threads that nobody wrote in within `horizon` are read behind all others, one by one.
    What is unread is known to every replica, under this one's name.
    """

    def __init__(
        self,
        store: Store,
        inbox: Inbox,
        platforms: Mapping[PlatformName, Platform],
        clock: Clock,
        *,
        receive: Receive,
        read: Callable[[ThreadRef, int | None], None],
        horizon: timedelta,
        replica: str = "",
    ) -> None:
        self._replica = replica
        self._store = store
        self._inbox = inbox
        self._platforms = platforms
        self._clock = clock
        self._receive = receive
        self._read = read
        self._horizon = horizon
        self._tasks: dict[PlatformName, asyncio.Task[None]] = {}
        self._single: set[asyncio.Task[None]] = set()
        self._unread: frozenset[PlatformName] = frozenset()
        self._unmarked: set[PlatformName] = set()
        self._behind: frozenset[ThreadRef] = frozenset()
        self._misses: Counter[ThreadRef] = Counter()

    def expect(self) -> None:
        """Count every platform as unread until it is connected: before, messages may have been missed.

        Where others share the database, they may have heard what this process has not.
        """
        if self._store.alone:
            self._unread |= frozenset(self._platforms.keys() - self._tasks.keys())

    async def begin(self, name: PlatformName) -> None:
        """Read every live thread of a platform, from the beginning if that is under way."""
        self._unread |= {name}
        self._unmarked.add(name)
        try:
            await self.mark(name)
        except StorageError as error:
            log.warning("catch-up put off", platform=name, reason=str(error))
        # What was under way may have come to its end meanwhile, and have let go of the platform.
        self._unread |= {name}
        earlier = self._tasks.pop(name, None)
        if earlier is not None:
            earlier.cancel()
        self._tasks[name] = asyncio.create_task(
            self._catch_up(name), name=f"catch up on {name}", context=fence.beyond()
        )

    async def mark(self, name: PlatformName) -> None:
        """Let a platform's events rest for every replica, where it is to be read and the others could not be told yet.

        Raises `StorageError`; then nothing that comes behind what was missed may be given to them.
        """
        if name in self._unmarked:
            await self._store.fall_behind(self._replica, name)
            self._unmarked.discard(name)

    def behind(self) -> Behind:
        """The threads whose events have to rest now, since earlier ones may be missing."""
        return Behind(self._unread, self._behind)

    def also(self, posting: PostingId, thread: ThreadRef) -> None:
        """Read one thread that has just become known: people may have written in it before."""
        self._begin_one(thread, self._read_new(thread, posting))

    def again(self, thread: ThreadRef) -> None:
        """Read one thread of ours once more, unless it is read already; of reactions, only what its pages tell."""
        if thread not in self.behind():
            self._begin_one(thread, self._read_again(thread))

    async def missed(self, thread: ThreadRef) -> None:
        """Read one thread, if it is ours; once more where it is read already: its pages may have been without it.

        When this returns, its events rest for every replica. Raises `StorageError` where that could not be noted.
        """
        if await self._mark(thread) is None:
            return
        if thread in self._behind:
            self._misses[thread] += 1
        else:
            self._begin_one(thread, self._read_again(thread))

    def _begin_one(self, thread: ThreadRef, reading: Coroutine[None, None, None]) -> None:
        self._behind |= {thread}
        # Who opened the thread may hold a lease, which covers nothing of this.
        task = asyncio.create_task(reading, name=f"read {thread.thread}", context=fence.beyond())
        self._single.add(task)
        task.add_done_callback(self._single.discard)

    async def stop(self) -> None:
        """Read nothing more."""
        tasks = [*self._tasks.values(), *self._single]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _catch_up(self, name: PlatformName) -> None:
        pause = _Pause(self._clock)
        threads: dict[ThreadRef, PostingId] = {}
        while name in self._unread:
            try:
                postings = await self._store.live_postings(name, self._clock.now() - self._horizon)
                threads = {posting.thread: posting.id for posting in postings if posting.thread is not None}
                await self._store.fall_behind(self._replica, name)
                self._unmarked.discard(name)
                await self._store.fall_behind(self._replica, name, threads)
                await self._store.catch_up_with(self._replica, name)
            except StorageError as error:
                await pause.after(error)
            else:
                # Those that an interrupted reading has left come first, so that interruptions can't starve them.
                threads = dict(sorted(threads.items(), key=lambda item: item[0] not in self._behind))
                # One that is being read by itself must not be let go of with what it showed before.
                self._misses.update(self._behind & threads.keys())
                self._behind |= frozenset(threads)
                self._unread -= {name}
        numbers = await self._read_all(name, threads)
        log.info("caught up", platform=name, threads=len(threads))
        await self._ask_for_reactions(name, numbers)
        await self._read_quiet(name, threads)

    async def _read_quiet(self, name: PlatformName, live: Collection[ThreadRef]) -> None:
        """Read the threads that nobody wrote in for long, now and then one, behind everything else.

        Their events don't rest meanwhile: that one of them was missed is unlikely, and to read them all may take hours.
        """
        pause = _Pause(self._clock)
        known = await self._insist(lambda: self._store.live_postings(name, _EVER))
        left = deque((one.thread, one.id) for one in known if one.thread is not None and one.thread not in live)
        while left:
            await self._clock.sleep(_BETWEEN_QUIET)
            thread, posting = left[0]
            platform, now = self._platforms[name], self._clock.now()
            try:
                if thread not in self.behind():
                    await compare(self._store, self._inbox, platform, posting, thread, self._receive, now)
            except Refused as error:
                log.info("thread unreadable", platform=name, posting=posting, reason=str(error))
            except (PlatformError, StorageError) as error:
                await pause.after(error)
                continue
            except Exception:
                log.exception("thread unread", platform=name, posting=posting)
            pause.over()
            left.popleft()

    async def _read_new(self, thread: ThreadRef, posting: PostingId) -> None:
        try:
            await self._store.fall_behind(self._replica, thread.platform, [thread])
        except StorageError as error:
            log.warning("catch-up put off", platform=thread.platform, posting=posting, reason=str(error))
        await self._ask_for_reactions(thread.platform, await self._read_all(thread.platform, {thread: posting}))

    async def _read_again(self, thread: ThreadRef) -> None:
        posting = await self._insist(lambda: self._mark(thread))
        if posting is not None:
            await self._read_all(thread.platform, {thread: posting})
        else:
            self._behind -= {thread}
            self._read(thread, None)

    async def _mark(self, thread: ThreadRef) -> PostingId | None:
        """Let a thread's events rest everywhere; answers its posting, if it has one."""
        posting = await self._store.posting_of(thread)
        if posting is not None:
            await self._store.fall_behind(self._replica, thread.platform, [thread])
        return posting

    async def _insist(self, ask: Callable[[], Awaitable[_T]]) -> _T:
        """What the store answers, once it does."""
        pause = _Pause(self._clock)
        while True:
            try:
                return await ask()
            except StorageError as error:
                await pause.after(error)

    async def _read_all(self, name: PlatformName, threads: Mapping[ThreadRef, PostingId]) -> list[Numbers]:
        """Read these threads, some side by side; answers what they told of reactions by number alone."""
        left = deque(threads.items())
        numbers: list[Numbers] = []
        async with asyncio.TaskGroup() as readers:
            for _ in range(min(_SIDE_BY_SIDE, len(left))):
                readers.create_task(self._read_some(name, left, numbers))
        return numbers

    async def _ask_for_reactions(self, name: PlatformName, numbers: Sequence[Numbers]) -> None:
        # Where the numbers are the known ones, one may still have come for another: that can wait until the last.
        for one in numbers:
            await self._ask_for(name, one, one.differ)
        for one in numbers:
            await self._ask_for(name, one, one.agree)

    async def _read_some(
        self, name: PlatformName, left: deque[tuple[ThreadRef, PostingId]], numbers: list[Numbers]
    ) -> None:
        """Read what is left. One that fails is tried again after the others; one that has to wait keeps its turn."""
        pause = _Pause(self._clock)
        while left:
            thread, posting = left.popleft()
            platform, now, found = self._platforms[name], self._clock.now(), None
            misses = self._misses[thread]
            try:
                try:
                    found = await compare(self._store, self._inbox, platform, posting, thread, self._receive, now)
                except Refused as error:
                    log.warning("thread unreadable", platform=name, posting=posting, reason=str(error))
                await self._store.catch_up_with(self._replica, name, thread)
                if self._misses[thread] != misses:
                    await self._store.fall_behind(self._replica, name, [thread])
                    left.appendleft((thread, posting))
                    continue
            except (PlatformError, StorageError) as error:
                log.warning("catch-up put off", platform=name, posting=posting, reason=str(error))
                if isinstance(error, Busy):
                    left.appendleft((thread, posting))
                else:
                    left.append((thread, posting))
                await pause.after(error)
                continue
            except Exception:
                # A fault of ours must not keep the thread's events waiting for ever.
                log.exception("thread unread", platform=name, posting=posting)
                await self._let_go(name, thread)
            pause.over()
            self._behind -= {thread}
            if found is not None:
                numbers.append(found)
            self._read(thread, None if found is None else found.upto)

    async def _ask_for(self, name: PlatformName, numbers: Numbers, which: Sequence[Counted]) -> None:
        """Ask who reacts. Events don't rest meanwhile: of what is heard of a reaction, the latest stamp holds."""
        pause = _Pause(self._clock)
        left = deque(which)
        while left:
            now = self._clock.now()
            try:
                waiting = await self._inbox.waiting_in(numbers.thread)
                marks = with_waiting(await self._store.reactions(numbers.posting), waiting)
                while left:
                    platform = self._platforms[name]
                    await compare_reactors(platform, numbers.thread, left[0], marks, self._receive, now)
                    left.popleft()
            except Refused as error:
                log.warning("reactions unreadable", platform=name, posting=numbers.posting, reason=str(error))
                return
            except (PlatformError, StorageError) as error:
                await pause.after(error)
            except Exception:
                log.exception("reactions unread", platform=name, posting=numbers.posting)
                return

    async def _let_go(self, name: PlatformName, thread: ThreadRef) -> None:
        try:
            await self._store.catch_up_with(self._replica, name, thread)
        except StorageError as error:
            log.warning("thread still marked unread", platform=name, reason=str(error))


@dataclass
class _Pause:
    """Waits between tries: as long as was asked for, else doubling."""

    clock: Clock
    failures: int = 0

    async def after(self, error: Exception) -> None:
        if isinstance(error, Busy):
            await self.clock.sleep(max(_SHORTEST, error.retry_after))
            return
        await self.clock.sleep(min(_LONGEST, _SHORTEST * 2 ** min(self.failures, 6)))
        self.failures += 1

    def over(self) -> None:
        """Something went well again."""
        self.failures = 0
