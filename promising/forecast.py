"""Load and bottlenecks of the coming weeks: what is booked, what a plan of orders would need, and what is short."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from domain.checks import check_id, check_range, check_utc
from domain.errors import InvalidInput
from domain.items import QUANTITY_MAX, Item, RoutingOperation
from domain.plant import Plant
from promising.alerts import Look
from promising.costs import HOUR_S, price_of
from promising.load import load_by_day

WEEKS_MAX = 26
WANTED_MAX = 1000
"""Rows of an order plan."""
OUTSIDE_MAX = 10
DEPTH_MAX = 32
"""Levels of the bill of material that are looked into."""


class Wanted(Struct, frozen=True):
    """A row of a plan of orders: a quantity that will be asked for by a time."""

    item_id: str
    quantity: int
    due: datetime

    def __post_init__(self) -> None:
        check_id("item_id", self.item_id)
        check_range("quantity", self.quantity, 1, QUANTITY_MAX)
        check_utc("due_time", self.due)


class CentreDay(Struct, frozen=True):
    """A work centre on a day of the plant's zone, seconds summed over its units.

    `booked` is what promised work takes, changeovers among it; `planned` what of the order plan fits in, as late as it
    may be; `overloaded` what is due by this day and fits nowhere before it.
    """

    day: datetime
    working: int
    booked: int
    planned: int
    overloaded: int

    @property
    def free(self) -> int:
        """What is left, 0 or more."""
        return max(0, self.working - self.booked - self.planned)


class Outside(Struct, frozen=True):
    """Work for an item that others could do: how many seconds that frees, and its price (None: no rate)."""

    item_id: str
    seconds: int
    fen: int | None


class CentreForecast(Struct, frozen=True):
    """A work centre, or a resource without one, over the days.

    `short` seconds are missing by the day `short_by` (None: nothing is), `overtime_fen` is the price of working them in
    addition (None: no rate); `outside` the planned work that could be given away, the most first.
    """

    work_centre: str
    days: tuple[CentreDay, ...]
    short: int
    short_by: datetime | None
    overtime_fen: int | None
    outside: tuple[Outside, ...]


def forecast(look: Look, start: datetime, weeks: int, wanted: Sequence[Wanted]) -> list[CentreForecast]:
    """Load by work centre and day, the shortest first. Raises InvalidInput for items that the plant doesn't make."""
    plant = look.plan.plant
    end = start + timedelta(weeks=weeks)
    loads = load_by_day(look.plan.snapshot(), start, end)
    centre = {each.id: each.work_centre or each.id for each in plant.resources}
    working: dict[str, dict[datetime, int]] = defaultdict(lambda: defaultdict(int))
    booked: dict[str, dict[datetime, int]] = defaultdict(lambda: defaultdict(int))
    for row in loads:
        name = centre[row.resource_id]
        working[name][row.day] += row.working
        booked[name][row.day] += row.busy + row.changeover
    needs: dict[str, list[tuple[datetime, int, str]]] = defaultdict(list)
    for place, each in enumerate(wanted):
        item = plant.item_by_id.get(each.item_id)
        if item is None or not item.routing_id:
            field = f"wanted[{place}].item_id"
            raise InvalidInput.one(field, f"nothing makes {each.item_id!r}", "an item with a routing")
        for resource_id, due, seconds, item_id in _needs(look, item, each.quantity, each.due - item.shipping, 0):
            if seconds and due < end:
                needs[centre[resource_id]].append((due, seconds, item_id))
    found = [_centre(plant, name, working[name], booked[name], needs[name]) for name in working]
    return sorted(found, key=lambda each: (-each.short, each.work_centre))


def spread(free: Sequence[int], due: Sequence[tuple[int, int]]) -> tuple[list[int], list[int]]:
    """Put work into free time, each as late as it may be: what each day takes, and what is due by it and fits nowhere.

    `due` are days (their number, below 0: before the first) with seconds. What fits nowhere is the least that can be:
    as much as what is due by some day is more than what is free by then.
    """
    left, over = list(free), [0] * len(free)
    for day, seconds in sorted(due):
        for d in range(min(day, len(left) - 1), -1, -1):
            taken = min(left[d], seconds)
            left[d] -= taken
            seconds -= taken
        over[max(0, min(day, len(over) - 1))] += seconds
    return [all_ - rest for all_, rest in zip(free, left, strict=True)], over


def _centre(
    plant: Plant, name: str, working: Mapping[datetime, int], booked: Mapping[datetime, int],
    needs: Sequence[tuple[datetime, int, str]],
) -> CentreForecast:  # fmt: skip
    days = sorted(working)
    free = [max(0, working[day] - booked[day]) for day in days]
    due = [(sum(day < at for day in days) - 1, seconds) for at, seconds, _ in needs]
    planned, over = spread(free, due)
    rows = tuple(CentreDay(day, working[day], booked[day], planned[d], over[d]) for d, day in enumerate(days))
    short = sum(over)
    by = next((row.day for row in rows if row.overloaded), None)
    rates = {rate.name: rate.fen for rate in plant.cost_rates}
    items: dict[str, int] = defaultdict(int)
    for _, seconds, item_id in needs:
        items[item_id] += seconds
    most = sorted(items.items(), key=lambda row: (-row[1], row[0]))[:OUTSIDE_MAX]
    outside = tuple(
        Outside(item_id, seconds, price_of(rates.get("outside_hour"), timedelta(seconds=seconds), HOUR_S))
        for item_id, seconds in (most if short else ())
    )
    fen = price_of(rates.get("overtime_hour"), timedelta(seconds=short), HOUR_S)
    return CentreForecast(name, rows, short, by, fen if short else None, outside)


def _needs(
    look: Look, item: Item, quantity: int, due: datetime, depth: int
) -> Iterator[tuple[str, datetime, int, str]]:
    """Resource, latest end, seconds and item of all work for a quantity, its made components among it.

    Each operation in its first mode, behind one another without waiting; stock is not taken off.
    """
    plant = look.plan.plant
    if depth >= DEPTH_MAX:
        return
    routing = plant.routing_by_id[item.routing_id]
    lot = max(item.lot_minimum, -(-quantity // item.lot_multiple) * item.lot_multiple)
    begins: dict[str, datetime] = {}
    for step in reversed(routing.operations):
        begins[step.id] = due
        seconds = _run_s(look, step, lot)
        if seconds:
            mode = step.modes[0]
            yield mode.resource_id, due, seconds, item.id
            if mode.crew_id:
                yield mode.crew_id, due, seconds, item.id
        due = begins[step.id] = due - timedelta(seconds=seconds) - step.lag
    for row in plant.bom:
        if row.item_id != item.id:
            continue
        part = plant.item_by_id[row.component_id]
        if part.routing_id:
            needed = -(-row.quantity_micro * lot // 1_000_000)
            yield from _needs(look, part, needed, begins.get(row.operation_id, due), depth + 1)


def _run_s(look: Look, step: RoutingOperation, quantity: int) -> int:
    return look.plan.layout.run_seconds(step.modes[0], quantity)[0] if step.modes else 0
