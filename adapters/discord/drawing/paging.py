"""An article's blocks as pages: parted between blocks or sentences if possible, else between lines, items or words."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

import regex

from adapters.discord.markup import fit, render
from bot.markup.cutting import length
from bot.markup.sentences import sentence_ends
from bot.markup.tree import Block, CodeBlock, Document, Heading, Inline, Link, List, Paragraph, Quote, Styled, Text

_WORDS: Final = re.compile(r"\S+\s*|\s+")
_LONG_WORD: Final = 120
_PIECES: Final = regex.compile(rf"\X{{1,{_LONG_WORD // 4}}}")
_MARKER: Final = 16
"""Room for an item's marker and the indentation of what follows in it."""
_BETWEEN: Final = 3
"""The most that stands between two blocks."""
_WORTH_FILLING: Final = 300
"""Where more of a page than this would stay empty, it takes the first sentences of the paragraph that is too long."""


def pages_of(blocks: Iterable[Block], limit: int, *, first: int) -> Iterator[str]:
    """The blocks as texts of at most `limit` UTF-16 units each, the first of at most `first`.

    A heading never ends a page. Nothing is left out, except from a single word or link that is longer than a page.
    """
    page: list[Block] = []
    used, room = 0, first
    waiting = deque(_pieces(fit(Document(tuple(blocks))).blocks, min(limit, first)))
    while waiting:
        piece, size = waiting.popleft()
        if page and used + _BETWEEN + size > room:
            if begun := _begun(piece, room - used - _BETWEEN):
                waiting.extendleft(reversed(begun))
                continue
            carried = _headings_at_end(page)
            if len(carried) < len(page):
                yield _text(page[: len(page) - len(carried)])
            else:
                yield _text(page)
                carried = []
            page, room = carried, limit
            used = sum(_size(block) + _BETWEEN for block in carried)
            if page and used + size > room:
                yield _text(page)
                page, used = [], 0
        page.append(piece)
        used += size + _BETWEEN
    if page:
        yield _text(page)


def _begun(block: Block, room: int) -> tuple[tuple[Block, int], tuple[Block, int]] | None:
    """A paragraph's first sentences, as many as have room, and the others, with their written sizes.

    None where that is not worth it.
    """
    if not isinstance(block, Paragraph) or room < _WORTH_FILLING:
        return None
    sentences = list(_sentences(block.children))
    taken, used = 0, 0
    for index, (node, ends) in enumerate(sentences[:-1], 1):
        used += _size(Paragraph((node,))) + isinstance(node, Text)
        if used > room:
            break
        taken = index if ends else taken
    beginning, rest = (Paragraph(tuple(node for node, _ in part)) for part in (sentences[:taken], sentences[taken:]))
    size = _size(beginning)
    # What stands side by side may need a sign between it that neither needs alone.
    return ((beginning, size), (rest, _size(rest))) if taken and size <= room else None


def _sentences(nodes: Iterable[Inline]) -> Iterator[tuple[Inline, bool]]:
    """The content, its plain texts parted into sentences, and whether a sentence ends with each part."""
    for node in nodes:
        if not isinstance(node, Text):
            yield node, False
            continue
        start = 0
        for end in sentence_ends(node.text):
            yield Text(node.text[start:end]), True
            start = end
        if node.text[start:]:
            yield Text(node.text[start:]), False


def _headings_at_end(page: Sequence[Block]) -> list[Block]:
    kept = len(page)
    while kept and isinstance(page[kept - 1], Heading):
        kept -= 1
    return list(page[kept:])


def _text(blocks: Sequence[Block]) -> str:
    return render(Document(tuple(blocks)))


def _size(block: Block) -> int:
    return length(_text((block,)))


def _pieces(blocks: Iterable[Block], limit: int) -> Iterator[tuple[Block, int]]:
    """The blocks, each with its written size, those that are larger than `limit` in pieces that are not."""
    for block in blocks:
        size = _size(block)
        if size <= limit:
            yield block, size
            continue
        for piece in _parted(block, limit):
            yield piece, _size(piece)


def _parted(block: Block, limit: int) -> Iterator[Block]:
    match block:
        case Paragraph():
            yield from map(Paragraph, _lines(block.children, limit))
        case Heading():
            yield from map(Paragraph, _lines((Styled("bold", block.children),), limit))
        case CodeBlock():
            # The fences, the language and the line breaks beside them.
            room = limit - len(block.language) - 8
            yield from (replace(block, text=text) for text in _packed(_code_lines(block.text, room // 2), room))
        case Quote():
            # Each line in a quote bears two more signs; no line of prose is shorter than a few characters.
            for piece, _ in _pieces(block.blocks, limit // 2):
                yield Quote((piece,))
        case List():
            yield from _items(block, limit)


def _items(block: List, limit: int) -> Iterator[Block]:
    for number, item in enumerate(block.items, block.start):
        one = replace(block, items=(item,), start=number if block.ordered else 1)
        if _size(one) <= limit:
            yield one
            continue
        # An item that fills a page by itself goes on as plain text.
        beginning, *rest = (piece for piece, _ in _pieces(item, limit - _MARKER))
        yield replace(one, items=((beginning,),))
        yield from rest


def _lines(nodes: Sequence[Inline], limit: int) -> Iterator[tuple[Inline, ...]]:
    line: list[Inline] = []
    used = 0
    for word in _words(nodes):
        size = _size(Paragraph((word,)))
        if line and used + size > limit:
            yield tuple(line)
            line, used = [], 0
        line.append(word)
        used += size + (isinstance(word, Text) and word.text[-1:].isspace())
    if line:
        yield tuple(line)


def _words(nodes: Iterable[Inline]) -> Iterator[Inline]:
    """The content word by word, each in its own copy of the styles around it."""
    for node in nodes:
        match node:
            case Text():
                for found in _WORDS.finditer(node.text):
                    word = found[0]
                    yield from map(Text, [word] if len(word) <= _LONG_WORD else _PIECES.findall(word))
            case Styled():
                yield from (replace(node, children=(word,)) for word in _words(node.children))
            case Link() if node.children != (Text(node.url),) and length(node.url) < _LONG_WORD:
                yield from (replace(node, children=(word,)) for word in _words(node.children))
            case _:
                yield node


def _code_lines(text: str, limit: int) -> Iterator[str]:
    for line in text.split("\n"):
        pieces = regex.findall(rf"\X{{1,{max(limit // 8, 1)}}}", line) or [""]
        yield from pieces


def _packed(lines: Iterable[str], limit: int) -> Iterator[str]:
    gathered: list[str] = []
    used = 0
    for line in lines:
        size = length(line) + 1
        if gathered and used + size > limit:
            yield "\n".join(gathered)
            gathered, used = [], 0
        gathered.append(line)
        used += size
    if gathered:
        yield "\n".join(gathered)
