"""The standing plant with a feed's rows over it, in the making."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from domain.checks import check_range
from domain.errors import InvalidInput, Violation
from domain.plant import Plant
from domain.promises import MaterialReservation, Source
from domain.supply import SURPLUS_PREFIX, OnHand, Receipt, Since, counted, moved
from domain.trade import Customer
from domain.values import fields, replace
from promising.feed_requests import Arrival, CustomerChange, Feed, Issue, ReceiptChange
from promising.plant_files.tables import CUSTOMERS, RECEIPTS, STOCK, Table
from promising.purchases import purchase_id
from scheduler.planner import Planner

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""When an item was counted that never was."""

Rows = dict[str, dict[str, Any]]
"""Rows by table and key."""
Pegs = Sequence[MaterialReservation]


class Feeding:
    """Works out what a feed makes of stock, receipts, customers and reserved material; changes nothing itself.

    `since` is what came and went of items after their last counts, `plan` has the reserved material (None: there is
    none), `now` is the plant's time (None: it has none). `build` and `issue` raise InvalidInput with all that is wrong,
    by the feed's fields.
    """

    def __init__(self, plant: Plant, since: Mapping[str, Since], plan: Planner | None, now: datetime | None) -> None:
        self.plant = plant
        self._plan = plan
        self._now = now
        self._wrong: list[Violation] = []
        # A feed of one row must not look at the rows of other tables.
        self._before: Rows = {}
        self._after: Rows = {}
        self.touched: dict[str, dict[str, None]] = {name: {} for name in (STOCK.name, RECEIPTS.name, CUSTOMERS.name)}
        """Keys of rows that may have changed, by table and in the order of the feed."""
        self.since: dict[str, Since | None] = dict(since)
        """What came and went of items after their last counts, after the feed; None: nothing."""
        self.repegged: dict[str, Pegs] = {}
        """Orders that hold other material than before, and what they hold then."""
        self.moves: list[str] = []
        """What became of reserved material, one a line."""
        self.taken: dict[str, int] = {}
        """How much of surpluses is stock after the feed, or gone, by what they go by."""
        self.covered: list[tuple[MaterialReservation, Receipt]] = []
        """Planned purchases, and the receipts that take their places."""
        self._of_surplus: set[str] = set()
        """Items of these."""

    def build(self, feed: Feed) -> Plant:
        """The plant after the feed."""
        self._each("stock", feed.stock, self._count, lambda row: row.item_id)
        self._each("issues", feed.issues, self._issue, lambda row: (row.order_id, row.line_no, row.item_id))
        self._each("receipts", feed.receipts, self._receive, lambda row: row.id)
        self._each("arrivals", feed.arrivals, self._arrive, lambda row: row.receipt_id)
        self._each("removed_receipt_ids", feed.removed_receipts, self._remove, lambda row: row)
        self._each("customers", feed.customers, self._customer, lambda row: row.id)
        return self._built()

    def issue(self, pegs: Iterable[tuple[MaterialReservation, int]], time: datetime) -> Plant:
        """The plant after quantities of reserved material left the stock."""
        with self._noting("delivered_time"):
            self._check_past("", time)
        for peg, quantity in pegs:
            with self._noting("deliveries"):
                self._leave(peg, quantity, time)
        return self._built()

    def _built(self) -> Plant:
        if self._wrong:
            raise InvalidInput(self._wrong)
        on_hand, receipts, customers = (
            tuple(self.after(name).values()) if keys else None for name, keys in self.touched.items()
        )
        return self.plant.with_supply(on_hand, receipts, customers)

    def before(self, name: str) -> dict[str, Any]:
        """The rows of a table by key, as they stand."""
        if name not in self._before:
            if name == STOCK.name:
                self._before[name] = {row.item_id: row for row in self.plant.on_hand}
            else:
                rows = self.plant.receipts if name == RECEIPTS.name else self.plant.customers
                self._before[name] = {row.id: row for row in rows}
        return self._before[name]

    def after(self, name: str) -> dict[str, Any]:
        """The rows of a table by key, as the feed leaves them so far."""
        if name not in self._after:
            self._after[name] = dict(self.before(name))
        return self._after[name]

    def items(self) -> set[str]:
        """Items whose supply the feed changes."""
        found = {*self.touched[STOCK.name], *self._of_surplus}
        for receipt_id in self.touched[RECEIPTS.name]:
            for rows in (self.before, self.after):
                receipt = rows(RECEIPTS.name).get(receipt_id)
                if receipt is not None:
                    found.add(receipt.item_id)
        return found

    def _put(self, table: Table, key: str, row: Any) -> None:
        """Have a row changed, or (None) gone."""
        self.touched[table.name][key] = None
        if row is None:
            del self.after(table.name)[key]
        else:
            self.after(table.name)[key] = row

    def _each(self, name: str, rows: Sequence[Any], take: Callable[[Any], None], key: Callable[[Any], object]) -> None:
        seen: set[object] = set()
        for place, row in enumerate(rows):
            with self._noting(f"{name}[{place}]"):
                if key(row) in seen:
                    raise InvalidInput.one("", "stands twice in one feed", "one row each")
                seen.add(key(row))
                take(row)

    @contextmanager
    def _noting(self, path: str) -> Iterator[None]:
        try:
            yield
        except InvalidInput as error:
            self._wrong += [
                Violation(f"{path}.{violation.field}".rstrip("."), violation.problem, violation.allowed)
                for violation in error.violations
            ]

    # Stock.

    def _count(self, count: OnHand) -> None:
        self._check_item(count.item_id)
        self._check_past("as_of", count.as_of)
        standing, since = self.after(STOCK.name).get(count.item_id), self.since.get(count.item_id)
        if since is None and standing is not None:
            since = Since(standing.as_of)
        made, self.since[count.item_id] = counted(count, since)
        self._put(STOCK, count.item_id, made)
        for item_id, name, time, quantity in () if self._plan is None else self._plan.surpluses():
            left = quantity - self.taken.get(name, 0)
            if item_id == count.item_id and time <= count.as_of and left:
                self._take_surplus(item_id, name, left)

    def _move(self, item_id: str, quantity: int, time: datetime) -> None:
        """Take what came or went into the stock, unless its count had it already."""
        since = self.since.get(item_id)
        standing = self.after(STOCK.name).get(item_id)
        if standing is None:
            standing, since = OnHand(item_id, 0, NEVER), Since(NEVER)
        made, self.since[item_id] = moved(standing, since, quantity, time)
        self._put(STOCK, item_id, made)

    def _issue(self, issue: Issue) -> None:
        self._check_past("time", issue.time)
        line = [
            peg
            for peg in self._held(issue.order_id)
            if peg.line_no == issue.line_no and issue.item_id in ("", peg.item_id)
        ]
        ready = [peg for peg in line if peg.source is Source.STOCK or _made(peg, issue.time)]
        if not ready:
            problem = f"order {issue.order_id!r} line {issue.line_no} holds nothing that is in stock"
            coming = sorted({peg.receipt_id or peg.item_id for peg in line})
            allowed = f"after {', '.join(coming)} has arrived" if coming else "an order line promised from stock"
            raise InvalidInput.one("order_id", problem, allowed)
        if issue.quantity:
            if len(ready) > 1:
                raise InvalidInput.one("item_id", "is missing", f"one of {', '.join(peg.item_id for peg in ready)}")
            check_range("quantity", issue.quantity, 1, ready[0].quantity)
        for peg in ready:
            self._leave(peg, issue.quantity or peg.quantity, issue.time)

    def _leave(self, peg: MaterialReservation, quantity: int, time: datetime) -> None:
        if peg.source is Source.SURPLUS:
            self.taken[peg.receipt_id] = self.taken.get(peg.receipt_id, 0) + quantity
            self._of_surplus.add(peg.item_id)
        else:
            self._move(peg.item_id, -quantity, time)
        self._repeg(peg, quantity, None)
        self.moves.append(f"reservations: ~ {peg.order_id} line {peg.line_no} ({quantity} of {peg.item_id} issued)")

    # Receipts.

    def _receive(self, change: ReceiptChange) -> None:
        standing = self.after(RECEIPTS.name).get(change.id)
        if standing is None:
            missing = [name for name in ("item_id", "quantity", "time") if getattr(change, name) is None]
            if missing:
                raise InvalidInput([Violation(name, "is missing", "it is a new receipt") for name in missing])
            standing = Receipt(change.id, str(change.item_id), int(change.quantity or 0), change.time or NEVER)
        made = replace(standing, **_given(change))
        self._check_item(made.item_id)
        self._put(RECEIPTS, change.id, made)
        if change.purchases:
            self._cover(made, change.purchases)

    def _cover(self, receipt: Receipt, purchases: Sequence[str]) -> None:
        """Let a receipt take the places of planned purchases, as a whole each."""
        bought: dict[str, list[MaterialReservation]] = {}
        for peg in () if self._plan is None else self._plan.pegged():
            if peg.source is Source.BUY and peg not in (before for before, _ in self.covered):
                bought.setdefault(purchase_id(peg), []).append(peg)
        pegs: list[MaterialReservation] = []
        wrong: list[Violation] = []
        for place, name in enumerate(dict.fromkeys(purchases)):
            path = f"purchases[{place}]"
            if name not in bought:
                wrong.append(Violation(path, f"no purchase {name!r} is planned", "the id of a planned purchase"))
            elif bought[name][0].item_id != receipt.item_id:
                wrong.append(Violation(path, f"{name!r} is not of {receipt.item_id}", "purchases of the item"))
            else:
                pegs += bought[name]
        if wrong:
            raise InvalidInput(wrong)
        held = sum(peg.quantity for peg in self._waiting(receipt.id))
        needed = sum(peg.quantity for peg in pegs)
        if held + needed > receipt.quantity:
            problem = f"{receipt.quantity} don't suffice: {needed} are to be bought, {held} of it reserved already"
            raise InvalidInput.one("quantity", problem, f"{held + needed} or more")
        for peg in pegs:
            self._repeg(peg, peg.quantity, receipt.id)
            self.covered.append((peg, receipt))
            what = f"{peg.quantity} of {peg.item_id} to be bought are of {receipt.id}"
            self.moves.append(f"reservations: ~ {peg.order_id} line {peg.line_no} ({what})")

    def _arrive(self, arrival: Arrival) -> None:
        self._check_past("time", arrival.time)
        if arrival.receipt_id.startswith(SURPLUS_PREFIX):
            self._arrive_surplus(arrival)
            return
        receipt = self._receipt(arrival.receipt_id, "receipt_id")
        if arrival.quantity:
            check_range("quantity", arrival.quantity, 1, receipt.quantity)
        quantity = arrival.quantity or receipt.quantity
        self._move(receipt.item_id, quantity, arrival.time)
        left = receipt.quantity - quantity
        self._put(RECEIPTS, receipt.id, replace(receipt, quantity=left) if left else None)
        self._to_stock(receipt.id, quantity)

    def _to_stock(self, receipt_id: str, quantity: int) -> None:
        """Let what is reserved of a receipt or surplus be reserved of the stock that it is now, as far as that goes."""
        for peg in self._waiting(receipt_id):
            taken = min(peg.quantity, quantity)
            quantity -= taken
            if taken:
                self._repeg(peg, taken, "")
                what = f"{taken} of {peg.item_id} from {receipt_id} to stock"
                self.moves.append(f"reservations: ~ {peg.order_id} line {peg.line_no} ({what})")

    def _arrive_surplus(self, arrival: Arrival) -> None:
        """Pieces that a lot made beyond its need are in the stock now."""
        known = {} if self._plan is None else {row[1]: row for row in self._plan.surpluses()}
        name = arrival.receipt_id
        item_id, _, _, there = known.get(name, ("", name, arrival.time, 0))
        there -= self.taken.get(name, 0)
        if not there:
            raise InvalidInput.one("receipt_id", f"no surplus {name!r}", ", ".join(known) or "none is known")
        if arrival.quantity:
            check_range("quantity", arrival.quantity, 1, there)
        quantity = arrival.quantity or there
        self._move(item_id, quantity, arrival.time)
        self._take_surplus(item_id, name, quantity)

    def _take_surplus(self, item_id: str, name: str, quantity: int) -> None:
        self.taken[name] = self.taken.get(name, 0) + quantity
        self._of_surplus.add(item_id)
        self.moves.append(f"surplus: ~ {name} ({quantity} of {item_id} to stock)")
        self._to_stock(name, quantity)

    def _remove(self, receipt_id: str) -> None:
        self._receipt(receipt_id, "")
        self._put(RECEIPTS, receipt_id, None)

    def _receipt(self, receipt_id: str, field: str) -> Receipt:
        found: Receipt | None = self.after(RECEIPTS.name).get(receipt_id)
        if found is None:
            raise InvalidInput.one(field, f"no receipt {receipt_id!r}", "the id of a receipt")
        return found

    # Customers.

    def _customer(self, change: CustomerChange) -> None:
        standing = self.after(CUSTOMERS.name).get(change.id) or Customer(change.id)
        made = replace(standing, **_given(change))
        wrong = list(self.plant.carrier_violations(made.region, made.carrier_id))
        if wrong:
            raise InvalidInput(wrong)
        self._put(CUSTOMERS, change.id, made)

    # Reserved material.

    def _held(self, order_id: str) -> Pegs:
        """What an order holds, as the feed leaves it so far."""
        if order_id in self.repegged:
            return self.repegged[order_id]
        return () if self._plan is None else self._plan.pegs(order_id)

    def _waiting(self, receipt_id: str) -> list[MaterialReservation]:
        """What is reserved of a receipt, as the feed leaves it so far."""
        standing = () if self._plan is None else self._plan.pegged()
        orders = dict.fromkeys(peg.order_id for peg in standing if peg.receipt_id == receipt_id)
        return [peg for order_id in orders for peg in self._held(order_id) if peg.receipt_id == receipt_id]

    def _repeg(self, peg: MaterialReservation, quantity: int, receipt_id: str | None) -> None:
        """Give back some of a peg, for a peg on another supply or (None) for nothing."""
        held = [replace(p, quantity=p.quantity - quantity) if p == peg else p for p in self._held(peg.order_id)]
        if receipt_id is not None:
            source = Source.RECEIPT if receipt_id else Source.STOCK
            moved_to = replace(peg, quantity=0, receipt_id=receipt_id, source=source)
            same = next(
                (p for p in held if replace(p, quantity=0, available_time=peg.available_time) == moved_to), None
            )
            if same is None:
                held.append(replace(moved_to, quantity=quantity))
            else:
                held[held.index(same)] = replace(same, quantity=same.quantity + quantity)
        self.repegged[peg.order_id] = [p for p in held if p.quantity]

    # Checks.

    def _check_item(self, item_id: str) -> None:
        if item_id not in self.plant.item_by_id:
            raise InvalidInput.one("item_id", f"no item {item_id!r}", "the id of an item of the plant")

    def _check_past(self, field: str, time: datetime) -> None:
        if self._now is not None and time.replace(microsecond=0) > self._now:
            now = self._now.isoformat()
            raise InvalidInput.one(field, f"{time.isoformat()} is in the plant's future", f"{now} or before")


def _made(peg: MaterialReservation, time: datetime) -> bool:
    """Whether reserved material is surplus that was done by a time."""
    return peg.source is Source.SURPLUS and peg.available_time is not None and peg.available_time <= time


def _given(change: ReceiptChange | CustomerChange) -> dict[str, Any]:
    values = {name: getattr(change, name) for name in fields(type(change)) if name != "purchases"}
    return {name: value for name, value in values.items() if value is not None}
