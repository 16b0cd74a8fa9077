"""Finds Russian words with letters hidden by their writer, `п*здец`, `бл@дь`, or with markup in: `пи**зд**ец`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from bot.masking.folding import CyrillicFolding, places
from bot.masking.lexicon import Lexicon
from bot.masking.memory import Memory
from bot.masking.settings import Severity
from bot.masking.verdict import Found, Verdict
from bot.masking.wildcards import Wildcards

_VEILED: Final = re.compile("(?<![\\w*#])[а-яѐ-ӿ](?:[а-яѐ-ӿ*#●•█]|@(?=[а-яѐ-ӿ*])){2,24}(?![\\w*#@])")
_CYRILLIC: Final = re.compile("[\u0400-\u052f]")
_MARKS: Final = "*#●•█@"
_KEPT: Final = frozenset(_MARKS + "_~")
_MARKED: Final = re.compile("(\\*{1,3}|_{1,2}|~~)([а-яѐ-ӿ]{1,24})\\1([а-яѐ-ӿ]{0,24})")
_BEFORE: Final = re.compile("[а-яѐ-ӿ]{1,24}\\Z")
_SHORTEST: Final = 3
_LONGEST: Final = 24
_MEMORY: Final = 5_000


class _Seen(CyrillicFolding):
    """For `str.translate`: Cyrillic letters, and the marks that hide one as they stand."""

    def fold(self, char: str) -> str | None:
        """One character, or `None` where the character is left out."""
        return char if char in _KEPT else super().fold(char)


class Veils:
    """Reads each hidden letter as any letter."""

    def __init__(self, lexicon: Lexicon, judge: Callable[[str], Verdict | None]) -> None:
        self._judge = judge
        self._folding = _Seen()
        self._words = Memory(self._word, _MEMORY)
        self._forms = lexicon.forms
        self._reaching = lexicon.reaching
        self._wildcards = Wildcards(lexicon.forms)
        self._stems = Wildcards([word for word, (reach, _) in lexicon.reaching.items() if reach != "end"])

    def find(self, text: str) -> list[Found]:
        """Every such word in the text itself."""
        folded = text.translate(self._folding)
        read = [(one.span(), self._words[one[0]]) for one in _VEILED.finditer(folded)]
        read += self._unmarked(folded)
        found: list[Found] = []
        at: Sequence[int] = range(len(text)) if len(folded) == len(text) else places(text, self._folding)
        for (start, end), word in read:
            first, last = at[start], at[end - 1]
            # Look-alikes are read beside letters of that script alone.
            if word and _CYRILLIC.search(text, first, last + 1):
                found.append((first, last + 1, *word))
        return found

    def _unmarked(self, folded: str) -> Iterator[tuple[tuple[int, int], Verdict | None]]:
        """Words that markup goes around a part of, and where they stand."""
        done = 0
        for marked in _MARKED.finditer(folded):
            _, inside, after = marked.groups()
            start, end = marked.span()
            letters = _BEFORE.search(folded, max(done, start - _LONGEST), start)
            before = letters[0] if letters else ""
            if before or after:
                yield (start - len(before), end), self._judge(before + inside + after)
            done = end

    def _word(self, token: str) -> tuple[str, Severity] | None:
        seen = [(at, char) for at, char in enumerate(token) if char not in _MARKS]
        if len(seen) == len(token) or (len(seen) < 2 and len(token) > _SHORTEST):  # noqa: PLR2004 - says too little
            return None
        for form in self._wildcards.find(len(token), seen):
            return form, self._forms[form]
        for size in range(_SHORTEST, len(token) + 1):
            for stem in self._stems.find(size, [one for one in seen if one[0] < size]):
                return stem, self._reaching[stem][1]
        return None
