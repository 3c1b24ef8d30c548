"""The plan as the store has it: facts and sequences are read, times follow from them."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Self

import numpy as np

from domain.plant import Plant
from domain.promises import MaterialReservation
from scheduler import arrays as a
from scheduler import dispatch as tier1
from scheduler.arrays import Ints
from scheduler.planning.core import logs_for
from scheduler.planning.facts import HEAD, PERSISTED, SEQUENCE, table_and_owners
from scheduler.planning.storing import Storing
from scheduler.records import LineInfo, PlanImage
from scheduler.translate import Template


class Restoring(Storing):
    """The plan as the store has it: facts and sequences are read, times follow from them."""

    def _find_holders(self) -> None:
        """Turn the keys of holders back into rows, for what is fixed; re-timing writes the others."""
        used = self._k.ops[: int(self._k.s[a.S_OPS])]
        fixed = np.flatnonzero((used[:, a.STATE] == a.FIXED) & (used[:, a.HOLD] >= 0))
        by_key = np.argsort(used[:, a.KEY], kind="stable")
        at = np.searchsorted(used[:, a.KEY], used[fixed, a.HOLD], sorter=by_key)
        used[fixed, a.HOLD] = by_key[at]

    @classmethod
    def restore(cls, plant: Plant, now_s: int, image: PlanImage) -> Self:
        """The plan as the store has it: sequences and facts are read, times follow from them."""
        first = min([image.now_s, now_s])
        planner = cls(plant, min(first, image.now_s))
        planner.version, planner.now_s = image.version, image.now_s
        planner._k.s[a.S_FLOOR] = image.floor_s
        planner._load_rows(image)
        planner._find_surplus()
        planner._stock.take(image.material)
        planner._load_stock_lines(image.material)
        planner._as_read = True
        return planner

    def _load_stock_lines(self, material: Sequence[MaterialReservation]) -> None:
        """Lines that no operation is made for, and until when the others wait for what isn't made."""
        for peg in material:
            if peg.lot:
                continue
            infos = self._by_order.setdefault(peg.order_id, [])
            info = next((info for info in infos if info.line_no == peg.line_no), None)
            if info is None:
                info = LineInfo(
                    peg.order_id, peg.line_no, peg.item_id, "", 0, 0, 0, self._shipping_s.get(peg.item_id, 0),
                    len(self._lines),
                )  # fmt: skip
                infos.append(info)
                self._lines.append(info)
            if not info.count:
                info.quantity += peg.quantity
            info.stock_end_s = max(info.stock_end_s, self._there_s(peg))

    def _load_rows(self, image: PlanImage) -> None:
        if image.operations or image.packed is not None:
            facts, owners = table_and_owners(image)
            keys = facts[:, HEAD + PERSISTED.index(a.KEY)]
            by_key = np.argsort(keys, kind="stable")
            if (keys[1:] <= keys[:-1]).any():
                facts = facts[by_key]
            head, facts = facts[:, :HEAD], facts[:, HEAD:]
            # The rows of a line or lot are neighbours, and all name its first key.
            starts = np.flatnonzero(np.diff(head[:, 4], prepend=head[0, 4] - 1))
            infos = self._lay_all(owners(by_key[starts]), head[starts])
            places = np.array([info.row0 for info in infos])
            lengths = np.diff(starts, append=len(facts))
            at = np.repeat(places, lengths) + facts[:, PERSISTED.index(a.KEY)] - head[:, 4]
            self._k.ops[at[:, None], PERSISTED] = facts
            self._k.lines[infos[0].index : infos[-1].index + 1, a.N_DEADLINE] = head[starts, 3]
        self._load_sequence(image.sequence)
        # What was stored with an operation that has not begun may be from another machine, before a re-sequencing.
        used = self._k.ops[: int(self._k.s[a.S_OPS])]
        opened = used[:, a.STATE] == a.OPEN
        used[opened, a.T_FIRST : a.T_TAILS] = -1
        used[opened, a.NMAINT] = 0
        self._stay_in_way(np.arange(len(used)))
        self._relink()

    def _lay_all(self, owners: Sequence[tuple[str, int]], heads: Ints) -> list[LineInfo]:
        """Lay many lines and lots at once, of which `heads` tells what `HEAD` lists."""
        names = [(item.id, item.routing_id) for item in self.plant.items]
        alone: dict[tuple[int, int], Template] = {}
        infos: list[LineInfo] = []
        whole: list[LineInfo] = []
        templates: list[Template] = []
        lots: list[tuple[LineInfo, int]] = []
        for owner, (number, quantity, shipping_s, _, key0, into, need) in zip(owners, heads.tolist(), strict=True):
            item_id, routing_id = names[number]
            info = LineInfo(
                *owner, item_id, routing_id, quantity, 0, 0, shipping_s, len(self._lines), key0=key0, need=need
            )
            self._lines.append(info)
            infos.append(info)
            if into:
                lots.append((info, into))
                continue
            if lots:
                whole += self._gather(lots, info, templates)
                lots = []
                continue
            self._by_order.setdefault(info.order_id, []).append(info)
            template = alone.get((number, quantity))
            if template is None:
                template = alone[number, quantity] = self.layout.template(((item_id, quantity, -1),))
            templates.append(template)
            whole.append(info)
        whole += self._gather(lots, None, templates)
        self._lay_templates(templates, whole)
        return infos

    def _gather(
        self, lots: Sequence[tuple[LineInfo, int]], line: LineInfo | None, templates: list[Template]
    ) -> list[LineInfo]:
        """Put lots and the line that they go into together; those whose line is gone stand for themselves."""
        known = {} if line is None else {line.key0: line}
        mine: list[LineInfo] = []
        for lot, goes in reversed(lots):
            # A key may have been given to another order's work since.
            if goes in known and line is not None and (lot.order_id, lot.line_no) == (line.order_id, line.line_no):
                lot.into = known[goes].index
                known[lot.key0] = lot
                mine.append(lot)
        found = [lot for lot, _ in lots if lot.into < 0]
        if line is not None:
            line.lots = len(mine)
            found.append(line)
        for info in found:
            self._by_order.setdefault(info.order_id, []).append(info)
            first = info.index - info.lots
            parts = [(lot.item_id, lot.quantity, lot.into - first) for lot in self._lines[first : info.index]]
            templates.append(self.layout.template((*parts, (info.item_id, info.quantity, -1))))
        return found

    def _lay_templates(self, templates: Sequence[Template], infos: Sequence[LineInfo]) -> None:
        k = self._k
        lines = np.array([info.index for info in infos])
        firsts = lines - [info.lots for info in infos]
        keys = np.array([self._lines[first].key0 for first in firsts.tolist()])
        distinct = {id(template): template for template in templates}
        places = {name: place for place, name in enumerate(distinct)}
        which = np.array([places[id(template)] for template in templates])
        (n, x_of, all_rows), (m, e_of, all_edges), (c, c_of, all_cands) = (
            _repeated([getattr(template, name) for template in distinct.values()], which)
            for name in ("rows", "edges", "cands")
        )
        ops, edges, cands = (
            int(k.s[at]) + len(rows) for at, rows in ((a.S_OPS, x_of), (a.S_EDGES, e_of), (a.S_CANDS, c_of))
        )
        size = 2 * ops
        sizes = logs_for(size) | {
            "ops": size, "edges": 2 * edges, "cands": 2 * cands, "lines": 2 * len(self._lines) + 2,
            "chunks": ops * self.layout.places // 24 + 2 * len(k.lanes) + 64,
        }  # fmt: skip
        self._k = k = k.resized(sizes, dirs=np.zeros((len(k.lanes), max(k.dirs.shape[1], ops // 16 + 64)), np.int64))
        s = k.s
        x0, e0, c0 = (
            int(s[at]) + np.cumsum(count) - count for at, count in ((a.S_OPS, n), (a.S_EDGES, m), (a.S_CANDS, c))
        )
        rows = k.ops[int(s[a.S_OPS]) : ops]
        np.take(all_rows, x_of, axis=0, out=rows, mode="clip")
        rows[:, a.CAND0] += np.repeat(c0, n)
        rows[:, a.LINE] = np.repeat(lines, n)
        rows[:, a.LOT] += np.repeat(firsts, n)
        rows[:, a.KEY] = np.repeat(keys - x0, n) + np.arange(int(s[a.S_OPS]), ops)
        rows[:, a.STATE] = a.REMOVED
        linked = rows[:, a.EIN : a.EOUT + 1]
        linked += np.where(linked >= 0, np.repeat(e0, n)[:, None], 0)
        if m.any():
            laid = k.edges[int(s[a.S_EDGES]) : edges]
            np.take(all_edges, e_of, axis=0, out=laid, mode="clip")
            laid[:, a.E_FROM : a.E_TO + 1] += np.repeat(x0, m)[:, None]
            chain = laid[:, a.E_NIN : a.E_NOUT + 1]
            chain += np.where(chain >= 0, np.repeat(e0, m)[:, None], 0)
        np.take(all_cands, c_of, axis=0, out=k.cands[int(s[a.S_CANDS]) : cands], mode="clip")
        s[a.S_OPS], s[a.S_EDGES], s[a.S_CANDS] = ops, edges, cands
        self._next_key = max(self._next_key, int((keys + n)[firsts == lines].max(initial=0)))
        for info, template, x, count in zip(infos, templates, x0.tolist(), n.tolist(), strict=True):
            info.count = count
            info.x0 = info.row0 = x
            if info.lots:
                self._found_at(info, x, template)
                self._key_lots(info)

    def _key_lots(self, info: LineInfo) -> None:
        """Give the operations of a line and its lots the keys that follow the first of each."""
        for lot in self._lines[info.index - info.lots : info.index + 1]:
            own = info.own if lot is info else lot.count
            self._k.ops[lot.row0 : lot.row0 + own, a.KEY] = range(lot.key0, lot.key0 + own)
        self._next_key = max(self._next_key, info.key0 + info.own)

    def _load_sequence(self, blob: bytes | None) -> None:
        if blob is None:
            return
        k = self._k
        table = np.frombuffer(zlib.decompress(blob), "<i8").reshape(len(SEQUENCE) + 1, -1).T
        # It names work that is gone since, too; a key given again would put new work in that one's place.
        self._next_key = max(self._next_key, int(table[:, 0].max(initial=0)) + 1)
        used = k.ops[: int(k.s[a.S_OPS])]
        keys = used[:, a.KEY]
        at = np.searchsorted(keys, table[:, 0])
        at = np.minimum(at, max(0, len(keys) - 1))
        good = (keys[at] == table[:, 0]) & (used[at, a.STATE] == a.OPEN) if len(keys) else np.zeros(len(table), bool)
        used[at[good][:, None], SEQUENCE] = table[good, : len(SEQUENCE)]
        k.lines[used[at[good], a.LINE], a.N_ADVANCE] = table[good, len(SEQUENCE)]

    def _relink(self) -> Ints:
        """Lay all live operations into their lanes in rank order and re-time what is open; the late ones."""
        self._find_holders()
        k = self._k
        used = k.ops[: int(k.s[a.S_OPS])]
        width = a.P_WIDTH
        for p in range(self.layout.places):
            used[:, a.PLACES + p * width + a.P_LANE] = self.layout.var[used[:, a.VAR], a.V_LANES + p]
        fixed = np.flatnonzero(used[:, a.STATE] == a.FIXED)
        opened = np.flatnonzero(used[:, a.STATE] == a.OPEN)
        fixed = fixed[np.lexsort((fixed, used[fixed, a.LABEL]))]
        opened = opened[np.lexsort((opened, used[opened, a.LABEL]))]
        if len(fixed):
            k.s[a.S_FIXRANK] = used[fixed[-1], a.LABEL]
        places = int(self.layout.var[used[:, a.VAR], a.V_NPL].sum()) if len(used) else 0
        chunks, wide = places // 24 + 2 * len(k.lanes) + 64, len(used) // 16 + 64
        k.dirs[:] = 0
        if chunks > len(k.chunks) or wide > k.dirs.shape[1]:
            dirs = np.zeros((len(k.lanes), max(k.dirs.shape[1], wide)), np.int64)
            self._k = k = k.resized({"chunks": chunks}, dirs=dirs)
        late = np.zeros(len(used), np.int64)
        tier1.load(k.ops, k.z, fixed, opened, late)
        return np.flatnonzero(late)


def _repeated(tables: Sequence[Ints], which: Ints) -> tuple[Ints, Ints, Ints]:
    """Lay the tables that `which` names one behind the other: the rows of each, and of all where they are to be found.

    The third is what they are to be found in.
    """
    lengths = np.array([len(table) for table in tables], np.int64)
    counts = lengths[which]
    ends = np.cumsum(counts)
    firsts = (np.cumsum(lengths) - lengths)[which]
    return counts, np.repeat(firsts - ends + counts, counts) + np.arange(counts.sum()), np.concatenate(tables)
