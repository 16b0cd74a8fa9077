"""The parts of an article, taken off its blocks one after another: furniture, source line, title, TL;DR, sections."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

import regex

from bot import texts
from bot.markup.cutting import excerpt, first_sentence, length
from bot.markup.markdown import is_linkable
from bot.markup.sentences import sentence_ends
from bot.markup.tree import Block, CodeBlock, Document, Heading, Inline, Link, List, Paragraph, Quote, Styled
from bot.markup.view import plain
from bot.model import Section, Source

Blocks = tuple[Block, ...]

_DISCUSSION: Final = regex.compile(r"discussion\s*\(\d+\)", regex.IGNORECASE)
_TLDR: Final = regex.compile(r"tl\s?;?\s?dr\b[\s.:;,!–—-]*", regex.IGNORECASE)
_SOURCE: Final = regex.compile(r"source\s*:\s*", regex.IGNORECASE)
_SOURCE_URL: Final = regex.compile(r"[\s(<\[]*(https?://[^\s<>()\[\]]+)[\s)>\]]*", regex.IGNORECASE)
_SOURCE_GAP: Final = regex.compile(r"\s+[-–—|]\s+")
_ENDS_LIKE_PROSE: Final = regex.compile(r"[.,:;…。、]\p{P}*$")
_OPENS_LIKE_PROSE: Final = regex.compile(r"[\p{Ps}\p{Pi}\"'–—•▸*@-]")
_TITLE_MOST: Final = 500
_SENTENCE_TITLE_MOST: Final = 200
_MADE_TITLE_MOST: Final = 120
_HEADING_MOST: Final = 120
_SPLITS_AT: Final = 3
"""Headings down to this level open a section; deeper ones stay in its text."""
_SOURCE_WITHIN: Final = 3
"""How many blocks from the end a source line may stand."""


def text_of(block: Block) -> str:
    """A block as plain text on one line."""
    return " ".join(plain(Document((block,))).split())


def without_furniture(blocks: Blocks) -> Blocks:
    """The blocks without the discussion's heading, its civility line and all that comes below them."""
    for index, block in enumerate(blocks):
        if _DISCUSSION.fullmatch(text_of(block)) is None:
            continue
        before = text_of(blocks[index - 1]) if index else ""
        after = text_of(blocks[index + 1]) if index + 1 < len(blocks) else texts.CIVILITY
        if _SOURCE.match(before) or after.startswith(texts.CIVILITY) or after == texts.FIRST_COMMENT:
            return blocks[:index]
    return tuple(block for block in blocks if text_of(block) != texts.CIVILITY)


def take_source(blocks: Blocks) -> tuple[Source, Blocks]:
    """The `Source:` line near the end, read as `site - title` with or without a link, and the other blocks."""
    for index in range(len(blocks) - 1, max(len(blocks) - 1 - _SOURCE_WITHIN, 0), -1):
        block = blocks[index]
        if isinstance(block, Paragraph) and (mark := _SOURCE.match(text_of(block))):
            label = text_of(block)[mark.end() :]
            if label:
                return _read_source(label, _first_url(block.children)), blocks[:index] + blocks[index + 1 :]
    return Source(), blocks


def _read_source(label: str, url: str | None) -> Source:
    written = _SOURCE_URL.search(label)
    if written is not None:
        url = url or (written[1] if is_linkable(written[1]) else None)
        label = (label[: written.start()] + " " + label[written.end() :]).strip(" -–—|")
    name, _, title = _SOURCE_GAP.sub("\0", label, count=1).partition("\0")
    if url and not title and not _names_site(name, url):
        name, title = site_of(url), name
    return Source(name=name, title=title, url=url)


def _names_site(name: str, url: str) -> bool:
    squeezed = regex.sub(r"\W+", "", name).casefold()
    return bool(squeezed) and squeezed in regex.sub(r"\W+", "", site_of(url))


