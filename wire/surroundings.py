"""What stands around a date: load of resources and state of moulds that the order's items can use."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from domain.items import Mode
from domain.plant import Plant
from domain.promises import Promise, Reservation
from jiaoqi.v1 import plan_pb2
from promising.desk import Desk
from promising.requests import ScheduleFilter
from wire.plans import load_to_messages
from wire.times import write_time

AROUND = timedelta(days=3)
"""Load is shown from this long before the earliest date of an order's lines to this long after the latest."""


def modes_of(plant: Plant, promise: Promise) -> list[Mode]:
    """Return all ways to do the work of the order's items, in the order of lines and routings."""
    items = dict.fromkeys(line.item_id for line in promise.order.lines)
    known = [plant.item_by_id[item_id] for item_id in items if item_id in plant.item_by_id]
    routings = dict.fromkeys(item.routing_id for item in known if item.routing_id)
    return [
        mode
        for routing_id in routings
        for operation in plant.routing_by_id[routing_id].operations
        for mode in operation.modes
    ]


def load_around(desk: Desk, promise: Promise) -> list[plan_pb2.ResourceLoad]:
    """Return the load of every resource that can do the work, around the dates of the lines."""
    resources = list(dict.fromkeys(mode.resource_id for mode in modes_of(desk.plant(), promise)))
    if not resources:
        return []
    dates = [line.promised_time or line.earliest_time or line.requested_time for line in promise.lines]
    return load_to_messages(desk.load(min(dates) - AROUND, max(dates) + AROUND, resources))


def mould_states(desk: Desk, promise: Promise) -> list[plan_pb2.MouldState]:
    """Return the state of every mould that can be used, at the plant's now."""
    return states_of(desk, dict.fromkeys(mode.mould_id for mode in modes_of(desk.plant(), promise) if mode.mould_id))


def states_of(desk: Desk, moulds: Collection[str]) -> list[plan_pb2.MouldState]:
    """Return the state of these moulds at the plant's now."""
    if not moulds:
        return []
    plant, now = desk.plant(), desk.now()
    visits: dict[str, list[Reservation]] = {mould_id: [] for mould_id in moulds}
    for visit in desk.schedule(ScheduleFilter(mould_ids=tuple(moulds))):
        visits[visit.mould_id].append(visit)
    return [_mould_state(plant, mould_id, visits[mould_id], now) for mould_id in moulds]


def _mould_state(plant: Plant, mould_id: str, visits: list[Reservation], now: datetime) -> plan_pb2.MouldState:
    begun = [visit for visit in visits if visit.visit_start <= now]
    last = max(begun, key=lambda visit: visit.visit_start, default=None)
    mould = plant.mould_by_id[mould_id]
    state = plan_pb2.MouldState(
        mould_id=mould_id,
        activity=plan_pb2.MOULD_ACTIVITY_FREE,
        resource_id=mould.mounted_on if last is None else last.resource_id,
    )
    if last is not None and now < last.end:
        state.activity = plan_pb2.MOULD_ACTIVITY_IN_USE
        state.order_id = last.order_id
        write_time(state.until_time, last.end)
    down = [d.end for d in plant.downtimes if d.subject_id == mould_id and d.start <= now < d.end]
    if down:
        state.activity = plan_pb2.MOULD_ACTIVITY_IN_MAINTENANCE
        state.ClearField("until_time")
        write_time(state.until_time, max(down))
    elif last is None or now >= last.end:
        upcoming = [visit.visit_start for visit in visits if visit.visit_start > now]
        upcoming += [d.start for d in plant.downtimes if d.subject_id == mould_id and d.start > now]
        if upcoming:
            write_time(state.until_time, min(upcoming))
    return state
