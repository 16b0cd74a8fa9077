"""What a text is scanned for, so that no word is missed: parts of tokens, and whole ones where parts are too common."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import accumulate
from operator import itemgetter
from typing import Final

from bot.masking.lexicon import SHORTEST_LOOSE, Lexicon
from bot.masking.phrases import DASHES, SPACES, Phrase, Phrases
from bot.masking.scanning import automaton, flattened, shortest

_REDRAWN: Final = (("i", "iii"), ("b", "g"), ("w", "uu"))
"""Letters, and how the scanned form of what is drawn for them looks: `|||`, `6`, `vv`."""


class Patterns:
    """All patterns for a lexicon, in groups by what a hit points at.

    `flats` leads from its forms to how they are scanned; `heard` is what words spelled by ear hold; `letters` are those
    of the scanned form.
    """

    def __init__(
        self,
        lexicon: Lexicon,
        flats: Mapping[str, str],
        heard: Iterable[str],
        *,
        flatten: Callable[[str], str],
        letters: str,
    ) -> None:
        self._lexicon = lexicon
        self._flats = flats
        self._flatten = flatten
        self.phrases: Final = Phrases(self._all_phrases())
        loose, strict = self._tokens()
        parts = self._drawn_otherwise()
        for word in set(flatten("\n".join(heard)).split()):
            (parts if len(word) >= SHORTEST_LOOSE else strict).add(word)
        # Two of what `flat` calls `i` are common: `all`, `will`.
        repeats = [letter * (4 if letter == "i" else 3) for letter in letters]
        repeats += [first * 2 + second * 2 for first in letters for second in letters if first != second]
        # What holds a pattern that is looked for in tokens anyway is pointed at by that one.
        pointed = automaton([*loose, *repeats]).find_matches_as_indexes
        parts = {word for word in parts if not pointed(word)}
        strict = {word for word in strict if not pointed(word)}
        written = {flatten(folded) for folded, _ in lexicon.written.values()}
        groups: list[list[str]] = [
            sorted(loose),
            sorted(parts),
            sorted(self._starting()),
            repeats,
            [f" {word} " for word in sorted(strict)],
            self.phrases.patterns,
            [f" {' '.join(word)} " for word in sorted(strict) if len(word) == SHORTEST_LOOSE - 1 or word in written],
            sorted(self._pairs()),
        ]
        loose_end, _, _, *ends = accumulate(map(len, groups[:-1]))
        self.ends: Final = (loose_end, *ends)
        """Where the patterns end that are parts of a word, parts of a token, tokens, phrases, and letters of a word."""
        self.all: Final = [pattern for group in groups for pattern in group]

    def _flat(self, word: str) -> str:
        return self._flats.get(word) or self._flatten(word)

    def _all_phrases(self) -> list[Phrase]:
        lexicon = self._lexicon
        flats = flattened(self._flatten, lexicon.phrases)
        return [
            *((flat, *part, SPACES) for flat, part in zip(flats, lexicon.phrases.values(), strict=True)),
            *((self._flatten(word), 0, len(word), severity, DASHES) for word, severity in lexicon.gapped.items()),
        ]

    def _tokens(self) -> tuple[set[str], set[str]]:
        """Parts of words, and whole words where their parts are too common."""
        lexicon, flats, flatten = self._lexicon, self._flats, self._flatten
        loose = {flat for word in lexicon.reaching if len(flat := self._flat(word)) >= SHORTEST_LOOSE}
        strict = {flatten(folded) for folded, _ in lexicon.written.values()}
        origins = lexicon.origins
        for form, flat in flats.items():
            if form not in origins:
                (loose if len(form) > SHORTEST_LOOSE else strict).add(flat)
        shorter = set(origins.values())
        loose.update(self._flat(origin) for origin in shorter if len(origin) >= SHORTEST_LOOSE)
        short = {origin for origin in shorter if len(origin) < SHORTEST_LOOSE}
        strict.update(flats[form] for form, origin in origins.items() if origin in short and form in flats)
        # A word that holds another one is pointed at by that one; roots are also looked for in three parts and more.
        return {*shortest(loose), *(loose & set(map(flatten, lexicon.roots)))}, strict

    def _drawn_otherwise(self) -> set[str]:
        """Roots with a letter written twice, or drawn with others; a longer root is found by the one that it holds."""
        lexicon = self._lexicon
        roots = {root: self._flatten(root) for root in lexicon.roots if len(root) >= SHORTEST_LOOSE}
        strong = shortest({flat for root, flat in roots.items() if lexicon.forms.get(root) != "mild"})
        parts = {word[:at] + word[at] + word[at:] for word in strong for at in range(len(word))}
        every = shortest(set(roots.values()))
        for letter, drawn in _REDRAWN:
            parts.update(flat.replace(letter, drawn) for flat in every)
        return parts

    def _starting(self) -> set[str]:
        """Words that are too short to be looked for anywhere, and count where a token begins or ends."""
        return {
            ("" if reach != "start" else " ") + flat
            for word, (reach, _) in self._lexicon.reaching.items()
            if len(flat := self._flat(word)) < SHORTEST_LOOSE
        }

    def _pairs(self) -> set[str]:
        """How words begin that are spelled out letter by letter."""
        return {
            f" {start[0]}{' ' * gap}{following} "
            for start in set(map(itemgetter(slice(2)), self._flats.values()))
            if start and " " not in start
            for following in {start[0], start[-1]}
            for gap in (1, 2, 3)
        }
