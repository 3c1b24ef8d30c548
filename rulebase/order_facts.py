"""The facts of an order as the desk knows it: order, customer, items and stock of the plant; later its promised times.

Only the facts that some rule reads are worked out.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Protocol
from zoneinfo import ZoneInfo

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


@dataclass(slots=True)
class Known:
    """What is known of an order at its decision; `promises` are there after placing.

    `customer` is None where the plant knows none of this id. Made for every order: not frozen, which takes thrice as
    long.
    """

    order: Order
    plant: Plant
    now: datetime
    customer: Customer | None
    others: Others
    promises: Sequence[LinePromise] = ()

    @property
    def zone(self) -> ZoneInfo:
        """The plant's zone."""
        return self.plant.zone


class OrderFacts:
    """Reads the facts that rules name; `order` and `line` are their keys."""

    def __init__(self, order: Sequence[str], line: Sequence[str]) -> None:
        self._order = [(key, _order_reader(key)) for key in order if key not in _CUSTOMER]
        self._customer = [(key, _CUSTOMER[key]) for key in order if key in _CUSTOMER]
        self._nobody = dict.fromkeys(key for key, _ in self._customer)
        self._line = [(key, _line_reader(key)) for key in line]
        self._stock_of: tuple[object, Mapping[str, int]] = (None, {})

    def read(self, known: Known) -> Facts:
        """The facts of one order; what isn't known is missing."""
        stock = self._stock(known.plant)
        customer, items = known.customer, known.plant.item_by_id
        order = {key: read(known) for key, read in self._order}
        order.update(
            self._nobody if customer is None else [(key, read(known, customer)) for key, read in self._customer]
        )
        promises = {promise.line_no: promise for promise in known.promises}
        lines = []
        for line in known.order.lines:
            seen = _Line(known, line, items[line.item_id], promises.get(line.line_no), stock)
            lines.append({key: read(seen) for key, read in self._line})
        return Facts(order, tuple(lines))

    def _stock(self, plant: Plant) -> Mapping[str, int]:
        if self._stock_of[0] is not plant.on_hand:
            self._stock_of = (plant.on_hand, {each.item_id: each.quantity for each in plant.on_hand})
        return self._stock_of[1]


@dataclass(slots=True)
class _Line:
    known: Known
    line: OrderLine
    item: Item
    promise: LinePromise | None
    stock: Mapping[str, int]


_Order = Callable[[Known], FactValue | None]
_OfCustomer = Callable[[Known, Customer], FactValue | None]
_OfLine = Callable[[_Line], FactValue | None]


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
    "clock.now": lambda known: int(known.now.timestamp()),
    "clock.weekday": lambda known: known.now.astimezone(known.zone).isoweekday(),
    "clock.time_of_day": _time_of_day,
}
_CUSTOMER: Mapping[str, _OfCustomer] = {
    "customer.name": lambda known, customer: customer.name,
    "customer.region": lambda known, customer: customer.region,
    "customer.grade": lambda known, customer: customer.grade,
    "customer.credit_limit": lambda known, customer: customer.credit_limit_fen,
    "customer.receivables": lambda known, customer: customer.receivables_fen,
    "customer.exposure": lambda known, customer: _exposure(known, customer),
    "customer.overdue_count": lambda known, customer: customer.overdue_count,
    "customer.overdue_days": lambda known, customer: customer.overdue_days,
    "customer.changes": _of_credit(lambda customer, changes: len(changes)),
    "customer.limit_change": _of_credit(_limit_change),
    "customer.grade_before": _of_credit(_grade_before),
}
"""Facts of a customer whom the plant knows."""
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
    "item.id": lambda seen: seen.item.id,
    "item.name": lambda seen: seen.item.name,
    "item.family": lambda seen: seen.item.family,
    "item.sourcing": lambda seen: seen.item.sourcing.value,
    "item.material": lambda seen: seen.item.material,
    "item.colour": lambda seen: seen.item.colour,
    "item.price": lambda seen: seen.item.price_fen,
    "item.cost": lambda seen: seen.item.cost_fen,
    "item.on_hand": lambda seen: seen.stock.get(seen.item.id, 0),
    "item.elsewhere": lambda seen: _elsewhere(seen.known, seen.item.id),
    "item.safety_stock": lambda seen: seen.item.safety_stock,
    "promise.promised_time": lambda seen: _promised(seen, lambda at: int(at.timestamp())),
    "promise.lead": lambda seen: _promised(seen, lambda at: _seconds(at - seen.known.now)),
    "promise.delay": lambda seen: _promised(seen, lambda at: max(0, _seconds(at - seen.line.requested_time))),
    "promise.refused": lambda seen: None if seen.promise is None else seen.promise.state is PromiseState.REFUSED,
}
READ = frozenset({
    *_ORDER, *_CUSTOMER, *_LINE, "order.attribute", "order.number_of", "item.qualified_least", "item.qualified_most",
    "item.reports",
})  # fmt: skip
"""The facts that the desk knows."""


def _exposure(known: Known, customer: Customer) -> int:
    open_fen = known.others.amount_fen(customer.id, known.order.id)
    return customer.receivables_fen + open_fen + known.order.amount_fen


def _elsewhere(known: Known, item_id: str) -> str:
    order, at_s = known.order, int(known.now.timestamp())
    return ", ".join(known.others.elsewhere(order.customer_id, order.id, order.channel_id, item_id, at_s))


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
            found = seen.known.others.qualified(seen.item.id, name)
            return None if found is None else _micro(found.bounds[place])

        return value

    return make


def _reports(name: str) -> _OfLine:
    def value(seen: _Line) -> str | None:
        found = seen.known.others.qualified(seen.item.id, name)
        return None if found is None else ", ".join(found.reports)

    return value


_QUALIFIED = {
    "item.qualified_least[": _bound(0),
    "item.qualified_most[": _bound(1),
    "item.reports[": _reports,
}
