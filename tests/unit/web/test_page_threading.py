from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import CommentId
from bot.page.records import Leaf, Order
from bot.page.threading import threaded


def leaf(number: int, answers: int | None = None, reactions: int = 0, *, removed: bool = False) -> Leaf:
    return Leaf(CommentId(number), None if answers is None else CommentId(answers), reactions, removed)


TREE = (leaf(1), leaf(2, reactions=5), leaf(3, 1), leaf(4, 2), leaf(5, 1), leaf(6, 3), leaf(7, reactions=5))


@pytest.mark.parametrize(
    ("order", "shown"),
    [
        (Order.OLDEST, [(1, 0), (3, 1), (6, 2), (5, 1), (2, 0), (4, 1), (7, 0)]),
        (Order.NEWEST, [(7, 0), (2, 0), (4, 1), (1, 0), (3, 1), (6, 2), (5, 1)]),
        (Order.BEST, [(2, 0), (4, 1), (7, 0), (1, 0), (3, 1), (6, 2), (5, 1)]),
    ],
)
def test_answers_stand_under_what_they_answer(order: Order, shown: list[tuple[int, int]]) -> None:
    assert [(spot.id, spot.depth) for spot in threaded(TREE, order)] == shown


def test_tombstones_stay_while_they_are_answered() -> None:
    leaves = (
        leaf(1, removed=True),
        leaf(2, 1, removed=True),
        leaf(3, 2),
        leaf(4, removed=True),
        leaf(5, 4, removed=True),
    )
    assert [spot.id for spot in threaded(leaves, Order.OLDEST)] == [1, 2, 3]


def test_thousands_of_answers_to_answers_are_no_harm() -> None:
    leaves = [leaf(1), *(leaf(number, number - 1) for number in range(2, 5001))]
    assert threaded(leaves, Order.OLDEST)[-1].depth == 4999


@st.composite
def trees(draw: st.DrawFn) -> list[Leaf]:
    size = draw(st.integers(0, 30))
    return [
        leaf(
            number,
            draw(st.none() | st.integers(1, number - 1)) if number > 1 else None,
            draw(st.integers(0, 3)),
            removed=draw(st.booleans()),
        )
        for number in range(1, size + 1)
    ]


@given(trees(), st.sampled_from(Order))
def test_every_comment_has_one_place_behind_what_it_answers(leaves: list[Leaf], order: Order) -> None:
    spots = threaded(leaves, order)
    places = {spot.id: index for index, spot in enumerate(spots)}
    assert len(places) == len(spots)
    assert {one.id for one in leaves if not one.removed} <= places.keys()
    for spot in spots:
        if spot.answers is not None:
            assert places[spot.answers] < places[spot.id]
