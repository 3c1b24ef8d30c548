"""Resources and moulds with the times at which they do not work, for messages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from domain.calendars import Windows, subtract
from domain.plant import Plant
from jiaoqi.v1 import plan_pb2
from wire.enums import RESOURCE_KIND

_DAY = timedelta(days=1)


def resources_to_messages(plant: Plant, start: datetime, end: datetime) -> list[plan_pb2.Resource]:
    """Write all resources, then all moulds, with what is closed of them between `start` and `end`."""
    span = (int(start.timestamp()), int(end.timestamp()))
    off_shift = {calendar.id: _off_shift(plant, calendar.id, start, end) for calendar in plant.calendars}
    found = []
    for resource in plant.resources:
        message = plan_pb2.Resource(
            resource_id=resource.id,
            name=resource.name,
            kind=RESOURCE_KIND.number[resource.kind],
            unit_count=resource.capacity,
        )
        absent = _absent(resource.available_from, resource.available_until, span)
        _write_closed(message, plan_pb2.CLOSURE_KIND_OFF_SHIFT, [*off_shift.get(resource.calendar_id, []), *absent])
        _write_downtimes(message, plant, span)
        found.append(message)
    for mould in plant.moulds:
        message = plan_pb2.Resource(
            resource_id=mould.id, name=mould.name, kind=plan_pb2.RESOURCE_KIND_MOULD, unit_count=1
        )
        _write_closed(message, plan_pb2.CLOSURE_KIND_OFF_SHIFT, off_shift.get(mould.calendar_id, []))
        _write_downtimes(message, plant, span)
        found.append(message)
    return found


def _off_shift(plant: Plant, calendar_id: str, start: datetime, end: datetime) -> Windows:
    # A shift of the day before may reach into the first day.
    first, last = start.astimezone(plant.zone).date() - _DAY, end.astimezone(plant.zone).date()
    working = plant.calendar_by_id[calendar_id].windows(plant.zone, first, last)
    return subtract([(int(start.timestamp()), int(end.timestamp()))], working)


def _absent(since: datetime | None, until: datetime | None, span: tuple[int, int]) -> Windows:
    found = []
    if since is not None and since.timestamp() > span[0]:
        found.append((span[0], min(int(since.timestamp()), span[1])))
    if until is not None and until.timestamp() < span[1]:
        found.append((max(int(until.timestamp()), span[0]), span[1]))
    return found


def _write_downtimes(message: plan_pb2.Resource, plant: Plant, span: tuple[int, int]) -> None:
    for downtime in plant.downtimes:
        if downtime.subject_id == message.resource_id:
            clipped = (max(int(downtime.start.timestamp()), span[0]), min(int(downtime.end.timestamp()), span[1]))
            if clipped[0] < clipped[1]:
                _write_closed(message, plan_pb2.CLOSURE_KIND_DOWNTIME, [clipped], downtime.reason)
    message.closed_times.sort(key=lambda closed: (closed.start_time.seconds, closed.end_time.seconds))


def _write_closed(
    message: plan_pb2.Resource, kind: plan_pb2.ClosureKind, windows: Iterable[tuple[int, int]], reason: str = ""
) -> None:
    for start_s, end_s in windows:
        closed = message.closed_times.add(kind=kind, reason=reason)
        closed.start_time.seconds = start_s
        closed.end_time.seconds = end_s
