"""When to try again: backoff with jitter, and the places that asked for a pause."""

from __future__ import annotations

import random
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

_FIRST = 0.5
_LONGEST = 60.0


def backoff(attempts: int, chance: Callable[[], float] = random.random) -> timedelta:
    """The wait after so many failed tries: doubling from half a second to a minute, and up to a quarter more or less.

    The jitter keeps lanes that failed together from coming back together.
    """
    seconds = min(_LONGEST, _FIRST * 2 ** min(attempts, 10))
    return timedelta(seconds=seconds * (0.75 + 0.5 * chance()))


@dataclass
class Pauses:
    """Places that said until when they want no requests. A platform's name stands for all its places."""

    _until: dict[Hashable, datetime] = field(default_factory=dict)

    def pause(self, place: Hashable, until: datetime) -> None:
        """Ask nothing of a place until then; a shorter pause never ends a longer one."""
        self._until[place] = max(until, self._until.get(place, until))

    def until(self, *places: Hashable, now: datetime) -> datetime:
        """When the last of these places may be asked again; `now` where none is paused."""
        moments = [self._until[place] for place in places if place in self._until]
        for place in [place for place, until in self._until.items() if until <= now]:
            del self._until[place]
        return max([now, *moments])
