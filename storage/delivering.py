"""The outbox: what is due, all that carrying it out needs, and what became of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, exists, literal, literal_column, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import (
    BoardId,
    CommentId,
    CommunityId,
    DiscussionId,
    PlatformName,
    PostingId,
    RemoteMessageId,
    ThreadRef,
)
from bot.records import (
    AnsweredRecord,
    AttachmentId,
    CardJob,
    CommentRecord,
    CopyJob,
    Delivery,
    Job,
    Lane,
    OutboxId,
    OutboxRecord,
    Parked,
)
from storage.columns import moment
from storage.leasing import Leasing, require
from storage.queries import COMMENTS, POSTINGS, is_open
from storage.reacting import tallies
from storage.records import (
    ARTICLE,
    attachment_record,
    comment_record,
    copy_record,
    discussion_record,
    message_id,
    outbox_record,
    posting_record,
)
from storage.tables import (
    articles,
    attachments,
    boards,
    channels,
    comments,
    copies,
    discussions,
    leases,
    outbox,
    postings,
)
from storage.writing import CARD_REST, redraw


class Delivering(Leasing):
    """The part of the Store that lanes work from."""

    async def due(self, now: datetime, replica: str | None = None) -> tuple[tuple[Lane, PlatformName], ...]:
        """See `bot.store.Store`."""
        query = (
            select(outbox.c.lane, outbox.c.platform)
            .outerjoin(copies, and_(outbox.c.kind == "copy", copies.c.id == outbox.c.target_id))
            .outerjoin(postings, postings.c.id == copies.c.posting_id)
            .where(_turn(now), or_(outbox.c.kind == "card", postings.c.thread.is_not(None)))
            .distinct()
        )
        if replica is not None and not self.alone:
            mine = or_(leases.c.until <= self._now(), leases.c.owner == replica)
            query = query.join(leases, leases.c.name == outbox.c.lane).where(mine)
        async with self._database.read() as tx:
            rows = (await tx.execute(query)).all()
        return tuple((Lane(row.lane), PlatformName(row.platform)) for row in rows)

    async def next_job(self, lane: Lane, now: datetime) -> Job | None:
        """See `bot.store.Store`."""
        query = (
            select(outbox, leases.c.token)
            .outerjoin(leases, leases.c.name == outbox.c.lane)
            .where(_turn(now), outbox.c.lane == lane)
            .order_by(outbox.c.id)
            .limit(1)
        )
        async with self._database.read() as tx:
            row = (await tx.execute(query)).mappings().first()
            if row is None:
                return None
            record = outbox_record(row)
            return await (_card_job(tx, record) if record.kind == "card" else _copy_job(tx, record))

    async def begin(self, row: OutboxRecord, now: datetime) -> None:
        """See `bot.store.Store`."""
        started = case((outbox.c.state == Delivery.SENDING, outbox.c.started_at), else_=moment(now))
        await self._update(row, started_at=started, state=Delivery.SENDING)

    async def finish_card(
        self, job: CardJob, *, root: RemoteMessageId | None, url: str | None, thread: ThreadRef | None, done: int
    ) -> None:
        """See `bot.store.Store`."""
        place = None if thread is None else thread.thread
        async with self._database.write() as tx:
            await require(tx, job.row)
            await tx.execute(
                update(postings).where(postings.c.id == job.posting.id).values(root=root, url=url, thread=place)
            )
            # Where comments come one upon the other, the card is drawn now and then, not for each.
            drawn = job.posting.thread is not None
            again = moment(self._clock.now() + CARD_REST) if drawn else outbox.c.not_before
            await _note(tx, job.row.id, done, settled=root is not None and thread is not None, again=again)

    async def finish_copy(
        self,
        job: CopyJob,
        *,
        message: RemoteMessageId | None,
        url: str | None,
        done: int,
        cleared: bool,
        moved_at: datetime | None = None,
    ) -> None:
        """See `bot.store.Store`."""
        async with self._database.write() as tx:
            await require(tx, job.row)
            if moved_at is not None:
                version = await redraw(tx, job.comment.id, moved_at)
                # This one links to nowhere: it is as wanted, unless the comment has changed meanwhile too.
                if done == job.comment.version and version == done + 1:
                    done = version
            await tx.execute(
                update(copies).where(copies.c.id == job.copy.id).values(message=message, url=url, cleared=cleared)
            )
            await _note(tx, job.row.id, done, settled=cleared, again=outbox.c.not_before)

    async def postpone(self, row: OutboxRecord, until: datetime, reason: str, *, uncertain: bool) -> None:
        """See `bot.store.Store`."""
        state = Delivery.SENDING if uncertain else Delivery.PENDING
        await self._update(row, state=state, not_before=until, reason=reason, attempts=outbox.c.attempts + 1)

    async def park(self, row: OutboxRecord, reason: str) -> None:
        """See `bot.store.Store`."""
        await self._update(row, state=Delivery.FAILED, reason=reason, attempts=outbox.c.attempts + 1)

    async def parked(self, community: CommunityId) -> tuple[Parked, ...]:
        """See `bot.store.Store`."""
        posting = case((outbox.c.kind == "card", outbox.c.target_id), else_=copies.c.posting_id)
        query = (
            select(outbox, channels.c.name.label("channel"))
            .outerjoin(copies, and_(outbox.c.kind == "copy", copies.c.id == outbox.c.target_id))
            .join(postings, postings.c.id == posting)
            .join(channels, channels.c.id == postings.c.channel_id)
            .where(literal_column("outbox.state = 'failed'"), outbox.c.community_id == community)
            .order_by(outbox.c.id)
        )
        async with self._database.read() as tx:
            rows = (await tx.execute(query)).mappings().all()
        return tuple(
            Parked(
                id=OutboxId(row["id"]),
                kind=row["kind"],
                platform=PlatformName(row["platform"]),
                channel=row["channel"],
                reason=row["reason"] or "",
                attempts=row["attempts"],
            )
            for row in rows
        )

    async def retry(self, community: CommunityId, row: OutboxId, now: datetime) -> bool:
        """See `bot.store.Store`."""
        return await self._unpark(community, row, state=Delivery.PENDING, not_before=now, attempts=0)

    async def drop(self, community: CommunityId, row: OutboxId) -> bool:
        """See `bot.store.Store`."""
        return await self._unpark(community, row, state=Delivery.DROPPED)

    async def _unpark(self, community: CommunityId, row: OutboxId, **values: object) -> bool:
        parked = and_(outbox.c.id == row, outbox.c.community_id == community, outbox.c.state == Delivery.FAILED)
        async with self._database.write() as tx:
            return (await tx.execute(update(outbox).where(parked).values(**values))).rowcount > 0

    async def keep_content(self, attachment: AttachmentId, content: bytes | None) -> None:
        """See `bot.store.Store`."""
        async with self._database.write() as tx:
            await tx.execute(
                update(attachments)
                .where(attachments.c.id == attachment)
                .values(content=content, missing=content is None)
            )

    async def _update(self, row: OutboxRecord, **values: object) -> None:
        async with self._database.write() as tx:
            await require(tx, row)
            await tx.execute(update(outbox).where(outbox.c.id == row.id).values(**values))


def _turn(now: datetime) -> ColumnElement[bool]:
    """Whether it is a row's turn: what is new in a lane goes in its order, what is there already holds up nothing."""
    earlier = outbox.alias("earlier")
    is_first = ~exists().where(
        earlier.c.lane == outbox.c.lane,
        earlier.c.id < outbox.c.id,
        earlier.c.done == 0,
        is_open(earlier),
    )
    return and_(is_open(outbox), outbox.c.not_before <= now, or_(outbox.c.done > 0, is_first))


