"""Checks across the operations of an order line, the whole plan, and the material."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from domain.checks import to_unix_down, to_unix_up
from domain.items import Use
from domain.promises import MaterialReservation, Source, surplus_id
from domain.supply import Receipt
from scheduler.snapshot import PlacedOperation
from scheduler.verify.recipe import seconds_up
from scheduler.verify.review import Review, name
from scheduler.verify.rules import Breach, Rule


def check_rank(review: Review) -> Iterator[Breach]:
    """Keys once, in the order of (label, key), and predecessors in the routing before their successors."""
    seen: set[int] = set()
    before: PlacedOperation | None = None
    for x in review.snapshot.operations:
        if x.key in seen:
            yield review.breach(Rule.RANK, x, "stands twice in the plan")
        if before is not None and (before.label, before.key) > (x.label, x.key):
            yield review.breach(Rule.RANK, x, f"stands after {name(before)}, which ranks later")
        seen.add(x.key)
        before = x
    for group in _lots(review):
        ranks = {x.operation_id: (x.label, x.key) for x in group}
        for x in group:
            for predecessor, _, _ in review.recipe.paths(x.routing_id)[x.operation_id]:
                if predecessor in ranks and ranks[predecessor] > (x.label, x.key):
                    yield review.breach(Rule.RANK, x, f"ranks before {predecessor}, which comes first")
    into: dict[int, list[PlacedOperation]] = defaultdict(list)
    for group in review.lots.values():
        for y in group:
            if y.into:
                into[y.into].append(y)
    for x in review.scope:
        for y in into.get(x.lot, ()):
            if review.recipe.consumes(x, y.item_id) and (y.label, y.key) > (x.label, x.key):
                yield review.breach(Rule.RANK, x, f"ranks before {name(y)}, which goes into it")


def check_routing(review: Review) -> Iterator[Breach]:
    """Each operation with modes of the lot's routing is placed, once.

    Of a cancelled line only what was released stays, and what others need in its place, so that with such ones alone
    others may be missing.
    """
    for group in _lots(review):
        x = group[0]
        if any(y.routing_id != x.routing_id for y in group):
            yield review.breach(Rule.ROUTING, x, "and others of its lot follow different routings")
            continue
        placed = Counter(y.operation_id for y in group)
        least = 0 if all(y.fixed or y.cancelled for y in group) else 1
        for operation_id in review.recipe.paths(x.routing_id):
            if not least <= placed[operation_id] <= 1:
                yield Breach(
                    Rule.ROUTING,
                    tuple(y.key for y in group if y.operation_id == operation_id) or (x.key,),
                    (x.order_id, x.routing_id),
                    f"{x.order_id}/{x.line_no}: {operation_id} is placed {placed[operation_id]} times",
                )


def check_lag(review: Review) -> Iterator[Breach]:
    """Run start against all predecessors' ends and lags."""
    for x in review.pending():
        arrival = review.arrivals.get(x.key)
        if arrival is not None and x.start_s < arrival:
            text = f"starts {review.when(x.start_s)}, the lags before it are over {review.when(arrival)}"
            yield review.breach(Rule.LAG, x, text)


