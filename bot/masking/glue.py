"""What may stand between a word and a piece of it that a mark sets apart: `fuck*ed`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

GLUE: Final = frozenset("*-._~|+=^")


@dataclass(frozen=True, slots=True)
class Gap:
    """Where it stands."""

    start: int
    end: int


def gap_before(plain: str, flat: str, begin: int) -> Gap | None:
    """What is between the word that begins at `begin` and the letter before."""
    start = begin
    while start > 0 and flat[start - 1] == " " and begin - start <= 2:  # noqa: PLR2004 - two marks at most
        start -= 1
    return _gap(plain, start, begin) if start and flat[start - 1] != " " else None


def gap_after(plain: str, flat: str, end: int) -> Gap | None:
    """What is between the word that ends at `end` and the letter after."""
    stop = end
    while stop < len(flat) and flat[stop] == " " and stop - end <= 2:  # noqa: PLR2004 - two marks at most
        stop += 1
    return _gap(plain, end, stop) if stop < len(flat) and flat[stop] != " " else None


def _gap(plain: str, start: int, end: int) -> Gap | None:
    between = plain[start:end]
    return Gap(start, end) if between and (between == " " or all(char in GLUE for char in between)) else None
