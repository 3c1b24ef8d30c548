"""Public job-shop instances read into plants and orders: each job an order, each unit of time a second."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from domain.calendars import Calendar, Shift
from domain.items import BomRow, Item, Mode, Routing, RoutingLink, RoutingOperation
from domain.orders import Order, OrderLine
from domain.plant import ClockMode, Plant, PlantSettings
from domain.resources import ChangeoverClass, ChangeoverPart, ChangeoverRow, Resource

FOLDER = Path(__file__).parents[1] / "plants" / "instances"
START = datetime(2026, 1, 5, tzinfo=UTC)
HORIZON = timedelta(days=120)
ROUND = Calendar("round", (Shift(frozenset(range(7)), time(0), time(0)),))
CANNOT = 1_000_000
"""A setup that long says that the operation can't run on the machine."""

Alternatives = tuple[tuple[int, int], ...]
"""Machine and duration of each way to do an operation."""


@dataclass(frozen=True, slots=True)
class Instance:
    """A shop with its best known bounds. `setups` are by machine, from operation to operation; empty: none."""

    name: str
    family: str
    machines: int
    jobs: tuple[tuple[Alternatives, ...], ...]
    setups: tuple[tuple[tuple[int, ...], ...], ...]
    lower: int
    upper: int


def families() -> tuple[str, ...]:
    """The files there are."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.zip")))


def read_instances(family: str) -> Iterator[Instance]:
    """All instances of a file, in the order of its index."""
    with zipfile.ZipFile(FOLDER / f"{family}.zip") as archive:
        for row in json.loads(archive.read(f"{family}/index.json"))["instances"]:
            text = archive.read(row["path"]).decode()
            name, bounds = row["name"], (int(row["lb"]), int(row["ub"]))
            if family == "jsp":
                yield _job_shop(name, row["family"], text, bounds)
            else:
                yield _flexible(
                    name, f"{family}/{row.get('family', 'fattahi')}", text, bounds, 1 if "sdst" in family else 0
                )


def _job_shop(name: str, family: str, text: str, bounds: tuple[int, int]) -> Instance:
    lines = [list(map(int, line.split())) for line in text.splitlines() if line.strip()]
    jobs = tuple(tuple((pair,) for pair in zip(row[::2], row[1::2], strict=True)) for row in lines[1:])
    return Instance(name, f"jsp/{family}", lines[0][1], jobs, (), *bounds)


def _flexible(name: str, family: str, text: str, bounds: tuple[int, int], base: int) -> Instance:
    """Jobs with alternatives, machines numbered from `base`; setups, if there are any, behind a blank line."""
    lines = [line for line in text.splitlines() if line.strip()]
    count, machines = (int(cell) for cell in lines[0].split()[:2])
    jobs = tuple(_job(list(map(int, line.split())), base) for line in lines[1 : 1 + count])
    rows = [tuple(map(int, line.split())) for line in lines[1 + count :]]
    total = sum(len(job) for job in jobs)
    setups = tuple(tuple(rows[m * total : (m + 1) * total]) for m in range(machines)) if rows else ()
    return Instance(name, family, machines, jobs, setups, *bounds)


def _job(cells: list[int], base: int) -> tuple[Alternatives, ...]:
    found, at = [], 1
    for _ in range(cells[0]):
        ways = cells[at]
        pairs = cells[at + 1 : at + 1 + 2 * ways]
        found.append(tuple((machine - base, took) for machine, took in zip(pairs[::2], pairs[1::2], strict=True)))
        at += 1 + 2 * ways
    return tuple(found)


def plant_of(instance: Instance) -> tuple[Plant, tuple[Order, ...]]:
    """A plant that works round the clock, and an order for each job, wanted at once."""
    settings = PlantSettings(instance.name, "UTC", clock=ClockMode.MANUAL, horizon=HORIZON)
    if instance.setups:
        return _with_setups(settings, instance)
    recipes = []
    for j, job in enumerate(instance.jobs):
        steps = [RoutingOperation(str(i), modes=_modes(ways)) for i, ways in enumerate(job)]
        links = [RoutingLink(str(i), str(i + 1)) for i in range(len(job) - 1)]
        recipes.append(Routing(f"J{j}", tuple(steps), tuple(links)))
    plant = Plant(
        settings, (ROUND,), tuple(Resource(f"M{m}", calendar_id="round") for m in range(instance.machines)),
        items=tuple(Item(recipe.id, routing_id=recipe.id) for recipe in recipes), routings=tuple(recipes),
    )  # fmt: skip
    return plant, tuple(_order(j, f"J{j}") for j in range(len(recipes)))


def _with_setups(settings: PlantSettings, instance: Instance) -> tuple[Plant, tuple[Order, ...]]:
    """Each operation an item of its own, for its setups, made of the one before it."""
    names = [f"J{j}-{i}" for j, job in enumerate(instance.jobs) for i in range(len(job))]
    recipes, parts, orders = [], [], []
    for j, job in enumerate(instance.jobs):
        for i, ways in enumerate(job):
            recipes.append(Routing(f"J{j}-{i}", (RoutingOperation("0", modes=_modes(ways)),)))
            if i:
                parts.append(BomRow(f"J{j}-{i}", f"J{j}-{i - 1}", 1_000_000))
        orders.append(_order(j, f"J{j}-{len(job) - 1}"))
    classes = [
        ChangeoverClass(
            f"M{m}",
            rows=tuple(
                ChangeoverRow(ChangeoverPart.COLOUR, names[a], names[b], timedelta(seconds=took))
                for a, row in enumerate(table)
                for b, took in enumerate(row)
                if 0 < took < CANNOT and a != b
            ),
        )
        for m, table in enumerate(instance.setups)
    ]
    machines = [Resource(f"M{m}", calendar_id="round", changeover_class=f"M{m}") for m in range(instance.machines)]
    items = [Item(name, routing_id=name, colour=name) for name in names]
    plant = Plant(
        settings, (ROUND,), tuple(machines), changeovers=tuple(classes), items=tuple(items), routings=tuple(recipes),
        bom=tuple(parts),
    )  # fmt: skip
    return plant, tuple(orders)


def _modes(ways: Alternatives) -> tuple[Mode, ...]:
    return tuple(Mode(f"M{machine}", f"M{machine}", fixed=timedelta(seconds=took)) for machine, took in ways)


def _order(number: int, item_id: str) -> Order:
    return Order(f"JOB-{number:04}", "customer", (OrderLine(1, item_id, 1, START + HORIZON - timedelta(days=1)),))
