"""Rows of any table as plain values that are the same on every engine, in one order, and what two tables differ in."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from sqlalchemy import Column, LargeBinary, MetaData, Select, String, Table, collate, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import TypeDecorator, TypeEngine

from storage.database import Database
from storage.engines import SQLITE
from storage.tables import STAYS, metadata

Row: TypeAlias = tuple[Any, ...]
Key: TypeAlias = tuple[Any, ...]

_ROWS: Final = 500
"""Rows that are held at once, of each side."""
_LARGE_ROWS: Final = 10
"""The same where a row may hold a whole file."""


@dataclass(frozen=True)
class Plain:
    """A table with the types that the database knows: integers, texts, booleans, bytes."""

    table: Table

    @property
    def name(self) -> str:
        """The table's name."""
        return self.table.name

    @property
    def key(self) -> tuple[str, ...]:
        """The columns of its primary key."""
        return tuple(column.name for column in self.table.primary_key)

    @property
    def at_once(self) -> int:
        """How many rows are read and written at once."""
        return _LARGE_ROWS if any(isinstance(column.type, LargeBinary) for column in self.table.c) else _ROWS

    def key_of(self, row: Row) -> Key:
        """A row's primary key. Keys of numbers and texts compare as `ordered` orders them."""
        return tuple(row[place] for place in self._places)

    def named(self, row: Row) -> dict[str, Any]:
        """A row's values by column."""
        return dict(zip(self.table.c.keys(), row, strict=True))

    def ordered(self, dialect: str) -> Select[Any]:
        """All rows by primary key, texts by their code points whatever the database's locale."""
        by_bytes = dialect != SQLITE
        return select(self.table).order_by(
            *(collate(key, "C") if by_bytes and isinstance(key.type, String) else key for key in self.table.primary_key)
        )

    @property
    def _places(self) -> tuple[int, ...]:
        names = self.table.c.keys()
        return tuple(names.index(name) for name in self.key)


def plain_tables() -> tuple[Plain, ...]:
    """Every table that moves, each behind those that its rows refer to."""
    bare = MetaData()
    return tuple(
        Plain(
            Table(
                table.name,
                bare,
                *(
                    Column(one.name, _bare(one.type), primary_key=one.primary_key, autoincrement=False)
                    for one in table.c
                ),
            )
        )
        for table in metadata.sorted_tables
        if not table.info.get(STAYS)
    )


def _bare(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    return kind.impl_instance if isinstance(kind, TypeDecorator) else kind


async def unhurried(tx: AsyncConnection) -> None:
    """Let this transaction take as long as it takes."""
    if tx.dialect.name != SQLITE:
        await tx.execute(text("SET LOCAL statement_timeout = 0"))
        await tx.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))


async def stream(database: Database, plain: Plain) -> AsyncGenerator[Row, None]:
    """All rows of a table in the order of their keys, a few at a time; the connection is given back after the last."""
    async with database.read() as tx:
        await unhurried(tx)
        result = await tx.stream(plain.ordered(tx.dialect.name).execution_options(yield_per=plain.at_once))
        async for part in result.partitions():
            for row in part:
                yield tuple([_storable(value) for value in row])


def _storable(value: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    """A value as both engines can hold it: SQLite takes U+0000 in a text, PostgreSQL has U+FFFD in its place."""
    return value.replace("\x00", "\ufffd") if isinstance(value, str) and "\x00" in value else value


async def count(database: Database, plain: Plain) -> int:
    """How many rows a table has."""
    async with database.read() as tx:
        await unhurried(tx)
        return int((await tx.execute(select(func.count()).select_from(plain.table))).scalar_one())


@dataclass(frozen=True, slots=True)
class Digest:
    """What a table's rows come to: their number, and a SHA-256 over them in the order of their keys.

    Both are the same on every engine for the same rows, within one version of Python.
    """

    rows: int
    sha256: str

    def __str__(self) -> str:
        return f"{self.rows} rows ({self.sha256[:12]})"


async def digest(database: Database, plain: Plain) -> AsyncGenerator[Digest, None]:
    """A table's digest as it grows, every few rows; the last one is the whole table's."""
    whole = hashlib.sha256()
    rows = 0
    async with aclosing(stream(database, plain)) as all_rows:
        async for row in all_rows:
            whole.update(repr(row).encode("utf-8", "surrogatepass") + b"\n")
            rows += 1
            if rows % _ROWS == 0:
                yield Digest(rows, whole.hexdigest())
    yield Digest(rows, whole.hexdigest())


@dataclass(slots=True)
class Step:
    """What makes the target's rows like the source's, for the next few rows of a table."""

    passed: int = 0
    """Rows of the source that this step has seen."""
    put: list[Row] = field(default_factory=list)
    """Rows that the target has not, or has otherwise."""
    gone: list[Key] = field(default_factory=list)
    """Keys of rows that the target alone has."""


async def steps(
    ours: AsyncGenerator[Row, None], theirs: AsyncGenerator[Row, None], plain: Plain
) -> AsyncGenerator[Step, None]:
    """What has to be done so that `theirs` become like `ours`; both in the order of their keys."""
    step = Step()
    async with aclosing(ours), aclosing(theirs):
        their = await anext(theirs, None)
        async for our in ours:
            key = plain.key_of(our)
            while their is not None and plain.key_of(their) < key:
                step.gone.append(plain.key_of(their))
                their = await anext(theirs, None)
            same = their is not None and plain.key_of(their) == key
            if not same or their != our:
                step.put.append(our)
            if same:
                their = await anext(theirs, None)
            step.passed += 1
            if step.passed >= plain.at_once:
                yield step
                step = Step()
        while their is not None:
            step.gone.append(plain.key_of(their))
            their = await anext(theirs, None)
    yield step


def by_key(plain: Plain, keys: Sequence[Key]) -> list[Mapping[str, Any]]:
    """Keys as the values of a statement that names its parameters `key_COLUMN`."""
    return [{f"key_{name}": value for name, value in zip(plain.key, key, strict=True)} for key in keys]
