"""Sentences that no list was made from: what must go, what may go with it, and what must stay.

`held_out.jsonl` holds rows of [kind, text, stretches that must be masked, stretches that may be]; a row without a
stretch is clean. They were written before the masker was run on them, and stand for what it did wrong where it did.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from tests.builders import MASKER


@dataclass(frozen=True)
class Row:
    kind: str
    text: str
    must: tuple[str, ...]
    may: tuple[str, ...]


def _rows() -> list[Row]:
    lines = (Path(__file__).parent / "held_out.jsonl").read_text("utf-8").splitlines()
    return [Row(kind, text, tuple(must), tuple(may)) for kind, text, must, may in map(json.loads, lines)]


_PROFANE = [row for row in _rows() if row.must]
_CLEAN = [row for row in _rows() if not row.must]


def _hidden(row: Row) -> bool:
    """Whether every stretch that must go lies in what is found."""
    found = MASKER.findings(row.text)
    places = [(row.text.index(stretch), row.text.index(stretch) + len(stretch)) for stretch in row.must]
    return all(any(one.start <= start and one.end >= end for one in found) for start, end in places)


def _spares(row: Row) -> bool:
    """Whether nothing is found outside of what must or may go."""
    allowed: set[int] = set()
    for stretch in (*row.must, *row.may):
        allowed.update(range(row.text.index(stretch), row.text.index(stretch) + len(stretch)))
    return all(allowed.issuperset(range(one.start, one.end)) for one in MASKER.findings(row.text))


def test_profane_stretches_are_found() -> None:
    missed = [row.text for row in _PROFANE if not _hidden(row)]
    assert len(missed) <= len(_PROFANE) * 0.02, missed


def test_every_language_is_found() -> None:
    shares = defaultdict[str, list[bool]](list)
    for row in _PROFANE:
        if row.kind.startswith("lang_"):
            shares[row.kind].append(_hidden(row))
    assert len(shares) == 6
    assert {kind for kind, hidden in shares.items() if sum(hidden) < 0.9 * len(hidden)} == set()


def test_clean_text_stays() -> None:
    assert [masked for row in _CLEAN if (masked := MASKER.text(row.text)) != row.text] == []


def test_masks_spare_their_neighbours() -> None:
    assert [row.text for row in _PROFANE if not _spares(row)] == []
