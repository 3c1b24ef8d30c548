"""Re-dispatch of a plant with moulds: how far late lines are advanced, and when it is given up."""

from datetime import timedelta

import pytest

from domain.checks import from_unix
from domain.orders import Order, OrderLine
from scheduler import arrays as a
from scheduler.planner import Planner
from scheduler.planning import dispatching
from scheduler.verify import verify
from tests.plants import ROUND, at, down, moulding_shop

BEGIN = at("2026-03-02 08:00")
NO_M2 = (down("M2", "2026-03-02 08:00 / 2026-03-04 10:00"),)


def promised(hours: float) -> Planner:
    """A plan of boxes, promised by so many hours, and of caps, promised for 7:20 when nothing is to spare."""
    planner = Planner(moulding_shop(calendar=ROUND, downtimes=NO_M2), BEGIN)
    for name, item_id, quantity, within in (("boxes", "box", 240, hours), ("caps", "cap", 120, 6.4)):
        line = OrderLine(1, item_id, quantity, from_unix(BEGIN) + timedelta(hours=within))
        planner.keep(planner.decide(Order(name, "K", (line,)), BEGIN))
    return planner


@pytest.mark.parametrize("hours", [7.4, 7.5, 7.55, 7.56])
def test_a_line_that_is_a_little_late_passes_one_that_is_due_long_before_it(hours):
    """Behind the caps the boxes end at 7:34; a minute of lateness at a time never brought them in front by 7:20."""
    planner = promised(hours)
    assert planner.redispatch(BEGIN)
    found = planner.snapshot()
    assert verify(found) == []
    assert [(x.order_id, x.end_s - BEGIN) for x in found.operations] == [
        ("boxes", 12_600), ("boxes", 21_240), ("caps", 26_400),
    ]  # fmt: skip


def test_a_dispatch_that_gets_nowhere_is_given_up_after_three_more_passes(monkeypatch):
    """All should have ended before it began: four passes with each rule, not ten, and everything stays where it was."""
    planner = promised(7.5)
    before = [(x.key, x.start_s, x.end_s) for x in planner.snapshot().operations]
    rows = planner._k.ops[: len(before)]
    rows[rows[:, a.DEADLINE] < a.INF, a.DEADLINE] = BEGIN
    passes = []
    passed = dispatching.Dispatching._pass_over
    monkeypatch.setattr(
        dispatching.Dispatching, "_pass_over", lambda self, *rest: passes.append(rest[-1]) or passed(self, *rest)
    )
    assert not planner.redispatch(BEGIN)
    assert passes == [0] * 4 + [4 * 3600] * 4
    assert [(x.key, x.start_s, x.end_s) for x in planner.snapshot().operations] == before
