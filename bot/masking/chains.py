"""Finds words spelled out letter by letter whatever stands between the letters: `s-s-h-i-i-t`, `c·o··c·k`, `f/a/+`."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from bot.masking.folding import unleet
from bot.masking.memory import Memory

if TYPE_CHECKING:
    from bot.masking.verdict import Found, Verdict

_CHAIN: Final = re.compile(r"(?<![^ ])[^ ](?: {1,3}[^ ](?![^ ])){2,}")
_LETTER: Final = re.compile(r"[^ ]")
_SYMBOLS: Final = "@$!|+<"
_LETTERS: Final = "@$!|+<(*"
"""What may be a letter between two equal gaps, or hide one."""
_VOWELS: Final = "iuaoe"
_SHORT: Final = 3
_LONGEST: Final = 40
_BEYOND: Final = 5
"""How far behind a chain tells whether a mark there is a letter of it."""
_MEMORY: Final = 5_000


class Chains:
    """Reads chains of single letters. `flatten` is the matcher's, `read` what it knows about a word as a whole."""

    def __init__(self, flatten: Callable[[str], str], read: Callable[[str], Verdict | None]) -> None:
        self._flatten = flatten
        self._read = read
        self._memory = Memory(self._words, _MEMORY)

    def find(self, plain: str, flat: str, found: list[Found]) -> None:
        """Chains that are one word as a whole, once their repeats and digits are undone."""
        for chain in _CHAIN.finditer(flat):
            start, end = chain.span()
            if end - start <= 4 * _LONGEST:
                for first, last, word, severity in self._memory[plain[start : end + _BEYOND]]:
                    found.append((start + first, start + last, word, severity))

    def _words(self, written: str) -> list[Found]:
        chain = _CHAIN.match(self._flatten(written))
        if chain is None:
            return []
        places = [one.start() for one in _LETTER.finditer(chain[0])]
        words = [_word(written, part, self._read) for part in _parts(written, places)]
        return [word for word in words if word]


def _parts(plain: str, places: list[int]) -> list[list[int]]:
    """The letters that belong together: a space is no part of a chain of dots, nor a narrow one of a wide chain."""
    gaps = [plain[before + 1 : after] for before, after in pairwise(places)]
    if all(gap.isspace() or (gap[0] == " " and _is_letter(gap)) for gap in gaps):
        # An article may stand before the word, like a letter of it.
        if plain[places[0]] not in "aA":
            return [places]
        return [places[1:]] if gaps[0] != gaps[1] else [places, places[1:]]
    parts = [[places[0]]]
    for place, gap in zip(places[1:], gaps, strict=True):
        if gap.isspace():
            parts.append([place])
        else:
            parts[-1].append(place)
    return [part for part in parts if len(part) >= _SHORT]


def _word(plain: str, places: list[int], read: Callable[[str], Verdict | None]) -> Found | None:
    if len(places) < _SHORT:
        return None
    end = places[-1] + 1
    gaps = [plain[before + 1 : after] for before, after in pairwise(places)]
    marks = {char for gap in gaps for char in _joint(gap) if not char.isspace()}
    drawn = any(map(_is_letter, gaps))
    if len(marks.difference(_SYMBOLS)) > 1 or (drawn and len({_joint(gap) for gap in gaps}) > 1):
        return None
    letters = "".join(_letters(plain, places, gaps))
    gap = gaps[-1]
    following = plain[end + len(gap) : end + len(gap) + 1]
    if gap.strip() and plain.startswith(gap, end) and following and following in _SYMBOLS:
        end += len(gap) + 1
        letters += following
    if len(letters) <= _SHORT and (
        len(set(gaps)) > 1 or not marks.isdisjoint(",*=+<>") or not all(plain[place].isalpha() for place in places)
    ):
        return None
    if len(letters) > _LONGEST or not any(map(str.isalpha, letters)):
        return None
    low = letters.lower()
    if low[-1] == "i" and len(low) > _SHORT + 1 and set(gaps) == {" "} and (verdict := read(low[:-1])):
        # `s h i t I lost it`
        return places[0], places[-2] + 1, *verdict
    verdict = next((one for word in _spellings(low) if (one := read(word) or read(unleet(word)))), None)
    return (places[0], end, *verdict) if verdict else None


def _spellings(low: str) -> list[str]:
    """The word, with each vowel in the place of one that a star hides."""
    hidden = low.count("*")
    return [low.replace("*", vowel) for vowel in _VOWELS] if hidden == 1 else [low] * (not hidden)


def _is_letter(gap: str) -> bool:
    return len(gap) == _SHORT and gap[0] == gap[2] != gap[1] and gap[1] in _LETTERS


def _joint(gap: str) -> str:
    """What stands between two letters, also where one between them is drawn as a sign."""
    return gap[0] if _is_letter(gap) else gap


def _letters(plain: str, places: list[int], gaps: list[str]) -> list[str]:
    letters: list[str] = []
    for place, gap in zip(places, [*gaps, ""], strict=True):
        letters.append(plain[place])
        if _is_letter(gap):
            letters.append(gap[1])
    return letters
