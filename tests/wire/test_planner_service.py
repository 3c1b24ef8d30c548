"""A planner pins work, lets it go, and moves it."""

from datetime import timedelta

import grpc
import pytest

from client.calls import CallError
from jiaoqi.v1 import planner_service_pb2 as pb
from tests.wire.conftest import MONDAY
from tests.wire.test_plant_service import order

HOUR = timedelta(hours=1)


def seconds(hours: float) -> int:
    """Unix seconds of so many hours after Monday 8:00."""
    return int((MONDAY + hours * HOUR).timestamp())


@pytest.fixture
def client(running):
    """Two orders of caps for today, one after the other, promised for 10:00 and noon."""
    with running.client(caller="planner") as client:
        for order_id in ("PO-1", "PO-2"):
            client.promise(order(order_id, by=MONDAY))
        yield client


def test_work_is_pinned_listed_and_let_go(client):
    """By its order's name, and by its key."""
    answer = client.pin_work(pb.WorkName(order_id="PO-2"), reason="visit", request_id="h-1")
    receipt = answer.receipt
    assert (receipt.applied, receipt.pin.pinned_by, receipt.pin.reason) == (True, "planner", "visit")
    assert (receipt.operation.key, receipt.pin.start_time.seconds) == (receipt.pin.key, seconds(2))
    assert list(client.pins()) == [receipt.pin]
    again = client.pin_work(pb.WorkName(order_id="PO-2"), reason="visit", request_id="h-1")
    assert again.receipt.pin == receipt.pin
    freed = client.unpin_work(pb.WorkName(key=receipt.pin.key), plan_version=answer.as_of.plan_version)
    assert not freed.receipt.HasField("pin")
    assert list(client.pins()) == []


def test_a_move_is_tried_refused_and_done_with_consent(client):
    """PO-2 to eight, in front of PO-1, which then ends at noon and not at ten."""
    work = pb.WorkName(order_id="PO-2", line_no=1, operation_id="mould")
    trial = client.move_work(work, start=MONDAY, validate_only=True).receipt
    assert (trial.applied, trial.operation.start_time.seconds) == (False, seconds(0))
    assert [(line.order_id, line.expected_time.seconds) for line in trial.at_risk] == [("PO-1", seconds(4))]
    with pytest.raises(CallError) as error:
        client.move_work(work, start=MONDAY)
    assert (error.value.code, error.value.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "WOULD_BREAK_PROMISES")
    assert error.value.metadata["count"] == "1"
    assert list(client.pins()) == []
    done = client.move_work(work, start=MONDAY, max_broken=1).receipt
    assert [line.order_id for line in done.at_risk] == ["PO-1"]
    assert [line.order_id for line in client.at_risk()] == ["PO-1"]
    assert [row.order_id for row in client.schedule()] == ["PO-2", "PO-1"]


@pytest.mark.parametrize(
    ("request_", "code", "reason"),
    [
        (pb.MoveWorkRequest(max_broken_count=-1), "INVALID_ARGUMENT", "INVALID_INPUT"),
        (pb.MoveWorkRequest(resource_id=" M1"), "INVALID_ARGUMENT", "INVALID_INPUT"),
        (pb.MoveWorkRequest(behind=pb.WorkName(order_id="PO-9")), "NOT_FOUND", "NOT_FOUND"),
        (pb.MoveWorkRequest(resource_id="TABLE"), "FAILED_PRECONDITION", "CANNOT_MOVE_WORK"),
        (pb.MoveWorkRequest(plan_version=1), "ABORTED", "PLAN_CHANGED"),
        (pb.MoveWorkRequest(reason="x" * 1001), "INVALID_ARGUMENT", "INVALID_INPUT"),
    ],
)
def test_a_wrong_move_is_told_with_its_reason(client, request_, code, reason):
    """Nothing is pinned after it."""
    request_.work.order_id = "PO-2"
    with pytest.raises(CallError) as error:
        client._change(client._planner.MoveWork, request_)
    assert (error.value.code.name, error.value.reason) == (code, reason)
    assert list(client.pins()) == []


def test_what_would_be_is_told_and_nothing_is_changed(client):
    """The mould away until 14:00, by a sentence and field by field: the same orders are hit; the shop has no rates."""
    told = client.what_if("模具CAP停6小时")
    fields = pb.Supposition(subject_id="CAP")
    fields.end_time.FromDatetime(MONDAY + 6 * HOUR)
    again = client.what_if(suppositions=[fields])
    assert [(line.order_id, line.expected_time.seconds) for line in told.at_risk] == [
        ("PO-1", seconds(8)),
        ("PO-2", seconds(10)),
    ]
    assert list(again.at_risk) == list(told.at_risk)
    assert (told.HasField("cost_fen"), told.costs[0].count, told.costs[0].duration.seconds) == (False, 2, 12 * 3600)
    assert (list(client.at_risk()), list(client.disruptions())) == ([], [])
    with pytest.raises(CallError) as error:
        client.what_if("M-07 out")
    assert error.value.fields[0].field == "sentence"


