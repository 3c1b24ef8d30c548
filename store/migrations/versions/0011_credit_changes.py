"""How limits and grades of customers changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table, empty: programs before this one kept no history of customers."""
    op.create_table(
        "credit_change",
        sa.Column("number", number, nullable=False, autoincrement=True),
        sa.Column("customer_id", sa.Text, nullable=False),
        sa.Column("changed_s", sa.BigInteger, nullable=False),
        sa.Column("limit_before_fen", sa.BigInteger, nullable=False),
        sa.Column("limit_fen", sa.BigInteger, nullable=False),
        sa.Column("grade_before", sa.Text, nullable=False),
        sa.Column("grade", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_credit_change"),
    )
    op.create_index("ix_credit_change_changed_s", "credit_change", ["changed_s"])


def downgrade() -> None:
    """Forget the history."""
    op.drop_table("credit_change")
