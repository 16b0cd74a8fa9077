"""Folds what people write to the letters that a reader sees in it.

A text becomes strings whose positions lead back into it:

- `plain` holds Latin letters without their marks (case kept), digits and symbols; look-alikes from other alphabets,
  small capitals and styled letters are the Latin letters that they look like. Invisible characters and combining
  marks are left out, so nothing hides between letters.
- `flat` is what automata scan, as long as `plain`: lower case, the letters that leet confuses merged (`l` and `1` are
  `i`, `v` is `u`, `0` is `o`), and a space for everything that is neither a letter nor a digit.
- `cyrillic` is the other way round: Latin look-alikes are Cyrillic letters, the rest is spaces.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import compress
from operator import itemgetter
from typing import Final

from bot.masking.shapes import SHAPES

_MERGED: Final = {"l": "i", "v": "u"}
_DIGITS: Final = dict(zip("0123456789", "oizeasgtbg", strict=True))
_SYMBOLS: Final = dict(zip("@$!|+(#<{^", "asiitchcca", strict=True))

OTHER: Final = "\x7f"
"""In `plain` and `flat`: a letter that looks like no Latin one, and still belongs to its word."""


def _flat_table() -> bytes:
    table = bytearray(b" " * 256)
    for letter in "abcdefghijklmnopqrstuvwxyz":
        table[ord(letter)] = table[ord(letter.upper())] = ord(_MERGED.get(letter, letter))
    for digit, letter in _DIGITS.items():
        table[ord(digit)] = ord(_MERGED.get(letter, letter))
    table[ord(OTHER)] = ord(OTHER)
    return bytes(table)


FLAT: Final = _flat_table()
"""For `bytes.translate`: `flat` of each byte of `plain`."""
_LEET: Final = str.maketrans(_DIGITS | _SYMBOLS)
_REPEATED: Final = re.compile(r"(.)(?=\1)")
_STRETCHED: Final = re.compile(r"(.)\1\1+")
_ONCE: Final = itemgetter(1)


def flatten(plain: str) -> str:
    """`flat` for a `plain` string."""
    return plain.encode("ascii").translate(FLAT).decode("ascii")


def unleet(piece: str) -> str:
    """A piece of a word with its symbols and digits read as the letters that they stand for, lower case."""
    return piece.lower().translate(_LEET)


def plainly(word: str) -> str:
    """A word of small letters without its digits and symbols, and what is written three times or more written once."""
    return _STRETCHED.sub(_ONCE, "".join([char for char in unleet(word) if char.isalpha()]))


def squeeze(flat: str) -> str:
    """Every run of one letter as that letter alone."""
    return _REPEATED.sub("", flat)


_DROPPED: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\u2800")
_KEPT_CATEGORIES: Final = frozenset(("Lu", "Ll", "Lt", "Lm"))


def _styled(code: int) -> str | None:
    """Letters in circles, squares and flags, which have no decomposition that helps."""
    for first in (0x1F130, 0x1F150, 0x1F170, 0x1F1E6):
        if first <= code < first + 26:
            return chr(ord("a") + code - first)
    return None


def _fold(char: str) -> str | None:
    """One character of `plain`, or `None` where it is left out."""
    code = ord(char)
    if code < 0x80:  # noqa: PLR2004 - ASCII
        return char if char.isprintable() else " "
    if code in SHAPES:
        return SHAPES[code]
    category = unicodedata.category(char)
    if char in _DROPPED or category in {"Mn", "Me", "Cf"}:
        return None
    base = unicodedata.normalize("NFKD", char)
    first = next((part for part in base if not unicodedata.combining(part)), " ")
    if first == "(" and len(base) == 3:  # noqa: PLR2004 - a letter in brackets, as one character
        first = base[1]
    if first.isascii():
        return first if first.isalnum() or first in _SYMBOLS else " "
    if ord(first) in SHAPES:
        return SHAPES[ord(first)]
    # A picture between two letters hides one: `f🔥ck`.
    return _styled(code) or (OTHER if category in _KEPT_CATEGORIES else "*" if category == "So" else " ")


class Folding(dict[int, str | None]):
    """For `str.translate`: what becomes of a character, worked out when it is first met.

    At most `room` characters are remembered, so that no text makes it grow for ever.
    """

    def __init__(self, room: int = 20_000) -> None:
        super().__init__()
        self._room = room

    def __missing__(self, code: int) -> str | None:
        folded = self.fold(chr(code))
        if len(self) < self._room:
            self[code] = folded
        return folded

    def fold(self, char: str) -> str | None:
        """One character, or `None` where the character is left out."""
        return _fold(char)


_AS_CYRILLIC: Final = dict(zip("abcdehikmnoprtuxy01346@$", "авсденикмпоргтихуоизчбас", strict=True))
_SISTERS: Final = dict(zip("ёйіїєґ", "еиииег", strict=True))


class CyrillicFolding(Folding):
    """The same, to Cyrillic: small letters, Ё as Е, Й as И, and look-alikes as the letters that they look like."""

    def fold(self, char: str) -> str | None:
        """One character, or `None` where the character is left out."""
        seen = _fold(char)
        if seen is None:
            return None
        low = char.lower()
        if "\u0400" <= low <= "\u052f":
            return _SISTERS.get(low, low)
        return _AS_CYRILLIC.get(seen.lower(), " ")


def places(text: str, folding: dict[int, str | None]) -> list[int]:
    """For each character of the text folded by `folding`, which gives one or none for each, its place in the text."""
    return list(compress(range(len(text)), map(folding.__getitem__, map(ord, text))))
