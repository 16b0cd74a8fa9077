"""The inbox while the bot runs: what waits in it, in the order in which it shall be dealt with."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from bot.model import Edited, Event, Posted, Reacted, RemoteMessageId, ThreadRef
from bot.records import InboxId, Waiting
from bot.slots import SLOTS, slot_of
from bot.store import Store

_PAGE = 500
_EVERY = frozenset(range(SLOTS))
_LOOKS = (timedelta(milliseconds=250), timedelta(seconds=2))
"""When an event that is held is looked at again: the first time, and each time after."""
_OVERDUE = timedelta(minutes=2)
"""How long an event may wait before any replica deals with it. Slots change hands sooner; this is for the rest."""


class Inbox:
    """What waits, read from the store once and kept until it is dealt with. One process has one inbox.

    `slots` answers which slots are this process's to deal with; None: all of them.
    """

    def __init__(self, store: Store, slots: Callable[[], frozenset[int] | None] = lambda: None) -> None:
        self._store = store
        self._slots = slots
        self._waiting: dict[InboxId, Waiting] = {}
        self._held: dict[InboxId, datetime] = {}
        self._last = InboxId(0)
        self._loading = asyncio.Lock()

    async def load(self, now: datetime) -> None:
        """Read what has come since the last time, and let go of what others deal with by now."""
        slots = self._slots()
        async with self._loading:
            if not self._store.alone or slots is not None:
                await self._load_mine(_EVERY if slots is None else slots, now - _OVERDUE)
                return
            while page := await self._store.waiting(_PAGE, self._last):
                self._waiting |= {waiting.id: waiting for waiting in page}
                self._last = page[-1].id

    async def _load_mine(self, slots: frozenset[int], overdue: datetime) -> None:
        # Ids are given out before they are committed, so the highest one seen says nothing of those below it.
        for waiting in list(self._waiting.values()):
            if slot_of(waiting.event.thread) not in slots and waiting.received_at >= overdue:
                self._forget(waiting)
        while True:
            page, resting = await self._store.waiting_for(_PAGE, slots, overdue, self._waiting.keys())
            # They come back together with what is found before them.
            for number in resting:
                self._forget(self._waiting[number])
            self._waiting |= {waiting.id: waiting for waiting in page}
            if not page:
                return

    async def waiting_in(self, thread: ThreadRef) -> list[Event]:
        """What waits of a thread, whoever deals with it, in the order in which it shall be dealt with."""
        return [waiting.event for waiting in in_order(await self._store.waiting_in(thread))]

    def in_order(self) -> list[Waiting]:
        """Everything that waits, in the order in which it shall be dealt with."""
        return in_order(self._waiting.values())

    def done(self, waiting: Waiting) -> None:
        """It was dealt with. What was held for its sake is looked at again at once."""
        self._forget(waiting)
        if isinstance(waiting.event, Posted):
            self._release(waiting.event.thread, waiting.event.message)

    def _forget(self, waiting: Waiting) -> None:
        self._waiting.pop(waiting.id, None)
        self._held.pop(waiting.id, None)

    def expects(self, event: Event) -> bool:
        """Whether an event speaks of a message that waits here itself."""
        return not isinstance(event, Posted) and any(
            isinstance(one.event, Posted) and one.event.message == event.message and one.event.thread == event.thread
            for one in self._waiting.values()
        )

    def hold(self, waiting: Waiting, now: datetime) -> None:
        """It can't be dealt with yet."""
        self._held[waiting.id] = now + _LOOKS[waiting.id in self._held]

    def held_until(self, waiting: Waiting, now: datetime) -> datetime:
        """When it is to be looked at again; `now` where it is not held."""
        return max(now, self._held.get(waiting.id, now))

    def _release(self, thread: ThreadRef, message: RemoteMessageId) -> None:
        for number in list(self._held):
            event = self._waiting[number].event
            if event.message == message and event.thread == thread:
                del self._held[number]


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


def in_order(waiting: Iterable[Waiting]) -> list[Waiting]:
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
