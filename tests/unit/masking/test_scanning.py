"""Automata answer every place of every pattern, however many patterns there are."""

from __future__ import annotations

import pytest

from bot.masking.scanning import places_of


@pytest.mark.parametrize("letter", ["a", "а"], ids=["latin", "cyrillic"])
def test_many_patterns_are_found_in_the_order_of_their_ends(letter: str) -> None:
    patterns = [f"{letter}{number:05}" for number in range(20_000)]
    text = f" {patterns[19_000]} {patterns[3]} {patterns[18_000]}"
    places = places_of(patterns)(text.encode() if letter.isascii() else text, overlapping=True)
    assert places == [(19_000, 1, 7), (3, 8, 14), (18_000, 15, 21)]


def test_no_patterns_are_found_nowhere() -> None:
    assert places_of([])(b"", overlapping=True) == []
