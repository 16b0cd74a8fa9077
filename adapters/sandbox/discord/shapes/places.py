"""Guilds, channels and threads as the API's JSON objects."""

from __future__ import annotations

from adapters.sandbox.discord.permissions import sees
from adapters.sandbox.discord.shapes.people import emoji, member, role, stamp
from adapters.sandbox.discord.world import FORUM, Channel, Guild, World
from adapters.sandbox.side import Json

_STARTER = 21
"""The type of a thread's first entry, which points to the message that the thread hangs under."""


def channel(world: World, each: Channel) -> Json:
    """A channel or thread object as the bot gets it."""
    if each.thread:
        return thread(world, each)
    shape: Json = {
        "id": str(each.id),
        "type": each.type,
        "guild_id": str(each.guild_id),
        "name": each.name,
        "position": each.position,
        "parent_id": None,
        "flags": 0,
        "topic": each.topic,
        "nsfw": False,
        "rate_limit_per_user": each.slow_mode,
        "last_message_id": None if each.last_message_id is None else str(each.last_message_id),
        "last_pin_timestamp": None,
        "permission_overwrites": [
            {"id": str(over.id), "type": over.type, "allow": str(over.allow), "deny": str(over.deny)}
            for over in each.overwrites.values()
        ],
    }
    if each.type == FORUM:
        shape |= {
            "available_tags": [],
            "default_reaction_emoji": None,
            "default_sort_order": None,
            "default_forum_layout": 0,
        }
    return shape


def thread(world: World, each: Channel, *, with_own_member: bool = True) -> Json:
    """A thread object; `with_own_member` adds the bot's membership, where it has joined."""
    part = each.thread
    if part is None:
        raise TypeError("not a thread")
    count = len(each.messages) - (1 if _has_starter(each) else 0)
    shape: Json = {
        "id": str(each.id),
        "type": each.type,
        "guild_id": str(each.guild_id),
        "parent_id": str(part.parent_id),
        "owner_id": str(part.owner_id),
        "name": each.name,
        "flags": 0,
        "rate_limit_per_user": each.slow_mode,
        "last_message_id": None if each.last_message_id is None else str(each.last_message_id),
        "last_pin_timestamp": None,
        "message_count": max(count, 0),
        "member_count": min(len(part.members), 50),
        "total_message_sent": part.total_sent,
        "thread_metadata": {
            "archived": part.archived,
            "archive_timestamp": stamp(part.archive_changed_at),
            "auto_archive_duration": part.auto_archive_minutes,
            "locked": part.locked,
            "create_timestamp": stamp(part.created_at),
        },
    }
    if world.channels[part.parent_id].type == FORUM:
        shape["applied_tags"] = [str(tag) for tag in part.tags]
    if with_own_member and world.bot.id in part.members:
        shape["member"] = thread_member(each, world.bot.id)
    return shape


def _has_starter(each: Channel) -> bool:
    first = next(iter(each.messages.values()), None)
    return first is not None and (first.id == each.id or first.type == _STARTER)


def thread_member(each: Channel, user_id: int) -> Json:
    """Somebody's membership of a thread."""
    if each.thread is None:
        raise TypeError("not a thread")
    return {
        "id": str(each.id),
        "user_id": str(user_id),
        "join_timestamp": stamp(each.thread.members[user_id]),
        "flags": 0,
    }


def guild(each: Guild) -> Json:
    """A guild object without its channels and members."""
    return {
        "id": str(each.id),
        "name": each.name,
        "icon": None,
        "description": None,
        "home_header": None,
        "splash": None,
        "discovery_splash": None,
        "features": [],
        "banner": None,
        "owner_id": str(each.owner_id),
        "application_id": None,
        "region": "us-central",
        "afk_channel_id": None,
        "afk_timeout": 300,
        "system_channel_id": None,
        "system_channel_flags": 0,
        "widget_enabled": False,
        "widget_channel_id": None,
        "verification_level": 1,
        "roles": [role(one) for one in each.roles.values()],
        "default_message_notifications": 1,
        "mfa_level": 0,
        "explicit_content_filter": 0,
        "max_presences": None,
        "max_members": 500_000,
        "max_stage_video_channel_users": 50,
        "max_video_channel_users": 25,
        "vanity_url_code": None,
        "premium_tier": 0,
        "premium_subscription_count": 0,
        "preferred_locale": "en-US",
        "rules_channel_id": None,
        "safety_alerts_channel_id": None,
        "public_updates_channel_id": None,
        "premium_progress_bar_enabled": False,
        "nsfw": False,
        "nsfw_level": 0,
        "emojis": [emoji(one) for one in each.emojis.values()],
        "stickers": [],
        "incidents_data": None,
    }


def guild_create(world: World, each: Guild, *, all_members: bool) -> Json:
    """What GUILD_CREATE carries: the guild with all its channels, and the active threads that the bot sees."""
    channels = world.channels_of(each)
    threads = [
        thread(world, one)
        for place in channels
        if sees(world, place, world.bot.id)
        for one in world.threads_of(place)
        if one.thread and not one.thread.archived
    ]
    members = each.members.values() if all_members else [each.members[world.bot.id]]
    return guild(each) | {
        "joined_at": stamp(each.members[world.bot.id].joined_at),
        "large": False,
        "unavailable": False,
        "member_count": len(each.members),
        "voice_states": [],
        "members": [member(one) for one in members],
        "channels": [channel(world, one) for one in channels],
        "threads": threads,
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }
