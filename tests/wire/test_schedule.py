"""A planner reads the schedule: lots of a line, filters, pages."""

from datetime import timedelta

import grpc
import pytest

from client.calls import CallError, line
from jiaoqi.v1 import order_pb2
from jiaoqi.v1 import plant_service_pb2 as pb
from tests.scheduler.test_sourcing import hours
from tests.wire.test_plant_service import order


def lamp_order(order_id="SO-1", quantity=20, customer="C-1", by=hours(1)):  # noqa: B008 - a constant
    """Lamps for nine o'clock, which is too early."""
    return order_pb2.Order(id=order_id, customer_id=customer, lines=[line(1, "lamp", quantity, by)])


def test_every_operation_tells_the_item_and_the_lot_it_is_of(lamps):
    """A shade that goes into the lamp: the two lots of one line were alike but for the machine."""
    with lamps.client() as client:
        client.promise(lamp_order())
        shade, lamp = client.schedule()
    assert [(one.item_id, one.operation_id, one.quantity) for one in (shade, lamp)] == [
        ("shade", "make", 20),
        ("lamp", "make", 20),
    ]
    assert (shade.lot, shade.into_lot) == (shade.key, lamp.lot)
    assert (lamp.lot, lamp.into_lot) == (lamp.key, 0)


@pytest.fixture
def busy(lamps):
    """Three orders of two customers: the first can be had by its time, the others are late."""
    with lamps.client() as client:
        client.promise(lamp_order("SO-1", customer="C-1", by=hours(30)))
        client.promise(lamp_order("SO-2", customer="C-2"))
        client.promise(
            order_pb2.Order(
                id="SO-3", customer_id="C-2", lines=[line(1, "vase", 5, hours(40)), line(2, "lamp", 4, hours(1))]
            )
        )
        yield client


def shown(operations):
    return sorted((one.order_id, one.line_no, one.item_id) for one in operations)


@pytest.mark.parametrize(
    ("work", "expected"),
    [
        ({"item_ids": ["vase"]}, [("SO-3", 1, "vase")]),
        ({"resource_ids": ["bench"], "customer_id": "C-2"}, [("SO-2", 1, "lamp"), ("SO-3", 2, "lamp")]),
        ({"work_centres": ["wet"], "order_id": "SO-3"}, [("SO-3", 1, "vase"), ("SO-3", 2, "shade")]),
        ({"work_centres": ["wet"], "resource_ids": ["bench"]}, []),
        ({"late_only": True, "resource_ids": ["bench"]}, [("SO-2", 1, "lamp"), ("SO-3", 2, "lamp")]),
        ({"late_only": True, "customer_id": "C-1"}, []),
        ({"late_only": True, "item_ids": ["shade"], "order_id": "SO-2"}, [("SO-2", 1, "shade")]),
    ],
)
def test_all_filters_of_the_schedule_must_hold(busy, work, expected):
    """By item of the lot, resource, work centre, order, customer and lateness, alone and together."""
    assert shown(busy.schedule(**work)) == expected


def test_a_crew_and_a_setter_are_resources_of_what_they_do(running):
    """What the packers pack and what the setter sets up."""
    with running.client() as client:
        client.promise(order("PO-1", item="box", quantity=60))
        packed = list(client.schedule(resource_ids=["PACKERS"]))
        mounted = list(client.schedule(resource_ids=["SETTER"]))
    assert [one.operation_id for one in packed] == ["pack"]
    assert [one.operation_id for one in mounted] == ["mould"]


def test_load_counts_the_work_that_is_asked_for(busy):
    """SO-2 works two hours on the press and one on the bench; only the press is named, or is in its centre."""
    day = {"from_time": hours(0), "to_time": hours(1)}

    def load(**work):
        found = busy.load(**day, **work).load
        return {one.resource_id: one.days[0].run_duration.seconds / 3600 for one in found}

    assert load(order_id="SO-2") == {"press": 2, "bench": 1}
    assert load(item_ids=["vase"]) == {"press": 0.5}
    assert load(work_centres=["wet"]) == {"press": 4.9}
    assert load(customer_id="C-2", resource_ids=["bench"]) == {"bench": 1.2}
    assert load(late_only=True, work_centres=["wet"]) == {"press": 2.9 - 0.5}
    assert load(order_id="SO-1", late_only=True) == {}


@pytest.mark.parametrize(
    ("work", "fields"),
    [
        ({"resource_ids": ["press", "M9"]}, ["resource_ids[1]"]),
        ({"work_centres": ["dry"]}, ["work_centres[0]"]),
        ({"mould_ids": ["LID"], "item_ids": ["cup"]}, ["mould_ids[0]", "item_ids[0]"]),
        ({"order_id": "SO-9"}, ["order_id"]),
        ({"customer_id": "C-9"}, ["customer_id"]),
        ({"item_ids": ["lamp"] * 1001}, ["item_ids"]),
        ({"work_centres": [" "]}, ["work_centres[0]"]),
    ],
)
def test_a_name_that_nobody_knows_is_refused(busy, work, fields):
    """Not answered with an empty list, by schedule and load alike."""
    for ask in (lambda: list(busy.schedule(**work)), lambda: busy.load(**work)):
        with pytest.raises(CallError) as refused:
            ask()
        assert [field.field for field in refused.value.fields] == fields


def test_pages_go_on_in_the_plan_of_the_first_one(busy):
    """Another order comes between two pages: none is missed or told twice, and the version is the first page's."""
    whole = list(busy.schedule())
    version = busy.clock().as_of.plan_version
    pages = busy._pages(busy._plant.GetSchedule, pb.GetScheduleRequest(page_size=2))
    read = [next(pages)]
    busy.promise(lamp_order("SO-4"))
    read += pages
    assert [operation for page in read for operation in page.operations] == whole
    assert {page.as_of.plan_version for page in read} == {version}
    assert busy.clock().as_of.plan_version == version + 1


def test_a_page_of_a_plan_that_is_no_longer_known_is_refused(busy):
    """Five other lists have pushed it out, and the plan is another one: start over."""
    pages = busy._pages(busy._plant.GetSchedule, pb.GetScheduleRequest(page_size=2))
    next(pages)
    for minute in range(5):
        next(busy.schedule(page_size=1, from_time=hours(0) + timedelta(minutes=minute)))
    busy.promise(lamp_order("SO-4"))
    with pytest.raises(CallError) as refused:
        next(pages)
    assert (refused.value.code, refused.value.reason) == (grpc.StatusCode.ABORTED, "PLAN_CHANGED")
    assert "from its first page, without a page_token" in refused.value.message
    assert len({operation.key for operation in busy.schedule(page_size=2)}) == 9


def test_a_page_is_found_again_while_the_plan_is_the_same(busy):
    """The list is forgotten, and made again as it was."""
    whole = list(busy.schedule())
    pages = busy._pages(busy._plant.GetSchedule, pb.GetScheduleRequest(page_size=2))
    read = [next(pages)]
    for minute in range(5):
        next(busy.schedule(page_size=1, from_time=hours(0) + timedelta(minutes=minute)))
    read += pages
    assert [operation for page in read for operation in page.operations] == whole
