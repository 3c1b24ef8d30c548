"""A plant into its folder of files: every column of every table that has rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from zoneinfo import ZoneInfo

from domain.calendars import DayKind
from domain.plant import Plant
from domain.supply import OnHand, Receipt
from domain.trade import Customer
from promising.plant_files import tables
from promising.plant_files.settings import write_settings
from promising.plant_files.tables import SETTINGS_FILE, TABLES, Table

Values = Iterable[tuple[Any, ...]]


def write_plant(plant: Plant) -> dict[str, bytes]:
    """Write `plant.toml` and CSV files, by name; `read_plant` reads an equal plant from them.

    Work centres in `fits` and modes come out as the resources that they stood for.
    """
    files = {SETTINGS_FILE: write_settings(plant.settings)}
    for table in TABLES:
        rows = rows_of(plant, table)
        if rows or table.required:
            files[table.file] = table_bytes(table, rows)
    return files


def rows_of(plant: Plant, table: Table) -> list[tuple[str, ...]]:
    """The texts of a table's rows, in the order of its columns."""
    columns = table.columns
    return [
        tuple(column.kind.write(value, plant.zone) for column, value in zip(columns, values, strict=True))
        for values in _VALUES[table.name](plant)
    ]


def row_of(table: Table, row: OnHand | Receipt | Customer, zone: ZoneInfo) -> tuple[str, ...]:
    """The texts of one row of stock, receipts or customers."""
    match row:
        case OnHand():
            values = _stock(row)
        case Receipt():
            values = _receipt(row)
        case Customer():
            values = _customer(row)
    return tuple(column.kind.write(value, zone) for column, value in zip(table.columns, values, strict=True))


def table_bytes(table: Table, rows: Iterable[tuple[str, ...]]) -> bytes:
    """The rows as a CSV file in UTF-8 with its header and plain line ends."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(column.name for column in table.columns)
    writer.writerows(rows)
    return text.getvalue().encode()


def _shifts(plant: Plant) -> Values:
    return ((c.id, s.weekdays, s.start, s.end) for c in plant.calendars for s in c.shifts)


def _calendar_days(plant: Plant) -> Values:
    for calendar in plant.calendars:
        for day in calendar.days:
            weekday = day.as_weekday if day.kind is DayKind.WORK else None
            hours = (day.start, day.end) if day.kind is DayKind.OVERTIME else (None, None)
            yield calendar.id, day.day, day.kind, *hours, weekday, day.note


def _resources(plant: Plant) -> Values:
    return (
        (r.id, r.kind, r.name, r.work_centre, r.capacity, r.calendar_id, r.changeover_class, r.available_from,
         r.available_until, r.colour, r.material, r.hour_cost_fen, r.overtime_hour_cost_fen)
        for r in plant.resources
    )  # fmt: skip


def _moulds(plant: Plant) -> Values:
    return (
        (m.id, m.name, m.fits, m.cavities, m.cycle, m.calendar_id, m.maintenance_shots, m.maintenance,
         m.shots, m.mounted_on)
        for m in plant.moulds
    )  # fmt: skip


def _changeovers(plant: Plant) -> Values:
    return ((c.id, row.part, row.from_group, row.to_group, row.duration) for c in plant.changeovers for row in c.rows)


def _items(plant: Plant) -> Values:
    return (
        (i.id, i.name, i.family, i.sourcing, i.routing_id, i.unit, i.lot_minimum, i.lot_multiple, i.colour,
         i.material, i.price_fen, i.cost_fen, i.safety_stock, i.buy_lead, i.shipping)
        for i in plant.items
    )  # fmt: skip


def _operations(plant: Plant) -> Values:
    return ((r.id, o.id, o.name, o.lag) for r in plant.routings for o in r.operations)


def _modes(plant: Plant) -> Iterator[tuple[Any, ...]]:
    for routing in plant.routings:
        for operation in routing.operations:
            for m in operation.modes:
                yield (
                    routing.id, operation.id, m.id, m.resource_id, m.resource_units, m.mould_id, m.crew_id,
                    m.crew_units, m.fixed, m.per_piece, m.yield_rate, m.pause, m.min_chunk,
                )  # fmt: skip


def _links(plant: Plant) -> Values:
    return ((r.id, link.from_id, link.to_id, link.lag, link.working) for r in plant.routings for link in r.links)


def _bom(plant: Plant) -> Values:
    return ((b.item_id, b.component_id, b.quantity_micro, b.operation_id) for b in plant.bom)


def _substitutes(plant: Plant) -> Values:
    return (
        (s.item_id, s.substitute_id, s.use, s.goes_into_id, s.customer_id, s.quantity_micro, s.rank)
        for s in plant.substitutes
    )


def _stock(s: OnHand) -> tuple[Any, ...]:
    return s.item_id, s.quantity, s.as_of


def _receipt(r: Receipt) -> tuple[Any, ...]:
    return r.id, r.item_id, r.quantity, r.time, r.confidence_percent


def _customer(c: Customer) -> tuple[Any, ...]:
    return (
        c.id, c.name, c.region, c.grade, c.credit_limit_fen, c.receivables_fen, c.overdue_count, c.overdue_days,
        c.carrier_id,
    )  # fmt: skip


def _carriers(plant: Plant) -> Values:
    return ((c.id, c.region, c.lead, c.cut_off, c.weekdays, c.calendar_id, c.working) for c in plant.carriers)


_VALUES: dict[str, Callable[[Plant], Values]] = {
    tables.CALENDARS.name: lambda plant: ((c.id, c.holidays) for c in plant.calendars),
    tables.SHIFTS.name: _shifts,
    tables.CALENDAR_DAYS.name: _calendar_days,
    tables.RESOURCES.name: _resources,
    tables.DOWNTIMES.name: lambda plant: ((d.subject_id, d.start, d.end, d.reason, d.planned) for d in plant.downtimes),
    tables.MOULDS.name: _moulds,
    tables.CHANGEOVER_CLASSES.name: lambda plant: ((c.id, c.setter_id, c.combine) for c in plant.changeovers),
    tables.CHANGEOVERS.name: _changeovers,
    tables.ITEMS.name: _items,
    tables.OPERATIONS.name: _operations,
    tables.MODES.name: _modes,
    tables.LINKS.name: _links,
    tables.BOM.name: _bom,
    tables.SUBSTITUTES.name: _substitutes,
    tables.STOCK.name: lambda plant: map(_stock, plant.on_hand),
    tables.RECEIPTS.name: lambda plant: map(_receipt, plant.receipts),
    tables.CUSTOMERS.name: lambda plant: map(_customer, plant.customers),
    tables.CHANNELS.name: lambda plant: ((c.id, c.name) for c in plant.channels),
    tables.CARRIERS.name: _carriers,
    tables.COST_RATES.name: lambda plant: ((c.name, c.fen) for c in plant.cost_rates),
    tables.DOCUMENTS.name: lambda plant: (
        (d.subject_id, d.document.name, d.document.location) for d in plant.documents
    ),
    tables.QUOTAS.name: lambda plant: (
        (q.id, q.channel_id, q.resource_id, q.item_id, q.hours, q.pieces, q.period_days) for q in plant.quotas
    ),
    tables.FLOORS.name: lambda plant: (
        (f.id, f.priority, f.resource_id, f.item_id, f.hours, f.pieces, f.period_days, f.release_days)
        for f in plant.floors
    ),
}
