"""Whole books of moulding plants: moulds, colours, one setter crew; generated ones, and the real plant's."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np

from benchmarks.report import Ratio, Result, Row
from domain.checks import to_unix_down, to_unix_up
from domain.orders import Order
from domain.plant import Plant
from domain.values import replace
from plants.optimoldiq.convert import FOLDER
from promising.plant_files import read_plant
from scheduler import arrays as a
from scheduler.arrays import Ints
from scheduler.improve.fullbound import full_bound
from scheduler.improve.fullplan import FullPlan, Listed, build
from scheduler.improve.fullshop import FullShop
from scheduler.improve.shop import Wish, Wishes
from scheduler.improve.team import Found, search_together
from scheduler.planner import Effort, Planner
from scheduler.records import Sequences
from scheduler.verify import verify
from simulators.mouldingbooks import START, Recipe, generate
from simulators.replays import read_orders, to_arrivals

HOW = """\
All orders of a book are known at its start; none begins before it came in. Tardiness is the sum over orders of time
after the asked one, in days of 24 hours (`optimoldiq`: to the end of the ETA's day). `insertion`: one order after the
other as received, each at its earliest, the asked time binding (tier 0). The rules dispatch: of what can begin about
now the least key goes next. `search` begins with the best of all of them and goes on in two processes. `changes` are
changes of mould and of colour, `hours` the setters' working hours for them. `breaches`: what the checker finds when
the planner has laid the sequences found and re-timed them. `bound`: no plan has less tardiness (each mould alone, sets
of machines as one; no changeovers, no setter): weak where these are what it takes. `optimoldiq` is the real plant with
the cycles set, a changeover part taking 30 minutes; 190 orders, of which 177 were completed there.
"""


@dataclass(frozen=True, slots=True)
class Settings:
    """Sizes of generated books, seconds at which figures are taken, and seeds (each runs its own two processes)."""

    sizes: tuple[int, ...]
    seconds: tuple[float, ...]
    seeds: tuple[int, ...]
    real: bool = True


LOADS = {500: 1.3, 2000: 1.08}
"""More than there is time for, by the size of the book: a longer one gathers more of what is late."""
FULL = Settings((500, 2000), (5, 20, 60), (1, 2, 3))
QUICK = Settings((60,), (2,), (1,), real=False)


@dataclass(frozen=True, slots=True)
class Book:
    """A planner with all orders of a book as insertion placed them, what is wanted, and the work without promises."""

    name: str
    planner: Planner
    wishes: Wishes
    shop: FullShop


def run(settings: Settings, out: Path) -> Iterator[Row | Result]:
    """Yield every row as it is found, then the whole; pictures go to `out`."""
    result = Result("moulding", "whole books of moulding plants", HOW, f"{', '.join(map(str, settings.seeds))}")
    for size in settings.sizes:
        book = generate(Recipe(size, load=LOADS.get(size, 1.0)))
        yield from _measured(result, settings, out, loaded(f"moulding-{size}", book.plant, book.arrivals, START))
    if settings.real:
        orders = read_orders()
        plant = read_plant({path.name: path.read_bytes() for path in (FOLDER / "plant").iterdir()})
        done = {order.id for order in orders if order.completed is not None}
        yield _keep(result, _happened())
        real = loaded("optimoldiq", plant, to_arrivals(orders), orders[0].received)
        yield from _measured(result, settings, out, real, done)
    yield result


def loaded(name: str, plant: Plant, arrivals: Iterable[tuple[datetime, Order]], start: datetime) -> Book:
    """Place all orders as received, each bound to be in time where it can be."""
    now_s = to_unix_down(start)
    planner, wishes = Planner(plant, now_s), {}
    for arrival, order in arrivals:
        line = order.lines[0]
        wishes[order.id, line.line_no] = Wish(to_unix_down(line.requested_time), 1)
        hold_s = to_unix_up(arrival)
        planner.keep(planner.decide(order, now_s, effort=Effort.INSTANT, hold_s=hold_s))
    planner.take_delta()
    return Book(name, planner, wishes, planner.full_shop(wishes, bound=False))


def _measured(result: Result, settings: Settings, out: Path, book: Book, done: set[str] | None = None) -> Iterator[Row]:
    """All rows of one book; `done`: the orders of which late ones are counted apart."""
    shop, before = book.shop, time.process_time()
    rules = build(shop)
    took = time.process_time() - before
    bound = full_bound(shop)
    best = min((rule for rule in rules if rule.name != "as it stands"), key=lambda rule: rule.value)
    for rule in _one_of_each(rules):
        yield _keep(
            result, _row(book, "insertion" if rule.name == "as it stands" else rule.name, 0.0, rule.order, bound)
        )
    tracks = []
    for seed in settings.seeds:
        track = list(search_together(shop, max(settings.seconds), time.monotonic, (2 * seed, 2 * seed + 1)))
        tracks.append(track)
        result.raw.setdefault(book.name, []).extend(_raw(seed, track))
        for seconds in settings.seconds:
            at = [found for found in track if found.progress.seconds <= seconds]
            order = at[-1].order if at else rules[0].order
            yield _keep(result, _row(book, f"search, seed {seed}", seconds, order, bound))
    found = min(tracks, key=lambda track: track[-1].progress.value)[-1]
    yield _keep(result, _laid(book, found, bound, done))
    worst = max(tracks, key=lambda track: track[-1].progress.value)[-1]
    result.ratios += _ratios(book, best, worst, rules, took)
    draw(out / f"{book.name}.png", book.name, rules, tracks, bound)


def _one_of_each(rules: list[Listed]) -> list[Listed]:
    """One plan a rule: of ATCS the best look-ahead."""
    found: dict[str, Listed] = {}
    for rule in rules:
        found.setdefault(rule.name.partition(",")[0], rule)
    return list(found.values())


def _row(book: Book, plan: str, seconds: float, order: Ints, bound: int) -> Row:
    timed = FullPlan(book.shop, order)
    moulds, colours = changes(timed)
    return {
        "book": book.name,
        "plan": plan,
        "after s": seconds,
        "late": timed.late_count,
        "tardiness": timed.cost / book.shop.day,
        "changes": f"{moulds} + {colours}",
        "hours": timed.change_s / 3600,
        "bound": bound / book.shop.day,
        "gap": (timed.cost - bound) / timed.cost if timed.cost else 0.0,
        "breaches": "",
    }


def changes(plan: FullPlan) -> tuple[int, int]:
    """Changes of the mould on a machine, and of its colour."""
    ops, z, rows = plan.shop.ops, plan.shop.z, plan.shop.rows
    before, lane = ops[rows, a.PLACES + a.P_PRV], ops[rows, a.PLACES + a.P_LANE]
    at = z[a.Z_LANES] + lane * a.L_COLUMNS
    moulded = np.isin(rows, rows[z[z[a.Z_VAR] + ops[rows, a.VAR] * z[a.Z_VARW] + a.V_MPL] >= 0])
    counts = []
    for column, first in ((a.MOUNTED, a.L_MOUNT0), (a.COLC, a.L_COL0)):
        was = np.where(before >= 0, ops[before, column], z[at + first])
        changed = ops[rows, column] != was
        counts.append(int((changed & moulded & ((was >= 0) | (column == a.MOUNTED))).sum()))
    return counts[0], counts[1]


def _laid(book: Book, found: Found, bound: int, done: set[str] | None) -> Row:
    """Lay what was found, whatever was promised before, check the whole plan, and count from its times."""
    planner = book.planner
    last_s = planner.now_s + int(planner.plant.settings.horizon.total_seconds())
    steps = tuple(planner.steps(book.shop, found.order))
    planner.adopt(Sequences(planner.version, steps), planner.now_s, dict.fromkeys(book.wishes, last_s))
    planner.take_delta()
    again = planner.full_shop(book.wishes, bound=False)
    row = dict(_row(replace(book, shop=again), "best search, laid", 0.0, FullPlan(again).order, bound))
    row["breaches"] = len(verify(planner.snapshot()))
    if done is not None:
        row["plan"] = f"best search, laid ({_late_of(planner, book.wishes, done)} of the {len(done)} late)"
    return row


def _late_of(planner: Planner, wishes: Wishes, orders: set[str]) -> int:
    ends: dict[tuple[str, int], int] = {}
    for x in planner.snapshot().operations:
        line = (x.order_id, x.line_no)
        ends[line] = max(ends.get(line, 0), x.end_s)
    return sum(end > wishes[line].requested_s for line, end in ends.items() if line[0] in orders)


def _happened() -> Row:
    """What the records of the real plant tell of its 177 completed orders."""
    late = [order.days_late for order in read_orders() if order.days_late is not None and order.days_late > 0]
    row: Row = {
        "book": "optimoldiq", "plan": "what happened (177 completed)", "after s": 0.0, "late": len(late),
        "tardiness": float(sum(late)), "changes": "64 + 58", "hours": "", "bound": "", "gap": "", "breaches": "",
    }  # fmt: skip
    return row


def _keep(result: Result, row: Row) -> Row:
    result.summary.append(row)
    return row


def _raw(seed: int, track: list[Found]) -> list[Row]:
    return [
        {"seed": seed, "s": f.progress.seconds, "tardiness": f.progress.cost / 86400, "late": f.progress.late,
         "hours": f.progress.change_s / 3600}
        for f in track
    ]  # fmt: skip


def _ratios(book: Book, best: Listed, worst: Found, rules: list[Listed], took_s: float) -> list[Ratio]:
    stands = next(rule for rule in rules if rule.name == "as it stands")
    cost, day = worst.progress.cost, book.shop.day
    found = [
        Ratio(f"{book.name}: worst seed's tardiness ÷ {what}'s ({cost / day:.3g} ÷ {rule.cost / day:.3g} days)",
              cost / rule.cost if rule.cost else 0.0, "never above 1")
        for what, rule in ((f"best rule ({best.name})", best), ("insertion", stands))
    ]  # fmt: skip
    found.append(
        Ratio(f"{book.name}: its changeover hours ÷ the best rule's ({worst.progress.change_s / 3600:.3g} ÷ "
              f"{best.change_s / 3600:.3g})", worst.progress.change_s / max(1, best.change_s))
    )  # fmt: skip
    found.append(Ratio(f"{book.name}: CPU seconds of a rule on {len(book.shop.rows)} operations", took_s / len(rules)))
    return found


def draw(path: Path, name: str, rules: list[Listed], tracks: list[list[Found]], bound: int) -> None:
    """Tardiness, and hours of changeovers, over seconds: each seed's search, the rules, and the bound."""
    mpl.use("Agg")
    figure, (above, below) = plt.subplots(2, 1, figsize=(10, 7), sharex=True)
    last = max([1.0, *(found.progress.seconds for track in tracks for found in track)])
    for turn, track in enumerate(tracks, 1):
        seconds = [*(found.progress.seconds for found in track), last]
        for axes, figures in (
            (above, [found.progress.cost / 86400 for found in track]),
            (below, [found.progress.change_s / 3600 for found in track]),
        ):
            axes.step(seconds, [*figures, figures[-1]], where="post", label=f"search, run {turn}")
    top = max(2 * min(rule.cost for rule in rules) / 86400 + 0.1, tracks[0][0].progress.cost / 86400 * 1.3)
    for place, rule in enumerate(_one_of_each(rules)):
        days, color = rule.cost / 86400, f"C{4 + place}"
        if rule.name == "as it stands":
            continue
        if days > top:
            above.plot([], [], linestyle=":", color=color, label=f"{rule.name}: {days:.3g} (above)")
            continue
        above.axhline(days, linestyle=":", color=color, label=rule.name)
        below.axhline(rule.change_s / 3600, linestyle=":", color=color, label=rule.name)
    above.axhline(bound / 86400, linestyle="--", color="black", label="bound")
    above.set_ylabel("tardiness, days")
    below.set_ylabel("changeovers, hours")
    below.set_xlabel("seconds")
    above.set_title(f"Moulding book {name}")
    above.set_ylim(bottom=0, top=top)
    # Beside the picture: it would lie on the searches.
    above.legend(fontsize="small", loc="upper left", bbox_to_anchor=(1.0, 1.0))
    figure.tight_layout()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=120)
    plt.close(figure)
