"""Something breaks: the plan is repaired at once, and promises that can't be kept are told with their cause."""

from datetime import datetime, timedelta

import pytest

from domain.disruptions import DisruptionKind, DisruptionState
from domain.errors import (
    AlreadyExists,
    DeskStopped,
    InvalidInput,
    NotFound,
    RequestIdReused,
    StaleEtag,
    WouldBreakReservations,
    WrongState,
)
from domain.plant import ClockMode
from domain.progress import MarkKind
from domain.promises import Cause, EventKind, PromiseState
from domain.supply import OnHand
from domain.values import replace
from promising.disruption_requests import AmendReport, CloseReport, DisruptionAsk, Report
from promising.feed_requests import Feed
from promising.plant_files import write_plant
from promising.progress_requests import ProgressAsk, ProgressItem
from promising.requests import Amend, Confirm, ForceDate
from promising.settings import DeskSettings, Redispatch
from tests.promising.desks import MONDAY, Bench, ask, bench, cancel, change, order
from tests.promising.desks import shop as moulding_shop
from tests.stores import Places


def at(hours: float) -> datetime:
    """Hours after Monday 8:00."""
    return MONDAY + timedelta(hours=hours)


def report(subject_id="CAP", request_id="d-1", validate_only=False, **fields):
    return DisruptionAsk(Report(subject_id, **fields), request_id, "floor", validate_only=validate_only)


def amend(disruption_id="D-1", request_id="a-1", etag="", **fields):
    return DisruptionAsk(AmendReport(disruption_id, **fields), request_id, "floor", etag)


def close(disruption_id="D-1", request_id="c-1", **fields):
    return DisruptionAsk(CloseReport(disruption_id, **fields), request_id, "floor")


def line(shop, order_id):
    return shop.desk.get(order_id).lines[0]


@pytest.fixture
def three(shop: Bench) -> Bench:
    """Caps: SO-1 runs from 8 to 10 and SO-2 follows, both promised so; SO-3, behind them, has until Friday."""
    for order_id, days in (("SO-1", 0), ("SO-2", 0), ("SO-3", 4)):
        shop.desk.promise(ask(order(order_id, days=days)))
    shop.desk.set_clock(at(1))
    return shop


def stands(shop: Bench) -> list[tuple[PromiseState, datetime | None, datetime | None]]:
    return [(x.state, x.promised_time, x.expected_time) for x in (line(shop, f"SO-{n}") for n in (1, 2, 3))]


BEFORE = [
    (PromiseState.CONFIRMED, at(2), at(2)),
    (PromiseState.CONFIRMED, at(4), at(4)),
    (PromiseState.CONFIRMED, at(96), at(6)),
]
CRACKED = [
    (PromiseState.AT_RISK, at(2), at(8)),
    (PromiseState.AT_RISK, at(4), at(10)),
    (PromiseState.CONFIRMED, at(96), at(12)),
]


def test_a_mould_cracks_and_what_hangs_on_it_slips_or_holds(three: Bench) -> None:
    """CAP is away from 9 to 15: an hour of SO-1 is left then, and SO-3 moves within its promise."""
    made = three.desk.disrupt(report(end=at(7), source="MES", reason="cavity 2 cracked"))
    assert stands(three) == CRACKED
    cause = Cause("D-1", "mould", "CAP")
    assert [(x.order_id, x.before, x.expected, x.cause) for x in made.at_risk] == [
        ("SO-1", at(2), at(8), cause),
        ("SO-2", at(4), at(10), cause),
    ]
    assert (made.recovered, made.moved_in_time, made.moved, made.shifted, made.interrupted) == ((), 1, 0, 2, 1)
    assert made.disruption.kind is DisruptionKind.MOULD_IN_REPAIR
    assert [line(three, name).deadline for name in ("SO-1", "SO-2")] == [at(8), at(10)]
    assert three.desk.check() == []
    told = [(x.kind, x.order_id, x.actor, x.reason) for x in three.desk.events()[-3:]]
    assert told == [
        (EventKind.DISRUPTION_REPORTED, "", "floor", "cavity 2 cracked"),
        (EventKind.AT_RISK, "SO-1", "floor", "cavity 2 cracked"),
        (EventKind.AT_RISK, "SO-2", "floor", "cavity 2 cracked"),
    ]
    schedule, listed = three.desk.schedule(), three.desk.at_risk()
    assert [(x.order_id, x.expected, x.cause) for x in listed] == [("SO-1", at(8), cause), ("SO-2", at(10), cause)]
    three.crash()
    assert (three.desk.schedule(), three.desk.at_risk(), stands(three)) == (schedule, listed, CRACKED)
    assert three.desk.disruptions() == [made.disruption]
    assert three.desk.check() == []
    # What is promised now knows of it.
    assert three.desk.promise(ask(order("SO-4", days=0))).lines[0].promised_time == at(12)


