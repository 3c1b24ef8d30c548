"""A day in which one thing comes after the other by the plant's clock: orders, breakdowns and their ends.

An order is decided in the minute in which it came, however slow the machine is that plays the day. Only when the desk
dispatches anew, which it does while nobody asks, goes by the machine's own clock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from client.calls import JiaoqiClient
from client.process import start_server
from jiaoqi.v1 import promise_pb2
from simulators.drill import checks
from simulators.drill.days import Book
from simulators.drill.faults import Breakdown, close, report
from simulators.drill.scene import PAGE, TIMEOUT_S, Trade, flags, open_plant


@dataclass(frozen=True, slots=True)
class InTurn:
    """What was promised on a day, as it is listed when all is decided, and which rules the plan breaks."""

    listed: Sequence[promise_pb2.Promise]
    violations: Sequence[str]

    @property
    def kept_percent(self) -> float:
        """Lines that the plan delivers by their promised times."""
        good, lines = checks.kept(self.listed)
        return 100 * good / max(1, lines)


def play_in_turn(day: Book, trade: Trade, breakdowns: Sequence[Breakdown], scratch: Path) -> InTurn:
    """Have a day's orders promised by a server of its own, each when the plant's clock is at its minute.

    A breakdown that outlasts the last order stays open: its end is what the plan counts with. Raises
    CallError, OSError.
    """
    with (
        TemporaryDirectory(dir=scratch) as folder,
        start_server(Path(folder, "store.sqlite"), flags(trade)) as address,
        JiaoqiClient(address, caller="drill", timeout_s=TIMEOUT_S) as client,
    ):
        open_plant(client, day)
        now = day.opening
        for moment, happen in _steps(client, day, breakdowns):
            if moment > now:
                now = moment
                client.set_clock(now)
            happen()
        return InTurn(list(client.list_orders(page_size=PAGE)), client.check_plan())


def _steps(
    client: JiaoqiClient, day: Book, breakdowns: Sequence[Breakdown]
) -> Iterator[tuple[datetime, Callable[[], object]]]:
    """All that happens, with its minute; what ends comes before what breaks, and both before the minute's orders."""
    steps: list[tuple[datetime, int, Callable[[], object]]] = []
    last = _minute(day.arrivals[-1].time)
    for each in breakdowns:
        steps.append((_minute(each.start), 1, partial(report, client, each)))
        if each.end <= last:
            steps.append((_minute(each.end), 0, partial(close, client, each)))
    for arrival in day.arrivals:
        promise = partial(client.promise, arrival.order, request_id=f"drill:{arrival.order.id}")
        steps.append((_minute(arrival.time), 2, promise))
    for moment, _, happen in sorted(steps, key=lambda step: step[:2]):
        yield moment, happen


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)
