"""The set of promotions that gives least away, of those to which nothing can be added; what is skipped is proven so.

Promotions that may be taken together make slots: each group is one, and each promotion without a group. A set to which
nothing can be added has one of each slot, or it is one promotion that is taken alone. Only where a budget may run short
can a slot stay empty.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import lt

from rulebase.promotions.basket import Basket, handed, in_turn, most, take, wanted
from rulebase.promotions.search import FREE, LEAF_WORK, Merit, Usage, Weighing, legal, merit, worth
from rulebase.promotions.table import Base, Promotion

Slot = list[Promotion]


class MarginSearch(Weighing):
    """Depth first over the slots, what gives least away first."""

    def __init__(self, basket: Basket, usage: Usage, fit: Sequence[Promotion]) -> None:
        super().__init__(basket, usage, fit)
        self._useful = [promotion for promotion in fit if self._fen[promotion.id] or promotion.gives in FREE]
        self._cost = {
            promotion.id: promotion.cost_fen * handed(promotion, basket, self._places[promotion.id])
            for promotion in self._useful
        }
        self._asks = {promotion.id: self._asked(promotion) for promotion in self._useful}
        self._drop_unaffordable()
        self._sure = all(map(self._affordable, self._useful))
        self._best: Merit | None = None

    def run(self) -> tuple[Promotion, ...]:
        """The best set."""
        for promotion in self._useful:
            if not promotion.stacking:
                self._offer((promotion,))
        slots = self._slots()
        forced = [slot[0] for slot in slots if len(slot) == 1] if self._sure else []
        self._open = [slot for slot in slots if len(slot) > 1 or not self._sure]
        self._rest = self._least_of_rest()
        if self._open or forced or not self._sure or self._best is None:
            self._visit_all(tuple(forced))
        return self._chosen

    # What can be taken.

    def _asked(self, promotion: Promotion) -> tuple[int, ...]:
        """What it asks of each line at the list price, floors apart; nothing where it is counted on the rest."""
        alone = self._alone[promotion.id].lines
        if promotion.base is Base.LIST and all(map(lt, alone, self._room)):
            return alone
        asked = [0] * len(self._room)
        if promotion.base is Base.LIST:
            places = self._places[promotion.id]
            for place, fen in wanted(
                promotion, self._basket, places, [line.fen for line in self._basket.lines]
            ).items():
                asked[place] = fen
        return tuple(asked)

    def _affordable(self, promotion: Promotion) -> bool:
        """Whether its budget holds in any set."""
        if promotion.budget_fen is None:
            return True
        found = most(promotion, self._basket, self._places[promotion.id])
        # On the rest, each line may round by less than a fen.
        found += len(self._room) if found and promotion.base is Base.REST else 0
        return self._usage.spent_fen.get(promotion.id, 0) + found <= promotion.budget_fen

    def _drop_unaffordable(self) -> None:
        """Leave out what would overdraw its budget in any set: it asks for too much, and no floor ever lowers that."""
        short = [one for one in self._useful if one.base is Base.LIST and not self._affordable(one)]
        if not short:
            return
        whole = [sum(asked) for asked in zip(*self._asks.values(), strict=True)]
        wide = [fen <= room for fen, room in zip(whole, self._room, strict=True)]
        gone = {one.id for one in short if all(wide[place] for place in self._places[one.id])}
        self._useful = [one for one in self._useful if one.id not in gone]

    def _slots(self) -> list[Slot]:
        """The slots, those with the least choice first, each with what gives least away alone first."""
        found: dict[str, Slot] = {}
        for number, promotion in enumerate(self._useful):
            if promotion.stacking:
                found.setdefault(promotion.group or f"\x00{number}", []).append(promotion)
        # On the rest, a set that asks for less may still round to a fen more: there nothing is left out.
        plain = self._sure and all(one.base is Base.LIST for one in self._useful)
        slots = [self._undominated(slot) if plain else slot for slot in found.values()]
        for slot in slots:
            slot.sort(key=lambda one: (self._fen[one.id] + self._cost[one.id], one.id))
        return sorted(slots, key=lambda slot: (len(slot), slot[0].id))

    def _undominated(self, slot: Slot) -> Slot:
        """A slot without what asks at least as much of every line, and costs as much, as another of it."""
        found: Slot = []
        for one in sorted(slot, key=self._weight):
            if not any(self._dominates(other, one) for other in found):
                found.append(one)
        return found

    def _weight(self, promotion: Promotion) -> tuple[int, bool, str]:
        whole = sum(self._asks[promotion.id]) + self._cost[promotion.id]
        return whole, promotion.gives not in FREE, promotion.id

    def _dominates(self, one: Promotion, other: Promotion) -> bool:
        if other.gives in FREE and one.gives not in FREE:
            return False
        pairs = zip(self._asks[one.id], self._asks[other.id], strict=True)
        return self._cost[one.id] <= self._cost[other.id] and all(less <= more for less, more in pairs)

    # The search.

    def _least_of_rest(self) -> list[tuple[tuple[int, ...], int, int, int]]:
        """Of the slots from each place on: the least asked of each line, the least cost, gifts, how many they are."""
        found = [((0,) * len(self._room), 0, 0, 0)]
        for slot in reversed(self._open):
            asked, cost, gifts, count = found[0]
            gifts += any(one.gives in FREE for one in slot)
            if self._sure:
                least = [min(fen) for fen in zip(*(self._asks[one.id] for one in slot), strict=True)]
                asked = tuple(map(sum, zip(asked, least, strict=True)))
                cost += min(self._cost[one.id] for one in slot)
                count += 1
            found.insert(0, (asked, cost, gifts, count))
        return found

    def _visit_all(self, forced: tuple[Promotion, ...]) -> None:
        """Look at all sets with what is `forced`: those that have `chosen` of the first `place` slots."""
        open_ = [(0, forced)]
        while open_ and self.proven:
            place, chosen = open_.pop()
            self.nodes += 1
            self._work += 1 + len(chosen)
            if place == len(self._open):
                self._offer(chosen)
            elif self._best is None or self._bound(place, chosen) > self._best:
                if not self._sure:
                    open_.append((place + 1, chosen))
                open_ += [(place + 1, (*chosen, promotion)) for promotion in reversed(self._open[place])]

    def _bound(self, place: int, chosen: tuple[Promotion, ...]) -> Merit:
        """More than the merit of any completion can't be.

        What is asked on list prices adds up, up to the room of each line. What is left of each line after promotions on
        the rest falls with what is left before them, but for roundings of each line and of each total.
        """
        asked, cost, gifts, count = self._rest[place]
        whole = [sum(fen) for fen in zip(asked, *(self._asks[one.id] for one in chosen), strict=True)]
        taken = [min(pair) for pair in zip(whole, self._room, strict=True)]
        away = sum(taken) + cost + sum([self._cost[one.id] for one in chosen])
        later = [one for one in chosen if one.base is Base.REST and one.gives not in FREE]
        if later:
            left = [line.fen - fen for line, fen in zip(self._basket.lines, taken, strict=True)]
            for promotion in in_turn(later):
                away += sum(take(promotion, self._basket, self._places[promotion.id], left))
            away -= 2 * (len(left) + 1) * len(later)
        return -away, gifts + sum([one.gives in FREE for one in chosen]), -len(chosen) - count

    def _offer(self, chosen: tuple[Promotion, ...]) -> None:
        self._work += LEAF_WORK * (len(chosen) if self._sure else len(chosen) * len(self._useful))
        fen = self._worth(chosen)
        if fen is None or (not self._sure and self._could_add(chosen)):
            return
        found = merit(chosen, -fen - sum([self._cost[one.id] for one in chosen]))
        if self._best is None or found > self._best:
            self._best, self._chosen = found, chosen

    def _could_add(self, chosen: tuple[Promotion, ...]) -> bool:
        return any(
            legal((*chosen, promotion)) and worth((*chosen, promotion), self._basket, self._usage) is not None
            for promotion in self._useful
            if promotion not in chosen
        )