def test_what_is_over_sooner_gives_its_time_back(shop: Bench) -> None:
    """Back at 10:30 and not at 15: SO-2, promised for 14:00, is done at 13:30 and holds; SO-1 is late all the same."""
    shop.desk.promise(ask(order("SO-1", days=0)))
    shop.desk.promise(ask(order("SO-2", days=0.25)))
    shop.desk.set_clock(at(1))
    shop.desk.disrupt(report(end=at(7)))
    assert line(shop, "SO-2").state is PromiseState.AT_RISK
    shop.desk.set_clock(at(2.5))
    made = shop.desk.disrupt(close())
    assert (made.at_risk, made.recovered) == ((), (("SO-2", 1),))
    one, two = line(shop, "SO-1"), line(shop, "SO-2")
    assert (one.state, one.expected_time, one.deadline) == (PromiseState.AT_RISK, at(3.5), at(3.5))
    assert (two.state, two.expected_time, two.deadline, two.cause) == (PromiseState.CONFIRMED, at(5.5), at(6), None)
    assert (made.disruption.state, made.disruption.end) == (DisruptionState.CLOSED, at(2.5))
    assert [x.kind for x in shop.desk.events()[-3:]] == [
        EventKind.DISRUPTION_CLOSED,
        EventKind.RECOVERED,
        EventKind.RECOVERED,
    ]
    assert (shop.desk.disruptions(), shop.desk.disruptions(closed=True)) == ([], [made.disruption])
    schedule = shop.desk.schedule()
    shop.crash()
    assert shop.desk.schedule() == schedule
    assert shop.desk.check() == []


def test_what_it_would_break_is_told_and_nothing_is_done(three: Bench) -> None:
    """The same receipt as in earnest, and the plan, the orders and the log as before."""
    schedule, events = three.desk.schedule(), three.desk.events()
    told = three.desk.disrupt(report(end=at(7), validate_only=True))
    assert [x.order_id for x in told.at_risk] == ["SO-1", "SO-2"]
    assert not told.applied
    assert (three.desk.schedule(), three.desk.events(), stands(three)) == (schedule, events, BEFORE)
    assert (three.desk.disruptions(), three.desk.at_risk(), three.desk.check()) == ([], [], [])
    # Nor is the request remembered.
    made = three.desk.disrupt(report(end=at(7)))
    assert (made.at_risk, made.applied) == (told.at_risk, True)


def test_a_shop_floor_that_repeats_itself_reports_once(three: Bench) -> None:
    """The first answer again, after a crash too; another content under the same id is refused."""
    made = three.desk.disrupt(report(end=at(7)))
    three.crash()
    assert three.desk.disrupt(report(end=at(7))) == made
    assert len(three.desk.disruptions()) == 1
    for again in (report(end=at(8)), report("LID", "r-SO-1")):
        if again.request_id == "r-SO-1":
            again = replace(again, caller="shop")
        with pytest.raises(RequestIdReused):
            three.desk.disrupt(again)


