"""What keeps a guild: its channels and their rights, emoji, members and webhooks, each change announced."""

from __future__ import annotations

from adapters.sandbox.discord import shapes
from adapters.sandbox.discord.announcing import Announcer, Happening
from adapters.sandbox.discord.permissions import sees
from adapters.sandbox.discord.world import (
    FORUM,
    HAS_THREAD,
    TEXT,
    Channel,
    Emoji,
    Guild,
    Overwrite,
    User,
    Webhook,
    World,
)
from adapters.sandbox.side import Json


class Upkeep:
    """The changes; none asks whether it is allowed."""

    def __init__(self, world: World, announcer: Announcer) -> None:
        self._world = world
        self._announcer = announcer

    def create_channel(self, guild: Guild, name: str, *, forum: bool = False) -> Channel:
        """Open a text or forum channel."""
        channel = Channel(
            id=self._world.snowflake(),
            guild_id=guild.id,
            type=FORUM if forum else TEXT,
            name=name,
            position=len(self._world.channels_of(guild)),
        )
        self._world.channels[channel.id] = channel
        self._announcer.tell("CHANNEL_CREATE", channel, shapes.channel(self._world, channel))
        return channel

    def set_overwrite(self, channel: Channel, overwrite: Overwrite) -> None:
        """Make an exception to the rights in a channel."""
        self._change_overwrites(channel, channel.overwrites | {overwrite.id: overwrite})

    def lift_overwrite(self, channel: Channel, target: int) -> None:
        """End an exception."""
        self._change_overwrites(channel, {key: each for key, each in channel.overwrites.items() if key != target})

    def _change_overwrites(self, channel: Channel, overwrites: dict[int, Overwrite]) -> None:
        bot = self._world.bot.id
        saw = sees(self._world, channel, bot)
        channel.overwrites = overwrites
        self._announcer.tell("CHANNEL_UPDATE", channel, shapes.channel(self._world, channel))
        if sees(self._world, channel, bot) and not saw:
            threads = [each for each in self._world.threads_of(channel) if each.thread and not each.thread.archived]
            data: Json = {
                "guild_id": str(channel.guild_id),
                "channel_ids": [str(channel.id)],
                "threads": [shapes.thread(self._world, each, with_own_member=False) for each in threads],
                "members": [
                    shapes.thread_member(each, bot) for each in threads if each.thread and bot in each.thread.members
                ],
            }
            self._announcer.tell("THREAD_LIST_SYNC", channel, data)

    def rename(self, channel: Channel, name: str) -> None:
        """Give a channel another name."""
        channel.name = name
        self._announcer.tell("CHANNEL_UPDATE", channel, shapes.channel(self._world, channel))

    def delete_channel(self, channel: Channel) -> None:
        """Delete a channel with its threads, messages and webhooks, or a thread."""
        world = self._world
        guild = world.guild_of(channel)
        seen = world.bot.id in guild.members if channel.thread is None else sees(world, channel, world.bot.id)
        data: Json = shapes.channel(world, channel)
        if channel.thread:
            data = {key: data[key] for key in ("id", "guild_id", "parent_id", "type")}
            if anchor := world.messages.get(channel.id):
                anchor.flags &= ~HAS_THREAD
        else:
            for thread in list(world.threads_of(channel)):
                self._empty(thread)
            for webhook in [each for each in world.webhooks.values() if each.channel_id == channel.id]:
                del world.webhooks[webhook.id]
        self._empty(channel)
        if seen:
            self._announcer.announce(Happening("THREAD_DELETE" if channel.thread else "CHANNEL_DELETE", data))

    def _empty(self, channel: Channel) -> None:
        for message in [each for each in self._world.messages.values() if each.channel_id == channel.id]:
            self._world.forget(message)
        self._world.channels.pop(channel.id, None)

    def create_emoji(self, guild: Guild, name: str) -> Emoji:
        """Add a custom emoji to a guild."""
        emoji = Emoji(self._world.snowflake(), name)
        guild.emojis[emoji.id] = emoji
        self._announcer.tell_guild(
            guild,
            "GUILD_EMOJIS_UPDATE",
            {"guild_id": str(guild.id), "emojis": [shapes.emoji(each) for each in guild.emojis.values()]},
        )
        return emoji

    def remove_member(self, guild: Guild, user_id: int) -> None:
        """Take somebody out of a guild; where it is the bot, the guild is gone for it."""
        if guild.members.pop(user_id, None) is None:
            return
        user = self._world.users[user_id]
        if user_id == self._world.bot.id:
            # An application takes its webhooks along.
            own = self._world.application.id
            for webhook in [each for each in self._world.webhooks.values() if each.application_id == own]:
                if webhook.guild_id == guild.id:
                    del self._world.webhooks[webhook.id]
            self._announcer.announce(Happening("GUILD_DELETE", {"id": str(guild.id)}))
            return
        self._announcer.tell_guild(guild, "GUILD_MEMBER_REMOVE", {"guild_id": str(guild.id), "user": shapes.user(user)})

    def welcome_bot(self, guild: Guild) -> None:
        """Tell the bot of a guild that it has joined."""
        data = shapes.guild_create(self._world, guild, all_members=False)
        # Only guilds that were there before the session tell whether they are available.
        del data["unavailable"]
        self._announcer.tell_guild(guild, "GUILD_CREATE", data)

    # --- webhooks ---------------------------------------------------------------------------------------------

    def create_webhook(self, channel: Channel, name: str, owner: User, *, application_id: int | None) -> Webhook:
        """Add a webhook to a channel."""
        webhook = Webhook(
            id=self._world.snowflake(),
            guild_id=channel.guild_id,
            channel_id=channel.id,
            name=name,
            token=self._world.token(),
            application_id=application_id,
            user_id=owner.id,
        )
        self._world.webhooks[webhook.id] = webhook
        self.tell_webhooks(channel)
        return webhook

    def delete_webhook(self, webhook: Webhook) -> None:
        """Delete a webhook; its messages stay."""
        self._world.webhooks.pop(webhook.id, None)
        self.tell_webhooks(self._world.channels[webhook.channel_id])

    def tell_webhooks(self, channel: Channel) -> None:
        """Announce that a channel's webhooks changed."""
        self._announcer.tell(
            "WEBHOOKS_UPDATE", channel, {"guild_id": str(channel.guild_id), "channel_id": str(channel.id)}
        )
