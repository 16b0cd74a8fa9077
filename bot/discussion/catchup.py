"""Reads threads again and tells what was missed: replies, edits, deletions and reactions, oldest first."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog

from bot.discussion.inbox import Inbox
from bot.errors import Busy, PlatformError, Refused, StorageError
from bot.model import Edited, Event, PlatformName, Posted, PostingId, Reacted, Removed, ThreadRef
from bot.ports import Clock, Platform
from bot.records import Known
from bot.store import Store

log = structlog.get_logger(__name__)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SHORTEST, _LONGEST = 0.5, 15.0


@dataclass(frozen=True, slots=True)
class Behind:
    """Threads that have to be read, some named by their platform alone."""

    platforms: frozenset[PlatformName]
    threads: frozenset[ThreadRef]

    def __contains__(self, thread: ThreadRef) -> bool:
        return thread.platform in self.platforms or thread in self.threads


class CatchingUp:
    """Catches up with whole platforms, one task each, begun anew whenever events may have been missed again.

    `receive` takes what was missed; `read` is called whenever a thread is no longer behind. Discussions that nobody
    wrote in within `horizon` are left alone. What is unread is known to every replica, under this one's name.
    """

    def __init__(
        self,
        store: Store,
        inbox: Inbox,
        platforms: Mapping[PlatformName, Platform],
        clock: Clock,
        *,
        receive: Callable[[Event], Awaitable[None]],
        read: Callable[[], None],
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
        self._behind: frozenset[ThreadRef] = frozenset()

    def expect(self) -> None:
        """Count every platform as unread until it is connected: before, messages may have been missed.

        Where others share the database, they may have heard what this process has not.
        """
        if self._store.alone:
            self._unread |= frozenset(self._platforms.keys() - self._tasks.keys())

    async def begin(self, name: PlatformName) -> None:
        """Read every live thread of a platform, from the beginning if that is under way."""
        self._unread |= {name}
        try:
            await self._store.fall_behind(self._replica, name)
        except StorageError as error:
            log.warning("catch-up put off", platform=name, reason=str(error))
        # What was under way may have come to its end meanwhile, and have let go of the platform.
        self._unread |= {name}
        earlier = self._tasks.pop(name, None)
        if earlier is not None:
            earlier.cancel()
        self._tasks[name] = asyncio.create_task(self._catch_up(name), name=f"catch up on {name}")

    def behind(self) -> Behind:
        """The threads whose events have to rest now, since earlier ones may be missing."""
        return Behind(self._unread, self._behind)

    def also(self, posting: PostingId, thread: ThreadRef) -> None:
        """Read one thread that has just become known: people may have written in it before."""
        self._behind |= {thread}
        task = asyncio.create_task(self._read_new(thread, posting), name=f"read {thread.thread}")
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
                await self._store.fall_behind(self._replica, name, threads)
                await self._store.catch_up_with(self._replica, name)
            except StorageError as error:
                await pause.after(error)
            else:
                # Those that an interrupted reading has left come first, so that interruptions can't starve them.
                threads = dict(sorted(threads.items(), key=lambda item: item[0] not in self._behind))
                self._behind |= frozenset(threads)
                self._unread -= {name}
        await self._read_all(name, threads)
        log.info("caught up", platform=name, threads=len(threads))

    async def _read_new(self, thread: ThreadRef, posting: PostingId) -> None:
        try:
            await self._store.fall_behind(self._replica, thread.platform, [thread])
        except StorageError as error:
            log.warning("catch-up put off", platform=thread.platform, posting=posting, reason=str(error))
        await self._read_all(thread.platform, {thread: posting})

    async def _read_all(self, name: PlatformName, threads: Mapping[ThreadRef, PostingId]) -> None:
        """Read these threads; one that fails is tried again after the others."""
        pause = _Pause(self._clock)
        left = dict(threads)
        while left:
            for thread, posting in list(left.items()):
                platform, now = self._platforms[name], self._clock.now()
                try:
                    try:
                        await catch_up(self._store, self._inbox, platform, posting, thread, self._receive, now)
                    except Refused as error:
                        log.warning("thread unreadable", platform=name, posting=posting, reason=str(error))
                    await self._store.catch_up_with(self._replica, name, thread)
                except (PlatformError, StorageError) as error:
                    log.warning("catch-up put off", platform=name, posting=posting, reason=str(error))
                    await pause.after(error)
                    continue
                except Exception:
                    # A fault of ours must not keep the thread's events waiting for ever.
                    log.exception("thread unread", platform=name, posting=posting)
                    await self._let_go(name, thread)
                del left[thread]
                self._behind -= {thread}
                self._read()

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
        self.failures += 1
        wait = min(_LONGEST, _SHORTEST * 2 ** min(self.failures - 1, 6))
        await self.clock.sleep(max(wait, error.retry_after) if isinstance(error, Busy) else wait)


async def catch_up(
    store: Store,
    inbox: Inbox,
    platform: Platform,
    posting: PostingId,
    thread: ThreadRef,
    receive: Callable[[Event], Awaitable[None]],
    now: datetime,
) -> None:
    """Compare a thread with what is known of it, and hand over each difference as the event that was missed.

    What was known before the reading (a comment, or a message in the inbox) and is not found by it was deleted, if the
    platform says so of that message too: a page that came back short must not cost anybody a comment. What arrives
    meanwhile is neither.
    """
    waiting = {
        event.message: Known(event.message, event.position, event.edited, replaced=False)
        for event in await inbox.posted_in(thread)
    }
    known = waiting | {comment.message: comment for comment in await store.known(posting)}
    seen = set()
    async for message in platform.history(thread, None):
        seen.add(message.message)
        before = known.get(message.message)
        if before is None:
            await receive(message)
        elif message.edited > before.edited:
            await receive(_as_edit(message))
    for comment in known.values():
        gone = comment.message not in seen and not comment.replaced
        if gone and not await platform.stands(thread, comment.message):
            await receive(Removed(thread=thread, message=comment.message))
    await _catch_up_reactions(store, platform, posting, thread, receive, now)


def _as_edit(message: Posted) -> Edited:
    return Edited(message.thread, message.message, message.body, message.edited, message.attachments)


async def _catch_up_reactions(
    store: Store,
    platform: Platform,
    posting: PostingId,
    thread: ThreadRef,
    receive: Callable[[Event], Awaitable[None]],
    now: datetime,
) -> None:
    """Hand over each reaction that was set or taken back meanwhile, as of when the reading began."""
    known = await store.reactions(posting)
    seen = set()
    async for reaction in platform.reactions(thread):
        mark = (reaction.message, reaction.user, reaction.emoji)
        seen.add(mark)
        if mark not in known:
            await receive(reaction)
    stamp = (now - _EPOCH) // timedelta(microseconds=1)
    for message, user, emoji in known - seen:
        await receive(Reacted(thread, message, user, emoji, added=False, stamp=stamp))
