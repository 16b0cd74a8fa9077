"""What the page draws: values in which every text that people wrote is masked already."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.masking.masked import MaskedLine, MaskedText
from bot.model import CommentId, DiscussionId, DiscussionState, PlatformName
from bot.page.records import Order
from bot.views import ArticleView, Tally


@dataclass(frozen=True, slots=True)
class PlaceView:
    """Where else the discussion is: a platform, its channel's label, and the address of the thread there."""

    platform: PlatformName
    label: MaskedLine
    url: str


@dataclass(frozen=True, slots=True)
class SummaryView:
    """A discussion in a list. `slug` is its address below `/a/`."""

    id: DiscussionId
    slug: str
    title: MaskedLine
    tldr: MaskedLine
    source: MaskedLine | None
    board: MaskedLine | None
    """The board's name, unless it is `main`."""
    comments: int
    state: DiscussionState
    created_at: datetime
    active_at: datetime
    places: tuple[PlaceView, ...]
    language: str


@dataclass(frozen=True, slots=True)
class WriterView:
    """Who wrote a comment. `picture` names their avatar (`ID-CHECK`), None where they have none."""

    name: MaskedLine
    platform: PlatformName
    picture: str | None
    tint: int
    """A number that is the same wherever this person writes, 0 to 7."""


@dataclass(frozen=True, slots=True)
class RepliedView:
    """The comment that a comment answers. `here`: it stands on this page."""

    comment: CommentId
    author: MaskedLine | None
    excerpt: MaskedLine | None
    here: bool


@dataclass(frozen=True, slots=True)
class FileLink:
    """An attachment, to be opened where it was posted."""

    name: MaskedLine
    alt: MaskedLine
    size: int
    url: str | None
    spoiler: bool


@dataclass(frozen=True, slots=True)
class CommentView:
    """A comment on the page; `depth` counts the answers above it, 0 for one that answers none.

    A removed comment that others answer has neither writer nor body.
    """

    id: CommentId
    depth: int
    writer: WriterView | None
    body: MaskedText | None
    created_at: datetime
    edited_at: datetime | None
    replied: RepliedView | None
    files: tuple[FileLink, ...]
    tallies: tuple[Tally, ...]
    urls: tuple[tuple[PlatformName, str], ...]


@dataclass(frozen=True, slots=True)
class PageView:
    """An article with a page of its discussion. `page` counts from 1; `stamp` changes whenever its comments do."""

    summary: SummaryView
    article: ArticleView
    image: MaskedLine | None
    """The lead image's description, where there is an image."""
    authors: tuple[MaskedLine, ...]
    published_at: datetime | None
    tallies: tuple[Tally, ...]
    order: Order
    comments: tuple[CommentView, ...]
    page: int
    pages: int
    stamp: int


@dataclass(frozen=True, slots=True)
class HitView:
    """What was found. `comment` is set where it is a comment; `parts` is its text, each second one found."""

    summary: SummaryView
    comment: CommentId | None
    writer: WriterView | None
    created_at: datetime
    parts: tuple[str, ...]
