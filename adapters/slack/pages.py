"""Long documents in pieces: blocks divided where they have joints, and packed into pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

import regex

from adapters.slack.markup.drawing import draw
from adapters.slack.markup.spans import Span, flatten, tree
from adapters.slack.markup.writing import count, weight
from bot.markup.cutting import length
from bot.markup.sentences import sentence_ends
from bot.markup.tree import Block, Code, CodeBlock, Heading, List, Paragraph, Quote, Text

ELEMENT_WEIGHT = 12
"""What an element counts beside its text: many short ones make a large payload too."""

_WORDS = regex.compile(r"\S+\s*|\s+")
_SPACES = regex.compile(r"\s*")
_GRAPHEMES = regex.compile(r"\X")

T = TypeVar("T")


def size(block: Block) -> int:
    """How much a block weighs in a payload, its texts in UTF-16 units."""
    elements = draw((block,))
    return weight(elements) + ELEMENT_WEIGHT * count(elements)


def divide(block: Block, room: int) -> Iterator[Block]:
    """The block, or its parts in order, each of at most `room` where a part of it can be so small."""
    if size(block) <= room:
        yield block
        return
    match block:
        case Paragraph() | Heading():
            tokens = (token for span in flatten(block.children) for token in _tokens(span, room // 4))
            for group in pack(tokens, room, _span_size):
                yield replace(block, children=tree(group))
        case CodeBlock():
            for lines in pack(_code_lines(block.text, room // 4), room, length):
                yield replace(block, text="".join(lines).removesuffix("\n"))
        case Quote():
            for blocks in pack((part for inner in block.blocks for part in divide(inner, room // 2)), room, size):
                yield Quote(tuple(blocks))
        case List():
            yield from _divide_list(block, room)


def pack(things: Iterable[T], room: int, measure: Callable[[T], int]) -> Iterator[list[T]]:
    """The things in order, in as few groups as fit into `room` each; one that is larger has a group of its own."""
    group: list[T] = []
    used = 0
    for thing in things:
        weighs = measure(thing)
        if group and used + weighs > room:
            yield group
            group, used = [], 0
        group.append(thing)
        used += weighs
    if group:
        yield group


def pages(blocks: Sequence[Block], room: int) -> list[tuple[Block, ...]]:
    """The blocks in pages of about `room`, a fifth more at most; a heading stands on the page of what it heads."""
    parts = [part for block in blocks for part in divide(block, room // 2)]
    made: list[list[Block]] = []
    for page in pack(parts, room, size):
        carried = _headings_at_end(made[-1], room // 5) if made else []
        if carried:
            del made[-1][-len(carried) :]
        made.append([*carried, *page])
    return [tuple(page) for page in made]


def _headings_at_end(page: Sequence[Block], room: int) -> list[Block]:
    """The headings that a page ends in, of its last `room` at most; never the whole page."""
    found: list[Block] = []
    for block in reversed(page[1:]):
        room -= size(block)
        if not isinstance(block, Heading) or room < 0:
            break
        found.insert(0, block)
    return found


def _divide_list(block: List, room: int) -> Iterator[Block]:
    for number, item in enumerate(block.items):
        parts = list(pack((part for inner in item for part in divide(inner, room // 2)), room, size))
        yield replace(block, items=(tuple(parts[0]) if parts else (),), start=block.start + number)
        # A point goes on in paragraphs of its own, where it is too long for one part.
        for more in parts[1:]:
            yield from more


def _tokens(span: Span, most: int) -> Iterator[Span]:
    """A text's sentences, words of a long one, graphemes of a long word; other leaves are whole."""
    if not isinstance(span.leaf, Text | Code):
        yield span
        return
    text, start = span.leaf.text, 0
    for at in (*sentence_ends(text), len(text)):
        spaces = _SPACES.match(text, at)
        end = spaces.end() if spaces else at
        sentence, start = text[start:end], end
        words = [sentence] if length(sentence) <= most else _WORDS.findall(sentence)
        for word in words:
            pieces = [word] if length(word) <= most else _GRAPHEMES.findall(word)
            for piece in pieces:
                yield replace(span, leaf=replace(span.leaf, text=piece))


def _code_lines(text: str, most: int) -> Iterator[str]:
    for line in text.splitlines(keepends=True):
        yield from [line] if length(line) <= most else _GRAPHEMES.findall(line)


def _span_size(span: Span) -> int:
    text = span.leaf.text if isinstance(span.leaf, Text | Code) else ""
    marked = bool(span.styles) or span.url is not None or not isinstance(span.leaf, Text)
    return length(text) + (ELEMENT_WEIGHT * 2 + length(span.url or "")) * marked
