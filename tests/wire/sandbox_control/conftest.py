from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest

from adapters.sandbox.sandbox import Sandbox
from tests.wire.sandbox_control.controls import Controls


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox(limits="none") as sandbox:
        yield sandbox


@pytest.fixture
async def controls(sandbox: Sandbox) -> AsyncIterator[Controls]:
    async with aiohttp.ClientSession() as session:
        yield Controls(session, sandbox.control_url)
