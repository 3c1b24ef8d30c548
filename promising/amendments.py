"""New content for an order that stands: all or nothing, the old promise stands until the new one commits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from domain.checks import from_unix, to_unix_down
from domain.errors import InvalidInput, WrongState
from domain.orders import Order, OrderLine, ShipMode
from domain.promises import EventKind, LinePromise, Outcome, Promise, PromiseState, Reason, ReasonKind
from domain.values import replace
from promising.deliveries import expected_of
from promising.parts import Cut, divided, find_cuts
from promising.receipts import LATER, ON_TIME, Made, declined
from promising.requests import FINAL, Accept, Amend, ChangeAsk, ForceDate, Split, is_at_risk, order_state
from scheduler.planner import NO_PICK_UP, Date, Decision, Effort, Planner

FORCED = "forced_date"
"""Why a line is at risk: a planner promised an earlier date than the plan keeps."""
_REST = frozenset({ReasonKind.BUFFER, ReasonKind.ROUNDING, ReasonKind.NOT_EARLIER})
"""Shares of a lead time behind the planned end."""


class Amendments:
    """Takes changed lines out of the plan and places them anew, in one step."""

    def __init__(self, plan: Planner) -> None:
        self._plan = plan

    def amend(
        self, change: Amend, asked: Order, ask: ChangeAsk, standing: Promise, now: datetime, effort: Effort
    ) -> Made:
        """Give the order other content; `asked` is it with the priority that rules gave it."""
        check_open(standing)
        if not ask.etag:
            raise InvalidInput.one("etag", "is missing", "the etag of the order as it was read")
        if change.order.customer_id != standing.order.customer_id:
            raise InvalidInput.one("customer_id", "is another customer's", standing.order.customer_id)
        cuts = self._cuts(change, asked, standing, now, effort)
        made = replace(standing, order=divided(change.order, cuts))
        return self._rewrite(made, divided(asked, cuts), standing, EventKind.AMENDED, change, now, effort)

    def _cuts(self, change: Amend, asked: Order, standing: Promise, now: datetime, effort: Effort) -> list[Cut]:
        """How lines are divided of an order of which parts are to come by their date."""
        if asked.ship is not ShipMode.PART_BY_DATE or change.how is not None:
            return []

        def tried(order: Order, effort: Effort) -> dict[int, LinePromise]:
            made = replace(standing, order=order)
            found = self._rewrite(made, order, standing, EventKind.AMENDED, change, now, effort)
            if found.step is None:
                return {}
            self._plan.undo(found.step)
            placed = {line.line_no for line in found.step.lines}
            return {line.line_no: line for line in found.promise.lines if line.line_no in placed}

        late = {number for number, line in tried(asked, effort).items() if line.outcome is Outcome.LATER}

        def on_time(order: Order) -> frozenset[int]:
            found = tried(order, Effort.INSTANT).items()
            return frozenset(number for number, line in found if line.outcome is Outcome.ON_TIME)

        return find_cuts(asked, late, self._plan, on_time) if late else []

    def split(self, change: Split, standing: Promise, now: datetime, effort: Effort) -> Made:
        """Make two lines of one, the total kept: the part gets a date of its own, the rest keeps its promise."""
        check_open(standing)
        if standing.order.ship is ShipMode.COMPLETE:
            name, problem = standing.order.id, "its lines have one date; amend how it is to be delivered first"
            raise WrongState("order", name, "delivered complete", problem)
        line, _ = line_of(standing, change.line_no)
        if not 1 <= change.quantity < line.quantity:
            raise InvalidInput.one("quantity", f"{change.quantity} is out of range", f"1 to {line.quantity - 1}")
        numbers = {each.line_no for each in standing.order.lines}
        number = change.new_line_no or max(numbers) + 1
        if number in numbers:
            raise InvalidInput.one("new_line_no", f"line {number} stands already", "a number that no line has")
        part_fen = line.discount_fen * change.quantity // line.quantity
        part, rest = line.divided(change.quantity)
        rest = replace(rest, discount_fen=line.discount_fen - part_fen)
        part = replace(
            part, line_no=number, requested_time=change.requested_time, latest_time=change.latest_time,
            discount_fen=part_fen,
        )  # fmt: skip
        lines: list[OrderLine] = []
        for each in standing.order.lines:
            lines += [rest, part] if each is line else [each]
        order = replace(standing.order, lines=tuple(lines))
        made = replace(standing, order=order)
        return self._rewrite(made, order, standing, EventKind.SPLIT, change, now, effort)

    def _rewrite(
        self, made: Promise, asked: Order, standing: Promise, kind: EventKind, how: Amend | Split, now: datetime,
        effort: Effort,
    ) -> Made:  # fmt: skip
        """Place what is new or other than before; lines that ask for the same as before are left alone.

        Unless all go another way, or change their date together.
        """
        old = {line.line_no: line for line in standing.order.lines}
        told = {line.line_no: line for line in standing.lines}
        changed = [line for line in asked.lines if not _same(line, old.get(line.line_no))]
        sent = _sent_otherwise(made.order, standing.order)
        together = asked.ship is ShipMode.COMPLETE
        if sent or (together and changed):
            changed = list(asked.lines)
        numbers = {line.line_no for line in asked.lines}
        leaving = [n for n in told if n not in numbers or n in {line.line_no for line in changed}]
        leaving = [n for n in leaving if told[n].state not in FINAL]
        redated = [line for line in changed if self._begun(standing, old.get(line.line_no), line)]
        self._check_begun(standing, leaving, redated)
        kept = {line.line_no for line in redated}
        anew = [line for line in changed if line.line_no not in kept]
        step = self._plan.begin(asked, int(now.timestamp()))
        self._plan.take_out(step, [n for n in leaving if n not in kept])
        limits = {} if sent or together else {line.line_no: _limit(line, old, told) for line in anew}
        beside = redated if together else []
        lines = self._placed(step, standing, anew, limits, beside, how, now, effort) if anew else []
        lines += self._redated(step, standing, redated, lines, how.accept, sent=sent or together)
        refused = [line for line in lines if line.state is PromiseState.REFUSED]
        if refused:
            self._plan.undo(step)
            return Made(standing, kind, declined=declined(standing, refused, refused[0].refusal))
        by_number = {**told, **{line.line_no: line for line in lines}}
        return Made(
            replace(made, lines=tuple(by_number[line.line_no] for line in asked.lines), quote_id=""), kind, step
        )

    def _placed(
        self, step: Decision, standing: Promise, anew: Sequence[OrderLine], limits: Mapping[int, datetime | None],
        beside: Sequence[OrderLine], how: Amend | Split, now: datetime, effort: Effort,
    ) -> list[LinePromise]:  # fmt: skip
        """Place lines anew, each no later than its limit."""
        hold, taken = standing.hold, how.how if isinstance(how, Amend) else None
        limited = [_no_later(line, limits.get(line.line_no)) for line in anew]
        lines = self._plan.place(
            step, limited, allow_frozen=how.allow_frozen, effort=effort, accept_later=how.accept is Accept.LATER,
            hold_s=0 if hold is None else to_unix_down(hold.expires_at), beside=beside,
            found=None if taken is None else taken.found, way=None if taken is None else taken.way,
        )  # fmt: skip
        return [
            line
            if line.state is PromiseState.REFUSED
            else replace(
                line,
                state=PromiseState.CONFIRMED if hold is None else PromiseState.HELD,
                notes=line.notes if hold is None else (*line.notes, *hold.reasons),
                decided_at=now,
            )
            for line in lines
        ]

    # A planner's date.

    def force(self, change: ForceDate, standing: Promise, now: datetime, effort: Effort) -> Made:
        """Promise a line for a date: where it stands, else in another place, else at risk, bound to its planned end."""
        asked, line = line_of(standing, change.line_no)
        if line.state is PromiseState.HELD:
            raise WrongState("line", f"{standing.order.id}/{line.line_no}", line.state, "confirm the order first")
        date = change.promised_time
        if date <= now:
            raise InvalidInput.one("promised_time", f"{date.isoformat()} is over", f"after {now.isoformat()}")
        pairs = [(asked, line)]
        if standing.order.ship is ShipMode.COMPLETE:
            both = zip(standing.order.lines, standing.lines, strict=True)
            pairs = [(each, told) for each, told in both if told.state not in FINAL]
        expected = expected_of(self._plan, standing, line)
        if expected > date:
            moved = self._elsewhere([each for each, _ in pairs], standing, date, now, effort)
            if moved is not None:
                return moved
        state = PromiseState.AT_RISK if expected > date else PromiseState.CONFIRMED
        step = self._plan.begin(standing.order, int(now.timestamp()))
        made = []
        for _, told in pairs:
            notes = tuple(note for note in told.notes if note != FORCED)
            notes = (*notes, FORCED) if expected > date else notes
            cause = told.cause if expected > date else None
            stands = replace(told, notes=notes, expected_time=expected, state=state, cause=cause)
            made.append(bound(self._plan, step, stands, date))
        return Made(_with(standing, made), EventKind.DATE_FORCED, step)

    def _elsewhere(
        self, asked: Sequence[OrderLine], standing: Promise, date: datetime, now: datetime, effort: Effort
    ) -> Made | None:
        """The lines placed anew so that they arrive by the date, if that can be had."""
        if any(self._plan.begun(standing.order.id, line.line_no) for line in asked):
            return None
        step = self._plan.begin(standing.order, int(now.timestamp()))
        self._plan.take_out(step, [line.line_no for line in asked])
        wanted = [replace(line, requested_time=date, latest_time=None) for line in asked]
        found = self._plan.place(step, wanted, effort=effort, accept_later=False)
        if any(line.state is PromiseState.REFUSED for line in found):
            self._plan.undo(step)
            return None
        made = [
            replace(
                line, requested_time=each.requested_time, decided_at=now,
                outcome=Outcome.ON_TIME if date <= each.requested_time else Outcome.LATER,
            )
            for each, line in zip(asked, found, strict=True)
        ]  # fmt: skip
        return Made(_with(standing, made), EventKind.DATE_FORCED, step)

    # Work that has begun.

    def _begun(self, standing: Promise, before: OrderLine | None, line: OrderLine) -> bool:
        """The line's work has begun, and nothing but its date is to be changed."""
        if before is None or not self._plan.begun(standing.order.id, line.line_no):
            return False
        return (before.item_id, before.quantity) == (line.item_id, line.quantity)

    def _check_begun(self, standing: Promise, leaving: Sequence[int], redated: Sequence[OrderLine]) -> None:
        """Raise WrongState for lines that can't be changed as asked, since their work has begun."""
        dates = {line.line_no for line in redated}
        for number in leaving:
            operation = self._plan.begun(standing.order.id, number)
            if operation and number not in dates:
                raise WrongState("line", f"{standing.order.id}/{number}", "begun", begun(operation))

    def _redated(
        self, step: Decision, standing: Promise, asked: Sequence[OrderLine], placed: Sequence[LinePromise],
        accept: Accept, *, sent: bool,
    ) -> list[LinePromise]:  # fmt: skip
        """The promises of begun lines for other dates: those if they will be there by then, else those they have.

        With `sent` they go another way than before, or together with the lines `placed`.
        """
        told = {line.line_no: line for line in standing.lines}
        ways: list[LinePromise | None] = []
        if not sent:
            ways = [self._as_sent(standing, told[line.line_no], line) for line in asked]
        elif placed and step.order.ship is ShipMode.COMPLETE:
            ways = [placed[0] if placed[0].promised_time is not None else None] * len(asked)
        elif asked:
            dates = zip(asked, self._plan.dates(step, asked), strict=True)
            ways = [self._sent(step, told[line.line_no], date) for line, date in dates]
        return [
            self._bound_anew(step, told[line.line_no], line, way, accept) for line, way in zip(asked, ways, strict=True)
        ]

    def _as_sent(self, standing: Promise, line: LinePromise, asked: OrderLine) -> LinePromise:
        """The line with the date that it would have as it goes now."""
        expected = expected_of(self._plan, standing, line)
        promised = asked.requested_time if expected <= asked.requested_time else line.promised_time
        return replace(line, expected_time=expected, promised_time=promised)

    def _sent(self, step: Decision, line: LinePromise, date: Date | None) -> LinePromise | None:
        """The line with the date that it would have by another way; no later than it is promised if that can be."""
        if date is None:
            return None
        expected, promised = from_unix(date.earliest_s), from_unix(date.promised_s)
        if not date.met and line.promised_time is not None and expected <= line.promised_time:
            promised = line.promised_time
        carrier_id = "" if date.service is None else date.service.carrier.id
        region = step.region if carrier_id else ""
        return replace(line, expected_time=expected, promised_time=promised, carrier_id=carrier_id, region=region)

    def _bound_anew(
        self, step: Decision, line: LinePromise, asked: OrderLine, way: LinePromise | None, accept: Accept
    ) -> LinePromise:
        """The promise of begun work for another date, by the way that it goes now; refused where that is not taken."""
        line = replace(line, requested_time=asked.requested_time)
        refused = replace(line, state=PromiseState.REFUSED, promised_time=None, earliest_time=None)
        if way is None or way.promised_time is None or way.expected_time is None:
            return replace(refused, refusal=NO_PICK_UP)
        on_time = way.expected_time <= asked.requested_time
        late = asked.latest_time is not None and way.promised_time > asked.latest_time
        if not on_time and (late or accept is Accept.ON_TIME):
            return replace(refused, refusal=LATER if late else ON_TIME, earliest_time=way.promised_time)
        line = replace(line, carrier_id=way.carrier_id, region=way.region)
        outcome = Outcome.ON_TIME if on_time else Outcome.LATER
        line = bound(self._plan, step, line, way.promised_time)
        if line.state is PromiseState.AT_RISK and way.expected_time <= way.promised_time:
            line = replace(line, state=PromiseState.CONFIRMED)
        cause = line.cause if way.expected_time > way.promised_time else None
        return replace(line, outcome=outcome, expected_time=way.expected_time, cause=cause)


