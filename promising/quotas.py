"""What channels have of their quotas, and others of what floors leave: derived from the promises that stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time

from msgspec import Struct

from domain.floors import Floor
from domain.plant import Plant
from domain.promises import LinePromise, Promise, PromiseState
from domain.quotas import Quota
from promising.workload import Workload, delivered, from_store, in_words
from scheduler.stock import Kept

_GIVEN_BACK = frozenset({PromiseState.REFUSED, PromiseState.CANCELLED, PromiseState.EXPIRED})
FLOOR = "floor "
"""In front of the id of a floor, since a quota may have the same."""
PERIODS_TRIED = 60
"""How many periods are looked at for room."""
Limit = Quota | Floor
Charges = dict[tuple[str, date], int]
"""Seconds of work or pieces, by quota or floor and first day of the period."""
Room = dict[int, date | None]
"""First day from which there is room, by line number; None: for as long as was looked, there is none."""


class Excess(Struct, frozen=True):
    """A quota or floor that an order would go over: seconds or pieces allowed, that others have, that it asks for."""

    limit: Limit
    start: date
    allowed: int
    used: int
    asked: int

    def told(self, chinese: str = "", english: str = "") -> str:
        """In Chinese and English, with more at the end of each."""
        limit, days, start = self.limit, self.limit.period_days, self.start.isoformat()
        hours = limit.hours is not None
        subject = limit.resource_id or limit.item_id
        used, asked, allowed = (in_words(each, hours=hours) for each in (self.used, self.asked, self.allowed))
        unit, units = ("小时", "hours") if hours else ("件", "pieces")
        counts = f"已占用 {used} {unit}，本单需要 {asked} {unit}"
        if isinstance(limit, Quota):
            return (
                f"配额 {limit.id}：渠道 {limit.channel_id} 自 {start} 起 {days} 天内最多可占用 {subject} {allowed} "
                f"{unit}，{counts}{chinese}"
                f" / quota {limit.id}: channel {limit.channel_id} may take {allowed} {units} of {subject} in the "
                f"{days} days from {start}, has {used}, and this order asks for {asked}{english}"
            )
        kept = in_words(limit.kept, hours=hours)
        return (
            f"保底 {limit.id}：自 {start} 起 {days} 天内为优先级 1 至 {limit.priority} 的订单保留 {subject} {kept} "
            f"{unit}，其余订单最多可占用 {allowed} {unit}，{counts}{chinese}"
            f" / floor {limit.id}: in the {days} days from {start} {kept} {units} of {subject} are kept for priority "
            f"1 to {limit.priority}; others may take {allowed}, have {used}, and this order asks for {asked}{english}"
        )


class Quotas:
    """As if all decisions so far were committed; the writer's alone. Nothing is stored: promises say it all."""

    def __init__(self) -> None:
        self._work: Workload | None = None
        self._in_force: Workload | None = None
        self._of: dict[str, list[tuple[str, Limit]]] = {}
        self._floors: list[tuple[str, Floor]] = []
        self._limits: dict[str, Limit] = {}
        self._used: Charges = {}
        self._allowed: Charges = {}
        self._watched: dict[tuple[str, int], list[tuple[str, Limit]]] = {}
        self._today: tuple[datetime, date] | None = None
        self._last: tuple[tuple[tuple[LinePromise, ...], str, int], Charges] | None = None

    @property
    def channels(self) -> frozenset[str] | None:
        """Whose orders count: of those that have a quota; None: of all."""
        return None if self._floors else frozenset(self._of)

    def look(self, plant: Plant | None) -> None:
        """Count by this plant from now on, as it was imported: what disruptions do to it changes no promise's part."""
        self._work = self._in_force = None if plant is None else Workload(plant)
        self._of, self._allowed, self._watched, self._last, self._today = {}, {}, {}, None, None
        self._floors = [] if plant is None else [(FLOOR + floor.id, floor) for floor in plant.floors]
        self._limits = dict(self._floors)
        for quota in () if plant is None else plant.quotas:
            self._limits[quota.id] = quota
            self._of.setdefault(quota.channel_id, []).append((quota.id, quota))

    def look_at_hours(self, plant: Plant | None) -> None:
        """Take what floors leave of a resource's hours from the plant in force, disruptions and all."""
        if self._floors and plant is not None:
            self._in_force, self._allowed = Workload(plant), {}

    def load(self, promises: Iterable[Promise]) -> None:
        """Count these promises, and nothing else."""
        self._used = {}
        for promise in promises:
            self._add(self._charges(promise), 1)

    def move(self, before: Promise | None, after: Promise | None) -> None:
        """Count a new version of an order in the place of the one before."""
        if self._limits:
            self._add(self._charges(before), -1)
            self._add(self._charges(after), 1)

    def exceeded(self, promise: Promise, now: datetime, before: Promise | None = None) -> list[Excess]:
        """What an order would go over in the place of what it was, where it takes more than that did."""
        if not self._limits:
            return []
        had = self._charges(before)
        found = []
        for key, asked in self._charges(promise).items():
            others = self._used.get(key, 0) - had.get(key, 0)
            if asked > had.get(key, 0) and not self._fits(key, others + asked, now):
                name, start = key
                found.append(Excess(self._limits[name], start, self._left(key), others, asked))
        return found

    def room(self, promise: Promise, now: datetime, before: Promise | None = None) -> Room:
        """From which day on there would be room for the lines that find none, taken in their order."""
        had, own, found = self._charges(before), Charges(), Room()
        for line in _counted(promise):
            assert self._work is not None
            assert line.promised_time is not None
            day: date | None = self._work.day(line.promised_time)
            amounts = self._amounts(self._watching(promise), line)
            moved = False
            for _ in range(PERIODS_TRIED):
                assert day is not None
                charges = {(name, limit.period(day)): amount for name, limit, amount in amounts}
                full = [
                    self._limits[key[0]].after(key[1])
                    for key, amount in charges.items()
                    if not self._fits(key, self._used.get(key, 0) - had.get(key, 0) + own.get(key, 0) + amount, now)
                ]
                if not full:
                    for key, amount in charges.items():
                        own[key] = own.get(key, 0) + amount
                    break
                day, moved = max(full), True
            else:
                day = None
            if moved:
                found[line.line_no] = day
        return found

    def kept(self, now: datetime) -> Mapping[str, Sequence[Kept]]:
        """What is kept of the stock and receipts of items, beside what the highest priorities have already."""
        found: dict[str, list[Kept]] = {}
        for name, floor in self._floors:
            if floor.item_id:
                found.setdefault(floor.item_id, []).extend(self._kept(name, floor, now))
        return found

    def used(self) -> Charges:
        """What is taken, without the periods of which nothing is."""
        return {key: amount for key, amount in self._used.items() if amount}

    def _kept(self, name: str, floor: Floor, now: datetime) -> Iterable[Kept]:
        """Each period until one of which the highest priorities have nothing: later ones have no less to take from."""
        assert self._work is not None
        today = self._work.day(now)
        start = floor.period(today)
        while not floor.holds(start, today):
            start = floor.after(start)
        had = 1
        while had:
            had = self._used.get((name, start), 0)
            end = floor.after(start)
            until_s = int(datetime.combine(end, time(), self._work.plant.zone).timestamp()) - 1
            if had < floor.kept:
                yield Kept(floor.priority, until_s, floor.kept - had)
            start = end

    def _fits(self, key: tuple[str, date], amount: int, now: datetime) -> bool:
        name, start = key
        limit = self._limits[name]
        # The stock itself holds back what floors keep of items.
        if isinstance(limit, Floor) and (limit.item_id or not limit.holds(start, self._day(now))):
            return True
        return amount <= self._left(key)

    def _day(self, now: datetime) -> date:
        if self._today is None or self._today[0] != now:
            assert self._work is not None
            self._today = now, self._work.day(now)
        return self._today[1]

    def _left(self, key: tuple[str, date]) -> int:
        """What may be taken of a quota, or beside a floor."""
        name, start = key
        limit = self._limits[name]
        if isinstance(limit, Quota):
            return limit.limit
        found = self._allowed.get(key)
        if found is None:
            assert self._in_force is not None
            working = self._in_force.working(limit.resource_id, start, limit.period_days)
            found = self._allowed[key] = max(0, working - limit.kept)
        return found

    def _add(self, charges: Charges, sign: int) -> None:
        for key, amount in charges.items():
            self._used[key] = self._used.get(key, 0) + sign * amount

    def _charges(self, promise: Promise | None) -> Charges:
        if promise is None or not self._limits:
            return {}
        # Asked for when it is decided, and again when it is recorded.
        asked = (promise.lines, promise.order.channel_id, promise.priority)
        if self._last is not None and self._last[0][0] is asked[0] and self._last[0][1:] == asked[1:]:
            return self._last[1]
        found: Charges = {}
        watching = self._watching(promise)
        assert self._work is not None
        for line in _counted(promise) if watching else ():
            assert line.promised_time is not None
            day = self._work.day(line.promised_time)
            for name, limit, amount in self._amounts(watching, line):
                key = (name, limit.period(day))
                found[key] = found.get(key, 0) + amount
        self._last = asked, found
        return found

    def _watching(self, promise: Promise) -> list[tuple[str, Limit]]:
        """Under which an order is counted: floors of hours count others than those that they are for."""
        channel_id, high = promise.order.channel_id, promise.priority
        if not self._floors:
            return self._of.get(channel_id, [])
        # A channel that has no quota is like any other.
        key = (channel_id if channel_id in self._of else "", high)
        found = self._watched.get(key)
        if found is None:
            floors = ((n, f) for n, f in self._floors if (high <= f.priority) == bool(f.item_id))
            found = self._watched[key] = [*self._of.get(channel_id, []), *floors]
        return found

    def _amounts(self, watching: Sequence[tuple[str, Limit]], line: LinePromise) -> list[tuple[str, Limit, int]]:
        """What a line takes of each, of those of which it takes any."""
        assert self._work is not None
        seconds = self._work.seconds(line)
        found = []
        for name, limit in watching:
            if limit.resource_id:
                amount = seconds.get(limit.resource_id, 0)
            else:
                amount = (delivered if isinstance(limit, Quota) else from_store)(line, limit.item_id)
            if amount:
                found.append((name, limit, amount))
        return found


def told(exceeded: Iterable[Excess], room: Room) -> tuple[str, ...]:
    """Each in Chinese and English, and from when on there would be room."""
    days = list(room.values())
    found = [day for day in days if day is not None]
    chinese = english = ""
    if days and len(found) < len(days):
        chinese, english = "；以后各期亦无余量", "; no later period has room for it"
    elif found:
        chinese, english = f"；{max(found)} 起有余量", f"; there is room from {max(found)} on"
    return tuple(excess.told(chinese, english) for excess in exceeded)


def _counted(promise: Promise) -> list[LinePromise]:
    return [line for line in promise.lines if line.state not in _GIVEN_BACK and line.promised_time is not None]
