"""A stage for crashes, and a house for everything else: each test brings articles of its own into them."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.wire.delivery.forked import QuickStage
from tests.wire.delivery.in_house import InHouse
from tests.wire.delivery.telling import Telling

_NUMBERS = itertools.count(1)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory, engine: str) -> AsyncIterator[QuickStage]:
    """A stage whose bot has not been started."""
    async with QuickStage(tmp_path_factory.mktemp("stage"), engine) as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory, engine: str) -> AsyncIterator[InHouse]:
    """A bot that is up, for a module's tests: what one leaves behind may not harm the next."""
    async with InHouse(tmp_path_factory.mktemp("house"), engine=engine) as opened:
        await opened.town.start_bot()
        yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def told(house: InHouse) -> AsyncIterator[Telling]:
    """A discussion of this test's own; at the end faults are lifted."""
    telling = Telling(house, f"Promise {next(_NUMBERS)}.")
    await telling.publish()
    yield telling
    await house.control("faults", clear=True)


@pytest_asyncio.fixture(loop_scope="module")
async def other(house: InHouse) -> Telling:
    """A second discussion on the same channels."""
    telling = Telling(house, f"Promise {next(_NUMBERS)}, another.")
    await telling.publish()
    return telling
