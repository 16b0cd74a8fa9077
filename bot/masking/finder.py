"""Finds what is to be masked in a text: folding, matching, protection and context, in this order."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from functools import cached_property
from typing import Final, NamedTuple, TypeAlias

from bot.masking.composed import composed
from bot.masking.context import Rules, Surroundings, may_clear
from bot.masking.folding import CyrillicFolding, Folding, flatten, plainly
from bot.masking.folding import places as places_in
from bot.masking.hashtags import Hashtags
from bot.masking.lexicon import Reader
from bot.masking.matcher import Found, Hit, Matcher
from bot.masking.memory import Memory
from bot.masking.others import Others
from bot.masking.pieces import SIGN, SIGNS, Pieces
from bot.masking.protecting import protected
from bot.masking.settings import SEVERITIES, MaskSettings, Severity
from bot.masking.tongues import Tongues
from bot.masking.veils import Veils

OTHER_SCRIPT: Final = re.compile("[\u0370-\u058f\u0300-\u036f\\s!-@\\[-`{-~]+")
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
_HEAPED: Final = re.compile("\\w[\u0300-\u036f\u20d0-\u20ff]{2,}")
"""A letter with two marks or more: Vietnamese has one such letter in a word."""
_LINES: Final = re.compile("[\u0330-\u0338\u20d0-\u20ff]")
_NORTHERN: Final = re.compile("[\u0306-\u030c\u0328\u0142\u00f8\u0111\u0127]")
"""Marks that make another letter of a letter, where others tell how it sounds."""
_SHORTEST_MARKED: Final = 4
_PROTECTING: Final = re.compile(r"[@/:]|\.\w|\]\(|[0-9A-Z][_-][0-9A-Z]|[a-z]_[0-9A-Za-z]|=")
_MEMORY: Final = 5_000
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


_CLOSE: Final = 20
_QUIET: Final = frozenset((*".,!?:;)(\"'", "...", "!!", "??", "?!", "!!!", '""', "''", "()"))
"""What stands around a word as usual: it protects nothing, and nothing in it is read."""
_READABLE: Final = re.compile(r"[^\W_]|[^\x00-\x7f]|[@$+#%&=^<{]")
MARK: Final = re.compile(rf"[{SIGNS}\\]")
"""What may be a letter, a part of one, or hide one."""
MAY_HIDE: Final = re.compile("[*@]|__|~~")
"""What hides a letter of a Russian word, or is markup in it."""
_SUBSTITUTION: Final = re.compile(r"(?<![\w/])s/[^/\s]{1,40}/[^/\s]{0,40}/", re.IGNORECASE)
"""How people in chat correct themselves, `s/hit/miss/`: the `s` is no part of what follows."""
Scanned: TypeAlias = tuple[str, str, list[Hit], re.Match[str] | None]
"""A text's `plain` and `flat` forms, the hits in it, and the first mark in `plain` that may be a letter or hide one."""
_NOTHING: Final[tuple[list[Found], bool]] = ([], False)


