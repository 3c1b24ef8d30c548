"""What delivered orders have shown that the plant can do: for each item the range of a number, and who proved it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal, InvalidOperation

from msgspec import Struct

from domain.promises import Promise, PromiseState

_REPORT = ("报告", "report")
"""A document is a report where its name has one of these."""


class Proof(Struct, frozen=True):
    """A value that was delivered, and the report of the order that had it."""

    value: Decimal
    order_id: str
    report: str


class Range(Struct, frozen=True):
    """The least and the greatest value that were delivered with a report."""

    least: Proof
    most: Proof

    @property
    def bounds(self) -> tuple[Decimal, Decimal]:
        """Both values."""
        return self.least.value, self.most.value

    @property
    def reports(self) -> tuple[str, ...]:
        """The reports that prove it, each with its order."""
        return tuple(dict.fromkeys(f"{each.order_id} {each.report}" for each in (self.least, self.most)))


class Qualified:
    """Ranges by item and attribute, of all delivered orders. They are read when somebody first asks."""

    def __init__(self, delivered: Callable[[], Iterable[Promise]]) -> None:
        self._delivered = delivered
        self._ranges: dict[tuple[str, str], Range] | None = None

    def clear(self) -> None:
        """Forget everything; it is read again when asked for."""
        self._ranges = None

    def range_of(self, item_id: str, attribute: str) -> Range | None:
        """The range of an item's attribute; None where no order proved any."""
        if self._ranges is None:
            self._ranges = {}
            for promise in self._delivered():
                self.put(promise)
        return self._ranges.get((item_id, attribute))

    def put(self, promise: Promise) -> None:
        """Take what an order proves, if it is delivered and has a report."""
        if self._ranges is None:
            # It will be read with the others.
            return
        order = promise.order
        if not order.documents:
            return
        report = next((each.name for each in order.documents if any(word in each.name.lower() for word in _REPORT)), "")
        done = {line.item_id for line in promise.lines if line.state is PromiseState.FULFILLED}
        if not report or not done:
            return
        for name, text in order.attributes:
            value = _number(text)
            if value is not None:
                for item_id in done:
                    self._widen((item_id, name), Proof(value, order.id, report))

    def _widen(self, key: tuple[str, str], proof: Proof) -> None:
        assert self._ranges is not None
        known = self._ranges.get(key, Range(proof, proof))
        least = min(known.least, proof, key=lambda each: (each.value, each.order_id))
        most = min(known.most, proof, key=lambda each: (-each.value, each.order_id))
        self._ranges[key] = Range(least, most)


def _number(text: str) -> Decimal | None:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None
