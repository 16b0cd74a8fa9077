"""Looks at what an operator has set up on Discord, over REST alone, and says how to mend what is missing.

Who may do what follows https://docs.discord.com/developers/topics/permissions#permission-overwrites.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import aiohttp
import discord

from adapters.discord.connection import INTENT_LINE, WRONG_LOGIN
from adapters.discord.failures import translate
from adapters.discord.grants import PERMISSIONS, label
from adapters.discord.invite import invite_url
from adapters.discord.places import FORUMS, WRITABLE
from adapters.discord.rest import Endpoint, Rest
from bot.checks import Check, bad, failed, good, warning
from bot.errors import PlatformError, Refused, SettingsError, detail_of

Json: TypeAlias = dict[str, Any]

_READS_CONTENT: Final = (1 << 18) | (1 << 19)
"""GATEWAY_MESSAGE_CONTENT, and the same for applications in fewer than 100 servers."""
_FEW_SESSIONS: Final = 10
_ALL: Final = discord.Permissions.all()


async def diagnose(
    *,
    token: str,
    channels: Sequence[str],
    api_url: str | None = None,
    timeout: float = 20.0,  # noqa: ASYNC109 - of each request, not of the whole
) -> tuple[Check, ...]:
    """The checks of a bot's token, its intents, its servers, and each channel. Never raises a `RoundtableError`."""
    rest = Rest(asyncio.get_running_loop(), Endpoint(api_url, timeout=timeout))
    try:
        return tuple(await _look(rest, token, channels))
    finally:
        await rest.close()


async def _look(rest: Rest, token: str, channels: Sequence[str]) -> list[Check]:
    try:
        bot = await _log_in(rest, token)
    except SettingsError as error:
        return [failed("Discord token", error)]
    except PlatformError as error:
        return [bad("Discord", f"can't be reached ({detail_of(str(error))})", "Check the network and DISCORD_API_URL.")]
    checks = [good("Discord token", f"the bot is {bot['username']}")]
    try:
        application: Json = await rest.ask("GET", "/applications/@me")
        checks.append(_intents(application))
        checks.append(_sessions(await rest.ask("GET", "/gateway/bot")))
        checks.append(_servers(await rest.ask("GET", "/users/@me/guilds"), str(application["id"])))
    except PlatformError as error:
        checks.append(failed("Discord application", error))
    servers: dict[str, Json] = {}
    for channel in channels:
        checks += await _channel(rest, channel, bot["id"], servers)
    return checks


async def _log_in(rest: Rest, token: str) -> Json:
    try:
        found: Json = dict(await rest.static_login(token))
    except (discord.LoginFailure, ValueError):
        raise SettingsError(WRONG_LOGIN) from None
    except (discord.DiscordException, PlatformError, aiohttp.ClientError, OSError) as error:
        raise translate(error, "GET /users/@me", reads=True) from error
    return found


def _intents(application: Mapping[str, Any]) -> Check:
    what = "Discord intents"
    if int(application.get("flags") or 0) & _READS_CONTENT:
        return good(what, "Message Content Intent is on")
    return bad(what, "Message Content Intent is off, and the bot can't start without", INTENT_LINE.partition(": ")[2])


def _sessions(gateway: Mapping[str, Any]) -> Check:
    limit = gateway.get("session_start_limit") or {}
    left = int(limit.get("remaining", _FEW_SESSIONS))
    if left >= _FEW_SESSIONS:
        return good("Discord gateway", f"{left} connections left today")
    hours = int(limit.get("reset_after", 0)) / 3_600_000
    return warning("Discord gateway", f"{left} connections left", f"Discord allows more in {hours:.1f} hours.")


def _servers(guilds: Sequence[Mapping[str, Any]], client_id: str) -> Check:
    if guilds:
        return good("Discord servers", ", ".join(str(guild["name"]) for guild in guilds))
    return bad("Discord servers", "the bot is in none", f"Let it in: {invite_url(client_id)}")


