"""`reactions.*`."""

from __future__ import annotations

from typing import Final

from adapters.sandbox.side import Json
from adapters.sandbox.slack.emoji import name_of
from adapters.sandbox.slack.values import Message
from adapters.sandbox.slack.web.call import ApiError, Call

MOST_KINDS: Final = 50
CUSTOM: Final = frozenset({"roundtable"})


async def add(call: Call) -> Json:
    """`reactions.add`."""
    message, name = _named(call)
    if name not in message.reactions and len(message.reactions) >= MOST_KINDS:
        raise ApiError("too_many_emoji")
    if not call.world.react(message, name, call.token.user):
        raise ApiError("already_reacted")
    return {}


async def remove(call: Call) -> Json:
    """`reactions.remove`."""
    message, name = _named(call)
    if not call.world.unreact(message, name, call.token.user):
        raise ApiError("no_reaction")
    return {}


async def get(call: Call) -> Json:
    """`reactions.get`."""
    channel = call.member_channel()
    message = call.message(channel, "timestamp")
    return {"type": "message", "channel": channel.id, "message": call.world.shape(message)}


def _named(call: Call) -> tuple[Message, str]:
    given = call.need("name", "invalid_name")
    if ":" in given.partition("::")[0]:
        raise ApiError("invalid_name")
    name = given if given in CUSTOM else name_of(given)
    if name is None:
        raise ApiError("invalid_name")
    if not call.text("timestamp"):
        raise ApiError("no_item_specified")
    channel = call.member_channel()
    return call.message(channel, "timestamp"), name
