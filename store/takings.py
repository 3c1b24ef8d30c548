"""What standing orders have of promotions, by promotion and customer."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, Dialect, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine.interfaces import DBAPICursor

from promising.takings import Taken
from store import tables
from store.statements import Arrays, Compiled


def taken(connection: Connection) -> list[Taken]:
    """Read it all."""
    return [Taken(*row) for row in connection.execute(select(tables.promotion_use)) if row.times or row.fen]


class TakingStatements:
    """The statement of every order that takes or gives back."""

    def __init__(self, dialect: Dialect) -> None:
        table = tables.promotion_use
        key = [table.c.promotion, table.c.customer_id]
        self._put: Compiled | Arrays
        if dialect.name == "postgresql":
            insert = f"INSERT INTO {table.name} ({', '.join(table.c.keys())}) SELECT * FROM {{rows}}"
            update = " ON CONFLICT (promotion, customer_id) DO UPDATE SET times = excluded.times, fen = excluded.fen"
            self._put = Arrays(insert + update, list(table.c), dialect)
        else:
            put = sqlite.insert(table)
            changed = {"times": put.excluded.times, "fen": put.excluded.fen}
            put = put.on_conflict_do_update(index_elements=key, set_=changed)
            self._put = Compiled(put, table.c.keys(), dialect)

    def write(self, cursor: DBAPICursor, rows: Sequence[Taken]) -> None:
        """Put the rows in the place of those before; the last of a pair counts."""
        last = {(row.promotion, row.customer_id): row for row in rows}
        self._put.run(cursor, [(row.promotion, row.customer_id, row.times, row.fen) for row in last.values()])


_known: dict[str, TakingStatements] = {}


def statements_for(dialect: Dialect) -> TakingStatements:
    """The statement in the SQL of a database, compiled once in a process."""
    if dialect.name not in _known:
        _known[dialect.name] = TakingStatements(dialect)
    return _known[dialect.name]
