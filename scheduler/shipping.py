"""When goods that are packed reach the customer, and back: pick-ups, cut-offs and lead times of carriers.

All times are integer Unix seconds. Both ways are monotone, and the one is the inverse of the other:
`latest_packed(delivered(t)) >= t` and `delivered(latest_packed(d)) <= d`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from domain.checks import to_unix_up
from domain.plant import Plant
from domain.trade import Carrier, CarrierStop
from scheduler.arrays import INF
from scheduler.translate import seconds

GAP_DAYS = 1100
"""Days without work after which a carrier counts as gone."""
ONE_DAY = timedelta(days=1)


class Service:
    """One carrier on its way to one region. What it looked up of days it keeps."""

    def __init__(
        self, carrier: Carrier, zone: ZoneInfo, works_on: Callable[[date], bool], stops: Sequence[CarrierStop] = ()
    ) -> None:
        self.carrier = carrier
        self._stops = [(to_unix_up(stop.start), to_unix_up(stop.end)) for stop in stops]
        self._zone = zone
        self._works_on = works_on
        self._lead_s = seconds(carrier.lead)
        self._pick_ups: dict[date, int] = {}

    def collected(self, packed_s: int) -> int:
        """The first pick-up at or after a time; INF when there is none any more."""
        day = self._day(packed_s)
        for _ in range(GAP_DAYS):
            if self._collects(day) and self._pick_up(day) >= packed_s:
                return self._pick_up(day)
            day += ONE_DAY
        return INF

    def delivered(self, packed_s: int) -> int:
        """When goods packed at a time arrive; INF when nobody collects them any more."""
        left_s = self.collected(packed_s)
        if left_s >= INF or not self.carrier.working:
            return min(INF, left_s + self._lead_s)
        return self._after_work(left_s)

    def latest_packed(self, by_s: int) -> int:
        """Until when goods must be packed to arrive by a time; -INF when they never would."""
        left_s = self._before_work(by_s) if self.carrier.working else by_s - self._lead_s
        if left_s <= -INF:
            return -INF
        day = self._day(left_s)
        for _ in range(GAP_DAYS):
            if self._collects(day) and self._pick_up(day) <= left_s:
                return self._pick_up(day)
            day -= ONE_DAY
        return -INF

    def _after_work(self, at_s: int) -> int:
        """When the lead is over that begins at a time, in time of the days that the carrier works."""
        left_s, day, gap = self._lead_s, self._day(at_s), 0
        while left_s:
            gap += 1
            if self._works_on(day):
                start_s = max(at_s, self._midnight(day))
                worked_s = self._midnight(day + ONE_DAY) - start_s
                if left_s <= worked_s:
                    return start_s + left_s
                left_s, gap = left_s - worked_s, 0
            elif gap > GAP_DAYS:
                return INF
            day += ONE_DAY
        return at_s

    def _before_work(self, by_s: int) -> int:
        """The last time at which a lead begins that is over by a time."""
        left_s, day, gap = self._lead_s, self._day(by_s), 0
        while left_s:
            gap += 1
            if self._works_on(day):
                end_s = min(by_s, self._midnight(day + ONE_DAY))
                worked_s = end_s - self._midnight(day)
                if left_s <= worked_s:
                    return end_s - left_s
                left_s, gap = left_s - worked_s, 0
            elif gap > GAP_DAYS:
                return -INF
            day -= ONE_DAY
        return by_s

    def _collects(self, day: date) -> bool:
        """Whether goods leave on a day: the carrier works, and does not stand still when it would come."""
        if not self._works_on(day):
            return False
        return not any(start_s <= self._pick_up(day) < end_s for start_s, end_s in self._stops)

    def _pick_up(self, day: date) -> int:
        found = self._pick_ups.get(day)
        if found is None:
            found = self._pick_ups[day] = self._at(day, self.carrier.cut_off)
        return found

    def _midnight(self, day: date) -> int:
        return self._at(day, time(0))

    def _at(self, day: date, clock: time) -> int:
        # By way of UTC: the difference of two local times would leave out a change of the clocks.
        return int(datetime.combine(day, clock, self._zone).astimezone(UTC).timestamp())

    def _day(self, at_s: int) -> date:
        return datetime.fromtimestamp(at_s, self._zone).date()


class Shipping:
    """The carriers of one plant."""

    def __init__(self, plant: Plant) -> None:
        self._plant = plant
        self._days: dict[str, Callable[[date], bool]] = {}
        self._services: dict[tuple[str, str], Service] = {}
        self._allowed: dict[tuple[str, str], tuple[Service, ...]] = {}

    def to(self, region: str, carrier_id: str = "") -> tuple[Service, ...]:
        """What may bring goods to a region, by carrier id: the carrier named, or (empty) any; nothing if none goes."""
        key = (region, carrier_id)
        found = self._allowed.get(key)
        if found is None:
            rows = self._plant.carriers_to(region, carrier_id)
            found = self._allowed[key] = tuple(self._service(row, region) for row in rows)
        return found

    def by(self, carrier_id: str, region: str) -> Service | None:
        """The carrier as it goes to a region, if it does."""
        found = self.to(region, carrier_id)
        return found[0] if found else None

    def _service(self, row: Carrier, region: str) -> Service:
        stops = [stop for stop in self._plant.carrier_stops if stop.meets(row.id, region)]
        # A row may stand for several regions, of which one is met.
        key = (row.id, region if stops else row.region)
        found = self._services.get(key)
        if found is None:
            found = self._services[key] = Service(row, self._plant.zone, self._working_days(row), stops)
        return found

    def _working_days(self, row: Carrier) -> Callable[[date], bool]:
        if not row.calendar_id:
            return lambda day: day.weekday() in row.weekdays
        found = self._days.get(row.calendar_id)
        if found is None:
            found = self._days[row.calendar_id] = cache(self._plant.calendar_by_id[row.calendar_id].works_on)
        return found


def earliest(services: Sequence[Service], packed_s: int) -> tuple[int, Service]:
    """When goods arrive at the earliest, and with whom: the first of those that are as early. INF: with nobody."""
    return min(((each.delivered(packed_s), each) for each in services), key=lambda found: found[0])


def latest(services: Sequence[Service], by_s: int) -> int:
    """Until when goods must be packed to arrive by a time with one of them."""
    return max(each.latest_packed(by_s) for each in services)
