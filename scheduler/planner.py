"""One plant's plan with its single writer: place an order, keep it or take it back, re-sequence, advance, restore."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from datetime import datetime

import numpy as np

from domain.checks import from_unix
from domain.errors import WouldBreakReservations
from domain.plant import Plant
from domain.promises import MaterialReservation
from scheduler import arrays as a
from scheduler.planning.adopting import Adopted, SequencesRefused
from scheduler.planning.answering import NO_PICK_UP
from scheduler.planning.decision import Decision, Effort, PlanBroken
from scheduler.planning.delivering import Date
from scheduler.planning.facts import HEAD, PERSISTED
from scheduler.planning.going_back import GoingBack
from scheduler.planning.moving import CannotMove
from scheduler.planning.resequencing import SequencesDontFit
from scheduler.records import Sequences, Step
from scheduler.stock import NONE_TAKEN, Kept, Repegged, Taken

__all__ = [
    "HEAD", "NO_PICK_UP", "PERSISTED", "Adopted", "CannotMove", "Date", "Decision", "Effort", "PlanBroken", "Planner",
    "Sequences", "SequencesDontFit", "SequencesRefused", "Step",
]  # fmt: skip


class Planner(GoingBack):
    """The plan of one plant. Not thread-safe: one writer."""

    def pegged(self) -> Iterator[MaterialReservation]:
        """All reserved material."""
        return (peg for pegs in self._stock.by_order.values() for peg in pegs)

    def pegs(self, order_id: str) -> Sequence[MaterialReservation]:
        """Material reserved for one order."""
        return tuple(self._stock.by_order.get(order_id, ()))

    def keep_for_others(self, kept: Mapping[str, Sequence[Kept]]) -> None:
        """From now on keep this of items, by their ids, for the highest priorities."""
        self._stock.kept = kept

    def begins(self, peg: MaterialReservation) -> datetime:
        """When the work begins that material is reserved for. Raises KeyError for what is delivered as it is."""
        self._settle()
        for info in self._by_order.get(peg.order_id, []):
            for lot in self._lines[info.index - info.lots : info.index + 1]:
                if lot.key0 == peg.lot:
                    rows = self._k.ops[self._consuming(lot, peg.stands_for or peg.item_id)]
                    standing = np.isin(rows[:, a.STATE], (a.OPEN, a.FIXED))
                    if standing.any():
                        return from_unix(int(rows[standing, a.START].min()))
        raise KeyError(peg.lot)

    def surpluses(self) -> Iterator[tuple[str, str, datetime, int]]:
        """What lots that are done made beyond their need: item, what it goes by, when it is there, quantity."""
        return ((item, name, from_unix(at_s), quantity) for item, name, at_s, quantity in self._stock.surpluses())

    def overdrawn_by(self, plant: Plant, items: Set[str], repegged: Repegged, taken: Taken = NONE_TAKEN) -> list[str]:
        """What reservations `replace_supply` would break, one a line."""
        return self._stock.overdrawn_by(plant, items, repegged, taken)

    def replace_supply(self, plant: Plant, items: Set[str], repegged: Repegged, taken: Taken = NONE_TAKEN) -> None:
        """Take over a plant that differs in the stock and receipts of `items` only; the plan of work stays.

        The orders in `repegged` hold that material from now on, and no other; `taken` of surpluses of these items is
        stock. Raises WouldBreakReservations, and then nothing is changed.
        """
        broken = self.overdrawn_by(plant, items, repegged, taken)
        if broken:
            raise WouldBreakReservations(broken)
        for order_id, pegs in repegged.items():
            self._freed += self._stock.by_order.get(order_id, [])
            self._material += pegs
            self._material_removed.append(order_id)
        for name, quantity in taken.items():
            self._take_surplus(name, quantity)
        moved = self._stock.resupply(plant, items, repegged)
        self.plant = plant
        waiting = (peg.order_id for peg in self.pegged() if peg.receipt_id in moved) if moved else ()
        followed = {*repegged, *waiting}
        self._follow_supply(followed)
        for order_id in followed:
            self._hold_back(order_id)
        if self._check is not None:
            self._check.supply(plant, items)
        self.version += 1
