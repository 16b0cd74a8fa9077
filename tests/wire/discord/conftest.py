from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any, Protocol, TypeAlias, cast

import aiohttp
import pytest

from adapters.discord.gateway import DiscordPlatform
from adapters.sandbox.discord import DiscordSide
from adapters.sandbox.discord.http import Exchange
from adapters.sandbox.faults import Fault, FaultKind, Faults
from adapters.sandbox.side import SaidFile
from bot.commands import OwnComment, Published
from bot.markup.tree import plain_document
from bot.model import (
    SLACK,
    ChannelInfo,
    CommentId,
    DiscussionId,
    DraftId,
    Link,
    ThreadRef,
)
from bot.ports import Stamp
from bot.views import ArticleView, Card, CardLine, CopyView, DraftView, FileView, SectionView, SourceView
from tests.patience import PATIENCE
from tests.wire import openapi
from tests.wire.recording import MASKER, RecordingCommands, RecordingIntake

Json = dict[str, Any]


def just_now() -> datetime:
    """A moment before all that a test does."""
    return datetime.now(UTC) - timedelta(minutes=1)


class Start(Protocol):
    def __call__(self, **settings: object) -> Awaitable[DiscordPlatform]: ...


class Ask(Protocol):
    """Discord's API as the bot's owner could use it by hand."""

    def __call__(self, method: str, path: str, json: object = None) -> Awaitable[Any]: ...


class Shown(Protocol):
    def __call__(self, channel: str) -> list[Json]: ...


class Fail(Protocol):
    def __call__(self, route: str, kind: FaultKind, times: int = 1) -> None: ...


Replies: TypeAlias = Callable[[], list[Json]]
Say: TypeAlias = Callable[..., Awaitable[str]]
Until: TypeAlias = Callable[[Callable[[], object]], Awaitable[None]]


class CopyOf(Protocol):
    def __call__(self, text: str, *files: FileView, author: str = "Ken") -> CopyView: ...


@dataclass(frozen=True)
class Watch:
    """What passed between the bot and the sandbox: REST exchanges, in order."""

    exchanges: list[Exchange]

    def count(self, method: str, ending: str) -> int:
        """How many requests of a method went to paths with this ending."""
        return sum(one.method == method and one.path.endswith(ending) for one in self.exchanges)


@pytest.fixture(scope="session")
def card() -> Card:
    line = MASKER.line
    return Card(
        discussion=DiscussionId(7),
        title=line("A quiet engine"),
        tldr=line("It hums."),
        lines=(CardLine(line("Why"), line("Because it can.")),),
        source=SourceView(line("Example"), "https://example.org/engine"),
        image=None,
    )


@pytest.fixture
def draft(card: Card) -> DraftView:
    preview = replace(card, discussion=None)
    return DraftView(DraftId(3), preview, "A quiet engine", "It hums.", "main", ("#news on Discord",))


@pytest.fixture(scope="session")
def copy_of() -> CopyOf:
    def build(text: str, *files: FileView, author: str = "Ken") -> CopyView:
        return CopyView(
            author=MASKER.line(author),
            platform=SLACK,
            avatar=None,
            body=MASKER.document(plain_document(text)),
            answers=None,
            files=files,
            original="https://example.slack.com/archives/C1/p1",
        )

    return build


@pytest.fixture
def commands(draft: DraftView) -> RecordingCommands:
    line = MASKER.line
    sections = tuple(
        SectionView(line(f"Part {number}"), MASKER.document(plain_document("It hums. " * 200)))
        for number in range(1, 6)
    )
    return RecordingCommands(
        drafted=draft,
        published=Published("A quiet engine", (Link(SLACK, "#news on Slack", "https://example.slack.com/archives/1"),)),
        article=ArticleView(line("A quiet engine"), line("It hums."), sections, None),
        own=OwnComment(CommentId(11), plain_document("what I *said*")),
    )


@pytest.fixture
def intake() -> RecordingIntake:
    return RecordingIntake()


