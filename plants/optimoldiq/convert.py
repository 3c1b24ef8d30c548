"""Makes the plant folder and the list of orders from the OptiMoldIQ extract in `source/`.

Run it as `python -m plants.optimoldiq.convert`. What the source doesn't settle is a field of `Assumptions`;
the README gives the reasons.
"""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from promising.plant_files import read_plant

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What the source leaves open, with the value taken here."""

    zone: str = "Asia/Ho_Chi_Minh"
    first_shift_start: time = time(6)
    shift_hours: int = 8
    shifts: int = 3
    weekdays: str = "1-6"
    """Monday to Saturday."""
    days_off_after_data: tuple[date, ...] = ()
    """Days off after the last day of holidayNotes.csv, where the weekly pattern goes on."""
    received_time: time = time(8)
    dismount_minutes: int = 30
    mount_minutes: int = 30
    colour_minutes: int = 30
    resin_minutes: int = 30
    combine: str = "sum"
    setters: int = 1
    pause: str = "shift"
    rates_from_records: bool = False
    """Cycle, cavities and yield as recorded; else the settings of moldInfo.csv and no rejects."""
    shifts_for_cycle: int = 5
    """Undisturbed shifts that a mould's recorded cycle needs; with fewer, the mean of all moulds counts."""
    pieces_for_yield: int = 5000
    """Pieces that an item's recorded yield needs; with fewer, that of its moulds, then of all, counts."""
    rates_until: date | None = None
    """The last day whose records tell rates; None: all do."""
    natural: str = "NL"
    """The colour group of items without masterbatch."""
    horizon: str = "250d"
    promise_grid: str = "1h"


@dataclass(frozen=True, slots=True)
class PurchaseOrder:
    """An order as the source has it, and what became of it."""

    id: str
    received: datetime
    item_id: str
    quantity: int
    eta: date
    requested: datetime
    """The time asked for: the end of the third shift of the ETA's day."""
    completed: date | None
    """Day of the last good piece; None when it was not complete by the end of the records."""
    days_late: int | None
    """Completed less ETA, in days: negative when early."""


Rows = list[dict[str, str]]
Table = tuple[tuple[str, ...], list[tuple[object, ...]]]


def convert(
    source: Path, cycle_factor: float = 1.0, assumptions: Assumptions | None = None
) -> tuple[dict[str, bytes], list[PurchaseOrder]]:
    """The files of the plant folder by name, and the orders by day received, then as in the source.

    `cycle_factor` stretches every cycle: 1.1 is a plant ten percent slower.
    """
    given = assumptions or Assumptions()
    tables = {
        name: _read(source / f"{name}.csv")
        for name in (
            "purchaseOrders", "productRecords", "moldInfo", "moldSpecificationSummary", "machineInfo",
            "holidayNotes", "derived_order_actuals",
        )
    }  # fmt: skip
    plant = _Plant(tables, given, cycle_factor)
    files = {f"{name}.csv": _csv(*table) for name, table in plant.tables().items()}
    files["plant.toml"] = _settings(given)
    return files, _orders(tables, given)


def orders_file(orders: Iterable[PurchaseOrder], zone: str) -> bytes:
    """`orders.csv`: times in the plant's zone; `completed` and `days_late` tell what really happened."""

    def local(moment: datetime) -> str:
        return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None).isoformat(timespec="minutes")

    header = ("order", "received", "item", "quantity", "eta", "requested", "completed", "days_late")
    rows = [
        (o.id, local(o.received), o.item_id, o.quantity, o.eta, local(o.requested), o.completed, o.days_late)
        for o in orders
    ]
    return _csv(header, rows)


