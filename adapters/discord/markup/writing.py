"""Writing Discord's dialect, so that what is read is what was meant: no character of a text acts as markup."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Final, assert_never

from adapters.discord.markup.fitting import fit
from adapters.discord.markup.shaping import is_bare
from adapters.discord.markup.signs import GUARD, emoji_code, url_end
from bot.markup.cutting import cut, cut_document, length
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
    Paragraph,
    Quote,
    Styled,
    Text,
    Timestamp,
)

_TOLERANCE: Final = 50
"""A cut text may be shorter than it could be by this part of its limit."""

_SIGNS: Final = {"bold": "**", "italic": "*", "underline": "__", "strike": "~~", "spoiler": "||"}
_DOUBLED: Final = "*_~|`"
"""Signs that mean something else where two of them stand together."""
_ACTIVE: Final = re.compile(
    r"""(?P<escape> [\\*_`<\[] | ~(?=~|\Z) | (?<=~)~ | \A~ | \|(?=\||\Z) | (?<=\|)\| | \A\| | :(?=\w+:) )
      | (?P<guard> @(?=everyone|here|[!&]?\d) | https?:(?=//) )""",
    re.VERBOSE | re.IGNORECASE,
)
_LINE_START: Final = re.compile(r"( *)(?:(?=[#>]|-[\s#])|(\d{1,9})(?=\.\s))")
_CLOSED_BY: Final = re.compile(r"""[.,:;"')\]]*(?=\s)""")


def render(document: Document) -> str:
    """The document in Discord's dialect. Reading it gives `fit(document)`; nothing in it pings."""
    return _blocks(fit(document).blocks)


def render_within(document: Document, limit: int) -> str:
    """The document, or its beginning with an ellipsis, in at most `limit` UTF-16 units; its markup stays whole."""
    fitted = fit(document)
    return _within(lambda room: render(cut_document(fitted, room)), limit)


def escape(text: str) -> str:
    """Plain text, so that Discord reads none of it as markup; bare URLs in it stay links."""
    return "\n\n".join(_line(part) for part in text.split("\n\n"))


def line_within(text: str, limit: int) -> str:
    """Plain text on one line, cut and escaped to at most `limit` UTF-16 units. It may begin a line."""
    folded = " ".join(text.split())
    return _within(lambda room: _line(cut(folded, room)), limit)


def link_within(label: str, url: str | None, limit: int) -> str:
    """A link on one line, its label cut so that all is within `limit`; the label alone where the URL leaves no room."""
    folded = " ".join(label.split()) or url or ""
    if url is None or length(url) * 2 > limit:
        return line_within(folded, limit)
    return _within(lambda room: _inline_line((Link(url, (Text(cut(folded, room)),)),)), limit)


def _line(text: str) -> str:
    return _inline_line((Text(text),))


def _inline_line(nodes: tuple[Inline, ...]) -> str:
    return render(Document((Paragraph(nodes),)))


def _within(write: Callable[[int], str], limit: int) -> str:
    """A writing that fits, about as long as can be: the room for its plain text is guessed, then narrowed down."""
    written = write(max(limit, 0))
    if length(written) <= limit:
        return written
    best, least, most = "", 0, limit
    room = limit * limit // length(written)
    while least < most:
        written = write(room)
        if length(written) <= limit:
            best, least = written, room + 1
        else:
            most = room
        if best and most - least <= limit // _TOLERANCE:
            break
        room = (least + most) // 2
    return best


# --- blocks -----------------------------------------------------------------------------------------------------


def _blocks(blocks: Sequence[Block]) -> str:
    written: list[str] = []
    last: Block | None = None
    for block in blocks:
        if last is not None:
            written.append(_gap(last, block))
        written.append(_block(block))
        last = block
    return "".join(written)


def _gap(above: Block, below: Block) -> str:
    match above, below:
        case (Paragraph(), Paragraph()) | (Quote(), Quote()):
            return "\n\n"
        case List(), List():
            # Discord would go on with the first list across a blank line.
            return f"\n{GUARD}\n"
        case _:
            return "\n"


def _block(block: Block) -> str:
    match block:
        case Paragraph():
            return _Line().write(block.children)
        case Heading():
            text = _Line().write(block.children)
            # Signs at a heading's end close it and are not shown.
            closed = f" {GUARD}" if text.endswith("#") else ""
            return f"{'#' * block.level} {text}{closed}"
        case CodeBlock():
            return f"```{block.language}\n{_apart(block.text)}\n```"
        case Quote():
            return "\n".join(f"> {line}" for line in _blocks(block.blocks).split("\n"))
        case List():
            return "\n".join(_items(block))
        case _:  # pragma: no cover
            assert_never(block)


def _items(block: List) -> Iterable[str]:
    for number, item in enumerate(block.items, block.start):
        marker = f"{number}. " if block.ordered else "- "
        text, *nested = item if item and isinstance(item[0], Paragraph) else (None, *item)
        lines = (_block(text) if text is not None else GUARD).split("\n")
        lines += [line for inner in nested if inner is not None for line in _block(inner).split("\n")]
        yield "\n".join((marker + lines[0], *(" " * len(marker) + line for line in lines[1:])))


def _apart(code: str) -> str:
    """Code that holds no three backticks in a row, which would end its block."""
    return re.sub("``(?=`)", f"``{GUARD}", code)


# --- inline -----------------------------------------------------------------------------------------------------


class _Line:
    """Writes inline content, and keeps apart what would be read together."""

    def __init__(self) -> None:
        self._written: list[str] = []
        self._last = ""
        self._in_spoiler = False
        self._in_label = False

    def write(self, nodes: Sequence[Inline]) -> str:
        """All of the content, as from the start of a line."""
        self._inline(nodes)
        return "".join(self._written)

    def _put(self, text: str) -> None:
        if text:
            self._written.append(text)
            self._last = text[-1]

    def _sign(self, sign: str) -> None:
        if self._last and self._last in _DOUBLED and (self._last == sign[0] or (self._last, sign[0]) == ("~", "_")):
            self._put(GUARD)
        self._put(sign)

    def _inline(self, nodes: Sequence[Inline]) -> None:
        for index, node in enumerate(nodes):
            match node:
                case Text():
                    self._text(node.text)
                case Styled():
                    self._styled(node)
                case Code():
                    self._code(node.text)
                case Link():
                    self._link(node, nodes[index + 1] if index + 1 < len(nodes) else None)
                case Emoji():
                    self._put(emoji_code(node.name, node.url) or "")
                case Timestamp():
                    self._put(f"<t:{node.seconds}:{node.style}>")
                case _:  # pragma: no cover
                    raise AssertionError(f"fitting leaves no {node.kind}")

    def _text(self, text: str) -> None:
        for number, line in enumerate(text.split("\n")):
            if number:
                self._put("\n")
            start = _LINE_START.match(line) if self._last in {"", "\n"} else None
            if start is None:
                self._put(self._escaped(line))
            else:
                self._put(f"{line[: start.end()]}\\")
                self._put(self._escaped(line[start.end() :]))

    def _escaped(self, text: str) -> str:
        escaped = _ACTIVE.sub(lambda found: f"\\{found[0]}" if found["escape"] else f"{found[0]}{GUARD}", text)
        # In a label brackets are in pairs, and Discord counts them, escaped or not.
        return escaped.replace("\\[", "[") if self._in_label else escaped

    def _styled(self, node: Styled) -> None:
        outside = self._in_spoiler
        self._in_spoiler = outside or node.style == "spoiler"
        self._sign(_SIGNS[node.style])
        self._inline(node.children)
        self._sign(_SIGNS[node.style])
        self._in_spoiler = outside

    def _code(self, text: str) -> None:
        if self._in_spoiler:
            # Nothing may end a spoiler before its time.
            text = text.replace("||", f"|{GUARD}|")
            text = text.replace("||", f"|{GUARD}|")
        runs = {len(run) for run in re.findall("`+", text)}
        if {1, 2} <= runs:
            text = re.sub("(?<!`)``(?!`)", f"`{GUARD}`", text)
            runs.discard(2)
        fence = "``" if 1 in runs else "`"
        before = " " if text.lstrip(" ").startswith("`") else ""
        after = " " if text.rstrip(" ").endswith("`") else ""
        self._sign(fence)
        self._put(f"{before}{text}{after}{fence}")

    def _link(self, link: Link, following: Inline | None) -> None:
        if link.url.startswith("mailto:"):
            self._put(f"<{link.url.removeprefix('mailto:')}>")
        elif not is_bare(link):
            self._put("[")
            self._in_label = True
            self._inline(link.children)
            self._in_label = False
            self._put(f"]({link.url})")
        elif _stands_alone(link.url, following):
            self._put(link.url)
        else:
            self._put(f"<{link.url}>")


def _stands_alone(url: str, following: Inline | None) -> bool:
    """Whether a bare URL without angle brackets ends where it should, given what follows it."""
    after = ""
    if following is None:
        # A guard before the sign that may close what it stands in would be read as a part of it.
        if url[-1] in _DOUBLED:
            return False
    else:
        closed = _CLOSED_BY.match(following.text) if isinstance(following, Text) else None
        if closed is None:
            return False
        after = closed[0]
    return url_end(url + after, 0, len(url + after)) == len(url)
