"""The plan before a disruption, to come back to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, empty: of earlier disruptions nobody knows what stood before."""
    op.create_table(
        "plan_before",
        sa.Column("disruption_id", sa.Text, nullable=False),
        sa.Column("stood_s", sa.BigInteger, nullable=False),
        sa.Column("plant_version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("disruption_id", name="pk_plan_before"),
    )


def downgrade() -> None:
    """Forget it: only proposals come from it."""
    op.drop_table("plan_before")
