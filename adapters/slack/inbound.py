"""Slack's message events to the core's events. Pure: names, authors and permalinks are looked up by the caller.

A comment is a person's reply in a thread: `thread_ts` is there and is not the message's own `ts`. Events and messages
out of `conversations.replies` have the same shape (https://docs.slack.dev/reference/events/message); the latter name no
channel, so it is given beside them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from adapters.slack.markup import NO_NAMES, Names, parse_blocks, parse_mrkdwn
from adapters.slack.markup.spans import is_linkable
from bot import texts
from bot.markup.tree import Block, Document, Link, Paragraph, Quote, Text
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
_KINDS: Final = frozenset({None, "thread_broadcast", "file_share", "me_message"})
_SLACKBOT: Final = "USLACKBOT"
_GONE: Final = frozenset({"tombstone", "hidden_by_limit"})
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
    """A person's change of a reply's text or files, from a `message_changed` event.

    None where neither changed: Slack sends the event for unfurled links, thread replies and pins too. It is stamped
    with the event's own time, if that is the later one: `edited.ts` has whole seconds, so that of several edits within
    one it would tell the first alone, and a change without an edit (a file taken away) has none.
    """
    message, before = event.get("message"), event.get("previous_message")
    if event.get("subtype") != "message_changed" or not isinstance(message, Mapping) or not counts(message):
        return None
    thread = _thread(event, message, team, channel)
    if thread is None:
        return None
    stamp = _edit_stamp(message)
    body, attachments = _body(message, names), tuple(_attachments(message))
    if isinstance(before, Mapping):
        if (_body(before, names), tuple(_attachments(before))) == (body, attachments):
            return None
    elif not stamp:
        return None
    at = max(stamp, position_of(event.get("ts")), position_of(event.get("event_ts")))
    return Edited(thread, RemoteMessageId(message["ts"]), body, at, attachments)


def removed(event: Mapping[str, Any], *, team: str, channel: str | None = None) -> Removed | None:
    """A message of a thread that is gone: a reply, the bot's own ones included, or the thread's root.

    A root with replies leaves a tombstone in its place, which arrives as a change (`message_changed`).
    """
    match event.get("subtype"):
        case "message_deleted":
            message = event.get("previous_message")
            ts = event.get("deleted_ts")
        case "message_changed":
            message = event.get("message")
            if not isinstance(message, Mapping) or message.get("subtype") != "tombstone":
                return None
            ts = message.get("ts")
        case _:
            return None
    if not isinstance(message, Mapping):
        return None
    thread = _thread(event, message, team, channel)
    ts = ts or message.get("ts")
    return Removed(thread, RemoteMessageId(ts)) if thread is not None and isinstance(ts, str) else None


def counts(message: Mapping[str, Any]) -> bool:
    """Whether a message is a person's reply in a thread; one that was sent to the channel too is one like any other."""
    return (
        message.get("subtype") in _KINDS
        and not message.get("bot_id")
        and not message.get("hidden")
        and isinstance(message.get("user"), str)
        and message["user"] != _SLACKBOT
        and isinstance(message.get("thread_ts"), str)
        and position_of(message.get("ts")) > 0
        and message["thread_ts"] != message["ts"]
    )


def thread_below(root: str, channel: str, team: str) -> ThreadRef:
    """The thread below a message of a channel."""
    return ThreadRef(ChannelRef(SLACK, WorkspaceId(team), RemoteChannelId(channel)), RemoteThreadId(root))


def standing(messages: Iterable[Mapping[str, Any]]) -> frozenset[RemoteMessageId]:
    """Those of a thread's messages that are there: all but the tombstone of a root that was deleted."""
    return frozenset(RemoteMessageId(one["ts"]) for one in messages if one.get("subtype") != "tombstone")


def author_of(user: Mapping[str, Any], team: str) -> Author:
    """A person, from `users.info`'s `user`: by the name that they chose, else their real one, else their handle."""
    profile = user.get("profile")
    chosen = profile if isinstance(profile, Mapping) else {}
    names = (chosen.get("display_name"), chosen.get("real_name"), user.get("real_name"), user.get("name"))
    name = next((name.strip() for name in names if isinstance(name, str) and name.strip()), str(user.get("id")))
    pictures = (chosen.get("image_192"), chosen.get("image_72"))
    avatar = next((url for url in pictures if isinstance(url, str) and url.startswith(("https://", "http://"))), None)
    return Author(SLACK, WorkspaceId(team), RemoteUserId(str(user.get("id"))), name, avatar)


def _thread(event: Mapping[str, Any], message: Mapping[str, Any], team: str, channel: str | None) -> ThreadRef | None:
    where, root = channel or event.get("channel"), message.get("thread_ts")
    if not isinstance(where, str) or not isinstance(root, str):
        return None
    return thread_below(root, where, team)


def _body(message: Mapping[str, Any], names: Names) -> Document:
    blocks, text = message.get("blocks"), message.get("text")
    document = parse_blocks(blocks if isinstance(blocks, list) else (), names=names)
    if not document.blocks and isinstance(text, str):
        document = parse_mrkdwn(text, names=names)
    return Document((*document.blocks, *_shared(message, names)))


def _shared(message: Mapping[str, Any], names: Names) -> Iterator[Block]:
    """Messages that the writer passed on: Slack has them as attachments, beside the previews of links."""
    for shared in _maps(message.get("attachments")):
        if shared.get("is_share") is not True:
            continue
        text, url = shared.get("text") or shared.get("fallback"), shared.get("from_url")
        quoted = parse_mrkdwn(text, names=names).blocks if isinstance(text, str) else ()
        if isinstance(url, str) and is_linkable(url):
            quoted = (*quoted, Paragraph((Link(url, (Text(url),)),)))
        if quoted:
            yield Quote(quoted)


def _edit_stamp(message: Mapping[str, Any]) -> int:
    stamp = message.get("edited")
    return position_of(stamp.get("ts")) if isinstance(stamp, Mapping) else 0


def _attachments(message: Mapping[str, Any]) -> Iterator[Attachment]:
    for file in _maps(message.get("files")):
        if file.get("mode") in _GONE:
            continue
        # A file that lives elsewhere (a cloud drive's) is a link: Slack has nothing to download.
        external = file.get("is_external") is True or file.get("mode") == "external"
        source = None if external else file.get("url_private_download") or file.get("url_private")
        permalink = (file.get("external_url") if external else None) or file.get("permalink")
        size = file.get("size")
        yield Attachment(
            name=_string(file.get("name")) or _string(file.get("title")) or texts.FILE,
            media_type=_string(file.get("mimetype")) or "application/octet-stream",
            size=size if isinstance(size, int) else 0,
            source=_string(source),
            permalink=_string(permalink) or None,
            alt=_string(file.get("alt_txt")),
        )


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""


def _maps(value: object) -> Iterator[Mapping[str, Any]]:
    return (one for one in (value if isinstance(value, list) else ()) if isinstance(one, Mapping))
