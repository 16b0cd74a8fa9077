"""Blocks of the neutral tree as elements of a `rich_text` block, in which no character is ever markup."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, TypeAlias

from adapters.slack.markup.dates import date_element, is_date
from adapters.slack.markup.lists import MAX_INDENT, MAX_OFFSET
from adapters.slack.markup.spans import Span, flatten, tree
from bot.markup.tree import (
    Block,
    Code,
    CodeBlock,
    Document,
    Emoji,
    Heading,
    List,
    Mention,
    Paragraph,
    Quote,
    Text,
    Timestamp,
)
from bot.markup.view import plain

Json: TypeAlias = dict[str, Any]


def draw(blocks: Sequence[Block]) -> list[Json]:
    """The elements for a document in its normal form, without spoilers.

    Mentions and custom emoji become plain text, headings bold lines. What Slack's lists can't hold (code, quotes,
    text after a nested list) stands between their parts, which go on with their numbers.
    """
    return _Drawing().draw(blocks)


@dataclass(frozen=True, slots=True)
class _Drawing:
    """Draws blocks as rich text elements, inside a quote with its border."""

    quoted: bool = False

    def draw(self, blocks: Sequence[Block]) -> list[Json]:
        elements: list[Json] = []
        before: Block | None = None
        for is_prose, group in groupby(blocks, lambda block: isinstance(block, Paragraph | Heading)):
            if is_prose:
                elements += self._section(_prose(group))
                before = None
                continue
            for block in group:
                if before is not None and _runs_on(before, block):
                    elements += self._section([{"type": "text", "text": "\n"}])
                elements += self._block(block)
                before = block
        return elements

    def _section(self, spans: list[Json]) -> list[Json]:
        return [{"type": "rich_text_quote" if self.quoted else "rich_text_section", "elements": spans}] if spans else []

    def _block(self, block: Block) -> list[Json]:
        match block:
            case CodeBlock():
                return [self._bordered("rich_text_preformatted", [{"type": "text", "text": block.text}])]
            case Quote():
                return _Drawing(quoted=True).draw(block.blocks)
            case List():
                return self._list(block, 0)
            case _:
                return self.draw((block,))

    def _list(self, block: List, indent: int) -> list[Json]:
        elements: list[Json] = []
        row: list[Json] = []
        first = block.start

        def close_row() -> None:
            nonlocal first
            if row:
                elements.append(self._row(list(row), indent, first if block.ordered else None))
                first += len(row)
                row.clear()

        for item in block.items:
            lead = 0
            while lead < len(item) and isinstance(item[lead], Paragraph | Heading):
                lead += 1
            row.append({"type": "rich_text_section", "elements": _prose(item[:lead])})
            for inner in item[lead:]:
                close_row()
                match inner:
                    case List():
                        elements += self._list(inner, indent + 1)
                    case Paragraph() | Heading():
                        # Slack's items end where a nested list begins: what follows it gets a point of its own.
                        section = {"type": "rich_text_section", "elements": _prose((inner,))}
                        elements.append(self._row([section], indent, None))
                    case _:
                        elements += self._block(inner)
        close_row()
        return elements

    def _row(self, sections: list[Json], indent: int, first: int | None) -> Json:
        row = self._bordered("rich_text_list", sections)
        row |= {"style": "bullet" if first is None else "ordered", "indent": min(indent, MAX_INDENT)}
        return row | ({"offset": min(first - 1, MAX_OFFSET)} if first is not None and first > 1 else {})

    def _bordered(self, kind: str, elements: list[Json]) -> Json:
        return {"type": kind, "elements": elements} | ({"border": 1} if self.quoted else {})


def _runs_on(first: Block, second: Block) -> bool:
    """Whether Slack would show the two as one: then a blank line has to part them."""
    match first, second:
        case Quote(), Quote():
            return True
        case List(), List():
            return first.ordered == second.ordered
        case _:
            return False


def _prose(blocks: Iterable[Block]) -> list[Json]:
    """Paragraphs apart by a blank line; what follows a heading stands right under it."""
    spans: list[Span] = []
    before: Block | None = None
    for block in blocks:
        if not isinstance(block, Paragraph | Heading):
            continue
        if before is not None:
            spans.append(Span(Text("\n" if isinstance(before, Heading) else "\n\n")))
        heading = isinstance(block, Heading)
        spans += flatten(block.children, frozenset({"bold"}) if heading else frozenset())
        before = block
    # Through the tree, so that neighbours which now read alike are one element.
    return [_element(span) for span in flatten(tree(map(_as_text, spans)))]


def _as_text(span: Span) -> Span:
    """Slack's own elements for these would ping somebody, or name what the workspace may not have."""
    match span.leaf:
        case Mention() | Emoji():
            return replace(span, leaf=Text(plain(Document((Paragraph((span.leaf,)),)))))
        case Timestamp(seconds=seconds) if not is_date(seconds):
            return replace(span, leaf=Text(str(seconds)))
        case _:
            return span


def _element(span: Span) -> Json:
    style: Mapping[str, bool] = dict.fromkeys(sorted(span.styles), True)
    if isinstance(span.leaf, Timestamp):
        element = date_element(span.leaf) | ({"url": span.url} if span.url else {})
    else:
        element = _words(span)
        style = {**style, "code": True} if isinstance(span.leaf, Code) else style
    return element | ({"style": style} if style else {})


def _words(span: Span) -> Json:
    text = span.leaf.text if isinstance(span.leaf, Text | Code) else ""
    if span.url is None:
        return {"type": "text", "text": text}
    return {"type": "link", "url": span.url} | ({} if text == span.url else {"text": text})
