"""Servers with their channels, threads, roles and our membership, asked for instead of heard.

Discord tells them at the start of a session. A process that takes a session up, or that stands by while another
listens, has to ask.
"""

from __future__ import annotations

from typing import Any, Final, TypeAlias

from adapters.discord.rest import Rest

Json: TypeAlias = dict[str, Any]

_PAGE: Final = 200


async def guilds(rest: Rest, bot: str) -> list[Json]:
    """Every server that the bot is in, in the form of GUILD_CREATE. Raises `PlatformError`."""
    found: list[Json] = []
    after = "0"
    while True:
        page = await rest.ask("GET", "/users/@me/guilds", params={"limit": _PAGE, "after": after})
        found += [await _guild(rest, guild["id"], bot) for guild in page]
        if len(page) < _PAGE:
            return found
        after = page[-1]["id"]


async def _guild(rest: Rest, guild: str, bot: str) -> Json:
    told = await rest.ask("GET", "/guilds/{guild_id}", guild_id=guild)
    channels = await rest.ask("GET", "/guilds/{guild_id}/channels", guild_id=guild)
    active = await rest.ask("GET", "/guilds/{guild_id}/threads/active", guild_id=guild)
    member = await rest.ask("GET", "/guilds/{guild_id}/members/{user_id}", guild_id=guild, user_id=bot)
    return {
        **told,
        "channels": channels,
        "threads": active["threads"],
        "members": [member],
        "member_count": told.get("approximate_member_count", 1),
        "presences": [],
        "voice_states": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
        "large": False,
        "unavailable": False,
    }
