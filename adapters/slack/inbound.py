"""Slack's message events to the core's events. Pure: names, authors and permalinks are looked up by the caller."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from adapters.slack.markup import NO_NAMES, Names, parse_blocks, parse_mrkdwn
from bot.markup.tree import Document
from bot.model import (
    SLACK,
    Attachment,
    Author,
    ChannelRef,
    Edited,
    Posted,
    RemoteChannelId,
    RemoteMessageId,
    RemoteThreadId,
    RemoteUserId,
    Removed,
    ThreadRef,
    WorkspaceId,
)

_TS: Final = re.compile(r"([0-9]{1,12})(?:\.([0-9]{1,6}))?", re.ASCII)
_KINDS: Final = frozenset({None, "thread_broadcast", "file_share", "me_message", "message_replied"})
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def position_of(ts: object) -> int:
    """Microseconds since 1970 of a Slack `ts` such as `1700000000.000100`; 0 for anything else."""
    found = _TS.fullmatch(ts) if isinstance(ts, str) else None
    return int(found[1]) * 1_000_000 + int((found[2] or "").ljust(6, "0")) if found else 0


def posted(
    event: Mapping[str, Any],
    *,
    team: str,
    author: Author,
    names: Names = NO_NAMES,
    permalink: str = "",
    channel: str | None = None,
) -> Posted | None:
    """A person's reply in a thread, from an event or (with `channel`) from history; None for whatever is no comment."""
    thread = _thread(event, event, team, channel)
    if thread is None or not counts(event):
        return None
    position = position_of(event["ts"])
    return Posted(
        thread=thread,
        message=RemoteMessageId(event["ts"]),
        position=position,
        author=author,
        body=_body(event, names),
        at=_EPOCH + timedelta(microseconds=position),
        permalink=permalink,
        attachments=tuple(_attachments(event)),
        edited=_edit_stamp(event),
    )


def edited(
    event: Mapping[str, Any], *, team: str, names: Names = NO_NAMES, channel: str | None = None
) -> Edited | None:
    """A person's change of a reply; None where nothing that people wrote has changed."""
    message, before = event.get("message"), event.get("previous_message")
    if event.get("subtype") != "message_changed" or not isinstance(message, Mapping) or not counts(message):
        return None
    thread = _thread(event, message, team, channel)
    if thread is None:
        return None
    body, attachments = _body(message, names), tuple(_attachments(message))
    if isinstance(before, Mapping) and (_body(before, names), tuple(_attachments(before))) == (body, attachments):
        return None
    stamp = _edit_stamp(message) or position_of(event.get("ts"))
    return Edited(thread, RemoteMessageId(message["ts"]), body, stamp, attachments)


def removed(event: Mapping[str, Any], *, team: str, channel: str | None = None) -> Removed | None:
    """A reply that was deleted."""
    message = event.get("previous_message")
    if event.get("subtype") != "message_deleted" or not isinstance(message, Mapping):
        return None
    thread = _thread(event, message, team, channel)
    return Removed(thread, RemoteMessageId(message["ts"])) if thread else None


def counts(message: Mapping[str, Any]) -> bool:
    """Whether a message is a person's reply in a thread."""
    return (
        message.get("subtype") in _KINDS
        and not message.get("bot_id")
        and not message.get("hidden")
        and isinstance(message.get("user"), str)
        and isinstance(message.get("thread_ts"), str)
        and position_of(message.get("ts")) > 0
        and message["thread_ts"] != message["ts"]
    )


def author_of(user: Mapping[str, Any], team: str) -> Author:
    """A person, from `users.info`'s `user`."""
    profile = user.get("profile") or {}
    names = (profile.get("display_name"), profile.get("real_name"), user.get("real_name"), user.get("name"))
    name = next((name for name in names if name), None) or str(user.get("id"))
    avatar = profile.get("image_192") or profile.get("image_72")
    return Author(SLACK, WorkspaceId(team), RemoteUserId(str(user.get("id"))), name, avatar)


def _thread(event: Mapping[str, Any], message: Mapping[str, Any], team: str, channel: str | None) -> ThreadRef | None:
    where, root = channel or event.get("channel"), message.get("thread_ts")
    if not isinstance(where, str) or not isinstance(root, str):
        return None
    return ThreadRef(ChannelRef(SLACK, WorkspaceId(team), RemoteChannelId(where)), RemoteThreadId(root))


def _body(message: Mapping[str, Any], names: Names) -> Document:
    document = parse_blocks(message.get("blocks") or (), names=names)
    return document if document.blocks else parse_mrkdwn(message.get("text") or "", names=names)


def _edit_stamp(message: Mapping[str, Any]) -> int:
    stamp = message.get("edited")
    return position_of(stamp.get("ts")) if isinstance(stamp, Mapping) else 0


def _attachments(message: Mapping[str, Any]) -> Iterator[Attachment]:
    for file in message.get("files") or ():
        yield Attachment(
            name=file.get("name") or file.get("title") or "file",
            media_type=file.get("mimetype") or "application/octet-stream",
            size=file.get("size") or 0,
            source=file.get("url_private_download") or file.get("url_private") or "",
            permalink=file.get("permalink"),
            alt=file.get("alt_txt") or "",
        )
