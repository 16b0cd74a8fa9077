"""The neutral tree as Markdown that reads back as the same tree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import regex

from bot.markup.normal import normalise
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

_MARKS: Final = {"bold": "**", "italic": "_", "strike": "~~"}
_SAFE_URL: Final = regex.compile(r"https?://[^\s<>\p{Cc}]+", regex.IGNORECASE)
_SAFE_DESTINATION: Final = regex.compile(r"[^\s<>()\\\p{Cc}]+")
_ENTITY: Final = regex.compile(r"&(?=#?[0-9A-Za-z]+;)")
_BACKTICKS: Final = regex.compile(r"`+")
_RISKY: Final = regex.compile(
    r"""
      [\\`*\[\]<]                                   # these always mean something
    | (?<![\p{L}\p{N}])_ | _(?![\p{L}\p{N}])        # snake_case may stay
    | (?<=~)~ | ~(?=~) | ^~ | ~$
    | & (?= [#0-9A-Za-z] )
    | ! $                                           # before a link it would make an image
    | (?<= https? ) : (?= // )                      # text that is no link though it looks like one
    """,
    regex.VERBOSE | regex.IGNORECASE,
)
_RISKY_START: Final = regex.compile(r"[0-9]{1,9}(?=[.)](?:\s|$))|(?=[#>=+-])")
"""Matches up to the character that would make a line begin a block."""
_ASCII_MARK: Final = regex.compile(r"[!-/:-@\[-`{-~]")


def to_markdown(document: Document) -> str:
    """The document as CommonMark (with `~~`), blocks apart by a blank line, without a closing line break.

    What Markdown has no marks for is written as the plain text that a reader sees: mentions, custom emoji and
    timestamps by name, underline and spoiler by their content.
    """
    return "\n".join(_block_lines(normalise(_in_markdown_terms(document)).blocks))


def _in_markdown_terms(document: Document) -> Document:
    return Document(tuple(_plain_block(block) for block in document.blocks))


def _plain_block(block: Block) -> Block:
    match block:
        case Paragraph():
            return Paragraph(_plain_inline(block.children))
        case Heading():
            return Heading(block.level, _plain_inline(block.children))
        case CodeBlock():
            return block
        case Quote():
            return Quote(tuple(map(_plain_block, block.blocks)))
        case List():
            items = tuple(tuple(map(_plain_block, item)) for item in block.items)
            return List(items, ordered=block.ordered, start=block.start)


def _plain_inline(nodes: Sequence[Inline]) -> tuple[Inline, ...]:
    done: list[Inline] = []
    for node in nodes:
        match node:
            case Text() | Code():
                done.append(node)
            case Link():
                done.append(Link(node.url, _plain_inline(node.children)))
            case Styled():
                children = _plain_inline(node.children)
                done.extend((Styled(node.style, children),) if node.style in _MARKS else children)
            case _:
                done.append(Text(plain(Document((Paragraph((node,)),)))))
    return tuple(done)


def _block_lines(blocks: Sequence[Block]) -> Iterator[str]:
    lists = 0
    for index, block in enumerate(blocks):
        if index:
            yield ""
        # Two lists in a row need different marks, or they would be one.
        lists = lists + 1 if isinstance(block, List) else 0
        yield from _one_block(block, other_marks=lists % 2 == 0)


def _one_block(block: Block, *, other_marks: bool) -> Iterator[str]:
    match block:
        case Paragraph():
            yield from _Line(breaks=True).write(block.children).split("\n")
        case Heading():
            text = _Line(breaks=False).write(block.children)
            yield f"{'#' * block.level} {text}"
        case CodeBlock():
            fence = "`" * max(3, 1 + max(map(len, _BACKTICKS.findall(block.text)), default=0))
            yield fence + block.language
            yield from block.text.split("\n")
            yield fence
        case Quote():
            for line in _block_lines(block.blocks):
                yield f"> {line}".rstrip(" ") if not line else f"> {line}"
        case List():
            for number, item in enumerate(block.items):
                if block.ordered:
                    mark = f"{block.start + number}{')' if other_marks else '.'}"
                else:
                    mark = "*" if other_marks else "-"
                yield from _item_lines(item, mark)


def _item_lines(item: Sequence[Block], mark: str) -> Iterator[str]:
    indent = " " * (len(mark) + 1)
    first = True
    for line in _block_lines(item):
        if first:
            yield f"{mark} {line}"
        else:
            yield indent + line if line else ""
        first = False
    if first:
        yield mark


@dataclass(frozen=True, slots=True)
class _Mark:
    """An opening or closing mark, kept apart from text until its neighbours are known."""

    mark: str
    opens: bool


class _Line:
    """Writes one block's inline content. Where `breaks` is false a line break is written as an entity."""

    def __init__(self, *, breaks: bool) -> None:
        self._breaks = breaks

    def write(self, nodes: Sequence[Inline]) -> str:
        return "".join(self._joined(list(self._pieces(nodes))))

    def _pieces(self, nodes: Sequence[Inline]) -> Iterator[str | _Mark | Text]:
        for node in nodes:
            match node:
                case Text():
                    yield node
                case Code():
                    yield _code(node.text)
                case Styled():
                    mark = _MARKS[node.style]
                    yield _Mark(mark, opens=True)
                    yield from self._pieces(node.children)
                    yield _Mark(mark, opens=False)
                case Link():
                    yield self._link(node)
                case _:
                    raise TypeError(f"not a node of Markdown: {node!r}")

    def _link(self, link: Link) -> str:
        if link.children == (Text(link.url),) and _SAFE_URL.fullmatch(link.url):
            return f"<{link.url}>"
        label = _Line(breaks=self._breaks).write(link.children)
        if _SAFE_DESTINATION.fullmatch(link.url):
            return f"[{label}]({_ENTITY.sub('&amp;', link.url)})"
        inner = regex.sub(r"[\\<>]", r"\\\g<0>", _ENTITY.sub("&amp;", link.url))
        return f"[{label}](<{inner}>)"

    def _joined(self, pieces: Sequence[str | _Mark | Text]) -> Iterator[str]:
        at_start = True
        for index, piece in enumerate(pieces):
            match piece:
                case Text():
                    before = pieces[index - 1] if index else None
                    after = pieces[index + 1] if index + 1 < len(pieces) else None
                    yield self._text(piece.text, before, after, at_start=at_start)
                case _Mark():
                    yield piece.mark
                case _:
                    yield piece
            at_start = False

    def _text(
        self, text: str, before: str | _Mark | Text | None, after: str | _Mark | Text | None, *, at_start: bool
    ) -> str:
        head, tail = 0, len(text)
        opening = closing = ""
        # White space at an edge of a block or a style would be lost, or keep the style's mark from being one.
        if before is None or (isinstance(before, _Mark) and before.opens):
            while head < tail and text[head].isspace():
                opening += _entity(text[head])
                head += 1
        if after is None or (isinstance(after, _Mark) and not after.opens):
            while tail > head and text[tail - 1].isspace():
                tail -= 1
                closing = _entity(text[tail]) + closing
        # A letter that touches a mark from outside keeps it from opening or closing; as an entity it doesn't.
        if head < tail and not opening and isinstance(before, _Mark) and not before.opens and _is_letter(text[head]):
            opening, head = _entity(text[head]), head + 1
        if head < tail and not closing and isinstance(after, _Mark) and after.opens and _is_letter(text[tail - 1]):
            tail -= 1
            closing = _entity(text[tail])
        lines = text[head:tail].split("\n")
        done = []
        for number, line in enumerate(lines):
            starts = (number > 0 and self._breaks) or (number == 0 and at_start and not opening)
            ends = number < len(lines) - 1 and self._breaks
            done.append(_escaped(line, starts=starts, ends=ends))
        return opening + ("\\\n" if self._breaks else "&#10;").join(done) + closing


def _escaped(line: str, *, starts: bool, ends: bool) -> str:
    lead = len(line) - len(line.lstrip()) if starts else 0
    trail = len(line) - len(line.rstrip()) if ends and lead < len(line) else 0
    middle = line[lead : len(line) - trail]
    escaped = _RISKY.sub(r"\\\g<0>", middle)
    found = _RISKY_START.match(escaped) if starts and not lead else None
    if found is not None:
        escaped = f"{escaped[: found.end()]}\\{escaped[found.end() :]}"
    return "".join(map(_entity, line[:lead])) + escaped + "".join(map(_entity, line[len(line) - trail :]))


def _is_letter(character: str) -> bool:
    """Whether emphasis takes a character for part of a word: neither white space nor an ASCII mark."""
    return not character.isspace() and _ASCII_MARK.match(character) is None


def _entity(character: str) -> str:
    return f"&#{ord(character)};"


def _code(text: str) -> str:
    fence = "`" * _free_length(text)
    # One space is taken off both ends where both have one; a backtick at an end needs one to stand off the fence.
    edges = text[0] + text[-1]
    pad = " " if "`" in edges or (edges == "  " and text.strip(" ")) else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _free_length(text: str) -> int:
    used = set(map(len, _BACKTICKS.findall(text)))
    size = 1
    while size in used:
        size += 1
    return size
