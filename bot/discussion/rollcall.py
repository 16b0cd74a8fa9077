"""Asks the other replicas whether they hold anything back, before replies are dealt with whose platform spreads them.

Such a platform numbers no events, and tells each replica of some. A reply that another replica has received and not
kept yet (it is slow, or was stopped as it stands) may come before one that is here. So a reply rests until every other
replica has answered a call that was sent after the reply had arrived; each answers once all that it had received is in
the inbox. The answers come while the reply rests anyway. Where one is missing, its thread is read: what was written
before the reply is on the platform, whoever was told of it.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Final

from bot import fence
from bot.model import PlatformName, Posted, ThreadRef
from bot.records import InboxId, Waiting
from bot.store import Store

PING: Final = "ping"
PONG: Final = "pong"
YES, NO = "yes", "no"
ANSWER_SECONDS: Final = 1.0
"""How long answers are waited for before the thread is read."""
_NOWHERE: Final = -math.inf


class RollCall:
    """One replica's calls and its answers; a process that is alone on its database has nobody to ask.

    `heard` tells whether everything of a platform that was sent here up to now is kept, once it is. `spread` are the
    platforms that spread their events. `wake` is called when an answer has come.
    """

    def __init__(
        self,
        store: Store,
        replica: str,
        *,
        spread: Callable[[], Collection[PlatformName]],
        heard: Callable[[], Awaitable[bool]],
        wake: Callable[[], None],
    ) -> None:
        self._store = store
        self._replica = replica
        self._spread = spread
        self._heard = heard
        self._wake = wake
        self._others: frozenset[str] = frozenset()
        self._answered: float = 0
        self._number = 0
        self._asked: dict[InboxId, tuple[int, float]] = {}
        self._answers: dict[str, int] = {}
        self._refusals: dict[str, int] = {}
        self._clear: dict[ThreadRef, float] = {}
        self._reading: dict[ThreadRef, float] = {}
        self._callers: dict[str, int] = {}
        self._answering: asyncio.Task[None] | None = None

    async def look(self) -> None:
        """Learn who is there; to be called before the inbox is loaded: what it holds then is complete up to here."""
        if not self._store.alone:
            self._others = await self._store.others(self._replica)
            self._answered = min((self._answers.get(name, 0) for name in self._others), default=math.inf)

    def ask(self, waiting: Sequence[Waiting]) -> None:
        """Ask for the replies that are new among what waits, all at once, and see which are clear by now."""
        if self._store.alone:
            return
        spread = self._spread()
        posted = {
            one.id: one.event
            for one in waiting
            if isinstance(one.event, Posted) and one.event.thread.platform in spread
        }
        new = posted.keys() - self._asked.keys()
        if new:
            self._number += 1
            if self._others:
                self._store.call(f"{PING} {self._replica} {self._number}")
        now = fence.moment()
        self._asked = {each: self._asked.get(each, (self._number, now)) for each in posted}
        threads = {event.thread for event in posted.values()}
        self._clear = {thread: upto for thread, upto in self._clear.items() if thread in threads}
        for each, event in posted.items():
            if not self._others or self._asked[each][0] <= self._answered:
                self._cleared(event.thread, event.position)

    def clear(self, waiting: Waiting) -> bool:
        """Whether all that was written before a reply is known, as far as the last answers tell."""
        event = waiting.event
        if waiting.id not in self._asked or not isinstance(event, Posted):
            return True
        return event.position <= self._clear.get(event.thread, _NOWHERE)

    def missing(self, waiting: Waiting) -> bool:
        """Whether some answer is not to be waited for any longer: the reply's thread has to be read."""
        number, asked_at = self._asked[waiting.id]
        refused = any(self._refusals.get(name, 0) >= number for name in self._others)
        return refused or fence.moment() >= asked_at + ANSWER_SECONDS

    def reading(self, thread: ThreadRef, waiting: Sequence[Waiting]) -> None:
        """A thread is read from now on: with that, all is known up to the last reply that is here already."""
        here = [one.event for one in waiting if one.id in self._asked and one.event.thread == thread]
        self._reading[thread] = max((one.position for one in here if isinstance(one, Posted)), default=_NOWHERE)

    def read(self, thread: ThreadRef, upto: int | None = None) -> None:
        """It was read, for whatever reason; its pages showed all up to a position, if any."""
        known = self._reading.pop(thread, _NOWHERE)
        self._cleared(thread, max(known, _NOWHERE if upto is None else upto))

    def _cleared(self, thread: ThreadRef, upto: float) -> None:
        self._clear[thread] = max(upto, self._clear.get(thread, _NOWHERE))

    # -- what others ask

    def called(self, topic: str) -> None:
        """Take a call of another replica, `PING` or `PONG`."""
        match topic.split(" "):
            case [kind, caller, number] if kind == PING:
                self._callers[caller] = max(int(number), self._callers.get(caller, 0))
                if self._answering is None or self._answering.done():
                    self._answering = asyncio.create_task(self._answer(), name="answer the roll call")
            case [kind, name, caller, number, outcome] if kind == PONG and caller == self._replica:
                known = self._answers if outcome == YES else self._refusals
                known[name] = max(int(number), known.get(name, 0))
                self._wake()
            case _:
                pass

    async def _answer(self) -> None:
        """Answer all who have called, at once; who calls meanwhile is answered after that."""
        while self._callers:
            callers, self._callers = self._callers, {}
            outcome = YES if await self._heard() else NO
            for name, latest in callers.items():
                self._store.call(f"{PONG} {self._replica} {name} {latest} {outcome}")

    async def stop(self) -> None:
        """Answer no more."""
        if self._answering is not None:
            self._answering.cancel()
            await asyncio.gather(self._answering, return_exceptions=True)
