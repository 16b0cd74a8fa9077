"""Reads words that are spelled by ear or in haste: `phuk`, `beeyotch`, `wankah`, `bastrd`, `wnaker`, `fxck`.

Three keys each lead from a token to a form: how it sounds, its consonants, and its letters in another order. They are
looked up for tokens that hold a trigger, so clean text never gets here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from operator import methodcaller
from typing import Final

SHORTEST_HEARD: Final = 4
_LONGEST_HEARD: Final = 40
_FEWEST_CONSONANTS: Final = 4
_VOWELS: Final = frozenset("aeiouy")

# In turn, over words that are parted by line breaks. A capital letter is a sound that several spellings have.
_RULES: Final = tuple(
    methodcaller("replace", pattern, sound)
    if pattern.isalpha()
    else partial(re.compile(pattern, re.MULTILINE).sub, sound)
    for pattern, sound in (
        ("ph", "f"),
        ("sch", "sh"),
        ("tch", "ch"),
        ("tsh", "ch"),
        ("wh", "h"),
        ("ck|cq|cc|qu|q|c(?=[aoukqlrts]|$)", "k"),
        ("x", "ks"),
        ("z", "s"),
        ("o[ou](?:sh|ch)e?", "Uch"),
        ("oo", "u"),
        ("ea", "e"),
        ("(?:ee|i|y)(?=[^aeiouy]|$)", "i"),
        (r"(.)\1+", r"\1"),
        ("(?<=[aeiouy])h(?![aeiouy])", ""),
        # wanker, wankah, wankur
        ("(?<=[^aeiouy\n])(?:[aeu]?r|a)(?=s?$)", "R"),
        # bastard, basturd, bastrd
        ("(?<=[^aeiouy\n])[aeiou]r(?=[^aeiouyh\n])", "R"),
        # fucking, fuckin, fucken
        ("(?:[ie]ng?|ign)$", "N"),
        # bitchy, bitchie, bitchee
        ("(?:e?[iy]e?|ee)", "i"),
        ("a[wu]|oa", "o"),
        # asshole, asshoal
        ("(?<=ol)e(?=s?$)", ""),
    )
)
_BY_SOUND: Final = {
    "ph": ("f",),
    "f": ("ph",),
    "ck": ("k", "kk", "q", "c", "ckk", "cc", "qu", "qq", "x"),
    "k": ("q", "kk", "c", "ck"),
    "c": ("k", "q"),
    "ss": ("s", "zz", "z"),
    "s": ("z", "ss"),
    "z": ("s",),
    "zz": ("ss", "z"),
    "tch": ("ch", "tsh"),
    "ou": ("oo",),
    "che": ("she", "sch", "sh"),
    "sh": ("sch",),
    "wh": ("h", "w"),
    "h": ("wh",),
    "i": ("y", "ee", "ie", "ei", "iy", "ey", "ii", "ih"),
    "y": ("i", "ie", "ee"),
    "u": ("uh", "oo", "uu"),
    "o": ("aw", "au", "oh", "oa", "oo"),
    "a": ("ah", "aa"),
    "e": ("eh", "ee"),
    "ea": ("e",),
    "gg": ("g",),
    "tt": ("t",),
    "ll": ("l",),
    "ar": ("er", "ur", "or", "ir", "ahr"),
    "er": ("a", "ah", "uh", "ur", "or"),
}
_UNITS: Final = re.compile("ph|ck|ss|zz|tch|che|ou|ea|sh|wh|gg|tt|ll|ar|er|.")
_DROPPED_VOWELS: Final = frozenset("aeiou")
_WORDS: Final = frozenset(("sult", "sltu"))
"""What letters in another order are in too many innocent words."""
_SHORT: Final = 6
"""Longer words are told by a part of them."""


def sounds(words: str) -> str:
    """How words sound that are parted by line breaks."""
    for rule in _RULES:
        words = rule(words)
    return words


def bare(word: str) -> str:
    """The first letter and the consonants."""
    return word[:1] + "".join([char for char in word[1:] if char not in _VOWELS])


def swapped(word: str) -> Iterator[str]:
    """The word with each two neighbours in the other order, but for the first letter."""
    for at in range(1, len(word) - 1):
        if word[at] != word[at + 1]:
            yield word[:at] + word[at + 1] + word[at] + word[at + 2 :]


class Hearing:
    """Hears the forms of some roots; `words` gives each root with its forms."""

    def __init__(self, words: Mapping[str, Iterable[str]]) -> None:
        self._roots = tuple(words)
        heard = [form for forms in words.values() for form in forms if len(form) >= SHORTEST_HEARD]
        self._forms = frozenset(heard)
        self._sounds: dict[str, str] = {}
        for form, sound in zip(heard, sounds("\n".join(heard)).split("\n"), strict=bool(heard)):
            self._sounds.setdefault(sound, form)
        self._dropped: dict[str, str] = {}
        for form in heard:
            for short in _without_one(form) if len(form) > SHORTEST_HEARD else ():
                self._dropped.setdefault(short, form)
        self._bare: dict[str, list[str]] = {}
        for form in heard:
            short = bare(form)
            if len(short) >= _FEWEST_CONSONANTS:
                self._bare.setdefault(short, []).append(form)

    def triggers(self) -> set[str]:
        """What those tokens hold that are worth a look."""
        found: set[str] = set()
        found.update(short for short, form in self._dropped.items() if len(form) <= _SHORT)
        for root in self._roots:
            found.update(other for other in swapped(root) if other not in _WORDS)
            found.update(root[:at] + root[at + 1 :] for at in range(1, len(root)) if root[at] in _VOWELS)
            found.update(root[:at] + "x" + root[at + 1 :] for at in range(1, len(root)) if root[at] in _VOWELS)
            found.add(bare(root))
            for part in {root[:_SHORT], root[-_SHORT:]}:
                found.update(_spelled(part))
        return found

    def __contains__(self, form: object) -> bool:
        """Whether a form is one of those that are heard."""
        return form in self._forms

    def hear(self, low: str) -> str | None:
        """The form that a token of small letters is meant to be."""
        if not SHORTEST_HEARD <= len(low) <= _LONGEST_HEARD:
            return None
        return self.sounding(low) or self._without_vowels(low) or self._swapped(low) or self._crossed_out(low)

    def sounding(self, low: str) -> str | None:
        """The form that a token sounds like."""
        return self._sounds.get(sounds(low)) if len(low) >= SHORTEST_HEARD else None

    def _without_vowels(self, low: str) -> str | None:
        if low in self._dropped:
            return self._dropped[low]
        return next((form for form in self._bare.get(bare(low), ()) if _is_part(low, form)), None)

    def _crossed_out(self, low: str) -> str | None:
        """`fxck`: a vowel that its writer hid, and `motherfuxer`, where two letters are one."""
        at = low.find("x", 1)
        if at < 0:
            return None
        if len(low) >= _SHORT and (word := low[:at] + "ck" + low[at + 1 :]) in self._forms:
            return word
        return next((word for vowel in "aeiou" if (word := low[:at] + vowel + low[at + 1 :]) in self._forms), None)

    def _swapped(self, low: str) -> str | None:
        return next((other for other in swapped(low) if other in self._forms), None)


def _without_one(form: str) -> Iterator[str]:
    """The form without one of the vowels in it."""
    for at in range(1, len(form) - 1):
        if form[at] in _DROPPED_VOWELS and form[at - 1] not in _VOWELS and form[at + 1] not in _VOWELS:
            yield form[:at] + form[at + 1 :]


def _spelled(root: str) -> Iterator[str]:
    """Spellings of a root that sound alike, with one or two of its sounds written otherwise."""
    units: list[str] = _UNITS.findall(root)
    for at, unit in enumerate(units):
        for other in _BY_SOUND.get(unit, ()):
            one = "".join((*units[:at], other))
            yield one + "".join(units[at + 1 :])
            for then in range(at + 1, len(units)):
                for another in _BY_SOUND.get(units[then], ()):
                    yield one + "".join((*units[at + 1 : then], another, *units[then + 1 :]))


def _is_part(short: str, word: str) -> bool:
    """Whether a word becomes the short one when letters are left out."""
    letters = iter(word)
    return all(char in letters for char in short)
