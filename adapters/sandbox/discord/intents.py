"""Which events a bot gets for which intents (https://docs.discord.com/developers/events/gateway#list-of-intents)."""

from __future__ import annotations

from typing import Final

from adapters.sandbox.discord.announcing import Happening
from adapters.sandbox.discord.shapes import without_content
from adapters.sandbox.side import Json

GUILDS, MEMBERS, EXPRESSIONS, WEBHOOKS = 1 << 0, 1 << 1, 1 << 3, 1 << 5
PRESENCES, MESSAGES, REACTIONS, TYPING, CONTENT = 1 << 8, 1 << 9, 1 << 10, 1 << 11, 1 << 15

PRIVILEGED: Final = {"members": MEMBERS, "presences": PRESENCES, "message_content": CONTENT}
"""Intents that the application must have been granted, by the name that the portal gives them."""

KNOWN: Final = (1 << 26) - 1

_BY_PREFIX: Final = (
    ("MESSAGE_REACTION_", REACTIONS),
    ("MESSAGE_", MESSAGES),
    ("GUILD_MEMBER_", MEMBERS),
    ("GUILD_EMOJIS_", EXPRESSIONS),
    ("GUILD_", GUILDS),
    ("CHANNEL_", GUILDS),
    ("THREAD_", GUILDS),
    ("WEBHOOKS_", WEBHOOKS),
    ("TYPING_", TYPING),
)


def refused(intents: int, granted: frozenset[str]) -> bool:
    """Whether these intents hold one that the application has not been granted."""
    return any(intents & bit for name, bit in PRIVILEGED.items() if name not in granted)


def fit(happening: Happening, intents: int, bot_id: int) -> Json | None:
    """The event's data as a session with these intents gets it, or None where it does not."""
    name = happening.name
    if name == "THREAD_MEMBERS_UPDATE":
        return happening.data if intents & MEMBERS or _concerns(happening.data, bot_id) else None
    for prefix, intent in _BY_PREFIX:
        if name.startswith(prefix):
            if not intents & intent:
                return None
            break
    if happening.message is not None and not intents & CONTENT and not _own(happening.data, bot_id):
        return without_content(happening.data)
    return happening.data


def _concerns(data: Json, bot_id: int) -> bool:
    who = [each["user_id"] for each in data.get("added_members", [])] + data.get("removed_member_ids", [])
    return str(bot_id) in who


def _own(data: Json, bot_id: int) -> bool:
    """Content is there without the intent in the bot's own messages and in those that mention it."""
    return data["author"]["id"] == str(bot_id) or any(each["id"] == str(bot_id) for each in data["mentions"])
