"""Quote, promise, cancel, get, list: what a sales system does all day."""

from datetime import timedelta

import pytest

from domain.errors import AlreadyExists, InvalidInput, NotFound, StaleEtag, WrongState
from domain.orders import Order, OrderLine
from domain.promises import EventKind, Outcome, PromiseState
from promising.requests import Accept, Ask, Cancel, ChangeAsk, OrderFilter
from tests.promising.desks import MONDAY, Bench, ask, cancel, order


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def test_240_caps_asked_for_wednesday_are_promised_for_wednesday_and_made_today(shop: Bench) -> None:
    """120 shots of a minute on the machine that holds the mould: two hours, the rest not needed earlier."""
    promise = shop.desk.promise(ask(order(days=2)))
    line = promise.lines[0]
    assert (line.outcome, line.state) == (Outcome.ON_TIME, PromiseState.CONFIRMED)
    assert line.promised_time == MONDAY + timedelta(days=2)
    assert line.expected_time == MONDAY + hours(2)
    assert sum((reason.duration for reason in line.reasons), timedelta(0)) == timedelta(days=2)
    assert promise.version == 1
    assert shop.desk.get("SO-1") == promise
    assert [r.resource_id for r in shop.desk.schedule()] == ["M1"]
    assert shop.desk.check() == []


def test_a_quote_gives_the_date_of_the_promise_and_changes_nothing(shop: Bench) -> None:
    """Same lines as the promise that follows; before it nothing is stored, reserved or logged."""
    before, commits = shop.kinds(), shop.store.commits
    quote = shop.desk.quote(ask(order()))
    assert quote.version == 0
    assert shop.desk.schedule() == []
    assert shop.kinds() == before
    assert shop.store.commits == commits
    with pytest.raises(NotFound):
        shop.desk.get("SO-1")
    assert shop.desk.promise(ask(order())).lines == quote.lines


def test_a_quote_under_the_id_of_a_standing_order_counts_that_order_as_work(shop: Bench) -> None:
    """The quote is for more of the same, behind the 120 minutes that stand; the order isn't touched."""
    standing = shop.desk.promise(ask(order(days=2 / 24)))
    quote = shop.desk.quote(ask(order(days=2 / 24)))
    assert quote.lines[0].expected_time == MONDAY + hours(4)
    assert shop.desk.get("SO-1") == standing


def test_later_is_promised_when_the_asked_date_cannot_be_met(shop: Bench) -> None:
    """Asked for an hour from now, done in two."""
    line = shop.desk.promise(ask(order(days=1 / 24))).lines[0]
    assert line.outcome is Outcome.LATER
    assert line.promised_time == MONDAY + hours(2)


def test_on_time_only_refuses_instead_of_promising_later(shop: Bench) -> None:
    """The refusal tells the earliest date, reserves nothing, and is an event."""
    promise = shop.desk.promise(ask(order(days=1 / 24), accept=Accept.ON_TIME))
    line = promise.lines[0]
    assert (line.outcome, line.state) == (Outcome.REFUSED, PromiseState.REFUSED)
    assert line.promised_time is None
    assert line.earliest_time == MONDAY + hours(2)
    assert shop.desk.schedule() == []
    assert shop.kinds()[-1] is EventKind.REFUSED


def test_a_date_after_the_latest_time_is_refused(shop: Bench) -> None:
    """Asked in one hour, at the latest in an hour and a half, possible in two."""
    asked = order(days=1 / 24, latest_days=1.5 / 24)
    assert shop.desk.promise(ask(asked)).refused
    assert not shop.desk.promise(ask(order("SO-2", days=1 / 24, latest_days=2 / 24))).refused


def test_a_refused_order_may_be_asked_for_again_under_its_id(shop: Bench) -> None:
    """With a later date it is promised, as the next version; the first request keeps its first answer."""
    first = ask(order(days=1 / 24, latest_days=1 / 24), "try-1")
    refused = shop.desk.promise(first)
    promised = shop.desk.promise(ask(order(days=1), "try-2"))
    assert (refused.version, promised.version) == (1, 2)
    assert promised.lines[0].outcome is Outcome.ON_TIME
    assert shop.desk.promise(first) == refused
    assert shop.desk.get("SO-1") == promised


