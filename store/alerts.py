"""Alerts that stand, so that a restart tells none anew."""

from __future__ import annotations

from sqlalchemy import Dialect, Engine, bindparam, delete, insert, select
from sqlalchemy.engine.interfaces import DBAPICursor

from domain.alerts import Alert
from promising.alert_documents import alert_from_json, alert_to_json
from promising.ports import Writing
from store import tables
from store.statements import Compiled


class AlertReadings:
    """What a store tells of alerts, to any thread."""

    _reading: Engine

    def alerts(self) -> list[Alert]:
        with self._reading.connect() as connection:
            rows = connection.execute(select(tables.alert.c.document)).scalars()
            return [alert_from_json(text) for text in rows]


class AlertStatements:
    """The statements that write alerts."""

    def __init__(self, dialect: Dialect) -> None:
        table = tables.alert
        gone = delete(table).where(table.c.order_id == bindparam("of_order"), table.c.line_no == bindparam("of_line"))
        self._gone = Compiled(gone, ("of_order", "of_line"), dialect)
        self._new = Compiled(insert(table), table.c.keys(), dialect)

    def write(self, cursor: DBAPICursor, writing: Writing) -> None:
        """Write alerts in the place of those that were, or take them away (None); the last of a line counts."""
        known = dict(writing.alerts)
        self._gone.run(cursor, list(known))
        self._new.run(cursor, [(*name, alert_to_json(alert)) for name, alert in known.items() if alert is not None])


_known: dict[str, AlertStatements] = {}


def statements_for(dialect: Dialect) -> AlertStatements:
    """The statements in the SQL of a database, compiled once in a process."""
    if dialect.name not in _known:
        _known[dialect.name] = AlertStatements(dialect)
    return _known[dialect.name]
