"""A document as Discord can say it: what reading gives back when its writing is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from adapters.discord.markup.lists import DEPTH, LARGEST
from adapters.discord.markup.shaping import is_bare, paragraphs, tidy
from adapters.discord.markup.signs import ADDRESS, EARLIEST, GUARD, LATEST, WEB_URL, cleaned, emoji_code, url_end
from adapters.discord.markup.urls import is_web
from adapters.discord.markup.urls import tidy as tidy_url
from bot.markup.normal import normalise
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

_LOWEST_HEADING: Final = 3
_LANGUAGE: Final = re.compile(r"[a-z0-9_+\-.#]*", re.IGNORECASE | re.ASCII)
_BREAKS: Final = re.compile(r"\s*\n\s*")
_SIGNS: Final = {"user": "@", "role": "@", "everyone": "@", "channel": "#", "command": "/"}
_BREAKING: Final = {"bold": "**", "italic": "*", "underline": "__", "strike": "~~"}
"""What ends a style wherever it stands, also in code and URLs, which can't be escaped."""
_PARENTHESES: Final = str.maketrans({"(": "%28", ")": "%29"})


def fit(document: Document) -> Document:
    """The document in Discord's means, in normal form. Idempotent; loses no words.

    Mentions become the names that are read, unknown emoji their `:name:`; bare URLs in a text become links, and so
    does the target of a link whose label names another URL; blank lines part paragraphs; headings have three
    levels; quotes hold no quotes; an item's paragraphs are one, and what a list can't hold stands between two lists.
    """
    return Document(tuple(_joined(_blocks(normalise(document).blocks, in_quote=False))))


def _blocks(blocks: Iterable[Block], *, in_quote: bool) -> Iterator[Block]:
    for block in blocks:
        match block:
            case Paragraph():
                yield from map(Paragraph, paragraphs(_inline(block.children)))
            case Heading():
                yield from _heading(block)
            case CodeBlock():
                yield from _code_block(block)
            case Quote():
                inner = tuple(_joined(_blocks(block.blocks, in_quote=True)))
                if in_quote:
                    yield from inner
                elif inner:
                    yield Quote(inner)
            case List():
                yield from _list(block, 1, in_quote=in_quote)


def _heading(block: Heading) -> Iterator[Block]:
    children = _one_line(_inline(block.children))
    if children:
        yield Heading(min(block.level, _LOWEST_HEADING), children)


def _code_block(block: CodeBlock) -> Iterator[Block]:
    text = cleaned(block.text).replace(GUARD, "").strip("\n")
    if text:
        yield CodeBlock(text, block.language if _LANGUAGE.fullmatch(block.language) else "")


def _joined(blocks: Iterable[Block]) -> Iterator[Block]:
    """Lists of one kind that follow one another are one, and no number in them is too large."""
    joined: list[Block] = []
    for block in blocks:
        last = joined[-1] if joined else None
        if isinstance(last, List) and isinstance(block, List) and last.ordered == block.ordered:
            joined[-1] = replace(last, items=last.items + block.items)
        else:
            joined.append(block)
    for block in joined:
        if isinstance(block, List) and block.ordered:
            yield replace(block, start=min(block.start, LARGEST - len(block.items)))
        else:
            yield block


# --- lists ------------------------------------------------------------------------------------------------------


def _list(block: List, depth: int, *, in_quote: bool) -> Iterator[Block]:
    """The list as lists whose items are lines of text and lists, with whatever else it held between them."""
    number = min(block.start, LARGEST) if block.ordered else 1
    items: list[tuple[Block, ...]] = []

    def close() -> Iterator[Block]:
        nonlocal number
        if any(items):
            yield List(tuple(items), ordered=block.ordered, start=number)
        number = min(number + len(items), LARGEST) if block.ordered else 1
        items.clear()

    for item in block.items:
        lines, nested, rest = _item(item, depth, in_quote=in_quote)
        items.append((*lines, *nested))
        if rest:
            yield from close()
            yield from rest
    yield from close()


def _item(
    item: Sequence[Block], depth: int, *, in_quote: bool
) -> tuple[tuple[Block, ...], tuple[Block, ...], tuple[Block, ...]]:
    """An item's text, the lists in it, and what has to stand after its list."""
    texts: list[tuple[Inline, ...]] = []
    nested: list[Block] = []
    rest: list[Block] = []
    for block in item:
        match block:
            case Paragraph(children) if not nested and not rest:
                texts += paragraphs(_inline(children))
            case Heading(_, children) if not nested and not rest:
                texts += paragraphs(_inline((Styled("bold", children),)))
            case List() if not rest and depth < DEPTH:
                for inner in _list(block, depth + 1, in_quote=in_quote):
                    (rest if rest or not isinstance(inner, List) else nested).append(inner)
            case _:
                rest += _blocks((block,), in_quote=in_quote)
    lines = _item_text(texts)
    return ((Paragraph(lines),) if lines else ()), tuple(_joined(nested)), tuple(rest)


def _item_text(texts: Sequence[tuple[Inline, ...]]) -> tuple[Inline, ...]:
    nodes: list[Inline] = []
    for children in texts:
        nodes += [Text("\n"), *children] if nodes else children
    return tidy(_rewritten(tidy(nodes), lambda text: _BREAKS.sub("\n", text)))


