"""One suite for every storage engine: each test gets a fresh store on each of them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from storage.store import SqlStore
from tests.builders import TurnableClock


@pytest.fixture
def clock() -> TurnableClock:
    return TurnableClock()


@pytest.fixture
async def store(database_url: str, clock: TurnableClock) -> AsyncIterator[SqlStore]:
    opened = await SqlStore.open(database_url, clock)
    yield opened
    await opened.close()
