"""An office without a desk: dates from a fixed lead time, and a spreadsheet that is put right a few times a day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import islice

from domain.checks import from_unix, to_unix_up
from domain.items import Item, Sourcing
from domain.orders import PRIORITY_DEFAULT, Order, OrderLine
from domain.plant import Plant
from simulators.disturbances import Disturbances, Draws
from simulators.floor import Doing, Floor, Task
from simulators.foreman import Arrivals, changes
from simulators.plant import Kind, Line, News, RunningPlant


@dataclass(frozen=True, slots=True)
class Habits:
    """How a firm without a desk promises and plans.

    `lead` is what salespeople add to the day of an order, in calendar time; a customer who asks for a later date gets
    that. `agrees_share` (0 to 1) of those who ask for an earlier date are told that it will do. Dates are told for
    `day_end`, local time. `updates` are the times of a day at which the spreadsheet is put right: what came in and what
    is done is known then. `loud_share` of customers call `calls_before` the date that they were told when their order
    isn't done: it goes in front of all others at the next update, as do orders in a hurry. `looks` is how far down his
    list a worker looks for what can be begun; where he `spares` changeovers, he takes first what needs none of it.
    `releases` is how long before the date that was told an order's work is given to the floor (None: at once).
    """

    lead: timedelta
    agrees_share: float = 0.3
    day_end: time = time(18)
    updates: tuple[time, ...] = (time(8, 30), time(13, 30), time(17))
    loud_share: float = 0.25
    calls_before: timedelta = timedelta(days=2)
    looks: int = 4
    spares: bool = False
    releases: timedelta | None = None


class Spreadsheet:
    """The office: salespeople, a planner with a list for each machine, workers who take what can be begun."""

    def __init__(self, plant: Plant, habits: Habits, disturbances: Disturbances, seed: int) -> None:
        self._plant, self._habits = plant, habits
        self._draws = Draws(seed, disturbances)
        self.running: RunningPlant | None = None
        """The plant, set by who makes both."""
        self.told: dict[Line, int] = {}
        """The promised time of each line, Unix seconds."""
        self.answered: dict[str, int] = {}
        """How long after it came each order was answered, in seconds."""
        self.expedited: set[str] = set()
        self.displaced = 0
        """Tasks of others that something in a hurry went in front of."""
        self._received: dict[str, int] = {}
        self._new: list[Order] = []
        self._kept: list[Order] = []
        """Orders whose work is not given to the floor yet."""
        self._lists: dict[str, list[Task]] = {}
        self._due: dict[str, int] = {}
        self._customer: dict[str, str] = {}
        self._next_s = 0
        self._numbers = iter(range(1, 1 << 40))
        self._arrivals = Arrivals()

    def hear(self, now_s: int, news: Sequence[News]) -> None:
        """Promise what comes in, and put the spreadsheet right when it is time for it."""
        for each in news:
            if each.kind is Kind.ARRIVED and each.order is not None:
                self._promise(each.order, now_s)
        if now_s >= self._next_s:
            self._update(now_s)
            self._next_s = self._after(now_s)

    def _promise(self, order: Order, now_s: int) -> None:
        self._received[order.id], self._customer[order.id] = now_s, order.customer_id
        for line in order.lines:
            usual_s = to_unix_up(self._day_end(from_unix(now_s) + self._habits.lead))
            asked_s = to_unix_up(line.requested_time)
            agrees = self._draws.of("agrees", order.id, line.line_no).random() < self._habits.agrees_share
            self.told[order.id, line.line_no] = max(now_s, asked_s) if agrees else max(usual_s, asked_s)
        self._due[order.id] = min(self.told[order.id, line.line_no] for line in order.lines)
        self._new.append(order)

    def _day_end(self, at: datetime) -> datetime:
        return datetime.combine(at.astimezone(self._plant.zone).date(), self._habits.day_end, self._plant.zone)

    def _after(self, now_s: int) -> int:
        """The next update."""
        day = from_unix(now_s).astimezone(self._plant.zone).date()
        moments = (
            to_unix_up(datetime.combine(day + timedelta(days=ahead), clock, self._plant.zone))
            for ahead in (0, 1)
            for clock in self._habits.updates
        )
        return min(at for at in moments if at > now_s)

    # The planner.

    def _update(self, now_s: int) -> None:
        """Take up new orders, drop what is done, and bring forward what somebody shouts for."""
        for tasks in self._lists.values():
            tasks[:] = [task for task in tasks if task.doing is not Doing.DONE]
        for order in self._new:
            self.answered[order.id] = now_s - self._received[order.id]
        self._kept += self._new
        self._new, kept, self._kept = [], self._kept, []
        for order in kept:
            if not self._is_released(order, now_s):
                self._kept.append(order)
                continue
            for line in order.lines:
                self._plan(order, line, now_s)
            if order.priority < PRIORITY_DEFAULT:
                self._bring_forward(order.id)
        for order_id in self._shouted_for(now_s):
            self._bring_forward(order_id)

    def _is_released(self, order: Order, now_s: int) -> bool:
        releases = self._habits.releases
        return releases is None or self._due[order.id] - releases.total_seconds() <= now_s

    def _plan(self, order: Order, line: OrderLine, now_s: int) -> None:
        """Put each step of a line at the end of the shortest list of those that can do it."""
        assert self.running is not None
        lots = list(self._lots(order.id, line.line_no, self._plant.item_by_id[line.item_id], line.quantity, 0))
        if not lots:
            self.running.leaves((order.id, line.line_no), now_s)
        for task in lots:
            self.running.floor.expect(task)
            self._lists.setdefault(task.mode.resource_id, []).append(task)

    def _lots(self, order_id: str, line_no: int, item: Item, quantity: int, into: int) -> Iterator[Task]:
        """The steps of a line's lot, and before them those of the lots that go into it."""
        if item.sourcing is not Sourcing.MAKE:
            return
        number, made = next(self._numbers), item.lot(quantity)
        for row in self._plant.bom:
            if row.item_id == item.id:
                needed = -(-made * row.quantity_micro // 1_000_000)
                yield from self._lots(order_id, line_no, self._plant.item_by_id[row.component_id], needed, number)
        for step in self._plant.routing_by_id[item.routing_id].operations:
            if step.modes:
                # The list that is the shortest by the planner's own sums.
                mode = min(step.modes, key=lambda mode: self._listed_s(mode.resource_id))
                yield Task(next(self._numbers), order_id, line_no, item, step.id, mode, made, number, into)

    def _listed_s(self, resource_id: str) -> float:
        assert self.running is not None
        floor = self.running.floor
        tasks = self._lists.get(resource_id, ())
        listed = sum(floor.nominal(task)[0] for task in tasks if task.doing is Doing.WAITING)
        return listed / self._plant.resource_by_id[resource_id].capacity

    def _shouted_for(self, now_s: int) -> Iterator[str]:
        until_s = now_s + self._habits.calls_before.total_seconds()
        waiting = {task.order_id for tasks in self._lists.values() for task in tasks if task.doing is Doing.WAITING}
        for order_id in sorted(waiting - self.expedited, key=lambda one: (self._due[one], one)):
            if self._due[order_id] > until_s:
                return
            if self._draws.of("loud", self._customer[order_id]).random() < self._habits.loud_share:
                yield order_id

    def _bring_forward(self, order_id: str) -> None:
        self.expedited.add(order_id)
        for tasks in self._lists.values():
            mine = [task for task in tasks if task.order_id == order_id and task.doing is Doing.WAITING]
            if mine:
                keys = {task.key for task in mine}
                place = max(place for place, task in enumerate(tasks) if task.key in keys)
                ahead = [task for task in tasks[:place] if task.doing is Doing.WAITING]
                self.displaced += sum(task.order_id != order_id for task in ahead)
                tasks[:] = [*mine, *(task for task in tasks if task.key not in keys)]

    # The workers.

    def wanted(self, now_s: int, floor: Floor) -> Iterable[Task]:
        """Of each list what can be begun among the first few that wait."""
        for resource_id, tasks in self._lists.items():
            if not floor.free_units(resource_id, now_s):
                continue
            waiting = (task for task in tasks if task.doing is Doing.WAITING)
            looked_at = list(islice(waiting, self._looks(resource_id)))
            if self._habits.spares:
                looked_at.sort(key=lambda task: changes(task, floor))
            for task in looked_at:
                if self._arrivals.is_there(task, now_s, floor):
                    yield task

    def _looks(self, resource_id: str) -> int:
        return self._habits.looks * self._plant.resource_by_id[resource_id].capacity

    def left_waiting(self, now_s: int, floor: Floor) -> None:
        """Nothing: nobody hears of it before the next update."""

    def wake_s(self, now_s: int) -> int | None:
        """The next update, opening of a machine that has work, or end of a lag."""
        assert self.running is not None
        floor, found = self.running.floor, self._next_s
        for resource_id, tasks in self._lists.items():
            waiting = [task for task in tasks if task.doing is Doing.WAITING]
            if not waiting or not floor.free_units(resource_id, now_s):
                continue
            opens_s = floor.opens_s(resource_id, now_s)
            if opens_s > now_s:
                found = min(found, opens_s)
            # Nobody begins what is further down his list.
            looked_at = waiting[: self._looks(resource_id)]
            known = (self._arrivals.of(task, floor) for task in looked_at)
            found = min([found, *(at for at in known if at is not None and at > now_s)])
        return found
