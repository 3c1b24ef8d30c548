"""Other plans for what stands: searched for on copies of the plan, each timed, checked, and compared with it."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator
from itertools import count

from msgspec import Struct

from domain.checks import from_unix
from domain.hours import ExtraHours
from domain.proposals import Cap, OutsideWork, Proposal, ProposalKind
from domain.values import replace
from promising.dividing import best_cut, divide, may_be_divided
from promising.outsourcing import given_out, outside_work
from promising.overtime import total, used, ways_of_overtime
from promising.proposal_requests import Draft, Progress, ReplanAsk
from promising.risks import Line
from promising.scratch import Scratch, Trial, weighed
from scheduler.cpsat import Stop
from scheduler.improve.near import near
from scheduler.improve.resequence import Better, Budget, improve
from scheduler.improve.shop import Wish
from scheduler.planner import Sequences
from scheduler.planning.going_back import Unrest

Told = Progress | Draft
WORTH_S = 300
"""Seconds of room, or of changeovers, that a better order has to gain for each operation that leaves its place."""


def workers() -> int:
    """How many threads search together: one for each core that the process may use but that of the desk, one at least.

    Where the system doesn't tell which it may use, all cores count.
    """
    allowed = getattr(os, "sched_getaffinity", None)
    cores = len(allowed(0)) if allowed else os.cpu_count() or 1
    return max(1, cores - 1)


class ProposalBroken(Exception):
    """A plan that was found breaks a rule of the plant: a mistake of ours, and nobody sees it."""


class _Found(Struct):
    """What a search came to."""

    first: Better | None = None
    last: Better | None = None

    @property
    def better(self) -> bool:
        """It found something."""
        if self.first is None or self.last is None:
            return False
        return (self.last.cost, self.last.change_s) < (self.first.cost, self.first.change_s)

    @property
    def gained(self) -> int:
        """Seconds less of what costs, and of changeovers."""
        assert self.first is not None
        assert self.last is not None
        return self.first.cost - self.last.cost + self.first.change_s - self.last.change_s


class Search:
    """Looks for a proposal of each kind that was asked for, one after the other, in equal shares of the time."""

    def __init__(self, scratch: Scratch, ask: ReplanAsk, clock: Callable[[], float], stop: Stop) -> None:
        self._scratch, self._ask, self._clock, self._stop = scratch, ask, clock, stop
        self._began = clock()
        self._ways = {
            ProposalKind.RESEQUENCE: self._resequence,
            ProposalKind.ALTERNATIVES: self._alternatives,
            ProposalKind.OVERTIME: self._overtime,
            ProposalKind.PROTECT: self._protect,
            ProposalKind.OUTSIDE: self._outside,
            ProposalKind.SPLIT: self._split,
            ProposalKind.ORDER: self._order,
            ProposalKind.NEAR: self._near,
        }

    def run(self) -> Iterator[Told]:
        """Tell of every step, and of every proposal that is better than the plan as it stands."""
        for left, kind in zip(range(len(self._ask.kinds), 0, -1), self._ask.kinds, strict=True):
            if self._stop.is_set:
                return
            left_s = max(0.1, self._ask.seconds - (self._clock() - self._began))
            yield from self._ways[kind](left_s / left)

    def _elapsed(self) -> float:
        return self._clock() - self._began

    # -- the kinds ---------------------------------------------------------------------------------------------

    def _resequence(self, seconds: float) -> Iterator[Told]:
        trial, found = self._scratch.trial(), _Found()
        yield from self._improve(ProposalKind.RESEQUENCE, trial, trial.wishes(), seconds, found)
        if found.better:
            yield self._draft(ProposalKind.RESEQUENCE, trial, found)

    def _alternatives(self, seconds: float) -> Iterator[Told]:
        trial, found = self._scratch.trial(), _Found()
        yield from self._improve(ProposalKind.ALTERNATIVES, trial, trial.wishes(), seconds, found, other_ways=True)
        if found.better:
            yield self._draft(ProposalKind.ALTERNATIVES, trial, found)

    def _overtime(self, seconds: float) -> Iterator[Told]:
        kind, began = ProposalKind.OVERTIME, self._clock()
        bare = self._scratch.trial()
        best: tuple[tuple[int, float], tuple[ExtraHours, ...]] | None = None
        for hours in ways_of_overtime(bare):
            if self._stop.is_set or (best is not None and self._clock() - began > seconds / 2):
                break
            late = len(self._scratch.trial(hours).late())
            if best is None or (late, total(hours).total_seconds()) < best[0]:
                best = (late, total(hours).total_seconds()), hours
            if not late:
                break
        if best is None:
            return
        trial, found = self._scratch.trial(best[1]), _Found()
        left_s = max(0.1, seconds - (self._clock() - began))
        yield from self._improve(kind, trial, trial.wishes(by_promise=True), left_s, found)
        if found.last is not None and trial.measure().late < bare.figures.late:
            # Repairing and improving again without the hours that nothing runs in comes to the same plan.
            hours = used(best[1], trial.plan.snapshot().operations)
            yield self._draft(kind, trial, found, hours=hours)

    def _protect(self, seconds: float) -> Iterator[Told]:
        kind, cap = ProposalKind.PROTECT, self._ask.cap or Cap()
        trial = self._scratch.trial()
        yielding = trial.yielding(self._ask.protect, cap.none_within)
        if not trial.late():
            return
        uncapped = None
        if self._ask.cap is not None:
            free, found = self._scratch.trial(), _Found()
            anyone = free.yielding(self._ask.protect, Cap().none_within)
            for step in self._loosened(free, anyone, seconds / 2, found):
                yield replace(step, uncapped=True)
            uncapped, seconds = None if found.last is None else found.last.cost, seconds / 2
            if cap.most is not None:
                moved = [(row.order_id, row.line_no) for row in free.lines(anyone) if row.moves]
                yielding = {name: yielding[name] for name in moved[-cap.most :] if name in yielding} if cap.most else {}
        found = _Found()
        yield from self._loosened(trial, yielding, seconds, found)
        if found.better:
            yield self._draft(kind, trial, found, yielding, uncapped=uncapped)

    def _outside(self, seconds: float) -> Iterator[Told]:
        kind, began = ProposalKind.OUTSIDE, self._clock()
        bare = self._scratch.trial()
        trial, keys = given_out(bare, self._more(seconds / 2))
        if not keys:
            return
        found = _Found()
        left_s = max(0.1, seconds - (self._clock() - began))
        yield from self._improve(kind, trial, trial.wishes(by_promise=True), left_s, found)
        if found.last is not None:
            yield self._draft(kind, trial, found, outside=outside_work(trial, keys))

    def _order(self, seconds: float) -> Iterator[Told]:
        trial, found = self._scratch.trial(), _Found()
        yield from self._improve(ProposalKind.ORDER, trial, trial.roomy(), seconds, found)
        if found.better:
            draft = self._draft(ProposalKind.ORDER, trial, found)
            worth = found.gained >= WORTH_S * draft.proposal.moved
            if worth and weighed(draft.proposal.after) <= weighed(draft.proposal.before):
                yield draft

    def _near(self, seconds: float) -> Iterator[Told]:
        before = self._scratch.before
        if before is None:
            return
        kind, trial, found = ProposalKind.NEAR, self._scratch.trial(), _Found()
        late = {(promise.order.id, line.line_no) for promise, line in trial.late()}
        for step in near(trial.plan, before, self._budget(seconds), self._stop):
            cost = Unrest.of(step.dates, step.moved).weight
            found.last = Better(step.seconds, cost, len(late), None, moved=step.moved)
            found.first = found.first or found.last
            yield Progress(kind, self._elapsed(), cost, None, len(late), step.moved)
        # Deadlines are kept, and those of lines at risk may be later than they are expected by now.
        if found.better and {(promise.order.id, line.line_no) for promise, line in trial.late()} <= late:
            yield self._draft(kind, trial, found)

    def _split(self, seconds: float) -> Iterator[Told]:
        kind, trial, more = ProposalKind.SPLIT, self._scratch.trial(), self._more(seconds)
        now, found = from_unix(self._scratch.now_s), _Found()
        late = sorted(trial.late(), key=lambda row: (row[0].order.priority, row[0].order.id, row[1].line_no))
        found.first = Better(0.0, weighed(trial.measure()), len(late), None)
        for promise, line in late:
            if not more():
                break
            standing = trial.standing(promise.order.id) or promise
            if not may_be_divided(trial.plan, standing, line):
                continue
            cut = best_cut(trial.plan, standing, line, now)
            made = None if cut is None else divide(trial.plan, standing, line, cut, now)
            if made is None:
                continue
            if not made.keeps(line):
                trial.plan.undo(made.step)
                continue
            trial.divide(made, line)
            left = len(trial.late())
            found.last = Better(self._elapsed(), weighed(trial.measure()), left, None)
            yield Progress(kind, self._elapsed(), found.last.cost, None, left, 0)
        if found.last is not None:
            yield replace(self._draft(kind, trial, found), sequences=Sequences(self._scratch.version, ()))

    def _loosened(self, trial: Trial, yielding: dict[Line, int], seconds: float, found: _Found) -> Iterator[Progress]:
        """Improve a plan in which these lines may end late."""
        wishes = trial.wishes(by_promise=True)
        trial.plan.loosen(yielding)
        yield from self._improve(ProposalKind.PROTECT, trial, wishes, seconds, found)

    # -- what they share ---------------------------------------------------------------------------------------

    def _more(self, seconds: float) -> Callable[[], bool]:
        """Whether to go on trying, asked before each try: for so long, or for so many tries where steps are counted."""
        began, tries = self._clock(), count()

        def more() -> bool:
            if self._stop.is_set:
                return False
            return next(tries) < self._ask.effort if self._ask.effort else self._clock() - began < seconds

        return more

    def _budget(self, seconds: float) -> Budget:
        return Budget(seconds, self._clock, self._ask.effort, self._ask.seed, workers())

    def _improve(
        self, kind: ProposalKind, trial: Trial, wishes: dict[Line, Wish], seconds: float, found: _Found, *,
        other_ways: bool = False,
    ) -> Iterator[Progress]:  # fmt: skip
        budget = self._budget(seconds)
        for step in improve(trial.plan, wishes, budget, self._stop, other_ways=other_ways):
            found.first, found.last = found.first or step, step
            yield Progress(kind, self._elapsed(), step.cost, step.bound, step.late, step.moved)

    def _draft(
        self, kind: ProposalKind, trial: Trial, found: _Found, movable: Collection[Line] = (), *,
        hours: tuple[ExtraHours, ...] = (), outside: tuple[OutsideWork, ...] = (), uncapped: int | None = None,
    ) -> Draft:  # fmt: skip
        assert found.last is not None
        broken = trial.breaches()
        if broken:
            raise ProposalBroken("; ".join(broken[:3]))
        moved, shifted, apart_s = trial.moved()
        lines = trial.lines(movable)
        proposal = Proposal(
            id="~", kind=kind, plan_version=self._scratch.version, made_at=from_unix(self._scratch.now_s),
            made_by=self._ask.caller, before=trial.figures, after=trial.measure(), lines=lines,
            saved=sum(row.saved for row in lines), promises_moved=sum(row.moves for row in lines),
            moved_in_time=sum(not (row.moves or row.saved or row.late) for row in lines),
            moved=moved, shifted=shifted, distance_s=apart_s, objective=found.last.cost, bound=found.last.bound,
            seconds=round(self._elapsed(), 3), hours=hours, outside=outside,
            cap=self._ask.cap if kind is ProposalKind.PROTECT else None, uncapped=uncapped, reason=self._ask.reason,
            from_before=trial.from_before(),
        )  # fmt: skip
        return Draft(proposal, trial.plan.sequences())
