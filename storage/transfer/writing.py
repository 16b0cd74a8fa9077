"""Writing rows into the target: the rows themselves, what they are found by, and the ids that come after them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from sqlalchemy import Column, Table, and_, bindparam, delete, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.markup.tree import from_json
from bot.model import CommentId, DiscussionId
from storage import searching
from storage.database import upsert
from storage.engines import SQLITE
from storage.records import ARTICLE
from storage.tables import articles, comments, discussions, metadata
from storage.transfer.rows import Plain, Step, by_key, unhurried

_ID: Final = "id"
_KEPT: Final = text("SELECT seq FROM sqlite_sequence WHERE name = :table")
_KEEP: Final = text("INSERT INTO sqlite_sequence (name, seq) VALUES (:table, :last)")
_FORGET_KEPT: Final = text("DELETE FROM sqlite_sequence WHERE name = :table")
_GIVEN: Final = text("SELECT pg_sequence_last_value(CAST(pg_get_serial_sequence(:table, :column) AS regclass))")
"""Null where it has given none."""


async def carry_out(tx: AsyncConnection, plain: Plain, step: Step) -> None:
    """Bring the target's rows to where the source's are, and let comments and articles be found."""
    await unhurried(tx)
    if step.gone:
        # First, so that what is unique about them is free again.
        mine = and_(*(key == bindparam(f"key_{key.name}") for key in plain.table.primary_key))
        await tx.execute(delete(plain.table).where(mine), by_key(plain, step.gone))
    if step.put:
        statement = upsert(tx.dialect.name, plain.table)
        rest = {one.name: statement.excluded[one.name] for one in plain.table.c if one.name not in plain.key}
        put = (
            statement.on_conflict_do_update(index_elements=list(plain.key), set_=rest)
            if rest
            else statement.on_conflict_do_nothing()
        )
        await tx.execute(put, [plain.named(row) for row in step.put])
    if plain.name == comments.name:
        await _find_comments(tx, plain, step)
    elif plain.name == discussions.name:
        await _find_articles(tx, plain, step)


async def _find_comments(tx: AsyncConnection, plain: Plain, step: Step) -> None:
    rows = [plain.named(row) for row in step.put]
    gone = [key[0] for key in step.gone] + [row[_ID] for row in rows if row["removed"]]
    await searching.forget(tx, gone)
    await searching.put(
        tx, [searching.of_comment(CommentId(row[_ID]), from_json(row["body"])) for row in rows if not row["removed"]]
    )


async def _find_articles(tx: AsyncConnection, plain: Plain, step: Step) -> None:
    await searching.forget(tx, [-key[0] for key in step.gone])
    ids = [plain.key_of(row)[0] for row in step.put]
    query = (
        select(discussions.c.id, articles.c.content)
        .join(articles, articles.c.id == discussions.c.article_id)
        .where(discussions.c.id.in_(ids))
    )
    rows = (await tx.execute(query)).all() if ids else ()
    await searching.put(
        tx, [searching.of_article(DiscussionId(row.id), ARTICLE.validate_json(row.content)) for row in rows]
    )


async def last_ids(tx: AsyncConnection) -> Mapping[str, int]:
    """The last id that each table has given out, also where its row is gone by now; 0 where it gave none."""
    await unhurried(tx)
    last = {}
    for table, counted in _counted():
        last[table.name] = (await tx.execute(select(func.max(counted)))).scalar() or 0
        if tx.dialect.name == SQLITE:
            kept = await tx.execute(_KEPT, {"table": table.name}) if await _keeps(tx) else None
        else:
            kept = await tx.execute(_GIVEN, {"table": table.name, "column": counted.name})
        last[table.name] = max(last[table.name], (kept.scalar() if kept is not None else None) or 0)
    return last


async def go_on_counting(tx: AsyncConnection, last: Mapping[str, int]) -> None:
    """Let new rows get ids behind those that were ever given out; SQLite minds those that are there by itself."""
    if tx.dialect.name == SQLITE:
        for table, counted in _counted():
            if table.dialect_options["sqlite"].get("autoincrement") and last.get(table.name):
                await tx.execute(_FORGET_KEPT, {"table": table.name})
                highest = (await tx.execute(select(func.max(counted)))).scalar() or 0
                await tx.execute(_KEEP, {"table": table.name, "last": max(highest, last[table.name])})
        return
    await unhurried(tx)
    for table, counted in _counted():
        sequence = func.pg_get_serial_sequence(table.name, counted.name)
        given = func.greatest(func.max(counted), last.get(table.name, 0))
        begun = func.setval(sequence, func.greatest(given, 1), given > 0)
        await tx.execute(select(begun).select_from(table))
    # Plans go by the statistics, and the server would gather them only later.
    await tx.execute(text("ANALYZE"))


def _counted() -> Iterator[tuple[Table, Column[int]]]:
    for table in metadata.sorted_tables:
        if table.autoincrement_column is not None:
            yield table, table.autoincrement_column


async def _keeps(tx: AsyncConnection) -> bool:
    """Whether any table of SQLite's keeps its last id (https://www.sqlite.org/autoinc.html)."""
    return (await tx.execute(text("SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_sequence'"))).first() is not None
