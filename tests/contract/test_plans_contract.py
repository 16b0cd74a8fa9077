"""No query of an ordinary day reads a table that grows from end to end, at a million comments."""

from __future__ import annotations

import pytest

from storage.store import SqlStore
from tests.builders import TurnableClock
from tests.everyday import Noted, everyday
from tests.plans import (
    Plan,
    plans_on_postgresql,
    plans_on_sqlite,
    pretend_on_postgresql,
    pretend_on_sqlite,
    recorded,
    takes_statistics,
)
from tests.postgres import Databases

SETTLED = {
    "communities": "one a deployment",
    "boards": "made by admins",
    "channels": "joined by admins",
    "board_channels": "the same",
    "board_words": "a board's own words, which are read as a whole",
    "drafts": "gone when they are published, or after a day",
    "replicas": "one a running replica",
    "behind": "threads that are being read again",
    "transfers": "empty but while a deployment is copied",
}
"""Tables that do not grow with what people say, and why."""
WHOLE: dict[str, str] = {}
"""Queries that read a table that grows as a whole on purpose, by how they begin, and why."""


async def plans_of_a_day(store: SqlStore, url: str, clock: TurnableClock, *, pretend: bool) -> list[Plan]:
    noted, statements = Noted(store), recorded(store._database)  # noqa: SLF001 - there is no other way to what it asks
    await everyday(noted, clock)
    assert noted.never_called == set(), "tests/everyday.py does not ask these of the store yet"
    asked = [
        one
        for one in statements.values()
        if one.sql.split(maxsplit=1)[0] in {"SELECT", "INSERT", "UPDATE", "DELETE", "WITH"}
    ]
    if url.startswith("postgresql"):
        if not await takes_statistics(url):
            pytest.skip("NO PLANS: a server takes the statistics of a million rows from PostgreSQL 18 on")
        await pretend_on_postgresql(url, clock)
        return await plans_on_postgresql(url, asked)
    file = url.removeprefix("sqlite:///")
    if pretend:
        pretend_on_sqlite(file)
    return plans_on_sqlite(file, asked)


def too_much(plans: list[Plan]) -> list[Plan]:
    """Prints all plans; answers those that read a table that grows as a whole."""
    for plan in plans:
        print(plan)  # noqa: T201 - pytest shows it where a test fails, or with -s
    return [
        plan
        for plan in plans
        if plan.whole - SETTLED.keys() and not any(plan.sql.startswith(beginning) for beginning in WHOLE)
    ]


async def test_no_query_of_a_day_reads_a_growing_table_as_a_whole(databases: Databases, clock: TurnableClock) -> None:
    async with databases.fresh(empty=True) as url:
        store = await SqlStore.open(url, clock)
        try:
            assert [str(plan) for plan in too_much(await plans_of_a_day(store, url, clock, pretend=True))] == []
        finally:
            await store.close()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("kind", ["analyzed", "never analyzed"])
async def test_nor_on_sqlite_whether_it_was_analyzed_or_not(
    database_url: str, store: SqlStore, clock: TurnableClock, kind: str
) -> None:
    assert [
        str(plan) for plan in too_much(await plans_of_a_day(store, database_url, clock, pretend=kind == "analyzed"))
    ] == []
