"""Filters of the plan: which names there are, and which work they take."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Protocol

from msgspec import Struct

from domain.errors import InvalidInput, Violation
from domain.plant import Plant
from domain.promises import Promise, PromiseState
from promising.book import Book
from promising.requests import FINAL, ScheduleFilter

Line = tuple[str, int]
"""Order and number of a line."""


class Placement(Protocol):
    """An operation with its places."""

    @property
    def order_id(self) -> str: ...
    @property
    def line_no(self) -> int: ...
    @property
    def item_id(self) -> str: ...
    @property
    def resource_id(self) -> str: ...
    @property
    def mould_id(self) -> str: ...
    @property
    def setter_id(self) -> str: ...
    @property
    def crew_id(self) -> str: ...


def places_of(operation: Placement) -> Iterator[str]:
    """Machine, crew and setter crew of an operation."""
    return (name for name in (operation.resource_id, operation.crew_id, operation.setter_id) if name)


class Chosen(Struct, frozen=True):
    """A filter with its names looked up: `orders` of the customer and `late` lines, None where it doesn't ask."""

    which: ScheduleFilter
    resources: Collection[str]
    orders: Collection[str] | None = None
    late: Collection[Line] | None = None

    def takes(self, operation: Placement) -> bool:
        """True when the operation is to be shown, as far as its time allows."""
        which = self.which
        if which.order_id and operation.order_id != which.order_id:
            return False
        if which.by_place and not any(name in self.resources for name in places_of(operation)):
            return False
        if which.mould_ids and operation.mould_id not in which.mould_ids:
            return False
        if which.item_ids and operation.item_id not in which.item_ids:
            return False
        if self.orders is not None and operation.order_id not in self.orders:
            return False
        return self.late is None or (operation.order_id, operation.line_no) in self.late


def resources_of(which: ScheduleFilter, plant: Plant) -> tuple[str, ...]:
    """The resources that a filter names, in its order or the plant's; none where it names neither them nor centres."""
    if not which.work_centres:
        return which.resource_ids
    wanted = which.resource_ids or tuple(plant.resource_by_id)
    return tuple(name for name in wanted if plant.resource_by_id[name].work_centre in which.work_centres)


def check_filter(which: ScheduleFilter, plant: Plant, book: Book) -> None:
    """Raise InvalidInput for all names that the plant and the orders don't know."""
    found = [
        *_unknown("resource_ids", which.resource_ids, plant.resource_by_id, "resource"),
        *_unknown("work_centres", which.work_centres, {each.work_centre for each in plant.resources}, "work centre"),
        *_unknown("mould_ids", which.mould_ids, plant.mould_by_id, "mould"),
        *_unknown("item_ids", which.item_ids, plant.item_by_id, "item"),
    ]
    if which.order_id and book.find(which.order_id) is None:
        found.append(Violation("order_id", f"no order {which.order_id!r}", "the id of an order that was answered"))
    customer = which.customer_id
    if customer and customer not in plant.customer_by_id and not book.orders_of(customer):
        found.append(Violation("customer_id", f"no customer {customer!r}", "a customer of the plant or of an order"))
    if found:
        raise InvalidInput(found)


def _unknown(field: str, names: Sequence[str], known: Collection[str], kind: str) -> Iterator[Violation]:
    for index, name in enumerate(names):
        if name not in known:
            yield Violation(f"{field}[{index}]", f"no {kind} {name!r}", f"the id of a {kind}")


def may_be_late(promise: Promise | None) -> bool:
    """True when a line may be expected after its requested time: it was told a later one, or it is at risk."""
    return promise is not None and any(
        line.state in (PromiseState.AT_RISK, PromiseState.BROKEN)
        or (line.promised_time is not None and line.promised_time > line.requested_time)
        for line in promise.lines
    )


def late_lines(promises: Iterable[Promise | None]) -> frozenset[Line]:
    """Lines that are expected after their requested time, of orders with the ends that are planned now."""
    return frozenset(
        (promise.order.id, line.line_no)
        for promise in promises
        if promise is not None
        for line in promise.lines
        if line.state not in FINAL and line.expected_time is not None and line.expected_time > line.requested_time
    )
