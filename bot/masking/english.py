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


def respelled(forms: Iterable[str]) -> Iterator[str]:
    """The forms, and those of them that end in a sound which slang writes otherwise: wankah, tosserz, niggaz."""
    for form in forms:
        yield form
        if len(form) < _SHORTEST_RESPELLED:
            continue
        if form.endswith("er"):
            stem = form[:-2]
            yield from (stem + "a", stem + "ah", stem + "uh", stem + "ur")
        elif form.endswith("ers"):
            stem = form[:-3]
            yield from (stem + "as", stem + "az", stem + "ahs", stem + "erz")
        elif form.endswith("s") and not form.endswith("ss"):
            yield form[:-1] + "z"
