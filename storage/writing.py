"""What a decision writes: the comment, its counter, and the outbox rows that carry it everywhere."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from typing import Final

from sqlalchemy import bindparam, case, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import ReturningInsert

from bot.discussion.decisions import Add, Change, React, Remove
from bot.markup.tree import Document, to_json
from bot.model import Attachment, Author, CommentId, CommunityId, DiscussionId, PostingId
from storage import searching
from storage.columns import Moment
from storage.database import upsert
from storage.enqueuing import copy_to, want_cards, want_copies
from storage.locks import lock_discussion, lock_discussion_of
from storage.tables import (
    attachments,
    authors,
    channels,
    comments,
    copies,
    discussions,
    originals,
    postings,
    reactions,
)

CARD_REST = timedelta(milliseconds=400)
"""How long a card waits for further changes before it is drawn anew."""
_TALLY_REST = timedelta(milliseconds=700)
"""The same for a copy whose reactions changed: people react in bursts."""


@cache
def _new_comment(dialect: str) -> ReturningInsert[int]:
    return upsert(dialect, comments).on_conflict_do_nothing().returning(comments.c.id)


_PLACES: Final = (
    select(postings.c.id, channels.c.platform)
    .join(channels, channels.c.id == postings.c.channel_id)
    .where(postings.c.discussion_id == bindparam("discussion"))
    .order_by(postings.c.id)
)


async def add(tx: AsyncConnection, decision: Add, now: datetime) -> CommentId | None:
    """A new comment with its copies; None where the message is a comment already."""
    posted = decision.posted
    await lock_discussion(tx, decision.discussion)
    author = await _author(tx, decision.community, posted.author)
    result = await tx.execute(
        _new_comment(tx.dialect.name),
        {
            "discussion_id": decision.discussion,
            "author_id": author,
            "posting_id": decision.posting,
            "answers_id": decision.answers,
            "message": posted.message,
            "position": posted.position,
            "permalink": posted.permalink,
            "body": to_json(decision.body.document),
            "version": 1,
            "edited": posted.edited,
            "removed": False,
            "created_at": posted.at,
        },
    )
    found = result.scalar()
    if found is None:
        return None
    comment = CommentId(found)
    await _keep_original(tx, comment, 1, decision.original, decision.keep_until)
    await _attach(tx, comment, posted.attachments)
    await searching.index_comment(tx, comment, decision.body.document)
    places = await tx.execute(_PLACES, {"discussion": decision.discussion})
    for place in places.all():
        own_place = place.id == decision.posting
        if decision.repost or not own_place:
            await copy_to(
                tx, decision.community, comment, PostingId(place.id), place.platform, 1, own_place=own_place, now=now
            )
    await _count(tx, decision.discussion, 1, now)
    return comment


_CHANGE: Final = (
    update(comments)
    .where(
        comments.c.id == bindparam("comment"),
        comments.c.removed.is_(False),
        comments.c.edited < bindparam("stamp"),
    )
    .values(version=comments.c.version + 1, edited=bindparam("stamp"))
    .returning(comments.c.version, comments.c.posting_id, comments.c.discussion_id)
)
_DETACH: Final = delete(attachments).where(attachments.c.comment_id == bindparam("comment"))


async def change(tx: AsyncConnection, decision: Change, now: datetime) -> CommentId | None:
    """A comment's new text; None where it was removed or a newer edit was here first."""
    await lock_discussion_of(tx, decision.comment)
    result = await tx.execute(
        _CHANGE,
        {
            "comment": decision.comment,
            "stamp": decision.edited,
            "body": to_json(decision.body.document),
            "edited_at": now,
        },
    )
    row = result.first()
    if row is None:
        return None
    await _keep_original(tx, decision.comment, row.version, decision.original, decision.keep_until)
    if decision.attachments is not None:
        await tx.execute(_DETACH, {"comment": decision.comment})
        await _attach(tx, decision.comment, decision.attachments)
    await searching.index_comment(tx, decision.comment, decision.body.document)
    await want_copies(tx, decision.comment, row.version, now, parked=True)
    await _redraw_answers(tx, decision.comment, now)
    if decision.repost:
        await _repost(tx, decision.comment, PostingId(row.posting_id), row.version, now)
    return decision.comment


_REMOVE: Final = (
    update(comments)
    .where(comments.c.id == bindparam("comment"), comments.c.removed.is_(False))
    .values(version=comments.c.version + 1, removed=True)
    .returning(comments.c.version, comments.c.discussion_id)
)


async def remove(tx: AsyncConnection, decision: Remove, now: datetime) -> CommentId | None:
    """A comment's tombstone: its texts and files go, its row stays, so that no late edit brings it back."""
    await lock_discussion_of(tx, decision.comment)
    result = await tx.execute(_REMOVE, {"comment": decision.comment, "body": to_json(Document())})
    row = result.first()
    if row is None:
        return None
    await tx.execute(_DETACH, {"comment": decision.comment})
    await searching.forget_comment(tx, decision.comment)
    await want_copies(tx, decision.comment, row.version, now, parked=True)
    await _redraw_answers(tx, decision.comment, now)
    await _count(tx, DiscussionId(row.discussion_id), -1, now)
    return decision.comment


_REACTION: Final = select(reactions.c.present, reactions.c.stamp).where(
    *(key == bindparam(key.name) for key in reactions.primary_key)
)


