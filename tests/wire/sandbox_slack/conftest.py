from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_sdk.web.async_client import AsyncWebClient

from adapters.sandbox.faults import Faults
from adapters.sandbox.slack import Exchange, SlackSide
from tests.patience import PATIENCE
from tests.wire.sandbox_slack.listening import Bot, new_bot


@pytest.fixture
def faults() -> Faults:
    return Faults()


@pytest.fixture
def exchanges() -> list[Exchange]:
    return []


@pytest.fixture
async def side(faults: Faults, exchanges: list[Exchange]) -> AsyncIterator[SlackSide]:
    side = SlackSide(faults, "none", record=exchanges.append, quiet=0.1)
    await side.start()
    yield side
    await side.stop()


@pytest.fixture
def news(side: SlackSide) -> str:
    return side.channels()[0]


@pytest.fixture
async def bot(side: SlackSide) -> AsyncIterator[Bot]:
    bot = new_bot(side)
    handler: Any = AsyncSocketModeHandler(bot.app, side.settings()["SLACK_APP_TOKEN"], web_client=bot.client)
    await handler.connect_async()
    async with asyncio.timeout(PATIENCE):
        await side.connections.reached(1)
    yield bot
    await handler.close_async()


@pytest.fixture
def client(side: SlackSide) -> AsyncWebClient:
    return new_bot(side).client


@pytest.fixture
def admin_client(side: SlackSide) -> AsyncWebClient:
    settings = side.settings()
    return AsyncWebClient(token=settings["SLACK_USER_TOKEN"], base_url=settings["SLACK_API_URL"], retry_handlers=[])
