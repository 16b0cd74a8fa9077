"""`files.*`: uploads in three steps, as the Web API has them since 2025."""

from __future__ import annotations

import secrets
import time
from typing import Final

from adapters.sandbox.side import Json
from adapters.sandbox.slack.blocks import block_faults, with_ids
from adapters.sandbox.slack.shapes import file_shape, media_type_of
from adapters.sandbox.slack.values import BOT_ID, Channel, File, Message
from adapters.sandbox.slack.web.call import ApiError, Call, as_list

LARGEST_FILE: Final = 1024**3
LONGEST_ALT: Final = 1000


async def get_upload_url(call: Call) -> Json:
    """`files.getUploadURLExternal`: where to send a file's bytes."""
    name = call.need("filename")
    length = call.number("length", 0, LARGEST_FILE + 1)
    if not length:
        raise ApiError("invalid_arguments", "missing required field: length")
    if length > LARGEST_FILE:
        raise ApiError("file_upload_size_restricted")
    alt = call.text("alt_txt")
    if len(alt) > LONGEST_ALT:
        raise ApiError("alt_txt_too_large")
    file = File(
        id=call.world.new_id("F"),
        name=name,
        user=call.token.user,
        created=int(time.time()),
        length=length,
        alt=alt,
        media_type=media_type_of(name),
        upload_ticket=secrets.token_urlsafe(24),
        by_bot=call.token.kind == "bot",
    )
    call.world.files[file.id] = file
    return {"upload_url": f"{call.world.base}/upload/v1/{file.upload_ticket}", "file_id": file.id}


async def complete_upload(call: Call) -> Json:
    """`files.completeUploadExternal`: finish, and share in a channel or thread where one is named.

    Real shares appear after the answer, so the answer's files have none yet.
    """
    files = _uploaded(call)
    answer = [file_shape(file, call.world.base, call.world.channels) for file in files]
    named = call.text("channel_id") or call.text("channels")
    channels = [_channel(call, one.strip()) for one in named.split(",") if one.strip()]
    blocks = as_list(call.json("blocks", "invalid_blocks_format"))
    if blocks and (faults := block_faults(blocks, "message", call.world)):
        raise ApiError("invalid_blocks", *faults)
    for file in files:
        file.completed = True
    for channel in channels:
        _share(call, channel, files, with_ids(blocks) if blocks else None)
    return {"files": answer}


async def info(call: Call) -> Json:
    """`files.info`."""
    file = _file(call)
    return {
        "file": file_shape(file, call.world.base, call.world.channels),
        "comments": [],
        "response_metadata": {"next_cursor": ""},
    }


async def delete(call: Call) -> Json:
    """`files.delete`: one's own, or anyone's by an admin. Messages lose the file."""
    file = _file(call)
    admin = call.token.kind == "user" and call.world.users[call.token.user].is_admin
    if file.user != call.token.user and not admin:
        raise ApiError("cant_delete_file")
    del call.world.files[file.id]
    for channel_id, ts in list(file.shares):
        message = call.world.channels[channel_id].messages.get(ts)
        if message is None:
            continue
        kept = [one for one in message.files if one != file.id]
        if kept or message.text or message.blocks:
            call.world.change(message, call.token.user, files=kept)
        else:
            message.files = kept
            call.world.remove(message)
    return {}


def _file(call: Call) -> File:
    file = call.world.files.get(call.need("file", "file_not_found"))
    if file is None or not file.completed:
        raise ApiError("file_not_found")
    return file


def _uploaded(call: Call) -> list[File]:
    given = as_list(call.json("files", "invalid_arguments"))
    if not given:
        raise ApiError("invalid_arguments", "missing required field: files")
    files = []
    for one in given:
        file = call.world.files.get(str(one.get("id")))
        if file is None or file.completed or file.user != call.token.user:
            raise ApiError("file_not_found")
        if file.content is None:
            raise ApiError("file_update_failed")
        file.title = str(one.get("title") or file.name)
        files.append(file)
    return files


def _channel(call: Call, given: str) -> Channel:
    channel = call.world.channels.get(given)
    if channel is None:
        raise ApiError("channel_not_found")
    if call.token.user not in channel.members:
        raise ApiError("not_in_channel")
    return channel


def _share(call: Call, channel: Channel, files: list[File], blocks: list[Json] | None) -> None:
    thread_ts = call.text("thread_ts")
    root = channel.messages.get(thread_ts)
    if thread_ts and root is None:
        raise ApiError("invalid_thread_ts")
    message = Message(
        ts=call.world.stamp(),
        channel=channel.id,
        text=call.text("initial_comment"),
        user=call.token.user,
        bot_id=BOT_ID if call.token.kind == "bot" else None,
        thread_ts=(root.thread_ts if root.is_reply else root.ts) if root is not None else None,
        files=[file.id for file in files],
        blocks=blocks,
    )
    call.world.post(message)
