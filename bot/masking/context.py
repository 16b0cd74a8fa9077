"""Decides from the words around it whether an ambiguous word is meant badly."""

from __future__ import annotations

import importlib.resources
import re
from bisect import bisect_left
from dataclasses import dataclass, field
from typing import Final

_WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_SENTENCE_END: Final = re.compile(r"[!?\n\x00]|(?<![A-Z])\.")
_NAME_AFTER: Final = re.compile(r" [A-Z][a-z]")
_NAME_BEFORE: Final = re.compile(r"(?:\b[A-Z]\.|[a-z]+ [A-Z][a-z]+) $")


@dataclass(slots=True)
class Rule:
    """What makes a word innocent; all words are in lower case."""

    before: frozenset[str] = field(default_factory=frozenset)
    after: frozenset[str] = field(default_factory=frozenset)
    near: frozenset[str] = field(default_factory=frozenset)
    named: bool = False


class Surroundings:
    """The words of one text, read once, however many of them are ambiguous."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._words: list[str] = []
        self._starts: list[int] = []
        for word in _WORD.finditer(text):
            self._words.append(word[0].lower())
            self._starts.append(word.start())
        self._sentences: dict[int, frozenset[str]] = {}
        self._ends = [end.start() for end in _SENTENCE_END.finditer(text)]

    def clear(self, rule: Rule, start: int, end: int) -> bool:
        """Whether `text[start:end]`, one of the rule's words, is innocent where it stands."""
        first = bisect_left(self._starts, start)
        last = bisect_left(self._starts, end)
        before = self._words[first - 1] if first else ""
        after = self._words[last] if last < len(self._words) else ""
        if before in rule.before or after in rule.after:
            return True
        if rule.named and _is_name(self._text, start, end, before):
            return True
        return bool(rule.near) and not rule.near.isdisjoint(self._sentence(start))

    def _sentence(self, place: int) -> frozenset[str]:
        number = bisect_left(self._ends, place)
        try:
            return self._sentences[number]
        except KeyError:
            first = bisect_left(self._starts, self._ends[number - 1]) if number else 0
            last = bisect_left(self._starts, self._ends[number]) if number < len(self._ends) else len(self._words)
            self._sentences[number] = words = frozenset(self._words[first:last])
            return words


def _is_name(text: str, start: int, end: int, before: str) -> bool:
    """`Dick Hebdige`, `Philip K. Dick`; not `DICK`, nor `Dick` before a small letter."""
    if not (text[start].isupper() and text[start + 1 : end].islower()):
        return False
    return bool(_NAME_AFTER.match(text, end)) or bool(before and _NAME_BEFORE.search(text, max(0, start - 40), start))


def rules() -> dict[str, Rule]:
    """The rules of the file `words/context.txt`, by word."""
    listing = importlib.resources.files("bot.masking").joinpath("words", "context.txt").read_text("utf-8")
    found: dict[str, Rule] = {}
    rule = Rule()
    for line in listing.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if not line.startswith(" "):
            rule = Rule()
            found.update(dict.fromkeys(line.split(), rule))
            continue
        name, _, words = line.strip().partition(":")
        if name == "named":
            rule.named = True
        else:
            setattr(rule, name, frozenset(words.split()))
    return found
