"""What is never masked in a text: links, addresses, mentions, emoji, code, and strings that machines made."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

_SCHEME: Final = r"[a-zA-Z][a-zA-Z0-9+.-]{1,15}://[^\s<>]+|"
_ADDRESS: Final = r"\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+(?::[\w./-]+)?|"
_DOMAIN: Final = (
    # Only from where a name with dots begins, so that a long one is read once.
    r"\bwww\.[^\s<>]+|(?<![\w-])(?<![a-zA-Z0-9-]\.)(?:[a-zA-Z0-9-]{1,63}\.)+"
    r"(?:com|org|net|io|dev|ai|app|co|gov|edu|uk|de|fr|es|it|pt|ru|eu|me|tv|gg|xyz|info|example)\b(?:[/:?#][^\s<>]*)?|"
)
# A publication's number: what stands behind its prefix is a journal's own.
_DOI: Final = r"\b(?:doi|DOI):\s?[^\s<>]+|\b10\.[0-9]{4,9}/[^\s<>]+|"
_MACHINE: Final = r"(?<![\w/+])(?=[A-Za-z+/_-]{0,80}\d)(?=[0-9+/_-]{0,80}[A-Za-z])[A-Za-z0-9+/_-]{24,}={0,2}"
# What ends in the padding of base64, and keys behind what says whose they are: `qFcUKx9z==`, `pk_test_5h1tA55`.
_MIXED: Final = "(?=[A-Za-z+/_-]{0,40}[0-9])(?=[0-9a-z+/_-]{0,40}[A-Z])(?=[0-9A-Z+/_-]{0,40}[a-z])"
_KEY: Final = (
    rf"|(?<![\w/+]){_MIXED}[A-Za-z0-9+/_-]{{10,}}={{1,2}}(?![\w=])"
    rf"|(?<![\w/+])(?:[a-z]{{2,8}}_){{1,3}}{_MIXED}[A-Za-z0-9]{{8,}}(?!\w)"
)
_NUMBERED: Final = "(?:(?:[0-9]{0,9}[A-Z]){1,3}[0-9]{0,9}|[0-9]{1,20})"
# What numbers a thing, in capitals: `ASS-663`, `PU2Y-BM6M`. Four letters are rather a word.
_CODE: Final = (
    r"|(?<![\w-])(?=[A-Z/_.-]{0,20}[0-9])(?=[0-9A-Z/_.-]{0,20}[0-9A-Z]{2})"
    rf"{_NUMBERED}(?:[-/_.]{_NUMBERED}(?![0-9A-Z])){{1,5}}(?![\w-])"
)
_SYNTAX: Final = (
    r"```.*?```|``.+?``|`[^`\n]+`"
    r"|<(?:[@#!]|a?:|https?:|mailto:)[^<>\n]*>"
    r"|:[A-Za-z0-9_+-]{2,64}:"
    r"|(?<![\w@+$!#&=%^])@[A-Za-z0-9][\w.-]*"
    r"|\]\([^()\s]*\)|"
)


_SIGNS: Final = re.compile("[`<:@(]")
_DIGIT: Final = re.compile(r"\d")


@cache
def _pattern(*, syntax: bool, schemes: bool, ats: bool, dots: bool, digits: bool) -> re.Pattern[str] | None:
    """What is looked for in a text with such signs: without dots there are no domains, without digits no codes."""
    links = _SCHEME * schemes + (_DOI + _ADDRESS * ats + _DOMAIN) * dots
    machines = (_MACHINE + _KEY + _CODE) * digits
    pattern = (_SYNTAX * syntax + links + machines).removesuffix("|")
    return re.compile(pattern, re.DOTALL) if pattern else None


def protected(text: str, *, syntax: bool, first: int = 0, last: int | None = None) -> list[tuple[int, int]]:
    """The stretches between `first` and `last` that stay as they are, in order.

    `syntax`: the text is raw, with code and mentions spelled out.
    """
    last = len(text) if last is None else last
    signs = syntax and _SIGNS.search(text, first, last) is not None
    digits = _DIGIT.search(text, first, last) is not None
    schemes, dots = text.find("://", first, last) >= 0, text.find(".", first, last) >= 0
    ats = text.find("@", first, last) >= 0
    pattern = _pattern(syntax=signs, schemes=schemes, ats=ats, dots=dots, digits=digits)
    return [] if pattern is None else [found.span() for found in pattern.finditer(text, first, last)]
