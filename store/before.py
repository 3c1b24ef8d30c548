"""The plan before a disruption."""

from __future__ import annotations

from sqlalchemy import Connection, Dialect, delete, insert, select
from sqlalchemy.engine.interfaces import DBAPICursor

from promising.ports import PlanBefore, Writing
from store import tables
from store.statements import Compiled


def plan_before(connection: Connection) -> PlanBefore | None:
    """Read it; None: none is kept."""
    row = connection.execute(select(tables.plan_before)).one_or_none()
    return None if row is None else PlanBefore(row.disruption_id, row.stood_s, row.plant_version, bytes(row.content))


class BeforeStatements:
    """The statements that write it."""

    def __init__(self, dialect: Dialect) -> None:
        self._gone = Compiled(delete(tables.plan_before), (), dialect)
        self._new = Compiled(insert(tables.plan_before), tables.plan_before.c.keys(), dialect)

    def write(self, cursor: DBAPICursor, writing: Writing) -> None:
        """Write one in the place of the other, where there is one."""
        made = writing.before
        if made is not None:
            self._gone.run_one(cursor, ())
            self._new.run_one(cursor, (made.disruption_id, made.at_s, made.plant_version, made.content))


_known: dict[str, BeforeStatements] = {}


def statements_for(dialect: Dialect) -> BeforeStatements:
    """The statements in the SQL of a database, compiled once in a process."""
    if dialect.name not in _known:
        _known[dialect.name] = BeforeStatements(dialect)
    return _known[dialect.name]
