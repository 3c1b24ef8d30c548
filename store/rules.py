"""Versions of the rules with their files."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Dialect, Engine, bindparam, delete, insert, select, update
from sqlalchemy.engine.interfaces import DBAPICursor

from domain.rule_versions import RuleState, RuleVersion
from domain.values import astuple
from promising.ports import RuleCount, RuleFiles, Writing
from promising.rule_documents import rule_version_from_json, rule_version_to_json
from store import tables
from store.statements import Compiled, upsert


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

    def decision(self, order_id: str, version: int) -> tuple[int, int, int, bytes] | None:
        promise, decision = tables.promise, tables.decision
        wanted = select(promise.c.version, decision).join(decision, decision.c.event == promise.c.event)
        wanted = wanted.where(promise.c.order_id == order_id).order_by(promise.c.version.desc()).limit(1)
        if version:
            wanted = wanted.where(promise.c.version == version)
        with self._reading.connect() as connection:
            row = connection.execute(wanted).one_or_none()
        return None if row is None else (row.version, row.event, row.rules, bytes(row.content))

    def decisions(self, after: int, limit: int, *, latest: bool = False) -> list[tuple[int, int, bytes]]:
        event = tables.decision.c.event
        wanted = select(tables.decision).where(event > after).limit(limit)
        wanted = wanted.order_by(event.desc() if latest else event)
        with self._reading.connect() as connection:
            rows = [(row.event, row.rules, bytes(row.content)) for row in connection.execute(wanted)]
        return rows[::-1] if latest else rows

    def rule_counts(self) -> list[RuleCount]:
        with self._reading.connect() as connection:
            return [RuleCount(**row._mapping) for row in connection.execute(select(tables.rule_count))]


class RuleStatements:
    """The statements that write versions."""

    def __init__(self, dialect: Dialect) -> None:
        version, file = tables.rule_version, tables.rule_file
        changed = update(version).where(version.c.number == bindparam("of")).values(document=bindparam("text"))
        self._changed = Compiled(changed, ("text", "of"), dialect)
        self._new = Compiled(insert(version), version.c.keys(), dialect)
        self._cleared = Compiled(delete(file).where(file.c.number == bindparam("of")), ("of",), dialect)
        self._file = Compiled(insert(file), file.c.keys(), dialect)
        count = tables.rule_count
        put = upsert(count, dialect)
        kept = {column.name: put.excluded[column.name] for column in count.c if not column.primary_key}
        written = put.on_conflict_do_update(index_elements=[count.c.rules, count.c.rule], set_=kept)
        self._count = Compiled(written, count.c.keys(), dialect)

    def write(self, cursor: DBAPICursor, writing: Writing) -> None:
        """Write versions in the place of those of their numbers, and their files."""
        for version in writing.rule_versions:
            text = rule_version_to_json(version)
            if not self._changed.run_one(cursor, (text, version.number)).rowcount:
                self._new.run(cursor, [(version.number, text)])
        self._count.run(cursor, [astuple(row) for row in writing.rule_counts])
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
