"""The values that the core speaks in. All are frozen; times are aware UTC.

Ids of platforms are opaque here: only `adapters` pack and unpack them, and the core compares them for equality alone.
Ids of rows are minted by the store.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal, NewType, TypeAlias

from pydantic import Field

from bot.markup.tree import Document

PlatformName = NewType("PlatformName", str)
"""`discord` or `slack`; the web page will be one more."""
DISCORD = PlatformName("discord")
SLACK = PlatformName("slack")

WorkspaceId = NewType("WorkspaceId", str)
"""A Discord guild or a Slack team."""
RemoteChannelId = NewType("RemoteChannelId", str)
RemoteThreadId = NewType("RemoteThreadId", str)
"""A Discord thread's channel id; on Slack the `ts` of the thread's root."""
RemoteMessageId = NewType("RemoteMessageId", str)
"""A Discord message id; on Slack a message's `ts`. Unique within its channel."""
RemoteUserId = NewType("RemoteUserId", str)

CommunityId = NewType("CommunityId", int)
BoardId = NewType("BoardId", int)
ChannelId = NewType("ChannelId", int)
ArticleId = NewType("ArticleId", int)
DiscussionId = NewType("DiscussionId", int)
PostingId = NewType("PostingId", int)
CommentId = NewType("CommentId", int)
CopyId = NewType("CopyId", int)
DraftId = NewType("DraftId", int)


# --- places and people ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ChannelRef:
    """A channel on a platform, as the platform knows it."""

    platform: PlatformName
    workspace: WorkspaceId
    channel: RemoteChannelId


@dataclass(frozen=True, slots=True)
class ThreadRef:
    """A thread on a platform. `channel` is the channel that it hangs in."""

    channel: ChannelRef
    thread: RemoteThreadId

    @property
    def platform(self) -> PlatformName:
        """The platform that the thread is on."""
        return self.channel.platform


@dataclass(frozen=True, slots=True)
class ChannelInfo:
    """What a platform says of a channel. `forum`: each card becomes a post of its own (Discord's forum channels)."""

    ref: ChannelRef
    name: str
    forum: bool = False


@dataclass(frozen=True, slots=True)
class Author:
    """A person on a platform. `name` is the display name as the person wrote it: mask it before it is shown."""

    platform: PlatformName
    workspace: WorkspaceId
    user: RemoteUserId
    name: str
    avatar: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Who gives a command, and whether they may give an admin's commands there; the adapter has checked that."""

    author: Author
    is_admin: bool


# --- articles ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Section:
    """A part of an article; the introduction has an empty heading."""

    heading: str
    body: Document


@dataclass(frozen=True, slots=True)
class Source:
    """Where an article comes from: the site's name, the page's title there, and its canonical URL, if any."""

    name: str = ""
    title: str = ""
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Image:
    """A lead image; `alt` is empty where the page gives none."""

    url: str
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Article:
    """What is published. Nothing in it is masked yet.

    `tldr` is plain text and never empty; `language` is a BCP 47 tag or empty; `authors` are names as printed.
    """

    title: str
    tldr: str
    sections: tuple[Section, ...]
    source: Source = field(default_factory=Source)
    image: Image | None = None
    authors: tuple[str, ...] = ()
    published_at: datetime | None = None
    language: str = ""


# --- discussions ------------------------------------------------------------------------------------------------


class DiscussionState(StrEnum):
    """`locked` takes no new comments for now; `closed` for good."""

    OPEN = "open"
    LOCKED = "locked"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file on a message, as its platform describes it. Nothing in it is masked.

    `source` is what the platform's `download` takes; `permalink` opens the file or its message for a person.
    """

    name: str
    media_type: str
    size: int
    source: str
    permalink: str | None = None
    alt: str = ""
    spoiler: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """A named link to a posting, for answers to commands."""

    platform: PlatformName
    label: str
    url: str


# --- what platforms tell us -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Posted:
    """A person's message in a thread, live or from history. Bots' messages and our own never become one.

    `position` orders the messages of a thread by when the platform took them: microseconds since 1970 or finer,
    comparable within one platform. `edited` is the platform's edit stamp in the same unit, 0 where never edited.
    `answers` is the message that it replies to, where the platform has such replies. `permalink` opens it for a person.
    """

    thread: ThreadRef
    message: RemoteMessageId
    position: int
    author: Author
    body: Document
    at: datetime
    permalink: str
    attachments: tuple[Attachment, ...] = ()
    answers: RemoteMessageId | None = None
    edited: int = 0
    kind: Literal["posted"] = "posted"


@dataclass(frozen=True, slots=True)
class Edited:
    """A message's text or attachments changed. `edited` is the platform's edit stamp, in `Posted.position`'s unit."""

    thread: ThreadRef
    message: RemoteMessageId
    body: Document
    edited: int
    attachments: tuple[Attachment, ...] = ()
    kind: Literal["edited"] = "edited"


def as_edit(message: Posted) -> Edited:
    """What was told when the message was last edited."""
    return Edited(message.thread, message.message, message.body, message.edited, message.attachments)


@dataclass(frozen=True, slots=True)
class Removed:
    """A message was deleted at its platform. It may be one of our own copies, deleted there by a moderator."""

    thread: ThreadRef
    message: RemoteMessageId
    kind: Literal["removed"] = "removed"


@dataclass(frozen=True, slots=True)
class Reacted:
    """A person put a reaction on a message in a thread or on its card, or took one back (`added` false).

    `emoji` is the unicode emoji without a skin tone, or a custom emoji's name as `:name:`. `message` may be a person's
    message, a copy of ours, or the card (then it is the thread's root). `stamp` is when, in microseconds since 1970.
    """

    thread: ThreadRef
    message: RemoteMessageId
    user: RemoteUserId
    emoji: str
    added: bool
    stamp: int
    kind: Literal["reacted"] = "reacted"


Event: TypeAlias = Annotated[Posted | Edited | Removed | Reacted, Field(discriminator="kind")]
