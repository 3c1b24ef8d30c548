"""The best end of an order on plain machines with every promise kept, by CP-SAT, from the plant and nothing else.

Time is in steps of ten minutes, and so must be everything in the plant.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from ortools.sat.python import cp_model

from domain.items import Mode, Pause
from domain.plant import Plant
from scheduler.snapshot import PlacedOperation, PlanSnapshot

STEP_S = 600
STEPS = 600
"""Four days."""


@dataclass(frozen=True)
class Best:
    """What the solver said, and the end in Unix seconds that goes with OPTIMAL."""

    status: str
    end_s: int


def states(plant: Plant, resource_id: str, start_s: int) -> str:
    """For each step from `start_s` on: `w` at work, `d` down, `-` off shift."""
    calendar = plant.calendar_by_id[plant.resource_by_id[resource_id].calendar_id]
    first = datetime.fromtimestamp(start_s, plant.zone).date()
    shifts = calendar.windows(plant.zone, first - timedelta(days=1), first + timedelta(days=8))
    downs = [
        (down.start.timestamp(), down.end.timestamp()) for down in plant.downtimes if down.subject_id == resource_id
    ]
    row = ""
    for at_s in range(start_s, start_s + STEPS * STEP_S, STEP_S):
        if any(start <= at_s < end for start, end in downs):
            row += "d"
        else:
            row += "w" if any(start <= at_s < end for start, end in shifts) else "-"
    return row


def ends_by_start(row: str, work: int, pause: Pause) -> dict[int, int]:
    """Every step at which a run of `work` steps may start, with its end."""
    found = {}
    for start in (i for i, state in enumerate(row) if state == "w"):
        left, at = work, start
        while left and at < len(row):
            if row[at] != "w" and (pause is Pause.NONE or (pause is Pause.SHIFT and row[at] == "d")):
                break
            left -= row[at] == "w"
            at += 1
        if not left:
            found[start] = at
    return found


class Shop:
    """A model in which every open operation takes one of its modes, and each machine does one thing at a time."""

    def __init__(self, plan: PlanSnapshot) -> None:
        self.plan, self.plant = plan, plan.plant
        self.zero_s = min([plan.floor_s, *(x.start_s for x in plan.operations if x.fixed)]) // STEP_S * STEP_S
        self.model = cp_model.CpModel()
        self.busy: dict[str, list[cp_model.IntervalVar]] = defaultdict(list)
        self.rows = {resource.id: states(self.plant, resource.id, self.zero_s) for resource in self.plant.resources}

    def step(self, at_s: int) -> int:
        """The step that starts at `at_s`."""
        assert (at_s - self.zero_s) % STEP_S == 0
        return (at_s - self.zero_s) // STEP_S

    def add_line(self, lot: list[PlacedOperation]) -> cp_model.IntVar:
        """Place all operations of an order; its end."""
        ends: dict[str, cp_model.IntVar] = {}
        starts: dict[str, cp_model.IntVar] = {}
        for x in lot:
            starts[x.operation_id], ends[x.operation_id] = self._fixed(x) if x.fixed else self._open(x)
        for link in self.plant.routing_by_id[lot[0].routing_id].links:
            if not next(x for x in lot if x.operation_id == link.to_id).fixed:
                lag = int(link.lag.total_seconds()) // STEP_S
                self.model.add(starts[link.to_id] >= ends[link.from_id] + lag)
        end = self.model.new_int_var(0, STEPS, "")
        self.model.add_max_equality(end, ends.values())
        return end

    def _fixed(self, x: PlacedOperation) -> tuple[cp_model.IntVar, cp_model.IntVar]:
        start, end = self.step(x.start_s), self.step(x.end_s)
        self.busy[x.resource_id].append(self.model.new_fixed_size_interval_var(start, end - start, ""))
        return self.model.new_constant(start), self.model.new_constant(end)

    def _open(self, x: PlacedOperation) -> tuple[cp_model.IntVar, cp_model.IntVar]:
        earliest = self.step(max(x.not_before_s, self.plan.floor_s))
        latest = self.step(x.deadline_s) if x.deadline_s is not None else STEPS
        start, end = (self.model.new_int_var(earliest, latest, "") for _ in range(2))
        steps = self.plant.routing_by_id[x.routing_id].operations
        modes = next(step.modes for step in steps if step.id == x.operation_id)
        self.model.add_exactly_one([taken for mode in modes for taken in self._ways(x, mode, start, end)])
        return start, end

    def _ways(
        self, x: PlacedOperation, mode: Mode, start: cp_model.IntVar, end: cp_model.IntVar
    ) -> Iterator[cp_model.BoolVarT]:
        """Whether `x` is done in this mode within so many steps, pauses included, for each length there can be."""
        work = int((mode.fixed + x.quantity * mode.per_piece).total_seconds()) // STEP_S
        starts: dict[int, list[int]] = defaultdict(list)
        for first, last in ends_by_start(self.rows[mode.resource_id], work, mode.pause).items():
            starts[last - first].append(first)
        for size, firsts in starts.items():
            taken = self.model.new_bool_var("")
            domain = cp_model.Domain.from_values(firsts)
            self.model.add_linear_expression_in_domain(start, domain).only_enforce_if(taken)
            held = self.model.new_optional_interval_var(start, size, end, taken, "")
            self.busy[mode.resource_id].append(held)
            yield taken

    def best(self, order_id: str) -> Best:
        """The earliest end of one order with all deadlines of the plan kept."""
        lines = defaultdict(list)
        for x in self.plan.operations:
            lines[x.order_id].append(x)
        ends = {name: self.add_line(lot) for name, lot in lines.items()}
        for intervals in self.busy.values():
            self.model.add_no_overlap(intervals)
        self.model.minimize(ends[order_id])
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = 1
        solver.parameters.max_deterministic_time = 20
        status = solver.solve(self.model)
        name = solver.status_name(status)
        return Best(name, self.zero_s + STEP_S * round(solver.objective_value) if name == "OPTIMAL" else -1)
