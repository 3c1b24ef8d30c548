"""What a rescue is asked and answers, as plain data that another process can take."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from domain.rescues import Rescue
from scheduler.improve.shop import Shop
from scheduler.records import Step
from scheduler.view import PlanView

Own = Mapping[int, tuple[int, int]]
"""By the keys of an order's own work, which are its until it is undone: the place of its line, and in that line."""


class ShopAsk(Struct, frozen=True):
    """A plan on single machines: rows of the shop that are the order's own, whose lines carry until when they may end.

    The order's own work stands where the tiers before left it, too late.
    """

    shop: Shop
    own: Own
    version: int
    held: tuple[str, ...] = ()


class PlanAsk(Struct, frozen=True):
    """Any plan, the order's own work in it with the deadlines that it should keep."""

    plan: PlanView
    own: Own

    @property
    def version(self) -> int:
        """The plan's."""
        return self.plan.version


RescueAsk = ShopAsk | PlanAsk


class Found(Struct, frozen=True):
    """How a search ended; where it found something, all work that may move, what comes first first.

    `steps` say how it is done; without them `keys` alone are the sequences, each done as it stands. `held` names what
    the search kept as it was.
    """

    rescue: Rescue
    version: int
    own: Own
    keys: tuple[int, ...] = ()
    steps: tuple[Step, ...] = ()
    held: tuple[str, ...] = ()
    seconds: float = 0.0
