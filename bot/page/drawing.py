"""From records to what the page draws. All that people wrote goes through their board's masker here, once more."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Final, Protocol
from urllib.parse import urlsplit

from bot import texts
from bot.article.card import draw_article
from bot.desk import MAIN, label
from bot.markup.cutting import excerpt
from bot.markup.view import plain, without_spoilers
from bot.masking import Masker
from bot.model import Attachment, Author, CommentId
from bot.page.finding import found_parts
from bot.page.records import Opened, Order, Place, Remark, Summary
from bot.page.slugs import slug
from bot.page.threading import Spot
from bot.page.views import (
    CommentView,
    FileLink,
    HitView,
    PageView,
    PlaceView,
    RepliedView,
    SummaryView,
    WriterView,
)
from bot.views import Tally

_EXCERPT: Final = 80
_TINTS: Final = 8
_HIDDEN: Final = f"[{texts.SPOILER}]"


class DrawComment(Protocol):
    """`comment_view`, or what answers the same."""

    def __call__(
        self, remark: Remark, answered: Remark | None, masker: Masker, *, depth: int, here: bool
    ) -> CommentView:
        """See `comment_view`."""
        ...


def summary_view(summary: Summary, masker: Masker) -> SummaryView:
    """A discussion for a list."""
    record, article = summary.discussion, summary.article
    title = masker.line(article.title)
    source = article.source
    host = (urlsplit(source.url).hostname or "").removeprefix("www.") if source.url else ""
    name = source.name or host
    return SummaryView(
        id=record.id,
        slug=slug(title.text, record.id),
        title=title,
        tldr=masker.line(article.tldr),
        source=masker.line(name) if name else None,
        board=None if record.board == MAIN else masker.line(record.board),
        comments=record.comments,
        state=record.state,
        created_at=record.created_at,
        active_at=summary.active_at,
        places=tuple(_place(place, masker) for place in summary.places),
        language=article.language,
    )


def page_view(
    opened: Opened,
    remarks: Mapping[CommentId, Remark],
    masker: Masker,
    *,
    order: Order,
    spots: Sequence[Spot],
    page: int,
    pages: int,
    stamp: int,
    drawn: DrawComment,
    jumps: bool = True,
) -> PageView:
    """An article with the comments that have a place on this page; `remarks` holds them and those that they answer.

    `drawn` is `comment_view`, or one that remembers. `jumps`: links to what a comment answers lead to it on this very
    page, where it is there.
    """
    article = opened.summary.article
    here = {spot.id for spot in spots}
    return PageView(
        summary=summary_view(opened.summary, masker),
        article=draw_article(article, masker),
        image=None if article.image is None else masker.line(article.image.alt or article.title),
        authors=tuple(masker.line(name) for name in article.authors),
        published_at=article.published_at,
        tallies=shown_tallies(opened.tallies, masker),
        order=order,
        comments=tuple(
            drawn(
                remarks[spot.id],
                None if spot.answers is None else remarks.get(spot.answers),
                masker,
                depth=spot.depth,
                here=jumps and spot.answers in here,
            )
            for spot in spots
            if spot.id in remarks
        ),
        page=page,
        pages=pages,
        stamp=stamp,
    )


def comment_view(remark: Remark, answered: Remark | None, masker: Masker, *, depth: int, here: bool) -> CommentView:
    """One comment. `answered` is what it answers; `here`: that stands on the same page."""
    record = remark.record
    gone = record.removed
    return CommentView(
        id=record.id,
        depth=depth,
        writer=None if gone else writer_view(remark, masker),
        body=None if gone else masker.document(record.body),
        created_at=record.created_at,
        edited_at=record.edited_at,
        replied=None if answered is None else _replied(answered, masker, here=here),
        files=() if gone else tuple(_file(file, record.permalink, masker) for file in remark.files),
        tallies=() if gone else shown_tallies(remark.tallies, masker),
        urls=() if gone else remark.urls,
    )


def hit_view(summary: Summary, remark: Remark | None, query: str, masker: Masker) -> HitView:
    """What was found, with the words that were searched for told apart from the rest."""
    view = summary_view(summary, masker)
    if remark is None:
        return HitView(
            view, None, None, summary.discussion.created_at, found_parts(_article_text(summary, masker), query)
        )
    text = plain(without_spoilers(masker.document(remark.record.body).document, _HIDDEN))
    return HitView(
        view, remark.record.id, writer_view(remark, masker), remark.record.created_at, found_parts(text, query)
    )


def writer_view(remark: Remark, masker: Masker) -> WriterView:
    """Who wrote a comment."""
    author = remark.record.author
    return WriterView(
        name=masker.line(author.name or texts.SOMEONE),
        platform=author.platform,
        picture=None if author.avatar is None else f"{remark.author_id}-{picture_check(author.avatar)}",
        tint=tint(author),
    )


def picture_check(address: str) -> str:
    """A short check of a picture's address, so that a new picture has a new name."""
    return hashlib.sha256(address.encode("utf-8", "replace")).hexdigest()[:8]


def shown_tallies(tallies: Sequence[Tally], masker: Masker) -> tuple[Tally, ...]:
    """Tallies without those whose custom emoji has a name that would have to be masked."""
    return tuple(tally for tally in tallies if not masker.line(tally.emoji.strip(":").replace("_", " ")).changed)


def _article_text(summary: Summary, masker: Masker) -> str:
    drawn = draw_article(summary.article, masker)
    parts = [drawn.tldr.text]
    for section in drawn.sections:
        parts += [section.heading.text, plain(section.body.document)]
    return "\n".join(parts)


def _replied(answered: Remark, masker: Masker, *, here: bool) -> RepliedView:
    record = answered.record
    if record.removed:
        return RepliedView(record.id, None, None, here)
    text = plain(without_spoilers(record.body, _HIDDEN))
    return RepliedView(
        record.id, masker.line(record.author.name or texts.SOMEONE), masker.line(excerpt(text, _EXCERPT)), here
    )


def _place(place: Place, masker: Masker) -> PlaceView:
    return PlaceView(place.channel.ref.platform, masker.line(label(place.channel)), place.url)


def _file(file: Attachment, permalink: str, masker: Masker) -> FileLink:
    return FileLink(
        name=masker.line(file.name or texts.FILE),
        alt=masker.line(file.alt),
        size=file.size,
        url=file.permalink or permalink or None,
        spoiler=file.spoiler,
    )


def tint(author: Author) -> int:
    """A number that is the same wherever this person writes, 0 to 7."""
    return hashlib.sha256(f"{author.platform}:{author.workspace}:{author.user}".encode()).digest()[0] % _TINTS
