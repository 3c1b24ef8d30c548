"""What was learned of executed work."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, empty: nothing was learned yet, and buffers stay fixed."""
    op.create_table(
        "calibration",
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("version", name="pk_calibration"),
    )


def downgrade() -> None:
    """Forget what was learned: it can be learned again."""
    op.drop_table("calibration")
