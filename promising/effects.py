"""What a change of the plan does to promises: newly at risk, in time again, moved within what was promised."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from domain.promises import Promise
from promising.disruption_requests import LineAtRisk
from promising.risks import Line, newly_at_risk, recovered

Pair = tuple[Promise, Promise]
"""An order before and after."""


class Effect(Struct, frozen=True):
    """`moved_in_time` counts orders that are expected at another time of which nothing has to be told."""

    at_risk: tuple[LineAtRisk, ...]
    recovered: tuple[Line, ...]
    moved_in_time: int


def effect_of(before: Mapping[Line, datetime], after: Mapping[Line, datetime], changed: Sequence[Pair]) -> Effect:
    """Compare when lines were expected with when they are, and the orders of which something must be told."""
    drifted = {name[0] for name, at in after.items() if at != before.get(name, at)}
    return Effect(
        tuple(row for pair in changed for row in newly_at_risk(*pair, before)),
        tuple(row for pair in changed for row in recovered(*pair)),
        len(drifted.difference(new.order.id for _, new in changed)),
    )
