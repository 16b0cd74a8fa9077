"""Rows to records: the one place where columns become the core's values."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import RowMapping

from bot.markup.tree import from_json
from bot.model import (
    Article,
    Attachment,
    Author,
    BoardId,
    ChannelId,
    ChannelInfo,
    ChannelRef,
    CommentId,
    CopyId,
    DiscussionId,
    DiscussionState,
    Event,
    PlatformName,
    PostingId,
    RemoteChannelId,
    RemoteMessageId,
    RemoteThreadId,
    RemoteUserId,
    ThreadRef,
    WorkspaceId,
)
from bot.ports import Stamp
from bot.records import (
    AttachmentId,
    AttachmentRecord,
    ChannelRecord,
    CommentRecord,
    CopyRecord,
    Delivery,
    DiscussionRecord,
    Lane,
    OutboxId,
    OutboxRecord,
    PostingRecord,
)

ARTICLE: TypeAdapter[Article] = TypeAdapter(Article)
EVENT: TypeAdapter[Event] = TypeAdapter(Event)


def channel_record(row: RowMapping, prefix: str = "") -> ChannelRecord:
    """A `channels` row; `prefix` is set before its columns' names."""
    return ChannelRecord(
        id=ChannelId(row[f"{prefix}id"]),
        info=ChannelInfo(
            ref=ChannelRef(
                PlatformName(row[f"{prefix}platform"]),
                WorkspaceId(row[f"{prefix}workspace"]),
                RemoteChannelId(row[f"{prefix}remote"]),
            ),
            name=row[f"{prefix}name"],
            forum=bool(row[f"{prefix}forum"]),
        ),
    )


def thread_ref(channel: ChannelRef, thread: str | None) -> ThreadRef | None:
    """A posting's thread, once it has one."""
    return None if thread is None else ThreadRef(channel, RemoteThreadId(thread))


def message_id(value: str | None) -> RemoteMessageId | None:
    """A message's id, if there is one."""
    return None if value is None else RemoteMessageId(value)


def posting_record(row: RowMapping) -> PostingRecord:
    """A `postings` row with its channel's columns as `channel_…` and its outbox row's `state` and `reason`."""
    channel = channel_record(row, "channel_")
    return PostingRecord(
        id=PostingId(row["id"]),
        channel=channel,
        root=message_id(row["root"]),
        thread=thread_ref(channel.info.ref, row["thread"]),
        url=row["url"],
        state=Delivery(row["state"]),
        reason=row["reason"],
    )


def discussion_record(row: RowMapping) -> DiscussionRecord:
    """A `discussions` row with its board's name as `board`, and its `on_web`."""
    return DiscussionRecord(
        id=DiscussionId(row["id"]),
        board_id=BoardId(row["board_id"]),
        board=row["board"],
        title=row["title"],
        state=DiscussionState(row["state"]),
        comments=row["comments"],
        version=row["version"],
        created_at=row["created_at"],
        on_web=bool(row["on_web"]),
    )


def author(row: RowMapping) -> Author:
    """An `authors` row with its columns as `author_…`."""
    return Author(
        platform=PlatformName(row["author_platform"]),
        workspace=WorkspaceId(row["author_workspace"]),
        user=RemoteUserId(row["author_remote"]),
        name=row["author_name"],
        avatar=row["author_avatar"],
    )


def comment_record(row: RowMapping) -> CommentRecord:
    """A `comments` row with its author's columns as `author_…` and its origin's channel as `channel_…`, `thread`."""
    channel = channel_record(row, "channel_")
    return CommentRecord(
        id=CommentId(row["id"]),
        discussion=DiscussionId(row["discussion_id"]),
        posting=PostingId(row["posting_id"]),
        author=author(row),
        origin=ThreadRef(channel.info.ref, RemoteThreadId(row["thread"])),
        message=RemoteMessageId(row["message"]),
        position=row["position"],
        permalink=row["permalink"],
        body=from_json(row["body"]),
        version=row["version"],
        edited=row["edited"],
        removed=bool(row["removed"]),
        created_at=row["created_at"],
        edited_at=row["edited_at"],
        answers=None if row["answers_id"] is None else CommentId(row["answers_id"]),
    )


def attachment_record(row: RowMapping) -> AttachmentRecord:
    """An `attachments` row."""
    return AttachmentRecord(
        id=AttachmentId(row["id"]), attachment=attachment(row), content=row["content"], missing=bool(row["missing"])
    )


def attachment(row: RowMapping) -> Attachment:
    """What the platform said of an attachment."""
    return Attachment(
        name=row["name"],
        media_type=row["media_type"],
        size=row["size"],
        source=row["source"],
        permalink=row["permalink"],
        alt=row["alt"],
        spoiler=bool(row["spoiler"]),
    )


def copy_record(row: RowMapping) -> CopyRecord:
    """A `copies` row."""
    return CopyRecord(
        id=CopyId(row["id"]),
        comment=CommentId(row["comment_id"]),
        posting=PostingId(row["posting_id"]),
        message=message_id(row["message"]),
        url=row["url"],
        own_place=bool(row["own_place"]),
        cleared=bool(row["cleared"]),
    )


def outbox_record(row: RowMapping) -> OutboxRecord:
    """An `outbox` row."""
    kind: Any = row["kind"]
    return OutboxRecord(
        id=OutboxId(row["id"]),
        kind=kind,
        target=row["target_id"],
        lane=Lane(row["lane"]),
        platform=PlatformName(row["platform"]),
        stamp=Stamp(row["stamp"]),
        state=Delivery(row["state"]),
        wanted=row["wanted"],
        done=row["done"],
        attempts=row["attempts"],
        started_at=row["started_at"],
        token=row["token"] or 0,
    )
