"""A late order may pass orders of lower priority: each is named with its new date, and no other promise breaks."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.displacements import Displaced
from domain.errors import PlannerNeeded
from domain.options import CostKind, Option, OptionCost, OptionKind, OptionPart
from domain.orders import Order, ShipMode
from domain.promises import EventKind, Outcome, PromiseState
from domain.trade import CostRate
from domain.values import replace
from promising.plant_files import write_plant
from promising.requests import order_state
from tests.promising.desks import OFF, Bench, ask, bench, order
from tests.promising.desks import shop as shop_plant
from tests.promising.ways import at, dates, of_kind, told

DISPLACE = OptionKind.DISPLACE
PLANNERS = ("admin", "planner")


def caps(order_id: str, priority: int, hours: float) -> Order:
    """240 caps, two hours on M1."""
    return replace(order(order_id, days=hours / 24), priority=priority)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Bench]:
    """SO-1 to 10 and SO-2 to noon, of priority 5; SO-3 for Friday and SO-4 promised for 14:00, of 7."""
    with bench(tmp_path / "plant.sqlite") as made:
        for name, priority, hours in (("SO-1", 5, 0), ("SO-2", 5, 0), ("SO-3", 7, 96), ("SO-4", 7, 0)):
            made.desk.promise(ask(caps(name, priority, hours)))
        yield made


RUSH = caps("RUSH", 6, 6)
"""By 14:00, which passes priority 7 only."""
RECEIPT = (
    Displaced("SO-4", 1, "ACME", 7, at(6), at(6), at(8)),
    Displaced("SO-3", 1, "ACME", 7, at(96), at(8), at(10)),
)


def test_who_would_be_later_is_told_with_the_new_date_and_whether_the_promise_holds(shop: Bench) -> None:
    """In front of SO-4, which is two hours late for it; SO-3 keeps its Friday; the plan stays as it is."""
    before = shop.desk.schedule()
    line = told(shop, RUSH)
    assert (line.outcome, line.promised_time) == (Outcome.LATER, at(8))
    assert of_kind(line, DISPLACE) == Option(
        DISPLACE, (OptionPart(240, at(6)),), (OptionCost(CostKind.DISPLACED, timedelta(hours=2), 1),),
        displaced=RECEIPT, displaced_count=2,
    )  # fmt: skip
    assert shop.desk.schedule() == before


def test_broken_promises_are_priced_by_the_rate_of_their_priority(shop: Bench) -> None:
    """Two hours of SO-4 at 120.00 a day for priority 7; nothing is late of the order itself."""
    plant = replace(shop_plant(), cost_rates=(CostRate("delay_day_7", 12_000), CostRate("delay_day_6", 1)))
    shop.desk.import_plant(write_plant(plant), request_id="rates", caller="shop")
    option = of_kind(told(shop, RUSH), DISPLACE)
    assert option is not None
    assert option.costs == (OptionCost(CostKind.DISPLACED, timedelta(hours=2), 1, 1000),)


def test_sales_may_not_break_promises_and_planners_may(shop: Bench) -> None:
    """Refused to sales with the broken line; a planner takes it in one commit; it survives a crash."""
    option = of_kind(told(shop, RUSH), DISPLACE)
    assert option is not None
    before = (shop.desk.schedule(), shop.desk.last_event())
    with pytest.raises(PlannerNeeded, match="SO-4 line 1"):
        shop.desk.accept(option.id, "a-1", "sales", planners=PLANNERS)
    tried = shop.desk.accept(option.id, "a-0", "planner", validate_only=True)
    assert (tried.made, tried.displaced, tried.promise.version) == (True, RECEIPT, 0)
    assert (shop.desk.schedule(), shop.desk.last_event()) == before
    commits = shop.store.commits
    made = shop.desk.accept(option.id, "a-1", "planner")
    assert (made.made, made.moved_on, made.displaced, shop.store.commits) == (True, False, RECEIPT, commits + 1)
    after = dates(shop, "SO-1", "SO-2", "SO-3", "SO-4", "RUSH")
    assert after == [(at(2), at(2)), (at(4), at(4)), (at(96), at(10)), (at(6), at(8)), (at(6), at(6))]
    late = shop.desk.get("SO-4").lines[0]
    assert (late.state, late.cause.disruption_id) == (PromiseState.AT_RISK, "option: RUSH")
    assert shop.kinds()[-2:] == [EventKind.PROMISED, EventKind.AT_RISK]
    assert shop.desk.check() == []
    shop.crash()
    assert dates(shop, "SO-1", "SO-2", "SO-3", "SO-4", "RUSH") == after
    again = shop.desk.accept(option.id, "a-1", "planner")
    assert (again.made, again.promise) == (True, made.promise)
    assert shop.desk.check() == []


def test_within_their_promises_others_give_way_to_sales_too(tmp_path: Path) -> None:
    """Told with a day's buffer, SO-1 moves into it; nobody's promise breaks, so sales may take it."""
    plant = shop_plant()
    plant = replace(plant, settings=replace(plant.settings, buffer=timedelta(days=1)))
    with bench(tmp_path / "plant.sqlite", plant=plant) as shop:
        shop.desk.promise(ask(caps("SO-1", 7, 0)))
        assert dates(shop, "SO-1") == [(at(26), at(2))]
        option = of_kind(told(shop, caps("RUSH", 6, 2)), DISPLACE)
        receipt = (Displaced("SO-1", 1, "ACME", 7, at(26), at(2), at(4)),)
        assert option == Option(DISPLACE, (OptionPart(240, at(2)),), displaced=receipt, displaced_count=1)
        made = shop.desk.accept(option.id, "a-1", "sales", planners=PLANNERS)
        assert (made.made, made.displaced) == (True, receipt)
        assert dates(shop, "SO-1", "RUSH") == [(at(26), at(4)), (at(2), at(2))]
        assert order_state(shop.desk.get("SO-1")) is PromiseState.CONFIRMED
        shop.crash()
        assert dates(shop, "SO-1", "RUSH") == [(at(26), at(4)), (at(2), at(2))]
        assert shop.desk.check() == []


def test_nobody_of_the_same_priority_gives_way_nor_what_has_begun_or_is_frozen(shop: Bench, tmp_path: Path) -> None:
    """Of priority 7 it passes nobody; where SO-4 is frozen, or runs, its place can't be had."""
    assert of_kind(told(shop, caps("RUSH", 7, 6)), DISPLACE) is None
    shop.desk.set_clock(at(5))
    assert of_kind(told(shop, caps("RUSH", 1, 6)), DISPLACE) is None
    plant = shop_plant()
    zone = replace(plant, settings=replace(plant.settings, frozen_zone=timedelta(hours=4)))
    with bench(tmp_path / "zone.sqlite", plant=zone) as frozen:
        frozen.desk.promise(ask(caps("SO-1", 7, 0), allow_frozen=True))
        assert of_kind(told(frozen, caps("RUSH", 1, 2)), DISPLACE) is None


