"""Automata, and what makes many words ready for them at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import itemgetter
from typing import Final

from ahocorasick_rs import AhoCorasick, BytesAhoCorasick, Implementation

from bot.masking.folding import OTHER, squeeze
from bot.masking.verdict import Hit

_KIND: Final = Implementation.ContiguousNFA
_MOST_PATTERNS: Final = 20_000
"""Ours fit into one automaton, which takes some ten milliseconds to build."""
_BATCH: Final = 4_000


def flattened(flatten: Callable[[str], str], words: Iterable[str]) -> list[str]:
    """Each word flattened; at once, where no word holds the sign that parts them."""
    flats = flatten(OTHER.join(words)).split(OTHER)
    each = list(words)
    return flats if len(flats) == len(each) else [flatten(word) for word in each]


def squeezed(flats: list[str]) -> list[str]:
    """Each of them squeezed; many at once, yet not so many that everything else has to wait."""
    return [
        key
        for first in range(0, len(flats), _BATCH)
        for key in squeeze("\n".join(flats[first : first + _BATCH])).split("\n")
    ]


def automaton(patterns: list[str]) -> AhoCorasick:
    """An automaton that answers places alone, and finds nothing where there is nothing to look for."""
    return AhoCorasick(patterns or ["\0"], implementation=_KIND, store_patterns=False)


def places_of(patterns: list[str]) -> Callable[..., list[Hit]]:
    """A function that answers all places of the patterns, overlapping or not: in bytes where all of them are ASCII.

    To build an automaton is one call that nothing else runs beside, so a board's thousands of words get several.
    """
    is_ascii = all(map(str.isascii, patterns))
    scans: list[tuple[int, Callable[..., list[Hit]]]] = []
    for first in range(0, max(len(patterns), 1), _MOST_PATTERNS):
        some = patterns[first : first + _MOST_PATTERNS]
        scan = BytesAhoCorasick([one.encode() for one in some], implementation=_KIND) if is_ascii else automaton(some)
        scans.append((first, scan.find_matches_as_indexes))
    if len(scans) == 1:
        return scans[0][1]

    def scan_all(text: str | bytes, overlapping: bool) -> list[Hit]:  # noqa: FBT001 - as the scans themselves
        found = [
            (first + pattern, start, end) for first, scan in scans for pattern, start, end in scan(text, overlapping)
        ]
        return sorted(found, key=itemgetter(2))

    return scan_all


def shortest(words: Iterable[str]) -> list[str]:
    """The words that hold no other one."""
    first = "\0"
    # Those that begin with another one are told without an automaton.
    some = [first := word for word in sorted(words) if not word.startswith(first)]
    scan = automaton(some).find_matches_as_indexes
    return [word for word in some if len(scan(word, overlapping=True)) == 1]
