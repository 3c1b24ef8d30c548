"""Reports of disruptions read: what is told with its times, amended, closed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from domain.checks import check_utc, from_unix, to_unix_down
from domain.disruptions import (
    COUNTED,
    LOSSES,
    NEVER,
    ORDERS,
    Disruption,
    DisruptionKind,
    DisruptionState,
    receipt_of,
)
from domain.errors import InvalidInput
from domain.plant import Plant
from domain.values import replace
from promising.disruption_requests import AmendReport, CloseReport, DisruptionChange, Report

REPORTED_LATE_MAX = timedelta(days=3)
"""How long ago a disruption may have begun that is reported now."""
AHEAD_MAX = timedelta(days=400)
"""How far ahead it may begin, and how long it may last."""
HAPPENED = ORDERS | {DisruptionKind.CAVITIES_OUT}
"""Told when it has happened, never ahead."""


def closed(standing: Disruption, change: CloseReport, now: datetime) -> Disruption:
    """The disruption, over. Raises InvalidInput for an end that can't be."""
    ended = whole("ended_time", change.ended)
    if ended is None:
        ended = now if standing.end is None else min(now, standing.end)
        # What has not begun by now never came; what was scrapped was, also within its second.
        least = timedelta(seconds=1) if standing.kind in ORDERS else timedelta(0)
        ended = max(ended, standing.start + least)
    elif not standing.start <= ended <= max(now, standing.start):
        allowed = f"{standing.start.isoformat()} to {max(now, standing.start).isoformat()}"
        raise InvalidInput.one("ended_time", f"{ended.isoformat()} is out of range", allowed)
    if standing.kind is DisruptionKind.CUSTOMER_CHANGE and ended == standing.start:
        allowed = f"after {standing.start.isoformat()}: report what the customer wants instead"
        raise InvalidInput.one("ended_time", "is its start, but the change is made", allowed)
    return standing.over(ended)


def amended(standing: Disruption, change: AmendReport, now: datetime) -> Disruption:
    """The disruption as it is known now. Raises InvalidInput for times that can't be, and for nothing."""
    check_one_end(change)
    if all(
        each is None for each in (change.start, change.end, change.expected_end, change.reason, change.quantity or None)
    ):
        raise InvalidInput.one("request", "changes nothing", "a time, a quantity or a reason")
    if change.quantity and standing.kind is DisruptionKind.CUSTOMER_CHANGE:
        raise InvalidInput.one("quantity", "is what the customer wanted", "report what he wants now as another change")
    end, expected_end = standing.end, standing.expected_end
    if change.end is not None or change.expected_end is not None:
        end, expected_end = whole("end_time", change.end), whole("expected_end_time", change.expected_end)
    made = replace(
        standing,
        quantity=change.quantity or standing.quantity,
        start=whole("start_time", change.start) or standing.start,
        end=end,
        expected_end=expected_end,
        reason=standing.reason if change.reason is None else change.reason,
        version=standing.version + 1,
    )
    check_times(made, now, start=change.start is not None, end=bool(change.end or change.expected_end))
    return made


def said_before(change: DisruptionChange, made: Disruption, standing: Iterable[Disruption]) -> Disruption | None:
    """The open disruption that a report without an id of its own only says again; None: it is news.

    What can be lost, scrapped or changed twice is taken at its word; of cavities only that of the same second is the
    same.
    """
    if not isinstance(change, Report) or change.disruption_id or made.kind in LOSSES | ORDERS:
        return None
    if change.start is None and made.kind in COUNTED:
        return None
    return next((each for each in standing if each.state is DisruptionState.OPEN and _same(change, made, each)), None)


def _same(change: Report, made: Disruption, known: Disruption) -> bool:
    """The same of the same thing; a start or an expected end that isn't told is that which is known."""
    if (made.kind, made.subject_id, made.region, made.quantity) != (
        known.kind, known.subject_id, known.region, known.quantity,
    ):  # fmt: skip
        return False
    began = known.start <= made.start if change.start is None else known.start == made.start
    ends = known.end == made.end and change.expected_end in (None, known.expected_end)
    return began and ends and (made.source, made.reason) == (known.source, known.reason)


def due_time(kind: DisruptionKind, subject_id: str, plant: Plant) -> datetime | None:
    """When what is late was to come; None for disruptions of other kinds."""
    receipt = receipt_of(subject_id, plant) if kind is DisruptionKind.MATERIAL_LATE else None
    return None if receipt is None else receipt.time


def check_one_end(change: Report | AmendReport) -> None:
    """Raise InvalidInput for two ends."""
    if change.end is not None and change.expected_end is not None:
        raise InvalidInput.one("expected_end_time", "is given beside end_time", "one of the two")


def check_times(made: Disruption, now: datetime, *, start: bool, end: bool) -> None:
    """Raise InvalidInput for a start or an end that is newly told and too far away, or over."""
    if start and made.kind in HAPPENED and made.start > now:
        raise InvalidInput.one("start_time", f"{made.start.isoformat()} is ahead", f"{now.isoformat()} or before")
    if start and not now - REPORTED_LATE_MAX <= made.start <= now + AHEAD_MAX:
        allowed = f"{(now - REPORTED_LATE_MAX).isoformat()} to {(now + AHEAD_MAX).isoformat()}"
        raise InvalidInput.one("start_time", f"{made.start.isoformat()} is out of range", allowed)
    most = max(made.start, now) + AHEAD_MAX
    name = "end_time" if made.end is not None else "expected_end_time"
    if end and made.until < NEVER and not now < made.until <= most:
        allowed = f"after {now.isoformat()}, up to {most.isoformat()}"
        raise InvalidInput.one(name, f"{made.until.isoformat()} is out of range", allowed)


def in_short(made: Disruption) -> str:
    """A disruption as a text for the log: `D-1 mould_in_repair M-07 2026-03-02T02:00:00+00:00>, expected <time>`."""
    end = f"expected {made.until.isoformat()}" if made.end is None else made.until.isoformat()
    sign = "=" if made.kind is DisruptionKind.CUSTOMER_CHANGE else "-"
    lost = f" {sign}{made.quantity}" if made.quantity else ""
    if made.withdrawn or made.wanted:
        lost += " withdrawn" if made.wanted is None else f" by {made.wanted.isoformat()}"
    if made.until >= NEVER:
        end = "open"
    part = f"/{made.line_no or made.region}" if made.line_no or made.region else ""
    where = f" {made.operation_id}" if made.operation_id else ""
    return f"{made.id} {made.kind} {made.subject_id}{part}{where}{lost} {made.start.isoformat()}>{end} {made.state}"


def whole(field: str, time: datetime | None) -> datetime | None:
    """Whole seconds, as the plant's clock has them. Raises InvalidInput for a time that isn't UTC."""
    if time is None:
        return None
    check_utc(field, time)
    return from_unix(to_unix_down(time))
