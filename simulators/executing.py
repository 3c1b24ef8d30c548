"""The desk's own plan done with other process times: light, in this process, for thousands of orders.

The planner decides each order as it comes and is told what the shop floor does: a run that goes on beyond its planned
end how much is made by then, and every end. Work begins where the plan has it then. What is left out beside
`simulators.plant`: the server and the store, mould wear, absent crews, material, carriers, skipped and late reports,
changeovers that take longer; a breakdown is a longer run, of which the desk knows nothing before it is late.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.checks import from_unix, to_unix_down, to_unix_up
from domain.orders import Order
from domain.plant import Plant
from domain.progress import Mark, MarkKind, Progress
from domain.promises import Completed, LinePromise, Outcome, Promise, PromiseState
from domain.values import replace
from scheduler import arrays as a
from scheduler.planner import Effort, Planner
from scheduler.planning.stakes import Stake
from scheduler.verify.hours import Hours, WorkingTime

Factor = Callable[[str, str, str, int, str], float]
"""What a run takes of its planned working time in fact: by order, item, operation, that time (seconds) and mould."""
BEYOND = timedelta(days=120)


@dataclass(slots=True)
class _Run:
    order_id: str
    line_no: int
    operation_id: str
    quantity: int
    start_s: int
    worked_s: int
    end_s: int
    hours: WorkingTime


@dataclass(frozen=True, slots=True)
class Executed:
    """An order of one line with what it was told, and when it was complete."""

    order: Order
    line: LinePromise
    decided: datetime
    completed: datetime

    @property
    def closed(self) -> Promise:
        """The order as a desk has it that was told of its end by the shop floor."""
        done = replace(self.line, state=PromiseState.FULFILLED, completed=Completed(self.completed, True))
        return Promise(self.order, (done,), self.decided)


class Execution:
    """A planner, and a shop floor that does what it plans."""

    def __init__(self, plant: Plant, factor: Factor, begin: datetime, end: datetime) -> None:
        self._plan, self._factor = Planner(plant, to_unix_up(begin)), factor
        self._hours = Hours(plant, to_unix_down(begin), to_unix_up(end + BEYOND))
        self._running: dict[int, _Run] = {}
        self._ended: dict[int, int] = {}
        self._left: dict[str, int] = {}
        """Operations that are still to be done, by order."""
        self._told: dict[str, tuple[Order, LinePromise, datetime]] = {}
        self._stakes: dict[tuple[str, int], Stake] = {}
        self.refused = 0
        self.done: list[Executed] = []

    def run(self, arrivals: Iterable[tuple[datetime, Order]]) -> list[Executed]:
        """Promise orders of one line as they come, do all their work; in the order in which they are complete."""
        for at, order in arrivals:
            at_s = to_unix_up(at)
            self._follow(at_s)
            self._promise(order, at_s)
        self._follow(1 << 50)
        return self.done

    def _promise(self, order: Order, at_s: int) -> None:
        decision = self._plan.decide(order, at_s, effort=Effort.INSTANT)
        (line,) = decision.lines
        if line.outcome is Outcome.REFUSED:
            self._plan.undo(decision)
            self.refused += 1
            return
        self._plan.keep(decision)
        assert line.promised_time is not None
        self._told[order.id] = order, line, from_unix(at_s)
        self._stakes[order.id, line.line_no] = Stake(to_unix_down(line.promised_time), order.priority)
        self._left[order.id] = len(self._plan.operations(order.id))

    def _follow(self, until_s: int) -> None:
        """Let everything happen up to a time."""
        while True:
            starts, ends = self._planned()
            over = min(((run.end_s, key) for key, run in self._running.items()), default=(1 << 50, 0))
            late = min(((ends[key], key) for key, run in self._running.items() if ends[key] < run.end_s), default=over)
            first = min(((start, key) for key, (start, _) in starts.items()), default=(1 << 50, 0))
            next_s = min(over[0], late[0], first[0])
            if next_s >= until_s:
                return
            if over[0] == next_s:
                self._finish(over[1])
            elif late[0] == next_s:
                self._overrun(late[1], next_s)
            else:
                self._begin(first[1], *starts[first[1]])

    def _planned(self) -> tuple[dict[int, tuple[int, str]], dict[int, int]]:
        """Start and order of the work that has not begun, and ends of all, by key."""
        view = self._plan.view()
        rows = view.rows[(view.rows[:, a.STATE] == a.OPEN) | (view.rows[:, a.STATE] == a.FIXED)]
        table = rows[:, [a.KEY, a.START, a.END, a.LINE]].tolist()
        ends = {key: end for key, _, end, _ in table}
        waiting = {
            key: (start, view.lines[line].order_id)
            for key, start, _, line in table
            if key not in self._running and key not in self._ended
        }
        return waiting, ends

    def _begin(self, key: int, start_s: int, order_id: str) -> None:
        self._plan.advance(start_s + 1)
        row = next(each for each in self._plan.reservations(order_id) if each.operation_key == key)
        hours = self._hours.run(row.resource_id, row.mould_id, row.crew_id)
        planned_s = max(1, hours.worked(start_s, to_unix_down(row.end)))
        factor = self._factor(order_id, row.item_id, row.operation_id, planned_s, row.mould_id)
        taken_s = max(1, round(planned_s * factor))
        end_s = hours.finish(start_s, taken_s)
        self._running[key] = _Run(
            order_id, row.line_no, row.operation_id, row.quantity, start_s, taken_s, end_s, hours
        )  # fmt: skip

    def _overrun(self, key: int, at_s: int) -> None:
        """Tell at the planned end of a run how much is made by then."""
        run = self._running[key]
        good = min(run.quantity - 1, run.quantity * run.hours.worked(run.start_s, at_s) // run.worked_s)
        known = self._known(key, run).count("good")
        if known is None or good > known:
            self._report(key, run, Mark(MarkKind.PRODUCED, from_unix(at_s), good=good), at_s)
        else:
            # Less than a piece is made between two looks: it stands as good as still, until it ends.
            until = from_unix(run.end_s)
            self._report(key, run, Mark(MarkKind.PAUSED, from_unix(at_s), until=until), at_s)

    def _finish(self, key: int) -> None:
        run = self._running.pop(key)
        self._ended[key] = run.end_s
        self._report(key, run, Mark(MarkKind.FINISHED, from_unix(run.end_s), good=run.quantity), run.end_s)
        self._left[run.order_id] -= 1
        if not self._left[run.order_id]:
            order, line, decided = self._told.pop(run.order_id)
            packed = max(row.end for row in self._plan.reservations(run.order_id))
            shipping = self._plan.plant.item_by_id[line.item_id].shipping
            self.done.append(Executed(order, line, decided, packed + shipping))
            del self._stakes[run.order_id, run.line_no]
            self._plan.take_delta()

    def _known(self, key: int, run: _Run) -> Progress:
        return self._plan.told(key) or Progress(key, run.order_id, run.line_no, run.operation_id).with_mark(
            Mark(MarkKind.STARTED, from_unix(run.start_s))
        )

    def _report(self, key: int, run: _Run, mark: Mark, at_s: int) -> None:
        self._plan.report((self._known(key, run).with_mark(mark),), at_s, self._stakes)
