"""Reasons of a wait, cut in two ways."""

import numpy as np

from domain.checks import to_unix_down
from scheduler import arrays as a
from scheduler import explain
from scheduler.planner import Effort, Planner
from simulators.orderbooks import Lead, book_file, read_book


def test_a_wait_for_one_machine_is_cut_alike_by_the_short_walk_and_the_general_one() -> None:
    """Every operation of a dense plan, seen from the plan's floor and from an hour before its start."""
    book = read_book(book_file("3000-85"), Lead.LONG)
    planner = Planner(book.plant, to_unix_down(book.start))
    for arrival, order in book.arrivals[:250]:
        planner.keep(planner.decide(order, to_unix_down(arrival), effort=Effort.INSTANT))
    planner._settle()
    k = planner._k
    floor = int(k.s[a.S_FLOOR])
    standing = np.flatnonzero(k.ops[: int(k.s[a.S_OPS]), a.STATE] == a.OPEN).tolist()
    assert len(standing) > 500
    waits = 0
    for x in standing:
        for since in (floor, int(k.ops[x, a.START]) - 3600):
            short, general = np.zeros((64, 13), np.int64), np.zeros((64, 13), np.int64)
            n = explain.explain_queue(k.ops, k.z, x, since, short, 0)
            assert n == explain.explain_wait(k.ops, k.z, x, since, general, 0)
            assert np.array_equal(short, general)
            assert short[:n, 2].sum() == max(0, k.ops[x, a.START] - since)
            waits += n
    assert waits > 1000
