"""How limits and grades of customers changed: what rules read of the last months."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping

from domain.trade import CreditChange, Customer

KEPT_S = 100 * 86_400
"""How far back changes are read at start, seconds: more than the three months that rules ask for."""


def credit_changes(before: Mapping[str, Customer], after: Iterable[Customer], at_s: int) -> list[CreditChange]:
    """Changes of customers that were there before and still are, at Unix seconds."""
    return [
        CreditChange(new.id, at_s, old.credit_limit_fen, new.credit_limit_fen, old.grade, new.grade)
        for new in after
        if (old := before.get(new.id)) is not None
        and (old.credit_limit_fen, old.grade) != (new.credit_limit_fen, new.grade)
    ]


class CreditHistory:
    """Committed changes by customer, the oldest first; the writer's alone."""

    def __init__(self) -> None:
        self._of: dict[str, list[CreditChange]] = {}

    def load(self, changes: Iterable[CreditChange]) -> None:
        """Take what the store has, in the order of the changes."""
        self._of.clear()
        self.add(changes)

    def add(self, changes: Iterable[CreditChange]) -> None:
        """Know of changes that were committed."""
        for change in changes:
            self._of.setdefault(change.customer_id, []).append(change)

    def since(self, customer_id: str, since_s: int) -> list[CreditChange]:
        """A customer's changes since Unix seconds, the oldest first."""
        known = self._of.get(customer_id, [])
        return known[bisect_left(known, since_s, key=lambda change: change.changed_s) :]
