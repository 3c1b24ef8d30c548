"""Durable promises over gRPC with rules and promotions live, beside the same without them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks import ruled_orders, timing
from benchmarks.report import Ratio, Result, Row
from benchmarks.service import PROMISE, promise_message
from client.calls import JiaoqiClient
from client.process import start_server
from domain.orders import Order
from domain.plant import Plant
from domain.trade import CreditChange
from jiaoqi.v1 import promise_pb2, promise_service_pb2
from promising.admission import RuleAdmission
from promising.plant_files import write_plant
from promising.settings import Redispatch
from promising.takings import Used
from rulebase.language.checker import read_rules
from rulebase.promotions.choice import Offers
from simulators.load import Course, closed_loop
from simulators.orderbooks import Lead, OrderBook, book_file, read_book

HOW = """\
Two server processes on empty SQLite files (synchronous FULL), one with {rules} rules and {promotions} promotions live
and one without, fed in turns with the same orders by {callers} callers in one other process on the same cores;
{book}, mid lead, reasons on. `idle` is the setting of the promise bench's burst: tier 1 follows when nobody waits; with
`off` it never does. The orders have customers, channels, prices and the discount that is due; all pass the rules. The
ratio of rates is the median over rounds; that of CPU is of all processor time that the two server processes took in the
rounds, which other work on the machine disturbs less. `admit` is CPU time of building the facts, deciding and choosing
promotions for an order, in this process.
"""


@dataclass(frozen=True, slots=True)
class Settings:
    """`rounds` of the two servers in turn, each `each` orders, `callers` at once."""

    book: str = "3000-75"
    callers: int = 64
    rounds: int = 12
    each: int = 240
    admitted: int = 2_000
    seed: int = 7


FULL = Settings()
QUICK = Settings(rounds=4, each=150, admitted=600)
HELD = promise_pb2.PromiseState.Value("PROMISE_STATE_HELD")
WITH, WITHOUT = "with rules", "without"


def run(settings: Settings, scratch: Path) -> Iterator[Row | Result]:
    """Yield each figure's row, then the whole; `scratch` is where the stores lie meanwhile."""
    counts = {"rules": ruled_orders.RULES, "promotions": ruled_orders.PROMOTIONS}
    how = HOW.format(callers=settings.callers, book=settings.book, **counts)
    result = Result("rules-service", "durable promises with rules and promotions live", how, str(settings.seed))
    scratch.mkdir(parents=True, exist_ok=True)
    random = Random(settings.seed)
    book = read_book(book_file(settings.book), Lead.MID)
    arrivals = [(at, ruled_orders.bought(order, random)) for at, order in book.arrivals]
    plant = ruled_orders.trading(book.plant, random)
    items = sorted({line.item_id for _, order in book.arrivals for line in order.lines})
    rules, (table, promotions) = ruled_orders.rules(items, random), ruled_orders.promotions(items, random)
    offers = Offers(promotions)
    asked = [(at, ruled_orders.priced(order, plant, offers, at)) for at, order in arrivals]
    admission = RuleAdmission(read_rules({"bench": rules}), promotions=promotions)
    row = _admitted(admission, plant, asked[: settings.admitted], result)
    result.summary.append(row)
    yield row
    for redispatch in (Redispatch.IDLE, Redispatch.OFF):
        with TemporaryDirectory(dir=scratch) as folder:
            Path(folder, "bench.rules").write_text(rules, encoding="utf-8")
            Path(folder, "promotions.csv").write_text(table, encoding="utf-8")
            turns = _turns(Path(folder), plant, book, asked, redispatch, settings)
        yield from _compared(turns, redispatch, result)
    yield result


def _compared(turns: dict[str, list[tuple[Course, float]]], redispatch: Redispatch, result: Result) -> Iterator[Row]:
    """The rows of one setting; its ratios go to the result."""
    spent = {kind: sum(seconds for _, seconds in found) for kind, found in turns.items()}
    courses = {kind: [course for course, _ in found] for kind, found in turns.items()}
    for kind, found in courses.items():
        name = f"{kind.replace(' ', '-')}-{redispatch}"
        result.raw[name] = [{"answered": len(c.answered), "seconds": c.seconds} for c in found]
        result.summary.append(row_of(f"{kind}, redispatch {redispatch}", found, spent[kind]))
        yield result.summary[-1]
    wanted = "at least 0.9"
    ratio = median(one.rate / other.rate for one, other in zip(courses[WITH], courses[WITHOUT], strict=True))
    result.ratios.append(Ratio(f"promises per second with rules ÷ without, {redispatch}", ratio, wanted))
    cpu = spent[WITHOUT] / spent[WITH]
    result.ratios.append(Ratio(f"CPU of a promise without rules ÷ with, {redispatch}", cpu, wanted))


