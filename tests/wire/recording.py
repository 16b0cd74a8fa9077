"""What stands in for the core behind a platform: it keeps what it is given."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import Any

from bot.commands import BoardView, Given, OwnComment, Published
from bot.errors import StorageError
from bot.markup.tree import Document
from bot.masking import Masker
from bot.model import (
    Author,
    ChannelInfo,
    ChannelRef,
    CommentId,
    DiscussionId,
    DraftId,
    Event,
    Person,
    PlatformName,
    RemoteMessageId,
    ThreadRef,
)
from bot.views import ArticleView, DraftView

MASKER = Masker()


@dataclass
class RecordingIntake:
    """Keeps what it is given; refuses the next `refusals` events, as a database that is locked would.

    Events wait at the `gate`, where there is one.
    """

    received: list[Event] = field(default_factory=list)
    refused: list[Event] = field(default_factory=list)
    connections: list[PlatformName] = field(default_factory=list)
    unheard: list[tuple[ThreadRef, int]] = field(default_factory=list)
    """The threads of which something was missed, each with the number of events that had been received before."""
    refusals: int = 0
    gate: asyncio.Event | None = None
    waiting: int = 0

    async def receive(self, event: Event) -> None:
        if self.gate is not None:
            self.waiting += 1
            await self.gate.wait()
        if self.refusals:
            self.refusals -= 1
            self.refused.append(event)
            raise StorageError("the database is locked")
        self.received.append(event)

    async def connected(self, platform: PlatformName) -> None:
        self.connections.append(platform)

    async def missed(self, thread: ThreadRef) -> None:
        self.unheard.append((thread, len(self.received)))


@dataclass
class RecordingCommands:
    """Answers what it was set to, or raises it, and keeps what it was asked. Who asks waits at the `gate`."""

    drafted: DraftView | Published
    published: Published
    article: ArticleView
    own: OwnComment
    asked: list[tuple[str, Any]] = field(default_factory=list)
    refusal: Exception | None = None
    gate: asyncio.Event | None = None

    async def _ask(self, name: str, *what: object) -> None:
        self.asked.append((name, what))
        if self.gate is not None:
            await self.gate.wait()
        if self.refusal is not None:
            raise self.refusal

    async def draft(self, by: Person, channel: ChannelRef, given: Given, board: str | None) -> DraftView | Published:
        await self._ask("draft", by, channel, given, board)
        return self.drafted

    async def redraft(self, by: Person, draft: DraftId, title: str, tldr: str) -> DraftView:
        await self._ask("redraft", by, draft, title, tldr)
        assert isinstance(self.drafted, DraftView)
        card = replace(self.drafted.card, title=MASKER.line(title), tldr=MASKER.line(tldr))
        self.drafted = replace(self.drafted, title=title, tldr=tldr, card=card)
        return self.drafted

    async def open_draft(self, by: Person, draft: DraftId) -> DraftView:
        await self._ask("open_draft", by, draft)
        assert isinstance(self.drafted, DraftView)
        return self.drafted

    async def publish(self, by: Person, draft: DraftId) -> Published:
        await self._ask("publish", by, draft)
        return self.published

    async def cancel(self, by: Person, draft: DraftId) -> None:
        await self._ask("cancel", by, draft)

    async def read(self, discussion: DiscussionId) -> ArticleView:
        await self._ask("read", discussion)
        return self.article

    async def join(self, by: Person, channel: ChannelInfo, board: str | None) -> str:
        await self._ask("join", by, channel, board)
        return f"#{channel.name} is on {board or 'main'} now."

    async def leave(self, by: Person, channel: ChannelRef, board: str | None) -> str:
        await self._ask("leave", by, channel, board)
        return "This channel has left."

    async def boards(self, by: Person) -> tuple[BoardView, ...]:
        await self._ask("boards", by)
        return (BoardView("main", ("#news on Discord", "#news on Slack")), BoardView("science", ()))

    async def own_comment(self, by: Author, thread: ThreadRef, message: RemoteMessageId) -> OwnComment:
        await self._ask("own_comment", by, thread, message)
        return self.own

    async def edit_own(self, by: Author, comment: CommentId, body: Document) -> None:
        await self._ask("edit_own", by, comment, body)

    async def remove_own(self, by: Author, thread: ThreadRef, message: RemoteMessageId) -> None:
        await self._ask("remove_own", by, thread, message)
