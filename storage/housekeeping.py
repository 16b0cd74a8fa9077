"""Catching up, and forgetting what has served its time."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import and_, case, delete, exists, select, update

from bot.model import PlatformName, PostingId, RemoteMessageId, RemoteUserId
from bot.records import Known, PostingRecord
from storage.database import Database
from storage.queries import POSTINGS, is_open
from storage.reacting import standing_reactions
from storage.records import posting_record
from storage.tables import (
    attachments,
    channels,
    comments,
    copies,
    discussions,
    drafts,
    inbox,
    originals,
    outbox,
    postings,
)

_KEYS_KEPT = timedelta(days=30)
"""Longer than any platform redelivers, and than catching up looks back."""


class Housekeeping:
    """The part of the Store that reads back and tidies up."""

    _database: Database

    async def live_postings(self, platform: PlatformName, since: datetime) -> tuple[PostingRecord, ...]:
        """See `bot.store.Store`."""
        query = (
            POSTINGS.join(discussions, discussions.c.id == postings.c.discussion_id)
            .where(channels.c.platform == platform, postings.c.thread.is_not(None), discussions.c.active_at >= since)
            .order_by(discussions.c.active_at.desc(), postings.c.id)
        )
        async with self._database.read() as tx:
            return tuple(posting_record(row) for row in (await tx.execute(query)).mappings())

    async def known(self, posting: PostingId) -> tuple[Known, ...]:
        """See `bot.store.Store`."""
        standing = case((copies.c.id.is_(None), comments.c.message), (copies.c.cleared, copies.c.message), else_=None)
        query = (
            select(comments.c.message, comments.c.edited, standing.label("standing"))
            .outerjoin(copies, and_(copies.c.comment_id == comments.c.id, copies.c.own_place))
            .where(comments.c.posting_id == posting, comments.c.removed.is_(False))
            .order_by(comments.c.position)
        )
        async with self._database.read() as tx:
            rows = (await tx.execute(query)).all()
        return tuple(Known(row.message, row.edited, row.standing) for row in rows)

    async def reactions(self, posting: PostingId) -> frozenset[tuple[RemoteMessageId, RemoteUserId, str]]:
        """See `bot.store.Store`."""
        async with self._database.read() as tx:
            return await standing_reactions(tx, posting)

    async def tidy(self, now: datetime) -> None:
        """See `bot.store.Store`."""
        on_its_way = (
            exists()
            .where(copies.c.comment_id == attachments.c.comment_id)
            .where(outbox.c.kind == "copy", outbox.c.target_id == copies.c.id)
            .where(is_open(outbox))
        )
        async with self._database.write() as tx:
            await tx.execute(delete(drafts).where(drafts.c.expires_at <= now))
            await tx.execute(delete(originals).where(originals.c.expires_at <= now))
            await tx.execute(delete(inbox).where(inbox.c.received_at <= now - _KEYS_KEPT, inbox.c.outcome.is_not(None)))
            await tx.execute(
                update(attachments).where(attachments.c.content.is_not(None), ~on_its_way).values(content=None)
            )
