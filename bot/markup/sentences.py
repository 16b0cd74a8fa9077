"""Where sentences end, in plain text of any of the languages that articles come in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import regex

_END: Final = regex.compile(
    r"""
    (?:
        (?P<stop> [.!?…‽]+ ) [\p{Pe}\p{Pf}"']* (?= \s | $ )     # Latin, Cyrillic, Greek: a space follows
      | [。！？｡]+ [\p{Pe}\p{Pf}"']*                              # Chinese and Japanese: none needs to
      | [।॥؟۔]+ (?= \s | $ )
    )
    """,
    regex.VERBOSE,
)
_WORD_BEFORE: Final = regex.compile(r"[\p{L}\p{M}.'’]+$")
_CONTINUES: Final = regex.compile(r"\s+[\p{Ps}\p{Pi}\"']*\p{Ll}")

# Short forms whose full stop ends no sentence, in the languages that the masker knows too.
_ABBREVIATION: Final = regex.compile(
    r"""
      adm|al|approx|av|bzw|ca|capt|cf|cie|co|corp|dept|dipl|dott|dr|dra|drs|eds|eq|esp|exc|figs|gov|hr|hrsg|inc|inkl
    | jr|lt|ltd|maj|mgr|mlle|mme|mr|mrs|ms|mt|mx|nr|núm|pág|pp|prof|rep|rev|sen|sgt|sr|sra|st|str|svc|vgl|vol|vs|zb
    """,
    regex.VERBOSE | regex.IGNORECASE,
)


def sentence_ends(text: str) -> Iterator[int]:
    """Offsets, in code points, right after each sentence's last character; the text's own end is not among them.

    Abbreviations (`Dr.`, `e.g.`), initials (`J. R. Tolkien`) and numbers (`3.5`) end no sentence.
    """
    for found in _END.finditer(text):
        at = found.end()
        if at < len(text) and not _goes_on(text, found):
            yield at


def _goes_on(text: str, found: regex.Match[str]) -> bool:
    if found["stop"] is None:
        return False
    if _CONTINUES.match(text, found.end()):
        # A small letter follows: `e.g. this`, `Yahoo! has`, `"Why?" she asked`.
        return True
    if found["stop"] != ".":
        return False
    before = _WORD_BEFORE.search(text, max(0, found.start() - 24), found.start())
    if before is None:
        return False
    word = before[0].lstrip(".'’")
    return (len(word) == 1 and word.isupper()) or "." in word or _ABBREVIATION.fullmatch(word) is not None
