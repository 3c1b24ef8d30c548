"""What else could be had where a line is late or refused: each option placed in the plan, priced, and taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from domain.items import Item
from domain.options import Looked, Option, OptionKind, OptionPart, OptionWhy
from domain.orders import Order, OrderLine, ShipMode
from domain.plant import Plant
from domain.promises import LinePromise, Outcome, Promise, Reservation
from domain.values import replace
from promising.costs import costs_of
from promising.offers import Offers
from scheduler.planner import Effort, Planner

LINES_TRIED_MAX = 96
"""Lines placed for the options of one order, all tries together."""
LINE_NO_MAX = 10**6


class Options:
    """Looks for options on a plan that holds no undecided order, and leaves it as it was."""

    def __init__(
        self, plant: Plant, plan: Planner, now_s: int, effort: Effort, offers: Offers | None = None, order_id: str = ""
    ) -> None:
        """Without `offers` the options have no id. `order_id` is the order's own, whatever the plan knows it by."""
        self._plant, self._plan, self._offers, self._order_id = plant, plan, offers, order_id
        self._now_s, self._effort = now_s, effort
        self._left = LINES_TRIED_MAX

    def find(self, order: Order, answers: Sequence[LinePromise], *, allow_frozen: bool) -> list[Looked]:
        """The options of each line, in the order of the lines; nothing for a line that is on time.

        A line that is deep in a long order may find the tries used up.
        """
        return [
            Looked() if answer.outcome is Outcome.ON_TIME else self._of_line(order, number, answers, allow_frozen)
            for number, answer in enumerate(answers)
        ]

    def _of_line(self, order: Order, number: int, answers: Sequence[LinePromise], allow_frozen: bool) -> Looked:
        line = order.lines[number]
        others = [answer for place, answer in enumerate(answers) if place != number]
        anytime = _with_lines(order, number, replace(line, latest_time=None))
        whole = self._option(OptionKind.WHOLE, anytime, (line.line_no,), others, allow_frozen)
        split = self._split(order, number, others, allow_frozen)
        settings = self._plant.settings
        frozen: Option | OptionWhy = OptionWhy.NO_FROZEN_ZONE
        if not allow_frozen and settings.frozen_zone > settings.release_lead:
            frozen = self._option(OptionKind.FROZEN, anytime, (line.line_no,), others, True)
            if isinstance(frozen, Option) and isinstance(whole, Option) and _last(frozen) >= _last(whole):
                frozen = OptionWhy.NOT_EARLIER
        return Looked.of({OptionKind.SPLIT: split, OptionKind.WHOLE: whole, OptionKind.FROZEN: frozen})

    def _split(
        self, order: Order, number: int, others: Sequence[LinePromise], allow_frozen: bool
    ) -> Option | OptionWhy:
        """The largest part that is on time, with the rest as early as it can be had then."""
        # What is delivered together is not divided, and what may be delivered in parts is so already.
        if order.ship is not ShipMode.BY_LINE:
            return OptionWhy.DELIVERED_TOGETHER if order.ship is ShipMode.COMPLETE else OptionWhy.DIVIDED
        line = order.lines[number]
        item = self._plant.item_by_id[line.item_id]
        step, low, high = _parts(item, line.quantity)
        if low > high:
            return OptionWhy.LOT_SIZE
        best = 0
        # The smallest part first: where that is late, nothing is on time.
        middle = low
        while low <= high and self._left >= 2 * len(order.lines) + 1:
            part = replace(line.divided(middle * step)[0], latest_time=None)
            told, _ = self._tried(_with_lines(order, number, part), Effort.INSTANT, allow_frozen, places=False)
            if _on_time(told, line.line_no) and _kept(told, others):
                best, low = middle, middle + 1
            else:
                high = middle - 1
            middle = (low + high + 1) // 2
        if not best:
            return OptionWhy.TRIES if low <= high else OptionWhy.ALL_TRIED
        part, rest = (replace(each, latest_time=None) for each in line.divided(best * step))
        rest = replace(rest, line_no=_free_number(order))
        # On machines a line goes in front of those placed before it; of stock it gets what they left.
        for first, second in ((rest, part), (part, rest)):
            numbers = (first.line_no, second.line_no)
            both = _with_lines(order, number, first, second)
            option = self._option(OptionKind.SPLIT, both, numbers, others, allow_frozen, on_time=part.line_no)
            if isinstance(option, Option):
                return option
        return option

    def _option(
        self, kind: OptionKind, order: Order, numbers: tuple[int, ...], others: Sequence[LinePromise],
        allow_frozen: bool, on_time: int = 0,
    ) -> Option | OptionWhy:  # fmt: skip
        """The option that these lines of the order are, or why it can't be had without worsening another line.

        `on_time` is the number of the line that has to be on time; 0: none, but all have to be promised.
        """
        if self._left < len(order.lines):
            return OptionWhy.TRIES
        told, work = self._tried(order, self._effort, allow_frozen)
        answers = {answer.line_no: answer for answer in told}
        mine = [answers[number] for number in numbers]
        if on_time:
            had = answers[on_time].outcome is Outcome.ON_TIME
        else:
            had = all(answer.promised_time is not None for answer in mine)
        if not had or not _kept(told, others):
            return OptionWhy.ALL_TRIED
        late = [
            answer.promised_time - answer.requested_time
            for answer in mine
            if answer.promised_time is not None and answer.promised_time > answer.requested_time
        ]
        costs = costs_of(
            self._plant, order.priority, sum(late, timedelta()), [each for each in work if each.line_no in numbers]
        )
        parts = tuple(OptionPart(answer.quantity, answer.promised_time) for answer in mine)
        return Option(kind, parts, costs, self._named(kind, order, mine, allow_frozen))

    def _named(self, kind: OptionKind, order: Order, mine: Sequence[LinePromise], allow_frozen: bool) -> str:
        if self._offers is None:
            return ""
        asked = replace(order, id=self._order_id)
        return self._offers.add(
            asked, kind, tuple(mine), self._plan.version, frozen=allow_frozen, effort=self._effort
        )  # fmt: skip

    def _tried(
        self, order: Order, effort: Effort, allow_frozen: bool, *, places: bool = True
    ) -> tuple[tuple[LinePromise, ...], list[Reservation]]:
        """What an order would be answered, and on request its places; nothing of it stays."""
        self._left -= len(order.lines)
        decision = self._plan.decide(order, self._now_s, allow_frozen=allow_frozen, effort=effort)
        try:
            return decision.lines, self._plan.placed(decision) if places else []
        finally:
            self._plan.undo(decision)


