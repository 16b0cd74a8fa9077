"""Reading Discord's dialect: https://docs.discord.com/developers/reference#message-formatting, and as its clients do.

The text is read once from left to right. At the start of a line a block may begin (quote, heading, list); everywhere
else inline signs. What opens and does not close is text. Time grows with the length of the text, whatever is in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias, cast

from adapters.discord.markup.delimiters import Delimiters
from adapters.discord.markup.lists import ListLines, read_list
from adapters.discord.markup.names import NO_NAMES, MentionNames
from adapters.discord.markup.shaping import paragraphs
from adapters.discord.markup.signs import (
    EARLIEST,
    EVERYONE,
    GUARD,
    GUIDES,
    LATEST,
    SHRUG,
    TOKEN,
    WEB_URL,
    cleaned,
    emoji_url,
    url_end,
)
from adapters.discord.markup.urls import tidy as tidy_url
from bot.markup.tree import (
    Block,
    Code,
    CodeBlock,
    Document,
    Emoji,
    Heading,
    Inline,
    Link,
    Mention,
    Paragraph,
    Quote,
    Styled,
    Text,
    Timestamp,
)

Links: TypeAlias = Literal["all", "bare", "none"]
"""Which links are read: in a label none, but bare URLs where the label names another URL than it leads to."""

_SPECIAL: Final = re.compile(rf"{re.escape(SHRUG)}|[\\*_`<\[\n]|~~|\|\||@(?=everyone|here)|https?://", re.IGNORECASE)
_DEPTH: Final = 12
"""How deep styles nest: twice as deep as there are kinds of them. Further in, signs are text."""

_HEADING: Final = re.compile(r" *(#{1,3}) +(?!#)(\S[^\n]*)")
_SUBTEXT: Final = re.compile(r" *-# +(?=[^\s])")
_QUOTE_LINE: Final = re.compile(r" *> ([^\n]*)(?:\n|\Z)")
_QUOTE_REST: Final = re.compile(r" *>>> (?=\s*\S)")
_FENCED: Final = re.compile(r"(?:([a-z0-9_+\-.#]+)\n)?\n*", re.IGNORECASE)
_TARGET: Final = re.compile(
    r"""\(\s{0,9}<?(https?://(?:\([^\s()]{0,2048}\)|[^\s()<>\\]){1,2048})>?(?:\s{1,9}["'][^"'\n]{0,200}["'])?\s{0,9}\)""",
    re.IGNORECASE,
)
_ESCAPABLE: Final = re.compile(r"[^0-9A-Za-z\s]")


def parse(text: str, *, mentions: MentionNames = NO_NAMES) -> Document:
    """A message's content as a document. Total: what is not markup is text.

    Mentions bear the names that `mentions` knows, else those that Discord shows for what it can't find.
    """
    return Document(tuple(_Reader(cleaned(text), mentions).blocks()))


@dataclass(slots=True)
class _Reader:
    """Reads one text: a message, a quote's content or a list item's."""

    text: str
    names: MentionNames
    in_quote: bool = False
    in_list: bool = False
    signs: Delimiters = field(init=False)
    depth: int = 0

    def __post_init__(self) -> None:
        self.signs = Delimiters(self.text)

    def blocks(self) -> Iterator[Block]:
        at, end = 0, len(self.text)
        gathered: list[Inline] = []
        at_line_start = True
        while at < end:
            found = self._block_at(at) if at_line_start else self._fence_at(at, end)
            if found is not None:
                yield from self._paragraphs(gathered)
                gathered = []
                blocks, after = found
                yield from blocks
                at_line_start = self.text[after - 1] == "\n"
                at = after
                continue
            nodes, after = self._inline_at(at, end, links="all")
            gathered += nodes
            at_line_start = self.text[after - 1] == "\n"
            at = after
        yield from self._paragraphs(gathered)

    def _paragraphs(self, nodes: list[Inline]) -> Iterator[Block]:
        for children in paragraphs(nodes):
            yield Paragraph(children)

    # --- blocks -------------------------------------------------------------------------------------------------

    def _block_at(self, at: int) -> tuple[list[Block], int] | None:
        """The blocks that begin on the line at `at`, and where reading goes on."""
        first = self.text[at]
        if first == "`":
            return self._fence_at(at, len(self.text))
        if first not in " #->*0123456789":
            return None
        return self._heading_at(at) or self._subtext_at(at) or self._quote_at(at) or self._list_at(at)

    def _heading_at(self, at: int) -> tuple[list[Block], int] | None:
        found = _HEADING.match(self.text, at)
        if found is None:
            return None
        start, end = found.span(2)
        shown = self.text[start:end].rstrip().rstrip("#").rstrip()
        children = self._line(start, start + len(shown))
        return ([Heading(len(found[1]), children)] if children else []), min(end + 1, len(self.text))

    def _subtext_at(self, at: int) -> tuple[list[Block], int] | None:
        """Small print is a paragraph of its own: the tree knows no sizes."""
        found = _SUBTEXT.match(self.text, at)
        if found is None:
            return None
        end = self.text.find("\n", found.end())
        end = len(self.text) if end < 0 else end
        children = self._line(found.end(), end)
        return ([Paragraph(children)] if children else []), min(end + 1, len(self.text))

    def _quote_at(self, at: int) -> tuple[list[Block], int] | None:
        if self.in_quote or self.in_list:
            return None
        rest = _QUOTE_REST.match(self.text, at)
        if rest is not None:
            return self._quoted(self.text[rest.end() :]), len(self.text)
        lines: list[str] = []
        after = at
        while (found := _QUOTE_LINE.match(self.text, after)) is not None and found.end() > after:
            lines.append(found[1])
            after = found.end()
        return (self._quoted("\n".join(lines)), after) if lines else None

    def _quoted(self, text: str) -> list[Block]:
        blocks = tuple(_Reader(text, self.names, in_quote=True, in_list=self.in_list).blocks())
        return [Quote(blocks)] if blocks else []

    def _list_at(self, at: int) -> tuple[list[Block], int] | None:
        if self.in_list:
            return None
        lines = ListLines.at(self.text, at)
        if lines is None:
            return None
        return read_list(lines, self._item), lines.after

    def _item(self, text: str) -> tuple[Block, ...]:
        return tuple(_Reader(text, self.names, in_quote=True, in_list=True).blocks())

    def _fence_at(self, at: int, end: int) -> tuple[list[Block], int] | None:
        fenced = self._fenced(at, end)
        if fenced is None:
            return None
        language, text, after = fenced
        return ([CodeBlock(text, language)] if text else []), after

    def _fenced(self, at: int, end: int) -> tuple[str, str, int] | None:
        """The language and text between three backticks at `at` and the next three, and where reading goes on."""
        if not self.text.startswith("```", at, end):
            return None
        opening = _FENCED.match(self.text, at + 3, end)
        start = opening.end() if opening else at + 3
        close = self.signs.fence_from(start + 1, end)
        if close is None:
            return None
        text = self.text[start:close].rstrip("\n").replace(GUARD, "")
        return (opening[1] or "" if opening else ""), text, close + 3

    # --- inline -------------------------------------------------------------------------------------------------

    def _line(self, start: int, end: int) -> tuple[Inline, ...]:
        return next(iter(paragraphs(self._inline(start, end, links="all"))), ())

    def _inline(self, at: int, end: int, *, links: Links) -> list[Inline]:
        nodes: list[Inline] = []
        while at < end:
            found, at = self._inline_at(at, end, links=links)
            nodes += found
        return nodes

    def _inline_at(self, at: int, end: int, *, links: Links) -> tuple[list[Inline], int]:
        """What stands at `at`, up to the next sign that may mean something, and where reading goes on."""
        found = self._opening(at, end, links)
        if found is not None:
            return found
        skip = self._skip(at, end)
        following = _SPECIAL.search(self.text, at + skip, end)
        stop = following.start() if following else end
        if following and following[0] == "\n":
            # A line's end is read along with the line, so that the next one is seen from its start.
            stop += 1
        if self.text[at] == "\n":
            stop = at + 1
        return [_text(self.text[at:stop])], stop

    def _opening(self, at: int, end: int, links: Links) -> tuple[list[Inline], int] | None:  # noqa: PLR0911 - one a sign
        """What the sign at `at` opens, if it opens anything."""
        match self.text[at]:
            case "\\":
                return self._escaped(at, end)
            case "*" | "_" | "~" | "|":
                return self._styled(at, end, links=links)
            case "`":
                return self._code(at, end)
            case "<":
                return self._token(at, end)
            case "@":
                return self._everyone(at, end)
            case "[" if links == "all":
                return self._link(at, end)
            case "h" | "H" if links != "none":
                return self._bare_url(at, end)
            case _:
                return None

    def _skip(self, at: int, end: int) -> int:
        """How many characters at `at` are text for sure, now that nothing opens there."""
        if self.text.startswith(SHRUG, at, end):
            return len(SHRUG)
        run = self.signs.run_at(at, end)
        # What opens inside of a run of asterisks or underscores opens in its last three.
        return run if self.text[at] == "`" else max(run - 3, 1)

    def _escaped(self, at: int, end: int) -> tuple[list[Inline], int]:
        if at + 1 < end and _ESCAPABLE.match(self.text, at + 1):
            return [_text(self.text[at + 1])], at + 2
        return [Text("\\")], at + 1

    def _styled(self, at: int, end: int, *, links: Links) -> tuple[list[Inline], int] | None:
        if self.text[at] in "~|" and not self.text.startswith(self.text[at] * 2, at, end):
            return None
        span = self.signs.style_at(at, end) if self.depth < _DEPTH else None
        if span is None:
            return None
        self.depth += 1
        children = self._inline(span.start, span.end, links=links)
        self.depth -= 1
        return [Styled(span.style, tuple(children))], span.after

    def _code(self, at: int, end: int) -> tuple[list[Inline], int] | None:
        fenced = self._fenced(at, end)
        if fenced is not None:
            # A block of code inside of a style: the tree has no blocks there, so each line becomes a span.
            _, text, after = fenced
            lines: list[Inline] = []
            for line in text.split("\n"):
                lines += [Text("\n"), Code(line)] if line else [Text("\n")]
            return lines, after
        span = self.signs.code_at(at, end)
        if span is None:
            return None
        start, close, after = span
        return [Code(_unpadded(self.text[start:close].replace("\n", " ")).replace(GUARD, ""))], after

    def _token(self, at: int, end: int) -> tuple[list[Inline], int] | None:
        found = TOKEN.match(self.text, at, end)
        if found is None:
            return None
        node = self._meaning(found)
        return ([node], found.end()) if node is not None else None

    def _meaning(self, found: re.Match[str]) -> Inline | None:  # noqa: PLR0911 - one answer a kind of token
        value = found[found.lastgroup or 0]
        match found.lastgroup:
            case "user":
                return Mention("user", self.names.users.get(value) or "unknown-user")
            case "role":
                return Mention("role", self.names.roles.get(value) or "unknown-role")
            case "channel":
                return Mention("channel", self.names.channels.get(value) or "unknown")
            case "command":
                return Mention("command", value)
            case "guide":
                return Mention("channel", GUIDES[value])
            case "emoji_id":
                return Emoji(found["emoji"], emoji_url(value, animated=bool(found["animated"])))
            case "seconds" | "style":
                return _timestamp(int(found["seconds"]), found["style"])
            case "url":
                return _bare(tidy_url(value))
            case "address":
                return Link(f"mailto:{value}", (Text(value),))
            case _:
                return Text(value)

    def _link(self, at: int, end: int) -> tuple[list[Inline], int] | None:
        close = self.signs.label_end(at, end)
        target = _TARGET.match(self.text, close + 1, end) if close is not None else None
        if close is None or target is None or not self.text[at + 1 : close].strip():
            return None
        url = tidy_url(target[1])
        label = self.text[at + 1 : close]
        if WEB_URL.search(label) and tidy_url(label) != url:
            # A label that names another URL than it leads to: both are shown for what they are.
            shown = self._inline(at + 1, close, links="bare")
            return [*shown, Text(" ("), _bare(url), Text(")")], target.end()
        return [Link(url, tuple(self._inline(at + 1, close, links="none")))], target.end()

    def _bare_url(self, at: int, end: int) -> tuple[list[Inline], int] | None:
        stop = url_end(self.text, at, end)
        return None if stop is None else ([_bare(tidy_url(self.text[at:stop]))], stop)

    def _everyone(self, at: int, end: int) -> tuple[list[Inline], int] | None:
        found = EVERYONE.match(self.text, at, end)
        return None if found is None else ([Mention("everyone", found[1])], found.end())


def _text(text: str) -> Text:
    return Text(text.replace(GUARD, ""))


def _bare(url: str) -> Link:
    return Link(url, (Text(url),))


def _timestamp(seconds: int, style: str | None) -> Timestamp | None:
    if not EARLIEST <= seconds <= LATEST:
        return None
    return Timestamp(seconds, cast("Literal['t', 'T', 'd', 'D', 'f', 'F', 'R']", style or "f"))


def _unpadded(text: str) -> str:
    """The code without the space that keeps a backtick apart from its fence."""
    if text.startswith(" ") and text.lstrip(" ").startswith("`"):
        text = text[1:]
    if text.endswith(" ") and text.rstrip(" ").endswith("`"):
        text = text[:-1]
    return text
