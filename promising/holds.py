"""Which orders are held, and until when."""

from __future__ import annotations

from collections.abc import Mapping
from heapq import heapify, heappop, heappush


class Holds:
    """Ends of holds in Unix seconds, as if all decisions so far were committed; the writer's alone."""

    def __init__(self) -> None:
        self._ends: dict[str, int] = {}
        # Every batch asks for the next end. What is no longer held goes from the heap when it comes to the top.
        self._heap: list[tuple[int, str]] = []

    def load(self, ends: Mapping[str, int]) -> None:
        """Take what the store has."""
        self._ends = dict(ends)
        self._heap = [(end, order_id) for order_id, end in ends.items()]
        heapify(self._heap)

    def set(self, order_id: str, expire_s: int | None) -> None:
        """Hold an order until then, or no longer (None)."""
        if expire_s is None:
            self._ends.pop(order_id, None)
        else:
            self._ends[order_id] = expire_s
            heappush(self._heap, (expire_s, order_id))

    @property
    def next_s(self) -> int | None:
        """When the next hold runs out; None when nothing is held."""
        while self._heap and self._ends.get(self._heap[0][1]) != self._heap[0][0]:
            heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def due(self, now_s: int) -> list[tuple[int, str]]:
        """Holds that have run out, each with its order, in order of time."""
        next_s = self.next_s
        if next_s is None or next_s > now_s:
            return []
        return sorted((end, order_id) for order_id, end in self._ends.items() if end <= now_s)
