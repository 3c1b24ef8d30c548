"""The orders of a drill's day: the shipped peak day, or a file of orders on a plant of one's own."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import NamedTuple
from zoneinfo import ZoneInfo

from client.order_file import OrderFile, read_orders
from domain.plant import Plant
from domain.values import replace
from jiaoqi.v1 import order_pb2
from jiaoqi.v1 import promise_service_pb2 as pb
from jiaoqi.v1.plant_service_pb2 import ExecutedLine
from plants.peakday import convert as peakday
from promising.plant_files import read_plant, write_plant
from simulators.demand import Kind
from simulators.demand_file import read_events
from wire.orders import order_to_message

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
SHAPE_HOURS = (8.0, 18.0)
"""Between these hours orders come that don't say when."""
TIMES = frozenset({"time", "时间", "下单时间"})
"""Columns that tell when an order came in."""


class Arrival(NamedTuple):
    """An order, and when it comes in by the plant's clock."""

    time: datetime
    order: order_pb2.Order


class Sent(NamedTuple):
    """A request, when it is due in seconds after the first one, and when that is by the plant's clock."""

    due_s: float
    time: datetime
    request: pb.PromiseRequest


@dataclass(frozen=True, slots=True)
class Book:
    """A plant's files, and orders of one day of it in order of time."""

    files: Mapping[str, bytes]
    plant: Plant
    arrivals: Sequence[Arrival]
    history: Sequence[ExecutedLine] = ()
    """Lines that were made before, from which the desk learns its buffers."""

    @property
    def opening(self) -> datetime:
        """The beginning of the day's first hour with orders, on which the plant's clock is set."""
        return self.arrivals[0].time.replace(minute=0, second=0, microsecond=0)


class BadOrders(Exception):
    """A file of orders with mistakes, which are told row by row in `file.errors`."""

    def __init__(self, path: Path, file: OrderFile) -> None:
        self.path, self.file = path, file
        super().__init__(f"{path}: {len(file.errors)} wrong")


def shipped_book() -> Book:
    """The real peak day on its pick-and-make plant: 5,297 order lines, an order each."""
    lines = peakday.read_lines()
    files = peakday.convert(lines)
    found = [Arrival(arrival.time, order_to_message(arrival.order)) for arrival in peakday.line_arrivals(lines)]
    return Book(files, read_plant(files), found)


