"""Proposals at the desk: kept, applied with what was promised since, put aside."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from domain.checks import from_unix, to_unix_down
from domain.disruptions import Disruption
from domain.errors import (
    DeskStopped,
    NotFound,
    ProposalOutdated,
    RequestIdReused,
    StaleEtag,
    WrongState,
)
from domain.promises import EventKind, LinePromise, Promise, PromiseState
from domain.proposals import Proposal, ProposalKind, ProposalState, ProposedLine
from domain.values import replace
from promising.amendments import bound
from promising.batch import Batch
from promising.parting import deliver_in_parts
from promising.ports import FeedRecord, ProposalRow, RequestKey
from promising.proposal_documents import applied_from_json, applied_to_json, content_from, content_of
from promising.proposal_requests import Applied, Draft, ProposalAsk, ReplanAsk
from promising.requests import FINAL, is_at_risk
from promising.risks import Line, Risks, record
from promising.standing import NO_PLANT, Standing
from promising.worked_hours import work_hours
from scheduler.planner import Adopted, Decision, Planner, SequencesDontFit, SequencesRefused

KEPT = 200
"""Proposals that are kept, the last ones."""
NAMED = 20
"""Orders that are named of those promised since."""


class Proposing:
    """Made on the writer's thread, between batches. `follow` commits the holds that have run out."""

    def __init__(self, stands: Standing, follow: Callable[[], None]) -> None:
        self._stands = stands
        self._follow = follow

    # -- kept --------------------------------------------------------------------------------------------------

    def known(self, ask: ReplanAsk, content: bytes) -> tuple[Proposal, ...] | None:
        """The proposals that a search came to before. Raises RequestIdReused; for any thread."""
        found = self._remembered(ask.caller, ask.request_id, content)
        if found is None:
            return None
        rows = (self._stands.store.proposal(name) for name in found.changes)
        return tuple(row.proposal for row in rows if row is not None)

    def keep(self, ask: ReplanAsk, content: bytes, drafts: Sequence[Draft]) -> tuple[Proposal, ...]:
        """Store what a search came to; returns it with its ids."""
        stands = self._stands
        self._follow()
        plan = self._deciding()
        batch = stands.begin()
        number = stands.store.last_proposal()
        made = []
        for draft in drafts:
            number += 1
            proposal = replace(draft.proposal, id=f"P-{number}")
            batch.note(EventKind.PROPOSED, ask.caller, "", ask.reason, plan.version, _in_short(proposal))
            batch.writing.proposals.append(ProposalRow(number, proposal, content_of(draft)))
            made.append(replace(proposal, lines=draft.proposal.lines))
        batch.writing.forget_proposals = number - KEPT
        names = tuple(proposal.id for proposal in made)
        batch.writing.feeds = [
            FeedRecord(RequestKey(ask.caller, ask.request_id), content, names, batch.writing.written_s)
        ]
        batch.writing.delta = plan.take_delta()
        stands.store.commit(batch.writing)
        batch.publish()
        return tuple(made)

    # -- decided -----------------------------------------------------------------------------------------------

    def discard(self, ask: ProposalAsk, content: bytes) -> Applied:
        """Put a proposal aside.

        Raises
        ------
        NotFound, WrongState, StaleEtag, RequestIdReused, DeskStopped
        """
        found = self._remembered(ask.caller, ask.request_id, content)
        if found is not None:
            return applied_from_json(found.changes[0])
        self._follow()
        plan = self._deciding()
        row = self._open(ask)
        batch = self._stands.begin()
        proposal = self._decided(row.proposal, ProposalState.DISCARDED, batch, ask)
        done = Applied(proposal, plan_version=plan.version)
        if ask.validate_only:
            return replace(done, applied=False)
        batch.note(EventKind.PROPOSAL_DISCARDED, ask.caller, "", ask.reason, plan.version, _in_short(proposal))
        batch.writing.proposals = [replace(row, proposal=proposal, content=None)]
        self._commit(batch, ask, content, done)
        batch.publish()
        return done

    def apply(self, ask: ProposalAsk, content: bytes) -> Applied:
        """Make a proposal the plan, with what was promised since put between; or, validating, tell what it would do.

        Raises
        ------
        NotFound, WrongState, StaleEtag, RequestIdReused, DeskStopped
        ProposalOutdated
            When a promise would break that the proposal does not say may move, with the list.
        """
        found = self._remembered(ask.caller, ask.request_id, content)
        if found is not None:
            return applied_from_json(found.changes[0])
        self._follow()
        self._deciding()
        row = self._open(ask)
        assert row.content is not None
        batch = self._stands.begin()
        try:
            done, hours = self._installed(batch, content_from(row.proposal, row.content), ask)
        except SequencesDontFit as error:
            if row.proposal.hours:
                # The hours are in the plan already; the store has it without them.
                self._stands.load_plan()
            raise ProposalOutdated(row.proposal.id, *self._why_not(error)) from error
        except ProposalOutdated:
            # Some of the lines are divided already.
            self._stands.load_plan()
            raise
        if ask.validate_only:
            self._stands.load_plan()
            return replace(done, applied=False)
        batch.writing.proposals = [replace(row, proposal=done.proposal, content=None)]
        self._commit(batch, ask, content, done)
        plan = self._deciding()
        for made in hours:
            self._stands.disrupt(made, plan.plant)
        self._stands.note_pins(batch.writing.pins)
        batch.publish()
        return done

    # -- applying ----------------------------------------------------------------------------------------------

    def _installed(self, batch: Batch, draft: Draft, ask: ProposalAsk) -> tuple[Applied, list[Disruption]]:
        """Bring the proposal into the plan and all that is told of it into the batch."""
        if draft.proposal.kind is ProposalKind.SPLIT:
            return self._in_parts(batch, draft.proposal, ask), []
        plan, proposal = self._deciding(), draft.proposal
        risks, orders = Risks(plan, batch), list(plan.order_ids)
        before = risks.expected(orders)
        hours = work_hours(
            self._stands, plan, batch, proposal.hours, orders, proposal.id, ask.reason, ask.caller
        )  # fmt: skip
        moves = self._moves(batch, draft)
        adopted = plan.adopt(draft.sequences, plan.now_s, _until(plan, moves))
        expected = risks.expected(orders)
        proposal = self._decided(proposal, ProposalState.APPLIED, batch, ask)
        batch.note(
            EventKind.PROPOSAL_APPLIED, ask.caller, "", ask.reason, plan.version,
            f"{_in_short(proposal)}, {len(adopted.added)} operations added, {len(adopted.gone)} gone",
        )  # fmt: skip
        reason = ask.reason or proposal.id
        told = self._tell_moved(batch, plan, moves, expected, ask.caller, reason)
        # Bound where they stand already, and told with their new dates.
        rest = {name: at for name, at in expected.items() if name not in told}
        changed = risks.reckon(rest)
        record(batch, changed, plan.version, ask.caller, reason)
        rows = [
            *(_row(*told[name], before[name], expected[name]) for name in told),
            *(row for pair in changed for row in _rows(*pair, before, expected)),
        ]
        batch.writing.disruptions += hours
        return _applied(proposal, adopted, rows, plan.version), hours

    def _in_parts(self, batch: Batch, proposal: Proposal, ask: ProposalAsk) -> Applied:
        """Have lines delivered in parts."""
        plan = self._deciding()
        risks, stood = Risks(plan, batch), plan.stand()
        before = risks.expected(list(plan.order_ids))
        was = {(row.order_id, row.line_no): row for row in proposal.lines}
        divided = deliver_in_parts(plan, batch, proposal, ask.caller, ask.reason or proposal.id)
        expected = risks.expected(list(plan.order_ids))
        changed = risks.reckon(expected)
        record(batch, changed, plan.version, ask.caller, ask.reason or proposal.id)
        decided = self._decided(proposal, ProposalState.APPLIED, batch, ask)
        detail = f"{_in_short(decided)}, {len(divided) // 2} lines in parts"
        batch.note(EventKind.PROPOSAL_APPLIED, ask.caller, "", ask.reason, plan.version, detail)
        rows = [_as_divided(batch, was[name], expected[name]) for name in divided]
        others = {name: at for name, at in before.items() if name not in divided}
        rows += [row for pair in changed for row in _rows(*pair, others, expected)]
        moved, shifted, _ = plan.since(stood)
        return Applied(decided, tuple(rows), moved=moved, shifted=shifted, plan_version=plan.version)

    def _moves(self, batch: Batch, draft: Draft) -> dict[Line, tuple[LinePromise, datetime]]:
        """Lines that may be told a later date than they have now, and which."""
        found = {}
        for row in draft.proposal.lines:
            standing = batch.standing(row.order_id) if row.moves else None
            for line in () if standing is None else standing.lines:
                told = line.promised_time if line.line_no == row.line_no and line.state not in FINAL else None
                if told is not None and row.promised_after > told:
                    found[row.order_id, row.line_no] = line, row.promised_after
        return found

    def _tell_moved(
        self, batch: Batch, plan: Planner, moves: Mapping[Line, tuple[LinePromise, datetime]],
        expected: Mapping[Line, datetime], actor: str, reason: str,
    ) -> dict[Line, tuple[Promise, LinePromise, LinePromise]]:  # fmt: skip
        """Give lines that are late by what was promised the dates that the proposal says; the order and its line."""
        told: dict[Line, tuple[Promise, LinePromise, LinePromise]] = {}
        by_order: dict[str, list[int]] = {}
        for (order_id, line_no), (line, until) in moves.items():
            at = expected.get((order_id, line_no))
            assert line.promised_time is not None
            if at is not None and line.promised_time < at <= until:
                by_order.setdefault(order_id, []).append(line_no)
        for order_id, numbers in by_order.items():
            standing = batch.standing(order_id)
            assert standing is not None
            step = Decision(standing.order, plan.now_s, ())
            lines, said = [], []
            for line in standing.lines:
                if line.line_no in numbers:
                    until = moves[order_id, line.line_no][1]
                    calm = PromiseState.HELD if line.state is PromiseState.HELD else PromiseState.CONFIRMED
                    moved = replace(
                        bound(plan, step, line, until), state=calm, expected_time=expected[order_id, line.line_no],
                        cause=None,
                    )  # fmt: skip
                    told[order_id, line.line_no] = standing, line, moved
                    said.append(f"{line.line_no}: {_iso(line.promised_time)}>{_iso(until)}")
                    line = moved
                lines.append(line)
            plan.keep(step)
            made = replace(standing, lines=tuple(lines), version=standing.version + 1, plan_version=plan.version)
            batch.record(made, EventKind.DATE_MOVED, actor, reason, "; ".join(said))
        return told

    # -- what they share ---------------------------------------------------------------------------------------

    def _why_not(self, error: SequencesDontFit) -> tuple[list[str], list[str]]:
        """What would be late, and what changed since the sequences were made."""
        plan = self._deciding()
        late = [
            f"{slip.order_id} line {slip.line_no}: would end "
            f"{'beyond the horizon' if slip.end_s is None else _iso(from_unix(slip.end_s))}, "
            f"may until {_iso(from_unix(slip.by_s))}"
            for slip in (error.slips if isinstance(error, SequencesRefused) else ())
        ]
        since = []
        if error.missing:
            names = plan.orders_of(error.missing)
            since.append(f"promised or free to move since: {', '.join(names[:NAMED])}")
        if error.gone:
            since.append(f"{len(error.gone)} operations have begun, are frozen or cancelled since")
        return late or [str(error)], since

    def _deciding(self) -> Planner:
        stands = self._stands
        if stands.halted or stands.plan is None:
            raise DeskStopped(stands.halted or NO_PLANT)
        return stands.plan

    def _remembered(self, caller: str, request_id: str, content: bytes) -> FeedRecord | None:
        key = RequestKey(caller, request_id)
        known = self._stands.store.feed(key)
        if known is not None and known.digest != content:
            raise RequestIdReused(request_id)
        if known is None and self._stands.book.requests([key]):
            raise RequestIdReused(request_id)
        return known

    def _open(self, ask: ProposalAsk) -> ProposalRow:
        row = self._stands.store.proposal(ask.proposal_id)
        if row is None:
            raise NotFound("proposal", ask.proposal_id)
        if ask.etag and ask.etag != row.proposal.etag:
            raise StaleEtag(row.proposal.id, ask.etag, row.proposal.etag, "proposal")
        if row.proposal.state is not ProposalState.OPEN:
            raise WrongState("proposal", row.proposal.id, row.proposal.state, "have another one made")
        return row

    def _decided(self, proposal: Proposal, state: ProposalState, batch: Batch, ask: ProposalAsk) -> Proposal:
        return replace(
            proposal, lines=(), state=state, decided_at=batch.now, decided_by=ask.caller, version=proposal.version + 1
        )

    def _commit(self, batch: Batch, ask: ProposalAsk, content: bytes, done: Applied) -> None:
        plan = self._deciding()
        key = RequestKey(ask.caller, ask.request_id)
        batch.writing.feeds = [FeedRecord(key, content, (applied_to_json(done),), batch.writing.written_s)]
        batch.writing.delta = plan.take_delta()
        self._stands.store.commit(batch.writing)


