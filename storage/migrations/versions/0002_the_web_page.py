"""The web page: boards that are kept off it, and what can be searched."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("boards", sa.Column("on_web", sa.Boolean(), server_default=sa.true(), nullable=False))
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
