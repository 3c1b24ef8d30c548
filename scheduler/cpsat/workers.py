"""Solving in processes of their own: what goes wrong there costs one solve and nothing else."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from scheduler.cpsat.door import Limits, solve
from scheduler.cpsat.problem import Level, Problem
from scheduler.cpsat.solution import Solution
from scheduler.processes import GRACE_S, Processes, SolveFailed, Stop, Ticket

__all__ = ["SolveFailed", "Ticket", "Workers"]


class Solving(Struct, frozen=True):
    """One solve, as plain data that another process can take."""

    problem: Problem
    levels: tuple[Level, ...]
    limits: Limits

    def run(self, stop: Stop) -> Solution:
        """Solve it."""
        return solve(self.problem, self.levels, self.limits, stop=stop)


class _Nothing:
    """Loads the solver, and does no more."""

    def run(self, stop: Stop) -> None:
        """Done."""


class Workers(Processes):
    """Processes that solve, each one problem at a time; a caller waits for a free one."""

    def __init__(self, count: int = 1, *, grace_s: float = GRACE_S) -> None:
        super().__init__(count, grace_s=grace_s, first=_Nothing())

    def solve(
        self, problem: Problem, levels: Sequence[Level], limits: Limits, ticket: Ticket | None = None
    ) -> Solution:
        """Solve in a process of its own.

        Limits need `seconds`, which bound the wait for the answer, too. Raises SolveFailed when the process died,
        hung or raised, ValueError for limits without seconds or when closed.
        """
        if limits.seconds is None:
            raise ValueError("limits of a solve in another process need seconds")
        answer = self.do(Solving(problem, tuple(levels), limits), limits.seconds, ticket)
        assert isinstance(answer, Solution)
        return answer
