"""An office with a desk: it asks and reports over gRPC, as sales and shop-floor systems do, and follows its plan."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from client.calls import CallError, JiaoqiClient
from domain.checks import from_unix
from domain.items import Mode
from domain.orders import Order
from domain.plant import Plant
from jiaoqi.v1 import plan_pb2, promise_pb2
from jiaoqi.v1 import plan_service_pb2 as schema
from simulators.disturbances import Disturbances, Draws
from simulators.floor import Doing, Floor, Task
from simulators.foreman import Foreman
from simulators.plant import Kind, Line, News, RunningPlant
from simulators.purchasing import Purchasing, needs_of
from wire.orders import order_to_message

REPORTS_MAX = 500
SAID = {
    Kind.STARTED: schema.PROGRESS_KIND_STARTED,
    Kind.COUNTED: schema.PROGRESS_KIND_PRODUCED,
    Kind.FINISHED: schema.PROGRESS_KIND_FINISHED,
}
BREAKS = (Kind.DOWN, Kind.UP, Kind.OVERDUE, Kind.CAME)
"""What the desk hears of at once."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How the desk is used.

    `report_every`: how often the shop-floor system sends what was reported, with its times, and reads the plan; 0 at
    once. What breaks is told at once all the same. `ahead`: how much earlier than planned a machine may go on to its
    next operation when it is free. `looks`: among how many that are planned next a worker takes the first whose goods
    are there, where those of the very next aren't (1: he waits), and where he `spares` changeovers the first that needs
    none. `remind_every`: how often the floor says again that something that should have begun has not, and in how long
    it is then expected to begin at the earliest (0: at once). `guess`, `guess_mould` and `guess_receipt`: how long a
    machine or crew, and a mould, is told to be away, and a receipt to be late.
    `replan_every`: how often the planner looks for a better plan and takes it while lines are at risk (None: never),
    `replan_effort`: the steps of each search.
    """

    report_every: timedelta = timedelta(0)
    ahead: timedelta = timedelta(0)
    looks: int = 1
    spares: bool = False
    replan_every: timedelta | None = None
    replan_effort: int = 200
    remind_every: timedelta = timedelta(hours=2)
    guess: timedelta = timedelta(hours=5)
    guess_mould: timedelta = timedelta(hours=30)
    guess_receipt: timedelta = timedelta(days=1)


@dataclass(slots=True)
class Told:
    """What a customer was told of a line, and how long the answer took, in seconds of the server's work."""

    promised_s: int | None
    outcome: str
    answer_s: float
    level: int = 0
    """How sure the date was told to be, percent; 0: nothing was said of that."""


@dataclass(slots=True)
class Problems:
    """What the desk refused, by what was asked and its code; nothing of it should be."""

    calls: dict[str, int] = field(default_factory=dict)
    reports: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)

    def count(self, what: str, error: CallError) -> None:
        """Count a call that was refused."""
        name = f"{what}: {error}"
        self.calls[name] = self.calls.get(name, 0) + 1


