"""What the solver decides: for each task its way, its start and length, and its changeover."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct
from ortools.sat.python import cp_model

from scheduler.cpsat.problem import Problem, Span, Task

Literal = cp_model.BoolVarT
Choice = tuple[int, int]


class TaskVariables(Struct, frozen=True):
    """One task: when its visit, its run begin and end; seconds after the floor. `taken` says which way it goes.

    Without a changeover the visit begins with the run.
    """

    visit: cp_model.IntVar
    start: cp_model.IntVar
    end: cp_model.LinearExprT
    taken: tuple[Literal, ...]
    runs: tuple[cp_model.IntervalVar, ...]
    """By way: the run."""
    visits: tuple[cp_model.IntervalVar, ...]
    """By way: the changeover, the wait after it, and the run: how long machine and mould are held."""


class PieceVariables(Struct, frozen=True):
    """The changeover before a task done in a way: whether there is one of so much work, and when."""

    work: Mapping[int, Literal]
    """By working seconds, 0 among them: exactly one holds where the way is taken."""
    interval: cp_model.IntervalVar


class Variables:
    """All variables of a problem, with the rules that tie those of one task together."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.model = cp_model.CpModel()
        self.zero_s = problem.floor_s
        self.span = problem.until_s - problem.floor_s
        pieces: dict[Choice, dict[int, Sequence[Span]]] = {}
        for piece in problem.pieces:
            pieces.setdefault((piece.task, piece.way), {})[piece.work_s] = piece.spans
        self.pieces: dict[Choice, PieceVariables] = {}
        self.tasks = [self._task(i, task, pieces) for i, task in enumerate(problem.tasks)]

    def _task(self, i: int, task: Task, pieces: dict[Choice, dict[int, Sequence[Span]]]) -> TaskVariables:
        """`start` and `end` as one of the way's spans says; a held task stands still."""
        model = self.model
        plain = self._plain(task, i, pieces)
        if plain is not None:
            return plain
        start, end = (model.new_int_var_from_domain(self._starts(task, at_end), "") for at_end in (False, True))
        one = len(task.ways) == 1
        taken = tuple(model.new_constant(1) if one else model.new_bool_var("") for _ in task.ways)
        if not one:
            model.add_exactly_one(taken)
        changes = any((i, w) in pieces for w in range(len(task.ways)))
        visit = model.new_int_var(task.not_before_s - self.zero_s, self.span, "") if changes else start
        if changes:
            model.add(visit <= start)
        runs: list[cp_model.IntervalVar] = []
        visits: list[cp_model.IntervalVar] = []
        for w, way in enumerate(task.ways):
            run = self._interval(start, end, way.spans, taken[w])
            runs.append(run)
            if (i, w) in pieces:
                self.pieces[i, w] = self._piece(pieces[i, w], visit, start, taken[w])
                held = model.new_int_var(0, self.span, "")
                visits.append(model.new_optional_interval_var(visit, held, end, taken[w], ""))
            else:
                visits.append(run)
                if changes:
                    model.add(visit == start).only_enforce_if(taken[w])
        return TaskVariables(visit, start, end, taken, tuple(runs), tuple(visits))

    def _plain(self, task: Task, i: int, pieces: Mapping[Choice, object]) -> TaskVariables | None:
        """A task with one way, of one length, from any second between two: a start is all that there is to decide."""
        if len(task.ways) != 1 or len(task.ways[0].spans) != 1 or (i, 0) in pieces:
            return None
        span = task.ways[0].spans[0]
        if len(span.starts) != 1:
            return None
        model = self.model
        first, last = span.starts[0]
        start = model.new_int_var(first - self.zero_s, last - self.zero_s, "")
        run = model.new_fixed_size_interval_var(start, span.length_s, "")
        return TaskVariables(start, start, start + span.length_s, (model.new_constant(1),), (run,), (run,))

    def _starts(self, task: Task, at_end: bool) -> cp_model.Domain:
        """Every second at which some way lets the run start, or end."""
        found = [
            [first - self.zero_s + at_end * span.length_s, last - self.zero_s + at_end * span.length_s]
            for way in task.ways
            for span in way.spans
            for first, last in span.starts
        ]
        return cp_model.Domain.from_intervals(found)

    def _interval(
        self, start: cp_model.IntVar, end: cp_model.IntVar, spans: Sequence[Span], taken: Literal
    ) -> cp_model.IntervalVar:
        """One of `spans` where `taken` holds."""
        model = self.model
        if not spans:
            model.add(taken == 0)
            return model.new_optional_fixed_size_interval_var(0, 0, taken, "")
        if len(spans) == 1:
            self._within(start, spans[0], [taken])
            return model.new_optional_interval_var(start, spans[0].length_s, end, taken, "")
        lengths = [model.new_bool_var("") for _ in spans]
        # Exactly one where it is taken, none where it is not.
        model.add(sum(lengths) == taken)
        for span, holds in zip(spans, lengths, strict=True):
            self._within(start, span, [holds])
        domain = cp_model.Domain.from_values([0, *(span.length_s for span in spans)])
        size = model.new_int_var_from_domain(domain, "")
        model.add(size == sum(span.length_s * holds for span, holds in zip(spans, lengths, strict=True)))
        return model.new_optional_interval_var(start, size, end, taken, "")

    def _within(self, start: cp_model.IntVar, span: Span, holds: list[Literal]) -> None:
        domain = cp_model.Domain.from_intervals([[a - self.zero_s, b - self.zero_s] for a, b in span.starts])
        self.model.add_linear_expression_in_domain(start, domain).only_enforce_if(holds)

    def _piece(
        self, by_work: dict[int, Sequence[Span]], visit: cp_model.IntVar, start: cp_model.IntVar, taken: Literal
    ) -> PieceVariables:
        """A changeover from the visit's start, as long as its work takes then; none: the visit is the run."""
        model = self.model
        work = {work_s: model.new_bool_var("") for work_s in (0, *by_work)}
        model.add(sum(work.values()) == taken)
        model.add(visit == start).only_enforce_if(work[0])
        present = model.new_bool_var("")
        model.add(present + work[0] == taken)
        lengths: list[tuple[int, Literal]] = []
        for work_s, spans in by_work.items():
            holds = [model.new_bool_var("") for _ in spans]
            model.add(sum(holds) == work[work_s])
            for span, hold in zip(spans, holds, strict=True):
                self._within(visit, span, [hold])
                lengths.append((span.length_s, hold))
        size = model.new_int_var(0, self.span, "")
        model.add(size == sum(length * hold for length, hold in lengths))
        done = model.new_int_var(0, self.span, "")
        model.add(done <= start).only_enforce_if(taken)
        return PieceVariables(work, model.new_optional_interval_var(visit, size, done, present, ""))

    def wait(self, begin: cp_model.IntVar, end: cp_model.IntVar, spans: Sequence[Span], holds: Literal) -> None:
        """Let `end` come one of `spans` after `begin` where `holds` does."""
        self._interval(begin, end, spans, holds)
