"""Finds words in hashtags, whose words are written together: `#dontbeadick`."""

from __future__ import annotations

import re
from typing import Final

from bot.masking.lexicon import Lexicon
from bot.masking.matcher import Found, Matcher
from bot.masking.memory import Memory

_TAG: Final = re.compile(r"#([A-Za-z][A-Za-z0-9]{2,39})(?![A-Za-z0-9])")
_LONGEST: Final = 16
_SHORT: Final = 3
_LONG: Final = 6
_MEMORY: Final = 5_000


class Hashtags:
    """Reads a hashtag as ordinary words around one that is not."""

    def __init__(self, matcher: Matcher, lexicon: Lexicon, ordinary: frozenset[str]) -> None:
        self._matcher = matcher
        self._forms = lexicon.forms
        self._origins = lexicon.origins
        self._ordinary = ordinary
        self._words = Memory(self._read, _MEMORY)

    def find(self, plain: str) -> list[Found]:
        """Every such hashtag in a folded text, without its sign."""
        found: list[Found] = []
        for tag in _TAG.finditer(plain):
            word = self._words[tag[1].lower()]
            if word:
                found.append((tag.start(1), tag.end(1), word, self._forms[word]))
        return found

    def _read(self, low: str) -> str | None:
        # What the matcher sees by itself needs no second look.
        if self._matcher.harmless(low) or self._matcher.judge(low):
            return None
        return self._word(low) or self._edge(low)

    def _edge(self, low: str) -> str | None:
        """A long word at either end of a tag: that letters spell it by chance is too much of one."""
        for size in range(len(low) - _SHORT, _LONG - 1, -1):
            for word in (low[:size], low[-size:]):
                if word in self._origins and self._forms[word] != "mild":
                    return word
        return None

    def _word(self, low: str) -> str | None:
        size = len(low)
        # Where ordinary words from the start may end, and where ordinary words to the end may begin.
        before, after = {0}, {size}
        for at in range(1, size + 1):
            if any(back in before and low[back:at] in self._ordinary for back in range(max(0, at - _LONGEST), at)):
                before.add(at)
        for at in range(size - 1, -1, -1):
            if any(
                end in after and low[at:end] in self._ordinary for end in range(at + 1, min(size, at + _LONGEST) + 1)
            ):
                after.add(at)
        for start in sorted(before):
            for end in sorted(after, reverse=True):
                word = low[start:end]
                # `#japan` is no hashtag about an insult: short words are only read at the end of a tag.
                enough = len(word) > _SHORT or (len(word) == _SHORT and end == size and start > _SHORT)
                if enough and word in self._forms:
                    return word
        return None
