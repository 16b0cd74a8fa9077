"""Replicas that are there before they deal with events."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("replicas", sa.Column("deals", sa.Boolean(), server_default=sa.true(), nullable=False))