@cache
def _react(dialect: str) -> sqlite.Insert | postgresql.Insert:
    statement = upsert(dialect, reactions)
    given = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=list(reactions.primary_key), set_={"present": given.present, "stamp": given.stamp}
    )


async def react(tx: AsyncConnection, decision: React, platform: str, workspace: str, now: datetime) -> CommentId | None:
    """A reaction as it stands by now; every other message of its comment or card is asked to show it."""
    await lock_discussion(tx, decision.discussion)
    mark = {
        "posting_id": decision.posting,
        "subject": decision.comment or 0,
        "author": f"{platform}:{workspace}:{decision.user}",
        "emoji": decision.emoji,
    }
    before = (await tx.execute(_REACTION, mark)).first()
    if before is not None and before.stamp >= decision.stamp:
        return None
    await tx.execute(_react(tx.dialect.name), {**mark, "present": decision.present, "stamp": decision.stamp})
    if decision.present == (before is not None and before.present):
        return None
    if decision.comment is None:
        await _count(tx, decision.discussion, 0, now)
        return None
    await redraw(tx, decision.comment, now + _TALLY_REST)
    return decision.comment


_REDRAW: Final = (
    update(comments)
    .where(comments.c.id == bindparam("comment"), comments.c.removed.is_(False))
    .values(version=comments.c.version + 1)
    .returning(comments.c.version)
)


async def redraw(tx: AsyncConnection, comment: CommentId, at: datetime) -> int | None:
    """Ask every copy of a comment to be drawn anew from then on; answers its new version, None where it is removed."""
    await lock_discussion_of(tx, comment)
    version: int | None = (await tx.execute(_REDRAW, {"comment": comment})).scalar()
    if version is not None:
        await want_copies(tx, comment, version, at)
    return version


@cache
def _known_author(dialect: str) -> ReturningInsert[int]:
    statement = upsert(dialect, authors)
    given = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=["community_id", "platform", "workspace", "remote"],
        set_={"name": given.name, "avatar": given.avatar},
    ).returning(authors.c.id)


async def _author(tx: AsyncConnection, community: CommunityId, author: Author) -> int:
    result = await tx.execute(
        _known_author(tx.dialect.name),
        {
            "community_id": community,
            "platform": author.platform,
            "workspace": author.workspace,
            "remote": author.user,
            "name": author.name,
            "avatar": author.avatar,
        },
    )
    return int(result.scalar_one())


_KEEP_ORIGINAL: Final = insert(originals)


async def _keep_original(
    tx: AsyncConnection, comment: CommentId, version: int, original: Document | None, until: datetime
) -> None:
    if original is not None:
        await tx.execute(
            _KEEP_ORIGINAL,
            {"comment_id": comment, "version": version, "body": to_json(original), "expires_at": until},
        )


_ATTACH: Final = insert(attachments)


async def _attach(tx: AsyncConnection, comment: CommentId, files: tuple[Attachment, ...]) -> None:
    for ordinal, file in enumerate(files):
        await tx.execute(
            _ATTACH,
            {
                "comment_id": comment,
                "ordinal": ordinal,
                "name": file.name,
                "alt": file.alt,
                "media_type": file.media_type,
                "size": file.size,
                "source": file.source,
                "permalink": file.permalink,
                "spoiler": file.spoiler,
            },
        )


async def _repost(tx: AsyncConnection, comment: CommentId, posting: PostingId, version: int, now: datetime) -> None:
    """Let an edited message that needs masking now give way to a masked one, unless it did before."""
    there = select(copies.c.id).where(copies.c.comment_id == comment, copies.c.posting_id == posting)
    if (await tx.execute(there)).first() is not None:
        return
    place = (
        await tx.execute(
            select(channels.c.platform, channels.c.community_id)
            .join(postings, postings.c.channel_id == channels.c.id)
            .where(postings.c.id == posting)
        )
    ).one()
    community = CommunityId(place.community_id)
    await copy_to(tx, community, comment, posting, place.platform, version, own_place=True, now=now)


_REDRAW_ANSWERS: Final = (
    update(comments)
    .where(comments.c.answers_id == bindparam("comment"), comments.c.removed.is_(False))
    .values(version=comments.c.version + 1)
    .returning(comments.c.id, comments.c.version)
)


async def _redraw_answers(tx: AsyncConnection, comment: CommentId, now: datetime) -> None:
    """Ask the copies of what answers a comment to show its present words, or none once it is removed."""
    for row in (await tx.execute(_REDRAW_ANSWERS, {"comment": comment})).all():
        await want_copies(tx, CommentId(row.id), row.version, now)


_NOW: Final = bindparam("now", type_=Moment())
_COUNT: Final = (
    update(discussions)
    .where(discussions.c.id == bindparam("discussion"))
    .values(
        comments=discussions.c.comments + bindparam("step"),
        version=discussions.c.version + 1,
        active_at=case((discussions.c.active_at > _NOW, discussions.c.active_at), else_=_NOW),
    )
    .returning(discussions.c.version)
)


async def _count(tx: AsyncConnection, discussion: DiscussionId, step: int, now: datetime) -> None:
    """Count comments, and ask every card to show it; a card that is asked twice within a moment is drawn once."""
    counted = await tx.execute(_COUNT, {"discussion": discussion, "step": step, "now": now})
    await want_cards(tx, discussion, counted.scalar_one(), now + CARD_REST)
