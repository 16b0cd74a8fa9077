"""The workspace as its people see it (design, The sandbox: state)."""

from __future__ import annotations

from adapters.sandbox.side import Json
from adapters.sandbox.slack.emoji import character_of
from adapters.sandbox.slack.forms import actions_of
from adapters.sandbox.slack.reading import read_message
from adapters.sandbox.slack.values import BOT_USER, TOMBSTONE_TEXT, Channel, Ephemeral, Message
from adapters.sandbox.slack.world import World

SLACKBOT_NAME = "Slackbot"


def state(world: World) -> Json:
    """People, channels with their messages, and what each person alone sees."""
    people = [user for user in world.users.values() if not user.is_bot]
    return {
        "people": [{"id": one.id, "name": one.display_name, "admin": one.is_admin} for one in people],
        "channels": [
            {"id": one.id, "name": one.name, "messages": _messages(world, one)} for one in world.channels.values()
        ],
        "private": [_private(world, one) for one in world.ephemerals.values()],
    }


def see_message(world: World, message: Message) -> Json:
    """A message with its thread."""
    channel = world.channels[message.channel]
    replies = channel.threads.get(message.ts)
    thread = [see_message(world, channel.messages[ts]) for ts in replies] if replies else None
    if message.tombstone:
        author, by, text = SLACKBOT_NAME, "bot", TOMBSTONE_TEXT
    else:
        author, by = _author(world, message)
        text = _text(world, message)
    return {
        "id": message.ts,
        "author": author,
        "by": by,
        "text": text,
        "edited": message.edited is not None,
        "reactions": {} if message.tombstone else _reactions(message),
        "actions": [] if message.tombstone else actions_of(message.blocks),
        "thread": thread,
        "raw": world.shape(message, metadata=True),
    }


def see_ephemeral(world: World, ephemeral: Ephemeral) -> Json:
    """A private message, as a message."""
    return {
        "id": ephemeral.ts,
        "author": SLACKBOT_NAME if ephemeral.by_slack else world.users[BOT_USER].display_name,
        "by": "bot",
        "text": read_message(ephemeral.text, ephemeral.blocks, world),
        "edited": False,
        "reactions": {},
        "actions": actions_of(ephemeral.blocks),
        "thread": None,
        "raw": _raw(ephemeral),
    }


def _messages(world: World, channel: Channel) -> list[Json]:
    """What stands in the channel itself: its messages, and the replies that were also sent to it."""
    return [see_message(world, one) for one in channel.messages.values() if not one.is_reply or one.broadcast]


def _private(world: World, ephemeral: Ephemeral) -> Json:
    seen = see_ephemeral(world, ephemeral)
    return {
        "user": ephemeral.user,
        "channel": ephemeral.channel,
        **{name: seen[name] for name in ("id", "text", "actions", "raw")},
    }


def _raw(ephemeral: Ephemeral) -> Json:
    raw: Json = {
        "type": "message",
        "ts": ephemeral.ts,
        "channel": ephemeral.channel,
        "user": ephemeral.user,
        "text": ephemeral.text,
        "is_ephemeral": True,
    }
    if ephemeral.blocks is not None:
        raw["blocks"] = ephemeral.blocks
    if ephemeral.thread_ts is not None:
        raw["thread_ts"] = ephemeral.thread_ts
    return raw


def _author(world: World, message: Message) -> tuple[str, str]:
    if message.username is not None:
        return message.username, "bot"
    user = world.users[message.user or BOT_USER]
    return user.display_name, "person" if message.bot_id is None else "bot"


def _text(world: World, message: Message) -> str:
    said = read_message(message.text, message.blocks, world)
    names = [world.files[file].name for file in message.files if file in world.files]
    return "\n".join([*([said] if said else []), *names])


def _reactions(message: Message) -> dict[str, list[str]]:
    return {character_of(name) or f":{name}:": list(users) for name, users in message.reactions.items()}
