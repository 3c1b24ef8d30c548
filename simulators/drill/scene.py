"""One scenario of the drill, played on a server process of its own on an empty file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from client.calls import JiaoqiClient
from client.process import launch
from jiaoqi.v1 import plan_pb2, promise_pb2, rule_service_pb2
from jiaoqi.v1 import promise_service_pb2 as pb
from simulators.drill import checks
from simulators.drill.days import Book, Sent
from simulators.drill.faults import SEARCHED, Breakdown, Meanwhile, Outage, Searches, Server
from simulators.load import WAITING_MAX, Call, Course, Due, closed_loop, open_loop

PROMISE = "/jiaoqi.v1.PromiseService/Promise"
QUOTE = "/jiaoqi.v1.PromiseService/Quote"
PATIENCE_S = 300.0
"""How long callers go on asking: one that gives up before has no answer, and fails the drill."""
WARMING, WARMERS = 50, 8
RETRIED = 50
"""Requests that are made once more after the restart: each has to get the answer of the first time."""
TIMEOUT_S = 900.0
"""The first call of a fresh installation may have to wait for the compiler."""
PAGE = 1000


@dataclass(frozen=True, slots=True)
class Plan:
    """What happens in a scenario. `kill_at` is the share of the orders that have come by then (None: no kill)."""

    name: str
    sent: Sequence[Sent]
    breakdowns: Sequence[Breakdown] = ()
    replan: bool = False
    kill_at: float | None = None


@dataclass(frozen=True, slots=True)
class Trade:
    """Rules (a folder, a file or the name of a shipped policy) and a table of promotions; empty and None: without."""

    rules: str = ""
    offers: Path | None = None


@dataclass(slots=True)
class Played:
    """What was sent and answered, and what was found afterwards over the API."""

    plan: Plan
    course: Course
    searches: Searches
    outages: list[Outage]
    breakdowns: list[Breakdown]
    memory: list[tuple[float, float]]
    listed: list[promise_pb2.Promise]
    schedule: list[plan_pb2.ScheduledOperation] = field(default_factory=list)
    fired: list[rule_service_pb2.RuleHealth] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    double_booked: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    wrong_promotions: list[str] = field(default_factory=list)

    def answers(self) -> list[promise_pb2.Promise]:
        """The promises of the calls that went well."""
        return [pb.PromiseResponse.FromString(call.answer).promise for call in self.course.answered]

    def measured(self) -> dict[str, float]:
        """What the limits are about, by name."""
        good, lines = checks.kept(self.listed)
        found: dict[str, float] = {
            "p50_ms": self.course.milliseconds(50),
            "p99_ms": self.course.milliseconds(99),
            "p999_ms": self.course.milliseconds(99.9),
            "unanswered": len(self.course.calls) - len(self.course.answered),
            "lost": len(self.lost),
            "double_booked": len(self.double_booked),
            "violations": len(self.violations),
            "wrong_promotions": len(self.wrong_promotions),
        }
        if self.memory:
            found["memory_mb"] = max(mb for _, mb in self.memory)
        if self.outages:
            found["recovery_s"] = max(outage.seconds for outage in self.outages)
        if lines:
            found["kept_percent"] = 100 * good / lines
        return found


def play(plan: Plan, book: Book, trade: Trade, scratch: Path, heard: Callable[[Call], None]) -> Played:
    """Play a scenario and look at what became of it; `heard` is told each answer. Raises CallError, OSError."""
    with TemporaryDirectory(dir=scratch) as folder:
        store, given = Path(folder, "store.sqlite"), flags(trade)
        server = Server(store, given, launch(store, given))
        try:
            _prepare(server, book, plan)
            played = _load(server, plan, heard)
            _look(server, played, book, trade)
        finally:
            server.running.stop()
    return played


def flags(trade: Trade) -> list[str]:
    """The flags of a server for the drill."""
    given = ["--queue-limit", str(WAITING_MAX), "--log-level", "error"]
    if trade.rules:
        given += ["--rules", trade.rules]
    if trade.offers is not None:
        given += ["--promotions", str(trade.offers)]
    return given


def open_plant(client: JiaoqiClient, book: Book) -> None:
    """Import the plant, set its clock to the opening, and let the desk learn from the history where there is one."""
    client.import_plant(book.files)
    client.set_clock(book.opening, plan_pb2.CLOCK_MODE_MANUAL)
    if book.history:
        client.calibrate(book.history)


def _prepare(server: Server, book: Book, plan: Plan) -> None:
    """Import the plant, set its clock to the opening, and warm both sides with calls that change nothing.

    A search is made, too: its process takes seconds to start, and minutes where nothing is compiled yet.
    """
    with JiaoqiClient(server.address, caller="drill", timeout_s=TIMEOUT_S) as client:
        open_plant(client, book)
        for _ in client.replan(kinds=SEARCHED, effort=1, reason="drill") if plan.replan else ():
            pass
    quotes = [pb.QuoteRequest(order=one.request.order).SerializeToString() for one in plan.sent[:WARMING]]
    closed_loop(server.address, QUOTE, quotes, WARMERS)


def _load(server: Server, plan: Plan, heard: Callable[[Call], None]) -> Played:
    dues = [Due(one.due_s, PROMISE, one.request.SerializeToString()) for one in plan.sent]
    kill_at_s = None if plan.kill_at is None else dues[int(plan.kill_at * (len(dues) - 1))].due_s
    meanwhile = Meanwhile(server, plan.sent)
    meanwhile.start(plan.breakdowns, replan=plan.replan, kill_at_s=kill_at_s)
    try:
        course = open_loop(server.address, dues, WAITING_MAX, patience_s=PATIENCE_S, heard=heard)
    finally:
        meanwhile.finish()
    return Played(plan, course, meanwhile.searches, meanwhile.outages, meanwhile.breakdowns, server.memory, [])


def _look(server: Server, played: Played, book: Book, trade: Trade) -> None:
    """Ask for all that was promised, restart the server, and ask again."""
    with JiaoqiClient(server.address, caller="drill", timeout_s=TIMEOUT_S) as client:
        played.listed = list(client.list_orders(page_size=PAGE))
        played.schedule = list(client.schedule(page_size=PAGE))
        played.fired = list(client.rule_health().rules) if trade.rules else []
        played.violations = client.check_plan()
    server.restart()
    with JiaoqiClient(server.address, caller="drill", timeout_s=TIMEOUT_S) as client:
        listed = {promise.order.id: promise for promise in client.list_orders(page_size=PAGE)}
        played.lost = checks.lost(played.answers(), listed) + _forgotten(server.address, played)
        played.violations += client.check_plan()
    played.double_booked = checks.double_booked(played.schedule, book.plant) + checks.given_twice(
        played.listed, book.plant
    )
    if trade.offers is not None:
        table = trade.offers.read_text(encoding="utf-8")
        played.wrong_promotions = checks.wrong_promotions(played.listed, table, book.plant)


def _forgotten(address: str, played: Played) -> list[str]:
    """Orders whose request, made once more, isn't answered as the first time."""
    some = played.course.answered[:: max(1, len(played.course.answered) // RETRIED)]
    requests = [played.plan.sent[call.number].request for call in some]
    again = closed_loop(address, PROMISE, [request.SerializeToString() for request in requests], 1)
    return [
        request.order.id
        for request, first, second in zip(requests, some, again.calls, strict=True)
        if second.code != "OK" or _dates(first) != _dates(second)
    ]


def _dates(call: Call) -> list[tuple[int, int, int]]:
    return checks.dates(pb.PromiseResponse.FromString(call.answer).promise)
