"""Which orders are held, and until when."""

from __future__ import annotations

from collections.abc import Mapping


class Holds:
    """Ends of holds in Unix seconds, as if all decisions so far were committed; the writer's alone."""

    def __init__(self) -> None:
        self._ends: dict[str, int] = {}

    def load(self, ends: Mapping[str, int]) -> None:
        """Take what the store has."""
        self._ends = dict(ends)

    def set(self, order_id: str, expire_s: int | None) -> None:
        """Hold an order until then, or no longer (None)."""
        if expire_s is None:
            self._ends.pop(order_id, None)
        else:
            self._ends[order_id] = expire_s

    @property
    def next_s(self) -> int | None:
        """When the next hold runs out; None when nothing is held."""
        return min(self._ends.values(), default=None)

    def due(self, now_s: int) -> list[tuple[int, str]]:
        """Holds that have run out, each with its order, in order of time."""
        return sorted((end, order_id) for order_id, end in self._ends.items() if end <= now_s)
