"""Finds the words of one script's lexicon in a folded text.

Automata point at places that may hold a word; rules about whole tokens decide. Four ways lead from a place to a word:
the token as it stands, the token read without leet, repeats and marks, a word whose letters are set apart, and a
phrase. Each place is looked at once, so the work grows with the length of the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from bot.masking.apart import Apart
from bot.masking.camel import camel_words
from bot.masking.chains import Chains
from bot.masking.folding import plainly, squeeze
from bot.masking.lexicon import SHORTEST_LOOSE, Lexicon
from bot.masking.likeness import RUNS, lookalike, reaches, stretched
from bot.masking.made import Made
from bot.masking.memory import Memory
from bot.masking.patterns import Patterns
from bot.masking.pointing import Pointing, in_both_forms
from bot.masking.scanning import automaton, flattened, places_of, squeezed
from bot.masking.verdict import Found, Hit, Verdict
from bot.masking.widening import TRAILERS, Widening

__all__ = ["Found", "Hit", "Matcher", "Verdict"]

_LONGEST_READ: Final = 40
"""Longer tokens are hashes and noise, and are only searched for words that count anywhere."""
_MEMORY: Final = 10_000
_LONG_LEET: Final = 6
"""So many digits and letters spell a word of ours by no chance, even if most of them are digits."""
_NAMELIKE: Final = frozenset(("shit", "piss", "wank", "twat", "titten"))
"""What begins names in many languages."""
_CODE: Final = re.compile(r"[A-Z]{1,3}[0-9]{2,}")
"""`AR53`, `TW47`: what numbers a thing, read aloud as letters and digits."""
_HEX: Final = re.compile("[0-9a-f]+")
_DOUBLED: Final = re.compile(r"([a-z\u0430-\u044f])\1\1|([a-z\u0430-\u044f])\2([a-z\u0430-\u044f])\3")
_LONG_RUN: Final = re.compile(r"([a-z\u0430-\u044f])\1\1")


class Matcher:
    """The automata and rules for one lexicon. `flatten` gives the scanned form of a folded string, of equal length."""

    def __init__(
        self, lexicon: Lexicon, flatten: Callable[[str], str], *, ordinary: frozenset[str], letters: str
    ) -> None:
        self._flatten = flatten
        self._forms = lexicon.forms
        self._ordinary = ordinary
        self._origins = lexicon.origins
        self._roots = frozenset(root for root in lexicon.roots if lexicon.forms.get(root) != "mild")
        self._written = dict(lexicon.written.values())
        self._exceptions = frozenset(word for word in lexicon.exceptions if "-" not in word)
        edges = {"start": " {}", "end": "{} ", "any": "{}"}
        self._exception_scan = automaton([edges[reach].format(word) for reach, word in lexicon.patterns])
        self._memory = Memory(self._judge, _MEMORY)

        flats = dict(zip(lexicon.forms, flattened(flatten, lexicon.forms), strict=True))
        # Dictionaries of strings to strings, unlike sets, are nothing that a collection of garbage looks through.
        self._keys: dict[str, str] = {}
        for form, key in zip(flats, squeezed(list(flats.values())), strict=True):
            self._keys[key] = f"{self._keys[key]} {form}" if key in self._keys else form

        self._apart = Apart(
            lexicon,
            ordinary,
            self._keys,
            flats,
            flatten=flatten,
            read=self._read_joined,
            judge=self.judge,
            excepted=self.harmless,
            beginning=self._beginning,
        )

        self.made = Made(lexicon, ordinary, self.harmless)
        self._widened = Widening(lexicon, ordinary | self.made.parts).widened
        self._chains = Chains(flatten, self._begun)

        reaching = [
            (flats.get(word) or flatten(word), word, reach, severity)
            for word, (reach, severity) in lexicon.reaching.items()
        ]
        self._reaching = reaching
        self._beginnings = {word: severity for _, word, reach, severity in reaching if reach != "end"}
        self._reach_scan = automaton([flat for flat, *_ in reaching])
        self._reach_squeezed = automaton(squeezed([flat for flat, *_ in reaching]))

        patterns = Patterns(lexicon, flats, self.made.triggers(), flatten=flatten, letters=letters)
        self._phrases = patterns.phrases
        self._ends = patterns.ends
        self.stretches: Final = Pointing(self._apart, self._phrases, *self._ends[:4]).stretches
        self.hits: Final = places_of(patterns.all)
        self._is_latin = letters.isascii()

    def scan(self, flat: str) -> list[Hit]:
        """Places that may hold a word, in the order of their ends."""
        # Both forms go through the automaton in one call, and a hit's place tells whose it is.
        return self.hits(self.both_forms(flat), True)  # noqa: FBT003 - a keyword takes longer

    def both_forms(self, flat: str) -> bytes | str:
        """See `in_both_forms`; beyond ASCII the same of a string, as places are counted in characters."""
        if self._is_latin:
            return in_both_forms(flat.encode())
        return f" {flat}  \0{flat.replace(' ', '') if ' ' in flat else ''} "

    def spells(self, flat: str, hits: list[Hit]) -> bool:
        """Whether hits have to do with single letters, or with tokens that are read together."""
        loose, _, _, phrases, _ = self._ends
        return any(pattern >= phrases for pattern, *_ in hits) or (
            sum(1 if start > len(flat) else -1 for pattern, start, _ in hits if pattern < loose) > 0
        )

    def find(self, plain: str, flat: str, hits: list[Hit]) -> list[Found]:  # noqa: C901, PLR0912 - hot
        """Every word in the text with these hits, in no order; words may overlap."""
        found: list[Found] = []
        loose, parts, tokens, phrases, letters = self._ends
        size = len(flat) + 1
        memory = self._memory
        may_meet = self._apart.may_meet
        known = self._phrases
        whole = done = spelled_to = 0
        chained = False
        dense_hits: list[Hit] = []
        for hit in hits:
            pattern, start, end = hit
            if start >= size:
                if pattern < loose:
                    dense_hits.append(hit)
            elif pattern < tokens:
                if pattern < loose:
                    whole += 1
                # The last letter of the hit; the scanned text's positions are one more than those of `flat`.
                inside = end - 2 if pattern < parts else end - 3
                if inside < done:
                    continue
                begin = flat.rfind(" ", 0, inside) + 1
                done = flat.find(" ", inside)
                if done < 0:
                    done = size - 1
                token = plain[begin:done]
                verdict = memory[token]
                if verdict:
                    if (
                        2 < begin < done < size - 3  # noqa: PLR2004 - two characters and a space on each side
                        and plain[begin - 1] == " " == plain[done]
                        and not may_meet[flat[begin - 3 : done + 3]]
                    ):
                        found.append((begin, done, verdict[0], verdict[1]))
                    else:
                        found.append(self._widened(plain, flat, begin, done, verdict))
                elif pattern < loose:
                    self._apart.torn(plain, flat, begin, done, found)
            elif end > size + 1:
                continue  # half of it is in the second form
            elif pattern < phrases:
                found += known.find(pattern - tokens, plain, flat, start)
            elif pattern >= letters:
                chained = True
            elif start >= spelled_to:
                spelled_to = self._apart.spelled(plain, flat, start, end - 2, found)
        if len(dense_hits) > whole:
            self._apart.find(plain, flat, dense_hits, found)
        if chained:
            self._chains.find(plain, flat, found)
        return found

    def judge(self, token: str) -> Verdict | None:
        """What a token without spaces is, as a whole; `None`: nothing bad."""
        return self._memory[token]

    def harmless(self, token: str) -> bool:
        """Whether a token is one that is never masked."""
        return token in self._exceptions or self._excepted(token)

    def _judge(self, token: str) -> Verdict | None:
        low = token.lower()
        if low in self._exceptions or (token[-1:].isdigit() and _CODE.fullmatch(token)):
            return None
        severity = self._forms.get(low)
        if severity:
            verdict: Verdict | None = Verdict(low, severity)
        else:
            flat = self._flatten(low)
            verdict = self._within(low, flat)
            if verdict and self._is_name(token, verdict.word):
                return None
            verdict = verdict or self._read(low, flat) or self._camel(token) or self._redrawn(low)
            verdict = verdict or self.made.compound(low) or self.made.heard(low)
            if not verdict and len(low) <= _LONGEST_READ and (word := plainly(low)) in self._written:
                verdict = Verdict(f'"{word}"', self._written[word])
        return None if verdict and self._excepted(low) else verdict

    def _is_name(self, token: str, word: str) -> bool:
        """`Pissinger`: a capital, a short root and an ending that English gives no word."""
        rest = token[len(word) :]
        return (
            word in _NAMELIKE
            and token.lower().startswith(word)
            and token[0].isupper()
            and token[1:].islower()
            and token.isalpha()
            and rest not in self.made.parts
            and rest not in TRAILERS
        )

    def whole(self, low: str) -> Verdict | None:
        """A form as a whole, however often its letters are written."""
        severity = self._forms.get(low)
        if low in self._exceptions or self._excepted(low):
            return None
        return Verdict(low, severity) if severity else self._read(low, self._flatten(low))

    def meant(self, low: str) -> Verdict | None:
        """A form as a whole, also where it is spelled by ear."""
        if not self.points_at(low):
            return None
        return self.whole(low) or (None if self.harmless(low) else self.made.whole(low))

    def points_at(self, low: str) -> bool:
        """Whether a token holds anything that is worth a look; no other one is looked at in a text."""
        flat = f" {self._flatten(low)}  "
        return bool(self.hits(flat.encode() if self._is_latin else flat, True))  # noqa: FBT003

    def _begun(self, low: str) -> Verdict | None:
        """A form as a whole, or a word that is profane where a token begins with it."""
        verdict = self.whole(low)
        if verdict or self.harmless(low):
            return verdict
        return self._beginning(low) or self.made.whole(low)

    def _beginning(self, low: str) -> Verdict | None:
        """The word that a token begins with, and that is profane there."""
        ends = range(SHORTEST_LOOSE, min(len(low), _LONGEST_READ) + 1)
        start = next((low[:end] for end in ends if low[:end] in self._beginnings), None)
        return Verdict(start, self._beginnings[start]) if start else None

    def is_by_ear(self, low: str) -> bool:
        """Whether a token is only read because of how it sounds."""
        flat = self._flatten(low)
        return (
            low.isalpha()
            and low not in self._forms
            and not (self._within(low, flat) or self._read(low, flat) or self._redrawn(low) or self.made.compound(low))
        )

    def _redrawn(self, low: str) -> Verdict | None:
        """The token with `6` for a `b`, and two `v` for a `w`."""
        other = low.replace("6", "b").replace("vv", "w")
        return self.judge(other) if other != low and sum(map(str.isalpha, low)) > 2 else None  # noqa: PLR2004

    def _excepted(self, low: str) -> bool:
        return bool(self._exception_scan.find_matches_as_indexes(f" {low} "))

    def _within(self, low: str, flat: str) -> Verdict | None:
        """Words that count inside of longer tokens."""
        for index, start, end in self._reach_scan.find_matches_as_indexes(flat, overlapping=True):
            _, word, reach, severity = self._reaching[index]
            if reaches(reach, start, end, len(flat)) and (
                low[start:end] == word or self._wordlike(low, start, end, word)
            ):
                return Verdict(word, severity)
        if not _DOUBLED.search(low):
            return None
        short = squeeze(flat)
        for index, start, end in self._reach_squeezed.find_matches_as_indexes(short, overlapping=True):
            key, word, reach, severity = self._reaching[index]
            if reaches(reach, start, end, len(short)) and re.search(stretched(key), flat) and low.isalpha():
                return Verdict(word, severity)
        return None

    def _wordlike(self, low: str, start: int, end: int, word: str) -> bool:
        """Whether a stretch with other letters or digits in it may be meant as a word."""
        inside = low[start:end]
        letters = sum(map(str.isalpha, inside))
        if letters == len(inside):
            return word in self._origins and lookalike(inside, word)
        return letters * 2 >= len(inside) and letters > 1 and (low[:start] + low[end:] + "a").isalpha()

    def _read(self, low: str, flat: str) -> Verdict | None:
        """The token as another spelling of a form: digits, look-alike letters, letters written more than once."""
        if len(low) > _LONGEST_READ and not _LONG_RUN.search(low):
            return None
        for form in self._keys.get(squeeze(flat), "").split():
            if self._spells(low, flat, form):
                return Verdict(form, self._forms[form])
        return None

    def _read_joined(self, low: str) -> Verdict | None:
        """What is parted by marks, as one: outside of English most words are known by how they begin."""
        flat = self._flatten(low)
        return self._read(low, flat) or (None if low.isascii() else self._within(low, flat))

    def _spells(self, low: str, flat: str, form: str) -> bool:
        if not low.isalpha():
            once = squeeze(low)
            letters = sum(map(str.isalpha, once))
            enough = letters * 2 >= len(once) or (
                len(low) >= _LONG_LEET and letters * 3 >= len(once) and not _HEX.fullmatch(low)
            )
            if not enough or len(form) < SHORTEST_LOOSE or (_HEX.fullmatch(low) and letters * 2 <= len(once)):
                return False
        elif not self._alike(low, form):
            return False
        more = longest = places = 0
        for seen, meant in zip(RUNS.finditer(flat), RUNS.finditer(self._flatten(form)), strict=False):
            count = seen.end() - seen.start()
            extra = count - (meant.end() - meant.start())
            if extra < 0:
                return False
            longest = max(longest, count) if extra else longest
            more += extra
            places += extra > 0
        if not more or longest > 2 or places > 1:  # noqa: PLR2004 - two of a letter are usual, three are not
            return True
        return len(form) >= SHORTEST_LOOSE and self._origins.get(form) in self._roots

    def _alike(self, low: str, form: str) -> bool:
        """Letters for letters: only the roots that English makes words of are written with `v` for `u`, `l` for `i`."""
        once = squeeze(low)
        if once == squeeze(form):
            return True
        # `titttle` is another word that somebody draws out.
        is_root = form in self._origins and self._forms[form] != "mild" and once not in self._ordinary
        return is_root and lookalike(once, squeeze(form))

    def _camel(self, token: str) -> Verdict | None:
        before = ""
        for word in camel_words(token, self._ordinary):
            severity = self._forms.get(word)
            # What is one word with the part before it is that word: `StopCockValve`.
            if severity and not (word in self._exceptions or (before in self._exceptions and before.endswith(word))):
                return Verdict(word, severity)
            before = word
        return None
