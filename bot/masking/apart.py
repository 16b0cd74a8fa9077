"""Finds words whose letters are set apart: `f.u.c.k`, `f u c k e d`, `bit-ch`, `as shole`."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from itertools import accumulate, pairwise
from typing import Final

from bot.masking.folding import squeeze
from bot.masking.lexicon import SHORTEST_LOOSE, Lexicon, by_letter
from bot.masking.memory import Memory
from bot.masking.pointing import BEFORE_SECOND
from bot.masking.verdict import Found, Hit, Verdict

_LONGEST_SPELLED: Final = 16
_WIDEST: Final = 80
"""No word with its letters set apart is longer than this, in characters."""
_WIDEST_GAP: Final = 3
"""A mark on each side of a space, or a mark that is doubled around a letter."""
_MOST_PARTS: Final = 4
_MEMORY: Final = 10_000
_AROUND: Final = frozenset(
    (*"aiunyr", "", "you", "the", "so", "oh", "is", "my", "me", "it", "off", "this", "that", "up")
)
"""What may be spelled out beside a word that is spelled out letter by letter."""
_HIDES: Final = frozenset("*#")
_JOINTS: Final = frozenset("./\\-_")
_OPERATIONS: Final = (" + ", " - ", " = ")
"""Among other gaps they are what a sum is made of: `f*u + c*k`."""
_CLITICS: Final = frozenset(("s", "t", "d", "m", "re", "ve", "ll"))
"""What English writes behind an apostrophe."""
_SINGLES: Final = tuple(
    re.compile(f"(?:{' ' * (stride - 1)}[^ ](?![^ ]))*" if stride > 1 else "") for stride in range(5)
)
_LETTER_BY_LETTER: Final = re.compile(rf"[^ ](?: {{1,{_WIDEST_GAP}}}[^ ])+")
_TOKENS: Final = re.compile(r"[^ ]+")


class Apart:
    """Joins tokens, and single letters, that are one word.

    `flats` leads from forms to how they are scanned, `keys` from these squeezed to the forms, parted by spaces;
    `flatten`, `read`, `judge`, `excepted` and `beginning` are what a matcher knows about one token.
    """

    def __init__(
        self,
        lexicon: Lexicon,
        ordinary: frozenset[str],
        keys: Mapping[str, str],
        flats: Mapping[str, str],
        *,
        flatten: Callable[[str], str],
        read: Callable[[str], Verdict | None],
        judge: Callable[[str], Verdict | None],
        excepted: Callable[[str], bool],
        beginning: Callable[[str], Verdict | None],
    ) -> None:
        self._forms = lexicon.forms
        self._origins = lexicon.origins
        self._written = dict(lexicon.written.values())
        self._ordinary = ordinary
        self._separate = ordinary | lexicon.separate
        self._hyphened = lexicon.hyphened
        self._flatten = flatten
        self._read = read
        self._judge = judge
        self._excepted = excepted
        self._beginning = beginning
        self._forms_to_flats = flats
        self._keys = keys
        self.may_meet: Final = Memory(self._may_meet, _MEMORY)
        """Whether a token may be one word with the one before it (1) or after it (2), by two characters of each."""
        self.may_join: Final = Memory(self._may_join, _MEMORY)
        """Whether tokens of a scanned text have the letters of a form together."""
        self.may_span: Final = Memory(
            lambda flat: self.may_join[flat] or _LETTER_BY_LETTER.fullmatch(flat) is not None, _MEMORY
        )
        """The same, or whether they are single letters, of which some may be a word."""
        self._in_order = Memory(lambda first: sorted(self._by_first.get(first, ())), _MEMORY)
        """The keys with a first letter; sorted when a word turns up that begins with it."""
        self._from_behind = Memory(lambda last: sorted([key[::-1] for key in self._by_last.get(last, ())]), _MEMORY)
        """The keys with a last letter, read from behind."""
        self._joined = Memory(self._join_known, _MEMORY)
        self._torn = Memory(self._join, _MEMORY)
        self._spelled = Memory(self._words, _MEMORY)
        self._first = Memory(self._longest, _MEMORY)

    @cached_property
    def _flats(self) -> dict[str, None]:
        return dict.fromkeys(self._forms_to_flats.values())

    @cached_property
    def _by_first(self) -> dict[str, list[str]]:
        return by_letter(self._keys)

    @cached_property
    def _by_last(self) -> dict[str, list[str]]:
        return by_letter(self._keys, place=-1)

    def _may_meet(self, near: str) -> int:
        """`near`: up to two characters and a space, the token, a space and two characters."""
        before, _, token = near[:-3].rpartition(" ")
        before, after = before[-2:], near[-2:]
        meets = 0
        if before[-1:].strip(" "):
            joined = squeeze(before.strip(" ") + token)
            if before[0] == " ":
                # One letter is all of its token.
                meets += joined in self._keys
            else:
                meets += _begins_one(joined[::-1], self._from_behind[joined[-1]])
        if after[0] != " ":
            joined = squeeze(token + after.strip(" "))
            meets += 2 * (joined in self._keys if after[1] == " " else _begins_one(joined, self._in_order[joined[0]]))
        return meets

    def _may_join(self, flat: str) -> bool:
        # Words that are each of the list stay apart, so that a text of nothing else is no single word.
        return squeeze(flat.replace(" ", "")) in self._keys and not self._flats.keys() >= set(flat.split())

    def find(self, plain: str, flat: str, hits: list[Hit], found: list[Found]) -> None:
        """Words whose letters are set apart: `f.u.c.k`, `f u c k e d`, `bit-ch`, `as shole`."""
        # Token number n begins at begins[n] in the dense text, and n spaces later in `flat`.
        begins = [0, *accumulate(map(len, flat.split(" ")))]
        done = 0
        offset = len(flat) + BEFORE_SECOND
        last = 0
        for _, begin, beyond in hits:
            start, end = begin - offset, beyond - offset
            # Hits are in the order of their ends.
            last = bisect_left(begins, end, last) - 1
            if begins[last] <= start:
                continue
            first = bisect_right(begins, start, 0, last + 1) - 1
            left = begins[first] + first
            right = begins[last + 1] + last
            if left < done or right - left > _WIDEST:
                continue
            if flat[left + 1] == " " == flat[right - 2] and _LETTER_BY_LETTER.fullmatch(flat, left, right):
                done = self.spelled(plain, flat, left, right, found)
                continue
            verdict = self._joined[plain[left:right]]
            if verdict and not _is_glued(plain, left, right):
                found.append((left, right, verdict[0], verdict[1]))

    def torn(self, plain: str, flat: str, left: int, right: int, found: list[Found]) -> None:
        """A token that holds a word of ours, with the part that a gap sets off before or after it: `du mbshit`."""
        first = flat.rfind(" ", 0, left - 1) + 1 if left > 1 else left
        last = flat.find(" ", right + 1) if right + 1 < len(flat) else right
        last = len(flat) if last < 0 else last
        for begin, end in ((first, right), (left, last)):
            if 1 < end - begin - (right - left) <= _LONGEST_SPELLED and end - begin <= _WIDEST:
                verdict = self._torn[plain[begin:end]]
                if verdict and not _is_glued(plain, begin, end):
                    found.append((begin, end, *verdict))

    def _join_known(self, plain: str) -> Verdict | None:
        return self._join(plain) if self.may_join[self._flatten(plain)] else None

    def _join(self, plain: str) -> Verdict | None:
        """What several tokens are as one word, if anything."""
        flat = self._flatten(plain)
        spans = [token.span() for token in _TOKENS.finditer(flat)]
        tokens = [plain[start:end].lower() for start, end in spans]
        joined = "".join(tokens)
        severity = self._forms.get(joined)
        verdict = Verdict(joined, severity) if severity else self._read(joined)
        if not verdict or len(joined) < SHORTEST_LOOSE or not joined[0].isalpha():
            return None
        if self._excepted(joined) or self._are_words(plain, tokens, joined, verdict.word):
            return None
        gaps = [plain[before[1] : after[0]] for before, after in pairwise(spans)]
        if any(len(gap) > _WIDEST_GAP for gap in gaps) or (len(joined) <= SHORTEST_LOOSE and len(set(gaps)) > 1):
            return None
        if any("'" in gap or "\u2019" in gap for gap in gaps) and (
            tokens[-1] in _CLITICS or joined not in self._origins or any(len(gap) > 1 for gap in gaps)
        ):
            return None
        if any(map(str.isspace, "".join(gaps))) and (
            any(gap.strip(" ") for gap in gaps)
            or (joined.isascii() and verdict.word not in self._origins)
            or len(tokens) > _MOST_PARTS
            or not all(map(str.isalpha, tokens))
            or all(token in self._ordinary for token in tokens)
            or any(map(self._judge, tokens))
        ):
            return None
        return verdict

    def _are_words(self, plain: str, tokens: list[str], joined: str, word: str) -> bool:
        """Whether several tokens are what they are: `he/she/it`, `a put-on`, `A55-0L3`, `one who replies`."""
        if all(token in self._separate for token in tokens):
            return "-" not in plain or joined not in self._hyphened
        if any(token.isdigit() and len(token) > 1 for token in tokens):
            return True
        # Parts of a code. Read as letters, capitals and digits between hyphens spell all sorts of things.
        digits = [any(map(str.isdigit, token)) for token in tokens]
        if all(digits) or (any(digits) and plain.isupper() and " " not in plain):
            return True
        # A space in it says enough already: the letters have to be those of the word.
        return " " in plain and joined.isalpha() and squeeze(joined) != squeeze(word)

    def spelled(self, plain: str, flat: str, left: int, right: int, found: list[Found]) -> int:
        """Words spelled out letter by letter around `left`; gives the end of the letters that were looked at."""
        left, right = _extended(plain, flat, left, right)
        for first, last, word, severity in self._spelled[plain[left:right]]:
            found.append((left + first, left + last, word, severity))
        return right

    def _longest(self, run: str) -> int:
        """How long the longest form is that a run of letters begins with; 0: none."""
        return next((end for end in range(len(run), 2, -1) if run[:end] in self._forms), 0)

    def _words(self, written: str) -> list[Found]:
        """What a stretch of single letters spells."""
        places = [place for place, char in enumerate(self._flatten(written)) if char != " "]
        if any(one in written for one in _OPERATIONS) and _is_sum(written, places):
            return []
        run = "".join([written[place] for place in places]).lower()
        severity = self._forms.get(run)
        if severity and not self._excepted(run) and (len(run) >= SHORTEST_LOOSE or "*" not in written):
            return [(0, len(written), run, severity)]
        if run in self._written:
            return [(0, len(written), f'"{run}"', self._written[run])]
        at = last = 0
        words: list[Found] = []
        while at < len(run):
            end = at + self._first[run[at : at + _LONGEST_SPELLED]]
            if end == at:
                at += 1
                continue
            if run[last:at] not in _AROUND or (
                end - at < SHORTEST_LOOSE and "*" in written[places[at] : places[end - 1]]
            ):
                break
            words.append((places[at], places[end - 1] + 1, run[at:end], self._forms[run[at:end]]))
            at = last = end
        if self._excepted(run):
            return []
        if not words and len(run) > SHORTEST_LOOSE and run.isalpha() and (begun := self._beginning(run)):
            return [(0, len(written), *begun)]
        return words if run[last:] in _AROUND else []


def _begins_one(start: str, words: Sequence[str]) -> bool:
    """Whether one of the words, which are in order, begins so."""
    at = bisect_left(words, start)
    return at < len(words) and words[at].startswith(start)


def _is_sum(written: str, places: list[int]) -> bool:
    gaps = {written[before + 1 : after] for before, after in pairwise(places)}
    return len(gaps) > 1 and not gaps.isdisjoint(_OPERATIONS)


def _is_glued(plain: str, left: int, right: int) -> bool:
    """Whether something before makes another word of the first part: `it's hit`, `common.sh at`, `%s hat`."""
    before = plain[left - 1] if left else " "
    return before in "'\u2019%" or (before in _JOINTS and " " in plain[left:right])


def _extended(plain: str, flat: str, left: int, right: int) -> tuple[int, int]:
    """The stretch of all letters that are spelled out like those from `left` to `right`."""
    stride = 2
    while flat[left + stride] == " ":
        stride += 1
    if (
        stride >= len(_SINGLES)
        or (right - left - 1) % stride
        # At different distances nothing tells which others belong to them.
        or right - left - 1 - flat.count(" ", left, right) != (right - left - 1) // stride
    ):
        return left, right
    more = _SINGLES[stride].match(flat, right)
    if more and more.end() > right:
        right = more.end()
        # Of `f**k` no letter stands alone: a hidden one follows on it.
        if plain[right : right + 1] in _HIDES:
            right -= stride
    while left >= stride and flat[left - stride] != " " and not flat[left - stride + 1 : left].strip():
        if left > stride and (flat[left - stride - 1] != " " or plain[left - stride - 1] in "'\u2019"):
            break
        left -= stride
    return left, right
