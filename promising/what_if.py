"""What would happen if: a supposed disruption on a copy of the plan, and what it would cost. Nothing is changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from domain.disrupted import in_force, items_of, touched
from domain.disruptions import ORDERS, Disruption, DisruptionKind
from domain.errors import WouldBreakReservations
from domain.options import CostKind, OptionCost
from domain.plant import Plant
from domain.promises import Receipt, Reservation, receipt_of
from promising.batch import Batch
from promising.book import Book
from promising.costs import DAY_S, costs_of, price_of
from promising.customers_changes import suppose_change
from promising.disruption_requests import LineAtRisk, Report
from promising.effects import effect_of
from promising.following import leave_by, make_what_nobody_has
from promising.requests import Changed
from promising.risks import Risks, without_place
from promising.scrap import replan_scrap
from scheduler.planner import Planner
from scheduler.planning.stakes import Repair
from scheduler.view import PlanView

SUPPOSED_MAX = 20
"""Disruptions that may be supposed at once."""
IN_HAND_MAX = 2
"""Questions that are worked out at a time."""


NOTHING: Mapping[str, Changed] = {}


class Supposed(Struct, frozen=True):
    """What is supposed: disruptions, told one by one or in a sentence."""

    reports: Sequence[Report] = ()
    sentence: str = ""


class Trial(Struct, frozen=True):
    """A copy of what stands, and the disruptions to be tried on it, with those `known` that stay in force."""

    plan: Planner
    book: Book
    imported: Plant
    known: tuple[Disruption, ...]
    made: tuple[Disruption, ...]
    now: datetime
    stood_still: timedelta


class WouldBe(Struct, frozen=True):
    """What would be: the disruptions as they were understood, who would be hit, what moves, what it costs.

    Counts and lines as in `Repaired`, `unpinned` pins that it would lift. `costs` are differences to the plan as it
    stands: lateness by the rates of priorities, changeovers, overtime; below 0 it would save. `stood_still` is how long
    the desk was kept from deciding, for the copy. `changes` are receipts of the orders whose customers change them, by
    order, with rules, credit and quotas asked as they are now; one that is not `made` would be declined.
    """

    disruptions: tuple[Disruption, ...]
    at_risk: tuple[LineAtRisk, ...]
    recovered: tuple[tuple[str, int], ...]
    moved_in_time: int
    moved: int
    shifted: int
    interrupted: int
    reopened: int
    unpinned: int
    costs: tuple[OptionCost, ...]
    plan_version: int
    stood_still: timedelta
    changes: tuple[tuple[str, Receipt], ...] = ()

    @property
    def fen(self) -> int | None:
        """All costs together; None where the plant has no rate for one of them."""
        found = [cost.fen for cost in self.costs]
        return None if None in found else sum(fen for fen in found if fen is not None)


def would_be(trial: Trial, asked: Mapping[str, Changed] = NOTHING) -> WouldBe:
    """Repair the copy as the desk would its plan. Raises WouldBreakReservations where work would find no place.

    `asked` is how customers' changes would be decided, by the id of what is supposed: what would be declined is left
    out of the plan.
    """
    plan = trial.plan
    version, stood_as = plan.version, plan.view()
    batch = Batch(trial.book, trial.now, 0)
    risks = Risks(plan, batch)
    orders = list(plan.order_ids)
    before = risks.expected(orders)
    stood, done = plan.stand(), Repair()
    laid = in_force(trial.imported, [*trial.known, *trial.made])
    if any(each.kind not in ORDERS for each in trial.made):
        done = _repaired(plan, laid, risks, orders)
    changes = [_of_order(each, plan, batch, asked.get(each.id)) for each in trial.made if each.kind in ORDERS]
    moved, shifted, _ = plan.since(stood) if changes else (done.moved, done.shifted, 0)
    after = risks.expected(orders)
    subjects = frozenset().union(*(touched(each, trial.imported) for each in trial.made))
    changed = risks.reckon(after, " ".join(each.id for each in trial.made), subjects)
    effect = effect_of(before, after, changed)
    stands_as = plan.view()
    rows = sorted(effect.at_risk, key=lambda row: (row.priority, row.promised, row.order_id, row.line_no))
    return WouldBe(
        trial.made, tuple(rows), effect.recovered, effect.moved_in_time, moved, shifted,
        len(done.interrupted), len(done.reopened), len(done.unpinned),
        (*lateness_of(plan.plant, rows), *_moved_costs(plan.plant, stood_as, stands_as)),
        version, trial.stood_still, tuple(change for change in changes if change is not None),
    )  # fmt: skip


def _repaired(plan: Planner, laid: Plant, risks: Risks, orders: list[str]) -> Repair:
    stopped = {*plan.plant.carrier_stops} ^ {*laid.carrier_stops}
    plan.ship_as(laid)
    done = plan.repair(laid, plan.now_s, risks.stakes(orders), items_of(plan.plant, laid))
    lost = without_place(plan, done)
    if lost:
        raise WouldBreakReservations(lost)
    make_what_nobody_has(plan, risks, orders)
    leave_by(plan, stopped, risks, orders)
    return done


def _of_order(
    made: Disruption, plan: Planner, batch: Batch, asked: Changed | None
) -> tuple[str, Receipt] | None:  # fmt: skip
    """Have an order suffer what is supposed; what becomes of it where its customer changes it."""
    if made.kind is DisruptionKind.SCRAPPED:
        replan_scrap(made, None, plan, batch)
        return None
    if asked is not None and not asked.receipt.made:
        return made.subject_id, asked.receipt
    standing = batch.standing(made.subject_id)
    assert standing is not None
    promise = suppose_change(
        made, plan, standing, batch, standing.priority if asked is None else asked.promise.priority
    )
    batch.orders[made.subject_id] = promise
    return made.subject_id, receipt_of(standing, promise)


def lateness_of(plant: Plant, rows: Iterable[LineAtRisk]) -> tuple[OptionCost, ...]:
    """What lines cost that would be later than promised, beyond what they were already; nothing where none is."""
    rates = {rate.name: rate.fen for rate in plant.cost_rates}
    total, count, fen, priced = timedelta(), 0, 0, True
    for row in rows:
        was = row.promised if row.before is None else max(row.promised, row.before)
        late = row.expected - was
        if late > timedelta(0):
            price = price_of(rates.get(f"delay_day_{row.priority}"), late, DAY_S)
            total, count, fen, priced = total + late, count + 1, fen + (price or 0), priced and price is not None
    return (OptionCost(CostKind.DELAY, total, count, fen if priced else None),) if count else ()


def changed_costs(plant: Plant, before: Sequence[Reservation], after: Sequence[Reservation]) -> list[OptionCost]:
    """Changeovers and overtime, more or less than before; nothing where neither changed."""
    stood, stands = ({_place(row): row for row in rows} for rows in (before, after))
    gone = costs_of(plant, 5, timedelta(), [row for name, row in stood.items() if name not in stands])
    come = costs_of(plant, 5, timedelta(), [row for name, row in stands.items() if name not in stood])
    found = []
    for kind in (CostKind.CHANGEOVER, CostKind.OVERTIME):
        less, more = (next((cost for cost in costs if cost.kind is kind), None) for costs in (gone, come))
        less, more = (cost or OptionCost(kind, timedelta(), 0, 0) for cost in (less, more))
        fen = None if less.fen is None or more.fen is None else more.fen - less.fen
        made = OptionCost(kind, more.duration - less.duration, more.count - less.count, fen)
        if made.duration or made.count or made.fen:
            found.append(made)
    return found


def _moved_costs(plant: Plant, before: PlanView, after: PlanView) -> list[OptionCost]:
    """As `changed_costs`, of the work that costs something and stands otherwise."""
    extra = any(calendar.overtime(plant.zone) for calendar in plant.calendars)
    stood, stands = (one.unlike(other, changeovers=not extra) for one, other in ((before, after), (after, before)))
    return changed_costs(plant, stood, stands)


def _place(row: Reservation) -> tuple[int, str, datetime, datetime, datetime]:
    return row.operation_key, row.resource_id, row.visit_start, row.start, row.end
