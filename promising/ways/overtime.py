"""Hours worked in addition after named shifts, so that a late order is on time: the fewest that were found to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from msgspec import Struct

from domain.disrupted import in_force
from domain.hours import ExtraHours
from domain.options import CostKind, OptionCost, OptionKind, OptionWhy
from domain.plant import Plant
from domain.values import replace
from promising.costs import HOUR_S, price_of
from promising.risks import Risks, without_place
from promising.scratch import disruptions_of
from promising.ways.around import Draft, Ground
from promising.ways.terms import Terms
from scheduler.planner import Planner

HOURS_MOST = 8
"""After one shift."""
SHIFTS_MOST = 24
"""Shifts that are thought of, the last ones before the time that is wanted."""
TRIES_MAX = 48
"""Plans that are tried for one order."""
HOUR = timedelta(hours=1)


class _Shift(Struct, frozen=True):
    """So many whole hours after a shift, of a machine and of the crews that its work needs and that are not there."""

    names: tuple[str, ...]
    start: datetime
    end: datetime
    """When the next shift begins, or the longest overtime ends."""

    @property
    def most(self) -> int:
        return max(1, (self.end - self.start) // HOUR)

    def hours(self, count: int) -> list[ExtraHours]:
        end = min(self.start + count * HOUR, self.end)
        return [ExtraHours(name, self.start, end) for name in self.names]


Chosen = dict[_Shift, int]
"""Shifts, and how many hours of each."""


def overtime(ground: Ground) -> Draft | OptionWhy:
    """The order on time with hours worked in addition, the fewest in all: after one shift or after several.

    After one shift they are the fewest whole hours; of several each is needed, and none could be an hour shorter.
    """
    shifts = _shifts(ground)
    search = _Search(ground)
    if not shifts:
        return OptionWhy.NO_HOURS
    if search.tried(_level(shifts, HOURS_MOST)) is None:
        return search.why
    found = [draft for draft in (search.after_one(shifts), search.after_several(shifts)) if draft is not None]
    best = min(found, key=lambda draft: _cost(ground.plan.plant, draft.terms.hours).duration, default=None)
    return (None if best is None else search.priced(best)) or search.why


class _Search:
    """Tries hours, as long as there are tries and time."""

    def __init__(self, ground: Ground) -> None:
        self._ground, self._left = ground, TRIES_MAX
        risks, orders = Risks(ground.plan, ground.orders), list(ground.plan.order_ids)
        self._before, self._stakes = risks.expected(orders), risks.stakes(orders)
        self.why = OptionWhy.ALL_TRIED
        """Why nothing is found, as far as it has tried."""
        self._wanted: frozenset[int] = frozenset()
        """Lines that are on time with all the hours there are: no fewer may be."""

    def after_one(self, shifts: Sequence[_Shift]) -> Draft | None:
        """The fewest hours after one shift; of equals the cheaper ones, then the later ones."""
        best: tuple[tuple[int, float], Draft] | None = None
        for shift in shifts:
            most = shift.most if best is None else min(shift.most, best[0][0])
            found = self._fewest({}, shift, most)
            if found is not None:
                count, draft = found
                rank = count, _price(self._ground.plan.plant, draft.terms.hours)
                best = min(best or (rank, draft), (rank, draft), key=lambda each: each[0])
        return None if best is None else best[1]

    def after_several(self, shifts: Sequence[_Shift]) -> Draft | None:
        """Hours after several shifts: as many after each, and then those left out or made shorter that can be."""
        low, high = 0, max(shift.most for shift in shifts)
        found = self.tried(_level(shifts, high))
        while found is not None and high - low > 1:
            middle = (low + high) // 2
            shorter = self.tried(_level(shifts, middle))
            low, high, found = (low, middle, shorter) if shorter is not None else (middle, high, found)
        chosen = _level(shifts, high)
        for shift in shifts:
            rest = {each: count for each, count in chosen.items() if each != shift}
            less = self.tried(rest) if rest else None
            if less is not None:
                chosen, found = rest, less
                continue
            shorter_by = self._fewest(rest, shift, chosen[shift] - 1)
            if shorter_by is not None:
                chosen[shift], found = shorter_by
        return found

    def _fewest(self, rest: Chosen, shift: _Shift, most: int) -> tuple[int, Draft] | None:
        """The fewest hours after a shift that do beside the others, taken that more do where fewer do."""
        found = self.tried({**rest, shift: most}) if most else None
        if found is None:
            return None
        low, high = 0, most
        while high - low > 1:
            middle = (low + high) // 2
            shorter = self.tried({**rest, shift: middle})
            low, high, found = (low, middle, shorter) if shorter is not None else (middle, high, found)
        return high, found

    def tried(self, chosen: Chosen) -> Draft | None:
        """The order with these hours, if it is on time by them and no promise breaks."""
        if not self._left or self._ground.over():
            self.why = OptionWhy.TIME if self._left else OptionWhy.TRIES
            return None
        self._left -= 1
        hours = tuple(row for shift, count in chosen.items() for row in shift.hours(count))
        draft = self._placed(tuple(sorted(hours, key=lambda row: (row.start, row.resource_id))))
        had = frozenset[int]() if draft is None else self._ground.had(draft.lines)
        if not had or not had >= self._wanted:
            return None
        self._wanted = self._wanted or had
        return draft

    def priced(self, draft: Draft) -> Draft | None:
        """What was found, once more, with what it costs."""
        return self._placed(draft.terms.hours, priced=True)

    def _placed(self, hours: tuple[ExtraHours, ...], *, priced: bool = False) -> Draft | None:
        ground, plan = self._ground, self._ground.copy()
        plant = in_force(ground.around.imported, (*ground.around.known, *disruptions_of(hours, ground.around.now)))
        done = plan.repair(plant, ground.now_s, self._stakes)
        if done.reopened or done.unpinned or without_place(plan, done):
            return None
        decision = ground.place(plan)
        if not ground.had(decision.lines) or not self._kept(plan):
            return None
        costs = _with_hours(ground.plan.plant, ground.costs(plan, decision.lines), hours) if priced else ()
        terms = Terms(hours=hours, effort=ground.around.effort)
        return Draft(OptionKind.OVERTIME, decision.lines, terms, costs, {"hours": hours})

    def _kept(self, plan: Planner) -> bool:
        """No promise breaks by it, nor by more than before."""
        risks, orders = Risks(plan, self._ground.orders), list(self._ground.plan.order_ids)
        after = risks.expected(orders)
        return all(
            line.promised_time is None
            or after[name := (promise.order.id, line.line_no)] <= max(self._before[name], line.promised_time)
            for promise, line in risks.planned(orders)
        )


def _level(shifts: Sequence[_Shift], hours: int) -> Chosen:
    """So many hours after each shift, or as many as there are."""
    return {shift: min(hours, shift.most) for shift in shifts}


def _shifts(ground: Ground) -> list[_Shift]:
    """What could be worked after shifts by those who do the late lines, until these are wanted; the last ones first."""
    plant, now = ground.plan.plant, ground.around.now
    until = max(line.requested_time for line in ground.lines if line.line_no in ground.late)
    bundles = dict.fromkeys(
        (run.mode.resource_id, run.mode.crew_id) for run in ground.whenever() if run.line_no in ground.late
    )
    found = [
        _Shift(tuple(name for name in names if name and _free(plant, name, start, end)), start, end)
        for names in bundles
        for start, end in _gaps(plant, names[0], now, until)
    ]
    return sorted(dict.fromkeys(found), key=lambda shift: (shift.start, shift.names), reverse=True)[:SHIFTS_MOST]


def _gaps(plant: Plant, name: str, now: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Time after the shifts of a resource, an hour or more each."""
    calendar = plant.calendar_by_id[plant.resource_by_id[name].calendar_id]
    first, last = (at.astimezone(plant.zone).date() for at in (now, until))
    day = timedelta(days=1)
    for (_, end_s), (next_s, _) in pairwise(calendar.windows(plant.zone, first - day, last + day)):
        start = max(now, datetime.fromtimestamp(end_s, UTC))
        end = min(datetime.fromtimestamp(next_s, UTC), start + HOURS_MOST * HOUR)
        if end - start >= HOUR and start < until:
            yield start, end


