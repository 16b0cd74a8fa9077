"""What may stand between a word and a piece of it that a mark sets apart: `fuck*ed`."""

from __future__ import annotations

from typing import Final

GLUE: Final = frozenset("*-._~|+=^")
_ONE_MARK: Final = GLUE | {" "}


def gap_before(plain: str, flat: str, begin: int) -> int | None:
    """Where what is between the word that begins at `begin` and the letter before begins."""
    if begin > 1 and flat[begin - 2] != " ":
        return begin - 1 if plain[begin - 1] in _ONE_MARK else None
    start = begin
    while start > 0 and flat[start - 1] == " " and begin - start <= 2:  # noqa: PLR2004 - two marks at most
        start -= 1
    return start if start and flat[start - 1] != " " and _glues(plain[start:begin]) else None


def gap_after(plain: str, flat: str, end: int) -> int | None:
    """Where what is between the word that ends at `end` and the letter after ends."""
    if end + 1 < len(flat) and flat[end + 1] != " ":
        return end + 1 if plain[end] in _ONE_MARK else None
    stop = end
    while stop < len(flat) and flat[stop] == " " and stop - end <= 2:  # noqa: PLR2004 - two marks at most
        stop += 1
    return stop if stop < len(flat) and flat[stop] != " " and _glues(plain[end:stop]) else None


def _glues(between: str) -> bool:
    return between == " " or (between != "" and GLUE.issuperset(between))
