"""One process among those that share a database: what it leases, and who else is there.

On SQLite a process is alone (`bot.store.Store.alone`): its leases last as long as it does, and nobody is asked.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, NewType

import structlog

from bot.errors import StorageError
from bot.model import PlatformName
from bot.ports import Clock
from bot.records import Pulse
from bot.slots import SLOTS, dealer_of
from bot.store import Store

log = structlog.get_logger(__name__)

ReplicaName = NewType("ReplicaName", str)

LEASE: Final = timedelta(seconds=8)
"""How long a lease lasts without being renewed: a replica that died is replaced after so long at most."""
BEAT: Final = 2.0
"""Seconds between a replica's signs of life, which renew its leases too."""


def new_name() -> ReplicaName:
    """A name for this process that no other ever has: its host and process for an operator, and chance."""
    return ReplicaName(f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}")


@dataclass
class Replica:
    """This process. It shows the others that it is there before it hears of anything (`enter`), and that it lives.

    `listening` answers the platforms whose events it hears now, `spread` those that spread them over all replicas.
    `died` is called for a platform when a replica that heard its events has died, by one of those that live: what that
    one had heard may be lost; `unread` where one is gone that had begun to read what was missed, and where a platform
    rests in this one's own name that is not among those that it is `reading`: the answer that told why was lost.
    """

    name: ReplicaName
    store: Store
    clock: Clock
    listening: Callable[[], Collection[PlatformName]]
    spread: Callable[[], Collection[PlatformName]]
    died: Callable[[PlatformName], Awaitable[None]]
    unread: Callable[[PlatformName], Awaitable[None]]
    reading: Callable[[], Collection[PlatformName]]
    beaten: Callable[[], Awaitable[None]]
    _live: tuple[str, ...] = field(default=())
    _entered: bool = False
    _ready: bool = False
    _beating: asyncio.Lock = field(default_factory=asyncio.Lock)

    def slots(self) -> frozenset[int] | None:
        """The slots of the inbox that this replica deals with; None where it is alone, and they are all its."""
        if self.store.alone:
            return None
        if not self._live:
            return frozenset()
        return frozenset(slot for slot in range(SLOTS) if dealer_of(slot, self._live) == self.name)

    async def enter(self) -> None:
        """Be counted from now on among those that may hear events. Raises `StorageError`."""
        async with self._beating:
            await self._take_part()
            self._entered = True

    async def join(self) -> None:
        """Take part from now on: everything that is needed to deal with events is there."""
        self._ready = True
        await self.beat()

    async def retire(self) -> None:
        """Take no part any more, and show no sign of life after this one."""
        self._entered = self._ready = False
        self._live = ()
        if not self.store.alone:
            async with self._beating:
                await self._show()

    async def run(self) -> None:
        """Give a sign of life every `BEAT` seconds."""
        if self.store.alone:
            await asyncio.Event().wait()
        while True:
            await self.beat()
            await self.clock.sleep(BEAT)

    async def beat(self) -> None:
        """Give a sign of life now, renew what is leased, and take over what the dead have left."""
        async with self._beating:
            if not self._entered:
                return
            try:
                await self.beaten()
                await self._take_part()
            except StorageError as error:
                log.warning("no sign of life", reason=str(error))

    async def _take_part(self) -> None:
        # What is let go of meanwhile had its mark when the database was asked: it is no reason to begin anew.
        before_asked = frozenset(self.reading())
        pulse = await self._show()
        if self._ready:
            before, self._live = self._live, pulse.live
            if pulse.live != before:
                log.info("replicas", live=len(pulse.live), slots=len(self.slots() or ()))
        unread = pulse.unread | (pulse.begun - before_asked - frozenset(self.reading()))
        for platform in unread:
            await self.unread(platform)
        for platform in pulse.died - unread:
            await self.died(platform)

    async def _show(self) -> Pulse:
        return await self.store.beat(self.name, self.listening(), LEASE, deals=self._ready, spread=self.spread())
