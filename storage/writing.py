"""What a decision writes: the comment, its counter, and the outbox rows that carry it everywhere."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import and_, case, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.discussion.decisions import Add, Change, React, Remove
from bot.markup.tree import Document, to_json
from bot.model import Attachment, Author, CommentId, CommunityId, DiscussionId, PostingId
from bot.records import Delivery
from storage import searching
from storage.columns import moment
from storage.database import upsert
from storage.locks import lock_discussion, lock_discussion_of
from storage.queries import made
from storage.tables import (
    attachments,
    authors,
    channels,
    comments,
    copies,
    discussions,
    originals,
    outbox,
    postings,
    reactions,
)

CARD_REST = timedelta(milliseconds=400)
"""How long a card waits for further changes before it is drawn anew."""
_TALLY_REST = timedelta(milliseconds=700)
"""The same for a copy whose reactions changed: people react in bursts."""


async def add(tx: AsyncConnection, decision: Add, now: datetime) -> CommentId | None:
    """A new comment with its copies; None where the message is a comment already."""
    posted = decision.posted
    await lock_discussion(tx, decision.discussion)
    author = await _author(tx, decision.community, posted.author)
    result = await tx.execute(
        upsert(tx, comments)
        .values(
            discussion_id=decision.discussion,
            author_id=author,
            posting_id=decision.posting,
            answers_id=decision.answers,
            message=posted.message,
            position=posted.position,
            permalink=posted.permalink,
            body=to_json(decision.body.document),
            version=1,
            edited=posted.edited,
            removed=False,
            created_at=posted.at,
        )
        .on_conflict_do_nothing()
        .returning(comments.c.id)
    )
    found = result.scalar()
    if found is None:
        return None
    comment = CommentId(found)
    await _keep_original(tx, comment, 1, decision.original, decision.keep_until)
    await _attach(tx, comment, posted.attachments)
    await searching.index_comment(tx, comment, decision.body.document)
    where = postings.c.discussion_id == decision.discussion
    if not decision.repost:
        where = and_(where, postings.c.id != decision.posting)
    places = await tx.execute(
        select(postings.c.id, channels.c.platform)
        .join(channels, channels.c.id == postings.c.channel_id)
        .where(where)
        .order_by(postings.c.id)
    )
    for place in places.all():
        own_place = place.id == decision.posting
        await _copy(
            tx, decision.community, comment, PostingId(place.id), place.platform, 1, own_place=own_place, now=now
        )
    await _count(tx, decision.discussion, 1, now)
    return comment


async def change(tx: AsyncConnection, decision: Change, now: datetime) -> CommentId | None:
    """A comment's new text; None where it was removed or a newer edit was here first."""
    await lock_discussion_of(tx, decision.comment)
    result = await tx.execute(
        update(comments)
        .where(comments.c.id == decision.comment, comments.c.removed.is_(False), comments.c.edited < decision.edited)
        .values(
            body=to_json(decision.body.document),
            version=comments.c.version + 1,
            edited=decision.edited,
            edited_at=now,
        )
        .returning(comments.c.version, comments.c.posting_id, comments.c.discussion_id)
    )
    row = result.first()
    if row is None:
        return None
    await _keep_original(tx, decision.comment, row.version, decision.original, decision.keep_until)
    if decision.attachments is not None:
        await tx.execute(delete(attachments).where(attachments.c.comment_id == decision.comment))
        await _attach(tx, decision.comment, decision.attachments)
    await searching.index_comment(tx, decision.comment, decision.body.document)
    await _want(tx, decision.comment, row.version, now)
    await _redraw_answers(tx, decision.comment, now)
    if decision.repost:
        await _repost(tx, decision.comment, PostingId(row.posting_id), row.version, now)
    return decision.comment


async def remove(tx: AsyncConnection, decision: Remove, now: datetime) -> CommentId | None:
    """A comment's tombstone: its texts and files go, its row stays, so that no late edit brings it back."""
    await lock_discussion_of(tx, decision.comment)
    result = await tx.execute(
        update(comments)
        .where(comments.c.id == decision.comment, comments.c.removed.is_(False))
        .values(body=to_json(Document()), version=comments.c.version + 1, removed=True)
        .returning(comments.c.version, comments.c.discussion_id)
    )
    row = result.first()
    if row is None:
        return None
    await tx.execute(delete(attachments).where(attachments.c.comment_id == decision.comment))
    await searching.forget_comment(tx, decision.comment)
    await _want(tx, decision.comment, row.version, now)
    await _redraw_answers(tx, decision.comment, now)
    await _count(tx, DiscussionId(row.discussion_id), -1, now)
    return decision.comment


async def react(tx: AsyncConnection, decision: React, platform: str, workspace: str, now: datetime) -> CommentId | None:
    """A reaction as it stands by now; every other message of its comment or card is asked to show it."""
    await lock_discussion(tx, decision.discussion)
    mark = {
        "posting_id": decision.posting,
        "subject": decision.comment or 0,
        "author": f"{platform}:{workspace}:{decision.user}",
        "emoji": decision.emoji,
    }
    before = (await tx.execute(select(reactions.c.present, reactions.c.stamp).filter_by(**mark))).first()
    if before is not None and before.stamp >= decision.stamp:
        return None
    values = {"present": decision.present, "stamp": decision.stamp}
    await tx.execute(
        upsert(tx, reactions).values(**mark, **values).on_conflict_do_update(index_elements=list(mark), set_=values)
    )
    if decision.present == (before is not None and before.present):
        return None
    if decision.comment is None:
        await _count(tx, decision.discussion, 0, now)
        return None
    await redraw(tx, decision.comment, now + _TALLY_REST)
    return decision.comment


