"""The reader: a whole article, page by page, for whoever pressed Read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from adapters.discord import ids
from adapters.discord.drawing import components as draw
from adapters.discord.drawing.components import Json
from adapters.discord.drawing.paging import pages_of
from adapters.discord.markup import line_within, link_within
from bot import texts
from bot.markup.cutting import length
from bot.markup.tree import Block, Heading, Paragraph, Styled, Text
from bot.model import DiscussionId
from bot.views import ArticleView

_TITLE: Final = 1_000
_TITLE_AGAIN: Final = 100
_SOURCE: Final = 700
_SECTION: Final = 3
_MOST: Final = 10_000
"""Pages that an article can't have: each holds thousands of the 400,000 characters that are read at most."""
_MANY: Final = 5
"""From more pages than this there are ways to the first and the last one."""


def reader_pages(article: ArticleView, discussion: DiscussionId) -> tuple[Json, ...]:
    """The article as bodies of private messages, at least one, in order.

    The title is whole on the first page and its beginning stands on the others. Each says which page it is, and its
    buttons lead to its neighbours, of many pages also to the first and the last: they carry `ids.ReaderPage`, whose
    pages count from 0. No page is larger than a message may be, whatever the article.
    """
    title, again = (f"## {line_within(str(article.title), room) or texts.ARTICLE}" for room in (_TITLE, _TITLE_AGAIN))
    source = article.source
    below = f"-# {texts.SOURCE}: {link_within(str(source.label), source.url, _SOURCE)}" if source else ""
    room = draw.TEXT_LIMIT - length(_number(_MOST, _MOST))
    pages = _texts(article, room - length(title), room - length(again))
    if length(pages[-1]) + length(below) > room - length(title if len(pages) == 1 else again):
        pages = _texts(article, room - length(title) - length(below), room - length(again) - length(below))
    shown = [
        (again if number else title, text, below if number == len(pages) - 1 else "")
        for number, text in enumerate(pages)
    ]
    return tuple(
        _page([part for part in parts if part], discussion, number, len(pages)) for number, parts in enumerate(shown)
    )


def _texts(article: ArticleView, first: int, others: int) -> list[str]:
    return list(pages_of(_blocks(article), others, first=first)) or [""]


def _page(parts: list[str], discussion: DiscussionId, page: int, pages: int) -> Json:
    drawn = [draw.text(part) for part in parts]
    if pages > 1:
        drawn.append(draw.text(_number(page, pages)))
        drawn.append(draw.row(*_turns(discussion, page, pages)))
    return draw.message(draw.container(drawn), flags=draw.EPHEMERAL)


def _number(page: int, pages: int) -> str:
    return f"-# {texts.page_of(page + 1, pages)}"


def _turns(discussion: DiscussionId, page: int, pages: int) -> Iterator[Json]:
    """Previous and Next, as far as there is one; First and Last where they lead elsewhere: no two ids may be alike."""
    if page > 1 and pages > _MANY:
        yield draw.button(ids.ReaderPage(discussion), f"« {texts.FIRST}")
    if page > 0:
        yield draw.button(ids.ReaderPage(discussion, page - 1), f"◀ {texts.PREVIOUS}")
    if page < pages - 1:
        yield draw.button(ids.ReaderPage(discussion, page + 1), f"{texts.NEXT} ▶", "primary")
    if page < pages - 2 and pages > _MANY:
        yield draw.button(ids.ReaderPage(discussion, pages - 1), f"{texts.LAST} »")


def _blocks(article: ArticleView) -> Iterator[Block]:
    if tldr := str(article.tldr).strip():
        yield Paragraph((Styled("bold", (Text(texts.TLDR),)), Text(f" {tldr}")))
    for section in article.sections:
        if str(section.heading).strip():
            yield Heading(_SECTION, (Text(str(section.heading)),))
        yield from section.body.document.blocks
