"""The golden scenarios through the real planner: orders decided one after the other, or a stored plan read again.

The planner puts work where it ends earliest. It is told the mode by a plant that has no other, imported for that order.
In two scenarios no desk would choose the sequence: they, and all others once more, are read as stored plans.
"""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from domain.orders import Order, OrderLine
from domain.plant import Plant
from domain.values import fields, replace
from scheduler import arrays as a
from scheduler.planner import HEAD, PERSISTED, Effort, Planner
from scheduler.records import PlanImage
from scheduler.snapshot import PlacedOperation
from scheduler.verify import Times, verify
from tests.plants import Scenario
from tests.scenarios import SCENARIOS
from tests.scheduler.naive import lanes

OTHER_SEQUENCE = ("pause_over_a_weekend.not_allowed", "swapping_moulds.both_ways")
"""A desk lets the short run overtake, and leaves the moulds where they hang."""


def only_modes(plant: Plant, lot: list[PlacedOperation]) -> Plant:
    """The plant in which these operations have no other modes than theirs."""
    wanted = {(x.routing_id, x.operation_id): x.mode_id for x in lot}
    recipes = []
    for recipe in plant.routings:
        steps = []
        for step in recipe.operations:
            mode_id = wanted.get((recipe.id, step.id))
            modes = tuple(mode for mode in step.modes if mode_id in (None, mode.id))
            steps.append(replace(step, modes=modes))
        recipes.append(replace(recipe, operations=tuple(steps)))
    return replace(plant, routings=tuple(recipes))


def lots(scenario: Scenario) -> dict[str, list[PlacedOperation]]:
    """The scenario's operations by order, in the order of their ranks."""
    found: dict[str, list[PlacedOperation]] = {}
    for x in scenario.operations:
        found.setdefault(x.order_id, []).append(x)
    return found


def order(lot: list[PlacedOperation], wanted_s: int) -> Order:
    """The order of these operations."""
    wanted = datetime.fromtimestamp(wanted_s, UTC)
    return Order(lot[0].order_id, "C", (OrderLine(1, lot[0].item_id, lot[0].quantity, wanted),))


def decided(scenario: Scenario) -> Planner:
    """A planner that was asked for the scenario's orders one after the other.

    What waits for material is held back by a limit on earliness, which bounds the run alone as well.
    """
    planner = Planner(scenario.plant, scenario.floor_s)
    for lot in lots(scenario).values():
        now_s = max(scenario.floor_s, lot[0].not_before_s)
        limit = timedelta(0) if lot[0].ready_s else None
        plant = only_modes(scenario.plant, lot)
        planner = planner.rebuild(replace(plant, settings=replace(plant.settings, earliness_limit=limit)))
        asked = order(lot, max(now_s, lot[0].ready_s))
        planner.keep(planner.decide(asked, now_s, effort=Effort.INSTANT))
        planner = planner.rebuild(scenario.plant)
    return planner


def facts_of(planner: Planner, x: PlacedOperation, rank: int) -> dict[int, int]:
    """What a store has of an operation in its place, by column; nothing of when it runs."""
    layout = planner.layout
    step = next(s for s in planner.plant.routing_by_id[x.routing_id].operations if s.id == x.operation_id)
    mode = next(mode for mode in step.modes if mode.id == x.mode_id)
    variant = next(
        v
        for v in layout.mode_variants[x.routing_id, x.operation_id, x.mode_id]
        if {layout.lane_owner[lane] for lane in layout.var[v][a.V_LANES :] if lane >= 0} == lanes(x)
    )
    work_s, shots = layout.run_seconds(mode, x.quantity)
    return {
        a.LABEL: rank, a.VAR: variant, a.DUR0: work_s, a.SHOTS: shots, a.NBV: x.not_before_s, a.NBR: x.ready_s,
        a.START: 0, a.END: 0,
    }  # fmt: skip


def stored(scenario: Scenario) -> PlanImage:
    """The scenario's work as a store may have it: wanted so late that its sequence may be any."""
    planner = Planner(scenario.plant, scenario.floor_s)
    for lot in lots(scenario).values():
        planner.keep(planner.decide(order(lot, scenario.floor_s + 30 * 86400), scenario.floor_s))
    delta = planner.take_delta()
    ranks = {(x.order_id, x.operation_id): (rank, x) for rank, x in enumerate(scenario.operations, 1)}
    rows = []
    for row in delta.placed:
        rank, x = ranks[row.order_id, row.operation_id]
        facts = np.frombuffer(row.facts[8 * HEAD :], "<i8").copy()
        for column, value in facts_of(planner, x, rank).items():
            facts[PERSISTED.index(column)] = value
        rows.append(row._replace(facts=row.facts[: 8 * HEAD] + facts.tobytes()))
    return PlanImage(delta.version, delta.floor_s, delta.now_s, rows)


def times_of(planner: Planner, scenario: Scenario) -> dict[int, Times]:
    """The planner's times under the keys of the scenario."""
    keys = {(x.order_id, x.operation_id): x.key for x in scenario.operations}
    return {
        keys[x.order_id, x.operation_id]: Times(**{name: getattr(x, name) for name in fields(Times)})
        for x in planner.snapshot().operations
    }


@pytest.mark.parametrize("name", sorted(SCENARIOS.keys() - set(OTHER_SEQUENCE)))
def test_orders_decided_one_after_the_other_get_the_times_worked_out_by_hand(name: str) -> None:
    """Every dismounting, fetching, setup and run to the second, and no rule broken."""
    scenario = SCENARIOS[name]()
    planner = decided(scenario)
    assert times_of(planner, scenario) == scenario.expected
    assert verify(planner.snapshot()) == []


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_stored_plan_is_read_with_the_times_worked_out_by_hand(name: str) -> None:
    """All times are the planner's own."""
    scenario = SCENARIOS[name]()
    planner = Planner.restore(scenario.plant, scenario.floor_s, stored(scenario))
    assert times_of(planner, scenario) == scenario.expected
    assert verify(planner.snapshot()) == []
