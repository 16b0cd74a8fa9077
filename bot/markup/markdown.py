"""Markdown to the neutral tree: CommonMark with strikethrough and bare links, and nothing that could run or load."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Final, Literal
from urllib.parse import urlsplit

import regex
from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from bot.markup.markdown_writing import to_markdown
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

__all__ = ["from_markdown", "is_linkable", "to_markdown"]

_SCHEME: Final = regex.compile(r"(?<![\p{L}\p{N}])https?$", regex.IGNORECASE)
_BARE: Final = regex.compile(r"://[^\s<>\[\]`\"\\\p{Cc}]+")
_STYLES: Final[dict[str, Literal["bold", "italic", "strike"]]] = {
    "strong_open": "bold",
    "em_open": "italic",
    "s_open": "strike",
}


def from_markdown(text: str) -> Document:
    """The document that a Markdown text describes, in its normal form (`bot.markup.normal`). Never fails.

    HTML stays as it was typed. An image becomes a link to it, named by its alternative text; inside a link, that text
    alone. Links that lead nowhere a reader should go (`javascript:`, relative ones) become their text. A line break
    within a paragraph is a space unless the writer forced it (two spaces or a backslash at the line's end).
    """
    parser = _PARSER if text.count("[") <= _MOST_BRACKETS else _LINKLESS_PARSER
    return normalise(Document(_Reader(parser.parse(text)).blocks()))


def is_linkable(url: str) -> bool:
    """Whether a link may lead there: an absolute http or https URL with a host, or a mailto address."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return False
    if parts.scheme == "mailto":
        return bool(parts.path)
    return parts.scheme in {"http", "https"} and bool(host) and not any(map(str.isspace, url))


def _bare_link(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it calls its rules like this
    """markdown-it's rule for `https://…` that stands in the text as it is."""
    if state.linkLevel > 0 or not state.src.startswith("://", state.pos):
        return False
    scheme = _SCHEME.search(state.pending)
    rest = _BARE.match(state.src, state.pos)
    if scheme is None or rest is None:
        return False
    tail = _without_closing_marks(rest[0])
    url = scheme[0] + tail
    if not is_linkable(url):
        return False
    if not silent:
        state.pending = state.pending[: scheme.start()]
        state.push("link_open", "a", 1).attrs = {"href": url}
        state.push("text", "", 0).content = url
        state.push("link_close", "a", -1)
    state.pos += len(tail)
    return True


def _without_closing_marks(url: str) -> str:
    """A URL in running text without the marks that belong to the sentence around it."""
    while True:
        shorter = url.rstrip(".,:;!?*_~'’”»…|")
        if shorter.endswith(")") and shorter.count(")") > shorter.count("("):
            shorter = shorter[:-1]
        if shorter == url:
            return url
        url = shorter


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": 60}).enable("strikethrough")
    parser.inline.ruler.before("link", "bare_link", _bare_link)
    # URLs are kept as they were written; which of them may be links is decided where links are made.
    parser.normalizeLink = _as_written  # type: ignore[method-assign]
    parser.normalizeLinkText = _as_written  # type: ignore[method-assign,assignment]
    parser.validateLink = _any_link  # type: ignore[method-assign,assignment]
    return parser


def _as_written(url: str) -> str:
    return url


def _any_link(_url: str) -> bool:
    return True


_PARSER: Final = _parser()
_LINKLESS_PARSER: Final = _parser().disable(["link", "image"])
_MOST_BRACKETS: Final = 10_000
"""markdown-it looks for the end of a link from every `[`: beyond this many, which nobody writes, it takes minutes."""


class _Reader:
    """Reads markdown-it's flat list of tokens back into a tree."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = iter(tokens)

    def blocks(self, until: str = "") -> tuple[Block, ...]:
        done: list[Block] = []
        for token in self._tokens:
            if token.type == until:
                break
            block = self._block(token)
            if block is not None:
                done.append(block)
        return tuple(done)

    def _block(self, token: Token) -> Block | None:  # noqa: PLR0911 - one case a kind of token
        match token.type:
            case "paragraph_open":
                return Paragraph(self._inline())
            case "heading_open":
                return Heading(int(token.tag[1:]), self._inline())
            case "fence" | "code_block":
                language = token.info.split(maxsplit=1)[0] if token.info.strip() else ""
                return CodeBlock(token.content.removesuffix("\n"), language)
            case "blockquote_open":
                return Quote(self.blocks("blockquote_close"))
            case "bullet_list_open":
                return List(self._items("bullet_list_close"))
            case "ordered_list_open":
                start = token.attrGet("start")
                return List(self._items("ordered_list_close"), ordered=True, start=1 if start is None else int(start))
            case _:
                # A thematic break: the space between two blocks says the same.
                return None

    def _items(self, until: str) -> tuple[tuple[Block, ...], ...]:
        items: list[tuple[Block, ...]] = []
        for token in self._tokens:
            if token.type == until:
                break
            items.append(self.blocks("list_item_close"))
        return tuple(items)

    def _inline(self) -> tuple[Inline, ...]:
        inline, _close = islice(self._tokens, 2)
        return _Inline(inline.children or ()).nodes()


class _Inline:
    """Reads the inline tokens of one block."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = iter(tokens)
        self._linked = False

    def nodes(self, until: str = "") -> tuple[Inline, ...]:
        done: list[Inline] = []
        for token in self._tokens:
            if token.type == until:
                break
            match token.type:
                case "softbreak":
                    done.append(Text(" "))
                case "hardbreak":
                    done.append(Text("\n"))
                case "code_inline":
                    done.append(Code(token.content))
                case "link_open":
                    done.extend(self._link(token))
                case "image":
                    done.extend(self._image(token))
                case "strong_open" | "em_open" | "s_open":
                    done.append(Styled(_STYLES[token.type], self.nodes(token.type.replace("open", "close"))))
                case _:
                    done.append(Text(token.content))
        return tuple(done)

    def _link(self, token: Token) -> tuple[Inline, ...]:
        url = str(token.attrGet("href"))
        self._linked = is_linkable(url)
        children = self.nodes("link_close")
        linked, self._linked = self._linked, False
        return (Link(url, children),) if linked else children

    def _image(self, token: Token) -> tuple[Inline, ...]:
        url = str(token.attrGet("src"))
        alt = "".join(child.content or " " for child in token.children or ())
        if self._linked or not is_linkable(url):
            return (Text(alt),)
        return (Link(url, (Text(alt or url),)),)
