"""The tables of one plant, in types that SQLite and PostgreSQL share.

One database (an SQLite file, or a PostgreSQL schema) holds one plant. Times are Unix seconds; documents are
canonical JSON text of `promising.documents`; `facts` and `sequence` are the planner's own and opaque here.
`head`, `clock` and `sequence` have one row each, made by the first migration.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Number = BigInteger().with_variant(Integer(), "sqlite")
"""A key that is one integer; SQLite keeps a table by it only if its type is called INTEGER."""

# `epoch` rises with every desk that claims the plant; a commit under another epoch is refused.
head = Table(
    "head",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("epoch", BigInteger, nullable=False),
    Column("plant_version", BigInteger, nullable=False),
    Column("plan_version", BigInteger, nullable=False),
    Column("floor_s", BigInteger, nullable=False),
    Column("now_s", BigInteger, nullable=False),
)

clock = Table(
    "clock",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("mode", Text, nullable=False),
    Column("offset_s", BigInteger, nullable=False),
    Column("manual_s", BigInteger),
)

plant = Table(
    "plant",
    metadata,
    Column("version", Number, primary_key=True, autoincrement=False),
    Column("imported_s", BigInteger, nullable=False),
)

plant_file = Table(
    "plant_file",
    metadata,
    Column("plant_version", BigInteger, ForeignKey("plant.version"), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

# What feeds changed of a plant since it was imported. `cells` is a JSON list, or null for a row that is gone; rows
# with a `place` stand at the end of their file.
plant_row = Table(
    "plant_row",
    metadata,
    Column("plant_version", BigInteger, ForeignKey("plant.version"), primary_key=True),
    Column("file", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("place", BigInteger),
    Column("cells", Text),
)

sequence = Table(
    "sequence",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("plan_version", BigInteger, nullable=False),
    Column("content", LargeBinary),
)

operation = Table(
    "operation",
    metadata,
    Column("key", Number, primary_key=True, autoincrement=False),
    Column("order_id", Text, nullable=False),
    Column("line_no", Integer, nullable=False),
    Column("operation_id", Text, nullable=False),
    Column("state", SmallInteger, nullable=False),
    Column("facts", LargeBinary, nullable=False),
)

material = Table(
    "material",
    metadata,
    Column("order_id", Text, primary_key=True),
    Column("line_no", Integer, primary_key=True),
    Column("lot", Number, primary_key=True, autoincrement=False),
    Column("item_id", Text, primary_key=True),
    Column("source", Text, primary_key=True),
    Column("receipt_id", Text, primary_key=True),
    Column("stands_for", Text, primary_key=True),
    Column("quantity", BigInteger, nullable=False),
    Column("available_s", BigInteger),
)

# Append-only: every change of an order is a new version, written with the event of the same sequence.
promise = Table(
    "promise",
    metadata,
    Column("order_id", Text, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("event", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("customer_id", Text, nullable=False),
    Column("requested_day", Integer, nullable=False),
    Column("document", Text, nullable=False),
    Index(None, "event"),
    Index(None, "customer_id"),
    Index(None, "state", "requested_day"),
)

event = Table(
    "event",
    metadata,
    Column("sequence", Number, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("time_s", BigInteger, nullable=False),
    Column("actor", Text, nullable=False),
    Column("order_id", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("plan_version", BigInteger, nullable=False),
    Column("detail", Text, nullable=False),
)

request = Table(
    "request",
    metadata,
    Column("caller", Text, primary_key=True),
    Column("request_id", Text, primary_key=True),
    Column("digest", LargeBinary, nullable=False),
    Column("order_id", Text, nullable=False),
    Column("order_version", Integer, nullable=False),
    Column("created_s", BigInteger, nullable=False),
    Column("receipt", Text),
    ForeignKeyConstraint(["order_id", "order_version"], ["promise.order_id", "promise.version"]),
    Index(None, "created_s"),
    sqlite_with_rowid=False,
)

# Orders that are held now: what has to be taken out of the plan when the clock gets there.
hold = Table(
    "hold",
    metadata,
    Column("order_id", Text, primary_key=True),
    Column("expire_s", BigInteger, nullable=False),
)

feed = Table(
    "feed",
    metadata,
    Column("caller", Text, primary_key=True),
    Column("request_id", Text, primary_key=True),
    Column("digest", LargeBinary, nullable=False),
    Column("changes", Text, nullable=False),
    Column("created_s", BigInteger, nullable=False),
    Index(None, "created_s"),
)

# Operations that planners pinned, by key.
pin = Table(
    "pin",
    metadata,
    Column("operation_key", Number, primary_key=True, autoincrement=False),
    Column("document", Text, nullable=False),
)

# Alerts that stand, by line.
alert = Table(
    "alert",
    metadata,
    Column("order_id", Text, primary_key=True),
    Column("line_no", BigInteger, primary_key=True, autoincrement=False),
    Column("document", Text, nullable=False),
)

# All that were ever reported, each as it stands now; `place` is the order of the reports.
disruption = Table(
    "disruption",
    metadata,
    Column("place", Number, primary_key=True, autoincrement=False),
    Column("id", Text, nullable=False),
    Column("document", Text, nullable=False),
    Index(None, "id", unique=True),
)

# All versions of the rules, each as it stands now, and their files, which stand for good once it was published.
rule_version = Table(
    "rule_version",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("document", Text, nullable=False),
)

rule_file = Table(
    "rule_file",
    metadata,
    Column("number", Integer, ForeignKey("rule_version.number"), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("content", Text, nullable=False),
)

# What rules decided of an order, by the event that wrote the order's version.
decision = Table(
    "decision",
    metadata,
    Column("event", Number, primary_key=True, autoincrement=False),
    Column("rules", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
)

# How often rules fired, counted up to `event`; the row without a rule has all decisions of the version. `last_s` is the
# plant's time, the others are times of whole decisions in microseconds.
rule_count = Table(
    "rule_count",
    metadata,
    Column("rules", Integer, primary_key=True, autoincrement=False),
    Column("rule", Text, primary_key=True),
    Column("event", BigInteger, nullable=False),
    Column("fired", BigInteger, nullable=False),
    Column("untold", BigInteger, nullable=False),
    Column("conflicts", BigInteger, nullable=False),
    Column("last_s", BigInteger),
    Column("total_us", BigInteger, nullable=False),
    Column("worst_us", BigInteger, nullable=False),
)

# What standing orders have of promotions: how many of a customer's, and what they have in fen.
promotion_use = Table(
    "promotion_use",
    metadata,
    Column("promotion", Text, primary_key=True),
    Column("customer_id", Text, primary_key=True),
    Column("times", BigInteger, nullable=False),
    Column("fen", BigInteger, nullable=False),
)

# What was reported of the operations that stand in the plan, by their keys.
progress = Table(
    "progress",
    metadata,
    Column("key", Number, primary_key=True, autoincrement=False),
    Column("document", Text, nullable=False),
)

# How limits and grades of customers changed, the oldest first, in the plant's time.
credit_change = Table(
    "credit_change",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=True),
    Column("customer_id", Text, nullable=False),
    Column("changed_s", BigInteger, nullable=False),
    Column("limit_before_fen", BigInteger, nullable=False),
    Column("limit_fen", BigInteger, nullable=False),
    Column("grade_before", Text, nullable=False),
    Column("grade", Text, nullable=False),
    Index(None, "changed_s"),
)

# Other plans offered to the planner, the last ones; `content` is `promising`'s own.
proposal = Table(
    "proposal",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=False),
    Column("id", Text, nullable=False),
    Column("document", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Index(None, "id", unique=True),
)

# The plan before a disruption, which is one at most; `content` is the scheduler's own.
plan_before = Table(
    "plan_before",
    metadata,
    Column("disruption_id", Text, primary_key=True),
    Column("stood_s", BigInteger, nullable=False),
    Column("plant_version", Number, nullable=False),
    Column("content", LargeBinary, nullable=False),
)

# What was learned of executed work, version after version; the last one counts.
calibration = Table(
    "calibration",
    metadata,
    Column("version", Number, primary_key=True, autoincrement=False),
    Column("document", Text, nullable=False),
)