# --- inline -----------------------------------------------------------------------------------------------------


def _inline(nodes: Iterable[Inline]) -> tuple[Inline, ...]:
    """Inline content in the means of the dialect; blank lines are still in it."""
    named = tidy(_named(nodes, linked=False))
    linked = tidy(_linked(named))
    return tidy(_unbroken(linked))


def _one_line(nodes: Iterable[Inline]) -> tuple[Inline, ...]:
    children = tidy(_rewritten(nodes, lambda text: _BREAKS.sub(" ", text)))
    return next(iter(paragraphs(children)), ())


def _rewritten(nodes: Iterable[Inline], change: Callable[[str], str]) -> Iterator[Inline]:
    for node in nodes:
        match node:
            case Text():
                yield Text(change(node.text))
            case Styled() | Link() if not (isinstance(node, Link) and is_bare(node)):
                yield replace(node, children=tuple(_rewritten(node.children, change)))
            case _:
                yield node


def _named(nodes: Iterable[Inline], *, linked: bool) -> Iterator[Inline]:
    """With names for mentions and emoji, and with links that lead somewhere on the web or to an address."""
    for node in nodes:
        match node:
            case Text() | Code():
                yield replace(node, text=cleaned(node.text).replace(GUARD, ""))
            case Styled():
                yield replace(node, children=tuple(_named(node.children, linked=linked)))
            case Link():
                yield from _link(node, linked=linked)
            case Mention():
                yield Text(_SIGNS[node.target] + cleaned(node.name).replace(GUARD, ""))
            case Emoji() if emoji_code(node.name, node.url) is None:
                yield Text(f":{cleaned(node.name).replace(GUARD, '')}:")
            case Timestamp() if not EARLIEST <= node.seconds <= LATEST:
                yield Text(str(node.seconds))
            case _:
                yield node


def _link(link: Link, *, linked: bool) -> Iterator[Inline]:
    url = tidy_url(link.url)
    label = tidy(_named(link.children, linked=True))
    if linked:
        yield from label
    elif is_web(url) and url_end(url, 0, len(url)) is not None:
        if is_bare(link) or not label or label == (Text(url),):
            yield _bare(url)
        elif _fits_brackets(label):
            yield Link(url.translate(_PARENTHESES), label)
        else:
            yield from (*label, Text(" ("), _bare(url), Text(")"))
    else:
        address = url.removeprefix("mailto:")
        if url != address and ADDRESS.fullmatch(address):
            shown: Inline = Link(url, (Text(address),))
        else:
            shown = Text(cleaned(link.url).replace(GUARD, ""))
        if label in ((Text(address),), (Text(link.url),), ()):
            yield shown
        else:
            yield from (*label, Text(" ("), shown, Text(")"))


def _fits_brackets(label: Sequence[Inline]) -> bool:
    """Whether a label can stand in brackets: its own are in pairs, and it names no URL, nor looks like a link."""
    seen = "".join(_verbatim(label))
    depth = 0
    for sign in seen:
        depth += (sign == "[") - (sign == "]")
        if depth < 0:
            return False
    is_plain = "](" not in seen and WEB_URL.search(seen) is None
    return depth == 0 and is_plain and not any("[" in code or "]" in code for code in _fixed(label))


def _verbatim(nodes: Iterable[Inline]) -> Iterator[str]:
    for node in nodes:
        match node:
            case Text():
                yield node.text
            case Code():
                yield f"`{node.text}`"
            case Styled() | Link():
                yield from _verbatim(node.children)
            case _:
                pass


def _linked(nodes: Iterable[Inline]) -> Iterator[Inline]:
    """With bare URLs in texts as links, as any reader of Discord sees them."""
    for node in nodes:
        match node:
            case Text():
                yield from _with_urls(node.text)
            case Styled():
                yield replace(node, children=tuple(_linked(node.children)))
            case _:
                yield node


def _with_urls(text: str) -> Iterator[Inline]:
    at = 0
    for found in WEB_URL.finditer(text):
        end = url_end(text, found.start(), len(text))
        if end is not None:
            yield Text(text[at : found.start()])
            yield _bare(tidy_url(text[found.start() : end]))
            at = end
    yield Text(text[at:])


def _unbroken(nodes: Iterable[Inline]) -> Iterator[Inline]:
    """With no style around what would end it too early: such code and such URLs are shown without that style."""
    for node in nodes:
        if isinstance(node, Link) and not is_bare(node):
            yield replace(node, children=tidy(_unbroken(node.children)))
            continue
        if not isinstance(node, Styled):
            yield node
            continue
        children = tidy(_unbroken(node.children))
        sign = _BREAKING.get(node.style)
        inside: list[Inline] = []
        for child in children:
            if sign is not None and any(sign in text for text in _fixed((child,))):
                yield replace(node, children=tuple(inside))
                inside = []
                yield child
            else:
                inside.append(child)
        yield replace(node, children=tuple(inside))


def _fixed(nodes: Iterable[Inline]) -> Iterator[str]:
    """What in the content is written as it is."""
    for node in nodes:
        match node:
            case Code():
                yield node.text
            case Emoji():
                yield node.name
            case Link():
                yield node.url
                yield from _fixed(node.children)
            case Styled():
                yield from _fixed(node.children)
            case _:
                pass


def _bare(url: str) -> Link:
    return Link(url, (Text(url),))
