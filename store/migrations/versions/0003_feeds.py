"""Feeds: rows of the plant that changed since its import, and the requests that changed them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make both tables, empty."""
    op.create_table(
        "plant_row",
        sa.Column("plant_version", sa.BigInteger, nullable=False),
        sa.Column("file", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("place", sa.BigInteger),
        sa.Column("cells", sa.Text),
        sa.PrimaryKeyConstraint("plant_version", "file", "key", name="pk_plant_row"),
        sa.ForeignKeyConstraint(["plant_version"], ["plant.version"], name="fk_plant_row_plant_version"),
    )
    op.create_table(
        "feed",
        sa.Column("caller", sa.Text, nullable=False),
        sa.Column("request_id", sa.Text, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("changes", sa.Text, nullable=False),
        sa.Column("created_s", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("caller", "request_id", name="pk_feed"),
    )
    op.create_index("ix_feed_created_s", "feed", ["created_s"])


def downgrade() -> None:
    """Forget what feeds changed; the plant is the imported one again."""
    op.drop_table("feed")
    op.drop_table("plant_row")
