"""What orders are due of promotions, worked out once more: plainly, by trying every set that may be taken together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import product

from domain.plant import Plant
from jiaoqi.v1 import promise_pb2
from rulebase.promotions.table import Base, Gives, Promotion, read_promotions

SETS_MAX = 50_000
"""An order with more sets than this is checked for what it was given only, not for whether more was due."""
Shares = list[int]
"""Fen off each line."""


class Audit:
    """A table of promotions, and what the orders so far have of it; orders come in the order of their commits."""

    def __init__(self, text: str, plant: Plant) -> None:
        self._table = {promotion.id: promotion for promotion in read_promotions(text)}
        self._plant = plant
        self._customers: Counter[tuple[str, str]] = Counter()
        self._orders: Counter[str] = Counter()
        self._spent: Counter[str] = Counter()

    def wrong(self, promise: promise_pb2.Promise) -> str:
        """What is wrong with the promotions of an order; empty where all is right to the fen. Counts it."""
        bought = _Bought(promise, self._plant)
        granted = {grant.promotion_id: grant for grant in promise.granted_promotions}
        chosen = [self._table[name] for name in granted if name in self._table]
        problem = ""
        if len(chosen) != len(granted) or not _together(chosen):
            problem = f"may not be taken together: {', '.join(granted)}"
        fit = [promotion for promotion in self._table.values() if self._fits(promotion, bought, granted)]
        missing = [promotion.id for promotion in chosen if promotion not in fit]
        if missing:
            problem = f"not due: {', '.join(missing)}"
        own = bought.off(chosen)
        told = {name: sum(line.discount_fen for line in grant.lines) for name, grant in granted.items()}
        for promotion in chosen:
            shares = own[promotion.id]
            given = {line.line_no: line.discount_fen for line in granted[promotion.id].lines}
            if sum(shares) != granted[promotion.id].discount_fen or sum(shares) != told[promotion.id]:
                problem = f"{promotion.id}: {granted[promotion.id].discount_fen} fen, due are {sum(shares)}"
            elif any(given.get(number, 0) != fen for number, fen in zip(bought.numbers, shares, strict=True)):
                problem = f"{promotion.id}: its shares by line are others"
            elif self._overdrawn(promotion, shares):
                problem = f"{promotion.id}: its budget is overdrawn"
        best = max((self._worth(found, bought) for found in _sets(fit)), default=0)
        if not problem and sum(told.values()) < best:
            problem = f"{sum(told.values())} fen off, {best} were due"
        self._count(promise.order.customer_id, own)
        return problem

    def _fits(self, promotion: Promotion, bought: _Bought, granted: Iterable[str]) -> bool:
        """Whether an order meets it, and it isn't used up. What only rules offer is taken for offered where given."""
        if promotion.by_rule and promotion.id not in granted:
            return False
        had = self._customers[bought.customer, promotion.id]
        if promotion.customer_cap is not None and had >= promotion.customer_cap:
            return False
        if promotion.campaign_cap is not None and self._orders[promotion.id] >= promotion.campaign_cap:
            return False
        return bought.meets(promotion)

    def _worth(self, chosen: Sequence[Promotion], bought: _Bought) -> int:
        """Fen off by a set; nothing where it would overdraw a budget."""
        off = bought.off(chosen)
        if any(self._overdrawn(promotion, off[promotion.id]) for promotion in chosen):
            return 0
        return sum(map(sum, off.values()))

    def _overdrawn(self, promotion: Promotion, shares: Shares) -> bool:
        budget = promotion.budget_fen
        return budget is not None and self._spent[promotion.id] + sum(shares) > budget

    def _count(self, customer: str, off: dict[str, Shares]) -> None:
        for name, shares in off.items():
            self._customers[customer, name] += 1
            self._orders[name] += 1
            self._spent[name] += sum(shares)


