"""Ways to place an order that nobody takes unasked: past others, on named machines, by work done outside."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from msgspec import Struct, field

from domain.items import Mode
from scheduler.planning.stakes import Repair, Stake

Line = tuple[str, int]
"""Order id and line number."""


class Way(Struct, frozen=True):
    """How an order is placed where the caller takes what it costs.

    It passes the lines in `giving`, which may end by the times there, Unix seconds (INF: whenever they can);
    `stakes` are those of all other orders, as in `repair`. `modes` are the ids of the only modes that an operation may
    be done in, by routing and operation. `watch` is called when all is placed.
    """

    giving: Mapping[Line, int] = field(default_factory=dict)
    stakes: Mapping[Line, Stake] = field(default_factory=dict)
    modes: Mapping[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    watch: Callable[[], None] | None = None


class Run(NamedTuple):
    """How an operation of a decision is done, and for how many working seconds."""

    line_no: int
    routing_id: str
    operation_id: str
    mode: Mode
    seconds: int


class Passing(Struct):
    """What it did to the others that an order passed them."""

    done: Repair
    """What moved, and what was let go that had been fixed: nothing, or the way is not to be taken."""
