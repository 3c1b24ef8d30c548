"""A plan with moulds, changeovers or a choice of machines in a new order after a break, whatever that breaks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from scheduler import arrays as a
from scheduler.arrays import Ints
from scheduler.improve import shop as s
from scheduler.improve.fullshop import FullShop
from scheduler.improve.shop import Wish
from scheduler.planning.anew_listed import AnewListed
from scheduler.planning.core import INF
from scheduler.planning.fullfloor import FullFloor
from scheduler.planning.shopfloor import NEVER
from scheduler.planning.stakes import Places, Repair, Stake
from scheduler.worktime import forward


class Relisting(FullFloor):
    """Puts everything in a new order by lists."""

    def _listed_anew(
        self, out: Mapping[int, list[int]], stakes: Sequence[Stake], before: Places, done: Repair, most: int
    ) -> bool:
        """Put movable work, `out` with it, in the order that breaks the fewest promises; False if there is none.

        So much of it, what stood first; what is behind it keeps its order.

        On False the arrays are as they were, or nothing of them may be used any more.
        """
        k = self._k
        for mine in out.values():
            k.ops[mine, a.STATE] = a.OPEN
        stood = np.full(int(k.s[a.S_OPS]), INF, np.int64)
        stood[before.rows] = before.starts
        self._settle()
        moving, _ = self._movable()
        moving = moving[np.lexsort((k.ops[moving, a.LABEL], moving))]
        begins = self._could_begin(moving, np.minimum(stood[moving], k.ops[moving, a.START]))
        by_time = np.argsort(begins, kind="stable")
        near, far = moving[by_time[:most]], moving[np.sort(by_time[most:])]
        stood[moving] = begins
        k.ops[far, a.STATE] = a.REMOVED
        shop = self._shop_of(near, stakes, stood)
        self._k.ops[far, a.STATE] = a.OPEN
        if not len(shop.rows):
            return False
        self._hold_until_possible(shop)
        pinned = np.isin(shop.rows, shop.pins)
        anew = AnewListed(shop, np.where(pinned, shop.ops[shop.rows, a.START], stood[shop.rows]))
        found = anew.search()
        done.tries += anew.tries
        return found is not None and self._lay_list(anew.order(found), far)

    def _shop_of(self, near: Ints, stakes: Sequence[Stake], begins: Ints) -> FullShop:
        """The work that is near; a line that goes on later wants its part to end as it stood."""
        wishes = {
            (info.order_id, info.line_no): Wish(stakes[info.index].by_s, 10 - stakes[info.index].priority)
            for infos in self._by_order.values()
            for info in infos
            if info.count
        }
        shop = self.full_shop(wishes, bound=False)
        ops, edges = shop.ops, self._k.edges[: int(self._k.s[a.S_EDGES])]
        is_near = np.zeros(len(ops) + 1, bool)
        is_near[near] = True
        later = ~is_near[edges[:, a.E_TO]] & (ops[edges[:, a.E_TO], a.STATE] == a.REMOVED)
        goes_on = is_near[edges[:, a.E_FROM]] & later
        parted = np.unique(edges[goes_on, a.E_FROM])
        if not len(parted):
            return shop
        ends = len(shop.ends) - len(shop.pins)
        lines = len(shop.lines) - len(shop.pins)
        more = np.zeros((len(parted), s.N_COLUMNS), np.int64)
        more[:, s.N_DUE] = begins[parted] + ops[parted, a.DUR] + ops[parted, a.TLAG]
        more[:, s.N_LAST], more[:, s.N_WEIGHT], more[:, s.N_POS] = NEVER, 1, -1
        more[:, s.N_END0] = ends + np.arange(len(parted))
        more[:, s.N_END1] = more[:, s.N_END0] + 1
        pins = shop.lines[lines:].copy()
        pins[:, [s.N_END0, s.N_END1]] += len(parted)
        return shop._replace(
            lines=np.concatenate([shop.lines[:lines], more, pins]),
            ends=np.concatenate([shop.ends[:ends], parted, shop.pins]),
        )

    def _hold_until_possible(self, shop: FullShop) -> None:
        """Let what is out in all its ways wait until one of them works again, not on a machine that others need."""
        k = self._k
        for x in shop.rows.tolist():
            ready, duration = max(int(shop.ops[x, a.NBR]), shop.floor), int(shop.ops[x, a.DUR0])
            first = INF
            for c in range(int(shop.ops[x, a.CAND0]), int(shop.ops[x, a.CAND0] + shop.ops[x, a.NCAND])):
                variant = self.layout.var[int(k.cands[c, a.K_VAR])]
                start = forward(k.ops, k.z, int(variant[a.V_CAL]), ready, duration, int(variant[a.V_CHUNK]))[0]
                first = min(first, int(start))
                if first <= ready:
                    break
            shop.ops[x, a.NBR] = max(int(shop.ops[x, a.NBR]), first)

    def _could_begin(self, rows: Ints, stood: Ints) -> Ints:
        """When work could begin that was to begin at these times: what was to be done in a break comes after it.

        Left in its place it would have all wait that needs a setter after it.
        """
        k, found = self._k, stood.copy()
        for i, (x, at_s) in enumerate(zip(rows.tolist(), stood.tolist(), strict=True)):
            variant = self.layout.var[k.ops[x, a.VAR]]
            calendar, chunk = int(variant[a.V_CAL]), int(variant[a.V_CHUNK])
            found[i] = forward(k.ops, k.z, calendar, at_s, int(k.ops[x, a.DUR0]), chunk)[0]
        return found

    def _lay_list(self, order: Ints, far: Ints) -> bool:
        """Lay a list, and what is far behind it, and bind every line to its end where that is after its deadline."""
        frozen, _ = self._pins_between(self._movable()[1])
        infos = [info for infos in self._by_order.values() for info in infos if info.count]
        self._bind_ends((info.x0, info.count, INF) for info in infos)
        order = np.concatenate([order, np.column_stack([far, self._candidates(far)])])
        self._reserve_chunks(len(order) + len(frozen))
        self._lay_chosen(order[:, 0].tolist(), order[:, 1].tolist(), frozen)
        for info in infos:
            self._k.lines[info.index, a.N_DEADLINE] = max(int(self._k.lines[info.index, a.N_DEADLINE]), self._end(info))
        lines = self._k.lines
        self._bind_ends((info.x0, info.count, int(lines[info.index, a.N_DEADLINE])) for info in infos)
        for info in infos:
            self._bind_pins(range(info.x0, info.x0 + info.count))
        late = self._lay_again()
        # As they were laid ranks stand close to those that what begins takes, which would soon be above them.
        self._spread_ranks()
        return not len(late)

    def _bind_ends(self, lines: Iterable[tuple[int, int, int]]) -> None:
        """Have lines, by first row and count, end by these times; INF: whenever they do."""
        for x0, count, by_s in lines:
            rows = self._k.ops[x0 : x0 + count]
            rows[:, a.DEADLINE] = np.where((rows[:, a.TLAG] >= 0) & (by_s < INF), by_s - rows[:, a.TLAG], INF)
