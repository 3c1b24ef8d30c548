"""A planner's hand: pinned work stays, moved work stands where it was put, and every rule holds."""

from datetime import UTC, datetime, timedelta
from datetime import time as clock_time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.calendars import Calendar, Downtime, Shift
from domain.items import Item, Mode, Routing, RoutingOperation
from domain.orders import Order, OrderLine
from domain.plant import Plant, PlantSettings
from domain.resources import Resource
from domain.values import replace
from scheduler import arrays as a
from scheduler.planner import CannotMove, Planner
from scheduler.planning.stakes import Stake
from scheduler.records import PlanImage
from scheduler.verify import retime, verify
from tests.plants import at, at_times
from tests.scheduler.test_planner_days import Desk
from tests.scheduler.test_planner_rebuild import AS_PLANNED, planned, promised, shop, where
from tests.strategies import Step, days, small_plants


def key_of(planner: Planner, order_id: str) -> int:
    return next(x.key for x in planner.snapshot().operations if x.order_id == order_id)


def sound(planner: Planner) -> None:
    """The plan obeys every rule, stands where its sequences put it, and is read from the store as it is."""
    snapshot = planner.snapshot()
    assert [str(breach) for breach in verify(snapshot)] == []
    again = retime(snapshot)
    assert [x for x in snapshot.operations if at_times(x, again[x.key]) != x] == []


def stored_again(planner: Planner) -> Planner:
    """The plan as a restart reads it, after a write of all of it."""
    planner._whole = planner._resequenced = True
    delta = planner.take_delta()
    image = PlanImage(
        delta.version, delta.floor_s, delta.now_s, list(delta.placed), delta.sequence, list(delta.material)
    )
    read = Planner.restore(planner.plant, planner.now_s, image)
    read.know_pins(planner._pins)
    return read


def test_pinned_work_stays_when_all_else_is_dispatched_anew() -> None:
    """The lids are pinned at nine on M2: work for M2 that is due sooner goes around them."""
    planner = planned()
    key = key_of(planner, "LIDS")
    planner.pin(key)
    promised(planner, "MORE", "lid", 60, "2026-03-02 12:00")
    assert planner.redispatch(planner.now_s)
    assert ("LIDS", "M2", at("2026-03-02 09:00"), at("2026-03-02 11:30")) in where(planner)
    sound(planner)
    assert set(stored_again(planner).pinned) == {key}
    assert where(stored_again(planner)) == where(planner)


def test_a_quote_that_cannot_be_dispatched_around_a_pin_leaves_it() -> None:
    """The first run is pinned; a quote that misses its time has all dispatched anew, in vain, and is taken back."""
    always = Calendar("always", (Shift(frozenset(range(7)), clock_time(0), clock_time(0)),))
    mode = Mode("m0", "M1", fixed=timedelta(seconds=300), per_piece=timedelta(seconds=7))
    plant = Plant(
        PlantSettings("small", zone="UTC", horizon=timedelta(days=25)),
        calendars=(always,),
        resources=(Resource("M1", calendar_id="always"),),
        items=(Item("I0", routing_id="R0"),),
        routings=(Routing("R0", (RoutingOperation("op0", modes=(mode,)),)),),
    )
    desk = Desk(plant)
    one, two = ((0, 1, 1),), ((0, 1, 1), (0, 300, 1))
    desk.take(Step(0, "promise", 0, one, False, False, False))
    (key,) = open_keys(desk.planner)
    desk.planner.pin(key)
    pinned = starts(desk.planner, {key})
    desk.take(Step(0, "promise", 0, two, False, False, False))
    desk.take(Step(0, "promise", 0, one, False, False, False))
    desk.take(Step(0, "quote", 0, one, True, False, False))
    assert starts(desk.planner, {key}) == pinned
    sound(desk.planner)


def test_a_move_shifts_what_has_slack_and_keeps_what_is_moved() -> None:
    """The lids to two in the afternoon: they begin then, on M2, and the caps stay."""
    planner = planned()
    done, _ = planner.move(key_of(planner, "LIDS"), at("2026-03-02 14:00"), "M2", planner.now_s, {})
    assert where(planner) == [AS_PLANNED[0], ("LIDS", "M2", at("2026-03-02 14:00"), at("2026-03-02 16:30"))]
    assert done.slips == []
    sound(planner)


