"""Orders that are delivered complete: all lines on one date, or none."""

import pytest

from domain.errors import WrongState
from domain.orders import Order, OrderLine, ShipMode
from domain.promises import Outcome, PromiseState, ReasonKind
from domain.values import replace
from promising.requests import Accept, Amend, AsQuoted, Confirm, ForceDate, Split
from tests.promising.carriers import SEA, adds_up, local, shop_with, way
from tests.promising.carriers import order as order_of
from tests.promising.desks import ask, bench, change
from tests.stores import Places

TUE_16, WED_16 = local("2026-03-03 16:00"), local("2026-03-04 16:00")
JARS = ("jar", 10, "2026-03-05 16:00")
CAPS = ("cap", 1080, "2026-03-05 16:00")
"""Nine hours of work: done at 17:00, an hour after the pick-up."""


def order(*asked: tuple[str, int, str], order_id: str = "SO-1", **changes: str) -> Order:
    return order_of(order_id, *(asked or (JARS, CAPS)), ship=ShipMode.COMPLETE, **changes)


@pytest.fixture
def shop(places: Places):
    with bench(places(), plant=shop_with()) as made:
        yield made


def dates(promise):
    """Promised and expected times of all lines, each once."""
    return {(line.promised_time, line.expected_time) for line in promise.lines}


def test_all_lines_leave_with_the_last_and_have_its_date(shop):
    """The jars wait eight hours for the caps, and go with them at the pick-up of Tuesday."""
    promise = shop.desk.promise(ask(order()))
    assert dates(promise) == {(local("2026-03-05 16:00"), WED_16)}
    jars, caps = promise.lines
    assert way(jars) == [
        (ReasonKind.SHIPPING, 1, ""), (ReasonKind.TOGETHER, 8, ""), (ReasonKind.CUT_OFF, 23, "sea"),
        (ReasonKind.SHIPPING, 24, "sea"), (ReasonKind.NOT_EARLIER, 24, ""),
    ]  # fmt: skip
    assert way(caps)[0] == (ReasonKind.CUT_OFF, 23, "sea")
    assert [line.deadline for line in promise.lines] == [local("2026-03-04 15:00"), WED_16]
    assert adds_up(promise)
    assert shop.desk.check() == []
    shop.restart()
    assert shop.desk.get("SO-1") == promise


def test_with_several_dates_asked_for_all_are_kept_or_the_goods_have_their_own(shop):
    """The first one that is asked for, if all can be there; else their own date, if no one that is met is sooner."""
    early, late = ("jar", 10, "2026-03-06 16:00"), ("cap", 1080, "2026-03-09 16:00")
    answer = shop.desk.quote(ask(order(early, late)))
    assert dates(answer) == {(local("2026-03-06 16:00"), WED_16)}
    assert [line.outcome for line in answer.lines] == [Outcome.ON_TIME, Outcome.ON_TIME]
    answer = shop.desk.quote(ask(order(("jar", 10, "2026-03-03 16:00"), late)))
    assert dates(answer) == {(WED_16, WED_16)}
    assert [line.outcome for line in answer.lines] == [Outcome.LATER, Outcome.ON_TIME]
    assert adds_up(answer)


def test_a_line_that_cannot_be_had_takes_all_others_with_it(shop):
    """Nothing stays in the plan or in reserve."""
    wanted = order(JARS, ("jar", 400, "2026-03-05 16:00"), CAPS)
    promise = shop.desk.promise(ask(wanted))
    assert [line.refusal for line in promise.lines] == ["not_complete", "no_supply", "not_complete"]
    jars, caps = order(("jar", 10, "2026-03-03 16:00"), ("cap", 1080, "2026-03-03 16:00")).lines
    late = replace(order(), lines=(jars, replace(caps, latest_time=TUE_16)))
    promise = shop.desk.promise(ask(late, "again"))
    assert [(line.refusal, line.earliest_time) for line in promise.lines] == [
        ("not_complete", WED_16), ("later_than_latest", WED_16),
    ]  # fmt: skip
    assert {line.state for line in promise.lines} == {PromiseState.REFUSED}
    assert shop.desk.schedule() == []
    assert shop.desk.promise(ask(order(("jar", 300, "2026-03-05 16:00")), "third")).lines[0].refusal == ""


