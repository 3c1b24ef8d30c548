"""What a generated factory is: a plant, its customers' demand, and every figure that both were made from."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any

from domain.plant import Plant
from domain.trade import Customer
from simulators.demand_profile import DemandProfile


@dataclass(frozen=True, slots=True)
class Parameter:
    """A figure of a factory, its unit and why it has that value."""

    name: str
    value: Any
    unit: str
    reason: str


@dataclass(frozen=True, slots=True)
class Factory:
    """A plant and the orders that it gets.

    The plant's clock begins at `opening`. `ordinary` and `peak` are days of that kind within the first three weeks.
    `policy` is the shipped rule policy that goes with it, `promotions` the table of its promotions as CSV (empty: it
    has none). `credit_history` are rows of customers as they stood before, by the time from which on they did.
    `bottleneck` is the work centre or resource whose load is documented, with its share of working time in permille on
    ordinary days.
    """

    name: str
    plant: Plant
    demand: DemandProfile
    opening: datetime
    ordinary: date
    peak: date
    policy: str
    bottleneck: str
    load_permille: int
    parameters: tuple[Parameter, ...]
    promotions: str = ""
    credit_history: tuple[tuple[datetime, Customer], ...] = ()


def given(value: Any, unit: str, reason: str) -> Any:
    """A field of a factory's recipe: its value, unit, and why."""
    return field(default=value, metadata={"unit": unit, "reason": reason})


def parameters(recipe: Any) -> tuple[Parameter, ...]:
    """All figures of a recipe, in its order."""
    return tuple(
        Parameter(each.name, getattr(recipe, each.name), each.metadata["unit"], each.metadata["reason"])
        for each in fields(recipe)
    )
