"""On other machines or moulds than where each operation ends first, or by other firms: the cheapest that does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import combinations

from msgspec import Struct

from domain.items import Mode
from domain.options import ChosenMode, CostKind, OptionCost, OptionKind, OptionWhy
from domain.plant import Plant
from promising.costs import HOUR_S, price_of
from promising.ways.around import Draft, Ground
from promising.ways.terms import Terms
from scheduler.planning.way import Run, Way

TRIES_MAX = 48
"""Choices that are tried for one order, one operation at a time first, then two."""


class _Choice(Struct, frozen=True):
    """An operation done in another mode."""

    routing_id: str
    operation_id: str
    mode: Mode

    @property
    def step(self) -> tuple[str, str]:
        return self.routing_id, self.operation_id


def alternative(ground: Ground) -> Draft | OptionWhy:
    """The order on time with one or two of its operations elsewhere in the plant than where they end first.

    Of those found the one that brings most lines in time, then the cheapest, then the one with the fewest changes.
    """
    return _best(ground, OptionKind.ALTERNATIVE)


def outside(ground: Ground) -> Draft | OptionWhy:
    """The order on time with one, two or all of its operations done by other firms; the best as of alternatives."""
    return _best(ground, OptionKind.OUTSIDE)


def _best(ground: Ground, kind: OptionKind) -> Draft | OptionWhy:
    usual = ground.whenever()
    best: tuple[tuple[int, float, int], Draft] | None = None
    choices, why = _choices(ground, usual, kind is OptionKind.OUTSIDE), OptionWhy.ALL_TRIED
    if not choices:
        return OptionWhy.NO_FIRM if kind is OptionKind.OUTSIDE else OptionWhy.NO_OTHER_MODE
    for chosen in choices[:TRIES_MAX]:
        if ground.over():
            why = OptionWhy.TIME
            break
        draft = _tried(ground, kind, usual, chosen)
        if draft is not None:
            price = next((cost.fen for cost in draft.costs if cost.kind in (CostKind.MACHINE, CostKind.OUTSIDE)), None)
            rank = -len(ground.had(draft.lines)), float("inf") if price is None else float(price), len(chosen)
            best = min(best or (rank, draft), (rank, draft), key=lambda each: each[0])
    if best is not None:
        return best[1]
    return OptionWhy.TRIES if why is OptionWhy.ALL_TRIED and len(choices) > TRIES_MAX else why


def _choices(ground: Ground, usual: Sequence[Run], out: bool) -> list[tuple[_Choice, ...]]:
    """Other modes for operations of late lines, one operation at a time, then two; outside also all that can be."""
    singles = list(
        dict.fromkeys(
            _Choice(run.routing_id, run.operation_id, mode)
            for run in usual
            if run.line_no in ground.late
            for mode in _other_modes(ground.plan.plant, run, out)
        )
    )
    pairs = [pair for pair in combinations(singles, 2) if pair[0].step != pair[1].step]
    all_of_them = tuple({choice.step: choice for choice in reversed(singles)}.values())
    found: list[tuple[_Choice, ...]] = [*((choice,) for choice in singles), *pairs]
    if out and len(all_of_them) > 2:
        found.insert(len(singles), all_of_them)
    return found


def _other_modes(plant: Plant, run: Run, out: bool) -> Iterator[Mode]:
    """Modes of an operation on another machine or with another mould, in the plant or outside."""
    steps = plant.routing_by_id[run.routing_id].operations
    modes = next(step.modes for step in steps if step.id == run.operation_id)
    where = run.mode.resource_id, run.mode.mould_id
    return (mode for mode in modes if (mode.resource_id, mode.mould_id) != where and plant.is_outside(mode) is out)


def _tried(ground: Ground, kind: OptionKind, usual: Sequence[Run], chosen: Sequence[_Choice]) -> Draft | None:
    plan = ground.copy()
    modes = {choice.step: frozenset({choice.mode.id}) for choice in chosen}
    decision = ground.place(plan, way=Way(modes=modes))
    if not ground.had(decision.lines):
        return None
    runs = plan.runs(decision)
    told = tuple(
        ChosenMode(choice.operation_id, choice.mode.id, choice.mode.resource_id, choice.mode.mould_id)
        for choice in chosen
    )
    price = _outside_hours(plan.plant, runs) if kind is OptionKind.OUTSIDE else None
    costs = (*ground.costs(plan, decision.lines), price or _machine_hours(plan.plant, modes, runs, usual))
    return Draft(kind, decision.lines, Terms(modes=modes, effort=ground.around.effort), costs, {"modes": told})


def _outside_hours(plant: Plant, runs: Sequence[Run]) -> OptionCost:
    """How long other firms work for it, by their own rates or the plant's."""
    out = [run for run in runs if plant.is_outside(run.mode)]
    return OptionCost(
        CostKind.OUTSIDE, timedelta(seconds=sum(run.seconds for run in out)), 0, _price(plant, out, "outside_hour")
    )  # fmt: skip


def _machine_hours(
    plant: Plant, modes: Mapping[tuple[str, str], frozenset[str]], runs: Sequence[Run], usual: Sequence[Run]
) -> OptionCost:
    """How long the chosen machines run for it, and what the machines of all its work cost more than otherwise."""
    chosen = sum(run.seconds for run in runs if (run.routing_id, run.operation_id) in modes)
    lines = {run.line_no for run in runs}
    here, otherwise = _price(plant, runs), _price(plant, [run for run in usual if run.line_no in lines])
    fen = None if here is None or otherwise is None else here - otherwise
    return OptionCost(CostKind.MACHINE, timedelta(seconds=chosen), 0, fen)


def _price(plant: Plant, runs: Sequence[Run], name: str = "machine_hour") -> int | None:
    """What runs cost by the hour rates of their machines, else by this rate; None where one has neither."""
    rate = next((each.fen for each in plant.cost_rates if each.name == name), None)
    total = 0
    for run in runs:
        own = plant.resource_by_id[run.mode.resource_id].hour_cost_fen or rate
        price = price_of(own, timedelta(seconds=run.seconds), HOUR_S)
        if price is None:
            return None
        total += price
    return total
