"""What the store keeps of a plan, and what the planner knows of an order line."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from domain.promises import MaterialReservation


@dataclass(slots=True)
class LineInfo:
    """What the planner knows of a line: where its operations are and what they serve."""

    order_id: str
    line_no: int
    item_id: str
    routing_id: str
    quantity: int
    x0: int
    count: int
    shipping_s: int
    index: int
    stock_end_s: int = -1


class OperationRow(NamedTuple):
    """What the store keeps of an operation; `facts` is opaque to it. `state`: 1 open, 2 fixed."""

    key: int
    order_id: str
    line_no: int
    operation_id: str
    state: int
    facts: bytes


@dataclass(slots=True)
class PlanDelta:
    """What changed since the last take. A `sequence` replaces the one before; `whole` replaces everything."""

    version: int
    floor_s: int
    now_s: int
    placed: list[OperationRow] = field(default_factory=list)
    changed: list[tuple[int, int, bytes]] = field(default_factory=list)
    removed: list[int] = field(default_factory=list)
    sequence: bytes | None = None
    material: list[MaterialReservation] = field(default_factory=list)
    material_removed: list[str] = field(default_factory=list)
    whole: bool = False


@dataclass(slots=True)
class PlanImage:
    """A plan as the store has it: operations by key, the last re-sequencing, material."""

    version: int
    floor_s: int
    now_s: int
    operations: list[OperationRow]
    sequence: bytes | None = None
    material: list[MaterialReservation] = field(default_factory=list)
