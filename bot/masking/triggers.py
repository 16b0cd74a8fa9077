"""What a lexicon's automata look for: parts of tokens, and whole tokens where parts are too common."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ahocorasick_rs import AhoCorasick, BytesAhoCorasick, Implementation

from bot.masking.folding import OTHER
from bot.masking.lexicon import SHORTEST_LOOSE, Lexicon
from bot.masking.verdict import Hit


def flattened(flatten: Callable[[str], str], words: Iterable[str]) -> list[str]:
    """Each word flattened; at once, where no word holds the sign that parts them."""
    flats = flatten(OTHER.join(words)).split(OTHER)
    each = list(words)
    return flats if len(flats) == len(each) else [flatten(word) for word in each]


def automaton(patterns: list[str]) -> AhoCorasick:
    """An automaton that answers places alone, and finds nothing where there is nothing to look for."""
    return AhoCorasick(patterns or ["\0"], implementation=Implementation.ContiguousNFA, store_patterns=False)


def places_of(patterns: list[str]) -> Callable[..., list[Hit]]:
    """A function that answers all places of the patterns, overlapping or not: in bytes where all of them are ASCII."""
    listing = "\n".join(patterns)
    if not listing.isascii():
        return automaton(patterns).find_matches_as_indexes
    in_bytes = BytesAhoCorasick(listing.encode().split(b"\n"), implementation=Implementation.ContiguousNFA)
    return in_bytes.find_matches_as_indexes


def shortest(words: set[str]) -> list[str]:
    """The words that hold no other one."""
    scan = automaton(list(words)).find_matches_as_indexes
    return [word for word in words if len(scan(word, overlapping=True)) == 1]


def triggers(lexicon: Lexicon, flats: dict[str, str], flatten: Callable[[str], str]) -> tuple[set[str], set[str]]:
    """What to scan for, so that no form is missed: parts of tokens, and whole tokens where parts are too common."""
    loose = {flat for word in lexicon.reaching if len(flat := flatten(word)) >= SHORTEST_LOOSE}
    strict = {flatten(folded) for folded, _ in lexicon.written.values()}
    origins = lexicon.origins
    loose.update(flat for form, flat in flats.items() if form not in origins and len(form) > SHORTEST_LOOSE)
    strict.update(flat for form, flat in flats.items() if form not in origins and len(form) <= SHORTEST_LOOSE)
    loose.update(map(flatten, {origin for origin in origins.values() if len(origin) >= SHORTEST_LOOSE}))
    strict.update(flats[form] for form, origin in origins.items() if len(origin) < SHORTEST_LOOSE and form in flats)
    return loose, strict
