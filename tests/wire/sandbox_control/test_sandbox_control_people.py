from __future__ import annotations

import base64

import pytest

from adapters.sandbox.sandbox import Sandbox
from tests.wire.sandbox_control.controls import Controls, Json


def news(state: Json, platform: str) -> list[Json]:
    found: list[Json] = next(one["messages"] for one in state[platform]["channels"] if one["name"] == "news")
    return found


def test_the_settings_point_a_bot_at_both_sides(sandbox: Sandbox) -> None:
    settings = sandbox.settings
    assert {"DISCORD_TOKEN", "DISCORD_API_URL", "DISCORD_GATEWAY_URL"} <= set(settings)
    assert {"SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_USER_TOKEN"} <= set(settings)
    assert settings["SLACK_API_URL"].startswith("http://127.0.0.1:")
    assert [part.partition(":")[0] for part in settings["CHANNELS"].split(",")] == ["discord", "slack"]


async def test_the_state_has_the_people_and_the_channel_of_each_side(controls: Controls) -> None:
    state = await controls.state()
    assert list(state) == ["discord", "slack"]
    for side in state.values():
        assert set(side) == {"people", "channels", "private"}
        assert sum(person["admin"] for person in side["people"]) >= 1
        assert sum(not person["admin"] for person in side["people"]) >= 4
        assert "news" in [channel["name"] for channel in side["channels"]]


@pytest.mark.parametrize("platform", ["discord", "slack"])
async def test_people_say_edit_react_and_delete(controls: Controls, platform: str) -> None:
    people = (await controls.state())[platform]["people"]
    name, other = [person["name"] for person in people if not person["admin"]][:2]
    common = {"platform": platform, "channel": "news"}
    said = await controls.done(
        "say", **common, user=name, text="hello **all**" if platform == "discord" else "hello *all*"
    )
    (message,) = news(await controls.state(), platform)
    assert set(message) >= {"id", "author", "by", "text", "edited", "reactions", "actions", "thread", "raw"}
    assert (message["id"], message["author"], message["by"]) == (said["id"], name, "person")
    assert (message["text"], message["edited"], message["thread"]) == ("hello all", False, None)
    await controls.done("edit", **common, id=said["id"], text="changed")
    await controls.done("react", **common, id=said["id"], emoji="👍", user=other)
    (message,) = news(await controls.state(), platform)
    reactor = next(person["id"] for person in people if person["name"] == other)
    assert (message["text"], message["edited"], message["reactions"]) == ("changed", True, {"👍": [reactor]})
    await controls.done("unreact", **common, id=said["id"], emoji="👍", user=reactor)
    await controls.done("delete", **common, id=said["id"])
    assert news(await controls.state(), platform) == []


async def test_a_reply_hangs_under_its_root(controls: Controls) -> None:
    root = await controls.done("say", platform="slack", channel="news", user="Ken", text="root")
    reply = await controls.done(
        "say", platform="slack", channel="news", user="Barbara", text="reply", thread=root["id"], broadcast=True
    )
    message, also = news(await controls.state(), "slack")
    assert [(one["id"], one["author"]) for one in message["thread"]] == [(reply["id"], "Barbara")]
    assert (also["id"], also["thread"]) == (reply["id"], None)


@pytest.mark.parametrize("platform", ["discord", "slack"])
async def test_files_come_as_text_or_base64(controls: Controls, platform: str) -> None:
    people = (await controls.state())[platform]["people"]
    files = [
        {"name": "notes.txt", "text": "Hello"},
        {"name": "dot.png", "content": base64.b64encode(b"\x89PNG").decode(), "type": "image/png", "alt": "A dot"},
    ]
    user = people[1]["name"]
    await controls.done("say", platform=platform, channel="news", user=user, text="see", files=files)
    (message,) = news(await controls.state(), platform)
    assert "notes.txt" in message["text"]
    assert "dot.png" in message["text"]


async def test_further_channels_are_opened(controls: Controls) -> None:
    made = await controls.done("channel", platform="slack", name="talk")
    await controls.done("say", platform="slack", channel=made["id"], user="Ken", text="hi")
    names = {one["name"]: one["id"] for one in (await controls.state())["slack"]["channels"]}
    assert names["talk"] == made["id"]
    status, answer = await controls.post("channel", platform="slack", name="forum", forum=True)
    assert (status, answer) == (400, {"error": "Slack has no forum channels"})


async def test_the_clock_is_turned_and_sockets_are_closed(controls: Controls, sandbox: Sandbox) -> None:
    before = sandbox.slack.timers.now()
    await controls.done("clock", advance=300)
    assert sandbox.slack.timers.now() - before >= 300
    await controls.done("disconnect", platform="slack", resumable=False)
