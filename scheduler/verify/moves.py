"""Checks of two plans, before and after a change: what is fixed stays, and what is promised holds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from scheduler.snapshot import PlacedOperation, PlanSnapshot
from scheduler.verify.review import name
from scheduler.verify.rules import Breach, Rule


def verify_moves(before: PlanSnapshot, after: PlanSnapshot) -> list[Breach]:
    """Released and started operations that changed place or time, and promises that got later.

    Work that ended by the later plan's now may be gone as history; an order that is gone is cancelled.
    """
    return [*_moved(before, after), *_later(before, after)]


def _facts(x: PlacedOperation) -> tuple[object, ...]:
    place = (x.mode_id, x.resource_id, x.units, x.mould_id, x.setter_id, x.crew_id, x.crew_units)
    return (*place, x.dismount, x.fetch, x.setup, x.start_s, x.end_s)


def _moved(before: PlanSnapshot, after: PlanSnapshot) -> Iterator[Breach]:
    now = {x.key: x for x in after.operations}
    for x in before.operations:
        if not x.fixed:
            continue
        y = now.get(x.key)
        if y is None:
            if x.end_s > after.now_s:
                yield Breach(Rule.MOVED, (x.key,), (x.order_id,), f"{name(x)} was released and is gone")
        elif not y.fixed:
            yield Breach(Rule.MOVED, (x.key,), (x.order_id,), f"{name(x)} was released and is open again")
        elif _facts(x) != _facts(y):
            objects = (x.order_id, x.resource_id, y.resource_id)
            yield Breach(Rule.MOVED, (x.key,), objects, f"{name(x)} was released and has moved")


def _later(before: PlanSnapshot, after: PlanSnapshot) -> Iterator[Breach]:
    now = {x.key: x for x in after.operations}
    for x in before.operations:
        y = now.get(x.key)
        if y is None:
            continue
        for what, rule, was, is_ in (
            ("deadline", Rule.PROMISE, x.deadline_s, y.deadline_s),
            ("latest start in the frozen zone", Rule.FROZEN, x.latest_s, y.latest_s),
        ):
            # What is released has no latest start, and what is cancelled no deadline.
            if (y.fixed and (is_ is None or rule is Rule.FROZEN)) or (y.cancelled and is_ is None):
                continue
            if was is not None and (is_ is None or is_ > was):
                told = "none" if is_ is None else _when(after, is_)
                text = f"{name(x)}: the {what} was {_when(before, was)} and is {told}"
                yield Breach(rule, (x.key,), (x.order_id,), text)


def _when(snapshot: PlanSnapshot, time_s: int) -> str:
    return datetime.fromtimestamp(time_s, snapshot.plant.zone).isoformat(" ", "seconds")
