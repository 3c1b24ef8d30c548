"""Lines of a standing order taken out and placed anew in one step: undone it leaves no trace, kept no rule breaks."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.promises import Outcome, Tier
from domain.values import replace
from scheduler.planner import Planner
from tests.scheduler.test_planner_days import Desk, check
from tests.scheduler.test_planner_undo import Store, image_of
from tests.strategies import days, small_plants, utc

SLOW = list(HealthCheck)
changes = st.lists(
    st.tuples(st.integers(0, 9), st.sampled_from([1, 45, 200]), st.booleans(), st.integers(0, 40)), min_size=10
)
"""Which order (counted round), its new quantity, whether only its first line changes, hours until its hold ends."""


def change(desk, which, quantity, first_only, hold_hours):
    """Begin a change of one of the orders; None where it has no line of which nothing has begun."""
    name = list(desk.orders)[which % len(desk.orders)]
    planner = desk.planner
    free = [number for number in desk.orders[name] if not planner.begun(name, number)]
    free = free[:1] if first_only else free
    if not free:
        return None
    order = desk.asked[name]
    step = planner.begin(order, desk.now_s)
    planner.take_out(step, free)
    lines = [replace(line, quantity=quantity) for line in order.lines if line.line_no in free]
    hold_s = desk.now_s + 3600 * hold_hours if hold_hours > 20 else 0
    planner.place(step, lines, hold_s=hold_s)
    return step


class Remembering(Desk):
    """A desk that knows what it was asked for."""

    def __init__(self, plant):
        super().__init__(plant)
        self.asked = {}

    def take(self, step):
        gone = super().take(step)
        if step.what == "promise":
            order = step.asked(self.plant, self.count, self.now_s)
            self.asked[order.id] = order
        return gone


def stored(planner):
    """All that waits for the store."""
    return (
        list(planner._removed), set(planner._changed), list(planner._material), list(planner._material_removed),
        list(planner._freed), [info.index for info in planner._placed], planner._stock.by_order.copy(),
        {name: list(infos) for name, infos in planner._by_order.items()}, planner._next_key, len(planner._lines),
    )  # fmt: skip


@settings(max_examples=40, suppress_health_check=SLOW)
@given(small_plants() | small_plants(plain=True), days(), changes)
def test_a_change_undone_leaves_the_plan_as_it_was(plant, script, wanted):
    """Heads, tails, ranks, sequences, material, and what waits for the store."""
    desk = Remembering(plant)
    for step, asked in zip(script, wanted, strict=False):
        desk.take(step)
        if not desk.orders:
            continue
        desk.planner.advance(desk.now_s)
        before, waiting = image_of(desk.planner), stored(desk.planner)
        made = change(desk, *asked)
        if made is not None:
            desk.planner.undo(made)
            assert image_of(desk.planner) == before
            assert stored(desk.planner) == waiting


@settings(max_examples=60, suppress_health_check=SLOW)
@given(small_plants() | small_plants(plain=True), days(), changes)
def test_a_change_kept_keeps_every_rule_every_other_promise_and_a_restart(plant, script, wanted):
    """Of the order that was changed the new promises hold, and the store has the same plan."""
    desk, store = Remembering(plant), Store()
    before = desk.planner.snapshot()
    for step, asked in zip(script, wanted, strict=False):
        gone = desk.take(step)
        if desk.orders:
            made = change(desk, *asked)
            if made is not None:
                name = made.order.id
                desk.planner.keep(made)
                for answer in made.lines:
                    desk.orders[name].pop(answer.line_no)
                    if answer.outcome is not Outcome.REFUSED:
                        desk.orders[name][answer.line_no] = answer
                if not desk.orders[name]:
                    del desk.orders[name]
                gone = frozenset([*gone, name])
        delta = desk.planner.take_delta()
        store.write(delta)
        before = check(desk, before, gone)
        fresh = Planner.restore(plant, desk.now_s, store.image(delta))
        assert fresh.snapshot().operations == desk.planner.snapshot().operations
        for name, answers in desk.orders.items():
            for number, answer in answers.items():
                # When stock is there is told at the decision, and stored with the promise alone.
                if answer.tier is Tier.STOCK:
                    continue
                assert fresh.expected(name, number) == desk.planner.expected(name, number)


@settings(max_examples=30, suppress_health_check=SLOW)
@given(small_plants() | small_plants(plain=True), days(), changes)
def test_eased_and_bound_work_keeps_every_rule(plant, script, wanted):
    """Held work let go early and promises moved later or earlier: no other promise breaks, undone nothing is left."""
    desk = Remembering(plant)
    before = desk.planner.snapshot()
    for step, (which, quantity, ease, _) in zip(script, wanted, strict=False):
        gone = desk.take(step)
        if desk.orders:
            name = list(desk.orders)[which % len(desk.orders)]
            order = desk.asked[name]
            for keep in (False, True):
                desk.planner.advance(desk.now_s)
                image, waiting = image_of(desk.planner), stored(desk.planner)
                made = desk.planner.begin(order, desk.now_s)
                if ease:
                    desk.planner.ease(made)
                else:
                    number = min(desk.orders[name])
                    desk.planner.bind(made, number, desk.planner.expected(name, number) + 600 * quantity)
                if keep:
                    desk.planner.keep(made)
                else:
                    desk.planner.undo(made)
                    assert image_of(desk.planner) == image
                    assert stored(desk.planner) == waiting
            if not ease:
                # It was told another date, and is bound to that one.
                told = desk.orders[name][number]
                deadline_s = desk.planner.expected(name, number) + 600 * quantity
                desk.orders[name][number] = replace(told, promised_time=utc(deadline_s))
                gone = frozenset([*gone, name])
        before = check(desk, before, gone)
