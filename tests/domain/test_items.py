"""What a mode makes of a quantity: shots and pieces are rounded up, in whole numbers."""

from decimal import Decimal

import pytest

from domain.items import Item, Mode


@pytest.mark.parametrize(
    ("quantity", "cavities", "yield_rate", "shots"),
    [
        (30, 4, "1", 8),  # 7.5; the division of decimals cuts off and said 7, two pieces short
        (32, 4, "1", 8),
        (33, 4, "1", 9),
        (1, 4, "1", 1),
        (100, 2, "0.98", 52),  # 51.02
        (98, 2, "0.98", 50),  # 50 exactly
        (10**9, 1, "0.999999", 1_000_001_001),
    ],
)
def test_shots_make_at_least_the_quantity_in_good_pieces(quantity, cavities, yield_rate, shots):
    """The last shot may make more than is asked for, never less."""
    assert Mode("m", "M1", mould_id="K", yield_rate=Decimal(yield_rate)).shots(quantity, cavities) == shots


@pytest.mark.parametrize(("quantity", "yield_rate", "pieces"), [(100, "1", 100), (100, "0.9", 112), (9, "0.9", 10)])
def test_as_many_pieces_are_started_as_give_the_quantity(quantity, yield_rate, pieces):
    """100 / 0.9 is 111.1: with 111 pieces 99.9 come out good."""
    assert Mode("m", "M1", yield_rate=Decimal(yield_rate)).pieces(quantity) == pieces


@pytest.mark.parametrize(("need", "lot"), [(1, 56), (50, 56), (56, 56), (57, 64)])
def test_a_lot_is_at_least_the_minimum_and_a_multiple(need, lot):
    """50 is no multiple of 8: the least that is made is 56."""
    assert Item("i", routing_id="r", lot_minimum=50, lot_multiple=8).lot(need) == lot
