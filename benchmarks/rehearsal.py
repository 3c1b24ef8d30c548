"""How long it takes to try a draft on past orders, and to choose the best promotions of one order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from json import dumps
from random import Random

from benchmarks import ruled_orders, timing
from benchmarks.report import Ratio, Result, Row
from benchmarks.rule_books import ITEMS, orders, promotions, rule_text
from benchmarks.rule_peers import ZONE
from domain.promotions import Favour
from rulebase.engine.facts import Facts
from rulebase.language.checker import read_rules
from rulebase.past_orders import past_orders
from rulebase.promotions.basket import Basket
from rulebase.promotions.choice import Offers, Usage
from rulebase.rehearsal import PastOrder, Side, basket_of_facts, rehearse

HOW = """\
Past orders of three lines from JSON, a line each, decided by 50 rules and 200 promotions over ten channels and twenty
items, live and as a draft with other limits; CPU time of one process. `choose`: the best set of promotions for such an
order, proven, for the customer and for the margin, of a table of 200, 2,000 (ten for each channel and item) and 200
for all channels and items at once.
"""
SEED = 5


@dataclass(frozen=True, slots=True)
class Settings:
    """`orders` rehearsed, and `chosen` for which promotions are chosen."""

    orders: int = 100_000
    chosen: int = 1_000


FULL = Settings()
QUICK = Settings(orders=5_000, chosen=300)


def run(settings: Settings) -> Iterator[Row | Result]:
    """Yield each figure's row, then the whole."""
    result = Result("rehearsal", "trying a draft on past orders, choosing promotions", HOW, str(SEED))
    facts = orders(1_000, Random(SEED))
    spent = _rehearsed(settings, result, [dumps(_document(one)) for one in facts])
    yield result.summary[-1]
    result.ratios.append(Ratio("s of CPU for 100,000 orders", spent / settings.orders * 100_000, "under 60 on 2 cores"))
    baskets = [basket for one in facts[: settings.chosen] if (basket := basket_of_facts(one, ZONE)) is not None]
    for name, count, every in (("200", 200, False), ("2,000", 2_000, False), ("200 for all", 200, True)):
        table = ruled_orders.promotions(ITEMS, Random(SEED), count, every)[1]
        for favour in Favour:
            times, proven = _chosen(Offers(table), Usage(favour=favour), baskets)
            result.raw[f"choose-{name.replace(' ', '-').replace(',', '')}-{favour}"] = [
                {"seconds": one} for one in times
            ]
            result.summary.append(_row(f"choose of {name}, for the {favour}", sorted(times), proven))
            yield result.summary[-1]
    yield result


def _chosen(offers: Offers, usage: Usage, baskets: Sequence[Basket]) -> tuple[list[float], int]:
    times, proven = [], 0
    for basket in baskets:
        began = timing.now()
        proven += offers.due(basket, usage).proven
        times.append(timing.since(began).cpu_s)
    return times, proven


def _document(facts: Facts) -> dict[str, object]:
    return {"order": dict(facts.order), "lines": [dict(line) for line in facts.lines]}


def _rehearsed(settings: Settings, result: Result, lines: list[str]) -> float:
    rules = rule_text(promotions(42, Random(SEED)))
    table = ruled_orders.promotions(ITEMS, Random(SEED))[1]
    live = Side(read_rules({"live": rules}), table)
    draft = Side(read_rules({"draft": rules.replace("500_000", "300_000")}), table[10:])
    past: Iterator[PastOrder] = past_orders(lines[number % len(lines)] for number in range(settings.orders))
    began = timing.now()
    found = rehearse(live, draft, past, ZONE)
    spent = timing.since(began).cpu_s
    result.summary.append(_row("rehearse", [spent / found.orders], found.changed))
    return spent


def _row(what: str, ordered: list[float], count: int) -> Row:
    return {
        "what": what, "changed or proven": count, "us p50": ordered[len(ordered) // 2] * 1e6,
        "us p99": ordered[len(ordered) * 99 // 100] * 1e6, "us worst": ordered[-1] * 1e6,
    }  # fmt: skip
