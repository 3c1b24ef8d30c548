"""The best legal set of promotions, for the customer or for the margin, with a reason for each that did not win.

It is found exactly, by branch and bound.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from domain.promotions import Favour, Lost, Why
from rulebase.promotions.basket import Basket, Discount, covered, discounts
from rulebase.promotions.margin import MarginSearch
from rulebase.promotions.search import FREE, Search, Usage
from rulebase.promotions.table import Gives, Promotion

__all__ = ["Choice", "Favour", "Lost", "Offers", "Usage", "Why", "choose"]


class Choice(Struct, frozen=True):
    """What an order is due. `proven`: no legal set is better; `looked_at` sets were compared."""

    won: tuple[Discount, ...]
    lost: tuple[Lost, ...]
    proven: bool = True
    looked_at: int = 0

    @property
    def fen(self) -> int:
        """The discount that is due, in all."""
        return sum(discount.fen for discount in self.won)


_NOTHING = Choice((), ())


def choose(table: Sequence[Promotion], basket: Basket, usage: Usage | None = None) -> Choice:
    """The best set of promotions for an order; ties go to more gifts, to fewer promotions, to the most valuable."""
    usage = usage or Usage()
    fit: list[Promotion] = []
    lost: list[Lost] = []
    for promotion in sorted(table, key=lambda one: one.id):
        why = _unfit(promotion, basket, usage)
        if why is None:
            fit.append(promotion)
        else:
            lost.append(_lost(promotion, why))
    return _chosen(fit, lost, basket, usage)


def _chosen(fit: list[Promotion], lost: list[Lost], basket: Basket, usage: Usage) -> Choice:
    """The best set of those that fit, beside what was lost before."""
    if len(fit) == 1 and (only := _taken_alone(fit[0], basket, usage)) is not None:
        return Choice((only,), tuple(sorted(lost, key=lambda one: one.promotion)), True, 1)
    search = (MarginSearch if usage.favour is Favour.MARGIN else Search)(basket, usage, fit)
    best = search.run()
    won = {promotion.id for promotion in best}
    lost += [
        _beaten(promotion, best, basket, usage, search.alone_fen(promotion))
        for promotion in fit
        if promotion.id not in won
    ]
    lost.sort(key=lambda one: one.promotion)
    return Choice(search.discounts(), tuple(lost), search.proven, search.nodes)


def _taken_alone(promotion: Promotion, basket: Basket, usage: Usage) -> Discount | None:
    """What the only promotion that fits gives, where it is plain that it is taken: as most often when any is."""
    if promotion.budget_fen is not None:
        return None
    (found,) = discounts(basket, (promotion,))
    return found if found.fen or promotion.gives in FREE else None


class Offers:
    """A table of promotions by channel, so that an order looks at few of them."""

    def __init__(self, table: Sequence[Promotion]) -> None:
        self.table = tuple(table)
        self.by_id = {promotion.id: promotion for promotion in table}
        channels = {channel for promotion in table for channel in promotion.channels}
        self._of = {
            channel: _Scopes([one for one in table if not one.channels or channel in one.channels])
            for channel in channels
        }
        self._of_any = _Scopes([one for one in table if not one.channels])

    def due(self, basket: Basket, usage: Usage) -> Choice:
        """What an order is due, and of those that lost the ones that it met: they lost to a cap, or to others.

        Such changes with every order; why all the others lost is told by `choose` when somebody asks.
        """
        fit: list[Promotion] = []
        lost: list[Lost] = []
        for promotion in self._of.get(basket.channel, self._of_any).of(basket):
            why = _unfit(promotion, basket, usage)
            if why is None:
                fit.append(promotion)
            elif why[0] in _CAPS:
                lost.append(_lost(promotion, why))
        if not fit:
            return Choice((), tuple(sorted(lost, key=lambda one: one.promotion))) if lost else _NOTHING
        return _chosen(fit, lost, basket, usage)

    def cover(self, channel: str, item: str, family: str) -> bool:
        """Whether any promotion is for a channel and covers an item."""
        return bool(self._of.get(channel, self._of_any).of_line(item, family))

    def unmet(self, basket: Basket, usage: Usage) -> list[Lost]:
        """Why those that `due` didn't even meet don't apply, the first condition of each; the nearest first.

        Nearest are those that cover a line and are for the channel. For whoever asks: it looks at the whole table.
        """
        found: list[tuple[tuple[bool, bool, int, str], Lost]] = []
        for promotion in self.table:
            why = _unfit(promotion, basket, usage)
            if why is None or why[0] in _CAPS:
                continue
            far = not covered(promotion, basket), _outside(basket.channel, promotion.channels)
            found.append(((*far, _NEARNESS.index(why[0]), promotion.id), _lost(promotion, why)))
        return [lost for _, lost in sorted(found, key=lambda one: one[0])]


class _Scopes:
    """Promotions by what they cover."""

    def __init__(self, table: Sequence[Promotion]) -> None:
        self._all = [promotion for promotion in table if not (promotion.items or promotion.families)]
        self._items: dict[str, list[Promotion]] = {}
        self._families: dict[str, list[Promotion]] = {}
        self._known: dict[tuple[str, str], tuple[Promotion, ...]] = {}
        for promotion in table:
            for item in promotion.items:
                self._items.setdefault(item, []).append(promotion)
            for family in promotion.families:
                self._families.setdefault(family, []).append(promotion)

    def of(self, basket: Basket) -> Iterable[Promotion]:
        """Those that cover a line."""
        if len(basket.lines) == 1:
            (line,) = basket.lines
            return self.of_line(line.item, line.family)
        found = {promotion.id: promotion for promotion in self._all}
        for line in basket.lines:
            for promotion in self.of_line(line.item, line.family):
                found[promotion.id] = promotion
        return found.values()

    def of_line(self, item: str, family: str) -> Sequence[Promotion]:
        """Those that cover a line of an item; the same every time, and most orders have one line."""
        known = self._known.get((item, family))
        if known is None:
            own = (*self._all, *self._items.get(item, ()), *self._families.get(family, ()))
            known = self._known[item, family] = tuple({promotion.id: promotion for promotion in own}.values())
        return known


def _unfit(promotion: Promotion, basket: Basket, usage: Usage) -> tuple[Why, object, object] | None:
    """The first condition that a promotion lacks, what was seen and what was needed."""
    found = _not_for(promotion, basket, usage)
    if found is not None:
        return found
    places = covered(promotion, basket)
    if not places:
        return Why.ITEMS, _bought(promotion, basket), promotion.items | promotion.families
    if promotion.least_fen:
        amount = sum([basket.lines[place].fen for place in places])
        if amount < promotion.least_fen:
            return Why.AMOUNT, amount, promotion.least_fen
    if promotion.least_quantity:
        quantity = sum([basket.lines[place].quantity for place in places])
        if quantity < promotion.least_quantity:
            return Why.QUANTITY, quantity, promotion.least_quantity
    if promotion.gives is Gives.BUY_GET:
        pieces = max([basket.lines[place].quantity for place in places])
        if pieces < promotion.buy + promotion.get:
            return Why.QUANTITY, pieces, promotion.buy + promotion.get
    used, spent = usage.by_customer.get(promotion.id, 0), usage.spent_fen.get(promotion.id, 0)
    if promotion.customer_cap is not None and used >= promotion.customer_cap:
        return Why.CUSTOMER_CAP, used, promotion.customer_cap
    if promotion.campaign_cap is not None and usage.by_all.get(promotion.id, 0) >= promotion.campaign_cap:
        return Why.CAMPAIGN_CAP, usage.by_all[promotion.id], promotion.campaign_cap
    if promotion.budget_fen is not None and spent >= promotion.budget_fen:
        return Why.BUDGET, spent, promotion.budget_fen
    return None


def _bought(promotion: Promotion, basket: Basket) -> frozenset[str]:
    """What is there of the kind that a promotion names: items, families, or both."""
    items = [line.item for line in basket.lines if promotion.items]
    return frozenset(items + [line.family for line in basket.lines if promotion.families])


_CAPS = (Why.CUSTOMER_CAP, Why.CAMPAIGN_CAP, Why.BUDGET)


_NEARNESS = (
    Why.AMOUNT, Why.QUANTITY, Why.BARRED, Why.NOT_OFFERED, Why.NOT_YET, Why.OVER, Why.GRADE, Why.CUSTOMER, Why.CHANNEL,
    Why.ITEMS,
)  # fmt: skip
"""What an order lacks, from what its buyer changes most easily on."""
NAMES_MAX = 10
"""Names that are told of a scope."""


def _not_for(promotion: Promotion, basket: Basket, usage: Usage) -> tuple[Why, object, object] | None:
    """Why a promotion isn't for this customer, channel or day."""
    if promotion.id in usage.barred:
        return Why.BARRED, "", ""
    if promotion.by_rule and promotion.id not in usage.offered:
        return Why.NOT_OFFERED, "", ""
    if _outside(basket.channel, promotion.channels):
        return Why.CHANNEL, basket.channel, promotion.channels
    if _outside(basket.customer, promotion.customers):
        return Why.CUSTOMER, basket.customer, promotion.customers
    if _outside(basket.grade, promotion.grades):
        return Why.GRADE, basket.grade, promotion.grades
    if promotion.first is not None and basket.day < promotion.first:
        return Why.NOT_YET, basket.day, promotion.first
    if promotion.last is not None and basket.day > promotion.last:
        return Why.OVER, basket.day, promotion.last
    return None


