from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.pace import Pauses, Shares, backoff
from bot.records import Lane

NOW = datetime(2026, 1, 2, tzinfo=UTC)


@given(st.integers(0, 200), st.floats(0, 1, exclude_max=True))
def test_waits_grow_to_twenty_seconds_and_keep_within_a_quarter_of_it(attempts: int, chance: float) -> None:
    wait = backoff(attempts, lambda: chance).total_seconds()
    middle = min(20.0, 0.5 * 2**attempts)
    assert 0.75 * middle <= wait <= 1.25 * middle


def test_a_place_that_is_not_paused_is_free_now() -> None:
    assert Pauses().until("discord", "channel", now=NOW) == NOW


def test_the_longest_pause_of_the_places_counts() -> None:
    pauses = Pauses()
    pauses.pause("channel", NOW + timedelta(seconds=5))
    pauses.pause("discord", NOW + timedelta(seconds=3))
    assert pauses.until("discord", "channel", now=NOW) == NOW + timedelta(seconds=5)
    assert pauses.until("discord", "elsewhere", now=NOW) == NOW + timedelta(seconds=3)


def test_a_shorter_pause_does_not_end_a_longer_one() -> None:
    pauses = Pauses()
    pauses.pause("channel", NOW + timedelta(seconds=5))
    pauses.pause("channel", NOW + timedelta(seconds=1))
    assert pauses.until("channel", now=NOW) == NOW + timedelta(seconds=5)


def test_a_pause_that_is_over_is_forgotten() -> None:
    pauses = Pauses()
    pauses.pause("channel", NOW + timedelta(seconds=5))
    later = NOW + timedelta(seconds=6)
    assert pauses.until("channel", now=later) == later


def test_a_place_is_rationed_for_a_while_after_its_pause() -> None:
    pauses = Pauses()
    assert not pauses.rationed("channel", NOW)
    pauses.pause("channel", NOW + timedelta(seconds=5))
    assert pauses.rationed("channel", NOW)
    assert pauses.rationed("channel", NOW + timedelta(seconds=9))
    assert not pauses.rationed("channel", NOW + timedelta(seconds=11))
    assert not pauses.rationed("elsewhere", NOW)


def test_who_was_served_longest_ago_goes_first() -> None:
    shares, lanes = Shares(), [Lane("a"), Lane("b"), Lane("c")]
    for lane in lanes:
        shares.seen(lane, "channel")
    shares.served(lanes[0])
    shares.served(lanes[1])
    assert shares.in_turn(lanes) == ["c", "a", "b"]
    shares.served(lanes[2])
    shares.served(lanes[0])
    assert shares.in_turn(lanes) == ["b", "c", "a"]


def test_what_is_not_rationed_any_more_is_forgotten() -> None:
    shares, lanes = Shares(), [Lane("a"), Lane("b")]
    shares.seen(lanes[0], "channel")
    shares.seen(lanes[1], "elsewhere")
    shares.served(lanes[0])
    shares.forget_all_but(lambda _lane, place: place == "elsewhere")
    assert (shares.place_of(lanes[0]), shares.place_of(lanes[1])) == (None, "elsewhere")
    assert shares.in_turn(lanes) == lanes
