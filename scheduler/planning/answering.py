"""What a placed line is answered: outcome, times, reasons, kit."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.calibration import Confidence
from domain.checks import from_unix, to_unix_down
from domain.orders import ShipMode
from domain.promises import KitPart, LinePromise, Outcome, PromiseState, Reason, ReasonKind, Source, Tier
from domain.values import replace
from scheduler import explain, insert
from scheduler.planning.core import INF
from scheduler.planning.decision import Decision, reason_of
from scheduler.planning.delivering import Date
from scheduler.planning.placing import Placing
from scheduler.records import LineInfo
from scheduler.sourcing import Kit

REASONS = (
    ReasonKind.PROCESS, ReasonKind.CHANGEOVER, ReasonKind.MACHINE, ReasonKind.MOULD, ReasonKind.CREW,
    ReasonKind.NOT_EARLIER, ReasonKind.CALENDAR, ReasonKind.MAINTENANCE, ReasonKind.GAP, ReasonKind.LAG,
)  # fmt: skip


NO_PICK_UP = "no_pick_up"
"""Why a line is refused that no carrier would ever collect."""
NOT_COMPLETE = "not_complete"
"""Why a line is refused because another of the same order can't be had, which is delivered complete."""


class Answering(Placing):
    """What a placed line is answered: outcome, times, reasons, kit."""

    def _answers(
        self, decision: Decision, ends: list[int], start_s: int, tier: Tier, accept_later: bool
    ) -> tuple[LinePromise, ...]:
        """Answer all lines from where they stand now: lines of one order move one another, refused ones go."""
        lines, infos = decision.order.lines, decision.infos
        if decision.order.ship is ShipMode.COMPLETE:
            return self._all_or_none(decision, ends, start_s, tier, accept_later)
        answers: dict[int, LinePromise] = {}
        waiting = list(range(len(lines)))
        while waiting:
            if len(infos) > 1:
                ends = [self._end(info) if info.count else end for info, end in zip(infos, ends, strict=True)]
            for i in waiting:
                date = self._own_date(decision, i, ends[i], start_s)
                answers[i] = self._answer(decision, i, ends[i], start_s, tier, accept_later, date)
                if answers[i].outcome is Outcome.REFUSED:
                    self._drop(decision, infos[i])
                    waiting.remove(i)
                    break
            else:
                break
        return tuple(answers[i] for i in range(len(lines)))

    def _all_or_none(
        self, decision: Decision, ends: list[int], start_s: int, tier: Tier, accept_later: bool
    ) -> tuple[LinePromise, ...]:
        """Answer the lines of an order that is delivered complete: all for one date, or none."""
        infos = decision.infos
        ends = [self._end(info) if info.count else end for info, end in zip(infos, ends, strict=True)]
        date = self._together(decision, ends, start_s)
        answers = [self._answer(decision, i, ends[i], start_s, tier, accept_later, date) for i in range(len(infos))]
        if all(answer.outcome is not Outcome.REFUSED for answer in answers):
            return tuple(answers)
        for info in infos:
            self._drop(decision, info)
        lacking = max(ends) >= INF
        return tuple(_without_the_others(answer, lacking) for answer in answers)

    def _own_date(self, decision: Decision, number: int, end: int, start_s: int) -> Date | None:
        """What one line by itself is promised for."""
        if end >= INF:
            return None
        asked_s = to_unix_down(decision.order.lines[number].requested_time)
        info = decision.infos[number]
        return self._date(decision.services, end + info.shipping_s, (asked_s,), (self._margin(info, start_s),))

    def _answer(
        self, decision: Decision, number: int, end: int, start_s: int, tier: Tier, accept_later: bool,
        date: Date | None,
    ) -> LinePromise:  # fmt: skip
        line, info = decision.order.lines[number], decision.infos[number]
        kit, other = self._told(decision.kits[number]), info.item_id != line.item_id
        delivered = decision.kits[number].delivered if other or line.least_quantity or line.most_quantity else 0

        def refuse(why: str, earliest: datetime | None = None, reasons: tuple[Reason, ...] = ()) -> LinePromise:
            return LinePromise(
                line.line_no, line.item_id, line.quantity, line.requested_time, Outcome.REFUSED, PromiseState.REFUSED,
                earliest_time=earliest, reasons=reasons, refusal=why, kit=kit,
            )  # fmt: skip

        if end >= INF:
            if any(part.source is Source.MISSING for part in kit):
                return refuse("material_missing")
            makes = bool(self.plant.item_by_id[line.item_id].routing_id)
            return refuse("beyond_horizon" if makes else "no_supply")
        if date is None:
            return refuse(NO_PICK_UP)
        requested_s = to_unix_down(line.requested_time)
        earliest_s, promised_s = date.earliest_s, date.promised_s
        on_time = earliest_s <= requested_s
        shares = -1 if date.margin is None else date.margin.shares
        reasons = [*self._reasons(info, end, start_s, decision.hold_s, shares), *self._way(info, end, date)]
        found = tuple(reason for reason in reasons if reason.duration)
        if not on_time and not accept_later:
            return refuse("later_than_requested", from_unix(promised_s), found)
        if line.latest_time is not None and promised_s > to_unix_down(line.latest_time) and not on_time:
            return refuse("later_than_latest", from_unix(promised_s), found)
        single = self._single and info.count == 1
        carrier_id, packed_by_s = "", promised_s
        if date.service is not None:
            carrier_id, packed_by_s = date.service.carrier.id, date.service.latest_packed(promised_s)
        expected = from_unix(earliest_s)
        promised = expected if promised_s == earliest_s else from_unix(promised_s)
        return LinePromise(
            line.line_no, line.item_id, line.quantity, line.requested_time,
            Outcome.ON_TIME if on_time else Outcome.LATER, PromiseState.CONFIRMED,
            promised_time=promised, expected_time=expected, earliest_time=expected if on_time else promised,
            deadline=from_unix(self._deadline(info, end, packed_by_s, date.buffer_s)),
            tier=Tier.STOCK if info.count == 0 else tier,
            search="exact" if (single or info.count == 0) and tier is Tier.INSERTION else "heuristic",
            reasons=found, kit=kit, carrier_id=carrier_id, region=decision.region if carrier_id else "",
            delivered_item_id=info.item_id if other else "",
            delivered_quantity=delivered if other or delivered != line.quantity else 0,
            confidence=self._confidence(info, start_s, date) if self._level else None,
        )  # fmt: skip

    def _confidence(self, info: LineInfo, start_s: int, date: Date) -> Confidence | None:
        spare_s = date.promised_s - date.earliest_s
        margin = date.margin or self._margin(info, start_s)
        return margin.confidence(spare_s, date.earliest_s - self.now_s)

    def _told(self, kit: Kit) -> tuple[KitPart, ...]:
        """A kit as the caller reads it; empty where there is nothing to tell but that the line is made or in stock."""
        if len(kit.parts) + len(kit.pegs) + len(kit.missing) <= 1:
            return ()
        names = [part.item.id for part in kit.parts]
        own = names[-1] if names else kit.pegs[0].item_id

        def into(part: int) -> str:
            return names[part] if part >= 0 else own

        there = [
            KitPart(
                peg.item_id,
                peg.quantity,
                peg.source,
                into(peg.part),
                from_unix(peg.at_s),
                peg.receipt_id,
                peg.stands_for,
            )
            for peg in kit.pegs
        ]
        made = [KitPart(part.item.id, part.need, Source.MAKE, into(part.into)) for part in kit.parts]
        missing = [KitPart(item_id, short, Source.MISSING, into(part)) for item_id, short, part in kit.missing]
        return (*there, *made, *missing)

    def _reasons(self, info: LineInfo, end: int, start_s: int, hold_s: int, m: int = -1) -> list[Reason]:
        """Shares of the time to the end of the work, of which the last `m` that were told are those of this line."""
        if info.count == 0:
            if end == hold_s:
                return [reason_of(ReasonKind.HOLD, end - self.now_s)]
            return [reason_of(ReasonKind.MATERIAL, end - self.now_s, self._last_delivered(info))]
        shares = self._shares
        if m < 0:
            m = int(explain.explain_line(self._k.ops, self._k.z, info.x0, info.count, start_s, shares))
        held_s = max(0, min(hold_s, start_s) - self.now_s)
        reasons = [reason_of(ReasonKind.HOLD, held_s)] if held_s else []
        if start_s - self.now_s > held_s:
            reasons.append(reason_of(ReasonKind.FROZEN, start_s - self.now_s - held_s))
        owners, lines = self.layout.lane_owner, self._lines
        for kind, lane, duration, *named in shares[m - 1 :: -1, : 3 + explain.ORDERS_NAMED].tolist():
            orders: tuple[str, ...] = ()
            if named[0] >= 0:
                orders = tuple(dict.fromkeys([lines[i].order_id for i in named if i >= 0]))
            subject = owners[lane][0] if lane >= 0 and kind != explain.NOT_BEFORE else ""
            reason = REASONS[kind]
            if kind == explain.NOT_BEFORE:
                lot = lines[lane]
                waited_s = min(duration, max(0, lot.ready_s - start_s))
                reasons.append(reason_of(ReasonKind.MATERIAL, waited_s, lot.waits_for))
                duration -= waited_s
                reason = REASONS[kind] if self._early_s is not None else ReasonKind.LAG
            reasons.append(Reason(reason, timedelta(0, duration), subject, orders))
        if info.stock_end_s < end:
            return reasons
        made = int(insert.line_end(self._k.ops, self._k.z, info.x0, info.count))
        if end > made:
            reasons.append(reason_of(ReasonKind.MATERIAL, end - made, self._last_delivered(info)))
        return reasons

    def _last_delivered(self, info: LineInfo) -> str:
        """What comes last of the goods that go to the customer as they are: its receipt, or the item bought."""
        pegs = [p for p in self._stock.by_order.get(info.order_id, []) if p.line_no == info.line_no and not p.lot]
        if not pegs:
            return ""
        return pegs[-1].receipt_id or (pegs[-1].item_id if pegs[-1].source is Source.BUY else "")


def _without_the_others(answer: LinePromise, lacking: bool) -> LinePromise:
    """What a line of an order is answered of which another can't be had as asked, or (`lacking`) at all."""
    if lacking and answer.refusal == NO_PICK_UP:
        return replace(answer, refusal=NOT_COMPLETE)
    if answer.outcome is Outcome.REFUSED:
        return answer
    return replace(
        answer, outcome=Outcome.REFUSED, state=PromiseState.REFUSED, refusal=NOT_COMPLETE, promised_time=None,
        expected_time=None, earliest_time=answer.promised_time, deadline=None, tier=Tier.INSERTION, search="heuristic",
        carrier_id="", region="", confidence=None,
    )  # fmt: skip
