"""The application with its commands and webhooks as the API's JSON objects."""

from __future__ import annotations

from adapters.sandbox.discord.shapes.people import user
from adapters.sandbox.discord.world import Command, Webhook, World
from adapters.sandbox.side import Json


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
