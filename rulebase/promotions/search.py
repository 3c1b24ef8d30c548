"""Searches the legal sets of promotions for the best, by branch and bound: what is skipped is proven no better."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from domain.promotions import Favour
from rulebase.promotions.basket import Basket, Discount, covered, discounts, in_turn, most
from rulebase.promotions.table import Base, Gives, Promotion

WORK_MAX = 500_000
"""Promotions looked at over all sets; beyond, the best set found stands and says that it isn't proven.

Half a second, for orders that hundreds of promotions fit which may all be taken together.
"""
LEAF_WORK = 20
"""How much more a promotion costs in a set that is worked out than in one that is bounded."""
_NONE: Mapping[str, int] = MappingProxyType({})


class Usage(NamedTuple):
    """What other orders have of promotions: how many of this customer, how many in all, and fen in all.

    Beside it what rules say of this one: promotions that they offer or bar, and for whom the choice is.
    """

    by_customer: Mapping[str, int] = _NONE
    spent_fen: Mapping[str, int] = _NONE
    by_all: Mapping[str, int] = _NONE
    offered: frozenset[str] = frozenset()
    barred: frozenset[str] = frozenset()
    favour: Favour = Favour.CUSTOMER


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


Merit = tuple[int, int, int]
"""Greater is better: fen for the customer (for the margin the negative of what is given away), gifts and points, fewer
promotions."""


def merit(chosen: Sequence[Promotion], fen: int) -> Merit:
    """How good a set is that is worth so many fen."""
    return fen, sum([one.gives in FREE for one in chosen]), -len(chosen)


FREE = (Gives.GIFT, Gives.POINTS)


class Weighing:
    """The promotions that fit an order, and what sets of them take off."""

    def __init__(self, basket: Basket, usage: Usage, fit: Sequence[Promotion]) -> None:
        self._basket, self._usage = basket, usage
        self._places = {promotion.id: covered(promotion, basket) for promotion in fit}
        self._alone = {promotion.id: discounts(basket, (promotion,), self._places)[0] for promotion in fit}
        self._fen = {promotion.id: self._alone[promotion.id].fen for promotion in fit}
        self._room = [max(0, line.fen - max(0, line.floor_fen)) for line in basket.lines]
        self._chosen: tuple[Promotion, ...] = ()
        self._work = 0
        self.nodes = 0

    @property
    def proven(self) -> bool:
        """Whether no set is better than the best one found."""
        return self._work <= WORK_MAX

    def discounts(self) -> tuple[Discount, ...]:
        """What the best set takes off, in the order of application."""
        if self._apart(self._chosen):
            return tuple([self._alone[promotion.id] for promotion in in_turn(self._chosen)])
        return tuple(discounts(self._basket, self._chosen, self._places))

    def alone_fen(self, promotion: Promotion) -> int:
        """What a promotion takes off when it is taken alone, in fen."""
        return self._fen[promotion.id]

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


class Search(Weighing):
    """The set that takes off most. Depth first over the promotions, the most valuable first."""

    def __init__(self, basket: Basket, usage: Usage, fit: Sequence[Promotion]) -> None:
        super().__init__(basket, usage, fit)
        self._bounds = {promotion.id: self._bound_of(promotion) for promotion in fit}
        useful = [promotion for promotion in fit if self._bounds[promotion.id] or promotion.gives in FREE]
        self._fit = sorted(useful, key=lambda one: (-self._bounds[one.id], one.id))
        self._most = [self._bounds[promotion.id] for promotion in self._fit]
        self._free = [promotion.gives in FREE for promotion in self._fit]
        self._best: Merit | None = None

    def run(self) -> tuple[Promotion, ...]:
        """The best set."""
        best = self._plain()
        if best is None:
            self._visit_all()
            if not self.proven:
                self._offer_plain()
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
        if promotion.base is Base.LIST:
            return self._fen[promotion.id]
        found = most(promotion, self._basket, self._places[promotion.id])
        return found + len(self._basket.lines) if found and promotion.base is Base.REST else found

    def _visit_all(self) -> None:
        """Look at all sets: those that begin with `chosen` of the first `place` promotions, the greatest first.

        They have these groups and gifts, and take off at most so many fen.
        """
        open_: list[tuple[int, tuple[Promotion, ...], frozenset[str], int, int]] = [(0, (), frozenset(), 0, 0)]
        while open_ and self.proven:
            place, chosen, groups, fen, gifts = open_.pop()
            self.nodes += 1
            self._work += len(self._fit)
            if place == len(self._fit):
                self._offer(chosen)
                continue
            if self._best is not None and self._hopeless(self._best, place, chosen, groups, fen, gifts):
                continue
            open_.append((place + 1, chosen, groups, fen, gifts))
            promotion = self._fit[place]
            # What is taken alone has nothing before it and lets nothing in behind it.
            if promotion.group not in groups and (not chosen or (promotion.stacking and chosen[0].stacking)):
                wider = groups | {promotion.group} if promotion.group else groups
                more = fen + self._most[place], gifts + self._free[place]
                open_.append((place + 1, (*chosen, promotion), wider, *more))

    def _hopeless(
        self, best: Merit, place: int, chosen: tuple[Promotion, ...], groups: frozenset[str], fen: int, gifts: int
    ) -> bool:
        """Whether no completion is better than the best set."""
        bound, most_gifts = self._bound(place, chosen, groups, fen, gifts)
        bound = min(bound, sum(self._room))
        if (bound, most_gifts) > best[:2]:
            bound = min(bound, self._bound_by_line(place, chosen, groups))
        if (bound, most_gifts) != best[:2]:
            return (bound, most_gifts) < best[:2]
        # It can be as good at most: then it must do with fewer promotions.
        least, lacking = len(chosen), best[0] - fen
        for index in range(place, len(self._fit)):
            if lacking <= 0:
                break
            lacking -= self._most[index]
            least += 1
        return -least <= best[2]

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
                if not chosen:
                    single = max(single[0], self._most[index]), 1
                continue
            gifts += self._free[index]
            if not promotion.group:
                fen += self._most[index]
            elif promotion.group not in groups and promotion.group not in seen:
                seen.add(promotion.group)
                fen += self._most[index]
        # Each by itself, as what is left of the fen by the floors decides between them.
        return max(fen, single[0]), max(gifts, single[1])

    def _bound_by_line(self, place: int, chosen: tuple[Promotion, ...], groups: frozenset[str]) -> int:
        """What the best completion can take off at most, as no line gives more than its room, in fen."""
        whole, single = [0] * len(self._room), 0
        anywhere = sum([self._add(promotion, whole) for promotion in chosen])
        tops: dict[str, list[int]] = {}
        for index in range(place, len(self._fit)):
            promotion = self._fit[index]
            if not promotion.stacking:
                single = max(single, 0 if chosen else self._most[index])
            elif not promotion.group:
                anywhere += self._add(promotion, whole)
            elif promotion.group not in groups:
                own = [0] * len(whole)
                anywhere += self._add(promotion, own)
                top = tops.setdefault(promotion.group, own)
                tops[promotion.group] = [max(pair) for pair in zip(top, own, strict=True)]
        for top in tops.values():
            whole = [sum(pair) for pair in zip(whole, top, strict=True)]
        return max(single, anywhere + sum([min(pair) for pair in zip(whole, self._room, strict=True)]))

    def _add(self, promotion: Promotion, whole: list[int]) -> int:
        """Add what a promotion takes off each line; what may go to any line is returned instead, in fen."""
        if promotion.base is Base.REST:
            return self._bounds[promotion.id]
        for line, fen in enumerate(self._alone[promotion.id].lines):
            whole[line] += fen
        return 0

    def _offer_plain(self) -> None:
        """Offer what may be taken together, the most valuable first: also where no set was looked at to its end."""
        chosen: list[Promotion] = []
        groups: set[str] = set()
        for promotion in self._fit:
            # With a budget it might be too much; such sets are left to the search.
            if promotion.stacking and promotion.budget_fen is None and promotion.group not in groups:
                chosen.append(promotion)
                groups |= {promotion.group} - {""}
        self._offer(tuple(chosen))

    def _offer(self, chosen: tuple[Promotion, ...]) -> None:
        self._work += LEAF_WORK * len(chosen)
        fen = self._worth(chosen)
        if fen is None:
            return
        found = merit(chosen, fen)
        if self._best is None or found > self._best:
            self._best, self._chosen = found, chosen
