"""What comes up on a person's screen after they did something, and when it has all come."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Final

from adapters.sandbox.slack.values import BOT_USER
from adapters.sandbox.slack.world import Sighting

PATIENCE: Final = 20.0
"""Seconds to wait for an answer to come up at all."""
QUIET: Final = 0.4
"""Seconds without anything new that suit a person who watches."""
PUBLIC_QUIET: Final = 2.0
"""Seconds without anything new where only the channel has changed, so that a private answer may still come."""


@dataclass(eq=False, slots=True)
class Attention:
    """One person who looks at one channel and waits."""

    user: str
    channel: str | None
    quiet: float
    seen: dict[str, Sighting] = field(default_factory=dict)
    public: bool = False
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def notice(self, sighting: Sighting) -> None:
        """Take in what came up, where it is for this person or by the app in this channel."""
        if sighting.kind == "message":
            if sighting.user != BOT_USER or sighting.channel != self.channel:
                return
            self.public = True
        elif sighting.user != self.user:
            return
        else:
            self.seen.pop(sighting.id, None)
            self.seen[sighting.id] = sighting
        self._changed.set()

    async def settle(self) -> list[Sighting]:
        """What this person alone has seen, once nothing new comes; the latest last."""
        wait = self.quiet if self.seen else PUBLIC_QUIET if self.public else PATIENCE
        with suppress(TimeoutError):
            while True:
                self._changed.clear()
                await asyncio.wait_for(self._changed.wait(), wait)
                wait = self.quiet if self.seen else PUBLIC_QUIET
        return list(self.seen.values())


class Screens:
    """Everybody who looks. After `quiet` seconds without anything new an answer is taken to be whole."""

    def __init__(self, quiet: float = QUIET) -> None:
        self._quiet = quiet
        self._looking: list[Attention] = []

    def notice(self, sighting: Sighting) -> None:
        """Something came up."""
        for attention in self._looking:
            attention.notice(sighting)

    @contextmanager
    def watch(self, user: str, channel: str | None) -> Iterator[Attention]:
        """Look on somebody's behalf."""
        attention = Attention(user, channel, self._quiet)
        self._looking.append(attention)
        try:
            yield attention
        finally:
            self._looking.remove(attention)
