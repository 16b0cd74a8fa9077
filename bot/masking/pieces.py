"""Finds words with symbols in them: `a$$hole`, `sh!t`, and words that their writer masked, as `f*ck` and `wa##er`."""

from __future__ import annotations

import re
from typing import Final

from bot.masking.folding import unleet
from bot.masking.jointed import Jointed
from bot.masking.lexicon import Lexicon
from bot.masking.matcher import Found, Matcher
from bot.masking.memory import Memory
from bot.masking.settings import Severity
from bot.masking.verdict import Verdict
from bot.masking.wildcards import Wildcards

SIGNS: Final = "@$!|+(#*%&?^<{=~"
_BESIDE: Final = r"(?=[A-Za-z0-9])|(?<=[A-Za-z0-9][@$+|#*<])|(?<=@\$\$)|(?<=[A-Za-z0-9]!)(?=\+)"
SIGN: Final = re.compile(f"[{SIGNS}](?:{_BESIDE})")
"""A mark that may be a letter or hide one, by what is beside it."""
SIGN_OR_DRAWN: Final = re.compile(rf"[{SIGNS}\\](?:{_BESIDE}|(?<=[|\\])|(?<=\()(?=\)))")
"""The same, and marks that letters are drawn with."""
_PIECES: Final = bytes(
    code if chr(code).isascii() and (chr(code).isalnum() or chr(code) in SIGNS) else 32 for code in range(256)
)
"""Everything that is no letter, digit or such a symbol parts one piece from the next."""
_EDGES: Final = "!?*|(#%&^<{=~+"
_LETTERS_LAST: Final = ("+", "|", "<", "!+", "|+", "$+")
_LETTERS_FIRST: Final = "(<+"
_LETTERS_FIRST_TOO: Final = tuple(_LETTERS_FIRST)
_HIDDEN: Final = re.compile(r"[^a-z]+")
_HIDES: Final = ({"*"}, {"#"})
_BOLD: Final = 80
_HIDES_FIRST: Final = frozenset("*#")
_FIRST_SIGNS: Final = frozenset("@$+(!")
_BEHEADED: Final = ("rse", "ssh", "ssw", "sse")
_COMIC: Final = re.compile(r"[a-z]+[@#$%&!*+?^]+[a-z]+")
_WHOSE: Final = re.compile(
    r"\b(?:my|your|ur|his|her|their|our|yo|kiss|dumb|fat|lazy|big|bad|whole|sorry|broke|punk|smart|hard|weak|an)[ -]$",
    re.IGNORECASE,
)
_PAIR: Final = re.compile(r"[a-z]{2}")
_UPRIGHT: Final = re.compile("[1|!]")
_CLEAR: Final = frozenset("@$!|")
_OPERATORS: Final = re.compile(r"[(<{+^]")
_SHAM_MONEY: Final = frozenset(("$hit", "$hits", "$hitting", "$hitter", "$hitty", "$hut", "$ex"))
_LONG_LEET: Final = 6
_NO_VEIL: Final = frozenset("=<{(~|")
_ROOM: Final = 5_000
_LONGEST: Final = 40
_SHORTEST_WILD: Final = 4
_SHORTEST_STEM: Final = 5
_SHORTEST_COMIC: Final = 3
_CLEARLY_SEEN: Final = 4
"""So many letters say enough beside a mark that is nothing else."""
_VEIL: Final = re.compile(r"(?<=[a-z0-9@$!+(])\*{1,2}(?=[a-z0-9@$!+(])")
_VOWELS: Final = "aeiou"
_FEWEST_SEEN: Final = 3


