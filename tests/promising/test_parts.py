"""Orders of which a part may come by the date: as much as can be had then, and the rest on a date of its own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import AlreadyExists, InvalidInput
from domain.items import Item
from domain.orders import Order, OrderLine, ShipMode
from domain.promises import Outcome, PromiseState
from domain.supply import OnHand
from domain.values import replace
from promising.parts import Cut, cuts_of, divided, same, whole_lines
from promising.requests import Accept, Amend, AsQuoted, Confirm
from tests.promising.carriers import adds_up, local, shop_with
from tests.promising.carriers import order as order_of
from tests.promising.desks import MONDAY, ask, bench, cancel, change
from tests.stores import Places
from tests.strategies_wire import orders

TUE_16, WED_16, THU_16 = (local(f"2026-03-0{day} 16:00") for day in (3, 4, 5))
CAPS = ("cap", 1080, "2026-03-03 16:00")
"""Nine hours of work, 120 an hour; what is done in eight goes with Monday's pick-up and is there by then."""


def order(*asked: tuple[str, int, str], order_id: str = "SO-1", **changes: str) -> Order:
    return order_of(order_id, *(asked or (CAPS,)), ship=ShipMode.PART_BY_DATE, **changes)


def told(promise):
    """Number, quantity, outcome and promised time of every line."""
    return [(line.line_no, line.quantity, line.outcome, line.promised_time) for line in promise.lines]


HALVES = [(1, 960, Outcome.ON_TIME, TUE_16), (2, 120, Outcome.LATER, WED_16)]


@pytest.fixture
def shop(places: Places):
    with bench(places(), plant=shop_with()) as made:
        yield made


def test_the_largest_part_comes_by_the_date_and_the_rest_as_a_line_of_its_own(shop):
    """960 of 1,080 caps; the order tells of which line the other 120 are the rest."""
    promise = shop.desk.promise(ask(order()))
    assert told(promise) == HALVES
    assert [(line.line_no, line.quantity, line.part_of) for line in promise.order.lines] == [(1, 960, 0), (2, 120, 1)]
    assert adds_up(promise)
    assert shop.desk.check() == []
    shop.restart()
    assert shop.desk.get("SO-1") == promise


def test_what_is_in_time_as_a_whole_is_not_divided(shop):
    """Nor what can't be had in time at all."""
    whole = shop.desk.promise(ask(order(("cap", 960, "2026-03-03 16:00"))))
    assert told(whole) == [(1, 960, Outcome.ON_TIME, TUE_16)]
    none = shop.desk.quote(ask(order(("cap", 960, "2026-03-02 16:00"), order_id="SO-2")))
    assert [(line.quantity, line.part_of) for line in none.order.lines] == [(960, 0)]


@pytest.mark.parametrize(
    ("least", "step", "part"),
    [
        (1, 1, 960), (1, 100, 900), (200, 100, 900), (1, 7, 959),
        # A rest below its least lot is well where the whole makes as much; it is not where that would make more.
        (150, 1, 930), (600, 1, 0), (540, 1, 540),
    ],
)  # fmt: skip
def test_lots_are_whole_and_no_more_is_made_than_for_the_line_in_one_piece(places, least, step, part):
    """1,080 caps are made as they would be: in lots of at least `least`, by `step`."""
    plant = shop_with()
    items = tuple(
        replace(item, lot_minimum=least, lot_multiple=step) if item.id == "cap" else item for item in plant.items
    )
    with bench(places(), plant=replace(plant, items=items)) as shop:
        promise = shop.desk.promise(ask(order()))
        assert [line.quantity for line in promise.lines] == ([part, 1080 - part] if part else [1080])
        cap = Item("cap", routing_id="cap", lot_minimum=least, lot_multiple=step)
        assert sum(r.quantity for r in shop.desk.schedule()) == cap.lot(1080)


def test_what_is_in_stock_comes_first(places):
    """100 caps are there: with 960 made by Monday's pick-up the part is 1,060. Jars are not made: 300 of 400 come."""
    plant = shop_with()
    with bench(places(), plant=replace(plant, on_hand=(*plant.on_hand, OnHand("cap", 100, MONDAY)))) as shop:
        promise = shop.desk.promise(ask(order(("cap", 1300, "2026-03-03 16:00"), ("jar", 400, "2026-03-03 16:00"))))
        assert [(line.line_no, line.quantity, line.outcome, line.refusal) for line in promise.lines] == [
            (1, 1060, Outcome.ON_TIME, ""), (2, 300, Outcome.ON_TIME, ""),
            (3, 240, Outcome.LATER, ""), (4, 100, Outcome.REFUSED, "no_supply"),
        ]  # fmt: skip
        assert [line.part_of for line in promise.order.lines] == [0, 0, 1, 2]
        assert shop.desk.check() == []


def test_a_part_makes_no_other_line_late(shop):
    """The lids on the other machine are in time whatever becomes of the caps; two lines of caps share the day."""
    asked = (CAPS, ("lid", 240, "2026-03-03 16:00"), ("cap", 480, "2026-03-03 16:00"))
    promise = shop.desk.promise(ask(order(*asked)))
    on_time = {line.line_no: line.quantity for line in promise.lines if line.outcome is Outcome.ON_TIME}
    assert on_time[2] == 240
    assert sum(quantity for number, quantity in on_time.items() if number != 2) >= 960
    assert sum(line.quantity for line in promise.lines if line.item_id == "cap") == 1560
    assert shop.desk.check() == []


