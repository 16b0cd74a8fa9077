"""A phrase where the automaton points at one: what stands for its spaces decides."""

from __future__ import annotations

from typing import Final, TypeAlias

from bot.masking.settings import Severity
from bot.masking.verdict import Found

Phrase: TypeAlias = tuple[str, int, int, Severity, frozenset[str]]
"""A phrase as it is scanned, the part of it that is masked, and what may stand for its spaces."""
SPACES: Final = frozenset(" \t\n\r-_")
DASHES: Final = frozenset("-_.\u2013\u2014")
_LONE_DASHES: Final = DASHES - {"."}


def phrase_at(plain: str, start: int, phrase: Phrase) -> Found | None:
    """The part of a phrase that is masked, where the phrase is written at `start`."""
    words, first, last, severity, allowed = phrase
    if allowed is DASHES and len(words.replace(" ", "")) == 1:
        # `f...` is cut off.
        allowed = _LONE_DASHES
    gap = words.find(" ")
    while gap >= 0:
        if plain[start + gap] not in allowed:
            return None
        gap = words.find(" ", gap + 1)
    # Without a letter it is a number, whatever its digits look like.
    written = plain[start + first : start + last]
    if not written.isalpha() and (
        not any(map(str.isalpha, written)) or (allowed is not SPACES and any(map(str.isdigit, written)))
    ):
        return None
    # In `second-hand job` the first word is half of another one.
    if allowed is SPACES and plain[start - 1 : start] == "-":
        return None
    return start + first, start + last, words, severity
