"""Finds what is to be masked in a text: folding, matching, protection and context, in this order."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from typing import Final, NamedTuple

from bot.masking.composed import composed
from bot.masking.context import Surroundings, rules
from bot.masking.folding import CyrillicFolding, Folding, flatten, flatten_with_signs, fold
from bot.masking.hashtags import Hashtags
from bot.masking.lexicon import Reader
from bot.masking.matcher import Found, Matcher
from bot.masking.others import Others
from bot.masking.pieces import Pieces
from bot.masking.protecting import protected
from bot.masking.settings import SEVERITIES, MaskSettings, Severity
from bot.masking.tongues import Tongues
from bot.masking.veils import Veils

_OTHER_SCRIPT: Final = re.compile("[\u0370-\u058f\u0300-\u036f\\s!-@\\[-`{-~]+")
"""Words in Greek, Cyrillic or Armenian alone: that they look like Latin ones means nothing."""
_LATIN_WORD: Final = re.compile("[A-Za-z]{2}")
_OWN_LETTERS: Final = re.compile("[БГДЖЗЙЛФЦЧЭЮЯбгджзйлцчэюяΓΔΘΛΞΠΦΨΩβδθλξφψ]")
"""Letters of those scripts that look like no Latin one: with them around, words are what they are."""
_GREEK: Final = re.compile("[\u0370-\u03ff]")
_CYRILLIC: Final = re.compile("[\u0400-\u052f]")
_LETTERS: Final = "abcdefghijkmnopqrstuwxyz"
_CYRILLIC_LETTERS: Final = "".join(map(chr, range(0x430, 0x450)))
_MARKED: Final = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]|[łøđħ]")
_MARKED_LETTER: Final = re.compile("[a-z][\u0300-\u036f\u20d0-\u20ff]+")
_LINES: Final = re.compile("[\u0330-\u0338\u20d0-\u20ff]")
_NORTHERN: Final = re.compile("[\u0306-\u030c\u0328\u0142\u00f8\u0111\u0127]")
"""Marks that make another letter of a letter, where others tell how it sounds."""
_SHORTEST_MARKED: Final = 4
_PROTECTING: Final = re.compile(r"[@/:]|\.\w|\]\(")
_LONG: Final = 24
_FAR: Final = 200
"""Longer stretches without a space are searched for what is protected just once, with all the rest of the text."""


class Finding(NamedTuple):
    """A stretch of a text that is to be masked: `text[start:end]` in code points, whole grapheme clusters."""

    start: int
    end: int
    word: str
    """The word of the lists that it is, as they spell it."""
    severity: Severity


_NOTHING: Final[tuple[list[Found], bool]] = ([], False)


class Finder:
    """Everything that is built once for some settings."""

    def __init__(self, settings: MaskSettings) -> None:
        self._folding = Folding()
        self._cyrillic_folding = CyrillicFolding()
        reader = Reader(self._folding, self._cyrillic_folding)
        for language in settings.languages:
            reader.language(language)
        reader.own(settings)
        masked = frozenset(SEVERITIES[SEVERITIES.index(settings.starts_at) :])
        self._masked = masked
        self._latin = Matcher(reader.latin, flatten, ordinary=reader.ordinary, letters=_LETTERS)
        self._cyrillic = Matcher(reader.cyrillic, str, ordinary=reader.ordinary, letters=_CYRILLIC_LETTERS)
        self._veils = Veils(reader.cyrillic)
        self._pieces = Pieces(self._latin, reader.latin, reader.ordinary)
        self._hashtags = Hashtags(self._latin, reader.latin, reader.ordinary)
        self._others = Others(reader.others) if reader.others else None
        self._spellings = reader.latin.spellings
        self._written = frozenset(reader.latin.written)
        self._kept_spellings = frozenset(reader.latin.kept)
        self._rules = rules()
        self._tongues = Tongues()
        self._hyphenated = tuple(word for word in reader.latin.exceptions if "-" in word)
        self._hyphenated_parts = frozenset(part for word in self._hyphenated for part in word.split("-"))

    def find(self, text: str, *, syntax: bool = True) -> tuple[list[Found], bool]:
        """What is to be masked, in order and without overlaps, and whether words around cleared another one.

        `syntax`: the text is raw, with code and mentions spelled out.
        """
        if text.isascii():
            flat, signs = flatten_with_signs(text)
            found = self._latin.find(text, flat)
            if signs:
                found += self._signed(text)
            if "|" in text or "\\" in text or "()" in text:
                found += composed(text, self._latin.judge)
            if self._others:
                found += self._others.find(text)
        else:
            found = self._folded(text)
        return self._kept(text, found, syntax=syntax) if found else _NOTHING

    def _signed(self, plain: str) -> list[Found]:
        found = self._pieces.find(plain)
        return found + self._hashtags.find(plain) if "#" in plain else found

    def _folded(self, text: str) -> list[Found]:
        folded = fold(text, self._folding)
        plain, places = folded.plain, folded.places
        flat, signs = flatten_with_signs(plain)
        found = self._latin.find(plain, flat)
        if signs:
            found += self._signed(plain)
        if "|" in plain or "\\" in plain or "()" in plain:
            found += composed(plain, self._latin.judge)
        found = [
            one
            for one in found
            if not _OTHER_SCRIPT.fullmatch(text, *_origin(places, one)) or _is_disguise(text, plain, one)
        ]
        if _CYRILLIC.search(text):
            other = text.translate(self._cyrillic_folding)
            found += [
                _whole(flat, one) for one in self._cyrillic.find(other, other) if _has_cyrillic(text, places, one)
            ]
        if places is not None:
            found = [
                (places[start], _cluster_end(text, places[end - 1] + 1), word, severity)
                for start, end, word, severity in found
            ]
        if "*" in plain and _CYRILLIC.search(text):
            found += self._veils.find(text)
        if self._others:
            found += self._others.find(text)
        return found

    def _kept(self, text: str, found: list[Found], *, syntax: bool) -> tuple[list[Found], bool]:  # noqa: C901, PLR0912 - hot
        spans: list[tuple[int, int]] | None = None
        around: Surroundings | None = None
        kept: list[Found] = []
        bare = text.isascii()
        cleared = False
        marked = "`" in text or "<" in text
        found.sort()
        for start, end, word, severity in found:
            if severity not in self._masked:
                continue
            if (word[0] == '"' or not bare) and not self._as_written(text[start:end], word):
                continue
            if marked:
                if spans is None:
                    spans = protected(text, syntax=syntax)
                if _touches(spans, text, start, end):
                    continue
            else:
                stop = text.find(" ", end)
                if stop < 0:
                    stop = len(text)
                first = text.rfind(" ", 0, start) + 1
                size = stop - first
                if size > _FAR:
                    marked, spans = True, protected(text, syntax=syntax)
                    if _touches(spans, text, start, end):
                        continue
                elif (size > end - start or size >= _LONG) and (size >= _LONG or _PROTECTING.search(text, first, stop)):
                    near = protected(text, syntax=syntax, first=first, last=stop)
                    if near and _touches(near, text, start, end):
                        continue
            low = text[start:end].lower()
            if low in self._rules:
                around = around or Surroundings(text, self._tongues)
                if around.clear(self._rules[low], start, end):
                    cleared = True
                    continue
            if low in self._hyphenated_parts and self._is_part_of_exception(text, start, end):
                continue
            if not kept or start >= kept[-1][1]:
                kept.append((start, end, word, severity))
            elif end > kept[-1][1]:
                kept[-1] = (kept[-1][0], end, *kept[-1][2:])
        return kept, cleared

    def _as_written(self, token: str, word: str) -> bool:
        """Whether marks above and below letters leave the word what it is."""
        if token.isascii():
            return word[0] != '"' or token.lower() in self._written
        low = unicodedata.normalize("NFC", token).lower()
        spellings = self._spellings.get(word, ())
        if word[0] == '"':
            return low in self._written and low not in self._kept_spellings
        marks = unicodedata.normalize("NFD", low)
        if low in self._kept_spellings or _CYRILLIC.search(word) or not _MARKED.search(marks):
            return low not in self._kept_spellings
        if spellings:
            return not _NORTHERN.search(marks) or any(spelling in low for spelling in spellings)
        # No accent stands on what is spelled by ear: such a token is a word of another language.
        if word in self._latin.made and self._latin.is_by_ear(low.translate(self._folding)):
            return False
        # No language has such a short word: marks on several of its letters, or lines through and around them.
        return len(word) >= _SHORTEST_MARKED or len(_MARKED_LETTER.findall(marks)) > 1 or bool(_LINES.search(marks))

    def _is_part_of_exception(self, text: str, start: int, end: int) -> bool:
        longest = max(map(len, self._hyphenated))
        first = max(0, start - longest)
        window = text[first : end + longest].lower()
        return any(
            (at := window.find(word)) >= 0 and first + at <= start and end <= first + at + len(word)
            for word in self._hyphenated
        )


def _is_disguise(text: str, plain: str, one: Found) -> bool:
    """Whether a word that is wholly in look-alikes stands among Latin words, and is spelled just as a word of ours."""
    start, end, word, _ = one
    if _GREEK.search(text) and _CYRILLIC.search(text) and not text.isascii() and _LATIN_WORD.search(text):
        return plain[start:end].lower() == word
    return plain[start:end].lower() == word and bool(_LATIN_WORD.search(text)) and not _OWN_LETTERS.search(text)


def _whole(flat: str, one: Found) -> Found:
    """A Cyrillic word with the letters of other scripts that are glued to it."""
    start, end, word, severity = one
    stop = flat.find(" ", end)
    return flat.rfind(" ", 0, start + 1) + 1, stop if stop >= 0 else len(flat), word, severity


def _has_cyrillic(text: str, places: list[int] | None, one: Found) -> bool:
    start, end = _origin(places, one)
    return bool(_CYRILLIC.search(text, start, end))


def _origin(places: list[int] | None, one: Found) -> tuple[int, int]:
    return one[:2] if places is None else (places[one[0]], places[one[1] - 1] + 1)


def _cluster_end(text: str, end: int) -> int:
    """`end` moved over the marks that belong to the last letter."""
    while (
        end < len(text)
        and text[end] >= "\u0300"
        and (unicodedata.category(text[end]) in {"Mn", "Me", "Mc"} or text[end] in "\u200c\u200d")
    ):
        end += 1
    return end


def _touches(spans: list[tuple[int, int]], text: str, start: int, end: int) -> bool:
    # `@sshole` looks like somebody's handle, and is none.
    if text[start] == "@" and (start, end) in spans:
        return False
    at = bisect_right(spans, (start, 1 << 60)) - 1
    if at >= 0 and spans[at][1] > start:
        return True
    return at + 1 < len(spans) and spans[at + 1][0] < end
