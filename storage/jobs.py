"""What a lane reads of a row of the outbox before it carries it out: all that its card or copy shows."""

from __future__ import annotations

from typing import Final

from sqlalchemy import and_, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import BoardId, CommentId, DiscussionId, PostingId, RemoteMessageId
from bot.records import AnsweredRecord, CardJob, CommentRecord, CopyJob, Delivery, OutboxRecord
from storage.queries import ATTACHMENTS, CHANNEL, COMMENT, POSTING
from storage.reacting import tallies
from storage.records import (
    ARTICLE,
    attachment_record,
    channel_record,
    comment_record,
    copy_record,
    discussion_record,
    message_id,
    posting_record,
    thread_ref,
)
from storage.tables import articles, boards, channels, copies, discussions, postings

_DISCUSSION: Final = (
    select(discussions, boards.c.name.label("board"), boards.c.on_web, articles.c.content)
    .join(boards, boards.c.id == discussions.c.board_id)
    .join(articles, articles.c.id == discussions.c.article_id)
    .join(postings, postings.c.discussion_id == discussions.c.id)
    .where(postings.c.id == bindparam("posting"))
)


async def card_job(tx: AsyncConnection, row: OutboxRecord) -> CardJob:
    """What a card shows, and where."""
    posting = posting_record((await tx.execute(POSTING, {"posting": row.target})).mappings().one())
    found = (await tx.execute(_DISCUSSION, {"posting": row.target})).mappings().one()
    return CardJob(
        row=row,
        posting=posting,
        discussion=discussion_record(found),
        article=ARTICLE.validate_json(found["content"]),
        tallies=await tallies(tx, DiscussionId(found["id"]), None, posting.id),
    )


_REPOST: Final = copies.alias("repost")
_COPY: Final = (
    select(
        copies,
        postings.c.thread,
        *CHANNEL,
        discussions.c.board_id,
        _REPOST.c.id.label("repost"),
        _REPOST.c.url.label("repost_url"),
    )
    .join(postings, postings.c.id == copies.c.posting_id)
    .join(channels, channels.c.id == postings.c.channel_id)
    .join(discussions, discussions.c.id == postings.c.discussion_id)
    .outerjoin(_REPOST, and_(_REPOST.c.comment_id == copies.c.comment_id, _REPOST.c.own_place))
    .where(copies.c.id == bindparam("copy"))
)


async def copy_job(tx: AsyncConnection, row: OutboxRecord) -> CopyJob | None:
    """What a copy shows, and where; None while its posting has no thread."""
    found = (await tx.execute(_COPY, {"copy": row.target})).mappings().one()
    copy, thread = copy_record(found), thread_ref(channel_record(found, "channel_").info.ref, found["thread"])
    if thread is None:
        return None
    comment = await _comment(tx, copy.comment)
    files = await tx.execute(ATTACHMENTS, {"comment": comment.id})
    return CopyJob(
        row=row,
        board=BoardId(found["board_id"]),
        copy=copy,
        comment=comment,
        thread=thread,
        # Where a person finds it in its own thread: its message, or the one that took its place.
        original=comment.permalink if found["repost"] is None else found["repost_url"],
        answers=None if comment.answers is None else await _answered(tx, comment.answers, copy.posting),
        attachments=tuple(attachment_record(file) for file in files.mappings()),
        tallies=await tallies(tx, comment.discussion, comment.id, copy.posting),
        known=await _known(tx, copy.posting) if row.state is Delivery.SENDING else frozenset(),
    )


async def _comment(tx: AsyncConnection, comment: CommentId) -> CommentRecord:
    return comment_record((await tx.execute(COMMENT, {"comment": comment})).mappings().one())


_URL: Final = select(copies.c.url).where(
    copies.c.comment_id == bindparam("comment"), copies.c.posting_id == bindparam("posting")
)


async def _answered(tx: AsyncConnection, comment: CommentId, posting: PostingId) -> AnsweredRecord:
    answered = await _comment(tx, comment)
    url = (await tx.execute(_URL, {"comment": comment, "posting": posting})).scalar()
    if url is None and answered.posting == posting:
        url = answered.permalink
    return AnsweredRecord(answered.author, answered.body, answered.removed, url)


_SHOWN: Final = select(copies.c.message).where(
    copies.c.posting_id == bindparam("posting"), copies.c.message.is_not(None)
)


async def _known(tx: AsyncConnection, posting: PostingId) -> frozenset[RemoteMessageId]:
    found = (message_id(value) for value in (await tx.execute(_SHOWN, {"posting": posting})).scalars())
    return frozenset(message for message in found if message is not None)
