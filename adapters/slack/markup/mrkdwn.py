"""Slack's mrkdwn to the neutral tree.

It is what `text` holds where a message has no blocks: https://docs.slack.dev/messaging/formatting-message-text.
Lists are no part of it. Every scan below looks at a character a bounded number of times.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from adapters.slack.markup.dates import timestamp
from adapters.slack.markup.names import NO_NAMES, Names
from adapters.slack.markup.shortcodes import from_shortcode
from adapters.slack.markup.spans import Span, Style, flatten, is_linkable, paragraphs
from bot.markup.normal import normalise
from bot.markup.tree import Block, Code, CodeBlock, Document, Inline, Link, Mention, Paragraph, Quote, Text
from bot.markup.view import plain

_FENCE: Final = "```"
_QUOTED: Final = re.compile(r"(?:&gt;|>)[ ]?")
_QUOTED_REST: Final = re.compile(r"(?:&gt;|>){3}[ ]?")
_MARKS: Final[dict[str, Style]] = {"*": "bold", "_": "italic", "~": "strike"}
_SPECIAL: Final = re.compile(r"[*_~`<:]")
_TOKEN: Final = re.compile(r"<([^<>\n]+)>")
_SHORTCODE: Final = re.compile(r":([a-z0-9_+'\-]{1,100})(?:::skin-tone-([2-6]))?:", re.ASCII)
_DATE: Final = re.compile(r"!date\^(-?[0-9]{1,15})\^([^^]*)(?:\^([^^]*))?", re.ASCII)
_MENTION: Final = re.compile(r"[A-Z0-9]{2,40}", re.ASCII)
_BROADCASTS: Final = frozenset({"here", "channel", "everyone"})


def parse_mrkdwn(text: str, *, names: Names = NO_NAMES) -> Document:
    """What the text says, in its normal form; never raises. What is no markup, or broken markup, stays as it is."""
    return normalise(Document(tuple(_blocks(text.replace("\r\n", "\n"), _Reader(names)))))


def unescape(text: str) -> str:
    """Slack's three escapes, read back."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _blocks(text: str, reader: _Reader) -> Iterator[Block]:
    pieces = text.split(_FENCE)
    if len(pieces) % 2 == 0:
        # The last fence has no partner: it is three backticks.
        pieces[-2:] = [_FENCE.join(pieces[-2:])]
    prose: list[str] = []
    for number, piece in enumerate(pieces):
        code = piece.removeprefix("\n").removesuffix("\n")
        if number % 2 == 0:
            prose.append(piece)
        elif code.strip():
            yield from _prose("".join(prose), reader)
            prose.clear()
            yield CodeBlock(reader.verbatim(code))
        else:
            prose.append(_FENCE + piece + _FENCE)
    yield from _prose("".join(prose), reader)


def _prose(text: str, reader: _Reader) -> Iterator[Block]:
    """Paragraphs and quotes: a quote is a run of marked lines, or all that follows `>>>`."""
    for quoted, run in groupby(_quoting(text), lambda marked: marked[0]):
        spans: list[Span] = []
        for number, (_, line) in enumerate(run):
            spans += [Span(Text("\n"))] if number else []
            spans += reader.line(line)
        found = paragraphs(spans)
        if quoted and found:
            yield Quote(found)
        else:
            yield from found


def _quoting(text: str) -> Iterator[tuple[bool, str]]:
    """Each line without its quoting mark, and whether it is quoted."""
    rest = False
    for line in text.split("\n"):
        mark = None if rest else _QUOTED_REST.match(line) or _QUOTED.match(line)
        rest = rest or (mark is not None and mark.re is _QUOTED_REST)
        yield rest or mark is not None, line[mark.end() :] if mark else line


@dataclass(frozen=True, slots=True)
class _Mark:
    """A character that may begin or end a style."""

    sign: str
    opens: bool
    closes: bool


