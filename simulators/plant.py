"""The plant that runs: orders come, tasks are done one after the other, things break, goods leave.

Who says what is done next and what customers are told is an `Office`: the desk over gRPC, or a firm without one. The
plant is the same for both: every disturbance is drawn by what it happens to, not by when the plan puts it.

The events are a heap of (time, number), not processes of a library: an operation's whole history is known when its run
begins, so that nothing waits that would have to be interrupted, and the same seed gives the same history by its rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from heapq import heappop, heappush
from typing import Protocol

from domain.checks import to_unix_up
from domain.orders import Order
from domain.plant import Plant
from scheduler.shipping import Service, Shipping, earliest, latest
from scheduler.translate import seconds
from simulators.disturbances import Disturbances, Draws
from simulators.floor import Crack, Doing, Floor, Task
from simulators.materials import Delivery, Materials, deliveries, delivery

Arrival = tuple[datetime, Order]
Line = tuple[str, int]
NEVER = 1 << 49
"""Beyond this nobody knows when something is free."""
PATIENCE = timedelta(days=90)
"""How long after the last order the plant runs on at most."""


class Kind(StrEnum):
    """What happens."""

    ARRIVED = "arrived"
    """An order."""
    STARTED = "started"
    COUNTED = "counted"
    FINISHED = "finished"
    DOWN = "down"
    """A machine stands still, a crew is away, a mould cracks."""
    UP = "up"
    OVERDUE = "overdue"
    """A receipt that was to come has not."""
    CAME = "came"
    """A receipt, or a part of it."""
    DELIVERED = "delivered"
    """An order line is with the customer."""
    WAKE = "wake"
    """The office wanted to look."""


@dataclass(frozen=True, slots=True)
class News:
    """What happened at a time, Unix seconds: to a task, a machine, crew, mould or receipt, an order, or a line.

    `quantity` are pieces of a receipt that came.
    """

    kind: Kind
    at_s: int
    task: Task | None = None
    subject_id: str = ""
    order: Order | None = None
    line: Line = ("", 0)
    quantity: int = 0

    @property
    def row(self) -> tuple[int, str, str]:
        """The row of the history."""
        name = "/".join(map(str, self.task.name)) if self.task is not None else self.subject_id
        if self.order is not None:
            name = self.order.id
        elif self.line[0]:
            name = f"{self.line[0]}/{self.line[1]}"
        return self.at_s, self.kind.value, name


class Office(Protocol):
    """Who plans and promises."""

    def hear(self, now_s: int, news: Sequence[News]) -> None:
        """Take what happened, answer orders, plan."""

    def wanted(self, now_s: int, floor: Floor) -> Iterable[Task]:
        """What may be begun now, the most wanted in front; each on the machine and in the way that it names."""

    def left_waiting(self, now_s: int, floor: Floor) -> None:
        """Hear that all was begun now that could be; afterwards perhaps other things can."""

    def wake_s(self, now_s: int) -> int | None:
        """When to look again at the latest, after now; None: when something happens."""


@dataclass(slots=True)
class Course:
    """What became of the orders: of each line when its goods were there, and all that happened."""

    arrived_s: dict[str, int]
    delivered_s: dict[Line, int]
    first_start_s: dict[Line, int]
    made: dict[Line, tuple[int, int]]
    """Good and scrapped pieces of all steps of a line."""
    runs: dict[tuple[str, int, str, str], tuple[int, int]]
    """Start and end of each run."""
    history: list[tuple[int, str, str]]
    tasks: list[Task]
    """All that ran, in the order in which it began."""
    left_s: dict[Line, int]
    """When the goods of each line left the plant."""


class RunningPlant:
    """One run of a plant under an office."""

    def __init__(
        self, plant: Plant, arrivals: Sequence[Arrival], office: Office, disturbances: Disturbances, seed: int,
        *, receipts: bool = False,
    ) -> None:  # fmt: skip
        """With `receipts` work and goods wait for what suppliers bring, late and short; else they come as planned."""
        self._plant, self._office, self._set = plant, office, disturbances
        self._draws = Draws(seed, disturbances)
        times = [received for received, _ in arrivals]
        self.floor = Floor(plant, disturbances, self._draws, min(times), max(times))
        self._end_s = to_unix_up(max(times) + PATIENCE)
        self._heap: list[tuple[int, int, News]] = []
        self._number = 0
        self._shipping = Shipping(plant)
        self._set_up: list[Task] = []
        self._open: dict[Line, Order] = {}
        self._leaving: dict[Line, int] = {}
        self.course = Course({}, {}, {}, {}, {}, [], [], {})
        for received, order in arrivals:
            self._push(News(Kind.ARRIVED, to_unix_up(received), order=order))
        for still in self.floor.standstills:
            if still.start_s < self._end_s:
                self._push(News(Kind.DOWN, still.start_s, subject_id=still.subject_id))
                self._push(News(Kind.UP, still.end_s, subject_id=still.subject_id))
        self._expected = sum(len(order.lines) for _, order in arrivals)
        self._waiting: dict[Line, int] = {}
        """Lines that wait for goods as they are to leave, and when they are with the customer at the earliest."""
        if receipts:
            begin_s = to_unix_up(min(times))
            self.floor.materials = Materials(plant, ())
            for each in deliveries(plant, self._draws, begin_s):
                self.expect(each)

    def run(self, look: Callable[[int], None] = lambda _: None) -> Course:
        """Run until all is delivered, at most 90 days after the last order; `look` is told the time of each step."""
        while self._heap and self._heap[0][0] <= self._end_s and self._expected:
            now_s = self._heap[0][0]
            news = []
            while self._heap and self._heap[0][0] == now_s:
                found = heappop(self._heap)[2]
                self._happen(found)
                news.append(found)
            self._office.hear(now_s, [each for each in news if each.kind is not Kind.WAKE])
            self._begin(now_s)
            self._office.left_waiting(now_s, self.floor)
            self._begin(now_s)
            wake_s = self._office.wake_s(now_s)
            if wake_s is not None and wake_s > now_s and not (self._heap and self._heap[0][0] <= wake_s):
                self._push(News(Kind.WAKE, wake_s))
            look(now_s)
        return self.course

    def is_open(self, order_id: str) -> bool:
        """Whether a line of an order is still to be delivered."""
        return any(line[0] == order_id for line in self._open)

    def refused(self, line: Line) -> None:
        """Hear that a line will never be delivered."""
        if self._open.pop(line, None) is not None:
            self._expected -= 1

    def order(self, receipt_id: str, item_id: str, quantity: int, planned_s: int) -> None:
        """Hear that something was bought, to come at a time after now."""
        self.expect(delivery(self._draws, receipt_id, item_id, quantity, planned_s))

    def expect(self, coming: Delivery) -> None:
        """Let what comes of a receipt happen."""
        assert self.floor.materials is not None
        self.floor.materials.coming[coming.receipt_id] = coming
        if coming.late:
            self._push(News(Kind.OVERDUE, coming.planned_s, subject_id=coming.receipt_id))
        for at_s, quantity in coming.parts:
            self._push(News(Kind.CAME, at_s, subject_id=coming.receipt_id, quantity=quantity))

    def leaves(self, line: Line, at_s: int) -> None:
        """Hear that a line of which nothing is made leaves the stock at a time."""
        self._ship(line, at_s)

    def arrives(self, line: Line, at_s: int) -> None:
        """Hear when a line of which nothing is made arrives, if its goods come in time and its carrier keeps to his."""
        self._send_off(line, at_s)

    def _push(self, news: News) -> None:
        self._number += 1
        heappush(self._heap, (news.at_s, self._number, news))

    def _happen(self, news: News) -> None:
        if news.kind is not Kind.WAKE:
            self.course.history.append(news.row)
        if news.kind is Kind.ARRIVED and news.order is not None:
            self.course.arrived_s[news.order.id] = news.at_s
            self.floor.received(news.order.id, news.at_s)
            for line in news.order.lines:
                self._open[news.order.id, line.line_no] = news.order
        elif news.kind is Kind.FINISHED and news.task is not None:
            self._finished(news.task)
        elif news.kind is Kind.CAME:
            self._came(news)
        elif news.kind is Kind.DELIVERED:
            self.course.delivered_s[news.line] = news.at_s
            self._open.pop(news.line, None)
            self._expected -= 1

    def _finished(self, task: Task) -> None:
        task.doing = Doing.DONE
        line = (task.order_id, task.line_no)
        good, scrapped = self.course.made.get(line, (0, 0))
        self.course.made[line] = good + task.made - task.scrapped, scrapped + task.scrapped
        left_s = self.floor.line_done_s(task)
        if left_s is not None and line in self._open and line not in self._leaving:
            # What stock and receipts give of the line goes with what was made.
            self._send_off(line, self._arrives_s(self._open[line], line[1], left_s))

    def _send_off(self, line: Line, arrives_s: int) -> None:
        """Send a line off to arrive at a time; without all of its goods it waits for them."""
        materials = self.floor.materials
        if line not in self._open or line in self._leaving:
            return
        if materials is None or materials.take(line, ""):
            self._bring(line, arrives_s)
        else:
            self._waiting[line] = arrives_s

    def _came(self, news: News) -> None:
        """Put what came into the store, and send off the lines that waited for it."""
        materials = self.floor.materials
        assert materials is not None
        materials.came(news.subject_id, news.quantity)
        for line, arrives_s in list(self._waiting.items()):
            if materials.take(line, ""):
                del self._waiting[line]
                self._bring(line, max(arrives_s, self._arrives_s(self._open[line], line[1], news.at_s)))

    def _ship(self, line: Line, left_s: int) -> None:
        order = self._open.get(line)
        if order is None or line in self._leaving:
            return
        self._bring(line, self._arrives_s(order, line[1], left_s))

    def _bring(self, line: Line, arrives_s: int) -> None:
        """Deliver a line when it was to arrive, or as much later as its carrier is late."""
        there_s = arrives_s + self._draws.carrier_late_s(*line)
        self._leaving[line] = there_s
        services = self._services(self._open[line])
        self.course.left_s[line] = latest(services, arrives_s) if services else arrives_s
        self._push(News(Kind.DELIVERED, there_s, line=line))

    def _arrives_s(self, order: Order, line_no: int, left_s: int) -> int:
        """When a line that is done at a time arrives, if its carrier keeps to his times."""
        (line,) = (each for each in order.lines if each.line_no == line_no)
        packed_s = left_s + seconds(self._plant.item_by_id[line.item_id].shipping)
        services = self._services(order)
        return earliest(services, packed_s)[0] if services else packed_s

    def _services(self, order: Order) -> Sequence[Service]:
        return self._shipping.to(*self._plant.address(order.customer_id, order.region, order.carrier_id))

    def _begin(self, now_s: int) -> None:
        """Begin all that may be begun now, and the runs of what is ready."""
        begun = True
        while begun:
            begun = False
            for task in self._office.wanted(now_s, self.floor):
                if self._can(task, now_s):
                    self.floor.set_up(task, now_s)
                    self._set_up.append(task)
                    begun = True
            waiting = []
            for task in self._set_up:
                cracks = self.floor.run(task, now_s)
                if cracks is None:
                    waiting.append(task)
                else:
                    self._follow(task, cracks)
                    begun = True
            self._set_up = waiting

    def _can(self, task: Task, now_s: int) -> bool:
        mode, floor = task.mode, self.floor
        if task.doing is not Doing.WAITING or len(floor.free_units(mode.resource_id, now_s)) < mode.resource_units:
            return False
        if mode.mould_id and floor.mould_free_s(mode.mould_id) >= NEVER:
            return False
        return floor.arrival(task) is not None and floor.opens_s(mode.resource_id, now_s) <= now_s

    def _follow(self, task: Task, cracks: Iterable[Crack]) -> None:
        """Let all happen that a run brings."""
        line = (task.order_id, task.line_no)
        self.course.runs[task.name] = (task.start_s, task.end_s)
        self.course.tasks.append(task)
        first_s = self.course.first_start_s.get(line, task.start_s)
        self.course.first_start_s[line] = min(first_s, task.start_s)
        self._push(News(Kind.STARTED, task.start_s, task))
        every_s = int(self._set.count_every.total_seconds())
        # Everybody counts at the same times, as at the changes of shifts.
        for at_s in range(task.start_s // every_s * every_s + every_s, task.end_s, every_s):
            self._push(News(Kind.COUNTED, at_s, task))
        for crack in cracks:
            self._push(News(Kind.DOWN, crack.start_s, subject_id=crack.mould_id))
            self._push(News(Kind.UP, crack.end_s, subject_id=crack.mould_id))
        self._push(News(Kind.FINISHED, task.end_s, task))
