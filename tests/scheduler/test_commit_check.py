"""Every commit is checked: what the full check finds wrong, the check of a commit refuses, and nothing else."""

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from domain.calendars import Downtime
from domain.checks import from_unix
from domain.orders import Order, OrderLine
from domain.promises import MaterialReservation
from domain.values import replace
from scheduler import arrays as a
from scheduler.planner import PlanBroken, Planner
from scheduler.verify import verify
from scheduler.verify.commit import CommitCheck
from tests.plants import at, job_shop, moulding_shop
from tests.scheduler.test_planner_days import Desk, check
from tests.strategies import days, small_plants

SHIFTS = (-3600, -60, 1, 60, 7200)
COLUMNS = {
    "run": (a.START, a.END),
    "start": (a.START,),
    "end": (a.END,),
    "setup": (a.SET_S, a.SET_E),
    "dismount": (a.DIS_S, a.DIS_E),
    "fetch": (a.FET_S, a.FET_E),
    "not before": (a.NBV,),
    "ready": (a.NBR,),
    "frozen": (a.LATEST,),
}


def desk_order(desk):
    """One order kept at the desk; its id."""
    line = OrderLine(1, desk.plant.items[0].id, 2, from_unix(desk.now_s) + timedelta(days=3))
    decision = desk.planner.decide(Order("SO-1", "C-1", (line,)), desk.now_s)
    desk.planner.keep(decision)
    return "SO-1"


def planted(planner, data):
    """Change one open operation's row; a word for what was done."""
    rows = planner._k.ops[: int(planner._k.s[a.S_OPS])]
    open_rows = [x for x in range(len(rows)) if rows[x, a.STATE] == a.OPEN]
    assume(open_rows)
    row = rows[data.draw(st.sampled_from(open_rows))]
    kinds = [*COLUMNS, "deadline", "label", "swapped", "variant", "shots", "maintenance", "nothing"]
    what = data.draw(st.sampled_from(kinds))
    if what in COLUMNS:
        columns = [c for c in COLUMNS[what] if 0 <= row[c] < a.INF]
        row[columns] += data.draw(st.sampled_from(SHIFTS))
    elif what == "deadline" and row[a.DEADLINE] < a.INF:
        row[a.DEADLINE] = row[a.END] + data.draw(st.sampled_from([-1, 0]))
    elif what == "label":
        row[a.LABEL] = rows[data.draw(st.sampled_from(open_rows)), a.LABEL] + data.draw(st.sampled_from([-1, 1]))
    elif what == "swapped":
        other = rows[data.draw(st.sampled_from(open_rows))]
        row[a.LABEL], other[a.LABEL] = (int(other[a.LABEL]), int(row[a.LABEL]))
    elif what == "variant":
        first = int(row[a.CAND0])
        choice = planner._k.cands[first + data.draw(st.integers(0, int(row[a.NCAND]) - 1))]
        row[a.VAR], row[a.DUR0], row[a.SHOTS] = choice
    elif what == "shots":
        row[a.SHOTS] += 1
    elif what == "maintenance":
        row[a.NMAINT] += 1
    return what


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(st.one_of(small_plants(), small_plants(plain=True)), days(2, 8), st.booleans(), st.data())
def test_a_commit_is_refused_exactly_when_the_plan_breaks_a_rule(plant, script, committed, data):
    """Whatever is changed in a plan, the two checks have nothing in common but their verdict."""
    desk = Desk(plant)
    for step in script:
        desk.take(step)
        if committed:
            desk.planner.take_delta()
    desk.planner.snapshot()
    what = {planted(desk.planner, data) for _ in range(data.draw(st.integers(1, 3)))}
    found = verify(desk.planner.snapshot())
    if found:
        with pytest.raises(PlanBroken):
            desk.planner.take_delta()
    else:
        desk.planner.take_delta()
    assert found or what != {"shots"}


@settings(max_examples=20, suppress_health_check=list(HealthCheck))
@given(small_plants(), days(3, 8))
def test_a_plan_read_from_the_store_passes_like_the_one_that_was_written(plant, script):
    """History is taken in at once, not commit by commit."""
    desk = Desk(plant)
    for step in script:
        desk.take(step)
    fresh = desk.planner.rebuild(plant)
    fresh.take_delta()
    assert verify(fresh.snapshot()) == []


