"""Who begins what on a floor that has a desk: each machine's queue as planned, and how far down a worker looks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import islice

from domain.plant import Plant
from simulators.floor import Doing, Floor, Task

Times = Mapping[int, tuple[int, int]]
"""Begin of changeover and of run as planned, by key."""


class Arrivals:
    """When all that tasks wait for is over: asked once of each, when it is known."""

    def __init__(self) -> None:
        self._known: dict[int, int] = {}

    def of(self, task: Task, floor: Floor) -> int | None:
        """Unix seconds; None while it isn't known."""
        found = self._known.get(task.key)
        if found is None:
            found = floor.arrival(task)
            if found is not None:
                self._known[task.key] = found
        return found

    def is_there(self, task: Task, now_s: int, floor: Floor) -> bool:
        """Whether it is over, and the mould free."""
        arrival, mould = self.of(task, floor), task.mode.mould_id
        return arrival is not None and arrival <= now_s and (not mould or floor.mould_free_s(mould) <= now_s)


class Foreman:
    """Gives out work by the plan: `ahead` is how much earlier than planned a machine may go on to something.

    With `looks` of 1 a machine takes what is next on it and nothing else, even if it then waits for its goods. With
    more its worker takes the first among so many whose goods are there; for what is next he makes ready where its
    goods come by then, and for nothing else. Where he `spares` changeovers, he takes what needs none of it first.
    """

    def __init__(
        self, plant: Plant, tasks: Mapping[int, Task], ahead: timedelta, looks: int, *, spares: bool = False
    ) -> None:
        self._plant, self._tasks, self._looks, self._spares = plant, tasks, looks, spares
        self._ahead_s = ahead.total_seconds()
        self._arrivals = Arrivals()
        self.queues: dict[str, list[int]] = {}
        """Keys by machine as planned, the next in front."""

    def wanted(self, planned: Times, now_s: int, floor: Floor) -> list[Task]:
        """What may be begun: what is there first, then by the times planned."""
        first_by_mould = self._first_by_mould(planned)
        found = []
        for resource_id in self.queues:
            for place, key in enumerate(self._looked_at(resource_id)):
                task = self._tasks[key]
                mould = task.mode.mould_id
                if planned[key][0] > now_s + self._ahead_s or (mould and first_by_mould[mould] != key):
                    continue
                there = self._looks > 1 and self._arrivals.is_there(task, now_s, floor)
                if there or (place < self._capacity(resource_id) and self._comes(task, planned, now_s, floor)):
                    found.append((not there, self._spares and changes(task, floor), planned[key], key, task))
        return [task for *_, task in sorted(found, key=lambda one: one[:4])]

    def wake_s(self, now_s: int, floor: Floor) -> int | None:
        """When next something that a worker looks at is there, where that is known."""
        if self._looks <= 1:
            return None
        known = (
            self._arrivals.of(self._tasks[key], floor)
            for resource_id in self.queues
            if floor.free_units(resource_id, now_s)
            for key in self._looked_at(resource_id)
        )
        return min((at for at in known if at is not None and at > now_s), default=None)

    def _looked_at(self, resource_id: str) -> Sequence[int]:
        keys = self.queues[resource_id]
        while keys and self._tasks[keys[0]].doing is not Doing.WAITING:
            keys.pop(0)
        if self._looks <= 1:
            return keys[: self._capacity(resource_id)]
        waiting = (key for key in keys if self._tasks[key].doing is Doing.WAITING)
        return list(islice(waiting, self._looks * self._capacity(resource_id)))

    def _capacity(self, resource_id: str) -> int:
        return self._plant.resource_by_id[resource_id].capacity

    def _comes(self, task: Task, planned: Times, now_s: int, floor: Floor) -> bool:
        """Whether what a task waits for is over when its machine is ready, or nobody looks at that."""
        if self._looks <= 1:
            return True
        arrival = self._arrivals.of(task, floor)
        visit_s, start_s = planned[task.key]
        return arrival is not None and arrival <= now_s + start_s - visit_s

    def _first_by_mould(self, planned: Times) -> Mapping[str, int]:
        found: dict[str, tuple[tuple[int, int], int]] = {}
        for key, times in planned.items() if self._plant.moulds else ():
            task = self._tasks[key]
            mould = task.mode.mould_id
            if mould and task.doing is Doing.WAITING:
                found[mould] = min(found.get(mould, (times, key)), (times, key))
        return {mould: key for mould, (_, key) in found.items()}


def changes(task: Task, floor: Floor) -> bool:
    """Whether its machine would have to be changed for a task."""
    hangs = floor.hanging(task.mode.resource_id)
    wanted = (task.mode.mould_id, task.item.colour, task.item.material)
    return any(new and new != old for old, new in zip(hangs, wanted, strict=True))
