"""What a desk loads: plant, clock and plan as last committed, of one moment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, func, select, text

from domain.checks import from_unix
from domain.plant import ClockMode
from domain.promises import MaterialReservation, Source
from promising.credit_history import KEPT_S
from promising.ports import ClockState, Stored
from scheduler.records import PackedOperations, PlanImage
from store import tables
from store.before import plan_before
from store.calibrations import last_calibration
from store.credit import credit_changes
from store.disruptions import disruptions
from store.feeds import plant_rows
from store.pins import pins
from store.progress import progress
from store.rules import rules_in_force
from store.takings import taken

PACKED_LEAST = 1000
"""Operations from which on they are read packed."""
PACKED_MOST = 250_000_000
"""Bytes of facts that are read packed at most; both databases end at about four times as many in one value."""
_PACKED = {
    "sqlite": "SELECT group_concat(line_no || ' ' || order_id, char(10)), CAST(group_concat(facts, '') AS BLOB) "
    "FROM (SELECT order_id, line_no, facts FROM operation ORDER BY key)",
    "postgresql": "SELECT string_agg(line_no || ' ' || order_id, chr(10) ORDER BY key), "
    "string_agg(facts, ''::bytea ORDER BY key) FROM operation",
}
"""SQLite joins blobs as it joins text, byte for byte in a database of UTF-8, which these are by default."""


def stored(connection: Connection, *, wait: bool = True) -> Stored:
    """Read it all in the transaction of `connection`; with `wait`, once a commit that goes on is over."""
    # Locked, so that a commit whose line was cut has come to its end, this way or that, before anything is read.
    wanted = select(tables.head)
    head = connection.execute(wanted.with_for_update() if wait else wanted).one()
    clock = connection.execute(select(tables.clock)).one()
    last = connection.execute(select(func.max(tables.event.c.sequence))).scalar_one()
    packed = packed_operations(connection)
    return Stored(
        plant_files=_plant_files(connection, head.plant_version),
        plant_version=head.plant_version,
        plant_rows=plant_rows(connection, head.plant_version),
        clock=ClockState(ClockMode(clock.mode), clock.offset_s, clock.manual_s),
        last_event=last or 0,
        image=PlanImage(
            version=head.plan_version,
            floor_s=head.floor_s,
            now_s=head.now_s,
            operations=[] if packed else _operations(connection),
            packed=packed,
            sequence=connection.execute(select(tables.sequence.c.content)).scalar_one(),
            material=_material(connection),
        ),
        disruptions=disruptions(connection),
        progress=progress(connection),
        pins=pins(connection),
        rules=rules_in_force(connection),
        taken=taken(connection),
        calibration=last_calibration(connection),
        credit_changes=credit_changes(connection, head.now_s - KEPT_S),
        before=plan_before(connection),
        holds={row.order_id: row.expire_s for row in connection.execute(select(tables.hold))},
    )


def _plant_files(connection: Connection, version: int) -> dict[str, bytes] | None:
    if version == 0:
        return None
    file = tables.plant_file
    wanted = select(file.c.name, file.c.content).where(file.c.plant_version == version)
    return {name: bytes(content) for name, content in sorted(connection.execute(wanted).tuples())}


def _operations(connection: Connection) -> Sequence[tuple[Any, ...]]:
    cursor = connection.connection.cursor()
    cursor.execute(str(select(tables.operation).order_by(tables.operation.c.key)))
    return cursor.fetchall()


def packed_operations(connection: Connection, least: int = PACKED_LEAST) -> PackedOperations | None:
    """Many operations in one row, which the driver reads without Python: None where they are few, or not of a size.

    SQLite may give them in another order than the one asked for; each tells its own key.
    """
    operation = tables.operation
    size = func.length(operation.c.facts)
    count, shortest, longest = connection.execute(select(func.count(), func.min(size), func.max(size))).one()
    if count < least or shortest != longest or count * longest > PACKED_MOST:
        return None
    owners, facts = connection.execute(text(_PACKED[connection.dialect.name])).one()
    # A line too many or too few would give work to another's order.
    if owners.count("\n") != count - 1 or len(facts) != count * longest:
        return None
    return PackedOperations(count, owners, bytes(facts))


def _material(connection: Connection) -> list[MaterialReservation]:
    rows = connection.execute(select(tables.material))
    found = [
        MaterialReservation(
            row.order_id, row.line_no, row.item_id, row.quantity, row.receipt_id, Source(row.source),
            None if row.available_s is None else from_unix(row.available_s), row.lot, row.stands_for,
        )
        for row in rows
    ]  # fmt: skip
    # Not sorted by the database: PostgreSQL sorts text as the database's language does.
    return sorted(found, key=_place)


def _place(row: MaterialReservation) -> tuple[str, int, int, str, str, str]:
    return row.order_id, row.line_no, row.lot, row.item_id, row.receipt_id, row.stands_for
