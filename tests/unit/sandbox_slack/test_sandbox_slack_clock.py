from __future__ import annotations

import asyncio

import pytest

from adapters.sandbox.slack.emoji import character_of, element_of, name_of
from adapters.sandbox.slack.ratelimits import POST_BURST, RateLimits
from adapters.sandbox.slack.timers import Timers
from adapters.sandbox.slack.world import new_world


async def test_a_sleeper_wakes_when_the_clock_is_turned() -> None:
    timers = Timers()
    sleeping = asyncio.ensure_future(timers.sleep(300))
    await asyncio.sleep(0)
    timers.advance(299)
    await asyncio.sleep(0.01)
    assert not sleeping.done()
    timers.advance(1)
    await asyncio.wait_for(sleeping, 1)


def test_a_channel_takes_one_message_a_second_after_a_burst() -> None:
    timers = Timers()
    limits = RateLimits("real", timers)
    assert [limits.wait("chat.postMessage", "post", "C1") for _ in range(POST_BURST + 1)] == [0] * POST_BURST + [1]
    assert limits.wait("chat.postMessage", "post", "C2") == 0
    timers.advance(1)
    assert limits.wait("chat.postMessage", "post", "C1") == 0
    assert limits.wait("chat.postMessage", "post", "C1") == 1


def test_a_tier_is_counted_by_method_for_all_channels() -> None:
    timers = Timers()
    limits = RateLimits("real", timers)
    assert [limits.wait("chat.update", 3, f"C{number}") for number in range(50)] == [0] * 50
    assert limits.wait("chat.update", 3, "C51") == 2
    assert limits.wait("chat.delete", 3, "C51") == 0


def test_without_limits_nobody_waits() -> None:
    limits = RateLimits("none", Timers())
    assert {limits.wait("chat.postMessage", "post", "C1") for _ in range(100)} == {0}


def test_stamps_only_grow() -> None:
    world = new_world(Timers())
    stamps = [world.stamp() for _ in range(1000)]
    assert stamps == sorted(set(stamps))
    assert all(len(stamp.partition(".")[2]) == 6 for stamp in stamps)


@pytest.mark.parametrize(
    ("given", "name", "character", "code"),
    [
        ("👍", "+1", "👍", "1f44d"),
        ("thumbsup", "+1", "👍", "1f44d"),
        (":tada:", "tada", "🎉", "1f389"),
        ("+1::skin-tone-3", "+1::skin-tone-3", "👍🏼", "1f44d-1f3fc"),
        ("👍🏽", "+1::skin-tone-4", "👍🏽", "1f44d-1f3fd"),
    ],
)
def test_emoji_have_slacks_names(given: str, name: str, character: str, code: str) -> None:
    assert name_of(given) == name
    assert character_of(name) == character
    assert element_of(name)["unicode"] == code


@pytest.mark.parametrize("given", ["nonsense-emoji", "", "plain words"])
def test_other_texts_are_no_emoji(given: str) -> None:
    assert name_of(given) is None
