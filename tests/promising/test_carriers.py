"""Promises with carriers: goods leave at a cut-off, and what was told of it stands."""

from datetime import datetime, time, timedelta

import pytest

from domain.calendars import Calendar, CalendarDay, DayKind
from domain.errors import InvalidInput, WouldBreakReservations
from domain.orders import ShipMode
from domain.promises import Outcome, PromiseState, ReasonKind
from domain.supply import Receipt
from domain.trade import Carrier
from domain.values import replace
from promising.feed_requests import CustomerChange, Feed, ReceiptChange
from promising.plant_files import write_plant
from promising.requests import Accept, Amend, AsQuoted, Confirm, ForceDate
from tests.promising.carriers import AIR, HOUR, SEA, WEEK, adds_up, local, order, shop_with, way
from tests.promising.desks import ask, bench, change
from tests.stores import Places

MON_10 = local("2026-03-02 10:00")
TUE_16 = local("2026-03-03 16:00")


@pytest.fixture
def shop(places: Places):
    with bench(places(), plant=shop_with()) as made:
        yield made


def test_a_line_leaves_at_the_next_cut_off_and_the_answer_tells_with_whom(shop):
    """Ready at 10:00, collected at 16:00, there a day later; its work may take until the cut-off."""
    promise = shop.desk.promise(ask(order()))
    (line,) = promise.lines
    assert (line.outcome, line.carrier_id, line.region) == (Outcome.ON_TIME, "sea", "north")
    assert (line.promised_time, line.expected_time) == (TUE_16, TUE_16)
    assert line.deadline == local("2026-03-02 16:00")
    assert way(line) == [(ReasonKind.CUT_OFF, 6, "sea"), (ReasonKind.SHIPPING, 24, "sea")]
    assert adds_up(promise)
    assert shop.desk.check() == []
    shop.restart()
    assert shop.desk.get("SO-1") == promise


def test_a_later_date_has_its_buffer_and_its_grid_behind_the_arrival(places):
    """Tuesday 16:00 and an hour, rounded up to whole days; the deadline leaves the hour before the cut-off."""
    plant = shop_with(buffer=HOUR, promise_grid=timedelta(days=1))
    with bench(places(), plant=plant) as shop:
        (line,) = shop.desk.promise(ask(order("SO-1", ("cap", 240, "2026-03-03 15:59")))).lines
        assert (line.outcome, line.expected_time) == (Outcome.LATER, TUE_16)
        assert line.promised_time == local("2026-03-04 00:00")
        assert line.deadline == local("2026-03-02 15:00")
        assert way(line)[2:] == [(ReasonKind.BUFFER, 1, ""), (ReasonKind.ROUNDING, 7, "")]


def test_packing_comes_before_the_pick_up(shop):
    """Jars in stock are packed by 9:00, an hour after they were asked for."""
    (line,) = shop.desk.promise(ask(order("SO-1", ("jar", 10, "2026-03-04 00:00")))).lines
    assert (line.expected_time, line.deadline) == (TUE_16, local("2026-03-02 15:00"))
    assert way(line) == [
        (ReasonKind.SHIPPING, 1, ""), (ReasonKind.CUT_OFF, 7, "sea"), (ReasonKind.SHIPPING, 24, "sea"),
        (ReasonKind.NOT_EARLIER, 8, ""),
    ]  # fmt: skip


def test_the_order_may_name_region_and_carrier(places):
    """Over what the customer has; the first to arrive brings it where nobody is named."""
    south = Carrier("sea", "south", 2 * timedelta(days=1), time(16), WEEK)
    with bench(places(), plant=shop_with(SEA, AIR, south)) as shop:

        def told(**changes):
            asked = order("SO-1", ("jar", 10, "2026-03-02 09:00"), **changes)
            (line,) = shop.desk.quote(ask(asked)).lines
            return line.carrier_id, line.region, line.expected_time

        assert told() == ("air", "north", local("2026-03-02 21:00"))
        assert told(carrier_id="sea") == ("sea", "north", TUE_16)
        assert told(region="south") == ("sea", "south", local("2026-03-04 16:00"))
        assert told(customer_id="BETA") == ("", "", local("2026-03-02 09:00"))
        assert told(customer_id="BETA", region="north") == ("air", "north", local("2026-03-02 21:00"))


def test_a_way_that_no_carrier_goes_is_refused_by_its_field(places):
    """With those that there are."""
    with bench(places(), plant=shop_with(SEA, replace(AIR, region="south"))) as shop:
        for changes, found in {
            (("region", "east"),): ("region", "no carrier goes to 'east'", "north, south"),
            (("carrier_id", "rail"),): ("carrier_id", "no carrier 'rail'", "sea, air"),
            (("carrier_id", "air"),): ("carrier_id", "'air' does not go to 'north'", "sea"),
            (("carrier_id", "air"), ("customer_id", "BETA")): (
                "region", "is missing, and 'air' does not go everywhere", "south",
            ),
        }.items():  # fmt: skip
            with pytest.raises(InvalidInput) as refused:
                shop.desk.quote(ask(order(**dict(changes))))
            assert [(v.field, v.problem, v.allowed) for v in refused.value.violations] == [found]


