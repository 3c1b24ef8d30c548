"""What was found, laid out as a plan: units given out, times derived anew, checked before anybody sees it."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from domain.items import Mode
from domain.values import replace
from scheduler.cpsat.problem import Problem, Way
from scheduler.cpsat.solution import Place, Solution
from scheduler.records import Step
from scheduler.snapshot import PlacedOperation, PlanSnapshot
from scheduler.verify import NeverFits, Times, retime, verify


class Refused(Exception):
    """Sequences that don't make a plan in which every rule holds, with what they break."""

    def __init__(self, breaches: tuple[str, ...]) -> None:
        self.breaches = breaches
        super().__init__("; ".join(breaches[:3]))


class Resequenced(Struct, frozen=True):
    """The plan in its new sequences, re-timed and checked, and the keys of what begins at another time or elsewhere."""

    plan: PlanSnapshot
    moved: tuple[int, ...]
    steps: tuple[Step, ...]
    """The sequences, as the planner takes them."""


def resequenced(plan: PlanSnapshot, problem: Problem, solution: Solution) -> Resequenced:
    """Lay a solution's sequences behind what is begun and frozen. Raises Refused when the checker finds anything.

    What is left of cancelled lines is not in the new plan.
    """
    if solution.version != plan.version or problem.version != plan.version:
        raise Refused((f"the sequences are for version {solution.version}, the plan is at {plan.version}",))
    tasks = {task.key: task for task in problem.tasks}
    found = {x.key: x for x in plan.operations}
    asked = set(tasks)
    kept = [x for x in plan.operations if x.key not in asked and (x.fixed or not x.cancelled)]
    label = max((x.label for x in kept), default=0)
    units = _Units(plan, kept)
    laid = []
    for rank, place in enumerate(solution.places, 1):
        way = tasks[place.key].ways[place.way]
        x = replace(_in_way(found[place.key], way), label=label + rank)
        step = next(s for s in plan.plant.routing_by_id[x.routing_id].operations if s.id == x.operation_id)
        mode = next(mode for mode in step.modes if mode.id == way.mode_id)
        laid.append(units.give(x, place, mode))
    bare = replace(plan, operations=tuple(sorted((*kept, *laid), key=lambda x: (x.label, x.key))))
    try:
        times = retime(bare)
    except NeverFits as error:
        raise Refused((str(error),)) from error
    fresh = replace(bare, operations=tuple(_at(x, times[x.key]) for x in bare.operations))
    breaches = verify(fresh)
    if breaches:
        raise Refused(tuple(map(str, breaches)))
    moved = [x.key for x in fresh.operations if _where(x) != _where(found[x.key])]
    steps = [Step(x.key, x.mode_id, x.units, x.setter_unit, x.crew_units) for x in laid]
    return Resequenced(fresh, tuple(moved), tuple(steps))


def _where(x: PlacedOperation) -> tuple[str, int]:
    return x.mode_id, x.start_s


def _in_way(x: PlacedOperation, way: Way) -> PlacedOperation:
    return replace(
        x, mode_id=way.mode_id, resource_id=way.resource_id, mould_id=way.mould_id, setter_id=way.setter_id,
        crew_id=way.crew_id, shots=way.shots,
    )  # fmt: skip


def _at(x: PlacedOperation, times: Times) -> PlacedOperation:
    return replace(
        x, dismount=times.dismount, dismounted_mould=times.dismounted_mould, fetch=times.fetch,
        fetched_from=times.fetched_from, setup=times.setup, start_s=times.start_s, end_s=times.end_s,
        maintenances=times.maintenances,
    )  # fmt: skip


class _Units:
    """Units of machines, crews and setters, given to those that come first: the ones that are free the longest."""

    def __init__(self, plan: PlanSnapshot, kept: list[PlacedOperation]) -> None:
        self._capacity: Mapping[str, int] = {r.id: r.capacity for r in plan.plant.resources}
        self._free: dict[str, list[int]] = {}
        for x in kept:
            pieces = [piece[1] for piece in (x.dismount, x.fetch, x.setup) if piece is not None]
            for name, units, end_s in (
                (x.resource_id, x.units, x.end_s), (x.crew_id, x.crew_units, x.end_s),
                (x.setter_id, (x.setter_unit,) if x.setter_id else (), max(pieces, default=0)),
            ):  # fmt: skip
                for unit in units:
                    self._of(name)[unit] = max(self._of(name)[unit], end_s)

    def give(self, x: PlacedOperation, place: Place, mode: Mode) -> PlacedOperation:
        """The operation on the units that it takes."""
        setter = self._take(x.setter_id, 1, place.start_s) if x.setter_id else (-1,)
        return replace(
            x, units=self._take(x.resource_id, mode.resource_units, place.end_s), setter_unit=setter[0],
            crew_units=self._take(x.crew_id, mode.crew_units, place.end_s) if x.crew_id else (),
        )  # fmt: skip

    def _of(self, name: str) -> list[int]:
        if name not in self._free:
            self._free[name] = [0] * self._capacity[name]
        return self._free[name]

    def _take(self, name: str, count: int, until_s: int) -> tuple[int, ...]:
        free = self._of(name)
        units = sorted(sorted(range(len(free)), key=lambda unit: free[unit])[:count])
        for unit in units:
            free[unit] = until_s
        return tuple(units)
