"""What the stock must be by what was reported, worked out anew from all reports: nothing of the desk's own code."""

from __future__ import annotations

from datetime import UTC, datetime


class Ledger:
    """All counts and movements that were taken over, whenever they came in."""

    def __init__(self) -> None:
        self._counts: dict[str, tuple[datetime, int]] = {}
        self._movements: dict[str, list[tuple[datetime, int]]] = {}

    def counted(self, item_id: str, quantity: int, as_of: datetime) -> None:
        self._counts[item_id] = (as_of, quantity)

    def moved(self, item_id: str, quantity: int, time: datetime) -> None:
        self._movements.setdefault(item_id, []).append((time, quantity))

    def stock(self) -> dict[str, int]:
        """Of each item the last count, with what came and went after it was taken."""
        found = {}
        for item_id in {*self._counts, *self._movements}:
            as_of, quantity = self._counts.get(item_id, (datetime(1970, 1, 1, tzinfo=UTC), 0))
            found[item_id] = quantity + sum(q for time, q in self._movements.get(item_id, ()) if time > as_of)
        return found
