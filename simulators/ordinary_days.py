"""A factory's days on a server of their own, and what the orders were told: `python -m simulators.ordinary_days trade`.

Exit status 0; 1 where a call failed inside the server, or its full check found the plan broken.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from client.calls import JiaoqiClient
from client.process import start_server
from jiaoqi.v1 import promise_pb2
from promising.plant_files import write_plant
from simulators.demand import Kind, stream
from simulators.demand_play import OK, Told, play
from simulators.factories import FACTORIES, Factory, make

FAILED = ("INTERNAL", "UNKNOWN", "UNAVAILABLE")
TIMEOUT_S = 600.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Play the days one by one under the manual clock, and print how that went."""
    parser = argparse.ArgumentParser(prog="python -m simulators.ordinary_days", description=__doc__)
    parser.add_argument("name", choices=tuple(FACTORIES))
    parser.add_argument("--days", type=int, default=1)
    parser.add_argument("--peak", action="store_true", help="begin with the peak day")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    factory = make(given.name, given.seed)
    first = factory.peak if given.peak else factory.ordinary
    events = list(stream(factory.demand, first, given.days, given.seed))
    with TemporaryDirectory() as folder:
        flags = ["--rules", factory.policy, "--log-level", "error", *_offers(factory, Path(folder))]
        with (
            start_server(Path(folder, "store.sqlite"), flags) as address,
            JiaoqiClient(address, timeout_s=TIMEOUT_S) as client,
        ):
            client.import_plant(write_plant(factory.plant))
            client.set_clock(factory.opening)
            began = perf_counter()
            told = list(play(client, events, timedelta(minutes=1)))
            seconds = perf_counter() - began
            broken = client.check_plan()
    print(
        f"{factory.name}, seed {given.seed}, {given.days} days from {first}: {seconds / max(1, len(told)):.4f} s each"
    )
    for text, count in _summary(told):
        print(f"{count:6} {text}")
    for breach in broken:
        print(breach)
    return 1 if broken or any(each.code in FAILED for each in told) else 0


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
