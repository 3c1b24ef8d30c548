"""A copy of what stands around an order that is late, and what is tried on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from msgspec import Struct, field

from domain.disruptions import Disruption
from domain.options import Looked, Option, OptionCost, OptionKind, OptionPart, OptionWhy
from domain.orders import Order
from domain.plant import Plant
from domain.promises import LinePromise, Outcome, Reservation
from domain.values import replace
from promising.batch import Batch
from promising.book import Book
from promising.costs import costs_of
from promising.offers import Offers
from promising.ways.terms import Terms
from promising.what_if import changed_costs
from scheduler.planner import Decision, Effort, Planner
from scheduler.planning.way import Run, Way
from scheduler.rescuing import Found, RescueAsk

TRIED = "?options"
"""What the plan knows the order by: it tells orders apart by id."""


class Around(Struct, frozen=True):
    """A copy of plan and orders, for any one thread, and the order as it would be placed among them.

    `imported` is the plant without the disruptions, `known` are those in force.
    """

    plan: Planner
    book: Book
    imported: Plant
    known: tuple[Disruption, ...]
    now: datetime
    order: Order
    allow_frozen: bool
    accept_later: bool
    effort: Effort
    found: Found | None = None


class Draft(Struct, frozen=True):
    """A way to the date: the order's lines by it, on what terms, and what is told of it."""

    kind: OptionKind
    lines: tuple[LinePromise, ...]
    terms: Terms
    costs: tuple[OptionCost, ...]
    told: Mapping[str, object] = field(default_factory=dict)
    """More fields of the option."""


class Ground:
    """What is tried on copies of the copy; that itself stays as it was."""

    def __init__(
        self, around: Around, search: Callable[[RescueAsk], Found | None] | None = None,
        over: Callable[[], bool] = lambda: False,
    ) -> None:  # fmt: skip
        """`search` is for a rearrangement, None: none is made; `over` tells that there is no more time."""
        self.around, self.search, self.over = around, search, over
        self.order = replace(around.order, id=TRIED)
        self.plan = around.plan
        self.orders = Batch(around.book, around.now, 0)
        """The orders as they stand."""
        self.now_s = int(around.now.timestamp())
        self.before: Sequence[Reservation] = self.plan.view().reservations()
        decision = self.place(self.plan, around.effort, found=around.found)
        self.lines = decision.lines
        self.plan.undo(decision)
        self.late = frozenset(line.line_no for line in self.lines if line.outcome is not Outcome.ON_TIME)

    def copy(self) -> Planner:
        """A plan of its own to try something on."""
        return self.plan.scratch()

    def place(
        self, plan: Planner, effort: Effort | None = None, *, way: Way | None = None, found: Found | None = None
    ) -> Decision:
        """The order decided on a plan, neither kept nor undone."""
        around = self.around
        return plan.decide(
            self.order, self.now_s, allow_frozen=around.allow_frozen, effort=effort or around.effort,
            accept_later=around.accept_later, way=way, found=found,
        )  # fmt: skip

    def whenever(self) -> list[Run]:
        """How the order would be done whatever its latest dates are."""
        lines = tuple(replace(line, latest_time=None) for line in self.order.lines)
        order = replace(self.order, lines=lines)
        decision = self.plan.decide(
            order, self.now_s, allow_frozen=self.around.allow_frozen, effort=self.around.effort
        )  # fmt: skip
        try:
            return self.plan.runs(decision)
        finally:
            self.plan.undo(decision)

    def had(self, lines: Sequence[LinePromise]) -> frozenset[int]:
        """Late lines that are on time so; none where another one is worse off."""
        now = {line.line_no: line for line in lines}
        for line in self.lines:
            if line.promised_time is not None:
                promised = now[line.line_no].promised_time
                if promised is None or promised > line.promised_time:
                    return frozenset()
        return frozenset(no for no in self.late if now[no].outcome is Outcome.ON_TIME)

    def costs(self, plan: Planner, lines: Sequence[LinePromise]) -> tuple[OptionCost, ...]:
        """Delay of lines that stay late, and changeovers and overtime, more or less than the plan has without them."""
        late = [
            line.promised_time - line.requested_time
            for line in lines
            if line.promised_time is not None and line.promised_time > line.requested_time
        ]
        plant = self.plan.plant
        delay = costs_of(plant, self.order.priority, sum(late, timedelta()), [])
        return (*delay, *changed_costs(plant, self.before, plan.view().reservations()))


def looked_of(
    ground: Ground, drafts: Mapping[OptionKind, Draft | OptionWhy], offers: Offers, order_id: str
) -> dict[int, Looked]:
    """What looking for each kind came to, by the numbers of late lines; each option with an id."""
    found: dict[int, dict[OptionKind, Option | OptionWhy]] = {no: {} for no in ground.late}
    asked = replace(ground.order, id=order_id)
    for kind, draft in drafts.items():
        if isinstance(draft, OptionWhy):
            for each in found.values():
                each[kind] = draft
            continue
        name = offers.add(
            asked, draft.kind, draft.lines, ground.plan.version, frozen=ground.around.allow_frozen, terms=draft.terms
        )  # fmt: skip
        had = ground.had(draft.lines)
        for line in draft.lines:
            if line.line_no not in ground.late:
                continue
            part = OptionPart(line.quantity, line.promised_time)
            option = Option(kind, (part,), draft.costs, name, **draft.told)  # type: ignore[arg-type]
            found[line.line_no][kind] = option if line.line_no in had else OptionWhy.ALL_TRIED
    return {line_no: Looked.of(kinds) for line_no, kinds in found.items()}
