"""Emoji as Slack names them: 👍 is `+1`, 🎉 is `tada`."""

from __future__ import annotations

from functools import cache
from typing import Final

from emoji import EMOJI_DATA, emojize

SLACK_NAMES: Final = {"thumbsup": "+1", "thumbsdown": "-1"}
TONE: Final = "skin-tone-"


@cache
def _names() -> dict[str, str]:
    names: dict[str, str] = {}
    for character, data in EMOJI_DATA.items():
        listed = data.get("alias") or [data["en"]]
        name = listed[0].strip(":").lower()
        names[character] = SLACK_NAMES.get(name, name)
    return names


def name_of(given: str) -> str | None:
    """The name of an emoji that is given as a character or by a name with or without colons; None for another text."""
    stripped = given.strip().strip(":")
    if (known := _names().get(given.strip())) is not None:
        return known
    base, _, tone = stripped.partition("::")
    canonical = SLACK_NAMES.get(base, base)
    if not character_of(canonical):
        return None
    return f"{canonical}::{tone}" if tone.startswith(TONE) else canonical


def character_of(name: str) -> str | None:
    """The character behind a name, tones aside; None where there is none."""
    written = f":{name.partition('::')[0]}:"
    character = emojize(written, language="alias")
    return None if character == written else character


def unicode_of(name: str) -> str:
    """The code points of a named emoji as rich text spells them: `1f44d`, joined by hyphens."""
    return "-".join(f"{ord(one):x}" for one in character_of(name) or "")
