"""The plan as it was stored at one moment, to try things out on, and what a trial comes to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from copy import copy
from datetime import datetime, timedelta

from domain.checks import from_unix, to_unix_down, to_unix_up
from domain.disrupted import in_force
from domain.disruptions import Disruption, DisruptionKind, DisruptionState
from domain.errors import DeskStopped
from domain.hours import ExtraHours
from domain.promises import LinePromise, Promise, PromiseState, Tier
from domain.proposals import FromBefore, PlanFigures, ProposedLine
from domain.values import replace
from promising.dividing import Divided
from promising.documents import promise_from_json
from promising.figures import figures_of
from promising.plant_files import read_plant
from promising.plant_files.fed import with_rows
from promising.ports import Snapshot
from promising.risks import Line, Risks
from promising.standing import NO_PLANT, REMEMBERED, plan_of
from scheduler.improve.shop import Wish
from scheduler.planner import Planner
from scheduler.planning.going_back import Before, Unrest
from scheduler.planning.stakes import Stake
from scheduler.verify import verify

AT_STAKE = 10
"""A second after the promise weighs as much as so many after the requested time."""
URGENT = 3
"""The lowest priority of orders that are urgent."""
ROOM = timedelta(days=1)
"""How long before its promise work had better end where urgent orders come."""
FAR = timedelta(days=400)
"""How much later a promise may become that is allowed to move."""


class Scratch:
    """The plan as it was stored at one moment; `now_s` is the plant's time, Unix seconds."""

    def __init__(self, snapshot: Snapshot, now_s: int) -> None:
        stored = snapshot.stored
        if stored.plant_files is None:
            raise DeskStopped(NO_PLANT)
        self.version = stored.image.version
        self._stored, self.now_s = stored, max(now_s, stored.image.now_s)
        plant = read_plant(with_rows(stored.plant_files, stored.plant_rows))
        self.imported = plant.calibrated(stored.calibration)
        since = from_unix(max(0, self.now_s)) - REMEMBERED
        self._disruptions = tuple(
            each for each in stored.disruptions if each.state is DisruptionState.OPEN or each.until > since
        )
        self.plant = in_force(self.imported, self._disruptions)
        self._orders = {order.order_id: promise_from_json(order.text) for order in snapshot.orders}
        known = stored.before
        self.known_before = known if known is not None and known.plant_version == stored.plant_version else None
        """The plan before a disruption, as it is kept."""
        self.before = None if self.known_before is None else Before.unpacked(self.known_before.content)

    def standing(self, order_id: str) -> Promise | None:
        """The order, as it was stored."""
        return self._orders.get(order_id)

    def trial(self, hours: Sequence[ExtraHours] = ()) -> Trial:
        """A copy of the plan; with `hours` worked in addition, and repaired for that."""
        plan = plan_of(self.plant, self.now_s, self._stored)
        plan.advance(self.now_s)
        trial = Trial(plan, self)
        if hours:
            plant = in_force(self.imported, (*self._disruptions, *disruptions_of(hours, from_unix(self.now_s))))
            plan.repair(plant, self.now_s, trial.stakes())
        return trial


