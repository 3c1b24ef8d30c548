"""Full queues, deadlines, poisonous orders, full disks."""

import logging
from datetime import timedelta

import pytest

from domain.errors import DeadlineExpired, DeskStopped, JiaoqiError, NotFound, Overloaded
from domain.promises import EventKind
from domain.values import replace
from tests.promising.desks import MONDAY, OFF, Bench, Call, ask, bench, cancel, order
from tests.stores import Places


def queued(shop: Bench, count: int) -> None:
    """Wait until so many requests wait."""
    while shop.desk.status().queue != count:
        pass


def test_a_full_queue_refuses_at_once_and_says_when_to_come_back(places: Places) -> None:
    """Two may wait; the third is turned away while the writer stands still, and nothing is stored for it."""
    with bench(places(), settings=replace(OFF, queue_limit=2)) as shop:
        shop.gate.close()
        calls = [Call(lambda: shop.desk.promise(ask(order("SO-0"))))]
        assert shop.gate.reached.wait(10)
        for number in (1, 2):
            calls.append(Call(lambda number=number: shop.desk.promise(ask(order(f"SO-{number}")))))
            queued(shop, number)
        with pytest.raises(Overloaded) as refused:
            shop.desk.promise(ask(order("SO-3")))
        assert refused.value.retry_after >= timedelta(milliseconds=50)
        with pytest.raises(Overloaded):
            shop.desk.quote(ask(order("SO-3")))
        shop.gate.open()
        assert [call.result().order.id for call in calls] == ["SO-0", "SO-1", "SO-2"]
        assert shop.desk.promise(ask(order("SO-3"))).version == 1


def test_readers_are_answered_while_the_queue_is_full(places: Places) -> None:
    """Get and list read what is committed and wait for nobody."""
    with bench(places(), settings=replace(OFF, queue_limit=1)) as shop:
        stands = shop.desk.promise(ask(order("SO-1")))
        shop.gate.close()
        first = Call(lambda: shop.desk.promise(ask(order("SO-2"))))
        assert shop.gate.reached.wait(10)
        second = Call(lambda: shop.desk.promise(ask(order("SO-3"))))
        queued(shop, 1)
        assert [promise.order.id for promise in shop.desk.list_orders()[0]] == ["SO-1"]
        assert shop.desk.get("SO-1") == stands
        with pytest.raises(NotFound):
            shop.desk.get("SO-2")
        shop.gate.open()
        first.result()
        second.result()


def test_a_deadline_that_expired_before_the_decision_decides_nothing(shop: Bench) -> None:
    """The request waits behind a closed gate until its time is up; its order is never planned."""
    shop.gate.close()
    blocker = Call(lambda: shop.desk.promise(ask(order("SO-0"))))
    assert shop.gate.reached.wait(10)
    late = Call(lambda: shop.desk.promise(ask(order("SO-1"), deadline=shop.clock.ticks + 0.05)))
    with pytest.raises(DeadlineExpired):
        late.result()
    shop.gate.open()
    blocker.result()
    assert {r.order_id for r in shop.desk.schedule()} == {"SO-0"}
    assert shop.kinds().count(EventKind.PROMISED) == 1
    # The refusal is not stored: the same request is decided when it comes back in time.
    assert shop.desk.promise(ask(order("SO-1"))).version == 1


def test_the_writer_drops_what_expired_while_it_was_taken(shop: Bench) -> None:
    """The clock passes the deadline after the batch was taken and before this order's turn."""
    shop.gate.close()
    blocker = Call(lambda: shop.desk.promise(ask(order("SO-0"))))
    assert shop.gate.reached.wait(10)
    first = Call(lambda: shop.desk.promise(ask(order("SO-1"))))
    queued(shop, 1)
    late = Call(lambda: shop.desk.promise(ask(order("SO-2"), deadline=shop.clock.ticks + 60)))
    queued(shop, 2)
    shop.clock.ticks += 61
    shop.gate.open()
    blocker.result()
    first.result()
    with pytest.raises(DeadlineExpired):
        late.result()
    assert {r.order_id for r in shop.desk.schedule()} == {"SO-0", "SO-1"}


def test_a_poisonous_order_fails_alone(shop: Bench) -> None:
    """Four orders in one batch, the third makes the desk fail: the others are promised, the plan is clean."""
    shop.gate.close()
    shop.gate.poison = "SO-3"
    blocker = Call(lambda: shop.desk.promise(ask(order("SO-0"))))
    assert shop.gate.reached.wait(10)
    calls = []
    for number in range(1, 5):
        calls.append(Call(lambda number=number: shop.desk.promise(ask(order(f"SO-{number}", days=5)))))
        queued(shop, number)
    shop.gate.open()
    blocker.result()
    assert [calls[i].result().order.id for i in (0, 1, 3)] == ["SO-1", "SO-2", "SO-4"]
    with pytest.raises(JiaoqiError, match="ZeroDivisionError"):
        calls[2].result()
    assert {r.order_id for r in shop.desk.schedule()} == {"SO-0", "SO-1", "SO-2", "SO-4"}
    assert shop.desk.check() == []
    shop.gate.poison = ""
    assert shop.desk.promise(ask(order("SO-3", days=5))).version == 1


