"""What people see, as `GET /control/state` tells it: the design's contract, held by both sides."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.wire.whole.town import SIDES, Json, Town, by_the_bot, card, channel_of, thread

pytestmark = pytest.mark.asyncio(loop_scope="module")

MESSAGE = {
    "id": str,
    "author": str,
    "by": str,
    "text": str,
    "edited": bool,
    "reactions": dict,
    "actions": list,
    "raw": dict,
}
PRIVATE = {"user": str, "channel": str, "text": str, "raw": dict}
OTHER = {"discord": "slack", "slack": "discord"}
SPEAKERS = {"discord": "Linus", "slack": "Ken"}


def holds(value: Json, kinds: Mapping[str, type]) -> bool:
    return all(isinstance(value[name], kind) for name, kind in kinds.items())


async def test_the_state_is_as_the_design_says(shared_town: Town) -> None:
    town = shared_town
    await town.post("State\n\nTL;DR. What is seen.\n\nAn article about what is seen.\n")
    said = {side: await town.say(side, SPEAKERS[side], f"**From** {side}") for side in SIDES}
    state = await town.until("both", lambda state: all(len(thread(state, side)) == 2 for side in SIDES))
    for side in SIDES:
        await town.control("edit", platform=side, channel="news", id=said[side], text=f"Changed on {side}")
        await town.control("react", platform=side, channel="news", id=said[side], emoji="👍", user=SPEAKERS[side])
        await town.command(side, {"discord": "Ada", "slack": "Mary"}[side], "/board list")
    state = await town.until(
        "the edits", lambda state: all(by_the_bot(state, side)[0]["text"].startswith("Changed") for side in SIDES)
    )
    assert set(state) == set(SIDES)
    for side in SIDES:
        people, channels, private = (state[side][name] for name in ("people", "channels", "private"))
        assert all(holds(each, {"id": str, "name": str, "admin": bool}) for each in people)
        assert all(holds(each, {"id": str, "name": str, "messages": list}) for each in channels)
        assert private
        assert all(holds(each, PRIVATE) for each in private)
        assert private[-1]["user"] in {person["id"] for person in people if person["admin"]}
        assert private[-1]["channel"] == channel_of(state, side)["id"]
        root = card(state, side)
        for message in (root, *root["thread"]):
            assert holds(message, MESSAGE)
            assert message["by"] in {"person", "bot", "webhook"}
        assert root["actions"][0]["label"] == "Read"
        original = next(each for each in thread(state, side) if each["id"] == said[side])
        assert original["edited"]
        assert original["thread"] is None
        speaker = next(person["id"] for person in people if person["name"] == SPEAKERS[side])
        assert original["reactions"] == {"👍": [speaker]}
        (copy,) = by_the_bot(state, side)
        assert copy["edited"]
        assert copy["text"].splitlines()[0] == f"Changed on {OTHER[side]}"
