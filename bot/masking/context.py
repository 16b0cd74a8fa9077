"""Decides from the words around it whether an ambiguous word is meant badly."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from bot.masking.lexicon import WORDS
from bot.masking.memory import Memory
from bot.masking.tongues import Tongues

_WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_SENTENCE_END: Final = re.compile(r"[.!?\n\x00](?:(?<!\.)|(?<![A-Z]\.)(?!\w))")
_ASCII_WORDS: Final = bytes(
    ord(chr(code).lower()) if chr(code).isalpha() or chr(code) == "'" else 32 for code in range(0x80)
).ljust(256)
_REACH: Final = 24
_MEMORY: Final = 5_000
_SAID: Final = frozenset(("before", "after", "near", "named", "acronym", "suffix", "joint", "in", "of"))
_BLOCK: Final = 256
_SUFFIX: Final = re.compile(r"(?:^|[\s*\"'(/])\.$")
_NAME_AFTER: Final = re.compile(r" [A-ZА-ЯЁ][a-zа-яё]")
_NAME_BEFORE: Final = re.compile(r"(?:\b[A-ZА-ЯЁ]\.|[a-zа-яё]+ [A-ZА-ЯЁ][a-zа-яё]+) ?$")


class Rule:
    """What makes a word innocent, from the lines of its stanzas; all words are in lower case."""

    def __init__(self, lines: Iterable[str], tongues: Tongues) -> None:
        said: dict[str, frozenset[str]] = {}
        for line in lines:
            name, _, rest = line.partition(":")
            said[name] = said.get(name, frozenset()) | frozenset(rest.split())
        if not said.keys() <= _SAID:
            raise ValueError(said.keys() - _SAID)
        nothing = frozenset[str]()
        self.before: Final = said.get("before", nothing)
        self.after: Final = said.get("after", nothing)
        self.near: Final = said.get("near", nothing)
        self.named: Final = "named" in said
        self.acronym: Final = "acronym" in said
        self.suffix: Final = "suffix" in said
        """Innocent behind the dot of a file's name."""
        self.joint: Final = "joint" in said
        """Innocent between two hyphens."""
        self.tongues: Final = said.get("in", nothing)
        """Languages in which it is another word."""
        self.home: Final = said.get("of", frozenset(("en",)))
        """Those in which it is the profane one."""
        self.cues: Final = self.before | self.after | self.near
        """All of these words: a text without any of them clears nothing, unless it names somebody."""
        self.hints: Final = self.cues | tongues.known(self.tongues)[0] if self.tongues else self.cues
        """The same, and the small words of those languages."""


