"""A decision on its way, and what to go back to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum

import numpy as np
from msgspec import Struct, field

from domain.orders import Order, OrderLine
from domain.promises import LinePromise, MaterialReservation, Reason, ReasonKind
from domain.rescues import Rescued
from scheduler.arrays import Ints
from scheduler.planning.way import Passing, Way
from scheduler.records import LineInfo
from scheduler.shipping import Service
from scheduler.sourcing import Kit


class PlanBroken(RuntimeError):
    """The plan in memory breaks a rule: a mistake of ours, and nothing of it may be stored."""

    def __init__(self, breaches: Sequence[str]) -> None:
        self.breaches = tuple(breaches)
        more = f", and {len(breaches) - 3} more" if len(breaches) > 3 else ""
        super().__init__("the plan breaks a rule: " + "; ".join(breaches[:3]) + more)


class Effort(StrEnum):
    """How far the desk goes at once."""

    INSTANT = "instant"
    """Tier 0: insertion with shifting."""
    TIER1 = "tier1"
    """Tier 0, and a re-dispatch when it misses the requested time."""


class Decision(Struct):
    """An order placed in memory: to be kept or undone before the next one."""

    order: Order
    now_s: int
    lines: tuple[LinePromise, ...]
    shifted: int = 0
    candidates: int = 0
    dispatches: int = 0
    infos: list[LineInfo] = field(default_factory=list)
    kits: list[Kit] = field(default_factory=list)
    """What goes into each line, as placed."""
    mark: tuple[int, int, int, int, int] = (0, 0, 0, 0, 0)
    backup: Backup | None = None
    pending: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    frozen: bool = False
    """Its work may stand in the frozen zone."""
    hold_s: int = 0
    """Until when it is held, Unix seconds; 0: it is not."""
    blocked: list[LineInfo] = field(default_factory=list)
    """Lines refused or taken out of which something has to stay, because other work would be late without it."""
    before: Before | None = None
    """What to go back to when a change of a standing order is undone."""
    bound: list[int] = field(default_factory=list)
    """Rows whose deadline was set anew."""
    region: str = ""
    """Where it goes."""
    services: tuple[Service, ...] = ()
    """Who may bring it; nobody where no carrier is known."""
    rests: frozenset[int] = frozenset()
    """Numbers of lines, the last ones, that are the rest of others."""
    rescued: Rescued | None = None
    """What a search for a rearrangement came to; None: it was not asked, or not needed."""
    way: Way | None = None
    """How it is placed where the caller takes what that costs."""
    narrowed: list[tuple[int, range, Ints]] = field(default_factory=list)
    """Rows whose candidates are only some of their modes, where all of them lie, and as they lay before."""
    passing: Passing | None = None
    """What it did to others that it passed."""
    beside: tuple[OrderLine, ...] = ()
    """Lines of an order delivered complete that stay where they are."""


class Attempt(Struct):
    """A line placed from one choice of sources, and how to take it back."""

    line: OrderLine
    info: LineInfo
    kit: Kit
    end: int
    mark: int
    pending: Ints


class Backup(Struct):
    """The arrays as they were."""

    ops: Ints
    lanes: Ints
    chunks: Ints
    dirs: Ints
    lines: Ints
    scalars: Ints


class Before(Struct):
    """A standing order and what waits for the store, as they were before a change."""

    arrays: Backup
    infos: list[LineInfo]
    pegs: list[MaterialReservation]
    removed: int
    changed: set[int]
    material: list[MaterialReservation]
    material_removed: list[str]
    freed: list[MaterialReservation]


def reason_of(kind: ReasonKind, duration_s: int, subject: str = "") -> Reason:
    """A reason that lasts so many seconds."""
    return Reason(kind, timedelta(0, duration_s), subject)
