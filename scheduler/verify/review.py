"""What the checks read: the plan, the operations to look at, and what each of them needs where it stands."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from domain.plant import Plant
from scheduler.snapshot import PlacedOperation, PlanSnapshot
from scheduler.verify.hours import Hours
from scheduler.verify.recipe import Recipe
from scheduler.verify.retiming import Need, ShopFloor, Times, hours_of, look_ahead
from scheduler.verify.rules import Breach, NeverFits, Rule

Cell = tuple[str, str] | tuple[str, str, int]
"""A part of the shop floor's state: what one operation leaves and a later one finds."""


@dataclass
class Review:
    """One pass over a plan in rank order, with all operations at their stated times.

    Each operation is judged by what stands before it, so that one wrong time is one breach and not one of all
    that follows. `scope` are the operations to check: all of them, or those that a change could touch.
    """

    snapshot: PlanSnapshot
    keys: frozenset[int] | None
    """Keys of what changed; None: check everything."""
    recipe: Recipe = field(init=False)
    hours: Hours = field(init=False)
    unknown: dict[int, str] = field(init=False, default_factory=dict)
    """Key of each operation that names something the plant has not, with what it is."""
    sound: list[PlacedOperation] = field(init=False, default_factory=list)
    """The other operations, in rank order."""
    scope: list[PlacedOperation] = field(init=False, default_factory=list)
    needs: dict[int, Need] = field(init=False, default_factory=dict)
    derived: dict[int, Times | None] = field(init=False, default_factory=dict)
    """Times by the equation, per unfixed operation in scope; None where nothing ever fits."""
    arrivals: dict[int, int] = field(init=False, default_factory=dict)
    lots: dict[int, list[PlacedOperation]] = field(init=False, default_factory=dict)
    """Operations by the key of the first of their lot."""

    def __post_init__(self) -> None:
        self.recipe = Recipe(self.plant)
        self.hours = hours_of(self.snapshot)
        for x in sorted(self.snapshot.operations, key=lambda x: (x.label, x.key)):
            missing = _unknown(x, self.plant, self.recipe)
            if missing:
                self.unknown[x.key] = missing
            else:
                self.sound.append(x)
                self.lots.setdefault(x.lot, []).append(x)
        self._walk()

    @property
    def plant(self) -> Plant:
        """The plant that the plan is for."""
        return self.snapshot.plant

    def _walk(self) -> None:
        floor, trace = ShopFloor(self.snapshot, self.recipe), None
        if self.keys is not None:
            trace = Trace(floor, self.plant, self.keys)
        for x in self.sound:
            if trace is None or trace.touches(x):
                self._judge(x, floor)
            if trace is not None:
                trace.follow(x)
            floor.enter(x, x)

    def _judge(self, x: PlacedOperation, floor: ShopFloor) -> None:
        self.scope.append(x)
        need = self.needs[x.key] = floor.need(x)
        try:
            if not x.fixed:
                self.derived[x.key] = look_ahead(x, self.hours, partial(floor.times, x, need, self.hours))
            self.arrivals[x.key] = look_ahead(x, self.hours, partial(floor.arrival, x, self.hours))
        except NeverFits:
            self.derived[x.key] = None

    def changed(self) -> Iterator[PlacedOperation]:
        """Operations that changed themselves; all of them in a full check."""
        return (x for x in self.scope if self.keys is None or x.key in self.keys)

    def begun(self, x: PlacedOperation) -> bool:
        """The operation began before now: what is over is history, recorded as it was."""
        return x.fixed and x.visit_start_s < self.snapshot.now_s

    def told(self, x: PlacedOperation) -> bool:
        """That the operation has begun was reported: it stands as it was, with what is left of it."""
        return x.reported and self.begun(x)

    def pending(self) -> Iterator[PlacedOperation]:
        """Operations to check that have not begun."""
        return (x for x in self.scope if not self.begun(x))

    def when(self, time_s: int) -> str:
        """A time as people in the plant read it."""
        return datetime.fromtimestamp(time_s, self.plant.zone).isoformat(" ", "seconds")

    def span(self, piece: tuple[int, int]) -> str:
        """An interval as people in the plant read it."""
        return f"{self.when(piece[0])} to {self.when(piece[1])}"

    def breach(self, rule: Rule, x: PlacedOperation, text: str, *objects: str) -> Breach:
        """A breach by one operation."""
        return Breach(rule, (x.key,), (x.order_id, *objects), f"{name(x)} {text}")