def test_what_is_only_said_again_is_the_same_disruption(three: Bench) -> None:
    """Under ids of their own, as long as it is open; another end, thing or reason is news."""
    made = three.desk.disrupt(report(end=at(7)))
    again = three.desk.disrupt(report(request_id="d-2", end=at(7)))
    assert (again.disruption, again.moved, again.shifted) == (made.disruption, 0, 0)
    three.crash()
    assert three.desk.disrupt(report(request_id="d-2", end=at(7))) == again
    assert len(three.desk.disruptions()) == 1
    for count, other in enumerate(({"end": at(8)}, {"end": at(7), "reason": "cracked"}), 2):
        three.desk.disrupt(report(request_id=f"other-{count}", **other))
        assert len(three.desk.disruptions()) == count
    three.desk.disrupt(close())
    three.desk.disrupt(report(request_id="d-3", end=at(7)))
    assert len(three.desk.disruptions()) == 3


def test_nobody_knows_how_long_and_nobody_says_anything(three: Bench) -> None:
    """A day is assumed, and as long again as it has lasted when that has passed; nothing runs meanwhile."""
    made = three.desk.disrupt(report())
    assert (made.disruption.end, made.disruption.expected_end) == (None, at(25))
    assert line(three, "SO-1").expected_time == at(26)
    three.desk.set_clock(at(30))
    (standing,) = three.desk.disruptions()
    assert (standing.expected_end, standing.version) == (at(49), 2)
    event = next(x for x in three.desk.events() if x.kind is EventKind.DISRUPTION_AMENDED)
    assert (event.actor, event.time) == ("desk", at(25))
    assert line(three, "SO-1").expected_time == at(50)
    three.desk.set_clock(at(50))
    assert three.desk.disruptions()[0].expected_end == at(97)
    three.restart()
    assert three.desk.disruptions()[0].expected_end == at(97)
    assert three.desk.check() == []
    assert all(r.end <= at(1) or r.end > at(97) for r in three.desk.schedule())
    three.desk.disrupt(close())
    assert line(three, "SO-1").expected_time == at(51)
    assert three.desk.check() == []


def test_a_clock_that_runs_by_itself_passes_the_expected_end_too(places: Places) -> None:
    """Whoever asks next finds it moved on, at the time at which it passed."""
    with bench(places(), plant=moulding_shop(ClockMode.OFFSET)) as shop:
        shop.desk.promise(ask(order("SO-1", days=0)))
        shop.desk.disrupt(report(expected_end=at(3)))
        shop.clock.time += 4 * 3600
        assert shop.desk.promise(ask(order("SO-2", days=0))).lines[0].promised_time == at(31)
        (standing,) = shop.desk.disruptions()
        assert (standing.expected_end, standing.version) == (at(27), 2)
        event = next(x for x in shop.desk.events() if x.kind is EventKind.DISRUPTION_AMENDED)
        assert (event.actor, event.time) == ("desk", at(3))
        assert shop.desk.check() == []


def test_what_an_idle_desk_finds_to_be_in_time_again_is_told(places: Places) -> None:
    """SO-1 in front of it is cancelled: SO-2, which would have been an hour late, is an hour early."""
    idle = DeskSettings(redispatch=Redispatch.IDLE, check_in_background=False)
    with bench(places(), settings=idle) as shop:
        shop.desk.promise(ask(order("SO-1", days=0)))
        shop.desk.promise(ask(order("SO-2", days=0.25)))
        shop.desk.disrupt(report(end=at(3)))
        assert line(shop, "SO-2").state is PromiseState.AT_RISK
        last = shop.desk.last_event()
        shop.desk.change(cancel("SO-1"))
        kinds: list[EventKind] = []
        while EventKind.RECOVERED not in kinds:
            found = shop.desk.wait_events(last, 30)
            assert found
            kinds += [event.kind for event in found]
            last = found[-1].sequence
        two = line(shop, "SO-2")
        assert (two.state, two.expected_time, two.deadline, two.cause) == (PromiseState.CONFIRMED, at(5), at(6), None)
        assert shop.desk.at_risk() == []
        schedule = shop.desk.schedule()
        shop.crash()
        assert shop.desk.schedule() == schedule
        assert shop.desk.check() == []


