"""By what plans are compared: promises late and by how much, changeovers, overtime, and what it all costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from domain.calendars import Calendar, Windows, merge, subtract
from domain.checks import from_unix
from domain.plant import Plant
from domain.promises import LinePromise, Promise
from domain.proposals import PlanFigures
from domain.resources import ResourceKind
from domain.values import replace
from promising.costs import DAY_S, HOUR_S, price_of
from promising.load import changeover_time
from promising.risks import Line
from scheduler.planner import Planner
from scheduler.snapshot import PlacedOperation

DAY = timedelta(days=1)


def figures_of(
    plan: Planner, planned: Sequence[tuple[Promise, LinePromise]], expected: Mapping[Line, datetime]
) -> PlanFigures:
    """The figures of a plan in which these lines are expected at these times."""
    by_priority: dict[int, timedelta] = {}
    late = 0
    for promise, line in planned:
        assert line.promised_time is not None
        over = expected[promise.order.id, line.line_no] - line.promised_time
        if over > timedelta(0):
            late += 1
            priority = promise.order.priority
            by_priority[priority] = by_priority.get(priority, timedelta(0)) + over
    ahead = [x for x in plan.snapshot().operations if not x.cancelled and x.end_s > plan.now_s]
    changeovers = sum(x.visit_start_s < x.start_s for x in ahead)
    overtime, overtime_fen = _overtime(plan.plant, ahead, plan.now_s)
    outside = [outside_of(plan.plant, x, plan.now_s) for x in ahead if is_outside(plan.plant, x)]
    return PlanFigures(
        late=late,
        tardiness=tuple(sorted(by_priority.items())),
        changeovers=changeovers,
        changeover=changeover_time(plan.plant, ahead),
        overtime=overtime,
        cost_fen=_cost(plan.plant, by_priority, changeovers, [overtime_fen, *(fen for _, fen in outside)]),
        end=from_unix(max(x.end_s for x in ahead)) if ahead else None,
        outside=sum((lasts for lasts, _ in outside), timedelta()),
    )


def is_outside(plant: Plant, x: PlacedOperation) -> bool:
    """An operation is done by another firm."""
    return plant.resource_by_id[x.resource_id].kind is ResourceKind.OUTSIDE


def outside_of(plant: Plant, x: PlacedOperation, now_s: int) -> tuple[timedelta, int | None]:
    """How long an operation is at another firm, from now on, in that firm's working time; its price (None: no rate)."""
    firm = plant.resource_by_id[x.resource_id]
    start_s = max(x.start_s, now_s)
    first, last = (from_unix(at_s).astimezone(plant.zone).date() for at_s in (start_s, x.end_s))
    windows = plant.calendar_by_id[firm.calendar_id].windows(plant.zone, first - DAY, last)
    lasts = timedelta(seconds=sum(max(0, min(x.end_s, end) - max(start_s, start)) for start, end in windows))
    rate = next((rate.fen for rate in plant.cost_rates if rate.name == "outside_hour"), None)
    return lasts, price_of(firm.hour_cost_fen or rate, lasts, HOUR_S)


def _cost(
    plant: Plant, tardiness: Mapping[int, timedelta], changeovers: int, others_fen: Sequence[int | None]
) -> int | None:
    rates = {rate.name: rate.fen for rate in plant.cost_rates}
    parts = [price_of(rates.get(f"delay_day_{priority}"), over, DAY_S) for priority, over in tardiness.items()]
    if changeovers:
        rate = rates.get("changeover")
        parts.append(None if rate is None else rate * changeovers)
    parts += others_fen
    return None if None in parts else sum(part or 0 for part in parts)


def _overtime(plant: Plant, work: Sequence[PlacedOperation], now_s: int) -> tuple[timedelta, int | None]:
    """Runs in hours worked in addition from now on, and their price; None: a rate is missing."""
    rate = next((rate.fen for rate in plant.cost_rates if rate.name == "overtime_hour"), None)
    hours: dict[str, Windows] = {}
    total, fen, priced = 0, 0, True
    for x in work:
        resource = plant.resource_by_id[x.resource_id]
        if not resource.calendar_id:
            continue
        if resource.calendar_id not in hours:
            hours[resource.calendar_id] = extra_hours(plant.calendar_by_id[resource.calendar_id], plant)
        start_s = max(x.start_s, now_s)
        lasted = sum(max(0, min(x.end_s, end) - max(start_s, start)) for start, end in hours[resource.calendar_id])
        if lasted:
            total += lasted
            cost = price_of(resource.overtime_hour_cost_fen or rate, timedelta(seconds=lasted), HOUR_S)
            priced = priced and cost is not None
            fen += cost or 0
    return timedelta(seconds=total), fen if priced else None


def extra_hours(calendar: Calendar, plant: Plant) -> Windows:
    """Hours worked in addition: overtime days, and shifts added since that the calendar itself does not have."""
    found = calendar.overtime(plant.zone)
    bare = replace(calendar, changes=())
    for change in calendar.changes:
        if change.worked:
            first, last = (time.astimezone(plant.zone).date() for time in (change.start, change.end))
            span = (int(change.start.timestamp()), int(change.end.timestamp()))
            found = merge([*found, *subtract([span], bare.windows(plant.zone, first - DAY, last))])
    return found
