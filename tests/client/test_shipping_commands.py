"""Region, carrier and ship mode on the command line and in files of orders, against a real server with carriers."""

import json
from zoneinfo import ZoneInfo

import pytest

from client.calls import JiaoqiClient
from client.csv_rows import RowError
from client.order_file import read_orders
from client.process import start_server
from jiaoqi.v1 import order_pb2
from promising.plant_files import write_plant
from tests.promising.carriers import AIR, SEA, local, shop_with
from tests.stores import Places
from tests.wire.conftest import PATIENCE_S


@pytest.fixture(scope="module")
def address(tmp_path_factory, store_kind):
    """The shop with carriers on Monday at 08:00."""
    places = Places(store_kind, tmp_path_factory.mktemp("served"))
    with start_server(places()) as address:
        with JiaoqiClient(address, timeout_s=PATIENCE_S) as client:
            client.import_plant(write_plant(shop_with(SEA, AIR)))
            client.set_clock(local("2026-03-02 08:00"))
        yield address
    places.remove()


def test_a_quote_tells_who_brings_it_and_what_the_way_takes(jiaoqi):
    """By the first to arrive, or the carrier that is named; in Chinese too."""
    words = ("quote", "jar", "10", "--by", "2026-03-04 00:00", "--customer", "ACME")
    told = jiaoqi(*words)
    assert "brought by air to north" in told.out
    assert "12h of packing and shipping (air)" in told.out
    told = jiaoqi(*words, "--carrier", "sea")
    assert "7h of waiting for the carrier's next pick-up (sea)" in told.out
    assert "brought by sea to north" in told.out
    assert "由 sea 送到 north" in jiaoqi(*words, "--carrier", "sea", "--lang", "zh").out


def test_a_way_that_nobody_goes_is_refused_by_its_field(jiaoqi):
    """With the carriers that there are."""
    told = jiaoqi("quote", "jar", "10", "--by", "2026-03-04", "--customer", "BETA", "--region", "east")
    assert told.status == 1
    assert "no carrier goes to 'east'" in told.err
    assert "north" in told.err


def test_a_part_by_the_date_is_told_as_two_lines(jiaoqi):
    """What of the caps is done by the pick-up, and the rest; complete they would all be late."""
    words = ("cap", "1080", "--by", "2026-03-03 16:00", "--customer", "ACME", "--carrier", "sea")
    told = jiaoqi("promise", *words, "--order", "T-1", "--ship", "part")
    assert told.status == 0
    assert "Line 2 is the rest of line 1" in told.out
    assert "what can be had by the date is delivered then, the rest later" in told.out
    row = next(line for line in told.out.splitlines() if "960" in line)
    assert "2026-03-03 16:00" in row
    shown = json.loads(jiaoqi("order", "show", "T-1", "--json").out)["promise"]
    assert [(line["quantity"], line.get("carrier_id")) for line in shown["lines"]] == [("960", "sea"), ("120", "sea")]
    assert shown["order"]["ship_mode"] == "SHIP_MODE_PART_BY_DATE"
    assert shown["order"]["lines"][1]["part_of_line_no"] == 1
    assert "delivered complete" in jiaoqi("quote", *words, "--ship", "complete").out
    assert jiaoqi("quote", *words, "--ship", "somehow").status == 2


def test_an_order_is_amended_to_go_another_way(jiaoqi):
    """All its lines, without naming one; the history says what changed."""
    words = ("cap", "60", "--by", "2026-03-06", "--order", "T-2", "--customer", "ACME", "--carrier", "sea")
    assert jiaoqi("promise", *words).status == 0
    told = jiaoqi("order", "amend", "T-2", "--carrier", "air", "--ship", "complete", "--reason", "in a hurry")
    assert told.status == 0
    assert "brought by air to north" in told.out
    shown = jiaoqi("order", "show", "T-2").out
    assert "carrier sea → air; delivered by_line → complete" in shown
    assert "delivered complete: one date for all lines" in shown


HEADER = "order,customer,item,quantity,requested,region,carrier,ship"