def test_it_takes_longer_and_then_not_so_long(three: Bench) -> None:
    """From 15:00 to Tuesday noon, and back to 10:00 today, before which nothing was known of the end."""
    three.desk.disrupt(report(expected_end=at(7)))
    longer = three.desk.disrupt(amend(end=at(28), reason="new core"))
    assert [(x.order_id, x.expected) for x in longer.at_risk] == [("SO-1", at(29)), ("SO-2", at(31))]
    assert (longer.disruption.end, longer.disruption.expected_end, longer.disruption.version) == (at(28), None, 2)
    shorter = three.desk.disrupt(amend(request_id="a-2", etag="D-1:2", end=at(2)))
    assert (shorter.at_risk, shorter.recovered) == ((), ())
    assert stands(three)[:2] == [(PromiseState.AT_RISK, at(2), at(3)), (PromiseState.AT_RISK, at(4), at(5))]
    with pytest.raises(StaleEtag):
        three.desk.disrupt(amend(request_id="a-3", etag="D-1:2", end=at(3)))
    assert three.desk.check() == []


def test_what_is_known_of_later_is_planned_around_and_taken_back(three: Bench) -> None:
    """A repair from 12 to 16 moves SO-3 alone; it is put off before it began, and never came."""
    made = three.desk.disrupt(report(start=at(4), end=at(8)))
    assert (made.at_risk, made.moved_in_time) == ((), 1)
    assert line(three, "SO-3").expected_time == at(10)
    over = three.desk.disrupt(close())
    assert (over.disruption.end, over.disruption.start) == (at(4), at(4))
    assert stands(three) == BEFORE


def test_a_breakdown_told_late_costs_what_it_cost(three: Bench) -> None:
    """Since 8:30, told at 9:00, until 10:00: an hour and a half of SO-1 are left then."""
    three.desk.disrupt(report(start=at(0.5), end=at(2)))
    assert line(three, "SO-1").expected_time == at(3.5)
    assert three.desk.check() == []
    three.crash()
    assert line(three, "SO-1").expected_time == at(3.5)
    assert three.desk.check() == []


def test_an_import_and_a_restart_keep_what_is_open(three: Bench) -> None:
    """The files know nothing of it; what is exported neither."""
    three.desk.disrupt(report(end=at(7)))
    plant = moulding_shop()
    assert three.desk.export_plant() == write_plant(plant)
    named = replace(plant, resources=(replace(plant.resources[0], name="press one"), *plant.resources[1:]))
    three.desk.import_plant(write_plant(named))
    assert stands(three) == CRACKED
    assert three.desk.plant().downtimes[0].subject_id == "CAP"
    three.restart()
    assert stands(three) == CRACKED
    assert three.desk.export_plant() == write_plant(named)
    assert three.desk.check() == []


def test_a_feed_keeps_what_is_open(three: Bench) -> None:
    """A count of caps goes into the plant as it is and into that of the files."""
    three.desk.disrupt(report(end=at(7)))
    three.desk.feed(Feed("f-1", stock=(OnHand("cap", 240, at(1)),)))
    for _ in range(2):
        assert (three.desk.plant().on_hand, len(three.desk.plant().downtimes)) == ((OnHand("cap", 240, at(1)),), 1)
        assert b"cap,240" in three.desk.export_plant()["stock.csv"]
        assert stands(three) == CRACKED
        three.crash()
    assert three.desk.promise(ask(order("SO-4", days=0))).lines[0].promised_time == at(1)


