"""Finds a board's own words in scripts that are written without spaces, or that nothing else here reads."""

from __future__ import annotations

from ahocorasick_rs import AhoCorasick, MatchKind

from bot.masking.matcher import Found
from bot.masking.settings import Severity


class Others:
    """Words that are found wherever they stand, in the case in which they were added."""

    def __init__(self, words: dict[str, Severity]) -> None:
        self._words = list(words.items())
        self._scan = AhoCorasick(list(words), matchkind=MatchKind.LeftmostLongest)

    def find(self, text: str) -> list[Found]:
        """Every such word in the text itself."""
        readable = (
            text.encode("utf-8", "replace").decode("utf-8")
            if any("\ud800" <= char <= "\udfff" for char in text)
            else text
        )
        return [(start, end, *self._words[index]) for index, start, end in self._scan.find_matches_as_indexes(readable)]
