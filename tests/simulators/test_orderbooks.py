"""The order books are read as they are described."""

import gzip
from datetime import UTC, datetime, timedelta

import pytest

from domain.items import Pause
from promising.plant_files import read_plant, write_plant
from simulators.orderbooks import Lead, book_file, read_book


@pytest.fixture(scope="module")
def book():
    return read_book(book_file("3000-85"), Lead.MID)


def test_a_book_is_twenty_machines_forty_items_and_three_thousand_orders(book):
    """Five steps in a row, one mode each, that may pause over the night."""
    plant = book.plant
    assert (len(plant.resources), len(plant.items), len(book.arrivals), len(book.quotes)) == (20, 40, 3000, 200)
    routing = plant.routing_by_id["item00"]
    assert [(o.modes[0].resource_id, o.modes[0].fixed.total_seconds()) for o in routing.operations] == [
        ("m03", 1458),
        ("m01", 2083),
        ("m00", 2708),
        ("m04", 1458),
        ("m02", 2083),
    ]
    assert [(link.from_id, link.to_id) for link in routing.links] == [("1", "2"), ("2", "3"), ("3", "4"), ("4", "5")]
    assert {o.modes[0].pause for r in plant.routings for o in r.operations} == {Pause.SHIFT}
    assert plant.settings.buffer == plant.settings.promise_grid == plant.settings.frozen_zone == timedelta(0)


def test_machines_work_from_six_to_ten_every_day(book):
    """Sunday too, in UTC."""
    sunday = datetime(2026, 1, 11, tzinfo=UTC)
    windows = book.plant.calendars[0].windows(book.plant.zone, sunday.date(), sunday.date())
    assert windows == [(int(sunday.timestamp()) + 6 * 3600, int(sunday.timestamp()) + 22 * 3600)]


@pytest.mark.parametrize(("lead", "arrive_s"), [(Lead.SHORT, 247217), (Lead.MID, 114380), (Lead.LONG, 21600)])
def test_orders_come_in_by_lead(lead, arrive_s):
    """The first order of the book, due 377,896 s after the start."""
    book = read_book(book_file("3000-85"), lead)
    times = [arrival for arrival, _ in book.arrivals]
    assert times == sorted(times)
    arrival, order = next(pair for pair in book.arrivals if pair[1].id == "so00000")
    assert arrival == book.start + timedelta(seconds=arrive_s)
    assert order.lines[0].requested_time == book.start + timedelta(seconds=377896)
    assert (order.lines[0].item_id, order.priority) == ("item00", 3)


@pytest.mark.parametrize(
    ("name", "load"), [("3000-75", 0.86), ("3000-85", 0.97), ("3000-92", 1.03), ("10000-85", 0.97)]
)
def test_the_busiest_machine_is_as_busy_as_told(name, load):
    """Work of all orders on it over thirty days of sixteen hours."""
    book = read_book(book_file(name), Lead.LONG)
    work = dict.fromkeys(book.plant.resource_by_id, 0.0)
    for _, order in book.arrivals:
        for operation in book.plant.routing_by_id[order.lines[0].item_id].operations:
            work[operation.modes[0].resource_id] += operation.modes[0].fixed.total_seconds()
    assert round(max(work.values()) / (30 * 16 * 3600), 2) == load


def test_a_book_that_is_not_compressed_is_read_too(book, tmp_path):
    """Other books come as plain JSON."""
    path = tmp_path / "3000-85.json"
    path.write_bytes(gzip.decompress(book_file("3000-85").read_bytes()))
    assert read_book(path, Lead.MID) == book


def test_the_plant_of_a_book_can_be_imported(book):
    """As files, like any other plant."""
    assert read_plant(write_plant(book.plant)) == book.plant
