"""Trade in auto parts: a warehouse, benches that put kits together, carriers with cut-offs, and three urgent levels."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.items import BomRow, Item, Sourcing
from domain.plant import ClockMode, Plant, PlantSettings
from domain.resources import Resource, ResourceKind
from domain.trade import Carrier, Channel, CostRate
from domain.values import replace
from simulators.chance import PERMILLE, Chance, Spread, heavy_tail
from simulators.demand_profile import Burst, DemandProfile, Mishaps, Offer, Peak, Product, Wish
from simulators.factories.customers import Trade, draw_customers
from simulators.factories.factory import Factory, given, parameters
from simulators.factories.floor import (
    Buying,
    Step,
    calendar,
    daily_lines,
    daily_pieces,
    delivered,
    in_a_row,
    shuffled,
    worth,
)
from simulators.factories.offers import promotions
from simulators.shapes import office_week, real_day, real_noise

OPENING = date(2026, 3, 2)
"""A Monday, after the Spring Festival."""
PEAK = date(2026, 3, 18)
WEEK = office_week(800, 450)
FAMILIES = ("滤清器", "火花塞", "刹车片", "机油", "灯泡", "雨刮", "减震器", "皮带")
CHANNELS = (("经销商", 45), ("平台", 25), ("网店", 20), ("门店", 10))
REGIONS = (("华东", 34), ("华南", 18), ("华北", 16), ("华中", 12), ("西南", 10), ("东北", 6), ("西北", 4))
KITTING, PACKING = "kitting", "packing"
OFFERS = (
    Offer("WEB-2000", 2000_00, minus_fen=100_00, channel_id="网店"),
    Offer("WEB-800", 800_00, minus_fen=30_00, channel_id="网店"),
    Offer("PLATFORM-3", 500_00, percent=3, channel_id="平台"),
    Offer("DEALER-5", 5000_00, percent=5, channel_id="经销商"),
)
LINES = Spread((1, 1, 1, 2, 2, 3, 4, 8))
"""Lines of an order, by eighths: most are of one or two, as on the phone."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What the trade is made from."""

    orders_a_day: int = given(920, "orders on a weekday", "published")
    peak_orders: int = given(3100, "orders on the peak day, burst included", "published")
    burst_orders: int = given(400, "orders in the minute of 10:00 on the peak day", "a flash sale on the web shop")
    articles: int = given(1200, "items", "from stock; what a warehouse of 3,000 square metres holds")
    kits: int = given(180, "items", "service kits of three articles, put together to order")
    flatness: int = given(12, "shift of the tail", "about the real shop's: its 10 best of 1,767 have 3 % of the lines")
    kit_benches: int = given(6, "benches", "two shifts of six people")
    kitting_permille: int = given(620, "permille of the benches' time", "so that the peak is two days of work")
    kit_fixed_min: int = given(3, "min a line", "fetch the articles")
    packing_s: int = given(20, "s a kit", "three packing tables, label and weigh")
    stock_days: int = given(14, "days of use on hand", "weekly deliveries and a week to spare")
    delivery_days: int = given(7, "days between deliveries", "each supplier on a day of his own")
    buy_lead_days: int = given(6, "days to buy", "domestic makers' depots")
    ended_percent: int = given(8, "% of articles", "run out: only what is there or on its way")
    price_least_fen: int = given(12_00, "fen", "bulbs")
    price_most_fen: int = given(480_00, "fen", "shock absorbers")
    cost_percent: int = given(74, "% of the price", "a trader's margin before promotions")
    customers: int = given(650, "customers", "workshops and dealers; the first 60 give a third of the orders")
    urgent_percent: int = given(13, "% of orders, 加急", "by the end of the second day")
    most_urgent_percent: int = given(
        5, "% of orders, 特急", "within a day or two, far regions too: a car is on the lift"
    )
    absurd_percent: int = given(2, "% of orders", "within the hour")
    changed: int = given(35, "of 1,000 orders", "quantities, mostly within hours")
    cancelled: int = given(30, "of 1,000 orders", "found elsewhere")
    retyped: int = given(12, "of 1,000 orders", "message groups and telephone both")
    doubled: int = given(9, "of 1,000 orders", "a promotion on one channel claimed again on another")


