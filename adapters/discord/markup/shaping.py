"""Inline content as paragraphs, in the one shape that reading and writing agree on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from bot.markup.normal import inline
from bot.markup.tree import Inline, Link, Styled, Text

_BLANK_LINES: Final = re.compile(r"[^\S\n]*\n[^\S\n]*\n\s*")


def paragraphs(nodes: Iterable[Inline]) -> list[tuple[Inline, ...]]:
    """The content, parted at blank lines, also inside of styles; no part is empty or has white space at its ends."""
    parts = _parted(tidy(nodes))
    return [shaped for part in parts if (shaped := tidy(_stripped(part)))]


def tidy(nodes: Iterable[Inline]) -> tuple[Inline, ...]:
    """The content in its normal form, with no white space at the ends of a style or a link's label."""
    return inline(_hoisted(inline(nodes)))


def is_bare(link: Link) -> bool:
    """Whether a link shows nothing but its URL."""
    return link.children == (Text(link.url),)


def _hoisted(nodes: Iterable[Inline]) -> Iterator[Inline]:
    for node in nodes:
        if isinstance(node, Styled) or (isinstance(node, Link) and not is_bare(node)):
            before, children, after = _without_ends(inline(_hoisted(node.children)))
            yield Text(before)
            if children:
                yield replace(node, children=children)
            yield Text(after)
        else:
            yield node


def _without_ends(nodes: Sequence[Inline]) -> tuple[str, tuple[Inline, ...], str]:
    before, children, after = "", list(nodes), ""
    if children and isinstance(children[0], Text):
        text = children[0].text
        before = text[: len(text) - len(text.lstrip())]
        children[0] = Text(text.lstrip())
    if children and isinstance(children[-1], Text):
        text = children[-1].text
        after = text[len(text.rstrip()) :]
        children[-1] = Text(text.rstrip())
    return before, tuple(node for node in children if node != Text("")), after


def _stripped(nodes: Sequence[Inline]) -> tuple[Inline, ...]:
    return _without_ends(nodes)[1]


def _parted(nodes: Iterable[Inline]) -> list[list[Inline]]:
    parts: list[list[Inline]] = [[]]
    for node in nodes:
        match node:
            case Text():
                inner: list[list[Inline]] = [[Text(piece)] for piece in _BLANK_LINES.split(node.text)]
            case Styled() | Link() if not (isinstance(node, Link) and is_bare(node)):
                inner = [[replace(node, children=tuple(part))] for part in _parted(node.children)]
            case _:
                inner = [[node]]
        parts[-1] += inner[0]
        parts += inner[1:]
    return parts
