"""A client that loses the server asks again under the same request id, and the order counts once."""

import socket
import threading
import time
from datetime import datetime

import grpc
import pytest

from client.calls import CallError, JiaoqiClient
from tests.wire.conftest import PATIENCE_S, shop
from tests.wire.conftest import serve as serve
from tests.wire.test_plant_service import order
from wire.edge import EdgeSettings


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_a_promise_is_kept_until_the_server_is_back(serve):
    """The server comes up half a second after the call; the one order is there once."""
    port = free_port()
    with serve(shop()) as running, running.client() as client:
        client.quote(order("PO-0"))
    answers = []
    with JiaoqiClient(f"127.0.0.1:{port}", timeout_s=PATIENCE_S) as client:
        asking = threading.Thread(target=lambda: answers.append(client.promise(order("PO-1"), request_id="r-1")))
        asking.start()
        time.sleep(0.5)
        with serve(edge_settings=EdgeSettings(port=port, waiting_calls=8)):
            asking.join(PATIENCE_S)
            again = client.promise(order("PO-1"), request_id="r-1")
            assert [found.order.id for found in client.list_orders()] == ["PO-1"]
    assert answers[0].promise == again.promise


def test_a_server_that_stays_away_is_told_at_the_deadline():
    """Not before it, and not long after it."""
    started = time.monotonic()
    with JiaoqiClient(f"127.0.0.1:{free_port()}", timeout_s=0.5) as client, pytest.raises(CallError) as lost:
        client.clock()
    assert lost.value.code is grpc.StatusCode.UNAVAILABLE
    assert time.monotonic() - started < 3


def test_a_server_that_is_away_is_looked_for_every_two_seconds_at_least():
    """Whoever hangs up at once is called five times within a deadline; by gRPC's own pauses it would be three times."""
    called = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def hang_up():
            while len(called) < 5:
                connection, _ = listener.accept()
                called.append(connection.getsockname())
                connection.close()

        hanging_up = threading.Thread(target=hang_up, daemon=True)
        hanging_up.start()
        address = f"127.0.0.1:{listener.getsockname()[1]}"
        with JiaoqiClient(address, timeout_s=5.0) as client, pytest.raises(CallError):
            client.clock()
        assert len(called) == 5


def test_a_watch_goes_on_after_a_restart_without_losing_events(serve):
    """What happened while it was away comes first."""
    port = free_port()
    settings = EdgeSettings(port=port, waiting_calls=8)
    with JiaoqiClient(f"127.0.0.1:{port}", timeout_s=PATIENCE_S) as client:
        with serve(shop(), edge_settings=settings):
            watch = client.watch()
            next(watch)
            client.promise(order("PO-1"))
            seen = [event.order_id for event in next(watch).events if event.order_id]
        with serve(edge_settings=settings):
            client.promise(order("PO-2"))
            while "PO-2" not in seen:
                seen += [event.order_id for event in next(watch).events if event.order_id]
    assert seen == ["PO-1", "PO-2"]


def test_times_without_a_zone_are_refused():
    """Nobody knows when they are."""
    with JiaoqiClient("127.0.0.1:1") as client, pytest.raises(ValueError, match="no time zone"):
        client.set_clock(datetime(2026, 3, 2))