class Pieces:
    """Reads symbols as letters, and as marks that hide one letter each."""

    def __init__(self, matcher: Matcher, lexicon: Lexicon, ordinary: frozenset[str]) -> None:
        self._matcher = matcher
        self._ordinary = ordinary
        self._origins = lexicon.origins
        self._starred: dict[tuple[int, str], tuple[str, Severity]] = {
            (len(form), form[0]): (form, lexicon.forms[form])
            for form in sorted(lexicon.starred)
            if form in lexicon.forms
        }
        self._often = frozenset(lexicon.starred | lexicon.veiled)
        self._halved = self._often | lexicon.halved
        self._wildcards = Wildcards(lexicon.forms)
        # Words that others are made of.
        self._stems = Wildcards(
            [
                word
                for word, (reach, severity) in lexicon.reaching.items()
                if reach != "end" and severity != "mild" and len(word) >= _SHORTEST_STEM
            ]
        )
        self._memory = Memory(lambda text: self._read(text) or self._drawn_out(text), _ROOM)
        self._forms = lexicon.forms
        self._reaching = lexicon.reaching
        self.jointed: Final = Jointed(matcher.meant, self._word)

    def find(self, plain: str, sign: re.Match[str] | None) -> list[Found]:
        """Every such word in a folded text, whose first `SIGN` the caller found."""
        found: list[Found] = []
        pieces = plain.encode("ascii").translate(_PIECES).decode("ascii")
        memory = self._memory
        bold = "**" in plain
        done = 0
        while sign:
            place = sign.start()
            begin = pieces.rfind(" ", done, place) + 1 or done
            done = pieces.find(" ", place)
            if done < 0:
                done = len(plain)
            sign = SIGN.search(plain, done)
            if done - begin > _LONGEST:
                continue
            text = plain[begin:done]
            # What is bold ends in two stars, too.
            if bold and text.endswith("**") and "**" in plain[max(0, begin - _BOLD) : begin]:
                text = text.rstrip("*")
            read = memory[text] or (text[0] in "aA@" and _held(plain, begin, done))
            if read:
                start, end, word, severity = read
                found.append((begin + start, begin + end, word, severity))
            elif jointed := self.jointed.around(plain, begin, done):
                found.append(jointed)
        return found

    def _read(self, text: str) -> tuple[int, int, str, Severity] | None:  # noqa: PLR0911 - one return for each reason
        start = len(text) - len(text.lstrip(_EDGES))
        end = len(text.rstrip(_EDGES + "@"))
        core = text[start:end]
        # The sign after the last letter may be a letter (`cun+`), and so may the one before the first.
        if len(core) > 2 and not core.isalnum():  # noqa: PLR2004 - `a$$` is the shortest
            word = self._leet(core) or self._wild(core.lower()) or self._veiled(core.lower())
            if word:
                return start, end, *word
        if (
            text[end : end + 1] == "@"
            and end - start >= _SHORTEST_COMIC
            and (word := self._final(text[start : end + 1]))
        ):
            return start, end + 1, *word
        if text[:1] in _HIDES_FIRST and (word := self._beheaded(core.lower())):
            return start - 1, end, *word
        loud = text.rstrip("!?")
        if loud.endswith("+"):
            text = loud
        if text.endswith("+") and text.startswith(_LETTERS_FIRST_TOO) and (word := self._edged(text)):
            return 0, len(text), *word
        if text.endswith(_LETTERS_LAST) and (word := self._edged(text[start:])):
            return start, len(text), *word
        if (
            start
            and text[start - 1] in _LETTERS_FIRST
            # Before a C a bracket is a bracket: `(Cummings`.
            and unleet(text[start - 1]) != unleet(text[start : start + 1])
            and text[start:end].lower() not in self._ordinary
        ):
            word = self._edged(text[start - 1 : end])
            return (start - 1, end, *word) if word else None
        if not start and text.endswith(("##", "**")):
            word = self._wild(text.lower())
            return (0, len(text), *word) if word else None
        return None

    def _drawn_out(self, text: str) -> tuple[int, int, str, Severity] | None:
        """`((((hink`: the first sign is drawn out like a letter."""
        sign = text[:1]
        once = text.lstrip(sign)
        if sign not in _FIRST_SIGNS or len(text) - len(once) <= 2 or not once.isalnum():  # noqa: PLR2004 - two are usual
            return None
        read = self._read(sign + once)
        return (0, len(text), *read[2:]) if read else None

    def _final(self, core: str) -> tuple[str, Severity] | None:
        """`merd@`: a word as a whole with the last letter drawn as a sign that else stands before a name."""
        meant = unleet(core)
        letters = sum(map(str.isalpha, core))
        verdict = self._matcher.whole(meant) if meant.isalpha() and letters * 2 >= len(core) else None
        return (verdict.word, verdict.severity) if verdict else None

    def _edged(self, core: str) -> tuple[str, Severity] | None:
        """A core whose first or last sign is a letter: nothing but a whole word of English is read that way."""
        if "*" in core:
            return self._veiled(core.lower())
        meant = unleet(core)
        letters, digits = sum(map(str.isalpha, core)), sum(map(str.isdigit, core))
        if not meant.isalpha() or len(core) < _SHORTEST_WILD or letters == 0 or digits * 2 > len(core):
            return None
        return self._english(meant) or self._english(unleet(_UPRIGHT.sub("l", core)))

    def _beheaded(self, core: str) -> Verdict | None:
        """`*rsehole`: no word begins so but for those with an `a` before."""
        return self._matcher.whole("a" + core) if core.startswith(_BEHEADED) and core.isalpha() else None

    def _english(self, meant: str) -> tuple[str, Severity] | None:
        verdict = self._matcher.whole(meant)
        return (verdict.word, verdict.severity) if verdict and verdict.word in self._origins else None

    def _leet(self, core: str) -> tuple[str, Severity] | None:
        meant = unleet(core)
        letters = sum(map(str.isalpha, core))
        digits = sum(map(str.isdigit, core))
        if not meant.isalpha() or letters == 0 or (letters * 3 < len(core) < _LONG_LEET and digits * 2 > len(core)):
            return None
        # `4$$` is no word.
        if len(meant) <= 3 and not _CLEAR.issuperset(char for char in core if not char.isalpha()):  # noqa: PLR2004
            return None
        if not self._matcher.points_at(meant):
            return None
        # A handle that is bad without its sign is a handle; `@sshole` is not.
        if core[0] == "@" and self._matcher.judge(core[1:]):
            return None
        # What is in a language of machines is a call, a sum or a variable more often than a word.
        judge = self._matcher.whole if _OPERATORS.search(core) else self._matcher.judge
        if core[0] == "$" and core[1:].lower() in self._ordinary and core.lower() not in _SHAM_MONEY:
            return None
        verdict = judge(meant) or judge(meant.replace("v", "u"))
        if not verdict and _UPRIGHT.search(core):
            verdict = judge(unleet(_UPRIGHT.sub("l", core)))
        return (verdict.word, verdict.severity) if verdict else None

    def _wild(self, core: str) -> tuple[str, Severity] | None:
        seen = [(at, char) for at, char in enumerate(core) if char.isalpha()]
        marks = set(core) - {char for _, char in seen}
        if len(core) < _SHORTEST_WILD or not core[0].isalpha() or any(map(str.isdigit, core)):
            return None
        if len(seen) == 1:
            return self._starred.get((len(core), core[0])) if marks in _HIDES else None
        # Where the end is hidden too, only what people often hide is meant: `we**` is the end of something bold.
        is_clear = core[-1].isalpha() or (marks == {"#"} and len(seen) >= _CLEARLY_SEEN)
        often = None if is_clear else self._often
        if not self._hides(core, marks, len(core) - len(seen)) or (
            often
            and (marks not in _HIDES or (len(shown := core.rstrip("*#")) < _SHORTEST_WILD and shown in self._ordinary))
        ):
            return None
        if len(marks) > 1 and len(seen) < _SHORTEST_COMIC:
            often = self._often
        elif often is None and len(core) == _SHORTEST_WILD and len(seen) == 2:  # noqa: PLR2004 - `x**a` is a power
            often = self._halved
        for form in self._wildcards.find(len(core), seen):
            if often is None or form in often:
                return form, self._forms[form]
        return self._stem(core, seen) if often is None else None

    def _stem(self, core: str, seen: list[tuple[int, str]]) -> tuple[str, Severity] | None:
        """A word that others are made of, one letter in three of which may be hidden."""
        hidden = len(core) - len(seen)
        behind = next(at + 1 for at in range(len(core) - 1, -1, -1) if not core[at].isalpha())
        for size in range(max(behind, 3 * hidden), len(core)):
            shown = [one for one in seen if one[0] < size]
            for stem in self._stems.find(size, shown):
                return stem, self._reaching[stem][1]
        return None

    def _word(self, core: str) -> Verdict | None:
        """A word with symbols and hidden letters in it, as a whole."""
        if "*" in core:
            word = self._wild(core.lower()) or self._veiled(core.lower())
            return Verdict(*word) if word else None
        letters = sum(map(str.isalpha, core))
        meant = unleet(core)
        return self._matcher.meant(meant) if letters * 2 >= len(core) and meant.isalpha() and core[0] != "@" else None

    def _veiled(self, core: str) -> tuple[str, Severity] | None:
        """One hidden vowel in a word that is disguised otherwise, too: `a$$h*le`, `mothaf*cka`, `sh*tttt`."""
        veil = _VEIL.search(core)
        if not veil or core.count("*") != len(veil[0]) or not core[0].isalnum():
            return None
        before, after = core[: veil.start()], core[veil.end() :]
        seen = before + after
        letters = sum(map(str.isalpha, seen))
        if len(seen) < _FEWEST_SEEN or letters < 2 or letters * 2 < len(seen):  # noqa: PLR2004 - one letter says nothing
            return None
        before, after = unleet(before), unleet(after)
        if not (before + after).isalpha() or self._matcher.harmless(before + after):
            return None
        for vowel in _VOWELS:
            meant = before + vowel * len(veil[0]) + after
            verdict = self._matcher.meant(meant)
            if verdict and verdict.severity != "mild" and (verdict.word in self._origins or len(core) > _SHORTEST_WILD):
                return verdict.word, verdict.severity
        return None

    def _hides(self, core: str, marks: set[str], hidden: int) -> bool:
        """Whether marks may stand for letters: `a*s*s` is a sum, and `c@t##` says too little."""
        if marks & _NO_VEIL:
            return False
        if len(marks) > 1:
            # Different marks, as in a comic, hide one stretch of a word whose end is seen.
            return bool(_COMIC.fullmatch(core)) and not self._matcher.harmless(unleet(core))
        is_sum = marks != {"#"} and len(_HIDDEN.findall(core)) > 1 and not _PAIR.search(core)
        return not is_sum and ("*" in core or hidden * 2 <= len(core)) and not self._matcher.harmless(unleet(core))


def _held(plain: str, begin: int, done: int) -> tuple[int, int, str, Severity] | None:
    """`a**` and `@$$`, which are too little to go by, where the words before say whose it is, or nothing else it is."""
    text = plain[begin:done].rstrip("!?").lower()
    if text == "@$$" or (text == "a**" and _WHOSE.search(plain, max(0, begin - 12), begin)):
        return 0, 3, "ass", "strong"
    return None
