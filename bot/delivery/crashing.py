"""Named points between the commits of receiving and sending, where a test may kill the process.

Nothing happens at them unless the setting `CRASH_AT` names one: it exists so that a test can show that every such
instant is survived (`docs/delivery.md`, the crash matrix).
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from enum import StrEnum
from typing import TypeAlias


class Point(StrEnum):
    """An instant that a crash must not harm."""

    HEARD = "heard"
    """An event has arrived; nothing is kept."""
    KEPT = "kept"
    """The event is in the inbox; its platform has not heard so."""
    DECIDED = "decided"
    """It is decided what the event means; nothing is written."""
    SETTLED = "settled"
    """The comment and its outbox rows are written."""
    BEGUN = "begun"
    """A send is noted as begun; nothing is sent."""
    SENT = "sent"
    """The platform has the message; we have not noted so."""
    NOTED = "noted"
    """What was sent is noted."""
    CLEARED = "cleared"
    """An original that gave way is deleted at its platform; we have not noted so."""
    EDITED = "edited"
    """A copy or a card shows its new version; we have not noted so."""
    DELETED = "deleted"
    """A copy is deleted at its platform; we have not noted so."""
    OPENED = "opened"
    """A card's thread is open; we have not noted so."""


Reached: TypeAlias = Callable[[Point], None]


def pass_by(_point: Point) -> None:
    """What happens at every point in earnest: nothing."""


def crash_at(point: Point, times: int = 1) -> Reached:
    """Kill this process, as SIGKILL does, when it reaches a point for the nth time."""
    left = times

    def reached(now: Point) -> None:
        nonlocal left
        if now is point:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    return reached
