"""Sentences of planners, in both languages: all kinds of disruptions, quantities, regions, lines; the nearest word."""

from datetime import time, timedelta

import pytest

from domain.disruptions import DisruptionKind
from domain.errors import InvalidInput
from domain.plant import Plant
from domain.supply import Receipt
from domain.trade import Carrier
from domain.values import replace
from promising.disruption_requests import Report
from promising.sentences import supposed_in
from tests.plants import moulding_shop
from tests.promising.desks import MONDAY

K = DisruptionKind
ORDERS = ("SO-1", "SO-12")


def at(hours: float):
    """Hours after Monday 8:00."""
    return MONDAY + timedelta(hours=hours)


def plant() -> Plant:
    """The moulding shop with a receipt of boxes on Wednesday, and two carriers."""
    made = moulding_shop()
    days = frozenset(range(5))
    return replace(
        made,
        receipts=(Receipt("PO-7", "box", 90, at(48)),),
        carriers=(
            Carrier("sea", "north", timedelta(days=3), time(15), days),
            Carrier("sea", "south", timedelta(days=3), time(15), days),
            Carrier("road", "north", timedelta(days=1), time(15), days),
        ),
    )  # fmt: skip


SENTENCES = [
    ("PO-7 short by 40", Report("PO-7", K.MATERIAL_SHORT, quantity=40)),
    ("box short", Report("box", K.MATERIAL_SHORT)),
    ("PO-7短少40件", Report("PO-7", K.MATERIAL_SHORT, quantity=40)),
    ("1,200 of box rejected", Report("box", K.MATERIAL_REJECTED, quantity=1200)),
    ("收货PO-7有12个不合格,补货到2026-03-06", Report("PO-7", K.MATERIAL_REJECTED, end=at(88), quantity=12)),
    ("PO-7 late by 2 days", Report("PO-7", K.MATERIAL_LATE, end=at(96))),
    ("PO-7延迟到2026-03-05 08:00", Report("PO-7", K.MATERIAL_LATE, end=at(72))),
    ("supplier of box stops for 3 days", Report("box", K.SUPPLIER_STOPPED, end=at(73))),
    ("供应商box停供3天", Report("box", K.SUPPLIER_STOPPED, end=at(73))),
    ("carrier sea stops for north for 2 days", Report("sea", K.CARRIER_STOPPED, end=at(49), region="north")),
    ("承运商sea停运2天", Report("sea", K.CARRIER_STOPPED, end=at(49))),
    ("承运商sea停north 2天", Report("sea", K.CARRIER_STOPPED, end=at(49), region="north")),
    ("mould CAP out for 2 days 12 hours", Report("CAP", end=at(61))),
    ("模具CAP停1天12小时", Report("CAP", end=at(37))),
    ("模具CAP停十二天", Report("CAP", end=at(289))),
    ("模具CAP停三天半", Report("CAP", end=at(85))),
    ("机台M1停两个半小时", Report("M1", end=at(3.5))),
    ("M1 down for ten days", Report("M1", end=at(241))),
    ("M1 down for half an hour", Report("M1", end=at(1.5))),
    ("SO-1报废二十五件", Report("SO-1", K.SCRAPPED, quantity=25)),
    ("one cavity of CAP out for 3 days", Report("CAP", K.CAVITIES_OUT, end=at(73), quantity=1)),
    ("模具CAP坏了1个模穴", Report("CAP", K.CAVITIES_OUT, quantity=1)),
    ("scrap 5 of SO-1", Report("SO-1", K.SCRAPPED, quantity=5)),
    ("12 pieces of SO-12 line 3 scrapped at trim", Report("SO-12", K.SCRAPPED, None, quantity=12, line_no=3,
                                                          operation_id="trim")),
    ("SO-1第2行报废30件", Report("SO-1", K.SCRAPPED, quantity=30, line_no=2)),
    ("SO-1 withdrawn", Report("SO-1", K.CUSTOMER_CHANGE, withdrawn=True)),
    ("客户取消SO-12第2行", Report("SO-12", K.CUSTOMER_CHANGE, line_no=2, withdrawn=True)),
    ("SO-1 line 1 wants 300 by 2026-03-06", Report("SO-1", K.CUSTOMER_CHANGE, line_no=1, quantity=300, wanted=at(112))),
    ("SO-1第1行改为300件", Report("SO-1", K.CUSTOMER_CHANGE, line_no=1, quantity=300)),
    ("SO-1改到2026-03-06 12:00", Report("SO-1", K.CUSTOMER_CHANGE, wanted=at(100))),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "report"), SENTENCES, ids=[sentence for sentence, _ in SENTENCES])
def test_a_sentence_says_what_happens_to_what(sentence, report) -> None:
    """It is Monday at nine."""
    (found,) = supposed_in(sentence, plant(), at(1), ORDERS)
    assert found == replace(report, reason=sentence)


NONE = ["CAP out for -3 days", "CAP停-3天", "CAP out for 2-3 days", "CAP停两十天", "SO-1报废一一件"]


@pytest.mark.parametrize("sentence", NONE)
def test_a_duration_or_number_that_is_none_is_refused(sentence) -> None:
    """Minus three days were taken for three, and twelve in Chinese for two."""
    with pytest.raises(InvalidInput, match=r"is no (duration|number)"):
        supposed_in(sentence, plant(), at(1), ORDERS)


WRONG = [
    ("carrier seaa stops", "'seaa': perhaps 'sea'"),
    ("SO-13 scrapped", "'SO-13': perhaps 'SO-1"),
    ("M1 brokn", "'brokn': perhaps 'broken'"),
    ("M1 维休", "'维休': perhaps '维修'"),
    ("PO-7 is shrot by 40", "'shrot': perhaps 'short'"),
    ("SO-1 skrap 5", "'skrap': perhaps 'scrap'"),
]


@pytest.mark.parametrize(("sentence", "nearest"), WRONG)
def test_what_nobody_knows_is_told_with_the_nearest_right_word(sentence, nearest) -> None:
    """Beside examples of sentences."""
    with pytest.raises(InvalidInput) as refused:
        supposed_in(sentence, plant(), at(1), ORDERS)
    (wrong,) = refused.value.violations
    assert wrong.field == "sentence"
    assert nearest in wrong.allowed
    assert "模具M-07停3天" in wrong.allowed
