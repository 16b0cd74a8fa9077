"""Phrases where the automaton points at one: what stands for its spaces decides."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Final, TypeAlias

from bot.masking.settings import Severity
from bot.masking.verdict import Found

Phrase: TypeAlias = tuple[str, int, int, Severity, frozenset[str]]
"""A phrase as it is scanned, the part of it that is masked, and what may stand for its spaces."""
SPACES: Final = frozenset(" \t\n\r-_")
DASHES: Final = frozenset("-_.\u2013\u2014")
_SHORT: Final = 2
_LONE_DASHES: Final = DASHES - {"."}


class Phrases:
    """Phrases by what a scan looks for: a whole one, or the part that is masked where several have the same.

    A number is that of a pattern in `patterns`.
    """

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        together = defaultdict[str, list[tuple[int, Phrase]]](list)
        for phrase in phrases:
            words, first, last, *_ = phrase
            # A letter or two are written everywhere.
            if last - first > _SHORT:
                together[words[first:last]].append((first, phrase))
            else:
                together[words].append((0, phrase))
        self.patterns: Final[list[str]] = []
        self._around: dict[int, dict[str, list[tuple[str, str]]]] = {}
        """By the word before a part that several phrases have: what stands before and after it, with spaces."""
        self._phrases: list[list[tuple[int, Phrase]]] = []
        for part, some in together.items():
            alone = some[0][1] if len(some) == 1 else None
            self.patterns.append(f" {alone[0] if alone else part} ")
            self._phrases.append([(0, alone)] if alone else some)

    def find(self, number: int, plain: str, flat: str, start: int) -> list[Found]:
        """The masked parts of the phrases that a pattern at `flat[start:]` is a part of."""
        phrases = self._phrases[number]
        if len(phrases) == 1:
            phrase = phrases[0][1]
            # What stands for the first space tells most that are none.
            gap = phrase[0].find(" ")
            one = _phrase_at(plain, start, phrase) if gap < 0 or plain[start + gap] in phrase[4] else None
            return [one] if one else []
        all_found: list[Found] = []
        for at, phrase in phrases:
            words = phrase[0]
            begin = start - at
            end = begin + len(words)
            if (
                begin >= 0
                and flat.startswith(words, begin)
                and not flat[begin - 1 : begin].strip()
                and not flat[end : end + 1].strip()
                and (found := _phrase_at(plain, begin, phrase))
            ):
                all_found.append(found)
        return all_found

    def _read_around(self, number: int) -> dict[str, list[tuple[str, str]]]:
        size = len(self.patterns[number]) - 2
        around = defaultdict[str, list[tuple[str, str]]](list)
        for at, (words, *_) in self._phrases[number]:
            before = words[:at]
            around[before.strip().rpartition(" ")[2]].append((f" {before}", f"{words[at + size :]} "))
        # Another thread may read it from now on.
        self._around[number] = around
        return around

    def reach(self, number: int, scanned: str, start: int, end: int) -> tuple[int, int] | None:
        """From where to where the phrases of a pattern at `scanned[start:end]` go, with the spaces around them."""
        phrases = self._phrases[number]
        if len(phrases) == 1:
            return start, end
        around = self._around.get(number) or self._read_around(number)
        first, last = end, start
        word = scanned[scanned.rfind(" ", 0, start) + 1 : start]
        for before, after in (*around.get(word, ()), *around.get("", ())):
            begin = start + 1 - len(before)
            if begin >= 0 and scanned.startswith(before, begin) and scanned.startswith(after, end - 1):
                first = min(first, begin)
                last = max(last, end - 1 + len(after))
        return (first, last) if first < last else None


def _phrase_at(plain: str, start: int, phrase: Phrase) -> Found | None:
    """The part of a phrase that is masked, where the phrase is written at `start`."""
    words, first, last, severity, allowed = phrase
    if allowed is DASHES and len(words.replace(" ", "")) == 1:
        # `f...` is cut off.
        allowed = _LONE_DASHES
    gap = words.find(" ")
    while gap >= 0:
        if plain[start + gap] not in allowed:
            return None
        gap = words.find(" ", gap + 1)
    # Without a letter it is a number, whatever its digits look like.
    written = plain[start + first : start + last]
    if not written.isalpha() and (
        not any(map(str.isalpha, written)) or (allowed is not SPACES and any(map(str.isdigit, written)))
    ):
        return None
    # A word of digits alone is a number: `Route 455 holes`.
    if allowed is SPACES and any(map(str.isdigit, written.split())):
        return None
    # In `second-hand job` the first word is half of another one.
    if allowed is SPACES and plain[start - 1 : start] == "-":
        return None
    return start + first, start + last, words, severity