class DeskOffice:
    """One desk of one plant, whose clock is manual.

    The same seed gives the same course where the desk re-dispatches after each order, or never: at idle moments would
    be by the clock of the machine.
    """

    def __init__(self, client: JiaoqiClient, plant: Plant, disturbances: Disturbances, seed: int, policy: Policy | None = None) -> None:  # fmt: skip  # noqa: E501
        self._client, self._plant = client, plant
        self._draws, self._policy = Draws(seed, disturbances), policy or Policy()
        self._modes: dict[tuple[str, str, str], Mode] = {
            (routing.id, step.id, mode.id): mode
            for routing in plant.routings
            for step in routing.operations
            for mode in step.modes
        }
        self.running: RunningPlant | None = None
        """The plant, set by who makes both; it is told what is refused, and what leaves the stock."""
        self.told: dict[Line, Told] = {}
        self.problems = Problems()
        self.at_risk_told = 0
        self._tasks: dict[int, Task] = {}
        self._planned: dict[int, tuple[int, int]] = {}
        """Begin of changeover and of run as planned, by key, of what has not begun."""
        self._foreman = Foreman(plant, self._tasks, self._policy.ahead, self._policy.looks, spares=self._policy.spares)
        self._reminded: dict[int, int] = {}
        self._open: dict[str, str] = {}
        """Open disruptions by subject."""
        self._unsent: list[schema.ProgressReport] = []
        self._unclosed: list[Line] = []
        self._next_s = 0
        """When reports are sent and the plan is read again."""
        self._stale = False
        self._replanned_s = 0
        self._purchasing = Purchasing(client, self._policy.guess_receipt, self.problems.count)

    # What it hears.

    def hear(self, now_s: int, news: Sequence[News]) -> None:
        """Report what happened, have orders promised, and look at the plan if it may be another one."""
        self._unsent += [report for each in news if each.kind in SAID for report in self._said(each)]
        calls = [each for each in news if each.kind not in SAID]
        due = now_s >= self._next_s and bool(news or self._unsent or self._unclosed or self._policy.report_every)
        broke = any(each.kind in BREAKS for each in news)
        if not calls and not due:
            return
        self._client.set_clock(from_unix(now_s))
        if due or broke:
            # What happened before something broke is known before it.
            self._send()
        for each in calls:
            if each.kind is Kind.DOWN:
                self._down(each.subject_id, now_s)
            elif each.kind is Kind.UP:
                self._up(each.subject_id, now_s)
            elif each.kind in (Kind.OVERDUE, Kind.CAME):
                self._bought(each)
            elif each.kind is Kind.DELIVERED:
                self._unclosed.append(each.line)
            elif each.order is not None:
                self._promise(each.order, now_s)
        if due:
            self._next_s = now_s + int(self._policy.report_every.total_seconds())
            self._order()
            self._close()
            self._replan(now_s)
        if due or broke:
            self._look(now_s)

    def over(self, now_s: int) -> None:
        """Report what is left when all is delivered, and close the last orders."""
        self._client.set_clock(from_unix(now_s))
        self._send()
        self._close()

    def left_waiting(self, now_s: int, floor: Floor) -> None:
        """Report what should have begun by now and has not."""
        if self._policy.report_every and now_s + self._policy.report_every.total_seconds() != self._next_s:
            return
        overdue = list(self._overdue(now_s))
        if overdue:
            self._client.set_clock(from_unix(now_s))
            self._report([self._not_started(task, now_s) for task in overdue])
            self._look(now_s)

    def _look(self, now_s: int) -> None:
        if self._stale:
            # The clock's call waits for what belongs to this moment, so that the plan read is the same on every run.
            self._client.set_clock(from_unix(now_s))
            self._read()

    def _send(self) -> None:
        unsent, self._unsent = self._unsent, []
        self._report(unsent)

    def _report(self, reports: Sequence[schema.ProgressReport]) -> None:
        for first in range(0, len(reports), REPORTS_MAX):
            some = reports[first : first + REPORTS_MAX]
            try:
                receipt = self._client.report_progress(some, source="shop floor").receipt
            except CallError as error:
                self.problems.count("report", error)
                continue
            self.at_risk_told += len(receipt.at_risk)
            self._stale |= receipt.applied
            for report, answer in zip(some, receipt.answers, strict=True):
                if answer.outcome == schema.PROGRESS_OUTCOME_REFUSED:
                    kind = schema.ProgressKind.Name(report.kind)
                    why = "; ".join(f"{each.field}: {each.problem}" for each in answer.problems)
                    at = report.time.ToDatetime().isoformat()
                    self.problems.reports.append(f"{at} {report.operation_key} {kind}: {why}")

    def _said(self, news: News) -> Iterator[schema.ProgressReport]:
        task = news.task
        assert task is not None
        if self._draws.happens("skipped_share", news.kind.value, news.at_s, *task.name):
            return
        report = schema.ProgressReport(kind=SAID[news.kind], operation_key=task.key, resource_id=task.mode.resource_id)
        report.time.FromSeconds(news.at_s)
        if news.kind is Kind.COUNTED and self.running is not None:
            report.good_count, report.scrapped_count = self.running.floor.made_by(task, news.at_s)
        elif news.kind is Kind.FINISHED:
            report.good_count, report.scrapped_count = task.made - task.scrapped, task.scrapped
        yield report

    def _overdue(self, now_s: int) -> Iterator[Task]:
        """What should have begun by now, has not, and was not told lately."""
        for key, (_, start_s) in self._planned.items():
            task = self._tasks[key]
            begun = task.doing in (Doing.RUNNING, Doing.DONE) and task.start_s <= now_s
            if start_s <= now_s and not begun and self._reminded.get(key, 0) <= now_s:
                yield task

    def _not_started(self, task: Task, now_s: int) -> schema.ProgressReport:
        report = schema.ProgressReport(kind=schema.PROGRESS_KIND_NOT_STARTED, operation_key=task.key)
        report.time.FromSeconds(now_s)
        expected_s = max(now_s + int(self._policy.remind_every.total_seconds()), min(task.start_s, now_s + 86400))
        report.expected_time.FromSeconds(expected_s)
        self._reminded[task.key] = expected_s
        return report

    def _down(self, subject_id: str, now_s: int) -> None:
        mould = subject_id in self._plant.mould_by_id
        guess = self._policy.guess_mould if mould else self._policy.guess
        try:
            answer = self._client.report_disruption(
                subject_id, start=from_unix(now_s), expected_end=from_unix(now_s) + guess, source="shop floor"
            )
        except CallError as error:
            self.problems.count(f"down {subject_id}", error)
            return
        self._open[subject_id] = answer.receipt.disruption.disruption_id
        self.at_risk_told += len(answer.receipt.at_risk)
        self._stale = True

    def _up(self, subject_id: str, now_s: int) -> None:
        disruption_id = self._open.pop(subject_id, "")
        if not disruption_id:
            return
        try:
            self._client.close_disruption(disruption_id, ended=from_unix(now_s))
        except CallError as error:
            self.problems.count(f"up {subject_id}", error)
        self._stale = True

    def _bought(self, news: News) -> None:
        """Report what came of a receipt, or that nothing did."""
        assert self.running is not None
        materials = self.running.floor.materials
        assert materials is not None
        if news.kind is Kind.OVERDUE:
            self._purchasing.overdue(news.subject_id, news.at_s)
        else:
            self._purchasing.came(materials.coming[news.subject_id], news.quantity, news.at_s)
        self._stale = True

    def _order(self) -> None:
        """Order what the desk plans to buy."""
        if self.running is None or self.running.floor.materials is None or not self._stale:
            return
        for one in self._purchasing.order():
            self.running.order(one.purchase_id, one.item_id, one.quantity, one.planned_time.seconds)

    def _promise(self, order: Order, now_s: int) -> None:
        began = time.perf_counter()
        try:
            promise = self._client.promise(order_to_message(order)).promise
        except CallError as error:
            self.problems.count("promise", error)
            promise = promise_pb2.Promise()
        took_s = time.perf_counter() - began
        for wanted in order.lines:
            told = next((each for each in promise.lines if each.line_no == wanted.line_no), None)
            line = (order.id, wanted.line_no)
            standing = told is not None and told.HasField("promised_time")
            outcome = "" if told is None else promise_pb2.Outcome.Name(told.outcome).removeprefix("OUTCOME_").lower()
            at_s = told.promised_time.seconds if told is not None and standing else None
            level = told.confidence.level_percent if told is not None and told.HasField("confidence") else 0
            self.told[line] = Told(at_s, outcome, took_s, level)
            if self.running is not None and not standing:
                self.running.refused(line)
            elif self.running is not None and told is not None:
                self._allotted(line, told, now_s)
        self._stale = True

    def _allotted(self, line: Line, told: promise_pb2.LinePromise, now_s: int) -> None:
        """Tell the floor what is reserved for a line, and when it arrives if nothing is made for it."""
        assert self.running is not None
        materials = self.running.floor.materials
        if materials is not None:
            materials.allot(line, needs_of(line, told, materials))
        if told.tier == promise_pb2.TIER_STOCK:
            # Nothing is made: it is on its way from the stock when the desk says so.
            self.running.arrives(line, max(now_s, told.expected_time.seconds))

    def _close(self) -> None:
        """Close the orders whose lines are all with the customer."""
        assert self.running is not None
        unclosed, self._unclosed = self._unclosed, []
        for order_id in dict.fromkeys(order_id for order_id, _ in unclosed):
            if self.running.is_open(order_id):
                continue
            try:
                self._client.close_order(order_id)
            except CallError as error:
                self.problems.count("close", error)
            self._stale = True

    # The planner.

    def _replan(self, now_s: int) -> None:
        """Take what is found better while lines are at risk, as often as the policy says."""
        every = self._policy.replan_every
        if every is None or now_s - self._replanned_s < every.total_seconds():
            return
        self._replanned_s = now_s
        if next(iter(self._client.at_risk()), None) is None:
            return
        kinds = (schema.PROPOSAL_KIND_RESEQUENCE, schema.PROPOSAL_KIND_ALTERNATIVES)
        try:
            *_, last = self._client.replan(kinds=kinds, effort=self._policy.replan_effort)
            best = min(last.proposals, key=lambda one: (one.after.late_count, one.objective), default=None)
            if best is not None:
                self._client.apply_proposal(best.proposal_id, reason="lines at risk")
                self._stale = True
        except CallError as error:
            self.problems.count("replan", error)

    # What the floor is told.

    def _read(self) -> None:
        """Read the plan of what has not begun."""
        self._stale = False
        self._planned.clear()
        queues: dict[str, list[tuple[int, int]]] = {}
        for place, row in enumerate(self._client.schedule()):
            if row.line_no < 0:
                continue
            task = self._task(row)
            if task.doing is Doing.DONE:
                continue
            if task.doing is Doing.WAITING:
                task.mode = self._modes[task.item.routing_id, row.operation_id, row.mode_id]
                queues.setdefault(row.resource_id, []).append((place, row.key))
            self._planned[row.key] = (row.visit_start_time.seconds, row.start_time.seconds)
        self._foreman.queues = {resource: [key for _, key in sorted(rows)] for resource, rows in queues.items()}

    def _task(self, row: plan_pb2.ScheduledOperation) -> Task:
        task = self._tasks.get(row.key)
        if task is None:
            item = self._plant.item_by_id[row.item_id]
            mode = self._modes[item.routing_id, row.operation_id, row.mode_id]
            task = self._tasks[row.key] = Task(
                row.key, row.order_id, row.line_no, item, row.operation_id, mode, row.quantity, row.lot, row.into_lot
            )
            assert self.running is not None
            self.running.floor.expect(task)
        return task

    def wanted(self, now_s: int, floor: Floor) -> Iterable[Task]:
        """What is next on each machine, when its changeover should begin and its mould's turn has come."""
        return self._foreman.wanted(self._planned, now_s, floor)

    def wake_s(self, now_s: int) -> int | None:
        """The next begin of a changeover or a run as planned, reminder or time to report."""
        found = self._next_s if self._policy.report_every and self._tasks else None
        for key, times in self._planned.items():
            task = self._tasks[key]
            if task.doing is Doing.DONE or (task.doing is Doing.RUNNING and task.start_s <= now_s):
                continue
            due = [at for at in (*times, self._reminded.get(key, 0)) if at > now_s]
            if due and (found is None or min(due) < found):
                found = min(due)
        there_s = None if self.running is None else self._foreman.wake_s(now_s, self.running.floor)
        return found if there_s is None or (found is not None and found <= there_s) else there_s
