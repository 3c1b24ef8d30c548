"""A plan read into what the solver is asked: which work may move, in which ways, around what has begun."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from domain.items import Mode, Pause
from domain.resources import ResourceKind
from scheduler.cpsat.changeovers import Changeovers
from scheduler.cpsat.problem import Ending, Held, Link, Problem, Span, State, Taken, Task, Way, Wish
from scheduler.cpsat.spans import spans
from scheduler.snapshot import PlacedOperation, PlanSnapshot
from scheduler.verify.hours import Hours
from scheduler.verify.recipe import Recipe, seconds_up

Line = tuple[str, int]
Before = tuple[PlacedOperation, int, int]
"""What precedes an operation, with calendar and working seconds of lag."""


def read(
    plan: PlanSnapshot, wishes: Mapping[Line, Wish], *, until_s: int | None = None, pinned: Collection[int] = (),
    free: Collection[int] | None = None,
) -> Problem:  # fmt: skip
    """Ask about all work that has not begun, or about the keys in `free` only.

    `wishes` are by order id and line number; lines without one have no tardiness. Deadlines of the plan are kept.
    Frozen work stays in front, as it is; work that is pinned or not in `free` is held at its times. `until_s` is when
    all must be done (default: as long after the plan's end as that is after the floor, and the longest run more).
    What is left of cancelled lines is not asked about: it goes when work is put into another order.
    """
    return _Reader(plan, wishes, until_s, frozenset(pinned), None if free is None else frozenset(free)).problem()


class _Reader:
    """One plan, being read."""

    def __init__(
        self, plan: PlanSnapshot, wishes: Mapping[Line, Wish], until_s: int | None, pinned: frozenset[int],
        free: frozenset[int] | None,
    ) -> None:  # fmt: skip
        self.plan, self.plant, self.wishes, self.pinned, self.free = plan, plan.plant, wishes, pinned, free
        ranked = [x for x in sorted(plan.operations, key=lambda x: (x.label, x.key)) if x.fixed or not x.cancelled]
        self.past = [x for x in ranked if x.fixed or x.latest_s is not None]
        self.open = [x for x in ranked if not x.fixed and x.latest_s is None]
        last_s = max([plan.floor_s, *(x.end_s for x in ranked)])
        longest_s = max((x.end_s - x.visit_start_s for x in self.open), default=0)
        self.until_s = 2 * last_s - plan.floor_s + longest_s if until_s is None else until_s
        self.recipe = Recipe(self.plant)
        self.hours = Hours(self.plant, min(plan.floor_s, plan.now_s), self.until_s)
        self.number = {x.key: i for i, x in enumerate(self.open)}
        self.held: set[Held] = {Held.FROZEN} if any(not x.fixed for x in self.past) else set()
        self.lots: dict[int, dict[str, PlacedOperation]] = defaultdict(dict)
        for x in ranked:
            self.lots[x.lot][x.operation_id] = x
        self.fed: dict[int, list[Before]] = defaultdict(list)
        self.ends: dict[Line, list[tuple[PlacedOperation, int]]] = defaultdict(list)
        for lot in self.lots.values():
            for x, tail_s in self._lasts(lot):
                if x.into:
                    self.fed[x.into].append((x, tail_s, 0))
                else:
                    self.ends[x.order_id, x.line_no].append((x, tail_s))

    def problem(self) -> Problem:
        """Everything read."""
        tasks = tuple(self._task(x) for x in self.open)
        links = (*(link for x in self.open for link in self._links(x, tasks)), *self._runs())
        states, hang, moulds_free = self._states()
        change = Changeovers(self.plant, self.recipe, self.hours, tasks, self.plan.floor_s, self.until_s)
        changes, fetches = change.between(states), change.fetches(hang)
        pieces = change.pieces(changes, fetches)
        if pieces and not change.exact:
            self.held.add(Held.CHANGEOVERS)
        used = {name for task in tasks for way in task.ways for name in (way.resource_id, way.crew_id, way.setter_id)}
        used.discard("")
        capacity = tuple((r.id, r.capacity) for r in self.plant.resources if r.id in used)
        return Problem(
            self.plan.floor_s, self.until_s, self.plan.version, tasks, links, tuple(self._taken(used)), capacity,
            tuple(self._ending(line, ends) for line, ends in self.ends.items()), changes, fetches, pieces,
            tuple(moulds_free.items()), frozenset(self.held),
        )  # fmt: skip

    def _task(self, x: PlacedOperation) -> Task:
        held = x.key in self.pinned or (self.free is not None and x.key not in self.free)
        if held:
            self.held.add(Held.PINNED if x.key in self.pinned else Held.OUTSIDE)
        item = self.plant.item_by_id[x.item_id]
        step = next(s for s in self.plant.routing_by_id[x.routing_id].operations if s.id == x.operation_id)
        modes = [mode for mode in step.modes if self._may(x, mode) and (not held or mode.id == x.mode_id)]
        ways = tuple(self._way(x, mode, held) for mode in modes)
        return Task(
            x.key, ways, next(i for i, way in enumerate(ways) if way.mode_id == x.mode_id),
            max(x.not_before_s, self.plan.floor_s), x.ready_s, x.deadline_s, item.colour, item.material,
            x.visit_start_s, x.start_s, x.end_s, held,
        )  # fmt: skip

    def _may(self, x: PlacedOperation, mode: Mode) -> bool:
        """Runs of a mould that is maintained by shots stay the same, in the same order, and so do the maintenances.

        What is done outside stays there, and nothing else goes there.
        """
        now = self.plant.resource_by_id[x.resource_id].kind is ResourceKind.OUTSIDE
        if self.plant.is_outside(mode) is not now:
            return False
        if self._maintained(x.mould_id):
            return mode.mould_id == x.mould_id
        return not self._maintained(mode.mould_id)

    def _maintained(self, mould_id: str) -> bool:
        return bool(mould_id) and self.plant.mould_by_id[mould_id].maintenance_shots > 0

    def _runs(self) -> list[Link]:
        """One run after the other on each mould that is maintained by shots."""
        last: dict[str, int] = {}
        found = []
        for x in self.open:
            if self._maintained(x.mould_id):
                self.held.add(Held.MAINTENANCE)
                after = self.number[x.key]
                if x.mould_id in last:
                    found.append(Link(last[x.mould_id], after, 0))
                last[x.mould_id] = after
        return found

    def _way(self, x: PlacedOperation, mode: Mode, held: bool) -> Way:
        recipe, mould_id = self.recipe, mode.mould_id
        mould = self.plant.mould_by_id[mould_id] if mould_id else None
        shots = mode.shots(x.quantity, mould.cavities) if mould else 0
        each = shots * mould.cycle if mould else mode.pieces(x.quantity) * mode.per_piece
        work_s, chunk_s = max(1, seconds_up(mode.fixed + each)), seconds_up(mode.min_chunk)
        if mould and mould.id == x.mould_id:
            work_s += x.maintenances * seconds_up(mould.maintenance)
        on = self.hours.run(mode.resource_id, mould_id, mode.crew_id, chunk_s)
        first_s, last_s = x.start_s, x.end_s
        if not held:
            first_s = max([x.not_before_s, x.ready_s, self.plan.floor_s, *self._after_past(x, mode)])
            last_s = self.until_s if x.deadline_s is None else min(self.until_s, x.deadline_s)
        found = spans(on, work_s, mode.pause, chunk_s, first_s, last_s)
        return Way(
            mode.id, mode.resource_id, mode.resource_units, mould_id, recipe.setter(mode.resource_id), mode.crew_id,
            mode.crew_units if mode.crew_id else 0, work_s, shots, found,
        )  # fmt: skip

    def _before(self, x: PlacedOperation) -> list[Before]:
        """What precedes an operation in its lot, and in the lots that it waits for."""
        paths = self.recipe.paths(x.routing_id)[x.operation_id]
        lot = self.lots[x.lot]
        found = [(lot[name], lag_s, working_s) for name, lag_s, working_s in paths if name in lot]
        return found + [fed for fed in self.fed.get(x.lot, []) if self.recipe.consumes(x, fed[0].item_id)]

    def _after_past(self, x: PlacedOperation, mode: Mode) -> list[int]:
        """When what has begun and precedes the operation lets it start in this mode."""
        found = []
        for y, lag_s, working_s in self._before(x):
            if y.key not in self.number:
                on = self.hours.run(mode.resource_id, mode.mould_id, mode.crew_id)
                found.append(on.finish(y.end_s + lag_s, working_s))
        return found

    def _links(self, x: PlacedOperation, tasks: tuple[Task, ...]) -> list[Link]:
        found = []
        for y, lag_s, working_s in self._before(x):
            if y.key not in self.number:
                continue
            after = self.number[x.key]
            waits: tuple[tuple[Span, ...], ...] = ()
            if working_s:
                on = [self.hours.run(way.resource_id, way.mould_id, way.crew_id) for way in tasks[after].ways]
                whole = self.plan.floor_s, self.until_s
                waits = tuple(spans(hours, working_s, Pause.DOWNTIME, 0, *whole) for hours in on)
            found.append(Link(self.number[y.key], after, lag_s, working_s, waits))
        return found

    def _lasts(self, lot: Mapping[str, PlacedOperation]) -> list[tuple[PlacedOperation, int]]:
        """The operations that end a lot, with what comes after each."""
        routing_id = next(iter(lot.values())).routing_id
        leading = {name for paths in self.recipe.paths(routing_id).values() for name, _, _ in paths}
        tails = self.recipe.tails(routing_id)
        return [(x, tails[name]) for name, x in lot.items() if name not in leading]

    def _ending(self, line: Line, ends: list[tuple[PlacedOperation, int]]) -> Ending:
        rest = [x.end_s + tail_s for x, tail_s in ends if x.key not in self.number]
        open_ones = tuple((self.number[x.key], tail_s) for x, tail_s in ends if x.key in self.number)
        return Ending(*line, open_ones, max(rest, default=self.plan.floor_s), self.wishes.get(line))

    def _taken(self, used: set[str]) -> list[Taken]:
        """Each unit that begun or frozen work holds after the floor, until it is done."""
        until: dict[tuple[str, int], int] = {}
        for x in self.past:
            pieces = [p[1] for p in (x.dismount, x.fetch, x.setup) if p is not None]
            lanes = [((x.resource_id, unit), x.end_s) for unit in x.units]
            lanes += [((x.crew_id, unit), x.end_s) for unit in x.crew_units]
            for lane, end_s in (*lanes, *(((x.setter_id, x.setter_unit), end_s) for end_s in pieces)):
                if lane[0] in used:
                    until[lane] = max(end_s, until.get(lane, end_s))
        floor_s = self.plan.floor_s
        return [Taken(name, 1, floor_s, end_s) for (name, _), end_s in until.items() if end_s > floor_s]

    def _states(self) -> tuple[dict[str, State], dict[str, str], dict[str, int]]:
        """How machines stand after what has begun, where moulds hang, and until when those are in use."""
        mounted = {mould.mounted_on: mould.id for mould in self.plant.moulds if mould.mounted_on}
        hang = {mould.id: mould.mounted_on for mould in self.plant.moulds}
        groups = {r.id: (r.colour, r.material) for r in self.plant.resources}
        free: dict[str, int] = {}
        for x in self.past:
            item = self.plant.item_by_id[x.item_id]
            colour, material = groups[x.resource_id]
            groups[x.resource_id] = (item.colour or colour, item.material or material)
            if not x.mould_id:
                continue
            if hang[x.mould_id] != x.resource_id:
                hang[mounted.pop(x.resource_id, "")] = ""
                mounted.pop(hang[x.mould_id], None)
            mounted[x.resource_id], hang[x.mould_id] = x.mould_id, x.resource_id
            if x.end_s > self.plan.floor_s:
                free[x.mould_id] = x.end_s
        hang.pop("", None)
        return {name: State(mounted.get(name, ""), *group) for name, group in groups.items()}, hang, free
