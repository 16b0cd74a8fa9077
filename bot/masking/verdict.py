"""What matching finds, as plain values."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from bot.masking.settings import Severity

Found: TypeAlias = tuple[int, int, str, Severity]
"""A word in a folded text: where it begins and ends, the word of the lexicon that it is, and how bad that is."""

Hit: TypeAlias = tuple[int, int, int]
"""The number of a pattern, and where it begins and ends in what is scanned."""


class Verdict(NamedTuple):
    """What a token is."""

    word: str
    severity: Severity
