"""Pieces of a line that were scrapped: planned once more, and taken back where fewer were lost than was told."""

from __future__ import annotations

from domain.checks import from_unix
from domain.orders import Order
from domain.progress import Progress
from domain.promises import LinePromise, MaterialReservation, Source, surplus_id
from domain.values import replace
from scheduler import arrays as a
from scheduler.planning.losing import NOWHERE_S
from scheduler.planning.making_more import MakingMore
from scheduler.planning.progressing import Place
from scheduler.records import LineInfo
from scheduler.translate import seconds


class Scrapping(MakingMore):
    """Plans what was scrapped anew, beside the work that lost it."""

    def is_made(self, order_id: str, line_no: int) -> bool:
        """Something is made for a line; else it is delivered as it comes."""
        return bool(self._made_of(order_id, line_no))

    def scrappable(self, order_id: str, line_no: int, *, supposed: bool = False) -> int:
        """Pieces that are made for a line, by work of its own that has begun, and were not told to be lost.

        With `supposed` also by work that has not begun.
        """
        begun = (info for info in self._made_of(order_id, line_no) if supposed or self._begun_rows(info))
        made = sum(info.need or info.quantity for info in begun)
        told = (said.missing for said in self._reports.values() if (said.order_id, said.line_no) == (order_id, line_no))
        return max(0, made - sum(told))

    def begun_of(self, order_id: str, line_no: int, *, supposed: bool = False) -> list[Place]:
        """Operations of a line's own work that have begun, as they rank; what is made for its parts is not its own.

        With `supposed` also those that have not.
        """
        k = self._k
        begun = [x for info in self._made_of(order_id, line_no) for x in self._begun_rows(info, supposed=supposed)]
        begun.sort(key=lambda x: (int(k.ops[x, a.LABEL]), x))
        places = {place.key: place for place in self.operations(order_id)} if begun else {}
        return [places[int(k.ops[x, a.KEY])] for x in begun]

    def scrap(self, place: Place, order: Order, line: LinePromise, pieces: int, until_s: int) -> Progress:
        """Plan pieces of a line once more that were lost at an operation; what is known of that one by then.

        From stock, by making or buying, to be there by `until_s` (Unix seconds) without breaking another promise. Where
        they can't be had, a purchase is planned that somebody has to find: the line is never without an end.
        """
        said = self._reports.get(place.key)
        said = said or Progress(place.key, place.order_id, place.line_no, place.operation_id)
        self._supply(order, line, pieces, until_s)
        return self._note(said, pieces)

    def give_back(self, place: Place, order: Order, line: LinePromise, pieces: int, until_s: int) -> Progress:
        """Take back what was planned for pieces that are not lost after all; what is known of the operation by then.

        First work that has not begun, then goods reserved; what has begun is made, and is free once it is.
        """
        said = self._reports[place.key]
        left = self._take_back_work(order, line, pieces, until_s)
        left = self._take_back_goods(order.id, line.line_no, left)
        for info in reversed(self._made_of(order.id, line.line_no)[1:]):
            spared = min(left, max(0, (info.need or info.quantity) - 1))
            if spared:
                self._spare(info, spared)
                left -= spared
        self._look_at_all()
        return self._note(said, -pieces)

    # -- inside ------------------------------------------------------------------------------------------------

    def _made_of(self, order_id: str, line_no: int) -> list[LineInfo]:
        """What is made for a line, the first of it before what was planned once more."""
        infos = self._by_order.get(order_id, ())
        return [info for info in infos if info.line_no == line_no and info.count]

    def _begun_rows(self, info: LineInfo, *, supposed: bool = False) -> list[int]:
        """Rows of a line's own operations that have begun, as far as is known; with `supposed` all."""
        k, own = self._k, range(info.row0, info.x0 + info.count)
        if supposed:
            return list(own)
        return [x for x in own if k.ops[x, a.STATE] == a.FIXED and (k.ops[x, a.VIS] < self.now_s or self._has_begun(x))]

    def _note(self, said: Progress, pieces: int) -> Progress:
        made = replace(said, missing=max(0, said.missing + pieces))
        self._reports[said.key] = made
        return made

    def _supply(self, order: Order, line: LinePromise, pieces: int, until_s: int) -> None:
        if pieces and not self._once_more(order, line, pieces, until_s):
            self._buy_somewhere(order, line, pieces)

    def _buy_somewhere(self, order: Order, line: LinePromise, pieces: int) -> None:
        """Plan a purchase of goods that nobody has, sells or can make now."""
        item = self.plant.item_by_id[line.delivered_item_id or line.item_id]
        at = from_unix(self.now_s + max(NOWHERE_S, seconds(item.buy_lead)))
        stands_for = line.item_id if item.id != line.item_id else ""
        self._stock.take(
            [MaterialReservation(order.id, line.line_no, item.id, pieces, "", Source.BUY, at, 0, stands_for)]
        )
        self._follow_supply([order.id])
        self._look_at_all()

    def _take_back_work(self, order: Order, line: LinePromise, pieces: int, until_s: int) -> int:
        """Take out what was planned once more and has not begun, and plan what is still needed; what is left to do."""
        spare = [info for info in self._made_of(order.id, line.line_no)[1:] if not self._is_begun(info)]
        needed = sum(info.need or info.quantity for info in spare)
        if not spare or not pieces:
            return pieces
        step = self.begin(order, self.now_s)
        lots = {lot.key0 for info in spare for lot in self._lines[info.index - info.lots : info.index + 1]}
        step.blocked += [self._nameless(info) for info in spare if self._lift(info)]
        self._by_order[order.id] = [info for info in self._by_order[order.id] if info not in spare]
        self._write(order.id, [peg for peg in self._stock.by_order.get(order.id, ()) if peg.lot not in lots])
        self.keep(step)
        self._look_at_all()
        self._supply(order, line, max(0, needed - pieces), until_s)
        return max(0, pieces - needed)

    def _is_begun(self, info: LineInfo) -> bool:
        return bool((self._k.ops[info.x0 : info.x0 + info.count, a.STATE] == a.FIXED).any())

    def _spare(self, info: LineInfo, pieces: int) -> None:
        """Need fewer of what has begun: the rest is free once it is made."""
        info.need = (info.need or info.quantity) - pieces
        self._changed.update(range(info.row0, info.x0 + info.count))
        if surplus_id(info.key0) in self._yielded:
            self._stock.surplus(info.item_id, surplus_id(info.key0), self.now_s, pieces)
        else:
            self._expect_surplus(info)
            self._yield(info.index)

    def _take_back_goods(self, order_id: str, line_no: int, pieces: int) -> int:
        """Give back goods reserved for a line, what is there last first; how many pieces none were found for."""
        kept = list(self._stock.by_order.get(order_id, ()))
        goods = [peg for peg in kept if peg.line_no == line_no and not peg.lot]
        for peg in sorted(goods, key=self._there_s, reverse=True):
            gone = min(pieces, peg.quantity)
            pieces -= gone
            kept[kept.index(peg)] = replace(peg, quantity=peg.quantity - gone)
        self._write(order_id, kept)
        if not any(peg.quantity for peg in kept if peg.line_no == line_no and not peg.lot):
            infos = self._by_order[order_id]
            for info in infos:
                if info.line_no == line_no:
                    info.stock_end_s = -1
            self._by_order[order_id] = [info for info in infos if info.count or info.line_no != line_no]
        self._follow_supply([order_id])
        return pieces

    def _look_at_all(self) -> None:
        """Have the store get all of it, and the checker look at it anew."""
        self._whole = self._resequenced = True
        self._check = None
        self.version += 1
