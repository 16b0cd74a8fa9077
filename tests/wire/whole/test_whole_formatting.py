"""What people format on one side is formatted on the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from tests.wire.whole.town import SIDES, Json, Town, channel_of, people, thread

pytestmark = pytest.mark.asyncio(loop_scope="module")


@dataclass(frozen=True)
class Case:
    """What is typed, how the copy's payload says it, and what a person reads on both sides where that differs."""

    typed: str
    drawn: Any
    shown: str | None = None


def rich(*elements: Json, kind: str = "section", **more: object) -> Json:
    return {"type": f"rich_text_{kind}", "elements": list(elements), **more}


def said(text: str, **style: bool) -> Json:
    return {"type": "text", "text": text} | ({"style": style} if style else {})


def points(style: str, indent: int, *items: str) -> Json:
    return rich(*(rich(said(item)) for item in items), kind="list", style=style, indent=indent)


LINK = {"type": "link", "url": "https://example.org/a", "text": "label"}
BARE = {"type": "link", "url": "https://example.org/b_c_d"}
MOMENT = {"type": "date", "timestamp": 1700000000, "format": "{date_long_full} {time}"}

FROM_DISCORD = {
    "bold": Case("**b** x", [rich(said("b", bold=True), said(" x"))]),
    "italic": Case("*i* x", [rich(said("i", italic=True), said(" x"))]),
    "strike": Case("~~s~~ x", [rich(said("s", strike=True), said(" x"))]),
    "code": Case("`c *not*` x", [rich(said("c *not*", code=True), said(" x"))]),
    "code block": Case("```py\nprint('*x*')\n```", [rich(said("print('*x*')"), kind="preformatted")]),
    "quote": Case("> quoted\nafter", [rich(said("quoted"), kind="quote"), rich(said("after"))]),
    "list": Case("- one\n- two\n  - three", [points("bullet", 0, "one", "two"), points("bullet", 1, "three")]),
    "ordered list": Case("1. one\n2. two", [points("ordered", 0, "one", "two")]),
    "link": Case("[label](https://example.org/a) https://example.org/b_c_d", [rich(LINK, said(" "), BARE)]),
    "timestamp": Case("<t:1700000000:f>", [rich({**MOMENT, "fallback": "2023-11-14 22:13 UTC"})]),
    "unicode emoji": Case("hi 👍🏽 🎉", [rich(said("hi 👍🏽 🎉"))]),
    "custom emoji": Case("<:party:{party}> x", [rich(said(":party: x"))]),
    "mention": Case("hello <@{Grace}> <#{news}> @everyone", [rich(said("hello @Grace #news @everyone"))]),
    "spoiler": Case("||the butler|| did it", [rich({}, said(" did it"))], "spoiler did it"),
    "Slack's own signs": Case("<!here> <@U0KEN000000> &amp; x", [rich(said("<!here> <@U0KEN000000> &amp; x"))]),
}
FROM_SLACK = {
    "bold": Case("*b* x", "**b** x"),
    "italic": Case("_i_ x", "*i* x"),
    "strike": Case("~s~ x", "~~s~~ x"),
    "code": Case("`c **not**` x", "`c **not**` x"),
    "code block": Case("```\nprint('**x**')\n```", "```\nprint('**x**')\n```"),
    "quote": Case("> quoted\nafter", "> quoted\nafter"),
    "list": Case("- one\n- two\n  - three", "- one\n- two\n  - three"),
    "ordered list": Case("1. one\n2. two", "1. one\n2. two"),
    "link": Case(
        "<https://example.org/a|label> https://example.org/b_c",
        "[label](https://example.org/a) https://example.org/b_c",
    ),
    "unicode emoji": Case("hi :thumbsup: 🎉", "hi 👍 🎉"),
    "custom emoji": Case(":roundtable: x", "\\:roundtable: x"),
    "mention": Case("hello @Grace and #news", "hello @Grace and #news"),
    "Discord's own signs": Case("**a** ||b|| # c", "\\*\\*a\\*\\* \\|\\|b\\|\\| # c"),
}


