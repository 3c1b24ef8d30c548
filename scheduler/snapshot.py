"""A plan as plain data, in integer Unix seconds: what the checker, the solvers and the pictures read."""

from __future__ import annotations

from msgspec import Struct

from domain.plant import Plant
from domain.promises import MaterialReservation


class PlacedOperation(Struct, frozen=True):
    """One operation with its places, its facts and its times.

    `(label, key)` is the plan-wide rank. `not_before_s` bounds the whole visit, `ready_s` the run only.
    `deadline_s` is the line's deadline, on the operations that end the line. `latest_s` is the latest visit
    start of
    an operation in the frozen zone. `dismount` takes `dismounted_mould` off the own machine, `fetch` takes
    the own
    mould off `fetched_from`, `setup` mounts and changes colour and material; each is half-open or None.
    `[start_s, end_s)` is the run with its pauses and its `maintenances` by shots.
    """

    key: int
    order_id: str
    line_no: int
    item_id: str
    routing_id: str
    operation_id: str
    mode_id: str
    quantity: int
    resource_id: str
    units: tuple[int, ...]
    mould_id: str
    setter_id: str
    setter_unit: int
    crew_id: str
    crew_units: tuple[int, ...]
    label: int
    not_before_s: int
    ready_s: int
    deadline_s: int | None
    latest_s: int | None
    fixed: bool
    dismount: tuple[int, int] | None
    dismounted_mould: str
    fetch: tuple[int, int] | None
    fetched_from: str
    setup: tuple[int, int] | None
    start_s: int
    end_s: int
    maintenances: int
    shots: int
    cancelled: bool = False
    """Its line is cancelled; it stays because other work would be late without it, and has no deadline."""
    lot: int = 0
    """Key of the first operation of the lot that it belongs to: what is made for the line, or for another lot of it."""
    need: int = 0
    """How many of the quantity are spoken for, the rest being surplus; 0: unknown, there is none."""
    into: int = 0
    """Key of the first operation of the lot that this one goes into; 0: the line itself."""
    reported: bool = False
    """That it has begun was reported: it stands as it was, even where the rules would forbid it."""

    @property
    def visit_start_s(self) -> int:
        """Where the visit to the own machine begins: its first piece of changeover, or the run."""
        pieces = [piece[0] for piece in (self.dismount, self.fetch, self.setup) if piece is not None]
        return min([*pieces, self.start_s])


class Told(Struct, frozen=True):
    """What a line was promised for: with which carrier to which region, packed in how many seconds.

    With `complete` it goes together with all lines of its order.
    """

    order_id: str
    line_no: int
    promised_s: int
    carrier_id: str
    region: str
    packing_s: int
    complete: bool = False


class PlanSnapshot(Struct, frozen=True):
    """A plan at one version: operations in rank order, and the material pegged to order lines.

    `told` are the promises that somebody checks the plan against.
    """

    plant: Plant
    now_s: int
    floor_s: int
    version: int
    operations: tuple[PlacedOperation, ...]
    material: tuple[MaterialReservation, ...] = ()
    told: tuple[Told, ...] = ()
