"""Custom furniture: twelve nodes from signing to installed, lines for boards, installers by region."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.documents import Document
from domain.items import BomRow, Item, Routing
from domain.plant import ClockMode, Plant, PlantSettings
from domain.resources import Resource, ResourceKind
from domain.trade import Channel, CostRate
from simulators.chance import PERMILLE, Chance, Spread, Weights, heavy_tail
from simulators.demand_profile import ONE, DemandProfile, Mishaps, Offer, Peak, Product, Wish
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
    material,
    worth,
)
from simulators.factories.offers import promotions

OPENING = date(2026, 3, 2)
"""A Monday, after the Spring Festival."""
WEEK = (970, 960, 960, 980, 1000, 1070, 1060)
"""Shops sell most at weekends, the factory works every day."""
CHANNELS = (("门店", 55), ("经销商", 25), ("网店", 12), ("工程", 8))
REGIONS = (
    "华东", "苏南", "浙北", "华南", "珠三角", "闽南", "华北", "京津",
    "山东", "华中", "湘赣", "西南", "川渝", "东北", "西北", "皖豫",
)  # fmt: skip
MODELS = ("衣柜", "橱柜", "书柜", "鞋柜", "榻榻米", "电视柜")
BOARDS = ("white", "oak", "walnut", "grey", "pine", "black", "cream")
IMPORTED = "进口橡木"
SAWS, EDGERS, DRILLS, PACKERS = "saws", "edgers", "drills", "packers"
OFFERS = (
    Offer("SPRING-1000", 20_000_00, minus_fen=1000_00),
    Offer("SPRING-300", 8_000_00, minus_fen=300_00),
    Offer("WEB-4", 5_000_00, percent=4, channel_id="网店"),
)
DAY_SHAPE = Weights(
    (0,) * 18 + (2, 4, 6, 7, 7, 6, 5, 5, 6, 7, 8, 8, 8, 7, 6, 5, 5, 6, 7, 7, 6, 5, 4, 3, 2, 1) + (0,) * 4
)
"""Half hours of a shop's day from nine in the morning, the most in the afternoon, again after supper."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What the works are made from. `scale_percent` makes smaller ones of the same kind."""

    scale_percent: int = given(100, "% of orders, lines and teams", "full size; 10 is a tenth of everything")
    orders_a_day: int = given(2000, "orders", "published days have 1,863 to 2,136")
    day_permille: tuple[int, ...] = given((950, 975, 1000, 1025, 1050), "permille of an ordinary day", "that range")
    saw_permille: int = given(880, "permille of the saws' time", "the node that is short; published peaks fill it")
    saws: int = given(8, "cutting centres in two shifts", "nesting cuts some 4 s a panel at this size")
    edgers: int = given(8, "edge banders in two shifts", "3.0 s a panel, laser edge")
    drills: int = given(6, "drilling centres in two shifts", "2.4 s a panel")
    packers: int = given(8, "packing lines in two shifts", "3 s a panel, boxes cut to measure")
    edge_s: float = given(3.0, "s a panel", "see the edge banders")
    drill_s: float = given(2.4, "s a panel", "see the drilling centres")
    pack_s: float = given(3.0, "s a panel", "see the packing lines")
    teams: int = given(56, "installers' teams in each of 16 regions", "two people each, every day in turns")
    install_min: int = given(45, "min an order", "unload, carry")
    install_s: int = given(140, "s a panel", "a wardrobe of 50 panels takes a team three hours in all")
    survey_h: int = given(36, "hours", "appointment and measuring; by region, never short")
    design_h: int = given(60, "hours", "designers work to a date")
    confirm_h: int = given(48, "hours", "the customer looks at the drawing")
    review_h: int = given(6, "hours", "price, deposit and drawing are checked")
    split_h: int = given(10, "hours", "the order becomes panels and hardware")
    release_h: int = given(4, "hours", "boards are picked for a batch")
    near_h: int = given(24, "hours of transport", "regions around the works")
    far_h: int = given(96, "hours of transport", "the farthest")
    imported_percent: int = given(4, "% of items", "of boards that rules ask 45 days for")
    board_days: int = given(6, "days of boards on hand", "two deliveries a week")
    board_lead_days: int = given(9, "days to buy", "domestic boards")
    panel_fen: int = given(180_00, "fen a panel", "retail, hardware and installation included")
    cost_percent: int = given(58, "% of the price", "before promotions")
    customers: int = given(1500, "customers", "dealers and projects; private ones come under their shop")
    realistic_percent: int = given(80, "% of orders", "four to seven weeks ahead, as shops are told")
    tight_percent: int = given(14, "% of orders", "three to four weeks: a flat is handed over")
    absurd_percent: int = given(2, "% of orders", "next week")
    changed: int = given(45, "of 1,000 orders", "sizes and dates, mostly before the drawing is confirmed")
    cancelled: int = given(15, "of 1,000 orders", "deposits are not given back")
    retyped: int = given(6, "of 1,000 orders", "shop and head office both")
    doubled: int = given(5, "of 1,000 orders", "shop and web promotion")
    bare: int = given(30, "of 1,000 orders", "without the signed drawing and deposit that rules ask for")
    festival: int = given(1068, "permille of an ordinary day", "the busiest published day")


