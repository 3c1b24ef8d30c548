"""The best legal set of promotions: found exactly, by branch and bound, with a reason for each that did not win."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from domain.promotions import Lost, Why
from rulebase.promotions.basket import Basket, Discount, covered, discounts, in_turn, most
from rulebase.promotions.table import Base, Gives, Promotion

NODES_MAX = 200_000
"""Sets looked at; beyond, the best found stands and says that it isn't proven."""


class Favour(StrEnum):
    """Whom the choice favours."""

    CUSTOMER = "customer"
    """The greatest discount."""
    MARGIN = "margin"
    """The least discount among sets to which nothing can be added."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What other orders have of promotions: how many of this customer, how many in all, and fen in all."""

    by_customer: Mapping[str, int] = field(default_factory=dict)
    spent_fen: Mapping[str, int] = field(default_factory=dict)
    by_all: Mapping[str, int] = field(default_factory=dict)
    offered: frozenset[str] = frozenset()
    barred: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Choice:
    """What an order is due. `proven`: no legal set is better; `looked_at` sets were compared."""

    won: tuple[Discount, ...]
    lost: tuple[Lost, ...]
    proven: bool = True
    looked_at: int = 0

    @property
    def fen(self) -> int:
        """The discount that is due, in all."""
        return sum(discount.fen for discount in self.won)


def choose(
    table: Sequence[Promotion], basket: Basket, usage: Usage | None = None, favour: Favour = Favour.CUSTOMER
) -> Choice:
    """The best set of promotions for an order; ties go to more gifts, to fewer promotions, to the first by id."""
    usage = usage or Usage()
    fit: list[Promotion] = []
    lost: list[Lost] = []
    for promotion in sorted(table, key=lambda one: one.id):
        why = _unfit(promotion, basket, usage)
        if why is None:
            fit.append(promotion)
        else:
            lost.append(_lost(promotion, why))
    search = _Search(basket, usage, fit, favour)
    best = search.run()
    won = search.discounts()
    lost += [_beaten(promotion, best, basket, usage) for promotion in fit if promotion not in best]
    return Choice(won, tuple(sorted(lost, key=lambda one: one.promotion)), search.nodes <= NODES_MAX, search.nodes)


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
            return Choice((), tuple(sorted(lost, key=lambda one: one.promotion)))
        search = _Search(basket, usage, fit, Favour.CUSTOMER)
        best = search.run()
        won = {promotion.id for promotion in best}
        lost += [_beaten(promotion, best, basket, usage) for promotion in fit if promotion.id not in won]
        lost.sort(key=lambda one: one.promotion)
        return Choice(search.discounts(), tuple(lost), search.nodes <= NODES_MAX, search.nodes)


class _Scopes:
    """Promotions by what they cover."""

    def __init__(self, table: Sequence[Promotion]) -> None:
        self._all = [promotion for promotion in table if not (promotion.items or promotion.families)]
        self._items: dict[str, list[Promotion]] = {}
        self._families: dict[str, list[Promotion]] = {}
        for promotion in table:
            for item in promotion.items:
                self._items.setdefault(item, []).append(promotion)
            for family in promotion.families:
                self._families.setdefault(family, []).append(promotion)

    def of(self, basket: Basket) -> Iterable[Promotion]:
        """Those that cover a line."""
        found = {promotion.id: promotion for promotion in self._all}
        for line in basket.lines:
            for promotion in self._items.get(line.item, ()):
                found[promotion.id] = promotion
            for promotion in self._families.get(line.family, ()):
                found[promotion.id] = promotion
        return found.values()


def _unfit(promotion: Promotion, basket: Basket, usage: Usage) -> tuple[Why, object, object] | None:
    """The first condition that a promotion lacks, what was seen and what was needed."""
    found = _not_for(promotion, basket, usage)
    if found is not None:
        return found
    places = covered(promotion, basket)
    if not places:
        return Why.ITEMS, "", promotion.items | promotion.families
    if promotion.least_fen:
        amount = sum([basket.lines[place].fen for place in places])
        if amount < promotion.least_fen:
            return Why.AMOUNT, amount, promotion.least_fen
    if promotion.least_quantity:
        quantity = sum([basket.lines[place].quantity for place in places])
        if quantity < promotion.least_quantity:
            return Why.QUANTITY, quantity, promotion.least_quantity
    used, spent = usage.by_customer.get(promotion.id, 0), usage.spent_fen.get(promotion.id, 0)
    if promotion.customer_cap is not None and used >= promotion.customer_cap:
        return Why.CUSTOMER_CAP, used, promotion.customer_cap
    if promotion.campaign_cap is not None and usage.by_all.get(promotion.id, 0) >= promotion.campaign_cap:
        return Why.CAMPAIGN_CAP, usage.by_all[promotion.id], promotion.campaign_cap
    if promotion.budget_fen is not None and spent >= promotion.budget_fen:
        return Why.BUDGET, spent, promotion.budget_fen
    return None


