"""What every plan keeps, family by family, as constraints over a problem's variables."""

from __future__ import annotations

from collections import defaultdict

from ortools.sat.python import cp_model

from scheduler.cpsat.problem import Change, Fetch
from scheduler.cpsat.variables import Choice, Literal, Variables

Occupied = tuple[cp_model.IntervalVar, int]
Arc = tuple[int, Literal]


class Constraints:
    """Adds one family after the other to the model of the variables."""

    def __init__(self, variables: Variables) -> None:
        self.v = variables
        self.problem = variables.problem
        self.model = variables.model
        self.capacity = dict(variables.problem.capacity)
        self.changed: dict[Choice, list[Arc]] = defaultdict(list)
        """What can come before each choice on its machine: working seconds of the changeover, and whether it does."""
        self.fetched: dict[Choice, list[Arc]] = defaultdict(list)

    def add(self) -> None:
        """Add all of them."""
        self.resources()
        self.moulds()
        self.precedences()
        self.changes()
        self.fetches()

    def resources(self) -> None:
        """At every second, the units that visits, crews at runs and setters at changeovers hold <= capacity."""
        held: dict[str, list[Occupied]] = defaultdict(list)
        for i, task in enumerate(self.problem.tasks):
            variables = self.v.tasks[i]
            for w, way in enumerate(task.ways):
                held[way.resource_id].append((variables.visits[w], way.units))
                if way.crew_id:
                    held[way.crew_id].append((variables.runs[w], way.crew_units))
                if way.setter_id and (i, w) in self.v.pieces:
                    held[way.setter_id].append((self.v.pieces[i, w].interval, 1))
        for taken in self.problem.taken:
            start, end = taken.start_s - self.v.zero_s, taken.end_s - self.v.zero_s
            held[taken.resource_id].append((self.model.new_interval_var(start, end - start, end, ""), taken.units))
        for name, intervals in held.items():
            if self.capacity[name] == 1:
                self.model.add_no_overlap([interval for interval, _ in intervals])
            else:
                self.model.add_cumulative([x for x, _ in intervals], [n for _, n in intervals], self.capacity[name])

    def moulds(self) -> None:
        """A mould is held from the changeover to the end of the run, on one machine at a time."""
        held: dict[str, list[cp_model.IntervalVar]] = defaultdict(list)
        for task, variables in zip(self.problem.tasks, self.v.tasks, strict=True):
            for way, visit in zip(task.ways, variables.visits, strict=True):
                if way.mould_id:
                    held[way.mould_id].append(visit)
        for name, free_s in self.problem.moulds_free:
            held[name].append(self.model.new_interval_var(0, free_s - self.v.zero_s, free_s - self.v.zero_s, ""))
        for intervals in held.values():
            self.model.add_no_overlap(intervals)

    def precedences(self) -> None:
        """`start[after] >= end[before] + lag`, or the end of a working lag that begins then; ranks rise with visits."""
        for link in self.problem.links:
            before, after = self.v.tasks[link.before], self.v.tasks[link.after]
            self.model.add(after.start >= before.end + link.lag_s)
            if after.visit is not after.start or before.visit is not before.start:
                self.model.add(after.visit >= before.visit)
            for way, spans in enumerate(link.spans):
                begin, end = (self.model.new_int_var(0, self.v.span, "") for _ in range(2))
                self.v.wait(begin, end, spans, after.taken[way])
                self.model.add(begin >= before.end + link.lag_s).only_enforce_if(after.taken[way])
                self.model.add(after.start >= end).only_enforce_if(after.taken[way])

    def changes(self) -> None:
        """One task after the other on each machine that is changed over: a circuit; its arcs say how much work it is.

        The visit of `after` begins when that of `before` has ended.
        """
        on: dict[str, list[Change]] = defaultdict(list)
        for change in self.problem.changes:
            on[change.machine_id].append(change)
        for changes in on.values():
            self._circuit(changes, self.changed)

    def fetches(self) -> None:
        """The same for each mould that can change machines; then the work of both is that of the changeover."""
        of: dict[str, list[Fetch]] = defaultdict(list)
        for fetch in self.problem.fetches:
            of[fetch.mould_id].append(fetch)
        for fetches in of.values():
            self._circuit(fetches, self.fetched)
        for choice, piece in self.v.pieces.items():
            arcs = [*self.changed[choice], *self.fetched[choice]]
            spent = sum(work_s * literal for work_s, literal in arcs)
            self.model.add(spent == sum(work_s * holds for work_s, holds in piece.work.items()))

    def _circuit(self, rows: list[Change] | list[Fetch], into: dict[Choice, list[Arc]]) -> None:
        number: dict[Choice, int] = {}
        for row in rows:
            number.setdefault(row.after, len(number) + 1)
        arcs: list[tuple[int, int, Literal]] = []
        for row in rows:
            literal = self.model.new_bool_var("")
            before = number[row.before] if row.before is not None else 0
            arcs.append((before, number[row.after], literal))
            into[row.after].append((row.work_s, literal))
            if row.before is not None:
                ended, begins = self.v.tasks[row.before[0]].end, self.v.tasks[row.after[0]].visit
                self.model.add(begins >= ended).only_enforce_if(literal)
        for (i, w), node in number.items():
            arcs.append((node, 0, self.model.new_bool_var("")))
            taken = self.v.tasks[i].taken[w]
            skipped = self.model.new_bool_var("")
            self.model.add(skipped + taken == 1)
            arcs.append((node, node, skipped))
        # Nothing may be done here at all.
        arcs.append((0, 0, self.model.new_bool_var("")))
        self.model.add_circuit(arcs)
