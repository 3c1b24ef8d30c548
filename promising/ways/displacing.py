"""In front of orders of lower priority: which would be later for it, and whether their promises survive."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from domain.displacements import Displaced
from domain.options import CostKind, OptionCost, OptionKind, OptionWhy
from domain.plant import Plant
from promising.costs import DAY_S, price_of
from promising.risks import Line, Risks, without_place
from promising.ways.around import Draft, Ground
from promising.ways.terms import Terms
from scheduler.planner import Effort

TOLD_MAX = 200
"""Displaced lines that an option names; one that breaks more promises is not offered."""


def displacing(ground: Ground) -> Draft | OptionWhy:
    """The order on time in front of others: where that does, with every promise kept; else with some that break."""
    risks = Risks(ground.plan, ground.orders)
    orders = list(ground.plan.order_ids)
    lower = {name: stake for name, stake in risks.stakes(orders).items() if stake.priority > ground.order.priority}
    if not lower:
        return OptionWhy.NOBODY_BELOW
    # Up to their promises there is more room than the plan takes only where it keeps a buffer.
    roomy = any(stake.by_s > ground.plan.deadline(*name) for name, stake in lower.items())
    kept = _tried(ground, frozenset()) if roomy else None
    if kept is not None:
        return kept
    broken = _tried(ground, frozenset(lower))
    if broken is None:
        return OptionWhy.ALL_TRIED
    # As it is taken: nobody else gives up his promise.
    return _tried(ground, frozenset(broken.terms.told)) or OptionWhy.ALL_TRIED


def _tried(ground: Ground, giving: frozenset[Line]) -> Draft | None:
    plan = ground.copy()
    risks, orders = Risks(plan, ground.orders), list(plan.order_ids)
    before = risks.expected(orders)
    way = Terms(passes=True, giving=giving).way(plan, ground.orders, ground.order.priority)
    decision = ground.place(plan, Effort.INSTANT, way=way)
    passing = decision.passing
    if passing is None or not ground.had(decision.lines):
        return None
    done = passing.done
    if done.reopened or done.unpinned or without_place(plan, done):
        return None
    displaced = displaced_by(risks, orders, before)
    broken = [each for each in displaced if not each.survives]
    if len(broken) > TOLD_MAX or any((each.order_id, each.line_no) not in giving for each in broken):
        return None
    told = {(each.order_id, each.line_no): each.after for each in broken}
    costs = (*ground.costs(plan, decision.lines), *_lateness(plan.plant, broken))
    return Draft(
        OptionKind.DISPLACE, decision.lines, Terms(True, giving, told), costs,
        {"displaced": tuple(displaced[:TOLD_MAX]), "displaced_count": len(displaced)},
    )  # fmt: skip


def displaced_by(risks: Risks, orders: Sequence[str], before: Mapping[Line, datetime]) -> list[Displaced]:
    """Lines that are expected later than before, those first whose promise breaks by it, by priority and delay."""
    after = risks.expected(orders)
    named = [
        Displaced(
            promise.order.id, line.line_no, promise.order.customer_id, promise.order.priority, line.promised_time,
            before[name], after[name],
        )
        for promise, line in risks.planned(orders)
        if line.promised_time is not None and after[name := (promise.order.id, line.line_no)] > before[name]
    ]  # fmt: skip
    return sorted(named, key=lambda each: (each.survives, each.priority, -each.delay, each.order_id, each.line_no))


def _lateness(plant: Plant, broken: Sequence[Displaced]) -> tuple[OptionCost, ...]:
    """What promises to others cost that break, beyond what they were late already."""
    rates = {rate.name: rate.fen for rate in plant.cost_rates}
    total, fen, priced = timedelta(), 0, True
    for each in broken:
        late = each.after - max(each.promised, each.before)
        price = price_of(rates.get(f"delay_day_{each.priority}"), late, DAY_S)
        total, fen, priced = total + late, fen + (price or 0), priced and price is not None
    return (OptionCost(CostKind.DISPLACED, total, len(broken), fen if priced else None),) if broken else ()
