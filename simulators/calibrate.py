"""Do dates mean what they say? `python -m simulators.calibrate`: learn buffers in one world, count in others like it.

Streams of one seed are promised and done in this process (`simulators.executing`), buffers are learned from some of
them as `jiaoqi calibrate` does, and of the others is told how many were there by the date of each level. `--real` does
so with the real moulding plant's orders: rates and buffers of its early weeks, runs drawn from its later ones.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from domain.calibration import Calibration, ExecutedLine, LoadBand, learned
from domain.plant import Plant
from promising.executed import executed
from simulators import coverage
from simulators.calibrate_real import Records
from simulators.calibrate_shop import GAPS_MINUTES, OPENING, factors, shop, stream
from simulators.calibration_picture import draw
from simulators.coverage import LEARNED, LEVELS, MEASURED, covered, lead_ratio
from simulators.executing import Executed, Execution

LOW, HIGH = -2.0, 2.0
"""Points that a share may be off its name."""
RATIO_MOST = 1.1


def lines_of(done: Sequence[Executed], plant: Plant) -> list[ExecutedLine]:
    """What the desk learns of orders that are closed."""
    return executed((each.closed for each in done), plant)[0]


def in_shop(seed: int) -> list[ExecutedLine]:
    """One stream promised and done; the load goes round with the seed."""
    plant, gap = shop(), GAPS_MINUTES[seed % len(GAPS_MINUTES)]
    orders = stream(seed, gap)
    done = Execution(plant, factors(seed, gap), OPENING, orders[-1][0]).run(orders)
    return lines_of(done, plant)


def tell(known: Calibration, lines: Sequence[ExecutedLine]) -> bool:
    """Print what was found; False where a level is off its name, or P50 takes too long."""
    print(f"learned from {known.count} lines, measured on {len(lines)} others")
    groups = {"all": list(lines)}
    groups |= {f"family {name}": rows for name, rows in coverage.by(lines, lambda line: line.family).items()}
    groups |= {f"load {name}": rows for name, rows in coverage.by(lines, _band).items()}
    print(f"{'':<24}{'n':>7}  " + "".join(f"{f'by P{level} % (95 %)':<24}" for level in LEVELS))
    good = True
    for name, rows in groups.items():
        shares = [covered(rows, known, level) for level in LEVELS]
        told = [f"{s.percent:5.1f} ({s.interval[0]:.1f} to {s.interval[1]:.1f})" if s.all else "-" for s in shares]
        print(f"{name:<24}{len(rows):>7}  " + "".join(f"{text:<24}" for text in told))
        if name == "all":
            good = all(
                LOW <= s.percent - level <= HIGH if s.all else False for s, level in zip(shares, LEVELS, strict=True)
            )
    ratio = lead_ratio(lines, known)
    print(f"mean lead time by P50 over the one that came of it: {ratio:.3f} (at most {RATIO_MOST})")
    return good and ratio <= RATIO_MOST


def _band(line: ExecutedLine) -> str:
    return "unknown" if line.waiting_percent is None else LoadBand.of(line.waiting_percent).value


def main(arguments: Sequence[str] | None = None) -> int:
    """Run streams, tell what they came to; 1 where a level is off its name or P50 takes too long."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--real", action="store_true", help="the real moulding plant instead of the shop")
    parser.add_argument("--control", action="store_true", help="with --real, draw the runs that are measured from the "
                        "early weeks, too: what is off then is not because the weeks differ")  # fmt: skip
    parser.add_argument("--learn", type=int, default=30, help="streams that are learned from")
    parser.add_argument("--measure", type=int, default=54, help="streams that are measured on")
    parser.add_argument("--first", type=int, default=1, help="the seed of the first stream")
    parser.add_argument("--rows", type=Path, help="a table that the lines are added to, and all of it is told")
    parser.add_argument("--picture", type=Path, help="a file to draw the levels of each family into")
    given = parser.parse_args(arguments)
    parts: dict[str, list[ExecutedLine]] = {LEARNED: [], MEASURED: []}
    run = _real() if given.real else _in_shop
    for number in range(given.learn + given.measure):
        part = LEARNED if number < given.learn else MEASURED
        lines = run(given.first + number, part == MEASURED and not given.control)
        parts[part] += lines
        if given.rows:
            coverage.write_rows(given.rows, [(part, lines)])
        print(f"\r{number + 1} of {given.learn + given.measure} streams", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    if given.rows:
        parts = coverage.read_rows(given.rows)
    if not parts[LEARNED] or not parts[MEASURED]:
        return 0
    known = learned(parts[LEARNED], 1, OPENING)
    good = tell(known, parts[MEASURED])
    if given.picture:
        draw(known, parts[MEASURED], given.picture)
    return 0 if good else 1


def _in_shop(seed: int, _: bool) -> list[ExecutedLine]:
    return in_shop(seed)


def _real() -> Callable[[int, bool], list[ExecutedLine]]:
    records = Records()
    return lambda seed, later: lines_of(records.run(seed, later), records.plant)


if __name__ == "__main__":
    raise SystemExit(main())
