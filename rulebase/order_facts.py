"""The facts of an order as the desk knows it: order, customer, items and stock of the plant; later its promised times.

Only the facts that some rule reads are worked out.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
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


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an order at its decision.

    `open_fen` and `open_orders` are the customer's other orders that stand and aren't delivered; `elsewhere` names
    those for an item that came by another channel within a day; `promises` are there after placing.
    """

    order: Order
    plant: Plant
    now: datetime
    open_fen: int
    open_orders: int
    elsewhere: Callable[[str], str] = lambda item_id: ""
    changes: Callable[[int], Sequence[CreditChange]] = lambda since_s: ()
    """How the customer's limit and grade changed since Unix seconds, the oldest first."""
    qualified: Callable[[str, str], tuple[Decimal, Decimal, Sequence[str]] | None] = lambda item_id, attribute: None
    """Least and greatest value of an attribute with which an item was delivered, and the reports of that."""
    promises: Sequence[LinePromise] = ()

    @property
    def customer(self) -> Customer | None:
        """The customer; None where the plant knows none of this id."""
        return self.plant.customer_by_id.get(self.order.customer_id)

    @property
    def zone(self) -> ZoneInfo:
        """The plant's zone."""
        return self.plant.zone


class OrderFacts:
    """Reads the facts that rules name; `order` and `line` are their keys."""

    def __init__(self, order: Sequence[str], line: Sequence[str]) -> None:
        self._order = [(key, _order_reader(key)) for key in order]
        self._line = [(key, _line_reader(key)) for key in line]
        self._stock_of: tuple[object, Mapping[str, int]] = (None, {})

    def read(self, known: Known) -> Facts:
        """The facts of one order; what isn't known is missing."""
        stock = self._stock(known.plant)
        order = {key: read(known) for key, read in self._order}
        promises = {promise.line_no: promise for promise in known.promises}
        lines = []
        for line in known.order.lines:
            seen = _Line(known, line, known.plant.item_by_id[line.item_id], promises.get(line.line_no), stock)
            lines.append({key: read(seen) for key, read in self._line})
        return Facts(order, tuple(lines))

    def _stock(self, plant: Plant) -> Mapping[str, int]:
        if self._stock_of[0] is not plant.on_hand:
            self._stock_of = (plant.on_hand, {each.item_id: each.quantity for each in plant.on_hand})
        return self._stock_of[1]


@dataclass(frozen=True, slots=True)
class _Line:
    known: Known
    line: OrderLine
    item: Item
    promise: LinePromise | None
    stock: Mapping[str, int]


_Order = Callable[[Known], FactValue | None]
_OfLine = Callable[[_Line], FactValue | None]


def _seconds(span: timedelta) -> int:
    return span // timedelta(seconds=1)


def _of_customer(read: Callable[[Customer], FactValue]) -> _Order:
    def value(known: Known) -> FactValue | None:
        customer = known.customer
        return None if customer is None else read(customer)

    return value


def _of_credit(read: Callable[[Customer, Sequence[CreditChange]], FactValue]) -> _Order:
    """A fact of a customer's changes in the last three months."""

    def value(known: Known) -> FactValue | None:
        customer = known.customer
        if customer is None:
            return None
        return read(customer, known.changes(three_months_before(known.now.astimezone(known.zone))))

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
    "order.discount": lambda known: sum(line.discount_fen for line in known.order.lines),
    "order.quantity": lambda known: sum(line.quantity for line in known.order.lines),
    "order.line_count": lambda known: len(known.order.lines),
    "order.salesperson": lambda known: known.order.salesperson,
    "order.asked_priority": lambda known: known.order.priority,
    "order.lead": _lead,
    "order.documents": lambda known: frozenset(document.name for document in known.order.documents),
    "customer.id": lambda known: known.order.customer_id,
    "customer.name": _of_customer(lambda customer: customer.name),
    "customer.region": _of_customer(lambda customer: customer.region),
    "customer.grade": _of_customer(lambda customer: customer.grade),
    "customer.credit_limit": _of_customer(lambda customer: customer.credit_limit_fen),
    "customer.receivables": _of_customer(lambda customer: customer.receivables_fen),
    "customer.exposure": lambda known: None if known.customer is None else _exposure(known, known.customer),
    "customer.overdue_count": _of_customer(lambda customer: customer.overdue_count),
    "customer.overdue_days": _of_customer(lambda customer: customer.overdue_days),
    "customer.changes": _of_credit(lambda customer, changes: len(changes)),
    "customer.limit_change": _of_credit(_limit_change),
    "customer.grade_before": _of_credit(_grade_before),
    "customer.orders": lambda known: known.open_orders,
    "channel.id": lambda known: known.order.channel_id,
    "channel.name": _channel_name,
    "clock.now": lambda known: int(known.now.timestamp()),
    "clock.weekday": lambda known: known.now.astimezone(known.zone).isoweekday(),
    "clock.time_of_day": _time_of_day,
}
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
    "item.elsewhere": lambda seen: seen.known.elsewhere(seen.item.id),
    "item.safety_stock": lambda seen: seen.item.safety_stock,
    "promise.promised_time": lambda seen: _promised(seen, lambda at: int(at.timestamp())),
    "promise.lead": lambda seen: _promised(seen, lambda at: _seconds(at - seen.known.now)),
    "promise.delay": lambda seen: _promised(seen, lambda at: max(0, _seconds(at - seen.line.requested_time))),
    "promise.refused": lambda seen: None if seen.promise is None else seen.promise.state is PromiseState.REFUSED,
}
READ = frozenset({
    *_ORDER, *_LINE, "order.attribute", "order.number_of", "item.qualified_least", "item.qualified_most",
    "item.reports",
})  # fmt: skip
"""The facts that the desk knows."""


def _exposure(known: Known, customer: Customer) -> int:
    return customer.receivables_fen + known.open_fen + known.order.amount_fen


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
            found = seen.known.qualified(seen.item.id, name)
            return None if found is None else _micro((found[0], found[1])[place])

        return value

    return make


def _reports(name: str) -> _OfLine:
    def value(seen: _Line) -> str | None:
        found = seen.known.qualified(seen.item.id, name)
        return None if found is None else ", ".join(found[2])

    return value


_QUALIFIED = {
    "item.qualified_least[": _bound(0),
    "item.qualified_most[": _bound(1),
    "item.reports[": _reports,
}
