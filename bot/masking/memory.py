"""Remembers what short strings were read as: people write the same words again and again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

_T = TypeVar("_T")
_LONGEST: Final = 80


class Memory(dict[str, _T]):
    """`memory[key]` is `read(key)`, worked out once.

    At most `room` strings are remembered, and none of more than 80 characters, so that no text makes it grow for ever.
    Threads may share it.
    """

    def __init__(self, read: Callable[[str], _T], room: int) -> None:
        super().__init__()
        self._read = read
        self._room = room

    def __missing__(self, key: str) -> _T:
        found = self._read(key)
        if len(key) <= _LONGEST:
            if len(self) >= self._room:
                self.clear()
            self[key] = found
        return found
