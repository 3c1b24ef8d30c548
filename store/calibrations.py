"""What was learned of executed work, version after version."""

from __future__ import annotations

from sqlalchemy import Connection, Dialect, Engine, insert, select
from sqlalchemy.engine.interfaces import DBAPICursor

from domain.calibration import Calibration
from promising.calibration_documents import calibration_from_json, calibration_to_json
from promising.ports import Writing
from store import tables
from store.statements import Compiled

READ_MAX = 100
"""Versions that are told, the newest ones."""


def last_calibration(connection: Connection) -> Calibration | None:
    """What was learned last; None: nothing ever was."""
    table = tables.calibration
    text = connection.execute(select(table.c.document).order_by(table.c.version.desc()).limit(1)).scalar_one_or_none()
    return None if text is None else calibration_from_json(text)


class CalibrationReadings:
    """What a store tells of calibrations, to any thread."""

    _reading: Engine

    def calibrations(self) -> list[Calibration]:
        table = tables.calibration
        with self._reading.connect() as connection:
            texts = connection.execute(select(table.c.document).order_by(table.c.version.desc()).limit(READ_MAX))
            return [calibration_from_json(text) for text in texts.scalars()]


class CalibrationStatements:
    """The statement that writes what was learned."""

    def __init__(self, dialect: Dialect) -> None:
        self._new = Compiled(insert(tables.calibration), tables.calibration.c.keys(), dialect)

    def write(self, cursor: DBAPICursor, writing: Writing) -> None:
        """Write a new version, where there is one."""
        made = writing.calibration
        if made is not None:
            self._new.run(cursor, [(made.version, calibration_to_json(made))])


_known: dict[str, CalibrationStatements] = {}


def statements_for(dialect: Dialect) -> CalibrationStatements:
    """The statement in the SQL of a database, compiled once in a process."""
    if dialect.name not in _known:
        _known[dialect.name] = CalibrationStatements(dialect)
    return _known[dialect.name]
