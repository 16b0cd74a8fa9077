"""What every route works with, and how the bot finds a place in it."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.sandbox.discord import shapes
from adapters.sandbox.discord.deeds import Deeds
from adapters.sandbox.discord.drafts import Drafts
from adapters.sandbox.discord.errors import missing_access, unknown
from adapters.sandbox.discord.gateway import Gateway
from adapters.sandbox.discord.http import Call
from adapters.sandbox.discord.permissions import Right, demand
from adapters.sandbox.discord.ratelimits import RateLimits
from adapters.sandbox.discord.upkeep import Upkeep
from adapters.sandbox.discord.world import Channel, Guild, Message, World
from adapters.sandbox.side import Json


@dataclass(frozen=True)
class Context:
    """The parts that routes share."""

    world: World
    deeds: Deeds
    upkeep: Upkeep
    drafts: Drafts
    gateway: Gateway
    rates: RateLimits

    def channel(self, call: Call, *rights: Right) -> Channel:
        """The channel of the path, where the bot sees it and has these rights in it."""
        channel = self.world.channels.get(call.id("channel_id"))
        if channel is None:
            raise unknown("Channel")
        demand(self.world, channel, self.world.bot.id, *rights)
        return channel

    def message(self, channel: Channel, message_id: int) -> Message:
        """A message of the channel."""
        message = channel.messages.get(message_id)
        if message is None:
            raise unknown("Message")
        return message

    def guild(self, call: Call) -> Guild:
        """The guild of the path, where the bot is in it."""
        guild = self.world.guilds.get(call.id("guild_id"))
        if guild is None:
            raise unknown("Guild")
        if self.world.bot.id not in guild.members:
            raise missing_access()
        return guild

    def show(self, message: Message) -> Json:
        """A message as the bot reads it: others' content is empty for an application that may not read it."""
        shape = shapes.message(self.world, message)
        own = message.author.id == self.world.bot.id or message.application_id == self.world.application.id
        if own or "message_content" in self.world.application.privileged or self.world.bot.id in message.mentions:
            return shape
        return shapes.without_content(shape)
