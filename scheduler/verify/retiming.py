"""All times of a plan, derived from its sequences: each operation as early as what ranks before it allows."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Protocol, TypeVar

from msgspec import Struct

from domain.resources import ChangeoverPart
from scheduler.snapshot import PlacedOperation, PlanSnapshot
from scheduler.verify.hours import EVER, Hours
from scheduler.verify.recipe import Recipe, seconds_up
from scheduler.verify.rules import BeyondSpan, NeverFits

Piece = tuple[int, int] | None
Found = TypeVar("Found")
_DAWN = -EVER


class Timed(Protocol):
    """The times of an operation, stated or derived."""

    @property
    def dismount(self) -> Piece: ...
    @property
    def fetch(self) -> Piece: ...
    @property
    def setup(self) -> Piece: ...
    @property
    def start_s(self) -> int: ...
    @property
    def end_s(self) -> int: ...


class Times(Struct, frozen=True):
    """What re-timing gives an operation; fields as in `PlacedOperation`."""

    dismount: Piece
    dismounted_mould: str
    fetch: Piece
    fetched_from: str
    setup: Piece
    start_s: int
    end_s: int
    maintenances: int

    @property
    def pieces(self) -> tuple[Piece, Piece, Piece, int, int]:
        """The times alone."""
        return self.dismount, self.fetch, self.setup, self.start_s, self.end_s


class Need(Struct, frozen=True):
    """What an operation needs where it stands: whose moulds come off, and working seconds of each piece."""

    dismounted_mould: str
    dismount_s: int
    fetched_from: str
    fetch_s: int
    setup_s: int
    run_s: int
    maintenances: int


class ShopFloor:
    """The plant as the operations up to a rank leave it: what is free when, mounted where, in what colour."""

    def __init__(self, snapshot: PlanSnapshot, recipe: Recipe) -> None:
        plant = self._plant = snapshot.plant
        self._floor_s = snapshot.floor_s
        self._recipe = recipe
        self._groups = {item.id: (item.colour, item.material) for item in plant.items}
        self.mounted = {mould.mounted_on: mould.id for mould in plant.moulds if mould.mounted_on}
        self.hangs = {mould.id: mould.mounted_on for mould in plant.moulds}
        self.shots = {mould.id: mould.shots for mould in plant.moulds}
        self.colour = {resource.id: resource.colour for resource in plant.resources}
        self.material = {resource.id: resource.material for resource in plant.resources}
        self.free: dict[tuple[str, int], int] = {}
        """End of the last use of each unit of a machine, setter or crew."""
        self.mould_free: dict[str, int] = {}
        self._ends: dict[int, dict[str, int]] = {}
        self._fed: dict[int, dict[str, int]] = {}
        """When all lots of an item that go into a lot are done, by the lot and the item."""

    def need(self, x: PlacedOperation) -> Need:
        """What `x` needs when it comes next."""
        machine, mould, recipe = x.resource_id, x.mould_id, self._recipe
        off, origin, mount = "", "", 0
        if mould and self.hangs[mould] != machine:
            off, origin = self.mounted.get(machine, ""), self.hangs[mould]
            mount = recipe.change(machine, ChangeoverPart.MOUNT, "", mould)
        colour, material = self._groups[x.item_id]
        parts = [mount]
        for part, state, group in (
            (ChangeoverPart.COLOUR, self.colour[machine], colour),
            (ChangeoverPart.MATERIAL, self.material[machine], material),
        ):
            parts.append(recipe.change(machine, part, state, group) if state and group else 0)
        due, maintenance_s = self._maintenance(x)
        return Need(
            dismounted_mould=off,
            dismount_s=recipe.change(machine, ChangeoverPart.DISMOUNT, off, "") if off else 0,
            fetched_from=origin,
            fetch_s=recipe.change(origin, ChangeoverPart.DISMOUNT, mould, "") if origin else 0,
            setup_s=recipe.combined(machine, parts),
            run_s=recipe.job(x).run_s + due * maintenance_s,
            maintenances=due,
        )

    def _maintenance(self, x: PlacedOperation) -> tuple[int, int]:
        if not x.mould_id:
            return 0, 0
        mould = self._plant.mould_by_id[x.mould_id]
        if not mould.maintenance_shots:
            return 0, 0
        due = (self.shots[mould.id] + self._recipe.job(x).shots - 1) // mould.maintenance_shots
        return max(due, 0), seconds_up(mould.maintenance)

    def times(self, x: PlacedOperation, need: Need, hours: Hours) -> Times:
        """The earliest times of `x` after everything that has entered."""
        floor = max(x.not_before_s, self._floor_s)
        machine_free = max(self.free.get((x.resource_id, unit), _DAWN) for unit in x.units)
        setter_free = self.free.get((x.setter_id, x.setter_unit), _DAWN) if x.setter_id else _DAWN
        held = max(floor, machine_free)
        mould_free = self.mould_free.get(x.mould_id, _DAWN)
        dismount = fetch = setup = None
        if need.dismount_s:
            on = hours.piece(x.resource_id, x.setter_id)
            dismount = on.piece(max(held, setter_free), need.dismount_s)
            held = setter_free = dismount[1]
        if need.fetched_from:
            mould_free = max(mould_free, self.free.get((need.fetched_from, 0), _DAWN))
        if need.fetch_s:
            on = hours.piece(need.fetched_from, x.setter_id)
            fetch = on.piece(max(floor, mould_free, setter_free), need.fetch_s)
            mould_free = setter_free = fetch[1]
        held = max(held, mould_free)
        if need.setup_s:
            on = hours.piece(x.resource_id, x.setter_id, x.mould_id)
            setup = on.piece(max(held, setter_free), need.setup_s)
            held = setup[1]
        start_s, end_s = self._run(x, need, held, hours)
        off, origin = need.dismounted_mould, need.fetched_from
        return Times(dismount, off, fetch, origin, setup, start_s, end_s, need.maintenances)

    def _run(self, x: PlacedOperation, need: Need, held: int, hours: Hours) -> tuple[int, int]:
        job = self._recipe.job(x)
        crew_free = [self.free.get((x.crew_id, unit), _DAWN) for unit in x.crew_units]
        earliest = max([held, x.ready_s, self.arrival(x, hours), *crew_free])
        on = hours.run(x.resource_id, x.mould_id, x.crew_id, job.chunk_s)
        return on.run(earliest, need.run_s, job.mode.pause, job.chunk_s)

    def arrival(self, x: PlacedOperation, hours: Hours) -> int:
        """When all predecessors of `x` in its routing, and the lots it waits for, have ended and the lags are over."""
        ends = self._ends.get(x.lot, {})
        paths = self._recipe.paths(x.routing_id)[x.operation_id]
        latest = _DAWN
        for item_id, done_s in self._fed.get(x.lot, {}).items():
            if self._recipe.consumes(x, item_id):
                latest = max(latest, done_s)
        for name, lag, working in paths:
            if name in ends:
                over = ends[name] + lag
                if working:
                    over = hours.run(x.resource_id, x.mould_id, x.crew_id).finish(over, working)
                latest = max(latest, over)
        return latest

    def enter(self, x: PlacedOperation, times: Timed) -> None:
        """Let `x` take its place at `times`: what comes later finds the plant as `x` leaves it."""
        machine, mould = x.resource_id, x.mould_id
        if mould:
            if self.hangs[mould] != machine:
                self._remount(x, times)
            self.mould_free[mould] = times.end_s
            self._count(x)
        for piece in (times.dismount, times.fetch, times.setup):
            if piece is not None and piece[1] > piece[0] and x.setter_id:
                # Begun work ranks in the order in which it ends, not in that in which it was set up.
                setter = x.setter_id, x.setter_unit
                self.free[setter] = max(piece[1], self.free.get(setter, piece[1]))
        for unit in x.units:
            self.free[machine, unit] = times.end_s
        for unit in x.crew_units:
            self.free[x.crew_id, unit] = times.end_s
        colour, material = self._groups[x.item_id]
        self.colour[machine] = colour or self.colour[machine]
        self.material[machine] = material or self.material[machine]
        ends = self._ends.setdefault(x.lot, {})
        ends[x.operation_id] = max(times.end_s, ends.get(x.operation_id, times.end_s))
        if x.into:
            done_s = times.end_s + self._recipe.tails(x.routing_id)[x.operation_id]
            fed = self._fed.setdefault(x.into, {})
            fed[x.item_id] = max(done_s, fed.get(x.item_id, done_s))

    def _remount(self, x: PlacedOperation, times: Timed) -> None:
        machine, mould, origin = x.resource_id, x.mould_id, self.hangs[x.mould_id]
        off = self.mounted.get(machine, "")
        if off:
            self.hangs[off] = ""
            if times.dismount is not None:
                self.mould_free[off] = max(self.mould_free.get(off, _DAWN), times.dismount[1])
        if origin:
            self.mounted[origin] = ""
            if times.fetch is not None:
                self.free[origin, 0] = max(times.fetch[1], self.free.get((origin, 0), _DAWN))
        self.mounted[machine] = mould
        self.hangs[mould] = machine

    def _count(self, x: PlacedOperation) -> None:
        mould = self._plant.mould_by_id[x.mould_id]
        if mould.maintenance_shots:
            due, _ = self._maintenance(x)
            self.shots[mould.id] += self._recipe.job(x).shots - due * mould.maintenance_shots


def look_ahead(x: PlacedOperation, hours: Hours, find: Callable[[], Found]) -> Found:
    """What `find` finds for `x` in working time, looking as far ahead as it takes.

    Raises
    ------
    NeverFits
        When no working time is long enough.
    """
    while True:
        try:
            return find()
        except BeyondSpan:
            if not hours.extend():
                raise NeverFits(x.key, f"operation {x.operation_id} of {x.order_id}/{x.line_no}") from None


def hours_of(snapshot: PlanSnapshot) -> Hours:
    """Working time from the first day that counts: that of the floor, or of the first fixed operation."""
    starts = [x.visit_start_s for x in snapshot.operations if x.fixed]
    ends = [x.end_s for x in snapshot.operations]
    bounds = (snapshot.now_s, snapshot.floor_s)
    return Hours(snapshot.plant, min([*bounds, *starts]), max([*bounds, *ends]))


def retime(snapshot: PlanSnapshot) -> dict[int, Times]:
    """Times of all operations by key, from their ranks, places and bounds; only fixed ones keep theirs.

    Raises
    ------
    NeverFits
        When an operation has no working time that is long enough.
    """
    recipe, hours = Recipe(snapshot.plant), hours_of(snapshot)
    floor = ShopFloor(snapshot, recipe)
    found: dict[int, Times] = {}
    for x in sorted(snapshot.operations, key=lambda x: (x.label, x.key)):
        if x.fixed:
            times = Times(x.dismount, x.dismounted_mould, x.fetch, x.fetched_from, x.setup, x.start_s, x.end_s, x.maintenances)  # fmt: skip  # noqa: E501
        else:
            times = look_ahead(x, hours, partial(floor.times, x, floor.need(x), hours))
        floor.enter(x, times)
        found[x.key] = times
    return found
