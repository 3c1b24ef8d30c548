"""What an operation asks for by its mode, and what a changeover takes, in whole seconds."""

from __future__ import annotations

from datetime import timedelta

from msgspec import Struct

from domain.items import Mode, Routing
from domain.plant import Plant
from domain.resources import ChangeoverClass, ChangeoverPart, Combine
from scheduler.snapshot import PlacedOperation

Path = tuple[str, int, int]
"""A placed predecessor, and the calendar and working seconds of lag from its end to the next start."""


def seconds_up(duration: timedelta) -> int:
    """Whole seconds, rounded up."""
    return -(-duration // timedelta(seconds=1))


class Job(Struct, frozen=True):
    """What one operation asks for: its mode, shots of its mould, and seconds."""

    mode: Mode
    shots: int
    run_s: int
    """Working time of the run without maintenance."""
    chunk_s: int
    """Least working time before the first pause."""


class Recipe:
    """Modes, run times, changeover times and predecessors of a plant, looked up once each."""

    def __init__(self, plant: Plant) -> None:
        self._plant = plant
        self._modes: dict[tuple[str, str, str], Mode] = {}
        self._by_key: dict[int, Job] = {}
        self._jobs: dict[tuple[str, str, str, str, int], Job] = {}
        self._paths: dict[str, dict[str, list[Path]]] = {}
        self._tails: dict[str, dict[str, int]] = {}
        self._durations: dict[tuple[str, ChangeoverPart, str, str], int] = {}
        self._classes: dict[str, ChangeoverClass | None] = {}
        self._consumers = {(row.item_id, row.component_id): row.operation_id for row in plant.bom if row.operation_id}
        for routing in plant.routings:
            for operation in routing.operations:
                for mode in operation.modes:
                    self._modes[routing.id, operation.id, mode.id] = mode
        for resource in plant.resources:
            with_class = resource.capacity == 1 and resource.changeover_class
            self._classes[resource.id] = plant.changeover_by_id[with_class] if with_class else None

    def knows(self, x: PlacedOperation) -> bool:
        """The plant has the mode that the operation names."""
        return (x.routing_id, x.operation_id, x.mode_id) in self._modes

    def job(self, x: PlacedOperation) -> Job:
        """What the operation asks for by its mode, mould and quantity."""
        found = self._by_key.get(x.key)
        if found is None:
            kind = (x.routing_id, x.operation_id, x.mode_id, x.mould_id, x.quantity)
            found = self._jobs.get(kind) or self._job(x)
            self._jobs[kind] = self._by_key[x.key] = found
        return found

    def _job(self, x: PlacedOperation) -> Job:
        mode, shots = self._modes[x.routing_id, x.operation_id, x.mode_id], 0
        if x.mould_id:
            mould = self._plant.mould_by_id[x.mould_id]
            shots = mode.shots(x.quantity, mould.cavities)
            run = mode.fixed + shots * mould.cycle
        else:
            run = mode.fixed + mode.pieces(x.quantity) * mode.per_piece
        # A run of no time would have no place in a sequence.
        return Job(mode, shots, max(1, seconds_up(run)), seconds_up(mode.min_chunk))

    def setter(self, machine: str) -> str:
        """Who does the changeovers of a machine; empty: nobody."""
        found = self._classes[machine]
        return found.setter_id if found is not None else ""

    def change(self, machine: str, part: ChangeoverPart, from_group: str, to_group: str) -> int:
        """Seconds of one part of a changeover on a machine."""
        found = self._classes[machine]
        if found is None:
            return 0
        key = (found.id, part, from_group, to_group)
        if key not in self._durations:
            self._durations[key] = seconds_up(found.duration(part, from_group, to_group))
        return self._durations[key]

    def combined(self, machine: str, parts: list[int]) -> int:
        """Seconds of mounting, colour and material together, as the machine's class adds them up."""
        found = self._classes[machine]
        return max(parts) if found is not None and found.combine is Combine.MAX else sum(parts)

    def consumes(self, x: PlacedOperation, component_id: str) -> bool:
        """Whether an operation of a lot is one that waits for a component of it."""
        named = self._consumers.get((x.item_id, component_id))
        return named == x.operation_id if named else not self.paths(x.routing_id)[x.operation_id]

    def consumer(self, item_id: str, component_id: str) -> str:
        """The operation that a component of an item is needed for; empty: the first ones."""
        return self._consumers.get((item_id, component_id), "")

    def tails(self, routing_id: str) -> dict[str, int]:
        """Seconds from the end of each operation that ends a routing until all is done; 0 for the others."""
        if routing_id not in self._tails:
            self._tails[routing_id] = _tails(self._plant.routing_by_id[routing_id])
        return self._tails[routing_id]

    def paths(self, routing_id: str) -> dict[str, list[Path]]:
        """Placed predecessors of each placed operation of a routing; operations without modes are lag."""
        if routing_id not in self._paths:
            self._paths[routing_id] = _paths(self._plant.routing_by_id[routing_id])
        return self._paths[routing_id]


def _tails(routing: Routing) -> dict[str, int]:
    found: dict[str, int] = {}
    for operation in reversed(routing.operations):
        after = [found[link.to_id] + seconds_up(link.lag) for link in routing.links if link.from_id == operation.id]
        found[operation.id] = max(after, default=0) + (0 if operation.modes else seconds_up(operation.lag))
    # What comes before another operation with modes ends nothing.
    leads: set[str] = set()
    for operation in reversed(routing.operations):
        nexts = [link.to_id for link in routing.links if link.from_id == operation.id]
        if any(name in leads or name in _placed(routing) for name in nexts):
            leads.add(operation.id)
    return {operation.id: 0 if operation.id in leads else found[operation.id] for operation in routing.operations}


def _placed(routing: Routing) -> set[str]:
    return {operation.id for operation in routing.operations if operation.modes}


def _paths(routing: Routing) -> dict[str, list[Path]]:
    found: dict[str, set[Path]] = {operation.id: set() for operation in routing.operations}
    for operation in routing.operations:
        reached = [(operation.id, 0, 0)] if operation.modes else [
            (name, lag + seconds_up(operation.lag), working) for name, lag, working in found[operation.id]
        ]  # fmt: skip
        for link in routing.links:
            if link.from_id == operation.id:
                lag, working = (0, seconds_up(link.lag)) if link.working else (seconds_up(link.lag), 0)
                found[link.to_id].update((name, a + lag, b + working) for name, a, b in reached)
    return {operation.id: sorted(found[operation.id]) for operation in routing.operations if operation.modes}
