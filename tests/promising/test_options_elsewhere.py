"""A late order may be done on another machine, by another firm, or with all that may move in another order."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from domain.items import Mode
from domain.options import ChosenMode, CostKind, Option, OptionCost, OptionKind, OptionPart
from domain.plant import Plant
from domain.promises import EventKind, Outcome
from domain.rescues import Move
from domain.resources import Resource, ResourceKind
from domain.values import replace
from promising.plant_files import write_plant
from promising.requests import Amend
from tests.promising.desks import Bench, ask, bench, cancel, change, order
from tests.promising.ways import at, dates, of_kind, told, works

ALTERNATIVE, RESEQUENCE = OptionKind.ALTERNATIVE, OptionKind.RESEQUENCE


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Bench]:
    """The works, with a rate for the hours of C."""
    with bench(tmp_path / "plant.sqlite", plant=works(machine_hour=10_000)) as made:
        yield made


PAIR = order("PO-1", "pair", 1, days=6 / 24)
"""By 14:00. One half after the other on A, each where it ends first, they are joined by 17:00, which is tomorrow."""


def test_another_machine_is_offered_where_it_gives_the_date_at_its_price(shop: Bench) -> None:
    """The left half on B: an hour longer and dearer, 5 h at 150.00 for 4 h at 100.00, but both are there by 13:00."""
    line = told(shop, PAIR)
    assert (line.outcome, line.promised_time) == (Outcome.LATER, at(25))
    option = of_kind(line, ALTERNATIVE)
    assert option == Option(
        ALTERNATIVE, (OptionPart(1, at(6)),), (OptionCost(CostKind.MACHINE, timedelta(hours=5), 0, 35_000),),
        modes=(ChosenMode("left", "on-B", "B"),),
    )  # fmt: skip
    made = shop.desk.accept(option.id, "a-1", "sales", planners=("planner",))
    assert (made.made, made.moved_on, dates(shop, "PO-1")) == (True, False, [(at(6), at(6))])
    assert {row.operation_id: row.resource_id for row in shop.desk.schedule()} == {
        "left": "B", "right": "A", "join": "C",
    }  # fmt: skip
    assert shop.desk.check() == []
    shop.crash()
    assert dates(shop, "PO-1") == [(at(6), at(6))]
    assert shop.desk.check() == []


def test_without_a_rate_for_a_machine_the_difference_is_not_priced(tmp_path: Path) -> None:
    """C has no rate of its own, and the plant none for machine hours."""
    with bench(tmp_path / "plant.sqlite", plant=works()) as shop:
        option = of_kind(told(shop, PAIR), ALTERNATIVE)
        assert option is not None
        assert option.costs == (OptionCost(CostKind.MACHINE, timedelta(hours=5)),)


def test_no_other_machine_is_offered_where_none_is_in_time_or_there_is_none(shop: Bench) -> None:
    """By 13:00 the halves are there and not joined; a bar is cut on A only."""
    assert of_kind(told(shop, order("PO-1", "pair", 1, days=5 / 24)), ALTERNATIVE) is None
    assert of_kind(told(shop, order("PO-1", "bar", 1, days=1 / 24)), ALTERNATIVE) is None


def test_a_machine_that_was_taken_meanwhile_is_not_promised(shop: Bench) -> None:
    """B is busy from 8 to 13 by another pair that took the same option: nothing is done."""
    option, other = (of_kind(told(shop, replace(PAIR, id=name)), ALTERNATIVE) for name in ("PO-1", "PO-2"))
    assert option is not None
    assert other is not None
    assert shop.desk.accept(other.id, "a-2", "sales").made
    before = shop.desk.schedule(), shop.desk.last_event()
    gone = shop.desk.accept(option.id, "a-1", "sales")
    assert (gone.made, gone.moved_on, gone.promise.version) == (False, True, 0)
    assert (shop.desk.schedule(), shop.desk.last_event()) == before


@pytest.fixture
def stale(shop: Bench) -> Bench:
    """X from 8 to 10, promised so and then put off until Friday, stands where it stood; Y is promised for noon."""
    shop.desk.promise(ask(order("X", "bar", 1, days=2 / 24)))
    shop.desk.promise(ask(order("Y", "bar", 1, days=4 / 24)))
    later = order("X", "bar", 1, days=4)
    shop.desk.change(change("X", Amend(later), etag=shop.desk.get("X").etag))
    assert dates(shop, "X", "Y") == [(at(96), at(2)), (at(4), at(4))]
    return shop


NEXT = order("N", "bar", 1, days=2 / 24)


def test_another_order_of_the_work_is_offered_with_what_moves(stale: Bench) -> None:
    """By 10:00, Y in front of X, whose promises are kept; that X ends later is told when it is taken."""
    option = of_kind(told(stale, NEXT), RESEQUENCE)
    assert option is not None
    (key,) = {row.operation_key for row in stale.desk.schedule() if row.order_id == "Y"}
    assert option == Option(
        RESEQUENCE, (OptionPart(1, at(2)),), moves=(Move("Y", 1, "cut", key, "A", at(2), "A", at(2)),), moved=1
    )
    made = stale.desk.accept(option.id, "a-1", "sales", planners=("planner",))
    assert (made.made, [(row.order_id, row.after, row.survives) for row in made.displaced]) == (
        True,
        [("X", at(6), True)],
    )
    assert dates(stale, "N", "Y", "X") == [(at(2), at(2)), (at(4), at(4)), (at(96), at(6))]
    assert EventKind.AT_RISK not in stale.kinds()
    assert stale.desk.check() == []
    stale.crash()
    assert dates(stale, "N", "Y", "X") == [(at(2), at(2)), (at(4), at(4)), (at(96), at(6))]


def test_no_other_order_is_offered_where_a_promise_would_break(shop: Bench) -> None:
    """X and Y are both promised for when they end: nobody can make room."""
    shop.desk.promise(ask(order("X", "bar", 1, days=2 / 24)))
    shop.desk.promise(ask(order("Y", "bar", 1, days=4 / 24)))
    assert of_kind(told(shop, NEXT), RESEQUENCE) is None


def test_an_import_between_keeps_an_option_checked(stale: Bench) -> None:
    """With A down for the morning the date can't be had any more, and nobody is told that it can."""
    option = of_kind(told(stale, NEXT), RESEQUENCE)
    assert option is not None
    plant = works()
    short = replace(plant, items=tuple(replace(item, shipping=timedelta(hours=1)) for item in plant.items))
    stale.desk.import_plant(write_plant(short), request_id="shipping", caller="planner")
    assert not stale.desk.accept(option.id, "a-1", "sales").made


