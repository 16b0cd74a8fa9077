"""What platforms draw: values in which every text that people wrote is masked already.

They hold meaning, not layout: each platform draws them as it does best and owns the limits that it has.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.masking.masked import MaskedLine, MaskedText
from bot.model import DiscussionId, DiscussionState, DraftId, PlatformName


@dataclass(frozen=True, slots=True)
class SourceView:
    """Where an article comes from: `name - title`, either alone, or the URL's host. `url` is http or https, or None."""

    label: MaskedLine
    url: str | None


@dataclass(frozen=True, slots=True)
class ImageView:
    """A lead image; `alt` is never empty (the article's title stands in)."""

    url: str
    alt: MaskedLine


@dataclass(frozen=True, slots=True)
class CardLine:
    """A section on a card: its heading and its first sentence. The heading is empty for an introduction."""

    heading: MaskedLine
    text: MaskedLine


@dataclass(frozen=True, slots=True)
class Tally:
    """How many people elsewhere reacted with an emoji: a unicode emoji, or a custom one as `:name:`.

    Whoever reacted on the very message that shows the tally is not in it: the platform shows that itself.
    """

    emoji: str
    count: int


@dataclass(frozen=True, slots=True)
class Card:
    """An article with its discussion, as one message. Texts are whole: platforms cut them to their own limits.

    `discussion` is None on a preview, which has no discussion yet. `page` is the article's web page, if any.
    """

    discussion: DiscussionId | None
    title: MaskedLine
    tldr: MaskedLine
    lines: tuple[CardLine, ...]
    source: SourceView | None
    image: ImageView | None
    comments: int = 0
    state: DiscussionState = DiscussionState.OPEN
    page: str | None = None
    tallies: tuple[Tally, ...] = ()


@dataclass(frozen=True, slots=True)
class SectionView:
    """A section of an article to read; the heading is empty for the introduction."""

    heading: MaskedLine
    body: MaskedText


@dataclass(frozen=True, slots=True)
class ArticleView:
    """A whole article, for the reader who pressed Read."""

    title: MaskedLine
    tldr: MaskedLine
    sections: tuple[SectionView, ...]
    source: SourceView | None


@dataclass(frozen=True, slots=True)
class Answered:
    """The comment that a comment answers: who wrote it, its first words, and a link to it in the same thread."""

    author: MaskedLine
    excerpt: MaskedLine
    url: str | None


@dataclass(frozen=True, slots=True)
class FileView:
    """An attachment. `content` is None where it is not carried over (too large, or gone): `url` then leads to it."""

    name: MaskedLine
    alt: MaskedLine
    media_type: str
    size: int
    content: bytes | None
    url: str | None
    spoiler: bool = False


@dataclass(frozen=True, slots=True)
class CopyView:
    """A comment as one platform shall show it. `original` is a link to the message that it copies, where that exists.

    `platform` is where its author wrote it. `edited` tells that its text has changed since it was first sent.
    """

    author: MaskedLine
    platform: PlatformName
    avatar: str | None
    body: MaskedText
    answers: Answered | None
    files: tuple[FileView, ...]
    original: str | None
    edited: bool = False
    tallies: tuple[Tally, ...] = ()


@dataclass(frozen=True, slots=True)
class DraftView:
    """A private preview: the card as it would be posted, and where it would go.

    `title` and `tldr` are masked, and whole, to fill the form that edits them.
    """

    draft: DraftId
    card: Card
    title: str
    tldr: str
    board: str
    channels: tuple[str, ...]
    """Labels of the channels that a Publish would post to, such as `#news on Discord`."""
