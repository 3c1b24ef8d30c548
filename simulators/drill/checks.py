"""What the drill looks at afterwards over the API: nothing lost, nothing given twice, promotions to the fen."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from domain.plant import Plant
from jiaoqi.v1 import plan_pb2, promise_pb2
from simulators.drill.offers import Audit

COMES = (promise_pb2.SOURCE_STOCK, promise_pb2.SOURCE_RECEIPT)
GONE = (
    promise_pb2.PROMISE_STATE_CANCELLED,
    promise_pb2.PROMISE_STATE_EXPIRED,
    promise_pb2.PROMISE_STATE_REFUSED,
)


class Use(NamedTuple):
    """Something used from one second to another by an operation."""

    start_s: int
    end_s: int
    key: int


def lost(answered: Iterable[promise_pb2.Promise], listed: Mapping[str, promise_pb2.Promise]) -> list[str]:
    """Ids of orders that were answered and aren't listed with the dates of the answer."""
    return [
        answer.order.id
        for answer in answered
        if answer.order.id not in listed or dates(listed[answer.order.id]) != dates(answer)
    ]


def dates(promise: promise_pb2.Promise) -> list[tuple[int, int, int]]:
    """What a customer was told, line by line."""
    return [(line.line_no, line.outcome, line.promised_time.seconds) for line in promise.lines]


def double_booked(operations: Sequence[plan_pb2.ScheduledOperation], plant: Plant) -> list[str]:
    """Pairs of operations on one unit of a machine, on one mould, or on more crews than there are, at a time."""
    found: list[str] = []
    for name, uses in _single(operations).items():
        found += [f"{name}: {first.key} and {second.key}" for first, second in _overlaps(uses)]
    capacity = {resource.id: resource.capacity for resource in plant.resources}
    for name, uses in _shared(operations).items():
        found += [f"{name}: {use.key}" for use in _crowded(uses, capacity[name])]
    return found


def _single(operations: Iterable[plan_pb2.ScheduledOperation]) -> Mapping[str, list[Use]]:
    """What one operation at a time may use."""
    uses: dict[str, list[Use]] = defaultdict(list)
    for each in operations:
        use = Use(each.visit_start_time.seconds, each.end_time.seconds, each.key)
        for unit in each.units or (0,):
            uses[f"{each.resource_id}/{unit}"].append(use)
        if each.mould_id:
            uses[each.mould_id].append(use)
    return uses


def _shared(operations: Iterable[plan_pb2.ScheduledOperation]) -> Mapping[str, list[Use]]:
    """What as many operations at a time may use as a crew has people.

    Of setters the API doesn't tell when a changeover is over: a run may wait long behind it, with them gone.
    """
    uses: dict[str, list[Use]] = defaultdict(list)
    for each in operations:
        if each.crew_id:
            uses[each.crew_id].append(Use(each.start_time.seconds, each.end_time.seconds, each.key))
    return uses


def _overlaps(uses: list[Use]) -> Iterator[tuple[Use, Use]]:
    uses.sort()
    last: Use | None = None
    for use in uses:
        if use.start_s == use.end_s:
            continue
        if last is not None and use.start_s < last.end_s:
            yield last, use
        if last is None or use.end_s > last.end_s:
            last = use


def _crowded(uses: Sequence[Use], capacity: int) -> Iterator[Use]:
    """Those that begin when all are taken."""
    steps = [(use.end_s, 0, use) for use in uses] + [(use.start_s, 1, use) for use in uses if use.end_s > use.start_s]
    taken = {use.key for use in uses if use.end_s == use.start_s}
    busy: set[int] = set()
    for _, begins, use in sorted(steps):
        if not begins:
            busy.discard(use.key)
        elif use.key not in taken:
            busy.add(use.key)
            if len(busy) > capacity:
                yield use


def given_twice(promises: Iterable[promise_pb2.Promise], plant: Plant) -> list[str]:
    """Items of which more is promised from stock and receipts than there is and comes."""
    there: Counter[str] = Counter()
    for stock in plant.on_hand:
        there[stock.item_id] += stock.quantity
    for receipt in plant.receipts:
        there[receipt.item_id] += receipt.quantity
    promised: Counter[str] = Counter()
    for promise in promises:
        for line in promise.lines:
            if line.state in GONE:
                continue
            for part in line.kit:
                if part.source in COMES:
                    promised[part.item_id] += part.quantity
            if line.tier == promise_pb2.TIER_STOCK and not line.kit:
                promised[line.delivered_item_id or line.item_id] += line.delivered_quantity or line.quantity
    return [f"{item}: {count} of {there[item]}" for item, count in promised.items() if count > there[item]]


def wrong_promotions(promises: Sequence[promise_pb2.Promise], table: str, plant: Plant) -> list[str]:
    """Orders whose promotions aren't those that they are due, in the order in which they were committed."""
    audit = Audit(table, plant)
    found = [(promise.order.id, audit.wrong(promise)) for promise in promises]
    return [f"{order_id}: {problem}" for order_id, problem in found if problem]


def kept(promises: Iterable[promise_pb2.Promise]) -> tuple[int, int]:
    """How many lines arrive by their promised time as the plan stands, and of how many."""
    lines = [
        line
        for promise in promises
        for line in promise.lines
        if line.state not in GONE and line.HasField("promised_time")
    ]
    return sum(line.expected_time.seconds <= line.promised_time.seconds for line in lines), len(lines)
