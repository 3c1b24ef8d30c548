"""What the drill finds over the API is found by code of its own."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from domain.items import Item
from domain.supply import OnHand
from domain.values import replace
from jiaoqi.v1 import plan_pb2, promise_pb2
from plants.peakday.convert import read_lines
from rulebase.promotions.choice import Offers, Usage
from simulators.drill.checks import double_booked, given_twice, kept, lost, wrong_promotions
from simulators.drill.days import burst, pace, shipped_book, some
from simulators.drill.offers import Audit
from tests.promising.desks import MONDAY, shop
from tests.rulebase.test_promotions import random_basket, random_table

HOUR = 3600


def operation(key, start, end, *, changeover=0, resource="M1", **more):
    base = int(MONDAY.timestamp())
    return plan_pb2.ScheduledOperation(
        key=key, resource_id=resource, units=more.pop("units", [0]),
        visit_start_time=Timestamp(seconds=base + start * HOUR - changeover * HOUR),
        start_time=Timestamp(seconds=base + start * HOUR), end_time=Timestamp(seconds=base + end * HOUR), **more,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("operations", "found"),
    [
        ([operation(1, 0, 2), operation(2, 2, 3)], []),  # One after the other.
        ([operation(1, 0, 2), operation(2, 1, 3)], ["M1/0: 1 and 2"]),  # The second begins in the first.
        ([operation(1, 0, 9), operation(2, 1, 2), operation(3, 4, 5)], ["M1/0: 1 and 2", "M1/0: 1 and 3"]),
        ([operation(1, 0, 2), operation(2, 3, 4, changeover=2)], ["M1/0: 1 and 2"]),  # Its changeover does.
        ([operation(1, 0, 2), operation(2, 0, 2, units=[1])], []),  # Two units.
        (
            [operation(1, 0, 2, mould_id="CAP"), operation(2, 1, 3, resource="M2", mould_id="CAP")],
            ["CAP: 1 and 2"],
        ),  # One mould on two machines.
        (
            [
                operation(1, 0, 2, resource="TABLE", crew_id="PACKERS"),
                operation(2, 1, 3, resource="TABLE", units=[1], crew_id="PACKERS"),
            ],
            ["PACKERS: 2"],
        ),  # One crew at two tables.
    ],
)
def test_what_is_used_twice_at_a_time_is_found(operations, found):
    """Machines by unit, moulds, and crews by how many there are."""
    assert double_booked(operations, shop()) == found


def promise(order_id, item, quantity, promised_h, expected_h, state=promise_pb2.PROMISE_STATE_CONFIRMED):
    base = int(MONDAY.timestamp())
    line = promise_pb2.LinePromise(
        line_no=1, item_id=item, quantity=quantity, outcome=promise_pb2.OUTCOME_ON_TIME, state=state,
        promised_time=Timestamp(seconds=base + promised_h * HOUR),
        expected_time=Timestamp(seconds=base + expected_h * HOUR), tier=promise_pb2.TIER_STOCK,
    )  # fmt: skip
    found = promise_pb2.Promise(lines=[line])
    found.order.id = order_id
    return found


def test_stock_that_is_promised_twice_is_found():
    """Ten pieces, six and five promised; a cancelled order has none."""
    plant = replace(shop(), on_hand=(OnHand("cap", 10, MONDAY),), receipts=())
    six, five = promise("A", "cap", 6, 5, 5), promise("B", "cap", 5, 5, 5)
    assert given_twice([six, five], plant) == ["cap: 11 of 10"]
    five.lines[0].state = promise_pb2.PROMISE_STATE_CANCELLED
    assert given_twice([six, five], plant) == []


def test_an_answer_that_is_gone_or_has_another_date_is_lost():
    """A date that is a second off is another date."""
    told = [promise(name, "cap", 1, 5, 5) for name in "ABC"]
    other = promise("B", "cap", 1, 5, 5)
    other.lines[0].promised_time.seconds += 1
    assert lost(told, {"A": told[0], "B": other}) == ["B", "C"]


def test_lines_are_kept_that_arrive_by_their_promise():
    """One in time, one late, one cancelled."""
    cancelled = promise("C", "cap", 1, 5, 9, promise_pb2.PROMISE_STATE_CANCELLED)
    assert kept([promise("A", "cap", 1, 5, 5), promise("B", "cap", 1, 5, 6), cancelled]) == (1, 2)


def granted(basket, table):
    """What the desk's own choice gives an order, as the API tells it."""
    found = promise_pb2.Promise(decide_time=Timestamp(seconds=int(datetime(2026, 11, 11, 4, tzinfo=UTC).timestamp())))
    found.order.customer_id, found.order.channel_id = basket.customer, basket.channel
    for number, line in enumerate(basket.lines, 1):
        found.order.lines.add(line_no=number, item_id=line.item, quantity=line.quantity, unit_price_fen=line.price_fen)
        found.lines.add(line_no=number, outcome=promise_pb2.OUTCOME_ON_TIME)
    for one in Offers(table).due(basket, Usage()).won:
        row = found.granted_promotions.add(promotion_id=one.promotion, discount_fen=one.fen)
        for number, fen in enumerate(one.lines, 1):
            if fen:
                row.lines.add(line_no=number, discount_fen=fen)
    return found


