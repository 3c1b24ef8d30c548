"""The facts of an order as the desk knows it: order, customer, items and stock of the plant; later its promised times.

Only the facts that some rule reads are worked out.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Protocol
from zoneinfo import ZoneInfo

from msgspec import Struct

from domain.items import Item
from domain.orders import Order, OrderLine
from domain.plant import Plant
from domain.promises import LinePromise, PromiseState
from domain.trade import CreditChange, Customer
from rulebase.engine.facts import Facts
from rulebase.language.kinds import MICRO
from rulebase.language.vocabulary import FactValue

NUMBER_MAX = 10**12


class Others(Protocol):
    """Other orders of a customer, and what was delivered; asked only for facts that rules read."""

    def amount_fen(self, customer_id: str, without: str) -> int:
        """What those come to that stand and aren't delivered, without the order of an id."""

    def count(self, customer_id: str, without: str) -> int:
        """How many they are."""

    def elsewhere(self, customer_id: str, without: str, channel_id: str, item_id: str, at_s: int) -> tuple[str, ...]:
        """Those for an item that came by another channel within a day of Unix seconds, by id."""

    def credit_changes(self, customer_id: str, since_s: int) -> Sequence[CreditChange]:
        """How the customer's limit and grade changed since Unix seconds, the oldest first."""

    def qualified(self, item_id: str, attribute: str) -> Range | None:
        """Between which values of an attribute an item was delivered with a report."""


class Range(Protocol):
    """The least and the greatest value that were delivered, and the reports of that."""

    @property
    def bounds(self) -> tuple[Decimal, Decimal]: ...
    @property
    def reports(self) -> Sequence[str]: ...


class Known(Struct):
    """What is known of an order at its decision; `promises` are there after placing.

    `customer` is None where the plant knows none of this id, `now_s` the same time as `now` in Unix seconds.
    """

    order: Order
    plant: Plant
    now: datetime
    now_s: int
    customer: Customer | None
    others: Others
    promises: Sequence[LinePromise] = ()

    @property
    def zone(self) -> ZoneInfo:
        """The plant's zone."""
        return self.plant.zone


class OrderFacts:
    """Reads the facts that rules name; `order` and `line` are their keys.

    What the plant tells of a customer or an item stays the same up to its next version: it is read once and copied.
    """

    def __init__(self, order: Sequence[str], line: Sequence[str]) -> None:
        self._keys = tuple(order), tuple(line)
        places = list(enumerate(order))
        own = {*_CUSTOMER, *_PLANT_CUSTOMER}
        self._order = [(place, _order_reader(key)) for place, key in places if key not in own]
        self._customer = [(place, _CUSTOMER[key]) for place, key in places if key in _CUSTOMER]
        self._of_customer = [(place, _PLANT_CUSTOMER[key]) for place, key in places if key in _PLANT_CUSTOMER]
        self._line = [(place, _line_reader(key)) for place, key in enumerate(line) if key not in _PLANT_ITEM]
        self._of_item = [(place, _PLANT_ITEM[key]) for place, key in enumerate(line) if key in _PLANT_ITEM]
        self._plant: Plant | None = None
        self._customers: dict[str, list[FactValue | None]] = {}
        self._items: dict[str, list[FactValue | None]] = {}
        self._stock: Mapping[str, int] = {}

    def read(self, known: Known) -> Facts:
        """The facts of one order; what isn't known is missing."""
        order, lines = self.values(known)
        keys, line_keys = self._keys
        return Facts(
            dict(zip(keys, order, strict=True)), tuple(dict(zip(line_keys, one, strict=True)) for one in lines)
        )

    def values(self, known: Known) -> tuple[list[FactValue | None], list[list[FactValue | None]]]:
        """The same as lists in the order of the keys, of the order and of each line."""
        if known.plant is not self._plant:
            self._look(known.plant)
        customer = known.customer
        if customer is None:
            order: list[FactValue | None] = [None] * len(self._keys[0])
        else:
            order = (self._customers.get(customer.id) or self._read_customer(customer)).copy()
            for place, of_customer in self._customer:
                order[place] = of_customer(known, customer)
        for place, read in self._order:
            order[place] = read(known)
        promises = {promise.line_no: promise for promise in known.promises}
        lines = []
        for line in known.order.lines:
            values = (self._items.get(line.item_id) or self._read_item(known.plant, line.item_id)).copy()
            seen = _Line(known, line, promises.get(line.line_no), self._stock)
            for place, of_line in self._line:
                values[place] = of_line(seen)
            lines.append(values)
        return order, lines

    def _look(self, plant: Plant) -> None:
        if self._plant is None or plant.on_hand is not self._plant.on_hand:
            self._stock = {each.item_id: each.quantity for each in plant.on_hand}
        self._customers, self._items, self._plant = {}, {}, plant

    def _read_customer(self, customer: Customer) -> list[FactValue | None]:
        found: list[FactValue | None] = [None] * len(self._keys[0])
        for place, read in self._of_customer:
            found[place] = read(customer)
        self._customers[customer.id] = found
        return found

    def _read_item(self, plant: Plant, item_id: str) -> list[FactValue | None]:
        item = plant.item_by_id[item_id]
        found: list[FactValue | None] = [None] * len(self._keys[1])
        for place, read in self._of_item:
            found[place] = read(item)
        self._items[item_id] = found
        return found


