"""Towns; at the end of each a look at its database, and at all that went over the wire."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio

from bot.app import open_office
from tests.wire import openapi
from tests.wire.whole.town import Town

PROFANE = ("bullshit", "bastard", "asshole", "motherfuck", "dickhead")
"""Words that people use in these tests, too long to turn up in an id by chance: the bot never writes them."""


@asynccontextmanager
async def inspected(town: Town) -> AsyncIterator[Town]:
    """A town whose bot has not been started; at its end everything that must always hold is looked at."""
    async with town:
        yield town
        await town.stop_bot()
        async with open_office(town.bot_settings) as office:
            assert await office.store.violations() == ()
    assert town.leaks(PROFANE) == []
    if openapi.available():
        seen = set()
        for exchange in town.discord_exchanges:
            if exchange.status < 400:
                openapi.check_request(exchange)
            made = (exchange.method, exchange.template, exchange.status, shape(exchange.response))
            if made not in seen:
                seen.add(made)
                openapi.check_response(exchange)


def shape(value: object) -> object:
    """What is in a JSON value, its texts and numbers aside: one of a shape stands for the others in a check."""
    if isinstance(value, dict):
        return frozenset((key, shape(each)) for key, each in value.items())
    if isinstance(value, list):
        return frozenset(map(shape, value))
    return type(value).__name__


@pytest.fixture
async def quiet_town(tmp_path: Path, engine: str) -> AsyncIterator[Town]:
    """A town whose bot has not been started."""
    async with inspected(Town(tmp_path, engine=engine)) as town:
        yield town


@pytest.fixture
async def town(quiet_town: Town) -> Town:
    """A town whose bot is ready."""
    await quiet_town.start_bot()
    return quiet_town


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_town(tmp_path_factory: pytest.TempPathFactory, engine: str) -> AsyncIterator[Town]:
    """A town whose bot is ready, for all tests of a module, each of which publishes an article of its own."""
    async with inspected(Town(tmp_path_factory.mktemp("town"), engine=engine)) as town:
        await town.start_bot()
        yield town
