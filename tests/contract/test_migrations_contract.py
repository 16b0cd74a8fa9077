"""The migrations lead to the tables that the code speaks of."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

from storage.migrations import upgrade
from storage.store import SqlStore
from storage.tables import metadata


def differences(connection: Connection) -> list[object]:
    found = compare_metadata(MigrationContext.configure(connection), metadata)
    return [step for step in found if not (step[0].startswith("remove_") and "search" in step[1].name)]


async def test_the_schema_after_all_migrations_is_the_one_in_the_code(store: SqlStore) -> None:
    async with store._database.read() as tx:  # noqa: SLF001 - there is no other way to the schema
        assert await tx.run_sync(differences) == []


async def test_upgrading_again_changes_nothing(store: SqlStore) -> None:
    community = await store.community("main")
    await upgrade(store._database)  # noqa: SLF001 - the same
    assert await store.community("main") == community
