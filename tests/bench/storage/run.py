"""Measures what one comment costs the store with few and with many comments stored: `make bench-storage`.

A comment is kept, decided on, written and carried out on two databases by turns, one with 1,000 comments and one with
a million (COMMENTS=); the ratio of the medians is what counts, for machines differ. Both engines sync as in earnest.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import text

from bot.discussion.inbox import event_key
from bot.model import DISCORD, DiscussionId, RemoteMessageId
from bot.records import CopyJob, Lane
from bot.slots import SLOTS
from storage.store import SqlStore
from tests import postgres
from tests.builders import TurnableClock, posted, thread
from tests.life import Life, new_life

FEW = 1_000
DISCUSSIONS = 100
MOST = 1.3
_NUMBERS = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) ",
    "postgresql": "WITH n(i) AS (SELECT generate_series(1, {count})) ",
}
_WORDS = "'moss lichen fern ' || (i % 5000)"
_SEARCH = {
    "sqlite": f"INSERT INTO search (rowid, title, body) {{n}} SELECT 1000 + i, '', {_WORDS} FROM n",  # noqa: S608 - ours
    "postgresql": f"INSERT INTO search {{n}} SELECT 1000 + i, to_tsvector('simple', {_WORDS}) FROM n",  # noqa: S608
}
_FILL = (
    "INSERT INTO authors {n} SELECT 1000 + i, 1, 'discord', 'W', 'u' || i, 'Ada', NULL FROM n WHERE i <= {count} / 10",
    (
        "INSERT INTO comments {n} SELECT 1000 + i, 1 + i % {discussions}, 1000 + 1 + i % ({count} / 10),"
        " 1 + 2 * (i % {discussions}), NULL, 'm' || i, i, 'https://d.example', :body, 1, 0, FALSE, 0, NULL FROM n"
    ),
    "INSERT INTO copies {n} SELECT 1000 + i, 1000 + i, 2 + 2 * (i % {discussions}), 'c' || i, NULL, FALSE, TRUE FROM n",
    (
        "INSERT INTO outbox {n} SELECT 1000 + i, 1, 'copy', 1000 + i, 'thread:' || (2 + 2 * (i % {discussions})),"
        " 'slack', 's' || i, 'sent', 1, 1, 0, 0, NULL, NULL FROM n"
    ),
    "INSERT INTO inbox {n} SELECT 1000 + i, 'k' || i, 'discord', 'news', 't', NULL, 'add', 0, 0 FROM n",
    "UPDATE discussions SET comments = comments + {count} / {discussions}",
)


@dataclass
class Place:
    """A store with so many comments in it."""

    life: Life
    count: int
    said: int = 0

    async def comment(self) -> float:
        """Take a comment from its arrival until its copy is noted as sent; answers the seconds."""
        store, clock = self.life.store, self.life.clock
        self.said += 1
        discussion = DiscussionId(1 + self.said % DISCUSSIONS)
        event = posted(f"{10_000_000 + self.said}", place=thread(DISCORD, root=str(discussion)))
        began = time.perf_counter()
        await store.concerns(event.thread)
        await store.keep(event_key(event), event, clock.now())
        if store.alone:
            (waiting,) = await store.waiting(9)
        else:
            (waiting,) = await store.waiting_for(9, range(SLOTS), clock.now() - timedelta(hours=1), [])
        await self.life.say(discussion, str(event.message))
        await store.set_aside(waiting.id, "add")
        for lane, _ in await store.due(clock.now(), "me"):
            if lane.startswith("thread:"):
                await store.lease("me", [lane], timedelta(minutes=1))
                job = await store.next_job(Lane(lane), clock.now())
                assert isinstance(job, CopyJob)
                await store.begin(job.row, clock.now())
                message = RemoteMessageId(f"sent{self.said}")
                await store.finish_copy(job, message=message, url=None, done=job.comment.version, cleared=True)
        return time.perf_counter() - began


async def filled(url: str, count: int) -> Place:
    """A store with so many comments, in a hundred discussions."""
    clock = TurnableClock()
    store = await SqlStore.open(url, clock)
    life = await new_life(store, clock)
    for number in range(DISCUSSIONS):
        await life.publish(f"Article {number}")
    kind = "sqlite" if store.alone else "postgresql"
    numbers = _NUMBERS[kind].format(count=count)
    database = store._database  # noqa: SLF001 - nobody writes a million comments one by one
    for statement in (*_FILL, _SEARCH[kind]):
        async with database.write() as tx:
            if kind == "postgresql":
                await tx.execute(text("SET LOCAL statement_timeout = 0"))
            told = statement.format(n=numbers, count=count, discussions=DISCUSSIONS)
            values = {"body": '{"blocks": []}'} if ":body" in told else {}
            await tx.execute(text(told), values)
    async with database.write() as tx:
        if kind == "postgresql":
            await tx.execute(text("SET LOCAL statement_timeout = 0"))
            for table in ("authors", "comments", "copies", "outbox", "inbox"):
                await tx.execute(text(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))"))  # noqa: S608
        await tx.execute(text("ANALYZE"))
    return Place(life, count)


async def measure(name: str, urls: tuple[str, str], many: int, rounds: int) -> bool:
    """Print one line for an engine; answers whether the ratio is within bounds."""
    began = time.perf_counter()
    places = [await filled(url, count) for url, count in zip(urls, (FEW, many), strict=True)]
    print(f"{name}: filled in {time.perf_counter() - began:.0f} s", flush=True)  # noqa: T201
    times: list[list[float]] = [[], []]
    for turn in range(rounds + 20):
        for place, taken in zip(places, times, strict=True):
            seconds = await place.comment()
            if turn >= 20:
                taken.append(seconds)
    for place in places:
        await place.life.store.close()
    few, much = (statistics.median(taken) * 1000 for taken in times)
    print(  # noqa: T201
        f"{name}: {few:.2f} ms a comment at {FEW:,}, {much:.2f} ms at {many:,}: ratio {much / few:.2f} (at most {MOST})"
    )
    return much / few <= MOST


@contextmanager
def places(engine: str, folder: Path) -> Iterator[tuple[str, str]]:
    if engine == "sqlite":
        yield (f"sqlite:///{folder}/few.sqlite3", f"sqlite:///{folder}/many.sqlite3")
        return
    with postgres.running(durable=True) as server:
        databases = postgres.Databases(server.url(), "template1")
        asyncio.run(databases.make("few"))
        asyncio.run(databases.make("many"))
        yield databases.url("few"), databases.url("many")


def main() -> int:
    arguments = argparse.ArgumentParser(prog="python -m tests.bench.storage.run", description=__doc__)
    arguments.add_argument("--comments", type=int, default=1_000_000)
    arguments.add_argument("--rounds", type=int, default=300)
    arguments.add_argument("--engine", choices=("sqlite", "postgresql", "both"), default="both")
    given = arguments.parse_args()
    well = True
    for engine in ("sqlite", "postgresql") if given.engine == "both" else (given.engine,):
        with tempfile.TemporaryDirectory() as folder, places(engine, Path(folder)) as urls:
            well &= asyncio.run(measure(engine, urls, given.comments, given.rounds))
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
