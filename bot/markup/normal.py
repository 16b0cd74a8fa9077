"""One form for documents that read the same: what parsers aim at, and what the laws of round trips speak of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain, groupby
from typing import Final

import regex

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

_LINE_BREAKS: Final = regex.compile(r"\r\n?|[\u2028\u2029]")
# Characters that no reader sees and no dialect can write: controls, lone surrogates, noncharacters.
_UNSEEN: Final = regex.compile(r"[\p{Cs}\p{Noncharacter_Code_Point}\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_LANGUAGE: Final = regex.compile(r"[\p{L}\p{N}_+#.\-]*")


def normalise(document: Document) -> Document:
    r"""The same document with nothing in it that a reader can't tell apart.

    Empty nodes are gone; neighbouring texts, code spans and styles of one kind are one; a style within itself is
    gone, as is a link within a link; line breaks are `\n`; control characters are dropped. Idempotent.
    """
    return Document(_blocks(document.blocks))


def _blocks(blocks: Iterable[Block]) -> tuple[Block, ...]:
    return tuple(done for block in blocks if (done := _block(block)) is not None)


def _block(block: Block) -> Block | None:
    match block:
        case Paragraph():
            children = inline(block.children)
            return Paragraph(children) if children else None
        case Heading():
            children = inline(block.children)
            return Heading(min(max(block.level, 1), 6), children) if children else None
        case CodeBlock():
            found = _LANGUAGE.match(block.language)
            text = _clean(block.text)
            return CodeBlock(text, found[0] if found else "") if text else None
        case Quote():
            blocks = _blocks(block.blocks)
            return Quote(blocks) if blocks else None
        case List():
            items = tuple(_blocks(item) for item in block.items)
            if not any(items):
                return None
            start = min(max(block.start, 0), 999_999_999 - len(items)) if block.ordered else 1
            return List(items, ordered=block.ordered, start=start)


def inline(nodes: Iterable[Inline]) -> tuple[Inline, ...]:
    """Inline content in its normal form; without anything to see (white space alone) it is empty."""
    children = tuple(_merged(_flat(nodes, frozenset(), linked=False)))
    return children if any(_seen(node) for node in children) else ()


def _flat(  # noqa: C901 - one case a kind of node
    nodes: Iterable[Inline], styles: frozenset[str], *, linked: bool
) -> Iterator[Inline]:
    for node in nodes:
        match node:
            case Text():
                text = _clean(node.text)
                if text:
                    yield Text(text)
            case Code():
                text = _clean(node.text).replace("\n", " ")
                if text:
                    yield Code(text)
            case Styled():
                if node.style in styles:
                    yield from _flat(node.children, styles, linked=linked)
                    continue
                children = tuple(_merged(_flat(node.children, styles | {node.style}, linked=linked)))
                if children:
                    yield replace(node, children=children)
            case Link():
                if linked:
                    yield from _flat(node.children, styles, linked=True)
                    continue
                children = tuple(_merged(_flat(node.children, styles, linked=True)))
                yield Link(node.url, children if any(map(_seen, children)) else (Text(node.url),))
            case Mention() | Emoji() | Timestamp():
                yield node


def _merged(nodes: Iterable[Inline]) -> Iterator[Inline]:
    for _, group in groupby(nodes, _likeness):
        run = list(group)
        match run[0]:
            case Text():
                yield Text("".join(node.text for node in run if isinstance(node, Text)))
            case Code():
                yield Code("".join(node.text for node in run if isinstance(node, Code)))
            case Styled() as first if len(run) > 1:
                inner = chain.from_iterable(node.children for node in run if isinstance(node, Styled))
                yield replace(first, children=tuple(_merged(inner)))
            case first:
                yield first


def _likeness(node: Inline) -> object:
    """Equal for neighbours that read as one."""
    match node:
        case Text() | Code():
            return node.kind
        case Styled():
            return node.style
        case _:
            return object()


def _seen(node: Inline) -> bool:
    match node:
        case Text():
            return not node.text.isspace()
        case Styled():
            return any(map(_seen, node.children))
        case _:
            return True


def _clean(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    return _UNSEEN.sub("", _LINE_BREAKS.sub("\n", text))
