"""The word lists are read as they are meant."""

from __future__ import annotations

import pytest

from bot.masking.folding import CyrillicFolding, Folding
from bot.masking.lexicon import Reader, _sections, _words
from bot.masking.settings import LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_brace_is_left_in_a_word(language: str) -> None:
    reader = Reader(Folding(), CyrillicFolding())
    reader.language(language)
    words = [*reader.latin.forms, *reader.latin.exceptions, *reader.cyrillic.forms, *reader.cyrillic.exceptions]
    assert words
    assert [word for word in words if not {"{", "}", ",", "~"}.isdisjoint(word)] == []


def test_endings_stand_for_themselves_behind_a_stem() -> None:
    listing = "[endings]\nar: o as ar*\n[words mild]\ntrop~ar # a comment\n"
    listing = listing.replace(" # a comment", "")
    assert [list(_words(section.lines)) for section in _sections(listing) if section.name == "words"] == [
        ["tropo", "tropas", "tropar*"]
    ]


def test_an_ending_that_no_line_names_is_an_error() -> None:
    with pytest.raises(KeyError):
        list(_sections("[words mild]\ntrop~ar\n"))


def test_a_phrase_in_brackets_is_no_header() -> None:
    sections = list(_sections("[phrases slur]\n[tall trop]\nof [trop]\n"))
    assert [(section.name, section.severity, section.lines) for section in sections if section.lines] == [
        ("phrases", "slur", ("[tall trop]", "of [trop]"))
    ]
