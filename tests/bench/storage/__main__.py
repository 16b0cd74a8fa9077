"""What one comment costs the database with a thousand stored, and with a million: `make bench-storage`."""

from __future__ import annotations

import argparse
import asyncio
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from bot.model import DISCORD, CommentId, DiscussionId, RemoteMessageId, ThreadRef
from bot.page.records import Listing
from bot.records import CopyJob
from storage.database import Database, engine_for
from storage.store import SqlStore
from tests.bench.storage.stock import EACH, FIRST, RARE, stock
from tests.builders import TurnableClock, added, posted, thread
from tests.life import Life, new_life
from tests.postgres import connect, running

SMALL: Final = 1_000
MOST: Final = 1.3
"""How many times as much a comment may cost with the larger number."""


@dataclass
class Bench:
    """One database with its stock, and the milliseconds that things took there, round by round."""

    store: SqlStore
    life: Life
    discussion: DiscussionId
    stored: int
    took: dict[str, list[float]] = field(default_factory=dict)
    said: int = 0

    @classmethod
    async def make(cls, url: str, stored: int) -> Bench:
        clock = TurnableClock()
        store = await SqlStore.open(url, clock)
        life = await new_life(store, clock)
        database = Database(engine_for(url))
        started = time.perf_counter()
        await stock(database, stored)
        await database.close()
        sys.stderr.write(f"  {stored:>9,} comments made in {time.perf_counter() - started:.0f} s\n")
        return cls(store, life, await life.publish("The newest"), stored)

    async def comment(self) -> None:
        """One comment from its event to its copy."""
        where = thread(DISCORD, root=str(self.discussion))
        await self._timed("one comment", lambda: self._comment(where))

    async def read(self) -> None:
        """What the page and the metrics ask, and the rest of what is asked now and then, once each."""
        self.life.clock.turn(seconds=1)
        room = DiscussionId(FIRST)
        page = [
            CommentId(number)
            for number in range(FIRST, FIRST + self.stored)
            if number % (self.stored // EACH or 1) == 0
        ][:50]
        community, library = self.life.community, self.store
        await self._timed("a page: its outline", lambda: library.opened(community, room))
        await self._timed("a page: 50 comments", lambda: library.remarks(page))
        await self._timed("the newest 20", lambda: library.listed(community, Listing.NEW, limit=20, offset=0))
        await self._timed("the busiest 20", lambda: library.listed(community, Listing.BUSY, limit=20, offset=0))
        await self._timed("search, 20 found", lambda: library.search(community, RARE, limit=20, offset=0))
        await self._timed("search, 1 in 800", lambda: library.search(community, "w4711", limit=20, offset=0))
        await self._timed("metrics", library.backlog)
        await self._timed("which threads live", lambda: library.live_postings(DISCORD, self.life.clock.now()))
        await self._timed("tidy", lambda: library.tidy(self.life.clock.now()))

    async def _comment(self, where: ThreadRef) -> None:
        store, clock = self.store, self.life.clock
        self.said += 1
        event = posted(f"{self.said}", place=where, text="Moss and lichen on the wall.")
        assert await store.concerns(where)
        await store.keep(f"key {self.said}", event, clock.now())
        (waiting,) = await store.waiting(10)
        standing = await store.standing(where, event.message, None)
        assert standing is not None
        add = added(standing, event, clock.now())
        await store.settle(waiting.id, add, clock.now())
        for lane, _ in await store.due(clock.now()):
            job = await store.next_job(lane, clock.now())
            if isinstance(job, CopyJob):
                await store.begin(job.row, clock.now())
                copy = RemoteMessageId(f"copy {self.said}")
                await store.finish_copy(job, message=copy, url="u", done=job.row.wanted, cleared=True)

    async def _timed(self, what: str, work: Callable[[], Awaitable[Any]]) -> None:
        started = time.perf_counter()
        await work()
        self.took.setdefault(what, []).append((time.perf_counter() - started) * 1000)


async def _round(benches: list[Bench], comments: int) -> None:
    """By turns, so that what else the machine does weighs on both."""
    for _ in range(comments):
        for bench in benches:
            await bench.comment()
    for bench in benches:
        await bench.read()


async def measured(engine: str, urls: dict[int, str], rounds: int, comments: int) -> float:
    """Print a table; answers how many times as much one comment costs with the larger stock."""
    sys.stderr.write(f"{engine}:\n")
    async with AsyncExitStack() as stack:
        benches = []
        for stored, url in urls.items():
            bench = await Bench.make(url, stored)
            stack.push_async_callback(bench.store.close)
            benches.append(bench)
        await _round(benches, comments)  # warms caches and prepared statements
        for bench in benches:
            bench.took.clear()
        for _ in range(rounds):
            await _round(benches, comments)
    small, large = benches
    _say(f"\n{engine}, ms, medians of {rounds} rounds of {comments} comments")
    _say(f"{'':24}{small.stored:>12,}{large.stored:>12,}{'ratio':>8}")
    for what, took in small.took.items():
        here, there = statistics.median(took), statistics.median(large.took[what])
        _say(f"{what:24}{here:12.2f}{there:12.2f}{there / here:8.2f}")
    ratio = statistics.median(large.took["one comment"]) / statistics.median(small.took["one comment"])
    _say(f"one comment costs {ratio:.2f} times as much (at most {MOST})")
    sizes = [await _size(url) for url in urls.values()]
    each = (sizes[1] - sizes[0]) / (large.stored - small.stored)
    _say(f"on disk: {each:,.0f} bytes a comment with its copy, and with its share of a discussion of {EACH}")
    return ratio


async def _size(url: str) -> int:
    """Bytes that a database takes."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as file:
            (pages,), (each,) = (file.execute(f"PRAGMA {what}").fetchone() for what in ("page_count", "page_size"))
        return int(pages * each)
    connection = await connect(url)
    size = int(await connection.fetchval("SELECT pg_database_size(current_database())"))
    await connection.close()
    return size


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    """Measure on both engines; status 1 where a comment's cost grows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stored", type=int, default=1_000_000, help="comments of the larger stock")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--comments", type=int, default=40, help="comments a round")
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), action="append")
    given = parser.parse_args()
    sizes = (SMALL, given.stored)
    ratios = []
    with tempfile.TemporaryDirectory(prefix="bench-storage-") as folder:
        for engine in given.engine or ("sqlite", "postgresql"):
            if engine == "sqlite":
                urls = {size: f"sqlite:///{Path(folder) / str(size)}.sqlite3" for size in sizes}
                ratios.append(asyncio.run(measured("SQLite", urls, given.rounds, given.comments)))
                continue
            with running(durable=True) as server:
                urls = {size: asyncio.run(_made(server.url(), f"bench_{size}")) for size in sizes}
                ratios.append(asyncio.run(measured("PostgreSQL", urls, given.rounds, given.comments)))
    sys.exit(max(ratios) > MOST)


async def _made(server: str, name: str) -> str:
    connection = await connect(server)
    await connection.execute(f"CREATE DATABASE {name}")
    await connection.close()
    return server.replace("/postgres?", f"/{name}?")


if __name__ == "__main__":
    main()
