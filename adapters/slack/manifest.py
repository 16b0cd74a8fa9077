"""The Slack app as a manifest, to be pasted at "Create New App", "From a manifest".

https://docs.slack.dev/reference/app-manifest
"""

from __future__ import annotations

from typing import Any, Final

from adapters.slack.grants import BOT_EVENTS, BOT_SCOPES, USER_SCOPES
from adapters.slack.ids import Callback
from bot import texts

NAME: Final = "Roundtable"
_DESCRIPTION: Final = "Posts articles and hosts one civil discussion under each, here and on Discord."
COMMANDS: Final = (
    {
        "command": "/publish",
        "description": "Publish an article and open its discussion",
        "usage_hint": "[link] [board:NAME]",
    },
    {
        "command": "/board",
        "description": "The boards: which channels share their discussions",
        "usage_hint": "join|leave|list [NAME]",
    },
)
SHORTCUTS: Final = {
    texts.EDIT_COMMENT: (Callback.SHORTCUT_EDIT, "Edit your comment everywhere"),
    texts.DELETE_COMMENT: (Callback.SHORTCUT_DELETE, "Take your comment back everywhere"),
}


def manifest(request_url: str | None = None) -> dict[str, Any]:
    """The manifest for Socket Mode; with the URL that Slack reaches the bot at, for signed HTTP instead."""
    socket = request_url is None
    url = {} if request_url is None else {"url": request_url}
    asked = {} if request_url is None else {"request_url": request_url}
    return {
        "display_information": {
            "name": NAME,
            "description": _DESCRIPTION,
            "background_color": "#1f2937",
        },
        "features": {
            "bot_user": {"display_name": NAME, "always_online": True},
            "slash_commands": [{**command, **url, "should_escape": False} for command in COMMANDS],
            "shortcuts": [
                {"name": name, "type": "message", "callback_id": str(callback), "description": description}
                for name, (callback, description) in SHORTCUTS.items()
            ],
        },
        "oauth_config": {
            "scopes": {
                "bot": [grant.name for grant in BOT_SCOPES],
                "user": [grant.name for grant in USER_SCOPES],
            }
        },
        "settings": {
            "event_subscriptions": {**asked, "bot_events": [grant.name for grant in BOT_EVENTS]},
            "interactivity": {"is_enabled": True, **asked},
            "org_deploy_enabled": False,
            "socket_mode_enabled": socket,
            "token_rotation_enabled": False,
        },
    }
