"""The JSON that Slack's Web API and events speak in. Shapes are pinned to samples of real payloads in the tests."""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping

from adapters.sandbox.side import Json
from adapters.sandbox.slack.values import (
    APP_ID,
    BOT_ID,
    BOT_NAME,
    BOT_USER,
    SLACKBOT,
    TEAM_DOMAIN,
    TEAM_ID,
    TEAM_NAME,
    TOMBSTONE_TEXT,
    Channel,
    File,
    Message,
    User,
    View,
)

AVATAR_SIZES = (24, 32, 48, 72, 192, 512)
PRETTY_TYPES = {"png": "PNG", "jpg": "JPEG", "gif": "GIF", "text": "Plain Text", "pdf": "PDF", "binary": "Binary"}
FILE_TYPES = {"jpeg": "jpg", "txt": "text", "md": "markdown", "": "binary"}


def user_shape(user: User, base: str) -> Json:
    """A user as `users.info` answers; `base` is where this Slack serves avatars."""
    avatar = f"{base}/avatars/{user.id}"
    first, _, last = user.display_name.partition(" ")
    profile: Json = {
        "title": "",
        "phone": "",
        "skype": "",
        "real_name": user.display_name,
        "real_name_normalized": user.display_name,
        "display_name": user.display_name,
        "display_name_normalized": user.display_name,
        "first_name": first,
        "last_name": last,
        "status_text": "",
        "status_emoji": "",
        "status_expiration": 0,
        "avatar_hash": user.id.lower(),
        "team": TEAM_ID,
        **{f"image_{size}": f"{avatar}-{size}.png" for size in AVATAR_SIZES},
    }
    if user.is_bot:
        profile |= {"api_app_id": APP_ID, "bot_id": BOT_ID, "always_active": True}
    return {
        "id": user.id,
        "team_id": TEAM_ID,
        "name": user.name,
        "deleted": False,
        "color": user.color,
        "real_name": user.display_name,
        "tz": "Etc/UTC",
        "tz_label": "Coordinated Universal Time",
        "tz_offset": 0,
        "profile": profile,
        "is_admin": user.is_admin,
        "is_owner": user.is_owner,
        "is_primary_owner": user.is_owner,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "is_bot": user.is_bot,
        "is_app_user": False,
        "updated": 1_700_000_000,
        "is_email_confirmed": True,
        "who_can_share_contact_card": "EVERYONE",
    }


def channel_shape(channel: Channel, member: str, *, num_members: bool = False) -> Json:
    """A conversation as `conversations.info` answers; `member` is who asks."""
    empty: Json = {"value": "", "creator": "", "last_set": 0}
    shape: Json = {
        "id": channel.id,
        "name": channel.name,
        "is_channel": not channel.is_private,
        "is_group": channel.is_private,
        "is_im": False,
        "is_mpim": False,
        "is_private": channel.is_private,
        "created": channel.created,
        "is_archived": channel.is_archived,
        "is_general": False,
        "unlinked": 0,
        "name_normalized": channel.name,
        "is_shared": False,
        "is_org_shared": False,
        "is_pending_ext_shared": False,
        "pending_shared": [],
        "context_team_id": TEAM_ID,
        "updated": channel.created * 1000,
        "creator": channel.creator,
        "is_ext_shared": False,
        "shared_team_ids": [TEAM_ID],
        "pending_connected_team_ids": [],
        "is_member": member in channel.members,
        "topic": empty,
        "purpose": dict(empty),
        "previous_names": [],
    }
    if num_members:
        shape["num_members"] = len(channel.members)
    return shape


def bot_profile(base: str) -> Json:
    """The `bot_profile` of the app's messages."""
    icons = {f"image_{size}": f"{base}/avatars/{BOT_USER}-{size}.png" for size in (36, 48, 72)}
    return {
        "id": BOT_ID,
        "app_id": APP_ID,
        "name": BOT_NAME,
        "icons": icons,
        "deleted": False,
        "updated": 1_700_000_000,
        "team_id": TEAM_ID,
    }


def file_type(name: str, media_type: str) -> str:
    """Slack's `filetype`: a short name of its own for each kind of file."""
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if not ending and media_type.startswith("text/"):
        return "text"
    return FILE_TYPES.get(ending, ending)


def permalink(channel: str, message: Message) -> str:
    """The link that opens a message for a person."""
    link = f"https://{TEAM_DOMAIN}.slack.com/archives/{channel}/p{message.ts.replace('.', '')}"
    return f"{link}?thread_ts={message.thread_ts}&cid={channel}" if message.is_reply else link


