"""Pictures of the article page for the README, from a real run: `python -m tests.browser.screenshots FOLDER`.

A bot joins the sandbox, an article is published, people on both sides talk about it, and Chromium looks at the page.
"""

from __future__ import annotations

import asyncio
import re
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

from playwright.async_api import async_playwright

from tests.browser.chromium import CHROMIUM, QUIETLY
from tests.wire.whole.town import Json, Town, card, people, thread

TALK = (
    (
        "discord",
        1,
        "I moved our book club from a big network to a forum in **March**. We talk more, and nobody shouts.",
        None,
    ),
    (
        "slack",
        1,
        "Who does the moderating? Ours was _two evenings a week_, and I was done with that bullshit by May.",
        None,
    ),
    (
        "discord",
        2,
        "Three of us, in turns. Rules at the door help:\n- say who you are\n- quote what you answer",
        "moderating",
    ),
    ("slack", 2, "The archive alone is worth it.", None),
    ("discord", 1, "Same here. `search` beats scrolling.", "archive"),
)
"""Who says what where, and words of the message that they answer."""
REACTIONS = (("slack", 2, "book club", "🎉"), ("discord", 2, "book club", "🎉"), ("discord", 1, "Three of us", "👍"))
SHAPES = {"desk": (1100, 900), "phone": (390, 844)}


async def draw(folder: Path) -> None:
    """Write a picture for each shape and light."""
    with tempfile.TemporaryDirectory() as home:
        async with Town(Path(home), {"web_port": 0}) as town:
            await town.start_bot()
            await town.publish()
            state = await town.state()
            for number, (side, speaker, text, answers) in enumerate(TALK):
                reply = {} if answers is None else {"reply_to": standing(await town.state(), side, answers)}
                await town.say(side, people(state, side)[speaker], text, **reply)
                # One after the other, so that what is said in the two places stands in this order.
                await town.until("it stands on both sides", partial(said_on_both, count=number + 1))
            for side, who, words, emoji in REACTIONS:
                at = standing(await town.state(), side, words)
                user = people(state, side)[who]
                await town.control("react", platform=side, channel="news", id=at, emoji=emoji, user=user)
            at = standing(await town.state(), "slack", "archive")
            await town.control(
                "edit",
                platform="slack",
                channel="news",
                id=at,
                text="The archive alone is worth it: I find my own answers.",
            )
            counted = f"Discussion ({len(TALK)})"
            state = await town.until("all is said", lambda state: counted in card(state, "slack")["text"])
            await town.until("the edit has come", lambda state: bool(standing(state, "discord", "my own answers")))
            found = re.search(r"http://[0-9.:]+/a/[a-z0-9-]+", str(card(state, "slack")["raw"]))
            assert found is not None, "the card does not lead to the page"
            async with async_playwright() as started:
                browser = await started.chromium.launch(executable_path=CHROMIUM, args=QUIETLY)
                for shape in SHAPES:
                    for light in ("light", "dark"):
                        await _look(browser, found[0], shape, light, folder / f"page-{shape}-{light}.png")
                await browser.close()


def said_on_both(state: Json, count: int) -> bool:
    """Whether so many comments stand in both threads."""
    return all(len(thread(state, side)) == count for side in ("discord", "slack"))


def standing(state: Json, side: str, words: str) -> str:
    """The message on a side that says these words; empty where none does."""
    return next((str(said["id"]) for said in thread(state, side) if words in said["text"].rpartition("\n> ")[2]), "")


async def _look(browser: Any, address: str, shape: str, light: str, file: Path) -> None:  # noqa: ANN401 - playwright's
    width, height = SHAPES[shape]
    page = await browser.new_page(
        viewport={"width": width, "height": height}, color_scheme=light, reduced_motion="reduce"
    )
    await page.goto(address)
    if light == "dark":  # between them the two pictures show the article and the discussion
        await page.evaluate("document.getElementById('discussion').scrollIntoView()")
    await page.wait_for_timeout(500)  # the stream of live updates never ends, so the network never rests
    await page.screenshot(path=file)
    await page.close()


if __name__ == "__main__":
    asyncio.run(draw(Path(sys.argv[1])))
