"""Elements to the neutral tree: HTML as pages write it, and the TEI-like elements that trafilatura makes of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, Literal
from urllib.parse import urljoin

import regex
from lxml.etree import _Element

from bot.markup.markdown import is_linkable
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

_SPACES: Final = regex.compile(r"[ \t\n\r\f\v]+")
_PARTED: Final = regex.compile(r"\s*\n\s*\n\s*")
_STYLES: Final[dict[str, Literal["bold", "italic", "strike"]]] = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "cite": "italic",
    "s": "strike", "del": "strike", "strike": "strike",
}  # fmt: skip
_RENDERED: Final[dict[str, Literal["bold", "italic"]]] = {"#b": "bold", "#i": "italic"}
_LISTS: Final = frozenset({"ul", "ol", "list", "dl"})
_ITEMS: Final = frozenset({"li", "item", "dt", "dd"})
_QUOTES: Final = frozenset({"blockquote", "quote"})
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "head"})
_CODES: Final = frozenset({"code", "kbd", "samp", "tt", "var"})
_SKIPPED: Final = frozenset({"img", "graphic", "script", "style", "button", "input", "figcaption", "source", "picture"})
_INLINE: Final = frozenset(
    {*_STYLES, *_CODES, "a", "ref", "hi", "span", "u", "small", "sub", "sup", "mark", "abbr", "q", "time", "br", "lb",
     "font", "big", "ins", "label", "bdi", "bdo", "wbr", "dfn", "acronym", "data", "ruby", "rb", "rt", "rp"}
)  # fmt: skip
_DEEPEST: Final = 40
"""Nobody writes deeper; what lies below is kept as plain text."""


def document_of(root: _Element, base: str | None) -> Document:
    """What an element holds, as a document in its normal form; `base` makes relative links absolute."""
    return normalise(Document(tuple(_Builder(base).blocks(root, 0))))


class _Builder:
    def __init__(self, base: str | None) -> None:
        self._base = base

    def blocks(self, element: _Element, depth: int) -> Iterator[Block]:
        """The blocks in an element; inline content between them makes paragraphs of its own."""
        run: list[Inline] = [_text(element.text)]
        for child in element:
            tag = child.tag if isinstance(child.tag, str) else ""
            if tag in _INLINE and not self._holds_blocks(child, depth):
                run.extend(self._inline(child, depth + 1))
            elif tag and tag not in _SKIPPED:
                yield from _paragraph(run)
                run = []
                yield from self._block(child, tag, depth + 1)
            run.append(_text(child.tail))
        yield from _paragraph(run)

    def _holds_blocks(self, element: _Element, depth: int) -> bool:
        """Pages wrap blocks in links and spans; preformatted code stands in a `code` with line breaks."""
        if element.tag in _CODES:
            return depth == 0 and "\n" in "".join(element.itertext()).strip("\n")
        return any(
            isinstance(inner.tag, str) and inner.tag not in _INLINE | _SKIPPED for inner in element.iterdescendants()
        )

    def _block(self, element: _Element, tag: str, depth: int) -> Iterator[Block]:
        if depth > _DEEPEST:
            yield from _paragraph([_text("".join(element.itertext()))])
        elif tag in _HEADINGS:
            level = element.get("rend", "h2") if tag == "head" else tag
            yield Heading(int(level[1:]) if level[1:].isdigit() else 2, _trimmed(self._children(element, depth)))
        elif tag in _LISTS:
            items = tuple(self._items(element, depth))
            if items:
                yield List(items, ordered=tag == "ol" or element.get("rend") == "ol")
        elif tag in _QUOTES:
            yield Quote(tuple(self.blocks(element, depth)))
        elif tag == "pre" or tag in _CODES:
            yield CodeBlock("".join(_code_lines(element)).strip("\n"))
        elif tag == "table":
            yield from _paragraph(self._rows(element, depth))
        else:
            yield from self.blocks(element, depth)

    def _items(self, element: _Element, depth: int) -> Iterator[tuple[Block, ...]]:
        for child in element:
            if child.tag in _ITEMS:
                blocks = tuple(self.blocks(child, depth + 1))
            elif isinstance(child.tag, str):
                blocks = tuple(self._block(child, child.tag, depth + 1))
            else:
                continue
            if normalise(Document(blocks)).blocks:
                yield blocks

    def _rows(self, table: _Element, depth: int) -> list[Inline]:
        """A table as lines, its cells apart by a bar: the neutral tree knows no tables."""
        done: list[Inline] = []
        for row in table.iter("tr", "row"):
            cells = [
                cell
                for child in row
                if child.tag in {"td", "th", "cell"} and (cell := _trimmed(self._children(child, depth + 1)))
            ]
            for index, cell in enumerate(cells):
                done.append(Text(" | " if index else "\n" if done else ""))
                done.extend(cell)
        return done

    def _children(self, element: _Element, depth: int) -> list[Inline]:
        done: list[Inline] = [_text(element.text)]
        for child in element:
            if isinstance(child.tag, str) and child.tag not in _SKIPPED:
                done.extend(self._inline(child, depth + 1))
            done.append(_text(child.tail))
        return done

    def _inline(self, element: _Element, depth: int) -> Iterable[Inline]:
        tag = str(element.tag)
        if depth > _DEEPEST:
            return (_text("".join(element.itertext())),)
        if tag in {"br", "lb"}:
            return (Text("\n"),)
        if tag in _CODES or element.get("rend") == "#t":
            return (Code(_SPACES.sub(" ", "".join(element.itertext()))),)
        children = tuple(self._children(element, depth))
        style = _STYLES.get(tag) or _RENDERED.get(element.get("rend", ""))
        if style is not None:
            return (Styled(style, children),)
        if tag in {"a", "ref"} and (url := self._url(element.get("href") or element.get("target") or "")):
            return (Link(url, children),) if "".join(element.itertext()).strip() else ()
        return (*children, Text(" ")) if tag not in _INLINE else children

    def _url(self, link: str) -> str | None:
        try:
            url = urljoin(self._base, link.strip()) if self._base else link.strip()
        except ValueError:
            return None
        return url if is_linkable(url) else None


def _text(text: str | None) -> Text:
    return Text(_SPACES.sub(" ", text or ""))


def _code_lines(element: _Element) -> Iterator[str]:
    yield element.text or ""
    for child in element.iterdescendants():
        if child.tag in {"br", "lb"}:
            yield "\n"
        elif isinstance(child.tag, str):
            yield child.text or ""
        yield child.tail or ""


def _paragraph(run: Iterable[Inline]) -> Iterator[Block]:
    part: list[Inline] = []
    for node in _trimmed(run):
        # Two forced line breaks in a row are how some pages part their paragraphs.
        texts = _PARTED.split(node.text) if isinstance(node, Text) else [""]
        for text in texts[:-1]:
            yield Paragraph((*part, Text(text.rstrip())))
            part = []
        part.append(Text(texts[-1]) if isinstance(node, Text) else node)
    if part:
        yield Paragraph(tuple(part))


def _trimmed(nodes: Iterable[Inline]) -> tuple[Inline, ...]:
    """Inline content as a browser shows it: one space between words, none at the ends of a line."""
    document = normalise(Document((Paragraph(tuple(nodes)),)))
    if not document.blocks:
        return ()
    found = document.blocks[0]
    children = found.children if isinstance(found, Paragraph) else ()
    done, _ = _collapsed(children, after_space=True)
    while done and isinstance(done[-1], Text) and not done[-1].text.rstrip():
        done = done[:-1]
    if done and isinstance(done[-1], Text):
        done = (*done[:-1], Text(done[-1].text.rstrip()))
    return done


def _collapsed(nodes: Iterable[Inline], *, after_space: bool) -> tuple[tuple[Inline, ...], bool]:
    done: list[Inline] = []
    for node in nodes:
        match node:
            case Text():
                text = regex.sub(r" *\n *", "\n", regex.sub(r" {2,}", " ", node.text))
                text = text.lstrip(" ") if after_space else text
                after_space = text.endswith((" ", "\n")) if text else after_space
                done.append(Text(text))
            case Styled(style, children):
                inner, after_space = _collapsed(children, after_space=after_space)
                done.append(Styled(style, inner))
            case Link(url, children):
                inner, after_space = _collapsed(children, after_space=after_space)
                done.append(Link(url, inner))
            case _:
                after_space = False
                done.append(node)
    return tuple(done), after_space