def _free(plant: Plant, name: str, start: datetime, end: datetime) -> bool:
    """The resource does not work in this time by its calendar."""
    calendar_id = plant.resource_by_id[name].calendar_id
    first, last = (at.astimezone(plant.zone).date() for at in (start, end))
    windows = plant.calendar_by_id[calendar_id].windows(plant.zone, first - timedelta(days=1), last + timedelta(days=1))
    return not any(begin < end.timestamp() and stop > start.timestamp() for begin, stop in windows)


def _price(plant: Plant, hours: Sequence[ExtraHours]) -> float:
    """What the hours cost; infinite where there is no rate."""
    fen = _cost(plant, hours).fen
    return float("inf") if fen is None else float(fen)


def _cost(plant: Plant, hours: Sequence[ExtraHours]) -> OptionCost:
    """All the hours, worked or not: those who are there are paid."""
    rate = next((each.fen for each in plant.cost_rates if each.name == "overtime_hour"), None)
    total, fen, priced = timedelta(), 0, True
    for row in hours:
        own = plant.resource_by_id[row.resource_id].overtime_hour_cost_fen or rate
        price = price_of(own, row.end - row.start, HOUR_S)
        total, fen, priced = total + (row.end - row.start), fen + (price or 0), priced and price is not None
    return OptionCost(CostKind.OVERTIME, total, 0, fen if priced else None)


def _with_hours(plant: Plant, costs: Sequence[OptionCost], hours: Sequence[ExtraHours]) -> tuple[OptionCost, ...]:
    """Costs with the hours added to the overtime that there is more or less of besides."""
    mine = _cost(plant, hours)
    other = next((cost for cost in costs if cost.kind is CostKind.OVERTIME), None)
    if other is not None:
        fen = None if mine.fen is None or other.fen is None else mine.fen + other.fen
        mine = replace(mine, duration=mine.duration + other.duration, fen=fen)
    return (*(cost for cost in costs if cost.kind is not CostKind.OVERTIME), mine)
