"""Insertion by trying everything: every choice of mode, units, setter and crew, at every rank of the plan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations, product

from domain.values import replace
from scheduler.snapshot import PlacedOperation, PlanSnapshot
from scheduler.verify import NeverFits, Times, retime

NEVER = 1 << 60


@dataclass(frozen=True)
class Cut:
    """Where an operation was put, and when it ends there: `NEVER` if that breaks a promise."""

    end_s: int
    placed: PlacedOperation
    place: int
    """How many operations rank before it in the sequences that it is put into, all together."""


def choices(plan: PlanSnapshot, x: PlacedOperation) -> Iterator[PlacedOperation]:
    """The operation in each mode, on each choice of units, with each setter and crew."""
    plant = plan.plant
    routing = plant.routing_by_id[x.routing_id]
    step = next(step for step in routing.operations if step.id == x.operation_id)
    for mode in step.modes:
        resource = plant.resource_by_id[mode.resource_id]
        setter = plant.changeover_by_id[resource.changeover_class].setter_id if resource.changeover_class else ""
        crew = plant.resource_by_id[mode.crew_id].capacity if mode.crew_id else 0
        shots = mode.shots(x.quantity, plant.mould_by_id[mode.mould_id].cavities) if mode.mould_id else 0
        for units, by, attending in product(
            combinations(range(resource.capacity), mode.resource_units),
            range(plant.resource_by_id[setter].capacity) if setter else [-1],
            combinations(range(crew), mode.crew_units) if crew else [()],
        ):
            yield replace(
                x, mode_id=mode.id, resource_id=resource.id, units=units, mould_id=mode.mould_id, setter_id=setter,
                setter_unit=by, crew_id=mode.crew_id, crew_units=attending, shots=shots, fixed=False,
                dismount=None, dismounted_mould="", fetch=None, fetched_from="", setup=None,
            )  # fmt: skip


def lanes(x: PlacedOperation) -> set[tuple[str, int]]:
    """The sequences in which the operation has a place."""
    found = {(x.resource_id, unit) for unit in x.units} | {(x.crew_id, unit) for unit in x.crew_units}
    return (found | {(x.mould_id, 0), (x.setter_id, x.setter_unit)}) - {("", 0), ("", -1)}


def visit_start(times: Times) -> int:
    """Where a visit begins."""
    return min([times.start_s, *(piece[0] for piece in (times.dismount, times.fetch, times.setup) if piece)])


def kept(operations: Iterable[PlacedOperation], times: dict[int, Times], until_s: int) -> bool:
    """Every deadline and every frozen start holds, and nothing goes beyond the horizon."""
    return all(
        x.fixed
        or (
            times[x.key].end_s <= min(until_s, until_s if x.deadline_s is None else x.deadline_s)
            and (x.latest_s is None or visit_start(times[x.key]) <= x.latest_s)
        )
        for x in operations
    )


def cuts(plan: PlanSnapshot, x: PlacedOperation, until_s: int) -> Iterator[Cut]:
    """`x`, which is not in `plan`, on every choice of resources at every rank behind what has begun there."""
    for choice in choices(plan, x):
        here = lanes(choice)
        sharing = [bool(lanes(y) & here) for y in plan.operations]
        first = max((i + 1 for i, y in enumerate(plan.operations) if y.fixed and sharing[i]), default=0)
        for rank in range(first, len(plan.operations) + 1):
            row = [*plan.operations[:rank], choice, *plan.operations[rank:]]
            row = [replace(y, label=label) for label, y in enumerate(row)]
            end_s = NEVER
            try:
                times = retime(replace(plan, operations=tuple(row)))
                if kept(row, times, until_s):
                    end_s = times[x.key].end_s
            except NeverFits:
                pass
            yield Cut(end_s, choice, sum(sharing[:rank]))
