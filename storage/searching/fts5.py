"""Search on SQLite: an FTS5 table (https://www.sqlite.org/fts5.html), which folds case and accents itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Float, Integer, TextualSelect, column, text
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.searching.words import Findable, spaced

_FORGET: Final = text("DELETE FROM search WHERE rowid = :row")
_INDEX: Final = text("INSERT OR REPLACE INTO search (rowid, title, body) VALUES (:row, :title, :body)")
_FOUND: Final = text("SELECT rowid AS row, bm25(search, 4.0, 1.0) AS rank FROM search WHERE search MATCH :match")
"""A word in a title counts as much as four in a text; the least rank is the best."""


async def put(tx: AsyncConnection, rows: Sequence[Findable]) -> None:
    """Let rows be found by these texts, and no others."""
    await tx.execute(_INDEX, [{"row": row.id, "title": spaced(row.title), "body": spaced(row.body)} for row in rows])


async def forget(tx: AsyncConnection, rows: Sequence[int]) -> None:
    """Let rows be found no more."""
    await tx.execute(_FORGET, [{"row": row} for row in rows])


def matching(terms: Sequence[str]) -> TextualSelect:
    """The rows that hold every term, as words or their beginnings, as `row` and `rank`.

    Nothing in a term is read as an operator.
    """
    match = " AND ".join('"{}" *'.format(spaced(term).replace('"', " ").strip()) for term in terms)
    return _FOUND.bindparams(match=match).columns(column("row", Integer), column("rank", Float))