def test_a_region_that_was_fed_counts_for_the_next_order_and_not_for_those_that_stand(places):
    """What was told stays with its carrier, after a restart too."""
    with bench(places(), plant=shop_with(SEA, replace(AIR, region="south"))) as shop:
        shop.desk.promise(ask(order()))
        shop.desk.feed(Feed("f", "erp", customers=(CustomerChange("ACME", region="south"),)))
        assert shop.desk.promise(ask(order("SO-2"))).lines[0].carrier_id == "air"
        shop.restart()
        assert [shop.desk.get(name).lines[0].carrier_id for name in ("SO-1", "SO-2")] == ["sea", "air"]


def test_a_later_order_shifts_a_line_up_to_its_last_cut_off(shop):
    """The caps of Friday let those of Tuesday in front; then they miss Monday's cut-off and arrive a day later."""
    first = shop.desk.promise(ask(order("SO-1", ("cap", 840, "2026-03-05 16:00"))))
    assert first.lines[0].expected_time == TUE_16
    assert first.lines[0].deadline == local("2026-03-04 16:00")
    shop.desk.promise(ask(order("SO-2", ("cap", 240, "2026-03-03 16:00"))))
    line = shop.desk.get("SO-1").lines[0]
    assert (line.expected_time, line.promised_time) == (local("2026-03-04 16:00"), local("2026-03-05 16:00"))
    assert shop.desk.check() == []
    shop.restart()
    assert shop.desk.get("SO-1").lines[0] == line


def test_goods_from_a_receipt_that_comes_later_arrive_later(places):
    """In time for Wednesday's cut-off instead of Tuesday's."""
    receipt = Receipt("R-1", "jar", 500, local("2026-03-03 08:00"))
    with bench(places(), plant=replace(shop_with(), receipts=(receipt,), on_hand=())) as shop:
        (line,) = shop.desk.promise(ask(order("SO-1", ("jar", 100, "2026-03-06 16:00")))).lines
        assert (line.expected_time, line.deadline) == (local("2026-03-04 16:00"), local("2026-03-05 15:00"))
        shop.desk.feed(Feed("f", "erp", receipts=(ReceiptChange("R-1", time=local("2026-03-03 15:01")),)))
        assert shop.desk.get("SO-1").lines[0].expected_time == local("2026-03-05 16:00")
        with pytest.raises(WouldBreakReservations):
            shop.desk.feed(Feed("g", "erp", receipts=(ReceiptChange("R-1", time=local("2026-03-05 15:01")),)))


def test_a_hold_is_collected_after_it_ends_and_confirmed_as_if_it_came_now(shop):
    """Held until Tuesday noon it leaves on Tuesday; confirmed at once on Monday."""
    until = local("2026-03-03 12:00")
    held = shop.desk.promise(ask(order("SO-1", ("jar", 10, "2026-03-03 16:00")), hold_until=until))
    (line,) = held.lines
    assert (line.state, line.promised_time, line.if_confirmed) == (
        PromiseState.HELD, local("2026-03-04 16:00"), TUE_16,
    )  # fmt: skip
    assert adds_up(held)
    quoted = Confirm(AsQuoted(held.quote_id))
    confirmed = shop.desk.change(change("SO-1", quoted)).promise
    assert (confirmed.lines[0].promised_time, confirmed.lines[0].carrier_id) == (TUE_16, "sea")
    assert adds_up(confirmed)


def test_a_quote_for_another_way_is_no_quote_for_this_one(shop):
    """Region, carrier and ship mode are part of what was quoted."""
    quote = shop.desk.quote(ask(order()))
    for changes in ({"region": "north"}, {"carrier_id": "sea"}, {"ship": ShipMode.COMPLETE}):
        with pytest.raises(InvalidInput, match="something else"):
            shop.desk.promise(ask(order(**changes), as_quoted=AsQuoted(quote.quote_id)))
    assert shop.desk.promise(ask(order(), as_quoted=AsQuoted(quote.quote_id))).lines[0].outcome is Outcome.ON_TIME


