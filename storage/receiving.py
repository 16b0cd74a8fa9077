"""The inbox, and what decisions do to discussions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Integer,
    all_,
    and_,
    any_,
    delete,
    exists,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.discussion.decisions import Add, Change, Decision, Pass, React, Remove
from bot.errors import LeaseLost
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
from bot.slots import slot_of
from storage import writing
from storage.database import Database, upsert
from storage.engines import SQLITE
from storage.leasing import server_time
from storage.queries import COMMENTS, is_open
from storage.records import EVENT, attachment, comment_record, copy_record
from storage.tables import (
    attachments,
    behind,
    channels,
    comments,
    copies,
    discussions,
    inbox,
    outbox,
    postings,
    replicas,
)

FAILED = "failed"
"""How the outcome of an event begins that was set aside."""
_RESTS = exists().where(
    behind.c.platform == inbox.c.platform,
    or_(behind.c.thread == "", and_(behind.c.channel == inbox.c.channel, behind.c.thread == inbox.c.thread)),
)
"""Whether an event's thread is being read again, by any replica."""


class Receiving:
    """The part of the Store that takes events in and carries decisions out."""

    _database: Database

    async def concerns(self, thread: ThreadRef) -> bool:
        """See `bot.store.Store`."""
        there = exists().where(channels.c.id == postings.c.channel_id).where(_same_channel(thread.channel))
        on_its_way = there.where(
            postings.c.root.is_(None),
            outbox.c.kind == "card",
            outbox.c.target_id == postings.c.id,
            is_open(outbox),
        )
        # One by one, each by an index of its own: a channel's postings grow in number.
        query = select(
            or_(
                there.where(postings.c.thread == thread.thread),
                there.where(postings.c.root == thread.thread),
                on_its_way,
            )
        )
        async with self._database.read() as tx:
            return bool((await tx.execute(query)).scalar())

    async def keep(self, key: str, event: Event, now: datetime) -> bool:
        """See `bot.store.Store`."""
        set_aside = and_(inbox.c.key == key, inbox.c.outcome.startswith(FAILED))
        async with self._database.write() as tx:
            statement = upsert(tx, inbox).values(_kept(key, event, now)).on_conflict_do_nothing()
            kept = (await tx.execute(statement)).rowcount > 0
            if not kept and (await tx.execute(delete(inbox).where(set_aside))).rowcount > 0:
                await tx.execute(statement)
                return True
            return kept

    async def keep_all(self, events: Sequence[tuple[str, Event]], now: datetime) -> None:
        """See `bot.store.Store`."""
        if not events:
            return
        keys = [key for key, _ in events]
        set_aside = and_(inbox.c.key.in_(keys), inbox.c.outcome.startswith(FAILED))
        async with self._database.write() as tx:
            await tx.execute(delete(inbox).where(set_aside))
            statement = upsert(tx, inbox).on_conflict_do_nothing()
            await tx.execute(statement, [_kept(key, event, now) for key, event in events])

    async def waiting(self, limit: int, after: InboxId | None = None) -> tuple[Waiting, ...]:
        """See `bot.store.Store`."""
        return await self._waiting(inbox.c.id > (after or 0), limit=limit)

    async def waiting_for(
        self, limit: int, slots: Collection[int], overdue: datetime, known: Collection[InboxId]
    ) -> tuple[tuple[Waiting, ...], frozenset[InboxId]]:
        """See `bot.store.Store`."""
        mine = or_(inbox.c.slot == any_(literal(sorted(slots), ARRAY(Integer))), inbox.c.received_at < overdue)
        ids = literal(sorted(known), ARRAY(BigInteger))
        async with self._database.read() as tx:  # both of one snapshot: marks come and go
            new = await self._waiting_in(tx, mine, inbox.c.id != all_(ids), ~_RESTS, limit=limit)
            resting = await tx.execute(select(inbox.c.id).where(inbox.c.id == any_(ids), _RESTS)) if known else None
            return new, frozenset() if resting is None else frozenset(map(InboxId, resting.scalars()))

    async def waiting_in(self, thread: ThreadRef) -> tuple[Waiting, ...]:
        """See `bot.store.Store`."""
        channel = thread.channel
        return await self._waiting(
            inbox.c.platform == channel.platform, inbox.c.channel == channel.channel, inbox.c.thread == thread.thread
        )

    async def _waiting(self, *which: ColumnElement[bool], limit: int | None = None) -> tuple[Waiting, ...]:
        async with self._database.read() as tx:
            return await self._waiting_in(tx, *which, limit=limit)

    async def _waiting_in(
        self, tx: AsyncConnection, *which: ColumnElement[bool], limit: int | None
    ) -> tuple[Waiting, ...]:
        query = select(inbox).where(inbox.c.outcome.is_(None), *which).order_by(inbox.c.id).limit(limit)
        rows = (await tx.execute(query)).mappings().all()
        return tuple(
            Waiting(InboxId(row["id"]), EVENT.validate_json(row["payload"]), row["received_at"]) for row in rows
        )

    async def posting_of(self, thread: ThreadRef) -> PostingId | None:
        """See `bot.store.Store`."""
        query = (
            select(postings.c.id)
            .join(channels, channels.c.id == postings.c.channel_id)
            .where(_same_channel(thread.channel), postings.c.thread == thread.thread)
        )
        async with self._database.read() as tx:
            return (await tx.execute(query)).scalar()

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
                clearing=repost is not None and await _clearing(tx, repost),
                is_copy=copy is not None,
                is_card=row["root"] == message,
                shows=copy.comment if copy is not None else comment.id if comment is not None else None,
                answers=None if answers is None else await _answered(tx, posting, answers),
            )

    async def settle(
        self, inbox_id: InboxId | None, decision: Decision, now: datetime, dealer: str | None = None
    ) -> CommentId | None:
        """See `bot.store.Store`."""
        comment: CommentId | None = None
        async with self._database.write() as tx:
            if inbox_id is not None:
                outcome = decision.why if isinstance(decision, Pass) else type(decision).__name__.lower()
                allowed = () if dealer is None or self._database.kind == SQLITE else (_deals(dealer), ~_RESTS)
                if not await _dealt_with(tx, inbox_id, *allowed, outcome=outcome, payload=None):
                    if allowed and await _waits(tx, inbox_id):
                        raise LeaseLost("the event rests, or is another replica's to deal with by now")
                    return None
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
        return comment

    async def set_aside(self, inbox_id: InboxId, why: str) -> None:
        """See `bot.store.Store`."""
        async with self._database.write() as tx:
            await _dealt_with(tx, inbox_id, outcome=why)

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


