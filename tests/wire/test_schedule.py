"""A planner reads the schedule: lots of a line, filters, pages."""

from client.calls import line
from jiaoqi.v1 import order_pb2
from tests.scheduler.test_sourcing import hours


def lamp_order(order_id="SO-1", quantity=20, customer="C-1"):
    """Lamps for nine o'clock, which is too early."""
    return order_pb2.Order(id=order_id, customer_id=customer, lines=[line(1, "lamp", quantity, hours(1))])


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