class Finder:
    """Everything that is built once for some settings."""

    def __init__(self, settings: MaskSettings) -> None:
        self.folding = Folding()
        self.cyrillic_folding = CyrillicFolding()
        reader = Reader(self.folding, self.cyrillic_folding)
        for language in settings.languages:
            reader.language(language)
        reader.own(settings)
        masked = frozenset(SEVERITIES[SEVERITIES.index(settings.starts_at) :])
        self._masked = masked
        self.latin = Matcher(reader.latin, flatten, ordinary=reader.ordinary, letters=_LETTERS)
        self.cyrillic = Matcher(reader.cyrillic, str, ordinary=reader.ordinary, letters=_CYRILLIC_LETTERS)
        self._veils = Veils(reader.cyrillic, self.cyrillic.judge)
        self._pieces = Pieces(self.latin, reader.latin, reader.ordinary)
        self._jointed = self._pieces.jointed
        self._hashtags = Hashtags(self.latin, reader.latin, reader.ordinary)
        self.others = Others(reader.others) if reader.others else None
        self._spellings = reader.latin.spellings
        self._written = frozenset(reader.latin.written)
        self._kept_spellings = frozenset(reader.latin.kept)
        self.tongues = Tongues()
        self._as_written = Memory(self._is_as_written, _MEMORY)
        self._hyphenated = tuple(word for word in reader.latin.exceptions if "-" in word)
        self._hyphenated_parts = frozenset(part for word in self._hyphenated for part in word.split("-"))

    @cached_property
    def rules(self) -> Rules:
        """What clears ambiguous words; read when the first word turns up."""
        return Rules(self.tongues)

    def scanned(self, text: str) -> Scanned:
        """The text, folded and scanned."""
        plain = text if text.isascii() else text.translate(self.folding)
        flat = flatten(plain)
        return plain, flat, self.latin.scan(flat), MARK.search(plain)

    def find(self, text: str, scanned: Scanned | None = None, *, syntax: bool = True) -> tuple[list[Found], bool]:
        """What is to be masked, in order and without overlaps, and whether the masked text has to be read again.

        It has to where words around cleared another one, or something readable is glued to what is masked.

        `syntax`: the text is raw, with code and mentions spelled out.
        """
        scanned = scanned or self.scanned(text)
        found = self.candidates(scanned)
        if not text.isascii():
            found = self.placed(text, scanned[0], scanned[1], found)
        if self.others:
            found += self.others.find(text)
        return self.kept(text, found, self.rules, syntax=syntax) if found else _NOTHING

    def candidates(self, scanned: Scanned) -> list[Found]:
        """Latin words in a folded text; places are those of the folded text."""
        plain, flat, hits, mark = scanned
        found = self.latin.find(plain, flat, hits) if hits else []
        if mark is not None:
            self._with_marks(plain, mark, found)
        self._jointed.widen(plain, found)
        return found

    def _with_marks(self, plain: str, mark: re.Match[str], found: list[Found]) -> None:
        """Adds words with marks in them, of which the first is given."""
        if sign := SIGN.search(plain, mark.start()):
            found += self._pieces.find(plain, sign)
            if "#" in plain:
                found += self._hashtags.find(plain)
        if "|" in plain or "\\" in plain or "()" in plain:
            found += composed(plain, self.latin.judge)

    def placed(
        self, text: str, plain: str, flat: str, found: list[Found], *, foreign_counts: bool = False
    ) -> list[Found]:
        """Those of the candidates that are words where they stand, and Cyrillic words; places are those of the text.

        `foreign_counts`: what is wholly in look-alikes is a word too, whatever the text says.
        """
        has_cyrillic = _CYRILLIC.search(text) is not None
        places = None
        if (found or has_cyrillic) and len(plain) != len(text):
            places = places_in(text, self.folding)
        foreign = [one for one in found if OTHER_SCRIPT.fullmatch(text, *places_of(places, one))]
        if foreign and not foreign_counts:
            # A word that is wholly in look-alikes counts among Latin words, spelled just as a word of ours.
            is_mixed = _GREEK.search(text) and _CYRILLIC.search(text)
            counts = _LATIN_WORD.search(text) and (is_mixed or not _OWN_LETTERS.search(text))
            innocent = {one for one in foreign if not counts or not _is_spelled_out(plain[one[0] : one[1]], one[2])}
            found = [one for one in found if one not in innocent]
        if has_cyrillic:
            other = text.translate(self.cyrillic_folding)
            found += [
                _whole(flat, one)
                for one in self.cyrillic.find(other, other, self.cyrillic.scan(other))
                if _has_cyrillic(text, places, one)
            ]
        if places is not None:
            found = [
                (places[start], _cluster_end(text, places[end - 1] + 1), word, severity)
                for start, end, word, severity in found
            ]
        if has_cyrillic and MAY_HIDE.search(plain):
            found += self._veils.find(text)
        return found

    def kept(  # noqa: C901, PLR0912, PLR0915 - hot
        self, text: str, found: list[Found], rules: Rules | None, *, syntax: bool
    ) -> tuple[list[Found], bool]:
        """What is left of what was found once protection, spelling and the `rules` of context have had their say."""
        spans: list[tuple[int, int]] | None = None
        around: Surroundings | None = None
        kept: list[Found] = []
        bare = text.isascii()
        again = glued = False

        marked = "`" in text or "<" in text
        dashed = "-" in text
        reached = 0
        found.sort()
        for start, end, word, severity in found:
            # In what is masked already nothing more is to be found.
            if end <= reached or severity not in self._masked:
                continue
            token = text[start:end]
            low = token.lower()
            if low.startswith("s/") and low.count("/") == 1 and _SUBSTITUTION.match(text, start):
                continue
            if word[0] == '"' or not bare:
                if token.isascii():
                    if word[0] == '"' and low not in self._written:
                        continue
                elif not self._as_written[f"{word}\n{token}"]:
                    continue
            if marked:
                if spans is None:
                    spans = protected(text, syntax=syntax)
                if spans and _touches(spans, text, start, end):
                    continue
            else:
                if text[start - 1 : start] == " " == text[end : end + 1]:
                    first, stop, beside = start, end, ""
                else:
                    first = text.rfind(" ", 0, start) + 1
                    stop = text.find(" ", end)
                    if stop < 0:
                        stop = len(text)
                    beside = text[first:start] + text[end:stop]
                size = stop - first
                if size >= _LONG or "_" in low or "." in low or (beside and not (beside in _QUIET and low.isalnum())):
                    if size > _FAR:
                        marked, spans = True, protected(text, syntax=syntax)
                        if _touches(spans, text, start, end):
                            continue
                    elif size >= _LONG or _PROTECTING.search(text, first, stop):
                        near = protected(text, syntax=syntax, first=first, last=stop)
                        if near and _touches(near, text, start, end):
                            continue
                    glued = True
            if rules is not None and (rule := rules.of(low)):
                around = around or Surroundings(text, self.tongues)
                if may_clear(rule, text, around.words, start) and around.clear(rule, start, end):
                    again = True
                    continue
            if dashed:
                part = low if bare else low.translate(self.folding)
                if part in self._hyphenated_parts and self._is_part_of_exception(text, start, end):
                    continue
            if start >= reached:
                kept.append((start, end, word, severity))
            else:
                kept[-1] = (kept[-1][0], end, *kept[-1][2:])
            reached = end
        return kept, again or ((glued or marked) and not _stands_apart(text, kept))

    def _is_as_written(self, word_and_token: str) -> bool:
        """Whether marks above and below the letters of a token, on a line below the word, leave it that word."""
        word, _, token = word_and_token.partition("\n")
        low = unicodedata.normalize("NFC", token).lower()
        spellings = self._spellings.get(word, "").split()
        if word[0] == '"':
            return plainly(low) in self._written and low not in self._kept_spellings
        # `vergaß`: the letter is two, of which folding leaves one.
        if (
            "ß" in low
            and low.isalpha()
            and not any("ß" in one and one in low for one in spellings)
            and not self.latin.judge(low.replace("ß", "ss").translate(self.folding))
        ):
            return False
        marks = unicodedata.normalize("NFD", low)
        # No language heaps marks on several letters.
        is_plain = not _MARKED.search(marks) or len(_HEAPED.findall(marks)) > 1
        if low in self._kept_spellings or _CYRILLIC.search(word) or is_plain:
            return low not in self._kept_spellings
        if spellings:
            return not _NORTHERN.search(marks) or any(spelling in low for spelling in spellings)
        # No accent stands on what is spelled by ear: such a token is a word of another language.
        if word in self.latin.made and self.latin.is_by_ear(low.translate(self.folding)):
            return False
        # No language has such a short word: marks on several of its letters, or lines through and around them.
        return len(word) >= _SHORTEST_MARKED or len(_MARKED_LETTER.findall(marks)) > 1 or bool(_LINES.search(marks))

    def _is_part_of_exception(self, text: str, start: int, end: int) -> bool:
        longest = max(map(len, self._hyphenated))
        first = max(0, start - longest)
        window = text[first : end + longest].lower()
        folded = window.translate(self.folding)
        if len(folded) == len(window):
            window = folded
        return any(
            (at := window.find(word)) >= 0 and first + at <= start and end <= first + at + len(word)
            for word in self._hyphenated
        )