def test_a_report_that_cannot_be_stored_changes_nothing(three: Bench) -> None:
    """And one of which nobody knows whether it was is found by its request id."""
    schedule = three.desk.schedule()
    for fault in ("before", "lost"):
        three.store.faults.append(fault)
        with pytest.raises(DeskStopped):
            three.desk.disrupt(report(end=at(7)))
        assert (three.desk.schedule(), stands(three), three.desk.disruptions()) == (schedule, BEFORE, [])
    three.store.faults.append("after")
    with pytest.raises(DeskStopped):
        three.desk.disrupt(report(end=at(7)))
    assert stands(three) == CRACKED
    assert three.desk.disrupt(report(end=at(7))).disruption == three.desk.disruptions()[0]


def test_a_hold_that_slips_stays_a_hold_and_is_confirmed_at_risk(shop: Bench) -> None:
    """Nobody was promised anything yet; a human decides, and is told."""
    held = shop.desk.promise(ask(order("SO-1"), hold_until=at(4)))
    assert held.lines[0].promised_time == at(48)
    made = shop.desk.disrupt(report(end=at(47.5)))
    assert [(x.order_id, x.state, x.expected) for x in made.at_risk] == [("SO-1", PromiseState.HELD, at(50))]
    assert line(shop, "SO-1").state is PromiseState.HELD
    confirmed = shop.desk.change(change("SO-1", Confirm()))
    assert (confirmed.promise.lines[0].state, confirmed.promise.lines[0].cause) == (
        PromiseState.AT_RISK,
        Cause("D-1", "mould", "CAP"),
    )
    assert [x.order_id for x in shop.desk.at_risk()] == ["SO-1"]
    assert shop.desk.check() == []


def test_hours_added_bring_promises_back_and_hours_cancelled_cost_some(shop: Bench) -> None:
    """The shop works from 8 to 20: tonight from 20 to 22 too, and not from 9 to 11 today."""
    shop.desk.promise(ask(order("SO-1", quantity=1200, days=0)))
    assert line(shop, "SO-1").promised_time == at(10)
    lost = shop.desk.disrupt(
        report("long", kind=DisruptionKind.SHIFT_CANCELLED, start=at(1), end=at(4), reason="power cut")
    )
    assert [(x.expected, x.cause) for x in lost.at_risk] == [(at(25), Cause("D-1", "mould", "M1"))]
    added = report("long", "d-2", kind=DisruptionKind.SHIFT_ADDED, start=at(12), end=at(14))
    won = shop.desk.disrupt(added)
    assert won.disruption.id == "D-2"
    assert line(shop, "SO-1").expected_time == at(13)
    assert [x.kind for x in shop.desk.events()[-2:]] == [EventKind.DISRUPTION_REPORTED, EventKind.RECOVERED]
    shop.desk.disrupt(close("D-1"))
    assert (line(shop, "SO-1").state, line(shop, "SO-1").expected_time) == (PromiseState.CONFIRMED, at(10))
    shop.crash()
    assert line(shop, "SO-1").expected_time == at(10)
    assert shop.desk.promise(ask(order("SO-2", days=0, quantity=480))).lines[0].promised_time == at(14)
    assert shop.desk.check() == []


def test_without_its_packers_the_boxes_wait(shop: Bench) -> None:
    """Away until Wednesday 8:00, and the cause is the packing."""
    promised = shop.desk.promise(ask(order("SO-1", "box", 60, days=0))).lines[0].promised_time
    made = shop.desk.disrupt(report("PACKERS", end=at(48)))
    assert made.disruption.kind is DisruptionKind.CREW_ABSENT
    assert [(x.promised, x.cause) for x in made.at_risk] == [(promised, Cause("D-1", "pack", "PACKERS"))]
    assert min(r.start for r in shop.desk.schedule() if r.operation_id == "pack") == at(48)


