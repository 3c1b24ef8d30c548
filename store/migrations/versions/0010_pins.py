"""Operations that planners pinned."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table, empty."""
    op.create_table(
        "pin",
        sa.Column("operation_key", number, nullable=False, autoincrement=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("operation_key", name="pk_pin"),
    )


def downgrade() -> None:
    """Forget them: pinned work stays where it is, as frozen work does."""
    op.drop_table("pin")
