"""Widens what is found to all that belongs to it: `fuck*ed`, `mother*fucker`, `fuck er`, `fodam-se`."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import Final

from bot.masking.glue import GLUE, gap_after, gap_before
from bot.masking.lexicon import Lexicon
from bot.masking.verdict import Found, Verdict

TRAILERS: Final = frozenset(("ed", "er", "ers", "ing", "ings", "in", "y", "able", "es"))
"""The endings of English."""
_CLITICS: Final = frozenset(
    ("se", "te", "me", "nos", "vos", "lhe", "lhes", "lo", "la", "los", "las", "moi", "toi", "vous")
)
_SINGLE: Final = frozenset("*-._~|+=^") | {"**", "~~", "||", "__"}
_LONGEST: Final = 40


class Widening:
    """Knows the forms of a lexicon; `words` are those that are written beside others."""

    def __init__(self, lexicon: Lexicon, words: AbstractSet[str]) -> None:
        self._forms = lexicon.forms
        self._origins = lexicon.origins
        self._words = words

    def widened(self, plain: str, flat: str, begin: int, end: int, verdict: Verdict) -> Found:
        """The word at `plain[begin:end]` with the pieces of it that a mark or a space sets apart."""
        low = plain[begin:end].lower()
        is_english = verdict.word in self._origins
        if plain[begin - 1 : begin] not in GLUE and plain[end : end + 1] not in GLUE and low.find(verdict.word) <= 0:
            if is_english:
                begin, end = self._mended(plain, flat, begin, end, low)
            return begin, end, verdict.word, verdict.severity
        left = gap_before(plain, flat, begin)
        if left is not None:
            first = flat.rfind(" ", 0, left) + 1
            head = plain[first:left].lower() if left - first <= _LONGEST else ""
            gap = plain[left:begin]
            if head + low in self._forms and (
                gap in _SINGLE
                or (gap == " " and is_english and (head not in self._words or low.find(verdict.word) > 0))
            ):
                begin = first
        right = gap_after(plain, flat, end)
        if right is not None:
            last = flat.find(" ", right)
            last = len(flat) if last < 0 else last
            rest = plain[right:last].lower() if last - right <= _LONGEST else ""
            gap = plain[end:right]
            if gap == " ":
                belongs = is_english and low + rest in self._forms and self._is_torn(low, rest)
            else:
                is_clitic = gap == "-" and rest in _CLITICS and not is_english
                belongs = low + rest in self._forms or rest in TRAILERS or is_clitic
            if rest and belongs:
                end = last
        return begin, end, *verdict

    def _mended(self, plain: str, flat: str, begin: int, end: int, low: str) -> tuple[int, int]:
        """A word of English with the rest of it that one space tears off, and that is no word: `fuck er`."""
        if plain[end : end + 1] == " ":
            stop = flat.find(" ", end + 1)
            stop = len(flat) if stop < 0 else stop
            rest = plain[end + 1 : stop].lower() if stop - end <= _LONGEST else ""
            if rest and low + rest in self._forms and self._is_torn(low, rest):
                return begin, stop
        if begin > 1 and plain[begin - 1] == " ":
            first = flat.rfind(" ", 0, begin - 1) + 1
            head = plain[first : begin - 1].lower() if begin - first <= _LONGEST else ""
            if head and head + low in self._forms and not self._is_whole(head):
                return first, end
        return begin, end

    def _is_torn(self, low: str, rest: str) -> bool:
        """Whether two parts are no two words."""
        return low not in self._forms or not self._is_whole(rest)

    def _is_whole(self, part: str) -> bool:
        """Whether a part is a word by itself."""
        return part in self._words or part in self._forms or (part[-1:] == "s" and part[:-1] in self._words)
