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
_ABBREVIATIONS: Final = frozenset(
    """
    adm al approx art av bzw ca capt cf cie co col corp dept dipl dott dr dra ed eds eig eq esp est etc exc fig figs
    fr gen gov hr hrsg inc ing inkl jr lt ltd m maj max mgr min mlle mme mr mrs ms mt mx nr núm op pág pp prof pt
    rep rev ron sen sgt sig sr sra st str svc tel u usw vgl vol vs z zb
    """.split()
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
    return (len(word) == 1 and word.isupper()) or "." in word or word.lower() in _ABBREVIATIONS
