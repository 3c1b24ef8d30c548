"""Moulded plastics: the machines, moulds and items of a real plant, with customers, packing and resin added."""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from domain.calendars import Calendar, Holidays, Shift
from domain.items import BomRow, Item, Mode, Pause, Routing, RoutingLink, RoutingOperation, Sourcing
from domain.plant import ClockMode, Plant, PlantSettings
from domain.resources import Mould, Resource, ResourceKind
from domain.supply import OnHand, Receipt
from domain.trade import Channel, CostRate
from domain.values import replace
from plants.optimoldiq.convert import FOLDER
from promising.plant_files import read_plant
from simulators.chance import Chance, Spread, Weights
from simulators.demand_profile import DemandProfile, Mishaps, Peak, Product, Wish
from simulators.factories.customers import Trade, draw_customers
from simulators.factories.factory import Factory, given, parameters
from simulators.shapes import office_week, real_day, real_noise

ROUND, DAY = "three-shifts", "two-shifts"
SETTERS, PACKERS, PRINTERS = "setters", "packers", "printing"


@dataclass(frozen=True, slots=True)
class Recipe:
    """What the plant is made from.

    Of its people 33 are at machines, 6 are setters, 15 pack, inspect and carry, 6 are in the stores, 3 in the mould
    shop, 9 in the office.
    """

    people: int = given(72, "people", "the published plant's")
    zone: str = given("Asia/Shanghai", "zone", "such plants are Chinese; the real one's zone only moves the labels")
    orders_a_day: int = given(12, "orders", "the real plant's 2 a day are of 3 days each; a plant with that many "
                              "customers gets smaller ones")  # fmt: skip
    run_percent: int = given(80, "% of machine time", "run alone; changeovers of about an hour an order make it 88")
    setter_units: int = given(2, "setters in each shift", "6 of the 72 people in three shifts")
    packer_units: int = given(5, "packers in each of two shifts", "15 of the 72 people, five of them inspect and carry")
    pack_ms: int = given(500, "ms a piece", "boxes of 500 in about four minutes")
    printed_percent: int = given(20, "% of items", "names of the real plant end in NO-PRINT or not")
    print_ms: int = given(1200, "ms a piece", "pad printing, 50 strokes a minute")
    cooling_h: int = given(2, "hours after moulding", "parts shrink before they are packed")
    maintenance_shots: int = given(60_000, "shots", "a cleaning a month of a mould that runs every second day")
    maintenance_h: int = given(6, "hours of working time", "dismantle, clean, grease")
    yield_percent: int = given(97, "% good", "97.0 % of 15.8 million pieces in the real plant's records")
    shipping_h: int = given(24, "hours of calendar time", "lorry within the province")
    resin_days: int = given(12, "days of use on hand", "suppliers deliver weekly, with some to spare")
    resin_lead_days: int = given(10, "days to buy", "domestic resin traders")
    machine_hour_fen: int = given(60_00, "fen an hour", "press of 50 to 130 tons with its share of an operator")
    resin_kg_fen: int = given(12_00, "fen a kg", "ABS and PP at about 12 yuan")
    margin_percent: int = given(135, "% of cost", "price is cost and a third")
    customers: int = given(60, "customers", "a page of names; a fifth of them give half of the orders")
    changed: int = given(60, "of 1,000 orders", "quantity or date, by telephone")
    cancelled: int = given(25, "of 1,000 orders", "published shares for such firms are 2 to 3 %")
    retyped: int = given(8, "of 1,000 orders", "two salespeople serve one customer")
    rush_percent: int = given(8, "% of orders", "less than half of the usual time")
    absurd_percent: int = given(2, "% of orders", "tomorrow, or yesterday")
    festival: int = given(1600, "permille of an ordinary day", "stock-up in the fortnight before a holiday; measured "
                          "for November in the shop's real counts: 1.63 of the year's mean")  # fmt: skip


OPENING = date(2026, 3, 2)
"""A Monday, after the Spring Festival."""
WEEK = office_week(400)
"""Orders come on five days and on Saturday mornings; the machines run six."""


def make(seed: int = 1, recipe: Recipe | None = None) -> Factory:
    """The plant and its demand: the same for the same seed and recipe."""
    given = recipe or Recipe()
    works = _Works(given, Chance("moulding", seed))
    return Factory(
        "moulding", works.plant, works.demand, works.opening, date(2026, 3, 10), date(2026, 3, 18), "moulding",
        "presses", 10 * given.run_percent, parameters(given), credit_history=works.customers.history,
    )  # fmt: skip


def _source(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((FOLDER / name).read_text("utf-8"), newline="")))