def with_kinds(promise: Promise, why: OptionWhy) -> Promise:
    """The promise, whose late lines tell of every kind of option; `why` there is none of those not told of."""
    return replace(promise, lines=tuple(_with_kinds(line, why) for line in promise.lines))


def _with_kinds(line: LinePromise, why: OptionWhy) -> LinePromise:
    if line.outcome is Outcome.ON_TIME:
        return line
    return replace(line, option_searches=Looked((), line.option_searches).with_all(why).searches)


def with_looked(line: LinePromise, looked: Looked) -> LinePromise:
    """The line with what was found, and what was not."""
    return replace(line, options=looked.options, option_searches=looked.searches)


def _parts(item: Item, quantity: int) -> tuple[int, int, int]:
    """Pieces in a step, and the fewest and most steps that a part may have; the rest is a lot of its own, too."""
    if not item.routing_id:
        return 1, 1, quantity - 1
    step = item.lot_multiple
    return step, -(-item.lot_minimum // step), (quantity - item.lot_minimum) // step


def _with_lines(order: Order, number: int, *lines: OrderLine) -> Order:
    """The order with other lines in the place of one."""
    return replace(order, lines=(*order.lines[:number], *lines, *order.lines[number + 1 :]))


def _free_number(order: Order) -> int:
    """A line number that the order doesn't have."""
    numbers = {line.line_no for line in order.lines}
    after = max(numbers) + 1
    return after if after <= LINE_NO_MAX else next(no for no in range(1, LINE_NO_MAX) if no not in numbers)


def _on_time(told: Sequence[LinePromise], line_no: int) -> bool:
    return any(answer.line_no == line_no and answer.outcome is Outcome.ON_TIME for answer in told)


def _kept(told: Sequence[LinePromise], others: Sequence[LinePromise]) -> bool:
    """True when no other line of the order is worse off than in the answer."""
    now = {answer.line_no: answer.promised_time for answer in told}
    for answer in others:
        if answer.promised_time is not None:
            promised = now[answer.line_no]
            if promised is None or promised > answer.promised_time:
                return False
    return True


def _last(option: Option) -> float:
    """When the last of an option is there, Unix seconds; infinite if that is not known."""
    return max(part.promised_time.timestamp() if part.promised_time else float("inf") for part in option.parts)
