from __future__ import annotations

import asyncio
from typing import Any

import pytest

from adapters.slack.events import Turns, thread_of


async def test_one_key_is_served_in_the_order_of_asking() -> None:
    turns = Turns()
    served: list[int] = []
    gate = asyncio.Event()

    async def ask(number: int) -> None:
        async with turns.of(("C1", "1.0")):
            if number == 0:
                await gate.wait()
            served.append(number)

    tasks = [asyncio.create_task(ask(number)) for number in range(20)]
    await asyncio.sleep(0)
    assert served == []
    gate.set()
    await asyncio.gather(*tasks)
    assert served == list(range(20))


async def test_keys_do_not_wait_for_each_other() -> None:
    turns = Turns()
    async with turns.of(("C1", "1.0")), asyncio.timeout(1), turns.of(("C1", "2.0")):
        pass


async def test_a_failure_lets_the_next_one_on() -> None:
    turns = Turns()
    with pytest.raises(ValueError, match="lost"):
        async with turns.of(("C1", "1.0")):
            raise ValueError("lost")
    async with asyncio.timeout(1), turns.of(("C1", "1.0")):
        pass


@pytest.mark.parametrize(
    ("event", "key"),
    [
        ({"channel": "C1", "ts": "2.0", "thread_ts": "1.0"}, ("C1", "1.0")),
        ({"channel": "C1", "ts": "2.0"}, None),
        (
            {"channel": "C1", "subtype": "message_changed", "message": {"ts": "2.0", "thread_ts": "1.0"}},
            ("C1", "1.0"),
        ),
        (
            {"channel": "C1", "subtype": "message_deleted", "previous_message": {"ts": "2.0", "thread_ts": "1.0"}},
            ("C1", "1.0"),
        ),
        ({"channel": "C1", "subtype": "message_deleted"}, None),
        ({"channel": "C1", "subtype": "thread_broadcast", "ts": "2.0", "thread_ts": "1.0"}, ("C1", "1.0")),
        ({}, None),
    ],
)
def test_an_event_is_known_by_its_thread(event: dict[str, Any], key: tuple[str, str] | None) -> None:
    assert thread_of(event) == key