class Surroundings:
    """What stands around the words of one text. Sentences are read once, however many words of them are ambiguous."""

    def __init__(self, text: str, tongues: Tongues, words: frozenset[str] | None = None) -> None:
        self._text = text
        self._tongues = tongues
        self.words: Final = words or frozenset(words_of(text))
        """All words of the text."""
        self._stops: dict[int, list[tuple[int, int]]] = {}
        self._sentences: dict[tuple[int, int], frozenset[str]] = {}
        self._first = self._last = 0
        self._read = frozenset[str]()
        self._spoken: dict[tuple[frozenset[str], ...], bool] = {}

    def clear(self, rule: Rule, start: int, end: int) -> bool:  # noqa: PLR0911 - one return for each reason
        """Whether `text[start:end]`, one of the rule's words, is innocent where it stands, which it `may_clear`."""
        text = self._text
        if rule.suffix and _SUFFIX.search(text, max(0, start - 2), start):
            return True
        if rule.joint and text[start - 1 : start] == text[end : end + 1] == "-" and start:
            return True
        if rule.acronym and text[start:end].isupper() and not text.isupper():
            return True
        if rule.tongues and self._is_foreign(rule, self._sentence(start, end)):
            return True
        if rule.cues.isdisjoint(self.words) and not (rule.named and text[start].isupper()):
            return False
        left = words_of(text[max(0, start - _REACH) : start])
        before = left[-1] if left else ""
        right = words_of(text[end : end + _REACH]) if rule.after else []
        if before in rule.before or (right and right[0] in rule.after):
            return True
        if rule.named and (_is_name(text, start, end, before) or self._is_surname(start, end, before)):
            return True
        return bool(rule.near) and not rule.near.isdisjoint(self._sentence(start, end))

    def _is_surname(self, start: int, end: int, before: str) -> bool:
        """`Philip Cocks`: a given name before, and both with a capital."""
        text = self._text
        return (
            before in self._tongues.given_names
            and text[start].isupper()
            and text[start + 1 : end].islower()
            and text[text.lower().rfind(before, 0, start)].isupper()
        )

    def _is_foreign(self, rule: Rule, sentence: frozenset[str]) -> bool:
        asked = (sentence, rule.tongues, rule.home)
        spoken = self._spoken.get(asked)
        if spoken is None:
            self._spoken[asked] = spoken = self._tongues.speaks(*asked, plain=self._text.isascii())
        return spoken

    def _sentence(self, start: int, end: int) -> frozenset[str]:
        if self._first <= start and end <= self._last:
            return self._read
        text = self._text
        if len(text) < _BLOCK:
            stop = _SENTENCE_END.search(text)
            if stop is None or stop.end() == len(text):
                return self.words
        # Sentences without an end are read in blocks, so that the work stays in proportion to the text.
        block = start // _BLOCK * _BLOCK
        first, last = max(0, block - _BLOCK), min(len(text), block + 2 * _BLOCK)
        stops = self._stops.get(block)
        if stops is None:
            self._stops[block] = stops = [stop.span() for stop in _SENTENCE_END.finditer(text, first, last)]
        for begin, beyond in stops:
            if begin >= end:
                last = begin
                break
            first = beyond
        if not first and last == len(text):
            return self.words
        words = self._sentences.get((first, last))
        if words is None:
            self._sentences[first, last] = words = frozenset(self._words(first, last))
        self._first, self._last, self._read = max(first, block), min(last, block + _BLOCK), words
        return words

    def _words(self, first: int, last: int) -> list[str]:
        """The words from `first` to `last`, but for those that are cut there."""
        text = self._text
        words = words_of(text[first:last])
        if words and text[first - 1 : first].isalpha() and text[first].isalpha():
            del words[0]
        if words and text[last : last + 1].isalpha() and text[last - 1].isalpha():
            del words[-1]
        return words


def may_clear(rule: Rule, text: str, words: Iterable[str], start: int) -> bool:
    """Whether its surroundings have to be asked about the word at `start`; nearly always none of all words says so."""
    return (
        not rule.hints.isdisjoint(words)
        or ((rule.named or rule.acronym) and text[start].isupper())
        or rule.suffix
        or rule.joint
        or (bool(rule.tongues) and not text.isascii())
    )


def words_of(text: str) -> list[str]:
    """The words of a text in lower case."""
    if text.isascii():
        return text.encode().translate(_ASCII_WORDS).decode().split()
    return _WORD.findall(text.lower())


def _is_name(text: str, start: int, end: int, before: str) -> bool:
    """`Dick Hebdige`, `Philip K. Dick`; not `DICK`, nor `Dick` before a small letter."""
    if not (text[start].isupper() and text[start + 1 : end].islower()):
        return False
    return bool(_NAME_AFTER.match(text, end)) or bool(before and _NAME_BEFORE.search(text, max(0, start - 40), start))


class Rules:
    """The rules of the file `words/context.txt`, by word or phrase; each is put together when its word turns up."""

    def __init__(self, tongues: Tongues) -> None:
        self.of: Final = Memory(self._read, _MEMORY).__getitem__
        """The rule for a word in small letters, if there is one; words that the same stanzas speak of share one."""
        self._tongues = tongues
        self._stanzas: list[list[str]] = []
        self._said: dict[str, tuple[int, ...]] = {}
        self._made: dict[tuple[int, ...], Rule] = {}
        for line in (WORDS / "context.txt").read_text("utf-8").splitlines():
            if line.startswith(" "):
                self._stanzas[-1].append(line)
            elif line and not line.startswith("#"):
                number = (len(self._stanzas),)
                for word in line.split():
                    # What several stanzas say of a word adds up.
                    self._said[word] = self._said.get(word, ()) + number
                self._stanzas.append([])

    def _read(self, word: str) -> Rule | None:
        numbers = self._said.get(word.replace(" ", "_"))
        if numbers is None:
            return None
        rule = self._made.get(numbers)
        if rule is None:
            lines = [line.strip() for number in numbers for line in self._stanzas[number]]
            self._made[numbers] = rule = Rule(lines, self._tongues)
        return rule
