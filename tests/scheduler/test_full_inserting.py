"""Books with moulds, changeovers and setters planned by insertion: into gaps, in front of nobody, timed exactly."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, Phase, assume, given, seed, settings

from domain.checks import to_unix_down
from domain.items import Mode, Routing
from domain.orders import Order, OrderLine
from domain.values import replace
from scheduler import arrays as a
from scheduler.compiled import COMPILED
from scheduler.improve.fullplan import FullPlan, Listed, build
from scheduler.improve.fullshop import FullShop
from scheduler.improve.inserting import InsertionOrder
from scheduler.improve.shop import Wish
from scheduler.planner import Effort, Planner
from scheduler.verify import verify
from tests.plants import at, moulding_shop
from tests.strategies import MONDAY_S, days, small_plants, utc

ROOT = Path(__file__).parents[2]
MONDAY, NOON, FRIDAY = at("2026-03-02 08:00"), at("2026-03-02 12:00"), at("2026-03-06 20:00")
Row = tuple[str, int, int, int]
"""Item, pieces, when it may begin, when it is wanted."""


def shop_of(*rows: Row) -> FullShop:
    planner, wishes = Planner(moulding_shop(), MONDAY), {}
    for number, (item, pieces, hold_s, wanted_s) in enumerate(rows):
        order = Order(f"SO-{number}", "C", (OrderLine(1, item, pieces, utc(at("2026-03-20 20:00"))),))
        planner.keep(planner.decide(order, MONDAY, effort=Effort.INSTANT, hold_s=hold_s))
        wishes[order.id, 1] = Wish(wanted_s, 1)
    return planner.full_shop(wishes, bound=False)


def inserted(shop: FullShop) -> dict[str, Listed]:
    names = {order.name for order in InsertionOrder}
    return {listed.name: listed for listed in build(shop) if listed.name in names}


def runs(shop: FullShop, listed: Listed) -> list[tuple[int, int]]:
    """Start and end of each line's last run, in minutes after Monday at eight."""
    plan = FullPlan(shop, listed.order)
    return [
        ((int(plan.shop.ops[x, a.START]) - MONDAY) // 60, (int(plan.shop.ops[x, a.END]) - MONDAY) // 60)
        for x in shop.ends
    ]


def test_short_work_goes_into_the_gap_in_front_of_what_is_due_first() -> None:
    """An order that may begin at noon is put in first; two hours of the same mould and colour fit before it."""
    shop = shop_of(("cap", 60, NOON, NOON + 3600), ("cap", 240, MONDAY, FRIDAY))
    assert runs(shop, inserted(shop)["INSERT_DUE"]) == [(240, 270), (0, 120)]


def test_work_that_does_not_fit_in_front_goes_behind() -> None:
    """Five hours do not fit before noon; the mould is the only one, so no other machine helps."""
    shop = shop_of(("cap", 60, NOON, NOON + 3600), ("cap", 600, MONDAY, FRIDAY))
    assert runs(shop, inserted(shop)["INSERT_DUE"]) == [(240, 270), (270, 570)]


def test_a_gap_has_to_hold_the_changeovers_too() -> None:
    """White caps would fit before noon, but to change back to black takes until after it: they go behind."""
    shop = shop_of(("cap", 60, NOON, NOON + 3600), ("cap-white", 240, MONDAY, FRIDAY))
    assert runs(shop, inserted(shop)["INSERT_DUE"]) == [(240, 270), (340, 460)]
    assert runs(shop, next(rule for rule in build(shop) if rule.name == "EDD")) == [(320, 350), (0, 120)]


def test_the_setter_is_at_one_machine_at_a_time() -> None:
    """Lids for M2 need an hour of the setter while he changes M1 to white: one of the two waits for him."""
    shop = shop_of(("cap-white", 60, MONDAY, NOON), ("lid", 60, MONDAY, FRIDAY))
    listed = inserted(shop)["INSERT_DUE"]
    plan = FullPlan(shop, listed.order)
    busy = sorted((int(plan.shop.ops[x, a.SET_S]), int(plan.shop.ops[x, a.SET_E])) for x in shop.rows)
    assert busy[0][1] <= busy[1][0]
    assert len(set(plan.shop.ops[shop.rows, a.PLACES + a.P_LANE].tolist())) == 2


@seed(20260302)
@settings(max_examples=25, phases=[Phase.generate], database=None, suppress_health_check=list(HealthCheck))
@given(small_plants(), days(3, 7))
def test_inserted_books_keep_every_rule_on_any_plant(of, script) -> None:  # type: ignore[no-untyped-def]
    """All work once, with the figures of the list timed anew; one that keeps all promises is laid without a breach."""
    planner, now_s, wishes = Planner(of, MONDAY_S), MONDAY_S, {}
    for number, step in enumerate(script):
        now_s += step.wait_s
        order = step.asked(of, number, now_s)
        planner.keep(planner.decide(order, now_s, effort=Effort.INSTANT))
        wishes |= {(order.id, x.line_no): Wish(to_unix_down(x.requested_time) - 7200, 3) for x in order.lines}
    assert verify(planner.snapshot()) == []
    shop = planner.full_shop(wishes)
    assume(len(shop.rows))
    found = inserted(shop)
    for listed in found.values():
        assert sorted(listed.order[:, 0].tolist()) == sorted(shop.rows.tolist())
        assert FullPlan(shop, listed.order).value == listed.value
    for listed in found.values():
        if not listed.broken:
            planner.lay(planner.steps(shop, listed.order), now_s)
            assert verify(planner.snapshot()) == []
            break


def test_compiled_and_plain_insertion_find_the_same() -> None:
    """The same lists without the compiler."""
    code = (
        "import tests.scheduler.test_full_inserting as t; "
        "print([t.inserted(t.shop_of(*t.BOOK))[n].order.tolist() for n in t.NAMES])"
    )
    plain = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True,
        env={**os.environ, "JIAOQI_KERNEL": "python", "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'proto'}"},
    )  # fmt: skip
    assert COMPILED
    assert plain.stdout.strip() == str([inserted(shop_of(*BOOK))[name].order.tolist() for name in NAMES])


