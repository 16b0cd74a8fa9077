"""Thousands of comments in a moment: written by the database itself, for one by one they would take half a minute."""

from __future__ import annotations

from typing import Final

from sqlalchemy import text

from bot.model import CommentId, DiscussionId
from tests.life import Life

CHAIN: Final = 8
"""Comments in a row that answer each other."""
_CROWD: Final = text("""
    INSERT INTO comments
        (discussion_id, author_id, posting_id, answers_id, message, position, permalink, body, version, edited, removed,
         created_at)
    WITH RECURSIVE crowd (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM crowd WHERE number < :count)
    SELECT
        discussion_id, author_id, posting_id, CASE WHEN number % :chain = 0 THEN NULL ELSE id + number - 1 END,
        'crowd ' || number, position + number, permalink,
        replace(body, 'Hello.', 'Hello from number ' || number || '.'), 1, 0, FALSE, created_at
    FROM crowd, comments WHERE id = :first
""")
_COPIES: Final = text("""
    INSERT INTO copies (comment_id, posting_id, own_place, cleared)
    SELECT comments.id, copies.posting_id, FALSE, TRUE FROM comments, copies
    WHERE comments.message LIKE 'crowd %' AND comments.discussion_id = :discussion AND copies.comment_id = :first
""")
_ROWS: Final = text("""
    INSERT INTO outbox
        (community_id, kind, target_id, lane, platform, stamp, state, wanted, done, attempts, not_before)
    SELECT community_id, kind, copies.id, lane, platform, 'c' || copies.id, state, wanted, done, attempts, not_before
    FROM outbox, copies
    WHERE kind = 'copy' AND target_id = (SELECT id FROM copies WHERE comment_id = :first)
        AND copies.comment_id IN (SELECT id FROM comments WHERE message LIKE 'crowd %' AND discussion_id = :discussion)
""")
_COUNT: Final = text("UPDATE discussions SET comments = comments + :count WHERE id = :discussion")


async def come(life: Life, discussion: DiscussionId, count: int) -> CommentId:
    """So many comments after a first one, whose id is answered; theirs follow it. Nothing else may write meanwhile."""
    first = await life.say(discussion, f"first of {discussion}")
    async with life.store._database.write() as tx:  # noqa: SLF001 - no way of the store is as fast
        await tx.execute(_CROWD, {"count": count, "chain": CHAIN, "first": first})
        for statement in (_COPIES, _ROWS):
            await tx.execute(statement, {"first": first, "discussion": discussion})
        await tx.execute(_COUNT, {"count": count, "discussion": discussion})
    return first
