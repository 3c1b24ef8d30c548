"""Reasons of a wait, cut in two ways."""

from datetime import timedelta
from random import Random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.checks import from_unix, to_unix_down
from domain.orders import Order, OrderLine
from scheduler import arrays as a
from scheduler import explain
from scheduler.planner import Effort, Planner
from simulators.orderbooks import Lead, book_file, read_book
from tests.scheduler.test_planner_undo import SLOW, sequences
from tests.strategies import MONDAY_S, small_plants


def by_general_walk(k, x, since, out):
    """The shares of a wait by the walk that knows moulds, changeovers and crews too; how many."""
    return explain.explain_wait(k.ops, k.z, x, since, out, 0)


def one_by_one(k, x, since, out):
    """The shares of a wait by a walk along all that stands before, one operation after the other; how many."""
    cal, lane = int(k.var[k.ops[x, a.VAR], a.V_CALW]), int(k.ops[x, a.PLACES])
    first, count = k.cal[cal, [a.C_FIRST, a.C_COUNT]].tolist()
    shifts = [(begin, end) for begin, end in k.win[first : first + count, :2].tolist() if end > since]
    t, stop, n = since, int(k.ops[x, a.START]), 0
    queue = [x]
    while (y := int(k.ops[queue[0], a.PLACES + a.P_PRV])) >= 0 and k.ops[y, a.END] > since:
        queue.insert(0, y)

    def share(kind, where, until):
        nonlocal n, t
        row = explain.row_of(out, n, kind, where)
        n = max(n, row + 1)
        out[row, 2] += until - t
        t, was = until, t
        return row, until - was

    for y in queue:
        start, end = (stop, stop) if y == x else k.ops[y, [a.START, a.END]].tolist()
        mine = 0
        while t < min(end, stop):
            while shifts and shifts[0][1] <= t:
                shifts.pop(0)
            opens, closes = shifts[0]
            if t < opens:
                share(explain.CALENDAR, -1, min(stop, opens))
            elif start <= t:
                row, took = share(explain.MACHINE_WAIT, lane, min(stop, closes, end))
                mine += took
            else:
                share(explain.GAP, lane, min(stop, closes, start))
        if mine:
            explain.name(out, row, int(k.ops[y, a.LINE]), mine)
    return n


def cut_alike(planner, rows, earlier, otherwise):
    """How many shares rows wait for, from so much before their start; another walk must tell the same ones."""
    k, told = planner._k, 0
    for x in rows:
        start = int(k.ops[x, a.START])
        for since in {max(int(k.s[a.S_FLOOR]), start - before) for before in earlier}:
            short, other = np.zeros((64, 13), np.int64), np.zeros((64, 13), np.int64)
            n = explain.explain_queue(k.ops, k.z, x, since, short, 0)
            assert n == otherwise(k, x, since, other)
            assert np.array_equal(short, other)
            assert short[:n, 2].sum() == max(0, start - since)
            told += n
    return told


def standing(planner):
    """Open operations that need one machine and nothing else."""
    k = planner._k
    planner._settle()
    used = k.ops[: int(k.s[a.S_OPS])]
    alone = (k.var[used[:, a.VAR], a.V_NPL] == 1) & (used[:, a.STATE] == a.OPEN)
    return np.flatnonzero(alone & (k.lanes[used[:, a.PLACES + a.P_LANE], a.L_KIND] == a.MACHINE)).tolist()


def test_a_wait_for_one_machine_is_cut_alike_by_the_short_walk_and_the_general_one() -> None:
    """Operations of a dense plan, seen from the plan's floor, from an hour and from a week before their start."""
    book = read_book(book_file("3000-85"), Lead.LONG)
    planner = Planner(book.plant, to_unix_down(book.start))
    for _, order in book.arrivals[:600]:
        planner.keep(planner.decide(order, to_unix_down(book.start), effort=Effort.INSTANT))
    rows = Random(7).sample(standing(planner), 500)
    assert cut_alike(planner, rows, (1 << 40, 3600, 7 * 86400), by_general_walk) > 2000
    taken_whole = planner._k.chunks[: int(planner._k.s[a.S_CHUNKS]), a.H_WORK] > 0
    assert taken_whole.sum() > 10
    sequences(planner)


@settings(max_examples=12, suppress_health_check=SLOW, deadline=None)
@given(small_plants(plain=True), st.integers(0, 1 << 20))
def test_long_queues_are_cut_alike_on_any_plain_plant(plant, seed):
    """Sequences of several chunks: work comes, goes and begins, is put in another order, and breaks are in between."""
    random, planner, now_s = Random(seed), Planner(plant, MONDAY_S), MONDAY_S
    for number in range(120):
        now_s += random.choice((0, 600, 7200))
        due = from_unix(now_s) + timedelta(hours=random.choice((8, 80, 800)))
        order = Order(f"O{number}", "C", (OrderLine(1, random.choice(plant.items).id, random.randint(1, 40), due),))
        planner.keep(planner.decide(order, now_s, effort=Effort.INSTANT))
        if number in (70, 100):
            planner.remove(f"O{random.randrange(number)}", now_s)
        if number == 90:
            planner.redispatch(now_s)
        if number % 30 == 29:
            sequences(planner)
            rows = standing(planner)
            cut_alike(planner, random.sample(rows, min(30, len(rows))), (1 << 40, 3600, 86400), one_by_one)
    sequences(planner)
