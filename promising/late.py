"""Lines that receipts would miss which come later than before."""

from __future__ import annotations

from collections.abc import Container, Iterator

from domain.plant import Plant
from promising.book import Book
from promising.purchases import needed_time
from scheduler.planner import Planner


def late_lines(
    plan: Planner, book: Book, before: Plant, after: Plant, besides: Container[str] = (), *, made: bool = True
) -> Iterator[str]:
    """Say, one a line, what would come too late: for work that begins before, or for the deadline of a line.

    Orders in `besides` hold other material by then; without `made` only what is delivered as it is counts.
    """
    known = {receipt.id: receipt.time for receipt in before.receipts}
    later = {r.id: r.time for r in after.receipts if r.time > known.get(r.id, r.time)}
    for peg in plan.pegged() if later else ():
        if peg.receipt_id not in later or peg.order_id in besides or (peg.lot and not made):
            continue
        needed = needed_time(plan, book, peg)
        if needed is not None and later[peg.receipt_id] > needed:
            yield f"{peg.order_id} line {peg.line_no}: {peg.receipt_id} is needed by {needed.isoformat()}"
