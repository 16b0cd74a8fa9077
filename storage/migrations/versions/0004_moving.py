"""Moving between engines, and the indexes that what grows is read by."""

import sqlalchemy as sa
from alembic import op

import storage.columns

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "transfers",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("started_at", storage.columns.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("source", name="pk_transfers"),
    )
    op.add_column("boards", sa.Column("discussions", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.execute("UPDATE boards SET discussions = (SELECT count(*) FROM discussions WHERE board_id = boards.id)")
    # SQLite takes any first column of an index for a rare one, and there are two kinds.
    with op.batch_alter_table("outbox") as outbox:
        outbox.drop_constraint("uq_outbox_kind_target_id", type_="unique")
        outbox.create_unique_constraint("uq_outbox_target_id_kind", ["target_id", "kind"])
    op.create_index("ix_leases_owner", "leases", ["owner"])
    op.create_index("ix_discussions_busy", "discussions", ["community_id", "comments", "active_at", "id"])
    op.create_index("ix_discussions_active_at", "discussions", ["active_at"])
    op.create_index("ix_postings_channel_id_root", "postings", ["channel_id", "root"])
    _partial("ix_attachments_kept", "attachments", ["id"], "content IS NOT NULL")
    _partial("ix_outbox_backlog", "outbox", ["platform", "state", "not_before"], "state <> 'sent'")


def _partial(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
