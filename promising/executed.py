"""What executed work teaches: lines that were made and closed, from when to when they were planned, when complete."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from domain.calibration import ExecutedLine, waiting_percent
from domain.checks import from_unix, to_unix_up
from domain.plant import Plant
from domain.progress import ProgressState
from domain.promises import Completed, LinePromise, Outcome, Promise, PromiseState, ReasonKind, Tier
from scheduler.planner import Planner

WAITS = frozenset({ReasonKind.MACHINE, ReasonKind.MOULD, ReasonKind.CREW, ReasonKind.GAP})
WORKS = frozenset({ReasonKind.PROCESS, ReasonKind.CHANGEOVER, ReasonKind.MAINTENANCE})
BEHIND = frozenset({ReasonKind.BUFFER, ReasonKind.ROUNDING, ReasonKind.NOT_EARLIER})
"""What stands behind the planned end, up to the promise."""

FROM_STOCK, NOT_REPORTED, NO_TIMES = "from_stock", "not_reported", "no_times"
"""Why nothing is learned of a line: it was not made; nobody said when its work was over, and it had time beyond that;
or it was closed, or dated by hand, without the times that are needed."""


def completed(line: LinePromise, plan: Planner, order_id: str, left: datetime) -> Completed:
    """When a line's goods were complete: as the shop floor reported its work over, or else when they left."""
    rows = [row for row in plan.reservations(order_id) if row.line_no == line.line_no]
    if not rows or any(row.progress is not ProgressState.FINISHED for row in rows):
        return Completed(left, False)
    packed = max(row.end for row in rows) + plan.plant.item_by_id[line.delivered_item_id or line.item_id].shipping
    return Completed(from_unix(plan.delivered(line.carrier_id, line.region, to_unix_up(packed))), True)


def executed(promises: Iterable[Promise], plant: Plant) -> tuple[list[ExecutedLine], dict[str, int]]:
    """What was made and delivered of these orders, and how many other delivered lines teach nothing, by why."""
    found, left_out = [], Counter[str]()
    for promise in promises:
        for line in promise.lines:
            if line.state is PromiseState.FULFILLED:
                made = _executed(promise, line, plant)
                if isinstance(made, str):
                    left_out[made] += 1
                else:
                    found.append(made)
    return found, dict(left_out)


def _executed(promise: Promise, line: LinePromise, plant: Plant) -> ExecutedLine | str:
    if line.tier is Tier.STOCK:
        return FROM_STOCK
    if line.completed is None or not line.reasons:
        return NO_TIMES
    if not line.completed.reported and line.outcome is not Outcome.LATER:
        # It may have waited in the warehouse for the time that was asked for.
        return NOT_REPORTED
    decided = line.decided_at or promise.decided_at
    planned = decided + _lead(line)
    item = plant.item_by_id.get(line.delivered_item_id or line.item_id)
    if item is None or planned <= decided or line.completed.time < decided:
        return NO_TIMES
    waits, works = (
        sum((reason.duration for reason in line.reasons if reason.kind in kinds), timedelta(0))
        for kinds in (WAITS, WORKS)
    )
    waiting = waiting_percent(int(waits.total_seconds()), int(works.total_seconds()))
    return ExecutedLine(item.family, item.routing_id, decided, planned, line.completed.time, waiting)


def _lead(line: LinePromise) -> timedelta:
    """From the decision to the planned end, shipping included: the reasons without what stands behind it."""
    reasons = list(line.reasons)
    while reasons and reasons[-1].kind in BEHIND:
        reasons.pop()
    return sum((reason.duration for reason in reasons), timedelta(0))