@pytest.mark.parametrize("told_late", [True, False])
def test_a_run_that_was_taken_to_begin_in_a_break_comes_after_it_though_its_mould_hangs(shop: Bench, told_late) -> None:
    """Its mould, told on Monday to be back, was away all the time: the run stood in the break, and broke the plan."""
    if not told_late:
        shop.desk.disrupt(report("LID", end=at(1)))
    shop.desk.promise(ask(order("SO-1", "lid", 120, days=3)))
    (row,) = shop.desk.schedule()
    assert row.visit_start < row.start
    shop.desk.set_clock(row.start + timedelta(minutes=4))
    back = row.start + timedelta(hours=3)
    if told_late:
        shop.desk.disrupt(report("LID", start=row.start - timedelta(minutes=10), end=back))
    else:
        shop.desk.disrupt(amend(end=back))
    (after,) = shop.desk.schedule()
    assert (after.visit_start, after.start, after.end) == (row.visit_start, back, back + (row.end - row.start))
    assert shop.desk.check() == []
    shop.crash()
    assert shop.desk.schedule() == [after]


def test_a_customer_who_takes_a_later_date_is_at_risk_no_more(three: Bench) -> None:
    """A planner tells SO-2 another date, and SO-1 is amended to Wednesday."""
    three.desk.disrupt(report(end=at(7)))
    three.desk.change(change("SO-2", ForceDate(1, at(11)), reason="told by phone"))
    asked = replace(three.desk.get("SO-1").order.lines[0], requested_time=at(48))
    standing = three.desk.get("SO-1")
    three.desk.change(change("SO-1", Amend(replace(standing.order, lines=(asked,))), etag=standing.etag))
    for name in ("SO-1", "SO-2"):
        assert (line(three, name).state, line(three, name).cause) == (PromiseState.CONFIRMED, None)
    assert three.desk.at_risk() == []
    assert three.desk.check() == []


def test_what_leaves_no_place_within_the_horizon_is_refused_with_the_list(places: Places) -> None:
    """The plant plans three days: CAP away for longer would leave orders without a place, and nothing may be lost."""
    plant = moulding_shop()
    plant = replace(plant, settings=replace(plant.settings, horizon=timedelta(days=3)))
    with bench(places(), plant=plant) as shop:
        for number in (1, 2, 3):
            shop.desk.promise(ask(order(f"SO-{number}", days=0)))
        shop.desk.set_clock(at(1))
        schedule, events = shop.desk.schedule(), shop.desk.events()
        for hours in (80, 24 * 30):
            with pytest.raises(WouldBreakReservations, match="no place within the plant's horizon"):
                shop.desk.disrupt(report(start=at(1.5), end=at(hours)))
            assert (shop.desk.schedule(), shop.desk.events(), stands(shop)[0]) == (schedule, events, BEFORE[0])
        shop.desk.disrupt(report(expected_end=at(24), start=at(1.5)))
        # When nobody says anything the end moves as far as there is room, and then no further.
        for day in (2, 3, 4):
            shop.desk.set_clock(at(24 * day))
            assert {r.order_id for r in shop.desk.schedule()} == {"SO-1", "SO-2", "SO-3"}
            assert shop.desk.check() == []


SENSELESS = [
    (Report("M9"), "subject_id"),
    (Report("CAP", DisruptionKind.MACHINE_DOWN), "subject_id"),
    (Report("M1", DisruptionKind.MOULD_IN_REPAIR), "subject_id"),
    (Report("M1", DisruptionKind.CREW_ABSENT), "subject_id"),
    (Report("CAP", DisruptionKind.SHIFT_ADDED, end=at(3)), "subject_id"),
    (Report("M1", DisruptionKind.SHIFT_ADDED), "end_time"),
    (Report("CAP", start=at(2), end=at(2)), "end_time"),
    (Report("CAP", end=at(0.5)), "end_time"),
    (Report("CAP", expected_end=at(1)), "expected_end_time"),
    (Report("CAP", start=at(-80), end=at(2)), "start_time"),
    (Report("CAP", start=at(9999)), "start_time"),
    (Report("CAP", end=at(99999)), "end_time"),
    (Report("CAP", end=datetime(2026, 3, 3)), "end_time"),
    (Report("CAP", reason="x" * 1001), "reason"),
    (Report("CAP", source="\x00"), "source"),
    (Report("CAP", disruption_id=" "), "disruption_id"),
]


