"""A day of orders on a real server: answered one by one, changed, cancelled, and told again under the same ids."""

from datetime import timedelta
from itertools import islice

import pytest

from client.calls import JiaoqiClient
from client.process import start_server
from domain.values import replace
from jiaoqi.v1 import promise_pb2
from simulators.credit_feed import set_up
from simulators.demand import Kind, stream
from simulators.demand_play import OK, dues, play, send
from simulators.factories import furniture
from simulators.load import closed_loop

TENTH = furniture.Recipe(scale_percent=10)


@pytest.fixture(scope="module")
def factory():
    """The works with the last weeks of its customers' history."""
    whole = furniture.make(1, TENTH)
    return replace(whole, credit_history=whole.credit_history[-40:])


@pytest.fixture(scope="module")
def address(factory, tmp_path_factory):
    store = tmp_path_factory.mktemp("works") / "store.sqlite"
    with start_server(store, ["--rules", factory.policy, "--redispatch", "off"]) as address:
        with JiaoqiClient(address, timeout_s=120) as client:
            set_up(client, factory)
        yield address


def test_the_first_orders_of_the_works_are_answered(address, factory):
    """Sixty events: every order has a date of weeks or is held for its papers; sent again they are told the same."""
    events = list(islice(stream(factory.demand, factory.opening.date(), 3, seed=1), 60))
    with JiaoqiClient(address, timeout_s=120) as client:
        told = list(play(client, events, timedelta(minutes=30)))
        assert {each.code for each in told} == {OK}
        assert client.clock().time_zone == "Asia/Shanghai"
        for each in told:
            if each.event.kind is Kind.ORDER:
                (line,) = each.promise.lines
                assert line.state in (promise_pb2.PROMISE_STATE_CONFIRMED, promise_pb2.PROMISE_STATE_HELD)
                lead = line.promised_time.seconds - each.event.time.timestamp()
                assert timedelta(days=6).total_seconds() < lead < timedelta(days=60).total_seconds()
        again = send(client, events[0])
        assert again.promise.lines[0].promised_time == told[0].promise.lines[0].promised_time
        assert client.check_plan() == []


def test_an_order_of_another_day_can_be_sent_as_calls(address, factory):
    """Bytes for the load generator: each is answered."""
    found = dues(list(islice(stream(factory.demand, factory.ordinary, 1, seed=2), 10)), speed=60.0)
    course = closed_loop(address, found[0].method, [due.request for due in found if due.method == found[0].method], 2)
    assert {call.code for call in course.calls} == {OK}


def test_a_change_of_an_order_that_nobody_sent_is_told(address, factory):
    """Not found, with no answer."""
    events = stream(factory.demand, factory.peak, 20, seed=3)
    told = send_first_change(address, events)
    assert (told.code, told.promise) == ("NOT_FOUND", None)


def send_first_change(address, events):
    with JiaoqiClient(address, timeout_s=60) as client:
        return send(client, next(event for event in events if event.kind is Kind.CHANGE))
