"""The app as its manifest makes it: tokens with their scopes, events, and message shortcuts by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

TokenKind: TypeAlias = Literal["app", "bot", "user"]

BOT_SCOPES: Final = (
    "app_mentions:read",
    "channels:history",
    "channels:join",
    "channels:read",
    "chat:write",
    "chat:write.customize",
    "commands",
    "emoji:read",
    "files:read",
    "files:write",
    "groups:history",
    "groups:read",
    "metadata.message:read",
    "reactions:read",
    "reactions:write",
    "team:read",
    "usergroups:read",
    "users:read",
)
USER_SCOPES: Final = ("channels:history", "channels:read", "chat:write", "groups:history", "groups:read", "users:read")
APP_SCOPES: Final = ("connections:write",)
SHORTCUTS: Final = {"Edit comment": "roundtable_edit_comment", "Delete comment": "roundtable_delete_comment"}
SUBSCRIPTIONS: Final = (
    "app_home_opened",
    "app_mention",
    "channel_archive",
    "channel_deleted",
    "channel_left",
    "channel_rename",
    "channel_unarchive",
    "group_archive",
    "group_left",
    "group_unarchive",
    "member_joined_channel",
    "member_left_channel",
    "message.channels",
    "message.groups",
    "reaction_added",
    "reaction_removed",
)


@dataclass(frozen=True, slots=True)
class Token:
    """A token: whom it speaks for, and what it may do."""

    value: str
    kind: TokenKind
    user: str
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Secrets:
    """What a bot needs to be this app. They open nothing but the sandbox."""

    bot: str = "xoxb-000000000000-000000000000-roundtableSandboxBot"
    app: str = "xapp-1-A0ROUNDTABLE-000000000000-roundtablesandboxapp"
    user: str = "xoxp-000000000000-000000000000-roundtableSandboxAdmin"
    signing: str = "5a11b0c55a11b0c55a11b0c55a11b0c5"
