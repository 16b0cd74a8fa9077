"""The leases of the lanes that this replica works on, and the fences that stand as long as they do."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

import structlog

from bot import fence
from bot.fence import Fence
from bot.records import Lane
from bot.replicas import LEASE, ReplicaName
from bot.store import Store

log = structlog.get_logger(__name__)

_MARGIN = 2.0
"""Seconds that a lease must last at least for work to be begun under it."""


class Holding:
    """A lane is held from its first row on, until it rests for a beat, another replica takes it, or it is let go."""

    def __init__(self, store: Store, replica: ReplicaName) -> None:
        self._store = store
        self._replica = replica
        self._held: dict[Lane, tuple[int, Fence]] = {}

    async def take(self, lanes: Sequence[Lane]) -> list[Lane]:
        """Those of these lanes that are held now."""
        soon = fence.moment() + _MARGIN
        missing = [lane for lane in lanes if lane not in self._held or self._held[lane][1].until <= soon]
        for lease in await self._store.lease(self._replica, missing, LEASE):
            self._held[Lane(lease.name)] = (lease.token, Fence(lease.until))
        return [lane for lane in lanes if lane in self._held and self._held[lane][1].until > soon]

    def fence(self, lane: Lane) -> Fence:
        """The fence around a lane that is held."""
        return self._held[lane][1]

    def token(self, lane: Lane) -> int:
        """The token of a lane that is held."""
        return self._held[lane][0]

    async def renew(self, busy: Collection[Lane]) -> None:
        """Keep the lanes that are worked on; let go of the others."""
        if self._store.alone:
            return
        idle = self._held.keys() - set(busy)
        await self.let_go(idle)
        held = dict(self._held)
        if not held:
            return
        asked_at = fence.moment()
        kept = await self._store.renew(self._replica, held.keys(), LEASE)
        for lane, (token, around) in held.items():
            if kept.get(lane) == token:
                around.until = asked_at + LEASE.total_seconds()
            else:
                log.warning("lane lost", lane=lane)
                around.until = -math.inf

    async def let_go(self, lanes: Collection[Lane]) -> None:
        """Let other replicas have these lanes."""
        if self._store.alone:
            return
        gone = {lane: self._held.pop(lane)[0] for lane in list(lanes) if lane in self._held}
        await self._store.release(gone)
