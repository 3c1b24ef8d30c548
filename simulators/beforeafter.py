"""A firm before and after it has a desk, in the same world: `python -m simulators.beforeafter FACTORY --seeds N`."""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import timedelta
from math import sqrt
from pathlib import Path
from statistics import mean, median, stdev
from tempfile import TemporaryDirectory

from client.calls import JiaoqiClient
from client.process import start_server
from domain.plant import Plant
from domain.values import replace
from promising.plant_files import write_plant
from simulators.demand import Kind, stream
from simulators.desk_office import DeskOffice, Policy
from simulators.factories import Factory, furniture, make
from simulators.holdings import overtime_h, store
from simulators.plant import Arrival, Line, RunningPlant
from simulators.published import CASES, Case
from simulators.spreadsheet import Spreadsheet

TIMEOUT_S = 900.0
DAY_S = 86_400
STUDENT = (
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
    2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045,
)  # fmt: skip
"""Student's t for 95 % on both sides, from one degree of freedom on."""
MES = timedelta(hours=4)
"""How often the shop floor's system sends its reports, and how far machines may go on ahead of the plan."""


@dataclass(frozen=True, slots=True)
class Figures:
    """One run. Shares are of all order lines.

    `on_time`: with the customer by the time that he was told first; `asked`: by the time that he asked for; `window`:
    within the factory's window after the order. `told_days` and `lead_days`: from the order to the date told, and to
    the delivery, in the mean. `answer_s`: until an order was answered, the median. `expedited`: orders that were put in
    front of others; `displaced`: tasks that such an order passed; `slipped`: lines told to be late by the desk, each
    time that they got later. `work_days`: from the first start to the delivery, in the mean: what lies in the plant.
    `problems`: calls and reports that the desk refused, and rules that the checker found broken; none should be.
    `near_window`: as `window`, of the lines alone that were asked for within it. `stock_days` and `held_days`: what lay
    finished, as goods leave when they are done, and as if nobody took his before the date told (`holdings.Store`).
    `overtime_h`: hours that machines ran in overtime.
    """

    office: str
    level: float
    seed: int
    lines: int
    on_time: float
    asked: float
    window: float
    told_days: float
    lead_days: float
    work_days: float
    answer_s: float
    expedited: int
    displaced: int
    slipped: int
    problems: int
    near_window: float = 0.0
    stock_days: float = 0.0
    held_days: float = 0.0
    overtime_h: float = 0.0


def arrivals(factory: Factory, days: int, seed: int) -> list[Arrival]:
    """The orders of some days; what is changed, cancelled or typed twice later on is left out."""
    events = stream(factory.demand, factory.opening.date(), days, seed)
    return [
        (event.time.replace(microsecond=0), event.order)
        for event in events
        if event.kind is Kind.ORDER and event.order is not None and not event.repeats and not event.doubles
    ]


def factory_of(case: Case) -> Factory:
    """The factory of a case, in its size."""
    if case.factory == "furniture":
        return furniture.make(recipe=furniture.Recipe(scale_percent=case.scale_percent))
    return make(case.factory)


def before(case: Case, level: float, seed: int) -> Figures:
    """The firm with its spreadsheet."""
    factory = factory_of(case)
    came = arrivals(factory, case.days, seed)
    disturbances = replace(case.disturbances, level=level)
    office = Spreadsheet(factory.plant, case.habits, disturbances, seed)
    running = office.running = RunningPlant(factory.plant, came, office, disturbances, seed)
    running.run()
    figures = _figures(case, running, came, office.told, ("before", level, seed))
    answer_s = median(office.answered.values())
    return replace(figures, answer_s=answer_s, expedited=len(office.expedited), displaced=office.displaced)


def after(case: Case, level: float, seed: int, buffer: timedelta | None = None, policy: Policy | None = None) -> Figures:  # fmt: skip  # noqa: E501
    """The same world with a desk: a server of its own, called as sales and the shop floor call it."""
    factory = factory_of(case)
    came = arrivals(factory, case.days, seed)
    disturbances = replace(case.disturbances, level=level)
    plant = with_buffer(factory.plant, case.buffer if buffer is None else buffer)
    # Where work may not begin long before its date, it may not with a desk either.
    plant = replace(plant, settings=replace(plant.settings, earliness_limit=case.habits.releases))
    with (
        TemporaryDirectory() as folder,
        start_server(Path(folder, "desk.sqlite"), ("--redispatch", "after_each")) as address,
        JiaoqiClient(address, caller="simulator", timeout_s=TIMEOUT_S) as client,
    ):
        client.import_plant(write_plant(plant))
        client.set_clock(factory.opening)
        office = DeskOffice(client, plant, disturbances, seed, policy or policy_of(case))
        running = office.running = RunningPlant(plant, came, office, disturbances, seed)
        running.run()
        violations = client.check_plan()
    problems = [*office.problems.calls, *office.problems.reports, *violations]
    for problem in problems:
        print(f"seed {seed}: {problem}", file=sys.stderr)
    told = {line: each.promised_s for line, each in office.told.items() if each.promised_s is not None}
    figures = _figures(case, running, came, told, ("after", level, seed))
    answer_s = median(each.answer_s for each in office.told.values())
    return replace(figures, answer_s=answer_s, slipped=office.at_risk_told, problems=len(problems))


