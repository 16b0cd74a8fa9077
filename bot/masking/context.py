"""Decides from the words around it whether an ambiguous word is meant badly."""

from __future__ import annotations

import importlib.resources
import re
from dataclasses import dataclass, field
from typing import Final

_WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_SENTENCE_END: Final = frozenset(".!?\n\x00")
_SIGHT: Final = 90
"""How far around a word its sentence is read, in characters."""


@dataclass(slots=True)
class Rule:
    """What makes a word innocent; all words are in lower case."""

    before: frozenset[str] = field(default_factory=frozenset)
    after: frozenset[str] = field(default_factory=frozenset)
    near: frozenset[str] = field(default_factory=frozenset)
    named: bool = False

    def clears(self, text: str, start: int, end: int) -> bool:
        """Whether `text[start:end]`, one of the rule's words, is innocent where it stands."""
        ahead = _WORD.findall(text, end, min(len(text), end + _SIGHT))
        left = text[max(0, start - _SIGHT) : start]
        behind = _WORD.findall(left)
        previous = behind[-1] if behind else ""
        following = ahead[0] if ahead else ""
        if previous.lower() in self.before or following.lower() in self.after:
            return True
        if self.named and _is_name(text[start:end], left, text[end : end + 3], following):
            return True
        return bool(self.near) and not self.near.isdisjoint(
            map(str.lower, _same_sentence(left, text[end : end + _SIGHT]))
        )


def _is_name(word: str, left: str, right: str, following: str) -> bool:
    """`Dick Hebdige`, `Philip K. Dick`; not `DICK` and not `Dick` at a sentence's start before a small letter."""
    if not (word[0].isupper() and word[1:].islower()):
        return False
    if right[:1] == " " and following[:1].isupper() and following[1:].islower():
        return True
    return bool(re.search(r"(?:^|\s)[A-Z]\. $", left)) or bool(re.search(r"[a-z]+ [A-Z][a-z]+ $", left))


def _same_sentence(left: str, right: str) -> list[str]:
    begin = max((place for place, char in enumerate(left) if char in _SENTENCE_END), default=-1) + 1
    stop = next((place for place, char in enumerate(right) if char in _SENTENCE_END), len(right))
    return _WORD.findall(left[begin:]) + _WORD.findall(right[:stop])


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
