"""Derives a pick-and-make plant and its orders from the lines of a real peak day in `source/`.

Run it as `python -m plants.peakday.convert`. The source has orders only; what the plant is like is drawn by the
rules and the seed of `Rules`, and the README gives them in words.
"""

from __future__ import annotations

import csv
import gzip
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from pathlib import Path
from random import Random
from typing import NamedTuple
from zoneinfo import ZoneInfo

from domain.orders import Order, OrderLine
from promising.plant_files import read_plant

FOLDER = Path(__file__).parent
SOURCE = FOLDER / "source" / "peak_2011-12-05.csv.gz"


@dataclass(frozen=True, slots=True)
class Rules:
    """How the plant is derived; percentages are of articles, chances are drawn in the order of their codes."""

    seed: int = 20111205
    zone: str = "Europe/London"
    charges: tuple[str, ...] = ("C2", "DOT", "M", "POST")
    """Codes that are no goods: carriage, postage, entries by hand. There is always enough of them."""
    made_percent: int = 40
    """Articles that are made; all others are picked from stock."""
    made_stocked_percent: int = 50
    """Made articles of which finished pieces for half the day's demand lie in stock."""
    short_percent: int = 15
    """Picked articles of which only half the day's demand lies in stock; a receipt brings the rest."""
    cover_percent_most: int = 300
    """The other picked articles have the day's demand to this part of it in stock."""
    receipt_days_most: int = 5
    """A receipt comes after one to this many days, at `receipt_time`."""
    receipt_time: time = time(10)
    cells: int = 3
    """Assembly cells; each made article belongs to one of them."""
    lines_of_cell: int = 2
    packing_lines: int = 3
    shifts: tuple[tuple[str, str], ...] = (("06:00", "14:00"), ("14:00", "22:00"))
    days_off: tuple[str, ...] = ("2011-12-25", "2011-12-26", "2011-12-27", "2012-01-02")
    """Sundays and the bank holidays of England; Saturdays are worked."""
    assembly_fixed: timedelta = timedelta(minutes=3)
    assembly_each: timedelta = timedelta(seconds=5)
    assembly_pound: timedelta = timedelta(seconds=5)
    """Seconds more for each piece and pound of its price, up to twelve pounds."""
    packing_fixed: timedelta = timedelta(minutes=1)
    packing_each: timedelta = timedelta(seconds=2)
    shipping: timedelta = timedelta(days=1)
    home: str = "United Kingdom"
    requested_days: int = 1
    """Days after the order by which a customer at home asks for it, at the end of the day; abroad twice as many."""
    lines_most: int = 200
    """Lines of one order; a longer invoice is cut into orders of this many."""


class SourceLine(NamedTuple):
    """A line of the source that is an order."""

    invoice: str
    code: str
    quantity: int
    time: datetime
    price_fen: int
    customer: str
    country: str


class Arrival(NamedTuple):
    """An order and when it came in: orders of one minute are spread evenly over it."""

    time: datetime
    order: Order


Table = tuple[tuple[str, ...], Sequence[tuple[object, ...]]]
NOBODY = "unnamed"
"""The customer of invoices that name none."""
DAY_END = time(18)
POUND_FEN = 100


def read_lines(source: Path = SOURCE, rules: Rules | None = None) -> list[SourceLine]:
    """The day's order lines as the source has them; invoices that cancel and quantities below one are left out."""
    zone = ZoneInfo((rules or Rules()).zone)
    rows = csv.DictReader(io.StringIO(gzip.decompress(source.read_bytes()).decode("utf-8-sig"), newline=""))
    return [
        SourceLine(
            row["invoice"], row["stock_code"], int(row["quantity"]),
            datetime.fromisoformat(row["invoice_date"]).replace(tzinfo=zone).astimezone(UTC),
            round(float(row["unit_price"]) * POUND_FEN), row["customer_id"] or NOBODY, row["country"],
        )
        for row in rows
        if int(row["quantity"]) > 0 and not row["invoice"].startswith("C")
    ]  # fmt: skip


