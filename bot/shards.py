"""Who listens: each platform connection that one process at a time may own has a lease, and this replica seeks it.

The lease carries the connection's session to its next owner. Events that two replicas hear, while one does not know yet
that it is no longer the owner, are kept once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

import structlog

from bot import fence
from bot.errors import PlatformError, SettingsError, StorageError
from bot.model import PlatformName
from bot.ports import Sharded
from bot.replicas import LEASE, ReplicaName
from bot.store import Store

log = structlog.get_logger(__name__)

_REFRESH = 30
"""Beats between two looks at what a listener would hear of by itself."""


@dataclass
class _Owned:
    token: int
    until: float
    connecting: asyncio.Task[None]


@dataclass
class Shards:
    """The connections that this replica owns; `beat` is called with every sign of life, `stop` at the end."""

    store: Store
    replica: ReplicaName
    platforms: Mapping[PlatformName, Sharded]
    _owned: dict[PlatformName, _Owned] = field(default_factory=dict)
    _beats: int = 0
    _prepared: bool = False
    _beating: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def prepare(self) -> None:
        """Make the leases, and know what a listener would know; until then a beat does nothing."""
        for name, platform in self.platforms.items():
            await self.store.offer(_lease_of(name))
            await platform.refresh()
        self._prepared = True

    async def beat(self) -> None:
        """Keep what is owned, let go of what is lost, and take what is free.

        Raises `SettingsError` where a platform will not have the bot as it is, and `StorageError`.
        """
        if self._prepared:
            async with self._beating:
                await self._beat()

    async def _beat(self) -> None:
        self._beats += 1
        for name, platform in self.platforms.items():
            owned = self._owned.get(name)
            if owned is not None and fence.moment() >= owned.until:
                await self._lose(name, platform)
                owned = None
            if owned is None:
                await self._seek(name, platform)
            else:
                await self._keep(name, platform, owned)

    async def connected(self) -> None:
        """Return once every connection that this replica owns is made; raises what kept one from that."""
        for owned in list(self._owned.values()):
            await owned.connecting

    async def stop(self) -> None:
        """Leave every connection, so that another replica takes it up where this one leaves it."""
        for name, owned in list(self._owned.items()):
            await self._hush(name, self.platforms[name])
            try:
                states = {_lease_of(name): self.platforms[name].session}
                await self.store.renew(self.replica, [_lease_of(name)], LEASE, states)
                await self.store.release({_lease_of(name): owned.token})
            except StorageError as error:
                log.info("shard kept until its lease ends", platform=name, reason=str(error))

    async def _seek(self, name: PlatformName, platform: Sharded) -> None:
        for lease in await self.store.lease(self.replica, [_lease_of(name)], LEASE):
            log.info("shard taken", platform=name, token=lease.token)
            # What an owner had not read to its end is not in any session.
            session = None if await self.store.is_behind(name) else lease.state
            connecting = asyncio.create_task(platform.listen(session), name=f"listen to {name}")
            self._owned[name] = _Owned(lease.token, lease.until, connecting)
            return
        if self._beats % _REFRESH == 0:
            try:
                await platform.refresh()
            except PlatformError as error:
                log.info("not refreshed", platform=name, reason=str(error))

    async def _keep(self, name: PlatformName, platform: Sharded, owned: _Owned) -> None:
        if owned.connecting.done() and (error := owned.connecting.exception()) is not None:
            await self._lose(name, platform)
            await self.store.release({_lease_of(name): owned.token})
            if isinstance(error, SettingsError):
                raise error
            log.warning("shard given up", platform=name, reason=str(error))
            return
        asked_at = fence.moment()
        kept = await self.store.renew(
            self.replica, [_lease_of(name)], LEASE, {_lease_of(name): platform.session} if platform.listens else None
        )
        if kept.get(_lease_of(name)) == owned.token:
            owned.until = asked_at + LEASE.total_seconds()
        else:
            await self._lose(name, platform)

    async def _lose(self, name: PlatformName, platform: Sharded) -> None:
        log.warning("shard lost", platform=name)
        await self._hush(name, platform)
        del self._owned[name]

    async def _hush(self, name: PlatformName, platform: Sharded) -> None:
        connecting = self._owned[name].connecting
        connecting.cancel()
        await asyncio.gather(connecting, return_exceptions=True)
        try:
            await platform.hush()
        except PlatformError as error:
            log.info("shard not left", platform=name, reason=str(error))


def _lease_of(platform: PlatformName) -> str:
    return f"shard:{platform}:0"