def _until(plan: Planner, moves: Mapping[Line, tuple[LinePromise, datetime]]) -> dict[Line, int]:
    """Until when the work of lines that may move must have ended, Unix seconds."""
    found = {}
    for (order_id, line_no), (line, until) in moves.items():
        by_s = to_unix_down(until)
        found[order_id, line_no] = plan.until(order_id, line_no, by_s, line.carrier_id, line.region)
    return found


def _applied(proposal: Proposal, adopted: Adopted, rows: list[ProposedLine], version: int) -> Applied:
    return Applied(
        proposal, tuple(rows), len(adopted.added), len(adopted.gone), adopted.moved, adopted.shifted, version
    )


def _rows(
    old: Promise, new: Promise, before: Mapping[Line, datetime], expected: Mapping[Line, datetime]
) -> Iterator[ProposedLine]:
    """Lines that are at risk, or no longer, or by another time than was told."""
    for was, line in zip(old.lines, new.lines, strict=True):
        name = new.order.id, line.line_no
        if name in before and was != line and (is_at_risk(was) or is_at_risk(line)):
            yield _row(new, was, line, before[name], expected[name])


def _as_divided(batch: Batch, row: ProposedLine, expected: datetime) -> ProposedLine:
    """A part or a rest as it stands now."""
    standing = batch.standing(row.order_id)
    assert standing is not None
    line = next(each for each in standing.lines if each.line_no == row.line_no)
    assert line.promised_time is not None
    return replace(row, state=line.state, promised_after=line.promised_time, expected_after=expected)


def _row(promise: Promise, was: LinePromise, line: LinePromise, before: datetime, after: datetime) -> ProposedLine:
    assert was.promised_time is not None
    assert line.promised_time is not None
    order = promise.order
    return ProposedLine(
        order.id, line.line_no, line.item_id, line.quantity, order.customer_id, order.priority, line.state,
        was.promised_time, line.promised_time, before, after,
    )  # fmt: skip


def _in_short(proposal: Proposal) -> str:
    """A proposal as a text for the log: `P-1 resequence at 17: 3 saved, 0 moved`."""
    made = f"{proposal.id} {proposal.kind} at {proposal.plan_version}"
    return f"{made}: {proposal.saved} saved, {proposal.promises_moved} moved"


def _iso(at: datetime | None) -> str:
    return "" if at is None else at.isoformat()