def _with(standing: Promise, changed: Sequence[LinePromise]) -> Promise:
    """The order with some lines' promises replaced."""
    by_number = {line.line_no: line for line in changed}
    return replace(standing, lines=tuple(by_number.get(each.line_no, each) for each in standing.lines))


def check_open(standing: Promise) -> None:
    """Raise WrongState for an order of which nothing stands any more."""
    state = order_state(standing)
    if state in FINAL:
        raise WrongState("order", standing.order.id, state, "nothing of it stands that could be changed")


def line_of(standing: Promise, line_no: int) -> tuple[OrderLine, LinePromise]:
    """A line that stands. Raises InvalidInput for a number that the order hasn't, WrongState for one that is gone."""
    for line, told in zip(standing.order.lines, standing.lines, strict=True):
        if line.line_no == line_no:
            if told.state in FINAL:
                name = f"{standing.order.id}/{line_no}"
                raise WrongState("line", name, told.state, "nothing of it stands that could be changed")
            return line, told
    numbers = ", ".join(str(line.line_no) for line in standing.order.lines[:20])
    raise InvalidInput.one("line_no", f"the order has no line {line_no}", numbers)


def begun(operation: str) -> str:
    """What is told of a line that can't be taken back."""
    return f"operation {operation} has begun, so its item and quantity stay; only its date may be changed"


