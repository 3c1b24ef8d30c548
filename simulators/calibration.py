"""The real shop as a profile, and how far streams of it are from what happened: `python -m simulators.calibration`.

Distances between shapes are total variation: the share of orders that would have to come at another hour, weekday or
month. Beside each stands the distance between two halves of the real days, which is what such a number is when nothing
is wrong.
"""

from __future__ import annotations

import argparse
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path

from plants.peakday.convert import Rules, read_lines
from simulators.chance import PERMILLE, Spread, heavy_tail
from simulators.demand import arrivals
from simulators.demand_profile import Buyer, DemandProfile, Product, Wish
from simulators.shapes import DayCount, real_counts, real_day, real_months, real_noise, real_week, week_of

LINES_MOST = 200
DAY = 24 * 60


@cache
def shop() -> DemandProfile:
    """The shop: its days, weeks and months, its articles by how often they are asked for, its lines and quantities."""
    lines = read_lines()
    asked = Counter(line.code for line in lines)
    price = {line.code: line.price_fen for line in reversed(lines)}
    quantity = Spread(_quantiles([line.quantity for line in lines], 40))
    sizes = Counter(line.invoice for line in lines)
    whole = sum(count.orders for count in real_counts()) * PERMILLE // len(real_counts())
    # The mean of all days, with the weekdays and months that the days have.
    usual = sum(real_week()[c.day.weekday()] * real_months()[c.day.month - 1] for c in real_counts())
    orders = whole * PERMILLE**2 * len(real_counts()) // usual
    return DemandProfile(
        "shop", Rules().zone, orders, real_day(), real_week(),
        tuple(Product(code, count, quantity, max(1, price[code])) for code, count in sorted(asked.items())),
        tuple(Buyer(f"C{number:04}", weight) for number, weight in enumerate(heavy_tail(400, 60), 1)),
        (Wish("next day", 9, Spread((DAY,))), Wish("abroad", 1, Spread((2 * DAY,)))),
        months=real_months(), noise=real_noise(),
        lines=Spread(_quantiles([min(size, LINES_MOST) for size in sizes.values()], 30)),
    )  # fmt: skip