def with_firm(**rates: int) -> Plant:
    """The works, where a firm cuts a bar in three hours, way and all."""
    plant = works(**rates)
    firm = Resource("FIRM", ResourceKind.OUTSIDE, calendar_id="shift")
    bar = plant.routings[0]
    cut = bar.operations[0]
    cut = replace(cut, modes=(*cut.modes, Mode("out", "FIRM", fixed=timedelta(hours=3))))
    bars = replace(bar, operations=(cut,))
    return replace(plant, resources=(*plant.resources, firm), routings=(bars, *plant.routings[1:]))


@pytest.fixture
def outsourcing(tmp_path: Path) -> Iterator[Bench]:
    """X from 8 to 10 on A, promised so: another bar is cut by noon."""
    with bench(tmp_path / "plant.sqlite", plant=with_firm(outside_hour=30_000)) as made:
        made.desk.promise(ask(order("X", "bar", 1, days=2 / 24)))
        yield made


def test_work_outside_is_offered_with_its_price_and_never_done_unasked(outsourcing: Bench) -> None:
    """By 11:00: three hours of FIRM at 300.00; taken, it stays there, whatever is put in another order."""
    shop, asked = outsourcing, order("N", "bar", 1, days=3 / 24)
    line = told(shop, asked)
    assert (line.outcome, line.promised_time) == (Outcome.LATER, at(4))
    option = of_kind(line, OptionKind.OUTSIDE)
    assert option == Option(
        OptionKind.OUTSIDE, (OptionPart(1, at(3)),), (OptionCost(CostKind.OUTSIDE, timedelta(hours=3), 0, 90_000),),
        modes=(ChosenMode("cut", "out", "FIRM"),),
    )  # fmt: skip
    assert of_kind(line, ALTERNATIVE) is None
    assert shop.desk.accept(option.id, "a-1", "sales", planners=("planner",)).made
    shop.crash()
    shop.desk.change(cancel("X"))
    shop.desk.promise(ask(order("Y", "bar", 1, days=2 / 24)))
    assert {row.order_id: row.resource_id for row in shop.desk.schedule()} == {"N": "FIRM", "Y": "A"}
    assert dates(shop, "N", "Y") == [(at(3), at(3)), (at(2), at(2))]
    assert shop.desk.check() == []


def test_no_work_outside_is_offered_where_it_is_too_slow_or_no_firm_does_it(outsourcing: Bench) -> None:
    """By 10:00 the firm has it not done; a long one is cut by nobody else."""
    assert of_kind(told(outsourcing, order("N", "bar", 1, days=2 / 24)), OptionKind.OUTSIDE) is None
    assert of_kind(told(outsourcing, order("N", "long", 1, days=6 / 24)), OptionKind.OUTSIDE) is None


def test_work_outside_has_no_price_without_a_rate(tmp_path: Path) -> None:
    """Neither the firm nor the plant says what an hour costs."""
    with bench(tmp_path / "plant.sqlite", plant=with_firm()) as shop:
        shop.desk.promise(ask(order("X", "bar", 1, days=2 / 24)))
        option = of_kind(told(shop, order("N", "bar", 1, days=3 / 24)), OptionKind.OUTSIDE)
        assert option is not None
        assert option.costs == (OptionCost(CostKind.OUTSIDE, timedelta(hours=3)),)
