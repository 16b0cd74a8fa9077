"""Names under which a webhook may speak.

A webhook's name has 1 to 80 characters (schema `IncomingWebhookRequestPartial`) and holds neither `discord` nor
`clyde` in any case (https://docs.discord.com/developers/resources/webhook#create-webhook).
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from bot import texts
from bot.markup.cutting import cut, excerpt, length
from bot.model import DISCORD, PlatformName

LIMIT: Final = 80
_FORBIDDEN: Final = re.compile("discord|clyde")
_RESERVED: Final = frozenset({"everyone", "here"})
_LOOKALIKES: Final = {"c": "с", "C": "С", "e": "е", "E": "Е", "h": "һ", "H": "Н"}
"""Cyrillic letters that a person reads as the Latin ones."""


def username(author: str, platform: PlatformName) -> str:
    """The name of a comment's author, with the platform it comes from where that isn't Discord: `Ada · Slack`."""
    name = _visible(author) or texts.SOMEONE
    if platform == DISCORD:
        return cut(_permitted(name), LIMIT)
    room = LIMIT - length(texts.attribution("", platform))
    return texts.attribution(cut(_permitted(name), room), platform)


def _visible(author: str) -> str:
    shown = "".join(sign for sign in author if unicodedata.category(sign) not in {"Cc", "Cs"} or sign.isspace())
    return excerpt(shown, LIMIT * 2) if any(map(_is_seen, shown)) else ""


def _is_seen(sign: str) -> bool:
    return not sign.isspace() and unicodedata.category(sign) not in {"Cf", "Cc", "Cs", "Cn", "Mn"}


def _permitted(name: str) -> str:
    """The name with a look-alike in each forbidden word, also where it is spelled with other signs in between."""
    letters = list(name)
    plain: list[tuple[str, int]] = []
    for index, sign in enumerate(name):
        plain += [(letter, index) for letter in unicodedata.normalize("NFKD", sign).casefold() if letter.isalnum()]
    skeleton = "".join(letter for letter, _ in plain)
    for found in _FORBIDDEN.finditer(skeleton):
        index = plain[found.start() + found[0].index("c")][1]
        letters[index] = _lookalike(letters[index], "c")
    if skeleton in _RESERVED:
        letters[plain[0][1]] = _lookalike(letters[plain[0][1]], skeleton[0])
    return "".join(letters)


def _lookalike(sign: str, letter: str) -> str:
    return _LOOKALIKES.get(sign) or _LOOKALIKES[letter]
