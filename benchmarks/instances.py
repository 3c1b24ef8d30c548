"""Public job-shop instances through the planner, the model and the search, against PyJobShop in the same run."""

from __future__ import annotations

import importlib.util
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, zip_longest
from math import isfinite
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt

from benchmarks.report import Ratio, Result, Row
from domain.checks import to_unix_down
from scheduler.improve.makespan import shortest
from scheduler.planner import Effort, Planner
from scheduler.verify import verify
from simulators.instances import START, Instance, families, plant_of, read_instances

HOW = """\
Makespan of public instances (plants/instances), each read into a plant and orders, planned by insertion, and shortened
for so many seconds by `scheduler.improve.makespan.shortest` with two workers; PyJobShop gets the same after it ("none":
it found no plan).
`gap`: (makespan - best known) / best known. `breaches`: what the checker finds in the plan that the
planner has laid. `optimal`: proved in this run.
"""
SUBSET = (
    "ft10", "la21", "la29", "abz7", "orb01", "ta11", "ta21", "mk06", "mk10", "Fattahi_setup_08", "Fattahi_setup_10",
)  # fmt: skip
"""Ten minutes with 30 seconds for each side; what both always solve says nothing."""


WARM = ("ft10", "mk01")
"""One on machines alone, one with a choice of them."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Names of instances (None: all), seconds for each side, and the seed of both sides' searches (from 1 on)."""

    names: tuple[str, ...] | None
    seconds: float
    workers: int = 2
    seed: int = 1

    @property
    def every(self) -> bool:
        """All instances: hours, so that each is kept as it ends, and a run that was stopped goes on behind the last."""
        return self.names is None


FULL = Settings(SUBSET, 30.0)
QUICK = Settings(("ft06", "ft10", "mk06", "Fattahi_setup_05"), 3.0)
EVERY = Settings(None, 30.0)


def run(settings: Settings, out: Path) -> Iterator[Row | Result]:
    """Yield every instance as it ends, then the whole; a picture goes to `out`."""
    peer = importlib.util.find_spec("pyjobshop") is not None
    # Everything is compiled before the first is measured.
    for instance in (each for family in families() for each in read_instances(family) if each.name in WARM):
        shortest(_planned(instance), 1.0, time.monotonic, workers=settings.workers)
    result = Result("instances-all" if settings.every else "instances", "public job shops", HOW, str(settings.seed))
    if not peer:
        result.ratios.append(Ratio("PyJobShop is not installed (extra `bench`): nothing to compare with", 0.0))
    kept = out / _kept_as(settings) if settings.every else None
    known = _kept(kept) if kept else {}
    for instance in _in_turn(settings):
        row = known.get(instance.name) or measure(instance, settings, peer)
        if kept and instance.name not in known:
            with kept.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row) + "\n")
        result.raw.setdefault("makespans", []).append(row)
        result.summary.append(row)
        yield row
    if peer and result.summary:
        result.ratios += _ratios(result.summary)
        draw(out / f"{result.name}.png", _means(result.summary) if settings.every else result.summary)
    yield result


def _in_turn(settings: Settings) -> Iterator[Instance]:
    """What is to be measured, one of each part of a family after the other: some of it says something of all."""
    parts: dict[str, list[Instance]] = {}
    for family in families():
        for instance in read_instances(family):
            if settings.names is None or instance.name in settings.names:
                parts.setdefault(instance.family, []).append(instance)
    for row in zip_longest(*parts.values()):
        yield from (instance for instance in row if instance is not None)


def _kept_as(settings: Settings) -> str:
    of_seed = f"-seed{settings.seed}" if settings.seed > 1 else ""
    return f"instances-all-{settings.seconds:g}s-{settings.workers}{of_seed}.jsonl"


