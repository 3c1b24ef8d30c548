"""Forecasts between messages and the domain."""

from __future__ import annotations

from domain.errors import InvalidInput, Violation
from jiaoqi.v1 import planner_service_pb2 as pb
from promising.forecast import CentreForecast, Wanted
from wire.times import optional_time, seconds_to_message, write_time


def wanted_from_message(message: pb.WantedRow, field: str) -> Wanted:
    """Read a row of a plan of orders. Raises InvalidInput with the row."""
    due = optional_time(message, "due_time")
    if due is None:
        raise InvalidInput.one(f"{field}.due_time", "is missing", "by when it will be asked for")
    try:
        return Wanted(message.item_id, message.quantity, due)
    except InvalidInput as error:
        raise InvalidInput(
            [Violation(f"{field}.{each.field}", each.problem, each.allowed) for each in error.violations]
        ) from error


def centre_to_message(centre: CentreForecast, message: pb.CentreForecast) -> None:
    """Write a work centre into an empty message."""
    message.work_centre = centre.work_centre
    for day in centre.days:
        row = message.days.add(
            working_duration=seconds_to_message(day.working),
            booked_duration=seconds_to_message(day.booked),
            planned_duration=seconds_to_message(day.planned),
            free_duration=seconds_to_message(day.free),
            overloaded_duration=seconds_to_message(day.overloaded),
        )
        write_time(row.day_time, day.day)
    message.short_duration.CopyFrom(seconds_to_message(centre.short))
    if centre.short_by is not None:
        write_time(message.short_by_time, centre.short_by)
    if centre.overtime_fen is not None:
        message.overtime_cost_fen = centre.overtime_fen
    for each in centre.outside:
        message.outside.add(item_id=each.item_id, freed_duration=seconds_to_message(each.seconds), cost_fen=each.fen)
