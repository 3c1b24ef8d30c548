"""What a Gantt chart is made of: rows, runs on them, and times without work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Closure(StrEnum):
    """Why a machine or mould does not work."""

    DOWNTIME = "downtime"
    OFF_SHIFT = "off_shift"


@dataclass(frozen=True, slots=True)
class Run:
    """A run with its changeover `[visit_start, start)`; times are aware.

    `group` decides the colour: a family, an item or an order. `label` is written into the bar if it fits, by
    default the order.
    """

    resource_id: str
    order_id: str
    group: str
    visit_start: datetime
    start: datetime
    end: datetime
    units: tuple[int, ...] = (0,)
    mould_id: str = ""
    label: str = ""
    late: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A machine or mould, in the order in which they are drawn."""

    id: str
    title: str = ""
    units: int = 1


@dataclass(frozen=True, slots=True)
class Closed:
    """An interval in which a machine or mould does not work."""

    row_id: str
    start: datetime
    end: datetime
    closure: Closure = Closure.DOWNTIME
