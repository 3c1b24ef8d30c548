"""The command line: which benchmarks, how large, and where their figures go."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from benchmarks import (
    arrivals,
    feeds,
    growth,
    inside,
    instances,
    limits,
    machine,
    mould_repair,
    moulding,
    orderbooks,
    peak,
    rehearsal,
    repair,
    rescue,
    restart,
    ruled_service,
    rules,
    service,
    supposing,
)
from benchmarks.arrivals import Replay
from benchmarks.report import Result, Row, number
from domain.values import replace

OUT = Path(__file__).parents[1] / "var" / "bench"
INTRODUCTION = """# Benchmarks

Figures of one run of `make bench`. Machines differ and have other work to do: the ratios carry over, measured within
one run. Every single measurement is in a CSV file beside this summary (`var/bench` by default). `CPU ms` is the
time of the deciding thread's processor alone, without what other work on the machine took; all else is wall clock.
"""
Course = Iterable["Result | Row | Replay"]


def courses(names: Iterable[str], *, quick: bool, scratch: Path, seed: int = 1) -> Mapping[str, Callable[[], Course]]:
    """Return the benchmarks of these names; nothing runs before they are called."""
    of_instances = replace(instances.QUICK if quick else instances.FULL, seed=seed)
    every_instance = replace(instances.EVERY, seed=seed)
    every: dict[str, Callable[[], Course]] = {
        "arrivals": lambda: arrivals.run(arrivals.QUICK if quick else arrivals.FULL),
        "inside": lambda: inside.run(inside.QUICK if quick else inside.FULL),
        "growth": lambda: growth.run(growth.QUICK if quick else growth.FULL),
        "service": lambda: service.run(service.QUICK if quick else service.FULL, scratch),
        "peak": lambda: peak.run(peak.QUICK if quick else peak.FULL, scratch),
        "feeds": lambda: feeds.run(feeds.QUICK if quick else feeds.FULL, scratch),
        "repair": lambda: repair.run(repair.QUICK if quick else repair.FULL),
        "mould-repair": lambda: mould_repair.run(mould_repair.QUICK if quick else mould_repair.FULL),
        "whatif": lambda: supposing.run(supposing.QUICK if quick else supposing.FULL, scratch),
        "rescue": lambda: rescue.run(rescue.QUICK if quick else rescue.FULL),
        "orderbooks": lambda: orderbooks.run(orderbooks.QUICK if quick else orderbooks.FULL, scratch.parent),
        "moulding": lambda: moulding.run(moulding.QUICK if quick else moulding.FULL, scratch.parent),
        "instances": lambda: instances.run(of_instances, scratch.parent),
        "instances-all": lambda: instances.run(every_instance, scratch.parent),
        "restart": lambda: restart.run(restart.QUICK if quick else restart.FULL, scratch),
        "rules": lambda: rules.run(rules.QUICK if quick else rules.FULL),
        "rehearsal": lambda: rehearsal.run(rehearsal.QUICK if quick else rehearsal.FULL),
        "quotas": lambda: limits.run(limits.QUICK if quick else limits.FULL, scratch),
        "rules-service": lambda: ruled_service.run(ruled_service.QUICK if quick else ruled_service.FULL, scratch),
    }
    return {name: every[name] for name in (names or (name for name in every if name != "instances-all"))}


def main() -> None:
    """Run the benchmarks that are named, or all of them."""
    parser = argparse.ArgumentParser("python -m benchmarks", description="Measure the plan and the service.")
    parser.add_argument(
        "names",
        nargs="*",
        help="arrivals, inside, growth, service, peak, orderbooks, moulding, instances, feeds, repair, "
        "mould-repair, whatif, rescue, restart, rules, rehearsal, rules-service; all by default, but for "
        "instances-all, which takes hours",
    )
    parser.add_argument("--quick", action="store_true", help="smaller sizes: a minute or two in all")
    parser.add_argument("--out", type=Path, default=OUT, help="folder of the figures (default: var/bench)")
    parser.add_argument("--seed", type=int, default=1, help="of the searches of instances, instances-all (default: 1)")
    given = parser.parse_args()
    if given.seed < 1:
        parser.error(f"--seed is {given.seed}, must be at least 1")
    try:
        chosen = courses(given.names, quick=given.quick, scratch=given.out / "scratch", seed=given.seed)
    except KeyError as error:
        parser.error(f"no benchmark {error}")
    given.out.mkdir(parents=True, exist_ok=True)
    sizes = "small (`--quick`)" if given.quick else "full"
    about = f"{machine.describe()}- Sizes: {sizes}\n"
    print(about)
    sections = [INTRODUCTION, about]
    for course in chosen.values():
        sections.append(_follow(course(), given.out))
    (given.out / "summary.md").write_text("\n".join(sections), encoding="utf-8")


def _follow(course: Course, out: Path) -> str:
    """Print what a benchmark finds as it goes, keep its figures, and return its section."""
    began = time.monotonic()
    for found in course:
        if isinstance(found, Result):
            found.keep(out)
            section = found.markdown()
            print(f"\n{section}\n({time.monotonic() - began:.0f} s)\n", flush=True)
            return section
        row = found.summary if isinstance(found, Replay) else found
        print("  " + ", ".join(f"{name} {number(cell)}" for name, cell in row.items()), flush=True)
    raise AssertionError("a benchmark ends with its result")


if __name__ == "__main__":
    main()
