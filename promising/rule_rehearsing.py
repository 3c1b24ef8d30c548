"""Past orders as a rehearsal takes them: facts from their records, and what these lack as it is today."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from domain.promises import Promise
from promising.traces import DecisionRecord
from rulebase.engine.facts import Facts, Values
from rulebase.rehearsal import PastOrder, Side, facts_read

LATER = "promise."
"""How the keys of facts begin that are known after placing only."""

Today = Callable[[list[Promise], tuple[str, ...], tuple[str, ...]], list[Facts | None]]
"""The facts of some orders by these keys of order and line, as they are today; None where they can't be read."""


class PastOrders:
    """The orders of some records; `read_today` counts those whose records lacked facts."""

    def __init__(self, sides: Iterable[Side], today: Today) -> None:
        self._order, self._line = facts_read(tuple(sides))
        self._admitted = tuple(key for key in self._line if not key.startswith(LATER))
        self._today = today
        self.read_today = 0

    def of(self, decided: list[tuple[DecisionRecord, Promise]]) -> Iterator[PastOrder]:
        """The orders, in their order."""
        lacking = [promise for record, promise in decided if self._lacks(record)]
        today = iter(self._today(lacking, self._order, self._line) if lacking else ())
        self.read_today += len(lacking)
        for record, promise in decided:
            facts = next(today) if self._lacks(record) else None
            yield PastOrder(promise.order.id, self._facts(record, facts))

    def _keys(self, record: DecisionRecord) -> tuple[str, ...]:
        """The facts of a line that this order has: one that was never placed has none of the promise."""
        return self._line if len(record.stages) > 1 else self._admitted

    def _lacks(self, record: DecisionRecord) -> bool:
        stage = record.stages[-1]
        lines = stage.lines[0] if stage.lines else {}
        return not (stage.order.keys() >= set(self._order) and lines.keys() >= set(self._keys(record)))

    def _facts(self, record: DecisionRecord, today: Facts | None) -> Facts:
        stage, keys = record.stages[-1], self._keys(record)
        order = _merged(stage.order, {} if today is None else today.order, self._order)
        others: tuple[Values, ...] = () if today is None else today.lines
        lines = [
            _merged(line, others[place] if place < len(others) else {}, keys) for place, line in enumerate(stage.lines)
        ]
        return Facts(order, tuple(lines))


def _merged(known: Values, today: Values, keys: tuple[str, ...]) -> Values:
    return {key: known[key] if key in known else today.get(key) for key in keys}
