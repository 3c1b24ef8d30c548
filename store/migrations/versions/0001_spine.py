"""The spine: plant, plan, promises, events and requests."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make all tables of the first version, and the single rows of `head`, `clock` and `sequence`."""
    head = op.create_table(
        "head",
        sa.Column("id", sa.SmallInteger, nullable=False, autoincrement=False),
        sa.Column("epoch", sa.BigInteger, nullable=False),
        sa.Column("plant_version", sa.BigInteger, nullable=False),
        sa.Column("plan_version", sa.BigInteger, nullable=False),
        sa.Column("floor_s", sa.BigInteger, nullable=False),
        sa.Column("now_s", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_head"),
    )
    clock = op.create_table(
        "clock",
        sa.Column("id", sa.SmallInteger, nullable=False, autoincrement=False),
        sa.Column("mode", sa.Text, nullable=False),
        sa.Column("offset_s", sa.BigInteger, nullable=False),
        sa.Column("manual_s", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_clock"),
    )
    sequence = op.create_table(
        "sequence",
        sa.Column("id", sa.SmallInteger, nullable=False, autoincrement=False),
        sa.Column("plan_version", sa.BigInteger, nullable=False),
        sa.Column("content", sa.LargeBinary),
        sa.PrimaryKeyConstraint("id", name="pk_sequence"),
    )
    _plant_tables()
    _plan_tables()
    _order_tables()
    op.bulk_insert(head, [{"id": 1, "epoch": 0, "plant_version": 0, "plan_version": 0, "floor_s": 0, "now_s": 0}])
    op.bulk_insert(clock, [{"id": 1, "mode": "system", "offset_s": 0, "manual_s": None}])
    op.bulk_insert(sequence, [{"id": 1, "plan_version": 0, "content": None}])


def _plant_tables() -> None:
    op.create_table(
        "plant",
        sa.Column("version", number, nullable=False, autoincrement=False),
        sa.Column("imported_s", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("version", name="pk_plant"),
    )
    op.create_table(
        "plant_file",
        sa.Column("plant_version", sa.BigInteger, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("plant_version", "name", name="pk_plant_file"),
        sa.ForeignKeyConstraint(["plant_version"], ["plant.version"], name="fk_plant_file_plant_version"),
    )


def _plan_tables() -> None:
    op.create_table(
        "operation",
        sa.Column("key", number, nullable=False, autoincrement=False),
        sa.Column("order_id", sa.Text, nullable=False),
        sa.Column("line_no", sa.Integer, nullable=False),
        sa.Column("operation_id", sa.Text, nullable=False),
        sa.Column("state", sa.SmallInteger, nullable=False),
        sa.Column("facts", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_operation"),
    )
    op.create_table(
        "material",
        sa.Column("order_id", sa.Text, nullable=False),
        sa.Column("line_no", sa.Integer, nullable=False),
        sa.Column("item_id", sa.Text, nullable=False),
        sa.Column("receipt_id", sa.Text, nullable=False),
        sa.Column("quantity", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("order_id", "line_no", "item_id", "receipt_id", name="pk_material"),
    )


def _order_tables() -> None:
    op.create_table(
        "promise",
        sa.Column("order_id", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("event", sa.BigInteger, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("customer_id", sa.Text, nullable=False),
        sa.Column("requested_day", sa.Integer, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("order_id", "version", name="pk_promise"),
    )
    op.create_index("ix_promise_event", "promise", ["event"])
    op.create_index("ix_promise_customer_id", "promise", ["customer_id"])
    op.create_index("ix_promise_state_requested_day", "promise", ["state", "requested_day"])
    op.create_table(
        "event",
        sa.Column("sequence", number, nullable=False, autoincrement=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("time_s", sa.BigInteger, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("order_id", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("plan_version", sa.BigInteger, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("sequence", name="pk_event"),
    )
    op.create_table(
        "request",
        sa.Column("caller", sa.Text, nullable=False),
        sa.Column("request_id", sa.Text, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("order_id", sa.Text, nullable=False),
        sa.Column("order_version", sa.Integer, nullable=False),
        sa.Column("created_s", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("caller", "request_id", name="pk_request"),
        sa.ForeignKeyConstraint(
            ["order_id", "order_version"],
            ["promise.order_id", "promise.version"],
            name="fk_request_order_id_order_version",
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_request_created_s", "request", ["created_s"])


def downgrade() -> None:
    """Nothing stands before the first revision."""
    for name in ("request", "event", "promise", "material", "operation", "sequence", "plant_file", "plant"):
        op.drop_table(name)
    for name in ("clock", "head"):
        op.drop_table(name)
