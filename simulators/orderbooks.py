"""Generated books of orders on twenty machines, read into a plant and the orders as they come in."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import Any

from domain.calendars import Calendar, Downtime, Shift
from domain.items import Item, Mode, Pause, Routing, RoutingLink, RoutingOperation
from domain.orders import Order, OrderLine
from domain.plant import ClockMode, Plant, PlantSettings
from domain.resources import Resource
from domain.trade import Customer

FOLDER = Path(__file__).parents[1] / "plants" / "orderbooks"
CALENDAR, CUSTOMER = "every-day", "customer"


class Lead(StrEnum):
    """How long before it is due an order comes in."""

    SHORT = "short"
    """1 to 3 working days."""
    MID = "mid"
    """2 to 10."""
    LONG = "long"
    """5 to 20."""


@dataclass(frozen=True, slots=True)
class OrderBook:
    """A plant, its orders in the order in which they come in, and what to ask when all are planned."""

    plant: Plant
    start: datetime
    arrivals: tuple[tuple[datetime, Order], ...]
    quotes: tuple[Order, ...]
    outage: Downtime


def book_file(name: str) -> Path:
    """The file of a book kept here, such as `3000-85`."""
    return FOLDER / f"{name}.json.gz"


def read_book(path: Path, lead: Lead) -> OrderBook:
    """Read a book, compressed or not; orders that come in at the same second keep the order of the file."""
    content = path.read_bytes()
    data = json.loads(gzip.decompress(content) if path.suffix == ".gz" else content)
    start = datetime.fromisoformat(data["start"]).replace(tzinfo=UTC)
    arrivals = [(_after(start, row["arrive_s"][lead]), _order(row, start)) for row in data["orders"]]
    outage = data["outage"]
    return OrderBook(
        plant=_plant(data, path.name.partition(".")[0]),
        start=start,
        arrivals=tuple(sorted(arrivals, key=lambda arrival: arrival[0])),
        quotes=tuple(_order(row, start) for row in data["quotes"]),
        outage=Downtime(
            outage["machine"], _after(start, outage["from_s"]), _after(start, outage["to_s"]), planned=False
        ),
    )


def _after(start: datetime, seconds: int) -> datetime:
    return start + timedelta(seconds=seconds)


def _order(row: dict[str, Any], start: datetime) -> Order:
    line = OrderLine(1, row["sku"], row["quantity"], _after(start, row["due_s"]))
    return Order(row["id"], CUSTOMER, (line,), priority=row["priority"])


def _plant(data: dict[str, Any], name: str) -> Plant:
    hours = data["calendar"]
    shift = Shift(frozenset(hours["weekdays"]), time(hours["from_hour"]), time(hours["to_hour"] % 24))
    # A full book may run over by a third of its span, a bad plan by more.
    horizon = timedelta(days=3 * data["days"] + 30)
    return Plant(
        PlantSettings(name, "UTC", clock=ClockMode.MANUAL, horizon=horizon),
        calendars=(Calendar(CALENDAR, (shift,)),),
        resources=tuple(Resource(machine, calendar_id=CALENDAR) for machine in data["machines"]),
        items=tuple(Item(item["sku"], routing_id=item["sku"]) for item in data["items"]),
        routings=tuple(_routing(item) for item in data["items"]),
        customers=(Customer(CUSTOMER),),
    )


def _routing(item: dict[str, Any]) -> Routing:
    steps = [RoutingOperation(str(number), modes=(_mode(step),)) for number, step in enumerate(item["steps"], start=1)]
    links = [RoutingLink(before.id, after.id) for before, after in pairwise(steps)]
    return Routing(item["sku"], tuple(steps), tuple(links))


def _mode(step: dict[str, Any]) -> Mode:
    """Every order takes the step's whole time, whatever its quantity (all are 1)."""
    return Mode(step["machine"], step["machine"], fixed=timedelta(seconds=step["run_s"]), pause=Pause.SHIFT)
