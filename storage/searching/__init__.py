"""Full-text search: what can be found, and finding it. How an engine does it is in a module each.

What can be found is written in the same transactions as what it finds. A row stands for a comment under its id, or for
a discussion's article under the discussion's id below zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType

from sqlalchemy import func, select, table
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import StorageError
from bot.markup.tree import Document
from bot.markup.view import plain
from bot.model import Article, CommentId, CommunityId, DiscussionId
from bot.page.records import Hit
from storage.engines import SQLITE
from storage.searching import fts5, tsvector
from storage.searching.words import WORDY, Findable
from storage.tables import boards, comments, discussions

_MOST_TERMS = 12


async def index_comment(tx: AsyncConnection, comment: CommentId, body: Document) -> None:
    """Let a comment be found by what it says now."""
    await put(tx, [of_comment(comment, body)])


async def forget_comment(tx: AsyncConnection, comment: CommentId) -> None:
    """Let a comment be found no more."""
    await forget(tx, [comment])


async def index_article(tx: AsyncConnection, discussion: DiscussionId, article: Article) -> None:
    """Let a discussion be found by its article."""
    await put(tx, [of_article(discussion, article)])


def of_comment(comment: CommentId, body: Document) -> Findable:
    """What a comment is found by."""
    return Findable(comment, "", plain(body))


def of_article(discussion: DiscussionId, article: Article) -> Findable:
    """What a discussion is found by."""
    parts = [article.tldr, article.source.name, *article.authors]
    for section in article.sections:
        parts += [section.heading, plain(section.body)]
    return Findable(-discussion, article.title, "\n".join(parts))


async def put(tx: AsyncConnection, rows: Sequence[Findable]) -> None:
    """Let many rows be found, by what they say now."""
    if rows:
        await _engine(tx).put(tx, rows)


async def forget(tx: AsyncConnection, rows: Sequence[int]) -> None:
    """Let many rows be found no more."""
    if rows:
        await _engine(tx).forget(tx, rows)


async def prove_whole(tx: AsyncConnection) -> None:
    """Raises `StorageError` where there are not as many rows to be found as comments and discussions."""
    there = (await tx.execute(select(func.count()).select_from(table("search")))).scalar_one()
    talk = select(func.count()).where(comments.c.removed.is_(False)).scalar_subquery()
    all_told = select(talk + select(func.count()).select_from(discussions).scalar_subquery())
    wanted = (await tx.execute(all_told)).scalar_one()
    if there != wanted:
        raise StorageError(f"the search finds {there} comments and discussions, but there are {wanted}")


async def find(
    tx: AsyncConnection, community: CommunityId, query: str, *, limit: int, offset: int
) -> tuple[tuple[Hit, ...], int]:
    """See `bot.page.records.Library.search`."""
    terms = [term for term in query.split() if WORDY.search(term)][:_MOST_TERMS]
    if not terms:
        return (), 0
    found = _engine(tx).matching(terms).subquery("found")
    row = found.c.row
    discussion = func.coalesce(comments.c.discussion_id, -row)
    # Looked up for each that is found: to join them would read every discussion.
    shown = (
        select(discussions.c.id)
        .join(boards, boards.c.id == discussions.c.board_id)
        .where(discussions.c.id == discussion, discussions.c.community_id == community, boards.c.on_web)
        .scalar_subquery()
    )
    hits = (
        select(discussion.label("id"), comments.c.id.label("comment"), func.count().over().label("total"))
        .select_from(found)
        .outerjoin(comments, comments.c.id == row)
        .where(shown.is_not(None))
        .order_by(found.c.rank, row)
        .limit(limit)
        .offset(offset)
    )
    rows = (await tx.execute(hits)).all()
    return (
        tuple(Hit(DiscussionId(hit.id), None if hit.comment is None else CommentId(hit.comment)) for hit in rows),
        rows[0].total if rows else 0,
    )


def _engine(tx: AsyncConnection) -> ModuleType:
    return fts5 if tx.dialect.name == SQLITE else tsvector
