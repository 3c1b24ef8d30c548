"""A day's orders from a file, and rows of stock, receipts and customers, by the command line."""

import csv
import json

import pytest

HEADER = "order,customer,item,quantity,requested\n"


@pytest.fixture
def orders(tmp_path):
    """Write a file of orders."""

    def write(*rows: str, header: str = HEADER):
        path = tmp_path / "orders.csv"
        path.write_text(header + "".join(f"{row}\n" for row in rows), encoding="utf-8")
        return str(path)

    return write


def test_a_file_of_orders_is_promised(jiaoqi, orders, tmp_path):
    """Two lines of one order and one of another; the answers are written for a spreadsheet; again is a retry."""
    file = orders("I-1,C-1,cap,10,2026-03-08", "I-1,C-1,lid,10,2026-03-08", "I-2,C-1,cap,10,2026-03-08")
    answers = tmp_path / "answers.csv"
    for _ in range(2):
        told = jiaoqi("order", "import", file, "--answers", str(answers))
        assert (told.status, told.err) == (0, "")
        assert told.out == "2 orders answered, 0 failed, 0 left out.\nLines: 3 on time, 0 later, 0 refused.\n"
    rows = list(csv.DictReader(answers.read_text(encoding="utf-8-sig").splitlines()))
    assert [(row["order"], row["line"], row["outcome"], row["promised"]) for row in rows] == [
        ("I-1", "1", "on_time", "2026-03-08 24:00"),
        ("I-1", "2", "on_time", "2026-03-08 24:00"),
        ("I-2", "1", "on_time", "2026-03-08 24:00"),
    ]
    assert json.loads(jiaoqi("order", "show", "I-1", "--json").out)["promise"]["version"] == "1"


def test_a_terminal_shows_how_far_it_is(jiaoqi, orders, monkeypatch):
    """A bar on standard error, which takes nothing from the answer; none for programs."""
    file = orders("P-1,C-1,cap,10,2026-03-08")
    monkeypatch.setenv("FORCE_COLOR", "1")
    told = jiaoqi("order", "import", file)
    assert "Importing orders" in told.err
    assert "1/1" in told.err
    assert "Importing orders" not in told.out
    assert jiaoqi("order", "import", file, "--json").err == ""


def test_with_a_wrong_row_nothing_is_sent(jiaoqi, orders):
    """Unless the orders with wrong rows are to be left out."""
    file = orders("W-1,C-1,cap,ten,2026-03-08", "W-2,C-1,cap,10,2026-03-08")
    told = jiaoqi("order", "import", file)
    assert told.status == 3
    assert "No order was sent; wrong cells: 1" in told.out
    (row,) = (line for line in told.out.splitlines() if "quantity" in line)
    assert "2" in row
    assert "ten" in row
    assert "a whole number, 1 to 1000000000" in row
    assert jiaoqi("order", "show", "W-2").status == 1
    skipped = jiaoqi("order", "import", file, "--skip-bad")
    assert skipped.status == 3
    assert "1 orders answered, 0 failed, 1 left out." in skipped.out
    assert jiaoqi("order", "show", "W-2").status == 0
    assert jiaoqi("order", "show", "W-1").status == 1


def test_what_the_server_refuses_is_told_by_row(jiaoqi, orders):
    """An item that the plant doesn't have; the other order stands. In Chinese, too, and as JSON."""
    file = orders("F-1,C-1,cap,10,2026-03-08", "F-2,C-1,cup,10,2026-03-08")
    told = jiaoqi("order", "import", file, "--lang", "zh")
    assert told.status == 3
    assert "已答复 1 个订单,失败 1 个,跳过 0 个。" in told.out
    assert "没有物料“cup”(允许:工厂已有物料的编号)" in told.out
    found = json.loads(jiaoqi("order", "import", file, "--json", "--lang", "zh").out)
    assert found["lines"] == {"on_time": 1, "later": 0, "refused": 0}
    (error,) = found["errors"]
    assert (error["row"], error["column"], error["value"]) == (3, "item", "cup")
    assert "no item 'cup'" in error["allowed"]


def test_a_check_of_a_file_promises_nothing(jiaoqi, orders):
    """The answers are those of quotes."""
    file = orders("V-1,C-1,cap,10,2026-03-08")
    assert jiaoqi("order", "import", file, "--validate-only").status == 0
    assert jiaoqi("order", "show", "V-1").status == 1


def test_a_file_that_is_no_table_is_called_wrongly(jiaoqi, tmp_path):
    """Status 2, as for other arguments."""
    assert jiaoqi("order", "import", str(tmp_path / "none.csv")).status == 2


