"""A late order may be on time with hours worked after named shifts: the fewest that do, priced, in one commit."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from domain.disruptions import DisruptionKind
from domain.hours import ExtraHours
from domain.options import CostKind, Option, OptionCost, OptionKind, OptionPart
from domain.orders import Order
from domain.promises import EventKind, Outcome
from domain.values import replace
from promising.ports import Admission, Verdict
from tests.plants import ROUND
from tests.promising.desks import Bench, ask, bench, order
from tests.promising.ways import at, dates, of_kind, told, works

OVERTIME = OptionKind.OVERTIME


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Bench]:
    """X is cut on A from 8 to 13; three hours are left until 16, and a long one takes five without a pause."""
    with bench(tmp_path / "plant.sqlite", plant=works(overtime_hour=20_000)) as made:
        made.desk.promise(ask(order("X", "long", 1, days=5 / 24)))
        yield made


def late(name: str = "N", hours: float = 12) -> Order:
    """A long one by 20:00, which would be cut on Tuesday from 8 to 13."""
    return order(name, "long", 1, days=hours / 24)


def test_the_fewest_hours_after_a_shift_are_offered_with_resource_and_price(shop: Bench) -> None:
    """From 13 to 18: two hours of A after 16:00, at 200.00 each."""
    line = told(shop, late())
    assert (line.outcome, line.promised_time) == (Outcome.LATER, at(29))
    assert of_kind(line, OVERTIME) == Option(
        OVERTIME, (OptionPart(1, at(12)),), (OptionCost(CostKind.OVERTIME, timedelta(hours=2), 0, 40_000),),
        hours=(ExtraHours("A", at(8), at(10)),),
    )  # fmt: skip
    assert shop.desk.disruptions() == []


def test_taking_it_adds_the_shift_and_makes_the_promise_in_one_commit(shop: Bench) -> None:
    """The shift stands in the log with who took it; all of it survives a crash, and the checker finds nothing."""
    option = of_kind(told(shop, late()), OVERTIME)
    assert option is not None
    tried = shop.desk.accept(option.id, "a-0", "sales", validate_only=True)
    assert (tried.made, tried.promise.lines[0].expected_time, shop.desk.disruptions()) == (True, at(10), [])
    commits = shop.store.commits
    made = shop.desk.accept(option.id, "a-1", "sales", planners=("planner",))
    assert (made.made, made.displaced, shop.store.commits) == (True, (), commits + 1)
    assert dates(shop, "X", "N") == [(at(5), at(5)), (at(12), at(10))]
    (shift,) = shop.desk.disruptions()
    assert (shift.kind, shift.subject_id, shift.start, shift.end) == (DisruptionKind.SHIFT_ADDED, "A", at(8), at(10))
    assert (shift.source, shift.reported_by) == ("option: N", "sales")
    assert shop.kinds()[-2:] == [EventKind.DISRUPTION_REPORTED, EventKind.PROMISED]
    assert shop.desk.check() == []
    shop.crash()
    assert dates(shop, "X", "N") == [(at(5), at(5)), (at(12), at(10))]
    assert shop.desk.disruptions() == [shift]
    assert shop.desk.accept(option.id, "a-1", "sales").promise == made.promise
    assert shop.desk.promise(ask(late("AFTER", 40))).lines[0].expected_time == at(29)
    assert shop.desk.check() == []


def test_taken_twice_it_adds_its_hours_once(shop: Bench) -> None:
    """Asked again under another id the order stands as it was told, and the shift is not reported a second time."""
    option = of_kind(told(shop, late()), OVERTIME)
    assert option is not None
    assert shop.desk.accept(option.id, "a-1", "sales").made
    again = shop.desk.accept(option.id, "a-2", "sales")
    assert (again.made, again.moved_on) == (True, True)
    assert len(shop.desk.disruptions()) == 1
    assert dates(shop, "X", "N") == [(at(5), at(5)), (at(12), at(10))]
    assert shop.desk.check() == []


def test_after_several_shifts_each_is_needed_and_as_short_as_can_be(shop: Bench) -> None:
    """Three long ones by Tuesday 18:00: Monday until 18, Tuesday 8 to 13 and 13 to 18, two hours on both days."""
    line = late("N", 34).lines[0]
    lines = tuple(replace(line, line_no=number) for number in (1, 2, 3))
    answers = shop.desk.quote(ask(replace(late("N", 34), lines=lines), options=True)).lines
    assert [each.outcome for each in answers].count(Outcome.ON_TIME) == 1
    options = [of_kind(each, OVERTIME) for each in answers if each.outcome is Outcome.LATER]
    assert len(options) == 2
    for option in options:
        assert option is not None
        assert option.hours == (ExtraHours("A", at(8), at(10)), ExtraHours("A", at(32), at(34)))
        assert option.costs == (OptionCost(CostKind.OVERTIME, timedelta(hours=4), 0, 80_000),)
    (name,) = {option.id for option in options if option is not None}
    made = shop.desk.accept(name, "a-1", "sales")
    assert made.made
    assert [each.outcome for each in made.promise.lines] == [Outcome.ON_TIME] * 3
    assert shop.desk.check() == []


def test_no_overtime_is_offered_where_it_is_too_late_or_nobody_rests(shop: Bench, tmp_path: Path) -> None:
    """By 15:00 there is no shift's end before; and machines that work round the clock have no hours left."""
    assert of_kind(told(shop, late(hours=7)), OVERTIME) is None
    plant = works()
    plant = replace(plant, calendars=(replace(ROUND, id="shift"),))
    with bench(tmp_path / "round.sqlite", plant=plant) as always:
        always.desk.promise(ask(order("X", "long", 1, days=5 / 24)))
        assert of_kind(told(always, late(hours=7)), OVERTIME) is None


def test_what_has_no_rate_is_not_priced(tmp_path: Path) -> None:
    """Neither the machine nor the plant says what an hour of overtime costs."""
    with bench(tmp_path / "plant.sqlite", plant=works()) as shop:
        shop.desk.promise(ask(order("X", "long", 1, days=5 / 24)))
        option = of_kind(told(shop, late()), OVERTIME)
        assert option is not None
        assert option.costs == (OptionCost(CostKind.OVERTIME, timedelta(hours=2)),)


def test_hours_are_not_added_where_the_date_is_gone_or_the_order_not_approved(shop: Bench) -> None:
    """W took the afternoon and N2 is refused by the approval: no shift, no promise, and the desk goes on."""
    option, other = (of_kind(told(shop, late(name)), OVERTIME) for name in ("N", "N2"))
    assert option is not None
    assert other is not None
    shop.approval.verdict = Verdict(Admission.REFUSE, ("no",))
    assert not shop.desk.accept(other.id, "a-2", "sales").made
    shop.approval.verdict = Verdict()
    shop.desk.promise(ask(order("W", "bar", 1, days=8 / 24)))
    before = shop.desk.schedule(), shop.desk.last_event()
    gone = shop.desk.accept(option.id, "a-1", "sales")
    assert (gone.made, gone.moved_on, gone.promise.version) == (False, True, 0)
    assert (shop.desk.schedule(), shop.desk.last_event(), shop.desk.disruptions()) == (*before, [])
    assert shop.desk.promise(ask(late("AFTER", 40))).lines[0].outcome is Outcome.ON_TIME
