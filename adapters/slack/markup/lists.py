"""Nested lists out of Slack's rows: a list for each stretch of items at one indent, one after the other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from bot.markup.tree import Block, List, Paragraph

MAX_INDENT: Final = 8  # as deep as Slack's own composer goes
MAX_OFFSET: Final = 1_000_000  # a number that no list reaches by counting


@dataclass(slots=True)
class _Open:
    """A list that may still grow."""

    indent: int
    ordered: bool
    start: int
    items: list[list[Block | _Open]] = field(default_factory=list)

    def takes(self, *, ordered: bool, start: int) -> bool:
        """Whether a row at this indent carries the list on; numbers tell where one does and where one begins anew."""
        return self.ordered == ordered and (not ordered or start == self.start + len(self.items))

    def close(self) -> List:
        items = tuple(
            tuple(block.close() if isinstance(block, _Open) else block for block in item) for item in self.items
        )
        return List(items, ordered=self.ordered, start=self.start)


class Rows:
    """Gathers a run of `rich_text_list`s into nested lists."""

    def __init__(self) -> None:
        self._done: list[_Open] = []
        self._open: list[_Open] = []

    def add(self, items: list[tuple[Paragraph, ...]], *, indent: int, ordered: bool, offset: int) -> None:
        """Take the next list of the run; an indent without a list above it counts as the outermost."""
        if not items:
            return
        start = offset + 1 if ordered else 1
        while self._open and self._open[-1].indent > indent:
            self._open.pop()
        top = self._open[-1] if self._open else None
        if top is not None and top.indent == indent:
            if top.takes(ordered=ordered, start=start):
                top.items.extend(list(item) for item in items)
                return
            self._open.pop()
        fresh = _Open(indent, ordered, start, [list(item) for item in items])
        if self._open:
            self._open[-1].items[-1].append(fresh)
        else:
            self._done.append(fresh)
        self._open.append(fresh)

    def close(self) -> tuple[List, ...]:
        """The lists, outermost first in each; the run begins anew."""
        done = tuple(one.close() for one in self._done)
        self._done, self._open = [], []
        return done
