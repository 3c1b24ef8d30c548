"""Disruptions, in the order in which they were reported."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, Dialect, func, insert, select, update
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.sql import bindparam

from domain.disruptions import Disruption
from promising.disruption_documents import disruption_from_json, disruption_to_json
from store import tables
from store.statements import Compiled


def disruptions(connection: Connection) -> list[Disruption]:
    """Read them all."""
    table = tables.disruption
    rows = connection.execute(select(table.c.document).order_by(table.c.place)).scalars()
    return [disruption_from_json(text) for text in rows]


class DisruptionStatements:
    """The statements of every report."""

    def __init__(self, dialect: Dialect) -> None:
        table = tables.disruption
        known = update(table).where(table.c.id == bindparam("of_id")).values(document=bindparam("text"))
        self._changed = Compiled(known, ("text", "of_id"), dialect)
        self._last = Compiled(select(func.max(table.c.place)), (), dialect)
        self._new = Compiled(insert(table), table.c.keys(), dialect)

    def write(self, cursor: DBAPICursor, made: Sequence[Disruption]) -> None:
        """Write new disruptions behind the others, and new versions in the place of the old ones."""
        for disruption in made:
            text = disruption_to_json(disruption)
            if self._changed.run_one(cursor, (text, disruption.id)).rowcount:
                continue
            ((last,),) = self._last.run_one(cursor, ()).fetchall()
            self._new.run(cursor, [((last or 0) + 1, disruption.id, text)])


_known: dict[str, DisruptionStatements] = {}


def statements_for(dialect: Dialect) -> DisruptionStatements:
    """The statements in the SQL of a database, compiled once in a process."""
    if dialect.name not in _known:
        _known[dialect.name] = DisruptionStatements(dialect)
    return _known[dialect.name]
