"""A desk on a real store and plan, with clocks that tests set and faults that tests order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event as Signal
from threading import Thread
from typing import Any

from domain.alerts import Alert
from domain.calibration import Calibration
from domain.orders import Order, OrderLine
from domain.plant import ClockMode, Plant
from domain.promises import Event, EventKind, MaterialReservation, Promise, Reservation
from domain.proposals import Proposal
from domain.rule_versions import RuleVersion
from domain.values import replace
from promising.desk import Desk, DeskSettings, Redispatch
from promising.plant_files import write_plant
from promising.ports import (
    NOTHING_DUE,
    CommitFailed,
    CommitUnknown,
    Due,
    FeedRecord,
    OpenOrders,
    Placed,
    ProposalRow,
    RequestKey,
    RuleCount,
    Snapshot,
    StandingOrder,
    Stored,
    Verdict,
    Writing,
)
from promising.requests import Accept, Ask, Cancel, Change, ChangeAsk
from promising.takings import Used
from store.database import Store
from tests.plants import moulding_shop

MONDAY = datetime(2026, 3, 2, 0, tzinfo=UTC)
"""Monday 8:00 in the shop."""
OFF = DeskSettings(
    redispatch=Redispatch.OFF, check_in_background=False, option_search=timedelta(0), option_most=timedelta(minutes=5)
)


def shop(clock: ClockMode = ClockMode.MANUAL) -> Plant:
    plant = moulding_shop()
    return replace(plant, settings=replace(plant.settings, clock=clock))


def order(
    order_id: str = "SO-1",
    item_id: str = "cap",
    quantity: int = 240,
    *,
    days: float = 2,
    customer_id: str = "ACME",
    latest_days: float | None = None,
) -> Order:
    """An order of one line, asked for some days after Monday."""
    latest = None if latest_days is None else MONDAY + timedelta(days=latest_days)
    return Order(order_id, customer_id, (OrderLine(1, item_id, quantity, MONDAY + timedelta(days=days), latest),))


def ask(made: Order, request_id: str = "", accept: Accept = Accept.LATER, **changes: Any) -> Ask:
    return Ask(made, request_id or f"r-{made.id}", "shop", accept, **changes)


def change(order_id: str, made: Change, request_id: str = "", **changes: Any) -> ChangeAsk:
    name = f"{type(made).__name__}-{order_id}"
    return ChangeAsk(order_id, made, request_id or name, "shop", **changes)


def cancel(order_id: str, request_id: str = "", **changes: Any) -> ChangeAsk:
    return change(order_id, Cancel(), request_id or f"c-{order_id}", **changes)


class SetClock:
    """The machine's clocks, set by hand."""

    def __init__(self, unix: float = MONDAY.timestamp()) -> None:
        self.time, self.ticks = unix, 1000.0

    def unix(self) -> float:
        return self.time

    def monotonic(self) -> float:
        return self.ticks


class Gate:
    """An admission that can hold the writer where it stands, and fail on an order by name."""

    def __init__(self) -> None:
        self._open = Signal()
        self._open.set()
        self.reached = Signal()
        self.poison = ""

    def close(self) -> None:
        self.reached.clear()
        self._open.clear()

    def open(self) -> None:
        self._open.set()

    def look(self, plant: Plant, orders: OpenOrders) -> None:
        pass

    def ahead(self, orders: Sequence[Order], now: datetime, used: Callable[[str], Used]) -> None:
        pass

    def admit(self, order: Order, now: datetime) -> Verdict:
        self.reached.set()
        assert self._open.wait(30)
        if order.id == self.poison:
            raise ZeroDivisionError("poison")
        return Verdict()

    def due(self, order: Order, at: datetime, verdict: Verdict, used: Used) -> Due:
        return NOTHING_DUE


class Approval:
    """An approval whose verdict a test sets, and that notes what it was asked."""

    def __init__(self) -> None:
        self.verdict = Verdict()
        self.asked: list[tuple[str, list[Reservation]]] = []

    def approve(self, order: Order, placed: Placed, now: datetime) -> Verdict:
        self.asked.append((order.id, placed.reservations()))
        return self.verdict


