"""What the bot hears of, and where: events for the gateway."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from adapters.sandbox.discord import shapes
from adapters.sandbox.discord.permissions import sees
from adapters.sandbox.discord.world import Channel, Guild, Message, World
from adapters.sandbox.side import Json


@dataclass(frozen=True)
class Happening:
    """An event for the bot. `message` is the one that it carries, so that its content can be withheld."""

    name: str
    data: Json
    message: Message | None = None


Announce: TypeAlias = Callable[[Happening], None]


class Announcer:
    """Tells the gateway of what the bot may see; `announce` tells it of anything."""

    def __init__(self, world: World, announce: Announce) -> None:
        self._world = world
        self.announce = announce

    def tell(self, name: str, channel: Channel, data: Json, message: Message | None = None) -> None:
        """Announce what happened in a channel, where the bot hears of it."""
        # A bot hears of every channel of its guild, also of those whose messages it can't read.
        guild, bot = self._world.guild_of(channel), self._world.bot.id
        hears = bot in guild.members if name.startswith("CHANNEL_") else sees(self._world, channel, bot)
        if hears:
            self.announce(Happening(name, data, message))

    def tell_message(self, name: str, message: Message) -> None:
        """Announce a message as it stands."""
        channel = self._world.channels[message.channel_id]
        data = shapes.message_event(self._world, message)
        if name == "MESSAGE_CREATE" and message.nonce is not None:
            data["nonce"] = message.nonce
        self.tell(name, channel, data, message)

    def tell_guild(self, guild: Guild, name: str, data: Json) -> None:
        """Announce what happened to a guild, where the bot is in it."""
        if self._world.bot.id in guild.members:
            self.announce(Happening(name, data))
