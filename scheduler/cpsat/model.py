"""A problem as one model: variables, constraints, the levels of its objective, and the plan as it stands as a hint."""

from __future__ import annotations

from collections.abc import Sequence

from ortools.sat.python import cp_model

from scheduler.cpsat.constraints import Constraints
from scheduler.cpsat.objective import Objective
from scheduler.cpsat.problem import Level, Problem
from scheduler.cpsat.solution import Place
from scheduler.cpsat.variables import Variables


class Model:
    """The model of one problem."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.variables = Variables(problem)
        Constraints(self.variables).add()
        self.objective = Objective(self.variables)
        self.proto = self.variables.model
        self._aim: cp_model.LinearExprT = 0

    def aim(self, level: Level) -> None:
        """Make a level small."""
        self._aim = self.objective.expression(level)
        # Without an objective the solver propagates more, and stops at the first that it finds.
        if level is not Level.ANY:
            self.proto.minimize(self._aim)

    def keep(self, value: int) -> None:
        """Let no level that follows make the last one larger than this."""
        self.proto.add(self._aim <= value)

    def hint(self, places: Sequence[Place] = ()) -> None:
        """Start from places by task, or from the plan as it stands."""
        self.proto.clear_hints()  # type: ignore[no-untyped-call]  # of the library
        zero_s, tasks = self.variables.zero_s, self.problem.tasks
        stands = places or [Place(x.key, x.way, x.visit_s, x.start_s, x.end_s) for x in tasks]
        for place, variables in zip(stands, self.variables.tasks, strict=True):
            self.proto.add_hint(variables.start, place.start_s - zero_s)
            if isinstance(variables.end, cp_model.IntVar):
                self.proto.add_hint(variables.end, place.end_s - zero_s)
            if variables.visit is not variables.start:
                self.proto.add_hint(variables.visit, place.visit_s - zero_s)
            for way, taken in enumerate(variables.taken if len(variables.taken) > 1 else ()):
                self.proto.add_hint(taken, way == place.way)

    def places(self, value: cp_model.CpSolver | cp_model.CpSolverSolutionCallback) -> tuple[Place, ...]:
        """Where everything is in a solution, by task."""
        zero_s = self.variables.zero_s
        found = []
        for task, variables in zip(self.problem.tasks, self.variables.tasks, strict=True):
            way = next(w for w, taken in enumerate(variables.taken) if value.boolean_value(taken))
            times = (zero_s + value.value(x) for x in (variables.visit, variables.start, variables.end))
            found.append(Place(task.key, way, *times))
        return tuple(found)
