"""A day of the drill carried out: the plant runs by the desk's plan, with the disturbances of one seed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from client.calls import JiaoqiClient
from client.process import start_server
from domain.calibration import Calibration, ExecutedLine
from promising.executed import executed
from simulators.coverage import LEVELS, date_of
from simulators.desk_office import DeskOffice, Policy
from simulators.disturbances import Disturbances
from simulators.drill.days import Book
from simulators.drill.scene import PAGE, TIMEOUT_S, Trade, flags, open_plant
from simulators.plant import Course, RunningPlant
from wire.orders import order_from_message
from wire.promises import promise_from_message

NEVER_S = 90 * 86_400
REPORTED = Policy(report_every=timedelta(hours=1))
"""The shop-floor system sends what was reported every hour; what breaks at once."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """A line that was promised: when its order came, what was told, and when it was there (None: not yet).

    `level` is how sure its date was told to be, percent; 0: nothing was said of that. `family` is empty where nobody
    asks.
    """

    arrived_s: int
    requested_s: int
    promised_s: int
    delivered_s: int | None
    level: int = 0
    family: str = ""

    @property
    def real_s(self) -> int:
        """When it was there; of what never came, a quarter of a year after its promise."""
        return self.promised_s + NEVER_S if self.delivered_s is None else self.delivered_s

    @property
    def kept(self) -> bool:
        """Whether it was there by the promised time."""
        return self.delivered_s is not None and self.delivered_s <= self.promised_s


@dataclass(slots=True)
class Executed:
    """What became of the lines of a day, and what the desk refused of it: nothing of that should be."""

    lines: list[Delivered]
    made: list[ExecutedLine]
    """What a desk learns of those that were made."""
    refused: list[str]
    violations: list[str]

    @property
    def kept_percent(self) -> float:
        """Lines that were there by their promised times."""
        return 100 * sum(line.kept for line in self.lines) / max(1, len(self.lines))


def carry_out(book: Book, trade: Trade, disturbances: Disturbances, seed: int, scratch: Path) -> Executed:
    """Have a day's orders promised by a server of their own, and the plant run until all is delivered."""
    plant = book.plant
    arrivals = [(arrival.time, order_from_message(arrival.order)) for arrival in book.arrivals]
    with (
        TemporaryDirectory(dir=scratch) as folder,
        start_server(Path(folder, "store.sqlite"), flags(trade)) as address,
        JiaoqiClient(address, caller="drill", timeout_s=TIMEOUT_S) as client,
    ):
        open_plant(client, book)
        office = DeskOffice(client, plant, disturbances, seed, REPORTED)
        running = office.running = RunningPlant(plant, arrivals, office, disturbances, seed, receipts=True)
        course = running.run()
        if course.delivered_s:
            office.over(max(course.delivered_s.values()))
        violations = client.check_plan()
        closed = [promise_from_message(each) for each in client.list_orders(parts=("reasons",), page_size=PAGE)]
    refused = [*(f"{call} ({count})" for call, count in office.problems.calls.items()), *office.problems.reports]
    return Executed(_lines(book, office, course), executed(closed, plant)[0], refused, violations)


def by_level(lines: Sequence[ExecutedLine], known: Calibration) -> list[Delivered]:
    """Each line once for each level, with its date of that level; without those of which too little is known."""
    dated = ((line, level, date_of(line, known, level)) for level in LEVELS for line in lines)
    return [delivered(line, date, level) for line, level, date in dated if date is not None]


def delivered(line: ExecutedLine, date: datetime, level: int) -> Delivered:
    """A line that was made, with a date of a level; it was asked for at once."""
    at, promised, there = (int(moment.timestamp()) for moment in (line.decided, date, line.completed))
    return Delivered(at, at, promised, there, level, line.family)


def _lines(book: Book, office: DeskOffice, course: Course) -> list[Delivered]:
    found = []
    for arrival in book.arrivals:
        for line in arrival.order.lines:
            name = (arrival.order.id, line.line_no)
            told = office.told.get(name)
            if told is not None and told.promised_s is not None:
                there_s = course.delivered_s.get(name)
                arrived_s = course.arrived_s[arrival.order.id]
                asked_s = line.requested_time.seconds
                found.append(Delivered(arrived_s, asked_s, told.promised_s, there_s, told.level))
    return found
