"""Statements compiled once and run by the driver in bulk.

SQLAlchemy still writes the SQL for the database in use; only its per-row handling of parameters is left out,
which costs more than SQLite's own work. Columns here need no conversion: integers, text and bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Delete, Dialect, Insert, Update, bindparam, delete, insert, update

from store import tables


class Bulk:
    """One statement for many rows; `names` are its parameters in the order in which rows give them."""

    def __init__(self, clause: Insert | Update | Delete, names: Sequence[str], dialect: Dialect) -> None:
        columns = list(names) if isinstance(clause, Insert) else None
        compiled = clause.compile(dialect=dialect, column_keys=columns)
        self._sql = str(compiled)
        self._names = tuple(names)
        self._positional = compiled.positional
        if self._positional and tuple(compiled.positiontup or ()) != self._names:
            raise ValueError(f"{self._sql} takes {compiled.positiontup}, not {self._names}")

    def run(self, connection: Connection, rows: list[tuple[Any, ...]]) -> None:
        """Run for all rows, if there are any."""
        if not rows:
            return
        if self._positional:
            connection.exec_driver_sql(self._sql, rows)
        else:
            connection.exec_driver_sql(self._sql, [dict(zip(self._names, row, strict=True)) for row in rows])


class Statements:
    """The bulk statements of a commit."""

    def __init__(self, dialect: Dialect) -> None:
        def inserting(table: Any, columns: Iterable[str]) -> Bulk:
            return Bulk(insert(table), tuple(columns), dialect)

        self.promise = inserting(tables.promise, tables.promise.c.keys())
        self.event = inserting(tables.event, tables.event.c.keys())
        self.request = inserting(tables.request, tables.request.c.keys())
        self.operation = inserting(tables.operation, tables.operation.c.keys())
        self.material = inserting(tables.material, tables.material.c.keys())
        operation = tables.operation
        self.operation_changed = Bulk(
            update(operation)
            .where(operation.c.key == bindparam("row"))
            .values(state=bindparam("state"), facts=bindparam("facts")),
            ("state", "facts", "row"),
            dialect,
        )
        self.operation_removed = Bulk(delete(operation).where(operation.c.key == bindparam("row")), ("row",), dialect)
        self.material_removed = Bulk(
            delete(tables.material).where(tables.material.c.order_id == bindparam("row")), ("row",), dialect
        )
