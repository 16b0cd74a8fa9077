"""What the app is told when a person runs a command, presses a button or sends a modal."""

from __future__ import annotations

from adapters.sandbox.side import Json
from adapters.sandbox.slack.shapes import view_shape
from adapters.sandbox.slack.values import APP_ID, TEAM_DOMAIN, TEAM_ID, Channel, Ephemeral, Message, User, View
from adapters.sandbox.slack.world import World

TOKEN = "roundtable-sandbox"  # noqa: S105 - the deprecated verification token, which opens nothing


def slash_command(world: World, user: User, channel: Channel, command: str, text: str, response_url: str) -> Json:
    """A slash command."""
    return {
        "token": TOKEN,
        "team_id": TEAM_ID,
        "team_domain": TEAM_DOMAIN,
        "channel_id": channel.id,
        "channel_name": channel.name,
        "user_id": user.id,
        "user_name": user.name,
        "command": command,
        "text": text,
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": world.new_trigger(user.id, channel.id).id,
    }


def shortcut(world: World, user: User, channel: Channel, message: Message, callback: str, response_url: str) -> Json:
    """A message shortcut."""
    common = _common("message_action", user)
    del common["api_app_id"]
    common["user"] = {"id": user.id, "name": user.name, "team_id": TEAM_ID}
    return common | {
        "action_ts": world.stamp(),
        "callback_id": callback,
        "trigger_id": world.new_trigger(user.id, channel.id).id,
        "response_url": response_url,
        "message_ts": message.ts,
        "channel": {"id": channel.id, "name": channel.name},
        "message": world.shape(message),
    }


def message_action(
    world: World, user: User, channel: Channel, target: Message | Ephemeral, action: Json, response_url: str
) -> Json:
    """A press in a message. A private one is not in the payload itself, only its place."""
    ephemeral = isinstance(target, Ephemeral)
    container: Json = {
        "type": "message",
        "message_ts": target.ts,
        "channel_id": channel.id,
        "is_ephemeral": ephemeral,
    }
    if target.thread_ts is not None:
        container["thread_ts"] = target.thread_ts
    payload = _common("block_actions", user) | {
        "container": container,
        "trigger_id": world.new_trigger(user.id, channel.id).id,
        "channel": {"id": channel.id, "name": channel.name},
        "state": {"values": {}},
        "response_url": response_url,
        "actions": [action],
    }
    if isinstance(target, Message):
        payload["message"] = world.shape(target)
    return payload


def view_action(world: World, user: User, view: View, action: Json) -> Json:
    """A press in a modal."""
    return _common("block_actions", user) | {
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": world.new_trigger(user.id, view.channel, view.id).id,
        "view": view_shape(view),
        "actions": [action],
    }


def view_submission(world: World, user: User, view: View) -> Json:
    """A modal that was sent."""
    return _common("view_submission", user) | {
        "trigger_id": world.new_trigger(user.id, view.channel, view.id).id,
        "view": view_shape(view),
        "response_urls": view.response_urls,
    }


def view_closed(user: User, view: View) -> Json:
    """A modal that was closed."""
    cleared = bool(view.body.get("clear_on_close"))
    return _common("view_closed", user) | {"view": view_shape(view), "is_cleared": cleared}


def _common(kind: str, user: User) -> Json:
    return {
        "type": kind,
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": TEAM_ID},
        "api_app_id": APP_ID,
        "token": TOKEN,
        "team": {"id": TEAM_ID, "domain": TEAM_DOMAIN},
        "enterprise": None,
        "is_enterprise_install": False,
    }
