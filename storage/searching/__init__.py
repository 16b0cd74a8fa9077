"""Full-text search: what can be found, and finding it. How an engine does it is in a module each.

What can be found is written in the same transactions as what it finds. A row stands for a comment under its id, or for
a discussion's article under the discussion's id below zero.
"""

from __future__ import annotations

from types import ModuleType

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.markup.tree import Document
from bot.markup.view import plain
from bot.model import Article, CommentId, CommunityId, DiscussionId
from bot.page.records import Hit
from storage.engines import SQLITE
from storage.searching import fts5, tsvector
from storage.searching.words import WORDY
from storage.tables import boards, comments, discussions

_MOST_TERMS = 12


async def index_comment(tx: AsyncConnection, comment: CommentId, body: Document) -> None:
    """Let a comment be found by what it says now."""
    await _engine(tx).put(tx, comment, "", plain(body))


async def forget_comment(tx: AsyncConnection, comment: CommentId) -> None:
    """Let a comment be found no more."""
    await _engine(tx).forget(tx, comment)


async def index_article(tx: AsyncConnection, discussion: DiscussionId, article: Article) -> None:
    """Let a discussion be found by its article."""
    parts = [article.tldr, article.source.name, *article.authors]
    for section in article.sections:
        parts += [section.heading, plain(section.body)]
    await _engine(tx).put(tx, -discussion, article.title, "\n".join(parts))


async def find(
    tx: AsyncConnection, community: CommunityId, query: str, *, limit: int, offset: int
) -> tuple[tuple[Hit, ...], int]:
    """See `bot.page.records.Library.search`."""
    terms = [term for term in query.split() if WORDY.search(term)][:_MOST_TERMS]
    if not terms:
        return (), 0
    found = _engine(tx).matching(terms).subquery("found")
    row = found.c.row
    hits = (
        select(discussions.c.id, comments.c.id.label("comment"), func.count().over().label("total"))
        .select_from(found)
        .outerjoin(comments, comments.c.id == row)
        .join(discussions, discussions.c.id == func.coalesce(comments.c.discussion_id, -row))
        .join(boards, boards.c.id == discussions.c.board_id)
        .where(discussions.c.community_id == community, boards.c.on_web)
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