def make(seed: int = 1, recipe: Recipe | None = None) -> Factory:
    """The works and their demand: the same for the same seed and recipe."""
    given = recipe or Recipe()
    works = _Works(given, Chance("furniture", seed))
    return Factory(
        "furniture", works.plant, works.demand, works.opening, date(2026, 3, 10), date(2026, 3, 18), "furniture",
        SAWS, given.saw_permille, parameters(given), promotions(OFFERS), works.customers.history,
    )  # fmt: skip


class _Works:
    """The works as they are put together, and their demand."""

    def __init__(self, recipe: Recipe, chance: Chance) -> None:
        self._recipe, self._chance = recipe, chance
        self.opening = datetime.combine(OPENING, time(8), ZoneInfo("Asia/Shanghai")).astimezone(UTC)
        self._orders_milli = recipe.orders_a_day * 10 * recipe.scale_percent
        # Panels of an order: a shoe cabinet has six, a whole flat two hundred.
        panels = Spread((6, 18, 30, 42, 55, 75, 110, 200))
        names = [f"定制{model}-{region}" for region in REGIONS for model in MODELS]
        weights = [weight * chance.between(60, 140) for weight in heavy_tail(len(MODELS), 3)] * len(REGIONS)
        self._products = tuple(
            Product(name, weight, panels, recipe.panel_fen) for name, weight in zip(names, weights, strict=True)
        )
        lines = daily_lines(self._products, self._orders_milli, WEEK, ONE)
        self._daily = daily_pieces(self._products, lines)
        sold = worth(self._products, self._daily)
        customers = max(20, recipe.customers * recipe.scale_percent // 100)
        trade = Trade(customers, 30 * sold, sold * PERMILLE // self._orders_milli, 200, CHANNELS, salespeople=60)
        self.customers = draw_customers(trade, chance, self.opening)
        self.demand = self._demand()
        self.plant = self._plant()

    def _demand(self) -> DemandProfile:
        recipe = self._recipe
        day = 24 * 60
        rush = 100 - recipe.realistic_percent - recipe.tight_percent - recipe.absurd_percent
        wishes = (
            Wish("realistic", recipe.realistic_percent, Spread((28 * day, 35 * day, 49 * day))),
            Wish("tight", recipe.tight_percent, Spread((21 * day, 28 * day))),
            Wish("rush", rush, Spread((16 * day, 21 * day)), priority=3, attributes=(("加急", "急"),), latest=14 * day,
                 limit_permille=100),
            Wish("absurd", recipe.absurd_percent, Spread((day, 7 * day)), priority=2, attributes=(("加急", "特急"),)),
        )  # fmt: skip
        papers = (Document("签字图纸", "drawing.pdf"), Document("定金收据", "deposit.pdf"))
        return DemandProfile(
            "furniture", "Asia/Shanghai", self._orders_milli, DAY_SHAPE, WEEK, self._products,
            self.customers.buyers, wishes, noise=recipe.day_permille,
            peaks=(Peak("spring decoration fair", date(2026, 3, 17), date(2026, 3, 19), recipe.festival),),
            channels=tuple(name for name, _ in CHANNELS), offers=OFFERS,
            mishaps=Mishaps(
                changed=recipe.changed, cancelled=recipe.cancelled, retyped=recipe.retyped, doubled=recipe.doubled,
                bare=recipe.bare,
            ),
            attributes=(("量房日期", "2026-02-20"),), documents=papers,
        )  # fmt: skip

    def _scaled(self, count: int) -> int:
        return max(1, count * self._recipe.scale_percent // 100)

    def _lines(self, centre: str, count: int) -> tuple[str, ...]:
        return tuple(f"{centre}-{number}" for number in range(1, self._scaled(count) + 1))

    def _plant(self) -> Plant:
        recipe = self._recipe
        settings = PlantSettings(
            "furniture", clock=ClockMode.MANUAL, promise_grid=timedelta(hours=4), horizon=timedelta(days=150)
        )
        boards = {
            product.item_id: IMPORTED
            if self._chance.happens(10 * recipe.imported_percent)
            else self._chance.one(BOARDS)
            for product in self._products
        }
        use: dict[str, int] = defaultdict(int)
        for name, pieces in self._daily.items():
            # A board makes about eight panels.
            use[f"board-{boards[name]}"] += int(pieces) // 8 + 1
        lead = timedelta(days=recipe.board_lead_days)
        stock, receipts = delivered(use, Buying(recipe.board_days, 3, lead, 10), self.opening, self._chance)
        items = tuple(
            Item(product.item_id, family=product.item_id.partition("-")[0], routing_id=product.item_id,
                 material=boards[product.item_id], price_fen=recipe.panel_fen,
                 cost_fen=recipe.panel_fen * recipe.cost_percent // 100)
            for product in self._products
        )  # fmt: skip
        bought = tuple(material(name, "sheet", 120_00, lead) for name in sorted(use))
        return Plant(
            settings,
            (calendar("two-shifts", ((6, 14), (14, 22)), 7), calendar("installers", ((8, 12), (13, 18)), 7)),
            tuple(self._resources()), items=items + bought,
            routings=tuple(self._routing(product.item_id) for product in self._products),
            bom=tuple(BomRow(name, f"board-{board}", 125_000, "cut") for name, board in boards.items()),
            on_hand=stock, receipts=receipts, customers=self.customers.rows,
            channels=tuple(Channel(name) for name, _ in CHANNELS),
            cost_rates=(CostRate("machine_hour", 120_00), CostRate("delay_day_5", 80_00)),
        )  # fmt: skip

    def _cut_s(self) -> float:
        """Seconds that a panel takes on a saw, so that ordinary demand fills them as documented."""
        recipe = self._recipe
        day_s = self._scaled(recipe.saws) * 16 * 3600 * recipe.saw_permille / PERMILLE
        return day_s / sum(self._daily.values())

    def _routing(self, name: str) -> Routing:
        """Twelve nodes; those that are never short are plain lags."""
        recipe = self._recipe
        region = name.partition("-")[2]
        place = REGIONS.index(region)
        transport_h = recipe.near_h + (recipe.far_h - recipe.near_h) * place // (len(REGIONS) - 1)

        def hours(count: int) -> timedelta:
            return timedelta(hours=count)

        def each(seconds: float) -> timedelta:
            return timedelta(milliseconds=int(1000 * seconds))

        return in_a_row(name, (
            Step("sign"),
            Step("survey", wait=hours(recipe.survey_h)),
            Step("design", wait=hours(recipe.design_h)),
            Step("confirm", wait=hours(recipe.confirm_h)),
            Step("review", wait=hours(recipe.review_h)),
            Step("split", wait=hours(recipe.split_h)),
            Step("release", wait=hours(recipe.release_h)),
            Step("cut", self._lines(SAWS, recipe.saws), each(self._cut_s())),
            Step("edge", self._lines(EDGERS, recipe.edgers), each(recipe.edge_s)),
            Step("drill", self._lines(DRILLS, recipe.drills), each(recipe.drill_s)),
            Step("pack", self._lines(PACKERS, recipe.packers), each(recipe.pack_s)),
            Step("install", (f"installers-{region}",), each(recipe.install_s), timedelta(minutes=recipe.install_min),
                 wait=hours(transport_h)),
        ))  # fmt: skip

    def _resources(self) -> list[Resource]:
        recipe = self._recipe
        lines = [
            Resource(name, ResourceKind.LINE, work_centre=centre, calendar_id="two-shifts", hour_cost_fen=120_00)
            for centre, count in ((SAWS, recipe.saws), (EDGERS, recipe.edgers), (DRILLS, recipe.drills),
                                  (PACKERS, recipe.packers))
            for name in self._lines(centre, count)
        ]  # fmt: skip
        # As lines, not crews: plants of nothing but machines and lines are planned by the faster search.
        crews = [
            Resource(f"installers-{region}", ResourceKind.LINE, capacity=self._scaled(recipe.teams),
                     calendar_id="installers", hour_cost_fen=70_00)
            for region in REGIONS
        ]  # fmt: skip
        return lines + crews
