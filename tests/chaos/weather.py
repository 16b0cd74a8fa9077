"""What goes wrong: faults at the platforms, and a bot that is killed at any instant."""

from __future__ import annotations

import asyncio
import random

from tests.chaos.stage import Refused, Stage

_PLACES = {
    "discord": (
        "",
        "webhooks/",
        "POST /webhooks",
        "PATCH /webhooks",
        "DELETE /channels",
        "PATCH /channels",
        "GET /channels",
        "/messages",
        "/reactions",
    ),
    "slack": (
        "",
        "chat.postMessage",
        "chat.update",
        "chat.delete",
        "conversations.replies",
        "users.info",
        "apps.connections.open",
    ),
}
_ASKED = ("429", "500", "500_after", "timeout_after", "drop")
_EVENTS = {
    "discord": (
        "event:MESSAGE_CREATE",
        "event:MESSAGE_UPDATE",
        "event:MESSAGE_DELETE",
        "event:MESSAGE_REACTION",
        "event:",
    ),
    "slack": ("event:message", "event:message_changed", "event:message_deleted", "event:reaction", "event:"),
}


async def storms(stage: Stage, dice: random.Random) -> None:
    """Order a fault now and then, for ever."""
    while True:
        await asyncio.sleep(dice.uniform(0.3, 1.5))
        side = dice.choice(("discord", "slack"))
        try:
            match dice.choices(("request", "event", "disconnect"), (60, 30, 10))[0]:
                case "request":
                    await stage.control(
                        "faults",
                        platform=side,
                        route=dice.choice(_PLACES[side]),
                        kind=dice.choice(_ASKED),
                        times=dice.choice((1, 1, 2, 4)),
                        rate=dice.choice((0.3, 1.0)),
                    )
                case "event":
                    # Slack numbers no events: one that it believes to have told of is told of never more.
                    kinds = ("duplicate", "reorder", "disconnect", *(["drop"] if side == "discord" else []))
                    await stage.control(
                        "faults", platform=side, route=dice.choice(_EVENTS[side]), kind=dice.choice(kinds)
                    )
                case "disconnect":
                    await stage.control("disconnect", platform=side, resumable=dice.random() < 0.5)
        except Refused:
            raise AssertionError("the sandbox refuses this weather") from None


async def deaths(stage: Stage, dice: random.Random) -> None:
    """Kill the bot every few seconds, and start it again; where it gives up by itself, start it again too."""
    while True:
        await stage.start_bot()
        try:
            async with asyncio.timeout(dice.uniform(1.5, 9.0)):
                await stage.bot_ended(3600)
        except TimeoutError:
            await stage.kill_bot()
        if dice.random() < 0.3:
            await asyncio.sleep(dice.uniform(0.0, 3.0))
