"""Whole order books planned at once: dispatch rules, the search on two cores, and what nothing can be better than."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt

from benchmarks.report import Ratio, Result, Row
from domain.checks import to_unix_down
from domain.values import replace
from scheduler.improve.bound import lower_bound
from scheduler.improve.plans import Built, build
from scheduler.improve.shop import END, N_DUE, Shop, Wish, Wishes
from scheduler.improve.team import Found, search_together
from scheduler.planner import Effort, Planner
from scheduler.verify import verify
from simulators.orderbooks import Lead, book_file, read_book

HOW = """\
All orders of a book are there at its start, and planned at once: tardiness is the sum over orders of working time after
the due time, in working days. The rules dispatch and improve nothing. `search` begins with the best of them and
goes on in two processes (local search on the sequences of machines, CP-SAT on neighbourhoods of late orders); its time
counts from the start of both, with everything compiled. `breaches`: what the checker finds when the planner has laid
the sequences found and re-timed them; `planner`: tardiness in that plan, counted from its own times. `bound`: no plan
has less (machines alone: preemptive lateness, or work cut into pieces); once a search has proved that its plan is the
best there is, that is the bound, and the search ends. `gap` is (tardiness - bound) / tardiness.
"""
NAMES = {
    "EDD": "EDD", "SLACK": "slack", "MOD": "MOD", "MDD": "MDD", "ATC": "ATC", "INSERT_DUE": "insertion by due time",
    "INSERT_SLACK": "insertion by slack", "INSERT_WEIGHT": "insertion by weight",
    "INSERT_OPERATIONS": "insertion by operations",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Settings:
    """Books, seconds of search at which figures are taken, and seeds (each runs its own two processes)."""

    books: tuple[str, ...]
    seconds: tuple[float, ...]
    seeds: tuple[int, ...]


FULL = Settings(("3000-75", "3000-85", "3000-92", "10000-85"), (5, 20, 60), (1, 2, 3))
QUICK = Settings(("3000-85", "3000-92"), (2, 5), (1,))
SHOWN = 4
"""Rules whose plans cost more than so many times that of the best are named in the picture, and not drawn."""
AIMS = {"3000-85": "at most 0.03 working days", "3000-92": "at most 0.85 of the best rule"}


def run(settings: Settings, out: Path) -> Iterator[Row | Result]:
    """Yield every row as it is found, then the whole; pictures go to `out`."""
    result = Result("orderbooks", "whole order books", HOW, f"{', '.join(map(str, settings.seeds))} of the search")
    for name in settings.books:
        planner, wishes, shop = loaded(name)
        rules = build(shop)
        bound = lower_bound(shop)
        for rule in _best_of_each(rules):
            yield _keep(result, _row(name, _rule_name(rule), 0.0, rule.cost, rule.late, bound, shop))
        tracks = []
        for seed in settings.seeds:
            track = list(search_together(shop, max(settings.seconds), time.monotonic, (2 * seed, 2 * seed + 1)))
            tracks.append(track)
            if track[-1].progress.proved:
                bound = _cost(track)
            result.raw.setdefault(name, []).extend(_raw(seed, track, shop))
            for seconds in settings.seconds:
                at = [found for found in track if found.progress.seconds <= seconds]
                best = at[-1].progress if at else None
                cost, late = (best.cost, best.late) if best else (rules[0].cost, rules[0].late)
                yield _keep(result, _row(name, f"search, seed {seed}", seconds, cost, late, bound, shop))
        yield _keep(result, _checked(name, planner, wishes, shop, min(tracks, key=_cost)[-1], bound))
        result.ratios.append(_ratio(name, rules[0], tracks, shop))
        draw(out / f"orderbook-{name}.png", name, shop, rules, tracks, bound)
    yield result


def loaded(name: str) -> tuple[Planner, Wishes, Shop]:
    """A planner with all orders of a book, none of which binds it, and its work as the search sees it."""
    book = read_book(book_file(name), Lead.SHORT)
    now_s = to_unix_down(book.start)
    planner = Planner(book.plant, now_s)
    any_time = book.start + book.plant.settings.horizon - timedelta(days=1)
    wishes = {}
    for _, order in book.arrivals:
        line = order.lines[0]
        wishes[order.id, line.line_no] = Wish(to_unix_down(line.requested_time), 1)
        loose = replace(order, lines=(replace(line, requested_time=any_time),))
        planner.keep(planner.decide(loose, now_s, effort=Effort.INSTANT))
    planner.take_delta()
    shop = planner.shop(wishes, bound=False)
    assert shop is not None
    return planner, wishes, shop


def _best_of_each(rules: list[Built]) -> list[Built]:
    """One plan a rule: of ATC the best look-ahead."""
    found: dict[str, Built] = {}
    for rule in rules:
        found.setdefault(rule.rule.name, rule)
    return sorted(found.values(), key=lambda rule: int(rule.rule))


def _rule_name(rule: Built) -> str:
    return NAMES[rule.rule.name] + (f", K = {rule.ahead:g}" if rule.rule.name == "ATC" else "")


def _row(name: str, plan: str, seconds: float, cost: int, late: int, bound: int | None, shop: Shop) -> Row:
    return {
        "book": name,
        "plan": plan,
        "after s": seconds,
        "late": late,
        "tardiness": cost / shop.day,
        "bound": "none" if bound is None else bound / shop.day,
        "gap": "unknown" if bound is None else (cost - bound) / cost if cost else 0.0,
        "planner": "",
        "breaches": "",
    }


def _keep(result: Result, row: Row) -> Row:
    result.summary.append(row)
    return row


def _cost(track: list[Found]) -> int:
    return track[-1].progress.cost


def _raw(seed: int, track: list[Found], shop: Shop) -> list[Row]:
    return [
        {
            "seed": seed,
            "s": f.progress.seconds,
            "tardiness": f.progress.cost / shop.day,
            "late": f.progress.late,
            "proved": str(f.progress.proved),
        }
        for f in track
    ]


def _checked(name: str, planner: Planner, wishes: Wishes, shop: Shop, found: Found, bound: int | None) -> Row:
    """Lay what was found, check the whole plan, and count tardiness from its times."""
    planner.lay(planner.steps_of(shop, found.order), planner.now_s)
    planner.take_delta()
    row = dict(_row(name, "best search, laid", 0.0, found.progress.cost, found.progress.late, bound, shop))
    again = planner.shop(wishes, bound=False)
    assert again is not None
    late = again.ops[again.ends, END] - again.lines[:, N_DUE]
    row["planner"] = int(late[late > 0].sum()) / again.day
    row["breaches"] = len(verify(planner.snapshot()))
    return row


def _ratio(name: str, best: Built, tracks: list[list[Found]], shop: Shop) -> Ratio:
    worst = max(map(_cost, tracks))
    said = f"{worst / shop.day:.3g} ÷ {best.cost / shop.day:.3g} working days"
    share = worst / best.cost if best.cost else 0.0
    return Ratio(f"{name}: worst seed ÷ best rule ({said})", share, AIMS.get(name, "never above 1"))


def draw(path: Path, name: str, shop: Shop, rules: list[Built], tracks: list[list[Found]], bound: int | None) -> None:
    """Tardiness over seconds: each seed's search, the rules, and the bound."""
    mpl.use("Agg")
    figure, axes = plt.subplots(figsize=(8, 4.5))
    last = max([1.0, *(found.progress.seconds for track in tracks for found in track)])
    for number, track in enumerate(tracks, 1):
        seconds = [*(found.progress.seconds for found in track), last]
        days = [found.progress.cost / shop.day for found in track]
        axes.step(seconds, [*days, days[-1]], where="post", label=f"search, run {number}")
    shown = SHOWN * min(rule.cost for rule in rules)
    for place, rule in enumerate(_best_of_each(rules)):
        named, color = f"{_rule_name(rule)}: {rule.cost / shop.day:.3g}", f"C{4 + place}"
        if rule.cost <= shown:
            axes.axhline(rule.cost / shop.day, linestyle=":", color=color, label=named)
        else:
            axes.plot([], [], linestyle=":", color=color, label=f"{named} (above)")
    if bound is not None:
        axes.axhline(bound / shop.day, linestyle="--", color="black", label="bound")
    axes.set_xlabel("seconds")
    axes.set_ylabel("tardiness, working days")
    axes.set_title(f"Order book {name}")
    axes.set_ylim(bottom=0)
    axes.set_xlim(left=0)
    axes.legend(fontsize="small", loc="upper right")
    figure.tight_layout()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=120)
    plt.close(figure)
