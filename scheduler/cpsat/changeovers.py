"""Changeovers between tasks: how much work each follows from on a machine, and what fetching a mould adds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from domain.items import Pause
from domain.plant import Plant
from domain.resources import ChangeoverPart
from scheduler.cpsat.problem import Change, Fetch, Pieces, State, Task
from scheduler.cpsat.spans import spans
from scheduler.verify.hours import Hours
from scheduler.verify.recipe import Recipe

Choice = tuple[int, int]
"""A task and one of its ways."""


class Changeovers:
    """The changeovers that tasks can need, one after the other."""

    def __init__(
        self, plant: Plant, recipe: Recipe, hours: Hours, tasks: Sequence[Task], floor_s: int, until_s: int
    ) -> None:
        self.plant, self.recipe, self.hours, self.tasks = plant, recipe, hours, tasks
        self.span_s = floor_s, until_s
        self.on: dict[str, list[Choice]] = defaultdict(list)
        self.using: dict[str, list[Choice]] = defaultdict(list)
        for i, task in enumerate(tasks):
            for w, way in enumerate(task.ways):
                self.on[way.resource_id].append((i, w))
                if way.mould_id:
                    self.using[way.mould_id].append((i, w))

    @property
    def exact(self) -> bool:
        """No moulds, and no task that leaves a state as it was: what each finds is what the one before it was."""
        if self.using:
            return False
        return all(len({bool(group) for group in groups}) == 1 for groups in zip(*self._groups(), strict=True))

    def _groups(self) -> Iterable[tuple[str, str]]:
        return [(self.tasks[i].colour, self.tasks[i].material) for choices in self.on.values() for i, _ in choices]

    def between(self, states: Mapping[str, State]) -> tuple[Change, ...]:
        """All changes on the machines on which some change takes time."""
        found: list[Change] = []
        for machine, choices in self.on.items():
            if not self.plant.resource_by_id[machine].changeover_class:
                continue
            first = [Change(machine, None, after, self._work(machine, states[machine], after)) for after in choices]
            later = [
                Change(machine, before, after, self._work(machine, self._state(before), after))
                for before in choices
                for after in choices
                if before[0] != after[0]
            ]
            if any(change.work_s for change in (*first, *later)):
                found += [*first, *later]
        return tuple(found)

    def fetches(self, hang: Mapping[str, str]) -> tuple[Fetch, ...]:
        """All ways of the moulds that take time to go from one machine to another."""
        found: list[Fetch] = []
        for mould, choices in self.using.items():
            machines = {self._machine(choice) for choice in choices}
            if len(machines) == 1 and hang[mould] in ("", *machines):
                continue
            rows = [Fetch(mould, None, after, self._off(mould, hang[mould], self._machine(after))) for after in choices]
            rows += [
                Fetch(mould, before, after, self._off(mould, self._machine(before), self._machine(after)))
                for before in choices
                for after in choices
                if before[0] != after[0]
            ]
            if any(row.work_s for row in rows):
                found += rows
        return tuple(found)

    def pieces(self, changes: Iterable[Change], fetches: Iterable[Fetch]) -> tuple[Pieces, ...]:
        """For each choice, how long its changeover takes for every sum of work that can come before it."""
        change: dict[Choice, set[int]] = defaultdict(lambda: {0})
        fetch: dict[Choice, set[int]] = defaultdict(lambda: {0})
        for c in changes:
            change[c.after].add(c.work_s)
        for f in fetches:
            fetch[f.after].add(f.work_s)
        found: list[Pieces] = []
        for i, w in sorted({*change, *fetch}):
            way = self.tasks[i].ways[w]
            on = self.hours.piece(way.resource_id, way.setter_id, way.mould_id)
            first_s = max(self.span_s[0], self.tasks[i].not_before_s)
            for work_s in sorted({a + b for a in change[i, w] for b in fetch[i, w]} - {0}):
                found.append(Pieces(i, w, work_s, spans(on, work_s, Pause.DOWNTIME, 0, first_s, self.span_s[1])))
        return tuple(found)

    def _machine(self, choice: Choice) -> str:
        return self.tasks[choice[0]].ways[choice[1]].resource_id

    def _state(self, choice: Choice) -> State:
        task = self.tasks[choice[0]]
        return State(task.ways[choice[1]].mould_id, task.colour, task.material)

    def _work(self, machine: str, state: State, after: Choice) -> int:
        """Dismounting, mounting, colour and material in a row, working seconds."""
        recipe, wanted = self.recipe, self._state(after)
        off = mount = 0
        if wanted.mould_id and wanted.mould_id != state.mould_id:
            off = recipe.change(machine, ChangeoverPart.DISMOUNT, state.mould_id, "") if state.mould_id else 0
            mount = recipe.change(machine, ChangeoverPart.MOUNT, "", wanted.mould_id)
        groups = [
            (ChangeoverPart.COLOUR, state.colour, wanted.colour),
            (ChangeoverPart.MATERIAL, state.material, wanted.material),
        ]
        parts = [recipe.change(machine, part, old, new) if old and new else 0 for part, old, new in groups]
        return off + recipe.combined(machine, [mount, *parts])

    def _off(self, mould: str, origin: str, machine: str) -> int:
        if origin in ("", machine):
            return 0
        return self.recipe.change(origin, ChangeoverPart.DISMOUNT, mould, "")
