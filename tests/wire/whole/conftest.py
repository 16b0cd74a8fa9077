"""A town for each test; at the end a look at its database, and at all that went over the wire."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import open_office
from tests.wire import openapi
from tests.wire.whole.town import Town


@pytest.fixture
async def quiet_town(tmp_path: Path) -> AsyncIterator[Town]:
    """A town whose bot has not been started."""
    async with Town(tmp_path) as town:
        yield town
        await town.stop_bot()
        async with open_office(town.bot_settings) as office:
            assert await office.store.violations() == ()
    if openapi.available():
        for exchange in town.discord_exchanges:
            openapi.check_response(exchange)
            if exchange.status < 400:
                openapi.check_request(exchange)


@pytest.fixture
async def town(quiet_town: Town) -> Town:
    """A town whose bot is ready."""
    await quiet_town.start_bot()
    return quiet_town
