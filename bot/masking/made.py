"""Reads the words that people make: spelled by ear (`hearing.py`), and written together with an ordinary word."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from bot.masking.english import in_full
from bot.masking.folding import unleet
from bot.masking.hearing import Hearing
from bot.masking.lexicon import SHORTEST_LOOSE, Lexicon
from bot.masking.verdict import Verdict

_SHORTEST_PART: Final = 3
_LONGEST: Final = 40


class Made:
    """Judges tokens in lower case that no list holds; `harmless` says which are never masked."""

    def __init__(self, lexicon: Lexicon, ordinary: frozenset[str], harmless: Callable[[str], bool]) -> None:
        self._forms = lexicon.forms
        self._origins = lexicon.origins
        self._harmless = harmless
        self._hearing = Hearing(lexicon.heard)
        self.parts = lexicon.parts | {word for word in ordinary if len(word) >= _SHORTEST_PART}
        """Ordinary words, and those that compounds are made with."""

    def __contains__(self, form: object) -> bool:
        """Whether a form is also spelled by ear."""
        return form in self._hearing

    def triggers(self) -> set[str]:
        """What those tokens hold that are worth a look."""
        return self._hearing.triggers()

    def heard(self, low: str) -> Verdict | None:
        """A form, or a form and an ordinary word, that is spelled by ear."""
        if not low.isalpha():
            if sum(map(str.isalpha, low)) * 2 <= len(low):
                return None
            low = unleet(low)
        return self.whole(low) or next((one for part in self._pieces(low) if (one := self._sounding(part))), None)

    def whole(self, low: str) -> Verdict | None:
        """A form that is spelled by ear, as a whole."""
        full = tuple(in_full(low))
        for form in (*full, self._hearing.hear(low), *map(self._hearing.sounding, full)):
            severity = self._forms.get(form) if form else None
            if form and severity and severity != "mild" and form in self._origins:
                return Verdict(form, severity)
        return None

    def compound(self, low: str) -> Verdict | None:
        """A form that an ordinary word is written together with."""
        for part in self._pieces(low):
            severity = self._forms.get(part)
            if severity and part in self._hearing and not self._harmless(part):
                return Verdict(part, severity)
        return None

    def _sounding(self, low: str) -> Verdict | None:
        form = self._hearing.sounding(low) if not self._harmless(low) else None
        return Verdict(form, self._forms[form]) if form else None

    def _pieces(self, low: str) -> Iterator[str]:
        """What is left of a token when an ordinary word is taken from its beginning or its end."""
        if len(low) > _LONGEST:
            return
        parts = self.parts
        for at in range(_SHORTEST_PART, len(low) - _SHORTEST_PART + 1):
            first, last = low[:at], low[at:]
            if len(first) >= SHORTEST_LOOSE and (last in parts or (last[-1] == "s" and last[:-1] in parts)):
                yield first
            if len(last) >= SHORTEST_LOOSE and first in parts:
                yield last