def file_shape(file: File, base: str, channels: Mapping[str, Channel]) -> Json:
    """A file as `files.info` and messages carry it."""
    kind = file_type(file.name, file.media_type)
    shares: dict[str, dict[str, list[Json]]] = {}
    for channel_id, ts in file.shares:
        channel = channels[channel_id]
        share: Json = {
            "reply_users": [],
            "reply_users_count": 0,
            "reply_count": 0,
            "ts": ts,
            "channel_name": channel.name,
            "team_id": TEAM_ID,
            "share_user_id": file.user,
        }
        message = channel.messages.get(ts)
        if message is not None and message.is_reply:
            share["thread_ts"] = message.thread_ts
        privacy = "private" if channel.is_private else "public"
        shares.setdefault(privacy, {}).setdefault(channel_id, []).append(share)
    private = f"{base}/files-pri/{TEAM_ID}-{file.id}"
    return {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title or file.name,
        "mimetype": file.media_type,
        "filetype": kind,
        "pretty_type": PRETTY_TYPES.get(kind, kind.capitalize()),
        "user": file.user,
        "user_team": TEAM_ID,
        "editable": False,
        "size": file.length,
        "mode": "hosted",
        "is_external": False,
        "external_type": "",
        "is_public": bool(file.shares),
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "url_private": f"{private}/{file.name}",
        "url_private_download": f"{private}/download/{file.name}",
        "media_display_type": "unknown",
        "permalink": f"https://{TEAM_DOMAIN}.slack.com/files/{file.user}/{file.id}/{file.name}",
        "permalink_public": f"https://slack-files.com/{TEAM_ID}-{file.id}-0",
        "is_starred": False,
        "has_rich_preview": False,
        "file_access": "visible",
        "shares": shares,
        **({"alt_txt": file.alt} if file.alt else {}),
    }


def media_type_of(name: str) -> str:
    """What Slack takes an uploaded file for, by its name."""
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def message_shape(  # noqa: C901 - one line for each field that may be there
    message: Message,
    channel: Channel,
    files: Mapping[str, File],
    channels: Mapping[str, Channel],
    base: str,
    *,
    metadata: bool = False,
    counts: bool = True,
) -> Json:
    """A message as history and events carry it. `counts` adds what changes around it: replies, reactions."""
    shape: Json = {"type": "message", "ts": message.ts, "text": message.text}
    if message.tombstone:
        shape |= {"subtype": "tombstone", "text": TOMBSTONE_TEXT, "user": SLACKBOT, "hidden": True}
    else:
        _put_author(shape, message, base)
        if message.broadcast:
            shape["subtype"] = "thread_broadcast"
        if message.blocks is not None:
            shape["blocks"] = message.blocks
        if message.attachments:
            shape["attachments"] = message.attachments
        shared = [files[file] for file in message.files if file in files]
        if message.files:
            shape["files"] = [file_shape(file, base, channels) for file in shared]
            shape |= {"upload": False, "display_as_bot": False}
        if message.edited is not None:
            shape["edited"] = message.edited
        if metadata and message.metadata is not None:
            shape["metadata"] = message.metadata
        if counts and message.reactions:
            shape["reactions"] = [
                {"name": name, "users": list(users), "count": len(users)} for name, users in message.reactions.items()
            ]
    if message.is_reply and message.thread_ts is not None:
        shape["thread_ts"] = message.thread_ts
        root = channel.messages.get(message.thread_ts)
        if root is not None:
            shape["parent_user_id"] = SLACKBOT if root.tombstone else root.user or root.bot_id
    elif counts and (replies := channel.threads.get(message.ts)):
        shape |= _reply_counts(message, channel, replies)
    return shape


def _put_author(shape: Json, message: Message, base: str) -> None:
    if message.username is not None:
        shape |= {"subtype": "bot_message", "username": message.username, "bot_id": message.bot_id, "app_id": APP_ID}
        if message.icons is not None:
            shape["icons"] = message.icons
        return
    shape["user"] = message.user
    if not message.files and not message.broadcast:
        shape["team"] = TEAM_ID
    if message.client_msg_id is not None:
        shape["client_msg_id"] = message.client_msg_id
    if message.bot_id is not None:
        shape |= {"bot_id": message.bot_id, "app_id": APP_ID, "bot_profile": bot_profile(base)}
    if message.files:
        shape["subtype"] = "file_share"


def _reply_counts(message: Message, channel: Channel, replies: list[str]) -> Json:
    authors = list(dict.fromkeys(_author_id(channel.messages[ts]) for ts in replies))
    return {
        "thread_ts": message.ts,
        "reply_count": len(replies),
        "reply_users_count": len(authors),
        "latest_reply": replies[-1],
        "reply_users": authors[:5],
        "is_locked": False,
        "subscribed": False,
    }


def _author_id(message: Message) -> str:
    return message.user or message.bot_id or SLACKBOT


def view_shape(view: View) -> Json:
    """A view as `views.open` answers and interactions carry it."""
    body = view.body
    return {
        "id": view.id,
        "team_id": TEAM_ID,
        "type": view.kind,
        "blocks": body["blocks"],
        "private_metadata": body.get("private_metadata", ""),
        "callback_id": body.get("callback_id", ""),
        "state": {"values": body.get("state", {})},
        "hash": view.hash,
        "title": body.get("title"),
        "clear_on_close": body.get("clear_on_close", False),
        "notify_on_close": body.get("notify_on_close", False),
        "close": body.get("close"),
        "submit": body.get("submit"),
        "previous_view_id": view.previous,
        "root_view_id": view.root,
        "app_id": APP_ID,
        "external_id": view.external_id,
        "app_installed_team_id": TEAM_ID,
        "bot_id": BOT_ID,
    }


def team_shape(base: str) -> Json:
    """The workspace as `team.info` answers."""
    icons = {f"image_{size}": f"{base}/avatars/{TEAM_ID}-{size}.png" for size in (34, 44, 68, 88, 102, 132, 230)}
    return {
        "id": TEAM_ID,
        "name": TEAM_NAME,
        "url": f"https://{TEAM_DOMAIN}.slack.com/",
        "domain": TEAM_DOMAIN,
        "email_domain": "",
        "icon": {**icons, "image_default": True},
    }