def test_lines_that_cannot_be_had_are_refused_and_the_others_promised(shop: Bench) -> None:
    """Caps are possible, lids need mounting first."""
    soon = MONDAY + hours(2)
    lines = (OrderLine(1, "cap", 240, soon, soon), OrderLine(2, "lid", 240, soon, soon))
    promise = shop.desk.promise(ask(Order("SO-1", "ACME", lines)))
    assert [line.state for line in promise.lines] == [PromiseState.CONFIRMED, PromiseState.REFUSED]
    assert [r.line_no for r in shop.desk.schedule()] == [1]
    assert shop.desk.check() == []


def test_cancelling_frees_the_machine_for_others(shop: Bench) -> None:
    """The next order takes the place; the cancelled one stays in the book."""
    first = shop.desk.promise(ask(order()))
    cancelled = shop.desk.change(cancel("SO-1", reason="customer's mistake")).promise
    assert cancelled.version == 2
    assert cancelled.lines[0].state is PromiseState.CANCELLED
    assert shop.desk.schedule() == []
    again = shop.desk.promise(ask(order("SO-2")))
    assert again.lines[0].expected_time == first.lines[0].expected_time
    last = shop.desk.events()[-2]
    assert (last.kind, last.order_id, last.reason) == (EventKind.CANCELLED, "SO-1", "customer's mistake")


def test_an_order_is_cancelled_once(shop: Bench) -> None:
    """A second cancel with another request id is refused, as is asking for the id again."""
    shop.desk.promise(ask(order()))
    shop.desk.change(cancel("SO-1"))
    with pytest.raises(WrongState):
        shop.desk.change(cancel("SO-1", "another"))
    with pytest.raises(WrongState):
        shop.desk.promise(ask(order(), "another"))
    assert shop.kinds().count(EventKind.CANCELLED) == 1


def test_an_unknown_order_is_not_found(shop: Bench) -> None:
    """Neither shown nor cancelled."""
    with pytest.raises(NotFound):
        shop.desk.get("SO-9")
    with pytest.raises(NotFound):
        shop.desk.change(cancel("SO-9"))


def test_a_cancel_with_the_etag_of_an_older_version_is_refused(shop: Bench) -> None:
    """The order was refused first and promised later: the etag of the refusal is stale."""
    refused = shop.desk.promise(ask(order(days=1 / 24, latest_days=1 / 24), "try-1"))
    promised = shop.desk.promise(ask(order(), "try-2"))
    with pytest.raises(StaleEtag):
        shop.desk.change(cancel("SO-1", etag=refused.etag))
    assert shop.desk.get("SO-1") == promised
    assert shop.desk.change(cancel("SO-1", "now", etag=promised.etag)).promise.version == 3


def test_an_order_id_with_other_content_is_refused_and_with_the_same_content_answered(shop: Bench) -> None:
    """A second system that sends the same order gets the standing promise."""
    first = shop.desk.promise(ask(order()))
    with pytest.raises(AlreadyExists):
        shop.desk.promise(ask(order(quantity=241), "other"))
    assert shop.desk.promise(ask(order(), "other-system")) == first
    assert shop.kinds().count(EventKind.PROMISED) == 1


def test_an_unknown_item_is_told_by_the_path_of_its_field(shop: Bench) -> None:
    """All of them at once, in quotes, promises and validation alike."""
    lines = tuple(OrderLine(i + 1, item, 1, MONDAY) for i, item in enumerate(("cap", "cup", "mug")))
    wrong = Order("SO-1", "ACME", lines)
    calls = (
        lambda: shop.desk.promise(ask(wrong)),
        lambda: shop.desk.quote(Ask(wrong)),
        lambda: shop.desk.promise(ask(wrong, validate_only=True)),
    )
    for call in calls:
        with pytest.raises(InvalidInput) as refused:
            call()
        assert [v.field for v in refused.value.violations] == ["lines[1].item_id", "lines[2].item_id"]


def test_a_promise_and_a_cancel_need_a_request_id(shop: Bench) -> None:
    """Without one a retry after a lost answer could not find it."""
    with pytest.raises(InvalidInput, match="request_id"):
        shop.desk.promise(Ask(order()))
    with pytest.raises(InvalidInput, match="request_id"):
        shop.desk.change(ChangeAsk("SO-1", Cancel(), ""))


