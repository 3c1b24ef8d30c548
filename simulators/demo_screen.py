"""The demo on the screen: a row for each order as it is answered, then what it comes to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from google.protobuf.timestamp_pb2 import Timestamp
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from jiaoqi.v1 import promise_pb2 as pb
from plants.optimoldiq.convert import Assumptions, PurchaseOrder
from simulators.demo_rules import POLICY, Judged
from simulators.demo_words import Words

DAY_S = 86400
WORTH_TELLING_S = DAY_S // 2
"""A shorter wait isn't mentioned beside the slack that is left."""
CAUSES = {
    pb.REASON_KIND_MOULD: "cause.mould",
    pb.REASON_KIND_MACHINE: "cause.machine",
    pb.REASON_KIND_CREW: "cause.crew",
    pb.REASON_KIND_GAP_TOO_SHORT: "cause.gap",
}
WIDTHS = {"order": 9, "item": 9, "quantity": 9, "asked": 11, "promised": 11}
BAR = 18
MOULDS_SHOWN = 6

STORE = Path("var/demo.sqlite")
"""Where the demo leaves its data unless told otherwise; `make serve` goes on with it."""


class Screen:
    """Prints for people; a quiet console prints nothing."""

    def __init__(self, console: Console, words: Words) -> None:
        self._console = console
        self._words = words
        self.zone = ZoneInfo(Assumptions().zone)

    def begin(self) -> None:
        """Say what this is."""
        self._console.print(Text(self._words.say("title"), "bold"))
        self._console.print(self._words.say("source"))
        self._console.print()

    @contextmanager
    def waiting(self, key: str) -> Iterator[None]:
        """Say what takes a while, with a sign of life on a terminal."""
        if self._console.is_terminal:
            with self._console.status(self._words.say(key)):
                yield
        else:
            self._console.print(self._words.say(key))
            yield

    def server(self, address: str, store: Path) -> None:
        """Say what was started, and begin the table."""
        self._console.print(self._words.say("server", address=address, store=store))
        self._console.print()
        heads = [Text(self._words.say(f"column.{name}"), "bold") for name in (*WIDTHS, "why")]
        self._row(heads)

    def day(self, received: datetime, count: int) -> None:
        """Begin a day's batch."""
        local = received.astimezone(self.zone)
        day = f"{local:%Y-%m-%d} {self._words.weekday(local.weekday())}"
        self._console.print(Text(self._words.say("day", day=day, count=count), "dim"))

    def answer(self, order: PurchaseOrder, line: pb.LinePromise) -> None:
        """Print the row of an order."""
        on_time = line.outcome == pb.OUTCOME_ON_TIME
        promised = self._words.say("refused") if line.outcome == pb.OUTCOME_REFUSED else self._time(line.promised_time)
        cells = (order.id, order.item_id, f"{order.quantity:,}", self._time(line.requested_time))
        style = "green" if on_time else "bold red"
        self._row([*map(Text, cells), Text(promised, style), Text(why(line, self._words))])

    def rules(self, judged: Iterable[Judged]) -> None:
        """Print what rules and promotions made of orders, and why in both languages."""
        say = self._words.say
        self._console.print()
        self._console.print(Text(say("rules.title"), "bold"))
        self._console.print(say("rules.about", policy=POLICY))
        for each in judged:
            state = pb.PromiseState.Name(each.state).removeprefix("PROMISE_STATE_").lower()
            what = say(f"rules.{state}")
            amounts = {"amount": f"{each.amount_yuan:,}", "discount": f"{each.discount_yuan:,}"}
            head = say("rules.order", order=each.order_id, customer=each.customer_id, what=what, **amounts)
            self._console.print(Text(head, "green" if each.state == pb.PROMISE_STATE_CONFIRMED else "yellow"))
            for said in each.said.values():
                for text in said:
                    self._console.print(f"    {text}")

    def _row(self, cells: Sequence[Text]) -> None:
        # A grid of its own for each row, so that it stands there as soon as the server has answered.
        table = Table.grid(padding=(0, 2, 0, 0), expand=True)
        for name, width in WIDTHS.items():
            table.add_column(width=width, justify="right" if name == "quantity" else "left", no_wrap=True)
        table.add_column(ratio=1)
        table.add_row(*cells)
        self._console.print(table)

    def _time(self, moment: Timestamp) -> str:
        return f"{datetime.fromtimestamp(moment.seconds, UTC).astimezone(self.zone):%m-%d %H:%M}"

    def end(self, found: Mapping[str, Any], store: Path, seconds: float) -> None:
        """Print the summary."""
        say, count = self._words.say, found["orders"]["all"]
        self._console.print()
        each_ms = 1000 * found["seconds"] / count
        self._console.print(say("done", count=count, seconds=found["seconds"], each=each_ms))
        self._late(found)
        if found["variants"]:
            self._ranges(found)
        self._load(found)
        self._moulds(found["moulds"])
        self._console.print()
        self._verdict(found)
        self._console.print()
        serve = "make serve" if store == STORE else f"jiaoqi serve --store {store}"
        self._console.print(say("next", store=store, serve=serve))
        for command in ("jiaoqi order list", "jiaoqi schedule --gantt plan.png", "jiaoqi --help"):
            self._console.print(f"  .venv/bin/{command}")
        self._console.print(say("took", seconds=seconds))

    def _table(self, title: str, *columns: str) -> Table:
        self._console.print()
        self._console.print(Text(title, "bold"))
        table = Table(box=box.SIMPLE_HEAD, show_edge=False)
        for place, column in enumerate(columns):
            table.add_column(column, justify="right" if place else "left")
        return table

    def _late(self, found: Mapping[str, Any]) -> None:
        say, late, orders = self._words.say, found["late"], found["orders"]
        heads = (say("column.completed", count=orders["completed"]), say("column.all", count=orders["all"]))
        table = self._table(say("late.title"), say("column.who"), *heads)
        for name, key in (("jiaoqi", "plan"), ("alone", "alone"), ("fixed_slots", "fixed"), ("real", "real")):
            counts = late[name]
            every = say("unknown") if counts["all"] is None else str(counts["all"])
            table.add_row(say(f"late.{key}"), str(counts["completed"]), every, style="bold" if key == "plan" else "")
        self._console.print(table)
        self._console.print()
        plan, fixed, real = (late[name]["completed"] for name in ("jiaoqi", "fixed_slots", "real"))
        self._console.print(Text(say("disturbed", plan=plan, fixed=fixed, real=real), "yellow"))
        self._console.print(say("disturbed.fixed"))

    def _ranges(self, found: Mapping[str, Any]) -> None:
        say, late, variants = self._words.say, found["late"], found["variants"]
        title = say("ranges.title", count=found["orders"]["completed"])
        table = self._table(title, say("column.variant"), say("column.plan"), say("column.fixed"))
        table.add_row(say("range.asis"), *(str(late[name]["completed"]) for name in ("jiaoqi", "fixed_slots")))
        shuffled = [variant for variant in variants if variant["name"] == "order"]
        if shuffled:
            table.add_row(
                say("range.order", count=len(shuffled)),
                *(_range([one[name]["completed"] for one in shuffled]) for name in ("jiaoqi", "fixed_slots")),
            )
        for one in variants:
            if one["name"] != "order":
                label = say(f"range.{one['name']}", factor=one["cycle_factor"])
                table.add_row(label, str(one["jiaoqi"]["completed"]), str(one["fixed_slots"]["completed"]))
        self._console.print(table)

    def _load(self, found: Mapping[str, Any]) -> None:
        say = self._words.say
        first, last = found["load_days"]
        columns = (say(f"column.{name}") for name in ("machine", "run", "changeover", "working", "load"))
        table = self._table(say("load.title", first=first, last=last), *columns)
        table.add_column("")
        for row in found["load"]:
            ratio = (row["run_h"] + row["changeover_h"]) / row["working_h"] if row["working_h"] else 0.0
            hours = (f"{row[name]:,.0f}" for name in ("run_h", "changeover_h", "working_h"))
            table.add_row(row["resource"], *hours, f"{ratio:.0%}", "█" * round(BAR * ratio))
        self._console.print(table)

    def _moulds(self, moulds: Sequence[Mapping[str, Any]]) -> None:
        say = self._words.say
        if not moulds:
            self._console.print()
            self._console.print(say("moulds.none"))
            return
        table = self._table(say("moulds.title"), *(say(f"column.{name}") for name in ("mould", "wait", "waiting")))
        for row in moulds[:MOULDS_SHOWN]:
            table.add_row(row["mould"], f"{row['waited_h']:,.0f}", str(row["orders"]))
        self._console.print(table)

    def _verdict(self, found: Mapping[str, Any]) -> None:
        say, violations, drifted = self._words.say, found["violations"], found["later_than_promised"]
        if violations:
            self._console.print(Text(say("check.broken", count=len(violations)), "bold red"))
            for violation in violations:
                self._console.print(f"  {violation}")
        else:
            self._console.print(Text(say("check.sound", count=found["operations"]), "green"))
        if drifted:
            self._console.print(Text(say("broken", orders=", ".join(drifted)), "bold red"))
        else:
            self._console.print(Text(say("kept"), "green"))


