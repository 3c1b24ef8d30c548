"""From the start of a server's process to its first answer, over a store that holds a large plan."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks.dense import BLOCK_OPERATIONS, START, STEPS, dense_order, dense_orders, dense_plant
from benchmarks.report import Ratio, Result, Row
from benchmarks.service import quote_message
from client.process import start_server
from domain.orders import Order
from promising.desk import Desk
from promising.plant_files import write_plant
from promising.requests import Ask
from promising.settings import DeskSettings, Redispatch
from simulators.load import Line
from store.clock import SystemClock
from store.database import Store

QUOTE = "/jiaoqi.v1.PromiseService/Quote"
SALES = 32
"""Threads that fill the store."""

HOW = """\
A server process is started on a store on disk and asked for a quote of five operations as soon as it listens; the
kernel is compiled already, and so is Python's own code; files may be in the system's cache. The orders are of
200 customers; the plan is checked from 5 s after the start on. `process`: from starting the process to the answer.
`store`: in a process that runs already, from opening the store to the desk's answer.
"""


@dataclass(frozen=True, slots=True)
class Settings:
    """`reservations` in the store, a multiple of 1,000, and how often it is opened."""

    reservations: int = 100_000
    rounds: int = 5
    seed: int = 7


FULL = Settings()
QUICK = Settings(reservations=10_000, rounds=3)


def run(settings: Settings, scratch: Path) -> Iterator[Row | Result]:
    """Yield the rows of an empty and of the full store, then the whole."""
    # Set, it would have every start of a server compile all of its source anew.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    result = Result(
        "restart",
        "restart to first answer",
        HOW,
        str(settings.seed),
    )
    blocks = settings.reservations // BLOCK_OPERATIONS
    scratch.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=scratch) as folder:
        for orders in (0, settings.reservations // STEPS):
            store = Path(folder, f"{orders}.sqlite")
            _fill(store, blocks, orders, settings.seed)
            _restart(store, orders, settings.rounds)
            rows = [_restart(store, orders, number) for number in range(settings.rounds)]
            result.raw.setdefault("starts", []).extend(rows)
            result.summary.append(_summary(rows))
            yield result.summary[-1]
    empty, full = (float(row["process s"]) for row in result.summary)
    what = f"process to answer, {settings.reservations:,} reservations ÷ none"
    result.ratios.append(Ratio(what, full / empty, "under 2 s in all"))
    yield result


def _fill(store: Path, blocks: int, orders: int, seed: int) -> None:
    """Promise the orders at a desk over the store."""
    opened = Store(store)
    desk = Desk(opened, SystemClock(), DeskSettings(redispatch=Redispatch.OFF))
    desk.start()
    desk.import_plant(write_plant(dense_plant(blocks, seed)))
    desk.set_clock(START)
    with ThreadPoolExecutor(SALES) as pool:
        asks = (Ask(order, request_id=order.id, caller="bench") for order in islice(dense_orders(blocks, seed), orders))
        for promise in pool.map(desk.promise, asks):
            assert promise.lines[0].promised_time is not None
    desk.stop()
    opened.close()


def _restart(store: Path, orders: int, number: int) -> Row:
    order = dense_order("quote", number, 0)
    request = quote_message(order).SerializeToString()
    began = perf_counter()
    with start_server(store, ["--log-level", "error"]) as address:
        listening_s = perf_counter() - began
        line = Line(address, QUOTE)
        line.ask(request)
        process_s = perf_counter() - began
        line.close()
    return {
        "orders": orders,
        "number": number,
        "listening_s": listening_s,
        "process_s": process_s,
        "store_s": _reopen(store, order),
    }


def _reopen(store: Path, order: Order) -> float:
    began = perf_counter()
    opened = Store(store)
    # As a server does it: the check of the plan runs beside the first answers.
    desk = Desk(opened, SystemClock(), DeskSettings(check_after=timedelta(seconds=5)))
    desk.start()
    desk.quote(Ask(order, request_id="", caller="bench"))
    seconds = perf_counter() - began
    desk.stop()
    opened.close()
    return seconds


def _summary(rows: Sequence[Row]) -> Row:
    def median(name: str) -> float:
        return sorted(float(row[name]) for row in rows)[len(rows) // 2]

    return {
        "reservations": int(rows[0]["orders"]) * STEPS,
        "starts": len(rows),
        "process s": median("process_s"),
        "of it until listening s": median("listening_s"),
        "process worst s": max(float(row["process_s"]) for row in rows),
        "store s": median("store_s"),
    }