@pytest.fixture
def read(tmp_path):
    """Read orders from text."""

    def of(content):
        path = tmp_path / "orders.csv"
        path.write_text(content, encoding="utf-8")
        return read_orders(path, ZoneInfo("Asia/Shanghai"), on_time_only=False, validate_only=False)

    return of


def test_a_file_of_orders_says_how_they_go(read):
    """Columns of the order, in English or Chinese; nothing said is by line."""
    rows = ("A,C,cap,5,2026-03-10,north,sea,Complete", "A,,jar,5,2026-03-10,,,", "B,C,cap,5,2026-03-10,,,")
    found = read("\n".join((HEADER, *rows)))
    first, second = (request.order for request in found.requests)
    assert (first.region, first.carrier_id, first.ship_mode) == ("north", "sea", order_pb2.SHIP_MODE_COMPLETE)
    assert (second.region, second.carrier_id, second.ship_mode) == ("", "", order_pb2.SHIP_MODE_UNSPECIFIED)
    found = read("订单,客户,物料,数量,交期,地区,承运商,发货方式\nA,C,cap,5,2026-03-10,北,海运,部分\n")
    (order,) = (request.order for request in found.requests)
    assert (order.region, order.carrier_id, order.ship_mode) == ("北", "海运", order_pb2.SHIP_MODE_PART_BY_DATE)


def test_a_ship_mode_that_is_none_is_told_by_its_cell(read):
    """And rows of one order that say different ones."""
    found = read(f"{HEADER}\nA,C,cap,5,2026-03-10,,,all\nB,C,cap,5,2026-03-10,,,part\nB,C,cap,5,2026-03-10,,,by-line\n")
    assert found.errors == [
        RowError(2, "ship", "all", "complete, by-line, part"),
        RowError(4, "ship", "by-line", "the same as in row 3: part"),
    ]


def test_what_the_server_finds_wrong_is_told_at_its_cell(jiaoqi, tmp_path):
    """A carrier that there is not."""
    path = tmp_path / "orders.csv"
    rows = ("F-1,ACME,cap,5,2026-03-10,,rail,", "F-2,ACME,jar,5,2026-03-10,,sea,part")
    path.write_text("\n".join((HEADER, *rows)), encoding="utf-8")
    told = jiaoqi("order", "import", str(path))
    row = next(line for line in (told.out + told.err).splitlines() if "rail" in line)
    assert "carrier" in row
    assert jiaoqi("order", "show", "F-2").status == 0


def test_a_carrier_stops_and_drives_again(jiaoqi):
    """What goes by air to the north is told to be late, in both languages."""
    words = (
        "promise",
        "jar",
        "10",
        "--by",
        "2026-03-04 00:00",
        "--customer",
        "ACME",
        "--order",
        "STOP-1",
        "--carrier",
        "air",
    )
    assert jiaoqi(*words).status == 0
    stop = ("plan", "stop-carrier", "air", "--region", "north", "--until", "2026-03-05 12:00", "--id", "FOG")
    told = jiaoqi(*stop).out
    assert "FOG: carrier stopped, air / north, from 2026-03-02 08:00 to 2026-03-05 12:00." in told
    assert "2026-03-06 21:00" in next(line for line in told.splitlines() if "STOP-1" in line)
    assert "承运商停运" in jiaoqi("--lang", "zh", "plan", "disruptions").out
    assert "In time again: STOP-1/1" in jiaoqi("plan", "up", "FOG").out
    wrong = jiaoqi("plan", "stop-carrier", "rail")
    assert (wrong.status, "no carrier 'rail'" in wrong.err) == (1, True)


def test_a_supplier_stops(jiaoqi):
    """By item or by family; what nobody knows is told."""
    told = jiaoqi("plan", "stop-supplier", "jar", "--until", "2026-03-09 08:00", "--reason", "strike").out
    assert "supplier stopped, jar, from" in told
    assert "no item or family 'nails'" in jiaoqi("plan", "stop-supplier", "nails").err
