"""Draws masks: one mark for each grapheme cluster of what is hidden."""

from __future__ import annotations

import re
from typing import Final

import regex

from bot.masking.settings import MaskSettings

_SEEN: Final = re.compile(r"\S")
_CLUSTER: Final = regex.compile(r"\X")


class Pen:
    """Draws in the style of the settings. Spaces and line breaks inside a mask stay, so that lines keep their shape."""

    def __init__(self, settings: MaskSettings) -> None:
        self._mask = settings.mask
        self._escaped = settings.mask.replace("\\", r"\\")
        self._token = settings.token
        self._style = settings.style

    def draw(self, word: str, *, begun: bool = False) -> str:
        """What stands in the place of a word, or of a later part of one whose mask is `begun`."""
        if self._style == "token":
            return "" if begun else self._token
        whole = self._style == "letters" or begun
        if word.isalnum() and word.isascii():
            return self._mask * len(word) if whole else word[0] + self._mask * (len(word) - 1)
        if whole and word.isascii():
            return _SEEN.sub(self._escaped, word)
        clusters = _CLUSTER.findall(word)
        drawn = [part if _is_kept(part) else self._mask for part in clusters]
        if not whole:
            drawn[0] = clusters[0]
        return "".join(drawn)


def _is_kept(cluster: str) -> bool:
    """Spaces, line breaks and invisible characters are no letters that anybody sees."""
    return cluster.isspace() or (len(cluster) == 1 and not cluster.isprintable())
