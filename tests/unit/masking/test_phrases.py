"""Phrases are found whether one or several of them have the part that is masked."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.masking.phrases import SPACES, Phrase, Phrases

_PHRASES: list[Phrase] = [
    ("you trop", 4, 8, "mild", SPACES),
    ("a trop of", 2, 6, "mild", SPACES),
    ("blow trip", 0, 9, "strong", SPACES),
    ("no ox", 3, 5, "slur", SPACES),
    ("an ox", 3, 5, "slur", SPACES),
]


@pytest.fixture(scope="module")
def phrases() -> Phrases:
    return Phrases(_PHRASES)


def test_phrases_with_one_part_share_a_pattern(phrases: Phrases) -> None:
    assert phrases.patterns == [" trop ", " blow trip ", " no ox ", " an ox "]
    assert [word for *_, word, _ in phrases.find(1, "blow trip", "blow trip", 0)] == ["blow trip"]
    assert [word for *_, word, _ in phrases.find(2, "no ox", "no ox", 0)] == ["no ox"]
    assert [word for *_, word, _ in phrases.find(3, "an ox", "an ox", 0)] == ["an ox"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("you trop", ["trop"]),
        ("well you-trop now", ["trop"]),
        ("a trop of it", ["trop"]),
        ("a trop off", []),
        ("bayou trop", []),
        ("a trop", []),
        ("you.trop", []),
        ("you a trop of you trop", ["trop", "trop"]),
    ],
)
def test_a_part_counts_in_its_phrases_alone(phrases: Phrases, text: str, found: list[str]) -> None:
    flat = "".join(char if char.isalpha() else " " for char in text)
    scanned = f" {flat}  "
    seen: list[str] = []
    at = scanned.find(" trop ")
    while at >= 0:
        words = [text[start:end] for start, end, *_ in phrases.find(0, text, flat, at)]
        # Dots for spaces make no phrase, which reaches that far all the same.
        assert bool(words) <= (phrases.reach(0, scanned, at, at + 6) is not None)
        seen += words
        at = scanned.find(" trop ", at + 1)
    assert seen == found


def test_a_phrase_reaches_from_space_to_space(phrases: Phrases) -> None:
    scanned = " so a trop of us  "
    at = scanned.index(" trop ")
    first, last = phrases.reach(0, scanned, at, at + 6) or (0, 0)
    assert scanned[first:last] == " a trop of "
    assert phrases.reach(1, scanned, at, at + 6) == (at, at + 6)


@pytest.fixture
def _eager_threads() -> Iterator[None]:
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(interval)


@pytest.mark.usefixtures("_eager_threads")
def test_threads_may_ask_for_the_same_part_at_once() -> None:
    """The first to ask has it put together, and no other one sees half of it."""
    phrases = Phrases([(f"a{'b' * number} trop", 2 + number, 6 + number, "mild", SPACES) for number in range(4_000)])
    scanned = f" a{'b' * 3_999} trop  "
    start = scanned.index(" trop")
    with ThreadPoolExecutor(8) as threads:
        reached = list(threads.map(lambda _: phrases.reach(0, scanned, start, start + 6), range(64)))
    assert reached == [(0, len(scanned) - 1)] * 64
