"""What replicas share: leases with fencing tokens, who lives, and which threads are being read again.

Leases run by the database's clock, so that replicas' clocks need not agree. On SQLite one process is alone
(`storage.claim`): what it leases is its own until it ends, and nobody else is asked or told.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    ColumnElement,
    Text,
    and_,
    any_,
    bindparam,
    cast,
    delete,
    func,
    literal,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import fence
from bot.errors import LeaseLost
from bot.model import PlatformName, ThreadRef
from bot.ports import Clock
from bot.records import Lane, Lease, OutboxRecord, Pulse
from storage.columns import Moment, moment
from storage.database import Database, upsert
from storage.engines import SQLITE
from storage.tables import behind, leases, replicas

_MISSED = timedelta(minutes=1)
"""For how long after its lease's end a replica that did not leave is still counted among those that may hear events."""
_ALL = ""
"""Channel and thread of a mark that stands for a whole platform."""


class Leasing:
    """The part of the Store that lets replicas share the work."""

    _database: Database
    _clock: Clock

    @property
    def alone(self) -> bool:
        """See `bot.store.Store`."""
        return self._database.kind == SQLITE

    async def lease(self, replica: str, names: Sequence[str], span: timedelta) -> tuple[Lease, ...]:
        """See `bot.store.Store`."""
        if not names:
            return ()
        asked_at = fence.moment()
        free = or_(leases.c.until <= self._now(), leases.c.owner == replica)
        async with self._database.write() as tx:
            wanted = select(leases.c.name).where(among(tx, leases.c.name, names))
            if not self.alone:
                wanted = wanted.where(free).with_for_update(skip_locked=True)
            taken = await tx.execute(
                update(leases)
                .where(leases.c.name.in_(wanted))
                .values(owner=replica, token=leases.c.token + 1, until=self._now(span))
                .returning(leases.c.name, leases.c.token, leases.c.state)
            )
            until = float("inf") if self.alone else asked_at + span.total_seconds()
            return tuple(Lease(row.name, row.token, until, row.state) for row in taken.all())

    async def renew(
        self, replica: str, names: Collection[str], span: timedelta, states: Mapping[str, str | None] | None = None
    ) -> Mapping[str, int]:
        """See `bot.store.Store`."""
        async with self._database.write() as tx:
            for name, state in (states or {}).items():
                mine = and_(leases.c.name == name, leases.c.owner == replica)
                await tx.execute(update(leases).where(mine).values(state=state))
            kept = await tx.execute(
                update(leases)
                .where(leases.c.owner == replica, among(tx, leases.c.name, list(names)))
                .values(until=self._now(span))
                .returning(leases.c.name, leases.c.token)
            )
            return {row.name: row.token for row in kept.all()}

    async def release(self, tokens: Mapping[Lane, int] | Mapping[str, int]) -> None:
        """See `bot.store.Store`."""
        if not self.alone and tokens:
            mine = tuple_(leases.c.name, leases.c.token).in_(list(tokens.items()))
            async with self._database.write() as tx:
                await tx.execute(update(leases).where(mine).values(until=self._now()))

    async def offer(self, name: str) -> None:
        """See `bot.store.Store`."""
        async with self._database.write() as tx:
            await tx.execute(upsert(tx.dialect.name, leases).values(name=name).on_conflict_do_nothing())

    # -- who lives

    async def beat(
        self,
        replica: str,
        listening: Collection[PlatformName],
        span: timedelta,
        *,
        deals: bool = True,
        spread: Collection[PlatformName] = (),
    ) -> Pulse:
        """See `bot.store.Store`."""
        if self.alone:
            return Pulse((replica,))
        values = {"listening": " ".join(sorted(listening)), "until": self._now(span), "deals": deals}
        others = replicas.c.name != replica
        async with self._database.write() as tx:
            statement = upsert(tx.dialect.name, replicas).values(name=replica, **values)
            await tx.execute(statement.on_conflict_do_update(index_elements=["name"], set_=values))
            # One that was told of hears nothing any more; what another had heard is for somebody to learn first.
            told = replicas.c.listening == ""
            await tx.execute(delete(replicas).where(replicas.c.until <= self._now(-_MISSED), told, others))
            dead = select(replicas.c.name, replicas.c.listening).where(replicas.c.until <= self._now(), others)
            died = (await tx.execute(dead.with_for_update(skip_locked=True))).all()
            names = [row.name for row in died]
            await tx.execute(
                update(replicas).where(among(tx, replicas.c.name, names)).values(listening="", deals=False)
            )
            living = select(replicas.c.name).where(replicas.c.until > self._now(), replicas.c.deals)
            live = (await tx.execute(living.order_by(replicas.c.name))).scalars().all()
            lost = {PlatformName(name) for row in died for name in row.listening.split()}
            # What one was reading again that is gone rests on, until somebody else has read it.
            there = select(replicas.c.name).where(replicas.c.until > self._now())
            left = delete(behind).where(behind.c.replica.not_in(there))
            unread = {PlatformName(name) for name in (await tx.execute(left.returning(behind.c.platform))).scalars()}
            whole = select(behind.c.platform).where(behind.c.replica == replica, behind.c.thread == _ALL)
            begun = {PlatformName(name) for name in (await tx.execute(whole)).scalars()}
            rests = unread | (lost & frozenset(spread))
            if rests:
                marks = [_mark(replica, platform, None) for platform in sorted(rests)]
                await tx.execute(upsert(tx.dialect.name, behind).on_conflict_do_nothing(), marks)
        return Pulse(tuple(live), frozenset(lost), frozenset(unread), frozenset(begun))

    async def others(self, replica: str) -> frozenset[str]:
        """See `bot.store.Store`."""
        if self.alone:
            return frozenset()
        async with self._database.read() as tx:
            return frozenset((await tx.execute(_OTHERS, {"replica": replica})).scalars())

    async def leave_replicas(self, replica: str) -> None:
        """See `bot.store.Store`."""
        if not self.alone:
            async with self._database.write() as tx:
                await tx.execute(delete(replicas).where(replicas.c.name == replica))
                await tx.execute(update(leases).where(leases.c.owner == replica).values(until=self._now()))

    # -- what is being read again

    async def fall_behind(
        self, replica: str, platform: PlatformName, threads: Collection[ThreadRef] | None = None
    ) -> None:
        """See `bot.store.Store`."""
        if self.alone:
            return
        marks = [_mark(replica, platform, thread) for thread in ([None] if threads is None else threads)]
        async with self._database.write() as tx:
            if threads is None:
                # Whoever began before reads for nobody now: all that they had marked is read anew.
                await tx.execute(delete(behind).where(behind.c.platform == platform))
            if marks:
                await tx.execute(upsert(tx.dialect.name, behind).on_conflict_do_nothing(), marks)

    async def catch_up_with(self, replica: str, platform: PlatformName, thread: ThreadRef | None = None) -> None:
        """See `bot.store.Store`."""
        if not self.alone:
            async with self._database.write() as tx:
                await tx.execute(delete(behind).filter_by(**_mark(replica, platform, thread)))

    async def is_behind(self, platform: PlatformName) -> bool:
        """See `bot.store.Store`."""
        async with self._database.read() as tx:
            return (await tx.execute(select(behind.c.thread).where(behind.c.platform == platform))).first() is not None

    def _now(self, later: timedelta = timedelta(0)) -> ColumnElement[datetime]:
        return moment(self._clock.now() + later) if self.alone else server_time(later)


