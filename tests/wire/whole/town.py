"""The whole product for a test: the sandbox, the bot beside it, and the people, played through the control API."""

from __future__ import annotations

import asyncio
import io
import json
import logging
from collections.abc import Callable, Collection, Iterator
from contextlib import AsyncExitStack, contextmanager, redirect_stderr
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self, TypeAlias

import aiohttp
import structlog

from adapters.sandbox.discord.http import Exchange as DiscordExchange
from adapters.sandbox.sandbox import Sandbox
from adapters.sandbox.side import Limits
from adapters.sandbox.slack import Exchange as SlackExchange
from bot import logs
from bot.app import open_office, run
from bot.article import sample
from bot.commands import GivenText, Published
from bot.config import Settings
from bot.desk import read_given
from bot.model import Article
from tests.engines import database_in, usual
from tests.patience import PATIENCE

Json: TypeAlias = dict[str, Any]
SIDES = ("discord", "slack")


@dataclass
class Town:
    """An async context manager; `settings` are added to those of the sandbox, whose rates are kept with `limits`."""

    folder: Path
    settings: Json = field(default_factory=dict)
    limits: Limits = "none"
    engine: str = field(default_factory=usual)
    discord_exchanges: list[DiscordExchange] = field(default_factory=list)
    slack_exchanges: list[SlackExchange] = field(default_factory=list)
    log: io.StringIO = field(default_factory=io.StringIO)
    """All that the bot logged, as an operator who wants to know everything reads it."""

    def __post_init__(self) -> None:
        self._exits = AsyncExitStack()
        self._bot: asyncio.Task[None] | None = None
        self._stop = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._exits.enter_context(_logged_to(self.log))
        self.database_url = await self._exits.enter_async_context(database_in(self.folder, self.engine))
        self.sandbox = await self._exits.enter_async_context(
            Sandbox(
                limits=self.limits,
                record_discord=self.discord_exchanges.append,
                record_slack=self.slack_exchanges.append,
                quiet=0.15,
            )
        )
        self._http = await self._exits.enter_async_context(aiohttp.ClientSession(self.sandbox.control_url))
        self._exits.push_async_callback(self.stop_bot)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._exits.aclose()

    @property
    def bot_settings(self) -> Settings:
        given = {name.lower(): value for name, value in self.sandbox.settings.items()}
        return Settings(**{**given, "database_url": self.database_url, **self.settings})

    def written(self) -> Iterator[tuple[str, str]]:
        """All that the bot wrote: the call, or `log`, and its text; with upload contents left out."""
        for discord in self.discord_exchanges:
            yield f"{discord.method} {discord.path}", json.dumps(discord.request, ensure_ascii=False)
        for slack in self.slack_exchanges:
            yield slack.method, json.dumps(slack.arguments, ensure_ascii=False).replace('\\"', '"')
        yield from (("log", line) for line in self.log.getvalue().splitlines())

    def leaks(self, words: Collection[str]) -> list[str]:
        """Where the bot wrote one of these words."""
        return [
            f"{where}: {text[max(0, at - 60) : at + 60]}"
            for where, text in self.written()
            for word in words
            if (at := text.lower().find(word)) >= 0
        ]

    async def start_bot(self) -> None:
        """Run the bot; returns when it is ready, raises what kept it from that."""
        self._stop = asyncio.Event()
        ready = asyncio.Event()
        self._bot = asyncio.create_task(run(self.bot_settings, self._stop, ready.set))
        waiting = asyncio.create_task(ready.wait())
        await asyncio.wait({self._bot, waiting}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if not ready.is_set():
            bot, self._bot = self._bot, None
            await bot

    async def stop_bot(self) -> None:
        """End the bot as SIGTERM does."""
        bot, self._bot = self._bot, None
        if bot is not None:
            self._stop.set()
            await bot

    async def control(self, verb: str, /, **body: object) -> Json:
        async with self._http.post(f"/control/{verb}", json=body) as answer:
            told: Json = await answer.json()
        assert answer.status == 200, told
        return told

    async def refusal(self, verb: str, /, **body: object) -> str:
        """Why the control API refuses: a person's own client would not let them do it."""
        async with self._http.post(f"/control/{verb}", json=body) as answer:
            told: Json = await answer.json()
        assert answer.status == 400, told
        return str(told["error"])

    async def state(self) -> Json:
        async with self._http.get("/control/state") as answer:
            told: Json = await answer.json()
        return told

    async def publish(self, text: str | None = None, board: str = "main") -> Published:
        """What `roundtable publish` does, beside the running bot."""
        async with open_office(self.bot_settings) as office:
            desk = office.desk(lambda: None, wait=20.0)
            article = await read_given(GivenText(text or sample()), office.fetcher)
            return await desk.post(await desk.board_named(board), article)

    async def post(self, text: str, board: str = "main") -> None:
        """What an admin does on Discord with an article in a file: quicker than `publish`, for the bot itself hears."""
        file = [{"name": "article.md", "text": text, "type": "text/markdown"}]
        (preview,) = await self.command("discord", "Ada", "/publish", file=file, board=board)
        (answer,) = await self.click("discord", "Ada", preview["id"], "Publish")
        assert answer["text"].startswith("Published: "), answer["text"]

    async def articles(self) -> list[Article]:
        """The articles of all discussions, as they are kept."""
        async with open_office(self.bot_settings) as office:
            found = [await office.store.article(each.id) for each in await office.store.discussions(office.community)]
        return [article for article in found if article is not None]

    def discord_threads(self) -> list[str]:
        """The names of Discord's threads, oldest first."""
        channels = self.sandbox.discord._world.channels.values()  # noqa: SLF001 - the control API shows no names of them
        return [channel.name for channel in channels if channel.thread is not None]

    async def say(self, side: str, user: str, text: str, *, channel: str = "news", **more: object) -> str:
        """Somebody replies under the newest card."""
        root = card(await self.state(), side, channel)["id"]
        told = await self.control("say", platform=side, channel=channel, thread=root, user=user, text=text, **more)
        return str(told["id"])

    async def command(self, side: str, user: str, command: str, *, at: str = "news", **options: object) -> list[Json]:
        """What a person sees who runs a command in a channel."""
        told = await self.control("command", platform=side, channel=at, user=user, command=command, options=options)
        return list(told["replies"])

    async def click(self, side: str, user: str, message: str, action: str, *, channel: str = "news") -> list[Json]:
        """What a person sees who presses a button."""
        told = await self.control("click", platform=side, channel=channel, id=message, user=user, action=action)
        return list(told["replies"])

    async def submit(self, side: str, user: str, modal: str, values: Json) -> list[Json]:
        """What a person sees who sends a form."""
        return list((await self.control("submit", platform=side, user=user, modal=modal, values=values))["replies"])

    async def until(self, what: str, holds: Callable[[Json], bool], seconds: float = PATIENCE) -> Json:
        """The state once something holds."""
        state = await self.state()
        try:
            async with asyncio.timeout(seconds):
                while not holds(state):
                    await asyncio.sleep(0.1)
                    state = await self.state()
        except TimeoutError:
            shown = {side: [message["text"] for message in thread(state, side)] for side in SIDES}
            raise AssertionError(f"not within {seconds} s: {what}\n{shown}") from None
        return state

    async def until_both_show(self, *texts: str, seconds: float = PATIENCE) -> Json:
        """The state once both threads show exactly these texts, in any order across sides."""
        wanted = sorted(texts)

        def holds(state: Json) -> bool:
            return all(sorted(comments(state, side)) == wanted for side in SIDES) and all(
                f"Discussion ({len(wanted)})" in card(state, side)["text"] for side in SIDES
            )

        return await self.until(f"both show {wanted}", holds, seconds)


@contextmanager
def _logged_to(text: io.StringIO) -> Iterator[None]:
    """Write the log there, as the program sets it up, and put back what was."""
    root = logging.getLogger()
    before, level, configured = list(root.handlers), root.level, structlog.get_config()
    with redirect_stderr(text):
        logs.set_up("text", "debug")
    try:
        yield
    finally:
        root.handlers[:] = before
        root.setLevel(level)
        for name in ("bot", "adapters", "storage"):
            logging.getLogger(name).setLevel(logging.NOTSET)
        structlog.configure(**configured)


def channel_of(state: Json, side: str, name: str = "news") -> Json:
    found: Json = next(channel for channel in state[side]["channels"] if name in {channel["name"], channel["id"]})
    return found


def card(state: Json, side: str, channel: str = "news") -> Json:
    """The newest card in a channel."""
    cards: list[Json] = [
        message for message in channel_of(state, side, channel)["messages"] if message["by"] != "person"
    ]
    return cards[-1]


def thread(state: Json, side: str, channel: str = "news") -> list[Json]:
    """The messages under the newest card, less the civility line."""
    cards = [message for message in channel_of(state, side, channel)["messages"] if message["by"] != "person"]
    return list(cards[-1]["thread"] or [])[1:] if cards else []


def by_the_bot(state: Json, side: str) -> list[Json]:
    """The bot's messages under the newest card, copies and masked comments."""
    return [message for message in thread(state, side) if message["by"] != "person"]


def comments(state: Json, side: str, channel: str = "news") -> list[str]:
    """What people read under the newest card, comment by comment."""
    return [message["text"] for message in thread(state, side, channel)]


def people(state: Json, side: str) -> list[str]:
    """Names, an admin first."""
    return [person["name"] for person in sorted(state[side]["people"], key=lambda person: not person["admin"])]
