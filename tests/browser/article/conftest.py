"""A site behind a real Chromium."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import pytest_asyncio

from bot.article import read_text, sample
from bot.markup.tree import CodeBlock, Document, Link, Paragraph, Styled, Text
from bot.model import Attachment
from tests.wire.web.conftest import Site, serving
from tests.wire.web.crowd import come

PATIENCE = 45_000
"""Milliseconds."""
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 2

Open = Callable[..., Awaitable[Any]]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def site(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:  # noqa: ARG001 - no site where nothing can show it
    """Discussion 1 is about the sample and has comments of every kind; 2 is Arabic; 3 has no comments; 4 has 2,000."""
    async with serving(tmp_path_factory.mktemp("site"), None, comments_a_page=100) as running:
        life = running.life
        (board,) = await life.store.boards(life.community)
        first = await life.put(read_text(sample()), board.id)
        styled = (
            Paragraph((Text("The end: "), Styled("spoiler", (Text("the gardener"),)))),
            Paragraph((Link(f"https://example.org/{LONG}", (Text(f"https://example.org/{LONG}"),)),)),
            CodeBlock("x = 1  # " + "a long line " * 20),
        )
        file = Attachment("chart.png", "image/png", 1_234, "x", "https://chat.example/f", "A chart")
        comment = await life.say(first, "1", "I moved our book club to a forum.", name="Ada")
        await life.say(first, "2", Document(styled), answers="1", name="Bob", attachments=(file,))
        await life.say(first, "3", LONG, answers="2", name=LONG)
        await life.say(first, "4", "أوافق تماما على ذلك.", answers="3", name="مريم")
        await life.say(first, "5", "Deeper.", answers="4", name="Grace")
        await life.say(first, "6", "Another beginning.", name="Tom")
        await life.react(first, comment, "👍", "x", "y")
        await life.publish("مرحبا بالعالم: المنتديات الصغيرة تعود", "نص عربي.", tldr="ملخص قصير.", language="ar")
        await life.publish(LONG)
        await come(life, await life.publish("Crowded"), 1_999)
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def visit(browser: Any, site: Site) -> AsyncIterator[Open]:  # noqa: ANN401 - playwright is not always there
    """Opens a page of the site in a browser of its own; errors in its console fail the test."""
    errors: list[str] = []
    contexts: list[Any] = []

    async def open_(path: str, *, width: int = 1280, **options: Any) -> Any:  # noqa: ANN401 - the same
        context = await browser.new_context(
            base_url=site.address, viewport={"width": width, "height": 800}, reduced_motion="reduce", **options
        )
        contexts.append(context)
        page = await context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
        await page.goto(path)
        return page

    yield open_
    for context in contexts:
        await context.close()
    assert errors == []
