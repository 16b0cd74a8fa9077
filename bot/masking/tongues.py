"""Tells cheaply in which language a sentence is: by its smallest words, and by letters that few languages have.

The file also holds the given names that show a surname to be one.
"""

from __future__ import annotations

from collections.abc import Iterable

from bot.masking.lexicon import WORDS


class Tongues:
    """The small words and the letters of each language, from the file `words/tongues.txt`."""

    def __init__(self) -> None:
        listing = (WORDS / "tongues.txt").read_text("utf-8")
        self._words: dict[str, frozenset[str]] = {}
        self._letters: dict[str, frozenset[str]] = {}
        self.given_names = frozenset[str]()
        self._together: dict[frozenset[str], tuple[frozenset[str], frozenset[str]]] = {}
        for line in listing.splitlines():
            if line and not line.startswith("#"):
                name, _, rest = line.partition(":")
                if name == "names":
                    self.given_names |= frozenset(rest.split())
                    continue
                words, _, letters = rest.partition("|")
                self._words[name] = frozenset(words.split())
                self._letters[name] = frozenset(letters.strip())

    def speaks(self, words: frozenset[str], some: frozenset[str], others: frozenset[str], *, plain: bool) -> bool:
        """Whether a sentence of these words is rather in one of some languages than in one of the others.

        `plain`: none of the words has a letter beyond ASCII.
        """
        known, letters = self.known(some)
        spoken = words & known
        if plain and not spoken:
            return False
        # No letter that tells a language is an ASCII one.
        written = "" if plain else "".join(words)
        seen = letters.intersection(written)
        if not spoken and not seen:
            return False
        most = self._most(words, written, others)
        # No language has more of the words than all of them together, and its letters count as one.
        return len(spoken) + bool(seen) > most and self._most(spoken, seen, some) > most

    def known(self, languages: frozenset[str]) -> tuple[frozenset[str], frozenset[str]]:
        """The small words of all these languages, and their letters."""
        known = self._together.get(languages)
        if known is None:
            spoken = [name for name in languages if name in self._words]
            known = (
                frozenset().union(*(self._words[name] for name in spoken)),
                frozenset().union(*(self._letters[name] for name in spoken)),
            )
            self._together[languages] = known
        return known

    def _most(self, words: frozenset[str], letters: Iterable[str], languages: frozenset[str]) -> int:
        return max(
            [
                len(words & self._words[name]) + (not self._letters[name].isdisjoint(letters))
                for name in languages
                if name in self._words
            ],
            default=0,
        )
