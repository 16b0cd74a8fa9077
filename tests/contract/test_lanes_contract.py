"""Lanes share a channel that lets through little: nobody starves, and nobody sends side by side there."""

from __future__ import annotations

import asyncio
import itertools
from typing import TYPE_CHECKING, cast

import pytest

from bot.delivery.carrier import Carrier
from bot.delivery.lanes import Lanes
from bot.delivery.pace import Pauses
from bot.errors import Busy
from bot.model import SLACK, RemoteMessageId, ThreadRef
from bot.ports import Sent, Stamp
from bot.views import CopyView
from storage.store import SqlStore
from tests.builders import MASKERS, TurnableClock
from tests.life import new_life

if TYPE_CHECKING:
    from bot.ports import Platform


class Narrow:
    """A platform whose channel takes one message a second, and refuses all others."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.refused = 0
        self.open = True

    async def send_copy(self, thread: ThreadRef, _copy: CopyView, _stamp: Stamp) -> Sent:
        await asyncio.sleep(0)
        if not self.open:
            self.refused += 1
            raise Busy("not now", retry_after=1.0)
        self.open = False
        self.sent.append(thread.thread)
        return Sent(RemoteMessageId(f"sent-{len(self.sent)}"), "https://chat.example/sent")

    async def redraw_card(self, *_: object) -> None: ...


@pytest.mark.parametrize("late", [False, True], ids=["both from the start", "one comes later"])
async def test_threads_of_a_narrow_channel_take_turns(store: SqlStore, clock: TurnableClock, *, late: bool) -> None:
    life = await new_life(store, clock)
    busy, calm = await life.publish("Busy"), await life.publish("Calm")
    narrow = Narrow()
    carrier = Carrier(store, {SLACK: cast("Platform", narrow)}, MASKERS, clock, Pauses(), largest_file=0)
    lanes = Lanes(store, carrier, clock)
    for number in range(9):
        await life.say(busy, f"b{number}")
    for second in range(14):
        if second == 3 * late:
            for number in range(5):
                await life.say(calm, f"c{number}")
        clock.turn(seconds=1.01)
        narrow.open = True
        await _run_for_now(lanes)
    while_both = narrow.sent[3 * late :][:10]
    assert {str(busy), str(calm)} == set(while_both)
    assert all(one != other for one, other in itertools.pairwise(while_both))
    assert len(narrow.sent) == 14
    # One finds out whether there is room; the other does not ask.
    assert narrow.refused <= 15


async def _run_for_now(lanes: Lanes) -> None:
    """Start what is due until nothing more may go at this moment."""
    while True:
        await lanes._start_due()  # noqa: SLF001 - what `run` does over and over
        running = list(lanes._running.values())  # noqa: SLF001 - the same
        if not running:
            return
        await asyncio.gather(*running)
        await asyncio.sleep(0)
