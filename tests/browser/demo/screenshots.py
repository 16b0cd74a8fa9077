"""Pictures of the demo's page from a real run: `python -m tests.browser.demo.screenshots [FOLDER]`."""

from __future__ import annotations

import asyncio
import sys
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.async_api import async_playwright
from rich.console import Console

from bot.cli.demo.screen import Screen
from bot.cli.demo.script import Play
from bot.cli.demo.stage import Stage
from tests.browser.chromium import CHROMIUM, QUIETLY

if TYPE_CHECKING:
    from playwright.async_api import Browser

SHOTS = (("light", 1440, 900), ("dark", 1440, 900), ("phone", 390, 844))
SETTLED = 700
"""Milliseconds in which what moves has come to rest."""


async def take(folder: Path) -> None:
    """Play the play, and take each picture."""
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    async with Stage() as stage, async_playwright() as started:
        await Play(stage, Screen(Console(file=StringIO()))).perform()
        browser = await started.chromium.launch(executable_path=CHROMIUM, args=QUIETLY)
        for name, width, height in SHOTS:
            await _take(browser, stage.page, folder / f"demo-{name}.png", name, width, height)
        await browser.close()


async def _take(browser: Browser, address: str, file: Path, name: str, width: int, height: int) -> None:
    context = await browser.new_context(
        viewport={"width": width, "height": height}, color_scheme="dark" if name == "dark" else "light"
    )
    await context.add_init_script("localStorage.setItem('roundtable-welcomed', '1')")
    page = await context.new_page()
    await page.goto(address)
    await page.locator(".thread article").nth(4).wait_for()
    await page.wait_for_timeout(SETTLED)
    await page.screenshot(path=file)
    await context.close()


if __name__ == "__main__":
    asyncio.run(take(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/images")))