_CAPS = (Why.CUSTOMER_CAP, Why.CAMPAIGN_CAP, Why.BUDGET)


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


def _lost(promotion: Promotion, why: tuple[Why, object, object]) -> Lost:
    seen, needed = (", ".join(sorted(one)) if isinstance(one, frozenset) else str(one) for one in why[1:])
    return Lost(promotion.id, why[0], seen, needed)


def _beaten(promotion: Promotion, best: Sequence[Promotion], basket: Basket, usage: Usage) -> Lost:
    if promotion.budget_fen is not None and worth((promotion,), basket, usage) is None:
        (alone,) = discounts(basket, (promotion,))
        whole = usage.spent_fen.get(promotion.id, 0) + alone.fen
        return Lost(promotion.id, Why.BUDGET, str(whole), str(promotion.budget_fen))
    for winner in best:
        if promotion.group and winner.group == promotion.group:
            return Lost(promotion.id, Why.GROUP, promotion.group, winner.id)
    for winner in best:
        if not (promotion.stacking and winner.stacking):
            return Lost(promotion.id, Why.ALONE, "", winner.id)
    return Lost(promotion.id, Why.WORSE, "", ", ".join(winner.id for winner in best))


def legal(chosen: Sequence[Promotion]) -> bool:
    """Whether promotions may be taken together."""
    groups = [promotion.group for promotion in chosen if promotion.group]
    return len(set(groups)) == len(groups) and (len(chosen) < 2 or all(promotion.stacking for promotion in chosen))


def worth(
    chosen: Sequence[Promotion], basket: Basket, usage: Usage, known: Mapping[str, tuple[int, ...]] | None = None
) -> int | None:
    """What a set takes off, in fen; None where it would overdraw a budget. `known` as for `discounts`."""
    found = discounts(basket, chosen, known)
    budget = {promotion.id: promotion.budget_fen for promotion in chosen}
    for discount in found:
        bound = budget[discount.promotion]
        if bound is not None and usage.spent_fen.get(discount.promotion, 0) + discount.fen > bound:
            return None
    return sum(discount.fen for discount in found)


Merit = tuple[int, int, int, tuple[str, ...]]
"""Greater is better: fen (their negative for margin), gifts and points, fewer promotions; then the ids, first first."""


def merit(chosen: Sequence[Promotion], fen: int, favour: Favour) -> Merit:
    """How good a set is that takes off so many fen; the ids are inverted so that the first of them is the greatest."""
    sign = 1 if favour is Favour.CUSTOMER else -1
    ids = tuple(
        "".join(chr(0x10FFFF - ord(letter)) for letter in one.id) for one in sorted(chosen, key=lambda one: one.id)
    )
    return sign * fen, sum(one.gives in _FREE for one in chosen), -len(chosen), ids


_FREE = (Gives.GIFT, Gives.POINTS)


