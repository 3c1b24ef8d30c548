"""A mould, or a machine, of a moulding plant is out for days: few promises break, and little moves."""

from datetime import timedelta
from unittest.mock import patch

import pytest

from domain.calendars import Downtime
from domain.checks import to_unix_down
from domain.values import replace
from scheduler import arrays as a
from scheduler.planner import Effort, Planner
from scheduler.planning import repairing
from scheduler.planning.stakes import Stake
from scheduler.verify import retime, verify
from simulators.mouldingbooks import START, Recipe, generate
from tests.plants import at_times

AT = START + timedelta(days=1, hours=4)
BOOK = generate(Recipe(90, 3, machines=6, moulds=12, load=0.9))


def planned():
    """All orders of the book planned one by one, promised for when they are asked for, or when they end."""
    now_s = to_unix_down(START)
    planner = Planner(BOOK.plant, now_s)
    for arrival, order in BOOK.arrivals:
        planner.keep(planner.decide(order, now_s, effort=Effort.INSTANT, hold_s=to_unix_down(arrival)))
    planner.advance(to_unix_down(AT))
    stakes = {}
    for _, order in BOOK.arrivals:
        by_s = max(to_unix_down(order.lines[0].requested_time), planner.expected(order.id, 1))
        stakes[order.id, 1] = Stake(by_s, order.priority)
    return planner, stakes


def out(subject_id, days):
    """The plant without a mould or a machine."""
    broken = Downtime(subject_id, AT, AT + timedelta(days=days), planned=False)
    return replace(BOOK.plant, downtimes=(*BOOK.plant.downtimes, broken))


def check(planner):
    """The plan obeys every rule and stands where its sequences put it, at ranks that what begins never comes to."""
    after = planner.snapshot()
    rows = planner._k.ops[: int(planner._k.s[a.S_OPS])]
    assert rows[rows[:, a.STATE] == a.OPEN, a.LABEL].min() - planner._k.s[a.S_FIXRANK] > 1 << 20
    assert [str(breach) for breach in verify(after)] == []
    again = retime(after)
    assert [x for x in after.operations if at_times(x, again[x.key]) != x] == []


@pytest.mark.parametrize(("subject", "broken"), [("D01", 0), ("D02", 2), ("M01-50", 2), ("M03-100", 4)])
def test_few_promises_break_and_the_rest_keeps_its_order(subject, broken):
    """Of 90; with M03 out, insertion of what was late alone broke six and tried for seconds."""
    planner, stakes = planned()
    done = planner.repair(out(subject, 3), to_unix_down(AT), stakes)
    assert len(done.slips) == broken
    assert done.moved <= 0.6 * planner.open_operations
    check(planner)


@pytest.mark.parametrize(("many", "broken"), [(3, 4), (6, 6)])
def test_where_a_new_order_of_the_first_ten_leaves_too_many_broken_all_are_put_in_one(many, broken):
    """M03 is out; of the first ten operations six promises go on being broken."""
    planner, stakes = planned()
    with patch.object(repairing, "NEAR", 10), patch.object(repairing, "MANY_BROKEN", many):
        done = planner.repair(out("M03-100", 3), to_unix_down(AT), stakes)
    assert len(done.slips) == broken
    check(planner)


def test_what_is_pinned_keeps_its_start_while_all_else_is_put_in_another_order():
    """Of five that are pinned two wait for the mould that is held in M03, or stand behind it."""
    planner, stakes = planned()
    opened = [x for x in planner.snapshot().operations if not x.fixed and x.latest_s is None]
    pins = {x.key: (x.start_s, x.resource_id) for x in sorted(opened, key=lambda x: x.start_s)[10::25]}
    for key in pins:
        planner.pin(key)
    done = planner.repair(out("M03-100", 3), to_unix_down(AT), stakes)
    assert (len(pins), len(done.unpinned)) == (5, 2)
    stands = {x.key: (x.start_s, x.resource_id) for x in planner.snapshot().operations}
    assert all(stands[key] == place for key, place in pins.items() if key not in done.unpinned)
    check(planner)
