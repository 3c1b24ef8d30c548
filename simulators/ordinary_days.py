"""A factory's days, or a file of orders, on a server of its own: `python -m simulators.ordinary_days trade`.

Tells what the orders were told. Exit status 0; 1 where a call failed inside the server, or its full check found the
plan broken; 2 where the file or the plant is wrong.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from zoneinfo import ZoneInfo

from client.calls import JiaoqiClient
from client.csv_rows import BadFile
from client.process import start_server
from domain.errors import InvalidInput
from domain.plant import Plant
from jiaoqi.v1 import plan_pb2, promise_pb2
from promising.plant_files import read_plant, write_plant
from simulators.demand import DemandEvent, Kind, stream
from simulators.demand_file import read_events, write_events
from simulators.demand_play import OK, Pace, Told, play
from simulators.factories import FACTORIES, Factory, make

FAILED = ("INTERNAL", "UNKNOWN", "UNAVAILABLE")
TIMEOUT_S = 600.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Play the events one by one under the manual clock, and print how that went."""
    given = _given(arguments)
    try:
        return _write(given) if given.write else _play(given)
    except (InvalidInput, BadFile, OSError) as error:
        print(error, file=sys.stderr)
        return 2


def _given(arguments: Sequence[str] | None) -> Namespace:
    parser = ArgumentParser(prog="python -m simulators.ordinary_days", description=__doc__)
    parser.add_argument("name", choices=tuple(FACTORIES), nargs="?", help="the factory; none with --plant")
    parser.add_argument("--days", type=int, default=1)
    parser.add_argument("--peak", action="store_true", help="begin with the peak day")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--file", type=Path, help="play the events of this file (docs/demand.md) instead of drawn ones")
    parser.add_argument("--plant", type=Path, help="with --file: a plant folder instead of a factory, without rules")
    parser.add_argument("--speed", type=float, help="so many times as fast as they came, not as fast as can be")
    parser.add_argument("--write", type=Path, help="write the events to a file, and play nothing")
    given = parser.parse_args(arguments)
    if (given.name is None) == (given.plant is None) or (given.plant is not None and given.file is None):
        parser.error("either a factory, or --plant and --file")
    if given.speed is not None and given.speed <= 0:
        parser.error("--speed: more than 0")
    return given


def _events(given: Namespace, zone: ZoneInfo) -> tuple[str, list[DemandEvent]]:
    """What is played, in words, and its events."""
    if given.file is not None:
        return f"{given.file}", read_events(given.file, zone)
    factory = make(given.name, given.seed)
    first = factory.peak if given.peak else factory.ordinary
    days = f"{factory.name}, seed {given.seed}, {given.days} days from {first}"
    return days, list(stream(factory.demand, first, given.days, given.seed))


def _write(given: Namespace) -> int:
    zone = make(given.name, given.seed).plant.zone if given.name else _folder(given.plant).zone
    what, events = _events(given, zone)
    given.write.write_text(write_events(events), encoding="utf-8")
    print(f"{what}: {len(events)} events")
    return 0


def _play(given: Namespace) -> int:
    with TemporaryDirectory() as folder:
        flags = ["--log-level", "error"]
        if given.name:
            factory = make(given.name, given.seed)
            plant, opening = factory.plant, factory.opening
            flags += ["--rules", factory.policy, *_offers(factory, Path(folder))]
            what, events = _events(given, plant.zone)
        else:
            plant = _folder(given.plant)
            what, events = _events(given, plant.zone)
            opening = events[0].time if events else datetime.now(UTC)
        pace = Pace(given.speed) if given.speed is not None else lambda _: None
        with (
            start_server(Path(folder, "store.sqlite"), flags) as address,
            JiaoqiClient(address, timeout_s=TIMEOUT_S) as client,
        ):
            client.import_plant(write_plant(plant))
            client.set_clock(min([opening, *(event.time for event in events[:1])]), plan_pb2.CLOCK_MODE_MANUAL)
            began = perf_counter()
            told = list(play(client, events, timedelta(minutes=1), pace))
            seconds = perf_counter() - began
            broken = client.check_plan()
    print(f"{what}: {seconds / max(1, len(told)):.4f} s each")
    if isinstance(pace, Pace):
        print(f"{given.speed:g} times as fast; {pace.behind_s:.1f} s behind in the end")
    for text, count in _summary(told):
        print(f"{count:6} {text}")
    for breach in broken:
        print(breach)
    return 1 if broken or any(each.code in FAILED for each in told) else 0


def _folder(path: Path) -> Plant:
    return read_plant({file.name: file.read_bytes() for file in sorted(path.iterdir()) if file.is_file()})


def _offers(factory: Factory, folder: Path) -> list[str]:
    # An empty table, too: else the policy's own is taken.
    path = folder / "promotions.csv"
    path.write_text(factory.promotions, encoding="utf-8")
    return ["--promotions", str(path)]


def _summary(told: Sequence[Told]) -> list[tuple[str, int]]:
    """Calls by kind and status, then the lines of orders by state and outcome, the most frequent first."""
    calls = Counter(f"{each.event.kind} {each.code}" for each in told)
    lines = Counter(
        f"line {promise_pb2.PromiseState.Name(line.state)} {promise_pb2.Outcome.Name(line.outcome)}"
        for each in told if each.code == OK and each.promise is not None and each.event.kind is Kind.ORDER
        for line in each.promise.lines
    )  # fmt: skip
    return [*calls.most_common(), *lines.most_common()]


if __name__ == "__main__":
    raise SystemExit(main())
