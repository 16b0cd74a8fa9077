"""Reads words that marks go through as one: `ar**se**wipe`, `BULL-$H1T`, `dick_h3@d`, `sh~~it~~h*le`."""

from __future__ import annotations

import re
import string
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from bot.masking.folding import unleet
from bot.masking.glue import GLUE
from bot.masking.memory import Memory

if TYPE_CHECKING:
    from bot.masking.verdict import Found, Verdict

_PART: Final = r"[A-Za-z0-9@$!+(#]"
_MARKUP: Final = r"(?P<mark>\*\*\*|\*\*|__|~~|\|\||[*_])"
_AROUND: Final = re.compile(rf"({_PART}*){_MARKUP}({_PART}+)(?P=mark)({_PART}*)")
"""Markup around a part of a word."""
_HELD: Final = string.ascii_letters + string.digits + "@$!+(#*_~|.-"
_HOLDS: Final = frozenset(_HELD)
_RUN: Final = re.compile(f"[{re.escape(_HELD)}]+")
_JOINT: Final = re.compile(r"[._~|-]+|(?<=\*)\*+|\*+(?=\*)")
_MARKS: Final = re.compile(r"[*._~|-]")
_EDGES: Final = "!+(#*_~|.-"
_JOINTS: Final = frozenset(".-_")
_SHORTEST: Final = 4
_SHORTEST_JOINTED: Final = 5
_LONGEST: Final = 40


class Jointed:
    """Reads what markup or one joint parts.

    `meant` is what a matcher knows of a whole word, `read` what is known of one with symbols and hidden letters.
    """

    def __init__(self, meant: Callable[[str], Verdict | None], read: Callable[[str], Verdict | None]) -> None:
        self._meant = meant
        self._read = read
        self._memory = Memory(self._word, 5_000)

    def widen(self, plain: str, found: list[Found]) -> None:
        """Puts the words that go on over marks in the places of those that they hold."""
        since = past = least = 0
        for at, (start, end, *_) in enumerate(found):
            if (since <= start < past and end >= least) or not (
                plain[start - 1 : start] in GLUE or plain[end : end + 1] in GLUE
            ):
                continue
            if word := self.around(plain, start, end):
                found[at] = word
            elif end - _first(plain, start) > _LONGEST:
                # Nor is anything one word that follows on it without a gap.
                since, past, least = start, start, end
                if run := _RUN.match(plain, start):
                    past = run.end()

    def around(self, plain: str, start: int, end: int) -> Found | None:
        """The word that holds `plain[start:end]` and goes on over marks, where it is one."""
        first, last = start, end
        if plain[start - 1 : start] in _HOLDS or plain[end : end + 1] in _HOLDS:
            first = _first(plain, start)
            after = plain[end : end + _LONGEST]
            last = end + len(after) - len(after.lstrip(_HELD))
        if last - first > _LONGEST:
            return None
        found = self._memory[plain[first:last]]
        if found is None:
            return None
        begin, beyond, verdict = found
        return (first + begin, first + beyond, *verdict) if first + begin <= start and first + beyond >= end else None

    def _word(self, text: str) -> tuple[int, int, Verdict] | None:
        if not _MARKS.search(text):
            return None
        text = text.rstrip("!")
        if text[:1] in "(#":
            found = self._word(text[1:]) if len(text) > _SHORTEST else None
            return (found[0] + 1, found[1] + 1, found[2]) if found else None
        for one in _AROUND.finditer(text):
            before, _, inside, after = one.groups()
            core = before + inside + after
            if not (before or after) or len(core) < _SHORTEST:
                continue
            verdict = self._meant(core.lower()) if core.isalpha() else self._read(core)
            if verdict:
                return one.start(), one.end(), verdict
        start = len(text) - len(text.lstrip(_EDGES))
        end = len(text.rstrip(_EDGES))
        core = text[start:end]
        joints = set(_JOINT.findall(core))
        if len(joints) != 1 or not joints <= _JOINTS:
            return None
        parts = core.split(joints.pop())
        low = "".join(parts)
        # A code has digits in each of its parts; what is one letter each is read elsewhere.
        if len(low) < _SHORTEST_JOINTED or len(parts) > 2 or all(map(_has_digit, parts)):  # noqa: PLR2004 - one joint
            return None
        verdict = self._meant(unleet(low)) if low.isalnum() else self._read(low)
        return (start, end, verdict) if verdict else None


def _first(plain: str, start: int) -> int:
    """Where what such a word may be of begins, which `start` is in; no more of it is looked at than it may be long."""
    before = plain[max(0, start - _LONGEST) : start]
    return start - len(before) + len(before.rstrip(_HELD))


def _has_digit(part: str) -> bool:
    return any(map(str.isdigit, part))
