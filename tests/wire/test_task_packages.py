"""The shop floor gets all that an order needs."""

from datetime import UTC, timedelta

import grpc
import pytest

from client.calls import CallError, line
from domain.documents import Document, SubjectDocument
from jiaoqi.v1 import order_pb2, plan_pb2, promise_pb2
from promising.plant_files import write_plant
from tests.promising.test_lots import works
from tests.scheduler.test_sourcing import hours, stocked
from tests.wire.conftest import MONDAY, shop
from tests.wire.test_plant_service import order
from tests.wire.test_schedule import lamp_order

PAPERS = (
    SubjectDocument("shade", Document("drawing 17", "//plm/shade.pdf")),
    SubjectDocument("bench", Document("safety", "//safety/bench.pdf")),
    SubjectDocument("vase", Document("drawing 3", "//plm/vase.pdf")),
)


def package_of(client, order_id):
    return client.task_package(order_id).package


def test_a_line_with_components_comes_lot_by_lot(lamps):
    """15 shades of resin, then 20 lamps of these, 5 shades from stock, screws bought in part, and cables."""
    plant = works(on_hand=stocked(resin=100, screw=10, cable=1000, shade=5), documents=PAPERS)
    with lamps.client() as client:
        client.import_plant(write_plant(plant))
        client.promise(lamp_order())
        package = package_of(client, "SO-1")
    (wanted,) = package.lines
    shade, lamp = wanted.lots
    assert [(lot.item_id, lot.quantity, lot.into_lot) for lot in wanted.lots] == [
        ("shade", 15, lamp.lot),
        ("lamp", 20, 0),
    ]
    assert [(row.item_id, row.per_piece_micro, row.unit) for row in shade.materials] == [("resin", 50_000, "kg")]
    source = promise_pb2.Source.Name
    assert [
        (row.item_id, row.per_piece_micro, [(source(part.source), part.quantity) for part in row.supplies])
        for row in lamp.materials
    ] == [
        ("shade", 1_000_000, [("SOURCE_MAKE", 15), ("SOURCE_STOCK", 5)]),
        ("screw", 2_000_000, [("SOURCE_STOCK", 10), ("SOURCE_BUY", 30)]),
        ("cable", 1_000_000, [("SOURCE_STOCK", 20)]),
    ]
    assert lamp.materials[0].supplies[0].available_time == shade.steps[0].planned.operation.end_time
    assert [(paper.subject_id, paper.document.name) for paper in package.documents] == [
        ("shade", "drawing 17"),
        ("bench", "safety"),
    ]


def test_a_routing_with_moulds_comes_with_its_ways_times_and_moulds(running):
    """600 boxes: 300 shots of LID in five hours on either machine, two hours of cooling in all, an hour of packing."""
    with running.client() as client:
        client.promise(order("PO-1", item="box", quantity=600))
        answer = client.task_package("PO-1")
    (wanted,) = answer.package.lines
    mould, cool, pack = wanted.lots[0].steps
    assert answer.time_zone == "Asia/Shanghai"
    assert [
        (mode.mode_id, mode.mould_id, mode.shot_count, mode.work_duration.ToTimedelta()) for mode in mould.modes
    ] == [
        ("on-1", "LID", 300, timedelta(hours=5)),
        ("on-2", "LID", 300, timedelta(hours=5)),
    ]
    assert (mould.planned.operation.start_time.ToDatetime(UTC), mould.planned.operation.mode_id) == (
        hours_after(1),
        "on-2",
    )
    assert (cool.lag_duration.ToTimedelta(), list(cool.after_operation_ids), cool.HasField("planned")) == (
        timedelta(minutes=90), ["mould"], False,
    )  # fmt: skip
    (by_hand,) = pack.modes
    assert (by_hand.resource_id, by_hand.crew_id, by_hand.work_duration.ToTimedelta()) == (
        "TABLE",
        "PACKERS",
        timedelta(hours=1),
    )
    (lid,) = answer.package.moulds
    assert (lid.mould_id, lid.cavity_count, list(lid.resource_ids), lid.maintenance_shot_count) == (
        "LID",
        2,
        ["M1", "M2"],
        600,
    )
    assert lid.state.activity == plan_pb2.MOULD_ACTIVITY_IN_USE


def hours_after(count):
    """So many hours after Monday 08:00 in the shop."""
    return MONDAY + timedelta(hours=count)


def test_what_nobody_makes_is_delivered_as_it_is(lamps):
    """Cables from stock: a line without lots."""
    cables = order_pb2.Order(id="SO-2", customer_id="C-1", lines=[line(7, "cable", 5, hours(1))])
    with lamps.client() as client:
        client.promise(cables)
        (wanted,) = package_of(client, "SO-2").lines
    assert (wanted.line_no, list(wanted.lots), [part.quantity for part in wanted.delivered]) == (7, [], [5])


def test_an_orders_own_papers_are_kept_and_told(serve):
    """The contract is there after a restart; other papers under the same id are another order."""
    asked = order("PO-1")
    asked.documents.add(name="contract 4711", location="https://archive/4711")
    with serve(shop()) as running, running.client() as client:
        client.promise(asked, request_id="r-1")
    with serve() as running, running.client() as client:
        package = package_of(client, "PO-1")
        assert [(paper.subject_id, paper.document.name) for paper in package.documents] == [("", "contract 4711")]
        asked.documents[0].location = "elsewhere"
        with pytest.raises(CallError) as refused:
            client.promise(asked)
    assert refused.value.code is grpc.StatusCode.ALREADY_EXISTS


@pytest.mark.parametrize(
    ("name", "location", "field"),
    [
        ("", "here", "order.documents[1].name"),
        ("x" * 201, "here", "order.documents[1].name"),
        ("plan", "two\nlines", "order.documents[1].location"),
    ],
)
def test_a_paper_without_a_name_or_a_place_is_refused(running, name, location, field):
    """By its number; nothing is promised."""
    asked = order("PO-1")
    asked.documents.add(name="contract", location="here")
    asked.documents.add(name=name, location=location)
    with running.client() as client:
        with pytest.raises(CallError) as refused:
            client.promise(asked)
        assert [each.field for each in refused.value.fields] == [field]
        with pytest.raises(CallError) as missing:
            client.task_package("PO-1")
    assert missing.value.code is grpc.StatusCode.NOT_FOUND


def test_a_cancelled_order_has_a_package_without_work(lamps):
    """What was told stays, the lots are gone."""
    with lamps.client() as client:
        client.promise(lamp_order())
        client.cancel("SO-1")
        package = package_of(client, "SO-1")
    assert package.promise.lines[0].state == promise_pb2.PROMISE_STATE_CANCELLED
    assert (list(package.lines[0].lots), list(package.lines[0].delivered)) == ([], [])
