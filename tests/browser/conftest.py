"""One Chromium for all tests of a worker. Where there is none they are skipped, and say what is missing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from tests.browser.chromium import CHROMIUM, QUIETLY

if TYPE_CHECKING:
    from playwright.async_api import Browser

playwright = pytest.importorskip("playwright.async_api", reason="NO BROWSER TESTS: playwright is not installed")


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where Chromium is."""
    if CHROMIUM is None:
        pytest.skip("NO BROWSER TESTS: there is no Chromium (apt install chromium, or name one in CHROMIUM)")
    return CHROMIUM


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    """Chromium; tests open contexts of their own in it."""
    async with playwright.async_playwright() as started:
        running = await started.chromium.launch(executable_path=chromium, args=QUIETLY)
        yield running
        await running.close()
