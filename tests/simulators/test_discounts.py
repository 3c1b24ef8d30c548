"""Promotions typed by hand: the frozen figures of salespeople, and the same orders at a real desk."""

from simulators.demand import Kind, stream
from simulators.discounts import Hand, by_desk, by_hand, discount_fen, due_fen, main, typed
from simulators.factories import make, trade

FROZEN = (1032, 257, 13)
"""Orders, those with a promotion, and wrong ones of the trade's ordinary day, seed 1."""
SMALL = trade.Recipe(orders_a_day=60, peak_orders=80, burst_orders=10, articles=80, kits=12, doubled=60)


def test_salespeople_go_wrong_in_the_same_orders_on_every_machine():
    """Seed 1, as it was frozen: whoever changes how they type finds another figure here."""
    found = by_hand(make("trade"), 1, 1, Hand())
    assert (found.orders, found.promoted, found.wrong) == FROZEN


def test_who_never_goes_wrong_gives_what_is_due_but_to_what_is_claimed_twice():
    """A claim on another channel comes with the demand."""
    factory = trade.make(1, SMALL)
    events = [each for each in stream(factory.demand, factory.ordinary, 2, 1) if each.kind is Kind.ORDER]
    typing = Hand(0, 0, 0)
    wrong = {
        each.order_id for each in events
        if discount_fen(typed(factory.demand, each.order, typing, 1)) != due_fen(factory.demand, each.order)
    }  # fmt: skip
    assert wrong
    assert wrong <= {each.order_id for each in events if each.doubles}


def test_a_desk_grants_what_is_due_and_holds_what_was_typed_otherwise():
    """Of salespeople who go wrong in half of the orders; what differs by five yuan at most may pass, or nothing."""
    factory, hand = trade.make(1, SMALL), Hand(200, 200, 100)
    alone, desk = by_hand(factory, 1, 1, hand), by_desk(factory, 1, 1, hand)
    assert desk.misgranted == 0
    assert desk.held > 0
    assert 0 < desk.wrong < alone.wrong
    assert desk.too_much_yuan + desk.too_little_yuan <= 5 * desk.wrong
    strict = by_desk(factory, 1, 1, hand, tolerance_fen=0)
    assert (strict.wrong, strict.misgranted, strict.held) == (0, 0, desk.held + desk.wrong)


def test_the_table_says_what_both_gave(capsys):
    """The command's own; nothing is served for salespeople alone."""
    assert main(["trade", "--days", "1", "--seeds", "1", "--only", "by_hand"]) == 0
    assert f"| by hand | 1 | {FROZEN[0]} ± 0 | {FROZEN[1]} ± 0 | {FROZEN[2]} ± 0 |" in capsys.readouterr().out
