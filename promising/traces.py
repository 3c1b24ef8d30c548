"""What rules read and decided of one order, gathered while it is decided, and how that is stored.

Canonical JSON, packed where it is long. It is written for every order while its caller waits, so it has names and
values only; what they mean is told from the version of the rules that decided, when somebody asks.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from domain.orders import Order
from promising import canonical
from promising.ports import DecisionRow
from promising.takings import Used

if TYPE_CHECKING:
    from rulebase.engine.concluding import Decision
    from rulebase.promotions.basket import Basket

FORMAT = 2
"""Facts of a single stage stand as values behind their keys; in the first version, and where two stages are kept, by
key."""
PACKED_FROM = 3000
"""Bytes from which a record is packed: most are shorter, and packing takes longer than writing them."""
PLAIN, PACKED = b"\x00", b"\x01"
STAGES = ("admit", "approve")
"""Before placing and after it."""

Values = Mapping[str, Any]


class Trace(Struct):
    """One order on its way through the rules of a version."""

    order_id: str
    rules: int
    at_s: int
    zone: str
    took_s: float = 0.0
    stages: dict[str, tuple[Sequence[int], Decision]] = field(default_factory=dict)
    """Numbers of the lines, and the engine's decision."""
    due: tuple[Order, Callable[[], Basket]] | None = None
    """What promotions saw: the order, and how it looked to them."""
    used: Sequence[tuple[str, int, int, int]] = ()
    """How far those that were met were used up."""

    def saw(
        self, order: Order, basket: Callable[[], Basket], used: Used | None = None, met: Sequence[str] = ()
    ) -> None:
        """Keep what promotions were chosen for, and how far those that were `met` were used up."""
        self.due = (order, basket)
        if used is not None:
            told = zip(met, used_of(used, met), strict=True)
            self.used = [(promotion, *counts) for promotion, counts in told if any(counts)]

    def row(self, event: int) -> DecisionRow:
        """What is stored."""
        took_us = round(self.took_s * 1e6)
        document: dict[str, Any] = {
            "format": FORMAT, "order": self.order_id, "at": self.at_s, "zone": self.zone, "us": took_us,
        }  # fmt: skip
        stages: list[dict[str, Any]] = []
        alone = len(self.stages) == 1
        for stage, (numbers, decision) in self.stages.items():
            brief = decision.brief()
            if alone:
                # Most records: naming each value takes as long as all the rest of writing them.
                brief["keys"], brief["order"], brief["lines"] = decision.made_from
            else:
                brief["order"], brief["lines"] = decision.given
            brief["numbers"] = numbers
            stages.append(brief)
            document[stage] = _beyond(stages[0], brief) if len(stages) > 1 else brief
        if self.due is not None:
            order, basket = self.due
            document["due"] = _seen(order, basket())
            if self.used:
                document["due"]["used"] = self.used
        return DecisionRow(event, self.rules, self.at_s, took_us, _packed(document), *_named(stages))


def _seen(order: Order, basket: Basket) -> dict[str, Any]:
    """What promotions saw of an order."""
    return {
        "lines": [(line.line_no, *seen) for line, seen in zip(order.lines, basket.lines, strict=True)],
        "customer": basket.customer,
        "grade": basket.grade,
        "channel": basket.channel,
        "day": basket.day,
        "given": sum([line.discount_fen for line in order.lines]),
    }


def _beyond(first: Mapping[str, Any], brief: Mapping[str, Any]) -> dict[str, Any]:
    """What a stage has beyond the first one: both read the same order mostly, and most rules say the same again."""
    found = dict(brief)
    for what in ("fired", "set"):
        if what in brief:
            before, after = first.get(what, []), brief[what]
            found[what] = [] if before == after else [row for row in after if row not in before]
            if gone := [] if before == after else [row for row in before if row not in after]:
                found[f"{what}_gone"] = gone
    found["order"] = _other(first["order"], brief["order"])
    if first["numbers"] == brief["numbers"]:
        found["lines"] = _other(first["lines"], brief["lines"])
        del found["numbers"]
    return found


def _other(before: Values, values: Values) -> Values:
    return {key: value for key, value in values.items() if before.get(key, ...) != value}


def used_of(used: Used, promotions: Sequence[str]) -> tuple[tuple[int, int, int], ...]:
    """How often a customer's orders and all have promotions, and how much in fen."""
    own, times, fen = used
    return tuple([(own.get(one, 0), times.get(one, 0), fen.get(one, 0)) for one in promotions])


def _packed(document: dict[str, Any]) -> bytes:
    raw = canonical.to_bytes(document)
    return PLAIN + raw if len(raw) < PACKED_FROM else PACKED + zlib.compress(raw, 1)


def _named(stages: Sequence[Mapping[str, Any]]) -> tuple[frozenset[str], ...]:
    """Names of rules that fired, couldn't be told, or disagreed."""
    fired = frozenset([row[0] for stage in stages for row in stage["fired"]])
    if not [1 for stage in stages if "untold" in stage or "conflicts" in stage]:
        return fired, _NOBODY, _NOBODY
    others = (
        frozenset([row[0] for stage in stages for row in stage.get(what, ())]) for what in ("untold", "conflicts")
    )
    return fired, *others


