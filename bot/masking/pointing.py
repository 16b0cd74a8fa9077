"""Tells from the places that a scan points at which stretches of a text have to be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from bot.masking.apart import Apart
    from bot.masking.verdict import Hit

LONGEST_STRETCH: Final = 80


class Pointing:
    """Knows at which numbers the patterns end that are parts of words, parts of tokens, and tokens."""

    def __init__(self, apart: Apart, loose: int, parts: int, tokens: int) -> None:
        self._apart = apart
        self._loose = loose
        self._parts = parts
        self._tokens = tokens

    def stretches(  # noqa: C901, PLR0912, PLR0915 - hot
        self, text: str, scanned: str, hits: list[Hit]
    ) -> list[tuple[int, int]] | None:
        """The stretches between spaces of the text that hits point at, in order and apart from each other.

        `None`: one of them is too long to be read by itself.

        One holds the neighbours of a token, too, that it may be one word with. The text's places are one less in what
        was scanned.
        """
        parts, tokens = self._parts, self._tokens
        may_join = self._apart.may_join
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
                if scanned[begin - 2] != " ":
                    before = scanned.rfind(" ", 0, left)
                    if may_join[scanned[before + 1 : done]]:
                        left = before
                if scanned[done + 1] != " ":
                    after = scanned.find(" ", done + 1)
                    if may_join[scanned[begin:after]]:
                        right = after - 1
            else:
                spaced += 1
                left, right = start, end - 2
                # Half of such a hit may be in the second form.
                if right > size:
                    continue
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
            while left < last:
                left, right = min(first, left), max(last, right)
                if right - left > LONGEST_STRETCH:
                    return None
                found.pop()
                first, last = found[-1] if found else (0, 0)
            first, last = left, right
            found.append((left, right))
        # Each pattern without spaces is in the second form as often, unless it is in several tokens there.
        if again != seen - spaced:
            loose = self._loose
            across = [hit for hit in hits if hit[1] > size and hit[0] < loose]
            if across and (more := self._apart.spans(scanned[1 : size + 1], across)):
                found = apart([*found, *(stretch(text, start, end) for start, end in more)])
        return found


def stretch(text: str, start: int, end: int) -> tuple[int, int]:
    """The stretch between two spaces, or several such, that a part of a text is in."""
    last = text.find(" ", end - 1)
    return text.rfind(" ", 0, start) + 1, len(text) if last < 0 else last


def apart(stretches: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The stretches in order, those that overlap as one."""
    stretches = sorted(set(stretches))
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
