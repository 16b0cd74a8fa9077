"""What is known of a message when an event speaks of it: its thread's discussion, and the comment that it is."""

from __future__ import annotations

from typing import Final

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import (
    Attachment,
    BoardId,
    CommentId,
    CommunityId,
    DiscussionId,
    DiscussionState,
    PostingId,
    RemoteMessageId,
    ThreadRef,
)
from bot.records import CommentRecord, CopyRecord, Delivery, Standing
from storage.queries import ATTACHMENTS, COMMENT, COMMENTS, IN_THIS_CHANNEL, names
from storage.records import attachment, comment_record, copy_record
from storage.tables import channels, comments, copies, discussions, outbox, postings

_PLACE: Final = (
    select(
        postings.c.id,
        postings.c.root,
        discussions.c.id.label("discussion"),
        discussions.c.community_id,
        discussions.c.board_id,
        discussions.c.state,
    )
    .join(channels, channels.c.id == postings.c.channel_id)
    .join(discussions, discussions.c.id == postings.c.discussion_id)
    .where(IN_THIS_CHANNEL, postings.c.thread == bindparam("thread"))
)


async def standing_of(
    tx: AsyncConnection, thread: ThreadRef, message: RemoteMessageId, answers: RemoteMessageId | None
) -> Standing | None:
    """See `bot.store.Store.standing`."""
    row = (await tx.execute(_PLACE, names(thread))).mappings().first()
    if row is None:
        return None
    posting = PostingId(row["id"])
    copy = await _copy_at(tx, posting, message)
    comment = await _comment_at(tx, posting, message, copy)
    repost = None if comment is None else await _repost_of(tx, comment)
    return Standing(
        community=CommunityId(row["community_id"]),
        board=BoardId(row["board_id"]),
        discussion=DiscussionId(row["discussion"]),
        state=DiscussionState(row["state"]),
        posting=posting,
        comment=comment,
        attachments=() if comment is None else await _attachments_of(tx, comment.id),
        repost=repost,
        clearing=repost is not None and await _clearing(tx, repost),
        is_copy=copy is not None,
        is_card=row["root"] == message,
        shows=copy.comment if copy is not None else comment.id if comment is not None else None,
        answers=None if answers is None else await _answered(tx, posting, answers),
    )


_COPY_AT: Final = select(copies).where(
    copies.c.posting_id == bindparam("posting"), copies.c.message == bindparam("message")
)


async def _copy_at(tx: AsyncConnection, posting: PostingId, message: RemoteMessageId) -> CopyRecord | None:
    row = (await tx.execute(_COPY_AT, {"posting": posting, "message": message})).mappings().first()
    return None if row is None else copy_record(row)


_COMMENT_AT: Final = COMMENTS.where(
    comments.c.posting_id == bindparam("posting"), comments.c.message == bindparam("message")
)


async def _comment_at(
    tx: AsyncConnection, posting: PostingId, message: RemoteMessageId, copy: CopyRecord | None
) -> CommentRecord | None:
    """The comment whose original a message is, or that a message took the place of."""
    if copy is not None and copy.own_place:
        found = await tx.execute(COMMENT, {"comment": copy.comment})
    else:
        found = await tx.execute(_COMMENT_AT, {"posting": posting, "message": message})
    row = found.mappings().first()
    return None if row is None else comment_record(row)


_REPOST_OF: Final = select(copies).where(copies.c.comment_id == bindparam("comment"), copies.c.own_place)


async def _repost_of(tx: AsyncConnection, comment: CommentRecord) -> CopyRecord | None:
    row = (await tx.execute(_REPOST_OF, {"comment": comment.id})).mappings().first()
    return None if row is None else copy_record(row)


_STATE_OF_COPY: Final = select(outbox.c.state).where(outbox.c.kind == "copy", outbox.c.target_id == bindparam("copy"))


async def _clearing(tx: AsyncConnection, repost: CopyRecord) -> bool:
    """Whether a deletion of ours took the original away, or is under way, or was and its outcome is not known."""
    return repost.cleared or (await tx.execute(_STATE_OF_COPY, {"copy": repost.id})).scalar() == Delivery.SENDING


async def _attachments_of(tx: AsyncConnection, comment: CommentId) -> tuple[Attachment, ...]:
    rows = await tx.execute(ATTACHMENTS, {"comment": comment})
    return tuple(attachment(row) for row in rows.mappings())


_ANSWERED: Final = (
    select(comments.c.id)
    .where(comments.c.posting_id == bindparam("posting"), comments.c.message == bindparam("message"))
    .union(
        select(copies.c.comment_id).where(
            copies.c.posting_id == bindparam("posting"), copies.c.message == bindparam("message")
        )
    )
)


async def _answered(tx: AsyncConnection, posting: PostingId, message: RemoteMessageId) -> CommentId | None:
    """The comment that a message in a posting shows: an original, a repost, or a copy."""
    found = (await tx.execute(_ANSWERED, {"posting": posting, "message": message})).scalars().first()
    return None if found is None else CommentId(found)
