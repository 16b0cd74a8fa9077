"""Cutting text to a limit: at a sentence, else at a word, else between two graphemes, and never over the limit.

Every length here is counted in UTF-16 code units, the strictest reading of the limits that Discord and Slack state
in "characters": an emoji counts two or more.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import regex

from bot.markup.sentences import sentence_ends
from bot.markup.tree import (
    Block,
    Code,
    CodeBlock,
    Document,
    Heading,
    Inline,
    Link,
    List,
    Paragraph,
    Quote,
    Styled,
    Text,
)
from bot.markup.view import plain

ELLIPSIS: Final = "…"

_GRAPHEME: Final = regex.compile(r"\X")
_SPACES: Final = regex.compile(r"[\s\x1c-\x1f]+")


def length(text: str) -> int:
    """The text's length in UTF-16 code units."""
    return len(text) + sum(character > "\uffff" for character in text) if not text.isascii() else len(text)


def cut(text: str, limit: int) -> str:
    """The text, or as much of its beginning as fits into `limit` together with a closing `…`.

    It ends after a sentence or a word where that keeps at least half of what would fit, and never inside a grapheme.
    A limit below 1 leaves nothing.
    """
    if length(text) <= limit:
        return text
    if limit < 1:
        return ""
    return _closed(text[: _place(text, limit)], limit)


def excerpt(text: str, limit: int) -> str:
    """The text on one line, each run of white space folded to a space, cut to `limit`."""
    return cut(_SPACES.sub(" ", text.strip()), limit)


def first_sentence(text: str) -> str:
    """The first sentence of a text, on one line; the whole text where it has but one."""
    line = _SPACES.sub(" ", text.strip())
    return line[: next(sentence_ends(line), len(line))]


def cut_document(document: Document, limit: int) -> Document:
    """The document, or its beginning, so that `length(plain(...))` is at most `limit`; a cut one ends in `…`.

    The place is chosen as `cut` does. Links keep their URL and styles their kind; what can't be cut in two (a
    mention, an emoji, a timestamp, a bare URL) is left out whole. A limit below 1 leaves nothing.
    """
    text = plain(document)
    if length(text) <= limit:
        return document
    if limit < 1:
        return Document()
    # Two units are set aside for the ellipsis, which needs a line break before it after a code block.
    blocks = _Shears(_place(text, limit - 1)).blocks(document.blocks)
    while len(blocks) > 1 and isinstance(blocks[-1], Heading):
        blocks = blocks[:-1]
    return Document(_end_in_ellipsis(blocks))


def _closed(kept: str, limit: int) -> str:
    kept = kept.rstrip()
    gap = " " if _ends_a_sentence(kept) and length(kept) + 2 <= limit else ""
    return kept + gap + ELLIPSIS


def _ends_a_sentence(text: str) -> bool:
    return text.rstrip("\"'”’»)]").endswith((".", "!", "?"))


def _place(text: str, limit: int) -> int:
    """Where to cut a text that is longer than `limit`, in code points, with one unit set aside for the ellipsis."""
    most = _grapheme_start(text, _reach(text, limit - 1))
    half = most // 2
    sentence = max((end for end in sentence_ends(text[: most + 1]) if end <= most), default=0)
    # A sentence's end wants a space before the ellipsis, hence one unit more.
    if sentence >= max(half, 1) and length(text[:sentence]) + 2 <= limit:
        return sentence
    if text[most : most + 1].isspace():
        return most
    word = max((found.start() for found in _SPACES.finditer(text, 0, most)), default=0)
    return word if word >= max(half, 1) else most


def _reach(text: str, units: int) -> int:
    """How many code points from the beginning fit into so many code units."""
    count = min(len(text), max(units, 0))
    while (excess := length(text[:count]) - units) > 0 and count:
        count -= (excess + 1) // 2
    return max(count, 0)


