"""One run of re-promising over one plan: what has to give way is taken out, what matters placed, the rest put back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from domain.checks import from_unix, to_unix_up
from domain.errors import InvalidInput
from domain.orders import Order, OrderLine, ShipMode
from domain.promises import EventKind, LinePromise, Outcome, Promise, PromiseState, Reason
from domain.proposals import ProposedLine
from domain.repromises import Became, RepromisedLine, Treatment
from domain.values import replace
from promising.amendments import FORCED, bound
from promising.batch import Batch
from promising.deliveries import expected_of
from promising.order_changes import with_lines
from promising.quotas import Quotas
from promising.repromise_requests import LINES_MAX, RepromiseAsk, Repromised
from promising.requests import FINAL, is_at_risk
from promising.risks import Line, Risks, record
from scheduler.planner import Decision, Effort, Planner


class _Unit(Struct, frozen=True):
    """Lines that get their dates together: one, or all of an order that is delivered complete."""

    promise: Promise
    treatment: Treatment
    asked: tuple[OrderLine, ...]
    told: tuple[LinePromise, ...]
    fixed: bool

    @property
    def order(self) -> Order:
        """As the plan is asked for it."""
        return replace(self.promise.order, priority=self.promise.priority)

    @property
    def rank(self) -> tuple[int, datetime, str, int]:
        """Whose turn it is."""
        dates = [line.promised_time for line in self.told if line.promised_time is not None]
        return self.promise.priority, min(dates), self.promise.order.id, self.told[0].line_no


class Anew:
    """One run over one plan; what it decides goes into a batch."""

    def __init__(self, plan: Planner, batch: Batch, ask: RepromiseAsk, quotas: Quotas) -> None:
        self._plan, self._batch, self._ask, self._quotas = plan, batch, ask, quotas
        self._now_s = plan.now_s
        self._made: dict[str, dict[int, LinePromise]] = {}
        self._earliest: dict[Line, tuple[datetime | None, tuple[Reason, ...]]] = {}
        """Of the missed lines what could be had, and why no sooner."""
        self._lost = False
        plan.keep_for_others(quotas.kept(batch.now))

    def made(self) -> Repromised:
        """Promise all that is selected anew, and record it."""
        plan, batch = self._plan, self._batch
        risks, orders = Risks(plan, batch), list(plan.order_ids)
        before = risks.expected(orders)
        units = self._units(orders)
        try:
            self._promise_anew(units)
        finally:
            # Counted with the versions that are recorded.
            for promise in {unit.promise.order.id: unit.promise for unit in units}.values():
                self._quotas.move(self._so_far(promise), promise)
        if self._lost:
            # A line has no place: what else would become is of no use.
            return Repromised(tuple(self._rows(units, before, {})), (), plan.version)
        self._record()
        expected = risks.expected(orders)
        changed = risks.reckon(expected)
        record(batch, changed, plan.version, self._ask.caller, self._ask.reason)
        rows = self._rows(units, before, expected)
        told = [row.line for row in rows if row.line.moves]
        names = {(row.order_id, row.line_no) for row in told}
        told += [
            _row(new, was, line, before[name], expected[name])
            for old, new in changed
            for was, line in zip(old.lines, new.lines, strict=True)
            if was != line and (name := (new.order.id, line.line_no)) not in names
        ]
        return Repromised(tuple(rows), tuple(told), plan.version)

    def _promise_anew(self, units: Sequence[_Unit]) -> None:
        plan = self._plan
        giving = [unit for unit in units if unit.treatment is Treatment.GIVE_WAY and not unit.fixed]
        for unit in giving:
            step = plan.begin(unit.order, self._now_s)
            plan.take_out(step, [line.line_no for line in unit.told])
            plan.keep(step)
        for treatment in (Treatment.CONFIRM, Treatment.IMPROVE):
            for unit in units:
                if unit.treatment is treatment and not unit.fixed:
                    self._better(unit)
        for unit in giving:
            self._again(unit)
        if self._lost:
            return
        for unit in units:
            if not any(line.line_no in self._made.get(unit.promise.order.id, ()) for line in unit.told):
                self._in_place(unit)

    # -- who -----------------------------------------------------------------------------------------------------

    def _units(self, order_ids: Sequence[str]) -> list[_Unit]:
        """What is selected, in the order of its turn. Raises InvalidInput for too much."""
        found: list[_Unit] = []
        for order_id in order_ids:
            promise = self._batch.standing(order_id)
            treatment = None if promise is None or promise.hold is not None else self._ask.treatment(promise)
            if promise is None or treatment is None:
                continue
            pairs = [
                (asked, told)
                for asked, told in zip(promise.order.lines, promise.lines, strict=True)
                if told.state not in FINAL and told.promised_time is not None
            ]
            together = promise.order.ship is ShipMode.COMPLETE
            for group in [pairs] if together and pairs else [[pair] for pair in pairs]:
                fixed = not all(self._plan.movable(order_id, told.line_no) for _, told in group)
                asked, told = zip(*group, strict=True)
                found.append(_Unit(promise, treatment, asked, told, fixed))
        count = sum(len(unit.told) for unit in found)
        if count > LINES_MAX:
            raise InvalidInput.one("selections", f"{count} lines are selected", f"up to {LINES_MAX} at a time")
        return sorted(found, key=lambda unit: unit.rank)

    # -- how -----------------------------------------------------------------------------------------------------

    def _better(self, unit: _Unit) -> None:
        """Have the lines as asked, or earlier than they are promised; where that can't be they stay."""
        expected = [expected_of(self._plan, unit.promise, line) for line in unit.told]
        if all(at <= _wanted(line) for at, line in zip(expected, unit.told, strict=True)):
            # Bound to it now, before what gave way goes in again.
            self._in_place(unit)
            return
        must = unit.treatment is Treatment.CONFIRM
        step = self._taken_out(unit)
        placed = self._placed(step, unit, [_for(a, t, latest=t.promised_time) for a, t in _both(unit)], later=not must)
        if self._is_better(unit, placed):
            self._keep(step, unit, placed)
            return
        self._plan.undo(step)
        if must:
            step = self._taken_out(unit)
            placed = self._placed(step, unit, [_for(a, t, latest=None) for a, t in _both(unit)], later=True)
            self._plan.undo(step)
            for line in placed:
                self._earliest[unit.promise.order.id, line.line_no] = line.promised_time, line.reasons

    def _is_better(self, unit: _Unit, placed: Sequence[LinePromise]) -> bool:
        if any(line.state is PromiseState.REFUSED for line in placed):
            return False
        old = {line.line_no: line for line in unit.told}
        pairs = [(old[line.line_no], line) for line in placed]
        if any(new.promised_time > was.promised_time for was, new in pairs if new.promised_time and was.promised_time):
            return False
        if not any(new.promised_time != was.promised_time or is_at_risk(was) for was, new in pairs):
            return False
        return self._has_room(unit, placed)

    def _has_room(self, unit: _Unit, lines: Sequence[LinePromise]) -> bool:
        """Whether quotas and floors leave room for these dates, beside those that were made in this run."""
        before = self._so_far(unit.promise)
        made = replace(before, lines=with_lines(before.lines, lines))
        return not self._quotas.exceeded(made, self._batch.now, before)

    def _again(self, unit: _Unit) -> None:
        """Place lines that gave way: as asked, else by their old dates, else as early as can be."""
        step = self._plan.begin(unit.order, self._now_s)
        placed = self._placed(step, unit, [_for(a, t, latest=None) for a, t in _both(unit)], later=True)
        old = {line.line_no: line for line in unit.told}
        slips = [line for line in placed if _after(line.promised_time, old[line.line_no].promised_time)]
        if slips and not any(_after(line.expected_time, old[line.line_no].promised_time) for line in placed):
            # Rounding and buffer alone would make it later.
            self._plan.undo(step)
            step = self._plan.begin(unit.order, self._now_s)
            asked = [
                replace(a, requested_time=t.promised_time or a.requested_time, latest_time=None) for a, t in _both(unit)
            ]
            placed = self._placed(step, unit, asked, later=True)
        if any(line.state is PromiseState.REFUSED for line in placed):
            self._plan.undo(step)
            self._lost = True
            for line in placed:
                self._earliest[unit.promise.order.id, line.line_no] = None, line.reasons
            return
        self._keep(step, unit, placed)

    def _in_place(self, unit: _Unit) -> None:
        """Tell lines that stay where they are the time asked for where they keep it; what gives way, when it comes."""
        expected = max(expected_of(self._plan, unit.promise, line) for line in unit.told)
        promised = max(line.promised_time for line in unit.told if line.promised_time is not None)
        wanted = min(_wanted(line) for line in unit.told)
        name = unit.promise.order.id
        if unit.treatment is not Treatment.GIVE_WAY:
            if expected <= wanted < promised and self._has_room(unit, [_at(line, wanted) for line in unit.told]):
                self._bind(unit, wanted, expected)
            elif expected > wanted and unit.treatment is Treatment.CONFIRM:
                at = from_unix(self._plan.promisable(to_unix_up(expected), unit.told[0].item_id))
                for line in unit.told:
                    self._earliest.setdefault((name, line.line_no), (at, line.reasons))
        elif expected > promised:
            at = from_unix(self._plan.promisable(to_unix_up(expected), unit.told[0].item_id))
            self._bind(unit, at, expected)

    def _bind(self, unit: _Unit, promised: datetime, expected: datetime) -> None:
        step = Decision(unit.promise.order, self._now_s, ())
        made = []
        for line in unit.told:
            outcome = Outcome.ON_TIME if promised <= line.requested_time else Outcome.LATER
            notes = tuple(note for note in line.notes if note != FORCED)
            made.append(
                replace(
                    bound(self._plan, step, line, promised), state=PromiseState.CONFIRMED, outcome=outcome,
                    expected_time=expected, notes=notes, cause=None,
                )
            )  # fmt: skip
        self._plan.keep(step)
        self._note(unit, made)

    def _taken_out(self, unit: _Unit) -> Decision:
        step = self._plan.begin(unit.order, self._now_s)
        self._plan.take_out(step, [line.line_no for line in unit.told])
        return step

    def _placed(self, step: Decision, unit: _Unit, asked: Sequence[OrderLine], *, later: bool) -> list[LinePromise]:
        """The lines as they would be answered, with the times for which they were asked."""
        wanted = {line.line_no: line.requested_time for line in unit.asked}
        made = []
        for line in self._plan.place(step, asked, effort=Effort.TIER1, accept_later=later):
            at, promised = wanted[line.line_no], line.promised_time
            outcome = line.outcome
            if promised is not None and outcome is not Outcome.REFUSED:
                outcome = Outcome.ON_TIME if promised <= at else Outcome.LATER
            made.append(replace(line, requested_time=at, outcome=outcome, decided_at=self._batch.now))
        return made

    def _keep(self, step: Decision, unit: _Unit, placed: Sequence[LinePromise]) -> None:
        self._plan.keep(step)
        self._note(unit, placed)

    def _note(self, unit: _Unit, lines: Sequence[LinePromise]) -> None:
        before = self._so_far(unit.promise)
        self._made.setdefault(unit.promise.order.id, {}).update({line.line_no: line for line in lines})
        self._quotas.move(before, self._so_far(unit.promise))

    def _so_far(self, promise: Promise) -> Promise:
        """An order with what was made of it in this run."""
        return replace(promise, lines=with_lines(promise.lines, list(self._made.get(promise.order.id, {}).values())))

    # -- told ----------------------------------------------------------------------------------------------------

    def _record(self) -> None:
        """Put new versions of the orders into the batch, each with its event."""
        for order_id, lines in self._made.items():
            standing = self._batch.standing(order_id)
            assert standing is not None
            made = replace(standing, lines=with_lines(standing.lines, list(lines.values())))
            made = replace(made, lines=tuple(self._as_expected(made, line, lines) for line in made.lines))
            made = replace(made, version=standing.version + 1, plan_version=self._plan.version)
            said = "; ".join(
                f"{new.line_no}: {_iso(was.promised_time)}>{_iso(new.promised_time)}"
                for was, new in zip(standing.lines, made.lines, strict=True)
                if was.promised_time != new.promised_time
            )
            self._batch.record(made, EventKind.REPROMISED, self._ask.caller, self._ask.reason, said)

    def _as_expected(self, order: Promise, line: LinePromise, made: dict[int, LinePromise]) -> LinePromise:
        if line.line_no not in made:
            return line
        # Others came in before it since it was placed, or let it come forward.
        return replace(line, expected_time=expected_of(self._plan, order, line))

    def _rows(
        self, units: Sequence[_Unit], before: dict[Line, datetime], expected: dict[Line, datetime]
    ) -> list[RepromisedLine]:
        """Each selected line, the missed ones first."""
        rows = []
        for unit in units:
            name = unit.promise.order.id
            standing = self._batch.standing(name)
            assert standing is not None
            after = {line.line_no: line for line in standing.lines}
            for was in unit.told:
                missed = (name, was.line_no) in self._earliest
                new = after[was.line_no]
                earliest, reasons = self._earliest.get((name, was.line_no), (None, new.reasons))
                at = before[name, was.line_no]
                rows.append(
                    RepromisedLine(
                        _row(unit.promise, was, new, at, expected.get((name, was.line_no), at)),
                        unit.treatment,
                        Became.MISSED if missed else _became(was, new),
                        reasons,
                        earliest,
                        unit.fixed,
                    )
                )
        return sorted(rows, key=lambda row: row.became is not Became.MISSED)


