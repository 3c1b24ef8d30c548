"""When machines and moulds do not work, as the pictures need it."""

from datetime import UTC, datetime, timedelta

from jiaoqi.v1 import plan_pb2
from tests.plants import LONG, at, down, moulding_shop
from wire.enums import RESOURCE_KIND
from wire.resources import resources_to_messages

MONDAY = datetime.fromtimestamp(at("2026-03-02 00:00"), UTC)


def closed(resource, kind):
    return [(c.start_time.seconds, c.end_time.seconds) for c in resource.closed_times if c.kind == kind]


def test_off_shift_and_downtime_of_a_day():
    """Worked from 8 to 20; down from 10 to 11 on M1, LID in maintenance from noon on."""
    plant = moulding_shop(
        downtimes=(
            down("M1", "2026-03-02 10:00 / 11:00"),
            down("LID", "2026-03-02 12:00 / 2026-03-05 12:00"),
        )
    )
    assert plant.calendar_by_id[LONG.id] == LONG
    found = {r.resource_id: r for r in resources_to_messages(plant, MONDAY, MONDAY + timedelta(days=1))}
    assert list(found) == ["M1", "M2", "TABLE", "PACKERS", "SETTER", "CAP", "LID"]
    nights = [(at("2026-03-02 00:00"), at("2026-03-02 08:00")), (at("2026-03-02 20:00"), at("2026-03-03 00:00"))]
    assert closed(found["M1"], plan_pb2.CLOSURE_KIND_OFF_SHIFT) == nights
    assert closed(found["M1"], plan_pb2.CLOSURE_KIND_DOWNTIME) == [(at("2026-03-02 10:00"), at("2026-03-02 11:00"))]
    assert closed(found["LID"], plan_pb2.CLOSURE_KIND_DOWNTIME) == [(at("2026-03-02 12:00"), at("2026-03-03 00:00"))]
    assert closed(found["LID"], plan_pb2.CLOSURE_KIND_OFF_SHIFT) == []
    assert (found["TABLE"].kind, found["TABLE"].unit_count) == (plan_pb2.RESOURCE_KIND_LINE, 2)
    assert found["CAP"].kind == plan_pb2.RESOURCE_KIND_MOULD


def test_moulds_are_the_one_kind_that_the_domain_keeps_apart():
    """All other kinds are the domain's."""
    others = {plan_pb2.RESOURCE_KIND_UNSPECIFIED, plan_pb2.RESOURCE_KIND_MOULD}
    assert {*RESOURCE_KIND.number.values(), *others} == set(plan_pb2.ResourceKind.values())
