"""What the store keeps of a plan, and what the planner knows of an order line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from msgspec import Struct, field

from domain.promises import MaterialReservation


class LineInfo(Struct):
    """What the planner knows of a line, or of a lot that goes into it: where its operations are, what they serve.

    A line's rows `[x0, x0 + count)` include those of its `lots`, which stand before it in the planner's list; its own
    begin at `row0`, of which the first has the key `key0`. `into` is the index of what a lot goes into (-1: a line),
    and `need` how many of the `quantity` made are wanted. `ready_s` is when the last of its material, `waits_for`,
    comes.
    """

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
    """When all of the line that isn't made for it is there; -1: all of it is made."""
    row0: int = 0
    key0: int = 0
    into: int = -1
    gone: bool = False
    """What the lot was to go into was taken out: it goes into nothing."""
    lots: int = 0
    need: int = 0
    ready_s: int = 0
    waits_for: str = ""
    held_s: int = -1
    """Until when it is held, which what is delivered as it is waits for, too; -1: it is not."""

    def into_key(self, lines: Sequence[LineInfo]) -> int:
        """The first key of what a lot goes into; 0: it is a line, or goes into nothing any more."""
        return 0 if self.into < 0 or self.gone else lines[self.into].key0

    @property
    def own(self) -> int:
        """Operations of its own, without those of its lots."""
        return self.x0 + self.count - self.row0


class PinFacts(NamedTuple):
    """What a pin changed of an operation, Unix seconds: until when its run waited before, and when it ends pinned."""

    ready_s: int
    end_s: int


class Step(NamedTuple):
    """An operation's place in sequences that are handed in: how it is done, in rank order with the others."""

    key: int
    mode_id: str
    units: tuple[int, ...]
    setter_unit: int
    crew_units: tuple[int, ...]


class Sequences(NamedTuple):
    """How all work that may move was to be done at a version of the plan, what comes first first."""

    version: int
    steps: tuple[Step, ...]


class OperationRow(NamedTuple):
    """What the store keeps of an operation; `facts` is opaque to it. `state`: 1 open, 2 fixed."""

    key: int
    order_id: str
    line_no: int
    operation_id: str
    state: int
    facts: bytes


class PlanDelta(Struct):
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


class PackedOperations(Struct, frozen=True):
    """Many operations as the store reads them fastest: the `facts` of all, of one length, one behind the other.

    `owners` is a line of text for each, in the same order: the number of the order line, a blank, the order's id.
    """

    count: int
    owners: str
    facts: bytes


class PlanImage(Struct):
    """A plan as the store has it: operations by key, the last re-sequencing, material.

    The operations are either rows or `packed`.
    """

    version: int
    floor_s: int
    now_s: int
    operations: Sequence[tuple[Any, ...]]
    """What an `OperationRow` names, plain tuples where they are many."""
    sequence: bytes | None = None
    material: list[MaterialReservation] = field(default_factory=list)
    packed: PackedOperations | None = None
