"""All movable work of a plan without changeovers, dispatched anew by several keys before one becomes the plan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
from msgspec import Struct

from scheduler import arrays as a
from scheduler import dispatch as tier1
from scheduler.arrays import Arrays, Ints
from scheduler.planning.giving_way import GivingWay
from scheduler.planning.keeping_days import FAR_MORE, OPERATIONS_A_DATE, KeepingDays
from scheduler.planning.stakes import longest_rise

PATIENCE = 3
"""Dispatches by one rule without fewer broken before it is given up; each time what was late is advanced by so much."""
GIVEN_UP_S = 1 << 32
"""By how much the key of a line grows that can't be in time: beyond every time there is."""
NARROWINGS = 8
"""Dispatches in which ever more lines take the place that they have in the best one."""
COUNTED = 6
"""Of how many dispatches that keep days the operations are counted."""
DATES_A_STEP = 10
"""One promise broken, rather than another a step of priority lower, counts as so many dates that move."""
ROUNDS = 3
"""How often broken lines are tried to be had in time."""


class Outcome(Struct, frozen=True):
    """A dispatch by `keys`: lines broken and their weight, where everything starts, when lines end, which are late.

    By default a free machine takes what waits with the least key; `in_turn` it waits for the next by the keys.
    """

    broken: int
    weight: int
    keys: Ints
    starts: Ints
    ends: Ints
    late: Ints
    in_turn: bool = False


class Stood(Struct, frozen=True):
    """How all stood before: starts by operation, and by line when it ended; `midnights` are those of the plant."""

    starts: Ints
    ends: Ints
    midnights: Ints

    def moved(self, ends: Ints) -> Ints:
        """Lines that end on another day than they did; `ends` is below 0 for lines of which nothing may move."""
        days = [np.searchsorted(self.midnights, each, side="right") for each in (self.ends, ends)]
        return np.flatnonzero((ends > -a.INF) & (days[0] != days[1]))


