"""The Discord side of the sandbox: one guild on loopback, its people, and the bot's way in."""

from __future__ import annotations

from adapters.sandbox.faults import Faults
from adapters.sandbox.side import Limits


class DiscordSide:
    """A local Discord. Implements `adapters.sandbox.side.Side`."""

    platform = "discord"

    def __init__(self, faults: Faults, limits: Limits = "real") -> None:
        self._faults = faults
        self._limits = limits
