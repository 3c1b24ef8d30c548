"""The desk on PostgreSQL when the line or the server fails: callers get the truth, and the desk goes on by itself."""

from collections.abc import Iterator
from datetime import timedelta
from time import monotonic, sleep

import pytest

from domain.errors import DeskStopped
from domain.promises import EventKind
from domain.values import replace
from promising.plant_files import write_plant
from simulators.postgresql import PostgresServer
from store.failures import StoreUnreachable
from tests.line import Break, Line
from tests.promising.desks import Bench, ask, bench, cancel, order
from tests.promising.desks import shop as shop_plant
from tests.stores import POSTGRESQL, Places, run, server

PATIENCE_S = 30


@pytest.fixture
def line() -> Iterator[Line]:
    with Line(server().port) as made:
        yield made


@pytest.fixture
def far(tmp_path, line: Line) -> Iterator[Bench]:
    """The moulding shop on Monday at 8:00, its database at the other end of a line."""
    places = Places(POSTGRESQL, tmp_path)
    url = str(places())
    with bench(url.replace(f":{server().port}/", f":{line.port}/")) as opened:
        yield opened
    places.remove()


def going_on(shop: Bench) -> None:
    """Wait until the desk decides again by itself."""
    until = monotonic() + PATIENCE_S
    while not shop.desk.status().running:
        assert monotonic() < until, shop.desk.status().why
        sleep(0.02)


@pytest.mark.parametrize("breaks", [Break.BEHIND_COMMIT, Break.BEFORE_ANSWER])
def test_a_commit_whose_answer_was_lost_is_answered_with_what_was_written(far: Bench, line: Line, breaks) -> None:
    """The caller never learns of it; retry, restart and event log agree."""
    line.breaks = breaks
    answer = far.desk.promise(ask(order()))
    assert line.broken == 1
    assert far.desk.status().running
    assert far.desk.promise(ask(order())) == answer
    far.restart()
    assert far.desk.promise(ask(order())) == answer
    assert far.kinds().count(EventKind.PROMISED) == 1
    assert far.desk.check() == []


def test_a_commit_that_never_arrived_is_told_and_promised_at_the_next_try(far: Bench, line: Line) -> None:
    """Nothing was decided, nothing is reserved."""
    line.breaks = Break.BEFORE_COMMIT
    with pytest.raises(DeskStopped, match="nothing was decided: ask again"):
        far.desk.promise(ask(order()))
    assert line.broken == 1
    assert far.desk.schedule() == []
    assert far.desk.promise(ask(order())).version == 1
    assert far.kinds().count(EventKind.PROMISED) == 1


@pytest.mark.parametrize(("breaks", "gone"), [(Break.BEFORE_COMMIT, False), (Break.BEFORE_ANSWER, True)])
def test_a_cancel_whose_line_broke_is_done_once_or_not_at_all(far: Bench, line: Line, breaks, gone) -> None:
    """What the caller hears is what is stored."""
    far.desk.promise(ask(order()))
    line.breaks = breaks
    if gone:
        far.desk.change(cancel("SO-1"))
    else:
        with pytest.raises(DeskStopped):
            far.desk.change(cancel("SO-1"))
    assert (far.desk.schedule() == []) is gone
    far.desk.change(cancel("SO-1"))
    assert far.kinds().count(EventKind.CANCELLED) == 1


def test_sessions_that_are_terminated_between_orders_are_not_noticed_by_callers(far: Bench) -> None:
    """Reading and writing alike connect anew."""
    first = far.desk.promise(ask(order("SO-1")))
    run(server(), "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name LIKE 'jiaoqi %'")
    assert far.desk.promise(ask(order("SO-2"))).version == 1
    assert far.desk.promise(ask(order("SO-1"))) == first
    assert [event.sequence for event in far.store.real.events(0, 99)] == list(range(1, far.desk.last_event() + 1))


def test_a_desk_halts_while_the_server_is_away_and_goes_on_by_itself(caplog) -> None:
    """Stopped, then killed: callers are turned away with the reason, what stands can be read, nothing is lost.

    The log tells once of each time why the store can't be read.
    """
    other = replace(shop_plant(), settings=replace(shop_plant().settings, buffer=timedelta(hours=1)))
    with PostgresServer(durable=False) as own, bench(own.url("postgres")) as shop:
        answers = [shop.desk.promise(ask(order("SO-0", days=5)))]
        for number, end in enumerate((own.stop, own.kill), start=1):
            end()
            with pytest.raises(DeskStopped, match="connection") as refused:
                shop.desk.promise(ask(order(f"SO-{number}", days=5)))
            assert own.password not in str(refused.value)
            assert not shop.desk.status().running
            assert "the store can't be read" in shop.desk.status().why
            # What was decided and never written is not shown; what stands is.
            assert shop.desk.get("SO-0") == answers[0]
            for reading in (shop.desk.schedule, shop.desk.check):
                with pytest.raises(DeskStopped):
                    reading()
            with pytest.raises(DeskStopped, match="can't be read"):
                shop.desk.import_plant(write_plant(other))
            told = [record for record in caplog.records if record.getMessage() == "store_not_read"]
            assert len(told) == number
            assert isinstance(told[-1].exc_info[1], StoreUnreachable)
            assert own.password not in caplog.text
            own.start()
            going_on(shop)
            answers.append(shop.desk.promise(ask(order(f"SO-{number}", days=5))))
        assert [shop.desk.promise(ask(order(f"SO-{number}", days=5))) for number in range(3)] == answers
        assert shop.kinds().count(EventKind.PROMISED) == 3
        assert shop.desk.check() == []
