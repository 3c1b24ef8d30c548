"""What was reported of operations, one row each."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, Dialect, delete, insert, select
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.sql import bindparam

from domain.progress import Progress
from promising.progress_documents import progress_from_json, progress_to_json
from store import tables
from store.statements import Compiled


def progress(connection: Connection) -> list[Progress]:
    """Read it all, by key."""
    table = tables.progress
    rows = connection.execute(select(table.c.document).order_by(table.c.key)).scalars()
    return [progress_from_json(text) for text in rows]


class ProgressStatements:
    """The statements of every report."""

    def __init__(self, dialect: Dialect) -> None:
        table = tables.progress
        gone = delete(table).where(table.c.key == bindparam("of_key"))
        self._gone = Compiled(gone, ("of_key",), dialect)
        self._new = Compiled(insert(table), table.c.keys(), dialect)

    def write(self, cursor: DBAPICursor, made: Sequence[Progress], gone: Sequence[int]) -> None:
        """Write what is known now, in the place of what was, and forget what is gone."""
        if made or gone:
            self._gone.run(cursor, [(key,) for key in (*gone, *(each.key for each in made))])
            self._new.run(cursor, [(each.key, progress_to_json(each)) for each in made])


_known: dict[str, ProgressStatements] = {}


def statements_for(dialect: Dialect) -> ProgressStatements:
    """The statements in the SQL of a database, compiled once in a process."""
    if dialect.name not in _known:
        _known[dialect.name] = ProgressStatements(dialect)
    return _known[dialect.name]