def plant_folder(folder: Path) -> dict[str, bytes]:
    """The files of a plant folder by name."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


def read_book(files: Mapping[str, bytes], orders: Path, seed: int) -> Book:
    """A plant's files and a file of orders as `jiaoqi order import` takes it.

    With a column `time`, as streams of demand have it, all are laid on the first day, each at its time of day and with
    the time that it left until its request; changes and cancellations of a stream are left out. Without it, all come on
    the day before the earliest request, at random over the day. Raises BadOrders, InvalidInput, BadFile.
    """
    plant = read_plant(files)
    found = list(_timed(orders, plant) if _has_times(orders) else _untimed(orders, plant, seed))
    if not found:
        raise BadOrders(orders, OrderFile([], [], [], []))
    day = min(arrival.time for arrival in found).astimezone(plant.zone).date()
    laid = [_laid(arrival, day, plant.zone) for arrival in found]
    return Book(files, plant, sorted(laid, key=lambda arrival: arrival.time))


def _has_times(path: Path) -> bool:
    """Whether the header has a column of times, in either encoding that such files come in."""
    cells = [cell.strip(b' "\r\xef\xbb\xbf').lower() for cell in path.read_bytes().partition(b"\n")[0].split(b",")]
    return any(name.encode(code) in cells for name in TIMES for code in ("utf-8", "gb18030"))


def _timed(path: Path, plant: Plant) -> Iterator[Arrival]:
    for event in read_events(path, plant.zone):
        if event.kind is Kind.ORDER and event.order is not None:
            yield Arrival(event.time, order_to_message(event.order))


def _untimed(path: Path, plant: Plant, seed: int) -> Iterator[Arrival]:
    found = read_orders(path, plant.zone, on_time_only=False, validate_only=False)
    if found.errors or not found.requests:
        raise BadOrders(path, found)
    requested = min(line.requested_time.seconds for request in found.requests for line in request.order.lines)
    day = datetime.fromtimestamp(requested, plant.zone).date() - DAY
    chance = Random(seed)
    for request in found.requests:
        yield Arrival(_some_time(day, plant.zone, chance), request.order)


def _some_time(day: date, zone: ZoneInfo, chance: Random) -> datetime:
    seconds = chance.uniform(*(3600 * hour for hour in SHAPE_HOURS))
    return (datetime.combine(day, time(0), zone) + timedelta(seconds=seconds)).astimezone(UTC)


def _laid(arrival: Arrival, day: date, zone: ZoneInfo) -> Arrival:
    """An order at its time of day on another day, its times as far ahead as they were."""
    shift = (day - arrival.time.astimezone(zone).date()).days * 86_400
    for line in arrival.order.lines:
        line.requested_time.seconds += shift
        if line.HasField("latest_time"):
            line.latest_time.seconds += shift
    return Arrival(arrival.time + timedelta(seconds=shift), arrival.order)


def some(book: Book, count: int, seed: int) -> Book:
    """A day of so many of the book's orders, drawn by the seed, each at its time.

    Where the book has fewer, they come several times, of a smaller quantity, with stock and receipts to match.
    """
    chance = Random(seed)
    copies = -(-count // len(book.arrivals))
    if copies == 1:
        drawn = sorted(chance.sample(range(len(book.arrivals)), count))
        return replace(book, arrivals=[book.arrivals[place] for place in drawn])
    several = [_copy(arrival, number, copies, chance) for arrival in book.arrivals for number in range(1, copies + 1)]
    found = sorted(chance.sample(several, count), key=lambda arrival: arrival.time)
    plant = _scaled(book.plant, _demand(book.arrivals), _demand(several))
    return replace(book, files=write_plant(plant), plant=plant, arrivals=found)


def _copy(arrival: Arrival, number: int, copies: int, chance: Random) -> Arrival:
    order = order_pb2.Order()
    order.CopyFrom(arrival.order)
    order.id = f"{order.id}.{number}"
    for line in order.lines:
        line.quantity = max(1, line.quantity // copies)
        line.discount_fen //= copies
        line.least_quantity = line.most_quantity = 0
    return Arrival(arrival.time + chance.random() * MINUTE, order)


def _demand(arrivals: Iterable[Arrival]) -> Counter[str]:
    found: Counter[str] = Counter()
    for arrival in arrivals:
        for line in arrival.order.lines:
            found[line.item_id] += line.quantity
    return found


def _scaled(plant: Plant, before: Counter[str], after: Counter[str]) -> Plant:
    """Stock and receipts as much more as is asked for more of each item."""

    def more(quantity: int, item: str) -> int:
        return -(-quantity * after[item] // before[item]) if before[item] else quantity

    return replace(
        plant,
        on_hand=tuple(replace(each, quantity=more(each.quantity, each.item_id)) for each in plant.on_hand),
        receipts=tuple(replace(each, quantity=more(each.quantity, each.item_id)) for each in plant.receipts),
    )


def pace(arrivals: Sequence[Arrival], compression: float) -> list[Sent]:
    """The requests of a day, `compression` times as fast as they came."""
    first = arrivals[0].time
    return [
        Sent((arrival.time - first).total_seconds() / compression, arrival.time, _request(arrival.order))
        for arrival in arrivals
    ]


def burst(book: Book, count: int, seed: int, compression: float) -> tuple[Book, list[Sent]]:
    """`count` orders within one minute, at that minute's real speed, behind a third as many; with their book."""
    drawn = some(book, min(count + count // 3, max(count, len(book.arrivals))), seed)
    chance = Random(seed)
    places = chance.sample(range(len(drawn.arrivals)), len(drawn.arrivals))
    late, early = places[:count], sorted(places[count:])
    before = pace([drawn.arrivals[place] for place in early], compression) if early else []
    began = before[-1].due_s + 1.0 if before else 0.0
    minute = (before[-1].time if before else drawn.opening).replace(second=0, microsecond=0) + MINUTE
    spread = sorted(chance.uniform(0, 60) for _ in late)
    return drawn, before + [
        Sent(began + second, minute + timedelta(seconds=second), _request(drawn.arrivals[place].order))
        for place, second in zip(late, spread, strict=True)
    ]


def _request(order: order_pb2.Order) -> pb.PromiseRequest:
    return pb.PromiseRequest(request_id=f"drill:{order.id}", order=order, acceptance=pb.ACCEPTANCE_LATER)


def due_at(sent: Sequence[Sent], moment: datetime) -> float:
    """When a time of the plant comes, in seconds after the first request; at the latest with the last."""
    place = bisect_left(sent, moment, key=lambda one: one.time)
    return sent[min(place, len(sent) - 1)].due_s