class NoOrders:
    """Nobody has open orders."""

    def follow(self) -> None: ...

    def amount_fen(self, customer_id: str, without: str) -> int:
        return 0

    def count(self, customer_id: str, without: str) -> int:
        return 0

    def by_others(self, customer_id: str, channel_id: str) -> bool:
        return False

    def credit_changes(self, customer_id: str, since_s: int) -> Sequence[CreditChange]:
        return ()

    def qualified(self, item_id: str, attribute: str) -> None:
        return None

    def elsewhere(self, customer_id: str, without: str, channel_id: str, item_id: str, at_s: int) -> tuple[str, ...]:
        return ()


def _admitted(admission: RuleAdmission, plant: Plant, asked: list[tuple[datetime, Order]], result: Result) -> Row:
    """What admission costs, the first tenth not counted."""
    admission.look(plant, NoOrders())
    used = Used({}, {}, {})
    spent = []
    for at, order in asked:
        began = timing.now()
        verdict = admission.admit(order, at)
        admission.due(order, at, verdict, used)
        spent.append(timing.since(began).cpu_s)
    kept = sorted(spent[len(spent) // 10 :])
    result.raw["admit"] = [{"seconds": one} for one in spent]
    return {
        "what": "admit (CPU)", "answered": len(kept), "per second": len(kept) / sum(kept),
        "p50 ms": kept[len(kept) // 2] * 1e3, "p99 ms": kept[len(kept) * 99 // 100] * 1e3,
        "CPU ms": sum(kept) / len(kept) * 1e3,
    }  # fmt: skip


def _turns(
    folder: Path,
    plant: Plant,
    book: OrderBook,
    asked: list[tuple[datetime, Order]],
    redispatch: Redispatch,
    settings: Settings,
) -> dict[str, list[tuple[Course, float]]]:
    """The rounds of both servers, each with the processor time of its server in seconds."""
    flags = ["--redispatch", redispatch.value, "--log-level", "error"]
    ruled = ["--rules", str(folder / "bench.rules"), "--promotions", str(folder / "promotions.csv")]
    found: dict[str, list[tuple[Course, float]]] = {WITH: [], WITHOUT: []}
    addresses, processes = {}, {}
    with ExitStack() as stack:
        for kind, more in ((WITH, ruled), (WITHOUT, [])):
            before = children()
            addresses[kind] = stack.enter_context(start_server(folder / f"{len(before)}.sqlite", [*flags, *more]))
            (processes[kind],) = children() - before
        for address in addresses.values():
            with JiaoqiClient(address) as client:
                client.import_plant(write_plant(plant))
                client.set_clock(book.start)
        for number in range(settings.rounds + 1):
            part = asked[number * settings.each : (number + 1) * settings.each]
            requests = [promise_message(order).SerializeToString() for _, order in part]
            # Whoever comes second finds the machine warm: the two change places.
            for kind in (WITH, WITHOUT) if number % 2 else (WITHOUT, WITH):
                with JiaoqiClient(addresses[kind]) as client:
                    client.set_clock(part[0][0])
                began = processor_s(processes[kind])
                course = closed_loop(addresses[kind], PROMISE, requests, settings.callers)
                check_promised(course)
                if number:
                    found[kind].append((course, processor_s(processes[kind]) - began))
    return found


def children() -> set[int]:
    """The processes that this one started."""
    return {int(word) for task in Path("/proc/self/task").iterdir() for word in (task / "children").read_text().split()}


def processor_s(process: int) -> float:
    """Processor time that a process took up to now, in seconds."""
    words = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def check_promised(course: Course) -> None:
    """Every promise must have been given: what is held or refused costs otherwise."""
    for call in course.calls:
        if call.code != "OK":
            raise AssertionError(f"a promise ended with {call.code}")
        promise = promise_service_pb2.PromiseResponse.FromString(call.answer).promise
        if any(line.state == HELD for line in promise.lines):
            raise AssertionError(f"{promise.order.id} is held")


def row_of(kind: str, courses: list[Course], spent_s: float) -> Row:
    """The figures of the rounds of one server, and its processor time."""
    whole = Course([call for course in courses for call in course.calls], sum(course.seconds for course in courses))
    return {
        "what": f"promise, {kind}", "answered": len(whole.answered), "per second": whole.rate,
        "p50 ms": whole.milliseconds(50), "p99 ms": whole.milliseconds(99),
        "CPU ms": spent_s / len(whole.answered) * 1e3,
    }  # fmt: skip
