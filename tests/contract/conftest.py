"""One suite for every storage engine: each test gets a fresh store on each of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.store import SqlStore
from tests.builders import TurnableClock


@pytest.fixture
def clock() -> TurnableClock:
    return TurnableClock()


@pytest.fixture(params=["sqlite"])
async def store(request: pytest.FixtureRequest, tmp_path: Path, clock: TurnableClock) -> AsyncIterator[SqlStore]:
    urls = {"sqlite": f"sqlite:///{tmp_path}/roundtable.sqlite3"}
    opened = await SqlStore.open(urls[request.param], clock)
    yield opened
    await opened.close()