def test_a_count_is_taken_over_and_taken_back(jiaoqi):
    """By item, then by file; the plant's now is when it was counted."""
    told = jiaoqi("plant", "stock", "box", "50")
    assert told.status == 0
    assert told.out == "Taken over; changes: 1\n  stock: + box\n"
    checked = jiaoqi("plant", "stock", "box", "40", "--validate-only", "--json")
    assert json.loads(checked.out) == {"changes": ["stock: ~ box (quantity: 50 -> 40)"]}


def test_rows_of_files_are_taken_over(jiaoqi, tmp_path):
    """Receipts and customers with the columns of the plant's files, also in Chinese; empty cells change nothing."""
    receipts, customers = tmp_path / "receipts.csv", tmp_path / "customers.csv"
    receipts.write_bytes("到料,物料,数量,预计到货\nR-7,lid,20,2026/3/9 8:00\n".encode("gb18030"))
    customers.write_text("customer,name,receivables\nC-1,One,12.50\nC,,\n", encoding="utf-8")
    assert jiaoqi("plant", "receipts", "--file", str(receipts)).out.endswith("receipts: + R-7\n")
    receipts.write_text("receipt,quantity,time\nR-7,25,\n", encoding="utf-8")
    changed = jiaoqi("plant", "receipts", "--file", str(receipts)).out
    assert changed.endswith("receipts: ~ R-7 (quantity: 20 -> 25)\n")
    told = jiaoqi("plant", "customer", "--file", str(customers), "--validate-only")
    assert told.out.endswith("customers: + C-1\n  customers: + C\n")


def test_goods_arrive_and_leave(jiaoqi):
    """A receipt of boxes comes in and is sold; one that will not come is removed."""
    assert jiaoqi("plant", "receipts", "R-8", "--item", "box", "--quantity", "30", "--at", "2026-03-09").status == 0
    assert "receipts: - R-8" in jiaoqi("plant", "receipts", "R-8", "--remove", "--validate-only").out
    arrived = jiaoqi("plant", "receipts", "R-8", "--arrived")
    assert arrived.status == 0
    assert "receipts: - R-8" in arrived.out
    assert jiaoqi("promise", "box", "5", "--by", "2026-03-09", "--order", "G-1", "--customer", "C-1").status == 0
    left = jiaoqi("plant", "issue", "G-1", "1", "--json")
    assert left.status == 0
    assert json.loads(left.out)["changes"][-1] == "reservations: ~ G-1 line 1 (5 of box issued)"


def test_nothing_is_to_be_bought(jiaoqi):
    """The shop makes all that it sells: an empty list, and no purchase whose place a receipt could take."""
    assert json.loads(jiaoqi("plant", "purchases", "--json").out) == []
    assert jiaoqi("plant", "purchases", "--item", "box").status == 0
    told = jiaoqi(
        "plant", "receipts", "R-7", "--item", "box", "--quantity", "5", "--at", "2026-03-09", "--for", "G-1/1/box"
    )
    assert told.status == 1
    assert "no purchase 'G-1/1/box' is planned" in told.err


def test_a_delivery_is_told_with_the_order_that_it_closes(jiaoqi):
    """Three of five boxes; what is no delivery is called wrongly, and more than was promised is refused."""
    assert jiaoqi("plant", "receipts", "R-9", "--item", "box", "--quantity", "30", "--at", "2026-03-09").status == 0
    assert jiaoqi("plant", "receipts", "R-9", "--arrived").status == 0
    assert jiaoqi("promise", "box", "5", "--by", "2026-03-09", "--order", "G-2", "--customer", "C-1").status == 0
    assert jiaoqi("order", "close", "G-2", "--delivered", "three").status == 2
    assert "0 to 5" in jiaoqi("order", "close", "G-2", "--delivered", "1=6").err
    told = jiaoqi("order", "close", "G-2", "--delivered", "1=3", "--reason", "two broken")
    assert told.status == 0
    assert "Line 1: 3 of box left the stock" in told.out


def test_a_wrong_cell_of_a_feed_sends_nothing(jiaoqi, tmp_path):
    """Status 3, with the cell."""
    path = tmp_path / "stock.csv"
    path.write_text("item,quantity\nlid,5\nlid-any,-1\n", encoding="utf-8")
    told = jiaoqi("plant", "stock", "--file", str(path))
    assert told.status == 3
    assert "Nothing was sent; wrong cells: 1" in told.out
    assert "stock: + lid" in jiaoqi("plant", "stock", "lid", "5", "--validate-only").out


@pytest.mark.parametrize(
    "words",
    [
        ("plant", "stock"),
        ("plant", "stock", "box"),  # How many?
        ("plant", "receipts", "R-1", "--arrived", "--remove"),
        ("plant", "customer", "C-1", "--receivables", "much"),
    ],
)
def test_feeds_that_say_too_little_or_too_much(jiaoqi, words):
    """Status 2, and nothing is sent."""
    told = jiaoqi(*words)
    assert (told.status, told.out) == (2, "")
    assert told.err
