"""Whatever the shop floor reports, in any order, the plan obeys every rule afterwards and is read back the same."""

from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.errors import InvalidInput
from domain.progress import Contradiction, Mark, MarkKind, Progress
from scheduler.planner import Planner
from scheduler.records import PlanImage
from scheduler.verify import retime, verify
from tests.plants import at_times
from tests.scheduler.test_planner_days import Desk
from tests.strategies import days, small_plants

reports = st.tuples(
    st.integers(0, 30),
    st.sampled_from(MarkKind),
    st.integers(0, 10 * 3600),
    st.none() | st.integers(0, 400),
    st.none() | st.integers(0, 20 * 3600),
    st.booleans(),
)

later = st.tuples(st.integers(0, 6 * 3600), st.lists(reports, max_size=3))


def told(planner, now_s, row):
    """What is known of an operation after one report that may be nonsense; None when it is refused."""
    which, kind, ago_s, good, until_s, corrects = row
    places = [place for name in planner.order_ids for place in planner.operations(name)]
    if not places:
        return None
    place = places[which % len(places)]
    time = datetime.fromtimestamp(now_s - ago_s, UTC)
    known = planner.told(place.key) or Progress(place.key, place.order_id, place.line_no, place.operation_id)
    until = None
    if until_s is not None and kind in (MarkKind.NOT_STARTED, MarkKind.PAUSED):
        until = time + timedelta(seconds=until_s)
    counts = None if kind in (MarkKind.NOT_STARTED, MarkKind.STARTED) else good
    try:
        made = known.with_mark(Mark(kind, time, counts, until=until), corrects=corrects)
    except (InvalidInput, Contradiction):
        return None
    return None if made is known or planner.objection(place.key, made, {}) else made


def check(desk):
    """The plan obeys every rule, stands where its sequences put it, and comes back from the store as it is."""
    planner = desk.planner
    after = planner.snapshot()
    assert [str(breach) for breach in verify(after)] == []
    again = retime(after)
    assert [x for x in after.operations if at_times(x, again[x.key]) != x] == []
    planner._whole = True
    delta = planner.take_delta()
    image = PlanImage(
        delta.version, delta.floor_s, delta.now_s, tuple(delta.placed), delta.sequence or planner._sequence(),
        tuple(delta.material),
    )  # fmt: skip
    restored = Planner.restore(planner.plant, planner.now_s, image)
    restored.recall(planner._reports.values())
    assert restored.snapshot().operations == after.operations


@settings(max_examples=15, suppress_health_check=list(HealthCheck))
@given(
    small_plants(), days(3, 6), st.lists(st.tuples(st.integers(0, 6 * 3600), st.lists(reports, max_size=3)), max_size=4)
)
def test_after_any_report_the_plan_holds(plant, script, told_later):
    """Moulds, crews, changeovers, capacity n, alternatives."""
    desk = Desk(plant)
    for step in script:
        desk.take(step)
    for wait_s, rows in told_later:
        desk.now_s += wait_s
        desk.planner.advance(desk.now_s)
        for row in rows:
            made = told(desk.planner, desk.now_s, row)
            if made is not None:
                desk.planner.report([made], desk.now_s, {})
                check(desk)
