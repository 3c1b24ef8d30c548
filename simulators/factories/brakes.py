"""Brake parts: discs, pads and calipers that shall leave the plant within 96 hours, through one coating line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from domain.items import BomRow, Item, Routing
from domain.plant import ClockMode, Plant, PlantSettings
from domain.resources import (
    ANY_GROUP,
    ChangeoverClass,
    ChangeoverPart,
    ChangeoverRow,
    Mould,
    Resource,
    ResourceKind,
)
from domain.supply import OnHand
from domain.trade import Channel, CostRate
from domain.values import replace
from simulators.chance import Chance, Spread, heavy_tail
from simulators.demand_profile import ONE, WITHIN_A_DAY, DemandProfile, Mishaps, Peak, Product, Wish
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
    shuffled,
    worth,
)
from simulators.shapes import office_week, real_day, real_noise

DISC, PAD, CALIPER = "制动盘", "摩擦片", "卡钳"
"""Families, as the shipped policy for brake parts names them."""
COATING, PRESS = "coating", "pressing"
COATS = ("grey", "black", "silver")
OPENING = date(2026, 3, 2)
"""A Monday, after the Spring Festival."""
TURNING, DRILLING, GRINDING, MACHINING, ASSEMBLY, PRESSES = (
    tuple(f"{letter}{number}" for number in range(1, count + 1))
    for letter, count in (("T", 5), ("B", 2), ("G", 3), ("X", 1), ("A", 1), ("P", 5))
)
"""Machines; enough of each that the coating line is the one that is short."""
CHANNELS = (("AFTERMARKET", 60), ("OEM", 15), ("EXPORT", 15), ("网店", 10))


@dataclass(frozen=True, slots=True)
class Recipe:
    """What the plant is made from."""

    window_h: int = given(96, "hours from the order to the gate", "what the published plant promises")
    orders_a_day: int = given(64, "orders on a weekday", "a plant of about 150 people; Saturdays have half")
    coating_permille: int = given(870, "permille of the coating line's time, runs alone", "published: above 85 %")
    discs: int = given(60, "items", "sizes by car model")
    pads: int = given(45, "items", "compounds and shapes")
    calipers: int = given(15, "items", "few models, front and rear")
    flatness: int = given(6, "shift of the tail", "the tenth part of the items has half of the orders")
    turning_s: int = given(75, "s a disc", "both faces on a CNC lathe")
    drilling_s: int = given(25, "s a disc", "drill the bolt circle, balance")
    press_cycle_s: int = given(240, "s a shot", "hot pressing of pads")
    press_cavities: int = given(12, "pads a shot", "three plates of four")
    curing_h: int = given(8, "hours after the press", "oven; it is never full, so a lag")
    grinding_s: int = given(8, "s a pad", "face grinding and slotting")
    machining_s: int = given(200, "s a caliper", "housing on a machining centre")
    assembly_s: int = given(110, "s a caliper", "pistons, seals, pressure test")
    packing_s: int = given(12, "s a piece", "laser code, box")
    coat_change_min: int = given(15, "min between coats", "paint, rinse, colour check")
    mould_change_min: int = given(35, "min a press mould", "heated plates, two setters in a shift")
    yield_percent: int = given(98, "% good of what is pressed", "cracks and blisters")
    stocked_percent: int = given(20, "% of items", "fast movers lie in the store, for two days each")
    blank_days: int = given(6, "days of castings on hand", "the foundry delivers twice a week")
    blank_lead_days: int = given(12, "days to buy", "moulding, pouring, ageing of castings")
    price_disc_fen: int = given(95_00, "fen", "aftermarket list price of a disc, half to twice by size")
    price_pad_fen: int = given(18_00, "fen", "a pad of a set of four")
    price_caliper_fen: int = given(260_00, "fen", "with carrier")
    cost_percent: int = given(68, "% of the price", "material and conversion")
    customers: int = given(140, "customers", "distributors, a few car makers")
    usual_percent: int = given(72, "% of orders", "ask for the window")
    far_percent: int = given(16, "% of orders", "schedules of car makers and export, one to three weeks ahead")
    rush_percent: int = given(9, "% of orders", "half of the window: a car stands in a workshop")
    absurd_percent: int = given(3, "% of orders", "today")
    changed: int = given(55, "of 1,000 orders", "quantities, as with the moulder")
    cancelled: int = given(25, "of 1,000 orders", "as with the moulder")
    retyped: int = given(10, "of 1,000 orders", "telephone and web shop both")
    bare: int = given(25, "of 1,000 orders", "without the rule for batches that safety parts need")
    fair: int = given(1350, "permille of an ordinary day", "spring fair: distributors stock up for four days")


def make(seed: int = 1, recipe: Recipe | None = None) -> Factory:
    """The plant and its demand: the same for the same seed and recipe."""
    given = recipe or Recipe()
    works = _Works(given, Chance("brakes", seed))
    return Factory(
        "brakes", works.plant, works.demand, works.opening, date(2026, 3, 10), date(2026, 3, 18), "brake_parts",
        COATING, given.coating_permille, parameters(given), credit_history=works.customers.history,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Part:
    """An item, how it is sold, its coat, and what it takes of the coating line in percent of what a disc takes."""

    item_id: str
    family: str
    price_fen: int
    coat: str
    coating_percent: int
    quantity: Spread


class _Works:
    """The plant as it is put together, and its demand."""

    def __init__(self, recipe: Recipe, chance: Chance) -> None:
        self._recipe, self._chance = recipe, chance
        self.opening = datetime.combine(OPENING, time(8), ZoneInfo("Asia/Shanghai")).astimezone(UTC)
        self._parts = [*self._drawn("D", DISC, recipe.discs), *self._drawn("P", PAD, recipe.pads),
                       *self._drawn("C", CALIPER, recipe.calipers)]  # fmt: skip
        weights = shuffled(heavy_tail(len(self._parts), recipe.flatness), chance)
        self._products = tuple(
            Product(part.item_id, weight, part.quantity, part.price_fen, pack=2)
            for part, weight in zip(self._parts, weights, strict=True)
        )
        lines = daily_lines(self._products, recipe.orders_a_day * 1000, office_week(500), ONE)
        self._daily = daily_pieces(self._products, lines)
        monthly = 30 * worth(self._products, self._daily)
        trade = Trade(recipe.customers, monthly, monthly // (24 * recipe.orders_a_day), 8, CHANNELS, salespeople=8)
        self.customers = draw_customers(trade, chance, self.opening)
        self.demand = self._demand()
        self.plant = self._plant()

    def _drawn(self, letter: str, family: str, count: int) -> list[_Part]:
        recipe, chance = self._recipe, self._chance
        price, share, quantity = {
            DISC: (recipe.price_disc_fen, 100, Spread((4, 12, 24, 40, 80, 160, 400))),
            PAD: (recipe.price_pad_fen, 12, Spread((8, 24, 80, 160, 400, 1000, 2400))),
            CALIPER: (recipe.price_caliper_fen, 0, Spread((2, 4, 8, 16, 40))),
        }[family]
        return [
            _Part(f"{letter}{number:03}", family, price * chance.between(50, 200) // 100, chance.one(COATS), share,
                  quantity)
            for number in range(1, count + 1)
        ]  # fmt: skip

    def _demand(self) -> DemandProfile:
        recipe = self._recipe
        hour, day = 60, 24 * 60
        window = recipe.window_h * hour
        wishes = (
            Wish("window", recipe.usual_percent, Spread((window,)), by_day=False),
            Wish("far", recipe.far_percent, Spread((7 * day, 10 * day, 21 * day))),
            Wish("rush", recipe.rush_percent, Spread((window // 3, window * 2 // 3)), by_day=False, priority=3,
                 attributes=(("加急", "急"),), latest=window, limit_permille=200),
            Wish("absurd", recipe.absurd_percent, Spread((-hour, hour, 8 * hour)), by_day=False, priority=2,
                 attributes=(("加急", "特急"),)),
        )  # fmt: skip
        return DemandProfile(
            "brakes", "Asia/Shanghai", recipe.orders_a_day * 1000, real_day(), office_week(500), self._products,
            self.customers.buyers, wishes, noise=real_noise(), channels=tuple(name for name, _ in CHANNELS),
            peaks=(Peak("fair", date(2026, 3, 17), date(2026, 3, 20), recipe.fair),),
            mishaps=Mishaps(
                changed=recipe.changed, changed_after=WITHIN_A_DAY, cancelled=recipe.cancelled,
                retyped=recipe.retyped, bare=recipe.bare,
            ),
            attributes=(("批次规则", "按炉"),),
        )  # fmt: skip

    def _coating_s(self) -> float:
        """Seconds that a disc takes on the line, so that ordinary demand fills it as documented."""
        week_s = 6 * 16 * 3600 * self._recipe.coating_permille / 1000
        return week_s / (7 * sum(self._daily[part.item_id] * part.coating_percent / 100 for part in self._parts))

    def _plant(self) -> Plant:
        recipe = self._recipe
        coating_s = self._coating_s()
        settings = PlantSettings(
            "brakes", clock=ClockMode.MANUAL, promise_grid=timedelta(hours=1), horizon=timedelta(days=120)
        )
        lead = timedelta(days=recipe.blank_lead_days)
        use: dict[str, int] = defaultdict(int)
        bom = []
        for part in self._parts:
            blank = self._blank(part)
            bom.append(BomRow(part.item_id, blank, 1_000_000))
            use[blank] += int(self._daily[part.item_id]) + 1
        buying = Buying(recipe.blank_days, 3, lead, slack_percent=10)
        stock, receipts = delivered(use, buying, self.opening, self._chance)
        items = tuple(
            Item(part.item_id, family=part.family, routing_id=part.item_id, colour=part.coat, price_fen=part.price_fen,
                 cost_fen=part.price_fen * recipe.cost_percent // 100)
            for part in self._parts
        )  # fmt: skip
        blanks = tuple(material(name, "pcs", 20_00, lead) for name in sorted(use))
        return Plant(
            settings,
            (calendar("two-shifts", ((8, 16), (16, 24))), calendar("day", ((8, 17),))),
            tuple(_resources()), moulds=tuple(self._moulds()), changeovers=self._changeovers(), items=items + blanks,
            routings=tuple(self._routing(part, coating_s) for part in self._parts), bom=tuple(bom),
            on_hand=(*stock, *self._stocked()), receipts=receipts, customers=self.customers.rows,
            channels=tuple(Channel(name) for name, _ in CHANNELS),
            cost_rates=(CostRate("machine_hour", 90_00), CostRate("changeover", 80_00),
                        CostRate("delay_day_5", 500_00)),
        )  # fmt: skip

    def _blank(self, part: _Part) -> str:
        """Castings and plates serve a few items each."""
        return f"blank-{part.item_id[0]}{int(part.item_id[1:]) % 12:02}"

    def _stocked(self) -> list[OnHand]:
        """The fast movers among the items, for two days each."""
        best = sorted(self._daily, key=lambda name: (-self._daily[name], name))
        kept = best[: len(best) * self._recipe.stocked_percent // 100]
        return [OnHand(name, int(2 * self._daily[name]) + 1, self.opening) for name in kept]

    def _moulds(self) -> list[Mould]:
        recipe = self._recipe
        cycle = timedelta(seconds=recipe.press_cycle_s)
        return [
            Mould(f"mould-{part.item_id}", PRESSES, recipe.press_cavities, cycle)
            for part in self._parts if part.family == PAD
        ]  # fmt: skip

    def _changeovers(self) -> tuple[ChangeoverClass, ...]:
        coat = timedelta(minutes=self._recipe.coat_change_min)
        mount = timedelta(minutes=self._recipe.mould_change_min)
        return (
            ChangeoverClass("coats", rows=(ChangeoverRow(ChangeoverPart.COLOUR, ANY_GROUP, ANY_GROUP, coat),)),
            ChangeoverClass("plates", "setters", rows=(
                ChangeoverRow(ChangeoverPart.MOUNT, ANY_GROUP, ANY_GROUP, mount),
                ChangeoverRow(ChangeoverPart.DISMOUNT, ANY_GROUP, ANY_GROUP, mount / 2),
            )),
        )  # fmt: skip

    def _routing(self, part: _Part, coating_s: float) -> Routing:
        recipe = self._recipe

        def each(seconds: float) -> timedelta:
            return timedelta(milliseconds=int(1000 * seconds))

        coat = Step("coat", (COATING,), each(coating_s * part.coating_percent / 100))
        pack = Step("pack", ("packers",), each(recipe.packing_s))
        steps = {
            DISC: (Step("turn", TURNING, each(recipe.turning_s)),
                   Step("drill", DRILLING, each(recipe.drilling_s)), coat,
                   replace(pack, wait=timedelta(hours=2))),
            PAD: (Step("press", PRESSES, mould=f"mould-{part.item_id}"),
                  Step("grind", GRINDING, each(recipe.grinding_s), wait=timedelta(hours=recipe.curing_h)), coat,
                  replace(pack, each=each(recipe.packing_s / 4), wait=timedelta(hours=2))),
            CALIPER: (Step("machine", MACHINING, each(recipe.machining_s)),
                      Step("assemble", ASSEMBLY, each(recipe.assembly_s), wait=timedelta(hours=1)), pack),
        }[part.family]  # fmt: skip
        routing = in_a_row(part.item_id, steps)
        if part.family != PAD:
            return routing
        rate = Decimal(recipe.yield_percent) / 100
        press = routing.operations[0]
        modes = tuple(replace(mode, yield_rate=rate) for mode in press.modes)
        return replace(routing, operations=(replace(press, modes=modes), *routing.operations[1:]))


def _resources() -> Iterator[Resource]:
    for names, centre in (
        (TURNING, "turning"),
        (DRILLING, "drilling"),
        (GRINDING, "grinding"),
        (MACHINING, "machining"),
    ):
        for name in names:
            yield Resource(name, work_centre=centre, calendar_id="two-shifts", hour_cost_fen=90_00)
    for name in PRESSES:
        yield Resource(
            name, work_centre=PRESS, calendar_id="two-shifts", changeover_class="plates", hour_cost_fen=90_00
        )
    for name in ASSEMBLY:
        yield Resource(name, ResourceKind.LINE, work_centre="assembly", calendar_id="two-shifts")
    yield Resource(COATING, ResourceKind.LINE, calendar_id="two-shifts", changeover_class="coats", hour_cost_fen=220_00)
    yield Resource("setters", ResourceKind.SETTER, capacity=2, calendar_id="two-shifts")
    yield Resource("packers", ResourceKind.CREW, capacity=4, calendar_id="two-shifts")
