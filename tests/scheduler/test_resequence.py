"""A standing plan brought into better sequences: what is told of each step, and of what no plan is better than."""

from hypothesis import HealthCheck, Phase, given, seed, settings

from domain.checks import to_unix_down
from domain.orders import Order, OrderLine
from scheduler.cpsat import Stop
from scheduler.improve.resequence import Budget, improve
from scheduler.improve.shop import Wish
from scheduler.planner import Effort, Planner
from tests.plants import at, moulding_shop
from tests.scheduler.test_improve import one_way
from tests.strategies import MONDAY_S, days, small_plants, utc


class Slow:
    """A clock that goes on by a tenth of a second whenever somebody looks."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 0.1
        return self.now


def caps(count: int) -> tuple[Planner, dict[tuple[str, int], Wish]]:
    """So many hours of caps in the one mould, wanted by half past eight: the last weighs least, and stands in front."""
    planner, wishes = Planner(moulding_shop(), at("2026-03-02 08:00")), {}
    for number in range(count):
        order = Order(f"SO-{number}", "C", (OrderLine(1, "cap", 120, utc(at("2026-03-20 20:00"))),))
        planner.keep(planner.decide(order, planner.now_s, effort=Effort.INSTANT))
        wishes[order.id, 1] = Wish(at("2026-03-02 08:30"), count - number)
    return planner, wishes


def test_a_plan_with_moulds_is_told_a_bound() -> None:
    """Three hours of caps, weighing 3, 2 and 1: 0.5, 1.5 and 2.5 hours late, 7 in all; 6.5 and more are proven."""
    planner, wishes = caps(3)
    told = list(improve(planner, wishes, Budget(1.0, float, 30), Stop()))
    assert (told[0].cost, told[-1].cost) == (11 * 3600, 7 * 3600)
    (bound,) = {step.bound for step in told}
    assert bound is not None
    assert 6.5 * 3600 <= bound <= 7 * 3600


def test_a_plan_in_which_nothing_is_late_has_no_gap() -> None:
    """Two hours of caps wanted tonight: nothing costs less than nothing, whatever else may become better."""
    planner, wishes = caps(2)
    tonight = {name: Wish(at("2026-03-02 20:00"), wish.weight) for name, wish in wishes.items()}
    assert {(step.cost, step.bound) for step in improve(planner, tonight, Budget(1.0, float, 10), Stop())} == {(0, 0)}


def test_what_no_search_makes_better_any_more_is_laid_and_told_as_moved() -> None:
    """Found at once, it is told again a second later, when the plan has taken it: by then operations have moved."""
    planner, wishes = caps(3)
    _, found, laid = improve(planner, wishes, Budget(9.0, Slow()), Stop())
    assert (found.cost, found.moved) == (7 * 3600, 0)
    assert (laid.cost, laid.moved) == (7 * 3600, 2)
    assert laid.seconds - found.seconds < 2


@seed(20261123)
@settings(max_examples=25, phases=[Phase.generate], database=None, suppress_health_check=list(HealthCheck))
@given(small_plants(), small_plants(plain=True), days(3, 8))
def test_no_plan_found_is_better_than_the_bound_told(any_plant, plain, script) -> None:
    """Days on any plant and on plain machines, every third operation pinned or none: whatever ways work may take."""
    for plant, pins in ((any_plant, 0), (any_plant, 3), (plain, 0), (one_way(plain), 0)):
        planner, now_s, wishes = Planner(plant, MONDAY_S), MONDAY_S, {}
        for number, step in enumerate(script):
            now_s += step.wait_s
            order = step.asked(plant, number, now_s)
            planner.keep(planner.decide(order, now_s, effort=Effort.INSTANT))
            wanted = {(order.id, x.line_no): to_unix_down(x.requested_time) for x in order.lines}
            wishes |= {name: Wish(by_s - 7200 * (number % 4), 1 + number % 3) for name, by_s in wanted.items()}
        opened = [x for x in planner.snapshot().operations if not x.fixed]
        for x in opened[1::pins] if pins else ():
            planner.pin(x.key)
        for other_ways in (False, True):
            for told in improve(planner, wishes, Budget(1.0, float, 4), Stop(), other_ways=other_ways):
                assert told.bound is None or told.bound <= told.cost
