"""Slack's emoji shortcodes, as Unicode where there is a character for them."""

from __future__ import annotations

import re
from typing import Final

import emoji

from bot.markup.tree import Emoji, Text

_FLAG: Final = re.compile(r"flag-([a-z]{2})")
_TONE: Final = re.compile(r"skin-tone-([2-6])")
_CODES: Final = re.compile(r"[0-9a-fA-F]{2,6}(?:-[0-9a-fA-F]{2,6}){0,15}")
_PRESENTATION: Final = "\ufe0f"

# Names that Slack's picker writes and the emoji package spells otherwise.
_SLACK_NAMES: Final = {
    "simple_smile": "🙂",
    "knife_fork_plate": "🍽️",
    "the_horns": "🤘",
    "sign_of_the_horns": "🤘",
    "man-facepalming": "🤦‍♂️",
    "woman-facepalming": "🤦‍♀️",
    "face_palm": "🤦",
    "man-shrugging": "🤷‍♂️",
    "woman-shrugging": "🤷‍♀️",
    "large_green_circle": "🟢",
    "large_yellow_circle": "🟡",
    "large_orange_circle": "🟠",
    "large_purple_circle": "🟣",
    "large_brown_circle": "🟤",
    "man-raising-hand": "🙋‍♂️",
    "woman-raising-hand": "🙋‍♀️",
    "man-bowing": "🙇‍♂️",
    "woman-bowing": "🙇‍♀️",
    "man-running": "🏃‍♂️",
    "woman-running": "🏃‍♀️",
    "male-technologist": "👨‍💻",
    "female-technologist": "👩‍💻",
}


def from_shortcode(name: str, skin_tone: int | None = None) -> Text | Emoji:
    """The emoji that Slack writes `:name:`; a workspace's own one, or an unknown one, keeps its name.

    `skin_tone` is Slack's 2 to 6.
    """
    base, _, tone = name.partition("::")
    found = _TONE.fullmatch(tone)
    shade = int(found[1]) if found else skin_tone
    known = _character(base)
    if known is None:
        return Emoji(base)
    return Text(_toned(known, shade) if shade is not None else known)


def from_unicode(codes: str) -> str | None:
    """The characters behind an emoji element's `unicode` field, such as `1f44b-1f3fd`; None where it names none."""
    if not _CODES.fullmatch(codes):
        return None
    points = [int(code, 16) for code in codes.split("-")]
    if any(point > 0x10FFFF or 0xD800 <= point <= 0xDFFF for point in points):  # noqa: PLR2004 - Unicode's own bounds
        return None
    text = "".join(map(chr, points))
    qualified = text + _PRESENTATION
    # Slack names U+2764 without the selector that makes it an emoji rather than a character of text.
    return qualified if len(points) == 1 and qualified in emoji.EMOJI_DATA else text


def _character(name: str) -> str | None:
    if name in _SLACK_NAMES:
        return _SLACK_NAMES[name]
    country = _FLAG.fullmatch(name)
    if country:
        flag = "".join(chr(0x1F1E6 + ord(letter) - ord("a")) for letter in country[1])
        return flag if flag in emoji.EMOJI_DATA else None
    shortcode = f":{name}:"
    character = emoji.emojize(shortcode, language="alias")
    return None if character == shortcode else character


def _toned(character: str, skin_tone: int) -> str:
    if not 2 <= skin_tone <= 6:  # noqa: PLR2004 - the tones that Slack counts
        return character
    first, rest = character[0], character[1:].removeprefix(_PRESENTATION)
    toned = first + chr(0x1F3FB + skin_tone - 2) + rest
    return toned if toned in emoji.EMOJI_DATA else character
