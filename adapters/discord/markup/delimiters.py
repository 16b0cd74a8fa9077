"""Where styles, code spans and labels close: found once for a whole text, so that each question is a binary search.

Discord reads its dialect from left to right, and each opening sign closes at the first sign that can close it. It
pays no heed to code or links between the two; neither does this.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

Style: TypeAlias = Literal["bold", "italic", "strike", "underline", "spoiler"]

_SIGNS: Final = re.compile(r"\\.?|\*+|_+|[\[\]]", re.DOTALL)
_TICKS: Final = re.compile(r"`+")
_PAIRS: Final[dict[str, Style]] = {"**": "bold", "__": "underline", "~~": "strike", "||": "spoiler"}
_WORD: Final = re.compile(r"\w", re.ASCII)
_FENCE: Final = 3


@dataclass(frozen=True, slots=True)
class Span:
    """A style's content, `start` to `end`, and where reading goes on."""

    style: Style
    start: int
    end: int
    after: int


class Delimiters:
    """The signs of one text. Every `end` bounds a question to a part of the text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._closing_pairs: dict[str, list[int]] = {sign: [] for sign in _PAIRS}
        self._runs: dict[str, list[tuple[int, int]]] = {"*": [], "_": [], "`": []}
        self._odd_runs: dict[str, list[tuple[int, int]]] = {"*": [], "_": []}
        self._ticks: dict[int, list[int]] = defaultdict(list)
        self._labels: dict[int, int] = {}
        self._find_signs()
        for found in _TICKS.finditer(text):
            self._runs["`"].append(found.span())
            self._ticks[found.end() - found.start()].append(found.start())
        # Discord does not look for escapes where it seeks the end of a strike, a spoiler or a block of code.
        for sign in ("~~", "||"):
            self._closing_pairs[sign] = [found.start() for found in re.finditer(f"(?={re.escape(sign)})", text)]
        self._fences = [found.start() for found in re.finditer("(?=```)", text)]

    def style_at(self, at: int, end: int) -> Span | None:
        """The style that opens at `at` and closes by `end`; of two that could, the longer."""
        sign = self._text[at]
        pair = self._pair(at, end) if self._text.startswith(sign * 2, at, end) else None
        single = self._single(at, end) if sign in self._odd_runs else None
        if pair is None or (single is not None and single.after >= pair.after):
            return single
        return pair

    def code_at(self, at: int, end: int) -> tuple[int, int, int] | None:
        """The content of the code span that opens at `at`, as start and end, and where reading goes on."""
        run = self.run_at(at, end)
        for size in sorted((size for size in self._ticks if size <= run), reverse=True):
            starts = self._ticks[size]
            index = bisect_left(starts, at + run)
            if index < len(starts) and starts[index] + size <= end:
                return at + size, starts[index], starts[index] + size
        return None

    def run_at(self, at: int, end: int) -> int:
        """How often the sign at `at` stands there in a row."""
        sign = self._text[at]
        first, last = self._run_over(sign, at) if sign in self._runs else (0, 0)
        return min(last, end) - at if first <= at < last else 1

    def fence_from(self, at: int, end: int) -> int | None:
        """Where the next three backticks stand, at or after `at`."""
        index = bisect_left(self._fences, at)
        if index < len(self._fences) and self._fences[index] + _FENCE <= end:
            return self._fences[index]
        return None

    def label_end(self, at: int, end: int) -> int | None:
        """The bracket that closes the one at `at`."""
        close = self._labels.get(at)
        return close if close is not None and close < end else None

    def _find_signs(self) -> None:
        open_brackets: list[int] = []
        for found in _SIGNS.finditer(self._text):
            first, last = found.span()
            sign = self._text[first]
            if sign == "[":
                open_brackets.append(first)
            elif sign == "]" and open_brackets:
                self._labels[open_brackets.pop()] = first
            elif sign in self._odd_runs:
                self._runs[sign].append((first, last))
                if last - first > 1:
                    self._closing_pairs[sign * 2].append(last - 2)
                if (last - first) % 2:
                    self._odd_runs[sign].append((first, last))

    def _pair(self, at: int, end: int) -> Span | None:
        sign = self._text[at] * 2
        closing = self._closing_pairs[sign]
        least = at + len(sign) + 1
        index = bisect_left(closing, least)
        if index < len(closing) and closing[index] + len(sign) <= end:
            close = closing[index]
        elif self._cut_run(sign[0], at + len(sign), end) >= len(sign) and end - len(sign) >= least:
            close = end - len(sign)
        else:
            return None
        return Span(_PAIRS[sign], at + len(sign), close, close + len(sign))

    def _single(self, at: int, end: int) -> Span | None:
        """Italics: they close at the first run of an odd number of signs, where that can close, else not at all."""
        sign, run = self._text[at], self.run_at(at, end)
        if run % 2 == 0 or at + run >= end or (sign == "*" and self._text[at + 1].isspace()):
            return None
        runs = self._odd_runs[sign]
        index = bisect_left(runs, (at + run, 0))
        if index < len(runs) and runs[index][1] <= end:
            first, last = runs[index]
        elif (cut := self._cut_run(sign, at + run, end)) % 2:
            first, last = end - cut, end
        else:
            return None
        if sign == "*":
            closes = last - first > 1 or not self._text[first - 1].isspace()
        else:
            closes = last >= end or _WORD.match(self._text, last) is None
        return Span("italic", at + 1, last - 1, last) if closes else None

    def _cut_run(self, sign: str, after: int, end: int) -> int:
        """The length of what is left of a run that `end` cuts in two, where it begins after `after`; else 0."""
        if sign not in self._odd_runs or end >= len(self._text) or self._text[end] != sign:
            return 0
        first, last = self._run_over(sign, end)
        return end - max(first, after) if first < end < last else 0

    def _run_over(self, sign: str, at: int) -> tuple[int, int]:
        runs = self._runs[sign]
        index = bisect_right(runs, (at, len(self._text))) - 1
        return runs[index] if index >= 0 else (0, 0)
