"""Masks what people wrote stretch by stretch: most words are told by what stands between two spaces.

A stretch is read once and remembered, so a text costs one scan and a look-up for each place that the scan points at.
Where words around matter, and where something may reach over a space, the whole text has to be read instead.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from copy import copy
from typing import TYPE_CHECKING, Final, NamedTuple, final

from bot.masking.context import Rule, Surroundings, may_clear, words_of
from bot.masking.finder import MARK, MAY_HIDE, OTHER_SCRIPT, Finder, Scanned, places_of
from bot.masking.folding import FLAT, flatten, places
from bot.masking.memory import Memory
from bot.masking.pieces import SIGN_OR_DRAWN, SIGNS
from bot.masking.pointing import LONGEST_STRETCH, apart, stretch
from bot.masking.protecting import protected

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from bot.masking.drawing import Pen
    from bot.masking.matcher import Hit
    from bot.masking.verdict import Found

_MEMORY: Final = 10_000
_ODD: Final = re.compile("[\x00-\x1f\x7f\u0400-\u052f]")
_find_sign: Final = SIGN_OR_DRAWN.search
_SPACE: Final = 32
_MARK: Final = 1
_MARKED: Final = bytes(_MARK if chr(code) in f"{SIGNS}\\`" else FLAT[code] for code in range(256))
"""What `FLAT` gives, with marks that matter told from other symbols."""
_CONTROL: Final = re.compile("[\x00-\x1f\x7f]")
"""Beyond ASCII they are left out, so that stretches with them are not what they are by themselves."""

_LONG: Final = 2_000
"""Longer texts than people write in chat."""
_BEGINNING: Final = 1_000
_UNREAD: Final = "unread"


@final
class _Reading(NamedTuple):
    """What a stretch is whose surroundings have a say in it."""

    masked: str
    start: int
    end: int
    rule: Rule | None
    """What may clear the one word in it, which stands between `start` and `end`."""
    is_spelled: bool
    """Whether it holds single letters, which others around may belong to."""


class Stretches:
    """Masks texts. Those whose stretches can't be read by themselves are masked by `whole`, with what a scan gave."""

    def __init__(self, finder: Finder, pen: Pen, whole: Callable[[str, Scanned], str], *, syntax: bool) -> None:
        self._finder = finder
        self._latin = finder.latin
        self._scan = finder.latin.scan
        self._hits = finder.latin.hits
        self._point = finder.latin.stretches
        self._fold = Memory(lambda one: one.translate(finder.folding), _MEMORY).__getitem__
        self._fold_to_cyrillic = Memory(lambda one: one.translate(finder.cyrillic_folding), _MEMORY).__getitem__
        self._others = finder.others
        self._pen = pen
        self._whole = whole
        self._syntax = syntax
        self._memory = Memory(self._read, _MEMORY)
        """The masked stretch, an empty string where nothing is masked, or `None` where that depends on the rest."""

    def mask(self, text: str) -> str:  # noqa: C901, PLR0911, PLR0912, PLR0915 - hot
        """The masked text."""
        plain = text if text.isascii() else " ".join(map(self._fold, text.split(" ")))
        flat = plain.encode().translate(_MARKED)
        marked = _MARK in flat
        sign = None
        if marked:
            flat = flat.replace(b"\1", b" ")
            sign = _find_sign(plain)
        # `in_both_forms` without the call.
        second = flat.translate(None, b" ") if _SPACE in flat else b""
        scanned = b"".join((b" ", flat, b"  \0", second, b" "))
        hits = self._hits(scanned, True)  # noqa: FBT003 - a keyword takes longer
        if len(text) > _LONG and self._is_read_as_a_whole(text):
            return self._whole(text, _scanned(plain, flat, hits))
        if plain is text and not self._others:
            if not hits and not sign:
                return text
            found = self._point(text, scanned.decode(), hits) if hits else []
            if found is None:
                return self._whole(text, _scanned(plain, flat, hits))
            stretches = found
            if sign:
                stretches = _with_signs(stretches, text, text, sign)
        else:
            known = self._beyond_ascii(text, plain, scanned.decode(), hits, sign)
            if known is None:
                return self._whole(text, _scanned(plain, flat, hits))
            stretches = known
        memory = self._memory
        at = last = 0
        cleared = False
        around: Surroundings | None = None
        words: Collection[str] | None = None
        masked = ""
        for begin, end in stretches:
            first, done = begin, end
            if first < last:
                # What spells a word took in more.
                if done <= last:
                    continue
                return self._whole(text, _scanned(plain, flat, hits))
            reading = memory[text[first:done]]
            if type(reading) is not str:
                if type(reading) is _Reading and reading.is_spelled and not _stands_among_words(text, first, done):
                    first, last = _widened(text, at, first, done)
                    done = last
                    reading = memory[text[first:done]]
                    is_open = type(reading) is _Reading and reading.is_spelled
                    if is_open and not _stands_among_words(text, first, done):
                        return self._whole(text, _scanned(plain, flat, hits))
                if type(reading) is _Reading:
                    if rule := reading.rule:
                        # One look goes through the words faster than it makes a set of them.
                        words = words_of(text) if words is None else frozenset(words)
                        start = first + reading.start
                        if may_clear(rule, text, words, start):
                            around = around or Surroundings(text, self._finder.tongues, frozenset(words))
                            if around.clear(rule, start, first + reading.end):
                                cleared = True
                                continue
                    reading = reading.masked
                if reading is None:
                    return text if self._is_code(text, stretches) else self._whole(text, _scanned(plain, flat, hits))
            if reading:
                masked += text[at:first] + reading
                at = done
        if not at:
            return text
        # Code and mentions may go on over spaces, and a mask is a new neighbour for words that others cleared.
        if cleared or (marked and ("`" in text or "<" in text)):
            return text if self._is_code(text, stretches) else self._whole(text, _scanned(plain, flat, hits))
        return masked + text[at:]

    def _is_read_as_a_whole(self, text: str) -> bool:
        """Whether a long text's beginning has to be read as a whole: then stretches are no help for the rest either."""
        end = text.rfind(" ", 0, _BEGINNING)
        beginning = copy(self)
        beginning._whole = lambda *_: _UNREAD  # noqa: SLF001 - our own
        return end < 0 or beginning.mask(text[:end]) is _UNREAD

    def _is_code(self, text: str, stretches: list[tuple[int, int]]) -> bool:
        """Whether all that could be masked stands in code, mentions and custom emoji."""
        if not ("`" in text or "<" in text):
            return False
        spans = [one for one in protected(text, syntax=self._syntax) if text[one[0]] in "`<"]
        for start, end in stretches:
            at = bisect_right(spans, (start, len(text))) - 1
            if self._memory[text[start:end]] != "" and (at < 0 or end > spans[at][1]):
                return False
        return True

    def _beyond_ascii(
        self, text: str, plain: str, scanned: str, hits: list[Hit], sign: re.Match[str] | None
    ) -> list[tuple[int, int]] | None:
        """The stretches to look at in a text beyond ASCII; `None`: it has to be read as a whole."""
        odd = _ODD.search(text)
        if self._others or (odd and (odd[0] <= "\x7f" or MAY_HIDE.search(plain) or _CONTROL.search(text, odd.end()))):
            return None
        if not (hits or sign or odd):
            return []
        is_shorter = len(plain) != len(text)
        seen = text
        if is_shorter:
            seen = plain
            if plain.count(" ") > text.count(" "):
                # Only what is a space in the text parts its stretches.
                seen = " ".join([self._fold(one).replace(" ", "_") for one in text.split(" ")])
        stretches = self._latin.stretches(seen, scanned, hits) if hits else []
        if stretches is None:
            return None
        if odd:
            other = " ".join(map(self._fold_to_cyrillic, text.split(" ")))
            cyrillic = self._finder.cyrillic
            in_both = str(cyrillic.both_forms(other))
            more = cyrillic.stretches(seen, in_both, cyrillic.hits(in_both, True))  # noqa: FBT003
            if more is None:
                return None
            if more != stretches:
                stretches = apart(stretches + more)
        if sign:
            stretches = _with_signs(stretches, seen, plain, sign)
        return _unfolded(stretches, seen, text) if is_shorter else stretches

    def _read(self, stretch: str) -> str | _Reading | None:  # noqa: PLR0911 - one return for each reason
        if len(stretch) > LONGEST_STRETCH or "a**" in stretch.lower():
            return None
        finder = self._finder
        plain = stretch if stretch.isascii() else stretch.translate(finder.folding)
        flat = flatten(plain)
        hits = self._scan(flat)
        found = finder.candidates((plain, flat, hits, MARK.search(plain)))
        if found and ("`" in stretch or "<" in stretch):
            return None
        if "**" in plain and found != self._among_bold(plain, flat):
            return None
        if plain is not stretch:
            placed = self._placed(stretch, plain, flat, found)
            if placed is None:
                return None
            found = placed
        rules = [rule for start, end, *_ in found if (rule := finder.rules.of(stretch[start:end].lower()))]
        kept, again = finder.kept(stretch, found, None, syntax=self._syntax)
        if rules and any(one[:2] != found[0][:2] for one in found):
            # What a rule says of one word is no matter where others hide the same.
            sure = [one for one in found if finder.rules.of(stretch[one[0] : one[1]].lower()) is None]
            if not _cover_the_same(kept, finder.kept(stretch, sure, None, syntax=self._syntax)[0]):
                return None
            rules = []
        masked = self._settled(stretch, kept, again=again) if kept else ""
        is_spelled = self._latin.spells(flat, hits)
        if plain is not stretch and _ODD.search(stretch):
            other = stretch.translate(finder.cyrillic_folding)
            is_spelled |= finder.cyrillic.spells(other, finder.cyrillic.scan(other))
        if masked is None or not (rules or is_spelled):
            return masked
        start, end = kept[0][:2] if kept else (0, 0)
        return _Reading(masked, start, end, rules[0] if rules and kept else None, is_spelled)

    def _placed(self, stretch: str, plain: str, flat: str, found: list[Found]) -> list[Found] | None:
        """What is found in a stretch beyond ASCII, by itself; `None`: the whole text has a say in it."""
        finder = self._finder
        origins = places(stretch, finder.folding)
        sure = [one for one in found if not OTHER_SCRIPT.fullmatch(stretch, *places_of(origins, one))]
        placed = finder.placed(stretch, plain, flat, sure)
        if len(sure) < len(found):
            # Whether look-alikes are a word is for the text to say, unless others hide the same.
            every = finder.placed(stretch, plain, flat, found, foreign_counts=True)
            kept = [finder.kept(stretch, each.copy(), None, syntax=self._syntax)[0] for each in (placed, every)]
            if not _cover_the_same(*kept):
                return None
        return placed

    def _settled(self, stretch: str, kept: list[Found], *, again: bool) -> str | None:
        """The masked stretch, in which nothing is left to be found."""
        masked = self._pen.masked(stretch, kept)
        return masked if masked == stretch or not again or self._memory[masked] == "" else None

    def _among_bold(self, plain: str, flat: str) -> list[Found]:
        """What is found behind what may be the beginning of something bold."""
        behind = "** " + plain
        hits: list[Hit] = self._scan("   " + flat)
        found = self._finder.candidates((behind, "   " + flat, hits, MARK.search(behind)))
        return [(start - 3, end - 3, word, severity) for start, end, word, severity in found]


