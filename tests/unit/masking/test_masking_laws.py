"""What holds for every text."""

from __future__ import annotations

import sys
import unicodedata
from itertools import pairwise
from types import FrameType
from typing import TYPE_CHECKING

import pytest
import regex
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.markup.tree import CodeBlock, Document, Link, Mention, Paragraph, Styled, Text
from bot.markup.view import plain
from tests.builders import MASKER

if TYPE_CHECKING:
    from _typeshed import TraceFunction

_BAD = [
    "fuck",
    "shit",
    "a$$",
    "b*tch",
    "сука",
    "coño",
    "f u c k",
    "sh it",
    "ＦＵＣＫ",
    "f\u200buck",
    "nigger",
    "@sshole",
    "cock",
    "du mbshit",
    "fuck er",
    "wnaker",
    "fxck",
]
_CLEAN = [
    "class",
    "Scunthorpe",
    "analysis",
    "push it",
    "Dick Cheney",
    "as shown",
    "the",
    "употреблять",
    "ok",
    "😀",
    "año",
]
_PROTECTED = ["https://example.com/fuck", "`shit`", "<@U1|shithead>", "<:fuck:1>", "@shitposter_1", ":shit:"]
_EDGES = ["*", " ", "-", ".", "\n", "@", "#", "`", "<", "\u0301", "\ud800", "s", "in", "1", "!", "(", "_", "\x00", "х"]
_TEXTS = st.lists(st.sampled_from(_BAD + _CLEAN + _PROTECTED + _EDGES) | st.text(max_size=4), max_size=12).map("".join)
_FREE = st.text(st.characters(codec=None), max_size=80)


@given(_TEXTS | _FREE)
@example("fuc\u1e31push it\x08shit")
@settings(max_examples=400, deadline=None)
def test_masking_twice_changes_nothing(text: str) -> None:
    once = MASKER.text(text)
    assert MASKER.text(once) == once
    assert MASKER.findings(once) == [] or MASKER.text(once) == once


@given(_TEXTS | _FREE)
@settings(max_examples=300, deadline=None)
def test_text_without_a_finding_stays_identical(text: str) -> None:
    found = MASKER.findings(text)
    if not found:
        assert MASKER.text(text) is text
    assert found == sorted(found)
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert all(before.end <= after.start for before, after in pairwise(found))


@given(_TEXTS | _FREE)
@settings(max_examples=300, deadline=None)
def test_length_in_grapheme_clusters_is_kept(text: str) -> None:
    assert len(regex.findall(r"\X", MASKER.text(text))) == len(regex.findall(r"\X", text))


@given(st.lists(st.sampled_from(_PROTECTED + _CLEAN), max_size=10).map(" ".join))
@settings(max_examples=200, deadline=None)
def test_protected_tokens_among_clean_words_stay(text: str) -> None:
    assert MASKER.text(text) == text


@given(st.lists(st.sampled_from(_BAD), min_size=1, max_size=6).map(" , ".join))
@settings(max_examples=100, deadline=None)
def test_nothing_bad_is_left(text: str) -> None:
    masked = MASKER.text(text)
    assert not any(unicodedata.category(char)[0] == "L" for char in masked), masked


_SHAPES = [
    "a", "f.", "fu", "@$$", "f ", "fuck ", "s*", "e\u0301", "f\u200b", "fυ", "х у й ", "a s s ", "#fuck",
    "push it ", "sh it ", "du mbshit ", "fxck ", "fuck er ", "shittt ",
    "cock ", "f-", "<@", "`", "http://", "a.b@", "aabb", "fuсk ", "\ud800", "bitchbitch", "0", "A1b2",
    "сука ", "п*здец ", "fuck-", "fuck.", "slut ", "`fuck` ", "dick. ", "s h i t ", "bull shit ", "b-i-t-c-h ",
]  # fmt: skip


def _steps(text: str) -> int:
    """Lines of Python that masking a text runs through, which no machine makes fewer or more."""
    steps = 0

    def trace(frame: FrameType, event: str, _: object) -> TraceFunction | None:
        nonlocal steps
        steps += event == "line"
        return trace if "masking" in frame.f_code.co_filename else None

    sys.settrace(trace)
    try:
        MASKER.text(text)
    finally:
        sys.settrace(None)
    return steps


@pytest.mark.parametrize("shape", _SHAPES, ids=ascii)
def test_steps_grow_with_the_length(shape: str) -> None:
    few = _steps((shape * 2100)[:2100])
    many = _steps((shape * 8400)[:8400])
    assert many <= 4.6 * few + 400


@pytest.mark.parametrize("text", ["\u0301" * 1_000_000, "\ud800" * 100_000, "", "\x00", "a" * 1_000_000, "\u200d" * 9])
def test_odd_texts_are_masked_too(text: str) -> None:
    assert MASKER.text(text) == text


@given(_TEXTS)
@settings(max_examples=150, deadline=None)
def test_documents_keep_their_shape(text: str) -> None:
    document = Document(
        (
            Paragraph((Text(text), Styled("bold", (Text("x"),)), Mention("user", "shithead"), Text(text))),
            CodeBlock("fuck"),
            Paragraph((Link("https://example.com/fuck", (Text("https://example.com/fuck"),)),)),
        )
    )
    masked = MASKER.document(document)
    assert masked.changed == (masked.document != document)
    assert MASKER.document(masked.document).document == masked.document
    assert len(masked.document.blocks) == 3
    assert masked.document.blocks[1:] == document.blocks[1:]
    assert plain(masked.document).count("@shithead") == plain(document).count("@shithead")
