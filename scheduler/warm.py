"""Compile the kernel once, with a word on the screen: `python -m scheduler.warm`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from datetime import time as clock_time

from domain.calendars import Calendar, Downtime, Shift
from domain.items import Item, Mode, Pause, Routing, RoutingLink, RoutingOperation
from domain.orders import Order, OrderLine
from domain.plant import Plant, PlantSettings
from domain.resources import Mould, Resource
from domain.values import replace
from scheduler.improve.shop import Wish
from scheduler.insert import insert_line
from scheduler.planner import Planner
from scheduler.planning.stakes import Stake

START = datetime(2026, 1, 5, tzinfo=UTC)


def _plant(moulds: bool) -> Plant:
    always = Calendar("always", (Shift(frozenset(range(7)), clock_time(0), clock_time(0)),))
    mould = "mould" if moulds else ""
    mode = Mode("mode", "machine", mould_id=mould, fixed=timedelta(hours=1), pause=Pause.SHIFT)
    routing = Routing(
        "routing",
        (RoutingOperation("first", modes=(mode,)), RoutingOperation("second", modes=(mode,))),
        (RoutingLink("first", "second"),),
    )
    return Plant(
        PlantSettings("warm", zone="UTC", horizon=timedelta(days=30)),
        calendars=(always,),
        resources=(Resource("machine", calendar_id="always"),),
        moulds=(Mould("mould", ("machine",), 1, timedelta(seconds=1)),) if moulds else (),
        items=(Item("item", routing_id="routing"),),
        routings=(routing,),
    )


def warm_first() -> bool:
    """Call what a quote, a promise and the re-dispatch after it call; True if none of it had to be compiled.

    Then the rest is compiled, too, and `warm` may load it when there is time for that.
    """
    now_s = int(START.timestamp())
    planner = Planner(_plant(moulds=False), now_s)
    line = OrderLine(1, "item", 1, START + timedelta(hours=2))
    planner.undo(planner.decide(Order("asked", "customer", (line,)), now_s))
    planner.keep(planner.decide(Order("order", "customer", (line,)), now_s))
    planner.take_delta()
    planner.redispatch(now_s)
    # The uncompiled kernel has none to tell.
    stats = getattr(insert_line, "stats", None)
    return stats is None or not stats.cache_misses


def warm() -> None:
    """Call every compiled path of a desk once, on a plant without and one with moulds."""
    now_s = int(START.timestamp())
    for moulds in (False, True):
        plant = _plant(moulds)
        planner = Planner(plant, now_s)
        for number in range(2):
            line = OrderLine(1, "item", 1, START + timedelta(hours=2 + number))
            planner.keep(planner.decide(Order(f"order-{number}", "customer", (line,)), now_s))
        planner.undo(planner.decide(Order("asked", "customer", (line,)), now_s))
        planner.redispatch(now_s)
        planner.chain("order-0", {1: now_s})
        planner.advance(now_s + 60)
        planner.remove("order-1", now_s + 60)
        planner.take_delta()
        _break_down(plant)


def _break_down(plant: Plant) -> None:
    """A machine stands still until a promise is broken: every way of a repair is tried."""
    now_s = int(START.timestamp())
    planner = Planner(plant, now_s)
    line = OrderLine(1, "item", 1, START + timedelta(hours=9))
    planner.keep(planner.decide(Order("late", "customer", (line,)), now_s))
    still = Downtime("machine", START, START + timedelta(hours=8), planned=False)
    planner.repair(replace(plant, downtimes=(still,)), now_s, {("late", 1): Stake(now_s + 9 * 3600)})


def warm_searches() -> None:
    """Call every compiled path of the searches for better plans once, which a desk doesn't load."""
    from scheduler.improve import near
    from scheduler.improve.search import open_search

    now_s = int(START.timestamp())
    for moulds in (False, True):
        planner = Planner(_plant(moulds), now_s)
        line = OrderLine(1, "item", 1, START + timedelta(hours=2))
        planner.keep(planner.decide(Order("order", "customer", (line,)), now_s))
        open_search(planner.work({("order", 1): Wish(now_s, 1)}), float).warm()
        near.warm(planner, planner.taken_down())


def main() -> None:
    """Warm up and say so."""
    print("compiling the planning kernel, once: two to four minutes", flush=True)
    warm()
    warm_searches()
    print("the planning kernel is ready", flush=True)


if __name__ == "__main__":
    main()
