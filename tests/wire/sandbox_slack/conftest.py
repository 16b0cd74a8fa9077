from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from adapters.sandbox.faults import Faults
from adapters.sandbox.slack import Exchange, SlackSide

Json = dict[str, Any]


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
        async with asyncio.timeout(5):
            while len(self.bodies) < wanted:
                self._changed.clear()
                await self._changed.wait()
        return self.events

    async def first(self, **fields: object) -> Json:
        """The first event with these fields."""
        async with asyncio.timeout(5):
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
    handler: AsyncSocketModeHandler | None = None


@pytest.fixture
def faults() -> Faults:
    return Faults()


@pytest.fixture
def exchanges() -> list[Exchange]:
    return []


@pytest.fixture
async def side(faults: Faults, exchanges: list[Exchange]) -> AsyncIterator[SlackSide]:
    side = SlackSide(faults, "none", record=exchanges.append)
    await side.start()
    yield side
    await side.stop()


@pytest.fixture
def news(side: SlackSide) -> str:
    return side.channels()[0]


def new_app(side: SlackSide) -> Bot:
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


@pytest.fixture
async def connect(side: SlackSide) -> AsyncIterator[Callable[[Bot], Awaitable[Bot]]]:
    connected: list[Bot] = []

    async def _connect(bot: Bot) -> Bot:
        before = side.connections.count
        settings = side.settings()
        bot.handler = AsyncSocketModeHandler(bot.app, settings["SLACK_APP_TOKEN"], web_client=bot.client)
        connected.append(bot)
        await bot.handler.connect_async()
        async with asyncio.timeout(5):
            while side.connections.count <= before:
                await asyncio.sleep(0.005)
        return bot

    yield _connect
    for bot in connected:
        if bot.handler is not None:
            await bot.handler.close_async()


@pytest.fixture
async def bot(side: SlackSide, connect: Callable[[Bot], Awaitable[Bot]]) -> Bot:
    return await connect(new_app(side))


@pytest.fixture
def client(side: SlackSide) -> AsyncWebClient:
    return new_app(side).client


@pytest.fixture
def admin_client(side: SlackSide) -> AsyncWebClient:
    settings = side.settings()
    return AsyncWebClient(token=settings["SLACK_USER_TOKEN"], base_url=settings["SLACK_API_URL"], retry_handlers=[])
