"""The fence around a send: until when this process may be sure that nobody else carries its row out.

A lease is held by the database's word. Between that word and the request to the platform the process may be stopped,
for longer than the lease lasts, while another takes the row over. So whoever holds a lease keeps a `Fence` that stands
no longer than it, works behind it, and adapters ask `check` as the last thing before a request goes out.
"""

from __future__ import annotations

import math
import time
from contextvars import Context, ContextVar, copy_context
from dataclasses import dataclass

from bot.errors import Unavailable


@dataclass(slots=True)
class Fence:
    """Stands until `until`, by `moment`; whoever renews the lease puts that off."""

    until: float = math.inf

    @property
    def stands(self) -> bool:
        """Whether the lease surely lasts at this moment."""
        return moment() < self.until


_around: ContextVar[Fence | None] = ContextVar("fence", default=None)


def moment() -> float:
    """Seconds on a clock that goes on while the process is stopped, and while the machine sleeps, where it has one."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if clock is None else time.clock_gettime(clock)


def work_behind(fence: Fence) -> None:
    """Let this task's requests through as long as the fence stands."""
    _around.set(fence)


def beyond() -> Context:
    """This task's context without the fence, for a task that is begun here and goes on whoever holds the lease.

    A task inherits its maker's context (https://docs.python.org/3/library/asyncio-task.html#asyncio.create_task), and
    with it a fence that nobody puts off once the maker is done.
    """
    context = copy_context()
    context.run(_around.set, None)
    return context


def check() -> None:
    """Raises `Unavailable` where the lease under which this task works has run out: the request is not sent."""
    fence = _around.get()
    if fence is not None and not fence.stands:
        raise Unavailable("not sent: the lease ran out before, and another replica may have taken this over")
