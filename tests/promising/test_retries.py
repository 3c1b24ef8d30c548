"""One request, one answer: retries, reused ids, crashes between commit and answer."""

import pytest

from domain.errors import DeskStopped, RequestIdReused
from domain.promises import EventKind
from promising.requests import Accept
from tests.promising.desks import Bench, Call, ask, cancel, order


def test_a_retry_gets_the_first_answer(shop: Bench) -> None:
    """One order, one event, whatever happened in between."""
    first = shop.desk.promise(ask(order()))
    shop.desk.promise(ask(order("SO-2", days=2 / 24)))
    assert shop.desk.promise(ask(order())) == first
    assert shop.kinds().count(EventKind.PROMISED) == 2


def test_a_retry_gets_the_first_answer_even_after_a_cancel_and_a_restart(shop: Bench) -> None:
    """The promise is no longer true, but it is what was answered; the etag tells the versions apart."""
    first = shop.desk.promise(ask(order()))
    cancelled = shop.desk.change(cancel("SO-1")).promise
    assert shop.desk.promise(ask(order())) == first
    shop.restart()
    assert shop.desk.promise(ask(order())) == first
    assert shop.desk.change(cancel("SO-1")).promise == cancelled
    assert shop.desk.get("SO-1") == cancelled


def test_a_retry_of_a_refusal_gets_the_refusal(shop: Bench) -> None:
    """Also when the date has become possible meanwhile."""
    shop.desk.promise(ask(order("SO-1", days=2 / 24)))
    refused = shop.desk.promise(ask(order("SO-2", days=2 / 24), accept=Accept.ON_TIME))
    assert refused.refused
    shop.desk.change(cancel("SO-1"))
    assert shop.desk.promise(ask(order("SO-2", days=2 / 24), accept=Accept.ON_TIME)) == refused


@pytest.mark.parametrize(
    "changed",
    [
        ask(order(quantity=241), "r-SO-1"),
        ask(order(), "r-SO-1", accept=Accept.ON_TIME),
        ask(order(), "r-SO-1", allow_frozen=True),
    ],
    ids=["quantity", "accept", "allow_frozen"],
)
def test_a_request_id_with_other_content_is_refused(shop: Bench, changed) -> None:
    """The first answer stays what it was, after a restart too."""
    first = shop.desk.promise(ask(order()))
    with pytest.raises(RequestIdReused):
        shop.desk.promise(changed)
    shop.restart()
    with pytest.raises(RequestIdReused):
        shop.desk.promise(changed)
    assert shop.desk.promise(ask(order())) == first


def test_a_request_id_of_a_promise_cannot_cancel(shop: Bench) -> None:
    """Promise and cancel share the key, not the content."""
    shop.desk.promise(ask(order()))
    with pytest.raises(RequestIdReused):
        shop.desk.change(cancel("SO-1", "r-SO-1"))


def test_two_callers_may_use_one_request_id(shop: Bench) -> None:
    """The key is caller and request id together."""
    first = shop.desk.promise(ask(order("SO-1"), "1"))
    other = ask(order("SO-2"), "1")
    second = shop.desk.promise(type(other)(other.order, "1", "dealer"))
    assert (first.order.id, second.order.id) == ("SO-1", "SO-2")


def test_the_same_request_many_times_at_once_is_decided_once(shop: Bench) -> None:
    """Eight copies wait in one batch behind a closed gate; all get the one answer."""
    shop.gate.close()
    blocker = Call(lambda: shop.desk.promise(ask(order("SO-0"))))
    assert shop.gate.reached.wait(10)
    copies = [Call(lambda: shop.desk.promise(ask(order()))) for _ in range(8)]
    while shop.desk.status().queue < 8:
        pass
    shop.gate.open()
    blocker.result()
    answers = [copy.result() for copy in copies]
    assert answers == [answers[0]] * 8
    assert shop.kinds().count(EventKind.PROMISED) == 2


def test_promised_cancelled_and_promised_again_in_one_batch(shop: Bench) -> None:
    """What is decided first counts for what is decided next, before anything is committed."""
    shop.gate.close()
    blocker = Call(lambda: shop.desk.promise(ask(order("SO-0"))))
    assert shop.gate.reached.wait(10)
    calls = []
    for waiting, call in enumerate(
        (
            lambda: shop.desk.promise(ask(order())),
            lambda: shop.desk.change(cancel("SO-1")).promise,
            lambda: shop.desk.promise(ask(order())),
            lambda: shop.desk.promise(ask(order("SO-2"))),
        )
    ):
        calls.append(Call(call))
        while shop.desk.status().queue <= waiting:
            pass
    commits = shop.store.commits
    shop.gate.open()
    blocker.result()
    promised, cancelled, retried, other = (call.result() for call in calls)
    assert retried == promised
    assert cancelled.version == 2
    assert shop.store.commits <= commits + 2
    assert other.lines[0].expected_time == promised.lines[0].expected_time
    assert {r.order_id for r in shop.desk.schedule()} == {"SO-0", "SO-2"}
    shop.crash()
    assert {r.order_id for r in shop.desk.schedule()} == {"SO-0", "SO-2"}
    assert shop.desk.get("SO-1") == cancelled


def test_a_retry_after_a_crash_between_commit_and_answer_finds_the_promise(shop: Bench) -> None:
    """The process dies with the answer in hand; the next one answers from the store and plans nothing twice."""
    answered = shop.desk.promise(ask(order()))
    shop.crash()
    assert shop.desk.promise(ask(order())) == answered
    assert len(shop.desk.schedule()) == 1
    assert shop.kinds().count(EventKind.PROMISED) == 1


def test_a_commit_of_unknown_outcome_that_was_written_is_answered_from_the_store(shop: Bench) -> None:
    """The connection broke after the commit: the desk reads the store again and finds the promise."""
    shop.store.faults = ["after"]
    promise = shop.desk.promise(ask(order()))
    assert promise == shop.desk.get("SO-1")
    assert len(shop.desk.schedule()) == 1
    assert shop.desk.check() == []
    assert shop.desk.status().running


def test_a_commit_of_unknown_outcome_that_was_lost_decides_nothing(shop: Bench) -> None:
    """The connection broke before the commit: the caller is told to ask again, and gets the date then."""
    shop.store.faults = ["lost"]
    with pytest.raises(DeskStopped):
        shop.desk.promise(ask(order()))
    assert shop.desk.schedule() == []
    assert shop.desk.promise(ask(order())).version == 1


def test_a_store_that_cannot_be_read_again_stops_the_desk_until_it_can(shop: Bench) -> None:
    """Unknown outcome, then an unreadable disk; a second later the desk has reloaded and finds the promise."""
    shop.store.faults = ["after", "unreadable"]
    with pytest.raises(DeskStopped):
        shop.desk.promise(ask(order()))
    for _ in range(100):
        if shop.desk.status().running:
            break
        shop.desk.wait_events(10**9, 0.1)
    assert shop.desk.status().running
    assert shop.desk.promise(ask(order())) == shop.desk.get("SO-1")
    assert shop.kinds().count(EventKind.PROMISED) == 1


def test_requests_are_forgotten_after_thirty_days(shop: Bench) -> None:
    """The id may then be used for another order; the promise stays."""
    shop.desk.promise(ask(order("SO-1"), "r"))
    shop.clock.time += 31 * 86400
    shop.desk.promise(ask(order("SO-2")))
    shop.restart()
    assert shop.desk.promise(ask(order("SO-3"), "r")).order.id == "SO-3"
    assert shop.desk.get("SO-1").order.id == "SO-1"
