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
from bot.markup.tree import Block, Heading, Text
from bot.model import DiscussionId
from bot.views import ArticleView

_TITLE: Final = 300
_TLDR: Final = 1500
_SOURCE: Final = 700
_SECTION: Final = 3
_PAGE: Final = 2900
"""Characters of text on a page, the title and the source aside: with them it is within the 4,000 of a message."""


def reader_pages(article: ArticleView, discussion: DiscussionId) -> tuple[Json, ...]:
    """The article as bodies of private messages, at least one, in order.

    Each says which page it is, and its Previous and Next lead to its neighbours: they carry `ids.ReaderPage`, whose
    pages count from 0. No page is larger than a message may be, whatever the article.
    """
    title = f"## {line_within(str(article.title), _TITLE) or texts.ARTICLE}"
    tldr = line_within(str(article.tldr), _TLDR)
    above = f"**{texts.TLDR}** {tldr}" if tldr else ""
    pages = list(pages_of(_blocks(article), _PAGE, first=_PAGE - length(above))) or [""]
    pages[0] = "\n\n".join(filter(None, (above, pages[0])))
    source = article.source
    below = f"-# {texts.SOURCE}: {link_within(str(source.label), source.url, _SOURCE)}" if source else ""
    shown = [(title, text, below if number == len(pages) else "") for number, text in enumerate(pages, 1)]
    return tuple(
        _page([part for part in parts if part], discussion, number, len(pages)) for number, parts in enumerate(shown)
    )


def _page(parts: list[str], discussion: DiscussionId, page: int, pages: int) -> Json:
    drawn = [draw.text(part) for part in parts]
    if pages > 1:
        drawn.append(draw.text(f"-# {texts.page_of(page + 1, pages)}"))
        drawn.append(draw.row(*_turns(discussion, page, pages)))
    return draw.message(draw.container(drawn), flags=draw.EPHEMERAL)


def _turns(discussion: DiscussionId, page: int, pages: int) -> Iterator[Json]:
    """Previous and Next, as far as there is one."""
    if page > 0:
        yield draw.button(ids.ReaderPage(discussion, page - 1), f"◀ {texts.PREVIOUS}")
    if page < pages - 1:
        yield draw.button(ids.ReaderPage(discussion, page + 1), f"{texts.NEXT} ▶", "primary")


def _blocks(article: ArticleView) -> Iterator[Block]:
    for section in article.sections:
        if str(section.heading).strip():
            yield Heading(_SECTION, (Text(str(section.heading)),))
        yield from section.body.document.blocks
