"""Proposals to deliver in parts, applied line by line: each as the proposal says, or nothing at all."""

from __future__ import annotations

from collections.abc import Iterator

from domain.errors import ProposalOutdated
from domain.promises import EventKind, LinePromise, Promise
from domain.proposals import Proposal, ProposedLine
from domain.values import replace
from promising.batch import Batch
from promising.dividing import divide, may_be_divided
from promising.parts import Cut
from promising.risks import Line, Risks
from scheduler.planner import Planner


def deliver_in_parts(plan: Planner, batch: Batch, proposal: Proposal, actor: str, reason: str) -> list[Line]:
    """Divide the lines that a proposal divides, in the plan and in the batch; the parts and the rests.

    A line that is in time by now stays whole, and its promise with it. Raises ProposalOutdated, with some of it done,
    for a line that is no longer what it was, or of which a part would come later than the proposal says, and where
    every line is in time.
    """
    found: list[Line] = []
    risks = Risks(plan, batch)
    for rest, quantity in _cuts(proposal):
        name = f"{rest.order_id} line {rest.part_of}"
        standing, line = _as_proposed(plan, batch, rest, quantity) or (None, None)
        if standing is None or line is None:
            raise ProposalOutdated(proposal.id, [f"{name} can't be divided as it was"], [f"{name} changed, or began"])
        if line.promised_time is not None and risks.expected([rest.order_id])[_name(rest)] <= line.promised_time:
            continue
        made = divide(plan, standing, line, Cut(rest.part_of, quantity), batch.now)
        if made is None:
            raise ProposalOutdated(proposal.id, [f"{name}: no date for its parts"], [])
        assert made.rest.promised_time is not None
        if not made.keeps(line) or made.rest.promised_time > rest.promised_after:
            told = f"{name}: {quantity} by {_iso(made.part)}, the rest by {_iso(made.rest)}"
            raise ProposalOutdated(proposal.id, [f"{told}; may by {rest.promised_after.isoformat()}"], [])
        plan.keep(made.step)
        promise = replace(made.promise, version=standing.version + 1, plan_version=plan.version)
        said = f"{rest.part_of}: {quantity} of {line.quantity} by {_iso(line)}, {made.rest.line_no}: {_iso(made.rest)}"
        batch.record(promise, EventKind.SPLIT, actor, reason, said)
        found += [_name(rest), (rest.order_id, made.rest.line_no)]
    if not found:
        raise ProposalOutdated(proposal.id, ["all lines that it divides are in time by now"], [])
    return found


def _name(rest: ProposedLine) -> Line:
    """The line of which it is the rest."""
    return rest.order_id, rest.part_of


def _cuts(proposal: Proposal) -> Iterator[tuple[ProposedLine, int]]:
    """The rests, each with how much comes before it."""
    first = {(row.order_id, row.line_no): row.quantity for row in proposal.lines}
    return ((row, first[row.order_id, row.part_of]) for row in proposal.lines if row.part_of)


def _as_proposed(plan: Planner, batch: Batch, rest: ProposedLine, quantity: int) -> tuple[Promise, LinePromise] | None:
    """The order and the line, where it is still what the proposal divides."""
    standing = batch.standing(rest.order_id)
    if standing is None:
        return None
    line = next((each for each in standing.lines if each.line_no == rest.part_of), None)
    if line is None or not may_be_divided(plan, standing, line):
        return None
    same = line.quantity == quantity + rest.quantity and line.promised_time == rest.promised_before
    return (standing, line) if same else None


def _iso(line: LinePromise) -> str:
    return "" if line.promised_time is None else line.promised_time.isoformat()
