"""A discussion as a document to keep: all that its page shows, masked, with comments in the order in which they came.

Spoilers are left out, for neither JSON nor Markdown can hide anything. Links that lead to neither a web page nor a
mailbox are what they say.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from bot import texts
from bot.desk import MAIN
from bot.markup.cutting import excerpt
from bot.markup.markdown_writing import to_markdown
from bot.markup.tree import Block, Document, Heading, Inline, Link, Paragraph, Styled, Text
from bot.markup.view import leading_out, plain, without_spoilers
from bot.masking.masked import MaskedText
from bot.page.views import CommentView, FileLink, PageView, WriterView
from bot.views import Tally

_EXCERPT: Final = 80
_HIDDEN: Final = f"[{texts.SPOILER}]"


def as_json(view: PageView) -> dict[str, Any]:
    """The discussion as JSON's values; `view` holds all of its comments.

    Times are ISO 8601, UTC; `text` is what a reader sees, `markdown` keeps its form; `answers` is a comment in the same
    document; `urls` open a comment where it stands, by platform.
    """
    summary, article = view.summary, view.article
    there = {shown.id for shown, _ in _said(view)}
    return {
        "id": summary.id,
        "board": MAIN if summary.board is None else summary.board.text,
        "title": article.title.text,
        "tldr": article.tldr.text,
        "sections": [{"heading": section.heading.text, **_both(section.body)} for section in article.sections],
        "authors": [author.text for author in view.authors],
        "published_at": None if view.published_at is None else view.published_at.isoformat(),
        "state": str(summary.state),
        "opened_at": summary.created_at.isoformat(),
        "source": None if article.source is None else {"label": article.source.label.text, "url": article.source.url},
        "reactions": _counts(view.tallies),
        "comments": [
            {
                "id": shown.id,
                "author": writer.name.text,
                "platform": writer.platform,
                "at": shown.created_at.isoformat(),
                "edited_at": None if shown.edited_at is None else shown.edited_at.isoformat(),
                "answers": shown.replied.comment if shown.replied and shown.replied.comment in there else None,
                **_both(shown.body),
                "files": [_file(file) for file in shown.files],
                "reactions": _counts(shown.tallies),
                "urls": {str(platform): url for platform, url in shown.urls if _web(url)},
            }
            for shown, writer in _said(view)
        ],
    }


def as_markdown(view: PageView) -> str:
    """The discussion as one Markdown document, without a closing line break; `view` holds all of its comments.

    The article has the shape in which articles are read from Markdown: title, TL;DR, sections, source.
    """
    article = view.article
    blocks: list[Block] = [Heading(1, (Text(article.title.text),))]
    if article.tldr.text:
        blocks.append(Paragraph((Styled("bold", (Text(f"{texts.TLDR}."),)), Text(f" {article.tldr}"))))
    for section in article.sections:
        if section.heading.text:
            blocks.append(Heading(2, (Text(section.heading.text),)))
        blocks += _kept(section.body).blocks
    if article.source is not None:
        label, url = article.source.label.text, article.source.url
        blocks.append(Paragraph((Text(f"{texts.SOURCE}: "), _linked(label, url))))
    blocks.append(Heading(2, (Text(texts.discussion(view.summary.comments)),)))
    blocks += _tallied(view.tallies)
    said = _said(view)
    by_id = {shown.id: (shown, writer) for shown, writer in said}
    for shown, writer in said:
        blocks.append(_headline(shown, writer, None if shown.replied is None else by_id.get(shown.replied.comment)))
        blocks += _kept(shown.body).blocks
        blocks += (Paragraph(_named(file)) for file in shown.files)
        blocks += _tallied(shown.tallies)
    return to_markdown(Document(tuple(blocks)))


def _said(view: PageView) -> list[tuple[CommentView, WriterView]]:
    """The comments that were not removed, oldest first, and who wrote them."""
    shown = sorted(view.comments, key=lambda comment: comment.id)
    return [(comment, comment.writer) for comment in shown if comment.writer is not None]


def _kept(body: MaskedText | None) -> Document:
    return Document() if body is None else leading_out(without_spoilers(body.document, _HIDDEN))


def _both(body: MaskedText | None) -> dict[str, str]:
    kept = _kept(body)
    return {"text": plain(kept), "markdown": to_markdown(kept)}


def _counts(tallies: Sequence[Tally]) -> dict[str, int]:
    return {tally.emoji: tally.count for tally in tallies}


def _file(file: FileLink) -> dict[str, Any]:
    alt = "" if file.spoiler else file.alt.text
    return {"name": file.name.text, "alt": alt, "size": file.size, "url": _web(file.url)}


def _web(url: str | None) -> str | None:
    return url if url is not None and url.lower().startswith(("https://", "http://")) else None


def _named(file: FileLink) -> tuple[Inline, ...]:
    alt = "" if file.spoiler or not file.alt.text else f": {file.alt}"
    return (_linked(file.name.text, file.url), Text(alt)) if alt else (_linked(file.name.text, file.url),)


def _linked(label: str, url: str | None) -> Inline:
    (paragraph,) = leading_out(Document((Paragraph((Link(url or "", (Text(label),)),)),))).blocks
    return paragraph.children[0] if isinstance(paragraph, Paragraph) else Text(label)


def _tallied(tallies: Sequence[Tally]) -> list[Block]:
    line = " · ".join(f"{tally.emoji} {tally.count}" for tally in tallies)
    return [Paragraph((Text(line),))] if line else []


def _headline(shown: CommentView, writer: WriterView, answered: tuple[CommentView, WriterView] | None) -> Paragraph:
    author = Styled("bold", (Text(texts.attribution(writer.name.text, writer.platform)),))
    when = f" · {shown.created_at:%Y-%m-%d %H:%M} UTC"
    if answered is None:
        return Paragraph((author, Text(when)))
    quoted = excerpt(plain(_kept(answered[0].body)), _EXCERPT)
    return Paragraph((author, Text(f"{when} · to {answered[1].name}: {quoted}")))
