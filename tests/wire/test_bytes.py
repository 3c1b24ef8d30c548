"""Whatever bytes a caller sends, the answer is an answer or a refusal, never INTERNAL or UNKNOWN."""

from contextlib import contextmanager
from datetime import timedelta
from random import Random

import grpc
import pytest
from grpc_health.v1 import health_pb2
from grpc_reflection.v1alpha import reflection_pb2
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jiaoqi.v1 import (
    import_service_pb2,
    plan_service_pb2,
    planner_service_pb2,
    plant_service_pb2,
    promise_service_pb2,
    review_service_pb2,
    rule_service_pb2,
    supply_service_pb2,
)
from tests.stores import Places
from tests.wire.conftest import MONDAY, serving, shop
from tests.wire.messages import methods, request
from tests.wire.test_plant_service import order

METHODS = methods(
    promise_service_pb2.DESCRIPTOR,
    plant_service_pb2.DESCRIPTOR,
    supply_service_pb2.DESCRIPTOR,
    import_service_pb2.DESCRIPTOR,
    plan_service_pb2.DESCRIPTOR,
    rule_service_pb2.DESCRIPTOR,
    planner_service_pb2.DESCRIPTOR,
    review_service_pb2.DESCRIPTOR,
    health_pb2.DESCRIPTOR,
    reflection_pb2.DESCRIPTOR,
)
DEADLINE_S = 30.0
STREAM_S = 0.02
FORBIDDEN = {grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN}


@contextmanager
def shop_channel(path, now=MONDAY):
    """A channel to a server of its own, whose shop has been asked once."""
    with serving(path, shop()) as running:
        with running.client() as client:
            client.set_clock(now)
            client.quote(order("PO-0"))
        yield running.channel


@pytest.fixture(scope="module")
def channel(tmp_path_factory, store_kind):
    """One server for all messages, which change it as they please."""
    places = Places(store_kind, tmp_path_factory.mktemp("bytes"))
    with shop_channel(places()) as shared:
        yield shared
    places.remove()


@pytest.fixture
def sensible(tmp_path, store_kind):
    """A store of one test's own."""
    places = Places(store_kind, tmp_path)
    yield places()
    places.remove()


def send(channel, path: str, raw: bytes, streams: bool) -> grpc.StatusCode:
    """The status that the bytes get, raw as they are."""
    try:
        if path.startswith("/grpc.reflection."):
            list(channel.stream_stream(path)(iter([raw]), timeout=DEADLINE_S))
        elif path.endswith("/ImportOrders"):
            return imported(channel.stream_stream(path)(iter([raw]), timeout=DEADLINE_S), raw)
        elif streams:
            list(channel.unary_stream(path)(raw, timeout=STREAM_S))
        else:
            channel.unary_unary(path)(raw, timeout=DEADLINE_S)
    except grpc.RpcError as error:
        code, details = error.code(), error.details()
    else:
        return grpc.StatusCode.OK
    assert code not in FORBIDDEN, (path, raw, details)
    return code


def imported(answers, raw: bytes) -> grpc.StatusCode:
    """The status that the one order of an import got in its answer."""
    (answer,) = map(import_service_pb2.ImportOrdersResponse.FromString, answers)
    code = grpc.StatusCode[answer.failure.code] if answer.HasField("failure") else grpc.StatusCode.OK
    assert code not in FORBIDDEN, (raw, answer.failure.message)
    return code


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2**64))
def test_no_message_gets_internal_or_unknown(channel, seed):
    """Filled, broken and random messages to every method, some thousands in all."""
    rng = Random(seed)
    for _ in range(10):
        path, kind, streams = rng.choice(METHODS)
        send(channel, path, request(kind, rng), streams)


@pytest.mark.parametrize(("path", "kind", "streams"), METHODS, ids=[path for path, _, _ in METHODS])
def test_bytes_that_are_no_message_are_an_invalid_argument(channel, path, kind, streams):
    """A lone end-of-group tag is no message of any kind."""
    assert send(channel, path, b"\x04", streams) is grpc.StatusCode.INVALID_ARGUMENT


SALES = {
    "Quote", "Promise", "Cancel", "GetOrder", "ListOrders", "ListHistory", "GetTaskPackage", "GetSchedule", "GetLoad",
    "SetClock",
}  # fmt: skip
FEEDS = {"UpsertSupply", "UpsertReceipts", "UpsertCustomers", "ListPurchases"}
REPORTS = {
    "ReportDisruption", "AmendDisruption", "CloseDisruption", "ListDisruptions", "ListAtRisk", "ReportProgress",
    "ListProposals",
}  # fmt: skip


@pytest.mark.parametrize(
    ("files", "now", "expected"),
    [
        ((promise_service_pb2.DESCRIPTOR, plant_service_pb2.DESCRIPTOR), MONDAY, SALES),
        ((plan_service_pb2.DESCRIPTOR,), MONDAY, REPORTS),
        ((review_service_pb2.DESCRIPTOR,), MONDAY, {"ListReviews"}),
        # All that is reported has happened by then.
        ((supply_service_pb2.DESCRIPTOR,), MONDAY + timedelta(days=20), FEEDS),
    ],
)
def test_sensible_messages_reach_the_desk(sensible, files, now, expected):
    """The property above is worth something only if its messages are not all refused at the door.

    On servers of their own: messages before these could have put the clock where no later one is allowed, or fed a
    customer, after which others are unknown.
    """
    rng = Random(7)
    answered = set()
    with shop_channel(sensible, now) as channel:
        # Most are refused; the luck of one message more or less must not decide.
        for _ in range(len(expected) * 2000):
            path, kind, streams = rng.choice(methods(*files))
            if send(channel, path, request(kind, rng), streams) is grpc.StatusCode.OK:
                answered.add(path.rpartition("/")[2])
                if answered >= expected:
                    break
    assert answered >= expected


def test_a_message_over_the_limit_is_refused_by_its_size(channel):
    """One MiB is enough for any order."""
    raw = promise_service_pb2.PromiseRequest(request_id="x" * (1 << 20)).SerializeToString()
    assert send(channel, METHODS[1][0], raw, False) is grpc.StatusCode.INVALID_ARGUMENT
