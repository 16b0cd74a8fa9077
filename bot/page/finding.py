"""Shows where a text holds what was searched for."""

from __future__ import annotations

from typing import Final

import regex

_BEFORE: Final = 60
_LENGTH: Final = 220
_TERM: Final = regex.compile(r"[\p{L}\p{N}][\p{L}\p{N}\p{M}]*")


def found_parts(text: str, query: str) -> tuple[str, ...]:
    """A stretch of the text around the first word that was searched for; each second part is such a word.

    The parts together are the stretch, with an ellipsis where something is left out; line breaks become spaces.
    """
    line = " ".join(text.split())
    terms = sorted(set(_TERM.findall(query)), key=len, reverse=True)
    if not terms:
        return (_cut(line, 0),)
    pattern = regex.compile(rf"(?<![\p{{L}}\p{{N}}])({'|'.join(map(regex.escape, terms))})", regex.IGNORECASE)
    first = pattern.search(line)
    return tuple(pattern.split(_cut(line, 0 if first is None else first.start())))


def _cut(line: str, at: int) -> str:
    start = 0
    if at > _BEFORE:
        space = line.find(" ", at - _BEFORE, at)
        start = at - _BEFORE if space < 0 else space + 1
    end = len(line)
    if end - start > _LENGTH:
        space = line.rfind(" ", start + _LENGTH // 2, start + _LENGTH)
        end = start + _LENGTH if space < 0 else space
    return ("… " if start else "") + line[start:end] + (" …" if end < len(line) else "")