def convert(lines: Sequence[SourceLine], rules: Rules | None = None) -> dict[str, bytes]:
    """The files of the plant folder by name."""
    plant = _Plant(lines, rules or Rules())
    files = {f"{name}.csv": _csv(*table) for name, table in plant.tables().items()}
    files["plant.toml"] = plant.settings()
    return files


def arrivals(lines: Sequence[SourceLine], rules: Rules | None = None) -> list[Arrival]:
    """The day's orders in the order in which they came: one for each invoice, or several where it is too long."""
    most = (rules or Rules()).lines_most
    orders: list[list[tuple[str, list[SourceLine]]]] = []
    for invoice, found in groupby(lines, key=lambda line: line.invoice):
        rows = list(found)
        parts = [rows[first : first + most] for first in range(0, len(rows), most)]
        ids = [invoice] if len(parts) == 1 else [f"{invoice}-{number}" for number in range(1, len(parts) + 1)]
        orders.append(list(zip(ids, parts, strict=True)))
    return _spread([part for parts in orders for part in parts], rules or Rules())


def line_arrivals(lines: Sequence[SourceLine], rules: Rules | None = None) -> list[Arrival]:
    """The same day with an order for each line: as many answers as the source has lines."""
    orders: list[tuple[str, list[SourceLine]]] = []
    for invoice, found in groupby(lines, key=lambda line: line.invoice):
        orders += [(f"{invoice}-{number}", [line]) for number, line in enumerate(found, 1)]
    return _spread(orders, rules or Rules())


def _spread(orders: Iterable[tuple[str, list[SourceLine]]], rules: Rules) -> list[Arrival]:
    found = []
    for minute, group in groupby(orders, key=lambda order: order[1][0].time):
        rows = list(group)
        step = timedelta(minutes=1) / len(rows)
        found += [Arrival(minute + step * n, _order(*row, rules)) for n, row in enumerate(rows)]
    return found


def _order(order_id: str, rows: list[SourceLine], rules: Rules) -> Order:
    first = rows[0]
    zone = ZoneInfo(rules.zone)
    days = rules.requested_days * (1 if first.country == rules.home else 2)
    day = first.time.astimezone(zone).date() + timedelta(days=days)
    requested = datetime.combine(day, DAY_END, zone).astimezone(UTC)
    lines = [
        OrderLine(number, row.code, row.quantity, requested, unit_price_fen=row.price_fen)
        for number, row in enumerate(rows, 1)
    ]
    return Order(order_id, first.customer, tuple(lines))


