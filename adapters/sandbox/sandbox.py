"""The sandbox as a whole: a local Discord, a local Slack, and the control API that plays their people."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from operator import or_
from typing import Self

from adapters.discord.grants import PERMISSIONS
from adapters.sandbox.control import Control
from adapters.sandbox.discord import DiscordSide
from adapters.sandbox.discord.http import Exchange as DiscordExchange
from adapters.sandbox.discord.permissions import Right
from adapters.sandbox.discord.sockets import HEARTBEAT
from adapters.sandbox.faults import Faults
from adapters.sandbox.show import Show
from adapters.sandbox.side import Limits, Side
from adapters.sandbox.slack import Exchange as SlackExchange
from adapters.sandbox.slack import SlackSide
from adapters.sandbox.slack.screens import QUIET
from adapters.slack.grants import BOT_EVENTS, BOT_SCOPES, USER_SCOPES
from adapters.slack.manifest import SHORTCUTS


class Sandbox:
    """Both platforms and their control server on loopback; an async context manager that serves while it is open.

    `port` is the control server's; the platforms take free ones. `faults` are the rules that strike both. The recorders
    are called with each request that the platforms answered. After `quiet` seconds without anything new on a person's
    screen in Slack, what came up is taken to be all. `heartbeat` is what Discord's gateway asks for, in seconds. `show`
    is the demo behind it, if any.
    """

    def __init__(
        self,
        *,
        limits: Limits = "real",
        host: str = "127.0.0.1",
        port: int = 0,
        record_discord: Callable[[DiscordExchange], None] | None = None,
        record_slack: Callable[[SlackExchange], None] | None = None,
        quiet: float = QUIET,
        heartbeat: float = HEARTBEAT,
        show: Show | None = None,
    ) -> None:
        self.faults = Faults()
        # The bot has what its invitation and its manifest ask for, and no more: what is missing there shows here first.
        invited = reduce(or_, (Right[grant.name.upper()] for grant in PERMISSIONS))
        self.discord = DiscordSide(self.faults, limits, rights=invited, heartbeat=heartbeat, record=record_discord)
        self.slack = SlackSide(
            self.faults,
            limits,
            scopes=tuple(grant.name for grant in BOT_SCOPES),
            user_scopes=tuple(grant.name for grant in USER_SCOPES),
            subscriptions=tuple(grant.name for grant in BOT_EVENTS),
            shortcuts={name: callback for name, (callback, _) in SHORTCUTS.items()},
            record=record_slack,
            quiet=quiet,
        )
        self._sides: dict[str, Side] = {"discord": self.discord, "slack": self.slack}
        self._control = Control(self._sides, self.faults, show)
        self._host = host
        self._port = port

    @property
    def control_url(self) -> str:
        """Where the control API is: `http://HOST:PORT`, without a slash at its end."""
        return self._control.url

    @property
    def settings(self) -> dict[str, str]:
        """The settings that make `roundtable run` join both platforms, `CHANNELS` included."""
        together: dict[str, str] = {}
        for side in self._sides.values():
            together |= side.settings()
        channels = [f"{name}:{channel}" for name, side in self._sides.items() for channel in side.channels()]
        return together | {"CHANNELS": ",".join(channels)}

    async def __aenter__(self) -> Self:
        try:
            for side in self._sides.values():
                await side.start(self._host, 0)
            await self._control.start(self._host, self._port)
        except BaseException:
            await self._stop()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stop()

    async def _stop(self) -> None:
        await self._control.stop()
        for side in self._sides.values():
            await side.stop()
