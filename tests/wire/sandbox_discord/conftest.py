"""A local Discord for each test, and the unmodified discord.py to talk to it. What goes over the wire is checked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

import discord
import pytest
import yarl
from discord import app_commands

from adapters.sandbox.discord import DiscordSide
from adapters.sandbox.discord.http import Exchange
from adapters.sandbox.faults import Faults
from tests.patience import PATIENCE
from tests.wire import openapi

T = TypeVar("T")

INTENTS = discord.Intents(guilds=True, guild_messages=True, guild_reactions=True, message_content=True, webhooks=True)


@dataclass
class Seen:
    """All that went over the wire."""

    exchanges: list[Exchange] = field(default_factory=list)
    events: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def check(self) -> None:
        for exchange in self.exchanges:
            openapi.check_response(exchange)
            if exchange.status < 400:
                openapi.check_request(exchange)
        for name, data in self.events:
            openapi.check_event(name, data)

    def named(self, name: str) -> list[dict[str, Any]]:
        return [data for each, data in self.events if each == name]


class Bot(discord.Client):
    """A client that keeps what it hears."""

    def __init__(self, intents: discord.Intents = INTENTS) -> None:
        # discord.py waits this long for further guilds before it is ready.
        super().__init__(intents=intents, guild_ready_timeout=0.05)
        self.tree: app_commands.CommandTree[Bot] = app_commands.CommandTree(self)
        self.heard: list[tuple[str, Any]] = []
        self.changed = asyncio.Event()

    def hear(self, name: str, *what: object) -> None:
        self.heard.append((name, what[0] if what else None))
        self.changed.set()

    def dispatch(self, event: str, /, *args: object, **kwargs: object) -> None:
        super().dispatch(event, *args, **kwargs)
        self.hear(event, *args)

    async def until(self, condition: Callable[[], T], seconds: float = PATIENCE) -> T:
        """The condition's value, once something was heard that makes it true."""
        async with asyncio.timeout(seconds):
            while not (value := condition()):
                self.changed.clear()
                await self.changed.wait()
            return value

    def all(self, name: str) -> list[Any]:
        return [what for each, what in self.heard if each == name]

    async def hears(self, name: str, count: int = 1) -> Any:  # noqa: ANN401 - discord.py's objects, as each test knows them
        """The latest event of that name, once there were so many."""
        await self.until(lambda: len(self.all(name)) >= count)
        return self.all(name)[-1]

    def text_channel(self, side: DiscordSide) -> discord.TextChannel:
        channel = self.get_channel(int(side.channels()[0]))
        assert isinstance(channel, discord.TextChannel)
        return channel


@dataclass
class Place:
    """A local Discord, its faults, and what went over its wire."""

    side: DiscordSide
    faults: Faults
    seen: Seen

    @asynccontextmanager
    async def bot(
        self, intents: discord.Intents = INTENTS, *, bot: Bot | None = None, token: str | None = None
    ) -> AsyncIterator[Bot]:
        """A bot that is logged in and ready."""
        client = bot or Bot(intents)
        task = asyncio.create_task(client.start(token or self.side.settings()["DISCORD_TOKEN"]))
        ready = asyncio.create_task(client.hears("ready"))
        try:
            await asyncio.wait({task, ready}, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                task.result()
            yield client
        finally:
            ready.cancel()
            await client.close()
            await asyncio.gather(task, ready, return_exceptions=True)


Open: TypeAlias = Callable[..., Any]


@pytest.fixture
async def open_place(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Open]:
    """Opens a local Discord with the options of `DiscordSide`, and points discord.py at it."""
    async with AsyncExitStack() as stack:

        async def opened(**options: Any) -> Place:  # noqa: ANN401 - what DiscordSide takes
            faults, seen = Faults(), Seen()
            chosen: dict[str, Any] = {"limits": "none", "hold": 0.2} | options
            side = DiscordSide(
                faults,
                **chosen,
                record=seen.exchanges.append,
                record_event=lambda name, data: seen.events.append((name, data)),
            )
            await side.start("127.0.0.1", 0)
            stack.push_async_callback(side.stop)
            settings = side.settings()
            monkeypatch.setattr(discord.http.Route, "BASE", settings["DISCORD_API_URL"])
            gateway = yarl.URL(settings["DISCORD_GATEWAY_URL"])
            monkeypatch.setattr(discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", gateway)
            if openapi.available():
                stack.callback(seen.check)
            return Place(side, faults, seen)

        yield opened


@pytest.fixture
async def place(open_place: Open) -> Place:
    """A local Discord without rate limits."""
    opened: Place = await open_place()
    return opened
