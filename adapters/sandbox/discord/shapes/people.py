"""Users, members, roles and emoji as the API's JSON objects."""

from __future__ import annotations

from datetime import datetime

from adapters.sandbox.discord.world import Author, Emoji, Member, Role, User
from adapters.sandbox.side import Json


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