async def _channel(rest: Rest, channel: str, bot: str, servers: dict[str, Json]) -> list[Check]:
    what = f"Discord channel {channel}"
    if not channel.isdecimal():
        return [bad(what, "is not a channel's id", "Ids are numbers: Copy Channel ID in Discord's developer mode.")]
    try:
        found: Json = await rest.ask("GET", "/channels/{channel_id}", channel_id=channel)
        what = f"#{found.get('name') or channel} on Discord"
        if found.get("type") not in WRITABLE or "guild_id" not in found:
            return [bad(what, "is not a text or forum channel", "Choose another.")]
        permissions = permissions_of(await _server(rest, str(found["guild_id"]), bot, servers), found, bot)
    except Refused as error:
        return [
            bad(
                what,
                f"the bot can't see it ({detail_of(str(error))})",
                "Check the id, and give the bot View Channel there.",
            )
        ]
    except PlatformError as error:
        return [failed(what, error)]
    return [_writing(what, permissions, forum=found["type"] in FORUMS), _masking(what, permissions)]


async def _server(rest: Rest, guild: str, bot: str, servers: dict[str, Json]) -> Json:
    """A guild with its roles, and the bot's own as `mine`."""
    if guild not in servers:
        found: Json = await rest.ask("GET", "/guilds/{guild_id}", guild_id=guild)
        me: Json = await rest.ask("GET", "/guilds/{guild_id}/members/{user_id}", guild_id=guild, user_id=bot)
        servers[guild] = {**found, "mine": me["roles"]}
    return servers[guild]


def _writing(what: str, permissions: discord.Permissions, *, forum: bool) -> Check:
    lacking = [grant for grant in PERMISSIONS if grant.essential and not getattr(permissions, grant.name)]
    if not lacking:
        return good(what, "the bot can post, open threads and show comments" + (" (a forum)" if forum else ""))
    names = ", ".join(label(grant.name) for grant in lacking)
    whys = "; ".join(grant.why for grant in lacking)
    return bad(what, f"the bot lacks {names} (to {whys})", "Allow it in the channel's permissions, or invite it anew.")


def _masking(what: str, permissions: discord.Permissions) -> Check:
    if permissions.manage_messages:
        return good(f"{what}, masking", "a message that needs it is deleted and posted again, masked, as its author")
    return warning(
        f"{what}, masking",
        "only the copies elsewhere are masked; what was written stays as it is",
        "Allow the bot Manage Messages there to have it replaced.",
    )


@dataclass(frozen=True, slots=True)
class _Rights:
    """What overwrites add and take away, as bits."""

    allow: int = 0
    deny: int = 0

    def on(self, bits: int) -> int:
        return bits & ~self.deny | self.allow


@dataclass(slots=True)
class _Overwrites:
    everyone: _Rights = field(default_factory=_Rights)
    roles: _Rights = field(default_factory=_Rights)
    own: _Rights = field(default_factory=_Rights)


def permissions_of(server: Mapping[str, Any], channel: Mapping[str, Any], user: str) -> discord.Permissions:
    """What a member may do in a channel. `server` is the guild with its roles, and the member's own as `mine`."""
    if server.get("owner_id") == user:
        return _ALL
    guild, mine = server["id"], set(server["mine"])
    bits = 0
    for role in server["roles"]:
        if role["id"] == guild or role["id"] in mine:
            bits |= int(role["permissions"])
    if discord.Permissions(bits).administrator:
        return _ALL
    found = _overwrites(channel.get("permission_overwrites") or (), guild, mine, user)
    for step in (found.everyone, found.roles, found.own):
        bits = step.on(bits)
    permissions = discord.Permissions(bits)
    return permissions if permissions.view_channel else discord.Permissions.none()


def _overwrites(given: Sequence[Mapping[str, Any]], guild: str, mine: set[str], user: str) -> _Overwrites:
    found = _Overwrites()
    for one in given:
        rights = _Rights(int(one["allow"]), int(one["deny"]))
        if one["id"] == guild:
            found.everyone = rights
        elif one["id"] in mine:
            found.roles = _Rights(found.roles.allow | rights.allow, found.roles.deny | rights.deny)
        elif one["id"] == user:
            found.own = rights
    return found
