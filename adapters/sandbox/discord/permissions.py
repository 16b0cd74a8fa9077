"""Who may do what in a channel or thread.

The order of the steps is Discord's: https://docs.discord.com/developers/topics/permissions#permission-hierarchy
"""

from __future__ import annotations

from enum import IntFlag

from adapters.sandbox.discord.errors import missing_access, missing_permissions
from adapters.sandbox.discord.world import Channel, Guild, World


class Right(IntFlag):
    """The permission bits that matter here."""

    KICK_MEMBERS = 1 << 1
    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_EXTERNAL_EMOJIS = 1 << 18
    MANAGE_WEBHOOKS = 1 << 29
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    SEND_MESSAGES_IN_THREADS = 1 << 38


EVERYONE = (
    Right.ADD_REACTIONS
    | Right.VIEW_CHANNEL
    | Right.SEND_MESSAGES
    | Right.EMBED_LINKS
    | Right.ATTACH_FILES
    | Right.READ_MESSAGE_HISTORY
    | Right.USE_EXTERNAL_EMOJIS
    | Right.USE_APPLICATION_COMMANDS
    | Right.CREATE_PUBLIC_THREADS
    | Right.SEND_MESSAGES_IN_THREADS
)
"""What every member may do unless a channel says otherwise."""

BOT = (
    Right.ADD_REACTIONS
    | Right.VIEW_CHANNEL
    | Right.SEND_MESSAGES
    | Right.MANAGE_MESSAGES
    | Right.EMBED_LINKS
    | Right.ATTACH_FILES
    | Right.READ_MESSAGE_HISTORY
    | Right.USE_EXTERNAL_EMOJIS
    | Right.MANAGE_WEBHOOKS
    | Right.MANAGE_THREADS
    | Right.CREATE_PUBLIC_THREADS
    | Right.SEND_MESSAGES_IN_THREADS
)
"""What the bot's own role may do, unless an invitation says otherwise."""

ALL = Right((1 << 53) - 1)


def in_guild(guild: Guild, user_id: int) -> Right:
    """A member's rights before any channel's exceptions; none for those who are not members."""
    member = guild.members.get(user_id)
    if member is None:
        return Right(0)
    if guild.owner_id == user_id:
        return ALL
    rights = Right(guild.roles[guild.id].permissions)
    for role_id in member.roles:
        rights |= guild.roles[role_id].permissions
    return ALL if Right.ADMINISTRATOR in rights else rights


def in_channel(world: World, channel: Channel, user_id: int) -> Right:
    """A member's rights in a channel; a thread takes its parent's."""
    guild = world.guild_of(channel)
    base = in_guild(guild, user_id)
    member = guild.members.get(user_id)
    if member is None or base == ALL:
        return base
    rights = int(base)
    overwrites = world.parent_of(channel).overwrites
    if everyone := overwrites.get(guild.id):
        rights = rights & ~everyone.deny | everyone.allow
    allow = deny = 0
    for role_id in member.roles:
        if overwrite := overwrites.get(role_id):
            allow |= overwrite.allow
            deny |= overwrite.deny
    rights = rights & ~deny | allow
    if own := overwrites.get(user_id):
        rights = rights & ~own.deny | own.allow
    if not rights & Right.VIEW_CHANNEL:
        return Right(0)
    if not rights & to_write(channel):
        rights &= ~int(Right.MENTION_EVERYONE | Right.ATTACH_FILES | Right.EMBED_LINKS)
    return Right(rights)


def sees(world: World, channel: Channel, user_id: int) -> bool:
    """Whether a user sees a channel at all."""
    return Right.VIEW_CHANNEL in in_channel(world, channel, user_id)


def demand(world: World, channel: Channel, user_id: int, *needed: Right) -> Right:
    """The user's rights in the channel; raises 50001 where they can't see it, 50013 where one needed is missing."""
    rights = in_channel(world, channel, user_id)
    if Right.VIEW_CHANNEL not in rights:
        raise missing_access()
    for right in needed:
        if right not in rights:
            raise missing_permissions()
    return rights


def to_write(channel: Channel) -> Right:
    """The right that writing here asks for."""
    return Right.SEND_MESSAGES_IN_THREADS if channel.thread else Right.SEND_MESSAGES
