"""What feeds changed since the plant was imported, and the requests that changed it."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from promising.ports import FeedRecord, PlantRow, RequestKey
from store import tables


def plant_rows(connection: Connection, version: int) -> list[PlantRow]:
    """Rows over those that the import of this version brought; those at the end in the order of their places."""
    table = tables.plant_row
    found = [
        PlantRow(row.file, row.key, None if row.cells is None else tuple(json.loads(row.cells)), row.place)
        for row in connection.execute(select(table).where(table.c.plant_version == version))
    ]
    # Not sorted by the database: PostgreSQL sorts text as the database's language does.
    return sorted(found, key=lambda row: (row.place or 0, row.file, row.key))


def write(connection: Connection, rows: Sequence[PlantRow], records: Sequence[FeedRecord]) -> None:
    """Put rows over those of the plant's version, and remember feeds."""
    if rows:
        _write_plant_rows(connection, rows)
    if records:
        _write_feeds(connection, records)


def feed(connection: Connection, key: RequestKey) -> FeedRecord | None:
    """The feed remembered under a key."""
    table = tables.feed
    wanted = select(table).where(table.c.caller == key.caller, table.c.request_id == key.request_id)
    found = connection.execute(wanted).one_or_none()
    if found is None:
        return None
    return FeedRecord(key, bytes(found.digest), tuple(json.loads(found.changes)), found.created_s)


def _write_plant_rows(connection: Connection, rows: Sequence[PlantRow]) -> None:
    """Put rows over those of the plant's version; a row without a new place keeps the one it has."""
    version = connection.execute(select(tables.head.c.plant_version)).scalar_one()
    row = tables.plant_row
    mine = (row.c.plant_version == version) & (row.c.file == bindparam("of_file")) & (row.c.key == bindparam("of_key"))
    for new in rows:
        which = {"of_file": new.file, "of_key": new.key}
        cells = None if new.cells is None else json.dumps(new.cells, ensure_ascii=False)
        if new.place is None:
            if connection.execute(update(row).where(mine).values(cells=cells), which).rowcount:
                continue
        else:
            connection.execute(delete(row).where(mine), which)
        values = {"plant_version": version, "file": new.file, "key": new.key, "place": new.place, "cells": cells}
        connection.execute(insert(row), values)


def _write_feeds(connection: Connection, records: Sequence[FeedRecord]) -> None:
    """Remember feeds."""
    for record in records:
        values = {
            "caller": record.key.caller, "request_id": record.key.request_id, "digest": record.digest,
            "changes": json.dumps(record.changes, ensure_ascii=False), "created_s": record.created_s,
        }  # fmt: skip
        connection.execute(insert(tables.feed), values)
