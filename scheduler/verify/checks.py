"""The table of rules and checks, and the checker over a whole plan or what a change touched."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping

from scheduler.snapshot import PlanSnapshot
from scheduler.verify import changeovers, delivery, orders, places, runs
from scheduler.verify.review import Review
from scheduler.verify.rules import Breach, Rule

Check = Callable[[Review], Iterator[Breach]]

CHECKS: Mapping[Rule, Check] = {
    Rule.REFERENCE: runs.check_reference,
    Rule.RANK: orders.check_rank,
    Rule.PLACE: runs.check_place,
    Rule.UNIT: places.check_units,
    Rule.CAPACITY: places.check_capacity,
    Rule.MOULD: places.check_moulds,
    Rule.SETTER: places.check_setters,
    Rule.CREW: places.check_crews,
    Rule.WORKING_TIME: runs.check_working_time,
    Rule.DURATION: runs.check_duration,
    Rule.PAUSE: runs.check_pause,
    Rule.MIN_CHUNK: runs.check_min_chunk,
    Rule.MAINTENANCE: runs.check_maintenance,
    Rule.ROUTING: orders.check_routing,
    Rule.LAG: orders.check_lag,
    Rule.CHANGEOVER: changeovers.check_changeover,
    Rule.MOUNTED: changeovers.check_mounted,
    Rule.MATERIAL: orders.check_material,
    Rule.RELEASE: runs.check_release,
    Rule.DEADLINE: runs.check_deadline,
    Rule.FROZEN: runs.check_frozen,
    Rule.EARLIEST: runs.check_earliest,
    Rule.DELIVERY: delivery.check_delivery,
}
"""Every rule of one plan. `MOVED` and `PROMISE` compare two plans: see `verify_moves`."""


def verify(snapshot: PlanSnapshot) -> list[Breach]:
    """All rules over the whole plan; an empty list means that it holds."""
    review = Review(snapshot, None)
    return [breach for check in CHECKS.values() for breach in check(review)]


def verify_delta(snapshot: PlanSnapshot, keys: Collection[int]) -> list[Breach]:
    """All rules over what a change touched, given that the plan held before.

    `keys` are the operations inserted, or whose facts, places or times changed, and for each that left a
    place the next one there: on its machine and the one it fetched from, of its mould and the one it took
    off, of setter, crew and routing. Whoever finds what these leave is looked up here.
    """
    review = Review(snapshot, frozenset(keys))
    return [breach for check in CHECKS.values() for breach in check(review)]
