"""Operations that planners pinned."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, Dialect, delete, insert, select
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.sql import bindparam

from domain.pins import Pin
from promising.hand_documents import pin_from_json, pin_to_json
from store import tables
from store.statements import Compiled


def pins(connection: Connection) -> dict[int, Pin]:
    """Read them all, by key."""
    rows = connection.execute(select(tables.pin).order_by(tables.pin.c.operation_key))
    return {row.operation_key: pin_from_json(row.document) for row in rows}


class PinStatements:
    """The statements of what is done by hand."""

    def __init__(self, dialect: Dialect) -> None:
        table = tables.pin
        gone = delete(table).where(table.c.operation_key == bindparam("of_key"))
        self._gone = Compiled(gone, ("of_key",), dialect)
        self._new = Compiled(insert(table), table.c.keys(), dialect)

    def write(self, cursor: DBAPICursor, changed: Sequence[tuple[int, Pin | None]]) -> None:
        """Write pins in the place of those that were, or take them away (None); what comes last of a key counts."""
        known = dict(changed)
        self._gone.run(cursor, [(key,) for key in known])
        self._new.run(cursor, [(key, pin_to_json(pin)) for key, pin in known.items() if pin is not None])


_known: dict[str, PinStatements] = {}


def statements_for(dialect: Dialect) -> PinStatements:
    """The statements in the SQL of a database, compiled once in a process."""
    if dialect.name not in _known:
        _known[dialect.name] = PinStatements(dialect)
    return _known[dialect.name]
