"""Alerts that stand."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, empty: they open anew once."""
    op.create_table(
        "alert",
        sa.Column("order_id", sa.Text, nullable=False),
        sa.Column("line_no", sa.BigInteger, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("order_id", "line_no", name="pk_alert"),
    )


def downgrade() -> None:
    """Forget them: they are found again."""
    op.drop_table("alert")
