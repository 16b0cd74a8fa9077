"""Inline content as Slack has it: a flat row of leaves, each with its styles and its link, and the tree made of it.

Both directions go through here, so that what is drawn reads back as the same tree.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final, Literal, TypeAlias, get_args
from urllib.parse import urlsplit

from bot.markup.tree import Code, Emoji, Inline, Link, Mention, Paragraph, Styled, Text, Timestamp

Style: TypeAlias = Literal["bold", "italic", "strike", "underline", "spoiler"]
STYLES: Final[tuple[Style, ...]] = get_args(Style)
MAX_URL: Final = 3000  # what Slack's own models allow a button's or an image's URL; its links state no limit

Leaf: TypeAlias = Text | Code | Mention | Emoji | Timestamp


@dataclass(frozen=True, slots=True)
class Span:
    """A leaf, the styles that it stands in, and the URL that it leads to."""

    leaf: Leaf
    styles: frozenset[Style] = frozenset()
    url: str | None = None


def is_linkable(url: str) -> bool:
    """Whether Slack takes it as a link: absolute http or https with a host, or mailto, and not too long."""
    if len(url) > MAX_URL or not url.isprintable() or " " in url:
        return False
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return False
    return bool(host) if parts.scheme in {"http", "https"} else parts.scheme == "mailto" and bool(parts.path)


def flatten(nodes: Iterable[Inline], styles: frozenset[Style] = frozenset(), url: str | None = None) -> Iterator[Span]:
    """The leaves in order. A link that Slack would not take is its text alone; a link within a link is its own."""
    for node in nodes:
        match node:
            case Styled():
                yield from flatten(node.children, styles | {node.style}, url)
            case Link():
                yield from flatten(
                    node.children or (Text(node.url),), styles, node.url if is_linkable(node.url) else url
                )
            case _:
                yield Span(node, styles, url)


def paragraphs(spans: Iterable[Span]) -> tuple[Paragraph, ...]:
    """The paragraphs that blank lines part. A line break takes the styles and the link that both its sides share."""
    found: list[list[Span]] = [[]]
    for line in _lines(spans):
        if all(isinstance(span.leaf, Text) and not span.leaf.text.strip() for span in line):
            found.append([])
            continue
        if found[-1]:
            found[-1].append(_break(found[-1][-1], line[0]))
        found[-1].extend(line)
    return tuple(Paragraph(tree(paragraph)) for paragraph in found if paragraph)


def tree(spans: Iterable[Span]) -> tuple[Inline, ...]:
    """The leaves as a tree: at each place the style or link that reaches furthest is outermost."""
    return tuple(_nest(tuple(_merged(spans)), frozenset(), linked=False))


def _lines(spans: Iterable[Span]) -> Iterator[list[Span]]:
    line: list[Span] = []
    for span in spans:
        if not isinstance(span.leaf, Text | Code):
            line.append(span)
            continue
        for number, piece in enumerate(span.leaf.text.split("\n")):
            if number:
                yield line
                line = []
            if piece:
                line.append(replace(span, leaf=replace(span.leaf, text=piece)))
    yield line


def _break(before: Span, after: Span) -> Span:
    return Span(Text("\n"), before.styles & after.styles, before.url if before.url == after.url else None)


def _merged(spans: Iterable[Span]) -> Iterator[Span]:
    for (kind, styles, url), group in groupby(spans, lambda span: (type(span.leaf), span.styles, span.url)):
        if kind in (Text, Code):
            text = "".join(span.leaf.text for span in group if isinstance(span.leaf, Text | Code))
            if text:
                yield Span(Text(text) if kind is Text else Code(text), styles, url)
        else:
            yield from group


def _nest(spans: Sequence[Span], within: frozenset[Style], *, linked: bool) -> Iterator[Inline]:
    at = 0
    while at < len(spans):
        first = spans[at]
        reach: dict[Style | None, int] = {
            style: _reach(spans, at, style) for style in STYLES if style in first.styles and style not in within
        }
        if first.url is not None and not linked:
            reach[None] = _reach(spans, at, None)
        if not reach:
            yield first.leaf
            at += 1
            continue
        # max() keeps the first of equals: styles in their order, then the link.
        mark = max(reach, key=lambda key: reach[key])
        inner = spans[at : reach[mark]]
        if mark is None:
            yield Link(str(first.url), tuple(_nest(inner, within, linked=True)))
        else:
            yield Styled(mark, tuple(_nest(inner, within | {mark}, linked=linked)))
        at = reach[mark]


def _reach(spans: Sequence[Span], at: int, style: Style | None) -> int:
    """Where the style (None: the link) of the span at `at` ends."""
    end = at + 1
    while end < len(spans) and (spans[end].url == spans[at].url if style is None else style in spans[end].styles):
        end += 1
    return end
