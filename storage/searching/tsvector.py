"""Search on PostgreSQL: a table of text vectors with a GIN index.

See https://www.postgresql.org/docs/current/textsearch.html. Words are folded here, not there: so every server finds
the same, whatever its locale and extensions.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import BigInteger, Float, TextualSelect, column, text
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.searching.words import Findable, folded

_MOST_CHARACTERS: Final = 120_000
"""Of one row's text: a vector takes a megabyte at most, and every word costs more there than here."""
_LONGEST_WORD: Final = 250
_FORGET: Final = text("DELETE FROM search WHERE id = :row")
_INDEX: Final = text(
    "INSERT INTO search (id, words) VALUES (:row, CAST(:words AS tsvector))"
    " ON CONFLICT (id) DO UPDATE SET words = excluded.words"
)
_FOUND: Final = text(
    "SELECT id AS row, -ts_rank('{0, 0, 0.25, 1}', words, asked) AS rank"
    " FROM search, CAST(:match AS tsquery) AS asked WHERE words @@ asked"
)
"""A word in a title counts as much as four in a text; the least rank is the best."""


async def put(tx: AsyncConnection, rows: Sequence[Findable]) -> None:
    """Let rows be found by these texts, and no others."""
    await tx.execute(_INDEX, [{"row": row.id, "words": _vector(row.title, row.body)} for row in rows])


async def forget(tx: AsyncConnection, rows: Sequence[int]) -> None:
    """Let rows be found no more."""
    await tx.execute(_FORGET, [{"row": row} for row in rows])


def matching(terms: Sequence[str]) -> TextualSelect:
    """The rows that hold every term, as words or their beginnings, as `row` and `rank`.

    Words that a term is made of have to stand side by side. Folded words are letters and digits, so that nothing in
    them is read as an operator.
    """
    phrases = []
    for term in terms:
        words = [f"'{word[:_LONGEST_WORD]}'" for word in folded(term)]
        phrases.append(f"({' <-> '.join([*words[:-1], f'{words[-1]}:*'])})" if words else "")
    match = " & ".join(phrase for phrase in phrases if phrase)
    return _FOUND.bindparams(match=match).columns(column("row", BigInteger), column("rank", Float))


def _vector(title: str, body: str) -> str:
    """The words with their places, as PostgreSQL reads a vector; a title's weigh A, a body's B."""
    weighed = [(word, "A") for word in folded(title)]
    weighed += [(word, "B") for word in folded(body[:_MOST_CHARACTERS])]
    return " ".join(f"'{word[:_LONGEST_WORD]}':{place}{weight}" for place, (word, weight) in enumerate(weighed, 1))
