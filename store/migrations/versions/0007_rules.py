"""Versions of the rules, what they decided, and how often they fired."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables, empty: what was decided before has no record."""
    op.create_table(
        "rule_version",
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_rule_version"),
    )
    op.create_table(
        "rule_file",
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["number"], ["rule_version.number"], name="fk_rule_file_number"),
        sa.PrimaryKeyConstraint("number", "name", name="pk_rule_file"),
    )
    op.create_table(
        "decision",
        sa.Column("event", number, nullable=False, autoincrement=False),
        sa.Column("rules", sa.Integer, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("event", name="pk_decision"),
    )
    op.create_table(
        "rule_count",
        sa.Column("rules", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("event", sa.BigInteger, nullable=False),
        sa.Column("fired", sa.BigInteger, nullable=False),
        sa.Column("untold", sa.BigInteger, nullable=False),
        sa.Column("conflicts", sa.BigInteger, nullable=False),
        sa.Column("last_s", sa.BigInteger),
        sa.Column("total_us", sa.BigInteger, nullable=False),
        sa.Column("worst_us", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("rules", "rule", name="pk_rule_count"),
    )


def downgrade() -> None:
    """Forget them: rules come from files again."""
    for table in ("rule_count", "decision", "rule_file", "rule_version"):
        op.drop_table(table)
