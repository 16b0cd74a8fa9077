"""The plain-text view of a document, with offsets that lead back into its tree.

Whoever works on text (the masker, excerpts, search) reads `View.text` and needs to know nothing of nodes; whoever
changes text hands the new texts of the editable runs to `rewrite`, which keeps the tree's shape.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final, Literal, TypeAlias, assert_never

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

_OUT: Final = re.compile(r"https?://.|mailto:.", re.IGNORECASE)

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


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def plain(document: Document) -> str:
    """The document as plain text, blocks apart by a line break."""
    return "".join(piece for _, piece in _pieces(document.blocks))


def without_spoilers(document: Document, instead: str) -> Document:
    """The document with the text `instead` where a spoiler hides something, for where nothing can be hidden."""

    def hide(node: Inline) -> Inline:
        return Text(instead) if isinstance(node, Styled) and node.style == "spoiler" else node

    return Document(tuple(_changed_block(block, hide) for block in document.blocks))


def leading_out(document: Document) -> Document:
    """The document with links that lead to neither a web page nor a mailbox as the words that they stand under."""

    def judge(node: Inline) -> Inline:
        if not isinstance(node, Link) or _OUT.match(node.url):
            return node
        return Text("".join(piece for _, piece in _inline_pieces(node.children)))

    return Document(tuple(_changed_block(block, judge) for block in document.blocks))


def renamed(document: Document, name: Callable[[str], str]) -> Document:
    """The document with other names for whom and what it mentions, and for custom emoji, which lose their picture."""

    def rename(node: Inline) -> Inline:
        if not isinstance(node, Mention | Emoji) or (new := name(node.name)) == node.name:
            return node
        return replace(node, name=new) if isinstance(node, Mention) else Text(f":{new}:")

    return Document(tuple(_changed_block(block, rename) for block in document.blocks))


def rewrite(document: Document, texts: Sequence[str]) -> Document:
    """The same tree with the `text` runs of its view replaced, one new text for each, in order.

    Raises `ValueError` where the number of texts is not the number of `text` runs.
    """
    source = iter(texts)
    blocks = tuple(_rewrite_block(block, source) for block in document.blocks)
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
                yield "timestamp", _moment(node.seconds)
            case _:  # pragma: no cover
                assert_never(node)


def _moment(seconds: int) -> str:
    try:
        return f"{_EPOCH + timedelta(seconds=seconds):%Y-%m-%d %H:%M} UTC"
    except OverflowError:  # a moment outside the years 1 to 9999, which a person may well type
        return str(seconds)


def _is_bare(link: Link) -> bool:
    return link.children == (Text(link.url),)


def _changed_block(block: Block, change: Callable[[Inline], Inline]) -> Block:
    match block:
        case Paragraph() | Heading():
            return replace(block, children=_changed(block.children, change))
        case CodeBlock():
            return block
        case Quote():
            return Quote(tuple(_changed_block(inner, change) for inner in block.blocks))
        case List():
            items = tuple(tuple(_changed_block(inner, change) for inner in item) for item in block.items)
            return replace(block, items=items)
    assert_never(block)


def _changed(nodes: Sequence[Inline], change: Callable[[Inline], Inline]) -> tuple[Inline, ...]:
    return tuple(
        replace(node, children=_changed(node.children, change)) if isinstance(node, Styled | Link) else node
        for node in map(change, nodes)
    )


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
                text = next(texts, None)
                if text is None:
                    raise ValueError("fewer texts than text runs")
                done.append(Text(text))
            case Styled():
                done.append(replace(node, children=_rewrite_inline(node.children, texts)))
            case Link() if not _is_bare(node):
                done.append(replace(node, children=_rewrite_inline(node.children, texts)))
            case _:
                done.append(node)
    return tuple(done)
