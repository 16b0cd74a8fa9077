"""Finds Russian words with letters hidden by their writer: `п*здец`, `х**`, `бл@дь`."""

from __future__ import annotations

import re
from typing import Final

from bot.masking.lexicon import Lexicon
from bot.masking.memory import Memory
from bot.masking.settings import Severity
from bot.masking.verdict import Found

_VEILED: Final = re.compile("(?<![\\w*#])[а-яё](?:[а-яё*#●•█]|@(?=[а-яё])){2,24}(?![\\w*#@])")
_MARKS: Final = "*#●•█@"
_SHORTEST: Final = 3
_MEMORY: Final = 5_000


class Veils:
    """Reads each hidden letter as any letter."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._words = Memory(self._word, _MEMORY)
        self._forms: dict[tuple[int, str], list[tuple[str, Severity]]] = {}
        self._stems: dict[str, list[tuple[str, Severity]]] = {}
        for form, severity in lexicon.forms.items():
            if len(form) >= _SHORTEST:
                self._forms.setdefault((len(form), form[0]), []).append((form, severity))
        for word, (reach, severity) in lexicon.reaching.items():
            if reach != "end" and len(word) >= _SHORTEST:
                self._stems.setdefault(word[0], []).append((word, severity))

    def find(self, text: str) -> list[Found]:
        """Every such word in the text itself."""
        found: list[Found] = []
        for one in _VEILED.finditer(text.lower()) if len(text.lower()) == len(text) else ():
            word = self._words[one[0].replace("ё", "е").replace("й", "и")]
            if word:
                found.append((one.start(), one.end(), *word))
        return found

    def _word(self, token: str) -> tuple[str, Severity] | None:
        seen = [(at, char) for at, char in enumerate(token) if char not in _MARKS]
        if len(seen) == len(token) or (len(seen) < 2 and len(token) > _SHORTEST):  # noqa: PLR2004 - says too little
            return None
        for form, severity in self._forms.get((len(token), token[0]), ()):
            if all(form[at] == char for at, char in seen):
                return form, severity
        for stem, severity in self._stems.get(token[0], ()):
            size = len(stem)
            if size <= len(token) and all(stem[at] == char for at, char in seen if at < size):
                return stem, severity
        return None
