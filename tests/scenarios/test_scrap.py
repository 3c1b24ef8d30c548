"""Golden scenarios of scrap on an order: what is lost is made anew, and what was not lost after all is taken back."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from domain.disruptions import DisruptionKind, DisruptionState
from domain.errors import AlreadyExists, DeskStopped, InvalidInput, WrongState
from domain.orders import Order, OrderLine
from domain.progress import MarkKind
from domain.promises import Cause, EventKind, PromiseState
from domain.supply import OnHand
from domain.values import replace
from promising.disruption_requests import AmendReport, CloseReport, DisruptionAsk, Report
from promising.feed_requests import Feed
from promising.progress_requests import ProgressAsk, ProgressItem
from promising.requests import Cancel, Close
from tests.promising.desks import Bench, ask, change
from tests.promising.test_lots import works
from tests.scheduler.test_sourcing import NOW, hours, stocked
from tests.stores import Places

SCRAPPED = DisruptionKind.SCRAPPED


def scrap(quantity=5, request_id="d-1", order_id="SO-1", validate_only=False, **fields):
    report = Report(order_id, SCRAPPED, quantity=quantity, **fields)
    return DisruptionAsk(report, request_id, "floor", validate_only=validate_only)


def amend(quantity, request_id="a-1"):
    return DisruptionAsk(AmendReport("D-1", quantity=quantity), request_id, "floor")


def close(request_id="c-1", **fields):
    return DisruptionAsk(CloseReport("D-1", **fields), request_id, "floor")


def opened(places: Callable[[], Path | str]) -> Bench:
    """Twenty vases from eight to ten, promised for then; ten more to eleven, promised for half past."""
    made = Bench(places(), works(on_hand=stocked(resin=100)))
    made.desk.set_clock(NOW, caller="planner")
    for name, quantity, by in (("SO-1", 20, 2), ("SO-2", 10, 3.5)):
        made.desk.promise(ask(Order(name, "C-1", (OrderLine(1, "vase", quantity, hours(by)),))))
    made.desk.set_clock(hours(1.5))
    return made


@pytest.fixture
def vases(places: Places) -> Iterator[Bench]:
    """On each store."""
    made = opened(places)
    yield made
    made.close()


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Bench]:
    """On one store."""
    made = opened(lambda: tmp_path / "store.sqlite")
    yield made
    made.close()


def stands(vases: Bench, order_id: str = "SO-1"):
    line = vases.desk.get(order_id).lines[0]
    return line.state, line.promised_time, line.expected_time


def spans(vases: Bench, order_id: str = "SO-1"):
    rows = [row for row in vases.desk.schedule() if row.order_id == order_id]
    return sorted((row.start, row.end, row.quantity) for row in rows)


ON_TIME = (PromiseState.CONFIRMED, hours(2), hours(2))
LATE = (PromiseState.AT_RISK, hours(2), hours(2.5))
FIRST, ANEW = (hours(0), hours(2), 20), (hours(2), hours(2.5), 5)


def test_what_was_scrapped_is_made_anew_as_soon_as_no_other_promise_breaks(vases: Bench) -> None:
    """Five cracked: half an hour behind the run, in front of what has time until half past eleven."""
    made = vases.desk.disrupt(scrap(source="QA", reason="cracked"))
    told = made.disruption
    assert (told.kind, told.line_no, told.operation_id, told.quantity, told.source) == (SCRAPPED, 1, "make", 5, "QA")
    assert [(row.order_id, row.expected) for row in made.at_risk] == [("SO-1", hours(2.5))]
    assert (made.moved_in_time, made.shifted) == (1, 1)
    assert (stands(vases), spans(vases)) == (LATE, [FIRST, ANEW])
    assert stands(vases, "SO-2") == (PromiseState.CONFIRMED, hours(3.5), hours(3.5))
    assert vases.desk.get("SO-1").lines[0].cause == Cause("D-1", "make", "press")
    assert vases.kinds()[-2:] == [EventKind.DISRUPTION_REPORTED, EventKind.AT_RISK]
    assert vases.desk.check() == []
    schedule = vases.desk.schedule()
    vases.crash()
    assert (vases.desk.schedule(), stands(vases)) == (schedule, LATE)
    assert vases.desk.check() == []


def test_the_history_of_the_order_tells_of_it(shop: Bench) -> None:
    """Reported, at risk by it, less of it, over: each a version of the order, with what was told."""
    shop.desk.disrupt(scrap())
    shop.desk.disrupt(amend(2))
    shop.desk.disrupt(close())
    entries = shop.desk.history("SO-1")
    assert [(entry.event.kind, entry.version) for entry in entries] == [
        (EventKind.PROMISED, 1), (EventKind.DISRUPTION_REPORTED, 2), (EventKind.AT_RISK, 3),
        (EventKind.DISRUPTION_AMENDED, 4), (EventKind.RECOVERED, 5), (EventKind.DISRUPTION_CLOSED, 6),
    ]  # fmt: skip
    assert entries[1].event.detail == "D-1 scrapped SO-1/1 make -5 2026-03-02T09:30:00+00:00>open open"


def test_a_report_that_comes_again_plans_nothing_more(vases: Bench) -> None:
    """A retry gets the first answer, also after a crash; the same id under another request is refused."""
    made = vases.desk.disrupt(scrap(disruption_id="NCR-7"))
    vases.crash()
    assert vases.desk.disrupt(scrap(disruption_id="NCR-7")) == made
    with pytest.raises(AlreadyExists):
        vases.desk.disrupt(scrap(request_id="d-2", disruption_id="NCR-7"))
    assert spans(vases) == [FIRST, ANEW]


def test_it_is_more_then_less_and_last_nothing(vases: Bench) -> None:
    """Eight, then three, then none: what has not begun is planned for what is lost, and the promise holds again."""
    vases.desk.disrupt(scrap())
    vases.desk.disrupt(amend(8))
    assert spans(vases) == [FIRST, ANEW, (hours(3.5), hours(3.8), 3)]
    made = vases.desk.disrupt(amend(3, "a-2"))
    assert (spans(vases), made.disruption.quantity) == ([FIRST, (hours(2), hours(2.3), 3)], 3)
    assert vases.desk.check() == []
    vases.crash()
    assert vases.desk.check() == []
    over = vases.desk.disrupt(close(ended=hours(1.5)))
    assert (over.recovered, stands(vases), spans(vases)) == ((("SO-1", 1),), ON_TIME, [FIRST])
    assert vases.desk.check() == []
    vases.crash()
    assert (stands(vases), spans(vases)) == (ON_TIME, [FIRST])
    assert vases.desk.check() == []


def test_closed_it_leaves_the_work_in_the_plan(shop: Bench) -> None:
    """Somebody has seen to it: what replaces the pieces is made all the same."""
    shop.desk.disrupt(scrap())
    over = shop.desk.disrupt(close())
    assert (over.disruption.state, spans(shop)) == (DisruptionState.CLOSED, [FIRST, ANEW])
    with pytest.raises(WrongState):
        shop.desk.disrupt(amend(2))


def test_what_has_begun_for_pieces_that_were_not_lost_is_free_once_it_is_made(shop: Bench) -> None:
    """Five are being made anew when three turn out to be good: these are the first of the next vases."""
    shop.desk.disrupt(scrap())
    shop.desk.set_clock(hours(2.25))
    shop.desk.disrupt(amend(2))
    assert spans(shop) == [FIRST, ANEW]
    shop.desk.set_clock(hours(2.6))
    told = shop.desk.promise(ask(Order("SO-3", "C-1", (OrderLine(1, "vase", 3, hours(2.6)),))))
    assert (told.lines[0].state, told.lines[0].expected_time) == (PromiseState.CONFIRMED, hours(2.6))
    assert shop.desk.check() == []
    shop.crash()
    assert shop.desk.check() == []


def test_stock_comes_first(vases: Bench) -> None:
    """Ten vases were counted: five replace those that cracked, and only two are kept when it was two."""
    vases.desk.feed(Feed("f-1", "erp", stock=(OnHand("vase", 10, hours(1.5)),)))
    made = vases.desk.disrupt(scrap())
    assert (made.at_risk, stands(vases), spans(vases)) == ((), ON_TIME, [FIRST])
    assert [(peg.item_id, peg.quantity) for peg in vases.pegs("SO-1") if not peg.lot] == [("vase", 5)]
    vases.desk.disrupt(amend(2))
    assert [(peg.item_id, peg.quantity) for peg in vases.pegs("SO-1") if not peg.lot] == [("vase", 2)]
    assert vases.desk.check() == []
    vases.crash()
    assert vases.desk.check() == []
    vases.desk.disrupt(close(ended=hours(1.5)))
    assert [peg for peg in vases.pegs("SO-1") if not peg.lot] == []
    assert vases.desk.check() == []


def test_what_cannot_be_made_again_is_for_somebody_to_find(places: Places) -> None:
    """One kilogram of resin makes twenty shades, and no more: five are to be had by tomorrow."""
    shop = Bench(places(), works(on_hand=stocked(resin=1)))
    shop.desk.set_clock(NOW, caller="planner")
    shop.desk.promise(ask(Order("SO-1", "C-1", (OrderLine(1, "shade", 20, hours(2)),))))
    shop.desk.set_clock(hours(1))
    shop.desk.disrupt(scrap())
    assert stands(shop) == (PromiseState.AT_RISK, hours(2), hours(25))
    assert [(row.item_id, row.quantity) for row in shop.desk.purchases()] == [("shade", 5)]
    for _ in range(2):
        assert shop.desk.check() == []
        shop.crash()
    shop.desk.disrupt(close(ended=hours(1)))
    assert (stands(shop), shop.desk.purchases()) == (ON_TIME, [])
    assert shop.desk.check() == []
    shop.close()


def test_what_the_run_then_ends_short_of_is_not_planned_twice(vases: Bench) -> None:
    """Five scrapped, and the run ends with thirteen good ones: two more are made, and no other five."""
    vases.desk.disrupt(scrap())
    vases.desk.set_clock(hours(2))
    item = ProgressItem(MarkKind.FINISHED, order_id="SO-1", line_no=1, operation_id="make", time=hours(2), good=13)
    made = vases.desk.progress(ProgressAsk((item,), "p-1", "floor"))
    assert (made.items[0].missing, made.items[0].planned_anew) == (7, 2)
    assert [quantity for _, _, quantity in spans(vases)] == [20, 5, 2]
    assert vases.desk.check() == []
    vases.crash()
    assert vases.desk.check() == []


def test_scrap_says_nothing_of_when_the_run_began(shop: Bench) -> None:
    """The press was down since before it: what was told to be scrap keeps no work in a break that is told late."""
    shop.desk.disrupt(scrap())
    shop.desk.disrupt(close(ended=hours(1.5)))
    shop.desk.disrupt(DisruptionAsk(Report("press", start=hours(-8), end=hours(3)), "d-2", "floor"))
    assert shop.desk.check() == []
    shop.desk.set_clock(hours(6))
    assert shop.desk.check() == []


def test_a_dry_run_tells_all_and_changes_nothing(shop: Bench) -> None:
    """As in earnest."""
    before = (shop.desk.schedule(), shop.desk.last_event(), shop.desk.disruptions())
    told = shop.desk.disrupt(scrap(validate_only=True))
    assert (shop.desk.schedule(), shop.desk.last_event(), shop.desk.disruptions()) == before
    made = shop.desk.disrupt(scrap())
    assert replace(told, applied=True) == made


SENSELESS = [
    (Report("SO-9", SCRAPPED, quantity=1), "subject_id", "the id of an order"),
    (Report("SO-1", SCRAPPED, quantity=1, line_no=2), "line_no", "1"),
    (Report("SO-1", SCRAPPED, quantity=21), "quantity", "1 to 20"),
    (Report("SO-1", SCRAPPED), "quantity", "1 to 1000000000"),
    (Report("SO-1", SCRAPPED, quantity=1, operation_id="turn"), "operation_id", "one of make"),
    (Report("SO-1", SCRAPPED, quantity=1, end=hours(3)), "end_time", "empty: the plan tells when the line is there"),
    (Report("press", quantity=0, line_no=1), "line_no", "empty but for what happens to orders"),
]


def test_what_can_not_be_is_refused_with_what_is_allowed(shop: Bench) -> None:
    """No such order, line or operation, too many pieces, none, an end; nothing has begun; the order is over."""
    before = (shop.desk.schedule(), shop.desk.last_event())
    for wrong, field, allowed in SENSELESS:
        with pytest.raises(InvalidInput) as refused:
            shop.desk.disrupt(DisruptionAsk(wrong, "d-1", "floor"))
        assert [(each.field, each.allowed) for each in refused.value.violations] == [(field, allowed)], wrong
    with pytest.raises(WrongState, match="nothing of it has begun"):
        shop.desk.disrupt(scrap(order_id="SO-2"))
    assert (shop.desk.schedule(), shop.desk.last_event()) == before
    shop.desk.disrupt(scrap(15))
    with pytest.raises(InvalidInput, match="1 to 5"):
        shop.desk.disrupt(scrap(6, "d-2"))
    with pytest.raises(InvalidInput, match="1 to 20"):
        shop.desk.disrupt(amend(21))
    shop.desk.change(change("SO-1", Cancel()))
    for ask_, state in ((scrap(1, "d-3"), "cancelled"), (amend(2), "closed"), (close(), "closed")):
        with pytest.raises(WrongState, match=state):
            shop.desk.disrupt(ask_)
    assert shop.desk.check() == []


def test_goods_from_stock_are_not_scrapped_but_rejected(tmp_path: Path) -> None:
    """Nothing is made for the line."""
    shop = Bench(tmp_path / "store.sqlite", works(on_hand=stocked(vase=10)))
    shop.desk.set_clock(NOW, caller="planner")
    shop.desk.promise(ask(Order("SO-1", "C-1", (OrderLine(1, "vase", 10, hours(2)),))))
    with pytest.raises(InvalidInput, match="delivered from stock") as refused:
        shop.desk.disrupt(scrap(2))
    assert [each.field for each in refused.value.violations] == ["line_no"]
    shop.close()


def over(vases: Bench):
    """The state of what was reported, and when and why the desk closed it."""
    told = [event for event in vases.desk.events() if event.kind is EventKind.DISRUPTION_CLOSED]
    return [each.state for each in vases.desk.disruptions(closed=True)], [(event.actor, event.reason) for event in told]


OPEN, CLOSED = DisruptionState.OPEN, DisruptionState.CLOSED
BY_ITSELF = ("desk", "the order has ended")


def test_scrap_is_over_with_its_order_in_the_same_commit(vases: Bench) -> None:
    """The order is cancelled: asked again it is as it was, and after a crash; nobody can close it any more."""
    vases.desk.disrupt(scrap())
    assert over(vases) == ([OPEN], [])
    gone = change("SO-1", Cancel(), request_id="x-1")
    first = vases.desk.change(gone)
    assert vases.kinds()[-2:] == [EventKind.CANCELLED, EventKind.DISRUPTION_CLOSED]
    for _ in range(2):
        assert over(vases) == ([CLOSED], [BY_ITSELF])
        assert vases.desk.disruptions(closed=True)[0].end == hours(1.5) + timedelta(seconds=1)
        assert vases.desk.change(gone) == first
        vases.crash()
    with pytest.raises(WrongState):
        vases.desk.disrupt(close())
    assert vases.desk.check() == []


def test_scrap_of_an_order_that_is_delivered_is_over(vases: Bench) -> None:
    """Of SO-1 and of SO-2, which is not delivered: that one stays."""
    vases.desk.set_clock(hours(3))
    vases.desk.disrupt(scrap(quantity=1))
    vases.desk.disrupt(scrap(quantity=1, order_id="SO-2", request_id="d-2"))
    vases.desk.change(change("SO-1", Close()))
    assert over(vases) == ([CLOSED, OPEN], [BY_ITSELF])
    vases.crash()
    assert over(vases) == ([CLOSED, OPEN], [BY_ITSELF])


def test_an_end_that_is_not_stored_leaves_it_open(shop: Bench) -> None:
    """And when it is tried again it is over, once."""
    shop.desk.disrupt(scrap())
    gone = change("SO-1", Cancel(), request_id="x-1")
    shop.store.faults += ["before", "before"]
    with pytest.raises(DeskStopped):
        shop.desk.change(gone)
    assert over(shop) == ([OPEN], [])
    shop.desk.change(gone)
    assert over(shop) == ([CLOSED], [BY_ITSELF])