@pytest.fixture
def faults() -> Faults:
    return Faults()


@pytest.fixture
def fail(faults: Faults) -> Fail:
    def order(route: str, kind: FaultKind, times: int = 1) -> None:
        faults.add(Fault("discord", route, kind, times))

    return order


@pytest.fixture
def watch() -> Watch:
    return Watch([])


@pytest.fixture
async def side(faults: Faults, watch: Watch) -> AsyncIterator[DiscordSide]:
    side = DiscordSide(faults, "none", record=watch.exchanges.append, hold=1.0)
    await side.start("127.0.0.1", 0)
    yield side
    await side.stop()
    if openapi.available():
        for exchange in watch.exchanges:
            if exchange.status != HTTPStatus.REQUEST_ENTITY_TOO_LARGE:  # its body was never read
                openapi.check_request(exchange)


@pytest.fixture
async def ask(side: DiscordSide) -> AsyncIterator[Ask]:
    given = side.settings()
    async with aiohttp.ClientSession(headers={"Authorization": f"Bot {given['DISCORD_TOKEN']}"}) as session:

        async def request(method: str, path: str, json: object = None) -> Any:  # noqa: ANN401 - JSON
            async with session.request(method, given["DISCORD_API_URL"] + path, json=json) as answer:
                return await answer.json() if answer.status == 200 else None

        yield request


@pytest.fixture
async def start(side: DiscordSide, intake: RecordingIntake, commands: RecordingCommands) -> AsyncIterator[Start]:
    started: list[DiscordPlatform] = []

    async def build(**settings: object) -> DiscordPlatform:
        given = side.settings()
        heard_by = cast("RecordingIntake", settings.pop("intake", intake))
        arguments: Json = {
            "token": given["DISCORD_TOKEN"],
            "api_url": given["DISCORD_API_URL"],
            "gateway_url": given["DISCORD_GATEWAY_URL"],
            "commands": commands,
            "timeout": 2.0,
            "pause": 0.05,
            "identify_pause": 0.0,
        }
        platform = DiscordPlatform(**(arguments | settings))
        started.append(platform)
        await platform.start(heard_by)
        return platform

    yield build
    for platform in started:
        await platform.close()


@pytest.fixture
async def platform(start: Start) -> DiscordPlatform:
    return await start()


@pytest.fixture
async def channel(platform: DiscordPlatform, side: DiscordSide) -> ChannelInfo:
    return await platform.describe(side.channels()[0])


@pytest.fixture
async def thread(platform: DiscordPlatform, channel: ChannelInfo, card: Card) -> ThreadRef:
    sent = await platform.post_card(channel, card, Stamp("card-1"))
    return await platform.open_thread(channel, sent.root, card.title, Stamp("card-1"))


@pytest.fixture(scope="session")
def until() -> Until:
    async def wait(condition: Callable[[], object]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not condition():  # noqa: ASYNC110 - what is waited for happens in the sandbox, which knows no events
                await asyncio.sleep(0.01)

    return wait


@pytest.fixture
def say(side: DiscordSide, thread: ThreadRef) -> Say:
    async def speak(
        text: str, user: str = "Grace", reply_to: str | None = None, files: tuple[SaidFile, ...] = ()
    ) -> str:
        channel = thread.channel.channel
        return await side.say(
            channel=channel, thread=thread.thread, user=user, text=text, reply_to=reply_to, files=files
        )

    return speak


@pytest.fixture
def shown(side: DiscordSide) -> Shown:
    """The messages of a channel, as people see them."""

    def read(channel: str) -> list[Json]:
        return next(one["messages"] for one in side.state()["channels"] if channel in (one["id"], one["name"]))

    return read


@pytest.fixture
def replies(shown: Shown, thread: ThreadRef) -> Replies:
    """The thread as people see it, the opener aside."""

    def read() -> list[Json]:
        root = next(one for one in shown(thread.channel.channel) if one["id"] == thread.thread)
        return list(root["thread"][1:])

    return read
