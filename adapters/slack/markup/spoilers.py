"""Spoilers on a platform that has none: the word stands in for what it hides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from adapters.slack.markup.spans import is_linkable
from bot import texts
from bot.markup.tree import Block, CodeBlock, Document, Heading, Inline, Link, List, Paragraph, Quote, Styled, Text


def hide_spoilers(document: Document, original: str | None) -> Document:
    """The document with the word in each spoiler's place, leading to `original` where that is a link."""
    word: Inline = Styled("italic", (Text(texts.SPOILER),))
    if original is not None and is_linkable(original):
        word = Link(original, (Text(texts.SPOILER),))
    return Document(tuple(_hidden(block, word) for block in document.blocks))


def _hidden(block: Block, word: Inline) -> Block:
    match block:
        case Paragraph() | Heading():
            return replace(block, children=_hidden_inline(block.children, word))
        case CodeBlock():
            return block
        case Quote():
            return Quote(tuple(_hidden(inner, word) for inner in block.blocks))
        case List():
            return replace(block, items=tuple(tuple(_hidden(inner, word) for inner in item) for item in block.items))


def _hidden_inline(nodes: Iterable[Inline], word: Inline) -> tuple[Inline, ...]:
    done: list[Inline] = []
    for node in nodes:
        if isinstance(node, Styled) and node.style == "spoiler":
            done.append(word)
        elif isinstance(node, Styled | Link):
            done.append(replace(node, children=_hidden_inline(node.children, word)))
        else:
            done.append(node)
    return tuple(done)
