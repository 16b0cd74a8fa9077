"""What the page reads from the database, and the port that it reads through.

Texts of people come back as they were stored: comments masked, names and articles as written.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.model import Article, Attachment, Author, ChannelInfo, CommentId, CommunityId, DiscussionId, PlatformName
from bot.records import CommentRecord, Delivery, DiscussionRecord
from bot.views import Tally


class Listing(StrEnum):
    """How discussions are listed: the newest first, or the busiest."""

    NEW = "new"
    BUSY = "busy"


class Order(StrEnum):
    """How the comments of a discussion are ordered; answers always stand under what they answer, oldest first."""

    OLDEST = "oldest"
    NEWEST = "newest"
    BEST = "best"


@dataclass(frozen=True, slots=True)
class Leaf:
    """A comment's place among the others: what it answers, and how many reactions it has. `removed`: a tombstone."""

    id: CommentId
    answers: CommentId | None
    reactions: int
    removed: bool


@dataclass(frozen=True, slots=True)
class Place:
    """A channel where a discussion's card stands; `url` opens it there."""

    channel: ChannelInfo
    url: str


@dataclass(frozen=True, slots=True)
class Summary:
    """A discussion in a list."""

    discussion: DiscussionRecord
    article: Article
    places: tuple[Place, ...]
    active_at: datetime


@dataclass(frozen=True, slots=True)
class Opened:
    """A discussion as a whole, less its comments' texts.

    `leaves` stand in the order in which they came: an answer after what it answers.
    """

    summary: Summary
    leaves: tuple[Leaf, ...]
    tallies: tuple[Tally, ...]


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment to show. `author_id` is its author's row; `urls` open it where it stands, a platform each."""

    record: CommentRecord
    author_id: int
    urls: tuple[tuple[PlatformName, str], ...]
    files: tuple[Attachment, ...]
    tallies: tuple[Tally, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """What was found: a discussion, and the comment in it that speaks of it, where it is not the article."""

    discussion: DiscussionId
    comment: CommentId | None


@dataclass(frozen=True, slots=True)
class Pulse:
    """What a discussion's page is made of by now: `stamp` changes with every comment, edit, removal and reaction."""

    comments: int
    stamp: int


@dataclass(frozen=True, slots=True)
class Backlog:
    """Rows of the outbox in one state on one platform, and when the oldest of them could first have been sent."""

    platform: PlatformName
    state: Delivery
    rows: int
    oldest: datetime


class Library(Protocol):
    """What the page asks of the database. Boards that are kept off the web do not exist here.

    The number of queries that a method makes does not grow with what is in the database. All raise `StorageError`.
    """

    async def listed(
        self, community: CommunityId, order: Listing, *, limit: int, offset: int
    ) -> tuple[tuple[Summary, ...], int]:
        """A page of discussions, and how many there are."""
        ...

    async def summaries(
        self, community: CommunityId, discussions: Collection[DiscussionId]
    ) -> Mapping[DiscussionId, Summary]:
        """These discussions, as far as they are there."""
        ...

    async def opened(
        self, community: CommunityId, discussion: DiscussionId, *, unlisted: bool = False
    ) -> Opened | None:
        """One discussion with the outline of its comments. `unlisted`: also where its board is kept off the web."""
        ...

    async def remarks(self, comments: Collection[CommentId]) -> Mapping[CommentId, Remark]:
        """These comments, tombstones too, as far as they are there."""
        ...

    async def search(
        self, community: CommunityId, text: str, *, limit: int, offset: int
    ) -> tuple[tuple[Hit, ...], int]:
        """What holds all words of a text, as words or their beginnings, the best first, and how much that is."""
        ...

    async def pulses(
        self, discussions: Collection[DiscussionId], *, unlisted: bool = False
    ) -> Mapping[DiscussionId, Pulse]:
        """What many discussions' pages are made of by now, in one query. `unlisted`: as in `opened`."""
        ...

    async def author(self, author: int) -> Author | None:
        """The author of this row, if there is one."""
        ...

    async def backlog(self) -> tuple[Backlog, ...]:
        """The outbox's rows that are not delivered, counted."""
        ...

    async def reach(self) -> None:
        """Return where the database can be read."""
        ...