def test_validating_checks_everything_and_keeps_nothing(shop: Bench) -> None:
    """It answers like a quote, refuses what a promise would refuse, and doesn't use up the request id."""
    shop.desk.promise(ask(order()))
    with pytest.raises(AlreadyExists):
        shop.desk.promise(ask(order(quantity=241), "other", validate_only=True))
    valid = shop.desk.promise(ask(order("SO-2"), "mine", validate_only=True))
    assert valid.version == 0
    with pytest.raises(NotFound):
        shop.desk.get("SO-2")
    assert shop.desk.promise(ask(order("SO-2", quantity=7), "mine")).version == 1


def test_likely_duplicates_are_named_and_never_merged(shop: Bench) -> None:
    """Same customer, item and quantity within three days; nobody else's, nothing cancelled."""
    shop.desk.promise(ask(order("SO-1", days=2)))
    shop.desk.promise(ask(order("SO-2", days=5)))
    shop.desk.promise(ask(order("SO-3", days=9)))
    shop.desk.promise(ask(order("SO-4", days=4, customer_id="OTHER")))
    shop.desk.promise(ask(order("SO-5", days=4, quantity=241)))
    shop.desk.promise(ask(order("SO-6", days=4, item_id="lid")))
    assert shop.desk.get("SO-1").duplicates == ()
    assert shop.desk.get("SO-2").duplicates == ("SO-1",)
    assert shop.desk.get("SO-3").duplicates == ()
    shop.desk.change(cancel("SO-2"))
    assert shop.desk.promise(ask(order("SO-7", days=3))).duplicates == ("SO-1",)
    assert len({r.order_id for r in shop.desk.schedule()}) == 6


def test_orders_are_listed_by_page_in_the_order_of_their_first_answer(shop: Bench) -> None:
    """Pages of two; filters by state and customer; a wrong token and size are refused."""
    for number in range(1, 6):
        shop.desk.promise(ask(order(f"SO-{number}", days=5, customer_id="ACME" if number % 2 else "B")))
    shop.desk.change(cancel("SO-3"))
    pages, token = [], ""
    for _ in range(3):
        page, token = shop.desk.list_orders(2, token)
        pages.append([promise.order.id for promise in page])
    assert (pages, token) == ([["SO-1", "SO-2"], ["SO-3", "SO-4"], ["SO-5"]], "")
    cancelled = OrderFilter(states=frozenset({PromiseState.CANCELLED}))
    assert [promise.order.id for promise in shop.desk.list_orders(which=cancelled)[0]] == ["SO-3"]
    others = OrderFilter(customer_id="B")
    assert [promise.order.id for promise in shop.desk.list_orders(which=others)[0]] == ["SO-2", "SO-4"]
    with pytest.raises(InvalidInput):
        shop.desk.list_orders(2, "next")
    with pytest.raises(InvalidInput):
        shop.desk.list_orders(0)


def test_the_planned_end_may_drift_within_the_promise(shop: Bench) -> None:
    """A tight order goes in front; the first one's promise stays, its planned end moves, no event says so."""
    shop.desk.promise(ask(order("SO-1", days=2)))
    shop.desk.promise(ask(order("SO-2", days=2 / 24)))
    drifted = shop.desk.get("SO-1").lines[0]
    assert drifted.promised_time == MONDAY + timedelta(days=2)
    assert drifted.expected_time == MONDAY + hours(4)
    assert shop.kinds()[-2:] == [EventKind.PROMISED, EventKind.PROMISED]


def test_events_can_be_waited_for(shop: Bench) -> None:
    """Those that are there come at once, none within the timeout is none."""
    last = shop.desk.events()[-1].sequence
    assert shop.desk.wait_events(last, 0.01) == []
    shop.desk.promise(ask(order()))
    (event,) = shop.desk.wait_events(last, 5)
    assert (event.kind, event.order_id, event.actor) == (EventKind.PROMISED, "SO-1", "shop")
    assert event.plan_version == shop.desk.get("SO-1").plan_version
    assert event.time == MONDAY
