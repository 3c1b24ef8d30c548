"""A plan answers the same whether its tables had room from the beginning, or were made longer on the way."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduler.planning import core
from tests.plants import job_shop
from tests.scheduler.test_planner_days import Desk
from tests.strategies import days, one_way, small_plants

PLANTS = small_plants() | small_plants(plain=True).map(one_way)
"""The second put re-timing off."""


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(PLANTS, days(4, 12), st.lists(st.sampled_from([0, 1, 7, 300]), min_size=12, max_size=12))
def test_tables_that_grow_on_the_way_change_no_answer_and_no_plan(monkeypatch, plant, script, rooms):
    roomy = Desk(plant)
    with monkeypatch.context() as patch:
        patch.setattr(core, "CAPACITY", 1)
        narrow = Desk(plant)
    for step, room in zip(script, rooms, strict=False):
        if room:
            narrow.planner.make_room(room)
        assert narrow.take(step) == roomy.take(step)
        assert narrow.answers == roomy.answers
    assert narrow.planner.snapshot() == roomy.planner.snapshot()


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(PLANTS, days(4, 12), days(2, 6))
def test_a_copy_goes_on_like_the_plan_that_it_was_made_of(plant, script, more):
    desk = Desk(plant)
    for step in script:
        desk.take(step)
    other = Desk(plant)
    other.planner, other.now_s, other.count = desk.planner.scratch(), desk.now_s, desk.count
    other.orders, other.answers = dict(desk.orders), list(desk.answers)
    stood = desk.planner.snapshot()
    for step in more:
        other.take(step)
    assert desk.planner.snapshot() == stood
    for step in more:
        desk.take(step)
    assert other.answers == desk.answers
    assert other.planner.snapshot() == desk.planner.snapshot()


def test_room_that_was_made_is_used_before_tables_grow(monkeypatch):
    monkeypatch.setattr(core, "CAPACITY", 1)
    planner = core.Core(job_shop(), 0)
    planner.make_room(500)
    had = {name: len(getattr(planner._k, name)) for name in ("ops", *core.a.FILLED)}
    assert had["ops"] == had["edges"] == had["lines"] == 1000
    assert had["undo"] == 4000
    planner.make_room(990)
    assert {name: len(getattr(planner._k, name)) for name in had} == had
    planner.make_room(1001)
    assert len(planner._k.ops) == 2002
