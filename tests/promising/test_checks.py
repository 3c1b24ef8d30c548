"""What the checker does at the desk: no wrong plan is stored, and one that stands stops the desk."""

import pickle
import time
from datetime import timedelta
from pathlib import Path
from threading import Event

import numpy as np
import pytest

from domain.errors import DeskStopped
from domain.promises import EventKind
from domain.values import replace
from promising.checking import CheckStopped, check, check_apart
from promising.settings import Redispatch
from scheduler import arrays as a
from tests.promising.desks import OFF, Bench, ask, bench, cancel, order
from tests.stores import Places


def spoil(shop: Bench) -> None:
    """Shift the first operation in the memory of the desk, as a mistake of ours would."""
    plan = shop.desk._stands.plan
    assert plan is not None
    plan._k.ops[0, [a.START, a.END]] += 60


def test_a_wrong_plan_is_never_stored_and_the_order_is_decided_on_what_the_store_has(shop: Bench) -> None:
    """The batch is taken back, the plan read again, and the caller never hears of it."""
    shop.desk.promise(ask(order("SO-1")))
    spoil(shop)
    assert shop.desk.check()[0].startswith("earliest")
    answer = shop.desk.promise(ask(order("SO-2")))
    assert answer.lines[0].promised_time is not None
    assert shop.desk.check() == []
    stands = shop.desk.schedule()
    shop.crash()
    assert shop.desk.schedule() == stands
    assert shop.desk.get("SO-2").lines[0].promised_time == answer.lines[0].promised_time


def test_the_check_in_the_background_stops_promises_and_says_why(places: Places) -> None:
    """The event is in the log; looking things up goes on."""
    settings = replace(OFF, check_in_background=True, check_every=timedelta(milliseconds=20))
    with bench(places(), settings=settings) as shop:
        stands = shop.desk.promise(ask(order("SO-1")))
        assert shop.desk.status().running
        spoil(shop)
        plan = shop.desk._stands.plan
        assert plan is not None
        plan.version += 1
        deadline = time.monotonic() + 30
        while shop.kinds()[-1] is not EventKind.CHECK_FAILED:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        with pytest.raises(DeskStopped, match="the check of the plan found 1 violations: earliest"):
            shop.desk.promise(ask(order("SO-2")))
        assert shop.desk.get("SO-1").order == stands.order


def test_the_check_in_a_process_of_its_own_finds_the_same(shop: Bench) -> None:
    """A plan passes through the pipe whole."""
    shop.desk.promise(ask(order("SO-1")))
    view = shop.desk._view()
    assert check_apart(view, Event()) == check(view) == []
    spoil(shop)
    view = shop.desk._view()
    assert check_apart(view, Event()) == check(view) != []


def test_a_plan_larger_than_a_pipe_holds_gets_its_verdict(shop: Bench) -> None:
    """The process begins to read long after the first words were written."""
    shop.desk.promise(ask(order("SO-1")))
    view = shop.desk._view()
    many = replace(view, rows=np.vstack([view.rows, np.full((20_000, view.rows.shape[1]), a.FREE)]))
    assert len(pickle.dumps(many)) > 1 << 20
    assert check_apart(many, Event()) == []


def test_a_desk_that_stops_does_not_wait_for_its_check(shop: Bench) -> None:
    """The process is ended."""
    shop.desk.promise(ask(order("SO-1")))
    stopping = Event()
    stopping.set()
    with pytest.raises(CheckStopped):
        check_apart(shop.desk._view(), stopping)


def test_a_check_without_a_verdict_says_what_happened(shop: Bench) -> None:
    """Its last words are passed on."""
    shop.desk.promise(ask(order("SO-1")))
    with pytest.raises(ChildProcessError, match="IndexError"):
        check_apart(replace(shop.desk._view(), lines=()), Event())


def test_new_work_after_a_restart_is_not_taken_for_work_that_is_gone(tmp_path: Path) -> None:
    """A re-dispatched order is cancelled and the desk restarted: the next order's work had its key, and its shots."""
    after_each = replace(OFF, redispatch=Redispatch.AFTER_EACH)
    with bench(tmp_path / "shop.sqlite", settings=after_each) as shop:
        for number, quantity in enumerate((60, 438)):
            shop.desk.promise(ask(order(f"SO-{number}", "lid", quantity)))
        shop.desk.promise(ask(order("SO-2", "cap", 60)))
        shop.settings = OFF
        shop.restart()
        for number in (2, 1):
            shop.desk.change(cancel(f"SO-{number}"))
        shop.restart()
        shop.desk.promise(ask(order("SO-3", "lid", 10)))
        before = shop.desk.schedule()
        shop.restart()
        assert shop.desk.check() == []
        assert shop.desk.schedule() == before
