"""A plant whose carriers changed, against what was promised with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from domain.checks import to_unix_down
from domain.errors import WouldBreakReservations
from domain.plant import Plant
from domain.promises import LinePromise, Promise, PromiseState
from promising.deliveries import expected_of
from promising.requests import FINAL, is_at_risk
from scheduler.planner import Planner

_KEPT = frozenset({PromiseState.CONFIRMED, PromiseState.HELD})
"""States in which a line arrives by its promised time."""


def bind_to_carriers(old: Plant, plan: Planner, promises: Iterable[Promise]) -> None:
    """Let the plan of a changed plant keep what was promised with carriers: tighten deadlines where they need it.

    Raises WouldBreakReservations with all that would arrive after its promised time.
    """
    if _ways(old) == _ways(plan.plant):
        return
    broken: list[str] = []
    for promise in promises:
        for line in promise.lines:
            if line.carrier_id and line.state not in FINAL:
                broken += _bind(plan, promise, line)
    if broken:
        raise WouldBreakReservations(broken)


def _ways(plant: Plant) -> tuple[object, ...]:
    """All that says when goods arrive."""
    calendars = {row.calendar_id: plant.calendar_by_id.get(row.calendar_id) for row in plant.carriers}
    return plant.settings.zone, sorted(plant.carriers, key=lambda row: (row.id, row.region)), calendars


def _bind(plan: Planner, promise: Promise, line: LinePromise) -> Iterator[str]:
    assert line.promised_time is not None
    name = f"{promise.order.id} line {line.line_no}"
    if not plan.plant.carriers_to(line.region, line.carrier_id):
        yield f"{name}: {line.carrier_id} does not go to {line.region or 'everywhere'} any more"
        return
    if line.state not in _KEPT or is_at_risk(line):
        return
    expected = expected_of(plan, promise, line)
    if expected > line.promised_time:
        zone, minutes = plan.plant.zone, "%Y-%m-%d %H:%M"
        arrives, due = (time.astimezone(zone).strftime(minutes) for time in (expected, line.promised_time))
        yield f"{name}: would arrive {arrives}, promised for {due}"
        return
    plan.tighten(promise.order.id, line.line_no, to_unix_down(line.promised_time), line.carrier_id, line.region)