class _Reader:
    """Reads one line at a time; holds the names to call mentions by."""

    def __init__(self, names: Names) -> None:
        self._names = names

    def line(self, line: str) -> Iterator[Span]:
        """The line's spans. Styles and code never reach beyond a line, as in Slack."""
        pieces = list(self._pieces(line))
        begins, ends = _pairs(pieces)
        active: list[Style] = []
        for number, piece in enumerate(pieces):
            if number in begins:
                active.append(begins[number])
            elif number in ends:
                active.remove(ends[number])
            else:
                node = Text(piece.sign) if isinstance(piece, _Mark) else piece
                yield from flatten((node,), frozenset(active))

    def verbatim(self, text: str) -> str:
        """Code: no markup but the escapes, and the links and mentions that Slack finds even here."""
        return unescape(_TOKEN.sub(lambda found: self._shown(found[1]) or found[0], text))

    def _pieces(self, line: str) -> Iterator[Inline | _Mark]:
        """Nodes, and the characters that may begin or end a style."""
        at = 0
        while found := _SPECIAL.search(line, at):
            here = found.start()
            yield Text(unescape(line[at:here]))
            at = here + 1
            if found[0] in _MARKS:
                yield _mark(line, here)
                continue
            node, end = self._node(line, here)
            yield node or Text(found[0])
            at = end if node else at
        yield Text(unescape(line[at:]))

    def _node(self, line: str, here: int) -> tuple[Inline | None, int]:
        """What begins at a backtick, `<` or colon, and where it ends; None where nothing does."""
        match line[here]:
            case "`":
                end = line.find("`", here + 1)
                code = self.verbatim(line[here + 1 : max(end, here + 1)])
                return (Code(code) if code.strip() else None), end + 1
            case "<":
                token = _TOKEN.match(line, here)
                return (self._token(token[1]), token.end()) if token else (None, here)
            case _:
                found = _SHORTCODE.match(line, here)
                if found is None or line[here - 1 : here].isalnum():
                    return None, here
                emoji = from_shortcode(found[1], int(found[2]) if found[2] else None)
                # `:30:` is part of a time; a name has a letter, unless it is a known one such as `:100:`.
                known = isinstance(emoji, Text) or not found[1].isdigit()
                return (emoji if known else None), found.end()

    def _shown(self, token: str) -> str | None:
        """A token as the plain text that a reader sees; None where it is none of Slack's."""
        node = self._token(token)
        return None if node is None else plain(Document((Paragraph((node,)),)))

    def _token(self, token: str) -> Inline | None:
        """What stands between `<` and `>`; None where it is none of Slack's."""
        target, _, label = (unescape(part) for part in token.partition("|"))
        if target.startswith("!"):
            return self._special(token, target[1:], label)
        if target.startswith(("@", "#")) and _MENTION.fullmatch(target, 1):
            users = target[0] == "@"
            known = (self._names.users if users else self._names.channels).get(target[1:])
            name = known or label.removeprefix(target[0]) or target[1:]
            return Mention("user" if users else "channel", name)
        return Link(target, (Text(label or target),)) if is_linkable(target) else None

    def _special(self, token: str, target: str, label: str) -> Inline | None:
        command, _, rest = target.partition("^")
        if command in _BROADCASTS:
            return Mention("everyone", command)
        if command == "subteam" and _MENTION.fullmatch(rest):
            return Mention("role", self._names.usergroups.get(rest) or label.removeprefix("@") or rest)
        # A date's format may hold a `|` of its own, so its fallback begins after the last one.
        head, _, fallback = (unescape(part) for part in token.rpartition("|"))
        date = _DATE.fullmatch(head or fallback)
        if date is None:
            return None
        moment = timestamp(int(date[1]), date[2], fallback if head else "")
        return Link(date[3], (moment,)) if date[3] and is_linkable(date[3]) else moment


def _mark(line: str, at: int) -> _Mark:
    """Slack's rule: a style begins before and ends after a word, never inside one, and never beside white space."""
    sign, before, after = line[at], line[at - 1 : at] if at else "", line[at + 1 : at + 2]
    return _Mark(
        sign,
        opens=not before.isalnum() and after not in ("", sign) and not after.isspace(),
        closes=not after.isalnum() and before not in ("", sign) and not before.isspace(),
    )


def _pairs(pieces: Sequence[Inline | _Mark]) -> tuple[dict[int, Style], dict[int, Style]]:
    """Which pieces begin a style and which end one; a mark that has no partner is in neither."""
    begins: dict[int, Style] = {}
    ends: dict[int, Style] = {}
    waiting: list[tuple[int, str]] = []
    count = Counter[str]()
    for number, mark in enumerate(pieces):
        if not isinstance(mark, _Mark):
            continue
        if mark.closes and count[mark.sign]:
            opener, sign = waiting.pop()
            while sign != mark.sign:
                count[sign] -= 1
                opener, sign = waiting.pop()
            count[sign] -= 1
            begins[opener] = ends[number] = _MARKS[sign]
        elif mark.opens:
            waiting.append((number, mark.sign))
            count[mark.sign] += 1
    return begins, ends