def _read(path: Path) -> Rows:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _csv(header: tuple[str, ...], rows: Iterable[Iterable[object]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()


def _settings(given: Assumptions) -> bytes:
    lines = {
        "id": "optimoldiq", "zone": given.zone, "currency": "VND", "clock": "manual", "frozen_zone": "0",
        "release_lead": "0", "buffer": "0", "promise_grid": given.promise_grid, "horizon": given.horizon,
    }  # fmt: skip
    return "".join(f'{key} = "{value}"\n' for key, value in lines.items()).encode()


def _orders(tables: dict[str, Rows], given: Assumptions) -> list[PurchaseOrder]:
    actual = {row["poNo"]: row for row in tables["derived_order_actuals"]}
    zone = ZoneInfo(given.zone)

    def moment(day: date, at: time) -> datetime:
        return datetime.combine(day, at, zone).astimezone(UTC)

    orders = []
    for row in tables["purchaseOrders"]:
        done, late = actual[row["poNo"]]["completed"], actual[row["poNo"]]["days_late"]
        received, eta = date.fromisoformat(row["poReceivedDate"]), date.fromisoformat(row["poETA"])
        orders.append(
            PurchaseOrder(
                row["poNo"], moment(received, given.received_time), row["itemCode"], int(row["itemQuantity"]),
                eta, moment(eta + timedelta(days=1), given.first_shift_start),
                date.fromisoformat(done) if done else None, int(late) if late else None,
            )
        )  # fmt: skip
    return sorted(orders, key=lambda order: order.received)


class _Plant:
    """The tables of the plant folder, worked out from those of the source."""

    def __init__(self, source: dict[str, Rows], given: Assumptions, cycle_factor: float) -> None:
        self._source, self._given, self._factor = source, given, cycle_factor
        until = given.rates_until
        records = [
            row for row in source["productRecords"] if until is None or date.fromisoformat(row["recordDate"]) <= until
        ]
        self._rates = Rates(records, source["moldInfo"], given)
        self._moulds = [row["moldNo"] for row in source["moldInfo"]]

    def tables(self) -> dict[str, Table]:
        return {
            "calendars": (("calendar",), [("production",)]),
            "shifts": (("calendar", "weekdays", "start", "end"), list(self._shifts())),
            "calendar_days": (("calendar", "day", "kind", "start", "end", "note"), list(self._days())),
            "resources": self._resources(),
            "moulds": self._mould_table(),
            "changeover_classes": (
                ("changeover_class", "setter", "combine"), [("moulding", "setters", self._given.combine)],
            ),
            "changeovers": self._changeovers(),
            "items": self._items(),
            "operations": (
                ("routing", "operation", "name"),
                [(item, "moulding", "injection moulding") for item in self._item_moulds()],
            ),
            "modes": self._modes(),
            "customers": (("customer", "name"), [("customer", "the source names no customers")]),
        }  # fmt: skip

    def _shifts(self) -> Iterator[tuple[object, ...]]:
        hours, first = self._given.shift_hours, self._given.first_shift_start.hour
        for shift in range(self._given.shifts):
            start, end = (f"{(first + hours * (shift + step)) % 24:02}:00" for step in (0, 1))
            yield "production", self._given.weekdays, start, end

    def _days(self) -> Iterator[tuple[object, ...]]:
        """Days off and overtime days; the weekly pattern has the Sundays off already.

        Overtime replaces the shifts of the day, so that it can cost more. A day before a holiday is worked in
        as many shifts as the records show.
        """
        notes = {row["Date"]: row for row in self._source["holidayNotes"]}
        worked = defaultdict(set)
        for row in self._source["productRecords"]:
            worked[row["recordDate"]].add(row["workingShift"])
        start = self._given.first_shift_start
        for day, row in notes.items():
            if row["Day of week"] == "Sun":
                continue
            note = row["Holiday"] or row["Note"]
            yield "production", day, "off", "", "", note
            if row["Note"] == "Overtime":
                yield "production", day, "overtime", f"{start:%H:%M}", f"{start:%H:%M}", note
        for day in sorted(worked):
            after = (date.fromisoformat(day) + timedelta(days=1)).isoformat()
            if after in notes and notes[after]["Holiday"] and len(worked[day]) < self._given.shifts:
                end = time((start.hour + self._given.shift_hours * len(worked[day])) % 24)
                yield "production", day, "off", "", "", f"before {notes[after]['Holiday']}"
                yield "production", day, "overtime", f"{start:%H:%M}", f"{end:%H:%M}", "the shifts worked"
        for free in self._given.days_off_after_data:
            yield "production", free.isoformat(), "off", "", "", "assumed"

    def _first_records(self) -> dict[str, dict[str, str]]:
        """The first record with a mould of each machine that stood there on the first day."""
        records = self._source["productRecords"]
        found: dict[str, dict[str, str]] = {}
        for row in records:
            if row["recordDate"] == records[0]["recordDate"] and row["moldNo"]:
                found.setdefault(row["machineNo"], row)
        return found

    def _resources(self) -> Table:
        header = (
            "resource", "kind", "name", "work_centre", "capacity", "calendar", "changeover_class",
            "available_from", "colour", "material",
        )  # fmt: skip
        first, rows = self._first_records(), []
        for machine in self._source["machineInfo"]:
            name, record = machine["machineNo"], first.get(machine["machineNo"])
            start = f"{machine['layoutStartDate']}T{self._given.first_shift_start:%H:%M}"
            rows.append((
                name, "machine", f"{machine['manufacturerName']} {machine['machineCode']}",
                f"{machine['machineTonnage']}t", 1, "production", "moulding", start,
                self._colour(record) if record else "", record["plasticResinCode"] if record else "",
            ))  # fmt: skip
        rows.append(("setters", "setter", "", "", self._given.setters, "production", "", "", "", ""))
        return header, list(rows)

    def _colour(self, row: dict[str, str]) -> str:
        codes = [row["colorMasterbatchCode"], row["additiveMasterbatchCode"]]
        return "+".join(code for code in codes if code) or self._given.natural

    def _mould_table(self) -> Table:
        """A mould that the first day's records show on two machines hangs in the one of the earlier shift."""
        centres = {f"{row['machineTonnage']}t" for row in self._source["machineInfo"]}
        mounted: dict[str, str] = {}
        for row in sorted(self._first_records().values(), key=lambda row: row["workingShift"]):
            mounted.setdefault(row["moldNo"], row["machineNo"])
        rows: list[tuple[object, ...]] = []
        for mould in self._source["moldInfo"]:
            id_ = mould["moldNo"]
            fits = [f"{ton}t" for ton in mould["machineTonnage"].split("/") if f"{ton}t" in centres]
            cycle = f"{self._rates.cycle_s(id_) * self._factor:.2f}s"
            cavities = self._rates.cavities(id_)
            rows.append((id_, mould["moldName"], ";".join(fits), cavities, cycle, mounted.get(id_, "")))
        return ("mould", "name", "fits", "cavities", "cycle", "mounted_on"), rows

    def _changeovers(self) -> Table:
        minutes = {
            "mount": self._given.mount_minutes, "dismount": self._given.dismount_minutes,
            "colour": self._given.colour_minutes, "material": self._given.resin_minutes,
        }  # fmt: skip
        rows: list[tuple[object, ...]] = [("moulding", part, "*", "*", f"{value}m") for part, value in minutes.items()]
        return ("changeover_class", "part", "from", "to", "duration"), rows

    def _item_moulds(self) -> dict[str, list[str]]:
        """The moulds of each item that somebody ordered, in the order of the specification."""
        ordered = {row["itemCode"] for row in self._source["purchaseOrders"]}
        return {
            row["itemCode"]: [mould for mould in row["moldList"].split("/") if mould in self._moulds]
            for row in self._source["moldSpecificationSummary"]
            if row["itemCode"] in ordered
        }

    def _items(self) -> Table:
        families = {row["itemCode"]: row["itemType"] for row in self._source["moldSpecificationSummary"]}
        orders = {row["itemCode"]: row for row in self._source["purchaseOrders"]}
        rows: list[tuple[object, ...]] = []
        for item in self._item_moulds():
            order = orders[item]
            groups = self._colour(order), order["plasticResinCode"]
            rows.append((item, order["itemName"], families[item], item, *groups))
        return ("item", "name", "family", "routing", "colour", "material"), rows

    def _modes(self) -> Table:
        """One row for each mould of an item: it may run on every machine that the mould fits."""
        rows: list[tuple[object, ...]] = [
            (item, "moulding", mould, f"{self._rates.yield_rate(item, moulds):.4f}", self._given.pause)
            for item, moulds in self._item_moulds().items()
            for mould in moulds
        ]
        return ("routing", "operation", "mould", "yield", "pause"), rows


class Rates:
    """What the records say about cycle, cavities and yield."""

    def __init__(self, records: Rows, moulds: Rows, given: Assumptions) -> None:
        self._given = given
        self._set_cycle_s = {row["moldNo"]: float(row["moldSettingCycle"]) for row in moulds}
        self._set_cavities = {row["moldNo"]: int(row["moldCavityStandard"]) for row in moulds}
        self._full_shots = full_shift_shots(records)
        self._cavities: dict[str, Counter[int]] = defaultdict(Counter)
        self._made: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        for row in records:
            if row["moldNo"]:
                self._cavities[row["moldNo"]][int(row["moldCavity"] or 0)] += int(row["moldShot"])
                for key in ("", row["itemCode"], row["moldNo"]):
                    self._made[key][0] += int(row["itemGoodQuantity"])
                    self._made[key][1] += int(row["itemTotalQuantity"])

    def cycle_s(self, mould: str) -> float:
        """Seconds a shot takes, stops included: time of the full shifts over the shots made in them."""
        if not self._given.rates_from_records:
            return self._set_cycle_s[mould]
        shots = self._full_shots.get(mould, [])
        if len(shots) < self._given.shifts_for_cycle:
            return self._set_cycle_s[mould] * self.cycle_ratio()
        return self._given.shift_hours * 3600 * len(shots) / sum(shots)

    def cycle_ratio(self) -> float:
        """Recorded over set cycle, over all full shifts of all moulds."""
        known = {mould: shots for mould, shots in self._full_shots.items() if mould in self._set_cycle_s}
        set_s = sum(sum(shots) * self._set_cycle_s[mould] for mould, shots in known.items())
        return self._given.shift_hours * 3600 * sum(map(len, known.values())) / set_s

    def cavities(self, mould: str) -> int:
        """Cavities in service: those with which most shots were made; without records the standard."""
        if not self._given.rates_from_records or not sum(self._cavities[mould].values()):
            return self._set_cavities[mould]
        return self._cavities[mould].most_common(1)[0][0]

    def yield_rate(self, item: str, moulds: list[str]) -> float:
        """Good over all pieces of the item; of its moulds, or of the plant, where too few were made."""
        if not self._given.rates_from_records:
            return 1.0
        of_moulds = [sum(self._made[mould][part] for mould in moulds) for part in (0, 1)]
        for good, total in (self._made[item], of_moulds):
            if total >= self._given.pieces_for_yield:
                return good / total
        good, total = self._made[""]
        return good / total


def full_shift_shots(records: Rows) -> dict[str, list[int]]:
    """Shots by mould in shifts in which one machine made one order throughout.

    Such a shift stands between two others with nothing but the same order, item and mould on the machine, so
    that neither a changeover nor the end of the order cuts it short. Stops of the machine are in it.
    """
    slots = sorted({(row["recordDate"], row["workingShift"]) for row in records})
    by_slot: dict[tuple[str, int], Rows] = defaultdict(list)
    place = {slot: index for index, slot in enumerate(slots)}
    for row in records:
        by_slot[row["machineNo"], place[row["recordDate"], row["workingShift"]]].append(row)

    def work(machine: str, index: int) -> tuple[str, ...] | None:
        rows = by_slot.get((machine, index), [])
        if len(rows) != 1 or not rows[0]["moldNo"]:
            return None
        return rows[0]["poNote"], rows[0]["itemCode"], rows[0]["moldNo"]

    shots: dict[str, list[int]] = defaultdict(list)
    for (machine, index), rows in by_slot.items():
        here = work(machine, index)
        if here and here == work(machine, index - 1) == work(machine, index + 1):
            shots[here[2]].append(int(rows[0]["moldShot"]))
    return shots


def main() -> None:
    """Write `plant/` and `orders.csv` anew."""
    files, orders = convert(FOLDER / "source")
    read_plant(files)
    for name, content in files.items():
        (FOLDER / "plant" / name).write_bytes(content)
    (FOLDER / "orders.csv").write_bytes(orders_file(orders, Assumptions().zone))


if __name__ == "__main__":
    main()
