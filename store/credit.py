"""How limits and grades of customers changed."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, Dialect, insert, select
from sqlalchemy.engine.interfaces import DBAPICursor

from domain.trade import CreditChange
from store import tables
from store.statements import Compiled


def credit_changes(connection: Connection, since_s: int) -> list[CreditChange]:
    """Read what changed since Unix seconds, the oldest first."""
    table = tables.credit_change
    rows = connection.execute(select(table).where(table.c.changed_s >= since_s).order_by(table.c.number))
    return [CreditChange(*row[1:]) for row in rows]


class CreditStatements:
    """The statement of feeds and imports that change customers."""

    def __init__(self, dialect: Dialect) -> None:
        table = tables.credit_change
        names = [column.name for column in table.c if column is not table.c.number]
        # Inline: nobody wants to be told the number.
        self._new = Compiled(insert(table).inline(), names, dialect)

    def write(self, cursor: DBAPICursor, changes: Sequence[CreditChange]) -> None:
        """Write changes behind the others."""
        self._new.run(
            cursor,
            [
                (
                    change.customer_id,
                    change.changed_s,
                    change.limit_before_fen,
                    change.limit_fen,
                    change.grade_before,
                    change.grade,
                )
                for change in changes
            ],
        )


_known: dict[str, CreditStatements] = {}


def statements_for(dialect: Dialect) -> CreditStatements:
    """The statement in the SQL of a database, compiled once in a process."""
    if dialect.name not in _known:
        _known[dialect.name] = CreditStatements(dialect)
    return _known[dialect.name]
