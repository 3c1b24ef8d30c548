"""Reservations, load and events between messages and the domain."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from domain.promises import Event, Reservation
from jiaoqi.v1 import plan_pb2
from promising.requests import LoadDay
from wire.enums import EVENT_KIND, PROGRESS_STATE
from wire.times import seconds_from_message, seconds_to_message, time_from_message, time_to_message


def reservation_to_message(reservation: Reservation) -> plan_pb2.ScheduledOperation:
    """Write an operation's place in the plan."""
    return plan_pb2.ScheduledOperation(
        key=reservation.operation_key,
        order_id=reservation.order_id,
        line_no=reservation.line_no,
        operation_id=reservation.operation_id,
        mode_id=reservation.mode_id,
        resource_id=reservation.resource_id,
        units=reservation.units,
        mould_id=reservation.mould_id,
        setter_id=reservation.setter_id,
        crew_id=reservation.crew_id,
        quantity=reservation.quantity,
        visit_start_time=time_to_message(reservation.visit_start),
        start_time=time_to_message(reservation.start),
        end_time=time_to_message(reservation.end),
        fixed=reservation.fixed,
        item_id=reservation.item_id,
        lot=reservation.lot,
        into_lot=reservation.into,
        assumed=reservation.assumed,
        progress=None if reservation.progress is None else PROGRESS_STATE.number[reservation.progress],
        good_count=reservation.good,
        scrapped_count=reservation.scrapped,
    )


def reservation_from_message(message: plan_pb2.ScheduledOperation) -> Reservation:
    """Read an operation's place that a server wrote."""
    return Reservation(
        operation_key=message.key,
        order_id=message.order_id,
        line_no=message.line_no,
        operation_id=message.operation_id,
        mode_id=message.mode_id,
        resource_id=message.resource_id,
        units=tuple(message.units),
        mould_id=message.mould_id,
        setter_id=message.setter_id,
        crew_id=message.crew_id,
        quantity=message.quantity,
        visit_start=time_from_message(message.visit_start_time, "visit_start_time"),
        start=time_from_message(message.start_time, "start_time"),
        end=time_from_message(message.end_time, "end_time"),
        fixed=message.fixed,
        item_id=message.item_id,
        lot=message.lot,
        into=message.into_lot,
        assumed=message.assumed,
        progress=PROGRESS_STATE.read(message.progress, "progress") if message.progress else None,
        good=message.good_count if message.HasField("good_count") else None,
        scrapped=message.scrapped_count if message.HasField("scrapped_count") else None,
    )


def load_to_messages(days: Iterable[LoadDay]) -> list[plan_pb2.ResourceLoad]:
    """Write load, the days of one resource together, resources in the order in which they first come."""
    found: dict[str, plan_pb2.ResourceLoad] = {}
    for day in days:
        if day.resource_id not in found:
            found[day.resource_id] = plan_pb2.ResourceLoad(resource_id=day.resource_id)
        found[day.resource_id].days.append(_day_to_message(day))
    return list(found.values())


def _day_to_message(day: LoadDay) -> plan_pb2.DayLoad:
    return plan_pb2.DayLoad(
        day_time=time_to_message(day.day),
        working_duration=seconds_to_message(day.working),
        run_duration=seconds_to_message(day.busy),
        changeover_duration=seconds_to_message(day.changeover),
        downtime_duration=seconds_to_message(day.downtime),
    )


def load_from_messages(messages: Sequence[plan_pb2.ResourceLoad]) -> list[LoadDay]:
    """Read load that a server wrote."""
    return [
        LoadDay(
            resource_id=message.resource_id,
            day=time_from_message(day.day_time, "day_time"),
            working=seconds_from_message(day.working_duration),
            busy=seconds_from_message(day.run_duration),
            changeover=seconds_from_message(day.changeover_duration),
            downtime=seconds_from_message(day.downtime_duration),
        )
        for message in messages
        for day in message.days
    ]


def event_to_message(event: Event) -> plan_pb2.Event:
    """Write an entry of the log."""
    return plan_pb2.Event(
        sequence=event.sequence,
        kind=EVENT_KIND.number[event.kind],
        event_time=time_to_message(event.time),
        actor=event.actor,
        order_id=event.order_id,
        reason=event.reason,
        plan_version=event.plan_version,
        detail=event.detail,
    )


def event_from_message(message: plan_pb2.Event) -> Event:
    """Read an entry of the log that a server wrote."""
    return Event(
        sequence=message.sequence,
        kind=EVENT_KIND.read(message.kind, "kind"),
        time=time_from_message(message.event_time, "event_time"),
        actor=message.actor,
        order_id=message.order_id,
        reason=message.reason,
        plan_version=message.plan_version,
        detail=message.detail,
    )
