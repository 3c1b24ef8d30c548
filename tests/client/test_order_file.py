"""A file of orders is read as people keep it, and every wrong cell is told before anything is sent."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from client.catalogue import use_language
from client.csv_rows import BadFile, RowError
from client.order_file import read_orders
from jiaoqi.v1 import promise_service_pb2 as pb

ZONE = ZoneInfo("Asia/Shanghai")
HEADER = "order,customer,item,quantity,requested"


@pytest.fixture(autouse=True)
def in_english():
    use_language("en")


@pytest.fixture
def read(tmp_path):
    """Read orders from text or bytes."""

    def of(content, **options):
        path = tmp_path / "orders.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_orders(path, ZONE, on_time_only=False, validate_only=False, **options)

    return of


def test_rows_of_an_order_are_its_lines(read):
    """In the order of the file, numbered from 1; what belongs to the order may stand in any of its rows."""
    found = read(
        f"{HEADER},priority,price\n"
        "A,C-1,cap,5,2026-03-10,,1.25\nB,C-2,lid,7,2026-03-10 17:00,2,\nA,,box,6,2026-03-11,9,\n"
    )
    assert found.errors == []
    first, second = (request.order for request in found.requests)
    assert (first.id, first.customer_id, first.priority) == ("A", "C-1", 9)
    assert [(x.line_no, x.item_id, x.quantity, x.unit_price_fen) for x in first.lines] == [
        (1, "cap", 5, 125),
        (2, "box", 6, 0),
    ]
    # A day alone is its end in the plant's zone.
    assert first.lines[0].requested_time.ToDatetime(UTC) == datetime(2026, 3, 10, 16, tzinfo=UTC)
    assert second.lines[0].requested_time.ToDatetime(UTC) == datetime(2026, 3, 10, 9, tzinfo=UTC)
    assert found.requests[0].acceptance == pb.ACCEPTANCE_LATER


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_chinese_headers_in_any_usual_encoding(read, encoding):
    """As spreadsheets in China write them, days with slashes."""
    found = read("订单号,客户,物料编号,数量,要求交期,业务员\n甲-1,华东,瓶盖,5,2026/3/9,李\n".encode(encoding))
    assert found.errors == []
    (request,) = found.requests
    order = request.order
    assert (order.id, order.customer_id, order.lines[0].item_id, order.salesperson) == ("甲-1", "华东", "瓶盖", "李")
    assert order.lines[0].requested_time.ToDatetime(UTC) == datetime(2026, 3, 9, 16, tzinfo=UTC)


def test_the_same_order_has_the_same_request_id(read):
    """So that the same file again is a retry; another quantity is another request."""
    rows = (f"{HEADER}\nA,C,cap,{quantity},2026-03-10\n" for quantity in (5, 5, 6))
    first, again, other = (read(row).requests[0].request_id for row in rows)
    assert first == again != other
    assert len(read(f"{HEADER}\n{'x' * 64},C,cap,5,2026-03-10\n").requests[0].request_id) <= 128


def test_every_wrong_cell_is_told(read):
    """By row, column, value and what is allowed; an order with a wrong row is left out as a whole."""
    found = read(
        f"{HEADER},latest,price\n"
        "A,C,cap,5,2026-03-10,,\n"
        "B,C,cap,0,soon,,1.234\n"  # Three cells are wrong.
        "B,C,cap,5,2026-03-10,,\n"  # This row is right, but its order isn't.
        ",C,cap,5,2026-13-10,,\n"  # Neither order nor day.
        "D,C,cap,5,2026-03-10,,,more\n"
        "E,C,cap,5,0001-01-01,,\n"
    )
    whole, time = "a whole number, 1 to 1000000000", "2026-03-10, 2026/3/10 or 2026-03-10 17:00"
    assert found.errors == [
        RowError(3, "quantity", "0", whole),
        RowError(3, "requested", "soon", time),
        RowError(3, "price", "1.234", "an amount like 12.50"),
        RowError(5, "order", "", "1 to 64 printable characters"),
        RowError(5, "requested", "2026-13-10", time),
        RowError(6, "", "more", "7 cells"),
        RowError(7, "requested", "0001-01-01", time),
    ]
    assert [request.order.id for request in found.requests] == ["A"]
    assert found.bad_orders == ["B", "D", "E"]


def test_rows_of_one_order_must_agree(read):
    """On the customer, and on nothing twice among the line numbers."""
    found = read(
        f"{HEADER},line\nA,C-1,cap,5,2026-03-10,1\nA,C-2,cap,5,2026-03-10,2\nB,,cap,5,2026-03-10,1\n"
        "D,C-1,cap,5,2026-03-10,7\nD,C-1,lid,5,2026-03-10,7\n"
    )
    assert found.errors == [
        RowError(3, "customer", "C-2", "the same as in row 2: C-1"),
        RowError(4, "customer", "", "1 to 64 printable characters"),
        RowError(6, "line", "7", "another number than in row 5"),
    ]
    assert found.requests == []


def test_an_order_has_200_lines_at_most(read):
    """The first row too many is named."""
    found = read(f"{HEADER}\n" + "A,C,cap,5,2026-03-10\n" * 201)
    assert found.errors == [RowError(202, "order", "A", "at most 200 lines in an order")]


def test_a_header_that_is_not_ours_is_told(read):
    """Unknown, doubled and missing columns; no row is read."""
    found = read("order,customer,item,item,when\nA,C,cap,cap,2026-03-10\n")
    assert [(error.row, error.column, error.value) for error in found.errors] == [
        (1, "item", "item"),
        (1, "when", "when"),
        (1, "quantity", ""),
        (1, "requested", ""),
    ]
    assert "requested/期望" in found.errors[1].allowed


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "it is empty"),
        (b"\xff\xff\xff", "neither UTF-8 nor GB18030"),
        (b'order,"cust\nA', "unexpected end of data"),
    ],
)
def test_what_is_no_table_is_no_file_of_orders(read, content, problem):
    """Said of the file as a whole."""
    with pytest.raises(BadFile, match=problem):
        read(content)


def test_a_file_that_is_not_there_is_told(tmp_path):
    """With its name."""
    with pytest.raises(BadFile, match=r"orders\.csv"):
        read_orders(tmp_path / "orders.csv", ZONE, on_time_only=False, validate_only=False)


def test_what_the_server_finds_wrong_is_told_by_cell(read):
    """Its path in the request is a row and a column of the file."""
    found = read(f"{HEADER}\nA,C-9,cap,5,2026-03-10\nA,C-9,cup,5,2026-03-10\n")
    told = found.row_error(0, "order.lines[1].item_id", "no item 'cup'")
    assert told == RowError(3, "item", "cup", "no item 'cup'")
    assert found.row_error(0, "customer_id", "no customer") == RowError(2, "customer", "C-9", "no customer")
    assert found.row_error(0, "order.id", "used before") == RowError(2, "order", "A", "used before")


def test_what_else_the_customer_takes_is_read_in_pieces_or_per_cent(read):
    """One per cent of 5,000 less, 30 pieces more, and something else instead; of a piece nothing is left over."""
    found = read(
        f"{HEADER},允许少交,over,允许替代\nA,C-1,cap,5000,2026-03-10,1%,30,是\nB,C-1,cap,150,2026-03-10,,0.5%,no\n"
    )
    assert found.errors == []
    lines = [request.order.lines[0] for request in found.requests]
    assert [(x.least_quantity, x.most_quantity, x.allow_substitutes) for x in lines] == [
        (4950, 5030, True),
        (0, 150, False),
    ]


def test_a_tolerance_that_is_none_is_told_with_what_is_allowed(read):
    """Neither words nor a hundred per cent."""
    found = read(f"{HEADER},under,substitutes\nA,C-1,cap,5,2026-03-10,some,maybe\nB,C-1,cap,5,2026-03-10,100%,\n")
    assert found.errors == [
        RowError(2, "under", "some", "pieces, or per cent like 1%"),
        RowError(2, "substitutes", "maybe", "yes or no"),
        RowError(3, "under", "100%", "pieces, or per cent like 1%"),
    ]
