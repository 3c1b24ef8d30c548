"""Golden scenarios of a customer's change: made as an amendment, listed as what happened, no other promise broken."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from domain.disruptions import DisruptionKind, DisruptionState
from domain.errors import InvalidInput, StaleEtag, WrongState
from domain.orders import Order, OrderLine
from domain.promises import EventKind, PromiseState
from domain.values import replace
from promising.disruption_requests import AmendReport, CloseReport, DisruptionAsk, Report
from promising.ports import Admission, Verdict
from tests.promising.desks import Bench, ask
from tests.promising.test_lots import works
from tests.scheduler.test_sourcing import NOW, hours, stocked
from tests.stores import Places

WANTS = DisruptionKind.CUSTOMER_CHANGE


def wants(request_id="d-1", order_id="SO-2", validate_only=False, etag="", **fields):
    report = Report(order_id, WANTS, **fields)
    return DisruptionAsk(report, request_id, "sales", etag, validate_only)


def opened(places: Callable[[], Path | str]) -> Bench:
    """Vases from eight to ten and to eleven, shades to noon, each promised for then; SO-4 has both, for the evening."""
    made = Bench(places(), works(on_hand=stocked(resin=100)))
    made.desk.set_clock(NOW, caller="planner")
    for name, item, quantity, by in (("SO-1", "vase", 20, 2), ("SO-2", "vase", 10, 3), ("SO-3", "shade", 10, 4)):
        made.desk.promise(ask(Order(name, "C-1", (OrderLine(1, item, quantity, hours(by)),))))
    lines = (OrderLine(1, "vase", 5, hours(7)), OrderLine(2, "shade", 5, hours(7)))
    made.desk.promise(ask(Order("SO-4", "C-1", lines)))
    return made


@pytest.fixture
def shop(places: Places) -> Iterator[Bench]:
    """On each store."""
    made = opened(places)
    yield made
    made.close()


@pytest.fixture
def works_(tmp_path: Path) -> Iterator[Bench]:
    """On one store."""
    made = opened(lambda: tmp_path / "store.sqlite")
    yield made
    made.close()


def promised(shop: Bench, order_id: str):
    return [(line.state, line.quantity, line.promised_time) for line in shop.desk.get(order_id).lines]


CONFIRMED = PromiseState.CONFIRMED


def test_more_is_promised_later_and_nobody_else_waits(shop: Bench) -> None:
    """Twenty instead of ten: the shades of SO-3 go first, which were to be there by noon, and SO-4 has time."""
    others = [promised(shop, name) for name in ("SO-1", "SO-3", "SO-4")]
    made = shop.desk.disrupt(wants(line_no=1, quantity=20, source="mail", reason="a bigger opening"))
    told = made.disruption
    assert (told.kind, told.subject_id, told.line_no, told.quantity, told.source) == (WANTS, "SO-2", 1, 20, "mail")
    assert made.change is not None
    assert [(row.line_no, row.before.quantity, row.after.quantity) for row in made.change.lines] == [(1, 10, 20)]
    assert promised(shop, "SO-2") == [(CONFIRMED, 20, hours(5))]
    assert [promised(shop, name) for name in ("SO-1", "SO-3", "SO-4")] == others
    assert shop.kinds()[-2:] == [EventKind.AMENDED, EventKind.DISRUPTION_REPORTED]
    assert shop.desk.check() == []
    schedule = shop.desk.schedule()
    shop.crash()
    assert (shop.desk.schedule(), shop.desk.disruptions()) == (schedule, [told])
    assert shop.desk.disrupt(wants(line_no=1, quantity=20, source="mail", reason="a bigger opening")) == made
    assert shop.desk.check() == []


def test_what_is_given_up_makes_room_for_others(shop: Bench) -> None:
    """SO-2 is withdrawn as a whole, then a line of SO-4: what others can be promised is sooner by that."""
    made = shop.desk.disrupt(wants(withdrawn=True))
    assert [state for state, _, _ in promised(shop, "SO-2")] == [PromiseState.CANCELLED]
    assert (made.change.made, made.at_risk) == (True, ())
    assert shop.kinds()[-3:] == [EventKind.CANCELLED, EventKind.DISRUPTION_REPORTED, EventKind.DISRUPTION_CLOSED]
    assert made.disruption.state is DisruptionState.CLOSED
    quote = shop.desk.promise(ask(Order("SO-5", "C-1", (OrderLine(1, "vase", 10, hours(3)),))))
    assert quote.lines[0].promised_time == hours(3)
    shop.desk.disrupt(wants("d-2", "SO-4", line_no=2, withdrawn=True))
    assert [line.line_no for line in shop.desk.get("SO-4").order.lines] == [1]
    assert shop.desk.check() == []
    shop.crash()
    assert [each.withdrawn for each in shop.desk.disruptions(closed=True)] == [True, True]
    assert shop.desk.disruptions() == []
    assert shop.desk.check() == []


def test_an_hour_of_standing_still_makes_the_longest_late_and_not_all_behind_it(works_: Bench) -> None:
    """In their order three would be an hour late; SO-1 with its two hours is done last."""
    works_.desk.disrupt(DisruptionAsk(Report("press", end=hours(1)), "d-0", "floor"))
    assert [row.order_id for row in works_.desk.at_risk()] == ["SO-1"]
    assert [promised(works_, name) for name in ("SO-2", "SO-3")] == [
        [(CONFIRMED, 10, hours(3))], [(CONFIRMED, 10, hours(4))],
    ]  # fmt: skip
    assert works_.desk.check() == []


def test_a_line_that_was_late_is_in_time_by_the_room(tmp_path: Path) -> None:
    """Two hours of work are promised for noon; the press stands still until eleven; SO-2 is given up, SO-3 in time."""
    made = Bench(tmp_path / "store.sqlite", works(on_hand=stocked(resin=100)))
    made.desk.set_clock(NOW, caller="planner")
    for name, item, priority in (("SO-2", "vase", 2), ("SO-3", "shade", 7)):
        made.desk.promise(ask(Order(name, "C-1", (OrderLine(1, item, 10, hours(4)),), priority=priority)))
    made.desk.promise(ask(Order("SO-4", "C-1", (OrderLine(1, "vase", 5, hours(7)),))))
    made.desk.disrupt(DisruptionAsk(Report("press", end=hours(3)), "d-0", "floor"))
    assert [row.order_id for row in made.desk.at_risk()] == ["SO-3"]
    withdrawn = made.desk.disrupt(wants(withdrawn=True))
    assert (withdrawn.recovered, withdrawn.moved_in_time) == ((("SO-3", 1),), 1)
    assert promised(made, "SO-3") == [(CONFIRMED, 10, hours(4))]
    assert made.kinds()[-4:] == [
        EventKind.CANCELLED, EventKind.DISRUPTION_REPORTED, EventKind.DISRUPTION_CLOSED, EventKind.RECOVERED,
    ]  # fmt: skip
    assert made.desk.check() == []
    made.close()


def test_a_later_date_is_kept_and_the_old_place_is_free(works_: Bench) -> None:
    """All of SO-4 by tomorrow noon: both lines are promised for then."""
    works_.desk.disrupt(wants("d-1", "SO-4", wanted=hours(28)))
    assert [time for _, _, time in promised(works_, "SO-4")] == [hours(28), hours(28)]
    entries = works_.desk.history("SO-4")
    assert [entry.event.kind for entry in entries] == [
        EventKind.PROMISED, EventKind.AMENDED, EventKind.DISRUPTION_REPORTED,
    ]  # fmt: skip
    assert entries[-1].event.detail == (
        "D-1 customer_change SO-4 by 2026-03-03T12:00:00+00:00 2026-03-02T08:00:00+00:00>open open"
    )


def test_what_rules_do_not_admit_is_declined_and_nothing_happened(works_: Bench) -> None:
    """The answer tells why, also the second time; no disruption is listed."""
    stood, events = works_.desk.get("SO-2"), works_.desk.last_event()
    works_.gate.admit = lambda order, now: Verdict(Admission.REFUSE, ("credit_limit",))
    made = works_.desk.disrupt(wants(line_no=1, quantity=20))
    assert (made.applied, made.change.made, made.change.refusal) == (False, False, "credit_limit")
    assert (works_.desk.get("SO-2"), works_.desk.last_event(), works_.desk.disruptions(closed=True)) == (
        stood, events, [],
    )  # fmt: skip
    del works_.gate.admit
    assert works_.desk.disrupt(wants(line_no=1, quantity=20)) == made
    assert works_.desk.check() == []


def test_a_dry_run_tells_the_receipt_and_changes_nothing(works_: Bench) -> None:
    """As in earnest afterwards."""
    before = (works_.desk.get("SO-2"), works_.desk.schedule(), works_.desk.last_event())
    told = works_.desk.disrupt(wants(line_no=1, quantity=20, validate_only=True))
    assert (works_.desk.get("SO-2"), works_.desk.schedule(), works_.desk.last_event()) == before
    made = works_.desk.disrupt(wants(line_no=1, quantity=20))
    assert replace(told, applied=True) == made


def test_it_is_closed_by_somebody_and_not_undone(works_: Bench) -> None:
    """Its reason may be told better; what he wants now is another change."""
    works_.desk.disrupt(wants(line_no=1, quantity=20))
    works_.desk.disrupt(DisruptionAsk(AmendReport("D-1", reason="called twice"), "a-1", "sales"))
    for wrong, field in ((AmendReport("D-1", quantity=5), "quantity"), (CloseReport("D-1", hours(0)), "ended_time")):
        with pytest.raises(InvalidInput) as refused:
            works_.desk.disrupt(DisruptionAsk(wrong, "a-2", "sales"))
        assert [each.field for each in refused.value.violations] == [field]
    works_.desk.set_clock(hours(0.5))
    over = works_.desk.disrupt(DisruptionAsk(CloseReport("D-1"), "c-1", "sales"))
    assert (over.disruption.state, over.disruption.end) == (DisruptionState.CLOSED, hours(0.5))
    assert promised(works_, "SO-2") == [(CONFIRMED, 20, hours(5))]
    assert works_.desk.check() == []


SENSELESS = [
    (Report("SO-9", WANTS, quantity=1), "subject_id"),
    (Report("SO-4", WANTS, quantity=9), "line_no"),
    (Report("SO-2", WANTS, quantity=9, line_no=3), "line_no"),
    (Report("SO-2", WANTS), "quantity"),
    (Report("SO-2", WANTS, quantity=10), "quantity"),
    (Report("SO-2", WANTS, wanted=hours(3)), "requested_time"),
    (Report("SO-2", WANTS, quantity=-1), "quantity"),
    (Report("SO-2", WANTS, quantity=9, withdrawn=True), "withdrawn"),
    (Report("SO-2", WANTS, quantity=9, operation_id="make"), "operation_id"),
    (Report("press", withdrawn=True), "withdrawn"),
]


def test_what_can_not_be_wanted_is_told_by_its_field(works_: Bench) -> None:
    """Nothing changes; a stale order, one whose work has begun, and one that is over are refused as by an amendment."""
    before = (works_.desk.schedule(), works_.desk.last_event())
    for wrong, field in SENSELESS:
        with pytest.raises(InvalidInput) as refused:
            works_.desk.disrupt(DisruptionAsk(wrong, "d-1", "sales"))
        assert [each.field for each in refused.value.violations] == [field], wrong
    with pytest.raises(StaleEtag):
        works_.desk.disrupt(wants(line_no=1, quantity=9, etag="SO-2:9"))
    assert (works_.desk.schedule(), works_.desk.last_event()) == before
    works_.desk.set_clock(hours(0.5))
    with pytest.raises(WrongState, match="has begun"):
        works_.desk.disrupt(wants("d-2", "SO-1", line_no=1, quantity=9))
    works_.desk.disrupt(wants(withdrawn=True))
    with pytest.raises(WrongState, match="cancelled"):
        works_.desk.disrupt(wants("d-3", line_no=1, quantity=9))
    assert works_.desk.check() == []
