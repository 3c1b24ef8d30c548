"""The one door to the solver: nothing else calls it, reads its status, or takes values from it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from msgspec import Struct
from ortools.sat.python import cp_model

from scheduler.cpsat.model import Model
from scheduler.cpsat.problem import Level, Problem
from scheduler.cpsat.solution import Place, Reached, Solution, Status
from scheduler.processes import Stop

STATUS = {
    cp_model.OPTIMAL: Status.OPTIMAL,
    cp_model.FEASIBLE: Status.FEASIBLE,
    cp_model.INFEASIBLE: Status.INFEASIBLE,
    cp_model.UNKNOWN: Status.NOTHING,
}
"""MODEL_INVALID is missing: it is a mistake of ours, and raised."""
AGAIN_S = 0.05
"""How often a cancelled solve is stopped again: a stop before the solver has begun is lost."""
Improved = Callable[[float, float, float | None], None]
"""Told of each improvement of the first level: seconds, value, bound."""


class Limits(Struct, frozen=True):
    """How much work a solve may be. `seconds` is wall clock, `effort` the solver's own deterministic seconds.

    A solve with `effort`, one worker and no `seconds` gives the same answer every time.
    """

    seconds: float | None = None
    effort: float | None = None
    workers: int = 1
    seed: int = 1

    def __post_init__(self) -> None:
        if self.seconds is None and self.effort is None:
            raise ValueError("a solve without a limit: give seconds, effort or both")
        if (self.seconds is not None and self.seconds <= 0) or (self.effort is not None and self.effort <= 0):
            raise ValueError("limits are above 0")
        if not 1 <= self.workers <= 64:
            raise ValueError(f"{self.workers} workers: 1 to 64")


def _guard(stop: Stop, solver: cp_model.CpSolver, done: threading.Event) -> None:
    """Pass a cancellation on to the solver until the solve is done."""
    while not done.wait(AGAIN_S):
        if stop.is_set:
            solver.stop_search()


class _Watch(cp_model.CpSolverSolutionCallback):
    """Tells of improvements."""

    def __init__(self, improved: Improved) -> None:
        super().__init__()
        self._improved = improved

    def on_solution_callback(self) -> None:
        """The solver found something better."""
        self._improved(self.wall_time, self.objective_value, self.best_objective_bound)


def solve(
    problem: Problem, levels: Sequence[Level], limits: Limits, *, stop: Stop | None = None,
    improved: Improved | None = None, below: int | None = None,
) -> Solution:  # fmt: skip
    """Find sequences in which the first level is least, then the second, and so on.

    The levels share the limits: each may use what those before it left. The plan as it stands is where the solver
    starts from, and the places found for one level where it starts for the next. A bound is given only where the
    model is exact. With `Level.ANY` alone any sequences do that keep all the deadlines. With `below` a plan counts only
    if its first level is less than that, which is found sooner than the least there is; INFEASIBLE says that none is.
    Raises ValueError without levels.
    """
    if not levels:
        raise ValueError("nothing to make small: give at least one level")
    if not problem.tasks:
        return Solution(Status.OPTIMAL, problem.version)
    if any(not any(way.spans for way in task.ways) for task in problem.tasks):
        return Solution(Status.INFEASIBLE, problem.version)
    return _Solve(problem, limits, stop or Stop(), improved, below).all(levels)


class _Solve:
    """One solve, level by level."""

    def __init__(
        self, problem: Problem, limits: Limits, stop: Stop, improved: Improved | None, below: int | None
    ) -> None:
        self.problem, self.limits, self.stop, self.improved, self.below = problem, limits, stop, improved, below
        self.model = Model(problem)
        self.model.hint()
        self.seconds = self.effort = 0.0

    def all(self, levels: Sequence[Level]) -> Solution:
        """Make small one level after the other, as far as the limits reach."""
        places: tuple[Place, ...] = ()
        reached: list[Reached] = []
        status = Status.NOTHING
        for level in levels:
            if self.stop.is_set or not self._left():
                status = Status.FEASIBLE if places else status
                break
            if reached:
                self.model.keep(reached[-1].value)
            self.model.aim(level)
            if self.below is not None and not reached:
                self.model.keep(self.below - 1)
            solver, found = self._run(watched=not reached)
            if found not in (Status.OPTIMAL, Status.FEASIBLE):
                status = Status.FEASIBLE if places else found
                break
            places = self.model.places(solver)
            bound = round(solver.best_objective_bound) if self.problem.exact else None
            reached.append(Reached(level, round(solver.objective_value), bound))
            self.model.hint(places)
            status = found if len(reached) == 1 or found is Status.FEASIBLE else status
        if not places and self.stop.is_set:
            status = Status.CANCELLED
        moved = sum(
            place.way != task.way or place.start_s != task.start_s
            for place, task in zip(places, self.problem.tasks, strict=False)
        )
        ranked = self._ranked(places)
        return Solution(status, self.problem.version, ranked, tuple(reached), self.seconds, moved)

    def _left(self) -> bool:
        limits = self.limits
        return (limits.seconds is None or self.seconds < limits.seconds) and (
            limits.effort is None or self.effort < limits.effort
        )

    def _run(self, *, watched: bool) -> tuple[cp_model.CpSolver, Status]:
        solver, limits = cp_model.CpSolver(), self.limits
        # Else it takes Ctrl-C for itself, and afterwards gives it back to nobody.
        solver.parameters.catch_sigint_signal = False
        solver.parameters.num_workers = limits.workers
        solver.parameters.random_seed = limits.seed
        if limits.workers == 1 and not self.problem.changes:
            # Several workers try these on their own. Work on machines alone is found thrice as often with them.
            solver.parameters.linearization_level = 0
            solver.parameters.use_dynamic_precedence_in_disjunctive = True
        if limits.seconds is not None:
            solver.parameters.max_time_in_seconds = limits.seconds - self.seconds
        if limits.effort is not None:
            solver.parameters.max_deterministic_time = limits.effort - self.effort
            solver.parameters.interleave_search = limits.workers > 1
        watch = _Watch(self.improved) if watched and self.improved is not None else None
        done = threading.Event()
        guard = threading.Thread(target=_guard, args=(self.stop, solver, done), daemon=True)
        guard.start()
        try:
            code = solver.solve(self.model.proto, watch)
        finally:
            done.set()
            guard.join()
        self.seconds += solver.wall_time
        self.effort += solver.response_proto.deterministic_time
        if code not in STATUS:
            raise ValueError(f"the solver refuses the model: {self.model.proto.validate()}")
        return solver, STATUS[code]

    def _ranked(self, places: tuple[Place, ...]) -> tuple[Place, ...]:
        """In an order in which whatever comes first, by its visit or in its routing, ranks first."""
        depth = [0] * len(places)
        for link in self.problem.links if places else ():
            depth[link.after] = max(depth[link.after], depth[link.before] + 1)
        order = sorted(range(len(places)), key=lambda i: (places[i].visit_s, depth[i], places[i].key))
        return tuple(places[i] for i in order)