@settings(max_examples=15, suppress_health_check=list(HealthCheck))
@given(small_plants(plain=True), days(2, 8), days(2, 6), st.data())
def test_a_plan_that_is_put_right_after_a_refusal_is_followed_as_before(plant, script, later, data):
    """What a walk that came to no end had taken in is put in order anew, and faults are found as before."""
    desk = Desk(plant)
    before = desk.planner.snapshot()
    for step in script:
        before = check(desk, before, desk.take(step))
    rows = desk.planner._k.ops
    right = rows.copy()
    what = planted(desk.planner, data)
    # A deadline that was taken in may not move later again.
    assume(what != "deadline" and verify(desk.planner.snapshot()))
    with pytest.raises(PlanBroken):
        desk.planner.take_delta()
    rows[:] = right
    for step in later:
        before = check(desk, before, desk.take(step))
    planted(desk.planner, data)
    if verify(desk.planner.snapshot()):
        with pytest.raises(PlanBroken):
            desk.planner.take_delta()
    else:
        desk.planner.take_delta()


def test_the_refusal_names_the_rule_and_the_order():
    """A caller reads what the checker found, not a number."""
    desk = Desk(job_shop())
    order = desk_order(desk)
    rows = desk.planner._k.ops
    rows[0, a.START] += 60
    with pytest.raises(PlanBroken, match=f"of {order}/1") as refused:
        desk.planner.take_delta()
    assert any("by the sequences" in breach for breach in refused.value.breaches)


def test_a_deadline_that_moves_later_in_silence_is_refused():
    """The full check sees one plan and can't know; the check of a commit knows what stood there before."""
    desk = Desk(job_shop())
    desk_order(desk)
    desk.planner.take_delta()
    rows = desk.planner._k.ops[: int(desk.planner._k.s[a.S_OPS])]
    last = next(x for x in range(len(rows)) if rows[x, a.DEADLINE] < a.INF)
    rows[last, a.DEADLINE] += 3600
    assert verify(desk.planner.snapshot()) == []
    with pytest.raises(PlanBroken, match="deadline"):
        desk.planner.take_delta()


def test_more_stock_than_there_is_is_never_reserved():
    """The checker keeps its own account of material."""
    planner = Planner(moulding_shop(), at("2026-03-02 08:00"))
    planner.check()
    check = planner._check
    item = planner.plant.items[0].id
    there = sum(row.quantity for row in planner.plant.on_hand if row.item_id == item)
    assert check.peg([MaterialReservation("SO-1", 1, item, there, "")] if there else []) == ""
    assert check.peg([MaterialReservation("SO-2", 1, item, 1, "")]) == f"{item}: {there + 1} reserved of {there}"


@settings(max_examples=20, suppress_health_check=list(HealthCheck))
@given(small_plants(), st.data())
def test_tables_that_take_over_what_still_holds_are_those_made_anew(plant, data):
    """Whatever breaks or is repaired, and however moulds are counted: the same numbers in the same places."""
    planner = Planner(plant, at("2026-03-02 08:00"))
    planner.check()
    last = planner._check
    subjects = [row.id for row in (*plant.resources, *plant.moulds)]
    for _ in range(3):
        names = data.draw(st.lists(st.sampled_from(subjects), max_size=3, unique=True))
        begins = [from_unix(at("2026-03-02 08:00") + 3600 * data.draw(st.integers(-30, 90))) for _ in names]
        spans = zip(names, begins, strict=True)
        downtimes = [Downtime(name, begin, begin + timedelta(hours=9)) for name, begin in spans]
        moulds = tuple(
            replace(row, shots=data.draw(st.integers(0, row.maintenance_shots)), cavities=data.draw(st.integers(1, 2)))
            for row in plant.moulds
        )  # fmt: skip
        changed = replace(plant, downtimes=tuple(downtimes), moulds=moulds)
        given_s = (last._lanes, last._variants, last._first_s, last._hours._known_s)
        anew, kept = CommitCheck(changed, *given_s), CommitCheck(changed, *given_s, last)
        assert np.array_equal(anew._tables, kept._tables)
        assert np.array_equal(anew._base, kept._base)
        last = kept
