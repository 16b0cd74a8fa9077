"""When to try again: backoff with jitter, the places that asked for a pause, and who goes first after one."""

from __future__ import annotations

import random
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.records import Lane

_FIRST = 0.5
_LONGEST = 20.0
"""Seconds: whatever was away is tried again within half a minute of its return."""
_RATIONED = timedelta(seconds=5)
"""How long after a pause a place counts as short of room: its lanes then go one at a time."""


def backoff(attempts: int, chance: Callable[[], float] = random.random) -> timedelta:
    """The wait after so many failed tries: doubling from half a second to twenty, and up to a quarter more or less.

    The jitter keeps lanes that failed together from coming back together.
    """
    seconds = min(_LONGEST, _FIRST * 2 ** min(attempts, 10))
    return timedelta(seconds=seconds * (0.75 + 0.5 * chance()))


@dataclass
class Pauses:
    """Places that said until when they want no requests. A platform's name stands for all its places."""

    _until: dict[Hashable, datetime] = field(default_factory=dict)
    _rationed: dict[Hashable, datetime] = field(default_factory=dict)

    def pause(self, place: Hashable, until: datetime) -> None:
        """Ask nothing of a place until then; a shorter pause never ends a longer one."""
        self._until[place] = max(until, self._until.get(place, until))
        self._rationed[place] = self._until[place] + _RATIONED

    def until(self, *places: Hashable, now: datetime) -> datetime:
        """When the last of these places may be asked again; `now` where none is paused."""
        moments = [self._until[place] for place in places if place in self._until]
        for place in [place for place, until in self._until.items() if until <= now]:
            del self._until[place]
        return max([now, *moments])

    def rationed(self, place: Hashable, now: datetime) -> bool:
        """Whether a place asked for a pause a moment ago, so that what it lets through has to be shared."""
        until = self._rationed.get(place)
        if until is not None and until <= now:
            del self._rationed[place]
        return until is not None and until > now


@dataclass
class Shares:
    """Shares the room of rationed places among their lanes: one at a time, who was served longest ago first."""

    _places: dict[Lane, Hashable] = field(default_factory=dict)
    _served: dict[Lane, int] = field(default_factory=dict)
    _count: int = 0

    def seen(self, lane: Lane, place: Hashable) -> None:
        """A lane wants to send to a place."""
        self._places[lane] = place

    def served(self, lane: Lane) -> None:
        """A lane has had its turn."""
        self._count += 1
        self._served[lane] = self._count

    def in_turn(self, lanes: Iterable[Lane]) -> list[Lane]:
        """Lanes in the order in which they may go."""
        return sorted(lanes, key=lambda lane: self._served.get(lane, 0))

    def place_of(self, lane: Lane) -> Hashable:
        """Where a lane sent to lately; None where that is not known."""
        return self._places.get(lane)

    def forget_all_but(self, keep: Callable[[Lane, Hashable], bool]) -> None:
        """Remember only those lanes and places."""
        self._places = {lane: place for lane, place in self._places.items() if keep(lane, place)}
        self._served = {lane: turn for lane, turn in self._served.items() if lane in self._places}
