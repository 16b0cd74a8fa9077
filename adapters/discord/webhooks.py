"""The bot's webhook in each channel: found, made, and made again where somebody deleted it."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import structlog

from adapters.discord.failures import INVALID_WEBHOOK_TOKEN, UNKNOWN_WEBHOOK, Rejected
from adapters.discord.rest import Rest

NAME: Final = "Roundtable"
"""Discord refuses names with `discord` or `clyde` in them."""

Answer = TypeVar("Answer")
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, repr=False)
class Webhook:
    """A webhook that the application owns. Its token is as good as a password: it is never printed."""

    id: str
    token: str


class Webhooks:
    """One webhook a channel, owned by the application, shared by the channel's threads.

    Discord keeps the owner on each webhook (`application_id`), so that none has to be remembered across restarts.
    """

    def __init__(self, rest: Rest) -> None:
        self._rest = rest
        self._application = ""
        self._known: dict[str, Webhook] = {}
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def owned_by(self, application: str) -> None:
        """Say whose webhooks these are, once that is known."""
        self._application = application

    def ours(self, message: dict[str, Any]) -> bool:
        """Whether a webhook of the application posted this message, be it the present one or one that is gone."""
        webhook = message.get("webhook_id")
        return webhook is not None and (
            message.get("application_id") == self._application or any(webhook == one.id for one in self._known.values())
        )

    async def use(self, channel: str, call: Callable[[Webhook], Awaitable[Answer]]) -> Answer:
        """Call with the channel's webhook. Where Discord no longer knows it, make a new one and call once more.

        That is safe for any call: an unknown webhook refuses before it does anything.
        """
        webhook = await self.of(channel)
        try:
            return await call(webhook)
        except Rejected as error:
            if error.code not in {UNKNOWN_WEBHOOK, INVALID_WEBHOOK_TOKEN}:
                raise
        log.warning("discord.webhook_gone", channel=channel)
        if self._known.get(channel) == webhook:
            del self._known[channel]
        return await call(await self.of(channel))

    async def of(self, channel: str) -> Webhook:
        """The channel's webhook, found or made."""
        async with self._locks[channel]:
            if channel not in self._known:
                self._known[channel] = await self._find(channel) or await self._make(channel)
            return self._known[channel]

    async def all(self, channel: str) -> list[Webhook]:
        """All of the application's webhooks in the channel, the oldest first."""
        found = await self._rest.ask("GET", "/channels/{channel_id}/webhooks", channel_id=channel)
        return sorted(
            (
                Webhook(one["id"], one["token"])
                for one in found
                if one.get("application_id") == self._application and one.get("token")
            ),
            key=lambda webhook: int(webhook.id),
        )

    async def _find(self, channel: str) -> Webhook | None:
        return next(iter(await self.all(channel)), None)

    async def _make(self, channel: str) -> Webhook:
        made = await self._rest.ask("POST", "/channels/{channel_id}/webhooks", json={"name": NAME}, channel_id=channel)
        log.info("discord.webhook_made", channel=channel, webhook=made["id"])
        return Webhook(made["id"], made["token"])