async def _note(
    tx: AsyncConnection, row: OutboxId, done: int, *, settled: bool, again: ColumnElement[datetime]
) -> None:
    """What shows by now; the row rests where all is settled and nothing newer was asked for, else goes on `again`."""
    rests = and_(outbox.c.wanted <= done, literal(settled))
    await tx.execute(
        update(outbox)
        .where(outbox.c.id == row)
        .values(
            done=done,
            state=case((rests, Delivery.SENT.value), else_=Delivery.PENDING.value),
            not_before=case((rests, outbox.c.not_before), else_=again),
            attempts=0,
            reason=None,
            started_at=None,
        )
    )


async def _card_job(tx: AsyncConnection, row: OutboxRecord) -> CardJob:
    posting = posting_record((await tx.execute(POSTINGS.where(postings.c.id == row.target))).mappings().one())
    query = (
        select(discussions, boards.c.name.label("board"), boards.c.on_web, articles.c.content)
        .join(boards, boards.c.id == discussions.c.board_id)
        .join(articles, articles.c.id == discussions.c.article_id)
        .join(postings, postings.c.discussion_id == discussions.c.id)
        .where(postings.c.id == row.target)
    )
    found = (await tx.execute(query)).mappings().one()
    return CardJob(
        row=row,
        posting=posting,
        discussion=discussion_record(found),
        article=ARTICLE.validate_json(found["content"]),
        tallies=await tallies(tx, DiscussionId(found["id"]), None, posting.id),
    )


