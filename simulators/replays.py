"""The orders of the real moulding plant, promised one by one in this process under other conditions."""

from __future__ import annotations

import random
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from multiprocessing import get_context

from domain.checks import to_unix_up
from domain.orders import Order, OrderLine
from domain.plant import Plant
from plants.optimoldiq.convert import FOLDER, Assumptions, PurchaseOrder, convert
from promising.plant_files import read_plant
from scheduler.planner import Effort, Planner
from simulators.fixed_slots import late

CUSTOMER = "customer"
"""The source names none."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to run the replay. `seed` shuffles the orders within each day's batch; None leaves them as received."""

    name: str
    cycle_factor: float = 1.0
    recorded_rates: bool = False
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """Ids of the orders promised later than asked for, by the plan and by fixed slots."""

    variant: Variant
    planned: tuple[str, ...]
    fixed_slots: tuple[str, ...]


def read_orders() -> list[PurchaseOrder]:
    """The plant's 190 orders by day received, then as in the source."""
    return convert(FOLDER / "source")[1]


def replay(variant: Variant) -> Outcome:
    """Promise all orders as the server does, with a re-dispatch after each."""
    assumptions = Assumptions(rates_from_records=variant.recorded_rates)
    files, orders = convert(FOLDER / "source", variant.cycle_factor, assumptions)
    if variant.seed is not None:
        chance = random.Random(variant.seed)
        orders = sorted(orders, key=lambda order: (order.received, chance.random()))
    plant, arrivals = read_plant(files), to_arrivals(orders)
    return Outcome(variant, tuple(planned_late(plant, arrivals)), tuple(late(plant, arrivals)))


def replay_all(variants: list[Variant], processes: int) -> list[Outcome]:
    """Run every variant, several at a time in processes of their own; in the order given."""
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        return list(pool.map(replay, variants))


def to_arrivals(orders: Iterable[PurchaseOrder]) -> list[tuple[datetime, Order]]:
    """The orders as the domain has them, each with the time it is received."""
    return [
        (order.received, Order(order.id, CUSTOMER, (OrderLine(1, order.item_id, order.quantity, order.requested),)))
        for order in orders
    ]


def planned_late(plant: Plant, arrivals: list[tuple[datetime, Order]]) -> list[str]:
    """Ids of the orders of one line that the plan promises later than asked for; arrivals in order of time."""
    planner = Planner(plant, to_unix_up(arrivals[0][0]))
    found = []
    for now, order in arrivals:
        now_s = to_unix_up(now)
        decision = planner.decide(order, now_s, effort=Effort.TIER1)
        planner.keep(decision)
        planner.redispatch(now_s)
        promised = decision.lines[0].promised_time
        if promised is None or promised > order.lines[0].requested_time:
            found.append(order.id)
    return found
