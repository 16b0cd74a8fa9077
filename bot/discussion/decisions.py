"""Decisions: what an event does to a discussion. Values; the store carries them out in one transaction each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from bot.markup.tree import Document
from bot.masking.masked import MaskedText
from bot.model import Attachment, CommentId, CommunityId, DiscussionId, Posted, PostingId, RemoteUserId


@dataclass(frozen=True, slots=True)
class Pass:
    """Nothing is to be done; `why` is one word or two for the log."""

    why: str


@dataclass(frozen=True, slots=True)
class Hold:
    """It can't be decided yet, since what it speaks of may still be on its way; after a while it is passed over."""

    why: str


@dataclass(frozen=True, slots=True)
class Unsure(Hold):
    """It depends on whether the original may give way to a masked one, which the rules didn't say."""


@dataclass(frozen=True, slots=True)
class Add:
    """A new comment. `original` is what was written, where masking changed it.

    `repost`: the message at the origin gives way to the masked one.
    """

    community: CommunityId
    discussion: DiscussionId
    posting: PostingId
    posted: Posted
    body: MaskedText
    answers: CommentId | None
    original: Document | None
    keep_until: datetime
    repost: bool


@dataclass(frozen=True, slots=True)
class Change:
    """A comment gets a new text. `edited` is the platform's stamp; an older one than is stored changes nothing.

    `attachments` replaces the comment's attachments, unless None. `repost`: as with `Add`.
    """

    comment: CommentId
    body: MaskedText
    attachments: tuple[Attachment, ...] | None
    edited: int
    original: Document | None
    keep_until: datetime
    repost: bool


@dataclass(frozen=True, slots=True)
class Remove:
    """A comment is taken back, everywhere and for good."""

    comment: CommentId


@dataclass(frozen=True, slots=True)
class React:
    """A person's reaction in a posting on a comment, or on the card (`comment` None), is set or taken back.

    An older `stamp` than is stored for the same person, place and emoji changes nothing.
    """

    discussion: DiscussionId
    posting: PostingId
    comment: CommentId | None
    user: RemoteUserId
    emoji: str
    present: bool
    stamp: int


Decision: TypeAlias = Pass | Add | Change | Remove | React
"""What the store carries out; a `Hold` leaves everything as it is."""
