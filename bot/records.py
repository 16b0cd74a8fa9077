"""What the database knows, as values.

Texts of people come back masked as they were stored; names of authors and files come back as written.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal, NewType, TypeAlias

from bot.markup.tree import Document
from bot.model import (
    Article,
    Attachment,
    Author,
    BoardId,
    ChannelId,
    ChannelInfo,
    CommentId,
    CommunityId,
    CopyId,
    DiscussionId,
    DiscussionState,
    DraftId,
    Event,
    PlatformName,
    PostingId,
    RemoteMessageId,
    ThreadRef,
)
from bot.ports import Stamp
from bot.views import Tally

OutboxId = NewType("OutboxId", int)
InboxId = NewType("InboxId", int)
AttachmentId = NewType("AttachmentId", int)
Lane = NewType("Lane", str)
"""What is sent one after the other: `card:POSTING`, or `thread:POSTING`."""


class Delivery(StrEnum):
    """Where an outbox row stands. `sending`: the outcome of the last try is not known; `failed`: parked.

    `dropped`: an operator gave it up; it stays as it is, whatever is wanted later.
    """

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class ChannelRecord:
    """A channel that is known to a community."""

    id: ChannelId
    info: ChannelInfo


@dataclass(frozen=True, slots=True)
class BoardRecord:
    """A board and the channels that are on it now. `on_web`: its discussions have pages on the web."""

    id: BoardId
    name: str
    channels: tuple[ChannelRecord, ...]
    on_web: bool = True


@dataclass(frozen=True, slots=True)
class DraftRecord:
    """An article that waits for its Publish; `author` is the platform's id of the admin who made it."""

    id: DraftId
    board: BoardRecord
    platform: PlatformName
    author: str
    article: Article


@dataclass(frozen=True, slots=True)
class PostingRecord:
    """A discussion's card in a channel. `reason` tells why it is not there yet, where it was refused or put off."""

    id: PostingId
    channel: ChannelRecord
    root: RemoteMessageId | None
    thread: ThreadRef | None
    url: str | None
    state: Delivery
    reason: str | None


@dataclass(frozen=True, slots=True)
class DiscussionRecord:
    """A discussion with its article's title. `comments` counts those that are not removed.

    `on_web`: its board is shown on the web.
    """

    id: DiscussionId
    board_id: BoardId
    board: str
    title: str
    state: DiscussionState
    comments: int
    version: int
    created_at: datetime
    on_web: bool = True


@dataclass(frozen=True, slots=True)
class AttachmentRecord:
    """An attachment of a comment. `content` is set once it was fetched; `missing` where it can't be had any more."""

    id: AttachmentId
    attachment: Attachment
    content: bytes | None
    missing: bool


@dataclass(frozen=True, slots=True)
class CommentRecord:
    """A comment, masked. `origin` is the thread it was written in, `message` its message there."""

    id: CommentId
    discussion: DiscussionId
    posting: PostingId
    author: Author
    origin: ThreadRef
    message: RemoteMessageId
    position: int
    permalink: str
    body: Document
    version: int
    edited: int
    removed: bool
    created_at: datetime
    edited_at: datetime | None
    answers: CommentId | None


@dataclass(frozen=True, slots=True)
class CopyRecord:
    """A comment in one posting.

    `own_place`: it takes the place of the original in the comment's own thread; `cleared`: the original is gone there.
    """

    id: CopyId
    comment: CommentId
    posting: PostingId
    message: RemoteMessageId | None
    url: str | None
    own_place: bool
    cleared: bool


@dataclass(frozen=True, slots=True)
class OutboxRecord:
    """A target that is to be brought from version `done` to version `wanted`; version 0 is nothing there yet."""

    id: OutboxId
    kind: Literal["card", "copy"]
    target: int
    lane: Lane
    platform: PlatformName
    stamp: Stamp
    state: Delivery
    wanted: int
    done: int
    attempts: int
    started_at: datetime | None
    token: int
    """The fencing token of the lane's lease as the row was read: what is noted under an older one is refused."""


@dataclass(frozen=True, slots=True)
class Lease:
    """Something that one replica at a time may do, until `until` by `bot.fence.moment`.

    `token` grows with every change of owner. `state` is what the last owner left for the next.
    """

    name: str
    token: int
    until: float
    state: str | None = None


@dataclass(frozen=True, slots=True)
class Pulse:
    """The replicas that live and deal with events, by name.

    One who `died` had been listening to these platforms; `unread` are those that one who is gone had begun to read;
    `begun` those that rest as a whole in this one's own name, since it reads them, or an answer was lost that told why.
    """

    live: tuple[str, ...]
    died: frozenset[PlatformName] = frozenset()
    unread: frozenset[PlatformName] = frozenset()
    begun: frozenset[PlatformName] = frozenset()


@dataclass(frozen=True, slots=True)
class CardJob:
    """All that is needed to bring a card up to date."""

    row: OutboxRecord
    posting: PostingRecord
    discussion: DiscussionRecord
    article: Article
    tallies: tuple[Tally, ...]


@dataclass(frozen=True, slots=True)
class AnsweredRecord:
    """The comment that a comment answers, as seen from one posting: `url` leads to it there."""

    author: Author
    body: Document
    removed: bool
    url: str | None


@dataclass(frozen=True, slots=True)
class CopyJob:
    """All that is needed to bring a copy up to date.

    `original` leads to the comment in its own thread. `known` are the messages of ours in the copy's thread that are
    accounted for; they are told only where the outcome of the last try is unknown.
    """

    row: OutboxRecord
    board: BoardId
    copy: CopyRecord
    comment: CommentRecord
    thread: ThreadRef
    original: str | None
    answers: AnsweredRecord | None
    attachments: tuple[AttachmentRecord, ...]
    tallies: tuple[Tally, ...]
    known: frozenset[RemoteMessageId]


Job: TypeAlias = CardJob | CopyJob


@dataclass(frozen=True, slots=True)
class Waiting:
    """An event in the inbox."""

    id: InboxId
    event: Event
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands around an event: its posting, and the comment that its message is, if it is one.

    `repost` is the comment's message in its own thread, where one took the original's place; `clearing`: a deletion of
    ours has taken the original away for it, or may have. `is_copy`: the message is one of ours, not a person's; `shows`
    is the comment that it shows, if any; `is_card`: it is the card. `answers` is the comment that the event's message
    replies to.
    """

    community: CommunityId
    board: BoardId
    discussion: DiscussionId
    state: DiscussionState
    posting: PostingId
    comment: CommentRecord | None = None
    attachments: tuple[Attachment, ...] = ()
    repost: CopyRecord | None = None
    clearing: bool = False
    is_copy: bool = False
    shows: CommentId | None = None
    is_card: bool = False
    answers: CommentId | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """A comment as its origin thread was last seen, for catching up.

    `standing` is the message that shows it there: the original `message`, or what took its place. None while the one
    gives way to the other: then nothing follows from either's being missing.
    """

    message: RemoteMessageId
    edited: int
    standing: RemoteMessageId | None


@dataclass(frozen=True, slots=True)
class Parked:
    """An outbox row that a platform refused for good, for an operator."""

    id: OutboxId
    kind: str
    platform: PlatformName
    channel: str
    reason: str
    attempts: int
