"""Tells cheaply in which language a sentence is: by its smallest words, and by letters that few languages have.

The file also holds the given names that show a surname to be one.
"""

from __future__ import annotations

import importlib.resources
from collections.abc import Set as AbstractSet


class Tongues:
    """The small words and the letters of each language, from the file `words/tongues.txt`."""

    def __init__(self) -> None:
        listing = importlib.resources.files("bot.masking").joinpath("words", "tongues.txt").read_text("utf-8")
        self._words: dict[str, frozenset[str]] = {}
        self._letters: dict[str, frozenset[str]] = {}
        self.given_names = frozenset[str]()
        for line in listing.splitlines():
            if line and not line.startswith("#"):
                name, _, rest = line.partition(":")
                if name == "names":
                    self.given_names |= frozenset(rest.split())
                    continue
                words, _, letters = rest.partition("|")
                self._words[name] = frozenset(words.split())
                self._letters[name] = frozenset(letters.strip())

    def speaks(self, words: AbstractSet[str], some: AbstractSet[str], others: AbstractSet[str]) -> bool:
        """Whether a sentence of these words is rather in one of some languages than in one of the others."""
        letters = frozenset("".join(words))
        return self._most(words, letters, some) > self._most(words, letters, others)

    def _most(self, words: AbstractSet[str], letters: AbstractSet[str], languages: AbstractSet[str]) -> int:
        return max(
            (
                len(words & self._words[name]) + (not self._letters[name].isdisjoint(letters))
                for name in languages
                if name in self._words
            ),
            default=0,
        )
