"""What Discord's dialect is made of: tokens, the ends of bare URLs, and the guard that keeps signs apart.

Forms in angle brackets: https://docs.discord.com/developers/reference#message-formatting.
"""

from __future__ import annotations

import re
from typing import Final

import regex

GUARD: Final = "\u2060"
"""WORD JOINER, unseen and never part of a word: writing puts it where two signs would be read as one, or a text as a
mention; reading drops it."""

LINE_BREAK: Final = regex.compile(r"\r\n?|[\u2028\u2029]")
_UNSEEN: Final = regex.compile(r"[\p{Cs}\p{Noncharacter_Code_Point}\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")

WEB_URL: Final = re.compile(r"https?://[^\s<]+", re.IGNORECASE)
ADDRESS: Final = re.compile(r"[A-Za-z0-9.!#$%&'+/=?^_{}~-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}")
SHRUG: Final = r"¯\_(ツ)_/¯"
"""Discord reads this face as it stands, although a backslash is in it."""

TOKEN: Final = re.compile(
    rf"""<(?:
        @!?(?P<user>\d{{1,20}})
      | @&(?P<role>\d{{1,20}})
      | \#(?P<channel>\d{{1,20}})
      | /(?P<command>[^\s:<>][^:<>\n]{{0,99}}):\d{{1,20}}
      | (?P<animated>a?):(?P<emoji>\w{{2,32}}):(?P<emoji_id>\d{{1,20}})
      | t:(?P<seconds>-?\d{{1,15}})(?::(?P<style>[tTdDfFR]))?
      | id:(?P<guide>customize|browse|guide|linked-roles)(?::\d{{1,20}})?
      | (?P<url>(?i:https?)://[^\s<>]+)
      | (?P<address>{ADDRESS.pattern})
      | (?P<phone>\+\d[\d -]{{2,30}})
    )>""",
    re.VERBOSE | re.ASCII,
)
GUIDES: Final = {
    "customize": "Channels & Roles",
    "browse": "Browse Channels",
    "guide": "Server Guide",
    "linked-roles": "Linked Roles",
}
"""Discord's own names for the places that `<id:...>` leads to."""

EVERYONE: Final = re.compile(r"@(everyone|here)\b")
EMOJI_NAME: Final = re.compile(r"\w{2,32}", re.ASCII)
_EMOJI_URL: Final = re.compile(r"https://cdn\.discordapp\.com/emojis/(\d{1,20})\.(png|gif)", re.ASCII)

EARLIEST: Final = -62_135_596_800
LATEST: Final = 253_402_300_799
"""The first second of the year 1 and the last of 9999: what can be shown as a date anywhere."""

_ENDS: Final = ".,:;\"'"


def cleaned(text: str) -> str:
    r"""The text with `\n` for every line break, and without the characters that no reader sees."""
    if text.isascii() and text.isprintable():
        return text
    return _UNSEEN.sub("", LINE_BREAK.sub("\n", text))


def url_end(text: str, start: int, end: int) -> int | None:
    """Where the bare URL that begins at `start` ends; None where none does.

    As Discord reads it: stops that close a sentence are not part of it, nor is a bracket that it did not open.
    """
    found = WEB_URL.match(text, start, end)
    if found is None:
        return None
    stop = found.end()
    excess = text.count(")", start, stop) - text.count("(", start, stop)
    while text[stop - 1] in _ENDS or (text[stop - 1] == ")" and excess > 0):
        excess -= text[stop - 1] == ")"
        stop -= 1
    return stop if stop > text.index("//", start) + 2 else None


def emoji_url(emoji_id: str, *, animated: bool) -> str:
    """Where a custom emoji's picture is (https://docs.discord.com/developers/reference#image-formatting)."""
    return f"https://cdn.discordapp.com/emojis/{emoji_id}.{'gif' if animated else 'png'}"


def emoji_code(name: str, url: str | None) -> str | None:
    """The form `<:name:id>` of an emoji whose picture is Discord's; None for any other."""
    found = _EMOJI_URL.fullmatch(url or "")
    if found is None or EMOJI_NAME.fullmatch(name) is None:
        return None
    return f"<{'a' if found[2] == 'gif' else ''}:{name}:{found[1]}>"