async def _copy_job(tx: AsyncConnection, row: OutboxRecord) -> CopyJob | None:
    copy = copy_record((await tx.execute(select(copies).where(copies.c.id == row.target))).mappings().one())
    posting = posting_record((await tx.execute(POSTINGS.where(postings.c.id == copy.posting))).mappings().one())
    if posting.thread is None:
        return None
    comment = await _comment(tx, copy.comment)
    files = select(attachments).where(attachments.c.comment_id == comment.id).order_by(attachments.c.ordinal)
    return CopyJob(
        row=row,
        board=await _board(tx, comment),
        copy=copy,
        comment=comment,
        thread=posting.thread,
        original=await _original(tx, comment),
        answers=None if comment.answers is None else await _answered(tx, comment.answers, copy.posting),
        attachments=tuple(attachment_record(file) for file in (await tx.execute(files)).mappings()),
        tallies=await tallies(tx, comment.discussion, comment.id, copy.posting),
        known=await _known(tx, copy.posting) if row.state is Delivery.SENDING else frozenset(),
    )


async def _board(tx: AsyncConnection, comment: CommentRecord) -> BoardId:
    query = select(discussions.c.board_id).where(discussions.c.id == comment.discussion)
    return BoardId((await tx.execute(query)).scalar_one())


async def _comment(tx: AsyncConnection, comment: CommentId) -> CommentRecord:
    return comment_record((await tx.execute(COMMENTS.where(comments.c.id == comment))).mappings().one())


async def _original(tx: AsyncConnection, comment: CommentRecord) -> str | None:
    """Where a person finds the comment in its own thread: its message, or the one that took its place."""
    query = select(copies.c.url, copies.c.message).where(copies.c.comment_id == comment.id, copies.c.own_place)
    repost = (await tx.execute(query)).first()
    return comment.permalink if repost is None else repost.url


async def _answered(tx: AsyncConnection, comment: CommentId, posting: PostingId) -> AnsweredRecord:
    answered = await _comment(tx, comment)
    query = select(copies.c.url).where(copies.c.comment_id == comment, copies.c.posting_id == posting)
    url = (await tx.execute(query)).scalar()
    if url is None and answered.posting == posting:
        url = answered.permalink
    return AnsweredRecord(answered.author, answered.body, answered.removed, url)


async def _known(tx: AsyncConnection, posting: PostingId) -> frozenset[RemoteMessageId]:
    query = select(copies.c.message).where(copies.c.posting_id == posting, copies.c.message.is_not(None))
    found = (message_id(value) for value in (await tx.execute(query)).scalars())
    return frozenset(message for message in found if message is not None)