def server_time(later: timedelta = timedelta(0)) -> ColumnElement[datetime]:
    """The moment by PostgreSQL's own clock, or so much later."""
    seconds = func.extract("epoch", func.clock_timestamp())
    microseconds = cast(seconds * 1_000_000, BigInteger) + literal(later // timedelta(microseconds=1), BigInteger)
    return cast(microseconds, Moment)


_OTHERS: Final = select(replicas.c.name).where(
    replicas.c.name != bindparam("replica"), replicas.c.until > server_time(-_MISSED)
)

_TOKEN: Final = select(leases.c.token).where(leases.c.name == bindparam("lane")).with_for_update(read=True)


async def require(tx: AsyncConnection, row: OutboxRecord) -> None:
    """Raises `LeaseLost` where a row's lane has changed hands since it was read; else it can't until the commit."""
    token = (await tx.execute(_TOKEN, {"lane": row.lane})).scalar() or 0
    if token != row.token:
        raise LeaseLost(f"the lane {row.lane} is another replica's by now")


def among(tx: AsyncConnection, column: Column[Any], values: Collection[Any]) -> ColumnElement[bool]:
    """Whether a column is one of these, in a statement that stays the same however many they are."""
    if tx.dialect.name == SQLITE:
        return column.in_(values)
    kind = Text() if isinstance(column.type, Text) else BigInteger()
    return column == any_(literal(list(values), ARRAY(kind)))


def _mark(replica: str, platform: PlatformName, thread: ThreadRef | None) -> dict[str, str]:
    place = (_ALL, _ALL) if thread is None else (str(thread.channel.channel), str(thread.thread))
    return {"platform": platform, "channel": place[0], "thread": place[1], "replica": replica}
