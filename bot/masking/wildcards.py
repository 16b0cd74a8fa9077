"""Finds words of which some letters are shown and the others hidden: `f*ck`, `m*th*rf#cker`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Final

from bot.masking.lexicon import by_letter
from bot.masking.memory import Memory

_ROOM: Final = 2_000


class Wildcards:
    """The words of a list by their letters and where these stand; gathered when the first one is asked for.

    A lookup takes as many steps as there are letters shown, however many words have the same length.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._all: Final = words
        self._by_size: Final = Memory(self._sized, _ROOM)
        self._shapes: Final = Memory(self._shape, _ROOM)

    def find(self, size: int, seen: Iterable[tuple[int, str]]) -> Iterator[str]:
        """The words of a length with the letters that are seen, the first one among them, in the list's order."""
        letters = iter(seen)
        first = next(letters, None)
        words, places = self._shapes[f"{first[1]}{size}"] if first and not first[0] else ([], {})
        which = (1 << len(words)) - 1
        for letter in letters:
            which &= places.get(letter, 0)
        while which:
            lowest = which & -which
            yield words[lowest.bit_length() - 1]
            which ^= lowest

    @cached_property
    def _by_first(self) -> dict[str, list[str]]:
        return by_letter(self._all)

    def _sized(self, first: str) -> dict[int, list[str]]:
        sized = defaultdict[int, list[str]](list)
        for word in self._by_first.get(first, ()):
            sized[len(word)].append(word)
        return sized

    def _shape(self, shape: str) -> tuple[list[str], dict[tuple[int, str], int]]:
        """The words with this first letter and length, and which of them have a letter in a place, a bit for each."""
        words = self._by_size[shape[0]].get(int(shape[1:]), [])
        places = defaultdict[tuple[int, str], int](int)
        for number, word in enumerate(words):
            for place in enumerate(word):
                places[place] |= 1 << number
        return words, places
