"""A plan copied to try things on, while the planner goes on."""

from __future__ import annotations

from copy import copy
from typing import Self

from scheduler.planning.displacing import Displacing
from scheduler.sourcing import Sourcer

SPARE = 1024
"""Rows to spare in a copy, on which little is tried."""


class Scratch(Displacing):
    """Makes copies of itself."""

    def scratch(self) -> Self:
        """A plan of its own that stands as this one does, for any one thread. Nothing of it is ever stored."""
        self._settle()
        made = copy(self)
        made._k = self._k.copied(SPARE)
        made._lines = [copy(info) for info in self._lines]
        made._by_order = {name: [made._lines[info.index] for info in infos] for name, infos in self._by_order.items()}
        made._leftover = [made._lines[info.index] for info in self._leftover]
        made._placed = []
        made.layout = self.layout.copy()
        made._stock = self._stock.copy()
        made._sourcer = Sourcer(self.plant, made._stock)
        made._check, made._last_check, made._as_read = None, None, False
        made._pins = dict(self._pins)
        for name in ("_changed", "_yields", "_begun", "_yielded", "_reports"):
            setattr(made, name, copy(getattr(self, name)))
        for name in ("_removed", "_material", "_material_removed", "_freed", "_promised", "_ending"):
            setattr(made, name, list(getattr(self, name)))
        made._out, made._shares = self._out.copy(), self._shares.copy()
        return made
