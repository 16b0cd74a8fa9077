"""The methods that this Slack has, with the tokens and scopes that each asks for and the tier of its rate limit."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from adapters.sandbox.side import Json
from adapters.sandbox.slack.ratelimits import Tier
from adapters.sandbox.slack.tokens import TokenKind
from adapters.sandbox.slack.web import chat, conversations, directory, files, reactions, views
from adapters.sandbox.slack.web.call import Call

PEOPLE: Final[tuple[TokenKind, ...]] = ("bot", "user")


@dataclass(frozen=True, slots=True)
class Method:
    """A method. Any one of `scopes` is enough; none is needed where there are none."""

    run: Callable[[Call], Awaitable[Json]]
    scopes: tuple[str, ...] = ()
    tier: Tier = 3
    tokens: tuple[TokenKind, ...] = PEOPLE


_READ: Final = ("channels:read", "groups:read", "im:read", "mpim:read")
_HISTORY: Final = ("channels:history", "groups:history", "im:history", "mpim:history")
_WRITE: Final = ("chat:write",)
_BOT: Final[tuple[TokenKind, ...]] = ("bot",)

METHODS: Final[dict[str, Method]] = {
    "apps.connections.open": Method(directory.connections_open, ("connections:write",), "free", ("app",)),
    "auth.test": Method(directory.auth_test, (), "free", ("app", "bot", "user")),
    "bots.info": Method(directory.bot_info, ("users:read",), 3),
    "chat.delete": Method(chat.delete, _WRITE, 3),
    "chat.getPermalink": Method(chat.get_permalink, (), "free"),
    "chat.postEphemeral": Method(chat.post_ephemeral, _WRITE, 4),
    "chat.postMessage": Method(chat.post_message, _WRITE, "post"),
    "chat.update": Method(chat.update, _WRITE, 3),
    "conversations.history": Method(conversations.history, _HISTORY, 3),
    "conversations.info": Method(conversations.info, _READ, 3),
    "conversations.join": Method(conversations.join, ("channels:join",), 3),
    "conversations.list": Method(conversations.list_all, _READ, 2),
    "conversations.members": Method(conversations.members, _READ, 4),
    "conversations.replies": Method(conversations.replies, _HISTORY, 3),
    "emoji.list": Method(directory.emoji_list, ("emoji:read",), 2),
    "files.completeUploadExternal": Method(files.complete_upload, ("files:write",), 4),
    "files.delete": Method(files.delete, ("files:write",), 3),
    "files.getUploadURLExternal": Method(files.get_upload_url, ("files:write",), 4),
    "files.info": Method(files.info, ("files:read",), 4),
    "reactions.add": Method(reactions.add, ("reactions:write",), 3),
    "reactions.get": Method(reactions.get, ("reactions:read",), 3),
    "reactions.remove": Method(reactions.remove, ("reactions:write",), 2),
    "team.info": Method(directory.team_info, ("team:read",), 3),
    "usergroups.list": Method(directory.usergroup_list, ("usergroups:read",), 2),
    "users.conversations": Method(conversations.of_user, _READ, 3),
    "users.info": Method(directory.user_info, ("users:read",), 4),
    "users.list": Method(directory.user_list, ("users:read",), 2),
    "views.open": Method(views.open_view, (), 4, _BOT),
    "views.publish": Method(views.publish, (), 4, _BOT),
    "views.push": Method(views.push, (), 4, _BOT),
    "views.update": Method(views.update, (), 4, _BOT),
}
