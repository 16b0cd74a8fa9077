"""Discord's messages as events of the core.

Payloads are dicts in the API's own shape, as the gateway sends them (MESSAGE_CREATE, MESSAGE_UPDATE, MESSAGE_DELETE:
https://docs.discord.com/developers/events/gateway-events#messages) or as GET /channels/{id}/messages lists them; the
latter lacks `guild_id` and `member`. A gateway's MESSAGE_UPDATE may be partial.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeAlias

from adapters.discord.content import attachments_of, body_of
from adapters.discord.markup import NO_NAMES, MentionNames
from bot.markup.tree import Document
from bot.model import (
    DISCORD,
    Attachment,
    Author,
    Edited,
    Posted,
    RemoteMessageId,
    RemoteUserId,
    Removed,
    ThreadRef,
    WorkspaceId,
)

Json: TypeAlias = Mapping[str, Any]

_CDN: Final = "https://cdn.discordapp.com"
_WRITTEN: Final = frozenset({0, 19})
"""DEFAULT and REPLY: the message types that people write. All others are the system's, or answers to commands
(https://docs.discord.com/developers/resources/message#message-object-message-types)."""
_REFERENCE_REPLY: Final = 0
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DISCORD_EPOCH_MS: Final = 1_420_070_400_000


def posted(payload: Json, thread: ThreadRef, *, names: MentionNames = NO_NAMES) -> Posted | None:
    """A person's message in a thread; None for bots', webhooks' and system messages, and for those without content.

    `position` is the id itself: a snowflake, which grows with the time of posting. Names of mentioned people are
    taken from the payload; `names` gives those of roles and channels, and of people whom the payload leaves out.
    """
    if not _by_a_person(payload) or "author" not in payload:
        return None
    body, attachments = _content(payload, thread, names)
    if not body.blocks and not attachments:
        return None
    message = RemoteMessageId(payload["id"])
    return Posted(
        thread=thread,
        message=message,
        position=int(message),
        author=author_of(payload["author"], payload.get("member"), thread.channel.workspace),
        body=body,
        at=posted_at(message),
        permalink=_permalink(thread, message),
        attachments=attachments,
        answers=_answers(payload),
        edited=_edit_stamp(payload) or 0,
    )


def edited(payload: Json, thread: ThreadRef, *, names: MentionNames = NO_NAMES) -> Edited | None:
    """A person's edit; None for whatever else updates a message, such as the unfurling of its links.

    `edited` is microseconds since 1970. Discord repeats the stamp of the last edit in later updates, so an update
    whose stamp is known already is no edit.
    """
    stamp = _edit_stamp(payload)
    if stamp is None or "content" not in payload or not _by_a_person(payload):
        return None
    body, attachments = _content(payload, thread, names)
    return Edited(thread, RemoteMessageId(payload["id"]), body, stamp, attachments)


def removed(payload: Json, thread: ThreadRef) -> Removed:
    """A deletion, whoever's message it was."""
    return Removed(thread, RemoteMessageId(payload["id"]))


def author_of(user: Json, member: Json | None, guild: WorkspaceId) -> Author:
    """The person behind a user object and, where it is known, the member object: by nickname, else by display name.

    Avatars' URLs: https://docs.discord.com/developers/reference#image-formatting-cdn-endpoints.
    """
    member = member or {}
    return Author(
        platform=DISCORD,
        workspace=guild,
        user=RemoteUserId(user["id"]),
        name=member.get("nick") or user.get("global_name") or user.get("username") or "",
        avatar=_avatar(user, member, guild),
    )


def posted_at(message: RemoteMessageId) -> datetime:
    """When Discord took a message: its snowflake's upper 42 bits are milliseconds since 2015."""
    return _EPOCH + timedelta(milliseconds=(int(message) >> 22) + _DISCORD_EPOCH_MS)


def _by_a_person(payload: Json) -> bool:
    author = payload.get("author") or {}
    is_automatic = payload.get("webhook_id") or author.get("bot") or author.get("system")
    return not is_automatic and payload.get("type", 0) in _WRITTEN


def _content(payload: Json, thread: ThreadRef, names: MentionNames) -> tuple[Document, tuple[Attachment, ...]]:
    known = MentionNames({**names.users, **_mentioned(payload)}, names.roles, names.channels)
    return body_of(payload, known), attachments_of(payload, _permalink(thread, RemoteMessageId(payload["id"])))


def _mentioned(payload: Json) -> dict[str, str]:
    """Display names of the people whom a message mentions; the gateway adds a `member` without `user` to each."""
    return {
        user["id"]: (user.get("member") or {}).get("nick") or user.get("global_name") or user.get("username") or ""
        for user in payload.get("mentions") or ()
    }


def _answers(payload: Json) -> RemoteMessageId | None:
    reference = payload.get("message_reference") or {}
    is_reply = reference.get("type", _REFERENCE_REPLY) == _REFERENCE_REPLY and reference.get("message_id")
    here = payload.get("channel_id")
    return RemoteMessageId(reference["message_id"]) if is_reply and reference.get("channel_id", here) == here else None


def _edit_stamp(payload: Json) -> int | None:
    stamp = payload.get("edited_timestamp")
    if not stamp:
        return None
    return (datetime.fromisoformat(stamp) - _EPOCH) // timedelta(microseconds=1)


def _permalink(thread: ThreadRef, message: RemoteMessageId) -> str:
    return f"https://discord.com/channels/{thread.channel.workspace}/{thread.thread}/{message}"


def _avatar(user: Json, member: Json, guild: WorkspaceId) -> str:
    if member.get("avatar"):
        return f"{_CDN}/guilds/{guild}/users/{user['id']}/avatars/{member['avatar']}.png"
    if user.get("avatar"):
        return f"{_CDN}/avatars/{user['id']}/{user['avatar']}.png"
    # Accounts that still have a discriminator choose among five pictures by it, all others among six by their id.
    discriminator = user.get("discriminator") or "0"
    index = (int(user["id"]) >> 22) % 6 if discriminator in {"0", "0000"} else int(discriminator) % 5
    return f"{_CDN}/embed/avatars/{index}.png"