def test_alerts_are_listed_by_what_hits_them_and_watched(client, running):
    """PO-2 waits for PO-1; the stream begins with all, and tells a change once."""
    first, second = client.alerts()
    assert (first.order_id, second.order_id, second.level) == ("PO-1", "PO-2", pb.ALERT_LEVEL_HOURS_24)
    assert second.slack_duration.seconds == 2 * 3600
    assert [alert.order_id for alert in client.alerts(subject_id="PO-1")] == ["PO-2"]
    assert list(client.alerts(level=pb.ALERT_LEVEL_LATE)) == []
    with running.client() as watcher:
        stream = watcher.watch_alerts()
        told = next(stream)
        assert (told.all, [row.alert.order_id for row in told.rows]) == (True, ["PO-1", "PO-2"])
        client.report_disruption("CAP", start=MONDAY + 2 * HOUR, end=MONDAY + 7 * HOUR)
        assert [alert.order_id for alert in client.alerts(subject_id="D-1")] == ["PO-2"]
        told = next(stream)
        assert [(row.change, row.alert.level) for row in told.rows] == [(pb.ALERT_CHANGE_CHANGED, pb.ALERT_LEVEL_LATE)]
    assert running.metrics.registry.get_sample_value("jiaoqi_alerts", {"level": "late"}) == 1


def test_a_rush_order_names_whom_it_displaces_before_it_is_done(client):
    """PO-3 passes PO-1 and PO-2, for which it needs consent."""
    client.promise(order("PO-3", by=MONDAY))
    trial = client.rush_order("PO-3", 1, validate_only=True)
    assert (trial.applied, trial.after.lines[0].promised_time.seconds) == (False, seconds(2))
    assert {(row.order_id, row.delay_duration.seconds, row.survives) for row in trial.displaced} == {
        ("PO-1", 2 * 3600, False),
        ("PO-2", 2 * 3600, False),
    }
    with pytest.raises(CallError) as error:
        client.rush_order("PO-3", 1, max_broken=1)
    assert (error.value.reason, error.value.metadata["count"]) == ("WOULD_BREAK_PROMISES", "2")
    done = client.rush_order("PO-3", 1, max_broken=2, reason="stopped line")
    assert (done.applied, list(done.displaced)) == (True, list(trial.displaced))
    assert client.get_order("PO-3").promise.order.priority == 1
    assert [row.order_id for row in client.schedule()] == ["PO-3", "PO-1", "PO-2"]


def test_an_order_is_confirmed_as_asked_and_another_gives_way_as_the_receipt_said(client):
    """PO-1 and PO-2 by 16:00: PO-9, asked for noon and promised for later, has to be had by then."""
    client.promise(order("PO-9", by=MONDAY + 4 * HOUR))
    before = client.get_order("PO-9").promise
    assert before.lines[0].promised_time.seconds > seconds(4)
    must, others = pb.OrderSelection(order_ids=["PO-9"]), pb.OrderSelection(priority_from=1, priority_to=9)
    trial = client.repromise(confirm=[must], give_way=[others], validate_only=True)
    rows = {row.line.order_id: (row.treatment, row.outcome) for row in trial.lines}
    assert rows["PO-9"] == (pb.REPROMISE_TREATMENT_CONFIRM, pb.REPROMISE_OUTCOME_EARLIER)
    assert pb.REPROMISE_OUTCOME_LATER in {outcome for _, outcome in rows.values()}
    assert (trial.applied, client.get_order("PO-9").promise) == (False, before)
    seen = trial.as_of.plan_version
    done = client.repromise(confirm=[must], give_way=[others], plan_version=seen, reason="new machine")
    assert (done.applied, list(done.lines), list(done.told)) == (True, list(trial.lines), list(trial.told))
    assert client.get_order("PO-9").promise.lines[0].promised_time.seconds == seconds(4)
    with pytest.raises(CallError) as stale:
        client.repromise(improve=[others], plan_version=seen)
    assert stale.value.reason == "PLAN_CHANGED"
    with pytest.raises(CallError) as wrong:
        client.repromise(improve=[must, pb.OrderSelection(priority_from=4, priority_to=3)])
    assert (wrong.value.reason, wrong.value.fields[0].field) == ("INVALID_INPUT", "improve[1].priority_to")
    with pytest.raises(CallError) as nobody:
        client.repromise()
    assert nobody.value.reason == "INVALID_INPUT"
