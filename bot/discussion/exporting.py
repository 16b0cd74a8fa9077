"""A discussion as a document to keep: all that people may read of it, masked, in the order in which it came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot import texts
from bot.article.card import draw_card
from bot.markup.cutting import excerpt
from bot.markup.markdown_writing import to_markdown
from bot.markup.tree import Block, Document, Heading, Inline, Link, Paragraph, Styled, Text
from bot.markup.view import plain, without_spoilers
from bot.masking import Masker
from bot.model import Article, CommentId, PlatformName
from bot.records import CommentRecord, DiscussionRecord
from bot.views import Card

_EXCERPT = 80
_HIDDEN = f"[{texts.SPOILER}]"


@dataclass(frozen=True, slots=True)
class ExportedComment:
    """A comment as everybody may read it, spoilers left out. `answers` is a comment of the same export."""

    id: CommentId
    author: str
    platform: PlatformName
    at: datetime
    edited_at: datetime | None
    answers: CommentId | None
    body: Document


@dataclass(frozen=True, slots=True)
class Export:
    """A discussion with its comments, masked."""

    discussion: DiscussionRecord
    card: Card
    comments: tuple[ExportedComment, ...]


def export(discussion: DiscussionRecord, article: Article, comments: Sequence[CommentRecord], masker: Masker) -> Export:
    """All of a discussion that may be read, masked once more: names come from the store as they were written."""
    there = {comment.id for comment in comments}
    return Export(
        discussion=discussion,
        card=draw_card(article, masker, discussion=discussion.id, comments=len(comments), state=discussion.state),
        comments=tuple(
            ExportedComment(
                id=comment.id,
                author=masker.line(comment.author.name).text,
                platform=comment.author.platform,
                at=comment.created_at,
                edited_at=comment.edited_at,
                answers=comment.answers if comment.answers in there else None,
                body=without_spoilers(masker.document(comment.body).document, _HIDDEN),
            )
            for comment in comments
        ),
    )


def as_json(exported: Export) -> dict[str, Any]:
    """The export as JSON's values. Times are ISO 8601, UTC; `text` is what a reader sees, `markdown` keeps its form."""
    discussion, source = exported.discussion, exported.card.source
    return {
        "id": discussion.id,
        "board": discussion.board,
        "title": exported.card.title.text,
        "state": str(discussion.state),
        "opened_at": discussion.created_at.isoformat(),
        "source": None if source is None else {"label": source.label.text, "url": source.url},
        "comments": [
            {
                "id": comment.id,
                "author": comment.author,
                "platform": comment.platform,
                "at": comment.at.isoformat(),
                "edited_at": None if comment.edited_at is None else comment.edited_at.isoformat(),
                "answers": comment.answers,
                "text": plain(comment.body),
                "markdown": to_markdown(comment.body),
            }
            for comment in exported.comments
        ],
    }


def as_markdown(exported: Export) -> str:
    """The export as one Markdown document, without a closing line break."""
    card = exported.card
    blocks: list[Block] = [Heading(1, (Text(card.title.text),))]
    if card.source is not None:
        label = (Text(card.source.label.text),)
        shown: tuple[Inline, ...] = (Link(card.source.url, label),) if card.source.url else label
        blocks.append(Paragraph((Text(f"{texts.SOURCE}: "), *shown)))
    blocks.append(Heading(2, (Text(texts.discussion(len(exported.comments))),)))
    by_id = {comment.id: comment for comment in exported.comments}
    for comment in exported.comments:
        blocks.append(_headline(comment, None if comment.answers is None else by_id[comment.answers]))
        blocks += comment.body.blocks
    return to_markdown(Document(tuple(blocks)))


def _headline(comment: ExportedComment, answered: ExportedComment | None) -> Paragraph:
    author = Styled("bold", (Text(texts.attribution(comment.author, comment.platform)),))
    when = f" · {comment.at:%Y-%m-%d %H:%M} UTC"
    if answered is None:
        return Paragraph((author, Text(when)))
    return Paragraph((author, Text(f"{when} · to {answered.author}: {excerpt(plain(answered.body), _EXCERPT)}")))
