"""What Discord's markup looks like once it is drawn: the same text without the signs that style it.

A reading of its own, apart from the bot's: what the bot gets wrong must show here.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

_TOKEN = re.compile(
    r"""```(?:[\w+-]*\n)?(?P<block>.*?)\n?```
      | (?P<fence>`+)(?!`)(?P<code>.+?)(?<!`)(?P=fence)(?!`)
      | <(?P<angled>https?://[^\s<>]+)>
      | \[(?P<label>[^\[\]\n]+)\]\(<?(?:https?://|mailto:)[^\s)]*>?\)
      | (?P<bare>https?://[^\s<]*[^\s<.,:;"'\])])
      | (?P<shrug>¯\\_\(ツ\)_/¯)
      | \\(?P<escaped>[^0-9A-Za-z\s])
      | (?P<private>[\U000F0000-\U000FFFFD])""",
    re.VERBOSE | re.DOTALL,
)
"""What no sign works in, and links by their label. Whichever begins first counts: an escaped backtick opens no code,
and code escapes nothing. The private plane is in it so that a text's own characters are not taken for our stand-ins."""
_ESCAPED = re.compile(r"\\.", re.DOTALL)
_SIGNS_AT_END = re.compile(r"[*_~|]+$")
_UNSEEN = "\u2060"
"""WORD JOINER, which parts signs and has no width."""
_TIME = re.compile(r"<t:(-?\d{1,13})(?::[tTdDfFR])?>")
_LINE = re.compile(r"^(?:>>> |> |#{1,3} |-# )+", re.MULTILINE)
_ITEM = re.compile(r"^( *)[-*] ", re.MULTILINE)
_PAIRS = tuple(
    re.compile(pattern, re.DOTALL)
    for pattern in (
        r"\|\|(.+?)\|\|",
        r"\*\*\*(?=\S)(.+?)\*\*\*",
        r"\*\*(?=\S)(.+?)\*\*",
        r"__(?=\S)(.+?)__",
        r"~~(?=\S)(.+?)~~",
        r"\*(?=\S)(.+?)(?<=\S)\*",
        r"(?<!\w)_(?=\S)(.+?)(?<=\S)_(?!\w)",
    )
)
_FIRST_PRIVATE = 0xF0000
"""Where Unicode's private plane begins: stand-ins for what must not be read as signs."""


def as_drawn(text: str) -> str:
    """The text as a person sees it; code and escaped characters verbatim, links by their label, moments in UTC."""
    kept: list[str] = []

    def keep(piece: str) -> str:
        kept.append(piece)
        return chr(_FIRST_PRIVATE + len(kept) - 1)

    def keep_token(found: re.Match[str]) -> str:
        if found["label"]:
            return keep(as_drawn(found["label"]))
        if found["bare"]:
            closing = _closing_signs(found)
            return keep(found["bare"].removesuffix(closing)) + closing
        return keep(found[found.lastgroup or 0])

    text = _TOKEN.sub(keep_token, text)
    text = _TIME.sub(lambda found: keep(f"{datetime.fromtimestamp(int(found[1]), UTC):%Y-%m-%d %H:%M} UTC"), text)
    text = _LINE.sub("", text)
    text = _ITEM.sub(r"\1• ", text)
    for pair in _PAIRS:
        text = pair.sub(r"\1", text)
    return "".join(
        kept[ord(sign) - _FIRST_PRIVATE] if 0 <= ord(sign) - _FIRST_PRIVATE < len(kept) else sign
        for sign in text.replace(_UNSEEN, "")
    )


def _closing_signs(url: re.Match[str]) -> str:
    """The signs at a bare URL's end that close what was opened before it; others are the URL's own."""
    before = _ESCAPED.sub("", url.string[: url.start()])
    signs = _SIGNS_AT_END.search(url["bare"])
    return signs[0] if signs and signs[0] in before else ""
