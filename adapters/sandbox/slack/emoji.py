"""Emoji as Slack names them: 👍 is `+1`, 🎉 is `tada`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

from emoji import EMOJI_DATA, emojize

SLACK_NAMES: Final = {"thumbsup": "+1", "thumbsdown": "-1"}
TONE: Final = "skin-tone-"
TONES: Final = "🏻🏼🏽🏾🏿"
FIRST_TONE: Final = 2
"""Slack counts skin tones from 2 to 6."""


@cache
def _names() -> dict[str, str]:
    names: dict[str, str] = {}
    for character, data in EMOJI_DATA.items():
        listed = data.get("alias") or [data["en"]]
        name = listed[0].strip(":").lower()
        names[character] = SLACK_NAMES.get(name, name)
    return names


def name_of_character(character: str) -> str | None:
    """The name of an emoji character, its skin tone beside it (`+1::skin-tone-4`); None for any other text."""
    if character and character[-1] in TONES and (base := _names().get(character[:-1])) is not None:
        return f"{base}::{TONE}{TONES.index(character[-1]) + FIRST_TONE}"
    return _names().get(character)


def name_of(given: str) -> str | None:
    """The name of an emoji that is given as a character or by a name with or without colons; None for another text."""
    if (known := name_of_character(given.strip())) is not None:
        return known
    base, _, tone = given.strip().strip(":").partition("::")
    canonical = SLACK_NAMES.get(base, base)
    if character_of(canonical) is None:
        return None
    return f"{canonical}::{tone}" if tone.startswith(TONE) else canonical


def character_of(name: str) -> str | None:
    """The character behind a name, in its skin tone; None where there is none."""
    base, _, tone = name.partition("::")
    written = f":{base}:"
    character = emojize(written, language="alias")
    if character == written:
        return None
    number = tone.removeprefix(TONE)
    return character + TONES[int(number) - FIRST_TONE] if number in {"2", "3", "4", "5", "6"} else character


def element_of(name: str) -> dict[str, str | int]:
    """A named emoji as an element of rich text; `unicode` is its code points in hexadecimal, joined by hyphens."""
    base, _, tone = name.partition("::")
    unicode = "-".join(f"{ord(one):x}" for one in character_of(name) or "")
    element: dict[str, str | int] = {"type": "emoji", "name": base, "unicode": unicode}
    return element | {"skin_tone": int(tone.removeprefix(TONE))} if tone else element


def name_in(element: Mapping[str, object]) -> str:
    """The name, with its tone, of an emoji element of rich text."""
    tone = element.get("skin_tone")
    return f"{element['name']}::{TONE}{tone}" if tone else str(element["name"])
