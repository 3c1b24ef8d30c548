"""`jiaoqi demo`: a server on an empty file promises the orders of a real moulding plant, and tells how that went.

Run it as `python -m simulators.demo`. Exit status 0: done. 1: the server can't be started or refused a call. 3: the
checker found the plan broken.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path

from rich.console import Console

from client.calls import CallError, JiaoqiClient, line
from client.catalogue import language_of
from client.process import start_server
from domain.orders import Order
from jiaoqi.v1 import order_pb2, plan_pb2, promise_pb2
from plants.optimoldiq.convert import FOLDER, PurchaseOrder
from promising.plant_files import read_plant
from simulators.demo_rules import Judged, judge
from simulators.demo_screen import STORE, Screen
from simulators.demo_words import LANGUAGES, Words
from simulators.fixed_slots import FixedSlots, late
from simulators.replays import CUSTOMER, Outcome, Variant, read_orders, replay_all, to_arrivals
from store.holding import Held, StoreInUse

TIMEOUT_S = 900.0
"""The first call of a fresh installation may have to wait for the compiler."""
SHUFFLES = 5
VARIANTS = [
    *(Variant("order", seed=seed) for seed in range(SHUFFLES)),
    Variant("cycle", cycle_factor=0.9),
    Variant("cycle", cycle_factor=1.1),
    Variant("recorded", recorded_rates=True),
]
PLAN_BROKEN = 3


@dataclass(frozen=True, slots=True)
class Answer:
    """What an order was told."""

    order: PurchaseOrder
    line: promise_pb2.LinePromise

    @property
    def late(self) -> bool:
        """Whether it was promised later than asked for, or not at all."""
        return self.line.outcome != promise_pb2.OUTCOME_ON_TIME


@dataclass(frozen=True, slots=True)
class Result:
    """All that the demo found out over gRPC."""

    answers: list[Answer]
    seconds: float
    load: list[plan_pb2.ResourceLoad]
    span: tuple[datetime, datetime]
    operations: list[plan_pb2.ScheduledOperation]
    violations: list[str]
    drifted: list[str]
    """Orders that are planned to end later than promised."""


def run(client: JiaoqiClient, orders: Sequence[PurchaseOrder], screen: Screen) -> Result:
    """Send the orders at the times they were received, then read what became of the plan."""
    answers: list[Answer] = []
    seconds = 0.0
    violations: list[str] = []
    for received, batch in groupby(orders, key=lambda order: order.received):
        client.set_clock(received)
        todays = list(batch)
        screen.day(received, len(todays))
        for order in todays:
            began = time.perf_counter()
            answer = Answer(order, client.promise(to_message(order)).promise.lines[0])
            seconds += time.perf_counter() - began
            answers.append(answer)
            screen.answer(order, answer.line)
        # While the day's work is not yet history.
        violations += client.check_plan()
    operations = list(client.schedule())
    span = _span(operations, screen)
    promises = client.list_orders()
    drifted = [found.order.id for found in promises if _drifted(found.lines[0])]
    load = list(client.load(from_time=span[0], to_time=span[1]).load)
    return Result(answers, seconds, load, span, operations, violations, drifted)


def to_message(order: PurchaseOrder) -> order_pb2.Order:
    """The order as the schema has it: one line, any later date accepted."""
    wanted = line(1, order.item_id, order.quantity, order.requested)
    return order_pb2.Order(id=order.id, customer_id=CUSTOMER, lines=[wanted])


def _drifted(promised: promise_pb2.LinePromise) -> bool:
    return promised.expected_time.seconds > promised.promised_time.seconds


def _span(operations: Sequence[plan_pb2.ScheduledOperation], screen: Screen) -> tuple[datetime, datetime]:
    """The days of the plant on which the plan has work."""
    first = min(operation.visit_start_time.seconds for operation in operations)
    last = max(operation.end_time.seconds for operation in operations)
    days = [datetime.fromtimestamp(moment, screen.zone) for moment in (first, last)]
    start, end = (day.replace(hour=0, minute=0, second=0) for day in days)
    return start, end + timedelta(days=1)


def plant_files() -> dict[str, bytes]:
    """The plant's files as they are kept."""
    return {path.name: path.read_bytes() for path in (FOLDER / "plant").iterdir()}


def late_alone(orders: Sequence[PurchaseOrder]) -> list[str]:
    """Ids of the orders that are late even if each is begun at once with nothing else in the plant."""
    slots = FixedSlots(read_plant(plant_files()), orders[0].received)

    def alone(now: datetime, order: Order) -> bool:
        slots.clear()
        return slots.promise(order, now) > order.lines[0].requested_time

    return [order.id for now, order in to_arrivals(orders) if alone(now, order)]


def late_fixed(orders: Sequence[PurchaseOrder]) -> list[str]:
    """Ids of the orders that fixed slots promise late."""
    return late(read_plant(plant_files()), to_arrivals(orders))


