"""What channels have of their quotas: derived from the promises that stand, and held against what is asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from domain.items import Item, Mode
from domain.plant import Plant
from domain.promises import LinePromise, Promise, PromiseState, Source, Tier
from domain.quotas import Quota

_GIVEN_BACK = frozenset({PromiseState.REFUSED, PromiseState.CANCELLED, PromiseState.EXPIRED})
_SECOND = timedelta(seconds=1)
Charges = dict[tuple[str, date], int]
"""Seconds of work or pieces, by quota and first day of the period."""


@dataclass(frozen=True, slots=True)
class Excess:
    """A quota that an order would go over: seconds or pieces that others have, and that it asks for."""

    quota: Quota
    start: date
    used: int
    asked: int

    def told(self) -> str:
        """In Chinese and English."""
        quota, days, start = self.quota, self.quota.period_days, self.start.isoformat()
        subject = quota.resource_id or quota.item_id
        used, asked, limit = (_amount(quota, each) for each in (self.used, self.asked, quota.limit))
        unit, units = ("件", "pieces") if quota.hours is None else ("小时", "hours")
        return (
            f"配额 {quota.id}：渠道 {quota.channel_id} 自 {start} 起 {days} 天内最多可占用 {subject} {limit} {unit}，"
            f"已占用 {used} {unit}，本单需要 {asked} {unit}"
            f" / quota {quota.id}: channel {quota.channel_id} may take {limit} {units} of {subject} in the {days} days "
            f"from {start}, has {used}, and this order asks for {asked}"
        )


class Quotas:
    """As if all decisions so far were committed; the writer's alone. Nothing is stored: promises say it all."""

    def __init__(self) -> None:
        self._plant: Plant | None = None
        self._of: dict[str, list[Quota]] = {}
        self._limits: dict[str, Quota] = {}
        self._used: Charges = {}
        self._times: dict[tuple[str, str], list[list[Mode]]] = {}

    @property
    def channels(self) -> frozenset[str]:
        """Those that have a quota."""
        return frozenset(self._of)

    def look(self, plant: Plant | None) -> None:
        """Count by this plant from now on, as it was imported: what disruptions do to it changes no promise's part."""
        self._plant, self._of, self._limits, self._times = plant, {}, {}, {}
        for quota in () if plant is None else plant.quotas:
            self._limits[quota.id] = quota
            self._of.setdefault(quota.channel_id, []).append(quota)

    def load(self, promises: Iterable[Promise]) -> None:
        """Count these promises, and nothing else."""
        self._used = {}
        for promise in promises:
            self._add(self._charges(promise), 1)

    def move(self, before: Promise | None, after: Promise) -> None:
        """Count a new version of an order in the place of the one before."""
        if self._of:
            self._add(self._charges(before), -1)
            self._add(self._charges(after), 1)

    def exceeded(self, promise: Promise, before: Promise | None = None) -> list[Excess]:
        """Quotas that an order would go over in the place of what it was, where it takes more than that did."""
        if not self._of:
            return []
        had = self._charges(before)
        return [
            Excess(self._limits[name], start, others, asked)
            for (name, start), asked in self._charges(promise).items()
            if asked > had.get((name, start), 0)
            and (others := self._used.get((name, start), 0) - had.get((name, start), 0)) + asked
            > self._limits[name].limit
        ]

    def used(self) -> Charges:
        """What is taken, without the periods of which nothing is."""
        return {key: amount for key, amount in self._used.items() if amount}

    def _add(self, charges: Charges, sign: int) -> None:
        for key, amount in charges.items():
            self._used[key] = self._used.get(key, 0) + sign * amount

    def _charges(self, promise: Promise | None) -> Charges:
        found: Charges = {}
        quotas = () if promise is None else self._of.get(promise.order.channel_id, ())
        if promise is None or not quotas:
            return found
        assert self._plant is not None
        for line in promise.lines:
            if line.state in _GIVEN_BACK or line.promised_time is None:
                continue
            day = line.promised_time.astimezone(self._plant.zone).date()
            for quota in quotas:
                amount = self._amount(quota, line)
                if amount:
                    key = (quota.id, quota.period(day))
                    found[key] = found.get(key, 0) + amount
        return found

    def _amount(self, quota: Quota, line: LinePromise) -> int:
        if quota.item_id:
            delivered = line.delivered_item_id or line.item_id
            return (line.delivered_quantity or line.quantity) if delivered == quota.item_id else 0
        assert self._plant is not None
        made = ((self._plant.item_by_id.get(item_id), quantity) for item_id, quantity in _made(line))
        return sum(self._seconds(quota.resource_id, item, quantity) for item, quantity in made if item is not None)

    def _seconds(self, resource_id: str, item: Item, quantity: int) -> int:
        """Working time of a lot there. Of the ways to do a step that lead there the longest counts.

        Which of them is taken may change until the step begins.
        """
        lot = item.lot(quantity)
        return sum(max(self._run_s(mode, lot) for mode in modes) for modes in self._steps(item.routing_id, resource_id))

    def _steps(self, routing_id: str, resource_id: str) -> list[list[Mode]]:
        """The modes on a resource or work centre, of each step that has any."""
        found = self._times.get((routing_id, resource_id))
        if found is None:
            plant = self._plant
            assert plant is not None
            centre = {each.id for each in plant.resources if resource_id in (each.id, each.work_centre)}
            routing = plant.routing_by_id.get(routing_id)
            steps = () if routing is None else routing.operations
            there = ([m for m in step.modes if m.resource_id in centre or m.crew_id in centre] for step in steps)
            found = self._times[routing_id, resource_id] = [modes for modes in there if modes]
        return found

    def _run_s(self, mode: Mode, lot: int) -> int:
        assert self._plant is not None
        if mode.mould_id:
            mould = self._plant.mould_by_id[mode.mould_id]
            time = mode.fixed + mode.shots(lot, mould.cavities) * mould.cycle
        else:
            time = mode.fixed + mode.pieces(lot) * mode.per_piece
        return -(-time // _SECOND)


def told(exceeded: Iterable[Excess]) -> tuple[str, ...]:
    """Each in Chinese and English."""
    return tuple(excess.told() for excess in exceeded)


def _made(line: LinePromise) -> Iterable[tuple[str, int]]:
    """Items and quantities that are made for a line."""
    if line.tier is Tier.STOCK:
        return ()
    if line.kit:
        return ((part.item_id, part.quantity) for part in line.kit if part.source is Source.MAKE)
    return ((line.delivered_item_id or line.item_id, line.delivered_quantity or line.quantity),)


def _amount(quota: Quota, amount: int) -> str:
    return str(amount) if quota.hours is None else f"{amount / 3600:.2f}".rstrip("0").rstrip(".")