def _quantiles(values: Sequence[int], parts: int) -> tuple[int, ...]:
    """The values at evenly spaced places, from the least to the greatest."""
    ordered = sorted(values)
    return tuple(ordered[(len(ordered) - 1) * place // parts] for place in range(parts + 1))


@dataclass(frozen=True, slots=True)
class Fit:
    """How far a stream is from the real days in one respect, and two halves of the real days from each other."""

    what: str
    distance: float
    halves: float
    sample: str


def fits(seed: int = 1) -> list[Fit]:
    """Compare a stream of the shop's own days with what happened on them."""
    drawn = stream_counts(seed)
    real, made = real_counts(), tuple(DayCount(day, len(times)) for day, times in drawn.items())
    even, odd = ([c for c in real if c.day.isocalendar().week % 2 == half] for half in (0, 1))
    days = f"{len(real)} days each"
    return [
        Fit("hour of the day", variation(by_hour(drawn), _real_hours()), variation(*_day_halves()),
            "127 real invoices; the stream's all year"),
        Fit("weekday", variation(by(real, date.weekday), by(made, date.weekday)),
            variation(by(even, date.weekday), by(odd, date.weekday)), days),
        Fit("weekday, fitted to even weeks alone, against odd ones",
            variation(dict(enumerate(week_of(even))), dict(enumerate(week_of(odd)))),
            variation(by(even, date.weekday), by(odd, date.weekday)), "153 and 152 real days"),
        Fit("month", variation(by(real, _month), by(made, _month)), variation(by(even, _month), by(odd, _month)), days),
        Fit("orders a day (largest difference of shares at or below)", largest_gap(real, made), largest_gap(even, odd),
            days),
    ]  # fmt: skip


@cache
def stream_counts(seed: int) -> Mapping[date, list[datetime]]:
    """The times at which orders come in on the shop's days, by a stream."""
    return {count.day: arrivals(shop(), count.day, seed) for count in real_counts()}


def by_hour(drawn: Mapping[date, list[datetime]]) -> dict[int, float]:
    """Orders by the hour, times in the shop's zone."""
    zone = shop().local_zone
    return _tally(moment.astimezone(zone).hour for times in drawn.values() for moment in times)


def _month(day: date) -> int:
    return day.month


def _real_hours() -> dict[int, float]:
    return {hour: sum(real_day().values[2 * hour : 2 * hour + 2]) for hour in range(24)}


def _day_halves() -> tuple[dict[int, float], dict[int, float]]:
    """Every second invoice of the real day against the others, by the hour."""
    first = {line.invoice: line.time.hour for line in reversed(read_lines())}
    hours = [first[invoice] for invoice in sorted(first)]
    return _tally(hours[::2]), _tally(hours[1::2])


def _tally(values: Iterable[int]) -> dict[int, float]:
    return {value: float(count) for value, count in Counter(values).items()}


def by(counts: Iterable[DayCount], key: Callable[[date], int]) -> dict[int, float]:
    """Orders by a property of their day."""
    found: dict[int, float] = {}
    for count in counts:
        found[key(count.day)] = found.get(key(count.day), 0.0) + count.orders
    return found


def variation(first: Mapping[int, float], second: Mapping[int, float]) -> float:
    """Total variation between two shapes: 0 where they are the same, 1 where they share nothing."""
    wholes = sum(first.values()), sum(second.values())
    places = {*first, *second}
    return sum(abs(first.get(p, 0) / wholes[0] - second.get(p, 0) / wholes[1]) for p in places) / 2


def largest_gap(first: Sequence[DayCount], second: Sequence[DayCount]) -> float:
    """The largest difference of the shares of days with at most so many orders (Kolmogorov's)."""
    ordered = [sorted(count.orders for count in counts) for counts in (first, second)]
    return max(
        abs(bisect_right(ordered[0], at) / len(ordered[0]) - bisect_right(ordered[1], at) / len(ordered[1]))
        for at in {*ordered[0], *ordered[1]}
    )


def draw(path: Path, seed: int) -> None:
    """Draw the three shapes and the daily counts, real and of a stream, beside each other."""
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot

    drawn = stream_counts(seed)
    real, made = real_counts(), [DayCount(day, len(times)) for day, times in drawn.items()]
    figure, axes = pyplot.subplots(2, 2, figsize=(11, 7), layout="constrained")
    pairs = (
        ("orders by the hour", _real_hours(), by_hour(drawn), range(8, 19)),
        ("orders by weekday (Monday is 0)", by(real, date.weekday), by(made, date.weekday), range(7)),
        ("orders by month", by(real, _month), by(made, _month), range(1, 13)),
    )
    for axis, (title, truth, model, places) in zip(axes.flat, pairs, strict=False):
        for offset, label, shape in ((-0.2, "real", truth), (0.2, f"stream, seed {seed}", model)):
            whole = sum(shape.values())
            axis.bar([p + offset for p in places], [100 * shape.get(p, 0) / whole for p in places], 0.4, label=label)
        axis.set(title=f"{title}: distance {variation(truth, model):.3f}", ylabel="% of orders")
        axis.legend()
    for label, counts in (("real", real), (f"stream, seed {seed}", made)):
        axes[1, 1].plot([c.orders for c in counts], label=label, linewidth=0.9)
    axes[1, 1].set(title=f"orders a day, 305 days: largest gap {largest_gap(real, made):.3f}", xlabel="day")
    axes[1, 1].legend()
    figure.savefig(path, dpi=110)
    pyplot.close(figure)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the distances; draw them where a file is named."""
    parser = argparse.ArgumentParser(prog="python -m simulators.calibration", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--plot", type=Path)
    given = parser.parse_args(arguments)
    print(f"seed {given.seed}")
    for fit in fits(given.seed):
        print(f"{fit.what}: {fit.distance:.3f} (two halves of the real days: {fit.halves:.3f}; {fit.sample})")
    if given.plot is not None:
        draw(given.plot, given.seed)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