async def redraw(tx: AsyncConnection, comment: CommentId, at: datetime) -> int | None:
    """Ask every copy of a comment to be drawn anew from then on; answers its new version, None where it is removed."""
    await lock_discussion_of(tx, comment)
    result = await tx.execute(
        update(comments)
        .where(comments.c.id == comment, comments.c.removed.is_(False))
        .values(version=comments.c.version + 1)
        .returning(comments.c.version)
    )
    version: int | None = result.scalar()
    if version is not None:
        await _want(tx, comment, version, at)
    return version


async def _author(tx: AsyncConnection, community: CommunityId, author: Author) -> int:
    values = {"name": author.name, "avatar": author.avatar}
    statement = upsert(tx, authors).values(
        community_id=community,
        platform=author.platform,
        workspace=author.workspace,
        remote=author.user,
        **values,
    )
    key = ["community_id", "platform", "workspace", "remote"]
    result = await tx.execute(statement.on_conflict_do_update(index_elements=key, set_=values).returning(authors.c.id))
    return int(result.scalar_one())


async def _keep_original(
    tx: AsyncConnection, comment: CommentId, version: int, original: Document | None, until: datetime
) -> None:
    if original is not None:
        await tx.execute(
            insert(originals).values(comment_id=comment, version=version, body=to_json(original), expires_at=until)
        )


async def _attach(tx: AsyncConnection, comment: CommentId, files: tuple[Attachment, ...]) -> None:
    for ordinal, file in enumerate(files):
        await tx.execute(
            insert(attachments).values(
                comment_id=comment,
                ordinal=ordinal,
                name=file.name,
                alt=file.alt,
                media_type=file.media_type,
                size=file.size,
                source=file.source,
                permalink=file.permalink,
                spoiler=file.spoiler,
            )
        )


async def _copy(
    tx: AsyncConnection,
    community: CommunityId,
    comment: CommentId,
    posting: PostingId,
    platform: str,
    version: int,
    *,
    own_place: bool,
    now: datetime,
) -> None:
    copy = made(
        await tx.execute(
            insert(copies).values(comment_id=comment, posting_id=posting, own_place=own_place, cleared=not own_place)
        )
    )
    await tx.execute(
        insert(outbox).values(
            community_id=community,
            kind="copy",
            target_id=copy,
            lane=f"thread:{posting}",
            platform=platform,
            stamp=f"c{copy}-{secrets.token_hex(4)}",
            state=Delivery.PENDING,
            wanted=version,
            done=0,
            attempts=0,
            not_before=now,
        )
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
    await _copy(tx, community, comment, posting, place.platform, version, own_place=True, now=now)


async def _want(tx: AsyncConnection, comment: CommentId, version: int, now: datetime) -> None:
    """Ask every copy of a comment to come to a version. A row whose try is under way stays as it is until then."""
    ids = select(copies.c.id).where(copies.c.comment_id == comment)
    resting = outbox.c.state == Delivery.SENT
    await tx.execute(
        update(outbox)
        .where(outbox.c.kind == "copy", outbox.c.target_id.in_(ids))
        .values(
            wanted=version,
            state=case((resting, Delivery.PENDING.value), else_=outbox.c.state),
            attempts=case((resting, 0), else_=outbox.c.attempts),
            not_before=case((resting, moment(now)), else_=outbox.c.not_before),
        )
    )


async def _redraw_answers(tx: AsyncConnection, comment: CommentId, now: datetime) -> None:
    """Ask the copies of what answers a comment to show its present words, or none once it is removed."""
    result = await tx.execute(
        update(comments)
        .where(comments.c.answers_id == comment, comments.c.removed.is_(False))
        .values(version=comments.c.version + 1)
        .returning(comments.c.id, comments.c.version)
    )
    for row in result.all():
        await _want(tx, CommentId(row.id), row.version, now)


async def _count(tx: AsyncConnection, discussion: DiscussionId, step: int, now: datetime) -> None:
    """Count comments, and ask every card to show it; a card that is asked twice within a moment is drawn once."""
    row = (
        await tx.execute(
            update(discussions)
            .where(discussions.c.id == discussion)
            .values(
                comments=discussions.c.comments + step,
                version=discussions.c.version + 1,
                active_at=case((discussions.c.active_at > moment(now), discussions.c.active_at), else_=moment(now)),
            )
            .returning(discussions.c.version)
        )
    ).one()
    ids = select(postings.c.id).where(postings.c.discussion_id == discussion)
    resting = outbox.c.state == Delivery.SENT
    await tx.execute(
        update(outbox)
        .where(outbox.c.kind == "card", outbox.c.target_id.in_(ids))
        .values(
            wanted=row.version,
            state=case((resting, Delivery.PENDING.value), else_=outbox.c.state),
            not_before=case((resting, moment(now + CARD_REST)), else_=outbox.c.not_before),
        )
    )
