"""Reactions: who reacted to what, and how that adds up in each posting."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import CommentId, DiscussionId, PostingId, RemoteMessageId, RemoteUserId
from bot.views import Tally
from storage.tables import comments, copies, postings, reactions

_GIVEN: Final = (
    select(reactions.c.posting_id, reactions.c.author, reactions.c.emoji)
    .join(postings, postings.c.id == reactions.c.posting_id)
    .where(
        reactions.c.subject == bindparam("subject"),
        postings.c.discussion_id == bindparam("discussion"),
        reactions.c.present,
    )
    .order_by(reactions.c.stamp)
)


async def tallies(
    tx: AsyncConnection, discussion: DiscussionId, comment: CommentId | None, posting: PostingId
) -> tuple[Tally, ...]:
    """How people elsewhere reacted to a comment, or to the card, as its message in one posting shall show it.

    A person counts once an emoji, however many postings they reacted in; not at all where they reacted in this one.
    """
    elsewhere: defaultdict[str, set[str]] = defaultdict(set)
    here: set[tuple[str, str]] = set()
    for row in (await tx.execute(_GIVEN, {"subject": comment or 0, "discussion": discussion})).all():
        if row.posting_id == posting:
            here.add((row.emoji, row.author))
        else:
            elsewhere[row.emoji].add(row.author)
    counts = {emoji: sum((emoji, author) not in here for author in authors) for emoji, authors in elsewhere.items()}
    return tuple(Tally(emoji, count) for emoji, count in counts.items() if count)


async def standing_reactions(
    tx: AsyncConnection, posting: PostingId
) -> frozenset[tuple[RemoteMessageId, RemoteUserId, str]]:
    """The reactions that stand in a posting, by the message that bears them there."""
    present = select(reactions).where(reactions.c.posting_id == posting, reactions.c.present)
    bearers: dict[int, str] = {}
    root = (await tx.execute(select(postings.c.root).where(postings.c.id == posting))).scalar()
    if root is not None:
        bearers[0] = root
    origins = select(comments.c.id, comments.c.message).where(comments.c.posting_id == posting)
    shown = select(copies.c.comment_id, copies.c.message).where(
        copies.c.posting_id == posting, copies.c.message.is_not(None)
    )
    for query in (origins, shown):  # a repost bears what its original bore
        bearers |= {row[0]: row[1] for row in await tx.execute(query)}
    return frozenset(
        (RemoteMessageId(bearers[row.subject]), RemoteUserId(row.author.split(":", 2)[2]), row.emoji)
        for row in (await tx.execute(present)).all()
        if row.subject in bearers
    )
