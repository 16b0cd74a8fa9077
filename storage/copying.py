"""Copies a whole deployment into another database, on either engine: resumable, and verified.

The rows go over table by table, parents first, in the order of their keys; how far a table has come is written in the
same transaction as its rows. What belongs to running replicas stays behind. What can be searched is made anew, for each
engine has its own way of it.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import ExitStack, asynccontextmanager
from datetime import datetime
from hashlib import blake2b
from typing import Any, Final

from sqlalchemy import (
    Column,
    Integer,
    MetaData,
    RowMapping,
    Select,
    Table,
    Text,
    func,
    insert,
    inspect,
    select,
    text,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import StorageError
from bot.markup.tree import from_json
from bot.model import CommentId, DiscussionId
from storage import searching
from storage.claim import claim
from storage.database import Database, upsert
from storage.engines import POSTGRESQL, engine_for
from storage.leasing import server_time
from storage.migrations import HALF_COPIED, upgrade
from storage.records import ARTICLE
from storage.tables import articles, behind, comments, discussions, leases, metadata, replicas
from storage.upkeep import on_a_server, schema_of, shown

_BATCH: Final = 500
_FEW: Final = 20
"""Rows at once of a table with files in it."""
_LEFT_BEHIND: Final = frozenset({replicas, behind})
_TABLES: Final = tuple(table for table in metadata.sorted_tables if table not in _LEFT_BEHIND)
_MASK: Final = (1 << 64) - 1

_progress = Table(
    HALF_COPIED, MetaData(), Column("what", Text, primary_key=True), Column("last", Text), Column("n", Integer)
)
"""How far a copy has come; the table is there as long as the copy is not whole, and keeps a bot from starting on it."""

Told = Callable[[str, int, int], None]
"""Told of a step (`copy` or `verify` and what), the rows done, and the rows in all."""


async def migrate(source_url: str, target_url: str, told: Told) -> dict[str, int]:
    """Copy everything, and verify it; answers how many rows of each table went over.

    Raises `StorageError` where the target holds something else, either is in use, or what arrived is not what was sent.
    """
    if shown(source_url) == shown(target_url):
        raise StorageError("the database can't be copied onto itself; name another one")
    if not (await schema_of(source_url)).up_to_date:
        raise StorageError("the database's schema is not this Roundtable's; run `roundtable db upgrade` first")
    with ExitStack() as claims:
        for url in (source_url, target_url):
            claims.enter_context(claim(url))
        async with _opened(source_url) as source, _opened(target_url) as target:
            await _prepare(source, target, source_url, target_url)
            counts = {table.name: await _count(source, table) for table in _TABLES}
            every = sum(counts.values())
            done = 0
            for table in _TABLES:
                async for rows in _copied(source, target, table):
                    told(f"copy {table.name}", done + rows, every)
                done += counts[table.name]
            await _make_searchable(target, lambda rows: told("index", rows, counts["comments"]))
            await _verify(source, target, told, every)
            await _set_sequences(target)
            async with target.write() as tx:
                await tx.execute(text(f"DROP TABLE {HALF_COPIED}"))
    return counts


@asynccontextmanager
async def _opened(url: str) -> AsyncIterator[Database]:
    database = Database(engine_for(url))
    try:
        yield database
    finally:
        await database.close()


async def _prepare(source: Database, target: Database, source_url: str, target_url: str) -> None:
    """Make the target's schema, or find that a copy of this very source was begun there."""
    for database, url in ((source, source_url), (target, target_url)):
        await _require_rest(database, url)
    async with target.read() as tx:
        begun = await tx.run_sync(lambda connection: inspect(connection).has_table(HALF_COPIED))
    if begun:
        async with target.read() as tx:
            of = (await tx.execute(select(_progress.c.last).where(_progress.c.what == "source"))).scalar()
        if of != shown(source_url):
            raise StorageError(f"{shown(target_url)} holds half a copy of {of}; empty it first")
        return
    await upgrade(target)
    async with target.write() as tx:
        if (await tx.execute(select(metadata.tables["communities"].c.id).limit(1))).first() is not None:
            raise StorageError(f"{shown(target_url)} is not empty; a copy overwrites nothing, so name another database")
        await tx.run_sync(_progress.create)
        await tx.execute(insert(_progress).values(what="source", last=shown(source_url), n=0))


async def _require_rest(database: Database, url: str) -> None:
    """A file is claimed; on a server, replicas show that they live."""
    if not on_a_server(url):
        return
    async with database.read() as tx:
        if not await tx.run_sync(lambda connection: inspect(connection).has_table(replicas.name)):
            return
        alive = await tx.execute(select(func.count()).where(replicas.c.until > server_time()))
        running = int(alive.scalar_one())
    if running:
        raise StorageError(
            f"{running} roundtable run on {shown(url)}: stop them first, so that nothing changes meanwhile"
        )