def bound(plan: Planner, step: Decision, line: LinePromise, promised: datetime) -> LinePromise:
    """The line bound to another promised time where it stands."""
    deadline_s = plan.bind(step, line.line_no, to_unix_down(promised), line.carrier_id, line.region)
    reasons = _until(line, promised)
    return replace(line, promised_time=promised, deadline=from_unix(deadline_s), reasons=reasons, confidence=None)


def _until(line: LinePromise, promised: datetime) -> tuple[Reason, ...]:
    """The reasons of a lead time that now ends at `promised`; none where the work itself takes longer."""
    if line.promised_time is None or not line.reasons:
        return ()
    work = tuple(reason for reason in line.reasons if reason.kind not in _REST)
    lead = sum((reason.duration for reason in line.reasons), timedelta(0))
    rest = lead + (promised - line.promised_time) - sum((reason.duration for reason in work), timedelta(0))
    if rest < timedelta(0):
        return ()
    return (*work, Reason(ReasonKind.NOT_EARLIER, rest)) if rest else work


def _same(line: OrderLine, before: OrderLine | None) -> bool:
    """The same is asked for as before, whatever it costs."""
    if before is None:
        return False
    return replace(line, unit_price_fen=0, discount_fen=0) == replace(before, unit_price_fen=0, discount_fen=0)


def _sent_otherwise(order: Order, before: Order) -> bool:
    """The order goes elsewhere, with somebody else, or its lines another way among themselves."""
    return (order.region, order.carrier_id, order.ship) != (before.region, before.carrier_id, before.ship)


def _limit(line: OrderLine, old: Mapping[int, OrderLine], told: Mapping[int, LinePromise]) -> datetime | None:
    """No later than this a line is placed anew: its old promise, where no more is asked for than that was for."""
    before, promise = old.get(line.line_no), told.get(line.line_no)
    if before is None or promise is None or promise.promised_time is None or line.item_id != before.item_id:
        return None
    if line.quantity > before.quantity or line.requested_time < before.requested_time:
        return None
    if is_at_risk(promise) and promise.expected_time is not None:
        # Nobody can have it by its promised time.
        return max(promise.expected_time, line.requested_time)
    return max(promise.promised_time, line.requested_time)


def _no_later(line: OrderLine, limit: datetime | None) -> OrderLine:
    """The line with its latest time no later than `limit`."""
    if limit is None or (line.latest_time is not None and line.latest_time <= limit):
        return line
    return replace(line, latest_time=limit)
