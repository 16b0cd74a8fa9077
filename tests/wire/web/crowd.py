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
_COUNT: Final = text("UPDATE discussions SET comments = comments + :count WHERE id = :discussion")


async def come(life: Life, discussion: DiscussionId, count: int) -> CommentId:
    """So many comments after a first one, whose id is answered; theirs follow it. Nothing else may write meanwhile."""
    first = await life.say(discussion, f"first of {discussion}")
    async with life.store._database.write() as tx:  # noqa: SLF001 - no way of the store is as fast
        await tx.execute(_CROWD, {"count": count, "chain": CHAIN, "first": first})
        await tx.execute(_COUNT, {"count": count, "discussion": discussion})
    return first
