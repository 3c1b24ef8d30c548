"""What lay finished in a plant and for how long, and what was worked in overtime: from what it really did."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from domain.calendars import intersect, merge
from domain.checks import to_unix_up
from domain.items import Item
from scheduler.verify.recipe import seconds_up
from simulators.floor import Floor, Task
from simulators.plant import Arrival, Course, Line

DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Store:
    """Finished goods in days: the stock on hand, at cost, summed over time, by what is issued at cost.

    `days`: goods leave when they are done, as they do in the running plant. `held_days`: as it would have been had
    nobody taken goods before the date that was told.
    """

    days: float
    held_days: float


def store(
    floor: Floor, arrivals: Sequence[Arrival], course: Course, told: Mapping[Line, int], packed: str = ""
) -> Store:
    """The store of finished goods of a run, from its first order until the last goods left.

    What lay there at the beginning counts as long as nobody takes it; receipts of goods for sale are left out. `packed`
    is the operation with which goods are finished, where they go elsewhere for those behind it; empty: the last one.
    """
    items = floor.plant.item_by_id
    ordered = {
        (order.id, line.line_no): (items[line.item_id], line.quantity) for _, order in arrivals for line in order.lines
    }
    sold = {item.id for item, _ in ordered.values()}
    began_s = min(course.arrived_s.values())
    came = [(began_s, row.quantity * worth(items[row.item_id])) for row in floor.plant.on_hand if row.item_id in sold]
    issued, held = [], []
    lots = _lots(course.tasks)
    for line, left_s in course.left_s.items():
        item, quantity = ordered[line]
        for lot in lots.get(line, ()):
            done_s, away_s = _done_and_away(floor, lot, packed)
            left_s = min(left_s, away_s) if packed else left_s
            came.append((done_s, lot[0].quantity * worth(lot[0].item)))
        issued.append((left_s, quantity * worth(item)))
        early_s = max(0, told.get(line, 0) - course.delivered_s.get(line, told.get(line, 0)))
        held.append((left_s + early_s, quantity * worth(item)))
    total = sum(value for _, value in issued)
    return Store(_days(came, issued) / total, _days(came, held) / total) if total else Store(0.0, 0.0)


def overtime_h(floor: Floor, tasks: Iterable[Task]) -> float:
    """Hours that machines ran in overtime: in what their calendars have as such, or as worked by a change of shifts.

    0 where no calendar has any, as in the four factories.
    """
    return sum(_overtime_s(floor, task) for task in tasks) / 3600


def worth(item: Item) -> int:
    """What a piece lies there for, in fen: its cost, or its price where that isn't known; 1 without either."""
    return item.cost_fen or item.price_fen or 1


def _lots(tasks: Iterable[Task]) -> Mapping[Line, list[list[Task]]]:
    """What was made of what customers get, by line and lot."""
    found: dict[Line, dict[int, list[Task]]] = {}
    for task in tasks:
        if not task.into:
            found.setdefault((task.order_id, task.line_no), {}).setdefault(task.lot, []).append(task)
    return {line: list(lots.values()) for line, lots in found.items()}


def _done_and_away(floor: Floor, lot: Sequence[Task], packed: str) -> tuple[int, int]:
    """When a lot was finished, and when it left for what is done elsewhere: with the last operation, if nothing is."""
    tails = floor.recipe.tails(lot[0].item.routing_id)
    ended = {task.operation_id: task.end_s for task in lot}
    if packed not in ended:
        over_s = max(end_s + tails[name] for name, end_s in ended.items())
        return over_s, over_s
    (link,) = (link for link in floor.plant.routing_by_id[lot[0].item.routing_id].links if link.from_id == packed)
    (start_s,) = (task.start_s for task in lot if task.operation_id == link.to_id)
    return ended[packed], max(ended[packed], start_s - seconds_up(link.lag))


def _days(came: Iterable[tuple[int, int]], issued: Sequence[tuple[int, int]]) -> float:
    """What came in less what was issued, each times the days until the last of it left; in fen times days."""
    last_s = max(at_s for at_s, _ in issued)
    stock = sum(value * max(0, last_s - at_s) for at_s, value in came)
    return (stock - sum(value * (last_s - at_s) for at_s, value in issued)) / DAY_S


def _overtime_s(floor: Floor, task: Task) -> int:
    mode, plant = task.mode, floor.plant
    calendar = plant.calendar_by_id.get(plant.resource_by_id[mode.resource_id].calendar_id)
    if calendar is None:
        return 0
    changes = [(to_unix_up(one.start), to_unix_up(one.end)) for one in calendar.changes if one.worked]
    more = merge([*calendar.overtime(plant.zone), *changes])
    if not more:
        return 0
    worked = floor.true.run(mode.resource_id, mode.mould_id, mode.crew_id)
    return sum(worked.worked(start, end) for start, end in intersect(merge(task.spans), more))
