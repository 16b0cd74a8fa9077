"""Outages: a platform that nobody can reach for a while, as its servers are down."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from adapters.sandbox.side import Refusal, Side

LONGEST: Final = 120.0
"""Seconds."""


class Outages:
    """Takes sides off the network and brings them back on the same port. People go on; only the bot is cut off."""

    def __init__(self, sides: Mapping[str, Side]) -> None:
        self._sides = sides
        self._ends: dict[str, float] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    @property
    def left(self) -> dict[str, int]:
        """The platforms that are down, and for how many seconds more, rounded up."""
        now = time.monotonic()
        return {name: max(0, math.ceil(end - now)) for name, end in self._ends.items()}

    async def begin(self, platform: str, seconds: float) -> None:
        """Take a platform down; 0 brings it back at once. Raises `Refusal`."""
        if not 0 <= seconds <= LONGEST:
            raise Refusal(f"an outage lasts 0 to {LONGEST:.0f} seconds")
        if platform in self._ends:
            self._ends[platform] = time.monotonic() + seconds
            return
        if not seconds:
            return
        side = self._sides[platform]
        address = urlsplit(next(value for value in side.settings().values() if value.startswith("http")))
        self._ends[platform] = time.monotonic() + seconds
        await side.stop()
        waiting = self._restore(platform, str(address.hostname), int(address.port or 0))
        self._tasks[platform] = asyncio.create_task(waiting)

    async def _restore(self, platform: str, host: str, port: int) -> None:
        while (left := self._ends[platform] - time.monotonic()) > 0:  # noqa: ASYNC110 - the end may be moved meanwhile
            await asyncio.sleep(min(left, 0.2))
        await self._sides[platform].start(host, port)
        del self._ends[platform]

    async def stop(self) -> None:
        """Forget about outages; the sides stay as they are. Idempotent."""
        tasks = list(self._tasks.values())
        self._tasks.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