class _Works:
    """The plant as it is put together, and its demand."""

    def __init__(self, recipe: Recipe, chance: Chance) -> None:
        self._recipe, self._chance = recipe, chance
        self._zone = ZoneInfo(recipe.zone)
        self.opening = datetime.combine(OPENING, time(8), self._zone).astimezone(UTC)
        self._real = read_plant({path.name: path.read_bytes() for path in (FOLDER / "plant").iterdir()})
        self._kg = self._resin()
        self._weight, self._size = self._ordered()
        self._printed = {item.id for item in self._real.items if chance.happens(10 * recipe.printed_percent)}
        presses = [each for each in self._real.resources if each.kind is ResourceKind.MACHINE]
        weekly = recipe.orders_a_day * sum(WEEK) / 1000
        self._hours = 6 * 24 * len(presses) * recipe.run_percent / 100 / weekly
        each = sum(
            self._price(item) * self._mean(item) * self._weight[item.id] for item in self._real.items
        ) // sum(self._weight.values())  # fmt: skip
        channels = (("DIRECT", 70), ("经销商", 20), ("网店", 10))
        trade = Trade(recipe.customers, 26 * recipe.orders_a_day * each, each, 4, channels, salespeople=5)
        self.customers = draw_customers(trade, chance, self.opening)
        self._channels = tuple(name for name, _ in channels)
        self.demand = self._demand()
        self.plant = self._plant(presses)

    def _resin(self) -> Mapping[str, int]:
        """Milligrams of resin in a piece, by item; of items that the source gives none for, the mean."""
        found: dict[str, int] = {}
        for row in _source("source/purchaseOrders.csv"):
            if row["plasticResinQuantity"]:
                kilos = round(float(row["plasticResinQuantity"]) * 1000)
                found[row["itemCode"]] = kilos * 1000 // int(row["itemQuantity"])
        mean = sum(found.values()) // len(found)
        return {item.id: found.get(item.id) or mean for item in self._real.items}

    def _ordered(self) -> tuple[Counter[str], Spread]:
        """How often each item was ordered, and the quantiles of all quantities in permille of their mean."""
        rows = _source("orders.csv")
        quantities = sorted(int(row["quantity"]) for row in rows)
        mean = sum(quantities) // len(quantities)
        points = [quantities[(len(quantities) - 1) * step // 20] * 1000 // mean for step in range(20)]
        # The longest ran for 24 days; a twentieth of the orders are up to five times the mean.
        return Counter(row["item"] for row in rows), Spread((*points, 5000))

    def _mould(self, item: Item) -> Mould:
        modes = self._real.routing_by_id[item.routing_id].operations[0].modes
        return self._real.mould_by_id[modes[0].mould_id]

    def _hourly(self, item: Item) -> int:
        """Good pieces an hour."""
        mould = self._mould(item)
        return 3600 * mould.cavities * self._recipe.yield_percent // (100 * (mould.cycle // timedelta(seconds=1)))

    def _mean(self, item: Item) -> int:
        return int(self._hourly(item) * self._hours)

    def _price(self, item: Item) -> int:
        return max(1, self._cost(item) * self._recipe.margin_percent // 100)

    def _cost(self, item: Item) -> int:
        resin = self._recipe.resin_kg_fen * self._kg[item.id] // 1_000_000
        return max(1, resin + self._recipe.machine_hour_fen // self._hourly(item))

    def _demand(self) -> DemandProfile:
        recipe = self._recipe
        stretch = self._size.mean
        products = tuple(
            Product(
                item.id, self._weight[item.id],
                Spread(tuple(int(self._mean(item) * point / stretch) for point in self._size.points)),
                self._price(item), pack=100,
            )
            for item in self._real.items
        )  # fmt: skip
        realistic = 100 - recipe.rush_percent - recipe.absurd_percent
        day = 24 * 60
        wishes = (
            Wish("realistic", realistic, Spread((6 * day, 9 * day, 13 * day, 20 * day, 35 * day))),
            Wish("rush", recipe.rush_percent, Spread((2 * day, 3 * day, 5 * day)), priority=3,
                 attributes=(("加急", "急"),), latest=5 * day, limit_permille=200),
            Wish("absurd", recipe.absurd_percent, Spread((-1440, 600, 1440)), by_day=False, priority=2,
                 attributes=(("加急", "特急"),)),
        )  # fmt: skip
        return DemandProfile(
            "moulding", recipe.zone, recipe.orders_a_day * 1000, real_day(), WEEK, products,
            self.customers.buyers, wishes, noise=real_noise(), channels=self._channels,
            peaks=(Peak("stock-up", date(2026, 3, 16), date(2026, 3, 28), recipe.festival),),
            mishaps=Mishaps(
                changed=recipe.changed, changed_after=Spread((60, 600, 2880, 8640)), cancelled=recipe.cancelled,
                cancelled_after=Spread((60, 1440, 7200)), retyped=recipe.retyped, retyped_after=Spread((10, 120, 600)),
                noticed=500, noticed_after=Spread((60, 600, 2880)),
            ),
        )  # fmt: skip

    def _plant(self, presses: list[Resource]) -> Plant:
        recipe, real = self._recipe, self._real
        hours = [replace(each, calendar_id=ROUND, work_centre="presses", available_from=None,
                         hour_cost_fen=recipe.machine_hour_fen, overtime_hour_cost_fen=recipe.machine_hour_fen * 3 // 2)
                 for each in presses]  # fmt: skip
        resources = (
            *hours,
            Resource(SETTERS, ResourceKind.SETTER, capacity=recipe.setter_units, calendar_id=ROUND),
            Resource(PRINTERS, ResourceKind.LINE, capacity=2, calendar_id=DAY),
            Resource(PACKERS, ResourceKind.CREW, capacity=recipe.packer_units, calendar_id=DAY),
        )
        settings = PlantSettings(
            "moulding", recipe.zone, clock=ClockMode.MANUAL, promise_grid=timedelta(hours=1),
            horizon=timedelta(days=250),
        )  # fmt: skip
        items = tuple(
            replace(
                item,
                price_fen=self._price(item),
                cost_fen=self._cost(item),
                shipping=timedelta(hours=recipe.shipping_h),
            )
            for item in real.items
        )
        resins, bom, stock, receipts = self._supply()
        return Plant(
            settings, _calendars(), resources, tuple(self._worn(mould) for mould in real.moulds), real.changeovers,
            items + resins, tuple(self._routing(item) for item in real.items), bom=bom, on_hand=stock,
            receipts=receipts, customers=self.customers.rows,
            channels=tuple(Channel(name) for name in self._channels),
            cost_rates=(CostRate("machine_hour", recipe.machine_hour_fen), CostRate("changeover", 120_00),
                        CostRate("delay_day_5", 300_00)),
        )  # fmt: skip

    def _worn(self, mould: Mould) -> Mould:
        """The mould somewhere between two cleanings."""
        shots = self._recipe.maintenance_shots
        return replace(
            mould, maintenance_shots=shots, maintenance=timedelta(hours=self._recipe.maintenance_h),
            shots=self._chance.below(shots),
        )  # fmt: skip

    def _routing(self, item: Item) -> Routing:
        recipe = self._recipe
        modes = tuple(
            replace(mode, yield_rate=mode.yield_rate * recipe.yield_percent / 100, pause=Pause.SHIFT)
            for mode in self._real.routing_by_id[item.routing_id].operations[0].modes
        )
        steps = [RoutingOperation("mould", modes=modes)]
        if item.id in self._printed:
            each = timedelta(milliseconds=recipe.print_ms)
            steps.append(RoutingOperation("print", modes=(Mode("pad", PRINTERS, per_piece=each, pause=Pause.SHIFT),)))
        each = timedelta(milliseconds=recipe.pack_ms)
        steps.append(RoutingOperation("pack", modes=(Mode("by-hand", PACKERS, per_piece=each, pause=Pause.SHIFT),)))
        links = [
            RoutingLink(
                before.id, after.id, lag=timedelta(hours=recipe.cooling_h) if before.id == "mould" else timedelta(0)
            )
            for before, after in pairwise(steps)
        ]
        return Routing(item.routing_id, tuple(steps), tuple(links))

    def _supply(self) -> tuple[tuple[Item, ...], tuple[BomRow, ...], tuple[OnHand, ...], tuple[Receipt, ...]]:
        """Resins, what each item takes of them, what is there, and what comes each week."""
        recipe = self._recipe
        weights = Weights(tuple(self._weight[item.id] for item in self._real.items))
        daily: dict[str, int] = defaultdict(int)
        bom = []
        for item, weight in zip(self._real.items, weights.values, strict=True):
            bom.append(BomRow(item.id, f"resin-{item.material}", max(1, self._kg[item.id])))
            grams = recipe.orders_a_day * self._mean(item) * self._kg[item.id] // 1000
            daily[f"resin-{item.material}"] += grams * weight // weights.sums[-1]
        resins, stock, receipts = [], [], []
        for name, grams in sorted(daily.items()):
            kilos = max(1, grams // 1000)
            lead = timedelta(days=recipe.resin_lead_days)
            resins.append(
                Item(
                    name, family="resin", sourcing=Sourcing.BUY, unit="kg", buy_lead=lead, cost_fen=recipe.resin_kg_fen
                )
            )
            stock.append(OnHand(name, kilos * recipe.resin_days, self.opening))
            for week in range(1, 9):
                at = self.opening + timedelta(days=7 * week - self._chance.between(1, 5))
                receipts.append(Receipt(f"R-{name[6:]}-{week}", name, kilos * 8, at, confidence_percent=90))
        return tuple(resins), tuple(bom), tuple(stock), tuple(receipts)


def _calendars() -> tuple[Calendar, ...]:
    weekdays = frozenset(range(6))
    two = (Shift(weekdays, time(8), time(16)), Shift(weekdays, time(16), time(0)))
    return (
        Calendar(ROUND, (*two, Shift(weekdays, time(0), time(8))), holidays=Holidays.CN),
        Calendar(DAY, two, holidays=Holidays.CN),
    )
