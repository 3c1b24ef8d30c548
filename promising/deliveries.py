"""When the lines of a standing order reach the customer as the plan stands: packed, collected, brought."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from domain.checks import from_unix, to_unix_down, to_unix_up
from domain.orders import ShipMode
from domain.promises import LinePromise, Promise, Tier
from promising.requests import FINAL, is_at_risk
from scheduler.planner import Planner
from scheduler.translate import seconds


def expected_of(plan: Planner, promise: Promise, line: LinePromise) -> datetime:
    """When a line that stands is expected to arrive: with all others where the order is delivered complete.

    Where nothing is made and nothing awaited it is as it was told, or sooner if it was to come late.
    """
    assert line.expected_time is not None
    lines: Sequence[LinePromise] = (line,)
    if promise.order.ship is ShipMode.COMPLETE:
        lines = [each for each in promise.lines if each.expected_time is not None and each.state not in FINAL]
    awaited = {each.line_no: _awaited(plan, promise, each) for each in lines if each.tier is Tier.STOCK}
    if not any(awaited.values()) and len(awaited) == len(lines):
        left = _left(plan, promise, line)
        if not is_at_risk(line):
            return line.expected_time if left is None else max(line.expected_time, left)
        if left is not None and line.cause is not None and _is_stop(plan, line.cause.disruption_id):
            return left
        # What it waited for may have come since, sooner than was told.
        packed_s = plan.now_s + seconds(plan.plant.item_by_id[line.delivered_item_id or line.item_id].shipping)
        return min(line.expected_time, from_unix(plan.delivered(line.carrier_id, line.region, packed_s)))
    packed_s = max(
        _from_stock(plan, promise, each, awaited[each.line_no])
        if each.line_no in awaited
        else plan.expected(promise.order.id, each.line_no)
        for each in lines
    )
    return from_unix(plan.delivered(line.carrier_id, line.region, packed_s))


def _left(plan: Planner, promise: Promise, line: LinePromise) -> datetime | None:
    """When goods arrive that were there when they were promised, where their carrier stands still; None: it doesn't."""
    if not any(stop.meets(line.carrier_id, line.region) for stop in plan.plant.carrier_stops):
        return None
    return from_unix(plan.delivered(line.carrier_id, line.region, _from_stock(plan, promise, line, ())))


def _is_stop(plan: Planner, disruption_id: str) -> bool:
    return any(stop.id == disruption_id for stop in plan.plant.carrier_stops)


def _awaited(plan: Planner, promise: Promise, line: LinePromise) -> list[datetime]:
    """When the receipts, purchases and lots come, as they are expected now, for which a line from stock waits."""
    others = [from_unix(at_s) for at_s in plan.awaited(promise.order.id, line.line_no)]
    waits = {peg.receipt_id for peg in plan.pegs(promise.order.id) if peg.line_no == line.line_no} - {""}
    return others + [receipt.time for receipt in plan.plant.receipts if receipt.id in waits] if waits else others


def _from_stock(plan: Planner, promise: Promise, line: LinePromise, awaited: Sequence[datetime]) -> int:
    """When a line from stock is packed."""
    times = [*awaited, line.decided_at or promise.decided_at]
    if promise.hold is not None:
        times.append(promise.hold.expires_at)
    return max(to_unix_up(time) for time in times) + seconds(
        plan.plant.item_by_id[line.delivered_item_id or line.item_id].shipping
    )


def deadline_of(plan: Planner, line: LinePromise) -> datetime:
    """Until when a line from stock must be there: as it was told, or as its carrier's pick-ups are now if sooner."""
    assert line.deadline is not None
    if not line.carrier_id or line.promised_time is None:
        return line.deadline
    packing_s = seconds(plan.plant.item_by_id[line.delivered_item_id or line.item_id].shipping)
    by_s = plan.packed_by(line.carrier_id, line.region, to_unix_down(line.promised_time)) - packing_s
    return min(line.deadline, from_unix(by_s))