def test_who_takes_no_later_date_has_the_part_and_a_refusal_for_the_rest(shop):
    """Or where the rest would be after its latest time; both are told."""
    promise = shop.desk.promise(ask(order(), accept=Accept.ON_TIME))
    assert [(line.quantity, line.state, line.refusal, line.earliest_time) for line in promise.lines] == [
        (960, PromiseState.CONFIRMED, "", TUE_16), (120, PromiseState.REFUSED, "later_than_requested", WED_16),
    ]  # fmt: skip
    shop.restart()
    assert shop.desk.get("SO-1") == promise


def test_the_same_order_again_is_the_one_that_stands(shop):
    """Under another request id, as it was asked and as it was divided; with other content its id is taken."""
    promise = shop.desk.promise(ask(order()))
    assert shop.desk.promise(ask(order())) == promise
    assert shop.desk.promise(ask(order(), "again")) == promise
    assert shop.desk.promise(ask(promise.order, "and again")) == promise
    with pytest.raises(AlreadyExists):
        shop.desk.promise(ask(order(("cap", 1081, "2026-03-03 16:00")), "other"))


def test_an_order_typed_twice_is_noticed_though_it_was_divided(shop):
    """By the quantity that was asked for, after a restart too, until it is taken back."""
    shop.desk.promise(ask(order()))
    again = order_of("SO-2", CAPS)
    assert shop.desk.quote(ask(again)).duplicates == ("SO-1",)
    shop.restart()
    assert shop.desk.quote(ask(again)).duplicates == ("SO-1",)
    shop.desk.change(cancel("SO-1"))
    assert shop.desk.quote(ask(again)).duplicates == ()


def test_a_quote_tells_the_same_and_is_taken_as_quoted(shop):
    """Its date for the line is that of the last part: who comes next has the whole by then, and a third one nothing."""
    quote = shop.desk.quote(ask(order()))
    assert told(quote) == HALVES
    taken = shop.desk.promise(ask(order(), as_quoted=AsQuoted(quote.quote_id)))
    assert told(taken) == HALVES
    other = shop.desk.promise(ask(order(order_id="SO-2"), as_quoted=AsQuoted(quote.quote_id)))
    assert told(other) == [(1, 1080, Outcome.LATER, WED_16)]
    third = shop.desk.promise(ask(order(order_id="SO-3"), as_quoted=AsQuoted(quote.quote_id)))
    assert [(line.refusal, line.earliest_time) for line in third.lines] == [("later_than_latest", THU_16)]


def test_a_hold_is_divided_by_what_it_keeps_and_confirmed_so(shop):
    """Held until Monday noon only four hours are left before the pick-up."""
    held = shop.desk.promise(ask(order(), hold_until=local("2026-03-02 12:00")))
    assert told(held) == [(1, 480, Outcome.ON_TIME, TUE_16), (2, 600, Outcome.LATER, WED_16)]
    assert [line.if_confirmed for line in held.lines] == [TUE_16, WED_16]
    confirmed = shop.desk.change(change("SO-1", Confirm(AsQuoted(held.quote_id))))
    assert told(confirmed.promise) == told(held)
    assert shop.desk.check() == []


def test_an_amendment_divides_what_it_places_anew(shop):
    """A line that was divided before stays as it is; a new one is divided, and a larger one is not promised in part."""
    standing = shop.desk.promise(ask(order()))
    more = OrderLine(3, "lid", 1080, TUE_16)
    asked = replace(standing.order, lines=(*standing.order.lines, more))
    changed = shop.desk.change(change("SO-1", Amend(asked), etag=standing.etag)).promise
    # LID hangs nowhere: an hour of mounting comes first, and 45 minutes of maintenance after 600 shots.
    assert told(changed)[:2] == HALVES
    lids = [(line.line_no, line.outcome) for line in changed.lines[2:]]
    assert lids == [(3, Outcome.ON_TIME), (4, Outcome.LATER)]
    assert [line.part_of for line in changed.order.lines] == [0, 1, 0, 3]
    assert sum(line.quantity for line in changed.lines[2:]) == 1080
    assert shop.desk.check() == []
    shop.restart()
    assert shop.desk.get("SO-1") == changed
    # What was divided can be sent back as it was read.
    same_again = shop.desk.change(change("SO-1", Amend(changed.order), "b", etag=changed.etag)).promise
    assert same_again.lines == changed.lines


def test_a_part_of_what_is_no_line_of_the_item_is_refused_by_its_field(shop):
    """Another item's line, a part of a part, or no line at all."""
    (line,) = order().lines
    for part_of, item in ((1, "lid"), (9, "cap"), (2, "cap")):
        with pytest.raises(InvalidInput) as refused:
            replace(order(), lines=(line, replace(line, line_no=2, item_id=item, part_of=part_of)))
        assert [found.field for found in refused.value.violations] == ["lines[1].part_of"]


@given(orders(), st.data())
def test_a_divided_order_is_the_same_demand(order, data):
    """Whatever is cut: nothing is lost, and it is known again as what was asked for."""
    asked = replace(order, lines=tuple(replace(line, part_of=0) for line in order.lines))
    able = [line for line in asked.lines if line.quantity > 1]
    chosen = data.draw(st.lists(st.sampled_from(able), unique_by=lambda line: line.line_no, max_size=3)) if able else []
    cuts = [Cut(line.line_no, data.draw(st.integers(1, line.quantity - 1))) for line in chosen]
    if cuts and max(line.line_no for line in asked.lines) + len(cuts) > 10**6:
        return
    made = divided(asked, cuts)
    assert made.amount_fen == asked.amount_fen
    assert sorted(cuts_of(made), key=lambda cut: cut.line_no) == sorted(cuts, key=lambda cut: cut.line_no)
    assert same(made, asked)
    assert same(made, made)
    assert [(line.line_no, line.quantity) for line, _ in whole_lines(made)] == [
        (line.line_no, line.quantity) for line in asked.lines
    ]
