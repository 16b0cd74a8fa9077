"""The clock that redeliveries, triggers and rate limits go by; a test may turn it on."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress


class Timers:
    """Monotonic seconds that `advance` can skip over; whoever sleeps through the skipped time wakes at once."""

    def __init__(self) -> None:
        self._skipped = 0.0
        self._turned = asyncio.Event()

    def now(self) -> float:
        """Seconds, comparable among themselves alone."""
        return time.monotonic() + self._skipped

    def advance(self, seconds: float) -> None:
        """Skip over that many seconds."""
        self._skipped += seconds
        self._turned.set()
        self._turned = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        """Return after that long by this clock."""
        deadline = self.now() + seconds
        while (left := deadline - self.now()) > 0:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._turned.wait(), left)
