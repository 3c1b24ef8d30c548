"""What workers take from their machines' queues: what is next, or, where they look further, what is there."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from domain.values import replace
from simulators.floor import Doing, Task
from simulators.foreman import Foreman
from tests.wire.conftest import shop

PLANT = shop()
MODE = next(mode for routing in PLANT.routings for step in routing.operations for mode in step.modes)
ITEM = next(item for item in PLANT.items if item.routing_id)
HOUR_S = 3600


@dataclass
class Standing:
    """A floor on which everybody is free, and goods arrive as given by key."""

    arrivals: dict[int, int] = field(default_factory=dict)

    def arrival(self, task):
        return self.arrivals.get(task.key)

    def free_units(self, resource_id, now_s):
        return [0]

    def mould_free_s(self, mould_id):
        return 0

    def hanging(self, resource_id):
        return "", "red", ""


def foreman(looks, ahead_h=4, spares=False):
    """A machine with three tasks without moulds, an hour each; their changeovers begin when the one before ends."""
    plain = [Task(key, f"O{key}", 1, ITEM, "run", bare(), 1, key) for key in (1, 2, 3)]
    found = Foreman(PLANT, {task.key: task for task in plain}, timedelta(hours=ahead_h), looks, spares=spares)
    found.queues = {MODE.resource_id: [1, 2, 3]}
    return found, plain, {1: (0, 600), 2: (HOUR_S, HOUR_S), 3: (9 * HOUR_S, 9 * HOUR_S)}


def bare():
    """The mode without its mould."""
    return replace(MODE, mould_id="", per_piece=timedelta(minutes=1))


def keys(tasks):
    return [task.key for task in tasks]


def taken(looks, arrivals, ahead_h=4):
    """What is begun at the time 0, by key."""
    found, _, planned = foreman(looks, ahead_h)
    return keys(found.wanted(planned, 0, Standing(arrivals)))


def test_a_worker_who_does_not_look_further_takes_what_is_next_even_if_its_goods_are_not_there():
    """Those of the second are, those of the first come in five hours."""
    assert taken(1, {1: 5 * HOUR_S, 2: 0}) == [1]
    assert foreman(1)[0].wake_s(0, Standing({1: 5 * HOUR_S})) is None


def test_one_who_looks_further_takes_what_is_there_and_does_not_make_ready_for_what_is_not():
    """As in a coating line that stood for four hours, set up for discs still in drilling, before 29 jobs."""
    assert taken(2, {1: 5 * HOUR_S, 2: 0}) == [2]
    assert taken(2, {2: 0}) == [2]
    assert taken(2, {1: 5 * HOUR_S}) == []
    assert foreman(2)[0].wake_s(0, Standing({1: 5 * HOUR_S})) == 5 * HOUR_S


def test_he_makes_ready_for_the_next_where_its_goods_come_while_he_does():
    """Ten minutes of changeover: goods that come in ten are waited for, after all that is there."""
    assert taken(2, {1: 600}) == [1]
    assert taken(2, {1: 601}) == []
    assert taken(2, {1: 600, 2: 0}) == [2, 1]


@pytest.mark.parametrize(("looks", "ahead_h", "begun"), [(2, 4, []), (3, 4, []), (3, 9, [3])])
def test_he_takes_nothing_that_is_further_down_or_planned_for_later(looks, ahead_h, begun):
    """The third is there, and planned in nine hours."""
    assert taken(looks, {3: 0}, ahead_h) == begun


def test_one_who_spares_changeovers_takes_what_needs_none_first():
    """Red is in the machine; the first task is white. Goods that are not there still come after all that are."""
    for spares, begun in ((False, [1, 2]), (True, [2, 1])):
        found, tasks, planned = foreman(looks=2, spares=spares)
        for task, colour in zip(tasks, ("white", "red", "red"), strict=True):
            task.item = replace(ITEM, colour=colour, material="")
        assert keys(found.wanted(planned, 0, Standing({1: 0, 2: 0}))) == begun


def test_what_has_begun_is_no_longer_in_the_queue():
    """Then the second is next."""
    one, tasks, planned = foreman(looks=1)
    tasks[0].doing = Doing.RUNNING
    assert keys(one.wanted(planned, 0, Standing({1: 0, 2: 0}))) == [2]
