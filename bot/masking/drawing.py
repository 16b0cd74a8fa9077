"""Draws masks: one mark for each grapheme cluster of what is hidden."""

from __future__ import annotations

import re
from typing import Final, cast

from bot.masking.memory import Memory
from bot.masking.settings import MaskSettings
from bot.masking.verdict import Found

# Letters of the alphabets that are written without joining, and the marks that belong to them: no other rule of
# grapheme clusters says anything about these.
_LETTER: Final = (
    "[!-~\u00a1-\u00a8\u00aa-\u00ac\u00af-\u02ff\u0370-\u0482\u048a-\u052f"
    "\u1d00-\u1d7f\u24b6-\u24e9\uff01-\uff5e\U0001d400-\U0001d7ff]"
)
_FLAG: Final = r"[\U0001f1e6-\U0001f1ff]{2}[\p{GCB=Extend}\p{GCB=ZWJ}\p{GCB=SpacingMark}]*"
_MARK: Final = "[\u0300-\u036f\u200c\u200d]"
_SIMPLE: Final = re.compile(f"(?:{_LETTER}{_MARK}*|[ \u00ad\u200b\u2060\ufeff])+")
_SIMPLE_CLUSTER: Final = re.compile(f"{_LETTER}{_MARK}*")
_HIDDEN: Final = bytes(ord("*") if 0x20 < code < 0x7F else code for code in range(256))  # noqa: PLR2004 - what is seen
_MEMORY: Final = 5_000


class Pen:
    """Draws in the style of the settings. Spaces and line breaks inside a mask stay, so that lines keep their shape."""

    def __init__(self, settings: MaskSettings) -> None:
        self._mask = settings.mask
        self._escaped = settings.mask.replace("\\", r"\\")
        self._token = settings.token
        self._style = settings.style
        self.drawn: Final = Memory(self.draw, _MEMORY)
        """What stands in the place of a word."""

    def masked(self, text: str, found: list[Found]) -> str:
        """The text with everything that was found in it masked, in order."""
        if len(found) == 1:
            start, end = found[0][:2]
            return text[:start] + self.drawn[text[start:end]] + text[end:]
        parts: list[str] = []
        at = 0
        for start, end, *_ in found:
            parts += (text[at:start], self.drawn[text[start:end]])
            at = end
        parts.append(text[at:])
        return "".join(parts)

    def draw(self, word: str, *, begun: bool = False) -> str:
        """What stands in the place of a word, or of a later part of one whose mask is `begun`."""
        if self._style == "token":
            return "" if begun else self._token
        whole = self._style == "letters" or begun
        if word.isalnum() and word.isascii():
            return self._mask * len(word) if whole else word[0] + self._mask * (len(word) - 1)
        if word.isascii() and "\r" not in word:
            drawn = word.encode().translate(_HIDDEN).decode().replace("*", self._mask)
            return drawn if whole else word[0] + drawn[1:]
        if whole and _SIMPLE.fullmatch(word):
            return _SIMPLE_CLUSTER.sub(self._escaped, word)
        clusters = _clusters(word)
        shown = [part if _is_kept(part) else self._mask for part in clusters]
        if not whole:
            shown[0] = clusters[0]
        return "".join(shown)


def _clusters(word: str) -> list[str]:
    import regex  # noqa: PLC0415 - few words need it, and it takes long to load

    # `\X` counts the halves of flags before each half: to take two at once is the same, and does not.
    return cast("list[str]", regex.findall(rf"{_FLAG}|\X", word))


def _is_kept(cluster: str) -> bool:
    """Spaces, line breaks and invisible characters are no letters that anybody sees."""
    return cluster.isspace() or (len(cluster) == 1 and not cluster.isprintable())
