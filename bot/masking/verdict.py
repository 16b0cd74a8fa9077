"""What matching finds, as plain values."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from bot.masking.settings import Severity

Found: TypeAlias = tuple[int, int, str, Severity]
"""A word in a folded text: where it begins and ends, the word of the lexicon that it is, and how bad that is."""


class Verdict(NamedTuple):
    """What a token is."""

    word: str
    severity: Severity
