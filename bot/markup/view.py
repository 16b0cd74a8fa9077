"""The plain-text view of a document, with offsets that lead back into its tree.

Whoever works on text (the masker, excerpts, search) reads `View.text` and needs to know nothing of nodes; whoever
changes text hands the new texts of the editable runs to `rewrite`, which keeps the tree's shape.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal, TypeAlias, assert_never

from bot.markup.tree import (
    Block,
    Code,
    CodeBlock,
    Document,
    Emoji,
    Heading,
    Inline,
    Link,
    List,
    Mention,
    Paragraph,
    Quote,
    Styled,
    Text,
    Timestamp,
)

RunKind: TypeAlias = Literal["text", "url", "code", "mention", "emoji", "timestamp", "break"]
"""What a run came from. Only `text` may be rewritten; `break` stands between blocks and belongs to no node."""


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of the view: `View.text[start:end]`, in code points, with no gap between neighbours."""

    start: int
    end: int
    kind: RunKind


@dataclass(frozen=True, slots=True)
class View:
    """A document as a reader reads it: blocks apart by a line break, styles dropped, mentions by name."""

    text: str
    runs: tuple[Run, ...]


def view(document: Document) -> View:
    """The plain-text view of the whole document."""
    runs: list[Run] = []
    pieces: list[str] = []
    at = 0
    for kind, piece in _pieces(document.blocks):
        if not piece:
            if kind == "text":
                runs.append(Run(at, at, kind))
            continue
        pieces.append(piece)
        runs.append(Run(at, at + len(piece), kind))
        at += len(piece)
    return View("".join(pieces), tuple(runs))


def plain(document: Document) -> str:
    """The document as plain text, blocks apart by a line break."""
    return "".join(piece for _, piece in _pieces(document.blocks))


def rewrite(document: Document, texts: Sequence[str]) -> Document:
    """The same tree with the `text` runs of its view replaced, one new text for each, in order.

    Raises `ValueError` where the number of texts is not the number of `text` runs.
    """
    source = iter(texts)
    try:
        blocks = tuple(_rewrite_block(block, source) for block in document.blocks)
    except StopIteration:
        raise ValueError("fewer texts than text runs") from None
    if next(source, None) is not None:
        raise ValueError("more texts than text runs")
    return Document(blocks)


def _pieces(blocks: Sequence[Block]) -> Iterator[tuple[RunKind, str]]:
    for index, block in enumerate(blocks):
        if index:
            yield "break", "\n"
        match block:
            case Paragraph() | Heading():
                yield from _inline_pieces(block.children)
            case CodeBlock():
                yield "code", block.text
            case Quote():
                yield from _pieces(block.blocks)
            case List():
                for number, item in enumerate(block.items):
                    if number:
                        yield "break", "\n"
                    yield "break", f"{block.start + number}. " if block.ordered else "• "
                    yield from _pieces(item)
            case _:  # pragma: no cover
                assert_never(block)


def _inline_pieces(nodes: Sequence[Inline]) -> Iterator[tuple[RunKind, str]]:
    for node in nodes:
        match node:
            case Text():
                yield "text", node.text
            case Styled():
                yield from _inline_pieces(node.children)
            case Link():
                if _is_bare(node):
                    yield "url", node.url
                else:
                    yield from _inline_pieces(node.children)
            case Code():
                yield "code", node.text
            case Mention():
                yield (
                    "mention",
                    ("#" if node.target == "channel" else "/" if node.target == "command" else "@") + node.name,
                )
            case Emoji():
                yield "emoji", f":{node.name}:"
            case Timestamp():
                yield "timestamp", f"{datetime.fromtimestamp(node.seconds, UTC):%Y-%m-%d %H:%M} UTC"
            case _:  # pragma: no cover
                assert_never(node)


def _is_bare(link: Link) -> bool:
    return link.children == (Text(link.url),)


def _rewrite_block(block: Block, texts: Iterator[str]) -> Block:
    match block:
        case Paragraph() | Heading():
            return replace(block, children=_rewrite_inline(block.children, texts))
        case CodeBlock():
            return block
        case Quote():
            return Quote(tuple(_rewrite_block(inner, texts) for inner in block.blocks))
        case List():
            return replace(
                block, items=tuple(tuple(_rewrite_block(inner, texts) for inner in item) for item in block.items)
            )
    assert_never(block)


def _rewrite_inline(nodes: Sequence[Inline], texts: Iterator[str]) -> tuple[Inline, ...]:
    done: list[Inline] = []
    for node in nodes:
        match node:
            case Text():
                done.append(Text(next(texts)))
            case Styled():
                done.append(replace(node, children=_rewrite_inline(node.children, texts)))
            case Link() if not _is_bare(node):
                done.append(replace(node, children=_rewrite_inline(node.children, texts)))
            case _:
                done.append(node)
    return tuple(done)
