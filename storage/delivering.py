"""The outbox: what is due, and what became of it."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import Boolean, Update, and_, bindparam, case, exists, func, literal_column, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import CommunityId, PlatformName, RemoteMessageId, ThreadRef
from bot.records import AttachmentId, CardJob, CopyJob, Delivery, Job, Lane, OutboxId, OutboxRecord, Parked
from storage.columns import Moment
from storage.enqueuing import TRIED_ANEW
from storage.jobs import card_job, copy_job
from storage.leasing import Leasing, require, server_time
from storage.queries import is_open
from storage.records import outbox_record
from storage.tables import attachments, channels, copies, leases, outbox, postings
from storage.writing import CARD_REST, redraw

_EARLIER: Final = outbox.alias("earlier")
_IS_FIRST: Final = ~exists().where(
    _EARLIER.c.lane == outbox.c.lane,
    _EARLIER.c.id < outbox.c.id,
    _EARLIER.c.done == 0,
    is_open(_EARLIER),
)
_HAS_ITS_TURN: Final = and_(is_open(outbox), outbox.c.not_before <= bindparam("now"), or_(outbox.c.done > 0, _IS_FIRST))
"""Whether it is a row's turn: what is new in a lane goes in its order, what is there already holds up nothing."""

_DUE: Final = (
    select(outbox.c.lane, outbox.c.platform)
    .outerjoin(copies, and_(outbox.c.kind == "copy", copies.c.id == outbox.c.target_id))
    .outerjoin(postings, postings.c.id == copies.c.posting_id)
    .where(_HAS_ITS_TURN, or_(outbox.c.kind == "card", postings.c.thread.is_not(None)))
    .distinct()
)
_DUE_TO_REPLICA: Final = _DUE.join(leases, leases.c.name == outbox.c.lane).where(
    or_(leases.c.until <= server_time(), leases.c.owner == bindparam("replica"))
)
_NEXT: Final = (
    select(outbox, leases.c.token)
    .outerjoin(leases, leases.c.name == outbox.c.lane)
    .where(_HAS_ITS_TURN, outbox.c.lane == bindparam("lane"))
    .order_by(outbox.c.id)
    .limit(1)
)

_ROW: Final = update(outbox).where(outbox.c.id == bindparam("row"))
_BEGIN: Final = _ROW.values(
    state=Delivery.SENDING,
    started_at=case((outbox.c.state == Delivery.SENDING, outbox.c.started_at), else_=bindparam("now", type_=Moment())),
)
_TRIED: Final = _ROW.values(attempts=outbox.c.attempts + 1)
_NOT_BEGUN: Final = _TRIED.values(started_at=None)
_RESTS: Final = and_(outbox.c.wanted <= bindparam("shown"), bindparam("settled", type_=Boolean()))
_NOTE: Final = _ROW.values(
    done=bindparam("shown"),
    state=case((_RESTS, Delivery.SENT.value), else_=Delivery.PENDING.value),
    not_before=case(
        (_RESTS, outbox.c.not_before),
        else_=func.coalesce(bindparam("again", type_=Moment()), outbox.c.not_before),
    ),
    attempts=0,
    reason=None,
    started_at=None,
)
_POSTED: Final = update(postings).where(postings.c.id == bindparam("posting"))
_COPIED: Final = update(copies).where(copies.c.id == bindparam("copy"))


class Delivering(Leasing):
    """The part of the Store that lanes work from."""

    async def due(self, now: datetime, replica: str | None = None) -> tuple[tuple[Lane, PlatformName], ...]:
        """See `bot.store.Store`."""
        query = _DUE if replica is None or self.alone else _DUE_TO_REPLICA
        async with self._database.read() as tx:
            rows = (await tx.execute(query, {"now": now, "replica": replica})).all()
        return tuple((Lane(row.lane), PlatformName(row.platform)) for row in rows)

    async def next_job(self, lane: Lane, now: datetime) -> Job | None:
        """See `bot.store.Store`."""
        async with self._database.read() as tx:
            row = (await tx.execute(_NEXT, {"lane": lane, "now": now})).mappings().first()
            if row is None:
                return None
            record = outbox_record(row)
            return await (card_job(tx, record) if record.kind == "card" else copy_job(tx, record))

    async def begin(self, row: OutboxRecord, now: datetime) -> None:
        """See `bot.store.Store`."""
        await self._update(row, _BEGIN, now=now)

    async def finish_card(
        self, job: CardJob, *, root: RemoteMessageId | None, url: str | None, thread: ThreadRef | None, done: int
    ) -> None:
        """See `bot.store.Store`."""
        place = None if thread is None else thread.thread
        async with self._database.write() as tx:
            await require(tx, job.row)
            await tx.execute(_POSTED, {"posting": job.posting.id, "root": root, "url": url, "thread": place})
            # Where comments come one upon the other, the card is drawn now and then, not for each.
            drawn = job.posting.thread is not None
            again = self._clock.now() + CARD_REST if drawn else None
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
            await tx.execute(_COPIED, {"copy": job.copy.id, "message": message, "url": url, "cleared": cleared})
            await _note(tx, job.row.id, done, settled=cleared)

    async def postpone(self, row: OutboxRecord, until: datetime, reason: str, *, uncertain: bool) -> None:
        """See `bot.store.Store`."""
        state = Delivery.SENDING if uncertain else Delivery.PENDING
        await self._update(row, _TRIED, state=state, not_before=until, reason=reason)

    async def park(self, row: OutboxRecord, reason: str, *, uncertain: bool = False) -> None:
        """See `bot.store.Store`."""
        # What a try has left behind is looked for by when it began.
        await self._update(row, _TRIED if uncertain else _NOT_BEGUN, state=Delivery.FAILED, reason=reason)

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
        return await self._unpark(community, row, state=TRIED_ANEW, not_before=now, attempts=0)

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

    async def _update(self, row: OutboxRecord, statement: Update, **values: object) -> None:
        async with self._database.write() as tx:
            await require(tx, row)
            await tx.execute(statement, {"row": row.id, **values})


async def _note(tx: AsyncConnection, row: OutboxId, done: int, *, settled: bool, again: datetime | None = None) -> None:
    """What shows by now; the row rests where all is settled and nothing newer was asked for, else goes on `again`."""
    await tx.execute(_NOTE, {"row": row, "shown": done, "settled": settled, "again": again})
