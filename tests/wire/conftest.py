"""What holds for every test over the wire: which engines it runs on, and that the databases it leaves keep their rules.

A core of them, marked with `engines`, runs on both engines or on the other one; `ENGINE=postgres` runs all on that.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from storage.checking import violations
from storage.database import Database, engine_for
from tests.engines import usual
from tests.learned import LearnedMaskers


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "engine" in metafunc.fixturenames:
        marker = metafunc.definition.get_closest_marker("engines")
        engines = (usual(),) if marker is None or "ENGINE" in os.environ else marker.args
        metafunc.parametrize("engine", engines, indirect=True, scope="module")


@pytest.fixture(autouse=True, scope="session")
def learned() -> Iterator[None]:
    """Bots in the test's own process share what they mask."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.app.Maskers", LearnedMaskers)
        yield


@pytest.fixture(scope="module")
def engine(request: pytest.FixtureRequest) -> str:
    """Which engine the database of a town, a house or a stage is on."""
    return str(request.param)


@pytest.fixture(autouse=True)
def databases_keep_their_rules(request: pytest.FixtureRequest) -> Iterator[None]:
    """Do what `roundtable db check` does to each database of this test, once everything of the test has ended."""
    yield
    values = request.node.funcargs
    folders = {values.get("tmp_path"), *(getattr(value, "folder", None) for value in values.values())}
    files = {
        file for folder in folders if isinstance(folder, Path) for file in folder.rglob("*.sqlite3") if file.is_file()
    }
    if files:
        with ThreadPoolExecutor(1) as apart:  # the test's own loop may still be there
            broken = apart.submit(asyncio.run, _check(files)).result()
        assert broken == []


async def _check(files: set[Path]) -> list[str]:
    broken = []
    for file in sorted(files):
        database = Database(engine_for(f"sqlite:///{file}"))
        try:
            broken += [f"{file.name}: {line}" for line in await violations(database)]
        finally:
            await database.close()
    return broken
