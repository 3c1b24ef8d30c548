"""Material with the component that it is a substitute for."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

KEY = ("order_id", "line_no", "lot", "item_id", "source", "receipt_id")
REST = ("quantity", "available_s")


def upgrade() -> None:
    """What stands is what the bill of material says."""
    _create("material_of_all_kinds", (*KEY, "stands_for"))
    names = ", ".join((*KEY, *REST))
    op.execute(f"INSERT INTO material_of_all_kinds ({names}, stands_for) SELECT {names}, '' FROM material")
    op.drop_table("material")
    op.rename_table("material_of_all_kinds", "material")


def downgrade() -> None:
    """What is there twice, once as a substitute, is one quantity again."""
    _create("material_by_lot", KEY)
    key, names = ", ".join(KEY), ", ".join((*KEY, *REST))
    op.execute(
        f"INSERT INTO material_by_lot ({names})"
        f" SELECT {key}, SUM(quantity), MAX(available_s) FROM material GROUP BY {key}"
    )
    op.drop_table("material")
    op.rename_table("material_by_lot", "material")


def _create(name: str, key: tuple[str, ...]) -> None:
    kinds: dict[str, Any] = {"line_no": sa.Integer, "lot": number}
    op.create_table(
        name,
        *(sa.Column(one, kinds.get(one, sa.Text), nullable=False, autoincrement=False) for one in key),
        sa.Column("quantity", sa.BigInteger, nullable=False),
        sa.Column("available_s", sa.BigInteger),
        sa.PrimaryKeyConstraint(*key, name=f"pk_{name}"),
    )
