"""Versions of the rules with their files."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Dialect, Engine, bindparam, delete, insert, select, update
from sqlalchemy.engine.interfaces import DBAPICursor

from domain.rule_versions import RuleState, RuleVersion
from promising.ports import RuleFiles, Writing
from promising.rule_documents import rule_version_from_json, rule_version_to_json
from store import tables
from store.statements import Compiled


def rule_versions(connection: Connection) -> list[RuleVersion]:
    """Read all of them, by number."""
    table = tables.rule_version
    rows = connection.execute(select(table.c.document).order_by(table.c.number)).scalars()
    return [rule_version_from_json(text) for text in rows]


def rule_files(connection: Connection, number: int) -> dict[str, str]:
    """Read the files of one version."""
    table = tables.rule_file
    rows = connection.execute(select(table.c.name, table.c.content).where(table.c.number == number))
    return dict(sorted((row.name, row.content) for row in rows))


def rules_in_force(connection: Connection) -> RuleFiles | None:
    """Read the version that is in force."""
    found = [one.number for one in rule_versions(connection) if one.state is RuleState.PUBLISHED]
    return RuleFiles(found[-1], rule_files(connection, found[-1])) if found else None


class RuleReadings:
    """What a store tells of the rules, to any thread."""

    _reading: Engine

    def rule_versions(self) -> list[RuleVersion]:
        with self._reading.connect() as connection:
            return rule_versions(connection)

    def rule_files(self, number: int) -> dict[str, str]:
        with self._reading.connect() as connection:
            return rule_files(connection, number)


class RuleStatements:
    """The statements that write versions."""

    def __init__(self, dialect: Dialect) -> None:
        version, file = tables.rule_version, tables.rule_file
        changed = update(version).where(version.c.number == bindparam("of")).values(document=bindparam("text"))
        self._changed = Compiled(changed, ("text", "of"), dialect)
        self._new = Compiled(insert(version), version.c.keys(), dialect)
        self._cleared = Compiled(delete(file).where(file.c.number == bindparam("of")), ("of",), dialect)
        self._file = Compiled(insert(file), file.c.keys(), dialect)

    def write(self, cursor: DBAPICursor, writing: Writing) -> None:
        """Write versions in the place of those of their numbers, and their files."""
        for version in writing.rule_versions:
            text = rule_version_to_json(version)
            if not self._changed.run_one(cursor, (text, version.number)).rowcount:
                self._new.run(cursor, [(version.number, text)])
        for made in writing.rule_files:
            self._cleared.run(cursor, [(made.number,)])
            rows: list[tuple[Any, ...]] = [(made.number, name, text) for name, text in made.files.items()]
            self._file.run(cursor, rows)


_known: dict[str, RuleStatements] = {}


def statements_for(dialect: Dialect) -> RuleStatements:
    """The statements in the SQL of a database, compiled once in a process."""
    if dialect.name not in _known:
        _known[dialect.name] = RuleStatements(dialect)
    return _known[dialect.name]