_NOBODY: frozenset[str] = frozenset()


# Reading.


class StageRecord(Struct, frozen=True):
    """What was read and decided at one stage.

    Rules are named with places of lines, -1 for the order; `numbers` are the numbers of the lines by place.
    """

    stage: str
    outcome: str
    order: Values
    lines: tuple[Values, ...]
    numbers: tuple[int, ...]
    fired: tuple[tuple[str, int, int], ...]
    """Name, place and rank."""
    derived: tuple[tuple[str, int, Any], ...] = ()
    untold: tuple[tuple[str, int], ...] = ()
    conflicts: tuple[tuple[str, int], ...] = ()


class DueRecord(Struct, frozen=True):
    """What promotions saw: lines as number, item, family, quantity, price and floor in fen; and how far they were used.

    `used`: by promotion how often by this customer, how often in all, and fen in all.
    """

    lines: tuple[tuple[int, str, str, int, int, int], ...]
    customer: str
    grade: str
    channel: str
    day: date
    given_fen: int
    used: Mapping[str, tuple[int, int, int]]


class DecisionRecord(Struct, frozen=True):
    """What rules decided of an order; `rules` is the version that did, `zone` that in which days were read."""

    order_id: str
    order_version: int
    rules: int
    at_s: int
    zone: str
    took_us: int
    stages: tuple[StageRecord, ...]
    due: DueRecord | None = None


def record_from(order_version: int, rules: int, content: bytes) -> DecisionRecord:
    """The record of a stored content."""
    document = _unpacked(content)
    due = document.get("due")
    return DecisionRecord(
        document["order"], order_version, rules, document["at"], document["zone"], document["us"],
        tuple(_stage(stage, one) for stage, one in _stages(document)), None if due is None else _due(due),
    )  # fmt: skip


def row_from(event: int, rules: int, content: bytes) -> DecisionRow:
    """The row of a stored content, as it was when it was written."""
    document = _unpacked(content)
    stages = [one for _, one in _stages(document)]
    return DecisionRow(event, rules, document["at"], document["us"], content, *_named(stages))


def _unpacked(content: bytes) -> dict[str, Any]:
    raw = content[1:] if content[:1] == PLAIN else zlib.decompress(content[1:])
    found: dict[str, Any] = json.loads(raw)
    return found


def _stages(document: Mapping[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Every stage as a whole."""
    found: list[tuple[str, dict[str, Any]]] = []
    for stage in STAGES:
        if stage in document:
            found.append((stage, _whole(found[0][1], document[stage]) if found else _by_key(document[stage])))
    return found


def _by_key(stage: dict[str, Any]) -> dict[str, Any]:
    """A stage with its facts by key, those of lines as columns."""
    if "keys" not in stage:
        return stage
    keys, line_keys = stage["keys"]
    columns = {key: [line[place] for line in stage["lines"]] for place, key in enumerate(line_keys)}
    return {**stage, "order": dict(zip(keys, stage["order"], strict=True)), "lines": columns}


def _whole(first: Mapping[str, Any], brief: Mapping[str, Any]) -> dict[str, Any]:
    """A stage of which only what it has beyond the first one was kept."""
    found = {**brief, "order": {**first["order"], **brief["order"]}}
    for what in ("fired", "set"):
        if what in brief:
            gone = brief.get(f"{what}_gone", ())
            kept = [row for row in first.get(what, ()) if row not in gone]
            found[what] = sorted([*kept, *brief[what]], key=_BY[what])
    if "numbers" not in brief:
        found["numbers"], found["lines"] = first["numbers"], {**first["lines"], **brief["lines"]}
    return found


_BY: Mapping[str, Callable[[Sequence[Any]], tuple[Any, ...]]] = {
    "fired": lambda row: (-row[2], row[0], row[1]),
    "set": lambda row: (row[0], row[1]),
}
"""Rules that fired by rank, name and line; what was set by fact and line."""


def _stage(stage: str, document: Mapping[str, Any]) -> StageRecord:
    columns, numbers = document["lines"], tuple(document["numbers"])
    lines = tuple({key: _value(column[place]) for key, column in columns.items()} for place in range(len(numbers)))
    return StageRecord(
        stage,
        document["outcome"],
        _values(document["order"]),
        lines,
        numbers,
        tuple((name, place, rank) for name, place, rank in document["fired"]),
        tuple((key, place, _value(value)) for key, place, value in document.get("set", ())),
        tuple((name, place) for name, place in document.get("untold", ())),
        tuple((name, place) for name, place in document.get("conflicts", ())),
    )


def _values(document: Mapping[str, Any]) -> Values:
    return {key: _value(value) for key, value in document.items()}


def _value(value: Any) -> Any:
    return frozenset(value) if isinstance(value, list) else value


def _due(document: Mapping[str, Any]) -> DueRecord:
    return DueRecord(
        tuple(tuple(line) for line in document["lines"]),
        document["customer"],
        document["grade"],
        document["channel"],
        date.fromisoformat(document["day"]),
        document["given"],
        {name: (own, times, fen) for name, own, times, fen in document.get("used", ())},
    )
