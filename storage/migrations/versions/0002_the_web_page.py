"""The web page: boards that are kept off it, and what can be searched."""

import json
import re
import unicodedata
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("boards", sa.Column("on_web", sa.Boolean(), server_default=sa.true(), nullable=False))
    if op.get_bind().dialect.name == "sqlite":
        _fts5()
    else:
        _tsvector()


def _fts5() -> None:
    op.execute('CREATE VIRTUAL TABLE search USING fts5(title, body, tokenize = "unicode61 remove_diacritics 2")')
    # The texts inside the trees, in the order of reading; a newer text of the same row is written by the store.
    op.execute(
        "INSERT INTO search (rowid, title, body) "
        "SELECT id, '', (SELECT group_concat(atom, ' ') FROM json_tree(comments.body) "
        "WHERE key IN ('text', 'name') AND type = 'text') FROM comments WHERE NOT removed"
    )
    op.execute(
        "INSERT INTO search (rowid, title, body) "
        "SELECT -discussions.id, json_extract(content, '$.title'), (SELECT group_concat(atom, ' ') "
        "FROM json_tree(articles.content) WHERE key IN ('text', 'name', 'heading', 'tldr') AND type = 'text') "
        "FROM discussions JOIN articles ON articles.id = discussions.article_id"
    )


def _tsvector() -> None:
    op.execute("CREATE TABLE search (id bigint PRIMARY KEY, words tsvector NOT NULL)")
    op.execute("CREATE INDEX ix_search_words ON search USING gin (words)")
    put = sa.text("INSERT INTO search (id, words) VALUES (:id, CAST(:words AS tsvector))")
    bind = op.get_bind()
    for row in bind.execute(sa.text("SELECT id, body FROM comments WHERE NOT removed")).all():
        words = " ".join(_texts(json.loads(row.body), {"text", "name"}))
        bind.execute(put, {"id": row.id, "words": _vector("", words)})
    articles = sa.text("SELECT d.id, a.content FROM discussions d JOIN articles a ON a.id = d.article_id")
    for row in bind.execute(articles).all():
        content = json.loads(row.content)
        words = " ".join(_texts(content, {"text", "name", "heading", "tldr"}))
        bind.execute(put, {"id": -row.id, "words": _vector(content["title"], words)})


def _texts(node: Any, keys: set[str]) -> Iterator[str]:  # noqa: ANN401 - any JSON
    """The texts under these keys, in the order of reading."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key in keys and isinstance(value, str):
                yield value
            else:
                yield from _texts(value, keys)
    elif isinstance(node, list):
        for each in node:
            yield from _texts(each, keys)


def _vector(title: str, body: str) -> str:
    weighed = [(word, "A") for word in _folded(title)] + [(word, "B") for word in _folded(body)]
    return " ".join(f"'{word}':{place}{weight}" for place, (word, weight) in enumerate(weighed, 1))


def _folded(text: str) -> list[str]:
    """The words in lower case without accents; a newer text of the same row is folded by the store."""
    plain = "".join(
        sign for sign in unicodedata.normalize("NFD", text[:120_000]) if not unicodedata.combining(sign)
    ).casefold()
    return [word[:250] for word in re.findall(r"[^\W_]+", unicodedata.normalize("NFC", plain))]