async def _dealt_with(
    tx: AsyncConnection, inbox_id: InboxId, *allowed: ColumnElement[bool], **values: str | None
) -> bool:
    """Note what became of an event; False where somebody else has dealt with it, or it is not `allowed`."""
    waits = and_(inbox.c.id == inbox_id, inbox.c.outcome.is_(None), *allowed)
    return (await tx.execute(update(inbox).where(waits).values(**values))).rowcount > 0


async def _waits(tx: AsyncConnection, inbox_id: InboxId) -> bool:
    return (
        await tx.execute(select(inbox.c.id).where(inbox.c.id == inbox_id, inbox.c.outcome.is_(None)))
    ).first() is not None


def _deals(dealer: str) -> ColumnElement[bool]:
    """Whether a replica still shows that it lives: others deal with its events once it does not."""
    return exists().where(replicas.c.name == dealer, replicas.c.until > server_time())


def _kept(key: str, event: Event, now: datetime) -> dict[str, Any]:
    """An event's row in the inbox."""
    return {
        "key": key,
        "platform": event.thread.platform,
        "channel": event.thread.channel.channel,
        "thread": event.thread.thread,
        "payload": EVENT.dump_json(event).decode(),
        "received_at": now,
        "slot": slot_of(event.thread),
    }


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


async def _clearing(tx: AsyncConnection, repost: CopyRecord) -> bool:
    """Whether a deletion of ours took the original away, or is under way, or was and its outcome is not known."""
    query = select(outbox.c.state).where(outbox.c.kind == "copy", outbox.c.target_id == repost.id)
    return repost.cleared or (await tx.execute(query)).scalar() == Delivery.SENDING


async def _attachments_of(tx: AsyncConnection, comment: CommentId) -> tuple[Attachment, ...]:
    query = select(attachments).where(attachments.c.comment_id == comment).order_by(attachments.c.ordinal)
    return tuple(attachment(row) for row in (await tx.execute(query)).mappings())


async def _answered(tx: AsyncConnection, posting: PostingId, message: RemoteMessageId) -> CommentId | None:
    """The comment that a message in a posting shows: an original, a repost, or a copy."""
    original = select(comments.c.id).where(comments.c.posting_id == posting, comments.c.message == message)
    copied = select(copies.c.comment_id).where(copies.c.posting_id == posting, copies.c.message == message)
    found = (await tx.execute(original.union(copied))).scalars().first()
    return None if found is None else CommentId(found)