def _scanned(plain: str, flat: bytes, hits: list[Hit]) -> Scanned:
    return plain, flat.decode(), hits, MARK.search(plain)


def _with_signs(
    stretches: list[tuple[int, int]], text: str, plain: str, sign: re.Match[str] | None
) -> list[tuple[int, int]]:
    """The stretches, to which those with a sign in them are added, from the first one on."""
    count = len(stretches)
    first, last = stretches[0] if count else (0, 0)
    while sign:
        start = sign.start()
        if first <= start < last:
            end = last
        else:
            stretches.append(stretch(text, start, start + 1))
            end = stretches[-1][1]
        sign = _find_sign(plain, end)
    return apart(stretches) if count < len(stretches) > 1 else stretches


def _cover_the_same(some: list[Found], others: list[Found]) -> bool:
    return [one[:2] for one in some] == [one[:2] for one in others]


def _unfolded(stretches: list[tuple[int, int]], folded: str, text: str) -> list[tuple[int, int]]:
    """The same stretches in the text: folding changes their lengths, but not the number of spaces."""
    placed: list[tuple[int, int]] = []
    at = begin = 0
    for start, end in stretches:
        for _ in range(folded.count(" ", at, start)):
            begin = text.find(" ", begin) + 1
        stop = begin - 1
        for _ in range(folded.count(" ", start, end) + 1):
            stop = text.find(" ", stop + 1)
        placed.append((begin, stop if stop >= 0 else len(text)))
        at = start
    return placed


def _widened(text: str, least: int, first: int, last: int) -> tuple[int, int]:
    """The stretch with those beside it that are single letters, and one more on each side where there is one."""
    while last - first <= LONGEST_STRETCH:
        if first > least and not _is_word(text[max(0, first - 3) : first - 1]):
            first = max(least, text.rfind(" ", 0, max(0, first - 1)) + 1)
        elif last < len(text) and not _is_word(text[last + 1 : last + 3]):
            last = text.find(" ", last + 1)
            last = len(text) if last < 0 else last
        else:
            break
    return first, last


def _stands_among_words(text: str, first: int, last: int) -> bool:
    """Whether no single letters stand beside a stretch."""
    before = text[first - 3 : first - 1].isalnum() if first > 2 else not first  # noqa: PLR2004 - two letters
    return before and (last == len(text) or _is_word(text[last + 1 : last + 3]))


def _is_word(letters: str) -> bool:
    return len(letters) > 1 and letters.isalnum()
