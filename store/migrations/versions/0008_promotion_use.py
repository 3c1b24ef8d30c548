"""What standing orders have of promotions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, empty: programs before this one counted nothing."""
    op.create_table(
        "promotion_use",
        sa.Column("promotion", sa.Text, nullable=False),
        sa.Column("customer_id", sa.Text, nullable=False),
        sa.Column("times", sa.BigInteger, nullable=False),
        sa.Column("fen", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("promotion", "customer_id", name="pk_promotion_use"),
    )


def downgrade() -> None:
    """Forget what was taken."""
    op.drop_table("promotion_use")
