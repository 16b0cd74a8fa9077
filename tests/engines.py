"""Which database a town or a stage has: SQLite in its folder, or PostgreSQL, where a test or `ENGINE` says so."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager, closing
from pathlib import Path
from sqlite3 import connect as open_file

from tests import postgres

SQLITE, POSTGRESQL = "sqlite", "postgresql"
_LEFT = (
    "SELECT key FROM inbox WHERE outcome IS NULL AND (key LIKE '%:posted' OR key LIKE '%:edited:%')"
    " UNION ALL SELECT 'outbox' FROM outbox WHERE state IN ('pending', 'sending')"
)


def usual() -> str:
    """The engine of this run's towns and stages: `ENGINE=postgresql` (or `postgres`) chooses the other one."""
    return POSTGRESQL if os.environ.get("ENGINE", "").startswith("postgres") else SQLITE


@asynccontextmanager
async def database_in(folder: Path, engine: str) -> AsyncIterator[str]:
    """The URL of a database for a town or a stage; on SQLite its file is in the folder, and not there yet."""
    if engine == SQLITE:
        yield f"sqlite:///{folder}/roundtable.sqlite3"
        return
    async with postgres.of_this_run().fresh() as url:
        yield url


async def rests(url: str, deleted: Collection[str] = ()) -> bool:
    """Whether nothing is on its way in a database: looked up past the store, so that it costs little.

    Nobody waits for what was said in messages that were `deleted`.
    """
    if url.startswith(POSTGRESQL):
        connection = await postgres.connect(url)
        try:
            left = [row[0] for row in await connection.fetch(_LEFT)]
        finally:
            await connection.close()
    else:
        with closing(open_file(f"file:{url.removeprefix('sqlite:///')}?mode=ro", uri=True)) as database:
            left = [row[0] for row in database.execute(_LEFT)]
    return all(deleted and not set(key.split(":")).isdisjoint(deleted) for key in left)


async def leases_end(url: str, *, forgotten: bool) -> None:
    """Let the time pass for which dead replicas are waited for, and, if `forgotten`, for which sessions can be resumed.

    On SQLite nobody waits for any, and no session is resumed.
    """
    if url.startswith(POSTGRESQL):
        await execute(url, "UPDATE leases SET until = 0", "UPDATE replicas SET until = 0")
        if forgotten:
            await execute(url, "UPDATE leases SET state = NULL")


async def execute(url: str, *statements: str) -> None:
    """Run statements past the store."""
    if url.startswith(POSTGRESQL):
        connection = await postgres.connect(url)
        for statement in statements:
            await connection.execute(statement)
        await connection.close()
        return
    with closing(open_file(url.removeprefix("sqlite:///"), isolation_level=None)) as file:
        for statement in statements:
            file.execute(statement)