class _Line(Struct):
    known: Known
    line: OrderLine
    promise: LinePromise | None
    stock: Mapping[str, int]


_Order = Callable[[Known], FactValue | None]
_OfCustomer = Callable[[Known, Customer], FactValue | None]
_OfLine = Callable[[_Line], FactValue | None]
_PlantCustomer = Callable[[Customer], FactValue | None]
_PlantItem = Callable[[Item], FactValue | None]


def _seconds(span: timedelta) -> int:
    return span // timedelta(seconds=1)


def _of_credit(read: Callable[[Customer, Sequence[CreditChange]], FactValue]) -> _OfCustomer:
    """A fact of a customer's changes in the last three months."""

    def value(known: Known, customer: Customer) -> FactValue:
        since_s = three_months_before(known.now.astimezone(known.zone))
        return read(customer, known.others.credit_changes(customer.id, since_s))

    return value


def three_months_before(local: datetime) -> int:
    """The same day three months before, or the last of its month, in Unix seconds."""
    years, month = divmod(local.year * 12 + local.month - 1 - 3, 12)
    day = min(local.day, monthrange(years, month + 1)[1])
    return int(local.replace(year=years, month=month + 1, day=day).timestamp())


def _limit_change(customer: Customer, changes: Sequence[CreditChange]) -> int:
    return customer.credit_limit_fen - changes[0].limit_before_fen if changes else 0


def _grade_before(customer: Customer, changes: Sequence[CreditChange]) -> str:
    return changes[0].grade_before if changes else customer.grade


def _list_fen(order: Order) -> int:
    return sum(line.quantity * line.unit_price_fen for line in order.lines)


def _time_of_day(known: Known) -> int:
    local = known.now.astimezone(known.zone)
    return local.hour * 3600 + local.minute * 60 + local.second


def _channel_name(known: Known) -> str | None:
    return next((channel.name for channel in known.plant.channels if channel.id == known.order.channel_id), None)


def _lead(known: Known) -> int:
    return _seconds(min(line.requested_time for line in known.order.lines) - known.now)


