"""One sandbox for the crash matrix, another for the promises; each test brings articles of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.wire.delivery.forked import QuickStage


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[QuickStage]:
    """A stage whose bot has not been started; every fault is lifted before each test."""
    async with QuickStage(tmp_path_factory.mktemp("stage")) as opened:
        yield opened