def test_a_report_that_makes_no_sense_is_told_by_its_field(three: Bench) -> None:
    """Nothing is changed."""
    events = three.desk.events()
    for wrong, field in SENSELESS:
        with pytest.raises(InvalidInput) as refused:
            three.desk.disrupt(DisruptionAsk(wrong, "d-1", "floor"))
        assert refused.value.violations[0].field == field, wrong
    assert (three.desk.events(), stands(three)) == (events, BEFORE)


def test_a_change_of_a_report_that_makes_no_sense_is_refused(three: Bench) -> None:
    """Of one that nobody reported, that is over, that is called the same; with two ends, none, or one to come."""
    with pytest.raises(NotFound):
        three.desk.disrupt(close("D-9"))
    three.desk.disrupt(report(end=at(7), disruption_id="crack"))
    with pytest.raises(AlreadyExists):
        three.desk.disrupt(report("LID", "d-2", disruption_id="crack"))
    for wrong in (amend("crack", end=at(5), expected_end=at(6)), amend("crack"), close("crack", ended=at(5))):
        with pytest.raises(InvalidInput):
            three.desk.disrupt(wrong)
    three.desk.disrupt(close("crack"))
    for late in (amend("crack", end=at(5)), close("crack", "c-2")):
        with pytest.raises(WrongState):
            three.desk.disrupt(late)


def test_hours_that_were_added_for_weeks_are_worked_to_their_end(shop: Bench) -> None:
    """Twenty days round the clock: in the night of the tenth, caps for two hours are made at once."""
    start = MONDAY + timedelta(days=1)
    added = Report("long", DisruptionKind.SHIFT_ADDED, start, start + timedelta(days=20))
    shop.desk.disrupt(DisruptionAsk(added, "d-1", "floor"))
    night = MONDAY + timedelta(days=10, hours=14)
    shop.desk.set_clock(night)
    made = shop.desk.promise(ask(order("SO-1", days=11))).lines[0]
    assert made.expected_time == night + timedelta(hours=2)
    assert shop.desk.check() == []


def test_work_that_could_not_begin_as_the_break_goes_on_begins_after_it(shop: Bench) -> None:
    """The mould was to be back at 10, and at 11 it is told that it stays away until 15: nothing was made at 10."""
    shop.desk.disrupt(report("CAP", end=at(2)))
    shop.desk.promise(ask(order("SO-1", days=4)))
    assert [row.start for row in shop.desk.schedule()] == [at(2)]
    shop.desk.set_clock(at(3))
    made = shop.desk.disrupt(amend(end=at(7)))
    assert (made.reopened, made.interrupted) == (1, 0)
    assert [(row.start, row.end, row.fixed) for row in shop.desk.schedule()] == [(at(7), at(9), False)]
    assert shop.desk.check() == []


def test_work_that_was_reported_to_have_begun_in_a_break_has_begun(shop: Bench) -> None:
    """Somebody saw it: it goes on after the break that is told afterwards."""
    shop.desk.disrupt(report("CAP", end=at(2)))
    shop.desk.promise(ask(order("SO-1", days=4)))
    shop.desk.set_clock(at(3))
    key = shop.desk.schedule()[0].operation_key
    begun = ProgressItem(MarkKind.STARTED, operation_key=key, time=at(2))
    shop.desk.progress(ProgressAsk((begun,), "p-1", "floor"))
    made = shop.desk.disrupt(amend(end=at(7)))
    assert (made.reopened, made.interrupted) == (0, 1)
    assert [(row.start, row.fixed) for row in shop.desk.schedule()] == [(at(2), True)]