class FaultyStore:
    """The real store, with faults before or after the commit that a test orders one by one."""

    def __init__(self, path: Path | str) -> None:
        self.real = Store(path)
        self.faults: list[str] = []
        self.commits = 0

    def commit(self, writing: Writing) -> None:
        fault = self.faults.pop(0) if self.faults else ""
        if fault == "before":
            raise CommitFailed("the disk is full")
        if fault == "lost":
            raise CommitUnknown("the connection broke")
        self.real.commit(writing)
        self.commits += 1
        if fault == "after":
            raise CommitUnknown("the connection broke")

    def claim(self) -> None:
        self.real.claim()

    def load(self) -> Stored:
        if self.faults and self.faults[0] == "unreadable":
            self.faults.pop(0)
            raise OSError("the disk is away")
        return self.real.load()

    def load_orders(self) -> Sequence[StandingOrder]:
        return list(self.real.load_orders())

    def snapshot(self) -> Snapshot:
        return self.real.snapshot()

    def proposals(self) -> list[Proposal]:
        return self.real.proposals()

    def proposal(self, proposal_id: str) -> ProposalRow | None:
        return self.real.proposal(proposal_id)

    def alerts(self) -> list[Alert]:
        return self.real.alerts()

    def calibrations(self) -> list[Calibration]:
        return self.real.calibrations()

    def last_proposal(self) -> int:
        return self.real.last_proposal()

    def history(self, order_id: str, after: int, last: int, limit: int) -> list[tuple[Event, int, Promise | None]]:
        return self.real.history(order_id, after, last, limit)

    def promise_at(self, order_id: str, version: int) -> Promise | None:
        return self.real.promise_at(order_id, version)

    def requests(self, keys: Any) -> Any:
        return self.real.requests(keys)

    def request_keys(self, after: RequestKey | None, limit: int) -> list[RequestKey]:
        return self.real.request_keys(after, limit)

    def feed(self, key: RequestKey) -> FeedRecord | None:
        return self.real.feed(key)

    def events(self, after: int, limit: int) -> list[Event]:
        return self.real.events(after, limit)

    def rule_versions(self) -> list[RuleVersion]:
        return self.real.rule_versions()

    def rule_files(self, number: int) -> dict[str, str]:
        return self.real.rule_files(number)

    def decision(self, order_id: str, version: int) -> tuple[int, int, int, bytes] | None:
        return self.real.decision(order_id, version)

    def decisions(self, after: int, limit: int, *, latest: bool = False) -> list[tuple[int, int, bytes]]:
        return self.real.decisions(after, limit, latest=latest)

    def rule_counts(self) -> list[RuleCount]:
        return self.real.rule_counts()

    def close(self) -> None:
        self.real.close()


class Bench:
    """A store, and desks opened on it one after the other."""

    def __init__(self, path: Path | str, plant: Plant | None = None, settings: DeskSettings = OFF) -> None:
        self.path, self.settings = path, settings
        self.clock, self.gate, self.approval = SetClock(), Gate(), Approval()
        self.left: list[tuple[Desk, FaultyStore]] = []
        self.open()
        self.desk.import_plant(write_plant(plant or shop()), caller="planner")
        self.desk.set_clock(MONDAY, caller="planner")

    def open(self) -> None:
        self.store = FaultyStore(self.path)
        self.desk = Desk(self.store, self.clock, self.settings, self.gate, approve=self.approval)
        self.desk.start()

    def crash(self) -> None:
        """Leave the desk without a word, as a killed process does, and open another on the same store."""
        self.left.append((self.desk, self.store))
        self.open()

    def restart(self) -> None:
        self.desk.stop()
        self.store.close()
        self.open()

    def close(self) -> None:
        self.gate.open()
        for desk, store in [*self.left, (self.desk, self.store)]:
            desk.stop(0)
            store.close()

    def pegs(self, order_id: str) -> list[MaterialReservation]:
        """What an order holds by the store's word."""
        return [peg for peg in self.store.load().image.material if peg.order_id == order_id]

    def kinds(self) -> list[EventKind]:
        return [event.kind for event in self.desk.events()]


@contextmanager
def bench(path: Path | str, **changes: Any) -> Iterator[Bench]:
    made = Bench(path, **changes)
    try:
        yield made
    finally:
        made.close()


class Call:
    """A call in a thread of its own."""

    def __init__(self, call: Callable[[], Any]) -> None:
        self.answer: Any = None
        self.error: Exception | None = None
        self._call = call
        self._thread = Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        try:
            self.answer = self._call()
        except Exception as error:
            self.error = error

    def result(self) -> Any:
        self._thread.join(30)
        assert not self._thread.is_alive()
        if self.error is not None:
            raise self.error
        return self.answer