def test_a_batch_whose_commit_failed_is_retried_one_by_one(shop: Bench) -> None:
    """The store fails once: all orders of the batch are promised all the same, each in its own commit."""
    shop.gate.close()
    blocker = Call(lambda: shop.desk.promise(ask(order("SO-0"))))
    assert shop.gate.reached.wait(10)
    calls = []
    for number in range(1, 4):
        calls.append(Call(lambda number=number: shop.desk.promise(ask(order(f"SO-{number}", days=5)))))
        queued(shop, number)
    shop.store.faults = ["", "before"]
    commits = shop.store.commits
    shop.gate.open()
    blocker.result()
    assert [call.result().order.id for call in calls] == ["SO-1", "SO-2", "SO-3"]
    assert {r.order_id for r in shop.desk.schedule()} == {"SO-0", "SO-1", "SO-2", "SO-3"}
    assert shop.store.commits == commits + 4
    assert shop.desk.check() == []


def test_a_full_disk_turns_orders_away_and_the_plan_stays_as_it_was(shop: Bench) -> None:
    """Nothing that can't be written is promised; once there is room, the order is promised."""
    stands = shop.desk.promise(ask(order("SO-1")))
    shop.store.faults = ["before", "before"]
    with pytest.raises(DeskStopped, match="disk is full"):
        shop.desk.promise(ask(order("SO-2")))
    assert {r.order_id for r in shop.desk.schedule()} == {"SO-1"}
    assert shop.desk.get("SO-1") == stands
    with pytest.raises(NotFound):
        shop.desk.get("SO-2")
    assert shop.desk.promise(ask(order("SO-2"))).version == 1


def test_a_change_that_could_not_be_written_is_in_the_log_with_its_cause(shop: Bench, caplog, monkeypatch) -> None:
    """The disk is full when the clock is set: the desk reads its store again, and whoever runs it can see why."""
    monkeypatch.setattr(logging.getLogger("jiaoqi"), "propagate", True)
    stands = shop.desk.promise(ask(order("SO-1")))
    shop.store.faults = ["before"]
    with pytest.raises(DeskStopped, match="may not have been made"):
        shop.desk.set_clock(MONDAY + timedelta(hours=1), caller="planner")
    (record,) = [record for record in caplog.records if record.name == "jiaoqi.desk"]
    assert (record.levelname, record.getMessage()) == ("ERROR", "desk_change_failed")
    assert "disk is full" in record.problem
    assert record.plan_version > 0
    assert record.exc_info is not None
    assert str(record.exc_info[1]) == record.problem
    assert shop.desk.get("SO-1") == stands
    assert shop.desk.promise(ask(order("SO-2"))).version == 1


def test_a_desk_that_was_taken_over_promises_nothing_more(shop: Bench) -> None:
    """A second desk on the same file fences out the first."""
    old = shop.desk
    shop.crash()
    with pytest.raises(DeskStopped, match="another desk"):
        old.promise(ask(order("SO-1")))
    assert not old.status().running
    assert shop.desk.promise(ask(order("SO-1"))).version == 1


def test_a_stopping_desk_answers_what_waits_and_turns_the_rest_away(shop: Bench) -> None:
    """What was taken is answered; a later call is refused."""
    shop.gate.close()
    waiting = Call(lambda: shop.desk.promise(ask(order("SO-1"))))
    assert shop.gate.reached.wait(10)
    stopping = Call(shop.desk.stop)
    shop.gate.open()
    assert waiting.result().order.id == "SO-1"
    stopping.result()
    with pytest.raises(DeskStopped):
        shop.desk.promise(ask(order("SO-2")))


def test_text_that_is_not_unicode_is_refused_at_the_door(shop: Bench) -> None:
    """A lone surrogate could be neither digested nor stored."""
    with pytest.raises(JiaoqiError, match="Unicode"):
        shop.desk.promise(ask(replace(order(), salesperson="\ud800")))
    with pytest.raises(JiaoqiError, match="reason"):
        cancel("SO-1", reason="\ud800")


def test_the_store_is_read_again_although_the_main_thread_of_the_program_has_ended(
    shop: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pools of threads take no more work from then on; a desk's own threads go on."""
    promised = shop.desk.promise(ask(order()))
    monkeypatch.setattr("concurrent.futures.thread._shutdown", True)
    shop.crash()
    assert shop.desk.get("SO-1") == promised
