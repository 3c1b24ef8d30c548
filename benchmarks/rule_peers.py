"""Other rule engines on the same rules and orders, where they are installed (`pip install jiaoqi[bench]`)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from importlib import import_module
from importlib.util import find_spec
from typing import Any
from zoneinfo import ZoneInfo

from benchmarks.rule_books import Promotion
from rulebase.engine.facts import Facts

Hits = set[tuple[str, int]]
"""Promotions with the places of their lines, and credit rules with -1."""
ZONE = ZoneInfo("Asia/Shanghai")

_CREDIT = {
    "over the limit": "exposure > credit_limit",
    "overdue often": "overdue_count >= 3",
    "overdue long": "overdue_days > 90",
    "overdue": "overdue_count >= 1 and overdue_days > 30",
    "large": 'order_amount > 50000000 and grade == "A"',
    "large for others": 'order_amount > 10000000 and (grade == "B" or grade == "C")',
    "no grade": 'grade == "D" and order_amount > 1000000',
    "near the limit": "exposure * 10 > credit_limit * 9",
}
_ORDER = {
    "order.amount": "order_amount", "channel.id": "channel", "customer.grade": "grade", "clock.now": "now",
    "customer.overdue_count": "overdue_count", "customer.overdue_days": "overdue_days",
    "customer.credit_limit": "credit_limit", "customer.exposure": "exposure",
}  # fmt: skip
_EVERY = ("", "")
_LINE = {"item.id": "item", "line.amount": "line_amount", "line.quantity": "line_quantity"}


def peers(offers: Sequence[Promotion]) -> Iterator[tuple[str, Callable[[Facts], Hits]]]:
    """The engines that are installed, ready to decide."""
    if find_spec("rule_engine") is not None:
        yield "rule-engine behind a Python index", _rule_engine(offers)
    if find_spec("zen") is not None:
        yield "zen-engine, decision tables as they are", _zen(offers, indexed=False)
        yield "zen-engine behind a Python index", _zen(offers, indexed=True)


def _order(facts: Facts) -> dict[str, Any]:
    return {name: facts.order[key] for key, name in _ORDER.items()}


def _line(order: dict[str, Any], line: Any) -> dict[str, Any]:
    return {**order, **{name: line[key] for key, name in _LINE.items()}}


def _unix(day: date) -> int:
    return int(datetime.combine(day, time(), ZONE).astimezone(UTC).timestamp())


def _rule_engine(offers: Sequence[Promotion]) -> Callable[[Facts], Hits]:
    make = import_module("rule_engine").Rule
    credit = [(name, make(text)) for name, text in _CREDIT.items()]
    index: dict[tuple[str, str], list[tuple[str, Any]]] = {}
    for offer in offers:
        text = f"now >= {_unix(offer.first)} and now < {_unix(offer.last + timedelta(days=1))}"
        for name in ("line_amount", "line_quantity", "order_amount"):
            if getattr(offer, name):
                text += f" and {name} >= {getattr(offer, name)}"
        index.setdefault((offer.channel, offer.item), []).append((offer.id, make(text)))

    def decide(facts: Facts) -> Hits:
        order = _order(facts)
        hits = {(name, -1) for name, rule in credit if rule.matches(order)}
        for place, values in enumerate(facts.lines):
            line = _line(order, values)
            for name, rule in index.get((line["channel"], line["item"]), ()):
                if rule.matches(line):
                    hits.add((name, place))
        return hits

    return decide


def _zen(offers: Sequence[Promotion], *, indexed: bool) -> Callable[[Facts], Hits]:
    """One table for all promotions, or one for each channel and item; compiled beforehand."""
    library = import_module("zen")
    engine = library.ZenEngine()
    credit = [{"when": text, "hit": json.dumps(name)} for name, text in _CREDIT.items()]
    fields = ("channel", "item", "now", "line_amount", "line_quantity", "order_amount")
    tables: dict[tuple[str, str], list[dict[str, str]]] = {}
    for offer in offers:
        tables.setdefault((offer.channel, offer.item) if indexed else _EVERY, []).append({
            "channel": json.dumps(offer.channel), "item": json.dumps(offer.item),
            "now": f"[{_unix(offer.first)}..{_unix(offer.last + timedelta(days=1)) - 1}]", "hit": json.dumps(offer.id),
            **{name: f">= {getattr(offer, name)}" for name in fields[3:] if getattr(offer, name)},
        })  # fmt: skip

    def made(inputs: Sequence[tuple[str, str | None]], rows: Sequence[dict[str, str]]) -> Any:
        return engine.create_decision(library.ZenDecisionContent(_table(inputs, rows)))

    about_order = made([("when", None)], credit)
    about_line = {key: made([(name, name) for name in fields], rows) for key, rows in tables.items()}

    def decide(facts: Facts) -> Hits:
        order = _order(facts)
        hits = {(row["hit"], -1) for row in about_order.evaluate(order)["result"]}
        for place, values in enumerate(facts.lines):
            line = _line(order, values)
            table = about_line.get((line["channel"], line["item"]) if indexed else _EVERY)
            if table is not None:
                hits |= {(row["hit"], place) for row in table.evaluate(line)["result"]}
        return hits

    return decide


def _table(inputs: Sequence[tuple[str, str | None]], rows: Sequence[dict[str, str]]) -> str:
    """A decision of one table that collects all rows that are met."""
    columns = [{"id": name, "name": name, **({"field": field} if field else {})} for name, field in inputs]
    rules = [
        {"_id": str(n), **{name: row.get(name, "") for name, _ in inputs}, "hit": row["hit"]}
        for n, row in enumerate(rows)
    ]
    content = {
        "hitPolicy": "collect", "inputs": columns, "rules": rules,
        "outputs": [{"id": "hit", "name": "hit", "field": "hit"}],
    }  # fmt: skip
    nodes = [
        {"id": "in", "name": "in", "type": "inputNode"},
        {"id": "table", "name": "table", "type": "decisionTableNode", "content": content},
        {"id": "out", "name": "out", "type": "outputNode"},
    ]
    edges = [
        {"id": "1", "sourceId": "in", "targetId": "table", "type": "edge"},
        {"id": "2", "sourceId": "table", "targetId": "out", "type": "edge"},
    ]
    return json.dumps({"contentType": "application/vnd.gorules.decision", "nodes": nodes, "edges": edges})
