"""How English makes profane words of a few roots: endings, and compounds with ordinary words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

_VOWELS: Final = frozenset("aeiou")
_SHORTEST_RESPELLED: Final = 5
_NEVER_DOUBLED: Final = frozenset("aeiouwxyhkszj")


def inflected(word: str, suffixes: Iterable[str]) -> Iterator[str]:
    """The word with each of the suffixes, spelled as English spells it: shitting, whoring, pussies."""
    doubles = (
        len(word) > 2  # noqa: PLR2004 - consonant, vowel, consonant
        and word[-1] not in _NEVER_DOUBLED
        and word[-2] in _VOWELS
        and word[-3] not in _VOWELS
    )
    for suffix in suffixes:
        vowel = suffix[0] in "aeiouy"
        if word.endswith("e") and vowel:
            yield word[:-1] + suffix
        elif word.endswith("y") and vowel:
            yield word[:-1] + ("" if suffix[0] == "i" else "i") + suffix
            yield word + suffix
        elif doubles and vowel:
            yield word + word[-1] + suffix
            yield word + suffix
        else:
            yield word + suffix


def in_full(low: str) -> Iterator[str]:
    """What a word would be if slang had not written its end by ear: wankah, tosserz, niggaz."""
    if len(low) < _SHORTEST_RESPELLED:
        return
    if low[-1] == "z":
        low = low[:-1] + "s"
        yield low
    plural = "s" if low[-1] == "s" else ""
    stem = low.removesuffix("s")
    for end in ("ah", "uh", "ur", "a"):
        if stem.endswith(end):
            yield stem.removesuffix(end) + "er" + plural
            return
