"""The inbox, and what decisions do to discussions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.discussion.decisions import Add, Change, Decision, Pass, React, Remove
from bot.model import (
    Attachment,
    BoardId,
    ChannelRef,
    CommentId,
    CommunityId,
    DiscussionId,
    DiscussionState,
    Event,
    PostingId,
    RemoteMessageId,
    ThreadRef,
)
from bot.records import CommentRecord, CopyRecord, Delivery, InboxId, Standing, Waiting
from storage import writing
from storage.database import Database, upsert
from storage.queries import COMMENTS
from storage.records import EVENT, attachment, comment_record, copy_record
from storage.tables import attachments, channels, comments, copies, discussions, inbox, outbox, postings

FAILED = "failed"
"""How the outcome of an event begins that was set aside."""


class Receiving:
    """The part of the Store that takes events in and carries decisions out."""

    _database: Database

    async def concerns(self, thread: ThreadRef) -> bool:
        """See `bot.store.Store`."""
        ours = or_(postings.c.thread == thread.thread, postings.c.root == thread.thread)
        on_its_way = and_(postings.c.root.is_(None), outbox.c.state.in_((Delivery.PENDING, Delivery.SENDING)))
        query = select(
            exists()
            .where(channels.c.id == postings.c.channel_id)
            .where(outbox.c.kind == "card", outbox.c.target_id == postings.c.id)
            .where(_same_channel(thread.channel))
            .where(or_(ours, on_its_way))
        )
        async with self._database.read() as tx:
            return bool((await tx.execute(query)).scalar())

    async def keep(self, key: str, event: Event, now: datetime) -> bool:
        """See `bot.store.Store`."""
        values = {
            "key": key,
            "platform": event.thread.platform,
            "channel": event.thread.channel.channel,
            "thread": event.thread.thread,
            "payload": EVENT.dump_json(event).decode(),
            "received_at": now,
        }
        set_aside = and_(inbox.c.key == key, inbox.c.outcome.startswith(FAILED))
        async with self._database.write() as tx:
            statement = upsert(tx, inbox).values(**values).on_conflict_do_nothing()
            kept = (await tx.execute(statement)).rowcount > 0
            if not kept and (await tx.execute(delete(inbox).where(set_aside))).rowcount > 0:
                await tx.execute(statement)
                return True
            return kept

    async def waiting(self, limit: int, after: InboxId | None = None) -> tuple[Waiting, ...]:
        """See `bot.store.Store`."""
        query = (
            select(inbox).where(inbox.c.outcome.is_(None), inbox.c.id > (after or 0)).order_by(inbox.c.id).limit(limit)
        )
        async with self._database.read() as tx:
            rows = (await tx.execute(query)).mappings().all()
        return tuple(
            Waiting(InboxId(row["id"]), EVENT.validate_json(row["payload"]), row["received_at"]) for row in rows
        )

    async def standing(
        self, thread: ThreadRef, message: RemoteMessageId, answers: RemoteMessageId | None
    ) -> Standing | None:
        """See `bot.store.Store`."""
        place = (
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
            .where(_same_channel(thread.channel), postings.c.thread == thread.thread)
        )
        async with self._database.read() as tx:
            row = (await tx.execute(place)).mappings().first()
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
                is_copy=copy is not None,
                is_card=row["root"] == message,
                shows=copy.comment if copy is not None else comment.id if comment is not None else None,
                answers=None if answers is None else await _answered(tx, posting, answers),
            )

    async def settle(self, inbox_id: InboxId | None, decision: Decision, now: datetime) -> CommentId | None:
        """See `bot.store.Store`."""
        comment: CommentId | None = None
        async with self._database.write() as tx:
            match decision:
                case Add():
                    comment = await writing.add(tx, decision, now)
                case Change():
                    comment = await writing.change(tx, decision, now)
                case Remove():
                    comment = await writing.remove(tx, decision, now)
                case React():
                    comment = await self._react(tx, decision, now)
                case Pass():
                    pass
            if inbox_id is not None:
                outcome = decision.why if isinstance(decision, Pass) else type(decision).__name__.lower()
                await tx.execute(update(inbox).where(inbox.c.id == inbox_id).values(outcome=outcome, payload=None))
        return comment

    async def set_aside(self, inbox_id: InboxId, why: str) -> None:
        """See `bot.store.Store`."""
        async with self._database.write() as tx:
            await tx.execute(update(inbox).where(inbox.c.id == inbox_id).values(outcome=why))

    async def _react(self, tx: AsyncConnection, decision: React, now: datetime) -> CommentId | None:
        query = (
            select(channels.c.platform, channels.c.workspace)
            .join(postings, postings.c.channel_id == channels.c.id)
            .where(postings.c.id == decision.posting)
        )
        place = (await tx.execute(query)).one()
        return await writing.react(tx, decision, place.platform, place.workspace, now)

    async def comment(self, comment: CommentId) -> CommentRecord | None:
        """See `bot.store.Store`."""
        async with self._database.read() as tx:
            row = (await tx.execute(COMMENTS.where(comments.c.id == comment))).mappings().first()
        return None if row is None else comment_record(row)


def _same_channel(ref: ChannelRef) -> ColumnElement[bool]:
    return and_(
        channels.c.platform == ref.platform, channels.c.workspace == ref.workspace, channels.c.remote == ref.channel
    )


async def _copy_at(tx: AsyncConnection, posting: PostingId, message: RemoteMessageId) -> CopyRecord | None:
    query = select(copies).where(copies.c.posting_id == posting, copies.c.message == message)
    row = (await tx.execute(query)).mappings().first()
    return None if row is None else copy_record(row)


async def _comment_at(
    tx: AsyncConnection, posting: PostingId, message: RemoteMessageId, copy: CopyRecord | None
) -> CommentRecord | None:
    """The comment whose original a message is, or that a message took the place of."""
    if copy is not None and copy.own_place:
        query = COMMENTS.where(comments.c.id == copy.comment)
    else:
        query = COMMENTS.where(comments.c.posting_id == posting, comments.c.message == message)
    row = (await tx.execute(query)).mappings().first()
    return None if row is None else comment_record(row)


async def _repost_of(tx: AsyncConnection, comment: CommentRecord) -> CopyRecord | None:
    query = select(copies).where(copies.c.comment_id == comment.id, copies.c.own_place)
    row = (await tx.execute(query)).mappings().first()
    return None if row is None else copy_record(row)


async def _attachments_of(tx: AsyncConnection, comment: CommentId) -> tuple[Attachment, ...]:
    query = select(attachments).where(attachments.c.comment_id == comment).order_by(attachments.c.ordinal)
    return tuple(attachment(row) for row in (await tx.execute(query)).mappings())


async def _answered(tx: AsyncConnection, posting: PostingId, message: RemoteMessageId) -> CommentId | None:
    """The comment that a message in a posting shows: an original, a repost, or a copy."""
    original = select(comments.c.id).where(comments.c.posting_id == posting, comments.c.message == message)
    copied = select(copies.c.comment_id).where(copies.c.posting_id == posting, copies.c.message == message)
    found = (await tx.execute(original.union(copied))).scalars().first()
    return None if found is None else CommentId(found)
