"""Which rows a writer locks before it reads or writes what hangs under them.

Every transaction that writes into a discussion locks the discussion's row first; one that opens a discussion locks its
board's. So writers of one discussion never run side by side, ids under it are handed out in the order of the commits
(lanes send by id), and no two of them can wait for each other. On SQLite, which has one writer, a lock is a plain read.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import BoardId, CommentId, DiscussionId
from storage.engines import SQLITE
from storage.tables import boards, comments, discussions

# No key is changed under these locks, so rows that refer to a locked one may be inserted elsewhere meanwhile.
_BOARD: Final = select(boards.c.community_id).where(boards.c.id == bindparam("board")).with_for_update(key_share=True)
_DISCUSSION: Final = (
    select(discussions.c.id).where(discussions.c.id == bindparam("discussion")).with_for_update(key_share=True)
)
_DISCUSSION_OF: Final = (
    select(discussions.c.id)
    .where(
        discussions.c.id
        == select(comments.c.discussion_id).where(comments.c.id == bindparam("comment")).scalar_subquery()
    )
    .with_for_update(key_share=True)
)


async def lock_board(tx: AsyncConnection, board: BoardId) -> int | None:
    """Be the only writer of a board's list of articles and words; answers its community, None where it is gone."""
    return (await tx.execute(_BOARD, {"board": board})).scalar()


async def lock_discussion(tx: AsyncConnection, discussion: DiscussionId) -> None:
    """Be the only writer in a discussion until the transaction ends."""
    if tx.dialect.name != SQLITE:
        await tx.execute(_DISCUSSION, {"discussion": discussion})


async def lock_discussion_of(tx: AsyncConnection, comment: CommentId) -> None:
    """Be the only writer in a comment's discussion until the transaction ends."""
    if tx.dialect.name != SQLITE:
        await tx.execute(_DISCUSSION_OF, {"comment": comment})
