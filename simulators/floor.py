"""The shop floor as it is: who is free when, which mould hangs where, and how long things take in fact."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil

from domain.checks import to_unix_up
from domain.items import Item, Mode, Routing
from domain.plant import Plant
from domain.resources import ChangeoverPart, Resource
from domain.values import replace
from scheduler.verify.hours import Hours
from scheduler.verify.recipe import Recipe, seconds_up
from simulators.disturbances import Disturbances, Draws, Standstill, standstills
from simulators.materials import Materials

Span = tuple[int, int]
AFTER = timedelta(days=200)
"""How far beyond the last order breakdowns are drawn."""


class Doing(StrEnum):
    """What becomes of a task."""

    WAITING = "waiting"
    SET_UP = "set_up"
    """Its machine is being made ready for it, or is ready and waits."""
    RUNNING = "running"
    """Its run has its times; it may begin in a moment."""
    DONE = "done"


@dataclass(slots=True)
class Task:
    """An operation of a lot as the floor does it; times in Unix seconds, -1: not yet."""

    key: int
    order_id: str
    line_no: int
    item: Item
    operation_id: str
    mode: Mode
    quantity: int
    lot: int
    into: int = 0
    doing: Doing = Doing.WAITING
    units: tuple[int, ...] = ()
    visit_s: int = -1
    ready_s: int = -1
    """When the changeover is over."""
    start_s: int = -1
    end_s: int = -1
    spans: list[Span] = field(default_factory=list)
    """When it ran, off-shift time included, the repair of its mould left out."""
    made: int = 0
    """Pieces, good and scrapped."""
    scrapped: int = 0

    @property
    def name(self) -> tuple[str, int, str, str]:
        """What draws go by: the same in every plan."""
        return self.order_id, self.line_no, self.item.id, self.operation_id


@dataclass(frozen=True, slots=True)
class Crack:
    """A mould that cracked, and was away until `end_s`."""

    mould_id: str
    start_s: int
    end_s: int


class Floor:
    """What the tasks so far have left behind. Nothing here knows of plans and promises."""

    def __init__(self, plant: Plant, disturbances: Disturbances, draws: Draws, begin: datetime, end: datetime) -> None:  # fmt: skip  # noqa: E501
        self.plant, self._set, self._draws = plant, disturbances, draws
        self.materials: Materials | None = None
        """The store that work waits for; None: all material is there always."""
        self.standstills: list[Standstill] = standstills(plant, disturbances, draws, begin, end + AFTER)
        first_s, last_s = int(begin.timestamp()), int((end + AFTER).timestamp())
        self.known = Hours(plant, first_s, last_s)
        """Working time as everybody knows it beforehand."""
        downtimes = (*plant.downtimes, *(each.downtime for each in self.standstills))
        self.true = Hours(replace(plant, downtimes=downtimes), first_s, last_s)
        """Working time as it will have been."""
        self.recipe = Recipe(plant)
        self._colour = {resource.id: resource.colour for resource in plant.resources}
        self._material = {resource.id: resource.material for resource in plant.resources}
        self._mounted = {mould.mounted_on: mould.id for mould in plant.moulds if mould.mounted_on}
        self._hangs = {mould.id: mould.mounted_on for mould in plant.moulds}
        self._shots = {mould.id: mould.shots for mould in plant.moulds}
        self._worn = {mould.id: 0 for mould in plant.moulds}
        """Shots since the last maintenance or repair."""
        self._cracks = {mould.id: 0 for mould in plant.moulds}
        self._until_crack = {mould.id: draws.crack_shots(mould.id, 0) for mould in plant.moulds}
        self._free: dict[tuple[str, int], int] = {
            (resource.id, unit): 0 if resource.available_from is None else to_unix_up(resource.available_from)
            for resource in plant.resources
            for unit in range(resource.capacity)
        }
        self._mould_free = {mould.id: 0 for mould in plant.moulds}
        self._components: dict[str, list[str]] = {}
        for row in plant.bom:
            self._components.setdefault(row.item_id, []).append(row.component_id)
        self._received: dict[str, int] = {}
        self._heads = {routing.id: heads(routing) for routing in plant.routings}
        self._lots: dict[int, dict[str, Task]] = {}
        self._fed: dict[int, list[int]] = {}
        self._roots: dict[tuple[str, int], list[int]] = {}

    # What there is to do.

    def received(self, order_id: str, at_s: int) -> None:
        """Hear of an order, with which the lags before its first work begin."""
        self._received[order_id] = at_s

    def expect(self, task: Task) -> None:
        """Take up a task of a lot, so that others of the lot know whom to wait for."""
        self._lots.setdefault(task.lot, {})[task.operation_id] = task
        if task.into and task.lot not in self._fed.setdefault(task.into, []):
            self._fed[task.into].append(task.lot)
        roots = self._roots.setdefault((task.order_id, task.line_no), [])
        if not task.into and task.lot not in roots:
            roots.append(task.lot)

    def line_done_s(self, task: Task) -> int | None:
        """When all that is made for the line of a task is over; None while something is to be done."""
        done_s = 0
        for lot in self._roots[task.order_id, task.line_no]:
            for each in self._lots[lot].values():
                tails = self.recipe.tails(each.item.routing_id)
                if each.doing is not Doing.DONE:
                    return None
                done_s = max(done_s, each.end_s + tails[each.operation_id])
        return done_s

    def arrival(self, task: Task) -> int | None:
        """When all that a task waits for in its lot, lags, and lots that go into it, is over; None: not known yet."""
        lot, routing = self._lots[task.lot], task.item.routing_id
        paths = self.recipe.paths(routing)[task.operation_id]
        latest = self._received.get(task.order_id, 0) + self._heads[routing].get(task.operation_id, 0)
        for before, lag, working in paths:
            if lot[before].end_s < 0:
                return None
            over = lot[before].end_s + lag
            if working:
                over = self.true.run(task.mode.resource_id, task.mode.mould_id, task.mode.crew_id).finish(over, working)
            latest = max(latest, over)
        for fed in self._fed.get(task.lot, ()):
            tasks = self._lots[fed]
            component = next(iter(tasks.values())).item
            consumer = self.recipe.consumer(task.item.id, component.id)
            if consumer != task.operation_id and (consumer or paths):
                continue
            tails = self.recipe.tails(component.routing_id)
            if any(each.end_s < 0 for each in tasks.values()):
                return None
            latest = max([latest, *(each.end_s + tails[each.operation_id] for each in tasks.values())])
        return latest

    # Who is free.

    def free_units(self, resource_id: str, now_s: int) -> list[int]:
        """Units of a machine that nobody uses."""
        capacity = self.plant.resource_by_id[resource_id].capacity
        return [unit for unit in range(capacity) if self._free[resource_id, unit] <= now_s]

    def opens_s(self, resource_id: str, now_s: int) -> int:
        """When a machine next works and is not down; now, if it does."""
        return self.true.piece(resource_id).first(now_s)

    def mould_free_s(self, mould_id: str) -> int:
        """When the task that has a mould, or its repair, ends."""
        return self._mould_free[mould_id]

    def hanging(self, resource_id: str) -> tuple[str, str, str]:
        """Mould, colour and material in a machine."""
        return self._mounted.get(resource_id, ""), self._colour[resource_id], self._material[resource_id]

    # What happens.

    def set_up(self, task: Task, now_s: int) -> None:
        """Begin to make the machine of a task ready; it must have units free."""
        mode, machine = task.mode, task.mode.resource_id
        task.units = tuple(self.free_units(machine, now_s)[: mode.resource_units])
        late_s = self._draws.late_start_s(*task.name)
        task.visit_s = now_s + late_s
        task.ready_s = self._changeover(task, now_s + late_s)
        task.doing = Doing.SET_UP
        for unit in task.units:
            self._free[machine, unit] = 1 << 50
        if mode.mould_id:
            self._mould_free[mode.mould_id] = 1 << 50
        self._colour[machine] = task.item.colour or self._colour[machine]
        self._material[machine] = task.item.material or self._material[machine]

    def _changeover(self, task: Task, now_s: int) -> int:
        """When the machine is ready, with all moulds moved."""
        machine, mould, recipe = task.mode.resource_id, task.mode.mould_id, self.recipe
        factor = self._draws.factor("changeover_spread", *task.name)
        held, setter = now_s, recipe.setter(machine)
        crew = range(self.plant.resource_by_id[setter].capacity) if setter else range(1)
        unit = min(crew, key=lambda unit: self._free.get((setter, unit), 0))
        setter_free = max(now_s, self._free.get((setter, unit), 0))
        off, origin, mount = "", "", 0
        if mould and self._hangs[mould] != machine:
            off, origin = self._mounted.get(machine, ""), self._hangs[mould]
            mount = recipe.change(machine, ChangeoverPart.MOUNT, "", mould)
        if off:
            worked = scaled(recipe.change(machine, ChangeoverPart.DISMOUNT, off, ""), factor)
            held = setter_free = self._piece((machine, setter), max(held, setter_free), worked)
            self._hangs[off] = ""
        if mould:
            mould_free = max(now_s, self._mould_free[mould])
            if origin:
                mould_free = max(mould_free, self._free[origin, 0])
                worked = scaled(recipe.change(origin, ChangeoverPart.DISMOUNT, mould, ""), factor)
                mould_free = self._piece((origin, setter), max(mould_free, setter_free), worked)
                self._free[origin, 0] = max(self._free[origin, 0], mould_free)
                setter_free = max(setter_free, mould_free) if worked else setter_free
                self._mounted[origin] = ""
            held = max(held, mould_free)
            if self._hangs[mould] != machine:
                self._mounted[machine], self._hangs[mould] = mould, machine
        parts = [mount]
        for part, state, group in (
            (ChangeoverPart.COLOUR, self._colour[machine], task.item.colour),
            (ChangeoverPart.MATERIAL, self._material[machine], task.item.material),
        ):
            parts.append(recipe.change(machine, part, state, group) if state and group else 0)
        worked = scaled(recipe.combined(machine, parts), factor)
        if worked:
            held = setter_free = self._piece((machine, setter, mould), max(held, setter_free), worked)
        if setter:
            self._free[setter, unit] = max(self._free[setter, unit], setter_free)
        return held

    def _piece(self, names: Iterable[str], earliest_s: int, worked_s: int) -> int:
        return self.true.piece(*names).piece(earliest_s, worked_s)[1] if worked_s else earliest_s

    def run(self, task: Task, now_s: int) -> list[Crack] | None:
        """Give the run of a task that is set up its times; returns the cracks of its mould. None: it must wait.

        It must wait for what nobody knows the end of; known ends of others may lie ahead.
        """
        arrival, mode = self.arrival(task), task.mode
        if arrival is None or not self._supplied(task):
            return None
        crew = self._crew(mode, now_s)
        earliest = max([task.ready_s, arrival, task.visit_s, *(self._free[mode.crew_id, unit] for unit in crew)])
        if earliest < now_s:
            earliest = now_s
        nominal_s, shots = self.nominal(task)
        chunk_s = seconds_up(mode.min_chunk)
        planned = self.known.run(mode.resource_id, mode.mould_id, mode.crew_id, chunk_s)
        # Whoever begins doesn't know what will break, only what has.
        start_s, _ = planned.run(earliest, nominal_s, mode.pause, chunk_s)
        hours = self.true.run(mode.resource_id, mode.mould_id, mode.crew_id)
        task.start_s = hours.first(start_s)
        cracks = self._times(task, nominal_s, shots)
        task.doing = Doing.RUNNING
        for unit in task.units:
            self._free[mode.resource_id, unit] = task.end_s
        for unit in crew:
            self._free[mode.crew_id, unit] = task.end_s
        if mode.mould_id:
            self._mould_free[mode.mould_id] = task.end_s
        return cracks

    def _supplied(self, task: Task) -> bool:
        """Take the material of a run out of the store; False: it is not there."""
        if self.materials is None:
            return True
        item, first = task.item.id, not self.recipe.paths(task.item.routing_id)[task.operation_id]
        named = {each: self.recipe.consumer(item, each) for each in self._components.get(item, ())}
        wanted = [each for each, step in named.items() if step == task.operation_id or (first and not step)]
        return not wanted or self.materials.take((task.order_id, task.line_no), item, wanted)

    def nominal(self, task: Task) -> tuple[int, int]:
        """Seconds of a run as planned, maintenance left out, and shots of its mould (0: it has none)."""
        mode = task.mode
        if not mode.mould_id:
            return max(1, seconds_up(mode.fixed + mode.pieces(task.quantity) * mode.per_piece)), 0
        mould = self.plant.mould_by_id[mode.mould_id]
        shots = mode.shots(task.quantity, mould.cavities)
        return max(1, seconds_up(mode.fixed + shots * mould.cycle)), shots

    def _crew(self, mode: Mode, now_s: int) -> list[int]:
        if not mode.crew_id:
            return []
        crew: Resource = self.plant.resource_by_id[mode.crew_id]
        units = sorted(range(crew.capacity), key=lambda unit: (max(now_s, self._free[crew.id, unit]), unit))
        return units[: mode.crew_units]

    def _times(self, task: Task, nominal_s: int, shots: int) -> list[Crack]:
        """Times, pieces, and what the shots do to the mould."""
        mode, mould_id = task.mode, task.mode.mould_id
        scrap = self._draws.scrap(*task.name)
        factor = self._draws.factor("process_spread", *task.name) / (1 - scrap)
        task.made = ceil(task.quantity / (1 - scrap))
        task.scrapped = task.made - task.quantity
        hours = self.true.run(mode.resource_id, mould_id, mode.crew_id)
        if not mould_id:
            task.end_s = hours.finish(task.start_s, scaled(nominal_s, factor))
            task.spans = [(task.start_s, task.end_s)]
            return []
        factor *= 1 + self._set.wear * self._set.level * self._worn[mould_id] / 100_000
        worked_s = scaled(nominal_s, factor) + self._maintain(mould_id, shots)
        shots_made = ceil(shots / (1 - scrap))
        return self._with_cracks(task, worked_s, shots_made)

    def _maintain(self, mould_id: str, shots: int) -> int:
        """Seconds of maintenance that a run of so many shots has to stop for."""
        mould, due = self.plant.mould_by_id[mould_id], 0
        if mould.maintenance_shots:
            due = (self._shots[mould_id] + shots - 1) // mould.maintenance_shots
            self._shots[mould_id] += shots - due * mould.maintenance_shots
        self._worn[mould_id] = shots if due else self._worn[mould_id] + shots
        return due * seconds_up(mould.maintenance)

    def _with_cracks(self, task: Task, worked_s: int, shots: int) -> list[Crack]:
        mould_id = task.mode.mould_id
        hours = self.true.run(task.mode.resource_id, mould_id, task.mode.crew_id)
        at_s, done_s, left, cracks = task.start_s, 0, float(shots), []
        while self._until_crack[mould_id] < left:
            left -= self._until_crack[mould_id]
            until_s = round(worked_s * (1 - left / shots))
            cracked_s = hours.finish(at_s, max(1, until_s - done_s))
            task.spans.append((at_s, cracked_s))
            number = self._cracks[mould_id] = self._cracks[mould_id] + 1
            done_s, at_s = max(until_s, done_s + 1), cracked_s + self._draws.crack_repair_s(mould_id, number)
            cracks.append(Crack(mould_id, cracked_s, at_s))
            self._until_crack[mould_id] = self._draws.crack_shots(mould_id, number)
            self._worn[mould_id] = 0
        self._until_crack[mould_id] -= left
        task.end_s = hours.finish(at_s, max(1, worked_s - done_s))
        task.spans.append((at_s, task.end_s))
        return cracks

    def made_by(self, task: Task, now_s: int) -> tuple[int, int]:
        """Good and scrapped pieces of a run by a time."""
        hours = self.true.run(task.mode.resource_id, task.mode.mould_id, task.mode.crew_id)
        done = sum(hours.worked(start, min(end, max(start, now_s))) for start, end in task.spans)
        whole = sum(hours.worked(start, end) for start, end in task.spans)
        made = task.made * done // max(1, whole)
        scrapped = task.scrapped * made // task.made
        return made - scrapped, scrapped


def heads(routing: Routing) -> dict[str, int]:
    """Seconds from the order until an operation may begin, by the lags that lead to it from the routing's beginning.

    Operations that no such way leads to are left out.
    """
    found: dict[str, int] = {}
    over: dict[str, int] = {}
    """When what has no work to do is over, where nothing that has any comes before it."""
    for operation in routing.operations:
        before = [link for link in routing.links if link.to_id == operation.id]
        ways = [over[link.from_id] + seconds_up(link.lag) for link in before if link.from_id in over]
        if before and not ways:
            continue
        if operation.modes:
            found[operation.id] = max(ways, default=0)
        else:
            over[operation.id] = max(ways, default=0) + seconds_up(operation.lag)
    return found


def scaled(seconds: int, factor: float) -> int:
    """Planned seconds as they are in fact."""
    return ceil(seconds * factor - 1e-9) if seconds else 0