def _stands_apart(text: str, found: list[Found]) -> bool:
    """Whether nothing that is read is glued to a finding, so that its mask changes nothing for what is around."""
    for start, end, *_ in found:
        stop = text.find(" ", end)
        if stop == end and text[start - 1 : start] == " ":
            continue
        around = text[text.rfind(" ", 0, start) + 1 : start] + (text[end:stop] if stop >= 0 else text[end:])
        if around and (len(around) > _CLOSE or _READABLE.search(around)):
            return False
    return True


def _is_spelled_out(written: str, word: str) -> bool:
    """Whether each letter is that of the word; a capital I looks like a small L."""
    return word in {written.lower(), written.replace("I", "l").lower()}


def _whole(flat: str, one: Found) -> Found:
    """A Cyrillic word with the letters of other scripts that are glued to it."""
    start, end, word, severity = one
    stop = flat.find(" ", end)
    return flat.rfind(" ", 0, start + 1) + 1, stop if stop >= 0 else len(flat), word, severity


def _has_cyrillic(text: str, places: list[int] | None, one: Found) -> bool:
    start, end = places_of(places, one)
    return bool(_CYRILLIC.search(text, start, end))


def places_of(places: list[int] | None, one: Found) -> tuple[int, int]:
    """Where in a text the first and the last character of a word are, by the places of its folded characters."""
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
    at = bisect_right(spans, (start, 1 << 60)) - 1
    if at >= 0 and spans[at][1] > start:
        # `@sshole` looks like somebody's handle, and `sh.it` like the name of a host, and they are none.
        return spans[at] != (start, end) or not (text[start] == "@" or text[start:end].count(".") == 1)
    return at + 1 < len(spans) and spans[at + 1][0] < end
