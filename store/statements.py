"""Statements compiled once and run on the driver's own cursor.

SQLAlchemy still writes the SQL for the database in use and keeps the connections and transactions; only its
handling of each statement is left out, which costs more than SQLite's own work. Columns here need no
conversion: integers, text and bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from re import fullmatch
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    Column,
    Delete,
    Dialect,
    Insert,
    Select,
    Table,
    Update,
    bindparam,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine.interfaces import DBAPICursor

from store import tables

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql


def upsert(table: Table, dialect: Dialect) -> sqlite.Insert | postgresql.Insert:
    """An insert that can say what becomes of a row that is there already."""
    if dialect.name == "sqlite":
        return sqlite.insert(table)
    # A tenth of the start of a server, which one on SQLite need not wait for.
    from sqlalchemy.dialects import postgresql

    return postgresql.insert(table)


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
        self._many = _many_rows(self._sql) if self._positional and isinstance(clause, Insert) else {}

    def run(self, cursor: DBAPICursor, rows: list[tuple[Any, ...]]) -> None:
        """Run for all rows, if there are any."""
        if not rows:
            return
        first = 0
        for size, sql in self._many.items():
            while len(rows) - first >= size:
                cursor.execute(sql, tuple(chain.from_iterable(rows[first : first + size])))
                first += size
        if first:
            rows = rows[first:]
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


ROWS = (64, 16, 4)
"""How many rows one statement of SQLite's inserts."""


def _many_rows(sql: str) -> dict[int, str]:
    """An insertion of one row for several at once.

    The driver gives the interpreter away and takes it back twice for every step of a statement, and a step is a row.
    """
    head, _, values = sql.rpartition(" VALUES ")
    if not fullmatch(r"\((\?, )*\?\)", values):
        return {}
    return {size: f"{head} VALUES {', '.join([values] * size)}" for size in ROWS}


class Arrays:
    """One statement for any number of rows, which travel as one array for each column.

    PostgreSQL's alone, where every row by itself would cost client and server a whole statement's work.
    """

    def __init__(self, sql: str, columns: Sequence[Column[Any]], dialect: Dialect) -> None:
        """`sql` reads the rows from `{rows}`, whose columns come in the order of `columns`, with their types."""
        types = [column.type.compile(dialect=dialect) for column in columns]
        # In PostgreSQL's binary format, which needs no escapes.
        self._sql = sql.format(rows=f"unnest({', '.join(f'%b::{type_}[]' for type_ in types)})")

    def run(self, cursor: DBAPICursor, rows: list[tuple[Any, ...]]) -> None:
        """Run for all rows, if there are any."""
        if rows:
            cursor.execute(self._sql, [list(values) for values in zip(*rows, strict=True)])


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
        by_arrays = dialect.name == "postgresql"

        def inserting(table: Table, names: Iterable[str]) -> Compiled | Arrays:
            names = tuple(names)
            if not by_arrays:
                return Compiled(insert(table), names, dialect)
            sql = f"INSERT INTO {table.name} ({', '.join(names)}) SELECT * FROM {{rows}}"
            return Arrays(sql, [table.c[name] for name in names], dialect)

        def removing(column: Column[Any]) -> Compiled | Arrays:
            table = column.table
            if not by_arrays:
                return Compiled(delete(table).where(column == bindparam("row")), ("row",), dialect)
            return Arrays(f"DELETE FROM {table} WHERE {column.name} IN (SELECT * FROM {{rows}})", [column], dialect)

        self.promise = inserting(tables.promise, tables.promise.c.keys())
        self.event = inserting(tables.event, tables.event.c.keys())
        self.decision = inserting(tables.decision, tables.decision.c.keys())
        self.request = inserting(tables.request, tables.request.c.keys())
        self.operation = inserting(tables.operation, tables.operation.c.keys())
        self.material = inserting(tables.material, tables.material.c.keys())
        operation = tables.operation
        self.operation_changed: Compiled | Arrays
        if by_arrays:
            self.operation_changed = Arrays(
                "UPDATE operation SET state = v.state, facts = v.facts FROM {rows} AS v (state, facts, key)"
                " WHERE operation.key = v.key",
                [operation.c.state, operation.c.facts, operation.c.key],
                dialect,
            )
        else:
            self.operation_changed = Compiled(
                update(operation)
                .where(operation.c.key == bindparam("row"))
                .values(state=bindparam("state"), facts=bindparam("facts")),
                ("state", "facts", "row"),
                dialect,
            )
        self.operation_removed = removing(operation.c.key)
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
        self.material_removed = removing(tables.material.c.order_id)
        self.hold = inserting(tables.hold, ("order_id", "expire_s"))
        self.hold_removed = removing(tables.hold.c.order_id)


_known: dict[str, Statements] = {}


def statements_for(dialect: Dialect) -> Statements:
    """The statements in the SQL of a database: compiled once in a process, which takes as long as reading a plan."""
    if dialect.name not in _known:
        _known[dialect.name] = Statements(dialect)
    return _known[dialect.name]
