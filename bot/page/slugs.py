"""Addresses of discussions: words of the title, and the number that alone decides."""

from __future__ import annotations

import unicodedata
from typing import Final
from urllib.parse import quote

import regex

from bot.model import DiscussionId

_LONGEST: Final = 60
_WORD: Final = regex.compile(r"[\p{L}\p{N}][\p{L}\p{N}\p{M}'’]*")
_NUMBER: Final = regex.compile(r"(?:^|-)([1-9][0-9]{0,17})$")


def slug(title: str, discussion: DiscussionId) -> str:
    """`Small web forums are coming back` and 12 make `small-web-forums-are-coming-back-12`.

    Letters of every script stay, accents go, and the words end before the sixtieth character.
    """
    folded = unicodedata.normalize("NFKD", title).casefold()
    # Only Latin, Greek and Cyrillic letters mean the same without their marks; other scripts write vowels with them.
    bare = "".join(mark for mark in folded if not "\u0300" <= mark <= "\u036f")
    words: list[str] = []
    length = 0
    for word in _WORD.findall(unicodedata.normalize("NFC", bare)):
        plain = word.replace("'", "").replace("’", "")
        if length + len(plain) > _LONGEST:
            if not words:
                words.append(plain[:_LONGEST])
            break
        words.append(plain)
        length += len(plain) + 1
    return "-".join((*words, str(discussion)))


def discussion_in(given: str) -> DiscussionId | None:
    """The discussion that an address names, whatever its wording; None where it names none."""
    found = _NUMBER.search(given)
    return None if found is None else DiscussionId(int(found[1]))


def page_address(base: str, title: str, discussion: DiscussionId) -> str:
    """The address of a discussion's page; `base` is the site's, without a closing slash."""
    return f"{base}/a/{quote(slug(title, discussion))}"
