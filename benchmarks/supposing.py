"""What-if questions to a desk: how long they take, and how long it decides nothing else for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import timing
from benchmarks.report import Ratio, Result, Row
from promising.desk import Desk, DeskSettings, Redispatch
from promising.disruption_requests import Report
from promising.plant_files import write_plant
from promising.requests import Ask
from promising.what_if import Supposed
from simulators.orderbooks import Lead, OrderBook, book_file, read_book
from store.clock import SystemClock
from store.database import Store

HOW = """\
All orders of a book are promised at its start at a desk in this process, on a SQLite file; nothing else goes on. Each
question is asked so many times, by a sentence (the outage of the book, by its fields): from the call to the answer,
p50 and the most of them; `stands still`: for how long the desk decided nothing else meanwhile (the copy of plan and
orders), p50.
"""


@dataclass(frozen=True, slots=True)
class Settings:
    """`orders` cuts the books short (None: whole); `rounds` is how often each question is asked."""

    books: tuple[str, ...] = ("3000-85",)
    rounds: int = 20
    orders: int | None = None


FULL = Settings()
QUICK = Settings(rounds=5)


def run(settings: Settings, scratch: Path) -> Iterator[Row | Result]:
    """Yield the row of each question, then the whole; `scratch` is where the store lies meanwhile."""
    result = Result("whatif", "what-if questions to a full desk", HOW, "none, the books are files")
    scratch.mkdir(parents=True, exist_ok=True)
    for name in settings.books:
        book = read_book(book_file(name), Lead.LONG)
        with TemporaryDirectory(dir=scratch) as folder:
            store = Store(Path(folder, "store.sqlite"))
            desk = Desk(store, SystemClock(), DeskSettings(redispatch=Redispatch.OFF, check_in_background=False))
            desk.start()
            try:
                for row in _measured(name, desk, book, settings, result):
                    result.summary.append(row)
                    yield row
            finally:
                desk.stop()
                store.close()
    slowest = max(float(row["p50 ms"]) for row in result.summary)
    result.ratios.append(Ratio("the slowest question, p50 ms", slowest, "under 1,000"))
    yield result


def _measured(name: str, desk: Desk, book: OrderBook, settings: Settings, result: Result) -> Iterator[Row]:
    desk.import_plant(write_plant(book.plant))
    desk.set_clock(book.start)
    orders = [order for _, order in book.arrivals[: settings.orders]]
    for order in orders:
        desk.promise(Ask(order, f"r-{order.id}"))
    middle = orders[len(orders) // 2]
    line = middle.lines[0]
    more = f"{middle.id} line {line.line_no} wants {2 * line.quantity}"
    asked = {
        "a machine is down for two days": Supposed(
            [Report(book.outage.subject_id, start=book.outage.start, end=book.outage.end)]
        ),
        "pieces of an order are scrap": Supposed(sentence=f"scrap {line.quantity} of {middle.id}"),
        "a customer wants twice as much": Supposed(sentence=more),
        "a customer withdraws an order": Supposed(sentence=f"{middle.id} withdrawn"),
    }
    for what, supposed in asked.items():
        rows = [_asked(desk, what, supposed) for _ in range(settings.rounds)]
        result.raw[f"{name}-{what.replace(' ', '-')}"] = rows
        yield _summary(name, what, len(desk.schedule()), rows)


def _asked(desk: Desk, what: str, supposed: Supposed) -> Row:
    began = timing.now()
    told = desk.what_if(supposed)
    spent = timing.since(began)
    return {
        "what": what, "wall_s": spent.wall_s, "cpu_s": spent.cpu_s, "stood_s": told.stood_still.total_seconds(),
        "at_risk": len(told.at_risk), "moved": told.moved, "shifted": told.shifted,
    }  # fmt: skip


def _summary(name: str, what: str, operations: int, rows: Sequence[Row]) -> Row:
    walls, stood = (sorted(1000 * float(row[clock]) for row in rows) for clock in ("wall_s", "stood_s"))
    middle = len(rows) // 2
    return {
        "book": name, "what": what, "operations": operations, "p50 ms": walls[middle], "most ms": walls[-1],
        "stands still ms": stood[middle], "at risk": rows[0]["at_risk"], "moved": rows[0]["moved"],
        "shifted": rows[0]["shifted"],
    }  # fmt: skip
