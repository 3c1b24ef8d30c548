"""The pick-and-make plant of the peak day: what is kept is what the converter makes by its rules."""

import gzip
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from domain.items import Sourcing
from plants.peakday.convert import (
    FOLDER,
    Rules,
    SourceLine,
    arrivals,
    convert,
    line_arrivals,
    opening,
    read_lines,
)
from promising.plant_files import read_plant


@pytest.fixture(scope="module")
def lines():
    return read_lines()


@pytest.fixture(scope="module")
def plant(lines):
    return read_plant(convert(lines))


def test_the_folder_kept_is_what_the_converter_makes(lines):
    """Byte by byte, and nothing else lies there; another seed makes another plant."""
    assert {path.name: path.read_bytes() for path in (FOLDER / "plant").iterdir()} == convert(lines)
    assert convert(lines, Rules(seed=1)) != convert(lines)


def test_the_day_has_all_its_lines(lines):
    """5,297 lines on 127 invoices, from 08:38 to 17:43, 721 of them in one minute."""
    assert len(lines) == 5297
    assert len({line.invoice for line in lines}) == 127
    assert (lines[0].time, lines[-1].time) == (
        datetime(2011, 12, 5, 8, 38, tzinfo=UTC),
        datetime(2011, 12, 5, 17, 43, tzinfo=UTC),
    )
    assert Counter(line.time for line in lines).most_common(1)[0][1] == 721


def test_made_and_picked_articles_have_stock_by_the_rules(plant, lines):
    """675 of 1,767 are made; of 164 picked ones only half the day's demand is there, and the rest comes later."""
    demand = Counter()
    for line in lines:
        demand[line.code] += line.quantity
    stock = {row.item_id: row.quantity for row in plant.on_hand}
    receipts = {row.item_id: row.quantity for row in plant.receipts}
    made = [item for item in plant.items if item.sourcing is Sourcing.MAKE]
    assert (len(plant.items), len(made), len(receipts)) == (1767, 675, 164)
    assert all(stock.get(item.id, 0) in (0, demand[item.id] // 2) for item in made)
    assert sum(item.id in stock for item in made) == 346
    for item in plant.items:
        if item.sourcing is Sourcing.STOCK and item.family != "charges":
            if item.id in receipts:
                assert (stock[item.id], receipts[item.id]) == (demand[item.id] // 2, 2 * demand[item.id])
            else:
                assert demand[item.id] <= stock[item.id] <= 3 * demand[item.id]


def test_a_made_article_is_assembled_in_its_cell_and_then_packed(plant):
    """Two lines to choose from, then three; dearer pieces take longer."""
    (assembly, packing) = plant.routing_by_id["15039"].operations
    assert [mode.resource_id for mode in assembly.modes] == ["A21", "A22"]
    assert [mode.resource_id for mode in packing.modes] == ["P1", "P2", "P3"]
    assert (assembly.modes[0].fixed, packing.modes[0].per_piece) == (timedelta(minutes=3), timedelta(seconds=2))


def test_long_invoices_are_several_orders(lines):
    """127 invoices are 137 orders with all the lines, in the order of time."""
    found = arrivals(lines)
    assert len(found) == 137
    assert sum(len(arrival.order.lines) for arrival in found) == 5297
    assert [len(a.order.lines) for a in found if a.order.id.startswith("580729")] == [200, 200, 200, 121]
    assert found == sorted(found, key=lambda arrival: arrival.time)


def test_orders_of_a_minute_are_spread_over_it(lines):
    """The 721 lines of 17:24, each an order of its own, come within that minute at equal distances."""
    busiest = [a for a in line_arrivals(lines) if a.order.id.startswith("580729-")]
    minute = datetime(2011, 12, 5, 17, 24, tzinfo=UTC)
    assert [a.time for a in busiest] == [minute + number * (timedelta(minutes=1) / 721) for number in range(721)]


def test_an_order_from_abroad_is_asked_for_a_day_later(lines):
    """At home by 18:00 of the next day."""
    assert opening(lines) == datetime(2011, 12, 5, 6, tzinfo=UTC)
    country = {line.invoice: line.country for line in lines}
    for arrival in arrivals(lines):
        home = country[arrival.order.id.partition("-")[0]] == "United Kingdom"
        requested = {line.requested_time for line in arrival.order.lines}
        assert requested == {datetime(2011, 12, 6 if home else 7, 18, tzinfo=UTC)}


def test_cancellations_are_left_out(tmp_path):
    """An invoice with a C, and a line with a quantity below one; a blank customer is the unnamed one."""
    source = tmp_path / "day.csv.gz"
    head = "invoice,stock_code,quantity,invoice_date,unit_price,customer_id,country\n"
    rows = [
        "C1,A,-5,2011-12-05 08:00,1.00,1,France",  # Cancels an order of another day.
        "2,A,0,2011-12-05 08:00,1.00,1,France",  # Asks for nothing.
        "3,A,7,2011-12-05 08:01,1.25,,France",
    ]
    source.write_bytes(gzip.compress((head + "\n".join(rows) + "\n").encode()))
    at = datetime(2011, 12, 5, 8, 1, tzinfo=UTC)
    assert read_lines(source) == [SourceLine("3", "A", 7, at, 125, "unnamed", "France")]
