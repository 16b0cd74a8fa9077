"""Tells from the places that a scan points at which stretches of a text have to be read."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from itertools import accumulate
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from bot.masking.apart import Apart
    from bot.masking.phrases import Phrases
    from bot.masking.verdict import Hit

LONGEST_STRETCH: Final = 80
_FEW: Final = 8
_letters: Final = re.compile(r"(?: {1,3}[^ ](?= )){1,30}").match
"""Single letters that follow on others, which may all be of one word."""
BEFORE_SECOND: Final = 4
"""How many characters more than the text stand before its second form in what is scanned."""
_SPACE: Final = 32


class Pointing:
    """Knows at which numbers the patterns end that are parts of words, parts of tokens, tokens, and phrases."""

    def __init__(self, apart: Apart, phrases: Phrases, loose: int, parts: int, tokens: int, all_phrases: int) -> None:
        self._may_join = apart.may_join
        self._may_meet = apart.may_meet
        self._may_span = apart.may_span
        self._loose = loose
        self._parts = parts
        self._tokens = tokens
        self._reach = phrases.reach
        self._phrases = all_phrases

    def stretches(  # noqa: C901, PLR0912, PLR0915 - hot
        self, text: str, scanned: str, hits: list[Hit]
    ) -> list[tuple[int, int]] | None:
        """The stretches between spaces of the text that hits point at, in order and apart from each other.

        `None`: one of them is too long to be read by itself.

        One holds the neighbours of a token, too, that it may be one word with. The text's places are one less in what
        was scanned.
        """
        parts, tokens = self._parts, self._tokens
        may_join, may_meet = self._may_join, self._may_meet
        size = len(text)
        found: list[tuple[int, int]] = []
        spaced = seen = again = done = first = last = 0
        for pattern, start, end in hits:
            if start > size:
                # All that follow are in the second form, too.
                again = len(hits) - seen
                break
            seen += 1
            if pattern < tokens:
                if pattern < parts:
                    inside = end - 1
                else:
                    inside = end - 2
                    spaced += 1
                if inside < done:
                    continue
                begin = scanned.rfind(" ", 0, inside) + 1
                done = scanned.find(" ", inside)
                left, right = begin - 1, done - 1
                # A space may tear a word in two.
                if near := may_meet[scanned[begin - 3 if begin > 2 else 0 : done + 3]]:  # noqa: PLR2004
                    if near != 2:  # noqa: PLR2004
                        before = scanned.rfind(" ", 0, left)
                        if may_join[scanned[before + 1 : done]]:
                            left = before
                    if near > 1:
                        after = scanned.find(" ", done + 1)
                        if may_join[scanned[begin:after]]:
                            right = after - 1
            else:
                spaced += 1
                if pattern < self._phrases:
                    reach = self._reach(pattern - tokens, scanned, start, end)
                    if reach is None:
                        continue
                    start, end = reach  # noqa: PLW2901 - all of the phrase
                left, right = start, end - 2
                # Half of such a hit may be in the second form.
                if right > size:
                    continue
                is_spaced = last < right < size and text[right] == " "
                if is_spaced and pattern >= self._phrases and (more := _letters(scanned, end - 1)):
                    right = more.end() - 1
            if right <= last and left >= first:
                continue
            if left and text[left - 1] != " ":
                left = text.rfind(" ", 0, left) + 1
            if right < size and text[right] != " ":
                right = text.find(" ", right)
                if right < 0:
                    right = size
                if right - left > LONGEST_STRETCH:
                    return None
            if left < last:
                left, right = min(first, left), max(last, right)
                found.pop()
                while found and left < found[-1][1]:
                    left = min(found.pop()[0], left)
                if right - left > LONGEST_STRETCH:
                    return None
            first, last = left, right
            found.append((left, right))
        # Each pattern without spaces is in the second form as often, unless it is in several tokens there.
        if not again or again == seen - spaced:
            return found
        loose = self._loose
        across = [hit for hit in hits if hit[0] < loose]
        inside = 0
        while inside < len(across) and across[inside][1] <= size:
            inside += 1
        if len(across) == 2 * inside:
            return found
        again_only = _in_second_form(scanned, size, across, inside) if inside > _FEW else across[inside:]
        return self._with_spans(text, scanned, again_only, found)

    def _with_spans(
        self, text: str, scanned: str, hits: list[Hit], found: list[tuple[int, int]]
    ) -> list[tuple[int, int]]:
        """The stretches, and those where hits in the second form go over several tokens that may be one word."""
        size = len(text)
        offset = size + BEFORE_SECOND
        # Token number n begins at begins[n] in the second form, and n spaces later in the first.
        begins = [0, *accumulate(map(len, scanned[1 : size + 1].split(" ")))]
        count = len(found)
        last = low = high = 0
        for _, begin, beyond in hits:
            start, end = begin - offset, beyond - offset
            if low <= start and end <= high:
                continue
            # Hits are in the order of their ends.
            last = bisect_left(begins, end, last) - 1
            if begins[last] <= start:
                continue
            first = bisect_right(begins, start, 0, last) - 1
            left, right = begins[first] + first, begins[last + 1] + last
            if found and found[-1][0] <= left and right <= found[-1][1]:
                continue
            if right - left > LONGEST_STRETCH or not self._may_span[scanned[left + 1 : right + 1]]:
                continue
            low, high = begins[first], begins[last + 1]
            one = stretch(text, left, right)
            if not found or found[-1] != one:
                found.append(one)
        return apart(found) if count < len(found) > 1 else found


def in_both_forms(flat: bytes) -> bytes:
    """What is scanned: the text and, behind what no word goes over, the text without its spaces, if it has any."""
    second = flat.translate(None, b" ") if _SPACE in flat else b""
    return b"".join((b" ", flat, b"  \0", second, b" "))


def _in_second_form(scanned: str, size: int, hits: list[Hit], inside: int) -> list[Hit]:
    """The hits in the second form but for those that the first form, which has the first `inside`, has as well."""
    first = Counter([hit[0] for hit in hits[:inside]])
    # Of what one form has as often as the other, it has the same.
    more = Counter([hit[0] for hit in hits[inside:]]) - first
    again = [hit for hit in hits[inside:] if hit[0] in more]
    if first.keys().isdisjoint(more):
        return again
    spaces = 0
    counted = 1
    known = set[tuple[int, int]]()
    for pattern, start, end in hits[:inside]:
        if pattern in more:
            spaces += scanned.count(" ", counted, start)
            counted = start
            known.add((pattern, end - 1 - spaces + size + BEFORE_SECOND))
    return [hit for hit in again if (hit[0], hit[2]) not in known]


def stretch(text: str, start: int, end: int) -> tuple[int, int]:
    """The stretch between two spaces, or several such, that a part of a text is in."""
    last = text.find(" ", end - 1)
    return text.rfind(" ", 0, start) + 1, len(text) if last < 0 else last


def apart(stretches: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The stretches in order, those that overlap as one."""
    stretches = sorted(stretches)
    found = stretches[:1]
    last = found[0][1]
    for first, done in stretches:
        if first >= last:
            found.append((first, done))
            last = done
        elif done > last:
            found[-1] = (found[-1][0], done)
            last = done
    return found