def _outside(value: str, scope: frozenset[str]) -> bool:
    return bool(scope) and value not in scope


def _named(names: frozenset[str]) -> str:
    """A scope as text; of a long one the beginning, and how many more there are."""
    more = f", … (+{len(names) - NAMES_MAX})" if len(names) > NAMES_MAX else ""
    return ", ".join(sorted(names)[:NAMES_MAX]) + more


def _lost(promotion: Promotion, why: tuple[Why, object, object]) -> Lost:
    seen, needed = (_named(one) if isinstance(one, frozenset) else str(one) for one in why[1:])
    return Lost(promotion.id, why[0], seen, needed)


def _beaten(promotion: Promotion, best: Sequence[Promotion], basket: Basket, usage: Usage, alone_fen: int) -> Lost:
    """Why a promotion that fits was not taken, and takes off so many fen alone."""
    margin = usage.favour is Favour.MARGIN
    overdrawn = _overdrawn(promotion, usage, alone_fen)
    if overdrawn is not None:
        return overdrawn
    if not alone_fen and promotion.gives not in FREE:
        return Lost(promotion.id, Why.NOTHING)
    for winner in best:
        if promotion.group and winner.group == promotion.group:
            why = Why.GROUP_FOR_MARGIN if margin else Why.GROUP
            return Lost(promotion.id, why, promotion.group, winner.id)
    for winner in best:
        if not (promotion.stacking and winner.stacking):
            return Lost(promotion.id, Why.ALONE_FOR_MARGIN if margin else Why.ALONE, "", winner.id)
    # For the margin all that can be taken along is: only a budget may keep it out, which others leave more to take of.
    if margin and promotion.budget_fen is not None:
        found = discounts(basket, (*best, promotion))
        overdrawn = _overdrawn(promotion, usage, sum(one.fen for one in found if one.promotion == promotion.id))
    return overdrawn or Lost(promotion.id, Why.WORSE, "", ", ".join(winner.id for winner in best))


def _overdrawn(promotion: Promotion, usage: Usage, fen: int) -> Lost | None:
    """A promotion that overdraws its budget when it takes off so many fen; None where it doesn't."""
    if promotion.budget_fen is None:
        return None
    whole = usage.spent_fen.get(promotion.id, 0) + fen
    if whole <= promotion.budget_fen:
        return None
    return Lost(promotion.id, Why.BUDGET, str(whole), str(promotion.budget_fen))
