"""What an event costs from the inbox to both sides: events a second, CPU, commits and statements.

`make bench-delivery`. Two platforms in memory stand for Discord and Slack, so that what is measured is the core and its
database, on the disk that `--folder` is on. Compare figures of one run with each other: the first line tells how long
that disk takes for one commit.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import sqlite3
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import structlog
from sqlalchemy import Connection, Engine, event

from bot.app import SystemClock
from bot.delivery.carrier import Carrier
from bot.delivery.lanes import Lanes
from bot.delivery.pace import Pauses
from bot.discussion.intake import Reception
from bot.masking import Maskers
from bot.model import DISCORD, SLACK, PlatformName
from bot.ports import Platform
from storage.store import SqlStore
from tests.builders import article
from tests.contract.core_platform import MemoryPlatform, Message, news


def commit_seconds(folder: Path) -> float:
    """What one commit of one row costs on this disk."""
    with closing(sqlite3.connect(folder / "one.sqlite3", isolation_level=None)) as one:
        one.execute("PRAGMA journal_mode=WAL")
        one.execute("PRAGMA synchronous=FULL")
        one.execute("CREATE TABLE t (a)")
        began = time.perf_counter()
        for _ in range(100):
            one.execute("INSERT INTO t VALUES (1)")
        return (time.perf_counter() - began) / 100


@dataclass
class Counts:
    """What an engine does; `kinds` are its statements by their beginning."""

    commits: int = 0
    kinds: Counter[str] = field(default_factory=Counter)

    def watch(self, engine: Engine) -> None:
        """Begin to count."""

        @event.listens_for(engine, "after_cursor_execute")
        def _statement(_connection: Connection, _cursor: object, statement: str, *_: object) -> None:
            self.kinds[" ".join(statement.split())[:90]] += 1

        @event.listens_for(engine, "commit")
        def _commit(connection: Connection) -> None:
            self.commits += bool(connection.get_execution_options().get("roundtable_writes"))

    def reset(self) -> None:
        """Count from here on."""
        self.commits = 0
        self.kinds.clear()


class Works:
    """A core at work on a fresh database, with one article published."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.counts = Counts()
        self.memory = {name: MemoryPlatform(name) for name in (DISCORD, SLACK)}

    async def start(self) -> None:
        """Publish, and let both cards stand."""
        clock = SystemClock()
        platforms: dict[PlatformName, Platform] = dict(self.memory)
        maskers = Maskers()
        self.store = await SqlStore.open(f"sqlite:///{self._folder}/core.sqlite3", clock)
        self.counts.watch(self.store._database.engine.sync_engine)  # noqa: SLF001 - what is measured
        community = await self.store.community("main")
        for name in platforms:
            await self.store.join(community, "main", news(name))
        (board,) = await self.store.boards(community)
        await self.store.publish(board.id, article(), ["text:a"], "A title", clock.now())
        self.lanes = Lanes(self.store, Carrier(self.store, platforms, maskers, clock, Pauses(), 0), clock)
        self.reception = Reception(
            self.store, platforms, maskers, clock, self.lanes.wake, keep_originals=timedelta(days=1)
        )
        self._running = [asyncio.create_task(self.lanes.run()), asyncio.create_task(self.reception.run())]
        for name in platforms:
            await self.reception.connected(name)
        await until(lambda: all(one.card is not None for one in self.memory.values()))
        await asyncio.sleep(1)

    async def stop(self) -> None:
        """End everything."""
        await self.reception.stop()
        await self.lanes.stop(5)
        await asyncio.gather(*self._running)
        await self.store.close()


async def until(holds: Callable[[], bool]) -> None:
    """Look now and then."""
    while not holds():  # noqa: ASYNC110 - what is in memory sets no event
        await asyncio.sleep(0.02)


async def measure(folder: Path, events: int, *, missed: bool, statements: bool) -> str:
    """Tell the bot of so many messages on each side, or let it find them; one line with what that took."""
    works = Works(folder)
    await works.start()
    works.counts.reset()
    written = [
        (one, one.add(f"Number {number}, said plainly.")) for number in range(events) for one in works.memory.values()
    ]
    began, used = time.perf_counter(), time.process_time()
    if missed:
        for name in works.memory:
            await works.reception.connected(name)
    else:
        await asyncio.gather(*(_tell(works.reception, one, written) for one in works.memory.values()))
    await until(lambda: all(len(one.messages) == 2 * events for one in works.memory.values()))
    took, cpu = time.perf_counter() - began, time.process_time() - used
    total = 2 * events
    kinds = works.counts.kinds
    if statements:
        for statement, times in kinds.most_common(40):
            print(f"{times / total:6.2f}  {statement}")  # noqa: T201
    line = (
        f"{'missed' if missed else 'live':>7}: {total / took:6.1f} events/s, {cpu / total * 1000:5.1f} ms of CPU, "
        f"{works.counts.commits / total:4.1f} commits and {kinds.total() / total:5.1f} statements an event"
    )
    await works.stop()
    return line


async def _tell(reception: Reception, platform: MemoryPlatform, written: list[tuple[MemoryPlatform, Message]]) -> None:
    for one, message in written:
        if one is platform:
            await reception.receive(platform.posted(message))


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--events", type=int, default=300, help="messages on each side")
    arguments.add_argument("--folder", type=Path, default=None, help="where the databases are made")
    arguments.add_argument("--statements", action="store_true", help="print how often each statement runs an event")
    given = arguments.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        print(f"one commit takes {commit_seconds(Path(folder)) * 1000:.2f} ms")  # noqa: T201
        for missed in (False, True):
            place = Path(folder) / str(missed)
            place.mkdir()
            print(asyncio.run(measure(place, given.events, missed=missed, statements=given.statements)))  # noqa: T201


if __name__ == "__main__":
    main()
