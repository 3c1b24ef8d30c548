"""Pieces that a run came short of, planned anew for the same order line."""

from __future__ import annotations

from domain.checks import from_unix
from domain.orders import Order, OrderLine, ShipMode
from domain.progress import Progress
from domain.promises import LinePromise, MaterialReservation, PromiseState, Source
from domain.values import replace
from scheduler import arrays as a
from scheduler.planning.decision import Decision, Effort
from scheduler.planning.progressing import Progressing
from scheduler.records import LineInfo
from scheduler.sourcing import buys

LINE_MAX = 1_000_000


class MakingMore(Progressing):
    """Plans what is missing of a line once more."""

    def short(self, key: int) -> int:
        """How many pieces a finished operation came short of what its line needs, that were not planned anew.

        Only of a line's own lot: what a part of it lacks shows when the line's own work is over.
        """
        x = self._rows_by_key([key]).get(key)
        if x is None:
            return 0
        lot = next((info for info in self._lines_of(x) if info.row0 <= x < info.x0 + info.count), None)
        if lot is None:
            return 0
        said = [(y, each) for y in range(lot.row0, lot.x0 + lot.count) if (each := self._of(y)) is not None]
        counts = [self._good(y, each) for y, each in said if each.finished is not None]
        good = min((count for count in counts if count is not None), default=lot.need or lot.quantity)
        return max(0, (lot.need or lot.quantity) - good - sum(each.missing for _, each in said))

    def _good(self, x: int, said: Progress) -> int | None:
        """Good pieces of an operation that is over, by what was said: the count, or else all but the scrap."""
        good, scrapped, shots = (said.count(name) for name in ("good", "scrapped", "shots"))
        if good is not None or scrapped is None:
            return good
        _, cavities, total = self._job(x)
        return max(0, (total if shots is None else shots) * cavities - scrapped)

    def _lines_of(self, x: int) -> list[LineInfo]:
        line = self._lines[int(self._k.ops[x, a.LINE])]
        return [info for info in self._by_order.get(line.order_id, ()) if info.index == line.index]

    def make_more(self, said: Progress, order: Order, line: LinePromise, pieces: int, until_s: int) -> bool:
        """Plan once more what an operation came short of, by what was said of it; False where it can't be had.

        From stock, by making or buying; to be there by `until_s` (Unix seconds), and as soon as can be without breaking
        another promise.
        """
        made = self._once_more(order, line, pieces, until_s)
        if made:
            self._reports[said.key] = replace(said, missing=said.missing + pieces)
        return made

    def nowhere(self, order_id: str, line_no: int) -> int:
        """Pieces of a line, delivered as they are, that nobody has or sells, and that can be made."""
        return sum(peg.quantity for peg in self._stock.by_order.get(order_id, ()) if self._is_makeable(peg, line_no))

    def make_instead(self, order: Order, line: LinePromise, until_s: int) -> bool:
        """Make what is planned to be bought of a line and that nobody sells; False where it can't be made."""
        pieces = self.nowhere(order.id, line.line_no)
        if not pieces or not self._once_more(order, line, pieces, until_s):
            return False
        pegs = [peg for peg in self._stock.by_order[order.id] if not self._is_makeable(peg, line.line_no)]
        self._write(order.id, pegs)
        if not any(peg.line_no == line.line_no and not peg.lot for peg in pegs):
            infos = self._by_order[order.id]
            for info in infos:
                if info.line_no == line.line_no:
                    info.stock_end_s = -1
            self._by_order[order.id] = [info for info in infos if info.count or info.line_no != line.line_no]
        self._follow_supply([order.id])
        return True

    def _is_makeable(self, peg: MaterialReservation, line_no: int) -> bool:
        item = self.plant.item_by_id[peg.item_id]
        planned = peg.line_no == line_no and not peg.lot and peg.source is Source.BUY
        return planned and bool(item.routing_id) and not buys(item)

    def _once_more(self, order: Order, line: LinePromise, pieces: int, until_s: int) -> bool:
        asked = next(each for each in order.lines if each.line_no == line.line_no)
        spare = next(n for n in range(LINE_MAX, 0, -1) if all(each.line_no != n for each in order.lines))
        wanted = OrderLine(
            spare, line.delivered_item_id or asked.item_id, pieces, from_unix(max(until_s, self.now_s)),
            unit_price_fen=asked.unit_price_fen,
        )  # fmt: skip
        step = self.begin(replace(order, ship=ShipMode.BY_LINE, lines=(wanted,)), self.now_s)
        (found,) = self.place(step, [wanted], effort=Effort.INSTANT)
        if found.state is PromiseState.REFUSED:
            self.undo(step)
            return False
        self._join(step, line.line_no, spare)
        self.keep(step)
        # Material of the line stands among what is new twice: the store gets all of it.
        self._whole = self._resequenced = True
        self._check = None
        return True

    def _join(self, step: Decision, line_no: int, spare: int) -> None:
        """Have what was placed belong to the line."""
        for info in step.infos:
            for lot in self._lines[info.index - info.lots : info.index + 1]:
                lot.line_no = line_no
        pegs = self._stock.by_order.get(step.order.id, [])
        joined: dict[tuple[object, ...], MaterialReservation] = {}
        for each in pegs:
            peg = replace(each, line_no=line_no) if each.line_no == spare else each
            key = (peg.line_no, peg.lot, peg.item_id, peg.source, peg.receipt_id, peg.stands_for)
            known = joined.get(key)
            if known is not None:
                # More of what the line has already is there when the last of it is.
                there = max(filter(None, (known.available_time, peg.available_time)), default=None)
                peg = replace(known, quantity=known.quantity + peg.quantity, available_time=there)
            joined[key] = peg
        pegs[:] = joined.values()
