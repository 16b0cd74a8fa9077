"""Full-text search: what can be found, and finding it. All that is particular to an engine's way of it is here.

On SQLite it is an FTS5 table (https://www.sqlite.org/fts5.html) whose row ids are comments' ids, and discussions' ids
below zero. It is written in the same transactions as what it finds.
"""

from __future__ import annotations

from typing import Final

import regex
from sqlalchemy import Float, Integer, column, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.markup.tree import Document
from bot.markup.view import plain
from bot.model import Article, CommentId, CommunityId, DiscussionId
from bot.page.records import Hit
from storage.tables import boards, comments, discussions

_FORGET: Final = text("DELETE FROM search WHERE rowid = :row")
_INDEX: Final = text("INSERT INTO search (rowid, title, body) VALUES (:row, :title, :body)")
_UNSPACED: Final = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]\p{M}*")
"""Characters of scripts that put no space between words: each is found as a word of its own."""
_WORDY: Final = regex.compile(r"[\p{L}\p{N}]")
_MOST_TERMS: Final = 12
_FOUND: Final = text("SELECT rowid AS row, bm25(search, 4.0, 1.0) AS rank FROM search WHERE search MATCH :match")
"""A word in a title counts as much as four in a text; the least rank is the best."""


async def index_comment(tx: AsyncConnection, comment: CommentId, body: Document) -> None:
    """Let a comment be found by what it says now."""
    await forget_comment(tx, comment)
    await tx.execute(_INDEX, {"row": comment, "title": "", "body": _indexed(plain(body))})


async def forget_comment(tx: AsyncConnection, comment: CommentId) -> None:
    """Let a comment be found no more."""
    await tx.execute(_FORGET, {"row": comment})


async def index_article(tx: AsyncConnection, discussion: DiscussionId, article: Article) -> None:
    """Let a discussion be found by its article."""
    parts = [article.tldr, article.source.name, *article.authors]
    for section in article.sections:
        parts += [section.heading, plain(section.body)]
    values = {"row": -discussion, "title": _indexed(article.title), "body": _indexed("\n".join(parts))}
    await tx.execute(_INDEX, values)


async def find(
    tx: AsyncConnection, community: CommunityId, query: str, *, limit: int, offset: int
) -> tuple[tuple[Hit, ...], int]:
    """See `bot.page.records.Library.search`."""
    match = _match(query)
    if match is None:
        return (), 0
    found = _FOUND.bindparams(match=match).columns(column("row", Integer), column("rank", Float)).subquery("found")
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


def _indexed(words: str) -> str:
    return _UNSPACED.sub(lambda sign: f" {sign[0]} ", words)


def _match(query: str) -> str | None:
    """What FTS5 is asked for: every word, or words that begin so. Nothing in it is read as an operator."""
    terms = [term for term in query.split() if _WORDY.search(term)][:_MOST_TERMS]
    if not terms:
        return None
    return " AND ".join('"{}" *'.format(_indexed(term).replace('"', " ").strip()) for term in terms)