class Trial:
    """A copy of the plan and what it was like, to be compared with what becomes of it."""

    def __init__(self, plan: Planner, orders: Scratch) -> None:
        self.plan = plan
        self._orders = orders
        self._divided: dict[str, Promise] = {}
        self._owed: dict[Line, LinePromise] = {}
        """Rests of lines that were divided, and the line as it was."""
        self._risks = Risks(plan, self)
        self.planned = list(self._risks.planned(list(plan.order_ids)))
        self.before = self.expected()
        self.figures = self.measure()
        self._stood = plan.stand()
        self._from_before = self._unrest()

    def copy(self) -> Trial:
        """One more, to go on from here and leave this one as it is."""
        made = copy(self)
        made.plan = self.plan.scratch()
        made._divided, made._owed, made.before = dict(self._divided), dict(self._owed), dict(self.before)
        made._risks = Risks(made.plan, made)
        return made

    def standing(self, order_id: str) -> Promise | None:
        """The order as it was stored, or divided since."""
        return self._divided.get(order_id) or self._orders.standing(order_id)

    def divide(self, made: Divided, line: LinePromise) -> None:
        """Have a line delivered in parts."""
        name = made.promise.order.id
        self.plan.keep(made.step)
        self._divided[name] = made.promise
        self._owed[name, made.rest.line_no] = line
        self.before[name, made.rest.line_no] = self.before[name, line.line_no]
        self.planned = list(self._risks.planned(list(self.plan.order_ids)))

    def expected(self) -> dict[Line, datetime]:
        """When each line is expected as the plan is now."""
        return self._risks.expected(dict.fromkeys(promise.order.id for promise, _ in self.planned))

    def measure(self) -> PlanFigures:
        """The figures of the plan as it is now; the rest of a line is late by what was promised of the whole."""
        owed = [(promise, self._as_owed(promise, line)) for promise, line in self.planned]
        return figures_of(self.plan, owed, self.expected())

    def _as_owed(self, promise: Promise, line: LinePromise) -> LinePromise:
        was = self._owed.get((promise.order.id, line.line_no))
        return line if was is None else replace(line, promised_time=was.promised_time)

    def stakes(self) -> dict[Line, Stake]:
        """What a repair must know."""
        return self._risks.stakes(dict.fromkeys(promise.order.id for promise, _ in self.planned))

    def late(self) -> list[tuple[Promise, LinePromise]]:
        """Lines that are made, and expected after their promised time."""
        expected = self.expected()
        return [
            (promise, line)
            for promise, line in self.made()
            if line.promised_time is not None and expected[promise.order.id, line.line_no] > line.promised_time
        ]

    def made(self) -> Iterable[tuple[Promise, LinePromise]]:
        """Lines of which something is made."""
        return ((promise, line) for promise, line in self.planned if line.tier is not Tier.STOCK)

    def wishes(self, *, by_promise: bool = False) -> dict[Line, Wish]:
        """When each line is wanted: the late ones by their promise, above all else, the rest as they were asked for.

        With `by_promise` all count by their promises.
        """
        expected, found = self.expected(), {}
        for promise, line in self.made():
            name = promise.order.id, line.line_no
            assert line.promised_time is not None
            weight, by = 10 - promise.order.priority, line.requested_time
            if by_promise or expected[name] > line.promised_time:
                weight, by = AT_STAKE * weight, line.promised_time
            until_s = self.plan.until(*name, to_unix_down(by), line.carrier_id, line.region)
            found[name] = Wish(until_s, weight)
        return found

    def roomy(self) -> dict[Line, Wish]:
        """Each line up to a day before its promise: the sooner the more urgent work its machine has; late ones at once.

        By up to that day later work can be shifted for an urgent order, and no promise breaks.
        """
        work = [x for x in self.plan.snapshot().operations if x.end_s > self.plan.now_s and not x.cancelled]
        urgent: Counter[str] = Counter()
        longest: dict[Line, tuple[int, str]] = {}
        for x in work:
            name, lasts = (x.order_id, x.line_no), x.end_s - x.start_s
            promise = self.standing(x.order_id)
            if promise is not None and promise.order.priority <= URGENT:
                urgent[x.resource_id] += lasts
            longest[name] = max(longest.get(name, (0, "")), (lasts, x.resource_id))
        most = max(urgent.values(), default=0)
        found = {}
        for name, wish in self.wishes(by_promise=True).items():
            share = urgent[longest[name][1]] / most if most and name in longest else 1.0
            found[name] = Wish(wish.requested_s - int(share * ROOM.total_seconds()), 1)
        found.update((name, wish) for name, wish in self.wishes().items() if wish.weight >= AT_STAKE)
        return found

    def yielding(self, protect: int, none_within: timedelta) -> dict[Line, int]:
        """Promises of lower priority than `protect`, none due within a time, and how late they may become at most."""
        from_s = self.plan.now_s + int(none_within.total_seconds())
        return {
            (promise.order.id, line.line_no): to_unix_up(line.promised_time + FAR)
            for promise, line in self.made()
            if promise.order.priority > protect and line.promised_time is not None
            and line.state is not PromiseState.HELD and to_unix_down(line.promised_time) >= from_s
        }  # fmt: skip

    def lines(self, movable: Collection[Line] = ()) -> tuple[ProposedLine, ...]:
        """Lines that are expected at another time than before, or told another date; what concerns customers first."""
        after, found = self.expected(), []
        parts = {(order_id, line.line_no) for (order_id, _), line in self._owed.items()}
        for promise, line in self.planned:
            name = promise.order.id, line.line_no
            row = _proposed(promise, line, self.before[name], after[name])
            if name in self._owed:
                was = self._owed[name]
                assert was.promised_time is not None
                row = replace(row, promised_before=was.promised_time, part_of=was.line_no)
            if row.late and name in movable:
                row = replace(
                    row, promised_after=from_unix(self.plan.promisable(to_unix_up(row.expected_after), row.item_id))
                )
            if row.moves or row.expected_after != row.expected_before or name in parts or name in self._owed:
                found.append(row)
        return tuple(sorted(found, key=_importance))

    def moved(self) -> tuple[int, int, int]:
        """Operations that left their order or machine, those at another time, and by how many seconds in all."""
        return self.plan.since(self._stood)

    def from_before(self) -> FromBefore | None:
        """How far the plan was, and is, from the one before a disruption; None: there is none, or nothing of it."""
        known, was, now = self._orders.known_before, self._from_before, self._unrest()
        if known is None or was is None or now is None:
            return None
        return FromBefore(
            known.disruption_id, from_unix(known.at_s), (was.dates, now.dates), (was.moved, now.moved)
        )  # fmt: skip

    def _unrest(self) -> Unrest | None:
        before = self._orders.before
        places = None if before is None else self.plan.places_in(before)
        return None if places is None or not len(places.rows) else self.plan.unrest(places)

    def breaches(self) -> list[str]:
        """What the plan breaks by the full check, which should be nothing."""
        return [str(breach) for breach in verify(self.plan.snapshot())]


def disruptions_of(hours: Sequence[ExtraHours], now: datetime) -> list[Disruption]:
    """Hours as what they are to the plant: shifts added."""
    return [
        Disruption(f"~{number}", DisruptionKind.SHIFT_ADDED, row.resource_id, row.start, row.end, now)
        for number, row in enumerate(hours, 1)
    ]


def _proposed(promise: Promise, line: LinePromise, before: datetime, after: datetime) -> ProposedLine:
    assert line.promised_time is not None
    order = promise.order
    return ProposedLine(
        order.id, line.line_no, line.item_id, line.quantity, order.customer_id, order.priority, line.state,
        line.promised_time, line.promised_time, before, after,
    )  # fmt: skip


def _importance(row: ProposedLine) -> tuple[bool, bool, bool, int, str, int]:
    """Promises that move first, then those saved, then what stays late, then what moves within its promise."""
    return not row.moves, not row.saved, not row.late, row.priority, row.order_id, row.line_no


def weighed(figures: PlanFigures) -> int:
    """Seconds late after promises, weighted as in `Trial.wishes`."""
    return sum(AT_STAKE * (10 - priority) * (over // timedelta(seconds=1)) for priority, over in figures.tardiness)