def policy_of(case: Case, replan_every: timedelta | None = None) -> Policy:
    """How the desk is used: workers look as far down their lists as without one, and spare changeovers as they did.

    What should have begun and has not is reported as that, with no time from which on it is expected: it may begin at
    any moment, when its goods come.
    """
    habits = case.habits
    return Policy(
        report_every=MES, ahead=MES, looks=habits.looks, spares=habits.spares, replan_every=replan_every,
        remind_every=timedelta(0),
    )  # fmt: skip


def with_buffer(plant: Plant, buffer: timedelta) -> Plant:
    """The plant with another buffer behind its later dates."""
    return replace(plant, settings=replace(plant.settings, buffer=buffer))


def _figures(
    case: Case, running: RunningPlant, came: Sequence[Arrival], told: dict[Line, int], run: tuple[str, float, int]
) -> Figures:
    course = running.course
    asked = {(order.id, line.line_no): line.requested_time.timestamp() for _, order in came for line in order.lines}
    there = course.delivered_s
    window_s = case.window.total_seconds() if case.window else 0.0
    lead = {line: at - course.arrived_s[line[0]] for line, at in there.items()}
    near = {line for line, at in asked.items() if at - course.arrived_s[line[0]] <= window_s}
    finished = store(running.floor, came, course, told, case.packed)

    def share(kept: Iterator[bool]) -> float:
        return sum(kept) / len(asked)

    return Figures(
        *run,
        lines=len(asked),
        on_time=share(line in told and at <= told[line] for line, at in there.items()),
        asked=share(at <= asked[line] for line, at in there.items()),
        window=share(waited <= window_s for waited in lead.values()),
        told_days=mean(at - course.arrived_s[line[0]] for line, at in told.items()) / DAY_S,
        lead_days=mean(lead.values()) / DAY_S,
        work_days=mean(there[line] - at for line, at in course.first_start_s.items() if line in there) / DAY_S,
        answer_s=0.0, expedited=0, displaced=0, slipped=0, problems=0,
        near_window=sum(lead[line] <= window_s for line in near & lead.keys()) / max(1, len(near)),
        stock_days=finished.days, held_days=finished.held_days, overtime_h=overtime_h(running.floor, course.tasks),
    )  # fmt: skip


def interval(values: Sequence[float]) -> tuple[float, float]:
    """Mean and half of the 95 % interval over seeds (0 of one seed)."""
    if len(values) < 2:
        return values[0], 0.0
    quantile = STUDENT[min(len(values) - 1, len(STUDENT)) - 1]
    return mean(values), quantile * stdev(values) / sqrt(len(values))


def table(rows: Sequence[Figures]) -> str:
    """The means with their intervals, a row for each office and level."""
    names = [each.name for each in fields(Figures)][3:]
    lines = [f"| office | level | seeds | {' | '.join(names)} |", "|---" * (len(names) + 3) + "|"]
    for office, level in dict.fromkeys((row.office, row.level) for row in rows):
        mine = [row for row in rows if (row.office, row.level) == (office, level)]
        cells = []
        for name in names:
            middle, half = interval([float(getattr(row, name)) for row in mine])
            scale = 100 if name in ("on_time", "asked", "window", "near_window") else 1
            cells.append(f"{middle * scale:.1f} ± {half * scale:.1f}" if name != "answer_s" else f"{middle:.3g}")
        lines.append(f"| {office} | {level:g} | {len(mine)} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run both and print a table; returns 1 when the desk refused something that it should not have."""
    parser = argparse.ArgumentParser(prog="python -m simulators.beforeafter", description=__doc__)
    parser.add_argument("factory", choices=tuple(CASES))
    parser.add_argument("--seeds", type=int, default=5, help="runs of each, from seed --first on")
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--days", type=int, help="days of orders, where they are not to be the frozen ones")
    parser.add_argument("--level", type=float, nargs="+", default=[1.0], help="what disturbances are multiplied by")
    parser.add_argument("--only", choices=("before", "after"))
    parser.add_argument("--buffer", type=float, help="hours that the desk adds to later dates")
    parser.add_argument("--replan", type=float, help="hours between searches of the planner while lines are at risk")
    parser.add_argument("--out", type=Path, help="file for a row of each run, as CSV")
    given = parser.parse_args(arguments)
    if given.replan is not None and given.replan <= 0:
        parser.error(f"--replan is {given.replan}, must be above 0")
    case = CASES[given.factory]
    case = replace(case, days=given.days or case.days)
    buffer = None if given.buffer is None else timedelta(hours=given.buffer)
    policy = policy_of(case, None if given.replan is None else timedelta(hours=given.replan))
    rows: list[Figures] = []
    for level in given.level:
        for seed in range(given.first, given.first + given.seeds):
            if given.only != "after":
                rows.append(before(case, level, seed))
            if given.only != "before":
                rows.append(after(case, level, seed, buffer, policy))
            print(f"level {level:g}, seed {seed}: done", file=sys.stderr, flush=True)
            if given.out is not None:
                _write(given.out, rows)
    print(f"{given.factory}, {case.days} days of orders, seeds from {given.first}; published: {_published(case)}\n")
    print(table(rows))
    return 1 if any(row.problems for row in rows) else 0


def _published(case: Case) -> str:
    return ", ".join(f"{name} {100 * case.before[name]:g} -> {100 * case.after[name]:g} %" for name in case.before)


def _write(path: Path, rows: Sequence[Figures]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, [each.name for each in fields(Figures)], lineterminator="\n")
        writer.writeheader()
        writer.writerows(asdict(row) for row in rows)


if __name__ == "__main__":
    sys.exit(main())
