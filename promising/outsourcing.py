"""Work of late orders given to other firms: what saves promises, and no more than that."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from domain.checks import from_unix
from domain.proposals import OutsideWork
from promising.figures import outside_of
from promising.risks import Line
from promising.scratch import Trial, weighed

Score = tuple[int, int]


def given_out(trial: Trial, more: Callable[[], bool]) -> tuple[Trial, tuple[int, ...]]:
    """A trial in which late lines are in time, or less late, by work outside, and the keys of that work.

    Line by line, by priority: the shortest operation that saves it if one does, else all that can go; kept only where
    the whole plan is better for it. What then turns out to be needless comes back. Ends early when `more` is False.
    """
    given: set[int] = set()
    tried: set[Line] = set()
    while more():
        name = next((each for each in _late(trial) if each not in tried), None)
        if name is None:
            break
        tried.add(name)
        found = _saved(trial, name, more)
        if found is not None:
            trial, keys = found
            given |= keys
    for key in sorted(given):
        if not more():
            break
        without = _tried(trial, {key}, back=True)
        if without is not None and _score(without) <= _score(trial):
            trial = without
            given.discard(key)
    return trial, tuple(sorted(given))


def outside_work(trial: Trial, keys: Collection[int]) -> tuple[OutsideWork, ...]:
    """The operations as a proposal tells of them, by their starts."""
    plant = trial.plan.plant
    work = sorted((x for x in trial.plan.snapshot().operations if x.key in keys), key=lambda x: (x.start_s, x.key))
    return tuple(
        OutsideWork(
            x.key, x.order_id, x.line_no, x.item_id, x.quantity, x.operation_id, x.mode_id, x.resource_id,
            from_unix(x.start_s), from_unix(x.end_s), outside_of(plant, x, trial.plan.now_s)[1],
        )
        for x in work
    )  # fmt: skip


def _saved(trial: Trial, name: Line, more: Callable[[], bool]) -> tuple[Trial, set[int]] | None:
    """The trial with as little of a line outside as saves it; else with all of it, where that is better."""
    last: tuple[Trial, set[int]] | None = None
    for keys in _ways(trial, name):
        if not more():
            return None
        made = _tried(trial, keys)
        if made is None or _score(made) >= _score(trial):
            continue
        if name not in _late(made):
            return made, keys
        last = made, keys
    return last


def _ways(trial: Trial, name: Line) -> Iterator[set[int]]:
    could = sorted(trial.plan.could_go_out(*name), key=lambda row: (row[1], row[0]))
    for key, _ in could:
        yield {key}
    if len(could) > 1:
        yield {key for key, _ in could}


def _tried(trial: Trial, keys: Collection[int], *, back: bool = False) -> Trial | None:
    """A copy with these operations outside, or back; None where that would move what may not move."""
    made = trial.copy()
    done = made.plan.give_out(keys, made.stakes(), back=back)
    return None if done.reopened or done.unpinned else made


def _late(trial: Trial) -> list[Line]:
    """Late lines, the highest priority first."""
    late = sorted(trial.late(), key=lambda row: (row[0].order.priority, row[0].order.id, row[1].line_no))
    return [(promise.order.id, line.line_no) for promise, line in late]


def _score(trial: Trial) -> Score:
    """Late lines, and seconds late weighted by priority."""
    figures = trial.measure()
    return figures.late, weighed(figures)