def test_an_option_is_checked_again_when_the_plan_moved_on(shop: Bench) -> None:
    """SO-9 of priority 1 came meanwhile: SO-4 would be later than was told, so nothing is done, and it is said why."""
    option = of_kind(told(shop, RUSH), DISPLACE)
    assert option is not None
    taken = of_kind(told(shop, caps("SO-9", 1, 6)), DISPLACE)
    assert taken is not None
    assert shop.desk.accept(taken.id, "a-9", "planner").made
    before = (shop.desk.schedule(), shop.desk.last_event())
    gone = shop.desk.accept(option.id, "a-1", "planner")
    assert (gone.made, gone.moved_on, gone.promise.version) == (False, True, 0)
    assert (shop.desk.schedule(), shop.desk.last_event()) == before


def test_an_option_of_an_order_that_stands_amends_it(shop: Bench) -> None:
    """Promised for 16:00, and then in front of SO-4."""
    stands = shop.desk.promise(ask(RUSH, options=True))
    option = of_kind(stands.lines[0], DISPLACE)
    assert option is not None
    made = shop.desk.accept(option.id, "a-1", "planner")
    assert (made.made, made.promise.version, dates(shop, "RUSH")) == (True, 2, [(at(6), at(6))])
    assert made.promise.lines[0].options == ()
    assert shop.desk.check() == []


def test_an_option_of_a_refused_order_promises_it(shop: Bench) -> None:
    """Refused, as 14:00 was the latest; taken, it is promised for then."""
    late = replace(RUSH, lines=(replace(RUSH.lines[0], latest_time=at(6)),))
    refused = shop.desk.promise(ask(late, options=True))
    assert refused.refused
    option = of_kind(refused.lines[0], DISPLACE)
    assert option is not None
    made = shop.desk.accept(option.id, "a-1", "planner")
    assert (made.made, made.displaced, dates(shop, "RUSH")) == (True, RECEIPT, [(at(6), at(6))])
    assert shop.desk.check() == []


