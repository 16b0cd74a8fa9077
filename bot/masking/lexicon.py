"""Word lists, read from their files and from a board's own additions, as plain values.

docs/masking.md describes the files.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, Literal, NamedTuple, TypeAlias, cast

from bot.masking.english import inflected
from bot.masking.folding import CyrillicFolding, Folding
from bot.masking.settings import MaskSettings, Severity

Reach: TypeAlias = Literal["start", "end", "any"]
"""Where a word is profane inside of a longer token."""

WORDS: Final = Path(__file__).parent / "words"
"""Where the lists are."""
_SECTION: Final = re.compile(r"^\[(\w+)(?: (mild|strong|slur))?\]$")
"""Not `[mija se]`, which is a phrase."""
SHORTEST_LOOSE: Final = 4
"""Shorter words are too often parts of others to be looked for inside of tokens."""
_ENDING: Final = re.compile(r"~(\w+)")


class Lexicon:
    """All words of one script, folded."""

    def __init__(self) -> None:
        self.forms: dict[str, Severity] = {}
        """Whole tokens."""
        self.origins: dict[str, str] = {}
        """For some forms: the shorter word that they were made from and hold."""
        self.roots: set[str] = set()
        """The words of which English makes others."""
        self.heard: dict[str, tuple[str, ...]] = {}
        """The words that are also spelled by ear, with their inflected forms."""
        self.parts: set[str] = set()
        """What may stand before or after a root in a compound."""
        self.spellings: dict[str, str] = {}
        """How the words of languages with accents are written, parted by spaces: with marks, those alone are meant."""
        self.reaching: dict[str, tuple[Reach, Severity]] = {}
        """Words that count inside of longer tokens too."""
        self.written: dict[str, tuple[str, Severity]] = {}
        """Tokens that must be written just so, marks included; with their folded form."""
        self.phrases: dict[str, tuple[int, int, Severity]] = {}
        """Words with one space between them, and which part of them is masked."""
        self.gapped: dict[str, Severity] = {}
        """Words with a space for each letter that a dash, a dot or a low line hides."""
        self.starred: set[str] = set()
        """Forms so common that their first letter and their length tell them."""
        self.veiled: set[str] = set()
        """Forms that people write the beginning of, and stars."""
        self.halved: set[str] = set()
        """Short forms that people tell by their first and last letter."""
        self.separate: set[str] = set()
        """Words that are, like the ordinary ones, never one part of a word torn apart."""
        self.hyphened: set[str] = set()
        """Words that are written with a hyphen between two ordinary ones."""
        self.exceptions: set[str] = set()
        """Tokens, or tokens joined by hyphens, that are never masked."""
        self.kept: set[str] = set()
        """Exceptions that are only meant as they are written, marks included."""
        self.patterns: list[tuple[Reach, str]] = []
        """Exceptions with `*` at an end."""

    def spell(self, folded: str, spelling: str) -> None:
        """Note how a word is written."""
        known = self.spellings.get(folded)
        self.spellings[folded] = f"{known} {spelling}" if known else spelling


class _Section(NamedTuple):
    name: str
    severity: Severity
    lines: tuple[str, ...]


class Reader:
    """Reads lists into the lexicons `latin` and `cyrillic`; words of other scripts are gathered in `others`."""

    def __init__(self, folding: Folding, cyrillic_folding: CyrillicFolding) -> None:
        self.latin = Lexicon()
        self.cyrillic = Lexicon()
        self.others: dict[str, Severity] = {}
        self.ordinary: frozenset[str] = frozenset()
        self._own_latin: list[str] = []
        self._own_cyrillic: list[str] = []
        self._folding = folding
        self._cyrillic_folding = cyrillic_folding

    def language(self, language: str) -> None:
        """Read the file of a language."""
        sections = tuple(_sections((WORDS / f"{language}.txt").read_text("utf-8")))
        self._compounding(sections)
        for section in sections:
            self._section(section)

    def _section(self, section: _Section) -> None:  # noqa: C901 - one case for each name
        match section.name:
            case "words" | "latin":
                for word in _words(section.lines):
                    self._word(word, section.severity)
            case "phrases":
                for line in section.lines:
                    for phrase in _braces(line):
                        self._phrase(phrase, section.severity)
            case "gapped":
                self.latin.gapped.update((word.replace("-", " "), section.severity) for word in _words(section.lines))
            case "starred" | "veiled" | "halved" | "separate":
                getattr(self.latin, section.name).update(_words(section.lines))
            case "hyphened":
                self.latin.hyphened.update(word.replace("-", "") for word in _words(section.lines))
            case "exceptions":
                for word in _words(section.lines):
                    self._exception(word)
            case "ordinary":
                self.ordinary |= frozenset(_words(section.lines))
            case _:
                pass

    def own(self, settings: MaskSettings) -> None:
        """Read what a board added, with the severity that is always masked."""
        for written in settings.words:
            word = written.strip(' "')
            if " " in word:
                self._phrase(word, "slur")
            elif word.strip("*"):
                self._word(word, "slur", own=True)
        for lexicon, words in ((self.latin, self._own_latin), (self.cyrillic, self._own_cyrillic)):
            own = "\n".join(("", *words, ""))
            lexicon.patterns = [pattern for pattern in lexicon.patterns if not _fits_one(own, *pattern)]
        for phrase in settings.phrases:
            self._phrase(phrase, "slur")
        for word in settings.exceptions:
            if word.strip("* "):
                self._exception(word.strip().lower())
        spared = {self._place(word.strip("* ").lower())[1] for word in settings.exceptions}
        for lexicon in (self.latin, self.cyrillic) if spared else ():
            lexicon.phrases = {
                phrase: (start, end, severity)
                for phrase, (start, end, severity) in lexicon.phrases.items()
                if spared.isdisjoint((phrase, phrase[start:end]))
            }

    def _place(self, word: str) -> tuple[Lexicon, str]:
        if word.isascii() and word.isprintable():
            return self.latin, word.lower()
        if any("\u0400" <= char <= "\u052f" for char in word):
            return self.cyrillic, word.lower().translate(self._cyrillic_folding)
        return self.latin, word.translate(self._folding).lower()

    def _word(self, word: str, severity: Severity, *, own: bool = False) -> None:
        if word.startswith('"'):
            written = word.strip('"').lower()
            self.latin.written[written] = (written.translate(self._folding), severity)
            return
        if not own and word.isascii() and word.isalpha():
            self._simple(word.lower(), severity)
            return
        bare = word.strip("*")
        lexicon, folded = self._place(bare)
        folded = folded.strip()
        # Folding leaves one letter of `ß`, which is two: such a word is known by how it is written.
        if (not own or "ß" in bare) and folded not in lexicon.origins:
            lexicon.spell(folded, bare.lower())
        if own:
            lexicon.origins.setdefault(folded, folded)
            # What a board asks for beats our own exceptions; its own are read later.
            lexicon.exceptions.discard(folded)
            (self._own_cyrillic if lexicon is self.cyrillic else self._own_latin).append(folded)
        if own and not folded.replace(" ", "").isalnum():
            self.others[bare] = severity
            return
        reach = _reach(word) if len(bare) < len(word) else None
        if reach:
            lexicon.reaching.setdefault(folded, (reach, severity))
            lexicon.forms.setdefault(folded, severity)
        elif " " in folded:
            self._phrase(word, severity)
        else:
            lexicon.forms.setdefault(folded, severity)

    def _simple(self, word: str, severity: Severity) -> None:
        """What most words are: small letters of ASCII and nothing else."""
        if word not in self.latin.origins:
            self.latin.spell(word, word)
        self.latin.forms.setdefault(word, severity)

    def _phrase(self, phrase: str, severity: Severity) -> None:
        bare = " ".join(phrase.replace("[", "").replace("]", "").split())
        lexicon, folded = self._place(bare)
        start, end = phrase.find("["), phrase.rfind("]")
        if start < 0 or end < start:
            start, end = 0, len(bare)
        else:
            end -= phrase.count("[") + phrase.count("]") - 1
        if folded.strip() and len(folded) == len(bare):
            lexicon.phrases[folded] = (start, end, severity)

    def _exception(self, word: str) -> None:
        if word.startswith('"'):
            self.latin.kept.add(word.strip('"').lower())
            return
        lexicon, folded = self._place(word.strip("*"))
        reach = _reach(word)
        # What folds to a space stands for any letter of another script, and would clear whatever is beside one.
        if not folded or (reach and " " in folded):
            return
        if reach:
            lexicon.patterns.append((reach, folded))
        else:
            lexicon.exceptions.add(folded)

    def _compounding(self, sections: tuple[_Section, ...]) -> None:
        """Roots with their endings, and the compounds of those marked `+` with heads and tails."""
        by_name = {
            section.name: section.lines
            for section in sections
            if section.name in {"suffixes", "heads", "tails", "heard"}
        }
        if "suffixes" not in by_name:
            return
        suffixes = tuple(_words(by_name["suffixes"]))
        heads = {key.strip(): words.split() for key, words in (line.split(":") for line in by_name.get("heads", ()))}
        tails = tuple(_words(by_name.get("tails", ())))
        self.latin.parts.update(tails, *heads.values())
        for section in sections:
            if section.name != "roots":
                continue
            for entry in _words(section.lines):
                root = entry.strip("^+=")
                if "^" in entry:
                    self.latin.reaching[root] = ("any" if entry.startswith("^") else "start", section.severity)
                made = {root} if "=" in entry else {root, *inflected(root, suffixes)}
                if "+" in entry:
                    made.update(root + tail + end for tail in tails for end in ("", "s"))
                    short = [form for form in made if len(form) < len(root) + 4]
                    made.update(head + form for head in heads.get(root, ()) for form in short)
                self._made(root, made, section.severity)
        for root in _words(by_name.get("heard", ())):
            forms = (root, *inflected(root, suffixes))
            self.latin.heard[root] = tuple(form for form in forms if form in self.latin.forms)

    def _made(self, root: str, made: set[str], severity: Severity) -> None:
        forms, origins = self.latin.forms, self.latin.origins
        self.latin.roots.add(root)
        forms.update(dict.fromkeys(made.difference(forms), severity))
        if len(root) < SHORTEST_LOOSE:
            # A short root is no help in finding `jackass` in pieces; the word itself is.
            wholes = {form for form in made if form.endswith(root) and form != root}
            origins.update(zip(wholes, wholes, strict=True))
        holding = {form for form in made if root in form}
        origins.update(dict.fromkeys(holding.difference(origins), root))


def _sections(listing: str) -> Iterator[_Section]:
    name, severity, lines = "", "strong", list[str]()
    endings: dict[str, str] = {}
    for line in (*listing.splitlines(), "[end]"):
        content = line.strip()
        header = _SECTION.match(content)
        if header:
            yield _Section(name, cast("Severity", severity), tuple(lines))
            name, lines = header[1], []
            severity = header[2] or "strong"
        elif content and not content.startswith("#"):
            if name == "endings":
                ending, _, forms = content.partition(":")
                endings[ending] = "{" + ",".join(forms.split()) + "}"
                continue
            lines.append(_ENDING.sub(lambda found: endings[found[1]], content) if "~" in content else content)


def _words(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        if "{" not in line:
            yield from line.split()
            continue
        for word in line.split():
            yield from _braces(word)


def _braces(word: str) -> list[str]:
    """`a{b,c}d` as `abd` and `acd`."""
    before, brace, rest = word.partition("{")
    if not brace:
        return [word]
    choices, _, after = rest.partition("}")
    ends = _braces(after)
    return [f"{before}{choice}{end}" for choice in choices.split(",") for end in ends]


def _fits_one(words: str, reach: Reach, pattern: str) -> bool:
    """Whether an exception is one for any of the words, each of which stands between two line breaks."""
    return {"start": "\n" + pattern, "end": pattern + "\n", "any": pattern}[reach] in words


def _reach(word: str) -> Reach | None:
    before, after = word.startswith("*"), word.endswith("*")
    return "any" if before and after else "end" if before else "start" if after else None


def by_letter(words: Iterable[str], place: int = 0) -> dict[str, list[str]]:
    """Words by the letter in a place."""
    groups = defaultdict[str, list[str]](list)
    for word in words:
        groups[word[place]].append(word)
    return groups