def summary(
    result: Result, fixed: Sequence[str], alone: Sequence[str], outcomes: Sequence[Outcome]
) -> dict[str, object]:
    """What the screen says at the end, for programs; counts of the completed orders and of all."""
    done = {answer.order.id for answer in result.answers if answer.order.completed}
    planned = [answer.order.id for answer in result.answers if answer.late]
    real = [answer.order.id for answer in result.answers if (answer.order.days_late or 0) > 0]

    def counts(found: Sequence[str]) -> dict[str, object]:
        return {"completed": len(done.intersection(found)), "all": len(found), "orders": list(found)}

    return {
        "orders": {"completed": len(done), "all": len(result.answers)},
        "late": {
            "jiaoqi": counts(planned),
            "alone": counts(alone),
            "fixed_slots": counts(fixed),
            "real": {**counts(real), "all": None},
        },
        "variants": [
            {
                "name": outcome.variant.name,
                "cycle_factor": outcome.variant.cycle_factor,
                "recorded_rates": outcome.variant.recorded_rates,
                "seed": outcome.variant.seed,
                "jiaoqi": counts(outcome.planned),
                "fixed_slots": counts(outcome.fixed_slots),
            }
            for outcome in outcomes
        ],
        "load": [_load(resource) for resource in result.load],
        "load_days": [moment.date().isoformat() for moment in (result.span[0], result.span[1] - timedelta(days=1))],
        "moulds": waits(result.answers),
        "operations": len(result.operations),
        "violations": result.violations,
        "later_than_promised": result.drifted,
        "seconds": round(result.seconds, 2),
    }


def _load(resource: plan_pb2.ResourceLoad) -> dict[str, object]:
    def hours(name: str) -> float:
        seconds: int = sum(getattr(day, name).seconds for day in resource.days)
        return round(seconds / 3600, 1)

    return {
        "resource": resource.resource_id,
        "working_h": hours("working_duration"),
        "run_h": hours("run_duration"),
        "changeover_h": hours("changeover_duration"),
    }


def waits(answers: Sequence[Answer]) -> list[dict[str, object]]:
    """The moulds that orders waited for when they were promised, the longest wait first."""
    found: dict[str, list[float]] = {}
    for answer in answers:
        for reason in answer.line.reasons:
            if reason.kind == promise_pb2.REASON_KIND_MOULD:
                found.setdefault(reason.subject, []).append(reason.share_duration.seconds / 3600)
    rows = sorted(found.items(), key=lambda entry: (-sum(entry[1]), entry[0]))
    return [{"mould": mould, "waited_h": round(sum(hours), 1), "orders": len(hours)} for mould, hours in rows]


def rows(result: Result) -> list[dict[str, object]]:
    """The table for programs."""
    return [
        {
            "order": answer.order.id,
            "item": answer.order.item_id,
            "quantity": answer.order.quantity,
            "received": answer.order.received.isoformat(),
            "requested": answer.order.requested.isoformat(),
            "promised": answer.line.promised_time.ToJsonString() if answer.line.HasField("promised_time") else None,
            "on_time": not answer.late,
        }
        for answer in result.answers
    ]


def _decided(judged: Judged) -> dict[str, object]:
    """What rules and promotions made of an order, for programs."""
    return {
        "order": judged.order_id,
        "customer": judged.customer_id,
        "state": promise_pb2.PromiseState.Name(judged.state).removeprefix("PROMISE_STATE_").lower(),
        "payment_held": judged.promise.payment_held,
        "said": {each: list(said) for each, said in judged.said.items()},
    }


@contextmanager
def demo_server(store: Path) -> Iterator[JiaoqiClient]:
    """Run a server on a new file in place of the one before, re-dispatching after each order.

    Raises StoreInUse while another server serves the file.
    """
    store.parent.mkdir(parents=True, exist_ok=True)
    held = Held(store)
    for suffix in ("", "-wal", "-shm"):
        store.with_name(store.name + suffix).unlink(missing_ok=True)
    held.release()
    with ExitStack() as stack:
        address = stack.enter_context(start_server(store, ("--redispatch", "after_each")))
        yield stack.enter_context(JiaoqiClient(address, caller="demo", timeout_s=TIMEOUT_S))


def demonstrate(store: Path, screen: Screen, variants: Sequence[Variant]) -> dict[str, object]:
    """Run the demo and return its summary, with the table under `rows`."""
    began = time.perf_counter()
    orders = read_orders()
    screen.begin()
    with ExitStack() as server:
        with screen.waiting("starting"):
            client = server.enter_context(demo_server(store))
            client.import_plant(plant_files())
        screen.server(client.address, store)
        result = run(client, orders, screen)
        # The file goes on by itself when it is served again.
        client.set_clock(orders[-1].received, plan_pb2.CLOCK_MODE_OFFSET)
    judged = list(judge(plant_files()))
    screen.rules(judged)
    outcomes: list[Outcome] = []
    if variants:
        with screen.waiting("ranges.working"):
            outcomes = replay_all(list(variants), processes=os.cpu_count() or 1)
    found = summary(result, late_fixed(orders), late_alone(orders), outcomes)
    screen.end(found, store, time.perf_counter() - began)
    return {**found, "rows": rows(result), "rules": [_decided(each) for each in judged]}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demo; returns its exit status."""
    parser = argparse.ArgumentParser(prog="jiaoqi demo", description="Promise the orders of a real moulding plant.")
    parser.add_argument("--store", type=Path, default=STORE, help=f"SQLite file, replaced (default: {STORE})")
    parser.add_argument("--lang", choices=("", *LANGUAGES), default="", help="zh or en; by default that of LANG")
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")
    parser.add_argument("--no-ranges", action="store_true", help="leave out the runs under other conditions")
    given = parser.parse_args(arguments)
    words = Words(given.lang or language_of(os.environ))
    console = Console(highlight=False, emoji=False, markup=False, quiet=given.json)
    try:
        found = demonstrate(given.store, Screen(console, words), [] if given.no_ranges else VARIANTS)
    except StoreInUse as error:
        print(words.say("error.in_use", store=error.place, process=error.holder or "?"), file=sys.stderr)
        return 1
    except (CallError, OSError) as error:
        print(words.say("error.server", problem=error), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    if given.json:
        print(json.dumps(found, ensure_ascii=False, indent=2))
    return PLAN_BROKEN if found["violations"] or found["later_than_promised"] else 0


if __name__ == "__main__":
    sys.exit(main())
