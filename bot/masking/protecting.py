"""What is never masked in a text: links, addresses, mentions, emoji, code, and strings that machines made."""

from __future__ import annotations

import re
from typing import Final

_LINK: Final = (
    r"(?:[a-zA-Z][a-zA-Z0-9+.-]{1,15}://|\bwww\.)[^\s<>]+"
    r"|\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+(?::[\w./-]+)?"
    r"|\b(?:[a-zA-Z0-9-]{1,63}\.)+(?:com|org|net|io|dev|ai|app|co|gov|edu|uk|de|fr|es|it|pt|ru|eu|me|tv|gg|xyz|info|example)\b(?:[/:?#][^\s<>]*)?"
)
_MACHINE: Final = r"(?<![\w/+])(?=[A-Za-z+/_-]{0,80}\d)(?=[0-9+/_-]{0,80}[A-Za-z])[A-Za-z0-9+/_-]{24,}={0,2}"
_LINKS: Final = re.compile(f"{_LINK}|{_MACHINE}")
_SYNTAX: Final = re.compile(
    r"```.*?```|``.+?``|`[^`\n]+`"
    r"|<(?:[@#!]|a?:|https?:|mailto:)[^<>\n]*>"
    r"|:[A-Za-z0-9_+-]{2,64}:"
    r"|(?<![\w@+$!#&=%^])@[A-Za-z0-9][\w.-]*"
    r"|\]\([^()\s]*\)"
    f"|{_LINK}|{_MACHINE}",
    re.DOTALL,
)


def protected(text: str, *, syntax: bool, first: int = 0, last: int | None = None) -> list[tuple[int, int]]:
    """The stretches between `first` and `last` that stay as they are, in order.

    `syntax`: the text is raw, with code and mentions spelled out.
    """
    return [
        found.span()
        for found in (_SYNTAX if syntax else _LINKS).finditer(text, first, len(text) if last is None else last)
    ]
