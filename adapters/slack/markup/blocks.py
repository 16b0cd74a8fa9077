"""Slack's blocks to the neutral tree.

`rich_text` is what people's messages are made of (https://docs.slack.dev/reference/block-kit/blocks/rich-text-block);
of other blocks, which apps write, what a reader would read is kept. Payloads come from outside: whatever has another
shape than Slack's is passed over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, Final, TypeAlias

from adapters.slack.markup.dates import timestamp
from adapters.slack.markup.lists import MAX_INDENT, Rows
from adapters.slack.markup.mrkdwn import parse_mrkdwn
from adapters.slack.markup.names import NO_NAMES, Names
from adapters.slack.markup.shortcodes import from_shortcode, from_unicode
from adapters.slack.markup.spans import Leaf, Span, Style, flatten, is_linkable, paragraphs
from bot.markup.normal import normalise
from bot.markup.tree import (
    Block,
    Code,
    CodeBlock,
    Document,
    Heading,
    Inline,
    Link,
    Mention,
    Paragraph,
    Quote,
    Text,
    plain_document,
)

Json: TypeAlias = Mapping[str, Any]

_STYLES: Final[tuple[Style, ...]] = ("bold", "italic", "strike", "underline")


def parse_blocks(blocks: Sequence[Json], *, names: Names = NO_NAMES) -> Document:
    """What the blocks say, in its normal form; never raises, whatever they hold.

    Blank lines part paragraphs; a bordered list or code block belongs to the quote that it stands in; buttons, inputs
    and dividers say nothing.
    """
    reader = _Reader(names)
    return normalise(Document(tuple(block for one in _maps(blocks) for block in reader.block(one))))


class _Reader:
    """Reads blocks; holds the names to call mentions by."""

    def __init__(self, names: Names) -> None:
        self._names = names

    def block(self, block: Json) -> Iterator[Block]:
        match block.get("type"):
            case "rich_text":
                yield from self._rich_text(_maps(block.get("elements")))
            case "header":
                yield Heading(1, (Text(_text(block.get("text"))),))
            case "section":
                for part in (block.get("text"), *_list(block.get("fields"))):
                    yield from self._text_object(part)
            case "context":
                for element in _maps(block.get("elements")):
                    yield from self._text_object(element)
            case "markdown":
                yield from plain_document(_text(block)).blocks
            case "image" | "video":
                yield from _named(block, "image_url" if block.get("type") == "image" else "title_url", "alt_text")
            case "table":
                yield from self._table(block)

    def _text_object(self, value: object) -> Iterator[Block]:
        if not isinstance(value, Mapping):
            return
        if value.get("type") == "mrkdwn":
            yield from parse_mrkdwn(_text(value), names=self._names).blocks
        elif value.get("type") == "plain_text":
            yield from plain_document(_text(value)).blocks
        elif value.get("type") == "image":
            yield Paragraph((Text(_string(value.get("alt_text"))),))

    def _table(self, block: Json) -> Iterator[Block]:
        for row in _list(block.get("rows")):
            cells: list[Inline] = []
            for number, cell in enumerate(_maps(row)):
                cells += [Text(" | ")] if number else []
                for part in self._rich_text(_maps(cell.get("elements"))) if "elements" in cell else ():
                    cells += part.children if isinstance(part, Paragraph) else ()
                cells += [Text(_text(cell))]
            yield Paragraph(tuple(cells))

    def _rich_text(self, elements: Iterable[Json]) -> Iterator[Block]:
        for quoted, group in groupby(elements, _is_quoted):
            blocks = tuple(self._run(group))
            if quoted:
                yield Quote(blocks)
            else:
                yield from blocks

    def _run(self, elements: Iterable[Json]) -> Iterator[Block]:
        rows = Rows()
        pending: list[Span] = []
        for element in elements:
            kind = element.get("type")
            if kind == "rich_text_list":
                yield from _flushed(pending)
                self._add_rows(rows, element)
                continue
            yield from rows.close()
            if kind == "rich_text_preformatted":
                yield from _flushed(pending)
                yield CodeBlock(_verbatim(element), _string(element.get("language")))
            elif kind in ("rich_text_section", "rich_text_quote"):
                # Each section stands on lines of its own: two that follow each other are apart by one line break.
                pending += [Span(Text("\n")), *self._spans(element)] if pending else self._spans(element)
        yield from _flushed(pending)
        yield from rows.close()

    def _add_rows(self, rows: Rows, element: Json) -> None:
        items = [paragraphs(self._spans(item)) for item in _maps(element.get("elements"))]
        ordered = element.get("style") == "ordered"
        indent = min(_count(element.get("indent")), MAX_INDENT)
        rows.add(items, indent=indent, ordered=ordered, offset=_count(element.get("offset")))

    def _spans(self, section: Json) -> Iterator[Span]:
        for element in _maps(section.get("elements")):
            style = element.get("style")
            marks = style if isinstance(style, Mapping) else {}
            styles = frozenset(name for name in _STYLES if marks.get(name) is True)
            for node in self._inline(element, code=marks.get("code") is True):
                yield from flatten((node,), styles)

    def _inline(self, element: Json, *, code: bool) -> Iterator[Inline]:
        verbatim = Code if code else Text
        match element.get("type"):
            case "text":
                yield verbatim(_text(element))
            case "link":
                url = _string(element.get("url"))
                shown = verbatim(_text(element) or url)
                yield Link(url, (shown,)) if is_linkable(url) else shown
            case "emoji":
                yield _emoji(element)
            case "date":
                yield _date(element)
            case "color":
                yield Text(_string(element.get("value")))
            case kind:
                mention = self._mention(str(kind), element)
                if mention is not None:
                    yield mention
                elif _text(element):
                    yield verbatim(_text(element))

    def _mention(self, kind: str, element: Json) -> Mention | None:
        key = _string(element.get(f"{kind}_id"))
        match kind:
            case "user":
                return Mention("user", self._names.users.get(key, key))
            case "usergroup":
                return Mention("role", self._names.usergroups.get(key, key).removeprefix("@"))
            case "channel":
                return Mention("channel", self._names.channels.get(key, key).removeprefix("#"))
            case "team":
                return Mention("role", key)
            case "broadcast":
                return Mention("everyone", _string(element.get("range")) or "everyone")
        return None


def _flushed(pending: list[Span]) -> Iterator[Paragraph]:
    yield from paragraphs(pending)
    pending.clear()


def _is_quoted(element: Json) -> bool:
    return element.get("type") == "rich_text_quote" or _count(element.get("border")) > 0


def _verbatim(element: Json) -> str:
    texts = (_text(part) or _string(part.get("url")) for part in _maps(element.get("elements")))
    return "".join(texts).rstrip("\n")


def _emoji(element: Json) -> Leaf:
    name = _string(element.get("name"))
    codes = element.get("unicode")
    known = from_unicode(codes) if isinstance(codes, str) else None
    if known is not None:
        return Text(known)
    return from_shortcode(name, _count(element.get("skin_tone")) or None) if name else Text("")


def _date(element: Json) -> Inline:
    seconds, fallback = element.get("timestamp"), _string(element.get("fallback"))
    url = _string(element.get("url"))
    if not isinstance(seconds, int) or isinstance(seconds, bool):
        return Text(fallback)
    moment = timestamp(seconds, _string(element.get("format")), fallback)
    return Link(url, (moment,)) if is_linkable(url) else moment


def _named(block: Json, url_key: str, name_key: str) -> Iterator[Block]:
    url = _string(block.get(url_key))
    name = _text(block.get("title")) or _string(block.get(name_key)) or url
    yield Paragraph((Link(url, (Text(name),)) if is_linkable(url) else Text(name),))


def _text(value: object) -> str:
    return _string(value.get("text")) if isinstance(value, Mapping) else ""


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""


def _count(value: object) -> int:
    return value if isinstance(value, int) and 0 <= value < 1_000_000_000 else 0  # noqa: PLR2004 - as numbers may grow


def _list(value: object) -> Sequence[object]:
    return value if isinstance(value, Sequence) and not isinstance(value, str) else ()


def _maps(value: object) -> Iterator[Json]:
    return (one for one in _list(value) if isinstance(one, Mapping))
