"""The commands that the bot declares to Discord, and whether Discord's list of them is out of date.

Shapes: https://docs.discord.com/developers/interactions/application-commands#application-command-object.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, TypeAlias

from bot import texts

Json: TypeAlias = dict[str, Any]

_SUBCOMMAND, _STRING, _CHANNEL, _ATTACHMENT = 1, 3, 7, 11
_MANAGE_GUILD: Final = 1 << 5
_GUILD_ONLY: Final[Json] = {"contexts": [0], "integration_types": [0]}
_CARD_CHANNELS: Final = [0, 5, 15]
"""Text, announcement and forum channels: those that Discord describes and that can hold threads."""

_BOARD: Final[Json] = {"type": _STRING, "name": "board", "description": "The board; main by default", "max_length": 80}

COMMANDS: Final[tuple[Json, ...]] = (
    {
        "type": 1,
        "name": "publish",
        "description": "Publish an article and open its discussion; without a link or file, paste the text",
        "default_member_permissions": _MANAGE_GUILD,
        "options": [
            {"type": _STRING, "name": "url", "description": "A link to the article"},
            {"type": _ATTACHMENT, "name": "file", "description": "The article as text, Markdown or HTML"},
            {**_BOARD, "description": "Where to publish; this channel's board by default"},
        ],
        **_GUILD_ONLY,
    },
    {
        "type": 1,
        "name": "board",
        "description": "The boards: which channels share their discussions",
        "default_member_permissions": _MANAGE_GUILD,
        "options": [
            {
                "type": _SUBCOMMAND,
                "name": "join",
                "description": "Put a channel on a board",
                "options": [
                    _BOARD,
                    {
                        "type": _CHANNEL,
                        "name": "channel",
                        "description": "The channel; this one by default",
                        "channel_types": _CARD_CHANNELS,
                    },
                ],
            },
            {
                "type": _SUBCOMMAND,
                "name": "leave",
                "description": "Take a channel off a board; its discussions stay",
                "options": [
                    {**_BOARD, "description": "The board; all of them by default"},
                    {
                        "type": _CHANNEL,
                        "name": "channel",
                        "description": "The channel; this one by default",
                        "channel_types": _CARD_CHANNELS,
                    },
                ],
            },
            {"type": _SUBCOMMAND, "name": "list", "description": "Show the boards and their channels"},
        ],
        **_GUILD_ONLY,
    },
    {"type": 3, "name": texts.EDIT_COMMENT, **_GUILD_ONLY},
    {"type": 3, "name": texts.DELETE_COMMENT, **_GUILD_ONLY},
)


def outdated(registered: Sequence[Json]) -> bool:
    """Whether what Discord has registered differs from `COMMANDS` in anything that the bot declares."""
    return sorted(map(_shape, registered)) != sorted(map(_shape, COMMANDS))


def _shape(command: Json) -> str:
    """A command reduced to what is declared here, with Discord's defaults filled in, comparable and sortable."""
    permissions = command.get("default_member_permissions")
    return repr(
        (
            command.get("type", 1),
            command["name"],
            command.get("description") or "",
            None if permissions is None else int(permissions),
            sorted(command.get("contexts") or []),
            sorted(command.get("integration_types") or []),
            [_option(option) for option in command.get("options") or []],
        )
    )


def _option(option: Json) -> tuple[object, ...]:
    return (
        option["type"],
        option["name"],
        option["description"],
        bool(option.get("required")),
        option.get("max_length"),
        sorted(option.get("channel_types") or []),
        [_option(inner) for inner in option.get("options") or []],
    )
