"""Tells cheaply in which language a sentence is: by its smallest words, and by letters that few languages have."""

from __future__ import annotations

import importlib.resources
from collections.abc import Set as AbstractSet


class Tongues:
    """The small words and the letters of each language, from the file `words/tongues.txt`."""

    def __init__(self) -> None:
        listing = importlib.resources.files("bot.masking").joinpath("words", "tongues.txt").read_text("utf-8")
        self._words: dict[str, frozenset[str]] = {}
        self._letters: dict[str, frozenset[str]] = {}
        for line in listing.splitlines():
            if line and not line.startswith("#"):
                name, _, rest = line.partition(":")
                words, _, letters = rest.partition("|")
                self._words[name] = frozenset(words.split())
                self._letters[name] = frozenset(letters.strip())

    def speaks(self, words: AbstractSet[str], languages: AbstractSet[str]) -> bool:
        """Whether a sentence of these words is rather in one of the languages than in any other."""
        letters = frozenset("".join(words))
        here = there = 0
        for name, known in self._words.items():
            score = len(words & known) + (not self._letters[name].isdisjoint(letters))
            if name in languages:
                here = max(here, score)
            else:
                there = max(there, score)
        return here > there
