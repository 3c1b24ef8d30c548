"""Material by the lot that needs it, from where, and since when it is there."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

BEFORE = ("order_id", "line_no", "item_id", "receipt_id")


def upgrade() -> None:
    """What stands was delivered as it is, from stock or a receipt; when it came was not kept."""
    op.create_table(
        "material_by_lot",
        sa.Column("order_id", sa.Text, nullable=False),
        sa.Column("line_no", sa.Integer, nullable=False),
        sa.Column("lot", number, nullable=False, autoincrement=False),
        sa.Column("item_id", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("receipt_id", sa.Text, nullable=False),
        sa.Column("quantity", sa.BigInteger, nullable=False),
        sa.Column("available_s", sa.BigInteger),
        sa.PrimaryKeyConstraint(
            "order_id", "line_no", "lot", "item_id", "source", "receipt_id", name="pk_material_by_lot"
        ),
    )
    op.execute(
        "INSERT INTO material_by_lot (order_id, line_no, lot, item_id, source, receipt_id, quantity)"
        " SELECT order_id, line_no, 0, item_id, CASE receipt_id WHEN '' THEN 'stock' ELSE 'receipt' END,"
        " receipt_id, quantity FROM material"
    )
    op.drop_table("material")
    op.rename_table("material_by_lot", "material")


def downgrade() -> None:
    """Planned purchases and the material of lots have no place in the table before."""
    op.rename_table("material", "material_by_lot")
    op.create_table(
        "material",
        *(sa.Column(name, sa.Integer if name == "line_no" else sa.Text, nullable=False) for name in BEFORE),
        sa.Column("quantity", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint(*BEFORE, name="pk_material"),
    )
    op.execute(
        "INSERT INTO material (order_id, line_no, item_id, receipt_id, quantity)"
        " SELECT order_id, line_no, item_id, receipt_id, quantity FROM material_by_lot"
        " WHERE lot = 0 AND source <> 'buy'"
    )
    op.drop_table("material_by_lot")
