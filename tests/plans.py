"""How a database would carry out statements, if its tables were large: what it would read from end to end."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Boolean, Column, Table, UniqueConstraint, event

from storage.columns import Moment
from storage.database import Database
from storage.tables import metadata
from tests.builders import TurnableClock
from tests.postgres import connect

SIZES: Mapping[str, int] = {
    "communities": 1,
    "boards": 10,
    "channels": 50,
    "board_channels": 50,
    "board_words": 200,
    "drafts": 20,
    "articles": 10_000,
    "discussions": 10_000,
    "fingerprints": 30_000,
    "postings": 30_000,
    "authors": 50_000,
    "originals": 100_000,
    "attachments": 100_000,
    "copies": 2_000_000,
    "outbox": 2_030_000,
    "leases": 60_000,
    "replicas": 10,
    "behind": 10,
    "transfers": 1,
}
"""Rows beside a million comments in ten thousand discussions; of a table that is not named here there are a million."""
MILLION = 1_000_000

_MANY: Mapping[str, float] = {
    "workspace": 2,
    "platform": 2,
    "emoji": 50,
    "owner": 60,
    "forum": 2,
    "wanted": 5,
    "done": 5,
    "version": 5,
    "edited": 9,
    "attempts": 3,
    "lane": 60_000,
    "reason": 20,
    "channel": 50,
    "subject": 300_000,
    "outcome": 6,
    "state": 5,
    "kind": 2,
    "root": -1,
    "thread": -1,
    "message": -1,
    "remote": -1,
    "key": -1,
    "stamp": -1,
    "ordinal": 3,
    "target_id": -0.98,
}
"""Different values of columns, by name; below zero as a share of the rows. Others are told by their keys and types."""
_FEW = frozenset({"kind", "state", "platform", "workspace", "removed", "present", "own_place", "cleared"})
"""Columns of which so many rows are alike that to look up by them alone is to read a large part of a table."""
_NONE: Mapping[tuple[str, str], float] = {
    ("inbox", "outcome"): 0.0002,
    ("inbox", "payload"): 0.9998,
    ("attachments", "content"): 0.999,
    ("comments", "answers_id"): 0.5,
    ("comments", "edited_at"): 0.95,
    ("outbox", "started_at"): 0.9999,
    ("outbox", "reason"): 0.9999,
}
_COMMON: Mapping[tuple[str, str], Mapping[str, float]] = {
    ("outbox", "state"): {"sent": 0.9990, "pending": 0.0005, "failed": 0.0002, "dropped": 0.0002, "sending": 0.0001},
    ("outbox", "kind"): {"copy": 0.985, "card": 0.015},
    ("discussions", "state"): {"open": 0.9, "locked": 0.05, "closed": 0.05},
    ("comments", "removed"): {"f": 0.98, "t": 0.02},
    ("reactions", "present"): {"t": 0.95, "f": 0.05},
    ("copies", "own_place"): {"f": 0.97, "t": 0.03},
    ("postings", "url"): {},
}


@dataclass(frozen=True)
class Statement:
    """What was asked, as the driver gets it."""

    sql: str
    values: Any


@dataclass(frozen=True)
class Plan:
    """How it would be carried out, and what of it reads a whole table or index."""

    sql: str
    lines: tuple[str, ...]
    whole: frozenset[str]
    """Tables that are read from end to end; by an index that holds few rows by its condition does not count."""

    def __str__(self) -> str:
        reads = f"-- reads all of: {', '.join(sorted(self.whole))}" if self.whole else "--"
        return "\n".join([reads, self.sql, *(f"    {line}" for line in self.lines)])


def recorded(database: Database) -> dict[str, Statement]:
    """Every statement that is going to be sent to a database from now on."""
    found: dict[str, Statement] = {}

    @event.listens_for(database.engine.sync_engine, "before_cursor_execute")
    def _note(_connection: object, _cursor: object, sql: str, values: Any, _context: object, many: bool) -> None:  # noqa: ANN401, FBT001 - SQLAlchemy's
        found.setdefault(sql, Statement(sql, values[0] if many and values else values))

    return found


def _size(table: Table) -> int:
    return SIZES.get(table.name, MILLION)


def _different(column: Column[Any]) -> float:
    """How many different values a column has, below zero as a share of the rows: as PostgreSQL writes it."""
    table = column.table
    assert isinstance(table, Table)
    alone = [tuple(table.primary_key.columns.keys())]
    alone += [tuple(one.columns.keys()) for one in table.constraints if isinstance(one, UniqueConstraint)]
    if (column.name,) in alone:
        return -1
    for key in column.foreign_keys:
        return max(1, min(_size(key.column.table), _size(table)))
    if isinstance(column.type, Boolean):
        return 2
    return _MANY.get(column.name, -0.5)


# -- PostgreSQL


async def takes_statistics(url: str) -> bool:
    """Whether a server can be told what its tables hold: `pg_restore_relation_stats` came with PostgreSQL 18."""
    connection = await connect(url)
    try:
        return bool(connection.get_server_version().major >= 18)
    finally:
        await connection.close()


async def pretend_on_postgresql(url: str, clock: TurnableClock) -> None:
    """Give every table the statistics of a large one. The server sees how many pages there are: so rows are dense."""
    connection = await connect(url)
    try:
        for table in metadata.sorted_tables:
            await connection.execute(
                "SELECT pg_restore_relation_stats('schemaname', 'public', 'relname', $1::text, 'relpages',"
                " greatest(1, pg_relation_size($1::text::regclass) / 8192)::integer, 'reltuples', $2::real)",
                *(table.name, float(_size(table))),
            )
            for column in table.c:
                await connection.execute(
                    "SELECT pg_clear_attribute_stats('public', $1, $2, false)", table.name, column.name
                )
                await connection.execute(*_attribute(table, column, clock))
        await connection.execute(
            "SELECT pg_restore_relation_stats('schemaname', 'public', 'relname', 'search', 'relpages', 1,"
            f" 'reltuples', {MILLION}::real)"
        )
        await connection.execute(_words())
    finally:
        await connection.close()


def _attribute(table: Table, column: Column[Any], clock: TurnableClock) -> tuple[Any, ...]:
    parts = ["'schemaname', 'public', 'relname', $1::text, 'attname', $2::text, 'inherited', false"]
    none = _NONE.get((table.name, column.name), 0.0)
    parts.append(f"'null_frac', {none}::real, 'avg_width', 8, 'n_distinct', {_different(column)}::real")
    common = _COMMON.get((table.name, column.name))
    if common:
        values, shares = ",".join(common), ",".join(str(share) for share in common.values())
        parts.append(f"'most_common_vals', '{{{values}}}'::text, 'most_common_freqs', '{{{shares}}}'::real[]")
    if isinstance(column.type, Moment):
        bounds = ",".join(str(at) for at in _spread(table, column, clock))
        parts.append(f"'histogram_bounds', '{{{bounds}}}'::text")
    return f"SELECT pg_restore_attribute_stats({', '.join(parts)})", table.name, column.name


def _words() -> str:
    """The words of what can be found: many are in every hundredth row, `moss` is in two hundred of a million."""
    shares = {**{f"w{number:03}": 0.01 for number in range(200)}, "moss": 0.0002}
    words = sorted(shares, key=lambda word: (len(word), word))
    figures = [str(shares[word]) for word in words] + [str(min(shares.values())), str(max(shares.values()))]
    return (
        "SELECT pg_restore_attribute_stats('schemaname', 'public', 'relname', 'search', 'attname', 'words',"
        " 'inherited', false, 'null_frac', 0::real, 'avg_width', 300, 'n_distinct', -1::real,"
        f" 'most_common_elems', '{{{','.join(words)}}}'::text,"
        f" 'most_common_elem_freqs', '{{{','.join(figures)}}}'::real[])"
    )


def _spread(table: Table, column: Column[Any], clock: TurnableClock) -> Iterator[int]:
    """Moments from long ago to now, or from now on where they are still to come."""
    days, since = (30, 0) if column.name == "expires_at" else (30 if table.name == "inbox" else 730, -1)
    start = clock.now() + timedelta(days=days) * since
    for step in range(101):
        yield Moment().process_bind_param(start + timedelta(days=days) * step / 100, None) or 0  # type: ignore[arg-type]


async def plans_on_postgresql(url: str, statements: Sequence[Statement]) -> list[Plan]:
    """How each would be carried out there."""
    connection = await connect(url)
    try:
        partial = set(
            await connection.fetchval(
                "SELECT coalesce(array_agg(indexrelid::regclass::text), '{}') FROM pg_index WHERE indpred IS NOT NULL"
            )
        )
        plans = []
        for one in statements:
            told = await connection.fetchval(f"EXPLAIN (FORMAT JSON) {one.sql}", *(one.values or ()))
            lines: list[str] = []
            whole: set[str] = set()
            _look(json.loads(told)[0]["Plan"], 0, lines, whole, partial)
            plans.append(Plan(one.sql, tuple(lines), frozenset(whole)))
        return plans
    finally:
        await connection.close()


def _look(node: Mapping[str, Any], depth: int, lines: list[str], whole: set[str], partial: set[str]) -> None:
    index = node.get("Index Name", "")
    condition = node.get("Index Cond") or node.get("TID Cond")
    table = node.get("Relation Name") or (metadata_table_of(index) if index else "")
    lines.append(
        "  " * depth
        + " ".join(filter(None, (node["Node Type"], table, index, condition and f"[{condition}]", node.get("Filter"))))
    )
    kind = node["Node Type"]
    if kind == "Seq Scan" or ("Index" in kind and index not in partial and not _narrows(condition)):
        whole.add(table)
    for inner in node.get("Plans", ()):
        _look(inner, depth + 1, lines, whole, partial)


def _narrows(condition: str | None) -> bool:
    """Whether a condition leaves but a small part of a table."""
    return bool(set(re.findall(r"(\w+)\)?(?:::\w+)? ?(?:=|<|>|@@|IS|\bIN\b)", condition or "")) - _FEW)


def metadata_table_of(index: str) -> str:
    """The table that an index belongs to; plans name just the index where bits are gathered."""
    for table in metadata.sorted_tables:
        if index in {f"pk_{table.name}", *(one.name for one in table.indexes)} or index.startswith(f"uq_{table.name}_"):
            return table.name
    return "search"


# -- SQLite


def pretend_on_sqlite(file: str) -> None:
    """Give every table and index the statistics of a large one."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("ANALYZE")
        connection.execute("DELETE FROM sqlite_stat1")
        for table in metadata.sorted_tables:
            size = _size(table)
            rows = [(table.name, None, str(size))]
            for (index,) in connection.execute("SELECT name FROM pragma_index_list(?)", (table.name,)).fetchall():
                columns = [name for (name,) in connection.execute("SELECT name FROM pragma_index_info(?)", (index,))]
                unique, partial = connection.execute(
                    'SELECT "unique", partial FROM pragma_index_list(?) WHERE name = ?', (table.name, index)
                ).fetchone()
                held = max(1, size // 2000) if partial else size
                each = held
                figures = [str(held)]
                for place, name in enumerate(columns):
                    many = _different(table.c[name])
                    each = max(1, round(each / (many if many > 0 else -many * held)))
                    figures.append("1" if unique and place == len(columns) - 1 else str(each))
                rows.append((table.name, index, " ".join(figures)))
            connection.executemany("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)", rows)
        connection.execute("ANALYZE sqlite_schema")


def plans_on_sqlite(file: str, statements: Sequence[Statement]) -> list[Plan]:
    """How each would be carried out there."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        partial = {
            name
            for (name,) in connection.execute(
                "SELECT name FROM sqlite_schema WHERE type = 'index' AND sql LIKE '% WHERE %'"
            )
        }
        return [_sqlite_plan(connection, one, partial) for one in statements]


def _sqlite_plan(connection: sqlite3.Connection, one: Statement, partial: set[str]) -> Plan:
    lines = tuple(row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {one.sql}", one.values or ()))
    tables = {table.name: table.name for table in metadata.sorted_tables} | {"search": "search"}
    named = tables | {alias: name for name, alias in re.findall(r"\b(\w+) AS (\w+)", one.sql) if name in tables}
    whole = set()
    for line in lines:
        scan = re.match(r"SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?(.*)", line)
        if scan and scan[1] in named and scan[2] not in partial and "VIRTUAL TABLE INDEX" not in scan[3]:
            whole.add(named[scan[1]])
        search = re.match(r"SEARCH (\w+) USING (?:COVERING )?INDEX (\w+) \((.*)\)", line)
        if search and search[1] in named and search[2] not in partial and not _narrows(search[3]):
            whole.add(named[search[1]])
        # FTS5 tells by its plan's number what it searches by: 0 with nothing behind it is everything.
        if scan and scan[1] in named and re.search(r"VIRTUAL TABLE INDEX 0:$", line):
            whole.add(named[scan[1]])
    return Plan(one.sql, lines, frozenset(whole))
