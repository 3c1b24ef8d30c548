"""What is made small, level by level, as linear expressions over a problem's variables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from itertools import combinations

from ortools.sat.python import cp_model

from scheduler.cpsat.problem import Day, Level, Turn
from scheduler.cpsat.variables import Variables
from scheduler.planning.stakes import leavers

NEAR_S = 86400
"""Moving what begins within this time of the floor weighs most, twice as far half of that, and so on."""
NEAR_WEIGHT = 8


class Objective:
    """The levels of a problem."""

    def __init__(self, variables: Variables) -> None:
        self.v = variables
        self.problem = variables.problem
        self.model = variables.model
        self._ends: dict[int, cp_model.IntVar] = {}
        self._build: dict[Level, Callable[[], cp_model.LinearExprT]] = {
            Level.TARDINESS: self._tardiness,
            Level.LATE: self._late,
            Level.MOVED: self._moved,
            Level.NEAR: self._near,
            Level.CHANGEOVER: self._changeover,
            Level.EARLINESS: self._earliness,
            Level.MAKESPAN: self._makespan,
            Level.ANY: lambda: 0,
        }

    def expression(self, level: Level) -> cp_model.LinearExprT:
        """What a level makes small."""
        return self._build[level]()

    def _line_end(self, number: int) -> cp_model.IntVar:
        """`end >= end of each task that ends the line + its tail`; made small, it is the line's end."""
        if number not in self._ends:
            ending = self.problem.endings[number]
            rest = max(0, ending.rest_s - self.v.zero_s)
            tails = max((tail for _, tail in ending.tasks), default=0)
            end = self.model.new_int_var(rest, max(rest, self.v.span + tails), "")
            for task, tail_s in ending.tasks:
                self.model.add(end >= self.v.tasks[task].end + tail_s)
            self._ends[number] = end
        return self._ends[number]

    def _tardiness(self) -> cp_model.LinearExprT:
        terms: list[cp_model.LinearExprT] = [0]
        for number, ending in enumerate(self.problem.endings):
            if ending.wish is None:
                continue
            end = self._line_end(number)
            due = ending.wish.requested_s - self.v.zero_s
            late = self.model.new_int_var(0, 2 * self.v.span + abs(due), "")
            self.model.add(late >= end - due)
            terms.append(ending.wish.weight * late)
        return sum(terms)

    def _late(self) -> cp_model.LinearExprT:
        terms: list[cp_model.LinearExprT] = [0]
        for number, ending in enumerate(self.problem.endings):
            if ending.wish is not None:
                late = self.model.new_bool_var("")
                due = ending.wish.requested_s - self.v.zero_s
                self.model.add(self._line_end(number) <= due).only_enforce_if(late.negated())
                terms.append(late)
        return sum(terms)

    def _moved(self) -> cp_model.LinearExprT:
        terms: list[cp_model.LinearExprT] = [0]
        for task, variables in zip(self.problem.tasks, self.v.tasks, strict=True):
            if task.held:
                continue
            ahead = max(1, task.start_s - self.v.zero_s)
            weight = max(1, NEAR_WEIGHT * NEAR_S // max(NEAR_S, ahead))
            apart = self.model.new_int_var(0, self.v.span, "")
            old = task.start_s - self.v.zero_s
            self.model.add(apart >= variables.start - old)
            self.model.add(apart >= old - variables.start)
            terms.append(weight * apart)
        return sum(terms)

    def _near(self) -> cp_model.LinearExprT:
        """`end[i] <= start[j]` for each two tasks that stay in turn, `i` before `j`; a line off its day costs more."""
        near = self.problem.near
        terms: list[cp_model.LinearExprT] = [0]
        if near is None:
            return 0
        by_machine: dict[str, list[Turn]] = defaultdict(list)
        for turn in sorted(near.turns, key=lambda each: each.place):
            by_machine[self.problem.tasks[turn.task].ways[0].resource_id].append(turn)
        for turns in by_machine.values():
            stays = {turn.task: self.model.new_bool_var("") for turn in turns}
            for one, other in combinations(turns, 2):
                ends, begins = self.v.tasks[one.task].end, self.v.tasks[other.task].start
                self.model.add(ends <= begins).only_enforce_if(stays[one.task], stays[other.task])
            kept = self._in_turn(turns)
            for task, literal in stays.items():
                self.model.add_hint(literal, task in kept)
                terms.append(1 - literal)
        return sum([*terms, *(near.weight * self._another(day) for day in near.days)])

    def _in_turn(self, turns: list[Turn]) -> set[int]:
        """Tasks that are in turn as the plan stands, of these by their places."""
        tasks = self.problem.tasks
        stood = sorted(range(len(turns)), key=lambda n: tasks[turns[n].task].start_s)
        gone = set(leavers(stood))
        return {turns[n].task for place, n in enumerate(stood) if place not in gone}

    def _another(self, day: Day) -> cp_model.IntVar:
        """The line ends on another day."""
        another = self.model.new_bool_var("")
        tasks, zero_s = self.problem.tasks, self.v.zero_s
        for task, until_s in day.until:
            self.model.add(self.v.tasks[task].end <= until_s - zero_s).only_enforce_if(another.negated())
        first = day.until[0][0]
        self.model.add(self.v.tasks[first].end >= day.from_s - zero_s).only_enforce_if(another.negated())
        now = all(tasks[task].end_s <= until_s for task, until_s in day.until) and tasks[first].end_s >= day.from_s
        self.model.add_hint(another, not now)
        return another

    def _changeover(self) -> cp_model.LinearExprT:
        return sum([0, *(work_s * holds for piece in self.v.pieces.values() for work_s, holds in piece.work.items())])

    def _earliness(self) -> cp_model.LinearExprT:
        terms: list[cp_model.LinearExprT] = [0]
        for ending in self.problem.endings:
            if ending.wish is None or not ending.tasks:
                continue
            due = ending.wish.requested_s - self.v.zero_s
            early = self.model.new_int_var(0, max(0, due), "")
            ends = [self.v.tasks[task].end + tail_s for task, tail_s in ending.tasks]
            last = self.model.new_int_var(-self.v.span, 3 * self.v.span + max(0, due), "")
            self.model.add_max_equality(last, ends)
            self.model.add(early >= due - last)
            terms.append(early)
        return sum(terms)

    def _makespan(self) -> cp_model.LinearExprT:
        last = self.model.new_int_var(0, self.v.span, "")
        ends = set(range(len(self.v.tasks))) - {link.before for link in self.problem.links}
        for task in ends:
            self.model.add(last >= self.v.tasks[task].end)
        return last
