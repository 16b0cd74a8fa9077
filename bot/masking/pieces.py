"""Finds words with symbols in them: `a$$hole`, `sh!t`, and words that their writer masked, as `f*ck` and `wa##er`."""

from __future__ import annotations

import re
from typing import Final

from bot.masking.folding import unleet
from bot.masking.lexicon import Lexicon
from bot.masking.matcher import Found, Matcher
from bot.masking.settings import Severity

SIGN: Final = re.compile(r"[@$!|+(#*%&?^<{=~][A-Za-z0-9]|[A-Za-z0-9][@$+|#*]")
_PIECES: Final = bytes(
    code if chr(code).isascii() and (chr(code).isalnum() or chr(code) in "@$!|+(#*%&?^<{=~") else 32
    for code in range(256)
)
"""Everything that is no letter, digit or such a symbol parts one piece from the next."""
_EDGES: Final = "!?*|(#%&^<{=~+"
_HIDDEN: Final = re.compile(r"[^a-z]+")
_PAIR: Final = re.compile(r"[a-z]{2}")
_UPRIGHT: Final = re.compile("[1|!]")
_ROOM: Final = 5_000
_LONGEST: Final = 40
_SHORTEST_WILD: Final = 4


class Pieces:
    """Reads symbols as letters, and as marks that hide one letter each."""

    def __init__(self, matcher: Matcher, lexicon: Lexicon) -> None:
        self._matcher = matcher
        self._memory: dict[str, tuple[int, int, str, Severity] | None] = {}
        self._shapes: dict[tuple[int, str, str], list[tuple[str, Severity]]] = {}
        for form, severity in lexicon.forms.items():
            if len(form) >= _SHORTEST_WILD and form[0].isalpha():
                self._shapes.setdefault((len(form), form[0], form[-1]), []).append((form, severity))
                self._shapes.setdefault((len(form), form[0], ""), []).append((form, severity))

    def find(self, plain: str) -> list[Found]:
        """Every such word in a folded text."""
        found: list[Found] = []
        pieces = plain.encode("ascii").translate(_PIECES).decode("ascii")
        done = 0
        for sign in SIGN.finditer(plain):
            place = sign.start()
            if place < done:
                continue
            begin = pieces.rfind(" ", done, place) + 1 or done
            done = pieces.find(" ", place)
            if done < 0:
                done = len(plain)
            if done - begin > _LONGEST:
                continue
            read = self._recall(plain[begin:done])
            if read:
                start, end, word, severity = read
                found.append((begin + start, begin + end, word, severity))
        return found

    def _recall(self, text: str) -> tuple[int, int, str, Severity] | None:
        try:
            return self._memory[text]
        except KeyError:
            read = self._read(text)
            if len(self._memory) >= _ROOM:
                self._memory.clear()
            self._memory[text] = read
            return read

    def _read(self, text: str) -> tuple[int, int, str, Severity] | None:
        start = len(text) - len(text.lstrip(_EDGES))
        end = len(text.rstrip(_EDGES + "@"))
        core = text[start:end]
        # The sign after the last letter may be a letter (`cun+`), and so may the one before the first.
        tries = [(start, end)]
        if text.endswith("+") or (text.endswith(("##", "**")) and not start):
            tries.append((start, len(text)))
        for first, last in tries:
            core = text[first:last]
            if len(core) < 3 or core.isalnum():  # noqa: PLR2004 - `a$$` is the shortest
                continue
            word = self._leet(core) or self._wild(core.lower())
            if word:
                return first, last, *word
        return None

    def _leet(self, core: str) -> tuple[str, Severity] | None:
        meant = unleet(core)
        letters = sum(map(str.isalpha, core))
        if not meant.isalpha() or letters == 0 or letters * 3 < len(core):
            return None
        if len(meant) <= 3 and any(map(str.isdigit, core)):  # noqa: PLR2004 - `4$$` is no word
            return None
        # A handle that is bad without its sign is a handle; `@sshole` is not.
        if core[0] == "@" and self._matcher.judge(core[1:]):
            return None
        verdict = self._matcher.judge(meant) or self._matcher.judge(meant.replace("v", "u"))
        if not verdict and _UPRIGHT.search(core):
            verdict = self._matcher.judge(unleet(_UPRIGHT.sub("l", core)))
        return (verdict.word, verdict.severity) if verdict else None

    def _wild(self, core: str) -> tuple[str, Severity] | None:
        seen = [(at, char) for at, char in enumerate(core) if char.isalpha()]
        hidden = len(core) - len(seen)
        if len(core) < _SHORTEST_WILD or not core[0].isalpha() or any(map(str.isdigit, core)):
            return None
        if len(seen) < 2 or len(set(core) - {char for _, char in seen}) > 1:  # noqa: PLR2004
            return None
        # `a*s*s` is a sum, and `c@t##` says too little.
        is_sum = len(_HIDDEN.findall(core)) > 1 and not _PAIR.search(core)
        if is_sum or ("*" not in core and hidden > len(seen)) or self._matcher.harmless(unleet(core)):
            return None
        for form, severity in self._shapes.get((len(core), core[0], core[-1] if core[-1].isalpha() else ""), ()):
            if all(form[at] == char for at, char in seen):
                return form, severity
        return None
