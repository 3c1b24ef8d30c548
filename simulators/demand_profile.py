"""What a plant's customers are like: when, what, by when and by whom it is ordered, and what goes wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from domain.checks import check_id, check_range
from domain.documents import Document
from domain.errors import InvalidInput
from domain.orders import PRIORITY_DEFAULT
from simulators.chance import PERMILLE, Spread, Weights

SLOTS = 48
"""Half hours of a day, in which the shape of a day is given."""
EVEN = (PERMILLE,)
ONE = Spread((1,))
SOON = Spread((1, 10, 45, 240))
WITHIN_A_DAY = Spread((5, 120, 600, 1400))
WITHIN_DAYS = Spread((10, 240, 1440, 7200))


@dataclass(frozen=True, slots=True)
class Product:
    """An item that is ordered; `weight` against the others, `quantity` pieces on a line, in whole packs."""

    item_id: str
    weight: int
    quantity: Spread
    price_fen: int
    pack: int = 1


@dataclass(frozen=True, slots=True)
class Buyer:
    """A customer that orders; `weight` against the others. `salespeople` are those who may type its orders."""

    customer_id: str
    weight: int
    channel_id: str = ""
    salespeople: tuple[str, ...] = ()
    region: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """A way to ask for a date, `weight` against the others.

    Asked for `ahead` minutes after the order, then up to the end of that day where `by_day`. `latest` minutes later is
    the customer's hard limit in `limit_permille` of the orders.
    """

    name: str
    weight: int
    ahead: Spread
    by_day: bool = True
    latest: int = 0
    limit_permille: int = 0
    priority: int = PRIORITY_DEFAULT
    attributes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Peak:
    """Days, both included, on which `permille` of the ordinary orders come in: a festival, a fair, a day after.

    Its size is given, so the noise of ordinary days doesn't come on top.
    """

    name: str
    first: date
    last: date
    permille: int


@dataclass(frozen=True, slots=True)
class Burst:
    """A campaign that begins at a minute: `orders` within `span` from `at` on `day`, all for `items` (empty: any)."""

    name: str
    day: date
    at: time
    span: timedelta
    orders: Spread
    channel_id: str = ""
    items: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.span < timedelta(seconds=1):
            raise InvalidInput.one("span", f"{self.span}", "a second or more")


@dataclass(frozen=True, slots=True)
class Offer:
    """A promotion as a salesperson knows it: on one channel (empty: on all), from an amount on, minus or percent.

    An order has the best one; its number stands in the order's attribute `promotion`.
    """

    id: str
    least_fen: int
    minus_fen: int = 0
    percent: int = 0
    channel_id: str = ""

    def discount(self, amount_fen: int) -> int:
        """What it takes off an amount, in fen; a percentage is rounded half up."""
        if amount_fen < self.least_fen:
            return 0
        return min(amount_fen, self.minus_fen) if self.minus_fen else (amount_fen * self.percent + 50) // 100


@dataclass(frozen=True, slots=True)
class Mishaps:
    """How often in a thousand orders something is not left at that, and how many minutes later.

    Changed: other quantity, other date or another item. Retyped: another salesperson types the same order again, and
    `noticed` of a thousand such are taken back. Doubled: the customer orders the same item on another channel within a
    day, to have the promotion twice. Bare: it comes without the papers and attributes that orders carry.
    """

    changed: int = 0
    changed_after: Spread = WITHIN_DAYS
    cancelled: int = 0
    cancelled_after: Spread = WITHIN_DAYS
    retyped: int = 0
    retyped_after: Spread = SOON
    noticed: int = 500
    noticed_after: Spread = WITHIN_A_DAY
    doubled: int = 0
    doubled_after: Spread = WITHIN_A_DAY
    bare: int = 0

    def __post_init__(self) -> None:
        for name in ("changed", "cancelled", "retyped", "noticed", "doubled", "bare"):
            check_range(name, getattr(self, name), 0, PERMILLE)


@dataclass(frozen=True)
class DemandProfile:
    """Everything that a stream of orders is drawn from.

    `orders_milli` are the orders of an ordinary day in thousandths. A day has that times its weekday, its month, its
    peaks, or one of `noise` where it has none, all in permille; the orders come at times by the weights of the day's
    half hours. `lines` are lines per order.
    """

    name: str
    zone: str
    orders_milli: int
    day: Weights
    week: tuple[int, ...]
    products: tuple[Product, ...]
    buyers: tuple[Buyer, ...]
    wishes: tuple[Wish, ...]
    months: tuple[int, ...] = (PERMILLE,) * 12
    noise: tuple[int, ...] = EVEN
    lines: Spread = ONE
    peaks: tuple[Peak, ...] = ()
    bursts: tuple[Burst, ...] = ()
    channels: tuple[str, ...] = ()
    offers: tuple[Offer, ...] = ()
    mishaps: Mishaps = field(default_factory=Mishaps)
    attributes: tuple[tuple[str, str], ...] = ()
    documents: tuple[Document, ...] = ()
    """What every order carries that is not bare, like its attributes."""

    def __post_init__(self) -> None:
        check_id("name", self.name)
        check_range("orders_milli", self.orders_milli, 0, 10**8)
        check_range("day", len(self.day.values), SLOTS, SLOTS)
        check_range("week", len(self.week), 7, 7)
        check_range("months", len(self.months), 12, 12)
        for name in ("products", "buyers", "wishes", "noise"):
            if not getattr(self, name):
                raise InvalidInput.one(name, "there are none", "at least one")
        known = {product.item_id for product in self.products}
        for burst in self.bursts:
            if not known.issuperset(burst.items):
                raise InvalidInput.one("bursts.items", f"{burst.items}", "items of the products")

    @cached_property
    def product_weights(self) -> Weights:
        return Weights(tuple(product.weight for product in self.products))

    @cached_property
    def buyer_weights(self) -> Weights:
        return Weights(tuple(buyer.weight for buyer in self.buyers))

    @cached_property
    def wish_weights(self) -> Weights:
        return Weights(tuple(wish.weight for wish in self.wishes))

    @cached_property
    def local_zone(self) -> ZoneInfo:
        """The zone of its days."""
        return ZoneInfo(self.zone)

    def mean_milli(self, day: date) -> int:
        """Orders of a day in the mean, in thousandths, without bursts and noise."""
        mean = self.orders_milli * self.week[day.weekday()] * self.months[day.month - 1] // PERMILLE**2
        for peak in self.peaks_on(day):
            mean = mean * peak.permille // PERMILLE
        return mean

    def peaks_on(self, day: date) -> tuple[Peak, ...]:
        """The peaks that a day is part of."""
        return tuple(peak for peak in self.peaks if peak.first <= day <= peak.last)
