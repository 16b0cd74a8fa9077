"""`chat.*`: what the app says."""

from __future__ import annotations

import json
from typing import Final

from adapters.sandbox.side import Json
from adapters.sandbox.slack.blocks import block_faults, with_ids
from adapters.sandbox.slack.shapes import permalink
from adapters.sandbox.slack.values import BOT_ID, BOT_USER, Channel, Ephemeral, Message
from adapters.sandbox.slack.web.call import ApiError, Call, as_list

LONGEST_POST: Final = 40_000
LONGEST_UPDATE: Final = 4_000
LARGEST_METADATA: Final = 8_000
MOST_ATTACHMENTS: Final = 100
LONGEST_USERNAME: Final = 80


async def post_message(call: Call) -> Json:
    """`chat.postMessage`. A `thread_ts` that leads nowhere is passed over silently, as Slack does."""
    channel = _open_channel(call)
    text, blocks, attachments = _content(call, LONGEST_POST)
    message = Message(
        ts=call.world.stamp(),
        channel=channel.id,
        text=text,
        blocks=blocks,
        attachments=attachments,
        metadata=_metadata(call),
        thread_ts=_root_of(channel, call.text("thread_ts")),
    )
    message.broadcast = message.is_reply and call.flag("reply_broadcast")
    _sign(call, message)
    call.world.post(message)
    return {"channel": channel.id, "ts": message.ts, "message": call.world.shape(message, metadata=True)}


async def update(call: Call) -> Json:
    """`chat.update`: replaces the text, and takes blocks away that it does not bring along."""
    channel = call.channel()
    message = call.message(channel)
    if not _is_own(call, message):
        raise ApiError("cant_update_message")
    if call.token.user not in channel.members:
        raise ApiError("not_in_channel")
    if channel.is_archived:
        raise ApiError("is_archived")
    text, blocks, attachments = _content(call, LONGEST_UPDATE)
    metadata = _metadata(call) if call.arguments.get("metadata") is not None else message.metadata
    author = message.user or BOT_ID
    call.world.change(message, author, text=text, blocks=blocks, attachments=attachments, metadata=metadata)
    shape = call.world.shape(message, metadata=True)
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": shape}


async def delete(call: Call) -> Json:
    """`chat.delete`: a bot its own messages, an admin anyone's."""
    channel = call.channel()
    message = call.message(channel)
    admin = call.token.kind == "user" and call.world.users[call.token.user].is_admin
    if not admin and not _is_own(call, message):
        raise ApiError("cant_delete_message")
    call.world.remove(message)
    return {"channel": channel.id, "ts": message.ts}


async def post_ephemeral(call: Call) -> Json:
    """`chat.postEphemeral`."""
    channel = _open_channel(call)
    user = call.world.users.get(call.need("user"))
    if user is None:
        raise ApiError("user_not_found")
    if user.id not in channel.members:
        raise ApiError("user_not_in_channel")
    text, blocks, _ = _content(call, LONGEST_POST)
    thread_ts = call.text("thread_ts") or None
    ephemeral = Ephemeral(call.world.stamp(), channel.id, user.id, text, blocks, thread_ts)
    call.world.whisper(ephemeral)
    return {"message_ts": ephemeral.ts}


async def get_permalink(call: Call) -> Json:
    """`chat.getPermalink`."""
    channel = call.channel()
    message = call.message(channel, "message_ts")
    return {"permalink": permalink(channel.id, message), "channel": channel.id}


def _open_channel(call: Call) -> Channel:
    channel = call.member_channel()
    if channel.is_archived:
        raise ApiError("is_archived")
    return channel


def _is_own(call: Call, message: Message) -> bool:
    if call.token.kind == "bot":
        return message.bot_id == BOT_ID
    return message.user == call.token.user


def _sign(call: Call, message: Message) -> None:
    """Put the author on: the token's user, or another name for those who may use one."""
    if call.token.kind == "user":
        message.user = call.token.user
        return
    message.bot_id = BOT_ID
    username, icon_url, icon_emoji = call.text("username"), call.text("icon_url"), call.text("icon_emoji")
    if not (username or icon_url or icon_emoji):
        message.user = BOT_USER
        return
    if "chat:write.customize" not in call.token.scopes:
        raise ApiError("missing_scope", needed="chat:write.customize", provided=",".join(call.token.scopes))
    message.username = username[:LONGEST_USERNAME] or call.world.users[BOT_USER].display_name
    if icon_url:
        message.icons = {f"image_{size}": icon_url for size in (36, 48, 72)}
    elif icon_emoji:
        message.icons = {"emoji": icon_emoji}


def _root_of(channel: Channel, given: str) -> str | None:
    """The root of the thread to answer in: a reply's own thread where a reply was named.

    Slack posts to the channel itself where the message is gone (github.com/slack-go/slack/issues/1571).
    """
    named = channel.messages.get(given)
    if named is None:
        return None
    return named.thread_ts if named.is_reply else named.ts


def _content(call: Call, longest: int) -> tuple[str, list[Json] | None, list[Json] | None]:
    text = call.text("text")
    blocks = _blocks(call)
    attachments = as_list(call.json("attachments", "invalid_attachments"))
    if not text and not blocks and not attachments:
        raise ApiError("no_text")
    if len(text) > longest:
        raise ApiError("msg_too_long")
    if attachments and len(attachments) > MOST_ATTACHMENTS:
        raise ApiError("too_many_attachments")
    return text, blocks, attachments


def _blocks(call: Call) -> list[Json] | None:
    given = call.json("blocks", "invalid_blocks_format")
    if given is None or given == []:
        return None
    if not isinstance(given, list):
        raise ApiError("invalid_blocks_format")
    faults = block_faults(given, "message", call.world)
    if faults:
        raise ApiError("invalid_blocks", *faults)
    return with_ids(given)


def _metadata(call: Call) -> Json | None:
    given = call.json("metadata", "invalid_metadata_format")
    if given is None or given == {}:
        return None
    if not isinstance(given, dict) or set(given) - {"event_type", "event_payload", "entities"}:
        raise ApiError("invalid_metadata_format")
    if not isinstance(given.get("event_type"), str) or not isinstance(given.get("event_payload"), dict):
        raise ApiError("invalid_metadata_format")
    if len(json.dumps(given)) > LARGEST_METADATA:
        raise ApiError("metadata_too_large")
    return given