def why(line: pb.LinePromise, words: Words) -> str:
    """One short sentence on a date: what is to spare, or what made it late."""
    if line.outcome == pb.OUTCOME_REFUSED:
        return line.refusal
    shares = dict.fromkeys(pb.ReasonKind.values(), 0)
    for reason in line.reasons:
        shares[reason.kind] += reason.share_duration.seconds
    waited = max((r for r in line.reasons if r.kind in CAUSES), key=lambda r: r.share_duration.seconds, default=None)
    told = waited is not None and waited.share_duration.seconds >= WORTH_TELLING_S
    values: dict[str, object] = {"work": _days(shares[pb.REASON_KIND_PROCESS])}
    if waited is not None and told:
        values.update(cause=_cause(waited, words), wait=_days(waited.share_duration.seconds))
    if line.outcome == pb.OUTCOME_ON_TIME:
        key = "spare.waited" if told else "spare"
        return words.say(key, spare=_days(shares[pb.REASON_KIND_NOT_NEEDED_EARLIER]), **values)
    late = line.promised_time.seconds - line.requested_time.seconds
    key = "late.waited" if told else "late.work"
    return words.say(key, late=_days(late), off=_days(shares[pb.REASON_KIND_CALENDAR]), **values)


def _cause(reason: pb.Reason, words: Words) -> str:
    cause = words.say(CAUSES[reason.kind], subject=reason.subject)
    return words.say("cause.behind", cause=cause, orders=reason.order_ids[0]) if reason.order_ids else cause


def _days(seconds: float) -> str:
    return f"{seconds / DAY_S:.1f}"


def _range(counts: Sequence[int]) -> str:
    low, high = min(counts), max(counts)
    return str(low) if low == high else f"{low}-{high}"
