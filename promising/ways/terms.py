"""What taking an option does besides placing an order, kept with what was told of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime

from msgspec import Struct, field

from domain.displacements import Displaced
from domain.hours import ExtraHours
from promising.risks import Line, Orders, Risks
from scheduler.planner import Effort, Planner
from scheduler.planning.core import INF
from scheduler.planning.way import Way
from scheduler.rescuing import Found


class Terms(Struct, frozen=True):
    """On what terms an option was told: whom it passes, what is worked, done elsewhere, or put in another order.

    `passes`: orders of lower priority give way, those in `giving` up their promises; `told` is when each of these was
    said to be expected instead.
    """

    passes: bool = False
    giving: frozenset[Line] = frozenset()
    told: Mapping[Line, datetime] = field(default_factory=dict)
    hours: tuple[ExtraHours, ...] = ()
    modes: Mapping[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    found: Found | None = None
    effort: Effort = Effort.INSTANT

    @property
    def content(self) -> tuple[object, ...]:
        """All that tells these terms from others, as plain values."""
        steps = () if self.found is None else [(x.key, x.mode_id, x.units) for x in self.found.steps]
        keys = () if self.found is None else self.found.keys
        return (
            self.passes, sorted(self.giving), sorted((line, at.isoformat()) for line, at in self.told.items()),
            [(row.resource_id, row.start.isoformat(), row.end.isoformat()) for row in self.hours],
            sorted((step, sorted(modes)) for step, modes in self.modes.items()), keys, steps,
            self.effort.value,
        )  # fmt: skip

    def way(self, plan: Planner, orders: Orders, priority: int, watch: Callable[[], None] | None = None) -> Way:
        """How an order of this priority is placed in a plan."""
        if not self.passes:
            return Way(modes=self.modes, watch=watch)
        stakes = Risks(plan, orders).stakes(list(plan.order_ids))
        giving = {
            name: INF if name in self.giving else stake.by_s
            for name, stake in stakes.items()
            if stake.priority > priority
        }
        return Way(giving, stakes, self.modes, watch)

    def keeps(self, displaced: Collection[Displaced]) -> bool:
        """No promise breaks but those that were told to, and none of these by more than that."""
        return all(
            each.survives or each.after <= self.told.get((each.order_id, each.line_no), each.promised)
            for each in displaced
        )


class How(Struct, frozen=True):
    """How a request is placed that takes an option."""

    way: Way
    found: Found | None
    effort: Effort