async def test_formatting_follows_from_discord_to_slack(shared_town: Town) -> None:
    await shared_town.post("From Discord\n\nTL;DR. Formatting.\n\nAn article about formatting there.\n")
    ids = {"party": shared_town.sandbox.discord.create_emoji("party")}
    state = await shared_town.state()
    ids |= {"news": channel_of(state, "discord")["id"]}
    ids |= {person["name"]: person["id"] for person in state["discord"]["people"]}
    for case in FROM_DISCORD.values():
        text = case.typed
        for name, number in ids.items():
            text = text.replace(f"{{{name}}}", number)
        await shared_town.say("discord", "Linus", text)
    state = await shared_town.until("all copies", lambda state: len(thread(state, "slack")) == len(FROM_DISCORD))
    drawn = dict(zip(FROM_DISCORD, (each["raw"]["blocks"] for each in thread(state, "slack")), strict=True))
    link = drawn["spoiler"][0]["elements"][0]["elements"][0]
    assert link["url"].startswith("https://discord.com/channels/")
    assert link["text"] == "spoiler"
    drawn["spoiler"][0]["elements"][0]["elements"][0] = {}
    assert {name: [block["elements"] for block in blocks] for name, blocks in drawn.items()} == {
        name: [case.drawn] for name, case in FROM_DISCORD.items()
    }
    shown = zip(FROM_DISCORD.values(), thread(state, "discord"), thread(state, "slack"), strict=True)
    for case, original, copy in shown:
        assert copy["text"] == (case.shown or original["text"])
    assert not any("butler" in text for _, text in shared_town.written())


async def test_formatting_follows_from_slack_to_discord(shared_town: Town) -> None:
    await shared_town.post("From Slack\n\nTL;DR. Formatting.\n\nAn article about formatting here.\n")
    for case in FROM_SLACK.values():
        await shared_town.say("slack", people(await shared_town.state(), "slack")[1], case.typed)
    state = await shared_town.until("all copies", lambda state: len(thread(state, "discord")) == len(FROM_SLACK))
    copies = dict(zip(FROM_SLACK, thread(state, "discord"), strict=True))
    assert {name: copy["raw"]["content"] for name, copy in copies.items()} == {
        name: case.drawn for name, case in FROM_SLACK.items()
    }
    for name, original in zip(FROM_SLACK, thread(state, "slack"), strict=True):
        assert copies[name]["text"] == original["text"]


async def test_nobody_is_pinged_by_a_copy(shared_town: Town) -> None:
    await shared_town.post("Pings\n\nTL;DR. Pings.\n\nAn article about pings and mentions.\n")
    state = await shared_town.state()
    grace = next(person["id"] for person in state["discord"]["people"] if person["name"] == "Grace")
    await shared_town.say("slack", "Ken", f"@here @channel @everyone <@{grace}> <@&{grace}> @Mary")
    said_on_discord = await shared_town.say("discord", "Ada", f"@everyone @here <@{grace}>")
    state = await shared_town.until("both", lambda state: all(len(thread(state, side)) == 2 for side in SIDES))
    (copy,) = (each["raw"] for each in thread(state, "discord") if each["by"] == "webhook")
    assert (copy["mentions"], copy["mention_roles"], copy["mention_everyone"]) == ([], [], False)
    (copy,) = (each["raw"] for each in thread(state, "slack") if each["by"] == "bot")
    kinds = {element["type"] for section in copy["blocks"][0]["elements"] for element in section["elements"]}
    assert kinds == {"text"}
    assert "<!" not in copy["text"]
    # An edit, which Discord would parse for mentions anew, pings nobody either.
    ken = next(each["id"] for each in thread(state, "slack") if each["by"] == "person")
    await shared_town.control("edit", platform="slack", channel="news", id=ken, text=f"@everyone <@{grace}> again")
    await shared_town.control("edit", platform="discord", channel="news", id=said_on_discord, text="@everyone again")
    state = await shared_town.until(
        "the edits", lambda state: all(all("again" in m["text"] for m in thread(state, side)) for side in SIDES)
    )
    (copy,) = (each["raw"] for each in thread(state, "discord") if each["by"] == "webhook")
    assert (copy["mentions"], copy["mention_everyone"]) == ([], False)