def test_a_move_that_cannot_be_changes_nothing() -> None:
    """To a machine that can't do it, onto pinned work, and of work that has begun."""
    planner = planned()
    planner.pin(key_of(planner, "CAPS"))
    before = where(planner)
    with pytest.raises(CannotMove, match="but on M1, M2"):
        planner.move(key_of(planner, "LIDS"), at("2026-03-02 14:00"), "M9", planner.now_s, {})
    with pytest.raises(CannotMove, match="in its way: CAPS/1/mould"):
        planner.move(key_of(planner, "LIDS"), at("2026-03-02 12:00"), "M1", planner.now_s, {})
    assert (where(planner), set(planner.pinned)) == (before, {key_of(planner, "CAPS")})
    planner.advance(at("2026-03-02 08:30"))
    with pytest.raises(KeyError):
        planner.move(key_of(planner, "CAPS"), at("2026-03-02 14:00"), "M1", planner.now_s, {})
    assert where(planner) == before
    sound(planner)


def test_a_break_lets_go_of_the_pin_on_what_broke_only() -> None:
    """M2 is gone until Friday: the pinned lids go to M1, and are told as no longer pinned."""
    planner = planned()
    key = key_of(planner, "LIDS")
    planner.pin(key)
    out = Downtime(
        "M2",
        datetime.fromtimestamp(at("2026-03-02 08:00"), UTC),
        datetime.fromtimestamp(at("2026-03-06 08:00"), UTC),
        planned=False,
    )
    done = planner.repair(replace(shop(), downtimes=(*shop().downtimes, out)), at("2026-03-02 08:00"), {})
    assert (done.unpinned, set(planner.pinned), done.slips) == ([key], set(), [])
    assert where(planner)[1][1] == "M1"
    sound(planner)


def test_unpinned_work_may_begin_sooner_again() -> None:
    """Moved to the afternoon and let go: a re-dispatch brings the lids back to nine."""
    planner = planned()
    key = key_of(planner, "LIDS")
    planner.move(key, at("2026-03-02 14:00"), "M2", planner.now_s, {})
    planner.unpin(key)
    assert where(planner) == AS_PLANNED
    sound(planner)
    with pytest.raises(KeyError):
        planner.unpin(key)


def test_a_scratch_copy_leaves_the_plan_alone() -> None:
    """What is moved in the copy stands there only, and the plan goes on as if there were none."""
    planner = planned()
    copy = planner.scratch()
    copy.move(key_of(planner, "LIDS"), at("2026-03-02 14:00"), "M2", planner.now_s, {})
    alone = planned()
    for each in (planner, alone):
        promised(each, "MORE", "lid", 60, "2026-03-04 12:00")
    assert where(planner) == where(alone)
    assert [row[0] for row in where(copy)] == ["CAPS", "LIDS"]
    sound(planner)
    sound(copy)
    planner.take_delta()


def open_keys(planner: Planner) -> list[int]:
    return [x.key for x in planner.snapshot().operations if not x.fixed and not x.cancelled]


def starts(planner: Planner, keys: set[int]) -> dict[int, tuple[str, int]]:
    return {x.key: (x.resource_id, x.start_s) for x in planner.snapshot().operations if x.key in keys}


@settings(max_examples=15, suppress_health_check=list(HealthCheck))
@given(st.booleans().flatmap(lambda plain: small_plants(plain=plain)), days(4, 12), st.lists(st.integers(0, 99)))
def test_nothing_that_is_promised_or_dispatched_later_moves_pinned_work(plant, script, which) -> None:
    """Pins now and then on any day at the desk: machine and start stay until the work begins or its order goes."""
    desk = Desk(plant)
    held: dict[int, tuple[str, int]] = {}
    for number, step in enumerate(script):
        gone = desk.take(step)
        now = starts(desk.planner, set(held))
        assert all(now[key] == place for key, place in held.items() if key in now)
        assert gone or set(held) <= set(now)
        held = now
        keys = open_keys(desk.planner)
        if keys and number < len(which):
            key = keys[which[number] % len(keys)]
            desk.planner.pin(key)
            held |= starts(desk.planner, {key})
        sound(desk.planner)
        desk.planner.take_delta()
    read = stored_again(desk.planner)
    assert set(read.pinned) == set(desk.planner.pinned)
    assert read.snapshot().operations == desk.planner.snapshot().operations


