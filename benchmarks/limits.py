"""Durable promises over gRPC with quotas and floors live, beside the same without them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.report import Ratio, Result, Row
from benchmarks.ruled_service import check_promised, children, processor_s, row_of
from benchmarks.service import PROMISE, promise_message
from client.calls import JiaoqiClient
from client.process import start_server
from domain.floors import Floor
from domain.orders import Order
from domain.plant import Plant
from domain.quotas import Quota
from domain.trade import Channel
from domain.values import replace
from promising.plant_files import write_plant
from simulators.load import Course, closed_loop
from simulators.orderbooks import Lead, book_file, read_book

HOW = """\
Two server processes on empty SQLite files (synchronous FULL), one whose plant has {quotas} quotas (each of {channels}
channels on each resource, by the week) and {floors} floors (of each resource, for priority 1 and 2) and one without,
fed in turns with the same orders by {callers} callers in one other process on the same cores; {book}, mid lead, tier 1
off, reasons on. Each order has a channel and a priority; the quotas are wide enough to refuse none. The ratio of rates
is the median over rounds; that of CPU is of all processor time that the two server processes took in the rounds.
"""
CHANNELS = 4
WITH, WITHOUT = "with quotas and floors", "without"


@dataclass(frozen=True, slots=True)
class Settings:
    """`rounds` of the two servers in turn, each `each` orders, `callers` at once."""

    book: str = "3000-75"
    callers: int = 64
    rounds: int = 11
    each: int = 240
    seed: int = 7


FULL = Settings()
QUICK = Settings(rounds=3, each=150)


def run(settings: Settings, scratch: Path) -> Iterator[Row | Result]:
    """Yield each figure's row, then the whole; `scratch` is where the stores lie meanwhile."""
    random = Random(settings.seed)
    book = read_book(book_file(settings.book), Lead.MID)
    plain = replace(book.plant, channels=tuple(Channel(f"C-{n}") for n in range(CHANNELS)))
    limited = with_limits(plain)
    how = HOW.format(
        callers=settings.callers, book=settings.book, channels=CHANNELS, quotas=len(limited.quotas),
        floors=len(limited.floors),
    )  # fmt: skip
    result = Result("quotas", "durable promises with quotas and floors live", how, str(settings.seed))
    asked = [
        (at, replace(order, channel_id=f"C-{random.randrange(CHANNELS)}", priority=random.randint(1, 9)))
        for at, order in book.arrivals
    ]
    scratch.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=scratch) as folder:
        turns = _turns(Path(folder), {WITH: limited, WITHOUT: plain}, book.start, asked, settings)
    spent = {kind: sum(seconds for _, seconds in found) for kind, found in turns.items()}
    courses = {kind: [course for course, _ in found] for kind, found in turns.items()}
    for kind, found in courses.items():
        result.raw[kind.replace(" ", "-")] = [{"answered": len(c.answered), "seconds": c.seconds} for c in found]
        result.summary.append(row_of(kind, found, spent[kind]))
        yield result.summary[-1]
    ratio = median(one.rate / other.rate for one, other in zip(courses[WITH], courses[WITHOUT], strict=True))
    result.ratios.append(Ratio("promises per second with quotas and floors ÷ without", ratio, "at least 0.9"))
    result.ratios.append(Ratio("CPU of a promise without ÷ with", spent[WITHOUT] / spent[WITH], "at least 0.9"))
    yield result


def with_limits(plant: Plant) -> Plant:
    """The plant with a quota of each channel on each resource, and a floor of each resource."""
    names = [resource.id for resource in plant.resources]
    quotas = tuple(
        Quota(f"Q-{channel.id}-{name}", channel.id, name, hours=timedelta(hours=10_000))
        for channel in plant.channels
        for name in names
    )
    floors = tuple(Floor(f"F-{name}", 2, name, hours=timedelta(hours=4), release_days=2) for name in names)
    return replace(plant, quotas=quotas, floors=floors)


def _turns(
    folder: Path, plants: dict[str, Plant], start: datetime, asked: list[tuple[datetime, Order]], settings: Settings
) -> dict[str, list[tuple[Course, float]]]:
    """The rounds of both servers, each with the processor time of its server in seconds."""
    flags = ["--redispatch", "off", "--log-level", "error"]
    found: dict[str, list[tuple[Course, float]]] = {kind: [] for kind in plants}
    addresses, processes = {}, {}
    with ExitStack() as stack:
        for number, (kind, plant) in enumerate(plants.items()):
            before = children()
            addresses[kind] = stack.enter_context(start_server(folder / f"{number}.sqlite", flags))
            (processes[kind],) = children() - before
            with JiaoqiClient(addresses[kind]) as client:
                client.import_plant(write_plant(plant))
                client.set_clock(start)
        for number in range(settings.rounds + 1):
            part = asked[number * settings.each : (number + 1) * settings.each]
            requests = [promise_message(order).SerializeToString() for _, order in part]
            # Whoever comes second finds the machine warm: the two change places.
            for kind in (WITH, WITHOUT) if number % 2 else (WITHOUT, WITH):
                with JiaoqiClient(addresses[kind]) as client:
                    client.set_clock(part[0][0])
                began = processor_s(processes[kind])
                course = closed_loop(addresses[kind], PROMISE, requests, settings.callers)
                check_promised(course)
                if number:
                    found[kind].append((course, processor_s(processes[kind]) - began))
    return found
