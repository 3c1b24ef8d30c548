"""What feeds changed since the plant was imported, and the requests that changed it."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import Connection, Dialect, bindparam, insert, select
from sqlalchemy.engine.interfaces import DBAPICursor

from promising.ports import FeedRecord, PlantRow, RequestKey
from store import tables
from store.statements import Compiled, upsert


def plant_rows(connection: Connection, version: int) -> list[PlantRow]:
    """Rows over those that the import of this version brought; those at the end in the order of their places."""
    table = tables.plant_row
    found = [
        PlantRow(row.file, row.key, None if row.cells is None else tuple(json.loads(row.cells)), row.place)
        for row in connection.execute(select(table).where(table.c.plant_version == version))
    ]
    # Not sorted by the database: PostgreSQL sorts text as the database's language does.
    return sorted(found, key=lambda row: (row.place or 0, row.file, row.key))


class FeedStatements:
    """The statements of every feed."""

    def __init__(self, dialect: Dialect) -> None:
        head, row, feed = tables.head, tables.plant_row, tables.feed
        put = upsert(row, dialect)
        key = [row.c.plant_version, row.c.file, row.c.key]
        cells, place = put.excluded.cells, put.excluded.place
        self._version = Compiled(select(head.c.plant_version), (), dialect)
        kept = put.on_conflict_do_update(index_elements=key, set_={"cells": cells})
        self._kept = Compiled(kept, row.c.keys(), dialect)
        placed = put.on_conflict_do_update(index_elements=key, set_={"cells": cells, "place": place})
        self._placed = Compiled(placed, row.c.keys(), dialect)
        self._remembered = Compiled(insert(feed), feed.c.keys(), dialect)
        wanted = select(feed.c.digest, feed.c.changes, feed.c.created_s).where(
            feed.c.caller == bindparam("of_caller"), feed.c.request_id == bindparam("of_request")
        )
        self._found = Compiled(wanted, ("of_caller", "of_request"), dialect)

    def find(self, cursor: DBAPICursor, key: RequestKey) -> FeedRecord | None:
        """The feed remembered under a key."""
        found = self._found.run_one(cursor, (key.caller, key.request_id)).fetchone()
        if found is None:
            return None
        digest, changes, created_s = found
        return FeedRecord(key, bytes(digest), tuple(json.loads(changes)), created_s)

    def write(self, cursor: DBAPICursor, rows: Sequence[PlantRow], records: Sequence[FeedRecord]) -> None:
        """Put rows over those of the plant's version, and remember feeds.

        A row without a new place keeps the one it has.
        """
        if rows:
            (version,) = self._version.run_one(cursor, ()).fetchall()[0]
            for statement, some in (
                (self._kept, [row for row in rows if row.place is None]),
                (self._placed, [row for row in rows if row.place is not None]),
            ):
                statement.run(cursor, [(version, row.file, row.key, row.place, _cells(row)) for row in some])
        self._remembered.run(
            cursor,
            [
                (record.key.caller, record.key.request_id, record.digest, _text(record.changes), record.created_s)
                for record in records
            ],
        )


_known: dict[str, FeedStatements] = {}


def statements_for(dialect: Dialect) -> FeedStatements:
    """The statements in the SQL of a database, compiled once in a process."""
    if dialect.name not in _known:
        _known[dialect.name] = FeedStatements(dialect)
    return _known[dialect.name]


def _cells(row: PlantRow) -> str | None:
    return None if row.cells is None else _text(row.cells)


def _text(values: Sequence[str]) -> str:
    return json.dumps(values, ensure_ascii=False)