_ORDER: Mapping[str, _Order] = {
    "order.id": lambda known: known.order.id,
    "order.amount": lambda known: known.order.amount_fen,
    "order.list_amount": lambda known: _list_fen(known.order),
    "order.discount": lambda known: sum([line.discount_fen for line in known.order.lines]),
    "order.quantity": lambda known: sum([line.quantity for line in known.order.lines]),
    "order.line_count": lambda known: len(known.order.lines),
    "order.salesperson": lambda known: known.order.salesperson,
    "order.asked_priority": lambda known: known.order.priority,
    "order.lead": _lead,
    "order.documents": lambda known: frozenset(document.name for document in known.order.documents),
    "customer.id": lambda known: known.order.customer_id,
    "customer.orders": lambda known: known.others.count(known.order.customer_id, known.order.id),
    "channel.id": lambda known: known.order.channel_id,
    "channel.name": _channel_name,
    "clock.now": lambda known: known.now_s,
    "clock.weekday": lambda known: known.now.astimezone(known.zone).isoweekday(),
    "clock.time_of_day": _time_of_day,
}
_PLANT_CUSTOMER: Mapping[str, _PlantCustomer] = {
    "customer.name": lambda customer: customer.name,
    "customer.region": lambda customer: customer.region,
    "customer.grade": lambda customer: customer.grade,
    "customer.credit_limit": lambda customer: customer.credit_limit_fen,
    "customer.receivables": lambda customer: customer.receivables_fen,
    "customer.overdue_count": lambda customer: customer.overdue_count,
    "customer.overdue_days": lambda customer: customer.overdue_days,
}
"""Facts of a customer that the plant tells, the same for all orders."""
_CUSTOMER: Mapping[str, _OfCustomer] = {
    "customer.exposure": lambda known, customer: _exposure(known, customer),
    "customer.changes": _of_credit(lambda customer, changes: len(changes)),
    "customer.limit_change": _of_credit(_limit_change),
    "customer.grade_before": _of_credit(_grade_before),
}
"""Facts of a customer whom the plant knows that other orders or the time change."""
_PLANT_ITEM: Mapping[str, _PlantItem] = {
    "item.id": lambda item: item.id,
    "item.name": lambda item: item.name,
    "item.family": lambda item: item.family,
    "item.sourcing": lambda item: item.sourcing.value,
    "item.material": lambda item: item.material,
    "item.colour": lambda item: item.colour,
    "item.price": lambda item: item.price_fen,
    "item.cost": lambda item: item.cost_fen,
    "item.safety_stock": lambda item: item.safety_stock,
}
"""Facts of an item, the same for all lines."""
_LINE: Mapping[str, _OfLine] = {
    "line.number": lambda seen: seen.line.line_no,
    "line.quantity": lambda seen: seen.line.quantity,
    "line.unit_price": lambda seen: seen.line.unit_price_fen,
    "line.amount": lambda seen: seen.line.quantity * seen.line.unit_price_fen - seen.line.discount_fen,
    "line.list_amount": lambda seen: seen.line.quantity * seen.line.unit_price_fen,
    "line.discount": lambda seen: seen.line.discount_fen,
    "line.lead": lambda seen: _seconds(seen.line.requested_time - seen.known.now),
    "line.requested_time": lambda seen: int(seen.line.requested_time.timestamp()),
    "line.latest_time": lambda seen: None if (at := seen.line.latest_time) is None else int(at.timestamp()),
    "item.on_hand": lambda seen: seen.stock.get(seen.line.item_id, 0),
    "item.elsewhere": lambda seen: _elsewhere(seen.known, seen.line.item_id),
    "promise.promised_time": lambda seen: _promised(seen, lambda at: int(at.timestamp())),
    "promise.lead": lambda seen: _promised(seen, lambda at: _seconds(at - seen.known.now)),
    "promise.delay": lambda seen: _promised(seen, lambda at: max(0, _seconds(at - seen.line.requested_time))),
    "promise.refused": lambda seen: None if seen.promise is None else seen.promise.state is PromiseState.REFUSED,
}
READ = frozenset({
    *_ORDER, *_CUSTOMER, *_PLANT_CUSTOMER, *_LINE, *_PLANT_ITEM, "order.attribute", "order.number_of",
    "item.qualified_least", "item.qualified_most", "item.reports",
})  # fmt: skip
"""The facts that the desk knows."""


def _exposure(known: Known, customer: Customer) -> int:
    open_fen = known.others.amount_fen(customer.id, known.order.id)
    return customer.receivables_fen + open_fen + known.order.amount_fen


def _elsewhere(known: Known, item_id: str) -> str:
    order = known.order
    return ", ".join(known.others.elsewhere(order.customer_id, order.id, order.channel_id, item_id, known.now_s))


def _promised(seen: _Line, read: Callable[[datetime], int]) -> int | None:
    at = None if seen.promise is None else seen.promise.promised_time
    return None if at is None else read(at)


def _order_reader(key: str) -> _Order:
    """How a fact of the order is read; what the desk doesn't know is missing always."""
    for start, make in (("order.attribute[", _attribute), ("order.number_of[", _number)):
        if key.startswith(start):
            return make(key.removeprefix(start)[:-1])
    return _ORDER.get(key, _missing)


def _line_reader(key: str) -> _OfLine:
    for start, make in _QUALIFIED.items():
        if key.startswith(start):
            return make(key.removeprefix(start)[:-1])
    return _LINE.get(key, _missing)


def _missing(_: object) -> None:
    return None


def _attribute(name: str) -> _Order:
    return lambda known: next((value for key, value in known.order.attributes if key == name), None)


def _number(name: str) -> _Order:
    read = _attribute(name)

    def number(known: Known) -> int | None:
        try:
            return _micro(Decimal(str(read(known))))
        except InvalidOperation:
            return None

    return number


def _micro(number: Decimal) -> int | None:
    """A number in millionths; None for one that isn't whole in them, or too large."""
    value = number * MICRO
    return int(value) if value.is_finite() and abs(value) <= NUMBER_MAX * MICRO and value == int(value) else None


def _bound(place: int) -> Callable[[str], _OfLine]:
    """The least (0) or the greatest (1) value that was delivered of an item, by the name of the attribute."""

    def make(name: str) -> _OfLine:
        def value(seen: _Line) -> int | None:
            found = seen.known.others.qualified(seen.line.item_id, name)
            return None if found is None else _micro(found.bounds[place])

        return value

    return make


def _reports(name: str) -> _OfLine:
    def value(seen: _Line) -> str | None:
        found = seen.known.others.qualified(seen.line.item_id, name)
        return None if found is None else ", ".join(found.reports)

    return value


_QUALIFIED = {
    "item.qualified_least[": _bound(0),
    "item.qualified_most[": _bound(1),
    "item.reports[": _reports,
}