class _Search:
    """Depth first over the promotions, the most valuable first."""

    def __init__(self, basket: Basket, usage: Usage, fit: Sequence[Promotion], favour: Favour) -> None:
        self._basket, self._usage, self._favour = basket, usage, favour
        self._places = {promotion.id: covered(promotion, basket) for promotion in fit}
        self._alone = {promotion.id: discounts(basket, (promotion,), self._places)[0] for promotion in fit}
        self._fen = {promotion.id: self._alone[promotion.id].fen for promotion in fit}
        bounds = {promotion.id: self._bound_of(promotion) for promotion in fit}
        useful = [promotion for promotion in fit if bounds[promotion.id] or promotion.gives in _FREE]
        self._fit = sorted(useful, key=lambda one: (-bounds[one.id], one.id))
        self._most = [bounds[promotion.id] for promotion in self._fit]
        self._free = [promotion.gives in _FREE for promotion in self._fit]
        self._best: tuple[int, int, int] | None = None
        self._chosen: tuple[Promotion, ...] = ()
        self.nodes = 0

    def run(self) -> tuple[Promotion, ...]:
        """The best set."""
        best = self._plain() if self._favour is Favour.CUSTOMER else None
        if best is None:
            self._visit(0, (), frozenset(), 0, 0)
        else:
            self.nodes, self._chosen = 1, best
        return self._chosen

    def _plain(self) -> tuple[Promotion, ...] | None:
        """All that may be taken together, of each group the one that takes off most; None where that may not be best.

        It is where they take off all that they could: any other set lacks one of them, which takes off something or is
        a gift, or has a lesser one in its place.
        """
        tops: dict[str, int] = {}
        chosen, fen, alone = [], 0, -1
        for promotion, most_fen in zip(self._fit, self._most, strict=True):
            group = promotion.group
            if not promotion.stacking:
                alone = max(alone, most_fen)
            elif not group or group not in tops:
                tops[group] = most_fen
                chosen.append(promotion)
                fen += most_fen
            elif tops[group] == most_fen:
                return None
        found = tuple(chosen)
        return found if alone < fen and self._worth(found) == fen else None

    def _bound_of(self, promotion: Promotion) -> int:
        """The most that a promotion can take off in any set, in fen.

        Others only lower what is left for it. On list prices that is what it takes alone. On the rest, shares move to
        other lines as others lower the rest, so that floors don't bound it, and each line may round by less than a fen.
        """
        if promotion.base is Base.LIST and self._favour is Favour.CUSTOMER:
            return self._fen[promotion.id]
        found = most(promotion, self._basket, self._places[promotion.id])
        return found + len(self._basket.lines) if found and promotion.base is Base.REST else found

    def _visit(self, place: int, chosen: tuple[Promotion, ...], groups: frozenset[str], fen: int, gifts: int) -> None:
        """Look at all sets that begin with `chosen` of the first `place` promotions.

        They have these groups and gifts, and take off at most so many fen.
        """
        self.nodes += 1
        if self.nodes > NODES_MAX:
            return
        if place == len(self._fit):
            self._offer(chosen, gifts)
            return
        best = self._best if self._favour is Favour.CUSTOMER else None
        if best is not None and self._bound(place, chosen, groups, fen, gifts) < best[:2]:
            return
        promotion = self._fit[place]
        # What is taken alone has nothing before it and lets nothing in behind it.
        fits = promotion.group not in groups and (not chosen or (promotion.stacking and chosen[0].stacking))
        if fits:
            wider = groups | {promotion.group} if promotion.group else groups
            self._visit(place + 1, (*chosen, promotion), wider, fen + self._most[place], gifts + self._free[place])
        self._visit(place + 1, chosen, groups, fen, gifts)

    def _bound(
        self, place: int, chosen: tuple[Promotion, ...], groups: frozenset[str], fen: int, gifts: int
    ) -> tuple[int, int]:
        """What the best completion can take off at most, and its gifts: each alone, the best of each group."""
        if chosen and not chosen[0].stacking:
            return fen, gifts
        single = (0, 0)
        seen: set[str] = set()
        for index in range(place, len(self._fit)):
            promotion = self._fit[index]
            if not promotion.stacking:
                single = max(single, (0, 0) if chosen else (self._most[index], 1))
                continue
            gifts += self._free[index]
            if not promotion.group:
                fen += self._most[index]
            elif promotion.group not in groups and promotion.group not in seen:
                seen.add(promotion.group)
                fen += self._most[index]
        return max((fen, gifts), single)

    def _offer(self, chosen: tuple[Promotion, ...], gifts: int) -> None:
        fen = self._worth(chosen)
        if fen is None or (self._favour is Favour.MARGIN and self._could_add(chosen)):
            return
        found = (fen if self._favour is Favour.CUSTOMER else -fen, gifts, -len(chosen))
        if self._best is None or found > self._best or (found == self._best and self._before(chosen)):
            self._best, self._chosen = found, chosen

    def _before(self, chosen: tuple[Promotion, ...]) -> bool:
        """Whether a set that is as good as the best comes before it."""
        return merit(chosen, 0, self._favour) > merit(self._chosen, 0, self._favour)

    def _worth(self, chosen: tuple[Promotion, ...]) -> int | None:
        """As `worth`."""
        for promotion in chosen:
            if promotion.budget_fen is not None:
                return worth(chosen, self._basket, self._usage, self._places)
        if not self._apart(chosen):
            return worth(chosen, self._basket, self._usage, self._places)
        return sum([self._fen[promotion.id] for promotion in chosen])

    def _apart(self, chosen: tuple[Promotion, ...]) -> bool:
        """Whether no line is covered twice: then they take off together what each takes off alone."""
        if len(chosen) < 2:
            return True
        seen: set[int] = set()
        for promotion in chosen:
            places = self._places[promotion.id]
            if not seen.isdisjoint(places):
                return False
            seen.update(places)
        return True

    def discounts(self) -> tuple[Discount, ...]:
        """What the best set takes off, in the order of application."""
        if self._apart(self._chosen):
            return tuple([self._alone[promotion.id] for promotion in in_turn(self._chosen)])
        return tuple(discounts(self._basket, self._chosen, self._places))

    def _could_add(self, chosen: tuple[Promotion, ...]) -> bool:
        return any(
            legal((*chosen, promotion)) and worth((*chosen, promotion), self._basket, self._usage) is not None
            for promotion in self._fit
            if promotion not in chosen
        )
