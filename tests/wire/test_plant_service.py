"""A planner imports the moulding shop, reads its plan, sets its clock."""

import time
from datetime import UTC, timedelta

import grpc
import pytest

from client.calls import CallError, line
from domain.plant import ClockMode
from domain.values import replace
from jiaoqi.v1 import order_pb2, plan_pb2
from promising.plant_files import write_plant
from tests.plants import moulding_shop
from tests.wire.conftest import MONDAY, shop


def order(order_id, item="cap", quantity=240, by=MONDAY + timedelta(days=4)):
    return order_pb2.Order(id=order_id, customer_id="C-1", lines=[line(1, item, quantity, by)])


def test_an_export_is_what_was_imported(running):
    """File by file, byte by byte."""
    with running.client() as client:
        assert client.export_plant() == write_plant(shop())


def test_importing_again_changes_nothing_and_says_so(running):
    """The list of changes is empty."""
    with running.client() as client:
        assert list(client.import_plant(write_plant(shop())).changes) == []


def test_an_import_tells_what_changes(running):
    """One line for each object, and with validate_only nothing happens."""
    plant = shop()
    bigger = replace(plant, items=(*plant.items[:-1], replace(plant.items[-1], colour="red")))
    with running.client() as client:
        told = list(client.import_plant(write_plant(bigger), validate_only=True).changes)
        assert len(told) == 1
        assert "box" in told[0]
        assert client.export_plant() == write_plant(plant)
        assert list(client.check_plant(write_plant(bigger)).changes) == told
        assert list(client.import_plant(write_plant(bigger)).changes) == told
        assert client.export_plant() == write_plant(bigger)


def test_all_that_is_wrong_is_told_by_file_row_and_column(running):
    """Nothing is imported; a check returns the whole list, however long."""
    files = write_plant(shop())
    header, *rows = files["moulds.csv"].decode().splitlines()
    files["moulds.csv"] = "\n".join([header, *(row.replace("M1", "M9") for row in rows * 200)]).encode()
    with running.client() as client:
        found = client.check_plant(files).violations
        with pytest.raises(CallError) as refused:
            client.import_plant(files)
        assert client.export_plant() == write_plant(shop())
    assert len(found) >= 400
    assert {violation.file for violation in found} == {"moulds.csv"}
    assert min(violation.row for violation in found) == 2
    assert all(violation.problem for violation in found)
    assert refused.value.code is grpc.StatusCode.INVALID_ARGUMENT
    assert refused.value.metadata["violation_count"] == str(len(found))
    assert refused.value.fields[0].field.startswith("moulds.csv:")


def test_a_server_without_a_plant_says_so(serve):
    """Promises are refused until there is something to promise from; the clock is the system's."""
    with serve() as running, running.client(timeout_s=1.0) as client:
        clock = client.clock()
        assert clock.time_zone == ""
        with pytest.raises(CallError) as refused:
            client.promise(order("PO-1"))
    assert refused.value.code is grpc.StatusCode.UNAVAILABLE
    assert refused.value.reason == "DESK_STOPPED"


def test_the_schedule_comes_in_pages_by_start(serve):
    """Seven operations in pages of two, each once; no re-dispatch comes between the two readings."""
    with serve(shop()) as running, running.client() as client:
        for number in range(7):
            client.promise(order(f"PO-{number}", item=("cap", "lid")[number % 2], quantity=60))
        whole = []
        # The desk re-dispatches as soon as nobody asks.
        while (now := list(client.schedule())) != whole:
            whole = now
            time.sleep(0.1)
        paged = list(client.schedule(page_size=2))
    assert len(whole) == 7
    assert paged == whole
    starts = [(operation.start_time.seconds, operation.key) for operation in whole]
    assert starts == sorted(starts)


def test_the_schedule_is_filtered(running):
    """By resource, order, mould and time."""
    with running.client() as client:
        client.promise(order("PO-1", "cap"))
        client.promise(order("PO-2", "lid"))
        by_mould = list(client.schedule(mould_ids=["LID"]))
        by_order = list(client.schedule(order_id="PO-2"))
        by_resource = list(client.schedule(resource_ids=[by_order[0].resource_id]))
        later = list(client.schedule(from_time=MONDAY + timedelta(days=30)))
    assert {operation.order_id for operation in by_mould} == {"PO-2"}
    assert by_order == by_mould
    assert "PO-2" in {operation.order_id for operation in by_resource}
    assert later == []


def test_load_is_told_by_day(running):
    """Two hours of caps on Monday on M1, out of twelve worked."""
    with running.client() as client:
        client.promise(order("PO-1"))
        answer = client.load(from_time=MONDAY, to_time=MONDAY + timedelta(days=1), resource_ids=["M1"])
    (machine,) = answer.load
    monday = machine.days[0]
    assert monday.day_time.ToDatetime(UTC) == MONDAY - timedelta(hours=8)
    assert (monday.working_duration.seconds, monday.run_duration.seconds) == (12 * 3600, 2 * 3600)


@pytest.mark.parametrize("days", [0, -1, 401])
def test_a_span_of_load_that_makes_no_sense_is_refused(running, days):
    """At least something, at most 400 days."""
    with running.client() as client, pytest.raises(CallError) as refused:
        client.load(from_time=MONDAY, to_time=MONDAY + timedelta(days=days))
    assert [field.field for field in refused.value.fields] == ["to_time"]


def test_a_manual_clock_moves_forward_only(running):
    """Once an order was answered, yesterday is over."""
    with running.client() as client:
        client.promise(order("PO-1"))
        client.set_clock(MONDAY + timedelta(hours=1))
        assert client.clock().as_of.now_time.ToDatetime(UTC) == MONDAY + timedelta(hours=1)
        with pytest.raises(CallError) as refused:
            client.set_clock(MONDAY)
        assert [field.field for field in refused.value.fields] == ["now_time"]


def test_a_manual_clock_can_go_on_as_an_offset_clock(running):
    """What a demo left is served on."""
    with running.client() as client:
        set_ = client.set_clock(MONDAY + timedelta(days=1), plan_pb2.CLOCK_MODE_OFFSET)
        assert set_.as_of.clock_mode == plan_pb2.CLOCK_MODE_OFFSET
        assert client.clock().time_zone == "Asia/Shanghai"


def test_a_system_clock_cannot_be_set(serve):
    """The plant's file decides."""
    plant = moulding_shop()
    assert plant.settings.clock is ClockMode.SYSTEM
    with serve() as running, running.client() as client:
        client.import_plant(write_plant(plant))
        with pytest.raises(CallError) as refused:
            client.set_clock(MONDAY)
    assert refused.value.code is grpc.StatusCode.FAILED_PRECONDITION


def test_the_checker_passes_a_sound_plan(running):
    """The whole plan, without the planner's own code."""
    with running.client() as client:
        for number in range(6):
            client.promise(order(f"PO-{number}", item=("cap", "lid", "box")[number % 3], quantity=300))
        assert client.check_plan() == []
