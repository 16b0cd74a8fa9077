"""The state's values as the API's JSON objects (https://docs.discord.com/developers/reference)."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import quote

from adapters.sandbox.discord.permissions import sees
from adapters.sandbox.discord.world import (
    FORUM,
    HAS_THREAD,
    Author,
    Channel,
    Command,
    Emoji,
    File,
    Guild,
    Member,
    Message,
    Reaction,
    Role,
    User,
    Webhook,
    World,
)
from adapters.sandbox.side import Json

_STARTER = 21
"""The type of a thread's first entry, which points to the message that the thread hangs under."""


def stamp(moment: datetime) -> str:
    """A time as Discord writes it."""
    return moment.isoformat(timespec="microseconds")


def user(each: User) -> Json:
    """A user object."""
    shape: Json = {
        "id": str(each.id),
        "username": each.username,
        "avatar": each.avatar,
        "discriminator": "0" if not each.bot else "4096",
        "public_flags": 0,
        "flags": 0,
        "banner": None,
        "accent_color": None,
        "global_name": None if each.bot else each.name,
        "avatar_decoration_data": None,
        "collectibles": None,
        "primary_guild": None,
    }
    if each.bot:
        shape["bot"] = True
    return shape


def own_user(each: User) -> Json:
    """A user as `GET /users/@me` answers it."""
    return user(each) | {"mfa_enabled": True, "locale": "en-US", "premium_type": 0, "email": None, "verified": True}


def author(each: Author) -> Json:
    """Who a message is from: a user, or what a webhook calls itself."""
    if each.user is not None:
        return user(each.user)
    return {
        "id": str(each.id),
        "username": each.name,
        "avatar": each.avatar,
        "discriminator": "0000",
        "public_flags": 0,
        "flags": 0,
        "bot": True,
        "global_name": None,
        "primary_guild": None,
    }


def member(each: Member, *, with_user: bool = True) -> Json:
    """A guild member object; messages carry it without its user."""
    shape: Json = {
        "avatar": None,
        "avatar_decoration_data": None,
        "banner": None,
        "collectibles": None,
        "communication_disabled_until": None,
        "flags": 0,
        "joined_at": stamp(each.joined_at),
        "nick": each.nick,
        "pending": False,
        "premium_since": None,
        "roles": [str(role) for role in each.roles],
        "mute": False,
        "deaf": False,
    }
    if with_user:
        shape["user"] = user(each.user)
    return shape


def role(each: Role) -> Json:
    """A role object."""
    shape: Json = {
        "id": str(each.id),
        "name": each.name,
        "description": None,
        "permissions": str(each.permissions),
        "position": each.position,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": each.bot_id is not None,
        "mentionable": False,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
    }
    if each.bot_id is not None:
        shape["tags"] = {"bot_id": str(each.bot_id)}
    return shape


def emoji(each: Emoji) -> Json:
    """A guild's emoji object."""
    return {
        "id": str(each.id),
        "name": each.name,
        "roles": [],
        "require_colons": True,
        "managed": False,
        "animated": each.animated,
        "available": True,
    }


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


def file_url(world: World, each: File) -> str:
    """Where the CDN serves an attachment; the query is signed-looking, as Discord's is."""
    expires = int(world.clock()) + 86_400
    return (
        f"{world.cdn}/attachments/{each.channel_id}/{each.id}/{quote(each.name)}"
        f"?ex={expires:x}&is={expires - 86_400:x}&hm={each.id:064x}&"
    )


def file(world: World, each: File) -> Json:
    """An attachment object."""
    url = file_url(world, each)
    shape: Json = {
        "id": str(each.id),
        "filename": each.name,
        "size": len(each.content),
        "url": url,
        "proxy_url": url,
        "content_type": each.media_type,
    }
    if each.description:
        shape["description"] = each.description
    if each.ephemeral:
        shape["ephemeral"] = True
    if each.size:
        shape["width"], shape["height"] = each.size
    return shape


def reaction_emoji(each: Reaction) -> Json:
    """The emoji of a reaction."""
    return {"id": None if each.emoji_id is None else str(each.emoji_id), "name": each.name}


def reaction(world: World, each: Reaction) -> Json:
    """A reaction on a message, counted."""
    count = len(each.users)
    return {
        "emoji": reaction_emoji(each),
        "count": count,
        "count_details": {"burst": 0, "normal": count},
        "burst_colors": [],
        "me_burst": False,
        "me": world.bot.id in each.users,
        "burst_me": False,
        "burst_count": 0,
    }