def site_of(url: str) -> str:
    """The host of a URL, as people name a site: without `www.`."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


def _first_url(nodes: Sequence[Inline]) -> str | None:
    for node in nodes:
        if isinstance(node, Link) and not node.url.startswith("mailto:"):
            return node.url
        if isinstance(node, Styled) and (url := _first_url(node.children)):
            return url
    return None


def take_title(blocks: Blocks) -> tuple[str, Blocks]:
    """The title, which is the first block where that can be one, and the other blocks.

    A text that begins with plain prose has none of its own: its first sentence, cut short, then stands in, and stays.
    """
    if not blocks:
        return "", blocks
    first, text = blocks[0], text_of(blocks[0])
    if isinstance(first, Heading):
        return text, blocks[1:]
    if isinstance(first, Paragraph) and len(blocks) > 1 and not _TLDR.match(text):
        one_sentence = next(sentence_ends(text), None) is None and length(text) <= _SENTENCE_TITLE_MOST
        titled = one_sentence or (length(text) <= _TITLE_MOST and not _ENDS_LIKE_PROSE.search(text))
        if titled or (_is_tldr(blocks[1]) and length(text) <= 2 * _TITLE_MOST):
            return text, blocks[1:]
    start = _TLDR.match(text)
    return excerpt(first_sentence(text[start.end() :] if start else text), _MADE_TITLE_MOST), blocks


def _is_tldr(block: Block) -> bool:
    return isinstance(block, Paragraph | Heading) and _TLDR.match(text_of(block)) is not None


def take_tldr(blocks: Blocks) -> tuple[str, Blocks]:
    """The article's own TL;DR, after its mark or under a heading of that name, and the other blocks."""
    for index, block in enumerate(blocks):
        if not _is_tldr(block):
            continue
        mark = _TLDR.match(text_of(block))
        rest = text_of(block)[mark.end() :] if mark else ""
        if rest and isinstance(block, Paragraph):
            return rest, blocks[:index] + blocks[index + 1 :]
        below = blocks[index + 1] if index + 1 < len(blocks) else None
        if not rest and isinstance(below, Paragraph | List | Quote):
            return _on_one_line(below), blocks[:index] + blocks[index + 2 :]
    return "", blocks


def _on_one_line(block: Block) -> str:
    if isinstance(block, List):
        return "; ".join(text_of(Quote(item)).rstrip(".;") for item in block.items)
    return text_of(block)


def sections_of(blocks: Blocks) -> tuple[Section, ...]:
    """The blocks as sections: an introduction without a heading, where there is text before the first heading.

    Where nothing is marked as a heading, a short line without a full stop between paragraphs is one. Headings at the
    end with nothing under them are dropped.
    """
    if not any(isinstance(block, Heading) for block in blocks):
        blocks = tuple(
            Heading(2, block.children)
            if _is_unmarked_heading(blocks, index) and isinstance(block, Paragraph)
            else block
            for index, block in enumerate(blocks)
        )
    sections: list[Section] = []
    heading, body = "", list[Block]()
    for block in blocks:
        if isinstance(block, Heading) and block.level <= _SPLITS_AT:
            if heading or body:
                sections.append(Section(heading, Document(tuple(body))))
            heading, body = text_of(block), []
        else:
            body.append(block)
    if heading or body:
        sections.append(Section(heading, Document(tuple(body))))
    while sections and not sections[-1].body.blocks:
        sections.pop()
    return tuple(sections)


def _is_unmarked_heading(blocks: Blocks, index: int) -> bool:
    if index + 1 >= len(blocks) or not _could_be_heading(blocks[index]):
        return False
    following = blocks[index + 1]
    if isinstance(following, List | Quote | CodeBlock):
        return True
    text = text_of(following)
    return not _could_be_heading(following) and (
        _ENDS_LIKE_PROSE.search(text) is not None or length(text) > length(text_of(blocks[index]))
    )


def _could_be_heading(block: Block) -> bool:
    if not isinstance(block, Paragraph):
        return False
    text = plain(Document((block,)))
    return (
        "\n" not in text
        and " | " not in text  # a row of a table
        and length(text) <= _HEADING_MOST
        and not _ENDS_LIKE_PROSE.search(text)
        and not _OPENS_LIKE_PROSE.match(text)
        and next(sentence_ends(text), None) is None
        and any(map(str.isalpha, text))
        and not isinstance(block.children[0], Link)
    )
