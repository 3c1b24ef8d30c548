"""Proposals by their numbers, and the committed state as those read it who look for other plans."""

from __future__ import annotations

from sqlalchemy import Connection, Dialect, Engine, bindparam, delete, func, insert, select, update
from sqlalchemy.engine.interfaces import DBAPICursor

from domain.promises import PromiseState
from domain.proposals import Proposal
from promising.ports import ProposalRow, Snapshot, StandingOrder, Writing
from promising.proposal_documents import proposal_from_json, proposal_to_json
from promising.requests import FINAL
from store import tables
from store.image import stored
from store.statements import Compiled

BEGIN = {"sqlite": "BEGIN", "postgresql": "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY"}
"""One moment for all that is read, on a connection whose statements are transactions of their own."""

STANDING = tuple(sorted(state.value for state in PromiseState if state not in FINAL))
"""States of orders of which something is planned."""


def snapshot(connection: Connection) -> Snapshot:
    """Read it as of one moment: of the orders those that stand, each as it is now."""
    promise, later = tables.promise, tables.promise.alias()
    changed = select(later.c.order_id).where(
        later.c.order_id == promise.c.order_id, later.c.version == promise.c.version + 1
    )
    orders = (
        select(promise.c.order_id, promise.c.customer_id, promise.c.document)
        .where(promise.c.state.in_(STANDING), ~changed.exists())
        .order_by(promise.c.event)
    )
    text = str(orders.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True}))
    connection.exec_driver_sql(BEGIN[connection.dialect.name])
    try:
        found = stored(connection, wait=False)
        cursor = connection.connection.cursor()
        cursor.execute(text)
        standing = tuple(StandingOrder(*row) for row in cursor.fetchall())
    finally:
        connection.exec_driver_sql("ROLLBACK")
    return Snapshot(found, standing)


class ProposalReadings:
    """What a store tells of proposals, to any thread."""

    _reading: Engine

    def snapshot(self) -> Snapshot:
        with self._reading.connect() as connection:
            return snapshot(connection)

    def proposals(self) -> list[Proposal]:
        table = tables.proposal
        with self._reading.connect() as connection:
            rows = connection.execute(select(table.c.document).order_by(table.c.number)).scalars()
            return [proposal_from_json(text) for text in rows]

    def proposal(self, proposal_id: str) -> ProposalRow | None:
        table = tables.proposal
        with self._reading.connect() as connection:
            row = connection.execute(select(table).where(table.c.id == proposal_id)).one_or_none()
        if row is None:
            return None
        return ProposalRow(row.number, proposal_from_json(row.document), bytes(row.content))

    def last_proposal(self) -> int:
        with self._reading.connect() as connection:
            last: int | None = connection.execute(select(func.max(tables.proposal.c.number))).scalar_one()
        return last or 0


class ProposalStatements:
    """The statements that write proposals."""

    def __init__(self, dialect: Dialect) -> None:
        table = tables.proposal
        changed = update(table).where(table.c.number == bindparam("of")).values(document=bindparam("text"))
        self._changed = Compiled(changed, ("text", "of"), dialect)
        self._new = Compiled(insert(table), table.c.keys(), dialect)
        self._old = Compiled(delete(table).where(table.c.number <= bindparam("last")), ("last",), dialect)

    def write(self, cursor: DBAPICursor, writing: Writing) -> None:
        """Write new proposals and new versions of those that stand, and forget old ones."""
        for row in writing.proposals:
            text = proposal_to_json(row.proposal)
            if row.content is None:
                self._changed.run_one(cursor, (text, row.number))
            else:
                self._new.run(cursor, [(row.number, row.proposal.id, text, row.content)])
        if writing.forget_proposals > 0:
            self._old.run_one(cursor, (writing.forget_proposals,))


_known: dict[str, ProposalStatements] = {}


def statements_for(dialect: Dialect) -> ProposalStatements:
    """The statements in the SQL of a database, compiled once in a process."""
    if dialect.name not in _known:
        _known[dialect.name] = ProposalStatements(dialect)
    return _known[dialect.name]
