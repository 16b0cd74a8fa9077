"""Values to test with: small, valid, and told apart by what a test names."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.discussion.decisions import Add
from bot.markup.tree import plain_document
from bot.masking import Maskers
from bot.model import (
    DISCORD,
    Article,
    Author,
    ChannelInfo,
    ChannelRef,
    PlatformName,
    Posted,
    RemoteChannelId,
    RemoteMessageId,
    RemoteThreadId,
    RemoteUserId,
    Section,
    Source,
    ThreadRef,
    WorkspaceId,
)
from bot.records import Standing


class TurnableClock:
    """A clock that stands still until a test turns it."""

    def __init__(self) -> None:
        self.time = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)

    def turn(self, **span: float) -> datetime:
        self.time += timedelta(**span)
        return self.time


MASKERS = Maskers()
MASKER = MASKERS.common


def channel(platform: PlatformName, remote: str = "news", *, forum: bool = False) -> ChannelInfo:
    return ChannelInfo(ChannelRef(platform, WorkspaceId("W"), RemoteChannelId(remote)), f"{remote}", forum)


def thread(platform: PlatformName, remote: str = "news", root: str = "root") -> ThreadRef:
    return ThreadRef(channel(platform, remote).ref, RemoteThreadId(root))


def article(title: str = "A title") -> Article:
    return Article(
        title=title,
        tldr="In short.",
        sections=(Section("", plain_document("It begins.")), Section("More", plain_document("It goes on."))),
        source=Source("example.org", "A page", "https://example.org/a"),
    )


def author(platform: PlatformName = DISCORD, name: str = "Ada") -> Author:
    return Author(platform, WorkspaceId("W"), RemoteUserId(name.lower()), name)


def added(standing: Standing, event: Posted, now: datetime, **more: Any) -> Add:  # noqa: ANN401 - fields of many types
    """The decision on a comment that comes as it stands; `more` are other fields of it."""
    add = Add(
        community=standing.community,
        discussion=standing.discussion,
        posting=standing.posting,
        posted=event,
        body=MASKER.document(event.body),
        answers=standing.answers,
        original=None,
        keep_until=now + timedelta(days=1),
        repost=False,
    )
    return replace(add, **more)


def posted(
    message: str,
    *,
    text: str = "Hello.",
    place: ThreadRef | None = None,
    name: str = "Ada",
    position: int | None = None,
    at: datetime | None = None,
) -> Posted:
    where = place or thread(DISCORD)
    return Posted(
        thread=where,
        message=RemoteMessageId(message),
        position=position if position is not None else int("".join(filter(str.isdigit, message)) or 0),
        author=author(where.platform, name),
        body=plain_document(text),
        at=at or datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        permalink=f"https://chat.example/{message}",
    )
