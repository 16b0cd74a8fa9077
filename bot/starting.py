"""How platforms are started, joined and parted with, side by side."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import structlog

from bot.config import Settings
from bot.delivery.pace import backoff
from bot.desk import MAIN
from bot.errors import Busy, PlatformError, Refused, SettingsError, sentence_of
from bot.model import CommunityId, PlatformName
from bot.ports import Intake, Platform, Sharded
from bot.store import Store

log = structlog.get_logger(__name__)

_PARTING = 3.5
"""Seconds that the platforms have, side by side, to disconnect at a shutdown."""
_PATIENCE = 30.0
"""Seconds for which a platform that can't be reached keeps a start waiting, before it fails."""


async def first(tasks: Sequence[asyncio.Task[Any]]) -> None:
    """Return when one of these has ended; raises what ended it."""
    done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in done:
        task.result()


async def start(platforms: Mapping[PlatformName, Platform], intake: Intake, *, shared: bool) -> None:
    """Start all side by side; where several fail, the first one's error is told.

    Where the database is `shared`, those that one replica at a time listens to only stand by.
    """
    outcomes = await asyncio.gather(
        *(_start_one(platform, intake, shared=shared) for platform in platforms.values()), return_exceptions=True
    )
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome


async def _start_one(platform: Platform, intake: Intake, *, shared: bool) -> None:
    """Start a platform; one that can't be reached for a moment is tried again, for `_PATIENCE`."""
    clock = asyncio.get_running_loop().time
    began, attempts = clock(), 0
    while True:
        try:
            if shared and isinstance(platform, Sharded):
                await platform.stand_by(intake)
            else:
                await platform.start(intake)
        except Refused:
            raise
        except PlatformError as error:
            wait = backoff(attempts).total_seconds()
            if clock() - began + wait > _PATIENCE:
                raise
            log.warning("platform out of reach", platform=platform.name, reason=str(error))
            attempts += 1
            await asyncio.sleep(max(wait, error.retry_after) if isinstance(error, Busy) else wait)
        else:
            return


async def join_channels(
    settings: Settings, store: Store, community: CommunityId, platforms: Mapping[PlatformName, Platform]
) -> None:
    """Put the channels of the settings on the board; one that was on it before may be out of reach just now."""
    boards = await store.boards(community)
    joined = {(one.info.ref.platform, str(one.info.ref.channel)) for board in boards for one in board.channels}
    for name, channel in settings.channels:
        platform = platforms.get(name)
        if platform is None:
            raise SettingsError(
                f"CHANNELS names {name}:{channel}, but {name} has no token: set it, or take the channel out."
            )
        try:
            info = await platform.describe(channel)
        except PlatformError as error:
            if (name, channel) in joined:
                log.warning("channel out of reach", platform=name, channel=channel, reason=str(error))
                continue
            log.warning("channel refused", platform=name, channel=channel, reason=str(error))
            raise SettingsError(f"CHANNELS: {name}:{channel}: {sentence_of(str(error))}") from error
        await store.join(community, MAIN, info)


async def close(platforms: Mapping[PlatformName, Platform]) -> None:
    """Part with all of them; one that takes too long is left as it is."""
    await asyncio.gather(*(_part(platform) for platform in platforms.values()))


async def _part(platform: Platform) -> None:
    try:
        async with asyncio.timeout(_PARTING):
            await platform.close()
    except (TimeoutError, PlatformError) as error:
        log.warning("platform did not close", platform=platform.name, reason=str(error))


async def end(workers: Sequence[asyncio.Task[Any]]) -> None:
    """Cancel tasks, and wait until they have ended."""
    for worker in workers:
        worker.cancel()
    await asyncio.gather(*workers, return_exceptions=True)
