"""The word lists are read as they are meant."""

from __future__ import annotations

import pytest

from bot.masking.folding import CyrillicFolding, Folding
from bot.masking.lexicon import Reader
from bot.masking.settings import LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_brace_is_left_in_a_word(language: str) -> None:
    reader = Reader(Folding(), CyrillicFolding())
    reader.language(language)
    words = [*reader.latin.forms, *reader.latin.exceptions, *reader.cyrillic.forms, *reader.cyrillic.exceptions]
    assert words
    assert [word for word in words if not {"{", "}", ",", "~"}.isdisjoint(word)] == []