def test_a_later_order_delays_all_lines_together(shop):
    """The caps move behind others for Tuesday: they miss that pick-up, and the jars wait for them."""
    asked = (("jar", 10, "2026-03-06 16:00"), ("cap", 1080, "2026-03-06 16:00"))
    shop.desk.promise(ask(order(*asked)))
    other = order_of("SO-2", ("cap", 1440, "2026-03-04 16:00"), ("lid", 1440, "2026-03-04 16:00"), region="north")
    shop.desk.promise(ask(other))
    promise = shop.desk.get("SO-1")
    (shown,) = dates(promise)
    last = max(r.end for r in shop.desk.schedule() if r.order_id == "SO-1")
    assert last > local("2026-03-03 16:00")
    assert shown == (local("2026-03-06 16:00"), local("2026-03-05 16:00"))
    assert shop.desk.check() == []
    shop.restart()
    assert shop.desk.get("SO-1").lines == promise.lines


def test_a_held_order_is_confirmed_together(shop):
    """Its lines have one date before and after."""
    held = shop.desk.promise(ask(order(), hold_until=local("2026-03-03 12:00")))
    assert len(dates(held)) == 1
    assert {line.if_confirmed for line in held.lines} == {local("2026-03-05 16:00")}
    confirmed = shop.desk.change(change("SO-1", Confirm(AsQuoted(held.quote_id)))).promise
    assert dates(confirmed) == {(local("2026-03-05 16:00"), WED_16)}
    assert shop.desk.check() == []


def test_a_line_added_moves_the_date_of_all(shop):
    """Also of those that have begun; or the amendment is declined and nothing has moved."""
    standing = shop.desk.promise(ask(order(("jar", 10, "2026-03-03 16:00"), ("cap", 240, "2026-03-03 16:00"))))
    assert dates(standing) == {(TUE_16, TUE_16)}
    shop.desk.set_clock(local("2026-03-02 09:00"))
    more = OrderLine(3, "lid", 1080, TUE_16)
    asked = replace(standing.order, lines=(*standing.order.lines, more))
    declined = shop.desk.change(change("SO-1", Amend(asked, Accept.ON_TIME), etag=standing.etag))
    assert not declined.receipt.made
    assert shop.desk.get("SO-1") == standing
    amended = shop.desk.change(change("SO-1", Amend(asked), "again", etag=standing.etag)).promise
    assert dates(amended) == {(WED_16, WED_16)}
    assert adds_up(amended)
    assert shop.desk.check() == []
    shop.restart()
    assert shop.desk.get("SO-1") == amended


def test_an_order_may_become_complete_and_be_taken_apart_again(shop):
    """By an amendment that changes nothing else."""
    by_line = shop.desk.promise(ask(order_of("SO-1", JARS, CAPS)))
    assert [line.expected_time for line in by_line.lines] == [TUE_16, WED_16]
    whole = replace(by_line.order, ship=ShipMode.COMPLETE)
    complete = shop.desk.change(change("SO-1", Amend(whole), "a", etag=by_line.etag)).promise
    assert dates(complete) == {(local("2026-03-05 16:00"), WED_16)}
    apart = shop.desk.change(change("SO-1", Amend(by_line.order), "b", etag=complete.etag)).promise
    assert [line.expected_time for line in apart.lines] == [TUE_16, WED_16]


def test_a_forced_date_is_that_of_all_lines_and_a_line_is_not_split(shop):
    """One date for the order; who wants another for a part first says that it need not be complete."""
    shop.desk.promise(ask(order()))
    forced = shop.desk.change(change("SO-1", ForceDate(1, TUE_16), reason="he insists")).promise
    assert dates(forced) == {(TUE_16, WED_16)}
    assert {line.state for line in forced.lines} == {PromiseState.AT_RISK}
    eased = shop.desk.change(change("SO-1", ForceDate(2, WED_16), "again", reason="he may")).promise
    assert {line.state for line in eased.lines} == {PromiseState.CONFIRMED}
    assert shop.desk.check() == []
    with pytest.raises(WrongState, match="complete"):
        shop.desk.change(change("SO-1", Split(2, 100, TUE_16)))


def test_without_carriers_the_last_line_is_the_date_of_all(places):
    """Packed is delivered there."""
    plant = replace(shop_with(SEA), carriers=())
    with bench(places(), plant=plant) as shop:
        promise = shop.desk.promise(ask(order(("jar", 10, "2026-03-02 10:00"), ("cap", 240, "2026-03-02 09:30"))))
        assert dates(promise) == {(local("2026-03-02 10:00"), local("2026-03-02 10:00"))}
        assert [line.outcome for line in promise.lines] == [Outcome.ON_TIME, Outcome.LATER]
        shop.restart()
        assert shop.desk.get("SO-1") == promise
