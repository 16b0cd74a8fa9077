"""What all rooms of the tests share: the engines that a store runs on."""

from __future__ import annotations

import asyncio
import gc
import os
import shutil
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests import postgres
from tests.postgres import Databases

ENGINES = ("sqlite", "postgresql")

# Thousands of tests and all that they import stay to the end: to look through them for garbage takes a sixth of a run.
gc.set_threshold(50_000, 20, 50)


def pytest_collection_finish() -> None:
    """What was collected until now is nothing that could be garbage."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def databases() -> Databases:
    """Databases on the PostgreSQL server of this test run, which is started when the first test asks for it."""
    return postgres.of_this_run()


def pytest_sessionfinish() -> None:
    """The last one of a run tidies up."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        postgres.leave()


@pytest.fixture(scope="session")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file that has the schema and no rows: to copy it takes less than every migration does."""
    from storage.upkeep import upgraded  # noqa: PLC0415 - tests without a database need no store

    file = tmp_path_factory.mktemp("blank") / "blank.sqlite3"
    with ThreadPoolExecutor(1) as pool:  # an event loop may run here already
        pool.submit(lambda: asyncio.run(upgraded(f"sqlite:///{file}"))).result()
    return file


@pytest.fixture(params=ENGINES)
async def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """The URL of a database on each engine that has the schema and no rows."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("blank"), tmp_path / "roundtable.sqlite3")
        yield f"sqlite:///{tmp_path}/roundtable.sqlite3"
        return
    databases: Databases = request.getfixturevalue("databases")
    async with databases.fresh() as url:
        yield url


@pytest.fixture(params=ENGINES)
async def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """The URL of a database on each engine that has no schema yet; on SQLite it is not there yet."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/roundtable.sqlite3"
        return
    databases: Databases = request.getfixturevalue("databases")
    async with databases.fresh(empty=True) as url:
        yield url
