"""The inbox, and what decisions do to discussions."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Integer,
    Select,
    all_,
    and_,
    any_,
    bindparam,
    delete,
    exists,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.discussion.decisions import Add, Change, Decision, Pass, React, Remove
from bot.errors import LeaseLost
from bot.model import CommentId, Event, PostingId, RemoteMessageId, ThreadRef
from bot.records import CommentRecord, InboxId, Standing, Waiting
from bot.slots import slot_of
from storage import writing
from storage.database import Database, upsert
from storage.engines import SQLITE
from storage.leasing import server_time
from storage.queries import COMMENT, IN_THIS_CHANNEL, is_open, names
from storage.records import EVENT, comment_record
from storage.standing import standing_of
from storage.tables import behind, channels, inbox, outbox, postings, replicas

FAILED = "failed"
"""How the outcome of an event begins that was set aside."""

_THERE: Final = exists().where(channels.c.id == postings.c.channel_id).where(IN_THIS_CHANNEL)
_CONCERNS: Final = select(
    # One by one, each by an index of its own: a channel's postings grow in number.
    or_(
        _THERE.where(postings.c.thread == bindparam("thread")),
        _THERE.where(postings.c.root == bindparam("thread")),
        _THERE.where(  # its card is on its way
            postings.c.root.is_(None),
            outbox.c.kind == "card",
            outbox.c.target_id == postings.c.id,
            is_open(outbox),
        ),
    )
)
_POSTING_OF: Final = (
    select(postings.c.id)
    .join(channels, channels.c.id == postings.c.channel_id)
    .where(IN_THIS_CHANNEL, postings.c.thread == bindparam("thread"))
)
_FORGET_FAILED: Final = delete(inbox).where(
    inbox.c.key.in_(bindparam("keys", expanding=True)), inbox.c.outcome.startswith(FAILED)
)

_RESTS: Final = exists().where(
    behind.c.platform == inbox.c.platform,
    or_(behind.c.thread == "", and_(behind.c.channel == inbox.c.channel, behind.c.thread == inbox.c.thread)),
)
"""Whether an event's thread is being read again, by any replica."""
_WAITING: Final = select(inbox).where(inbox.c.outcome.is_(None)).order_by(inbox.c.id)
_WAITING_AFTER: Final = _WAITING.where(inbox.c.id > bindparam("after")).limit(bindparam("most", type_=Integer()))
_WAITING_IN: Final = _WAITING.where(
    inbox.c.platform == bindparam("platform"),
    inbox.c.channel == bindparam("channel"),
    inbox.c.thread == bindparam("thread"),
)
_KNOWN: Final = bindparam("known", type_=ARRAY(BigInteger))
_WAITING_FOR: Final = _WAITING.where(
    or_(inbox.c.slot == any_(bindparam("slots", type_=ARRAY(Integer))), inbox.c.received_at < bindparam("overdue")),
    inbox.c.id != all_(_KNOWN),
    ~_RESTS,
).limit(bindparam("most", type_=Integer()))
_RESTING: Final = select(inbox.c.id).where(inbox.c.id == any_(_KNOWN), _RESTS)

_WAITS: Final = and_(inbox.c.id == bindparam("event"), inbox.c.outcome.is_(None))
_STILL_WAITS: Final = select(inbox.c.id).where(_WAITS)
_DEAL_WITH: Final = update(inbox).where(_WAITS)
_DEAL_WITH_AS_REPLICA: Final = _DEAL_WITH.where(
    # One that no longer shows that it lives has its events dealt with by others.
    exists().where(replicas.c.name == bindparam("dealer"), replicas.c.until > server_time()),
    ~_RESTS,
)

_PLATFORM_OF: Final = (
    select(channels.c.platform, channels.c.workspace)
    .join(postings, postings.c.channel_id == channels.c.id)
    .where(postings.c.id == bindparam("posting"))
)


