"""Cards of any size, the whole article behind Read, and forums."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.wire.whole.town import SIDES, Json, Town, card, channel_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

READERS = {"discord": "Grace", "slack": "Ken"}
SECTIONS = 80
TITLE = " ".join(["Lengthy"] * 50)
LARGE = "\n\n".join(
    (
        TITLE,
        "TL;DR. " + "A word or two of what it says. " * 60,
        "The introduction. " * 40,
        *(
            f"Heading number {number}\n\n" + " ".join(f"Sentence {number}.{part} of the text." for part in range(28))
            for number in range(SECTIONS)
        ),
        "Source: example.org - The large page",
    )
)
PICTURED = """<!doctype html><html lang="en"><head><title>A picture</title>
<meta property="og:image" content="https://example.org/cat.png"><meta property="og:image:alt" content="A cat on a mat">
</head><body><article><h1>A picture</h1><p>The article has a picture at its head, which shows a cat that sits on a mat,
and a paragraph that is long enough to be one of an article, and not of the furniture.</p></article></body></html>"""


async def pages(town: Town, side: str, message: str) -> list[Json]:
    """What a reader sees who presses Read and then Next as long as there is one."""
    (page,) = await town.click(side, READERS[side], message, "Read")
    seen = [page]
    while onward := [action for action in page["actions"] if "Next" in action["label"]]:
        (page,) = await town.click(side, READERS[side], page.get("modal") or page["id"], onward[0]["id"])
        seen.append(page)
    return seen


async def test_a_large_article_is_accepted_and_read_whole(shared_town: Town) -> None:
    assert len(LARGE) > 60_000
    assert len(TITLE) == 399
    published = await shared_town.publish(LARGE)
    assert published.missing == ()
    for side in SIDES:
        text = card(await shared_town.state(), side)["text"]
        assert text.startswith("Lengthy Lengthy")
        assert "…" in text
        assert re.search(r"… and \d+ more sections", text)
        assert "Discussion (0)" in text
        private = len((await shared_town.state())[side]["private"])
        read = await pages(shared_town, side, card(await shared_town.state(), side)["id"])
        whole = "\n".join(page["text"] for page in read)
        assert TITLE in whole
        missing = [
            f"{side} {number}.{part}"
            for number in range(SECTIONS)
            for part in range(28)
            if f"Sentence {number}.{part} of" not in whole
        ]
        assert missing == []
        assert "Source: example.org - The large page" in whole
        assert [f"Page {number} of {len(read)}" in page["text"] for number, page in enumerate(read, 1)] == [True] * len(
            read
        )
        # Only the reader has seen it: a private message that turns its pages in place, or a modal.
        state = await shared_town.state()
        assert len(state[side]["private"]) == private + (side == "discord")
        assert len(channel_of(state, side)["messages"]) == 1


async def test_pages_turn_back_and_outlive_a_restart(shared_town: Town) -> None:
    await shared_town.post(LARGE.replace("Lengthy", "Longish").replace("Sentence", "Sentences"))
    cards = {side: card(await shared_town.state(), side)["id"] for side in SIDES}
    open_pages = {side: (await shared_town.click(side, READERS[side], cards[side], "Read"))[0] for side in SIDES}
    await shared_town.stop_bot()
    await shared_town.start_bot()
    for side in SIDES:
        first = open_pages[side]

        async def turn(page: Json, label: str, side: str = side) -> Json:
            action = next(action["id"] for action in page["actions"] if label in action["label"])
            (turned,) = await shared_town.click(side, READERS[side], page.get("modal") or page["id"], action)
            return turned

        second = await turn(first, "Next")
        assert "Page 2 of" in second["text"]
        assert (await turn(second, "Previous"))["text"] == first["text"]
        (again,) = await shared_town.click(side, READERS[side], cards[side], "Read")
        assert again["text"] == first["text"]


async def test_a_picture_has_its_alt_text(shared_town: Town) -> None:
    file: Any = [{"name": "picture.html", "text": PICTURED, "type": "text/html"}]
    (preview,) = await shared_town.command("discord", "Ada", "/publish", file=file)
    await shared_town.click("discord", "Ada", preview["id"], "Publish")
    state = await shared_town.state()
    shown = str(card(state, "discord")["raw"]["components"])
    assert "https://example.org/cat.png" in shown
    assert "A cat on a mat" in card(state, "discord")["text"]
    (image,) = (block for block in card(state, "slack")["raw"]["blocks"] if block["type"] == "image")
    assert (image["image_url"], image["alt_text"]) == ("https://example.org/cat.png", "A cat on a mat")


async def test_a_forum_has_each_card_as_a_post(shared_town: Town) -> None:
    shared_town.sandbox.discord.create_channel("posts", forum=True)
    (told,) = await shared_town.command("discord", "Ada", "/board join", channel="posts", board="forum")
    assert told["text"] == "#posts on Discord is now on the board forum."
    (told,) = await shared_town.command("slack", "Mary", "/board join forum")
    assert told["text"] == "#news on Slack is now on the board forum."
    published = await shared_town.publish("In a forum\n\nTL;DR. A post.\n\nThe text of the post.\n", board="forum")
    assert {link.label for link in published.links} == {"#posts on Discord", "#news on Slack"}
    assert shared_town.discord_threads()[-1] == "In a forum"
    post = channel_of(await shared_town.state(), "discord", "posts")["messages"][0]
    assert "Profanity is auto-masked. Be civil." in post["text"]
    (opener,) = post["thread"]
    assert "Profanity is auto-masked. Be civil." in opener["text"]
    said = await shared_town.control(
        "say", platform="discord", channel="posts", thread=post["id"], user="Grace", text="From the forum."
    )
    mine = await shared_town.say("slack", "Ken", "To the forum.")

    def shown(state: Json) -> tuple[list[str], list[str]]:
        post = channel_of(state, "discord", "posts")["messages"][0]
        return sorted(each["text"] for each in post["thread"][1:]), sorted(
            each["text"] for each in card(state, "slack")["thread"][1:]
        )

    both = ["From the forum.", "To the forum."]
    await shared_town.until("both", lambda state: shown(state) == (both, both))
    await shared_town.control("edit", platform="discord", channel="posts", id=said["id"], text="Bullshit of the forum.")
    await shared_town.control("delete", platform="slack", channel="news", id=mine)
    left = ["******** of the forum."]
    state = await shared_town.until("the masked edit", lambda state: shown(state) == (left, left))
    post = channel_of(state, "discord", "posts")["messages"][0]
    await shared_town.until(
        "the count", lambda state: "Discussion (1)" in channel_of(state, "discord", "posts")["messages"][0]["text"]
    )
    assert post["thread"][1]["by"] == "webhook"