@settings(max_examples=20, suppress_health_check=list(HealthCheck))
@given(
    st.booleans().flatmap(lambda plain: small_plants(plain=plain)),
    days(4, 10),
    st.integers(0, 99),
    st.integers(0, 99),
    st.integers(-10, 60),
)
def test_a_move_stands_where_it_was_put_or_changes_nothing(plant, script, which, machine, hours) -> None:
    """Any operation, to any machine, at any time: on its place then and all else sound, or refused and as before."""
    desk = Desk(plant)
    for step in script:
        desk.take(step)
    planner, keys = desk.planner, open_keys(desk.planner)
    if not keys:
        return
    key = keys[which % len(keys)]
    machines = [each.id for each in plant.resources]
    name, start_s = machines[machine % len(machines)], desk.now_s + hours * 3600
    planner.advance(desk.now_s)
    if planner.standing(key) != a.OPEN:
        return
    before = planner.snapshot().operations
    stakes = {
        (order, number): Stake(int((line.promised_time - plant.item_by_id[line.item_id].shipping).timestamp()))
        for order, lines in desk.orders.items()
        for number, line in lines.items()
    }
    try:
        done, _ = planner.move(key, start_s, name, desk.now_s, stakes)
    except CannotMove as error:
        refused = error
    else:
        refused = None
    if refused is not None:
        assert planner.snapshot().operations == before
        assert refused.earliest_s is None or refused.earliest_s > start_s
        return
    (moved,) = [x for x in planner.snapshot().operations if x.key == key]
    assert moved.resource_id == name
    assert moved.start_s >= start_s
    assert done.unpinned == done.reopened == []
    sound(planner)
    for (order, number), stake in stakes.items():
        slips = [slip for slip in done.slips if (slip.order_id, slip.line_no) == (order, number)]
        info = next(info for info in planner._by_order[order] if info.line_no == number)
        assert slips or planner._end(info) <= stake.by_s
    assert stored_again(planner).snapshot().operations == planner.snapshot().operations


def test_sequences_from_elsewhere_go_around_pinned_work() -> None:
    """Adopted with a pin set since: the pinned lids stay at nine, what was promised since goes around them."""
    planner = planned()
    sequences = planner.sequences()
    planner.pin(key_of(planner, "LIDS"))
    promised(planner, "MORE", "lid", 60, "2026-03-04 12:00")
    planner.adopt(sequences, planner.now_s)
    assert ("LIDS", "M2", at("2026-03-02 09:00"), at("2026-03-02 11:30")) in where(planner)
    sound(planner)
    planner.take_delta()


@settings(max_examples=15, suppress_health_check=list(HealthCheck))
@given(
    st.booleans().flatmap(lambda plain: small_plants(plain=plain)), days(4, 10), st.integers(0, 99), st.integers(0, 3)
)
def test_a_rush_breaks_no_promise_but_those_that_may_give_way(plant, script, which, every) -> None:
    """Any order that has not begun passes some of the others: the rest keep theirs, and all else is sound."""
    desk = Desk(plant)
    for step in script:
        desk.take(step)
    planner = desk.planner
    planner.advance(desk.now_s)
    free = [name for name in desk.orders if name in planner._by_order and not planner.begun(name, 1)]
    free = [name for name in free if len(planner._by_order[name]) == 1 and planner._by_order[name][0].count]
    if not free:
        return
    name = free[which % len(free)]
    info = planner._by_order[name][0]
    line = OrderLine(1, info.item_id, info.quantity, datetime.fromtimestamp(desk.now_s, UTC))
    others = sorted({(each.order_id, each.line_no) for each in planner._lines if each.order_id not in ("", name)})
    giving = {other for n, other in enumerate(others) if every and n % every == 0}
    try:
        _, done = planner.rush(Order(name, "C", (line,)), [line], desk.now_s, giving, {})
    except CannotMove:
        sound(planner)
        return
    assert {(slip.order_id, slip.line_no) for slip in done.slips} <= giving
    sound(planner)
    assert stored_again(planner).snapshot().operations == planner.snapshot().operations
