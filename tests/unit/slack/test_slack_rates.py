from __future__ import annotations

import pytest

from adapters.slack.rates import AFTER_A_BURST, BETWEEN_POSTS, POST, Rates
from bot.errors import Busy

HERE, ELSEWHERE, UPDATE = (POST, "C1"), (POST, "C2"), ("chat.update", "")


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_what_was_refused_is_not_called_until_its_time_and_all_else_is() -> None:
    clock = Clock()
    rates = Rates(clock)
    rates.refused(UPDATE, 7.0)
    clock.now = 6.9
    with pytest.raises(Busy) as busy:
        rates.enter(UPDATE)
    assert busy.value.retry_after == pytest.approx(0.1)
    rates.enter(HERE)
    clock.now = 7.0
    rates.enter(UPDATE)
    rates.enter(UPDATE)


def test_messages_to_a_channel_that_refused_one_are_paced_for_a_while() -> None:
    clock = Clock()
    rates = Rates(clock)
    for _ in range(4):
        rates.enter(HERE)  # a short burst passes
    rates.refused(HERE, 1.0)
    clock.now = 1.0
    rates.enter(HERE)
    rates.enter(ELSEWHERE)
    with pytest.raises(Busy):
        rates.enter(HERE)
    clock.now += BETWEEN_POSTS
    rates.enter(HERE)
    clock.now += AFTER_A_BURST + 1
    rates.enter(HERE)
    rates.enter(HERE)