def message(world: World, each: Message, *, nested: bool = False) -> Json:
    """A message object with all its content, as its author gets it. `nested` leaves out the message it refers to."""
    shape: Json = {
        "type": each.type,
        "id": str(each.id),
        "channel_id": str(each.channel_id),
        "author": author(each.author),
        "content": each.content,
        "timestamp": stamp(each.at),
        "edited_timestamp": stamp(each.edited_at) if each.edited_at else None,
        "tts": False,
        "pinned": False,
        "flags": each.flags,
        "mention_everyone": each.mention_everyone,
        "mentions": [user(world.users[who]) for who in each.mentions if who in world.users],
        "mention_roles": [str(role_id) for role_id in each.mention_roles],
        "attachments": [file(world, one) for one in each.files],
        "embeds": each.embeds,
        "components": each.components,
    }
    if each.reactions:
        shape["reactions"] = [reaction(world, one) for one in each.reactions.values()]
    if each.webhook_id is not None:
        shape["webhook_id"] = str(each.webhook_id)
    if each.application_id is not None:
        shape["application_id"] = str(each.application_id)
    if each.interaction is not None:
        shape["interaction_metadata"] = each.interaction
    if each.position is not None:
        shape["position"] = each.position
    if each.reference is not None:
        shape["message_reference"] = each.reference
        if not nested and each.type in {19, 21, 23}:
            target = world.messages.get(int(each.reference.get("message_id", 0)))
            shape["referenced_message"] = None if target is None else message(world, target, nested=True)
    if each.flags & HAS_THREAD and (own := world.channels.get(each.id)):
        shape["thread"] = thread(world, own)
    return shape


def message_event(world: World, each: Message) -> Json:
    """A message as gateway events carry it: with its guild, and its author as a member."""
    place = world.channels[each.channel_id]
    shape = message(world, each) | {"guild_id": str(place.guild_id), "channel_type": place.type}
    if each.author.user is not None:
        found = world.guild_of(place).members.get(each.author.user.id)
        if found:
            shape["member"] = member(found, with_user=False)
    return shape


def without_content(shape: Json) -> Json:
    """A message as an application gets it that may not read content: the fields are there, and empty."""
    hidden: Json = {"content": "", "embeds": [], "attachments": [], "components": []}
    shape = shape | hidden
    if shape.get("referenced_message"):
        shape["referenced_message"] = shape["referenced_message"] | hidden
    return shape


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


def webhook(world: World, each: Webhook, *, with_user: bool = True) -> Json:
    """A webhook object; one asked for by its token alone comes without its maker."""
    shape: Json = {
        "id": str(each.id),
        "type": 1,
        "application_id": None if each.application_id is None else str(each.application_id),
        "avatar": each.avatar,
        "channel_id": str(each.channel_id),
        "guild_id": str(each.guild_id),
        "name": each.name,
        "url": f"https://discord.com/api/webhooks/{each.id}/{each.token}",
        "token": each.token,
    }
    if with_user:
        shape["user"] = user(world.users[each.user_id])
    return shape


def command(world: World, each: Command) -> Json:
    """An application command object."""
    body = each.body
    needed = body.get("default_member_permissions")
    shape: Json = {
        "id": str(each.id),
        "application_id": str(world.application.id),
        "version": str(each.version),
        "type": body.get("type", 1),
        "name": body["name"],
        "name_localizations": body.get("name_localizations"),
        "description": body.get("description", ""),
        "description_localizations": body.get("description_localizations"),
        "default_member_permissions": None if needed is None else str(needed),
        "integration_types": body.get("integration_types") or [0],
        "contexts": body.get("contexts"),
        "nsfw": body.get("nsfw", False),
    }
    if body.get("options"):
        shape["options"] = body["options"]
    if each.guild_id is not None:
        shape["guild_id"] = str(each.guild_id)
    else:
        shape["dm_permission"] = body.get("dm_permission", True)
    return shape


def application(world: World) -> Json:
    """The application as its own bot gets it."""
    own = world.application
    flags = (1 << 19 if "message_content" in own.privileged else 0) | (1 << 15 if "members" in own.privileged else 0)
    return {
        "id": str(own.id),
        "name": own.name,
        "icon": None,
        "description": "",
        "type": None,
        "bot": user(own.bot),
        "verify_key": f"{own.id:064x}",
        "flags": flags,
        "flags_new": str(flags),
        "bot_public": True,
        "bot_require_code_grant": False,
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "owner": user(own.owner),
        "approximate_guild_count": len(world.bot_guilds()),
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "team": None,
        "eligible_oauth2_scopes": [],
        "summary": "",
    }
