"""Sequences worked out elsewhere, laid as the plan's own: re-timed, and refused when a promise breaks in them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from scheduler import arrays as a
from scheduler import dispatch as tier1
from scheduler.arrays import Ints
from scheduler.planning.core import INF
from scheduler.planning.rebuilding import Rebuilding
from scheduler.records import Step

RANK_STEP = 256


class SequencesDontFit(Exception):
    """Sequences that are not those of the plan as it stands, or in which promises break; nothing is changed.

    `missing` are keys of work promised since, `gone` of work that may no longer move, `late` the order lines that
    would end after their deadlines.
    """

    def __init__(self, missing: Sequence[int], gone: Sequence[int], late: Sequence[tuple[str, int]]) -> None:
        self.missing, self.gone, self.late = tuple(missing), tuple(gone), tuple(late)
        told = []
        if missing:
            told.append(f"{len(missing)} operations were promised since")
        if gone:
            told.append(f"{len(gone)} operations may not move any more")
        told += [f"{order} line {line_no} would end after its deadline" for order, line_no in late[:3]]
        super().__init__("; ".join(told))


class Resequencing(Rebuilding):
    """Lays sequences."""

    def lay(self, steps: Sequence[Step], now_s: int) -> None:
        """Make these the sequences of all work that may move, behind what is begun and frozen.

        What is left of cancelled lines goes, as in a re-dispatch. Raises SequencesDontFit, and then nothing but the
        clock is changed.
        """
        self.advance(now_s)
        self._settle()
        moving, frozen = self._movable()
        pins = self._pinned_rows()
        # Whatever rank they are handed in at: their starts are known.
        steps = [step for step in steps if step.key not in self._pins]
        rows = self._rows_of(steps, moving)
        self._reserve_chunks(len(moving) + len(frozen))
        backup = self._backup()
        ends = self._set_aside(pins)
        late = self._lay_ranked(rows, frozen, steps)
        self._k.ops[list(ends), a.DEADLINE] = list(ends.values())
        if len(late):
            lines = [self._lines[int(line)] for line in np.unique(self._k.ops[late, a.LINE])]
            self._restore_backup(backup)
            raise SequencesDontFit((), (), [(info.order_id, info.line_no) for info in lines])
        if not all(self._put_pin_back(x) for x in pins):
            keys = self._k.ops[pins, a.KEY].tolist()
            self._restore_backup(backup)
            raise SequencesDontFit((), keys, ())
        self._spread_ranks()
        self._forget_blocked()
        self._passed_s = -INF
        self.orders_since_dispatch = 0
        self.version += 1

    def _movable(self) -> tuple[Ints, Ints]:
        """Rows of the work that may move, and of the frozen in rank order; what is pinned is neither."""
        used = self._k.ops[: int(self._k.s[a.S_OPS])]
        is_open = (used[:, a.STATE] == a.OPEN) & (used[:, a.BLOCKED] == 0)
        is_open[self._pinned_rows()] = False
        frozen = np.flatnonzero(is_open & (used[:, a.LATEST] < INF))
        return np.flatnonzero(is_open & (used[:, a.LATEST] >= INF)), frozen[np.argsort(used[frozen, a.LABEL])]

    def _pins_between(self, frozen: Ints) -> tuple[Ints, Ints]:
        """What is frozen, with what is pinned among it, in rank order; and what is pinned behind it."""
        used = self._k.ops[: int(self._k.s[a.S_OPS])]
        pins = np.array(self._pinned_rows(), np.int64)
        ahead = used[pins, a.LABEL] < used[frozen, a.LABEL].max(initial=0)
        held = np.concatenate([frozen, pins[ahead]])
        return held[np.argsort(used[held, a.LABEL], kind="stable")], pins[~ahead]

    def _rows_of(self, steps: Sequence[Step], moving: Ints) -> list[int]:
        """The rows of the steps, which must be all that may move."""
        row_of = dict(zip(self._k.ops[moving, a.KEY].tolist(), moving.tolist(), strict=True))
        named = {step.key for step in steps}
        missing, gone = row_of.keys() - named, named - row_of.keys()
        if missing or gone or len(named) != len(steps):
            raise SequencesDontFit(sorted(missing), sorted(gone), ())
        return [row_of[step.key] for step in steps]

    def _lay_ranked(self, rows: Sequence[int], frozen: Ints, steps: Sequence[Step]) -> Ints:
        """Lay everything anew, each as its step says; the rows that are late."""
        return self._lay_chosen(rows, [self._candidate(x, step) for x, step in zip(rows, steps, strict=True)], frozen)

    def _lay_chosen(self, rows: Sequence[int], chosen: Sequence[int], frozen: Ints) -> Ints:
        """Lay everything anew, each by the candidate chosen for it; the rows that are late."""
        # History is laid, too.
        self._reserve_chunks(int(np.isin(self._k.ops[:, a.STATE], (a.OPEN, a.FIXED)).sum()))
        k = self._k
        used = k.ops[: int(k.s[a.S_OPS])]
        ways = k.cands[list(chosen)]
        anew = np.array(rows, np.int64)[ways[:, a.K_VAR] != used[rows, a.VAR]]
        # A run on a plain machine writes no changeover: none may be left from the way it had before.
        used[anew, a.T_FIRST : a.START], used[anew, a.NMAINT] = -1, 0
        used[np.ix_(rows, [a.VAR, a.DUR0, a.SHOTS])] = ways
        self._stay_in_way(np.array(rows, np.int64))
        width, places = a.P_WIDTH, self.layout.places
        for p in range(places):
            used[rows, a.PLACES + p * width + a.P_LANE] = self.layout.var[used[rows, a.VAR], a.V_LANES + p]
        fixed = np.flatnonzero(used[:, a.STATE] == a.FIXED)
        fixed = fixed[np.lexsort((fixed, used[fixed, a.LABEL]))]
        used[(used[:, a.STATE] == a.OPEN) & (used[:, a.BLOCKED] == 1), a.STATE] = a.REMOVED
        opened = np.concatenate([frozen, np.array(rows, np.int64)])
        first = max([0, *used[fixed, a.LABEL].tolist(), *used[frozen, a.LABEL].tolist()])
        used[rows, a.LABEL] = first + RANK_STEP * np.arange(1, len(rows) + 1)
        late = np.zeros(len(used), np.int64)
        tier1.load(k.ops, k.z, fixed, opened, late)
        return np.flatnonzero(late)

    def _candidate(self, x: int, step: Step) -> int:
        """The candidate row of `x` that is this step."""
        for c in self._every_way(x):
            v = self.layout.var[int(self._k.cands[c, a.K_VAR])].tolist()
            if self.layout.modes[v[a.V_MODE]][2].id != step.mode_id:
                continue
            units = [self.layout.lane_owner[lane][1] for lane in v[a.V_LANES : a.V_LANES + v[a.V_NPL]]]
            q, m, s = v[a.V_Q], v[a.V_MPL], v[a.V_SPL]
            setter = units[s] if s >= 0 else -1
            if (
                tuple(units[:q]) == step.units
                and setter == step.setter_unit
                and (tuple(units[max(q, m + 1, s + 1) :]) == step.crew_units)
            ):
                return c
        raise SequencesDontFit((), [step.key], ())
