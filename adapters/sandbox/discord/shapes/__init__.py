"""The state's values as the API's JSON objects (https://docs.discord.com/developers/reference)."""

from __future__ import annotations

from adapters.sandbox.discord.shapes.applications import application, command, webhook
from adapters.sandbox.discord.shapes.messages import (
    file,
    message,
    message_event,
    reaction,
    reaction_emoji,
    without_content,
)
from adapters.sandbox.discord.shapes.people import author, emoji, member, own_user, role, stamp, user
from adapters.sandbox.discord.shapes.places import channel, guild, guild_create, thread, thread_member

__all__ = [
    "application",
    "author",
    "channel",
    "command",
    "emoji",
    "file",
    "guild",
    "guild_create",
    "member",
    "message",
    "message_event",
    "own_user",
    "reaction",
    "reaction_emoji",
    "role",
    "stamp",
    "thread",
    "thread_member",
    "user",
    "webhook",
    "without_content",
]
