"""A plan of any plant brought nearer to the one before a break: parts of its list in their old order again."""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Collection, Iterator
from typing import Protocol

import numpy as np

from scheduler.planner import Planner, Step
from scheduler.planning.going_back import Before, Unrest
from scheduler.planning.stakes import Places, leavers

STEPS_A_TRY = 0.05
"""How many steps a try counts as."""
PATIENCE = 1000
"""Tries to put orders back without coming nearer before it is given up."""


class More(Protocol):
    """How much may still be done."""

    def take(self, steps: float) -> bool:
        """Whether to go on, for so many steps."""


class Listed:
    """Lays the list with parts of it as they were: the whole first, then halves, then single operations and orders.

    Each try is laid as the plan, with its moulds, setters and changeovers, and counts where it is nearer.
    """

    def __init__(self, planner: Planner, before: Before, places: Places, first: Unrest, seed: int) -> None:
        self._planner, self._places, self._first, self._least = planner, places, first, first
        keys = planner.keys_of(places)
        self._place = dict(zip(keys, places.labels.tolist(), strict=True))
        self._line = dict(zip(keys, planner.lines_of(places), strict=True))
        self._old = planner.old_steps(before)
        self._steps = list(planner.sequences().steps)
        self._chance = np.random.default_rng(seed)

    def run(self, more: More) -> Iterator[Unrest]:
        """Go on as long as may be; tell of every improvement."""
        parts = deque([(0, len(self._steps))])
        while parts:
            first, last = parts.popleft()
            ways = self._as_before(self._steps[first:last])
            for way in ways:
                if not more.take(STEPS_A_TRY):
                    return
                if self._lay([*self._steps[:first], *way, *self._steps[last:]]):
                    yield self._least
                    break
            else:
                if ways and last - first > 2:
                    middle = (first + last) // 2
                    parts += [(first, middle), (middle, last)]
        yield from self._orders_back(more)

    def _orders_back(self, more: More) -> Iterator[Unrest]:
        """Put back orders of which something left its turn, by itself or with another, again and again."""
        vain = 0
        while self._least.weight and vain < PATIENCE:
            vain += 1
            gone = self._gone()
            lines = sorted({self._line[step.key] for step in self._steps if step.key in gone})
            if not lines:
                return
            mine = self._some(lines, gone)
            if not more.take(STEPS_A_TRY):
                return
            if self._lay(self._put_back(mine, gone)):
                vain = 0
                yield self._least

    def _some(self, lines: list[int], gone: set[int]) -> set[int]:
        """One operation that left its turn, or all of one or two of these orders."""
        count = int(self._chance.integers(3))
        if not count:
            return {int(self._chance.choice(sorted(gone)))}
        chosen = {lines[n] for n in self._chance.choice(len(lines), min(len(lines), count), replace=False).tolist()}
        return {step.key for step in self._steps if self._line.get(step.key) in chosen}

    def _gone(self) -> set[int]:
        """What left its order in the list, or is done in another way."""
        known = [step for step in self._steps if step.key in self._place]
        found = {known[n].key for n in leavers([self._place[step.key] for step in known])}
        return found | {step.key for step in known if self._old.get(step.key, step) != step}

    def _put_back(self, mine: Collection[int], gone: set[int]) -> list[Step]:
        """The list with this work behind what came before it in the old one, done as it was."""
        made, stay = [step for step in self._steps if step.key not in mine], self._place.keys() - gone
        stays = [(self._place[step.key], n) for n, step in enumerate(made) if step.key in stay]
        at = [place for place, _ in stays]
        after: dict[int, list[Step]] = {}
        for step in self._steps:
            if step.key in mine:
                place = self._place.get(step.key, -1)
                ahead = bisect_left(at, place)
                after.setdefault(stays[ahead - 1][1] if ahead else -1, []).append(self._old.get(step.key, step))
        found = self._by_place(after.get(-1, []))
        for n, step in enumerate(made):
            found += [step, *self._by_place(after.get(n, []))]
        return found

    def _by_place(self, steps: list[Step]) -> list[Step]:
        return sorted(steps, key=lambda step: self._place.get(step.key, -1))

    def _as_before(self, part: list[Step]) -> list[list[Step]]:
        """Ways in which a part may be as it was: in its order and done as it was, or in its order alone."""
        at, place = {}, -1
        for step in part:
            # What is new stays behind what it stands behind now.
            place = self._place.get(step.key, place)
            at[step.key] = place
        ordered = sorted(part, key=lambda step: at[step.key])
        same = [self._old.get(step.key, step) for step in ordered]
        return [way for way in ([same] if same == ordered else [same, ordered]) if way != part]

    def _lay(self, steps: list[Step]) -> bool:
        """Go on from this list if it is nearer."""
        found = self._planner.try_steps(steps, self._places, self._least, self._first.dates)
        if found is None:
            return False
        self._least, self._steps = found, steps
        return True
