"""Planned purchases: what to buy for standing orders, how much, and by when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from hashlib import blake2b

from msgspec import Struct

from domain.checks import to_unix_up
from domain.plant import Plant
from domain.promises import MaterialReservation, Source
from domain.supply import Receipt
from domain.values import replace
from promising.book import Book
from promising.deliveries import deadline_of
from scheduler.planner import Planner


class Purchase(Struct, frozen=True):
    """A quantity of an item to buy for an order line.

    It must be ordered by `order_by` to be there at `planned_time`, as was planned when the line was promised; after
    `needed_time` work or the line would be late.
    """

    id: str
    order_id: str
    line_no: int
    item_id: str
    quantity: int
    order_by: datetime
    planned_time: datetime
    needed_time: datetime

    @property
    def place(self) -> tuple[int, str]:
        """Where it stands in the list: by the planned time, and then in an order of its own that stays."""
        return to_unix_up(self.planned_time), blake2b(self.id.encode(), digest_size=8).hexdigest()


def purchase_id(peg: MaterialReservation) -> str:
    """What a planned purchase goes by: the order, the line and the item."""
    return f"{peg.order_id}/{peg.line_no}/{peg.item_id}"


def planned_purchases(plant: Plant, plan: Planner, book: Book, item_id: str = "") -> list[Purchase]:
    """All planned purchases, or those of an item, the one that is planned to come first in front."""
    found: dict[str, Purchase] = {}
    for peg in plan.pegged():
        if peg.source is not Source.BUY or peg.available_time is None or item_id not in ("", peg.item_id):
            continue
        lead = plant.item_by_id[peg.item_id].buy_lead if peg.item_id in plant.item_by_id else timedelta(0)
        needed = needed_time(plan, book, peg) or peg.available_time
        one = Purchase(
            purchase_id(peg), peg.order_id, peg.line_no, peg.item_id, peg.quantity, peg.available_time - lead,
            peg.available_time, needed,
        )  # fmt: skip
        known = found.get(one.id)
        if known is not None:
            one = replace(
                known,
                quantity=known.quantity + one.quantity,
                order_by=min(known.order_by, one.order_by),
                planned_time=min(known.planned_time, one.planned_time),
                needed_time=min(known.needed_time, needed),
            )
        found[one.id] = one
    return sorted(found.values(), key=lambda each: each.place)


def needed_time(plan: Planner, book: Book, peg: MaterialReservation) -> datetime | None:
    """Until when reserved material must be there: when its work begins, else by the deadline of its line."""
    if peg.lot:
        return plan.begins(peg)
    promise = book.find(peg.order_id)
    for line in () if promise is None else promise.lines:
        if line.line_no == peg.line_no and line.deadline is not None:
            return deadline_of(plan, line)
    return None


def missed(plan: Planner, book: Book, covered: Iterable[tuple[MaterialReservation, Receipt]]) -> Iterator[str]:
    """Say, one a line, which planned purchases would come too late by the receipts that take their places."""
    for peg, receipt in covered:
        needed = needed_time(plan, book, peg)
        if needed is not None and receipt.time > needed:
            yield f"{peg.order_id} line {peg.line_no}: {receipt.id} is needed by {needed.isoformat()}"
