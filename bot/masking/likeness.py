"""How a written word may differ from the one that is meant."""

from __future__ import annotations

import re
from typing import Final

RUNS: Final = re.compile(r"(.)\1*")
"""A letter and those like it behind it."""
_SWAPS: Final = frozenset(("vu", "li", "il"))


def lookalike(written: str, meant: str) -> bool:
    """Whether letters differ only where `v` stands for `u`, or `l` for `i`."""
    return len(written) == len(meant) and all(
        one == other or one + other in _SWAPS for one, other in zip(written, meant, strict=True)
    )


def stretched(key: str) -> str:
    """A pattern for a word with any of its letters repeated."""
    return "".join(f"{run[1]}{{{len(run[0])},}}" for run in RUNS.finditer(key))


def reaches(reach: str, start: int, end: int, length: int) -> bool:
    """Whether a stretch of a token stands where a word has to: anywhere, at the start or at the end."""
    return reach == "any" or (start == 0 if reach == "start" else end == length)