class Table(Audit):
    """An audit over promotions that stand in no file."""

    def __init__(self, table, plant):
        super().__init__("id,gives\n", plant)
        self._table = {promotion.id: promotion for promotion in table}


def test_promotions_are_right_to_the_fen_where_the_desk_and_the_drill_agree():
    """300 random tables and orders; a fen more or less, or a promotion left out, is wrong."""
    random = Random(5)
    seen = 0
    for _ in range(300):
        table, basket = random_table(random), random_basket(random)
        costs = {line.item: line.floor_fen for line in basket.lines}
        if any(line.floor_fen % line.quantity for line in basket.lines):
            continue
        items = tuple(
            Item(line.item, cost_fen=costs[line.item] // line.quantity, sourcing="stock") for line in basket.lines
        )

        class Plant:
            item_by_id = {item.id: item for item in items}  # noqa: RUF012
            customer_by_id = {}  # noqa: RUF012
            zone = shop().zone

        told = granted(basket, table)
        assert Table(table, Plant).wrong(told) == ""
        if told.granted_promotions and told.granted_promotions[0].lines:
            seen += 1
            told.granted_promotions[0].lines[0].discount_fen += 1
            assert Table(table, Plant).wrong(told)
            del told.granted_promotions[:]
            assert Table(table, Plant).wrong(told).endswith("were due")
    assert seen > 50


def test_a_budget_counts_over_orders():
    """Two orders of 3.00 each on a budget of 5.00: the second may not have it."""
    plant = shop()
    made = []
    for name in ("A", "B"):
        found = promise(name, "cap", 10, 5, 5)
        found.order.lines.add(line_no=1, item_id="cap", quantity=10, unit_price_fen=100)
        found.granted_promotions.add(promotion_id="P", discount_fen=300).lines.add(line_no=1, discount_fen=300)
        made.append(found)
    table = "id,gives,amount,budget\nP,minus,3,5\n"
    assert wrong_promotions(made, table, plant) == ["B: P: its budget is overdrawn"]
    del made[1].granted_promotions[:]
    assert wrong_promotions(made, table, plant) == []


def test_the_shipped_day_has_an_order_for_each_line_of_the_real_one():
    """5,297 lines from 8:38 to 17:43, a third of them on an ordinary day; twice as many with stock to match."""
    book = shipped_book()
    assert len(book.arrivals) == len(read_lines()) == 5297
    assert pace(book.arrivals, 300.0)[-1].due_s == pytest.approx(109, abs=1)
    assert len(some(book, 1765, 1).arrivals) == 1765
    more = some(book, 6_000, 1)
    assert len({arrival.order.id for arrival in more.arrivals}) == 6_000
    before, after = (sum(each.quantity for each in one.plant.on_hand) for one in (book, more))
    assert 1.0 < after / before < 1.1
    assert some(book, 6_000, 1).arrivals == more.arrivals


def test_a_burst_comes_within_a_minute_at_its_real_speed():
    """The plant's clock and the drill's go alike there."""
    _, sent = burst(shipped_book(), 300, 1, 600.0)
    rush = sent[-300:]
    assert rush[-1].time - rush[0].time < timedelta(minutes=1)
    assert rush[-1].due_s - rush[0].due_s == pytest.approx((rush[-1].time - rush[0].time).total_seconds())
    assert [one.due_s for one in sent] == sorted(one.due_s for one in sent)
