"""Feeds of single rows on a desk that is full of the peak day's orders."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import timing
from benchmarks.report import Ratio, Result, Row
from benchmarks.timing import milliseconds
from domain.promises import PromiseState, Tier
from domain.supply import OnHand
from plants.peakday.convert import Rules, arrivals, convert, opening, read_lines
from promising.desk import Desk, DeskSettings, Redispatch
from promising.feed_requests import CustomerChange, Feed, Issue, ReceiptChange
from promising.requests import Ask
from store.clock import SystemClock
from store.database import Store

HOW = """\
The pick-and-make plant of `plants/peakday` with {orders:,} orders of its day ({lines:,} lines, {operations:,} open
operations) in this process on a SQLite file (synchronous FULL), nothing else going on. Each row is one feed of
one row, from the call of the desk to its answer, commit included: `stock` counts an item, `issue` reports goods that
left, `receipt` moves an expected one, `customer` changes credit figures. `clock` sets the clock one second on, which
commits next to nothing.
"""


@dataclass(frozen=True, slots=True)
class Settings:
    """`lines` cuts the day short (None: the whole day); `rounds` is how often each kind is fed."""

    lines: int | None = None
    rounds: int = 200


MANY = 100_000
FULL = Settings()
QUICK = Settings(lines=1000, rounds=50)


def run(settings: Settings, scratch: Path) -> Iterator[Row | Result]:
    """Yield the row of each kind, then the whole; `scratch` is where the store lies meanwhile."""
    scratch.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=scratch) as folder:
        store = Store(Path(folder, "store.sqlite"))
        desk = Desk(store, SystemClock(), DeskSettings(redispatch=Redispatch.OFF, check_in_background=False))
        desk.start()
        try:
            yield from _measured(desk, settings)
        finally:
            desk.stop()
            store.close()


def _measured(desk: Desk, settings: Settings) -> Iterator[Row | Result]:
    sent = arrivals(read_lines()[: settings.lines])
    desk.import_plant(convert(read_lines()))
    desk.set_clock(opening(read_lines()))
    for place, arrival in enumerate(sent):
        desk.promise(Ask(arrival.order, f"r-{place}"))
    lines = sum(len(arrival.order.lines) for arrival in sent)
    how = HOW.format(orders=len(sent), operations=len(desk.schedule()), lines=lines)
    result = Result("feeds", "feeds of single rows", how, str(Rules().seed))
    for what, feed in _kinds(desk).items():
        rows: list[Row] = []
        for number in range(settings.rounds):
            began = timing.now()
            feed(number)
            rows.append({"what": what, **timing.since(began)._asdict()})
        result.raw[what] = rows
        walls = [float(row["wall_s"]) for row in rows]
        summary: Row = {"what": what, "feeds": len(rows), **{f"p{p} ms": milliseconds(walls, p) for p in (50, 95, 99)}}
        result.summary.append(summary)
        yield summary
    p50 = {str(row["what"]): float(row["p50 ms"]) for row in result.summary}
    result.ratios += [Ratio(f"{what} ÷ clock, p50", p50[what] / p50["clock"]) for what in p50 if what != "clock"]
    yield result


def _kinds(desk: Desk) -> dict[str, Callable[[int], None]]:
    """How to feed the n-th row of each kind."""
    plant, now = desk.plant(), desk.now()
    picked = [
        Issue(promise.order.id, line.line_no, now)
        for promise in desk.list_orders(MANY)[0]
        for line in promise.lines
        if line.tier is Tier.STOCK and line.state is PromiseState.CONFIRMED
    ]
    stock, receipts, customers = plant.on_hand, plant.receipts, plant.customers

    def fed(feed: Feed) -> None:
        if not desk.feed(feed).changes:
            raise AssertionError(f"{feed.request_id} changed nothing")

    def count(number: int) -> None:
        row = stock[number % len(stock)]
        fed(Feed(f"s{number}", stock=(OnHand(row.item_id, row.quantity + 1000 + number, now),)))

    def issue(number: int) -> None:
        fed(Feed(f"i{number}", issues=(picked[number],)))

    def receipt(number: int) -> None:
        row = receipts[number % len(receipts)]
        time = row.time - timedelta(minutes=1 + number // len(receipts))
        fed(Feed(f"r{number}", receipts=(ReceiptChange(row.id, time=time),)))

    def customer(number: int) -> None:
        row = customers[number % len(customers)]
        fed(Feed(f"c{number}", customers=(CustomerChange(row.id, receivables_fen=100 + number),)))

    def clock(number: int) -> None:
        desk.set_clock(now + timedelta(seconds=1 + number))

    return {"stock": count, "issue": issue, "receipt": receipt, "customer": customer, "clock": clock}
