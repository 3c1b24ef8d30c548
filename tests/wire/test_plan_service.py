"""The shop floor reports what breaks, planners read what is at risk."""

from datetime import timedelta

import grpc
import pytest

from client.calls import CallError
from jiaoqi.v1 import plan_pb2, promise_pb2
from jiaoqi.v1 import plan_service_pb2 as pb
from tests.wire.conftest import MONDAY
from tests.wire.test_plant_service import order

HOUR = timedelta(hours=1)


def seconds(hours: float) -> int:
    """Unix seconds of so many hours after Monday 8:00."""
    return int((MONDAY + hours * HOUR).timestamp())


@pytest.fixture
def client(running):
    """Two orders of caps for today, one after the other, promised for 10:00 and noon; it is 9:00."""
    with running.client(caller="floor") as client:
        for order_id in ("PO-1", "PO-2"):
            client.promise(order(order_id, by=MONDAY))
        client.set_clock(MONDAY + HOUR)
        yield client


def test_a_report_is_answered_with_what_it_broke(client):
    """The mould is away until 15:00: both are late, and told with the operation that waits."""
    answer = client.report_disruption("CAP", end=MONDAY + 7 * HOUR, source="MES", reason="crack", request_id="d-1")
    receipt = answer.receipt
    made = receipt.disruption
    assert (made.disruption_id, made.kind, made.state) == (
        "D-1",
        pb.DISRUPTION_KIND_MOULD_IN_REPAIR,
        pb.DISRUPTION_STATE_OPEN,
    )
    assert (made.source, made.reason, made.reported_by, made.etag) == ("MES", "crack", "floor", "D-1:1")
    assert [
        (x.order_id, x.promised_time.seconds, x.expected_before_time.seconds, x.expected_time.seconds)
        for x in receipt.at_risk
    ] == [("PO-1", seconds(2), seconds(2), seconds(8)), ("PO-2", seconds(4), seconds(4), seconds(10))]
    cause = promise_pb2.RiskCause(disruption_id="D-1", operation_id="mould", resource_id="CAP")
    assert {x.state for x in receipt.at_risk} == {promise_pb2.PROMISE_STATE_AT_RISK}
    assert all(x.cause == cause for x in receipt.at_risk)
    assert (receipt.applied, receipt.interrupted_count) == (True, 1)
    assert client.get_order("PO-1").promise.lines[0].cause == cause
    again = client.report_disruption("CAP", end=MONDAY + 7 * HOUR, source="MES", reason="crack", request_id="d-1")
    assert [x.order_id for x in again.receipt.at_risk] == ["PO-1", "PO-2"]
    assert len(list(client.disruptions())) == 1


def test_it_is_listed_amended_and_closed(client):
    """Longer, over sooner, and both lists follow."""
    client.report_disruption("CAP", end=MONDAY + 7 * HOUR, disruption_id="crack")
    assert [x.order_id for x in client.at_risk()] == ["PO-1", "PO-2"]
    assert [x.order_id for x in client.at_risk(disruption_id="crack", customer_id="C-1")] == ["PO-1", "PO-2"]
    assert list(client.at_risk(disruption_id="other")) == list(client.at_risk(customer_id="C-2")) == []
    longer = client.amend_disruption("crack", expected_end=MONDAY + 8 * HOUR, reason="spare part", etag="crack:1")
    assert not longer.receipt.disruption.HasField("end_time")
    assert [x.expected_time.seconds for x in longer.receipt.at_risk] == [seconds(9), seconds(11)]
    closed = client.close_disruption("crack")
    assert closed.receipt.disruption.end_time.seconds == seconds(1)
    assert [(x.order_id, x.line_no) for x in closed.receipt.recovered] == [("PO-1", 1), ("PO-2", 1)]
    assert list(client.at_risk()) == []
    assert list(client.disruptions(pb.DISRUPTION_STATE_OPEN)) == []
    (over,) = client.disruptions(pb.DISRUPTION_STATE_CLOSED)
    assert (over.disruption_id, over.etag) == ("crack", "crack:3")
    told = client.watch(after_sequence=0)
    kinds = [event.kind for answer in (next(told), next(told)) for event in answer.events]
    assert plan_pb2.EVENT_KIND_DISRUPTION_REPORTED in kinds


def test_lists_come_in_pages(running):
    """Two rows at a time, by tokens of the server's own."""
    with running.client() as client:
        for number in range(3):
            client.report_disruption("LID", disruption_id=f"L-{number}")
        stub = client._plan
        first = stub.ListDisruptions(pb.ListDisruptionsRequest(page_size=2))
        second = stub.ListDisruptions(pb.ListDisruptionsRequest(page_size=2, page_token=first.next_page_token))
        assert [x.disruption_id for x in (*first.disruptions, *second.disruptions)] == ["L-0", "L-1", "L-2"]
        assert second.next_page_token == ""
        for wrong in ("x", "-1", "1" * 600):
            with pytest.raises(grpc.RpcError) as refused:
                stub.ListDisruptions(pb.ListDisruptionsRequest(page_token=wrong))
            assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT


def test_what_it_would_break_is_told_and_left_alone(client):
    """With validate_only the promises stand as they were."""
    told = client.report_disruption("CAP", end=MONDAY + 7 * HOUR, validate_only=True).receipt
    assert (told.applied, len(told.at_risk)) == (False, 2)
    assert client.get_order("PO-1").promise.lines[0].state == promise_pb2.PROMISE_STATE_CONFIRMED
    assert list(client.disruptions()) == []
    assert client.check_plan() == []


def test_a_bad_report_names_its_field(client):
    """As the schema calls it."""
    for fields, field in (
        ({"subject_id": "M9"}, "subject_id"),
        ({"subject_id": "CAP", "end": MONDAY}, "end_time"),
        ({"subject_id": "CAP", "expected_end": MONDAY}, "expected_end_time"),
        ({"subject_id": "CAP", "kind": 99}, "kind"),
        ({"subject_id": "CAP", "end": MONDAY + 2 * HOUR, "expected_end": MONDAY + 3 * HOUR}, "expected_end_time"),
    ):
        with pytest.raises(CallError) as refused:
            client.report_disruption(**fields)
        assert refused.value.code is grpc.StatusCode.INVALID_ARGUMENT
        assert refused.value.fields[0].field == field
    with pytest.raises(CallError) as refused:
        client.close_disruption("D-9")
    assert refused.value.code is grpc.StatusCode.NOT_FOUND


def test_progress_is_answered_report_by_report(client):
    """The first caps began at 8:30, and something is said that can't be."""
    names = {"kind": pb.PROGRESS_KIND_STARTED, "order_id": "PO-1", "line_no": 1, "operation_id": "mould"}
    reports = [pb.ProgressReport(**names, time={"seconds": seconds(hours)}) for hours in (0.5, 0.75)]
    receipt = client.report_progress(reports, source="MES", request_id="p-1").receipt
    assert [x.outcome for x in receipt.answers] == [pb.PROGRESS_OUTCOME_RECORDED, pb.PROGRESS_OUTCOME_REFUSED]
    assert receipt.answers[0].end_time.seconds == seconds(2.5)
    assert [x.field for x in receipt.answers[1].problems] == ["kind"]
    assert [(x.order_id, x.cause.disruption_id) for x in receipt.at_risk] == [
        ("PO-1", receipt.cause_id), ("PO-2", receipt.cause_id),
    ]  # fmt: skip
    with pytest.raises(CallError) as caught:
        client.report_progress([*reports, pb.ProgressReport()])
    assert "reports[2].kind" in str(caught.value)
