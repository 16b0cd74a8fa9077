"""What is protected and what clears words, in texts of any length."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NoReturn

import pytest

from bot.masking.finder import Finder, _touches
from bot.masking.settings import MaskSettings


class _Spans(list[tuple[int, int]]):
    """Stretches that nobody may go through one by one."""

    def __contains__(self, one: object) -> NoReturn:
        raise AssertionError(one)

    def __iter__(self) -> Iterator[tuple[int, int]]:
        raise AssertionError


@pytest.mark.parametrize(
    ("start", "end", "touches"),
    [
        (0, 3, True),
        (2, 6, True),
        (3, 6, False),
        (6, 9, True),
        (5, 11, True),
        (12, 14, False),
        (12, 16, True),
        (15, 19, True),
    ],
)
def test_protected_stretches_are_looked_up(start: int, end: int, *, touches: bool) -> None:
    text = "abc de <@1> tr @sshole sh.it"
    assert _touches(_Spans([(0, 3), (7, 11), (15, 22)]), text, start, end) is touches


def test_a_word_that_only_looks_like_a_handle_or_a_host_is_none() -> None:
    text = "a @sshole sh.it here"
    spans = _Spans([(2, 9), (10, 15)])
    assert [_touches(spans, text, *span) for span in [(2, 9), (10, 15), (3, 9)]] == [False, False, True]


def test_no_part_of_a_word_that_a_block_cuts_clears_another() -> None:
    """`ut` is a small word of Swedish, in which `slut` is an end."""
    found, _ = Finder(MaskSettings()).find("slut\U0001f525 " * 1000)
    assert len(found) == 1000
