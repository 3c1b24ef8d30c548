"""The real moulding plant: rates learned from its early weeks of shift records, runs resampled from the later ones."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from domain.calibration import BufferPolicy
from domain.orders import Order
from domain.plant import Plant
from domain.values import replace
from plants.optimoldiq.convert import FOLDER, Assumptions, Rates, convert
from promising.plant_files import read_plant
from simulators.chance import Chance
from simulators.executing import Executed, Execution, Factor
from simulators.replays import to_arrivals

UNTIL = date(2018, 12, 15)
"""The last day of the early weeks: half of the records' 13 weeks."""
SHIFT_S = 8 * 3600
SHIFTS_LEAST = 5
"""Shifts of a mould from which on its own are drawn; of fewer those of all moulds."""
GIVEN = Assumptions(rates_from_records=True, rates_until=UNTIL)


def _rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((FOLDER / "source" / f"{name}.csv").read_text("utf-8-sig"), newline="")))


class Records:
    """What full shifts made of what the early weeks let expect, by half and mould."""

    def __init__(self) -> None:
        files, orders = convert(FOLDER / "source", assumptions=GIVEN)
        plant = read_plant(files)
        settings = replace(plant.settings, buffer_policy=BufferPolicy.QUANTILE, promise_grid=timedelta(0))
        self.plant: Plant = replace(plant, settings=settings)
        self._orders = to_arrivals(orders)
        self._mould_of = {
            routing.id: [mode.mould_id for step in routing.operations for mode in step.modes]
            for routing in plant.routings
        }
        rows = _rows("productRecords")
        rates = Rates([row for row in rows if _day(row) <= UNTIL], _rows("moldInfo"), GIVEN)
        self.shifts: dict[bool, dict[str, list[float]]] = {False: defaultdict(list), True: defaultdict(list)}
        """What full shifts made of what was expected, by whether they are of the later weeks, and mould."""
        for row in _full(rows):
            mould, item = row["moldNo"], row["itemCode"]
            if mould not in plant.mould_by_id or item not in self._mould_of:
                continue
            shots = SHIFT_S / rates.cycle_s(mould)
            expected = shots * rates.cavities(mould) * rates.yield_rate(item, self._mould_of[item])
            later = self.shifts[_day(row) > UNTIL]
            for name in ("", mould):
                later[name].append(int(row["itemGoodQuantity"]) / expected)

    def factors(self, seed: int, later: bool) -> Factor:
        """Runs of as many shifts as planned, each drawn among the full shifts of their mould in a half of the weeks."""
        shifts = self.shifts[later]

        def factor(order_id: str, item_id: str, operation_id: str, planned_s: int, mould_id: str) -> float:
            own = shifts.get(mould_id, [])
            drawn = tuple(own if len(own) >= SHIFTS_LEAST else shifts[""])
            chance, made, taken = Chance("shift", seed, later, order_id), 0.0, 0
            whole = planned_s / SHIFT_S
            while made < whole:
                share = chance.one(drawn)
                if made + share >= whole and share > 0:
                    return (taken + (whole - made) / share) / whole
                made, taken = made + share, taken + 1
            return max(taken, 1e-9) / whole

        return factor

    def stream(self, seed: int) -> list[tuple[datetime, Order]]:
        """The plant's orders on their days, those of a day in an order of the seed's, each for as soon as can be."""
        chance = Chance("batch", seed)
        drawn = sorted((at, chance.below(1 << 30), order) for at, order in self._orders)
        return [
            (at, replace(order, lines=(replace(order.lines[0], requested_time=at, latest_time=None),)))
            for at, _, order in drawn
        ]

    def run(self, seed: int, later: bool) -> list[Executed]:
        """The orders promised and done once."""
        stream = self.stream(seed)
        return Execution(self.plant, self.factors(seed, later), stream[0][0], stream[-1][0]).run(stream)


def _day(row: dict[str, str]) -> date:
    return date.fromisoformat(row["recordDate"])


def _full(rows: list[dict[str, str]]) -> Iterator[dict[str, str]]:
    """Records of shifts in which a machine made one order throughout, between two others of the same."""
    slots = sorted({(row["recordDate"], row["workingShift"]) for row in rows})
    place = {slot: index for index, slot in enumerate(slots)}
    found: dict[tuple[str, int], list[dict[str, str]]] = defaultdict(list)
    for row in rows:
        found[row["machineNo"], place[row["recordDate"], row["workingShift"]]].append(row)

    def work(machine: str, index: int) -> tuple[str, ...] | None:
        here = found.get((machine, index), [])
        if len(here) != 1 or not here[0]["moldNo"]:
            return None
        return here[0]["poNote"], here[0]["itemCode"], here[0]["moldNo"]

    for (machine, index), here in found.items():
        if work(machine, index) and work(machine, index) == work(machine, index - 1) == work(machine, index + 1):
            yield here[0]