NAMES = tuple(order.name for order in InsertionOrder)
CHANCE = np.random.default_rng(4)
BOOK: tuple[Row, ...] = tuple(
    (("cap", "cap-white", "lid", "box")[int(CHANCE.integers(4))], 20 * int(CHANCE.integers(1, 20)), MONDAY,
     MONDAY + 3600 * int(CHANCE.integers(4, 100)))
    for _ in range(14)
)  # fmt: skip


def test_work_that_goes_to_a_machine_without_changeovers_leaves_its_changeover_behind() -> None:
    """White caps move from M1, with a change of colour before them, to the bench: it stood on, needed by none."""
    shop = moulding_shop()
    bench = Mode("bench", "TABLE", per_piece=timedelta(minutes=3))
    cap = replace(shop.routings[0].operations[0], modes=(*shop.routings[0].operations[0].modes, bench))
    planner = Planner(replace(shop, routings=(Routing("cap", (cap,)), *shop.routings[1:])), MONDAY)
    for number, item in enumerate(("cap", "cap-white")):
        order = Order(f"SO-{number}", "C", (OrderLine(1, item, 60, utc(at("2026-03-20 20:00"))),))
        planner.keep(planner.decide(order, MONDAY, effort=Effort.INSTANT))
    changed = [x for x in planner.snapshot().operations if x.setup is not None]
    steps = [
        step._replace(mode_id="bench", units=(0,), setter_unit=-1, crew_units=()) for step in planner.sequences().steps
    ]
    planner.lay(steps, MONDAY)
    assert verify(planner.snapshot()) == []
    assert changed
    assert {(x.resource_id, x.setup) for x in planner.snapshot().operations} == {("TABLE", None)}