def check_material(review: Review) -> Iterator[Breach]:
    """Per item and receipt no more than there is; nothing used before it comes.

    Safety stock is left out: who may touch it depends on the order's priority, which a plan does not carry.
    """
    stock: dict[str, int] = defaultdict(int)
    for on_hand in review.plant.on_hand:
        stock[on_hand.item_id] += on_hand.quantity
    receipts = {receipt.id: receipt for receipt in review.plant.receipts}
    made = {surplus_id(key): lot for key, lot in review.lots.items()}
    pegged: dict[tuple[str, str], list[MaterialReservation]] = defaultdict(list)
    for row in review.snapshot.material:
        if row.source is Source.BUY:
            continue
        pegged[row.receipt_id, "" if row.receipt_id else row.item_id].append(row)
    for (receipt_id, item_id), rows in pegged.items():
        total, orders = sum(row.quantity for row in rows), sorted({row.order_id for row in rows})
        what, there = f"stock of {item_id}", stock[item_id]
        lot = made.get(receipt_id, ())
        if lot:
            what, there = f"surplus {receipt_id}", _surplus(review, lot) if rows_of(rows, lot[0].item_id) else 0
        elif receipt_id:
            receipt = receipts.get(receipt_id)
            what, there = f"receipt {receipt_id}", 0
            if receipt is not None and rows_of(rows, receipt.item_id):
                sure = receipt.confidence_percent >= review.plant.settings.receipt_confidence_percent
                there = receipt.quantity if sure else 0
        if total > there or any(row.quantity <= 0 for row in rows):
            text = f"{what}: {total} reserved, {there} there"
            yield Breach(Rule.MATERIAL, (), (receipt_id or item_id, *orders), text)
    for row in review.snapshot.material:
        if row.stands_for and not _allowed(review, row):
            text = f"{row.item_id} stands in for {row.stands_for}, which the plant does not allow"
            yield Breach(Rule.MATERIAL, (), (row.order_id, row.item_id), text)
        time_s = _done_s(review, made[row.receipt_id]) if row.receipt_id in made else there_s(row, receipts)
        if row.source is Source.BUY:
            time_s = _bought_s(review, row, time_s)
        for x in review.lots.get(row.lot, ()) if row.lot else ():
            waits = review.recipe.consumes(x, row.stands_for or row.item_id)
            if waits and not x.fixed and x.start_s < time_s:
                text = f"starts {review.when(x.start_s)}, {row.item_id} comes {review.when(time_s)}"
                yield review.breach(Rule.MATERIAL, x, text, row.receipt_id)


def _allowed(review: Review, row: MaterialReservation) -> bool:
    """Whether the plant has the substitution, for material of this whole or for deliveries."""
    lot = review.lots.get(row.lot, ())
    whole = ("", lot[0].item_id if lot else "")
    return any(
        (known.item_id, known.substitute_id) == (row.stands_for, row.item_id)
        and known.use is (Use.MATERIAL if row.lot else Use.DELIVERY)
        and (known.goes_into_id in whole or not lot)
        for known in review.plant.substitutes
    )


def rows_of(rows: list[MaterialReservation], item_id: str) -> bool:
    """Whether all of the reserved material is of one item."""
    return all(row.item_id == item_id for row in rows)


def _surplus(review: Review, lot: list[PlacedOperation]) -> int:
    """How many pieces a lot made that nobody needs, once all its operations are done; before, none."""
    x = lot[0]
    steps = Counter(y.operation_id for y in lot if y.fixed and y.end_s <= review.snapshot.now_s)
    done = all(steps[step] == 1 for step in review.recipe.paths(x.routing_id))
    return x.quantity - x.need if done and x.need else 0


def _done_s(review: Review, lot: list[PlacedOperation]) -> int:
    tails = review.recipe.tails(lot[0].routing_id)
    return max(x.end_s + tails[x.operation_id] for x in lot)


def there_s(row: MaterialReservation, receipts: Mapping[str, Receipt]) -> int:
    """When a reserved quantity is there: by its receipt, or by the purchase as it was planned."""
    if row.receipt_id in receipts:
        return to_unix_up(receipts[row.receipt_id].time)
    return to_unix_up(row.available_time) if row.source is Source.BUY and row.available_time is not None else 0


def _bought_s(review: Review, row: MaterialReservation, planned_s: int) -> int:
    """When a purchase comes whose supplier stands still when it would be ordered or brought."""
    lead_s = seconds_up(review.plant.item_by_id[row.item_id].buy_lead)
    stops = sorted(
        (to_unix_down(stop.start), to_unix_up(stop.end))
        for stop in review.plant.supply_stops
        if stop.item_id == row.item_id
    )
    for lead in (-lead_s, lead_s):
        planned_s += lead
        for start_s, end_s in stops:
            planned_s = end_s if start_s <= planned_s < end_s else planned_s
    return planned_s


def _lots(review: Review) -> Iterator[list[PlacedOperation]]:
    """All operations of each lot that has one to check."""
    for lot in {x.lot: None for x in review.scope}:
        yield review.lots[lot]
