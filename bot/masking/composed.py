r"""Finds words with letters that are drawn with two or three characters: `pi|<ey`, `\/\/ank`, `|3itch`."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from bot.masking.folding import unleet

if TYPE_CHECKING:
    from bot.masking.verdict import Found, Verdict

_DRAWN: Final = {
    r"|\/|": "m",
    r"/\/\ ".strip(): "m",
    r"\/\/": "w",
    r"|\|": "n",
    r"|-|": "h",
    "|_|": "u",
    "(_)": "u",
    r"\_/": "u",
    r"\/": "v",
    r"/\ ".strip(): "a",
    "|=": "f",
    "|<": "k",
    "|{": "k",
    "|(": "k",
    "|3": "b",
    "|>": "p",
    "|)": "d",
    "|_": "l",
    "()": "o",
    "[]": "o",
    "><": "x",
}
_SHAPE: Final = re.compile("|".join(map(re.escape, sorted(_DRAWN, key=len, reverse=True))))
_TOKEN: Final = re.compile(r"\S+")
_EDGES: Final = "\"'.,;:?!*~"
_SHORTEST: Final = 3
_LONGEST: Final = 60


def composed(plain: str, judge: Callable[[str], Verdict | None]) -> list[Found]:
    """Stretches without a space that are words once such letters are read; the caller saw that `plain` has one."""
    found: list[Found] = []
    done = 0
    for shape in _SHAPE.finditer(plain):
        if shape.start() < done:
            continue
        begin = max(plain.rfind(" ", done, shape.start()), plain.rfind("\n", done, shape.start())) + 1 or done
        token = _TOKEN.match(plain, begin)
        if token is None:
            continue
        done = token.end()
        text = token[0]
        start = begin + len(text) - len(text.lstrip(_EDGES))
        text = text.strip(_EDGES)
        if not _SHORTEST < len(text) <= _LONGEST:
            continue
        letters = unleet(_SHAPE.sub(lambda one: _DRAWN[one[0]], text))
        # `put()` calls a function.
        if letters.isalpha() and not text.endswith("()") and any(map(str.isalpha, text)) and len(letters) > _SHORTEST:
            verdict = judge(letters)
            if verdict:
                found.append((start, start + len(text), *verdict))
    return found
