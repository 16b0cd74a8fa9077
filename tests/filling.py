"""Rows for every table, whatever its columns: so that a table that comes later is tested from its first day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Boolean, Column, Connection, Integer, LargeBinary, MetaData, Table, func, insert, select
from sqlalchemy.types import TypeEngine

from bot.markup.tree import plain_document, to_json
from storage.database import Database
from storage.engines import engine_for
from storage.records import ARTICLE
from storage.tables import STAYS, metadata
from tests.builders import article

ROWS = (1, 2)
_OURS = (
    "alembic_version",
    "search",
    "sqlite_",
    *(table.name for table in metadata.sorted_tables if STAYS in table.info),
)
_ARTICLE = ARTICLE.dump_json(article()).decode()
_TEXTS = {
    ("articles", "content"): _ARTICLE,
    ("drafts", "article"): _ARTICLE,
    ("comments", "body"): to_json(plain_document("Moss and lichen.")),
    ("originals", "body"): to_json(plain_document("Moss and lichen.")),
    ("inbox", "payload"): None,
}
"""What is read as more than a text."""


def tables(connection: Connection) -> list[Table]:
    """The tables that are there now, as the database tells of them, each behind those that it refers to."""
    found = MetaData()
    found.reflect(connection, only=lambda name, _: not name.startswith(_OURS))
    return found.sorted_tables


def fill(connection: Connection) -> None:
    """Put rows into every table that has none."""
    for table in tables(connection):
        if connection.execute(select(func.count()).select_from(table)).scalar_one() == 0:
            connection.execute(insert(table), list(_rows(connection, table)))


def contents(connection: Connection, of: list[Table]) -> Mapping[str, list[tuple[Any, ...]]]:
    """What is in the given columns of tables, in one order."""
    return {
        table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
        for table in of
    }


def _rows(connection: Connection, table: Table) -> Iterator[dict[str, Any]]:
    parents = {
        key.parent.name: connection.execute(select(key.column).order_by(key.column)).scalars().all()
        for key in table.foreign_keys
        if key.column.table is not table
    }
    for number in ROWS:
        yield {
            column.name: parents[column.name][number - 1] if column.name in parents else _value(column, number)
            for column in table.c
        }


def _value(column: Column[Any], number: int) -> object:
    kind: TypeEngine[Any] = column.type
    if column.foreign_keys:
        return None if number == ROWS[0] else ROWS[0]  # of the same table
    if isinstance(kind, Boolean):
        return number == ROWS[0]
    if isinstance(kind, Integer):
        return number
    if isinstance(kind, LargeBinary):
        return bytes([0, number, 255])
    return _TEXTS.get((column.table.name, column.name), f"{column.name} {number} Ελλάς 🌿")


async def everything(url: str) -> object:
    """All rows of all of the schema's tables."""
    ours = [table for table in metadata.sorted_tables if not table.name.startswith(_OURS)]
    database = Database(engine_for(url))
    async with database.read() as tx:
        found = await tx.run_sync(lambda connection: contents(connection, ours))
    await database.close()
    return found
