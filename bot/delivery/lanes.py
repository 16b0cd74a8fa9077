"""Runs the lanes side by side: each sends its rows in order, one in flight, and holds up no other.

Where a channel lets through little, its lanes share that: one at a time, who was served longest ago first.
"""

from __future__ import annotations

import asyncio
import random
from datetime import datetime, timedelta
from functools import partial

import structlog

from bot import fence
from bot.delivery.carrier import Carrier, paused_until, place_of
from bot.delivery.holding import Holding
from bot.delivery.pace import Shares
from bot.errors import StorageError
from bot.ports import Clock
from bot.records import Lane
from bot.replicas import ReplicaName, new_name
from bot.store import Store

log = structlog.get_logger(__name__)

_POLL = 0.5
"""Seconds between looks at the outbox when nobody calls: waits end, and other processes write rows too."""

_AFTER_FAULT = timedelta(seconds=1)
"""How long a lane rests after the database failed it."""


_MOST = 64
"""Lanes that are worked on at once, each with one request under way at most. Other replicas may take the others."""
_TURN = 20
"""Rows of one lane before another gets its turn, where more lanes are due than are worked on."""


class Lanes:
    """The outbox's workers. `run` until cancelled or stopped; `wake` whenever rows were written.

    Each lane is leased while it is worked on, so that of several replicas one works on it.
    """

    def __init__(
        self, store: Store, carrier: Carrier, clock: Clock, replica: ReplicaName | None = None, most: int = _MOST
    ) -> None:
        self._replica = replica or new_name()
        self._holding = Holding(store, self._replica)
        self._most = most
        self._crowded = False
        self._store = store
        self._carrier = carrier
        self._clock = clock
        self._running: dict[Lane, asyncio.Task[None]] = {}
        self._resting: dict[Lane, datetime] = {}
        self._shares = Shares()
        self._called = asyncio.Event()
        self._stopping = False

    def wake(self) -> None:
        """Look at the outbox now."""
        self._called.set()

    async def run(self) -> None:
        """Carry out what is due, until `stop`."""
        while not self._stopping:
            self._called.clear()
            try:
                await self._start_due()
            except StorageError as error:
                log.warning("outbox unreadable", reason=str(error))
            try:
                async with asyncio.timeout(self._until_next_look()):
                    await self._called.wait()
            except TimeoutError:
                continue

    async def stop(self, grace: float) -> None:
        """Start nothing more; let what is in flight finish within `grace` seconds, then leave it to be looked up."""
        self._stopping = True
        self._called.set()
        tasks = set(self._running.values())
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=grace)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def beat(self) -> None:
        """Renew the leases of the lanes that are worked on; called with every sign of life."""
        await self._holding.renew(self._running.keys())

    def _until_next_look(self) -> float:
        now = self._clock.now()
        waits = [(until - now).total_seconds() for until in self._resting.values()]
        return max(0.001, min([_POLL, *waits]))

    async def _start_due(self) -> None:
        now = self._clock.now()
        self._resting = {lane: until for lane, until in self._resting.items() if until > now}
        due = [
            lane
            for lane, platform in await self._store.due(now, self._replica)
            if lane not in self._running and lane not in self._resting and platform in self._carrier.platforms
        ]
        self._shares.forget_all_but(
            lambda lane, place: lane in self._running or self._carrier.pauses.rationed(place, now)
        )
        room = max(0, self._most - len(self._running))
        self._crowded = len(due) > room
        if self._crowded:
            random.shuffle(due)  # so that none waits for ever; no secret
        free = [lane for lane in self._shares.in_turn(due) if not self._has_to_wait(lane, now)]
        for lane in await self._holding.take(free[:room]):
            if not self._stopping and not self._has_to_wait(lane, now):
                task = asyncio.create_task(self._drive(lane), name=lane)
                self._running[lane] = task
                task.add_done_callback(partial(self._ended, lane))

    def _has_to_wait(self, lane: Lane, now: datetime) -> bool:
        """Whether another lane has its turn in the lane's place, which lets through little."""
        place = self._shares.place_of(lane)
        return self._carrier.pauses.rationed(place, now) and any(
            self._shares.place_of(other) == place for other in self._running if other != lane
        )

    def _ended(self, lane: Lane, _task: asyncio.Task[None]) -> None:
        del self._running[lane]
        self._called.set()

    async def _drive(self, lane: Lane) -> None:
        """Carry out a lane's rows, one after the other, until none is due or one has to wait.

        Where what may be sent is rationed a lane takes one step, and then its place behind the others.
        """
        around, token, turns = self._holding.fence(lane), self._holding.token(lane), 0
        fence.work_behind(around)
        try:
            while not self._stopping and around.stands and not (self._crowded and turns >= _TURN):
                now = self._clock.now()
                turns += 1
                job = await self._store.next_job(lane, now)
                if job is None or job.row.token != token:
                    return
                until = paused_until(job, self._carrier.pauses, now)
                place = place_of(job)
                self._shares.seen(lane, place)
                if until > now:
                    self._resting[lane] = until
                    return
                if self._has_to_wait(lane, now):
                    return
                if await self._carrier.carry(job):
                    self._shares.served(lane)
                    if job.row.kind == "card":
                        self._called.set()  # its thread may be open now, and copies wait for that
                if self._carrier.pauses.rationed(place, now):
                    return
        except StorageError as error:
            log.warning("lane stopped", lane=lane, reason=str(error))
            self._resting[lane] = self._clock.now() + _AFTER_FAULT
        finally:
            if self._crowded:
                await self._let_go(lane)

    async def _let_go(self, lane: Lane) -> None:
        try:
            await self._holding.let_go([lane])
        except StorageError as error:
            log.info("lane kept until its lease ends", lane=lane, reason=str(error))
