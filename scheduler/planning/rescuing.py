"""Tier 2: what a search for a rearrangement is asked, and what it found laid into the plan as it is now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from domain.checks import from_unix
from domain.orders import Order
from domain.rescues import MOVES_TOLD_MAX, Move, Rescue, Rescued
from domain.values import replace
from scheduler import arrays as a
from scheduler.arrays import Ints
from scheduler.improve.shop import Wish
from scheduler.planning.adopting import LateSequences
from scheduler.planning.decision import Decision, Effort
from scheduler.planning.relisting import Relisting
from scheduler.planning.resequencing import SequencesDontFit
from scheduler.planning.stakes import Places, leavers
from scheduler.records import Step
from scheduler.rescuing.ask import Found, Own, PlanAsk, RescueAsk, ShopAsk

GENERAL_MOST = 600
"""Open operations up to which a plan with moulds, changeovers or a choice of machines is searched as a whole."""
SOON_S = 2 * 86400
"""An order wanted later than in so many seconds is rescued only if the plan with it can be re-dispatched."""
MODES = "modes"
"""What is held where a large plan with a choice of machines is searched: every operation stays on its machine."""


class Stood(NamedTuple):
    """Where operations stood: their places, and their rows in full."""

    places: Places
    rows: dict[int, list[Any]]


class Rescuing(Relisting):
    """Puts the question, and lays the answer."""

    def rescue_ask(
        self, order: Order, now_s: int, *, allow_frozen: bool = False, hold_s: int = 0
    ) -> RescueAsk | Rescue | None:
        """What to search for so that all lines that can be are in time; nothing of the order stays in the plan.

        None: it needs no search, since the tiers before put it in time, or no line of it can be at all.
        `Rescue.UNAVAILABLE`: this plan is too large to be searched.
        """
        lines = tuple(replace(line, latest_time=None) for line in order.lines)
        decision = self.decide(
            replace(order, lines=lines), now_s, allow_frozen=allow_frozen, effort=Effort.TIER1, hold_s=hold_s
        )  # fmt: skip
        try:
            ends = [self._end(info) if info.count else info.stock_end_s for info in decision.infos]
            targets, missed = self._targets(decision, ends)
            if not missed or decision.blocked:
                return None
            self._settle()
            self._aim(decision, targets)
            return self._asked(decision, targets) or Rescue.UNAVAILABLE
        finally:
            self.undo(decision)

    def _asked(self, decision: Decision, targets: Sequence[int]) -> RescueAsk | None:
        own = self._own(decision)
        small = self.open_operations <= GENERAL_MOST
        one_way = self._one_way()
        if self._single and (one_way or not small):
            order_id = decision.order.id
            wishes = {
                (order_id, info.line_no): Wish(target, 1) for info, target in zip(decision.infos, targets, strict=True)
            }
            shop = self.shop(wishes, keep_modes=True, around_pins=True)
            if shop is not None and shop.working:
                return ShopAsk(shop, own, self.version, () if one_way else (MODES,))
        return PlanAsk(self.view(), own) if small else None

    def _own(self, decision: Decision) -> Own:
        """Names of the order's work that hold when it is placed again."""
        keys = self._k.ops[:, a.KEY]
        return {
            int(keys[x]): (place, x - info.x0)
            for place, info in enumerate(decision.infos)
            for x in range(info.x0, info.x0 + info.count)
        }

    def _rescue_for(self, decision: Decision, ends: list[int], found: Found) -> list[int] | None:
        """Lay what a search found around an order that is late; the new ends, or None with the plan as it was."""
        targets, missed = self._targets(decision, ends)
        if not missed:
            return None
        decision.rescued = Rescued(found.rescue, held=found.held, seconds=found.seconds)
        if found.rescue is not Rescue.FOUND:
            return None
        self._settle()
        used = self._k.ops[: int(self._k.s[a.S_OPS])]
        before, mine = Places.of(used), self._own(decision)
        rows_before = dict(zip(before.rows.tolist(), used[before.rows].tolist(), strict=True))
        backup, resequenced = self._backup(), self._resequenced
        self._aim(decision, targets)
        try:
            self._lay_found(found, mine)
            if max(targets) - self.now_s > SOON_S and not self._can_go_on():
                raise SequencesDontFit((), (), ())
        except (LateSequences, SequencesDontFit):
            self._restore_backup(backup)
            decision.rescued = replace(decision.rescued, rescue=Rescue.OVERTAKEN)
            return None
        finally:
            self._resequenced = resequenced
        decision.backup = backup
        self._tell_moves(decision, Stood(before, rows_before), mine)
        return [self._end(info) if info.count else end for info, end in zip(decision.infos, ends, strict=True)]

    def _lay_found(self, found: Found, mine: Own) -> None:
        """Lay sequences, what was promised since put between. Raises LateSequences, SequencesDontFit."""
        key_of = {name: key for key, name in mine.items()}
        if sorted(found.own.values()) != sorted(key_of):
            raise SequencesDontFit(sorted(mine), (), ())
        keys = [key_of[found.own[key]] if key in found.own else key for key in found.keys]
        moving, frozen = self._movable()
        if found.steps:
            named = [step._replace(key=key) for step, key in zip(found.steps, keys, strict=True)]
        else:
            named = self._as_they_stand(keys, moving)
        rows, steps, _ = self._named(named, moving)
        self._check_order(rows)
        missing = np.setdiff1d(moving, rows)
        self._reserve_chunks(len(moving) + len(frozen))
        backup = self._backup()
        late: LateSequences | None = None
        for way in self._ways(missing):
            try:
                self._lay_with(rows, steps, frozen, way, {})
                self._settle()
                self._check_ends()
                break
            except LateSequences as error:
                late = late or error
                self._restore_backup(backup)
        else:
            assert late is not None
            raise late
        self._spread_ranks()

    def _can_go_on(self) -> bool:
        """Put a plan that was laid in an order that re-dispatches keep up; False if there is none near it.

        Such a plan stands as it is until the order is done: those that come meanwhile find less room than it gains.
        """
        if not self._single:
            return True
        self._set_keys()
        return self._dispatch(None) or self._lean()

    def _as_they_stand(self, keys: Sequence[int], moving: Ints) -> list[Step]:
        """These operations as they are done now; what has begun since is left out."""
        held = np.concatenate([moving, np.array(self._pinned_rows(), np.int64)])
        row_of = dict(zip(self._k.ops[held, a.KEY].tolist(), held.tolist(), strict=True))
        return [self._step_of(row_of[key]) for key in keys if key in row_of]

    def _tell_moves(self, decision: Decision, stood: Stood, mine: Own) -> None:
        """Note which operations of others stand elsewhere in the order of their machine, or on another one."""
        assert decision.rescued is not None
        moves, moved, shifted = self._moves_from(stood, mine)
        decision.rescued = replace(decision.rescued, moves=moves, moved=moved, shifted=shifted)

    def stood(self) -> Stood:
        """Where all that is open stands, to tell moves from."""
        self._settle()
        used = self._k.ops[: int(self._k.s[a.S_OPS])]
        before = Places.of(used)
        return Stood(before, dict(zip(before.rows.tolist(), used[before.rows].tolist(), strict=True)))

    def moves_from(self, stood: Stood) -> tuple[tuple[Move, ...], int]:
        """Operations that left their order on a machine, or the machine, the first to begin first; how many did."""
        self._settle()
        moves, moved, _ = self._moves_from(stood, {})
        return moves, moved

    def _moves_from(self, stood: Stood, mine: Own) -> tuple[tuple[Move, ...], int, int]:
        """What moved of others: by their old starts, how many in all, and how many start at another time."""
        ops, before = self._k.ops, stood.places
        lanes, ranks = ops[before.rows, a.PLACES + a.P_LANE], ops[before.rows, a.LABEL]
        others = ~np.isin(ops[before.rows, a.KEY], list(mine))
        found: list[int] = before.rows[others & (lanes != before.lanes)].tolist()
        for lane in np.unique(before.lanes[others]).tolist():
            here = np.flatnonzero(others & (before.lanes == lane) & (lanes == lane))
            here = here[np.argsort(ranks[here], kind="stable")]
            found += before.rows[here[leavers(before.labels[here].tolist())]].tolist()
        found.sort(key=lambda x: (stood.rows[x][a.START], x))
        shifted = int((ops[before.rows[others], a.START] != before.starts[others]).sum())
        return tuple(self._move(stood.rows[x], ops[x].tolist()) for x in found[:MOVES_TOLD_MAX]), len(found), shifted

    def _move(self, before: list[Any], after: list[Any]) -> Move:
        line, lot = self._lines[before[a.LINE]], self._lines[before[a.LOT]]
        operation = self.plant.routing_by_id[lot.routing_id].operations[before[a.OPNO]]
        owner = self.layout.lane_owner
        return Move(
            line.order_id, line.line_no, operation.id, before[a.KEY], owner[before[a.PLACES + a.P_LANE]][0],
            from_unix(before[a.START]), owner[after[a.PLACES + a.P_LANE]][0], from_unix(after[a.START]),
        )  # fmt: skip
