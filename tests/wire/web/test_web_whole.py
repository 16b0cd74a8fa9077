"""The page beside a running bot: reached from the cards, and fed by what people write in the chats."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from tests import valid_html
from tests.patience import PATIENCE
from tests.wire.whole.town import Town, card, people

pytestmark = pytest.mark.timeout(60)


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with Town(tmp_path, {"web_port": 0, "web_title": "The Club"}) as town:
        await town.start_bot()
        yield town


async def test_a_card_leads_to_the_page_and_replies_appear_on_it(town: Town) -> None:
    published = await town.publish()
    state = await town.until("both cards stand", lambda state: "Discussion (0)" in card(state, "slack")["text"])
    pages = {
        match
        for side in ("discord", "slack")
        for match in re.findall(r"http://127\.0\.0\.1:\d+/a/[a-z0-9-]+", json.dumps(card(state, side)["raw"]))
    }
    (address,) = pages
    assert address.endswith("-1")
    async with aiohttp.ClientSession() as session:

        async def get(url: str) -> str:
            async with session.get(url) as answer:
                assert answer.status == 200, url
                return await answer.text()

        site = address.partition("/a/")[0]
        assert json.loads(await get(f"{site}/readyz")) == {
            "ready": True,
            "database": True,
            "discord": True,
            "slack": True,
        }
        async with session.get(f"{address}/live") as live:
            await town.say("discord", people(state, "discord")[1], "Quite a bullshit idea.")
            async with asyncio.timeout(PATIENCE):
                async for line in live.content:
                    if line.startswith(b"data: ") and json.loads(line[6:])["comments"] == 1:
                        break
        text = valid_html.words(valid_html.check(await get(address)))
        assert published.title in text
        assert "Discussion (1)" in text
        assert "Quite a ******** idea." in text
        await town.until("the copy stands", lambda state: "********" in json.dumps(card(state, "slack")["thread"]))
        async with asyncio.timeout(PATIENCE):
            while 'roundtable_copies_total{platform="slack"} 1.0' not in (figures := await get(f"{site}/metrics")):  # noqa: ASYNC110 - a page can only be asked
                await asyncio.sleep(0.05)
        assert 'roundtable_comments_total{platform="discord"} 1.0' in figures
        assert 'roundtable_masks_total{platform="discord"} 1.0' in figures