def _kept(path: Path) -> dict[str, Row]:
    """What an earlier run measured, by instance."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return {str(row["instance"]): row for row in map(json.loads, lines)}


def measure(instance: Instance, settings: Settings, peer: bool) -> Row:
    """One instance, by us and by PyJobShop."""
    planner = _planned(instance)
    # Each worker has a seed of its own.
    first = 1 + (settings.seed - 1) * settings.workers
    found = shortest(planner, settings.seconds, time.monotonic, workers=settings.workers, seed=first)
    plan = planner.snapshot()
    makespan = max(x.end_s for x in plan.operations) - plan.floor_s
    theirs, theirs_optimal = pyjobshop(instance, settings) if peer else (None, False)
    return {
        "family": instance.family,
        "instance": instance.name,
        "best known": instance.upper,
        "lower": instance.lower,
        "makespan": makespan,
        "gap": (makespan - instance.upper) / instance.upper,
        "bound": "none" if found.bound is None else found.bound,
        "optimal": str(found.optimal),
        "breaches": len(verify(plan)),
        "PyJobShop": theirs if theirs is not None else "none" if peer else "",
        "its gap": "" if theirs is None else (theirs - instance.upper) / instance.upper,
        "its optimal": str(theirs_optimal) if peer else "",
    }


def _planned(instance: Instance) -> Planner:
    """All jobs inserted one after the other."""
    plant, orders = plant_of(instance)
    planner = Planner(plant, to_unix_down(START))
    for order in orders:
        planner.keep(planner.decide(order, planner.now_s, effort=Effort.INSTANT))
    return planner


def pyjobshop(instance: Instance, settings: Settings) -> tuple[int | None, bool]:
    """Its makespan (None: it found no plan), and whether it proved that."""
    library: Any = importlib.import_module("pyjobshop")
    model = library.Model()
    machines = [model.add_machine() for _ in range(instance.machines)]
    tasks = []
    for job in instance.jobs:
        owner = model.add_job()
        row = [model.add_task(job=owner) for _ in job]
        for task, ways in zip(row, job, strict=True):
            for machine, took in ways:
                model.add_mode(task, machines[machine], took)
        for before, after in pairwise(row):
            model.add_end_before_start(before, after)
        tasks += row
    for machine, table in zip(machines, instance.setups, strict=False):
        for before, durations in zip(tasks, table, strict=True):
            for after, took in zip(tasks, durations, strict=True):
                if 0 < took < 1_000_000 and before is not after:
                    model.add_setup_time(machine, before, after, took)
    found = model.solve(
        time_limit=settings.seconds, num_workers=settings.workers, display=False, random_seed=settings.seed
    )
    return int(found.objective) if isfinite(found.objective) else None, found.status.name == "OPTIMAL"


def _ratios(rows: list[Row]) -> list[Ratio]:
    """Mean gaps by family and its parts, and over what not both solve; without those of which it found no plan."""
    nothing = [str(row["instance"]) for row in rows if row["its gap"] == ""]
    rows = [row for row in rows if row["its gap"] != ""]
    found = [Ratio(f"left out, since PyJobShop found no plan ({', '.join(nothing)})", len(nothing))] if nothing else []
    for family, mine in _by_family(rows).items():
        ours, theirs = _mean(mine, "gap"), _mean(mine, "its gap")
        wanted = "its mean gap + 0.1 point at most"
        what = f"{family}: mean gap less PyJobShop's over {len(mine)}, points"
        found.append(Ratio(what, 100 * (ours - theirs), wanted))
    hard = [row for row in rows if not _both_solved(row)]
    if hard and _mean(hard, "its gap") > 0:
        share = _mean(hard, "gap") / _mean(hard, "its gap")
        found.append(Ratio(f"mean gap ÷ PyJobShop's over {len(hard)} that not both solved", share, "at most 0.8"))
    return found


def _by_family(rows: list[Row]) -> dict[str, list[Row]]:
    """Rows by family ("jsp") and by its parts ("jsp/la")."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        part = str(row["family"])
        for name in (part.partition("/")[0], part):
            found.setdefault(name, []).append(row)
    return dict(sorted(found.items()))


def _both_solved(row: Row) -> bool:
    return row["optimal"] == "True" and row["its optimal"] == "True"


def _means(rows: list[Row]) -> list[Row]:
    """A row for each part of a family, with its mean gaps: all single ones are too many for a picture."""
    return [
        {"instance": f"{name} ({len(mine)})", "gap": _mean(mine, "gap"), "its gap": _mean(mine, "its gap")}
        for name, mine in _by_family([row for row in rows if row["its gap"] != ""]).items()
        if "/" in name
    ]


def _mean(rows: list[Row], column: str) -> float:
    return sum(float(row[column]) for row in rows) / len(rows) if rows else 0.0


def draw(path: Path, rows: list[Row]) -> None:
    """Gaps side by side."""
    mpl.use("Agg")
    figure, axes = plt.subplots(figsize=(8, 0.3 * len(rows) + 1.5))
    places = range(len(rows))
    axes.barh([p - 0.2 for p in places], [100 * float(row["gap"]) for row in rows], height=0.4, label="here")
    theirs = [100 * float(row["its gap"] or 0) for row in rows]
    axes.barh([p + 0.2 for p in places], theirs, height=0.4, label="PyJobShop")
    axes.set_yticks(list(places), [str(row["instance"]) for row in rows], fontsize="small")
    axes.invert_yaxis()
    axes.set_xlabel("gap to best known, %")
    axes.legend(fontsize="small")
    figure.tight_layout()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=120)
    plt.close(figure)
