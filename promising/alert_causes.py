"""What a line waits for: the longest waits along the chain that its end follows from, whom and what they name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from domain.calendars import Downtime
from domain.checks import from_unix, to_unix_down
from domain.plant import Plant
from domain.promises import ChainStep, LinePromise, Promise, Reason, ReasonKind
from scheduler.planner import Planner

Down = Mapping[str, Sequence[Downtime]]
"""What machines, moulds and crews are down for, by their ids, in the order of the starts."""
CAUSES_MAX = 5
NONE = timedelta()
_WAITS = frozenset({
    ReasonKind.MACHINE, ReasonKind.MOULD, ReasonKind.CREW, ReasonKind.MATERIAL, ReasonKind.CHANGEOVER,
    ReasonKind.CALENDAR, ReasonKind.GAP,
})  # fmt: skip


def downtimes_of(plant: Plant) -> Down:
    """Downtimes by subject, disruptions among them."""
    found: dict[str, list[Downtime]] = {}
    for each in sorted(plant.downtimes, key=lambda each: each.start):
        found.setdefault(each.subject_id, []).append(each)
    return found


def causes_of(plan: Planner, down: Down, promise: Promise, line: LinePromise) -> tuple[Reason, ...]:
    """The longest waits of a line up to the carrier, the longest first, each subject once."""
    total: dict[tuple[ReasonKind, str], timedelta] = {}
    orders: dict[tuple[ReasonKind, str], tuple[str, ...]] = {}
    for reason in _waits(plan, down, promise, line):
        name = reason.kind, reason.subject
        total[name] = total.get(name, NONE) + reason.duration
        orders[name] = tuple(dict.fromkeys((*orders.get(name, ()), *reason.orders)))
    longest = sorted(total, key=lambda name: (-total[name], name))[:CAUSES_MAX]
    return tuple(Reason(kind, total[kind, subject], subject, orders[kind, subject]) for kind, subject in longest)


def _waits(plan: Planner, down: Down, promise: Promise, line: LinePromise) -> Iterator[Reason]:
    """Every wait: for goods that are delivered as they come, or of the work, whichever ends last; then the carrier."""
    decided_s = {each.line_no: to_unix_down(each.decided_at or promise.decided_at) for each in promise.lines}
    steps = {step.reservation.operation_key: step for step in plan.chain(promise.order.id, decided_s)}
    mine = [step for step in steps.values() if step.reservation.line_no == line.line_no]
    came_s, awaited = plan.goods_awaited(promise.order.id, line.line_no)
    if awaited and all(to_unix_down(step.reservation.end) <= came_s for step in mine):
        waited = from_unix(max(came_s, decided_s[line.line_no])) - from_unix(decided_s[line.line_no])
        yield from _lasting(Reason(ReasonKind.MATERIAL, waited, awaited))
    else:
        for step in _binding(mine, steps):
            yield from _of_step(down, step)
    yield from _lasting(Reason(ReasonKind.CUT_OFF, _for_pick_up(plan, promise, line), line.carrier_id))


def _lasting(*reasons: Reason) -> Iterator[Reason]:
    """Those that took any time."""
    return (reason for reason in reasons if reason.duration > NONE)


def _binding(mine: Sequence[ChainStep], steps: Mapping[int, ChainStep]) -> Iterator[ChainStep]:
    """From the step that ends last back along what each waited for last."""
    step = max(mine, key=lambda step: step.reservation.end, default=None)
    while step is not None:
        yield step
        before = [steps[key] for key in step.after if key in steps]
        step = max(before, key=lambda step: step.reservation.end, default=None)


def _of_step(down: Down, step: ChainStep) -> Iterator[Reason]:
    """What a step waits for, and stands still for; hours in which its machine, mould or crew is down go by its name."""
    row, closed = step.reservation, NONE
    left = sum((reason.duration for reason in step.waits if reason.kind is ReasonKind.CALENDAR), NONE)
    used = (ReasonKind.MOULD, row.mould_id), (ReasonKind.MACHINE, row.resource_id), (ReasonKind.CREW, row.crew_id)
    for kind, subject in used:
        before = min(left - closed, _still(down.get(subject, ()), step.ready, row.start))
        closed += before
        yield from _lasting(Reason(kind, before + _still(down.get(subject, ()), row.start, row.end), subject))
    for reason in step.waits:
        if reason.kind is ReasonKind.CALENDAR:
            open_for = min(closed, reason.duration)
            closed -= open_for
            yield from _lasting(Reason(reason.kind, reason.duration - open_for, reason.subject, reason.orders))
        elif reason.kind in _WAITS:
            yield reason


def _still(down: Sequence[Downtime], start: datetime, end: datetime) -> timedelta:
    """For how long something is down between two times, by the clock."""
    found, known = NONE, start
    for each in down:
        begin = max(known, each.start)
        known = max(known, min(end, each.end))
        found += max(NONE, known - begin)
    return found


def _for_pick_up(plan: Planner, promise: Promise, line: LinePromise) -> timedelta:
    """How long goods lie packed until the carrier comes."""
    service = plan.shipping.by(line.carrier_id, line.region) if plan.shipping is not None and line.carrier_id else None
    if service is None or not plan.holds(promise.order.id, line.line_no):
        return NONE
    packed_s = plan.expected(promise.order.id, line.line_no)
    return timedelta(seconds=service.collected(packed_s) - packed_s)
