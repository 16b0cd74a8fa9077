"""A demo behind a real Chromium."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import count
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from bot import texts
from bot.cli.demo.reading import SIDES, Json, card, thread
from bot.cli.demo.stage import Stage

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

PATIENCE = 45_000
"""Milliseconds."""

ARTICLE = "Volume {0}\n\nTL;DR. What volume {0} holds.\n\n## Chapter {0}\n\nThe words of chapter {0}.\n"

Publish = Callable[..., Awaitable[Json]]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def stage(chromium: str) -> AsyncIterator[Stage]:  # noqa: ARG001 - no demo where nothing can show it
    """The demo, without its play: one for all, since the bot takes seconds to start."""
    async with Stage() as set_up:
        yield set_up


@pytest.fixture(scope="session")
def numbers() -> count[int]:
    """What makes each test's article its own."""
    return count(1)


@pytest_asyncio.fixture(loop_scope="session")
async def publish(stage: Stage, page: Page, numbers: count[int]) -> Publish:
    """Publishes an article as the admin would, and waits for both threads, and for the page to have opened them."""

    async def published(text: str = "", name: str = "article.txt") -> Json:
        text = text or ARTICLE.format(next(numbers))
        (preview,) = await stage.command("discord", "Ada", "/publish", {"file": [{"name": name, "text": text}]})
        title = preview["text"].splitlines()[0]
        await stage.click("discord", "Ada", preview["id"], texts.PUBLISH)

        def stands(state: Json) -> bool:
            cards = [card(state, side) for side in SIDES]
            return all(each and each["text"].startswith(title) for each in cards) and all(
                thread(state, side) for side in SIDES
            )

        state = await stage.until("both threads", stands)
        for side in SIDES:
            await page.locator(f"#pane-{side} .thread article", has_text=title).first.wait_for(state="attached")
        return state

    return published


@pytest_asyncio.fixture(loop_scope="session")
async def page(stage: Stage, browser: Browser) -> AsyncIterator[Page]:
    """The demo's page, whose errors fail the test. A visitor who has been here before, so nothing greets them."""
    context = await browser.new_context(viewport={"width": 1280, "height": 860})
    await context.add_init_script("localStorage.setItem('roundtable-welcomed', '1')")
    opened = await context.new_page()
    opened.set_default_timeout(PATIENCE)
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    await opened.goto(stage.page)
    yield opened
    await context.close()
    assert errors == []