class Receiving:
    """The part of the Store that takes events in and carries decisions out."""

    _database: Database

    async def concerns(self, thread: ThreadRef) -> bool:
        """See `bot.store.Store`."""
        async with self._database.read() as tx:
            return bool((await tx.execute(_CONCERNS, names(thread))).scalar())

    async def keep(self, key: str, event: Event, now: datetime) -> bool:
        """See `bot.store.Store`."""
        row = _kept(key, event, now)
        async with self._database.write() as tx:
            keep = _keep(tx.dialect.name)
            kept = (await tx.execute(keep, row)).rowcount > 0
            if not kept and (await tx.execute(_FORGET_FAILED, {"keys": [key]})).rowcount > 0:
                await tx.execute(keep, row)
                return True
            return kept

    async def keep_all(self, events: Sequence[tuple[str, Event]], now: datetime) -> None:
        """See `bot.store.Store`."""
        if not events:
            return
        async with self._database.write() as tx:
            await tx.execute(_FORGET_FAILED, {"keys": [key for key, _ in events]})
            await tx.execute(_keep(tx.dialect.name), [_kept(key, event, now) for key, event in events])

    async def waiting(self, limit: int, after: InboxId | None = None) -> tuple[Waiting, ...]:
        """See `bot.store.Store`."""
        async with self._database.read() as tx:
            return await _waiting(tx, _WAITING_AFTER, {"after": after or 0, "most": limit})

    async def waiting_for(
        self, limit: int, slots: Collection[int], overdue: datetime, known: Collection[InboxId]
    ) -> tuple[tuple[Waiting, ...], frozenset[InboxId]]:
        """See `bot.store.Store`."""
        ids = sorted(known)
        mine = {"slots": sorted(slots), "overdue": overdue, "known": ids, "most": limit}
        async with self._database.read() as tx:  # both of one snapshot: marks come and go
            new = await _waiting(tx, _WAITING_FOR, mine)
            resting = (await tx.execute(_RESTING, {"known": ids})).scalars() if ids else ()
            return new, frozenset(map(InboxId, resting))

    async def waiting_in(self, thread: ThreadRef) -> tuple[Waiting, ...]:
        """See `bot.store.Store`."""
        async with self._database.read() as tx:
            return await _waiting(tx, _WAITING_IN, names(thread))

    async def posting_of(self, thread: ThreadRef) -> PostingId | None:
        """See `bot.store.Store`."""
        async with self._database.read() as tx:
            return (await tx.execute(_POSTING_OF, names(thread))).scalar()

    async def standing(
        self, thread: ThreadRef, message: RemoteMessageId, answers: RemoteMessageId | None
    ) -> Standing | None:
        """See `bot.store.Store`."""
        async with self._database.read() as tx:
            return await standing_of(tx, thread, message, answers)

    async def settle(
        self, inbox_id: InboxId | None, decision: Decision, now: datetime, dealer: str | None = None
    ) -> CommentId | None:
        """See `bot.store.Store`."""
        comment: CommentId | None = None
        async with self._database.write() as tx:
            if inbox_id is not None:
                outcome = decision.why if isinstance(decision, Pass) else type(decision).__name__.lower()
                if not await self._deal_with(tx, inbox_id, outcome, dealer):
                    return None
            match decision:
                case Add():
                    comment = await writing.add(tx, decision, now)
                case Change():
                    comment = await writing.change(tx, decision, now)
                case Remove():
                    comment = await writing.remove(tx, decision, now)
                case React():
                    place = (await tx.execute(_PLATFORM_OF, {"posting": decision.posting})).one()
                    comment = await writing.react(tx, decision, place.platform, place.workspace, now)
                case Pass():
                    pass
        return comment

    async def _deal_with(self, tx: AsyncConnection, event: InboxId, outcome: str, dealer: str | None) -> bool:
        """Note what became of an event, and drop its words; False where somebody else has dealt with it."""
        values = {"event": event, "outcome": outcome, "payload": None}
        if dealer is None or self._database.kind == SQLITE:
            return (await tx.execute(_DEAL_WITH, values)).rowcount > 0
        if (await tx.execute(_DEAL_WITH_AS_REPLICA, {**values, "dealer": dealer})).rowcount > 0:
            return True
        if (await tx.execute(_STILL_WAITS, {"event": event})).first() is not None:
            raise LeaseLost("the event rests, or is another replica's to deal with by now")
        return False

    async def set_aside(self, inbox_id: InboxId, why: str) -> None:
        """See `bot.store.Store`."""
        async with self._database.write() as tx:
            await tx.execute(_DEAL_WITH, {"event": inbox_id, "outcome": why})

    async def comment(self, comment: CommentId) -> CommentRecord | None:
        """See `bot.store.Store`."""
        async with self._database.read() as tx:
            row = (await tx.execute(COMMENT, {"comment": comment})).mappings().first()
        return None if row is None else comment_record(row)


async def _waiting(
    tx: AsyncConnection, query: Select[*tuple[Any, ...]], values: Mapping[str, object]
) -> tuple[Waiting, ...]:
    rows = (await tx.execute(query, values)).all()
    return tuple(Waiting(InboxId(row.id), EVENT.validate_json(row.payload), row.received_at) for row in rows)


@cache
def _keep(dialect: str) -> sqlite.Insert | postgresql.Insert:
    return upsert(dialect, inbox).on_conflict_do_nothing()


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
