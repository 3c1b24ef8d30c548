"""What was published of firms before and after they got a desk, and the habits that stand here for a firm without one.

The habits and disturbances are set so that *before* comes out as published. They were frozen before *after* was run for
the first time; whoever changes one of them runs both again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time, timedelta

from simulators.disturbances import Disturbances
from simulators.spreadsheet import Habits


@dataclass(frozen=True, slots=True)
class Case:
    """A firm: its factory, how it worked, what goes wrong in it, and what was published.

    `days` of orders make a run. `window`: the time from an order to its delivery whose share of orders is told (None:
    there is no such figure). `before` and `after` are published shares by the name of their figure. `buffer` is what
    the desk adds to later dates on purpose. The factory is `scale_percent` of its full size, which only furniture has.
    `packed` is the operation with which goods are finished where what is behind it is done elsewhere (empty: the last).
    """

    factory: str
    days: int
    habits: Habits
    disturbances: Disturbances
    before: Mapping[str, float]
    after: Mapping[str, float]
    window: timedelta | None = None
    buffer: timedelta = timedelta(0)
    scale_percent: int = 100
    packed: str = ""


CASES: Mapping[str, Case] = {
    "moulding": Case(
        "moulding",
        days=25,
        habits=Habits(lead=timedelta(days=5), agrees_share=0.4, updates=(time(9), time(15)), loud_share=0.4, looks=2),
        disturbances=Disturbances(),
        before={"on_time": 0.67},
        after={"on_time": 0.93},
        buffer=timedelta(days=1),
    ),
    "brakes": Case(
        "brakes",
        days=8,
        # Four days are what is promised to everybody; a change of the coat is what workers spare where they can.
        habits=Habits(lead=timedelta(days=4), updates=(time(9), time(15)), looks=7, spares=True),
        disturbances=Disturbances(breakdown_every=timedelta(hours=260)),
        before={"on_time": 0.618, "window": 0.51},
        after={"on_time": 0.937, "window": 0.937},
        window=timedelta(hours=96),
        buffer=timedelta(hours=12),
    ),
    "furniture": Case(
        "furniture",
        days=7,
        # Flats are not ready earlier: work begins a week before the date, at the next look at the list (in the morning
        # or at eight in the evening), wherever the order goes. Installers come last: no carrier is late behind them.
        habits=Habits(lead=timedelta(days=28), updates=(time(8), time(20)), releases=timedelta(days=7)),
        disturbances=Disturbances(carrier_late_share=0),
        before={"on_time": 0.921},
        after={"on_time": 0.986},
        buffer=timedelta(days=1),
        scale_percent=10,
        packed="pack",
    ),
}
"""By factory."""
