"""Masked rich text as HTML. Everything that people wrote is escaped; their links lead out with no favour."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, assert_never
from urllib.parse import urlsplit, urlunsplit

from markupsafe import Markup, escape

from adapters.web.text import clean
from bot import texts
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
from bot.markup.view import plain, without_spoilers
from bot.masking.masked import MaskedText

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DEEPEST: Final = 12
"""Quotes and lists deeper than this are drawn as plain text."""
_HIDDEN: Final = f"[{texts.SPOILER}]"
_UNFIT: Final = re.compile(r"""[\x00-\x20"#<>\[\\\]^`{|}\x7f]|%(?![0-9A-Fa-f]{2})""")
"""What may stand in no part of a URL."""
_TAGS: Final = {"bold": "strong", "italic": "em", "strike": "s", "underline": "u"}
_SIGNS: Final = {"channel": "#", "command": "/"}
_EMPTY: Final = Markup("")
_BREAK: Final = Markup("<br>\n")


def rich(text: MaskedText, heading: int | None = None) -> Markup:
    """A masked text as HTML blocks.

    Its headings become headings of at least that level, or strong paragraphs where none is given, so that a comment
    can't change the page's outline.
    """
    return _blocks(text.document.blocks, heading, 0)


def safe_url(url: str | None) -> str | None:
    """The URL as it may stand in a page, if it leads to a web page or a mailbox; None for anything that could do more.

    What no URL may hold is escaped in it (https://url.spec.whatwg.org/#url-code-points).
    """
    if url is None:
        return None
    try:
        parts = urlsplit(clean(url))
        host = parts.hostname
    except ValueError:
        return None
    scheme = parts.scheme.lower()
    if scheme in {"http", "https"} and host and not _UNFIT.search(parts.netloc.strip("[]").replace("]:", ":")):
        fitting = {name: _fit(getattr(parts, name)) for name in ("path", "query", "fragment")}
        return urlunsplit(parts._replace(**fitting))
    return f"mailto:{_fit(url.partition(':')[2])}" if scheme == "mailto" and parts.path else None


def _fit(part: str) -> str:
    return _UNFIT.sub(lambda sign: f"%{ord(sign[0]):02X}", part)


def _blocks(blocks: Sequence[Block], heading: int | None, depth: int) -> Markup:
    return Markup("\n").join(_block(block, heading, depth) for block in blocks)


def _block(block: Block, heading: int | None, depth: int) -> Markup:  # noqa: PLR0911 - one for each kind of block
    if depth > _DEEPEST:
        text = plain(without_spoilers(Document((block,)), _HIDDEN))
        return Markup('<p dir="auto">{}</p>').format(_lines(text))
    match block:
        case Paragraph(children=children):
            return Markup('<p dir="auto">{}</p>').format(_inline(children))
        case Heading(children=children, level=level):
            if heading is None:
                return Markup('<p dir="auto"><strong>{}</strong></p>').format(_inline(children))
            tag = f"h{min(6, max(heading, level + heading - 2))}"
            return Markup('<{} dir="auto">{}</{}>').format(tag, _inline(children), tag)
        case CodeBlock(text=text):
            return Markup('<pre dir="ltr" tabindex="0"><code>{}</code></pre>').format(clean(text))
        case Quote(blocks=inner):
            return Markup("<blockquote>{}</blockquote>").format(_blocks(inner, None, depth + 1))
        case List():
            return _list(block, depth)
    assert_never(block)


def _list(block: List, depth: int) -> Markup:
    items = _EMPTY.join(Markup("<li>{}</li>").format(_item(item, depth)) for item in block.items)
    if not block.ordered:
        return Markup('<ul dir="auto">{}</ul>').format(items)
    start = Markup(' start="{}"').format(block.start) if block.start != 1 else _EMPTY
    return Markup('<ol dir="auto"{}>{}</ol>').format(start, items)


def _item(blocks: Sequence[Block], depth: int) -> Markup:
    """A list's item; one that is just a paragraph needs no paragraph's distance."""
    if len(blocks) == 1 and isinstance(blocks[0], Paragraph):
        return _inline(blocks[0].children)
    return _blocks(blocks, None, depth + 1)


def _inline(nodes: Sequence[Inline]) -> Markup:
    return _EMPTY.join(map(_node, nodes))


def _node(node: Inline) -> Markup:  # noqa: PLR0911 - one for each kind of node
    match node:
        case Text(text=text):
            return _lines(text)
        case Styled(style="spoiler", children=children):
            # A checkbox hides and shows without any script; what is hidden is hidden from screen readers too.
            return Markup(
                '<label class="spoiler"><input type="checkbox" aria-label="Show spoiler">'
                '<span class="spoiler-text">{}</span></label>'
            ).format(_inline(children))
        case Styled(style=style, children=children):
            tag = _TAGS[style]
            return Markup("<{}>{}</{}>").format(tag, _inline(children), tag)
        case Code(text=text):
            return Markup('<code dir="ltr">{}</code>').format(clean(text))
        case Link(url=url, children=children):
            target = safe_url(url)
            if target is None:
                return _inline(children)
            return Markup('<a href="{}" rel="nofollow ugc noopener">{}</a>').format(clean(target), _unlinked(children))
        case Mention(target=target, name=name):
            return Markup('<span class="mention">{}<bdi>{}</bdi></span>').format(_SIGNS.get(target, "@"), clean(name))
        case Emoji(name=name):
            return Markup('<span class="emoji">:{}:</span>').format(clean(name))
        case Timestamp(seconds=seconds):
            return _moment(seconds)
    assert_never(node)


def _unlinked(nodes: Sequence[Inline]) -> Markup:
    """What stands inside a link; HTML allows no link and no control in there."""
    done: list[Markup] = []
    for node in nodes:
        match node:
            case Link(children=children) | Styled(style="spoiler", children=children):
                done.append(_unlinked(children))
            case Styled(style=style, children=children):
                tag = _TAGS[style]
                done.append(Markup("<{}>{}</{}>").format(tag, _unlinked(children), tag))
            case _:
                done.append(_node(node))
    return _EMPTY.join(done)


def _lines(text: str) -> Markup:
    return _BREAK.join(escape(line) for line in clean(text).split("\n"))


def _moment(seconds: int) -> Markup:
    try:
        when = _EPOCH + timedelta(seconds=seconds)
    except OverflowError:  # a moment outside the years 1 to 9999, which a person may well type
        return escape(str(seconds))
    return Markup('<time datetime="{}">{}</time>').format(
        when.strftime("%Y-%m-%dT%H:%M:%SZ").zfill(20), f"{when.day} {when:%B %Y, %H:%M} UTC"
    )
