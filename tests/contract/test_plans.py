"""The plans of every query that runs for each comment, lane or page, as they are with a million comments.

The rows are few; the statistics say otherwise. `pytest -s tests/contract/test_plans.py` prints the plans.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, text

from bot.model import DISCORD, SLACK, RemoteMessageId
from bot.page.records import Listing
from bot.records import CopyJob, Lane
from bot.slots import SLOTS
from storage.store import SqlStore
from storage.tables import metadata
from tests.builders import TurnableClock, article, posted, thread
from tests.life import Life, new_life

MILLION = 1_000_000
ROWS = {
    "comments": MILLION,
    "copies": MILLION,
    "outbox": MILLION,
    "inbox": MILLION,
    "search": MILLION,
    "attachments": MILLION,
    "originals": MILLION,
    "reactions": MILLION,
    "authors": 100_000,
    "discussions": 10_000,
    "articles": 10_000,
    "postings": 20_000,
    "leases": 40_000,
    "fingerprints": 30_000,
    "drafts": 10_000,
}
"""Tables that grow, with so many rows as they have then."""
BY_COMMENTS = {name for name, rows in ROWS.items() if rows == MILLION}
BY_NOTHING_AT_RUN_TIME = "SCAN comments: INSERT INTO authors"
"""SQLite plans this for a foreign key, and skips it (`OP_FkIfZero`) where nothing is violated."""
WAITING = ("ix_outbox_due", "ix_outbox_failed", "ix_outbox_unsent", "ix_inbox_waiting")
"""Indexes that hold what waits alone, however much is stored: they may be read from end to end."""
Seen = list[tuple[str, Any]]


@contextmanager
def statements(store: SqlStore) -> Iterator[Seen]:
    """All that a store asks its database meanwhile, with what was bound to it."""
    seen: Seen = []

    def note(_connection: object, _cursor: object, statement: str, bound: object, *_: object) -> None:
        if re.match(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH)", statement):
            seen.append((statement, bound))

    engine = store._database.engine.sync_engine  # noqa: SLF001 - there is no other way to what is asked
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


async def live(store: SqlStore, life: Life, clock: TurnableClock) -> None:
    """All that happens again and again: a comment comes, is changed and removed, is carried; pages are read."""
    discussion = await life.publish("Often")
    place = thread(DISCORD, root=str(discussion))
    await store.concerns(place)
    await store.keep("key", posted("1", place=place), clock.now())
    (waiting,) = await store.waiting(9)
    if not store.alone:
        await store.waiting_for(9, range(SLOTS), clock.now() - timedelta(hours=1), [])
    await store.waiting_in(place)
    await store.set_aside(waiting.id, "failed")
    first = await life.say(discussion, "1", "Moss and lichen.")
    second = await life.say(discussion, "2", "Yes.", answers="1")
    await life.edit(first, "Moss.")
    await life.react(discussion, first, "x", "ada")
    for lane, _ in await store.due(clock.now(), "me"):
        (lease,) = await store.lease("me", [lane], timedelta(minutes=1))
        await store.renew("me", [lane], timedelta(minutes=1))
        job = await store.next_job(Lane(lease.name), clock.now())
        if isinstance(job, CopyJob):
            await store.begin(job.row, clock.now())
            job = replace(job, row=replace(job.row))
            await store.finish_copy(job, message=RemoteMessageId("c1"), url="u", done=9, cleared=True)
        await store.release({lane: lease.token})
    await store.beat("me", [SLACK], timedelta(minutes=1))
    await life.remove(second)
    await store.discussion_of((await store.boards(life.community))[0].id, ["text:Often"])
    await store.postings(discussion)
    await store.known((await store.postings(discussion))[0].id)
    await store.reactions((await store.postings(discussion))[0].id)
    await store.backlog()
    await store.parked(life.community)
    await store.words()


async def read(store: SqlStore, life: Life, _clock: TurnableClock) -> None:
    """What the page reads. Its lists and its search look through discussions, never through comments."""
    discussion = (await store.discussions(life.community))[0].id
    for order in Listing:
        await store.listed(life.community, order, limit=20, offset=0)
    opened = await store.opened(life.community, discussion)
    assert opened is not None
    await store.remarks([leaf.id for leaf in opened.leaves])
    await store.pulses([discussion])
    await store.search(life.community, "moss", limit=20, offset=0)


async def believe_in_a_million(store: SqlStore) -> None:
    """Let the planner take each table for as big as it will be."""
    sqlite = store.alone
    async with store._database.write() as tx:  # noqa: SLF001 - the same
        if sqlite:
            await tx.execute(text("ANALYZE"))
            await tx.execute(text("DELETE FROM sqlite_stat1"))
            for table in metadata.sorted_tables:
                rows = ROWS.get(table.name, 10)
                for index in table.indexes:
                    rows_there = 100 if index.name in WAITING else rows
                    told = " ".join(map(str, [rows_there, *[100] * (len(index.columns) - 1), 1]))
                    values = {"t": table.name, "i": index.name, "s": told}
                    await tx.execute(text("INSERT INTO sqlite_stat1 VALUES (:t, :i, :s)"), values)
                await tx.execute(
                    text("INSERT INTO sqlite_stat1 VALUES (:t, NULL, :s)"), {"t": table.name, "s": str(rows)}
                )
            return
        # The server scales what it is told by the pages that there are, so the pages are left at what they are.
        for name, rows in ROWS.items():
            size = f"greatest(1, pg_relation_size('{name}') / 8192)::integer"
            told = f"'relname', '{name}', 'relpages', {size}, 'reltuples', {rows}::real"
            await tx.execute(text(f"SELECT pg_restore_relation_stats('schemaname', 'public', {told})"))
        await tx.execute(
            text(
                "SELECT pg_restore_attribute_stats('schemaname', 'public', 'relname', 'inbox', 'attname', 'outcome',"
                " 'inherited', false, 'null_frac', 0.0001::real, 'avg_width', 8, 'n_distinct', 20::real)"
            )
        )
        keys = await tx.execute(
            text(
                "SELECT DISTINCT c.relname, a.attname FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid"
                " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY(i.indkey) AND a.attnum > 0"
                " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public'"
            )
        )
        for row in keys.all():
            unique = {"id", "message", "key", "target_id", "name", "comment_id", "thread", "subject"}
            distinct = -1.0 if row.attname in unique else -0.01
            told = f"'relname', '{row.relname}', 'attname', '{row.attname}', 'inherited', false"
            told += f", 'null_frac', 0.1::real, 'avg_width', 8, 'n_distinct', {distinct}::real"
            if (row.relname, row.attname) == ("outbox", "state"):
                told += ", 'most_common_vals', '{sent,failed,pending,sending}'::text"
                told += ", 'most_common_freqs', '{0.9997,0.0001,0.0001,0.0001}'::real[]"
            await tx.execute(text(f"SELECT pg_restore_attribute_stats('schemaname', 'public', {told})"))


async def plan(store: SqlStore, statement: str, bound: Any) -> list[str]:  # noqa: ANN401 - what the driver takes
    """One line for each step, as the engine tells it."""
    many = isinstance(bound, list)
    first = bound[0] if many else bound
    async with store._database.write() as tx:  # noqa: SLF001 - the same
        if store.alone:
            steps = await tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", first)
            return [str(row[3]) for row in steps.all()]  # type: ignore[misc]  # rows of a driver's own statement have no type
        told: Any = await tx.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", first)
        told_as: Any = told.scalars().first()
        await tx.rollback()
        return list(_nodes((json.loads(told_as) if isinstance(told_as, str) else told_as)[0]["Plan"]))


def _nodes(node: dict[str, Any]) -> Iterator[str]:
    where = " ".join(str(node[key]) for key in ("Relation Name", "Index Name") if key in node)
    cond = f" ({node['Index Cond']})" if "Index Cond" in node else ""
    yield f"{node['Node Type']} {where}{cond}"
    for inner in node.get("Plans", ()):
        yield from _nodes(inner)


def reads_all(line: str, grows: Collection[str], *, sqlite: bool) -> bool:
    """Whether a step reads the whole of a table that grows, or of an index over all of it."""
    if any(index in line for index in WAITING):
        return False
    if sqlite:
        scan = re.match(r"SCAN (\w+)(.*)", line)
        aliases = {"earlier": "outbox", "twin": "comments"}
        if scan is None or aliases.get(scan[1], scan[1]) not in grows:
            return False
        return not re.search(r"VIRTUAL TABLE INDEX \d+:\S*[=M]", scan[2])
    kind, _, rest = line.partition(" Scan")
    if kind == "Seq":
        return any(table in rest.split() for table in grows)
    whole = kind in {"Index", "Index Only", "Bitmap Index"} and "(" not in rest
    return whole and any(table in rest for table in grows)


async def fill(store: SqlStore, life: Life) -> None:
    """A row in every table that the planner shall take for big: it never takes an empty one for that."""
    discussion = await life.publish("Before")
    comment = await life.say(discussion, "9")
    board = (await store.boards(life.community))[0].id
    await store.save_draft(board, DISCORD, "ada", article(), life.clock.now())
    async with store._database.write() as tx:  # noqa: SLF001 - the same
        values = {"comment_id": comment, "version": 1, "body": "{}", "expires_at": life.clock.now()}
        await tx.execute(metadata.tables["originals"].insert().values(**values))
        file = {"name": "a", "alt": "", "media_type": "", "size": 1, "source": "", "spoiler": False}
        mark = {"posting_id": 1, "subject": comment, "author": "a:b:c", "emoji": "x", "present": True, "stamp": 1}
        await tx.execute(metadata.tables["reactions"].insert().values(**mark))
        await tx.execute(metadata.tables["attachments"].insert().values(comment_id=comment, ordinal=0, **file))


@pytest.mark.parametrize("asked", [live, read], ids=["for each comment", "for each page"])
async def test_no_hot_query_reads_a_table_that_grows(
    store: SqlStore, clock: TurnableClock, asked: Callable[[SqlStore, Life, TurnableClock], Awaitable[None]]
) -> None:
    life = await new_life(store, clock)
    await fill(store, life)
    with statements(store) as seen:
        await asked(store, life, clock)
    distinct = dict(reversed(seen))
    await believe_in_a_million(store)
    if store.alone:
        await store._database.engine.dispose()  # noqa: SLF001 - statistics are read by new connections
    grows = set(ROWS) if asked is live else BY_COMMENTS
    bad = []
    for statement, bound in distinct.items():
        lines = await plan(store, statement, bound)
        one = " ".join(statement.split())
        print(f"{one[:200]}\n    " + "\n    ".join(lines))  # noqa: T201 - it is for reading
        bad += [f"{line}: {one}" for line in lines if reads_all(line, grows, sqlite=store.alone)]
    bad = [line for line in bad if not line.startswith(BY_NOTHING_AT_RUN_TIME)]
    assert bad == [], "\n".join(bad)


@pytest.mark.parametrize("table", ROWS)
def test_every_table_that_grows_is_one_of_ours(table: str) -> None:
    assert table in metadata.tables or table == "search"
