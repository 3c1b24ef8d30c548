"""What follows a repair: goods that nobody has any more are made, and lines leave by carriers as they go now."""

from __future__ import annotations

from collections.abc import Collection

from domain.checks import to_unix_down
from domain.promises import Tier
from domain.trade import CarrierStop
from promising.deliveries import expected_of
from promising.risks import Risks
from scheduler.planner import Planner


def make_what_nobody_has(plan: Planner, risks: Risks, orders: list[str]) -> None:
    """Have goods made that were lost and that the plant makes itself."""
    lacking = [
        (promise, line) for promise, line in risks.planned(orders) if plan.nowhere(promise.order.id, line.line_no)
    ]
    lacking.sort(key=lambda pair: (pair[0].order.priority, pair[1].promised_time, pair[0].order.id, pair[1].line_no))
    for promise, line in lacking:
        assert line.promised_time is not None
        name, by_s = (promise.order.id, line.line_no), to_unix_down(line.promised_time)
        until_s = plan.until(*name, by_s, line.carrier_id, line.region)
        if plan.make_instead(promise.order, line, until_s):
            plan.rebind(*name, by_s, line.carrier_id, line.region)


def leave_by(plan: Planner, stopped: Collection[CarrierStop], risks: Risks, orders: list[str]) -> None:
    """Bind lines that are made, and in time, as their carriers, which stand still or no longer do, allow."""
    for promise, line in risks.planned(orders) if stopped else ():
        if line.tier is not Tier.STOCK and any(stop.meets(line.carrier_id, line.region) for stop in stopped):
            assert line.promised_time is not None
            if expected_of(plan, promise, line) <= line.promised_time:
                by_s = to_unix_down(line.promised_time)
                plan.rebind(promise.order.id, line.line_no, by_s, line.carrier_id, line.region)