def name(x: PlacedOperation) -> str:
    """An operation as people call it."""
    return f"operation {x.operation_id} of {x.order_id}/{x.line_no} (key {x.key})"


def _unknown(x: PlacedOperation, plant: Plant, recipe: Recipe) -> str:
    if x.routing_id not in plant.routing_by_id or not recipe.knows(x):
        return f"mode {x.routing_id}/{x.operation_id}/{x.mode_id}"
    if x.item_id not in plant.item_by_id:
        return f"item {x.item_id}"
    for resource_id, empty in ((x.resource_id, False), (x.setter_id, True), (x.crew_id, True)):
        if resource_id not in plant.resource_by_id and (resource_id or not empty):
            return f"resource {resource_id}"
    if x.mould_id and x.mould_id not in plant.mould_by_id:
        return f"mould {x.mould_id}"
    return "" if x.units else f"a unit of {x.resource_id}"


class Trace:
    """Which operations a change of others can touch: those that find a state which a changed one left."""

    def __init__(self, floor: ShopFloor, plant: Plant, keys: Collection[int]) -> None:
        self._floor, self._keys = floor, keys
        self._groups = {item.id: (item.colour, item.material) for item in plant.items}
        self._counted = {mould.id for mould in plant.moulds if mould.maintenance_shots}
        self._touched: set[Cell] = set()

    def touches(self, x: PlacedOperation) -> bool:
        """`x` changed, or finds what a changed operation left."""
        if x.key in self._keys:
            return True
        return bool(self._touched) and not self._touched.isdisjoint(self._reads(x))

    def follow(self, x: PlacedOperation) -> None:
        """Let `x` leave its state: touched if it changed itself, or where that depends on what it found."""
        if x.key in self._keys:
            self._touched.update(self._sets(x), self._hands_on(x), self._takes(x))
        elif self._touched:
            if x.mould_id and (self._touched & {("mounted", x.resource_id), ("mould", x.mould_id)}):
                self._touched.update(self._takes(x))
            self._touched.difference_update(self._sets(x))

    def _reads(self, x: PlacedOperation) -> Iterator[Cell]:
        machine = x.resource_id
        yield from (("unit", machine, unit) for unit in x.units)
        yield from (("unit", x.crew_id, unit) for unit in x.crew_units)
        yield from (("line", x.order_id, x.line_no), ("colour", machine), ("material", machine))
        if x.setter_id:
            yield "unit", x.setter_id, x.setter_unit
        if x.mould_id:
            yield from (("count", x.mould_id), ("mounted", machine), ("mould", x.mould_id))
            if self._floor.hangs[x.mould_id]:
                yield "unit", self._floor.hangs[x.mould_id], 0

    def _sets(self, x: PlacedOperation) -> Iterator[Cell]:
        """State that `x` sets by its own facts, whatever was before."""
        machine = x.resource_id
        colour, material = self._groups[x.item_id]
        yield from (("unit", machine, unit) for unit in x.units)
        yield from (("unit", x.crew_id, unit) for unit in x.crew_units)
        if colour:
            yield "colour", machine
        if material:
            yield "material", machine
        # Begun work may have been set up before what ranks in front of it: the setter is free after both.
        if x.setter_id and (x.dismount or x.fetch or x.setup) and not x.fixed:
            yield "unit", x.setter_id, x.setter_unit
        if x.mould_id:
            yield from (("mounted", machine), ("mould", x.mould_id))

    def _hands_on(self, x: PlacedOperation) -> Iterator[Cell]:
        """State to which `x` adds, or that it may have changed before."""
        yield "line", x.order_id, x.line_no
        yield from ((part, x.resource_id) for part in ("mounted", "colour", "material"))
        if x.setter_id:
            yield "unit", x.setter_id, x.setter_unit
        if x.mould_id in self._counted:
            yield "count", x.mould_id

    def _takes(self, x: PlacedOperation) -> Iterator[Cell]:
        """State of the moulds and machines from which `x` takes what it needs."""
        origin = self._floor.hangs.get(x.mould_id, "")
        if x.mould_id and origin != x.resource_id:
            off = self._floor.mounted.get(x.resource_id, "")
            if off:
                yield "mould", off
            if origin:
                yield from (("mounted", origin), ("unit", origin, 0))
