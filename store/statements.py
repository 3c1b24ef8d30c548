"""Statements compiled once and run on the driver's own cursor.

SQLAlchemy still writes the SQL for the database in use and keeps the connections and transactions; only its
handling of each statement is left out, which costs more than SQLite's own work. Columns here need no
conversion: integers, text and bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import (
    Delete,
    Dialect,
    Insert,
    Select,
    Update,
    bindparam,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.engine.interfaces import DBAPICursor

from store import tables


class Compiled:
    """One statement; `names` are its parameters in the order in which rows give them."""

    def __init__(self, clause: Insert | Update | Delete | Select[Any], names: Sequence[str], dialect: Dialect) -> None:
        columns = list(names) if isinstance(clause, Insert) else None
        compiled = clause.compile(dialect=dialect, column_keys=columns)
        self._sql = str(compiled)
        self._names = tuple(names)
        self._positional = compiled.positional
        if self._positional and tuple(compiled.positiontup or ()) != self._names:
            raise ValueError(f"{self._sql} takes {compiled.positiontup}, not {self._names}")

    def run(self, cursor: DBAPICursor, rows: list[tuple[Any, ...]]) -> None:
        """Run for all rows, if there are any."""
        if not rows:
            return
        if self._positional:
            cursor.executemany(self._sql, rows)
        else:
            cursor.executemany(self._sql, [dict(zip(self._names, row, strict=True)) for row in rows])

    def run_one(self, cursor: DBAPICursor, row: tuple[Any, ...]) -> DBAPICursor:
        """Run once; the cursor has the rows found or the count of those changed."""
        cursor.execute(self._sql, row if self._positional else dict(zip(self._names, row, strict=True)))
        return cursor


LOOKUP_SIZES = (1, 4, 16, 64)
"""How many requests one look-up asks for; fewer are filled up with the last one."""


def _requests(size: int, dialect: Dialect) -> Compiled:
    """Remembered requests of one caller.

    Pairs of caller and request id in one list would be shorter, but SQLite then reads the whole table.
    """
    request = tables.request
    names = [f"r{number}" for number in range(size)]
    clause = select(request).where(
        request.c.caller == bindparam("of_caller"), request.c.request_id.in_([bindparam(name) for name in names])
    )
    return Compiled(clause, ("of_caller", *names), dialect)


class Statements:
    """The statements of every batch."""

    def __init__(self, dialect: Dialect) -> None:
        def inserting(table: Any, columns: Iterable[str]) -> Compiled:
            return Compiled(insert(table), tuple(columns), dialect)

        self.promise = inserting(tables.promise, tables.promise.c.keys())
        self.event = inserting(tables.event, tables.event.c.keys())
        self.request = inserting(tables.request, tables.request.c.keys())
        self.operation = inserting(tables.operation, tables.operation.c.keys())
        self.material = inserting(tables.material, tables.material.c.keys())
        operation = tables.operation
        self.operation_changed = Compiled(
            update(operation)
            .where(operation.c.key == bindparam("row"))
            .values(state=bindparam("state"), facts=bindparam("facts")),
            ("state", "facts", "row"),
            dialect,
        )
        self.operation_removed = Compiled(
            delete(operation).where(operation.c.key == bindparam("row")), ("row",), dialect
        )
        head = tables.head
        mine = head.c.epoch == bindparam("mine")
        self.head_touched = Compiled(update(head).where(mine).values(epoch=head.c.epoch), ("mine",), dialect)
        self.head_planned = Compiled(
            update(head)
            .where(mine)
            .values(plan_version=bindparam("version"), floor_s=bindparam("floor"), now_s=bindparam("now")),
            ("version", "floor", "now", "mine"),
            dialect,
        )
        self.sequence = Compiled(
            update(tables.sequence).values(plan_version=bindparam("version"), content=bindparam("content")),
            ("version", "content"),
            dialect,
        )
        self.requests = {size: _requests(size, dialect) for size in LOOKUP_SIZES}
        self.material_removed = Compiled(
            delete(tables.material).where(tables.material.c.order_id == bindparam("row")), ("row",), dialect
        )