class _Bought:
    """The lines of an order that got a place, as promotions see them."""

    def __init__(self, promise: promise_pb2.Promise, plant: Plant) -> None:
        order = promise.order
        placed = {line.line_no for line in promise.lines if line.outcome != promise_pb2.OUTCOME_REFUSED}
        lines = [line for line in order.lines if line.line_no in placed]
        items = plant.item_by_id
        customer = plant.customer_by_id.get(order.customer_id)
        self.customer, self.channel = order.customer_id, order.channel_id
        self.grade = "" if customer is None else customer.grade
        self.day: date = datetime.fromtimestamp(promise.decide_time.seconds, UTC).astimezone(plant.zone).date()
        self.numbers = [line.line_no for line in lines]
        self.items = [line.item_id for line in lines]
        self.families = [items[line.item_id].family for line in lines]
        self.pieces = [line.quantity for line in lines]
        self.price = [line.unit_price_fen for line in lines]
        self.full = [line.quantity * line.unit_price_fen for line in lines]
        self.floor = [line.quantity * items[line.item_id].cost_fen for line in lines]

    def places(self, promotion: Promotion) -> list[int]:
        """The lines that a promotion covers."""
        if not promotion.items and not promotion.families:
            return list(range(len(self.items)))
        pairs = enumerate(zip(self.items, self.families, strict=True))
        return [n for n, (item, family) in pairs if item in promotion.items or family in promotion.families]

    def meets(self, promotion: Promotion) -> bool:
        """Whether it is for this customer, channel and day, and its thresholds are reached."""
        scopes = (
            (promotion.channels, self.channel), (promotion.customers, self.customer), (promotion.grades, self.grade),
        )  # fmt: skip
        if any(scope and value not in scope for scope, value in scopes):
            return False
        if (promotion.first and self.day < promotion.first) or (promotion.last and self.day > promotion.last):
            return False
        places = self.places(promotion)
        enough = sum(self.full[n] for n in places) >= promotion.least_fen
        return bool(places) and enough and sum(self.pieces[n] for n in places) >= promotion.least_quantity

    def off(self, chosen: Sequence[Promotion]) -> dict[str, Shares]:
        """What each of a set takes off each line: list prices first, by priority, then what is left."""
        left, found = list(self.full), {}
        for promotion in sorted(chosen, key=lambda one: (one.base is Base.REST, -one.priority, one.id)):
            places = self.places(promotion)
            wanted = self._wanted(promotion, places, self.full if promotion.base is Base.LIST else left)
            if promotion.order_cap_fen is not None and sum(wanted) > promotion.order_cap_fen:
                wanted = _split(promotion.order_cap_fen, wanted)
            shares = [0] * len(self.full)
            for place, fen in zip(places, wanted, strict=True):
                shares[place] = min(fen, max(0, left[place] - max(0, self.floor[place])))
                left[place] -= shares[place]
            found[promotion.id] = shares
        return found

    def _wanted(self, promotion: Promotion, places: list[int], base: Shares) -> Shares:
        """What a promotion would take off the lines that it covers, if nothing bounded it."""
        costs, pieces = [base[n] for n in places], [self.pieces[n] for n in places]
        if promotion.gives is Gives.PERCENT:
            # Half a fen is the customer's.
            return _split((2 * sum(costs) * promotion.rate + 1_000_000) // 2_000_000, costs)
        if promotion.gives is Gives.MINUS:
            return _split(min(promotion.fen * self._times(promotion, places), sum(costs)), costs)
        if promotion.gives is Gives.PRICE:
            return [max(0, cost - count * promotion.fen) for cost, count in zip(costs, pieces, strict=True)]
        if promotion.gives is Gives.BUY_GET:
            free = [count // (promotion.buy + promotion.get) * promotion.get for count in pieces]
            return [cost * none // count for cost, none, count in zip(costs, free, pieces, strict=True)]
        return [0] * len(places)

    def _times(self, promotion: Promotion, places: list[int]) -> int:
        if not promotion.every:
            return 1
        by_amount = sum(self.full[n] for n in places) // promotion.least_fen if promotion.least_fen else None
        by_count = sum(self.pieces[n] for n in places) // promotion.least_quantity if promotion.least_quantity else None
        return min(count for count in (by_amount, by_count) if count is not None)


def _split(total: int, costs: Shares) -> Shares:
    """A total over lines by what they cost; fen that are left go to the largest remainders, the first ones first."""
    whole = sum(costs)
    if not whole:
        return [0] * len(costs)
    parts = [total * cost // whole for cost in costs]
    by_rest = sorted(range(len(costs)), key=lambda n: (-(total * costs[n] % whole), n))
    for n in by_rest[: total - sum(parts)]:
        parts[n] += 1
    return parts


def _together(chosen: Sequence[Promotion]) -> bool:
    groups = [promotion.group for promotion in chosen if promotion.group]
    return len(groups) == len(set(groups)) and (len(chosen) < 2 or all(promotion.stacking for promotion in chosen))


def _sets(fit: Sequence[Promotion]) -> Iterator[list[Promotion]]:
    """All sets that may be taken together; none where there are too many."""
    alone = [promotion for promotion in fit if not promotion.stacking]
    choices: dict[str, list[Promotion | None]] = {}
    for promotion in fit:
        if promotion.stacking:
            choices.setdefault(promotion.group or f"\0{promotion.id}", [None]).append(promotion)
    count = 1
    for among in choices.values():
        count *= len(among)
    if count > SETS_MAX:
        return
    yield from ([promotion] for promotion in alone)
    for picked in product(*choices.values()):
        yield [promotion for promotion in picked if promotion is not None]
