"""The names behind ids: of roles and channels that a text mentions, and of people as their server knows them."""

from __future__ import annotations

import asyncio
from typing import Any, Final, TypeAlias
from weakref import WeakValueDictionary

import discord

from adapters.discord.markup import NO_NAMES, MentionNames
from adapters.discord.rest import Rest
from bot.errors import PlatformError

Json: TypeAlias = dict[str, Any]

_MOST: Final = 10_000


class Naming:
    """Looks names up where Discord's payloads leave them out."""

    def __init__(self, client: discord.Client, rest: Rest) -> None:
        self._client = client
        self._rest = rest
        self._members: dict[tuple[str, str], Json] = {}
        self._asking: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()

    def mentions(self, message: Json, guild: str) -> MentionNames:
        """Names of the roles and channels of a message's server, where its text mentions any."""
        content = str(message.get("content") or "") + str(message.get("message_snapshots") or "")
        found = self._client.get_guild(int(guild))
        if found is None or ("<#" not in content and "<@&" not in content):
            return NO_NAMES
        return MentionNames(
            roles={str(role.id): role.name for role in found.roles},
            channels={str(channel.id): channel.name for channel in (*found.channels, *found.threads)},
        )

    def learn(self, message: Json) -> None:
        """Keep what a live message tells of its author's membership, for `with_member`."""
        if message.get("member") and message.get("author"):
            self._keep(message["guild_id"], message["author"]["id"], message["member"])

    async def with_member(self, message: Json, guild: str) -> Json:
        """A message from history as the gateway would have told it: with its author's membership.

        Without it a person would be called by another name in what was caught up than in what was heard. Who has left
        the server, or can't be asked for now, goes without.
        """
        author = message.get("author") or {}
        if author.get("bot") or message.get("webhook_id") or "id" not in author:
            return message
        key = (guild, author["id"])
        # Threads that are read side by side have the same people in them.
        async with self._asking.setdefault(key, asyncio.Lock()):
            if key not in self._members:
                try:
                    member = await self._rest.ask(
                        "GET", "/guilds/{guild_id}/members/{user_id}", guild_id=guild, user_id=key[1]
                    )
                except PlatformError:
                    return message
                self._keep(*key, member)
            return {**message, "member": self._members[key]}

    def _keep(self, guild: str, user: str, member: Json) -> None:
        self._members.pop((guild, user), None)
        self._members[guild, user] = {name: member.get(name) for name in ("nick", "avatar")}
        if len(self._members) > _MOST:
            del self._members[next(iter(self._members))]
