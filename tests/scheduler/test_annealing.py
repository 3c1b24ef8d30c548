"""Annealed sequences: what the steps keep note of is what the plan comes to when it is timed as a whole."""

from itertools import pairwise

import numpy as np
import pytest

from scheduler.improve import annealing, near
from scheduler.improve import shop as s
from scheduler.improve.annealing import Annealing
from scheduler.improve.resequence import Budget
from scheduler.improve.sequences import C_COST, C_FAR, C_LATE, C_TAKEN
from scheduler.planning.keeping_days import OPERATIONS_A_DATE
from scheduler.processes import Stop
from tests.scheduler.test_near import sawn


def search_of(planner, before):
    shop = planner.shop({}, keep_modes=True, around_pins=True, unix=True)
    return near._OnMachines(shop, planner, planner.places_in(before), 1, Stop())


def by_hand(beside, ops):
    """Operations out of turn and lines off their day, counted in plain Python."""
    gone = 0
    for machine in range(len(beside.shop.free)):
        places = [beside.old.places[x] for x in beside.sequence(ops, machine)]
        known = [place for place in places if place >= 0]
        longest = [1] * len(known)
        for n, place in enumerate(known):
            longest[n] = 1 + max([longest[m] for m in range(n) if known[m] < place], default=0)
        gone += len(known) - max(longest, default=0)
    dates = 0
    for n, line in enumerate(beside.shop.lines):
        mine = beside.shop.ends[line[s.N_END0] : line[s.N_END1]]
        end = (ops[mine, s.END] + ops[mine, s.TAIL]).max()
        days = [sum(midnight <= t for midnight in beside.old.midnights) for t in (end, beside.old.ends[n])]
        dates += beside.old.ends[n] > 0 and days[0] != days[1]
    return gone, dates


@pytest.mark.parametrize("heat", [0.1, 0.3, 3.0])
def test_steps_keep_note_of_what_the_plan_comes_to(heat) -> None:
    """Times, days, turns and sequences after thousands of steps are those of the plan timed anew from its sequences."""
    planner, before, _ = sawn()
    search = search_of(planner, before)
    beside, first = search._beside, search._best
    annealed = Annealing(beside, first)
    for seed in range(20):
        annealed.run(300, heat, seed)
        found = beside.with_rows(first, annealed.rows())
        assert found is not None, "a deadline is missed, or machines wait for one another"
        columns = [s.START, s.END, s.PRV, s.NXT]
        assert np.array_equal(found.ops[:, columns], annealed._ops[:, columns])
        gone, dates = by_hand(beside, annealed._ops)
        assert (found.unrest.moved, found.unrest.dates) == (gone, dates)
        assert annealed._state[C_LATE] == dates
        assert 0.7 * OPERATIONS_A_DATE * annealing.UNIT * dates <= annealed._state[C_COST]
        assert annealed._state[C_COST] <= OPERATIONS_A_DATE * annealing.UNIT * dates
        # Those noted as in turn are in order one with another, and never more than could be.
        assert annealed._gone[0] >= gone
        for row in annealed.rows().values():
            kept = [beside.old.places[x] for x in row if annealed._turns[x, annealing.T_KEPT]]
            assert all(x < y for x, y in pairwise(kept))
        annealed.turns_of(found)
        assert annealed._gone[0] == gone
    assert annealed._state[C_TAKEN]
    assert annealed._state[C_FAR]


def test_annealing_alone_comes_nearer(monkeypatch) -> None:
    """Without putting back and without the solver's windows."""
    planner, before, _ = sawn()
    search = search_of(planner, before)
    first = search._best.unrest.weight
    monkeypatch.setattr(near, "TRIALS", 300)
    told = list(search._anneal(near.More(Budget(60.0, lambda: 0.0, 10), Stop())))
    weights = [first, *(each.weight for each in told)]
    assert all(x > y for x, y in pairwise(weights))
    assert weights[-1] < first / 3


def test_who_gives_up_stops_annealing() -> None:
    planner, before, _ = sawn()
    search = search_of(planner, before)
    stood, stop = search._best.ops[:, s.START].copy(), Stop()
    stop.set()
    assert not list(search._anneal(near.More(Budget(60.0, lambda: 0.0, 10), stop)))
    assert np.array_equal(search._best.ops[:, s.START], stood)
