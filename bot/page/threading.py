"""Comments as a threaded list: each answer under what it answers, however long the discussion."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from bot.model import CommentId
from bot.page.records import Leaf, Order


@dataclass(frozen=True, slots=True)
class Spot:
    """A comment's place in the list: how many answers deep it stands."""

    id: CommentId
    depth: int
    answers: CommentId | None


def threaded(leaves: Sequence[Leaf], order: Order) -> tuple[Spot, ...]:
    """The comments in reading order. `leaves` come oldest first.

    A tombstone has a place only while somebody answers it. Comments that answer none are ordered as asked; where as
    many reactions were put on two of them, the older one is before the other.
    """
    kept = _kept(leaves)
    there = {leaf.id for leaf in kept}
    below: defaultdict[CommentId | None, list[Leaf]] = defaultdict(list)
    for leaf in kept:
        below[leaf.answers if leaf.answers in there else None].append(leaf)
    tops = below[None]
    if order is Order.NEWEST:
        tops = tops[::-1]
    elif order is Order.BEST:
        tops = sorted(tops, key=lambda leaf: -leaf.reactions)
    spots: list[Spot] = []
    # A stack, not recursion: people answer each other hundreds of levels deep.
    waiting = [(leaf, 0) for leaf in reversed(tops)]
    while waiting:
        leaf, depth = waiting.pop()
        spots.append(Spot(leaf.id, depth, leaf.answers if leaf.answers in there else None))
        waiting.extend((answer, depth + 1) for answer in reversed(below.get(leaf.id, ())))
    return tuple(spots)


def _kept(leaves: Sequence[Leaf]) -> list[Leaf]:
    """The leaves without tombstones that nobody answers, or that only such tombstones answer."""
    answered: set[CommentId] = set()
    kept: list[Leaf] = []
    for leaf in reversed(leaves):  # an answer is written after what it answers
        if not leaf.removed or leaf.id in answered:
            kept.append(leaf)
            if leaf.answers is not None:
                answered.add(leaf.answers)
    return kept[::-1]
