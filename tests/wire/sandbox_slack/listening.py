from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias, cast

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from adapters.sandbox.slack import SlackSide
from tests.patience import PATIENCE

Json = dict[str, Any]
Listener: TypeAlias = Callable[..., Awaitable[None]]
Register: TypeAlias = Callable[[Listener], Listener]


@dataclass
class Heard:
    """What an app has heard, in order, and a way to wait for it."""

    bodies: list[Json] = field(default_factory=list)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def add(self, body: Json) -> None:
        self.bodies.append(body)
        self._changed.set()

    @property
    def events(self) -> list[Json]:
        return [body["event"] for body in self.bodies]

    async def count(self, wanted: int) -> list[Json]:
        async with asyncio.timeout(PATIENCE):
            while len(self.bodies) < wanted:
                self._changed.clear()
                await self._changed.wait()
        return self.events

    async def first(self, **fields: object) -> Json:
        """The first event with these fields."""
        async with asyncio.timeout(PATIENCE):
            while True:
                for event in self.events:
                    if all(event.get(name) == value for name, value in fields.items()):
                        return event
                self._changed.clear()
                await self._changed.wait()


@dataclass
class Bot:
    """A real slack-bolt app that hears every message, reaction and mention."""

    app: AsyncApp
    client: AsyncWebClient
    heard: Heard

    def command(self, name: str) -> Register:
        return cast("Register", self.app.command(name))

    def action(self, name: str) -> Register:
        return cast("Register", self.app.action(name))

    def view(self, name: str) -> Register:
        return cast("Register", self.app.view(name))

    def view_closed(self, name: str) -> Register:
        return cast("Register", self.app.view_closed(name))

    def shortcut(self, name: str) -> Register:
        return cast("Register", self.app.shortcut(name))


def new_bot(side: SlackSide) -> Bot:
    settings = side.settings()
    client = AsyncWebClient(token=settings["SLACK_BOT_TOKEN"], base_url=settings["SLACK_API_URL"], retry_handlers=[])
    app = AsyncApp(
        client=client,
        signing_secret=settings["SLACK_SIGNING_SECRET"],
        ignoring_self_events_enabled=False,
        process_before_response=True,
    )
    heard = Heard()

    async def listen(body: Json) -> None:
        heard.add(body)

    for kind in ("message", "reaction_added", "reaction_removed", "app_mention", "member_joined_channel"):
        app.event(kind)(listen)
    return Bot(app, client, heard)
