"""What a word is to a search, on every engine."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Final

import regex

WORDY: Final = regex.compile(r"[\p{L}\p{N}]")
_UNSPACED: Final = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]\p{M}*")
"""Characters of scripts that put no space between words: each is found as a word of its own."""
_BETWEEN: Final = regex.compile(r"[^\p{L}\p{N}]+")
_MARKS: Final = regex.compile(r"\p{Mn}+")


@dataclass(frozen=True, slots=True)
class Findable:
    """A row of the search: what it stands for, and what that is found by."""

    id: int
    title: str
    body: str


def spaced(text: str) -> str:
    """A text with spaces around what stands for a word by itself."""
    return _UNSPACED.sub(lambda sign: f" {sign[0]} ", text)


def folded(text: str) -> list[str]:
    """The words of a text in one form, whatever their case and accents: letters and digits alone."""
    plain = _MARKS.sub("", unicodedata.normalize("NFD", spaced(text)).casefold())
    return [word for word in _BETWEEN.split(unicodedata.normalize("NFC", plain)) if word]
