from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest

from adapters.sandbox.faults import Fault, FaultKind, Faults
from adapters.sandbox.side import SaidFile
from adapters.sandbox.slack import Exchange, SlackSide
from adapters.sandbox.slack.tokens import BOT_SCOPES
from adapters.slack.gateway import SlackPlatform
from adapters.slack.ids import Callback
from bot import texts
from bot.commands import OwnComment, Published
from bot.markup.tree import plain_document
from bot.masking import MaskedText, Masker
from bot.model import (
    ChannelInfo,
    CommentId,
    DiscussionId,
    DraftId,
    PlatformName,
    ThreadRef,
)
from bot.ports import Stamp
from bot.views import ArticleView, Card, CardLine, CopyView, DraftView, FileView, SectionView, SourceView
from tests.builders import MASKER
from tests.patience import PATIENCE
from tests.wire.recording import RecordingCommands, RecordingIntake
from tests.wire.slack.fakes import CopyOf, Fail, Json, Replies, Say, Start, Until

PINGS = 0.5
"""Seconds between pings on the socket."""


@pytest.fixture(scope="session")
def masker() -> Masker:
    return MASKER


@pytest.fixture(scope="session")
def masked(masker: Masker) -> Callable[[str], MaskedText]:
    return lambda text: masker.document(plain_document(text))


@pytest.fixture(scope="session")
def card(masker: Masker) -> Card:
    line = masker.line
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
    return DraftView(DraftId(3), preview, "A quiet engine", "It hums.", "main", ("#news on Slack",))


@pytest.fixture
def copy_of(masker: Masker) -> CopyOf:
    def build(text: str, *files: FileView, author: str = "Ada") -> CopyView:
        return CopyView(
            author=masker.line(author),
            platform=PlatformName("discord"),
            avatar=None,
            body=masker.document(plain_document(text)),
            answers=None,
            files=files,
            original="https://discord.com/channels/1/2/3",
        )

    return build


@pytest.fixture
def commands(draft: DraftView, masker: Masker, masked: Callable[[str], MaskedText]) -> RecordingCommands:
    line = masker.line
    section = SectionView(line("Why"), masked("Because it can."))
    return RecordingCommands(
        drafted=draft,
        published=Published("A quiet engine", ()),
        article=ArticleView(line("A quiet engine"), line("It hums."), (section,), None),
        own=OwnComment(CommentId(11), plain_document("what I said")),
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
        faults.add(Fault("slack", route, kind, times))

    return order


@pytest.fixture
def exchanges() -> list[Exchange]:
    """Every call of the Web API and its answer."""
    return []


@pytest.fixture
def scopes() -> tuple[str, ...]:
    return BOT_SCOPES


@pytest.fixture
async def side(faults: Faults, exchanges: list[Exchange], scopes: tuple[str, ...]) -> AsyncIterator[SlackSide]:
    shortcuts = {texts.EDIT_COMMENT: Callback.SHORTCUT_EDIT, texts.DELETE_COMMENT: Callback.SHORTCUT_DELETE}
    # Each answer here is one message or modal: nothing follows that would have to be waited for.
    side = SlackSide(faults, "none", record=exchanges.append, shortcuts=shortcuts, scopes=scopes, quiet=0.05)
    await side.start("127.0.0.1", 0)
    yield side
    await side.stop()


@pytest.fixture
async def start(side: SlackSide, intake: RecordingIntake, commands: RecordingCommands) -> AsyncIterator[Start]:
    started: list[SlackPlatform] = []

    async def build(**settings: object) -> SlackPlatform:
        given = side.settings()
        arguments: Json = {
            "bot_token": given["SLACK_BOT_TOKEN"],
            "app_token": given["SLACK_APP_TOKEN"],
            "api_url": given["SLACK_API_URL"],
            "commands": commands,
            "ping_seconds": PINGS,
            "answer_seconds": 1.0,
        }
        platform = SlackPlatform(**(arguments | settings))
        started.append(platform)
        await platform.start(intake)
        return platform

    yield build
    for platform in started:
        await platform.close()


@pytest.fixture
async def platform(start: Start) -> SlackPlatform:
    return await start()


@pytest.fixture
async def channel(platform: SlackPlatform, side: SlackSide) -> ChannelInfo:
    return await platform.describe(side.channels()[0])


@pytest.fixture
async def thread(platform: SlackPlatform, channel: ChannelInfo, card: Card, masker: Masker) -> ThreadRef:
    sent = await platform.post_card(channel, card, Stamp("card-1"))
    return await platform.open_thread(channel, sent.root, masker.line("A quiet engine"), Stamp("open-1"))


@pytest.fixture(scope="session")
def until() -> Until:
    async def wait(condition: Callable[[], object]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not condition():  # noqa: ASYNC110 - the sandbox's state has no event to wait for
                await asyncio.sleep(0.01)

    return wait


@pytest.fixture
def say(side: SlackSide, thread: ThreadRef) -> Say:
    async def speak(text: str, user: str = "Ken", *, files: tuple[SaidFile, ...] = (), broadcast: bool = False) -> str:
        channel, root = thread.channel.channel, thread.thread
        return await side.say(channel=channel, user=user, text=text, thread=root, files=files, broadcast=broadcast)

    return speak


@pytest.fixture
def replies(side: SlackSide, thread: ThreadRef) -> Replies:
    """The thread as people see it, the opener aside."""

    def read() -> list[Json]:
        channel = next(one for one in side.state()["channels"] if one["id"] == thread.channel.channel)
        root = next(one for one in channel["messages"] if one["id"] == thread.thread)
        return list(root["thread"][1:])

    return read
