"""Hours that could be worked in addition where orders are late: few resources first, no more hours than are used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from domain.checks import from_unix
from domain.hours import ExtraHours
from domain.plant import Plant
from promising.scratch import Trial
from scheduler.snapshot import PlacedOperation

AHEAD_MOST = timedelta(days=14)
RESOURCES_MOST = 3
HOURS_A_DAY = (2, 4)


def ways_of_overtime(trial: Trial) -> Iterator[tuple[ExtraHours, ...]]:
    """Hours after the last shift of each day up to when the last late line is expected, fewest hours first."""
    late = {(promise.order.id, line.line_no) for promise, line in trial.late()}
    if not late:
        return
    plan = trial.plan
    last = max(trial.before[name] for name in late)
    now = from_unix(plan.now_s)
    until = min(last, now + AHEAD_MOST)
    work = [x for x in plan.snapshot().operations if x.end_s > plan.now_s and not x.cancelled]
    names = _busiest(plan.plant, [x for x in work if (x.order_id, x.line_no) in late])
    ways = [
        tuple(row for name in names[:count] for row in _after_shifts(plan.plant, name, now, until, hours))
        for count in range(1, min(RESOURCES_MOST, len(names)) + 1)
        for hours in HOURS_A_DAY
    ]
    yield from sorted((way for way in ways if way), key=total)


def total(hours: Sequence[ExtraHours]) -> timedelta:
    """How long they are together."""
    return sum((row.end - row.start for row in hours), timedelta())


def used(hours: Sequence[ExtraHours], work: Sequence[PlacedOperation]) -> tuple[ExtraHours, ...]:
    """Those of the hours in which something runs or is changed over."""
    runs: dict[str, list[tuple[int, int]]] = {}
    for x in work:
        runs.setdefault(x.resource_id, []).append((x.visit_start_s, x.end_s))
    return tuple(
        row
        for row in hours
        if any(
            start < row.end.timestamp() and end > row.start.timestamp() for start, end in runs.get(row.resource_id, ())
        )
    )


def _busiest(plant: Plant, work: Sequence[PlacedOperation]) -> list[str]:
    """Machines with shifts by how much of the late work they do."""
    load: Counter[str] = Counter()
    for x in work:
        if plant.resource_by_id[x.resource_id].calendar_id:
            load[x.resource_id] += x.end_s - x.start_s
    return [name for name, _ in load.most_common()]


def _after_shifts(plant: Plant, name: str, now: datetime, until: datetime, hours: int) -> Iterator[ExtraHours]:
    calendar = plant.calendar_by_id[plant.resource_by_id[name].calendar_id]
    first, last = (time.astimezone(plant.zone).date() for time in (now, until))
    windows = calendar.windows(plant.zone, first - timedelta(days=1), last + timedelta(days=1))
    for (_, end_s), (next_s, _) in pairwise(windows):
        start, end = datetime.fromtimestamp(end_s, UTC), datetime.fromtimestamp(min(next_s, end_s + hours * 3600), UTC)
        if end - start >= timedelta(hours=1) and now < end and start < until:
            yield ExtraHours(name, max(start, now), end)
