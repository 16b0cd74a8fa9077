"""The whole article in a modal, for the reader who pressed Read: a page at a time."""

from __future__ import annotations

from typing import Any, Final, TypeAlias

from adapters.slack.blockkit import MAX_HEADER, actions, button, context, header, modal
from adapters.slack.ids import Action, Callback, ReaderPage, pack_page
from adapters.slack.markup.spans import is_linkable
from adapters.slack.markup.writing import render
from adapters.slack.pages import pack, pages, size
from bot import texts
from bot.markup.cutting import excerpt, length
from bot.markup.tree import Block, Document, Heading, Link, Paragraph, Styled, Text
from bot.model import DiscussionId
from bot.views import ArticleView, SourceView

Json: TypeAlias = dict[str, Any]

PAGE_ROOM: Final = 9_000
BLOCK_ROOM: Final = 3_000
"""Slack's limit for a section's text, kept to for rich text too, which states none."""


def reader_view(article: ArticleView, *, discussion: DiscussionId, page: int = 0) -> Json:
    """A modal with one page of the article, the last one if there are fewer.

    Its buttons' values are packed `ReaderPage`s, to be answered with `views.update`; its own is its metadata.
    """
    made = pages(_blocks(article), PAGE_ROOM) or [()]
    number = min(max(page, 0), len(made) - 1)
    blocks = header(str(article.title)) if number == 0 and length(str(article.title)) <= MAX_HEADER else []
    for group in pack(made[number], BLOCK_ROOM, size):
        blocks += render(Document(tuple(group)))
    if len(made) > 1:
        blocks += [context(texts.page_of(number + 1, len(made))), *actions(*_turns(discussion, number, len(made)))]
    title = excerpt(str(article.title), MAX_HEADER) or texts.ARTICLE
    metadata = pack_page(ReaderPage(discussion, number))
    return modal(Callback.READER, title, blocks or [context(title)], metadata, submit=None, close=texts.CLOSE)


def _blocks(article: ArticleView) -> list[Block]:
    title, tldr = str(article.title), str(article.tldr).strip()
    blocks: list[Block] = [Heading(1, (Text(title),))] if length(title) > MAX_HEADER else []
    if tldr:
        blocks.append(Paragraph((Styled("bold", (Text(texts.TLDR),)), Text(f" {tldr}"))))
    for section in article.sections:
        heading = str(section.heading).strip()
        blocks += [Heading(2, (Text(heading),))] if heading else []
        blocks += section.body.document.blocks
    return blocks + _source(article.source)


def _source(source: SourceView | None) -> list[Block]:
    if source is None:
        return []
    label = Text(str(source.label) or source.url or "")
    shown = Link(source.url, (label,)) if source.url and is_linkable(source.url) else label
    return [Paragraph((Styled("italic", (Text(f"{texts.SOURCE}: "), shown)),))] if label.text else []


def _turns(discussion: DiscussionId, number: int, count: int) -> list[Json]:
    turns = []
    if number > 0:
        value = pack_page(ReaderPage(discussion, number - 1))
        turns.append(button(Action.PREVIOUS_PAGE, texts.PREVIOUS, value))
    if number < count - 1:
        value = pack_page(ReaderPage(discussion, number + 1))
        turns.append(button(Action.NEXT_PAGE, texts.NEXT, value))
    return turns