@lru_cache(maxsize=8)
def midnights(zone: ZoneInfo, first: date, last: date) -> Ints:
    """When the days from `first` to `last` begin in a zone, Unix seconds."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return np.array([int(datetime.combine(day, time(), zone).timestamp()) for day in days], np.int64)


class Anew:
    """Dispatches of one plan, tried on narrow rows.

    `by_s` and `weights` are by line: until when it may end, and what it counts when it does not.
    """

    def __init__(self, k: Arrays, moving: Ints, frozen: Ints, blocked: Ints, by_s: Ints, weights: Ints) -> None:
        self._k, self._moving, self._frozen, self._blocked = k, moving, frozen, blocked
        self._by_s, self._weights = by_s, weights
        ops, n, lanes = k.ops, len(moving), len(k.lanes)
        slot = np.full(int(k.s[a.S_OPS]), -1, np.int64)
        slot[moving] = np.arange(n)
        on = ops[moving, a.PLACES + a.P_LANE]
        self._offset = np.concatenate([[0], np.cumsum(np.bincount(on, minlength=lanes))])
        self._free = np.array([tier1.base_end(ops, k.z, lane) for lane in range(lanes)])
        np.maximum.at(self._free, ops[frozen, a.PLACES + a.P_LANE], ops[frozen, a.END])
        self._rows = a.aligned(n + 1, tier1.D_COLUMNS)
        self._dense = self._rows[:n]
        self._links = np.empty((int(k.s[a.S_EDGES]) + 1, 3), np.int64)
        tier1.condense(ops, k.z, moving, slot, self._rows, self._links)
        self._line = self._dense[:, tier1.D_LINE].copy()
        self._ending = np.flatnonzero(ops[moving, a.TLAG] >= 0)
        self._tail_s = ops[moving[self._ending], a.TLAG]
        self._order, self._starts, self._ends = (np.empty(n, np.int64) for _ in range(3))
        self._queue = np.empty(n, np.int64)
        self._events = np.empty(2 * (n + lanes) + 1, np.int64)

    def search(self, stood: Stood) -> Outcome | None:
        """The outcome with the fewest broken, of these the one of low priorities that moves few dates and operations.

        None: nothing fits.
        """
        found: list[Outcome] = []
        for keys in self._rules():
            outcomes = list(self._passes(keys))
            if outcomes:
                best = min(outcomes, key=lambda each: (each.broken, each.weight))
                outcomes = list(self._passes(self._given_up(keys, best))) if best.broken else []
                best = min([best, *outcomes], key=lambda each: (each.broken, each.weight))
                found += [best, self._nearer(best, stood.starts)]
        gave = self._few(GivingWay(self, stood).outcomes(), stood)
        least = min((each.broken for each in (*found, *gave)), default=0)
        kept = self._few(KeepingDays(self, stood).outcomes(least), stood)
        least = min((each.broken for each in (*found, *gave, *kept)), default=0)
        bases = [each for each in (*gave[:2], *kept[:1]) if each.broken <= 2 * least + FAR_MORE]
        found += [*gave, *kept, *self._rescues(bases, stood)]
        fewest = min((each.broken for each in found), default=0)
        rank = self._ranks(stood)

        def cost(each: Outcome) -> int:
            return OPERATIONS_A_DATE * DATES_A_STEP * each.weight + self._unrest(each, stood, rank)

        return min((each for each in found if each.broken == fewest), key=cost, default=None)

    def _rescues(self, found: Sequence[Outcome], stood: Stood) -> list[Outcome]:
        """What it comes to where broken lines of these are in time, the best of it again as long as that helps."""
        rescues: list[Outcome] = []
        for _ in range(ROUNDS):
            least = min((each.broken for each in found), default=0)
            more: list[Outcome] = []
            for each in found:
                if each.broken:
                    more += GivingWay(self, Stood(each.starts, each.ends, stood.midnights)).rescues(each.late)
            rescues += more
            found = [each for each in self._few(more, stood)[:1] if each.broken < least]
        return rescues

    def search_days(self, stood: Stood, broken: int, most: int) -> Outcome | None:
        """The outcome that moves the fewest dates and operations, less than `most`, with no more broken; or None."""
        rank = self._ranks(stood)
        ways = (*GivingWay(self, stood).outcomes(), *KeepingDays(self, stood).outcomes(broken))
        found = self._few((each for each in ways if each.broken <= broken), stood)
        best = min(found, key=lambda each: self._unrest(each, stood, rank), default=None)
        return best if best is not None and self._unrest(best, stood, rank) < most else None

    def _ranks(self, stood: Stood) -> Ints:
        """Places of all operations, as they stood, machine by machine."""
        order = np.lexsort((stood.starts, self._dense[:, tier1.D_LANE]))
        rank = np.empty(len(order), np.int64)
        rank[order] = np.arange(len(order))
        return rank

    def _few(self, outcomes: Iterable[Outcome], stood: Stood) -> list[Outcome]:
        """Of those with the fewest broken some that move the fewest dates; to count the operations takes longer."""
        by = sorted(outcomes, key=lambda each: (each.broken, each.weight, len(stood.moved(each.ends))))
        return by[:COUNTED]

    def _unrest(self, each: Outcome, stood: Stood, rank: Ints) -> int:
        """Dates and operations that an outcome moves, weighed against one another."""
        return OPERATIONS_A_DATE * len(stood.moved(each.ends)) + self._moved(rank, each.starts)

    def _beside(self, late: Ints, best: Outcome, others: Ints) -> Ints:
        """Of the `others` the lines on the machines of late ones, before these end there in the best outcome: half."""
        mine = np.isin(self._line, late)
        until = np.zeros(len(self._free), np.int64)
        np.maximum.at(until, self._dense[mine, tier1.D_LANE], best.starts[mine] + self._dense[mine, tier1.D_DUR])
        near = np.flatnonzero(others[self._line] & (best.starts < until[self._dense[:, tier1.D_LANE]]))
        lines = np.unique(self._line[near[np.argsort(-best.starts[near], kind="stable")]])
        return lines[: max(8, len(lines) // 2)]

    def _given_up(self, keys: Ints, outcome: Outcome) -> Ints:
        """Keys by which the lines that are late in an outcome come last: they need not be in anybody's way."""
        return np.where(np.isin(self._line, outcome.late), keys + GIVEN_UP_S, keys)

    def _moved(self, rank: Ints, starts: Ints) -> int:
        """Operations that had to leave their order on a machine."""
        order = np.lexsort((starts, self._dense[:, tier1.D_LANE]))
        return len(order) - longest_rise(rank[order].tolist())

    def install(self, found: Outcome) -> None:
        """Make a dispatch the plan; a line's deadline is no earlier than it ends."""
        if not (self._line_up(found.keys) if found.in_turn else self._run(found.keys)):
            raise RuntimeError("a dispatch that fitted does not fit any more")
        k = self._k
        ends = np.full(len(k.lines), -a.INF, np.int64)
        np.maximum.at(ends, self._line[self._ending], self._ends[self._ending] + self._tail_s)
        known = ends > -a.INF
        k.lines[known, a.N_DEADLINE] = np.maximum(k.lines[known, a.N_DEADLINE], ends[known])
        deadlines = np.full(len(self._moving), a.INF, np.int64)
        deadlines[self._ending] = k.lines[self._line[self._ending], a.N_DEADLINE] - self._tail_s
        k.ops[self._moving, a.DEADLINE] = self._dense[:, tier1.D_DEADLINE] = deadlines
        tier1.install_single(
            k.ops, k.z, self._moving, self._frozen, self._blocked, self._rows, self._links, self._order, self._starts,
            self._ends,
        )  # fmt: skip

    def install_by_line(self) -> bool:
        """Make the dispatch by the lines' times the plan; False when not all fits before the horizon."""
        found = self._outcome(self._by_s[self._line])
        if found is not None:
            self.install(found[0])
        return found is not None

    def _rules(self) -> Iterator[Ints]:
        """By the line's time, then by the operation's: the line's less the work after it."""
        due = self._by_s[self._line]
        yield due
        yield due - self._dense[:, tier1.D_AFTER] - self._dense[:, tier1.D_DUR]

    def _run(self, keys: Ints) -> bool:
        k = self._k
        placed = tier1.simulate(
            k.ops, k.z, self._rows, self._links, keys, self._free, self._offset, self._order, self._starts, self._ends,
            self._queue, self._events,
        )  # fmt: skip
        return bool(placed == len(self._dense))

    def _line_up(self, keys: Ints) -> bool:
        """Time all in the order of the keys, each machine waiting for its next; False when not all fits."""
        from scheduler import giving_way

        k, order = self._k, np.argsort(keys, kind="stable")
        placed = giving_way.in_order(
            k.ops, k.z, self._rows, self._links, self._free, order, self._starts, self._ends
        )  # fmt: skip
        self._order[:] = order[np.argsort(self._starts[order], kind="stable")]
        return bool(placed == len(self._dense))

    def in_turn(self, keys: Ints) -> Outcome | None:
        """What it comes to when each machine does all in the order of these keys; None when not all fits.

        What comes after another has no lesser key, and no lesser row where the keys are equal.
        """
        return self._told(keys, in_turn=True)[0] if self._line_up(keys) else None

    def _outcome(self, keys: Ints) -> tuple[Outcome, Ints] | None:
        """What a dispatch comes to, and by how much each line is late, seconds."""
        return self._told(keys, in_turn=False) if self._run(keys) else None

    def _told(self, keys: Ints, *, in_turn: bool) -> tuple[Outcome, Ints]:
        ends = np.full(len(self._by_s), -a.INF, np.int64)
        np.maximum.at(ends, self._line[self._ending], self._ends[self._ending] + self._tail_s)
        late_s = np.maximum(0, ends - self._by_s)
        late = np.flatnonzero(late_s)
        weight = int(self._weights[late].sum())
        return Outcome(len(late), weight, keys, self._starts.copy(), ends, late, in_turn), late_s

    def _passes(self, keys: Ints) -> Iterator[Outcome]:
        advanced = np.zeros(len(self._by_s), np.int64)
        least, stale = a.INF, 0
        while stale < PATIENCE:
            found = self._outcome(keys - advanced[self._line])
            if found is None:
                return
            yield found[0]
            if not found[0].broken:
                return
            stale += 1
            if found[0].broken < least:
                least, stale = found[0].broken, 0
            advanced += found[1]

    def _nearer(self, best: Outcome, stood: Ints) -> Outcome:
        """Keep the order in which all stood, but for the lines that would be late so: these as in the best."""
        chosen = np.zeros(len(self._by_s), bool)
        for _ in range(NARROWINGS):
            found = self._outcome(np.where(chosen[self._line], best.starts, stood))
            if found is None:
                return best
            outcome = found[0]
            if (outcome.broken, outcome.weight) <= (best.broken, best.weight):
                return outcome
            more = outcome.late[~chosen[outcome.late]]
            if not len(more):
                more = self._beside(np.setdiff1d(outcome.late, best.late), best, ~chosen)
            if not len(more):
                return best
            chosen[more] = True
        return best
