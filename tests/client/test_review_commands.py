"""Promotions in the answer, and what reviewers do on the command line, against a real server with rules."""

import json
import re
from datetime import timedelta

import pytest
from google.protobuf.json_format import MessageToJson

from client.calls import JiaoqiClient
from client.calls import line as line_of
from client.process import start_server
from jiaoqi.v1 import order_pb2
from promising.plant_files import write_plant
from tests.stores import Places
from tests.wire.conftest import MONDAY, PATIENCE_S, shop

RULES = '规则 "大额": 当 订单.金额 > 1000元 则 转审 "财务" / "finance" 因为 "大额" / "a large order"\n'
PROMOTIONS = """编号,方式,金额,买,送,赠品,满金额,互斥组,每客上限
SALE,满减,10,,,,100,大促,2
HALF,满减,5,,,,100,大促,
FREE,买赠,,239,1,,,,
HUGE,满减,99,,,,99999,,
CUP,赠品,,,1,cup,,,
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory, store_kind):
    """The shop on Monday at 08:00, with a rule on large orders and four promotions."""
    folder = tmp_path_factory.mktemp("served")
    (folder / "desk.rules").write_text(RULES, encoding="utf-8")
    (folder / "offers.csv").write_text(PROMOTIONS, encoding="utf-8")
    places = Places(store_kind, folder)
    given = ["--rules", str(folder / "desk.rules"), "--promotions", str(folder / "offers.csv")]
    with start_server(places(), given) as address:
        with JiaoqiClient(address, timeout_s=PATIENCE_S) as client:
            client.import_plant(write_plant(shop()))
            client.set_clock(MONDAY)
        yield address
    places.remove()


@pytest.fixture
def promise(jiaoqi, tmp_path):
    """Have 240 caps promised at a price, with a discount, by a channel."""

    def ask(order_id, price_fen, discount_fen, channel="", customer="ACME"):
        line = line_of(1, "cap", 240, MONDAY + timedelta(days=4))
        line.unit_price_fen, line.discount_fen = price_fen, discount_fen
        order = order_pb2.Order(id=order_id, customer_id=customer, lines=[line], channel_id=channel)
        file = tmp_path / f"{order_id}.json"
        file.write_text(MessageToJson(order), encoding="utf-8")
        return jiaoqi("promise", "--file", str(file))

    return ask


def test_the_answer_and_the_order_tell_what_was_granted_and_why_others_lost(promise, jiaoqi):
    """10 yuan and one piece free; a cup; the smaller of the group lost, and the third time the larger, to its cap."""
    told = promise("G-1", 100, 1_100)
    assert "promotion SALE: 10.00 off" in told.out
    assert "promotion FREE: 1.00 off; 1 pieces of line 1 free" in told.out
    assert "promotion CUP: 1 of cup as a gift, to be added when it is shipped" in told.out
    assert "promotion HALF lost: SALE of the same group 大促 won" in told.out
    promise("G-2", 100, 1_100)
    promise("G-3", 100, 600)
    shown = jiaoqi("order", "show", "G-3")
    assert "promotion SALE lost: the customer has had it 2 times, the cap for one customer is 2" in shown.out
    assert "未享促销 SALE:该客户已享 2 次,每客上限 2 次" in jiaoqi("order", "show", "G-3", "--lang", "zh").out
    answer = json.loads(jiaoqi("order", "show", "G-1", "--json").out)["promise"]
    assert [each["promotion_id"] for each in answer["granted_promotions"]] == ["CUP", "FREE", "SALE"]


def test_why_tells_promotions_that_were_not_met_in_both_languages(promise, jiaoqi):
    """One asks for more than the order comes to: told with both amounts, by --why and by a replay."""
    promise("U-1", 100, 1_100, customer="BETA")
    english = "promotion HUGE does not apply: 240.00 is less than 99,999.00"
    assert english in jiaoqi("order", "show", "U-1", "--why").out
    assert english not in jiaoqi("order", "show", "U-1").out
    assert "不适用的促销 HUGE:金额 240.00,须满 99,999.00" in jiaoqi("order", "show", "U-1", "--why", "--lang", "zh").out
    assert "promotion HUGE lost: 240.00 is less than 99,999.00" in jiaoqi("rules", "replay", "U-1").out


def test_what_is_left_of_a_promotion_is_a_table(promise, jiaoqi):
    """Of two orders for one customer one is left."""
    promise("B-1", 100, 1_100, customer="GAMMA")
    told = jiaoqi("rules", "budgets", "SALE").out
    assert "budget left" in told
    assert re.search(r"SALE\s.*GAMMA\s.*1\s.*10\.00\s.*1\s.*-", told)
    listed = json.loads(jiaoqi("rules", "budgets", "SALE", "--json").out)
    assert [one["left_count"] for one in listed if one.get("customer_id") == "GAMMA"] == ["1"]


def test_a_discount_is_listed_and_settled(promise, jiaoqi):
    """50 yuan given: the payment is held until somebody accepts it, with a reason."""
    told = promise("D-1", 100, 5_000, customer="BETA")
    assert "its payment is held until the discount is settled" in told.out
    listed = jiaoqi("review", "list", "--kind", "discount")
    row = next(line for line in listed.out.splitlines() if "D-1" in line)
    assert "a discount of 50.00 was given, 11.00 is due (open)" in row
    assert jiaoqi("review", "settle", "D-1", "discount", "--accept").status == 2
    settled = jiaoqi("review", "settle", "D-1", "discount", "--accept", "--reason", "a regular customer")
    assert settled.status == 0
    assert "accepted" in settled.out
    assert "a regular customer" in settled.out
    assert "D-1" not in jiaoqi("review", "list").out
    refused = jiaoqi("review", "settle", "D-1", "discount", "--reject", "--reason", "no")
    assert (refused.status, "it is settled" in refused.err) == (1, True)


def test_two_channels_are_listed_with_both_orders(promise, jiaoqi):
    """The one that came second is asked about."""
    promise("C-1", 10, 10, "web")
    told = promise("C-2", 10, 10, "store")
    assert "cap bought by another channel within 24 hours: C-1 (open)" in told.out
    found = json.loads(jiaoqi("review", "list", "--kind", "two-channels", "--json").out)
    assert [[one["promise"]["order"]["id"], one["others"][0]["order"]["id"]] for one in found] == [["C-2", "C-1"]]
    assert jiaoqi("review", "settle", "C-2", "two-channels", "--reject", "--reason", "one demand").status == 0
    assert "C-2" in jiaoqi("review", "list", "--state", "rejected").out
    assert "C-2" not in jiaoqi("review", "list", "--state", "open").out


def test_a_held_order_is_handed_over_and_refused(promise, jiaoqi):
    """With the reason that its customer is told."""
    assert "held" in promise("H-1", 1_000, 0).out
    handed = jiaoqi("order", "hand-over", "H-1", "--reason", "which mould?")
    assert handed.status == 0
    assert "engineering decides" in handed.out
    until = jiaoqi("order", "hand-over", "H-1", "--reason", "next week", "--to", "lab", "--until", "2026-03-09 08:00")
    assert "lab decides" in until.out
    assert "2026-03-09 08:00" in until.out
    refused = jiaoqi("order", "reject", "H-1", "--reason", "no mould for it")
    assert (refused.status, "no mould for it" in refused.out) == (0, True)
    assert jiaoqi("order", "reject", "H-1", "--reason", "again").status == 1
    history = jiaoqi("order", "show", "H-1").out
    assert "handed over" in history


def test_a_state_that_no_listed_question_is_in_is_refused(address):
    """Accepted ones leave the list."""
    with JiaoqiClient(address, timeout_s=PATIENCE_S) as client, pytest.raises(Exception, match="state"):
        list(client.reviews(state=2))