def make(seed: int = 1, recipe: Recipe | None = None) -> Factory:
    """The trade and its demand: the same for the same seed and recipe."""
    given = recipe or Recipe()
    works = _Works(given, Chance("trade", seed))
    return Factory(
        "trade", works.plant, works.demand, works.opening, date(2026, 3, 10), PEAK, "auto_parts", KITTING,
        given.kitting_permille, parameters(given), promotions(OFFERS), works.customers.history,
    )  # fmt: skip


class _Works:
    """The trade as it is put together, and its demand."""

    def __init__(self, recipe: Recipe, chance: Chance) -> None:
        self._recipe, self._chance = recipe, chance
        self.opening = datetime.combine(OPENING, time(8), ZoneInfo("Asia/Shanghai")).astimezone(UTC)
        self._articles = [f"A{number:04}" for number in range(1, recipe.articles + 1)]
        self._parts = {
            f"KIT{number:03}": tuple(dict.fromkeys(chance.one(tuple(self._articles)) for _ in range(3)))
            for number in range(1, recipe.kits + 1)
        }
        price = {name: self._price() for name in self._articles}
        price |= {name: sum(price[part] for part in parts) for name, parts in self._parts.items()}
        weights = shuffled(heavy_tail(len(price), recipe.flatness), chance)
        self._products = tuple(
            Product(name, weight, self._quantity(name), price[name])
            for name, weight in zip(price, weights, strict=True)
        )
        self._lines = daily_lines(self._products, recipe.orders_a_day * PERMILLE, WEEK, LINES)
        self._daily = daily_pieces(self._products, self._lines)
        sold = worth(self._products, self._daily)
        order = sold * 7 * PERMILLE // (recipe.orders_a_day * sum(WEEK))
        trade = Trade(recipe.customers, 30 * sold, order, 30, CHANNELS, REGIONS, salespeople=24)
        self.customers = draw_customers(trade, chance, self.opening)
        self.demand = self._demand()
        self.plant = self._plant()

    def _price(self) -> int:
        """Many cheap articles and few dear ones."""
        least, most = self._recipe.price_least_fen, self._recipe.price_most_fen
        return least + (most - least) * self._chance.below(1000) * self._chance.below(1000) // 1_000_000

    def _quantity(self, name: str) -> Spread:
        return Spread((1, 1, 2, 4)) if name in self._parts else Spread((1, 1, 2, 4, 10, 30))

    def _demand(self) -> DemandProfile:
        recipe = self._recipe
        hour, day = 60, 24 * 60
        usual = 100 - recipe.urgent_percent - recipe.most_urgent_percent - recipe.absurd_percent
        wishes = (
            Wish("普通", usual, Spread((3 * day, 4 * day, 5 * day, 8 * day)), attributes=(("加急", "普通"),)),
            Wish("加急", recipe.urgent_percent, Spread((36 * hour, 56 * hour)), priority=3,
                 attributes=(("加急", "加急"),)),
            Wish("特急", recipe.most_urgent_percent, Spread((20 * hour, 44 * hour)), by_day=False, priority=1,
                 attributes=(("加急", "特急"),), latest=2 * day, limit_permille=250),
            Wish("absurd", recipe.absurd_percent, Spread((-hour, 0, hour)), by_day=False, priority=1,
                 attributes=(("加急", "特急"),)),
        )  # fmt: skip
        rest = recipe.peak_orders - recipe.burst_orders
        permille = rest * PERMILLE**2 // (recipe.orders_a_day * WEEK[PEAK.weekday()])
        sale = tuple(product.item_id for product in self._products if product.item_id in self._parts)[:12]
        return DemandProfile(
            "trade", "Asia/Shanghai", recipe.orders_a_day * PERMILLE, real_day(), WEEK, self._products,
            self.customers.buyers, wishes, noise=real_noise(), lines=LINES,
            peaks=(Peak("spring service week", PEAK, PEAK, permille),),
            bursts=(Burst("flash sale", PEAK, time(10), timedelta(minutes=1), Spread((recipe.burst_orders,)), "网店",
                          sale),),
            channels=tuple(name for name, _ in CHANNELS), offers=OFFERS,
            mishaps=Mishaps(changed=recipe.changed, changed_after=Spread((5, 60, 480)), cancelled=recipe.cancelled,
                            cancelled_after=Spread((10, 240, 1440)), retyped=recipe.retyped, doubled=recipe.doubled),
        )  # fmt: skip

    def _plant(self) -> Plant:
        recipe = self._recipe
        lead = timedelta(days=recipe.buy_lead_days)
        use: dict[str, int] = defaultdict(int)
        for name, pieces in self._daily.items():
            for part in self._parts.get(name, (name,)):
                use[part] += int(pieces) + 1
        buying = Buying(recipe.stock_days, recipe.delivery_days, lead, slack_percent=12)
        stock, receipts = delivered(use, buying, self.opening, self._chance)
        settings = PlantSettings(
            "trade", clock=ClockMode.MANUAL, promise_grid=timedelta(minutes=30), horizon=timedelta(days=120)
        )
        benches = tuple(f"K{number}" for number in range(1, recipe.kit_benches + 1))
        each, fixed = timedelta(milliseconds=int(1000 * self._kit_s())), timedelta(minutes=recipe.kit_fixed_min)
        steps = (Step("kit", benches, each, fixed), Step("pack", (PACKING,), timedelta(seconds=recipe.packing_s)))
        routings = tuple(in_a_row(name, steps) for name in self._parts)
        return Plant(
            settings, (calendar("two-shifts", ((8, 16), (16, 24)), 7),), tuple(self._resources()),
            items=tuple(self._items(lead)), routings=routings,
            bom=tuple(BomRow(name, part, 1_000_000) for name, parts in self._parts.items() for part in parts),
            on_hand=stock, receipts=receipts, customers=self.customers.rows,
            channels=tuple(Channel(name) for name, _ in CHANNELS), carriers=_carriers(),
            cost_rates=(CostRate("machine_hour", 35_00), CostRate("delay_day_1", 200_00),
                        CostRate("delay_day_5", 60_00)),
        )  # fmt: skip

    def _kit_s(self) -> float:
        """Seconds that a kit takes, so that ordinary demand fills the benches as documented."""
        day_s = self._recipe.kit_benches * 16 * 3600 * self._recipe.kitting_permille / PERMILLE
        fixed_s = 60 * self._recipe.kit_fixed_min * sum(self._lines[name] for name in self._parts)
        return max(1.0, (day_s - fixed_s) / sum(self._daily[name] for name in self._parts))

    def _resources(self) -> list[Resource]:
        benches = [
            Resource(
                f"K{number}", ResourceKind.LINE, work_centre=KITTING, calendar_id="two-shifts", hour_cost_fen=35_00
            )
            for number in range(1, self._recipe.kit_benches + 1)
        ]
        # A line of three tables, not a crew: plants of nothing but lines are planned by the faster search.
        return [*benches, Resource(PACKING, ResourceKind.LINE, capacity=3, calendar_id="two-shifts")]

    def _items(self, lead: timedelta) -> list[Item]:
        recipe = self._recipe
        found = []
        for number, product in enumerate(self._products):
            item = Item(
                product.item_id, family=FAMILIES[number % len(FAMILIES)], sourcing=Sourcing.BUY, buy_lead=lead,
                price_fen=product.price_fen, cost_fen=product.price_fen * recipe.cost_percent // 100,
            )  # fmt: skip
            if product.item_id in self._parts:
                item = replace(item, family="套装", sourcing=Sourcing.MAKE, routing_id=item.id, buy_lead=timedelta(0))
            elif self._chance.happens(10 * recipe.ended_percent):
                item = replace(item, sourcing=Sourcing.STOCK, buy_lead=timedelta(0))
            found.append(item)
        return found


def _carriers() -> tuple[Carrier, ...]:
    """A van for the region at home, an express and road freight for all."""
    far = {"华东": 0, "华南": 1, "华北": 1, "华中": 1, "西南": 2, "东北": 2, "西北": 3}
    every, weekdays = frozenset(range(7)), frozenset(range(6))
    rows = [Carrier("van", "华东", timedelta(hours=5), time(12), every)]
    for region, _ in REGIONS:
        rows.append(Carrier("express", region, timedelta(hours=16 + 12 * far[region]), time(20), every))
        rows.append(Carrier("road", region, timedelta(days=1 + far[region]), time(17), weekdays))
    return tuple(rows)