def _both(unit: _Unit) -> list[tuple[OrderLine, LinePromise]]:
    return list(zip(unit.asked, unit.told, strict=True))


def _wanted(line: LinePromise) -> datetime:
    """The time asked for, or the earlier one that was promised all the same."""
    assert line.promised_time is not None
    return min(line.requested_time, line.promised_time)


def _for(asked: OrderLine, told: LinePromise, *, latest: datetime | None) -> OrderLine:
    """The line as it is asked for anew."""
    return replace(asked, requested_time=_wanted(told), latest_time=latest)


def _at(line: LinePromise, promised: datetime) -> LinePromise:
    return replace(line, promised_time=promised)


def _after(at: datetime | None, limit: datetime | None) -> bool:
    return at is not None and limit is not None and at > limit


def _became(was: LinePromise, new: LinePromise) -> Became:
    if was.promised_time == new.promised_time:
        return Became.AS_IT_WAS
    return Became.LATER if _after(new.promised_time, was.promised_time) else Became.EARLIER


def _row(order: Promise, was: LinePromise, new: LinePromise, before: datetime, after: datetime) -> ProposedLine:
    assert was.promised_time is not None
    assert new.promised_time is not None
    return ProposedLine(
        order.order.id, new.line_no, new.item_id, new.quantity, order.order.customer_id, order.priority, new.state,
        was.promised_time, new.promised_time, before, after,
    )  # fmt: skip


def _iso(at: datetime | None) -> str:
    return "" if at is None else at.isoformat()