orders = st.builds(caps, st.just("ASKED"), st.integers(3, 9), st.integers(0, 30))


@settings(max_examples=12)
@given(st.lists(orders, min_size=1, max_size=6), orders, st.integers(0, 8), st.booleans())
def test_whatever_is_accepted_breaks_no_promise_that_it_did_not_name(standing, asked, passed, buffered) -> None:
    """Whatever stands and however the plan moved on; nobody named is later than was told; the checker finds nothing."""
    plant = shop_plant()
    if buffered:
        plant = replace(plant, settings=replace(plant.settings, buffer=timedelta(hours=5)))
    with TemporaryDirectory() as folder, bench(Path(folder) / "plant.sqlite", plant=plant) as shop:
        for number, each in enumerate(standing):
            shop.desk.promise(ask(replace(each, id=f"SO-{number}")))
        line = told(shop, asked)
        option = of_kind(line, DISPLACE)
        if option is None:
            return
        assert line.outcome is not Outcome.ON_TIME
        assert option.parts == (OptionPart(240, line.requested_time),)
        if passed:
            shop.desk.promise(ask(replace(asked, id="BETWEEN", priority=passed)))
        names = [promise.order.id for promise in shop.desk.list_orders(100)[0]]
        fine = {name for name in names if order_state(shop.desk.get(name)) is PromiseState.CONFIRMED}
        made = shop.desk.accept(option.id, "a-1", "planner")
        assert made.made or passed
        named = {each.order_id: each.after for each in option.breaks}
        for name in names:
            late = shop.desk.get(name).lines[0]
            if name in fine and late.expected_time > late.promised_time:
                assert late.expected_time <= named[name]
        assert shop.desk.check() == []


def test_what_would_come_in_parts_may_come_whole(shop: Bench) -> None:
    """480 by 16:00, of which half is in time: the rest's option is all of it by then, of a quote and of a promise."""
    asked = replace(RUSH, ship=ShipMode.PART_BY_DATE, lines=(replace(RUSH.lines[0], quantity=480),))
    asked = replace(asked, lines=(replace(asked.lines[0], requested_time=at(8)),))
    part, rest = shop.desk.quote(ask(asked, options=True)).lines
    assert (part.quantity, rest.quantity, of_kind(part, DISPLACE)) == (240, 240, None)
    option = of_kind(rest, DISPLACE)
    assert option is not None
    assert (option.parts, [each.order_id for each in option.breaks]) == ((OptionPart(480, at(8)),), ["SO-4"])
    stands = shop.desk.promise(ask(asked, options=True))
    assert len(stands.lines) == 2
    made = shop.desk.accept(option.id, "a-1", "planner")
    assert made.made
    assert [(each.quantity, each.promised_time) for each in made.promise.lines] == [(480, at(8))]
    assert shop.desk.check() == []


def test_lines_that_are_delivered_together_pass_others_together(shop: Bench) -> None:
    """Two lines of two hours by 16:00: the option is told of both, and taken once for the order."""
    line = replace(RUSH.lines[0], requested_time=at(8))
    asked = replace(RUSH, ship=ShipMode.COMPLETE, lines=(line, replace(line, line_no=2)))
    answers = shop.desk.quote(ask(asked, options=True)).lines
    assert [each.promised_time for each in answers] == [at(10), at(10)]
    first, second = (of_kind(each, DISPLACE) for each in answers)
    assert first is not None
    assert second is not None
    assert (first, first.id) == (second, second.id)
    made = shop.desk.accept(first.id, "a-1", "planner")
    assert (made.made, [each.promised_time for each in made.promise.lines]) == (True, [at(8), at(8)])
    assert shop.desk.check() == []


def test_without_time_for_more_the_plain_options_are_told(tmp_path: Path) -> None:
    """What could be had is looked for no longer than the desk allows; here not at all."""
    with bench(tmp_path / "plant.sqlite", settings=replace(OFF, option_most=timedelta(0))) as shop:
        shop.desk.promise(ask(caps("SO-1", 7, 0)))
        assert [option.kind for option in told(shop, caps("RUSH", 6, 2)).options] == [OptionKind.WHOLE]
