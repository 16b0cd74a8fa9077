"""Everything that changes the world. Each deed alters the state and announces it; none asks whether it is allowed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from adapters.sandbox.discord import shapes
from adapters.sandbox.discord.permissions import sees
from adapters.sandbox.discord.world import (
    FORUM,
    HAS_THREAD,
    PUBLIC_THREAD,
    TEXT,
    Author,
    Channel,
    Emoji,
    File,
    Guild,
    Message,
    Overwrite,
    Reaction,
    ThreadPart,
    User,
    Webhook,
    World,
)
from adapters.sandbox.side import Json

THREAD_CREATED_TYPE, REPLY_TYPE, STARTER_TYPE = 18, 19, 21
"""Message types: a thread was opened without a message; a reply; a thread's first entry, which tells its message."""
DELETABLE_TYPES = frozenset({0, 6, 7, 8, 9, 10, 11, 12, 18, 19, 20, 22, 23, 24, 46})


@dataclass(frozen=True)
class Happening:
    """An event for the bot. `message` is the one that it carries, so that its content can be withheld."""

    name: str
    data: Json
    message: Message | None = None


Announce: TypeAlias = Callable[[Happening], None]


@dataclass
class Draft:
    """A message that is about to be posted."""

    content: str = ""
    type: int = 0
    flags: int = 0
    files: list[File] = field(default_factory=list)
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    reference: Json | None = None
    mentions: list[int] = field(default_factory=list)
    mention_roles: list[int] = field(default_factory=list)
    mention_everyone: bool = False
    nonce: str | int | None = None
    webhook_id: int | None = None
    application_id: int | None = None
    interaction: Json | None = None
    interaction_name: str | None = None
    seen_by: int | None = None


def as_author(user: User) -> Author:
    """A user as a message's author."""
    return Author(id=user.id, name=user.name, avatar=user.avatar, user=user)


