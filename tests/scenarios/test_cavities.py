"""Golden scenarios of cavities out of service: the same pieces take more shots, until they are back."""

from collections.abc import Iterator

import pytest

from domain.disruptions import DisruptionKind, DisruptionState
from domain.errors import InvalidInput
from domain.promises import EventKind, PromiseState
from promising.disruption_requests import AmendReport, CloseReport, DisruptionAsk, Report
from tests.promising.carriers import local
from tests.promising.desks import Bench, ask, bench, order
from tests.stores import Places

OUT = DisruptionKind.CAVITIES_OUT


def report(subject_id="CAP", quantity=1, request_id="d-1", validate_only=False, kind=OUT, **fields):
    change = Report(subject_id, kind, quantity=quantity, **fields)
    return DisruptionAsk(change, request_id, "floor", validate_only=validate_only)


def close(request_id="c-1", **fields):
    return DisruptionAsk(CloseReport("D-1", **fields), request_id, "floor")


@pytest.fixture
def shop(places: Places) -> Iterator[Bench]:
    """240 caps from eight to ten with two cavities, and 240 more to twelve."""
    with bench(places()) as made:
        for name, hours in (("SO-1", 2), ("SO-2", 4)):
            made.desk.promise(ask(order(name, days=hours / 24)))
        assert stands(made) == CONFIRMED
        yield made


def stands(shop: Bench):
    lines = [shop.desk.get(name).lines[0] for name in ("SO-1", "SO-2")]
    return [(line.state, line.expected_time) for line in lines]


CONFIRMED = [(PromiseState.CONFIRMED, local(f"2026-03-02 {hour}:00")) for hour in (10, 12)]


def late(*hours: int):
    return [(PromiseState.AT_RISK, local(f"2026-03-02 {hour}:00")) for hour in hours]


def test_what_is_not_made_takes_twice_the_shots(shop: Bench) -> None:
    """One of two cavities is out at nine: half of the first order is made, the rest takes two hours, the next four."""
    shop.desk.set_clock(local("2026-03-02 09:00"))
    schedule = shop.desk.schedule()
    made = shop.desk.disrupt(report(source="MES", reason="core broken"))
    assert stands(shop) == late(11, 15)
    assert [row.order_id for row in made.at_risk] == ["SO-1", "SO-2"]
    assert made.interrupted == 1
    assert shop.desk.check() == []
    shop.crash()
    assert stands(shop) == late(11, 15)
    assert shop.desk.check() == []
    shop.desk.disrupt(close())
    assert stands(shop) == CONFIRMED
    assert [(row.start, row.end) for row in shop.desk.schedule()] == [(row.start, row.end) for row in schedule]
    assert shop.desk.check() == []


def test_they_are_back_when_it_was_told(shop: Bench) -> None:
    """Out from eight until noon: the first order takes four hours, and the next one two again."""
    shop.desk.set_clock(local("2026-03-02 08:00"))
    shop.desk.disrupt(report(end=local("2026-03-02 12:00")))
    assert stands(shop) == late(12, 16)
    shop.desk.set_clock(local("2026-03-02 13:00"))
    assert [each.state for each in shop.desk.disruptions(closed=True)] == [DisruptionState.CLOSED]
    assert EventKind.DISRUPTION_CLOSED in shop.kinds()
    assert stands(shop)[1] == (PromiseState.AT_RISK, local("2026-03-02 14:00"))
    assert shop.desk.check() == []
    shop.crash()
    assert stands(shop)[1] == (PromiseState.AT_RISK, local("2026-03-02 14:00"))
    assert shop.desk.check() == []


def test_new_promises_count_with_what_is_left(shop: Bench) -> None:
    """240 more caps take four hours on one cavity."""
    shop.desk.disrupt(report())
    (line,) = shop.desk.promise(ask(order("SO-3"))).lines
    assert line.promised_time == local("2026-03-04 08:00")
    assert stands(shop) == late(12, 16)
    assert line.expected_time == local("2026-03-02 20:00")
    assert shop.desk.check() == []


SENSELESS = [
    (Report("M1", OUT, quantity=1), "subject_id"),
    (Report("CAP", OUT, quantity=2), "quantity"),
    (Report("CAP", OUT), "quantity"),
    (Report("CAP", OUT, quantity=1, start=local("2026-03-03 08:00")), "start_time"),
]


def test_what_can_not_be_out_is_told_by_its_field(shop: Bench) -> None:
    """A machine has no cavities, a mould without one is in repair, and nobody knows it beforehand."""
    for wrong, field in SENSELESS:
        with pytest.raises(InvalidInput) as refused:
            shop.desk.disrupt(DisruptionAsk(wrong, "d-1", "floor"))
        assert [each.field for each in refused.value.violations] == [field], wrong
    shop.desk.disrupt(report())
    with pytest.raises(InvalidInput):
        shop.desk.disrupt(DisruptionAsk(AmendReport("D-1", quantity=2), "a-1", "floor"))


def test_a_mould_with_maintenance_counts_on(shop: Bench) -> None:
    """Lids in hand and behind them; the counter stays right when a cavity goes, and when it comes back."""
    for name, quantity in (("L-1", 900), ("L-2", 320)):
        shop.desk.promise(ask(order(name, "lid", quantity)))
    schedule = shop.desk.schedule()
    shop.desk.set_clock(local("2026-03-02 17:00"))
    shop.desk.disrupt(report("LID"))
    assert shop.desk.check() == []
    shop.crash()
    assert shop.desk.check() == []
    shop.desk.disrupt(close())
    assert shop.desk.check() == []
    assert {row.operation_key for row in shop.desk.schedule()} == {row.operation_key for row in schedule}