async def _copied(source: Database, target: Database, table: Table) -> AsyncIterator[int]:
    """Copy what is left of a table, batch by batch; yields how many of its rows are there."""
    while True:
        async with target.read() as tx:
            row = (await tx.execute(select(_progress).where(_progress.c.what == table.name))).first()
        last, rows = (None, 0) if row is None else (json.loads(row.last), row.n)
        batch = await _batch(source, table, last)
        if not batch:
            return
        rows += len(batch)
        key = json.dumps([batch[-1][column.name] for column in table.primary_key])
        async with target.write() as tx:
            await tx.execute(insert(table), [_row(table, each) for each in batch])
            await _note(tx, table.name, key, rows)
        yield rows


async def _note(tx: AsyncConnection, what: str, last: str, rows: int) -> None:
    values = {"last": last, "n": rows}
    statement = upsert(tx, _progress).values(what=what, **values)
    await tx.execute(statement.on_conflict_do_update(index_elements=["what"], set_=values))


def _row(table: Table, row: RowMapping) -> dict[str, Any]:
    """A row as it goes over. Of leases only their names do: whoever held them is not there."""
    return {"name": row["name"]} if table is leases else dict(row)


async def _batch(database: Database, table: Table, last: Sequence[Any] | None) -> Sequence[RowMapping]:
    async with database.read() as tx:
        rows: Sequence[RowMapping] = (await tx.execute(_after(table, last))).mappings().all()
    return rows


def _after(table: Table, last: Sequence[Any] | None) -> Select[Any]:
    key = list(table.primary_key)
    query = select(table).order_by(*key).limit(_FEW if "content" in table.c and table.name == "attachments" else _BATCH)
    if last is None:
        return query
    return query.where(key[0] > last[0] if len(key) == 1 else tuple_(*key) > tuple_(*last))


async def _make_searchable(target: Database, told: Callable[[int], None]) -> None:
    """Index what has not been indexed yet: the articles at once, the comments in batches."""
    while True:
        async with target.write() as tx:
            row = (await tx.execute(select(_progress).where(_progress.c.what == "search"))).first()
            if row is None:
                found = select(discussions.c.id, articles.c.content).join(
                    articles, articles.c.id == discussions.c.article_id
                )
                for each in (await tx.execute(found)).all():
                    await searching.index_article(tx, DiscussionId(each.id), ARTICLE.validate_json(each.content))
                await _note(tx, "search", "0", 0)
                continue
            query = select(comments.c.id, comments.c.body, comments.c.removed).order_by(comments.c.id).limit(_BATCH)
            batch = (await tx.execute(query.where(comments.c.id > int(row.last)))).all()
            if not batch:
                return
            for comment in batch:
                if not comment.removed:
                    await searching.index_comment(tx, CommentId(comment.id), from_json(comment.body))
            await _note(tx, "search", str(batch[-1].id), row.n + len(batch))
            told(row.n + len(batch))


async def _verify(source: Database, target: Database, told: Told, every: int) -> None:
    """Compare number and checksum of each table's rows, as both databases tell them now."""
    done = 0
    for table in _TABLES:
        sent, arrived = await _checksum(source, table), await _checksum(target, table)
        if sent != arrived:
            raise StorageError(
                f"{table.name} arrived as {arrived[0]} rows with checksum {arrived[1]:016x}, but is {sent[0]} rows "
                f"with {sent[1]:016x}: the source has changed meanwhile. Empty the target, and begin again"
            )
        done += sent[0]
        told(f"verify {table.name}", done, every)


async def _checksum(database: Database, table: Table) -> tuple[int, int]:
    """How many rows a table has, and a sum over them that does not depend on their order."""
    rows, checksum, last = 0, 0, None
    while batch := await _batch(database, table, last):
        for row in batch:
            told = json.dumps(list(_row(table, row).values()), default=_told, ensure_ascii=False).replace(
                "\\u0000", "\\ufffd"
            )
            checksum = (checksum + int.from_bytes(blake2b(told.encode(), digest_size=8).digest())) & _MASK
        rows += len(batch)
        last = [batch[-1][column.name] for column in table.primary_key]
    return rows, checksum


def _told(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else blake2b(bytes(value)).hexdigest()  # type: ignore[call-overload]


async def _count(database: Database, table: Table) -> int:
    async with database.read() as tx:
        return int((await tx.execute(select(func.count()).select_from(table))).scalar_one())


async def _set_sequences(target: Database) -> None:
    """Let the next ids come behind those that were copied; SQLite does so by itself."""
    if target.kind != POSTGRESQL:
        return
    async with target.write() as tx:
        for table in _TABLES:
            if "id" in table.c:
                await tx.execute(
                    text(
                        f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'),"  # noqa: S608 - names of ours
                        f" coalesce(max(id), 1), max(id) IS NOT NULL) FROM {table.name}"
                    )
                )
