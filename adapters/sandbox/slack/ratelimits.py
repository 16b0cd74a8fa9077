"""Slack's rate limits: a tier for each method, and about one message a second in a channel (docs, Rate limits)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from adapters.sandbox.side import Limits
from adapters.sandbox.slack.timers import Timers

Tier: TypeAlias = Literal[1, 2, 3, 4, "post", "free"]
A_MINUTE: Final[dict[Tier, int]] = {1: 1, 2: 20, 3: 50, 4: 100}
POST_BURST: Final = 4
"""Messages to one channel that Slack lets through at once, before it asks for one a second."""


@dataclass(slots=True)
class Bucket:
    """Tokens that come back with time."""

    size: float
    a_second: float
    tokens: float
    at: float

    def take(self, now: float) -> float:
        """Take a token: 0, or the seconds to wait for one."""
        self.tokens = min(self.size, self.tokens + (now - self.at) * self.a_second)
        self.at = now
        if self.tokens < 1:
            return (1 - self.tokens) / self.a_second
        self.tokens -= 1
        return 0.0


class RateLimits:
    """The limits of one app in one workspace."""

    def __init__(self, limits: Limits, timers: Timers) -> None:
        self._limits = limits
        self._timers = timers
        self._buckets: dict[tuple[str, str], Bucket] = {}

    def wait(self, method: str, tier: Tier, channel: str) -> int:
        """Count a call: 0 where it may go on, or the whole seconds of its `Retry-After`."""
        if self._limits == "none" or tier == "free":
            return 0
        now = self._timers.now()
        key = (method, channel if tier == "post" else "")
        bucket = self._buckets.get(key)
        if bucket is None:
            size, a_second = (POST_BURST, 1.0) if tier == "post" else (A_MINUTE[tier], A_MINUTE[tier] / 60)
            bucket = self._buckets[key] = Bucket(size, a_second, size, now)
        return math.ceil(bucket.take(now))
