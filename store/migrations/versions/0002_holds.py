"""Orders that are held, and receipts of changes under the requests that made them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the table of holds, and room for a receipt in each request."""
    op.create_table(
        "hold",
        sa.Column("order_id", sa.Text, nullable=False),
        sa.Column("expire_s", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("order_id", name="pk_hold"),
    )
    op.add_column("request", sa.Column("receipt", sa.Text))


def downgrade() -> None:
    """Forget both."""
    op.drop_column("request", "receipt")
    op.drop_table("hold")
