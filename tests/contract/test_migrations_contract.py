"""The migrations lead to the tables that the code speaks of, from wherever a database stands."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from storage.database import Database
from storage.engines import engine_for
from storage.migrations import config, revisions, upgrade
from storage.store import SqlStore
from storage.tables import metadata
from storage.upkeep import upgraded
from tests.builders import TurnableClock
from tests.filling import contents, fill, tables

HISTORY = [script.revision for script in ScriptDirectory.from_config(config()).walk_revisions()]
TOGETHER = """
import asyncio, sys
from storage.upkeep import upgraded
print("ready", flush=True)
sys.stdin.readline()
asyncio.run(upgraded(sys.argv[1]))
"""


def differences(connection: Connection) -> list[object]:
    found = compare_metadata(MigrationContext.configure(connection), metadata)
    return [step for step in found if not (step[0].startswith("remove_") and "search" in step[1].name)]


def up_to(connection: Connection, revision: str) -> None:
    settings = config()
    settings.attributes["connection"] = connection
    command.upgrade(settings, revision)


async def test_the_schema_after_all_migrations_is_the_one_in_the_code(store: SqlStore) -> None:
    async with store._database.read() as tx:  # noqa: SLF001 - there is no other way to the schema
        assert await tx.run_sync(differences) == []


async def test_upgrading_again_changes_nothing(store: SqlStore) -> None:
    community = await store.community("main")
    await upgrade(store._database)  # noqa: SLF001 - the same
    assert await store.community("main") == community


async def test_the_newest_revision_is_told_without_alembic(store: SqlStore) -> None:
    async with store._database.read() as tx:  # noqa: SLF001 - the same
        assert await tx.run_sync(revisions) == (HISTORY[0], HISTORY[0])


@pytest.mark.parametrize("revision", HISTORY)
async def test_rows_of_every_earlier_revision_are_kept(empty_url: str, revision: str) -> None:
    database = Database(engine_for(empty_url))
    async with database.write() as tx:
        await tx.run_sync(up_to, revision)
        await tx.run_sync(fill)
        then = await tx.run_sync(tables)
        before = await tx.run_sync(contents, then)
    assert all(before.values())
    await upgrade(database)
    async with database.read() as tx:
        assert await tx.run_sync(contents, then) == before
        assert await tx.run_sync(differences) == []
        assert len(set(await tx.run_sync(revisions))) == 1
    await database.close()
    await (await SqlStore.open(empty_url, TurnableClock())).close()


async def test_processes_that_start_at_once_on_an_empty_database_upgrade_it_once(empty_url: str) -> None:
    assert await asyncio.to_thread(start_together, empty_url) == [(0, "")] * 2
    before, after = await upgraded(empty_url)
    assert before == after
    assert after.up_to_date


def start_together(url: str) -> list[tuple[int, str]]:
    """Let two processes bring a database up to date at once; answers their status and what they complained of."""
    pipe = subprocess.PIPE
    starts = [
        subprocess.Popen([sys.executable, "-c", TOGETHER, url], text=True, stdin=pipe, stdout=pipe, stderr=pipe)
        for _ in range(2)
    ]
    for one in starts:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    for one in starts:
        assert one.stdin is not None
        one.stdin.write("\n")
        one.stdin.flush()
    told = [one.communicate()[1] for one in starts]
    return list(zip([one.returncode for one in starts], told, strict=True))
