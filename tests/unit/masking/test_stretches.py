"""Reading a text stretch by stretch gives what reading it as a whole gives."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.masking import stretches
from bot.masking.drawing import Pen
from bot.masking.finder import Finder
from bot.masking.settings import MaskSettings
from bot.masking.stretches import Stretches

_FINDER = Finder(MaskSettings())
_PEN = Pen(MaskSettings())
_WHOLE = "read as a whole"
_STRETCHES = Stretches(_FINDER, _PEN, lambda *_: _WHOLE, syntax=True)
_ROWS = [json.loads(line)[1] for line in (Path(__file__).parent / "held_out.jsonl").read_text("utf-8").splitlines()]
_WORDS = sorted({word for row in _ROWS for word in row.split(" ")})
_GAPS = st.sampled_from([" ", "  ", ".", "-", "_", "**", "\u200d", "\u0301"])


def _as_a_whole(text: str) -> str:
    for _ in range(4):
        found, again = _FINDER.find(text)
        text = _PEN.masked(text, found) if found else text
        if not again:
            break
    return text


def test_held_out_rows_read_the_same() -> None:
    read = {text: masked for text in _ROWS if (masked := _STRETCHES.mask(text)) != _WHOLE}
    assert len(read) > len(_ROWS) * 0.8
    assert [text for text, masked in read.items() if masked != _as_a_whole(text)] == []


def _torn(word: str, at: int, gap: str) -> str:
    cut = 1 + at % max(1, len(word) - 1)
    return word[:cut] + gap + word[cut:]


@given(
    st.lists(st.sampled_from(_WORDS) | st.builds(_torn, st.sampled_from(_WORDS), st.integers(0, 20), _GAPS), max_size=6)
)
def test_words_among_others_read_the_same(words: list[str]) -> None:
    text = " ".join(words)
    assert _STRETCHES.mask(text) in {_as_a_whole(text), _WHOLE}


@pytest.mark.parametrize(
    "text",
    [
        "`fuck`, fuck",  # code may go on over spaces
        "nice <:fuck:1>, fuck",
        "a fuck \x00 fück",  # beyond ASCII control characters are left out
        "х*й его знает",
        "fuck **a** and a** too",
    ],
)
def test_what_its_surroundings_decide_is_left_to_them(text: str) -> None:
    assert _STRETCHES.mask(text) == _WHOLE


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("only a C U N T would", "only a * * * * would"),
        ("as shole here", "** ***** here"),
        ("is it me or fυck", "is it me or ****"),
        ("Did the bus pass hit it", "Did the bus pass hit it"),
        ("some bastard scraped it", "some ******* scraped it"),
        ("`fuck` is a command", "`fuck` is a command"),
        ("`git fuck` and <:fuck:1>", "`git fuck` and <:fuck:1>"),
    ],
)
def test_what_spaces_part_is_read_together(text: str, masked: str) -> None:
    assert _STRETCHES.mask(text) == masked


def test_a_texts_words_are_gone_through_twice_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many of them are ambiguous, each asks about all words around it."""

    class Words(list[str]):
        readings = 0

        def __iter__(self) -> Iterator[str]:
            Words.readings += 1
            return super().__iter__()

    monkeypatch.setattr(stretches, "words_of", lambda text: Words(text.split()))
    assert _STRETCHES.mask("cock " * 100) == "**** " * 100
    assert 0 < Words.readings <= 2
