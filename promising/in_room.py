"""Orders for which a quota or a floor leaves no room: asked for again for the period that has room."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from msgspec import Struct

from domain.checks import from_unix
from domain.options import Option, OptionKind, OptionPart, OptionSearch
from domain.orders import Order, OrderLine, ShipMode
from domain.plant import Plant
from domain.promises import LinePromise, Outcome, Promise, PromiseState, Reason, ReasonKind
from domain.values import replace
from promising.costs import costs_of
from promising.offers import Offers
from promising.quotas import Quotas, Room, told
from scheduler.planner import Decision, Effort, Planner

TRIES = 4
"""How often a period is tried whose date then lies in another one that is full, too."""
NONE = timedelta(0)
Again = Callable[[Order], tuple[Promise, Decision | None]]


class Found(Struct, frozen=True):
    """Why there was no room, and the answer in a later period, in the plan as `decision`; None: there is none."""

    texts: tuple[str, ...]
    promise: Promise | None = None
    decision: Decision | None = None


def moved_into(order: Order, room: Room, plant: Plant) -> Order | None:
    """The order with lines asked for from the days on that have room; None where there is none.

    At the hour at which they are asked for; what is delivered together moves together.
    """
    if any(day is None for day in room.values()):
        return None
    days = {number: day for number, day in room.items() if day is not None}
    if order.ship is ShipMode.COMPLETE and days:
        days = dict.fromkeys((line.line_no for line in order.lines), max(days.values()))
    lines = []
    for line in order.lines:
        day = days.get(line.line_no) or days.get(line.part_of)
        if day is not None:
            local = line.requested_time.astimezone(plant.zone)
            at = from_unix(int(local.replace(year=day.year, month=day.month, day=day.day).timestamp()))
            line = replace(line, requested_time=max(at, line.requested_time), latest_time=None)
        lines.append(line)
    return replace(order, lines=tuple(lines))


class InRoom:
    """Looks for the period in which quotas and floors leave room for an order; the writer's alone."""

    def __init__(self, quotas: Quotas, plan: Planner, plant: Plant) -> None:
        self._quotas, self._plan, self._plant = quotas, plan, plant

    def find(
        self, asked: Order, full: Promise, decision: Decision | None, now: datetime, again: Again,
        before: Promise | None = None,
    ) -> Found:  # fmt: skip
        """The answer to the order in a period that has room, on the plan with `decision` undone.

        `full` is the answer that goes over, `before` what it stands in the place of; `again` answers an order anew,
        and leaves its work in the plan where it returns a decision.
        """
        first = self._quotas.exceeded(full, now, before)
        room = self._quotas.room(full, now, before)
        texts = told(first, room)
        subjects = dict.fromkeys(room, first[0].limit.id)
        self._undo(decision)
        order, promise = asked, full
        for _ in range(TRIES):
            moved = moved_into(order, self._quotas.room(promise, now, before), self._plant)
            if moved is None:
                break
            order = moved
            promise, decision = again(order)
            if promise.refused or decision is None:
                self._undo(decision)
                break
            if not self._quotas.exceeded(promise, now, before):
                return Found(texts, replace(promise, lines=_as_asked(promise, asked, subjects)), decision)
            self._undo(decision)
        return Found(texts)

    def offer(
        self, asked: Order, found: Found, offers: Offers, effort: Effort, *, allow_frozen: bool
    ) -> dict[int, tuple[Option, ...]]:
        """What was found as options, by line number; accepting one takes the dates of all lines. Leaves the plan."""
        if found.promise is None or found.decision is None:
            return {}
        work = self._plan.placed(found.decision)
        anytime = replace(asked, lines=tuple(replace(line, latest_time=None) for line in asked.lines))
        name = offers.add(
            anytime, OptionKind.WHOLE, found.promise.lines, self._plan.version, frozen=allow_frozen, effort=effort
        )  # fmt: skip
        parts = {line.line_no: line.part_of or line.line_no for line in found.promise.order.lines}
        made: dict[int, tuple[Option, ...]] = {}
        for wanted in asked.lines:
            mine = [line for line in found.promise.lines if parts[line.line_no] == wanted.line_no]
            late = [line.promised_time - wanted.requested_time for line in mine if line.promised_time is not None]
            places = [each for each in work if parts[each.line_no] == wanted.line_no]
            costs = costs_of(self._plan.plant, asked.priority, sum((max(each, NONE) for each in late), NONE), places)
            times = tuple(OptionPart(line.quantity, line.promised_time) for line in mine)
            made[wanted.line_no] = (Option(OptionKind.WHOLE, times, costs, name),)
        return made

    def _undo(self, decision: Decision | None) -> None:
        if decision is not None:
            self._plan.undo(decision)


def taken(promise: Promise, asked: Order, *, later: bool) -> bool:
    """Whether the customer takes these dates."""
    for line, wanted in zip(promise.lines, _asked(promise, asked), strict=True):
        if line.promised_time is None or line.promised_time <= wanted.requested_time:
            continue
        if not later or (wanted.latest_time is not None and line.promised_time > wanted.latest_time):
            return False
    return True


def earliest(promise: Promise, found: Promise | None, options: Mapping[int, tuple[Option, ...]]) -> Promise:
    """An order that was refused, with the dates that could be had."""
    if found is None:
        return promise
    times: dict[int, datetime | None] = {line.line_no: line.promised_time for line in found.lines}
    lines = tuple(
        _with_found(replace(line, earliest_time=times.get(line.line_no)), options.get(line.line_no, ()))
        for line in promise.lines
    )
    return replace(promise, lines=lines)


def _with_found(line: LinePromise, options: tuple[Option, ...]) -> LinePromise:
    kinds = {option.kind for option in options}
    searches = tuple(OptionSearch(each.kind) if each.kind in kinds else each for each in line.option_searches)
    return replace(line, options=options, option_searches=searches)


def _asked(promise: Promise, asked: Order) -> list[OrderLine]:
    """What each line of an answer was asked for as, a part of one as the line that it is a part of."""
    lines = {line.line_no: line for line in asked.lines}
    parts = {line.line_no: line.part_of for line in promise.order.lines}
    return [lines[parts[line.line_no] or line.line_no] for line in promise.lines]


def _as_asked(promise: Promise, asked: Order, subjects: Mapping[int, str]) -> tuple[LinePromise, ...]:
    """The answers to a moved order as answers to the order itself: later, and why."""
    parts = {line.line_no: line.part_of for line in promise.order.lines}
    both = zip(promise.lines, _asked(promise, asked), strict=True)
    return tuple(_later(line, wanted, subjects.get(parts[line.line_no] or line.line_no, "")) for line, wanted in both)


def _later(line: LinePromise, asked: OrderLine, subject: str) -> LinePromise:
    if line.requested_time == asked.requested_time:
        return line
    line = replace(line, requested_time=asked.requested_time, options=(), option_searches=())
    if line.state is PromiseState.REFUSED or line.promised_time is None:
        return line
    if line.promised_time <= asked.requested_time:
        return replace(line, outcome=Outcome.ON_TIME)
    made = []
    waits = line.promised_time - asked.requested_time
    for reason in line.reasons:
        share = min(reason.duration, waits) if subject and reason.kind is ReasonKind.NOT_EARLIER else NONE
        if reason.duration > share:
            made.append(replace(reason, duration=reason.duration - share))
        if share:
            made.append(Reason(ReasonKind.QUOTA, share, subject))
    return replace(line, outcome=Outcome.LATER, reasons=tuple(made))
