"""Reading lists: lines with markers, nested by their indentation."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from bot.markup.tree import Block, List

DEPTH: Final = 10
"""How deep lists nest; what is indented further joins the deepest."""

LARGEST: Final = 999_999_999
"""The largest number that an item may bear."""

_MARKED: Final = re.compile(r"( *)(?:([-*])|(\d{1,9})\.) +(\S[^\n]*)")
_CONTINUED: Final = re.compile(r" +(\S[^\n]*)")


@dataclass(slots=True)
class _Line:
    """An item: how far its marker is indented, its number where it has one, and its lines of text."""

    indent: int
    number: int | None
    texts: list[str]


@dataclass(frozen=True, slots=True)
class ListLines:
    """The lines of a list, and where reading goes on."""

    lines: tuple[_Line, ...]
    after: int

    @staticmethod
    def at(text: str, at: int) -> ListLines | None:
        """The list that begins on the line at `at`, if one does.

        An item goes on in the indented lines that follow; a blank line ends the list unless an item follows it.
        """
        lines: list[_Line] = []
        after = at
        while after < len(text):
            start = after
            while lines and start < len(text) and text[start] == "\n":
                start += 1
            found = _MARKED.match(text, start)
            if found is not None:
                number = None if found[3] is None else int(found[3])
                lines.append(_Line(len(found[1]), number, [found[4]]))
            elif lines and start == after and (found := _CONTINUED.match(text, start)) is not None:
                lines[-1].texts.append(found[1])
            else:
                break
            after = min(found.end() + 1, len(text))
        return ListLines(tuple(lines), after) if lines else None


@dataclass(slots=True)
class _Item:
    line: _Line
    children: list[_Item] = field(default_factory=list)


def read_list(lines: ListLines, read_item: Callable[[str], tuple[Block, ...]]) -> list[Block]:
    """The lines as lists: one, or several where the kind of marker changes at the outermost level."""
    roots: list[_Item] = []
    path: list[_Item] = []
    for line in lines.lines:
        while path and (path[-1].line.indent >= line.indent or len(path) >= DEPTH):
            path.pop()
        item = _Item(line)
        (path[-1].children if path else roots).append(item)
        path.append(item)
    return _lists(roots, read_item)


def _lists(items: list[_Item], read_item: Callable[[str], tuple[Block, ...]]) -> list[Block]:
    lists: list[Block] = []
    group: list[_Item] = []
    for index, item in enumerate(items):
        group.append(item)
        following = items[index + 1] if index + 1 < len(items) else None
        if following is None or (following.line.number is None) != (item.line.number is None):
            drawn = tuple((*read_item("\n".join(one.line.texts)), *_lists(one.children, read_item)) for one in group)
            first = group[0].line.number
            lists.append(List(drawn, ordered=first is not None, start=1 if first is None else first))
            group = []
    return lists
