"""How many promises must break whatever is done, machine by machine: a lower bound for a repair."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from heapq import heappop, heappush

from scheduler.snapshot import PlacedOperation, PlanSnapshot
from scheduler.verify.hours import Hours
from scheduler.verify.recipe import Recipe, seconds_up

Line = tuple[str, int]


def must_break(snapshot: PlanSnapshot, promised: Mapping[Line, int]) -> int:
    """The most that have to be late on any one machine, were it the only one; `promised` in Unix seconds.

    One operation of each line counts there, its last: it could begin at once and pause over anything, and what comes
    after it would wait for nothing. How many of such jobs must be late is exact (Moore 1968), so no plan breaks fewer.
    """
    plant, now_s = snapshot.plant, snapshot.now_s
    recipe = Recipe(plant)
    hours = Hours(plant, now_s, max([now_s, *promised.values(), *(x.end_s for x in snapshot.operations)]))
    tails = _tails(snapshot, recipe)
    busy: dict[str, int] = {}
    last: dict[tuple[str, Line], tuple[int, int]] = {}
    for x in snapshot.operations:
        line, machine = (x.order_id, x.line_no), x.resource_id
        on = hours.run(machine, "", "")
        if plant.resource_by_id[machine].capacity > 1:
            continue
        if x.fixed:
            busy[machine] = busy.get(machine, 0) + (on.worked(max(now_s, x.start_s), x.end_s) if x.end_s > now_s else 0)
        elif line in promised:
            shipping = seconds_up(plant.item_by_id[x.item_id].shipping)
            due = on.worked(now_s, max(now_s, promised[line] - shipping - tails[x.key]))
            last[machine, line] = max(last.get((machine, line), (-1, 0)), (due, recipe.job(x).run_s))
    jobs: dict[str, list[tuple[int, int]]] = {}
    for (machine, _), job in last.items():
        jobs.setdefault(machine, []).append(job)
    return max((least_late(found, busy.get(machine, 0)) for machine, found in jobs.items()), default=0)


def least_late(jobs: Iterable[tuple[int, int]], from_s: int = 0) -> int:
    """How few of jobs, as `(due, takes)`, are late on one machine that is free from a time on (Moore 1968)."""
    longest: list[int] = []
    end, late = from_s, 0
    for due, takes in sorted(jobs):
        heappush(longest, -takes)
        end += takes
        if end > due:
            end += heappop(longest)
            late += 1
    return late


def _tails(snapshot: PlanSnapshot, recipe: Recipe) -> dict[int, int]:
    """The least from the end of each operation to that of its lot, in seconds, by key."""
    found: dict[int, int] = {}
    lots: dict[int, dict[str, PlacedOperation]] = {}
    for x in snapshot.operations:
        lots.setdefault(x.lot, {})[x.operation_id] = x
    for steps in lots.values():
        for x in sorted(steps.values(), key=lambda x: (x.label, x.key), reverse=True):
            after = [
                lag + recipe.job(y).run_s + found[y.key]
                for y in steps.values()
                for name, lag, _ in recipe.paths(y.routing_id)[y.operation_id]
                if name == x.operation_id and y.key in found
            ]
            found[x.key] = max(after, default=0)
    return found
