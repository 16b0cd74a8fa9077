"""Which channel a thread hangs in, and what the bot may do there.

discord.py's cache answers where it can: Discord keeps it fresh with guild, channel, role and thread events. What is
not in it (an archived thread, say) is asked of the REST API once.
"""

from __future__ import annotations

from typing import Any, Final

import discord
from discord.utils import DEFAULT_FILE_SIZE_LIMIT_BYTES

from adapters.discord.connection import Connection
from adapters.discord.grants import PERMISSIONS, label
from adapters.discord.rest import Rest
from bot.errors import PlaceGone, Refused, detail_of, explained
from bot.model import DISCORD, ChannelInfo, ChannelRef, RemoteChannelId, RemoteThreadId, ThreadRef, WorkspaceId

_THREADS: Final = frozenset({10, 11, 12})
FORUMS: Final = frozenset({15, 16})
WRITABLE: Final = frozenset({0, 5}) | FORUMS

UNSEEN: Final = "The bot can't see the Discord channel {channel}: check its id, and give the bot View Channel there."


class Places:
    """Channels and threads, as discord.py's cache and the REST API know them."""

    def __init__(self, client: Connection, rest: Rest) -> None:
        self._client = client
        self._rest = rest
        self._threads: dict[str, ThreadRef | None] = {}

    async def thread(self, channel: str) -> ThreadRef | None:
        """The thread with this channel id; None for any other channel, or where the bot can't see it."""
        known = self.known_thread(channel)
        if known is not None or self._client.get_channel(int(channel)) is not None:
            return known
        if channel not in self._threads:
            try:
                found = await self._rest.ask("GET", "/channels/{channel_id}", channel_id=channel)
            except Refused:
                return None
            is_thread = found.get("type") in _THREADS
            self._threads[channel] = thread_ref(found["guild_id"], found["parent_id"], channel) if is_thread else None
        return self._threads[channel]

    def known_thread(self, channel: str) -> ThreadRef | None:
        """The thread with this channel id, without asking: where it is awake, or was met or remembered."""
        found = self._client.get_channel(int(channel))
        if isinstance(found, discord.Thread):
            return thread_ref(str(found.guild.id), str(found.parent_id), channel)
        return self._threads.get(channel)

    def remember(self, thread: ThreadRef) -> None:
        """Keep a thread that the core speaks of, for `known_thread`."""
        self._threads[thread.thread] = thread

    async def describe(self, channel: str) -> ChannelInfo:
        """The channel with this id; raises `Refused` with a line on what to do where the bot can't work in it."""
        if not channel.isdecimal():
            raise Refused(
                f"A Discord channel's id is a number, not {channel!r}: take Copy Channel ID from the channel's menu."
            )
        try:
            found: dict[str, Any] = await self._rest.ask("GET", "/channels/{channel_id}", channel_id=channel)
        except PlaceGone as error:
            raise PlaceGone(explained(UNSEEN.format(channel=channel), detail_of(str(error)))) from error
        name = str(found.get("name") or channel)
        if found.get("type") not in WRITABLE or "guild_id" not in found:
            raise Refused(f"#{name} on Discord is not a text or forum channel: choose another.")
        missing = self._missing(channel)
        if missing:
            raise Refused(f"The bot lacks permissions in #{name} on Discord: allow it {', '.join(missing)} there.")
        return ChannelInfo(
            ref=ChannelRef(DISCORD, WorkspaceId(found["guild_id"]), RemoteChannelId(channel)),
            name=name,
            forum=found["type"] in FORUMS,
        )

    async def may_manage_messages(self, channel: str) -> bool:
        """Whether the bot may delete people's messages in a channel and in its threads.

        Asked of the REST API where the gateway has not told of the server, or not yet; raises `PlatformError`.
        """
        permissions = self._permissions(channel)
        if permissions is None:
            await self._client.prime()
            permissions = self._permissions(channel)
        return permissions is not None and permissions.manage_messages

    def largest_file(self, guild: str) -> int:
        """How many bytes a file may have that is sent to a server; boosted ones take more."""
        found = self._client.get_guild(int(guild))
        return DEFAULT_FILE_SIZE_LIMIT_BYTES if found is None else found.filesize_limit

    def _missing(self, channel: str) -> list[str]:
        permissions = self._permissions(channel)
        if permissions is None:
            return []
        return [label(grant.name) for grant in PERMISSIONS if grant.essential and not getattr(permissions, grant.name)]

    def _permissions(self, channel: str) -> discord.Permissions | None:
        found = self._client.get_channel(int(channel))
        if not isinstance(found, discord.abc.GuildChannel) or found.guild.me is None:
            return None
        return found.permissions_for(found.guild.me)


def thread_ref(guild: str, channel: str, thread: str) -> ThreadRef:
    """A thread's reference from Discord's ids."""
    return ThreadRef(ChannelRef(DISCORD, WorkspaceId(guild), RemoteChannelId(channel)), RemoteThreadId(thread))


def message_url(guild: str, channel: str, message: str) -> str:
    """A link that opens a message."""
    return f"https://discord.com/channels/{guild}/{channel}/{message}"
