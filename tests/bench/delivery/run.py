"""What an event costs from the inbox to both sides: events a second, commits and statements each, and where time goes.

`make bench-delivery`. Two platforms in memory stand for Discord and Slack, so that what is measured is the core and its
database, on the disk that `--folder` is on. Compare figures of one run with each other: the first line is how long that
disk takes for one commit.
"""

from __future__ import annotations

import argparse
import asyncio
import cProfile
import logging
import pstats
import sqlite3
import tempfile
import time
from collections import Counter
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import structlog
from sqlalchemy import event

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
from tests.contract.core_platform import MemoryPlatform, news


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


async def measure(folder: Path, events: int, *, missed: bool, told: bool, profile: cProfile.Profile | None) -> str:
    """Tell the bot of so many messages on each side, or let it find them; one line with what that took."""
    clock = SystemClock()
    store = await SqlStore.open(f"sqlite:///{folder}/core.sqlite3", clock)
    kinds: Counter[str] = Counter()
    counts = {"statements": 0, "commits": 0}
    engine = store._database.engine.sync_engine  # noqa: SLF001 - what is measured

    @event.listens_for(engine, "after_cursor_execute")
    def _statement(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        counts["statements"] += 1
        kinds[" ".join(statement.split())[:90]] += 1

    @event.listens_for(engine, "commit")
    def _commit(connection: object) -> None:
        options = connection.get_execution_options()  # type: ignore[attr-defined]  # SQLAlchemy's Connection
        counts["commits"] += bool(options.get("roundtable_writes"))

    memory = {name: MemoryPlatform(name) for name in (DISCORD, SLACK)}
    platforms: dict[PlatformName, Platform] = dict(memory)
    maskers = Maskers()
    community = await store.community("main")
    for name in platforms:
        await store.join(community, "main", news(name))
    (board,) = await store.boards(community)
    await store.publish(board.id, article(), ["text:a"], "A title", clock.now())
    carrier = Carrier(store, platforms, maskers, clock, Pauses(), 0)
    lanes = Lanes(store, carrier, clock)
    reception = Reception(store, platforms, maskers, clock, lanes.wake, keep_originals=timedelta(days=1))
    running = [asyncio.create_task(lanes.run()), asyncio.create_task(reception.run())]
    while not all(one.card is not None for one in memory.values()) or await store.due(clock.now() + timedelta(1)):
        await asyncio.sleep(0.05)
    if not missed:
        for name in platforms:
            await reception.connected(name)
        while reception._catching.behind() != type(reception._catching.behind())(frozenset(), frozenset()):  # noqa: SLF001 - the works
            await asyncio.sleep(0.01)
    counts.update(statements=0, commits=0)
    kinds.clear()
    written = [(one, one.add(f"Number {number}, said plainly.")) for number in range(events) for one in memory.values()]
    began, used = time.perf_counter(), time.process_time()
    if profile is not None:
        profile.enable()
    if missed:
        for name in platforms:
            await reception.connected(name)
    else:
        await asyncio.gather(*(_tell(reception, one, written) for one in memory.values()))
    while any(len(one.messages) < 2 * events for one in memory.values()):
        await asyncio.sleep(0.02)
    if profile is not None:
        profile.disable()
    took, cpu = time.perf_counter() - began, time.process_time() - used
    await reception.stop()
    await lanes.stop(5)
    await asyncio.gather(*running)
    await store.close()
    total = 2 * events
    if told:
        for statement, times in kinds.most_common(40):
            print(f"{times / total:6.2f}  {statement}")  # noqa: T201
    return (
        f"{'missed' if missed else 'live':>7}: {total / took:6.1f} events/s, {cpu / total * 1000:5.1f} ms of CPU, "
        f"{counts['commits'] / total:4.1f} commits and {counts['statements'] / total:5.1f} statements an event"
    )


async def _tell(reception: Reception, platform: MemoryPlatform, written: list) -> None:  # type: ignore[type-arg]  # messages with their platforms
    for one, message in written:
        if one is platform:
            await reception.receive(platform.posted(message))


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--events", type=int, default=300, help="messages on each side")
    arguments.add_argument("--folder", type=Path, default=None, help="where the databases are made")
    arguments.add_argument("--statements", action="store_true", help="print how often each statement runs an event")
    arguments.add_argument("--profile", action="store_true", help="print where the time of the first case goes")
    given = arguments.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        print(f"one commit takes {commit_seconds(Path(folder)) * 1000:.2f} ms")  # noqa: T201
        for missed in (False, True):
            profile = cProfile.Profile() if given.profile and not missed else None
            place = Path(folder) / str(missed)
            place.mkdir()
            print(asyncio.run(measure(place, given.events, missed=missed, told=given.statements, profile=profile)))  # noqa: T201
            if profile is not None:
                pstats.Stats(profile).sort_stats("tottime").print_stats(25)


if __name__ == "__main__":
    main()
