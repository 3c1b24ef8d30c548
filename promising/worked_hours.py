"""Hours worked in addition as part of something else: reported as shifts, and the plan repaired for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from domain.disruptions import Disruption, DisruptionKind
from domain.hours import ExtraHours
from domain.promises import EventKind
from promising.batch import Batch
from promising.pins import note_unpinned
from promising.risks import Risks
from promising.standing import Standing
from scheduler.planner import Planner


def shifts_added(
    stands: Standing, batch: Batch, hours: Sequence[ExtraHours], source: str, reason: str, caller: str
) -> list[Disruption]:
    """What stands in the plant's log of hours that are not over: numbered behind all that were ever reported.

    Hours that are worked in addition already are not added again: taken twice, an option adds them once.
    """
    made: list[Disruption] = []
    number = len(stands.disruptions)
    for row in hours:
        start = max(row.start, batch.now)
        if row.end <= batch.now or _are_worked(stands, row.resource_id, start, row.end):
            continue
        number += 1
        while f"D-{number}" in stands.disruptions:
            number += 1
        made.append(
            Disruption(
                f"D-{number}", DisruptionKind.SHIFT_ADDED, row.resource_id, start, row.end, batch.now, source=source,
                reason=reason, reported_by=caller,
            )
        )  # fmt: skip
    return made


def _are_worked(stands: Standing, resource_id: str, start: datetime, end: datetime) -> bool:
    """Some shift that was added to the resource has all of this time."""
    return any(
        each.kind is DisruptionKind.SHIFT_ADDED
        and each.subject_id == resource_id
        and each.start <= start
        and each.until >= end
        for each in stands.disruptions.values()
    )


def work_hours(
    stands: Standing, plan: Planner, batch: Batch, hours: Sequence[ExtraHours], orders: Sequence[str], source: str,
    reason: str, caller: str,
) -> list[Disruption]:  # fmt: skip
    """Have hours worked, with all that is told of them in the batch; what the desk must know once that is committed."""
    made = shifts_added(stands, batch, hours, source, reason, caller)
    if not made:
        return []
    assert stands.imported is not None
    laid = stands.lay_all_over(stands.imported, made)
    done = plan.repair(laid, plan.now_s, Risks(plan, batch).stakes(orders))
    note_unpinned(batch, stands.pins, done.unpinned, caller, source, plan.version)
    for each in made:
        span = f"{each.start.isoformat()}>{each.until.isoformat()}"
        detail = f"{each.id} {each.kind} {each.subject_id} {span} {each.state}"
        batch.note(EventKind.DISRUPTION_REPORTED, caller, "", reason, plan.version, detail)
    return made