def _grapheme_start(text: str, at: int) -> int:
    """The last boundary between graphemes at or before `at`."""
    if at <= 0 or at >= len(text):
        return max(at, 0)
    start = at
    # Between two ASCII characters there is always a boundary, but for CR LF; a search may begin there.
    while start > 0 and not (text[start - 1 : start + 1].isascii() and text[start - 1 : start + 1] != "\r\n"):
        start -= 1
    boundary = start
    for found in _GRAPHEME.finditer(text, start):
        if found.end() > at:
            break
        boundary = found.end()
    return boundary


class _Shears:
    """Keeps a tree up to a place in its plain text, counted in code points as `bot.markup.view` lays it out."""

    def __init__(self, room: int) -> None:
        self._room = room

    def blocks(self, blocks: tuple[Block, ...]) -> tuple[Block, ...]:
        kept: list[Block] = []
        for index, block in enumerate(blocks):
            self._room -= bool(index)
            if self._room <= 0:
                break
            one = self._block(block)
            if one is not None:
                kept.append(one)
        return tuple(kept)

    def _block(self, block: Block) -> Block | None:
        match block:
            case Paragraph() | Heading():
                children = _without_trailing_space(self._inline(block.children))
                return replace(block, children=children) if children else None
            case CodeBlock():
                text = self._take(block.text)
                if block.text[len(text) : len(text) + 1] not in {"", "\n"} and "\n" in text:
                    text = text[: text.rindex("\n")]
                return replace(block, text=text) if text else None
            case Quote():
                inner = self.blocks(block.blocks)
                return Quote(inner) if inner else None
            case List():
                return self._list(block)

    def _list(self, block: List) -> List | None:
        items: list[tuple[Block, ...]] = []
        for number, item in enumerate(block.items):
            self._room -= bool(number) + len(f"{block.start + number}. " if block.ordered else "• ")
            if self._room <= 0:
                break
            items.append(self.blocks(item))
        while items and not items[-1]:
            items.pop()
        return replace(block, items=tuple(items)) if items else None

    def _inline(self, nodes: tuple[Inline, ...]) -> tuple[Inline, ...]:
        kept: list[Inline] = []
        for node in nodes:
            if self._room <= 0:
                break
            match node:
                case Text() | Code():
                    kept.append(replace(node, text=self._take(node.text)))
                case Styled():
                    kept.append(replace(node, children=self._inline(node.children)))
                case Link() if node.children != (Text(node.url),):
                    kept.append(replace(node, children=self._inline(node.children)))
                case _:
                    size = len(plain(Document((Paragraph((node,)),))))
                    if size <= self._room:
                        kept.append(node)
                    self._room -= size
        return tuple(kept)

    def _take(self, text: str) -> str:
        taken = text[: max(self._room, 0)]
        self._room -= len(text)
        return taken


def _without_trailing_space(nodes: tuple[Inline, ...]) -> tuple[Inline, ...]:
    while nodes:
        last = nodes[-1]
        match last:
            case Text():
                text = last.text.rstrip()
                if text:
                    return (*nodes[:-1], Text(text))
            case Styled() | Link() if not (isinstance(last, Link) and last.children == (Text(last.url),)):
                children = _without_trailing_space(last.children)
                if children:
                    return (*nodes[:-1], replace(last, children=children))
            case Code() if not last.text:
                pass
            case _:
                return nodes
        nodes = nodes[:-1]
    return ()


def _end_in_ellipsis(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    if not blocks:
        return (Paragraph((Text(ELLIPSIS),)),)
    last = blocks[-1]
    match last:
        case Paragraph() | Heading():
            return (*blocks[:-1], replace(last, children=_inline_ellipsis(last.children)))
        case CodeBlock():
            return (*blocks, Paragraph((Text(ELLIPSIS),)))
        case Quote():
            return (*blocks[:-1], Quote(_end_in_ellipsis(last.blocks)))
        case List():
            return (*blocks[:-1], replace(last, items=(*last.items[:-1], _end_in_ellipsis(last.items[-1]))))


def _inline_ellipsis(nodes: tuple[Inline, ...]) -> tuple[Inline, ...]:
    last = nodes[-1]
    if isinstance(last, Text):
        gap = " " if _ends_a_sentence(last.text) else ""
        return (*nodes[:-1], Text(last.text + gap + ELLIPSIS))
    return (*nodes, Text(ELLIPSIS))
