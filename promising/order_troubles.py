"""What was reported of orders and is open: over with the order, or the line, that it was reported of."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from datetime import datetime, timedelta

from domain.disruptions import ORDERS, Disruption, DisruptionState
from domain.promises import Promise
from promising.requests import FINAL

OVER = "the order has ended"
"""Why the desk closes it."""
LEAST = timedelta(seconds=1)
"""What ends when it began never was; this was."""


class OrderTroubles:
    """Scrap and customers' changes that are open, by order; the writer's alone."""

    def __init__(self) -> None:
        self._open: dict[str, dict[str, Disruption]] = {}

    def load(self, disruptions: Iterable[Disruption]) -> None:
        """Know these, and no others."""
        self._open.clear()
        self.know(disruptions)

    def know(self, disruptions: Iterable[Disruption]) -> None:
        """What of them is open stands, what is closed does no longer."""
        for each in disruptions:
            if each.kind in ORDERS:
                of_order = self._open.setdefault(each.subject_id, {})
                of_order[each.id] = each
                if each.state is DisruptionState.CLOSED:
                    del of_order[each.id]
                if not of_order:
                    del self._open[each.subject_id]

    def over(self, promise: Promise, now: datetime, told: Container[str]) -> Iterator[Disruption]:
        """What is over with a new version of an order, closed; but for those that are `told` of by their ids."""
        for each in self._open.get(promise.order.id, {}).values():
            if each.id not in told and has_ended(each, promise):
                yield ended(each, now)


def has_ended(made: Disruption, promise: Promise) -> bool:
    """Whether the line that something was reported of, or else its whole order, has ended."""
    return all(line.state in FINAL for line in promise.lines if made.line_no in (0, line.line_no))


def ended(made: Disruption, now: datetime) -> Disruption:
    """The same, over now."""
    return made.over(max(now, made.start + LEAST))