class _Plant:
    """The tables of the plant folder."""

    def __init__(self, lines: Sequence[SourceLine], rules: Rules) -> None:
        self._lines, self._rules = lines, rules
        self._units: Counter[str] = Counter()
        self._price: dict[str, int] = {}
        for line in lines:
            self._units[line.code] += line.quantity
            self._price.setdefault(line.code, line.price_fen)
        self._day = lines[0].time.astimezone(ZoneInfo(rules.zone)).date()
        self._cell: dict[str, str] = {}
        self._stock: dict[str, int] = {}
        self._receipts: list[tuple[object, ...]] = []
        self._draw(Random(rules.seed))

    def _draw(self, chance: Random) -> None:
        """Which articles are made and where, and what lies in stock of each."""
        rules = self._rules
        for code in sorted(self._units):
            units = self._units[code]
            if code in rules.charges:
                self._stock[code] = 1000 * units
            elif chance.randrange(100) < rules.made_percent:
                self._cell[code] = f"assembly-{chance.randrange(rules.cells) + 1}"
                if chance.randrange(100) < rules.made_stocked_percent:
                    self._stock[code] = units // 2
            elif chance.randrange(100) < rules.short_percent:
                self._stock[code] = units // 2
                day = self._day + timedelta(days=chance.randint(1, rules.receipt_days_most))
                self._receipts.append((f"R-{code}", code, 2 * units, f"{day}T{rules.receipt_time:%H:%M}"))
            else:
                self._stock[code] = units * chance.randint(100, rules.cover_percent_most) // 100

    def settings(self) -> bytes:
        lines = {
            "id": "peakday", "zone": self._rules.zone, "currency": "GBP", "clock": "manual", "frozen_zone": "0",
            "release_lead": "0", "buffer": "0", "promise_grid": "1h", "horizon": "120d",
        }  # fmt: skip
        return "".join(f'{key} = "{value}"\n' for key, value in lines.items()).encode()

    def tables(self) -> Mapping[str, Table]:
        day = f"{self._day}T00:00"
        return {
            "calendars": (("calendar",), [("shop",)]),
            "shifts": (("calendar", "weekdays", "start", "end"), [("shop", "1-6", *s) for s in self._rules.shifts]),
            "calendar_days": (("calendar", "day", "kind"), [("shop", off, "off") for off in self._rules.days_off]),
            "resources": (("resource", "kind", "work_centre", "calendar"), list(self._resources())),
            "items": (("item", "family", "sourcing", "routing", "price", "shipping"), list(self._items())),
            "operations": (("routing", "operation"), list(self._operations())),
            "modes": (("routing", "operation", "resource", "fixed", "per_piece", "pause"), list(self._modes())),
            "links": (("routing", "from", "to"), [(code, "assembly", "packing") for code in self._cell]),
            "stock": (("item", "quantity", "as_of"), [(code, n, day) for code, n in self._stock.items()]),
            "receipts": (("receipt", "item", "quantity", "time"), self._receipts),
            "customers": (("customer", "region"), list(self._customers())),
        }

    def _resources(self) -> Iterator[tuple[object, ...]]:
        for cell in range(1, self._rules.cells + 1):
            for number in range(1, self._rules.lines_of_cell + 1):
                yield f"A{cell}{number}", "line", f"assembly-{cell}", "shop"
        for number in range(1, self._rules.packing_lines + 1):
            yield f"P{number}", "line", "packing", "shop"

    def _items(self) -> Iterator[tuple[object, ...]]:
        shipping = f"{self._rules.shipping // timedelta(hours=1)}h"
        for code in sorted(self._units):
            made = code in self._cell
            family = "charges" if code in self._rules.charges else code[:2]
            price = f"{self._price[code] / POUND_FEN:.2f}"
            yield code, family, "make" if made else "stock", code if made else "", price, shipping

    def _operations(self) -> Iterator[tuple[object, ...]]:
        for code in self._cell:
            yield code, "assembly"
            yield code, "packing"

    def _modes(self) -> Iterator[tuple[object, ...]]:
        rules = self._rules
        for code, cell in self._cell.items():
            pounds = min(self._price[code] // POUND_FEN, 12)
            each = rules.assembly_each + rules.assembly_pound * pounds
            yield code, "assembly", cell, _seconds(rules.assembly_fixed), _seconds(each), "shift"
            yield (
                code, "packing", "packing", _seconds(rules.packing_fixed), _seconds(rules.packing_each), "shift",
            )  # fmt: skip

    def _customers(self) -> Iterator[tuple[object, ...]]:
        yield from sorted({line.customer: line.country for line in self._lines}.items())


def _seconds(value: timedelta) -> str:
    return f"{value // timedelta(seconds=1)}s"


def _csv(header: tuple[str, ...], rows: Iterable[Iterable[object]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()


def opening(lines: Sequence[SourceLine], rules: Rules | None = None) -> datetime:
    """The plant's time before the first order: the beginning of that day's first shift."""
    given = rules or Rules()
    zone = ZoneInfo(given.zone)
    first: date = lines[0].time.astimezone(zone).date()
    return datetime.combine(first, time.fromisoformat(given.shifts[0][0]), zone).astimezone(UTC)


def main() -> None:
    """Write `plant/` anew."""
    files = convert(read_lines())
    read_plant(files)
    for name, content in files.items():
        (FOLDER / "plant" / name).write_bytes(content)


if __name__ == "__main__":
    main()
