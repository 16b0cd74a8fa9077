"""What happens in channels. Each deed alters the state and announces it; none asks whether it is allowed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from adapters.sandbox.discord import shapes
from adapters.sandbox.discord.announcing import Announcer
from adapters.sandbox.discord.world import (
    FORUM,
    HAS_THREAD,
    PUBLIC_THREAD,
    Author,
    Channel,
    File,
    Message,
    Reaction,
    ThreadPart,
    User,
    World,
    moment,
)
from adapters.sandbox.side import Json

THREAD_CREATED_TYPE, REPLY_TYPE, STARTER_TYPE = 18, 19, 21
"""Message types: a thread was opened without a message; a reply; a thread's first entry, which tells its message."""
DELETABLE_TYPES = frozenset({0, 6, 7, 8, 9, 10, 11, 12, 18, 19, 20, 22, 23, 24, 46})


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
    seen_by: int | None = None


def as_author(user: User) -> Author:
    """A user as a message's author."""
    return Author(id=user.id, name=user.name, avatar=user.avatar, user=user)


class Deeds:
    """What happens in channels: messages, reactions and threads come, change and go."""

    def __init__(self, world: World, announcer: Announcer) -> None:
        self._world = world
        self._announcer = announcer

    # --- messages ---------------------------------------------------------------------------------------------

    def post(self, channel: Channel, author: Author, draft: Draft, *, message_id: int | None = None) -> Message:
        """Put a message in a channel. In a thread it unarchives the thread and makes its author a member."""
        world = self._world
        message = Message(
            id=message_id or world.snowflake(), channel_id=channel.id, author=author, at=world.now(), **vars(draft)
        )
        self._world.keep_files(message)
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
        self._announcer.tell_message("MESSAGE_CREATE", message)
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
        self._world.drop_files(message)
        for name, value in changes.items():
            setattr(message, name, value)
        self._world.keep_files(message)
        if stamp:
            message.edited_at = self._world.now()
        if not message.is_private:
            self._announcer.tell_message("MESSAGE_UPDATE", message)

    def remove(self, message: Message) -> None:
        """Delete a message with its files. Its thread stays."""
        self._world.forget(message)
        if not message.is_private:
            channel = self._world.channels[message.channel_id]
            data = {"id": str(message.id), "channel_id": str(channel.id), "guild_id": str(channel.guild_id)}
            self._announcer.tell("MESSAGE_DELETE", channel, data)

    def remove_many(self, channel: Channel, messages: Iterable[Message]) -> None:
        """Delete messages of one channel together."""
        gone = list(messages)
        for message in gone:
            self._world.forget(message)
        ids = [str(message.id) for message in gone]
        self._announcer.tell(
            "MESSAGE_DELETE_BULK",
            channel,
            {"ids": ids, "channel_id": str(channel.id), "guild_id": str(channel.guild_id)},
        )

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
        self._announcer.tell("MESSAGE_REACTION_ADD", channel, data)

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
        self._announcer.tell("MESSAGE_REACTION_REMOVE", channel, self._reaction_data(message, reaction, user))

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
            self._announcer.tell("MESSAGE_REACTION_REMOVE_ALL", channel, data)
        elif reaction := message.reactions.pop(key, None):
            self._announcer.tell(
                "MESSAGE_REACTION_REMOVE_EMOJI", channel, data | {"emoji": shapes.reaction_emoji(reaction)}
            )

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
        self._announcer.tell("THREAD_CREATE", thread, shapes.thread(world, thread) | {"newly_created": True})
        reference: Json = {"type": 0, "guild_id": str(parent.guild_id)}
        if message is not None:
            message.flags |= HAS_THREAD
            self._announcer.tell_message("MESSAGE_UPDATE", message)
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
        self._announcer.tell("THREAD_UPDATE", thread, shapes.thread(self._world, thread))

    def archive_idle(self) -> None:
        """Archive every thread that has been quiet for as long as it was told."""
        now = self._world.now()
        for thread in self._world.channels.values():
            part = thread.thread
            if part is None or part.archived:
                continue
            latest = max(part.archive_changed_at, moment(thread.last_message_id or 0))
            if now - latest > timedelta(minutes=part.auto_archive_minutes):
                self.change_thread(thread, archived=True)

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
        self._announcer.tell("THREAD_MEMBERS_UPDATE", thread, data)


def reaction_key(name: str, emoji_id: int | None) -> str:
    """How a reaction's emoji is told from others: as its path segment names it."""
    return name if emoji_id is None else f"{name}:{emoji_id}"
