"""Streams of orders, changes and cancellations from one seed: the same stream on every machine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from heapq import heappop, heappush
from typing import NamedTuple
from zoneinfo import ZoneInfo

from domain.orders import Order, OrderLine
from domain.values import replace
from simulators.chance import PERMILLE, Chance, Weights
from simulators.demand_profile import EVEN, SLOTS, Burst, Buyer, DemandProfile, Product, Wish

SLOT_S = 86_400 // SLOTS
MINUTE = timedelta(minutes=1)
DAY_END = time(18)
"""By when goods asked for on a day are wanted, local time."""
PROMOTION = "promotion"
"""The attribute that names the promotion an order was sold with."""


class Kind(StrEnum):
    """What a customer or a salesperson does."""

    ORDER = "order"
    CHANGE = "change"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class DemandEvent:
    """What happens to an order at a time.

    `order` is what is asked for from now on (None: nothing any more). `repeats` is the order that this one is by
    mistake, typed again by another salesperson; `doubles` the one whose promotion it claims again on another channel.
    """

    time: datetime
    kind: Kind
    order_id: str
    order: Order | None = None
    wish: str = ""
    repeats: str = ""
    doubles: str = ""


class _Waiting(NamedTuple):
    """An event that is still to come; the number settles which of two at one time goes first."""

    time: datetime
    number: int
    event: DemandEvent


def stream(profile: DemandProfile, first: date, days: int, seed: int) -> Iterator[DemandEvent]:
    """The events of `days` days from `first` on, in order of time, and what still becomes of their orders after that.

    A day's orders depend on the seed and the date alone: a longer stream only adds to a shorter one.
    """
    waiting: list[_Waiting] = []
    numbers = iter(range(10**9))
    zone = ZoneInfo(profile.zone)
    for ahead in range(days):
        day = first + timedelta(days=ahead)
        begins = datetime.combine(day, time(0), zone).astimezone(UTC)
        while waiting and waiting[0].time < begins:
            yield heappop(waiting).event
        for event in _Day(profile, day, seed).events():
            heappush(waiting, _Waiting(event.time, next(numbers), event))
    while waiting:
        yield heappop(waiting).event


def arrivals(profile: DemandProfile, day: date, seed: int) -> list[datetime]:
    """When orders come in on a day, as in `stream`, without the orders; bursts and what goes wrong aside."""
    return _Day(profile, day, seed).moments()


class _Day:
    """One day's orders, and what becomes of them."""

    def __init__(self, profile: DemandProfile, day: date, seed: int) -> None:
        self._profile, self._day = profile, day
        self._zone = ZoneInfo(profile.zone)
        self._chance = Chance("demand", profile.name, seed, day.isoformat())
        self._made = 0

    def events(self) -> Iterator[DemandEvent]:
        """In no order of time."""
        for moment in self.moments():
            yield from self._course(self._placed(moment, self._buyer()))
        for burst in self._profile.bursts:
            if burst.day == self._day:
                yield from self._burst(burst)

    def moments(self) -> list[datetime]:
        """When orders come in; drawn before everything else."""
        profile, chance = self._profile, self._chance
        noise = EVEN if profile.peaks_on(self._day) else profile.noise
        mean = profile.mean_milli(self._day) * chance.one(noise) // PERMILLE
        return sorted(self._moment() for _ in range(chance.poisson(mean)))

    def _burst(self, burst: Burst) -> Iterator[DemandEvent]:
        begins = self._at(burst.at)
        span_ms = burst.span // timedelta(milliseconds=1)
        moments = sorted(self._chance.below(span_ms) for _ in range(self._chance.spread(burst.orders)))
        items = tuple(product for product in self._profile.products if product.item_id in burst.items)
        for moment in moments:
            buyer = self._buyer()
            if burst.channel_id:
                buyer = replace(buyer, channel_id=burst.channel_id)
            yield from self._course(self._placed(begins + timedelta(milliseconds=moment), buyer, items))

    def _moment(self) -> datetime:
        slot = self._chance.place(self._profile.day)
        into = slot * SLOT_S * 1000 + self._chance.below(SLOT_S * 1000)
        return self._at(time(0)) + timedelta(milliseconds=into)

    def _at(self, clock: time) -> datetime:
        return datetime.combine(self._day, clock, self._zone).astimezone(UTC)

    def _buyer(self) -> Buyer:
        return self._profile.buyers[self._chance.place(self._profile.buyer_weights)]

    def _placed(self, moment: datetime, buyer: Buyer, items: tuple[Product, ...] = ()) -> DemandEvent:
        chance, profile = self._chance, self._profile
        wish = profile.wishes[chance.place(profile.wish_weights)]
        requested, latest = self._times(wish, moment)
        lines: list[OrderLine] = []
        for product in self._products(chance.spread(profile.lines), items):
            quantity = product.pack * max(1, chance.spread(product.quantity) // product.pack)
            lines.append(OrderLine(len(lines) + 1, product.item_id, quantity, requested, latest, product.price_fen))
        bare = chance.happens(profile.mishaps.bare)
        carried = () if bare else profile.attributes
        order = Order(
            self._next_id(), buyer.customer_id, tuple(lines), channel_id=buyer.channel_id,
            salesperson=chance.one(buyer.salespeople) if buyer.salespeople else "",
            priority=wish.priority, attributes=carried + wish.attributes,
            documents=() if bare else profile.documents, region=buyer.region,
        )  # fmt: skip
        return DemandEvent(moment, Kind.ORDER, order.id, offered(profile, order), wish.name)

    def _next_id(self) -> str:
        self._made += 1
        return f"{self._profile.name}-{self._day:%y%m%d}-{self._made:05}"

    def _products(self, count: int, items: tuple[Product, ...]) -> list[Product]:
        """Different products, by weight."""
        given = items or self._profile.products
        weights = Weights(tuple(product.weight for product in items)) if items else self._profile.product_weights
        found: dict[str, Product] = {}
        for _ in range(4 * count):
            product = given[self._chance.place(weights)]
            found.setdefault(product.item_id, product)
            if len(found) == min(count, len(given)):
                break
        return list(found.values())

    def _times(self, wish: Wish, moment: datetime) -> tuple[datetime, datetime | None]:
        asked = moment + self._chance.spread(wish.ahead) * MINUTE
        if wish.by_day:
            asked = datetime.combine(asked.astimezone(self._zone).date(), DAY_END, self._zone).astimezone(UTC)
        asked = asked.replace(second=0, microsecond=0)
        limited = self._chance.happens(wish.limit_permille)
        return asked, asked + wish.latest * MINUTE if limited else None

    def _course(self, placed: DemandEvent) -> Iterator[DemandEvent]:
        """An order, and what goes wrong with it."""
        chance, mishaps = self._chance, self._profile.mishaps
        yield placed
        assert placed.order is not None
        if chance.happens(mishaps.retyped):
            yield from self._retyped(placed.order, placed)
        if chance.happens(mishaps.doubled):
            yield from self._doubled(placed.order, placed)
        changed_at = placed.time
        if chance.happens(mishaps.changed):
            changed_at += chance.spread(mishaps.changed_after) * MINUTE
            order = self._changed(placed.order)
            yield DemandEvent(changed_at, Kind.CHANGE, order.id, order, placed.wish)
        if chance.happens(mishaps.cancelled):
            at = changed_at + chance.spread(mishaps.cancelled_after) * MINUTE
            yield DemandEvent(at, Kind.CANCEL, placed.order_id)

    def _retyped(self, order: Order, placed: DemandEvent) -> Iterator[DemandEvent]:
        mishaps = self._profile.mishaps
        others = tuple(
            name for buyer in self._profile.buyers if buyer.customer_id == order.customer_id
            for name in buyer.salespeople if name != order.salesperson
        )  # fmt: skip
        again = replace(order, id=self._next_id(), salesperson=self._chance.one(others) if others else "")
        at = placed.time + self._chance.spread(mishaps.retyped_after) * MINUTE
        yield DemandEvent(at, Kind.ORDER, again.id, again, placed.wish, repeats=order.id)
        if self._chance.happens(mishaps.noticed):
            yield DemandEvent(at + self._chance.spread(mishaps.noticed_after) * MINUTE, Kind.CANCEL, again.id)

    def _doubled(self, order: Order, placed: DemandEvent) -> Iterator[DemandEvent]:
        others = tuple(name for name in self._profile.channels if name != order.channel_id)
        if not others:
            return
        again = replace(order, id=self._next_id(), channel_id=self._chance.one(others), salesperson="")
        at = placed.time + self._chance.spread(self._profile.mishaps.doubled_after) * MINUTE
        # What is asked for is wanted by then whatever the channel, and the discount is claimed as it was.
        yield DemandEvent(at, Kind.ORDER, again.id, again, placed.wish, doubles=order.id)

    def _changed(self, order: Order) -> Order:
        """Other content under the same id: mostly another quantity, else another date or another item."""
        place = self._chance.below(len(order.lines))
        line = order.lines[place]
        way = self._chance.below(10)
        if way < 6:
            line = replace(line, quantity=max(1, line.quantity * self._chance.between(40, 200) // 100))
        elif way < 9:
            moved = timedelta(days=self._chance.between(-3, 10))
            line = replace(
                line, requested_time=line.requested_time + moved,
                latest_time=None if line.latest_time is None else line.latest_time + moved,
            )  # fmt: skip
        else:
            other = self._products(1, ())[0]
            line = replace(line, item_id=other.item_id, unit_price_fen=other.price_fen)
        lines = (*order.lines[:place], replace(line, discount_fen=0), *order.lines[place + 1 :])
        return offered(self._profile, replace(order, lines=lines))


def offered(profile: DemandProfile, order: Order) -> Order:
    """The order with the best of the profile's offers, its discount shared over the lines by their amounts."""
    amounts = [line.quantity * line.unit_price_fen for line in order.lines]
    left = sum(amounts)
    found = [(offer.discount(left), offer.id) for offer in profile.offers if offer.channel_id in ("", order.channel_id)]
    discount, name = max(found, default=(0, ""), key=lambda best: best[0])
    kept = tuple(pair for pair in order.attributes if pair[0] != PROMOTION)
    if not discount and len(kept) == len(order.attributes):
        return order
    lines, rest = [], discount
    for line, amount in zip(order.lines, amounts, strict=True):
        share = rest * amount // left if left else 0
        lines.append(replace(line, discount_fen=share))
        left, rest = left - amount, rest - share
    return replace(order, lines=tuple(lines), attributes=(*kept, (PROMOTION, name)) if discount else kept)
