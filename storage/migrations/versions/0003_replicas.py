"""Replicas: leases of lanes, who shares the database, and what is being read again."""

import sqlalchemy as sa
from alembic import op

import storage.columns

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "leases",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("token", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("until", storage.columns.Moment(), server_default=sa.text("0"), nullable=False),
        sa.Column("state", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_leases"),
    )
    op.create_table(
        "replicas",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("listening", sa.Text(), nullable=False),
        sa.Column("until", storage.columns.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_replicas"),
    )
    op.create_table(
        "behind",
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("thread", sa.Text(), nullable=False),
        sa.Column("replica", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("platform", "channel", "thread", "replica", name="pk_behind"),
    )
    op.add_column("inbox", sa.Column("slot", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.execute("INSERT INTO leases (name) SELECT 'card:' || id FROM postings")
    op.execute("INSERT INTO leases (name) SELECT 'thread:' || id FROM postings")