class Deeds:
    """The changes, over one world; `announce` hands what the bot may see to the gateway."""

    def __init__(self, world: World, announce: Announce) -> None:
        self._world = world
        self._announce = announce

    # --- messages ---------------------------------------------------------------------------------------------

    def post(self, channel: Channel, author: Author, draft: Draft, *, message_id: int | None = None) -> Message:
        """Put a message in a channel. In a thread it unarchives the thread and makes its author a member."""
        world = self._world
        message = Message(
            id=message_id or world.snowflake(), channel_id=channel.id, author=author, at=world.now(), **vars(draft)
        )
        self._keep_files(message)
        if draft.seen_by is not None:
            world.messages[message.id] = message
            return message
        if channel.thread:
            self._enter(channel, author)
            if message.id != channel.id:
                message.position = max(len(channel.messages) - 1, 0)
                channel.thread.total_sent += 1
        channel.messages[message.id] = world.messages[message.id] = message
        channel.last_message_id = message.id
        self._tell_message("MESSAGE_CREATE", message)
        return message

    def _enter(self, thread: Channel, author: Author) -> None:
        part = thread.thread
        if part is None:
            return
        if part.archived:
            self.change_thread(thread, archived=False)
        if author.user is not None and author.user.id not in part.members:
            self.join_thread(thread, author.user.id)

    def edit(self, message: Message, *, stamp: bool = True, **changes: Any) -> None:  # noqa: ANN401 - fields of Message
        """Change fields of a message, and stamp it as edited."""
        for file in message.files:
            self._world.files.pop(file.id, None)
        for name, value in changes.items():
            setattr(message, name, value)
        self._keep_files(message)
        if stamp:
            message.edited_at = self._world.now()
        if not message.is_private:
            self._tell_message("MESSAGE_UPDATE", message)

    def remove(self, message: Message) -> None:
        """Delete a message with its files. Its thread stays."""
        self._forget(message)
        if not message.is_private:
            channel = self._world.channels[message.channel_id]
            data = {"id": str(message.id), "channel_id": str(channel.id), "guild_id": str(channel.guild_id)}
            self._tell("MESSAGE_DELETE", channel, data)

    def remove_many(self, channel: Channel, messages: Iterable[Message]) -> None:
        """Delete messages of one channel together."""
        gone = list(messages)
        for message in gone:
            self._forget(message)
        ids = [str(message.id) for message in gone]
        self._tell(
            "MESSAGE_DELETE_BULK",
            channel,
            {"ids": ids, "channel_id": str(channel.id), "guild_id": str(channel.guild_id)},
        )

    def _forget(self, message: Message) -> None:
        self._world.messages.pop(message.id, None)
        self._world.channels[message.channel_id].messages.pop(message.id, None)
        for file in message.files:
            self._world.files.pop(file.id, None)

    def _keep_files(self, message: Message) -> None:
        for file in message.files:
            self._world.files[file.id] = file

    # --- reactions --------------------------------------------------------------------------------------------

    def react(self, message: Message, name: str, emoji_id: int | None, user: User) -> None:
        """Add a person's reaction; a repeat changes nothing."""
        key = reaction_key(name, emoji_id)
        reaction = message.reactions.setdefault(key, Reaction(name, emoji_id))
        if user.id in reaction.users:
            return
        reaction.users.append(user.id)
        channel = self._world.channels[message.channel_id]
        data = self._reaction_data(message, reaction, user)
        if member := self._world.guild_of(channel).members.get(user.id):
            data["member"] = shapes.member(member)
        if message.author.user is not None:
            data["message_author_id"] = str(message.author.id)
        self._tell("MESSAGE_REACTION_ADD", channel, data)

    def unreact(self, message: Message, name: str, emoji_id: int | None, user: User) -> None:
        """Take a person's reaction back, where it is there."""
        key = reaction_key(name, emoji_id)
        reaction = message.reactions.get(key)
        if reaction is None or user.id not in reaction.users:
            return
        reaction.users.remove(user.id)
        if not reaction.users:
            del message.reactions[key]
        channel = self._world.channels[message.channel_id]
        self._tell("MESSAGE_REACTION_REMOVE", channel, self._reaction_data(message, reaction, user))

    def clear_reactions(self, message: Message, key: str | None = None) -> None:
        """Remove every reaction, or all with one emoji."""
        channel = self._world.channels[message.channel_id]
        data: Json = {
            "channel_id": str(channel.id),
            "message_id": str(message.id),
            "guild_id": str(channel.guild_id),
        }
        if key is None:
            message.reactions.clear()
            self._tell("MESSAGE_REACTION_REMOVE_ALL", channel, data)
        elif reaction := message.reactions.pop(key, None):
            self._tell("MESSAGE_REACTION_REMOVE_EMOJI", channel, data | {"emoji": shapes.reaction_emoji(reaction)})

    def _reaction_data(self, message: Message, reaction: Reaction, user: User) -> Json:
        channel = self._world.channels[message.channel_id]
        return {
            "user_id": str(user.id),
            "channel_id": str(channel.id),
            "message_id": str(message.id),
            "guild_id": str(channel.guild_id),
            "emoji": shapes.reaction_emoji(reaction),
            "burst": False,
            "type": 0,
        }

    # --- threads ----------------------------------------------------------------------------------------------

    def open_thread(
        self, parent: Channel, name: str, owner: User, *, message: Message | None = None, archive_minutes: int = 4320
    ) -> Channel:
        """Open a public thread, from a message (whose id it takes) or on its own."""
        world = self._world
        now = world.now()
        thread = Channel(
            id=message.id if message else world.snowflake(),
            guild_id=parent.guild_id,
            type=PUBLIC_THREAD,
            name=name,
            thread=ThreadPart(
                parent_id=parent.id,
                owner_id=owner.id,
                created_at=now,
                archive_changed_at=now,
                anchored=message is not None,
                auto_archive_minutes=archive_minutes,
                members={owner.id: now},
            ),
        )
        world.channels[thread.id] = thread
        self._tell("THREAD_CREATE", thread, shapes.thread(world, thread) | {"newly_created": True})
        reference: Json = {"type": 0, "guild_id": str(parent.guild_id)}
        if message is not None:
            message.flags |= HAS_THREAD
            self._tell_message("MESSAGE_UPDATE", message)
            reference |= {"channel_id": str(parent.id), "message_id": str(message.id)}
            self.post(thread, as_author(owner), Draft(type=STARTER_TYPE, reference=reference))
            if thread.thread:
                thread.thread.total_sent = 0
        elif parent.type != FORUM:
            reference["channel_id"] = str(thread.id)
            self.post(parent, as_author(owner), Draft(type=THREAD_CREATED_TYPE, content=name, reference=reference))
        else:
            parent.last_message_id = thread.id
        return thread

    def change_thread(self, thread: Channel, **changes: Any) -> None:  # noqa: ANN401 - fields of the thread
        """Change a thread's name, slow mode, `archived`, `locked`, `auto_archive_minutes` or `tags`."""
        part = thread.thread
        if part is None:
            raise TypeError("not a thread")
        if changes.get("archived", part.archived) != part.archived:
            part.archive_changed_at = self._world.now()
        for name, value in changes.items():
            setattr(thread if hasattr(thread, name) else part, name, value)
        self._tell("THREAD_UPDATE", thread, shapes.thread(self._world, thread))

    def join_thread(self, thread: Channel, user_id: int) -> None:
        """Make somebody a member of a thread."""
        part = thread.thread
        if part is None or user_id in part.members:
            return
        part.members[user_id] = self._world.now()
        self._tell_members(thread, added=[shapes.thread_member(thread, user_id)], removed=[])

    def leave_thread(self, thread: Channel, user_id: int) -> None:
        """End somebody's membership of a thread."""
        if thread.thread and thread.thread.members.pop(user_id, None):
            self._tell_members(thread, added=[], removed=[str(user_id)])

    def _tell_members(self, thread: Channel, added: list[Json], removed: list[str]) -> None:
        guild = self._world.guild_of(thread)
        for each in added:
            if member := guild.members.get(int(each["user_id"])):
                each |= {"member": shapes.member(member), "presence": None}
        data: Json = {
            "id": str(thread.id),
            "guild_id": str(guild.id),
            "member_count": len(thread.thread.members) if thread.thread else 0,
        }
        if added:
            data["added_members"] = added
        if removed:
            data["removed_member_ids"] = removed
        self._tell("THREAD_MEMBERS_UPDATE", thread, data)

    # --- channels and guilds ----------------------------------------------------------------------------------

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
        self._tell("CHANNEL_CREATE", channel, shapes.channel(self._world, channel))
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
        self._tell("CHANNEL_UPDATE", channel, shapes.channel(self._world, channel))
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
            self._tell("THREAD_LIST_SYNC", channel, data)

    def rename(self, channel: Channel, name: str) -> None:
        """Give a channel another name."""
        channel.name = name
        self._tell("CHANNEL_UPDATE", channel, shapes.channel(self._world, channel))

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
            self._announce(Happening("THREAD_DELETE" if channel.thread else "CHANNEL_DELETE", data))

    def _empty(self, channel: Channel) -> None:
        for message in [each for each in self._world.messages.values() if each.channel_id == channel.id]:
            self._forget(message)
        self._world.channels.pop(channel.id, None)

    def create_emoji(self, guild: Guild, name: str) -> Emoji:
        """Add a custom emoji to a guild."""
        emoji = Emoji(self._world.snowflake(), name)
        guild.emojis[emoji.id] = emoji
        self._tell_guild(
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
            self._announce(Happening("GUILD_DELETE", {"id": str(guild.id)}))
            return
        self._tell_guild(guild, "GUILD_MEMBER_REMOVE", {"guild_id": str(guild.id), "user": shapes.user(user)})

    def welcome_bot(self, guild: Guild) -> None:
        """Tell the bot of a guild that it has joined."""
        data = shapes.guild_create(self._world, guild, all_members=False)
        # Only guilds that were there before the session tell whether they are available.
        del data["unavailable"]
        self._tell_guild(guild, "GUILD_CREATE", data)

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
        self._tell("WEBHOOKS_UPDATE", channel, {"guild_id": str(channel.guild_id), "channel_id": str(channel.id)})

    # --- announcing -------------------------------------------------------------------------------------------

    def _tell_message(self, name: str, message: Message) -> None:
        channel = self._world.channels[message.channel_id]
        data = shapes.message_event(self._world, message)
        if name == "MESSAGE_CREATE" and message.nonce is not None:
            data["nonce"] = message.nonce
        self._tell(name, channel, data, message)

    def _tell(self, name: str, channel: Channel, data: Json, message: Message | None = None) -> None:
        # A bot hears of every channel of its guild, also of those whose messages it can't read.
        guild, bot = self._world.guild_of(channel), self._world.bot.id
        hears = bot in guild.members if name.startswith("CHANNEL_") else sees(self._world, channel, bot)
        if hears:
            self._announce(Happening(name, data, message))

    def _tell_guild(self, guild: Guild, name: str, data: Json) -> None:
        if self._world.bot.id in guild.members:
            self._announce(Happening(name, data))


def reaction_key(name: str, emoji_id: int | None) -> str:
    """How a reaction's emoji is told from others: as its path segment names it."""
    return name if emoji_id is None else f"{name}:{emoji_id}"