def test_an_amendment_sends_an_order_another_way(places):
    """All its lines are placed anew, also one whose work has begun; a date that is worse for that is declined."""
    slow = replace(SEA, id="slow", lead=timedelta(days=4))
    with bench(places(), plant=shop_with(SEA, slow)) as shop:
        standing = shop.desk.promise(
            ask(order("SO-1", ("cap", 240, "2026-03-03 16:00"), ("jar", 10, "2026-03-03 16:00")))
        )
        shop.desk.set_clock(local("2026-03-02 09:00"))
        asked = replace(standing.order, carrier_id="slow")
        declined = shop.desk.change(change("SO-1", Amend(asked, Accept.ON_TIME), etag=standing.etag))
        assert (declined.receipt.made, declined.receipt.refusal) == (False, "later_than_requested")
        assert {line.offered for line in declined.receipt.lines} == {local("2026-03-06 16:00")}
        amended = shop.desk.change(change("SO-1", Amend(asked), "again", etag=standing.etag)).promise
        assert [(line.carrier_id, line.promised_time) for line in amended.lines] == [
            ("slow", local("2026-03-06 16:00"))
        ] * 2
        history = shop.desk.history("SO-1")[-1]
        assert [(each.field, each.before, each.after) for each in history.contents] == [("carrier_id", "", "slow")]
        assert shop.desk.check() == []
        shop.restart()
        assert shop.desk.get("SO-1") == amended


def test_a_forced_date_counts_with_the_cut_off(shop):
    """An hour sooner than Tuesday's arrival can't be kept; Wednesday's leaves a day's more slack."""
    shop.desk.promise(ask(order()))
    forced = shop.desk.change(change("SO-1", ForceDate(1, local("2026-03-03 15:00")), reason="he insists")).promise
    (line,) = forced.lines
    assert (line.state, line.deadline, line.expected_time) == (PromiseState.AT_RISK, MON_10, TUE_16)
    assert shop.desk.check() == []
    eased = ForceDate(1, local("2026-03-04 16:00"))
    (line,) = shop.desk.change(change("SO-1", eased, "again", reason="he may")).promise.lines
    assert (line.state, line.deadline) == (PromiseState.CONFIRMED, local("2026-03-03 16:00"))


# A change of the carriers, and what it would break: the caps made until 10:00 are promised for Tuesday 16:00.
BREAKING = {
    "a cut-off before the work ends": (
        replace(SEA, cut_off=time(9)), "would arrive 2026-03-04 09:00, promised for 2026-03-03 16:00",
    ),
    "a lead an hour longer": (
        replace(SEA, lead=25 * HOUR), "would arrive 2026-03-03 17:00, promised for 2026-03-03 16:00",
    ),
    "no pick-up on Mondays": (
        replace(SEA, weekdays=frozenset({1, 2})), "would arrive 2026-03-04 16:00, promised for 2026-03-03 16:00",
    ),
    "another region": (replace(SEA, region=""), ""),
    "a region less": (replace(SEA, region="south"), "sea does not go to north any more"),
}  # fmt: skip


@pytest.mark.parametrize("case", BREAKING)
def test_an_import_of_carriers_that_breaks_a_promise_is_refused_with_the_list(shop, case):
    """And changes nothing; what keeps it is taken."""
    made, problem = BREAKING[case]
    promise = shop.desk.promise(ask(order()))
    plant = shop.desk.plant()
    customers = tuple(replace(customer, region="") for customer in plant.customers)
    files = write_plant(replace(plant, carriers=(made,), customers=customers))
    if not problem:
        assert shop.desk.import_plant(files).applied
        assert shop.desk.check() == []
        return
    with pytest.raises(WouldBreakReservations) as refused:
        shop.desk.import_plant(files)
    assert list(refused.value.broken) == [f"SO-1 line 1: {problem}"]
    assert shop.desk.plant() == plant
    assert shop.desk.get("SO-1") == promise


def test_an_import_of_an_earlier_cut_off_binds_what_is_promised_to_it(shop):
    """The work may no longer take until 16:00, and a later order finds less slack there."""
    shop.desk.promise(ask(order()))
    plant = replace(shop.desk.plant(), carriers=(replace(SEA, cut_off=time(11), lead=29 * HOUR),))
    shop.desk.import_plant(write_plant(plant))
    assert shop.desk.get("SO-1").lines[0].deadline == local("2026-03-02 11:00")
    shop.desk.promise(ask(order("SO-2", ("cap", 240, "2026-03-02 12:00"), customer_id="BETA")))
    assert shop.desk.get("SO-1").lines[0].expected_time == TUE_16
    assert shop.desk.check() == []
    shop.restart()
    assert shop.desk.get("SO-1").lines[0].deadline == local("2026-03-02 11:00")
    assert shop.desk.check() == []


def test_a_carrier_that_nobody_collects_with_any_more_refuses(places):
    """Its calendar has one day, which is over."""
    once = Calendar("once", (), (CalendarDay(datetime(2026, 2, 2).date(), DayKind.OVERTIME, time(8), time(9)),))
    gone = replace(SEA, weekdays=frozenset(), calendar_id="once")
    plant = shop_with()
    with bench(places(), plant=replace(plant, calendars=(*plant.calendars, once), carriers=(gone,))) as shop:
        (line,) = shop.desk.promise(ask(order())).lines
        assert (line.state, line.refusal) == (PromiseState.REFUSED, "no_pick_up")
        assert shop.desk.schedule() == []
