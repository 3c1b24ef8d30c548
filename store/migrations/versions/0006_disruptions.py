"""Disruptions as they were reported, and as they stand now."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table, empty."""
    op.create_table(
        "disruption",
        sa.Column("place", number, nullable=False, autoincrement=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("place", name="pk_disruption"),
    )
    op.create_index("ix_disruption_id", "disruption", ["id"], unique=True)


def downgrade() -> None:
    """Forget them: the plant is as it was imported, and work that they moved stays where it is."""
    op.drop_table("disruption")
