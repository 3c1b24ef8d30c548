"""When a purchase arrives: its buy lead after it is ordered, with suppliers that stand still for a time."""

from __future__ import annotations

from domain.checks import to_unix_down, to_unix_up
from domain.plant import Plant
from scheduler.translate import seconds


class Buying:
    """Purchases of one plant; all times are integer Unix seconds."""

    def __init__(self, plant: Plant) -> None:
        self._leads = {item.id: seconds(item.buy_lead) for item in plant.items}
        self._stops: dict[str, list[tuple[int, int]]] = {}
        for stop in sorted(plant.supply_stops, key=lambda stop: stop.start):
            span = to_unix_down(stop.start), to_unix_up(stop.end)
            self._stops.setdefault(stop.item_id, []).append(span)

    def arrives(self, item_id: str, order_s: int) -> int:
        """When what is ordered at a time arrives: nothing is ordered or brought while its supplier stands still."""
        at_s = self._after_stops(item_id, order_s) + self._leads[item_id]
        return self._after_stops(item_id, at_s)

    def planned(self, item_id: str, arrival_s: int) -> int:
        """When a purchase arrives that was planned to arrive at a time, as far as is known now."""
        if item_id not in self._stops:
            return arrival_s
        return max(arrival_s, self.arrives(item_id, arrival_s - self._leads[item_id]))

    def _after_stops(self, item_id: str, at_s: int) -> int:
        for start_s, end_s in self._stops.get(item_id, ()):
            if start_s <= at_s < end_s:
                at_s = end_s
        return at_s
