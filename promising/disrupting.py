"""Disruptions: what happened, the plan repaired at once, and the promises that it cost, in one commit."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from domain.checks import check_range, from_unix, to_unix_up
from domain.disrupted import items_of, touched
from domain.disruptions import (
    LOSSES,
    ORDERS,
    Disruption,
    DisruptionKind,
    DisruptionState,
    check_subject,
    kind_of,
    receipt_of,
)
from domain.errors import (
    AlreadyExists,
    DeskStopped,
    InvalidInput,
    NotFound,
    RequestIdReused,
    StaleEtag,
    WouldBreakReservations,
    WrongState,
)
from domain.plant import Plant
from domain.promises import EventKind
from domain.values import replace
from promising.batch import Batch
from promising.customers_changes import make_change
from promising.disruption_documents import repaired_from_json, repaired_to_json
from promising.disruption_reports import (
    amended,
    check_one_end,
    check_times,
    closed,
    due_time,
    in_short,
    said_before,
    whole,
)
from promising.disruption_requests import AmendReport, CloseReport, DisruptionAsk, Repaired, Report
from promising.effects import effect_of
from promising.following import leave_by, make_what_nobody_has
from promising.order_troubles import ended, has_ended
from promising.pins import note_unpinned
from promising.ports import FeedRecord, PlanBefore, RequestKey
from promising.risks import Risks, record, without_place
from promising.scrap import line_no_of, most_scrapped, note_of_order, place_of, replan_scrap
from promising.standing import NO_PLANT, Standing
from scheduler.planning.core import INF
from scheduler.planning.stakes import Repair

OPEN_MAX = 1000
"""Disruptions that may be open at a time."""
_LOSABLE = "the id of a receipt that is to come, or of an item in stock"
ENDED = "its end has come"
UNHEARD = "its expected end has passed and nobody has reported it"
_KINDS = {
    Report: EventKind.DISRUPTION_REPORTED,
    AmendReport: EventKind.DISRUPTION_AMENDED,
    CloseReport: EventKind.DISRUPTION_CLOSED,
}


class Disrupting:
    """Made on the writer's thread, between batches.

    `follow` commits the holds that have run out; `assumed` is how long what has no known end is taken to last.
    """

    def __init__(self, stands: Standing, follow: Callable[[], None], assumed: timedelta) -> None:
        self._stands = stands
        self._follow = follow
        self._assumed = assumed

    def apply(self, ask: DisruptionAsk, content: bytes) -> Repaired:
        """Report, amend or close, repair the plan, commit, show it; with `validate_only` tell what it would do.

        Raises
        ------
        InvalidInput, NotFound, AlreadyExists, WrongState, StaleEtag, RequestIdReused, DeskStopped
        WouldBreakReservations
            With the list, when there is no place for work within the plant's horizon.
        """
        began = self._stands.clock.monotonic()
        stands = self._stands
        key = RequestKey(ask.caller, ask.request_id)
        known = stands.store.feed(key)
        if known is not None:
            if known.digest != content:
                raise RequestIdReused(ask.request_id)
            return repaired_from_json(known.changes[0])
        if stands.book.requests([key]):
            raise RequestIdReused(ask.request_id)
        self._follow()
        if stands.halted or stands.imported is None or stands.plan is None:
            raise DeskStopped(stands.halted or NO_PLANT)
        made = self._made(ask, stands.imported, from_unix(stands.plant_clock.now_s()))
        batch = stands.begin()
        known_as = said_before(ask.change, made, stands.disruptions.values())
        if known_as is None:
            repaired = self._repaired(batch, made, _KINDS[type(ask.change)], ask.caller, made.reason, ask.etag)
        else:
            repaired = Repaired(known_as)
        if ask.validate_only:
            # The store has the plan as it is without it.
            stands.load_plan()
            return replace(repaired, applied=False, stood_still=self._stands.spent(began))
        repaired = replace(repaired, stood_still=self._stands.spent(began))
        batch.writing.feeds = [FeedRecord(key, content, (repaired_to_json(repaired),), batch.writing.written_s)]
        self._commit(batch, made if repaired.applied and known_as is None else None)
        return replace(repaired, stood_still=stands.stood_still("disruption", began))

    def catch_up(self) -> None:
        """Let what has no known end go on where its expected end has passed: as long again as it has lasted by then."""
        while True:
            stands = self._stands
            late = stands.next_unheard
            if late is None or stands.plan is None or stands.halted:
                return
            at = late.until
            if to_unix_up(at) > stands.plant_clock.now_s():
                return
            if late.end is not None:
                self._end(late)
                continue
            for lasts in (max(self._assumed, at - late.start), self._assumed):
                made = replace(late, expected_end=at + lasts, version=late.version + 1)
                batch = stands.begin(to_unix_up(at))
                with suppress(WouldBreakReservations):
                    self._repaired(batch, made, EventKind.DISRUPTION_AMENDED, "desk", UNHEARD)
                    self._commit(batch, made)
                    break
            else:
                # No place for work within the horizon: the plan goes on as if it were over, until somebody says more.
                stands.leave_unheard(late)

    def _end(self, late: Disruption) -> None:
        """Give cavities back when the time has come that was told."""
        made = late.over(late.until)
        batch = self._stands.begin(to_unix_up(late.until))
        try:
            self._repaired(batch, made, EventKind.DISRUPTION_CLOSED, "desk", ENDED)
        except WouldBreakReservations:
            # The plan goes on without them, until somebody says more.
            self._stands.leave_unheard(late)
            return
        self._commit(batch, made)

    def supposed(self, report: Report, number: int, caller: str) -> Disruption:
        """The disruption that a report would be, called `what-if-NUMBER`. Raises InvalidInput, DeskStopped."""
        stands = self._stands
        if stands.imported is None or stands.plan is None:
            raise DeskStopped(stands.halted or NO_PLANT)
        named = replace(report, disruption_id=f"what-if-{number}")
        ask = DisruptionAsk(named, "what-if", caller)
        return self._made(ask, stands.imported, from_unix(stands.plant_clock.now_s()), supposed=True)

    # What is reported.

    def _made(self, ask: DisruptionAsk, plant: Plant, now: datetime, *, supposed: bool = False) -> Disruption:
        change = ask.change
        if isinstance(change, Report):
            made = self._reported(change, ask, plant, now)
            check_subject(made, plant)
            return self._at_operation(made, supposed) if made.kind is DisruptionKind.SCRAPPED else made
        standing = self._stands.disruptions.get(change.disruption_id)
        if standing is None:
            raise NotFound("disruption", change.disruption_id)
        if ask.etag and ask.etag != standing.etag:
            raise StaleEtag(standing.id, ask.etag, standing.etag, "disruption")
        if standing.state is DisruptionState.CLOSED:
            raise WrongState("disruption", standing.id, standing.state, "report another one")
        if isinstance(change, CloseReport):
            return closed(standing, change, now)
        if change.quantity and standing.kind is DisruptionKind.SCRAPPED:
            name = standing.subject_id, standing.line_no
            most = most_scrapped(*name, self._stands.plan, self._stands.book.find(standing.subject_id))
            check_range("quantity", change.quantity, 1, standing.quantity + most)
        if change.quantity and standing.kind in LOSSES:
            check_range("quantity", change.quantity, 1, self._most(standing.subject_id, standing.quantity))
        made = amended(standing, change, now)
        if change.quantity and made.kind not in LOSSES | ORDERS:
            check_subject(made, plant)
        return made

    def _reported(self, change: Report, ask: DisruptionAsk, plant: Plant, now: datetime) -> Disruption:
        standing = self._stands.disruptions
        if change.disruption_id in standing:
            raise AlreadyExists("disruption", change.disruption_id)
        if sum(each.state is DisruptionState.OPEN for each in standing.values()) >= OPEN_MAX:
            raise WrongState("plant", plant.settings.id, "full", f"{OPEN_MAX} disruptions are open: close some")
        start = whole("start_time", change.start) or now
        expected_end = change.expected_end
        check_one_end(change)
        kind = change.kind or kind_of(change.subject_id, plant)
        quantity = self._lost(kind, change) if kind in LOSSES else change.quantity
        line_no = change.line_no
        if kind in ORDERS:
            line_no = line_no_of(change, self._stands.book.find(change.subject_id))
        if change.end is None and expected_end is None and kind not in LOSSES | ORDERS:
            expected_end = max(start, now, due_time(kind, change.subject_id, plant) or start) + self._assumed
        made = Disruption(
            id=change.disruption_id or self._number(),
            kind=kind,
            subject_id=change.subject_id,
            start=start,
            end=whole("end_time", change.end),
            reported_at=now,
            expected_end=whole("expected_end_time", expected_end),
            source=change.source,
            reason=change.reason,
            reported_by=ask.caller,
            quantity=quantity,
            region=change.region,
            line_no=line_no,
            operation_id=change.operation_id,
            wanted=whole("requested_time", change.wanted),
            withdrawn=change.withdrawn,
        )
        check_times(made, now, start=True, end=True)
        due = due_time(kind, change.subject_id, plant)
        if due is not None and made.until <= due:
            name = "end_time" if made.end is not None else "expected_end_time"
            problem = f"{made.until.isoformat()} is not after the receipt's own time"
            raise InvalidInput.one(name, problem, f"after {due.isoformat()}")
        return made

    def _at_operation(self, made: Disruption, supposed: bool) -> Disruption:
        """Pieces scrapped, with the operation that lost them."""
        plan, promise = self._stands.plan, self._stands.book.find(made.subject_id)
        place = place_of(made, plan, promise, supposed=supposed)
        made = replace(made, operation_id=place.operation_id, operation_key=place.key)
        most = most_scrapped(made.subject_id, made.line_no, plan, promise, supposed=supposed)
        check_range("quantity", made.quantity, 1, most)
        return made

    def _lost(self, kind: DisruptionKind, change: Report) -> int:
        """How much is lost: what was said, or all that has not gone into work that has begun."""
        plan = self._stands.plan
        assert plan is not None
        if receipt_of(change.subject_id, plan.plant) is None and change.subject_id not in plan.plant.item_by_id:
            raise InvalidInput.one("subject_id", f"no receipt or item {change.subject_id!r}", _LOSABLE)
        most = self._most(change.subject_id)
        if not most:
            problem = f"there is nothing of {change.subject_id!r} that work has not taken"
            raise InvalidInput.one("subject_id", problem, _LOSABLE)
        check_range("quantity", change.quantity or most, 1, most)
        return change.quantity or most

    def _most(self, subject_id: str, known: int = 0) -> int:
        """How much can be lost of a receipt or of the stock, when `known` of it is already."""
        plan = self._stands.plan
        assert plan is not None
        receipt = receipt_of(subject_id, plan.plant)
        if receipt is None:
            receipt = receipt_of(subject_id, self._stands.imported or plan.plant)
        item_id, receipt_id = (subject_id, "") if receipt is None else (receipt.item_id, receipt.id)
        return known + plan.losable(item_id, receipt_id)

    def _number(self) -> str:
        number = len(self._stands.disruptions) + 1
        while f"D-{number}" in self._stands.disruptions:
            number += 1
        return f"D-{number}"

    # What becomes of the plan.

    def _repaired(
        self, batch: Batch, made: Disruption, kind: EventKind, actor: str, reason: str, etag: str = ""
    ) -> Repaired:  # fmt: skip
        """Repair the plan and put all that is told of it into the batch; `etag` is that of an order to be changed."""
        plan, imported = self._stands.plan, self._stands.imported
        assert plan is not None
        assert imported is not None
        risks = Risks(plan, batch)
        orders = list(plan.order_ids)
        before, change = risks.expected(orders), None
        if made.kind in ORDERS:
            if made.kind is DisruptionKind.SCRAPPED:
                done = replan_scrap(made, self._stands.disruptions.get(made.id), plan, batch)
            elif kind is EventKind.DISRUPTION_REPORTED:
                assert self._stands.decisions is not None
                done, change = make_change(made, plan, self._stands.decisions.changes, batch, actor, etag)
                if not change.made:
                    return Repaired(made, applied=False, change=change)
            else:
                done = Repair()
            batch.writing.disruptions.append(made)
            note_of_order(batch, made, kind, actor, reason, plan.version)
            made = self._over_with_its_order(batch, made)
        else:
            done = self._repair(made, risks, orders, batch)
            batch.note(kind, actor, "", reason, plan.version, in_short(made))
            batch.writing.disruptions.append(made)
        after = risks.expected(orders)
        changed = risks.reckon(after, made.id, touched(made, imported))
        record(batch, changed, plan.version, actor, reason)
        note_unpinned(batch, self._stands.pins, done.unpinned, actor, made.id, plan.version)
        effect = effect_of(before, after, changed)
        return Repaired(
            disruption=made,
            at_risk=effect.at_risk,
            recovered=effect.recovered,
            moved_in_time=effect.moved_in_time,
            moved=done.moved,
            shifted=done.shifted,
            interrupted=len(done.interrupted),
            reopened=len(done.reopened),
            change=change,
        )

    def _over_with_its_order(self, batch: Batch, made: Disruption) -> Disruption:
        """What the customer withdrew is over as soon as it is made."""
        promise = batch.standing(made.subject_id)
        assert promise is not None
        if made.state is DisruptionState.CLOSED or not has_ended(made, promise):
            return made
        made = ended(made, batch.now)
        batch.close_trouble(made, promise)
        return made

    def _repair(self, made: Disruption, risks: Risks, orders: list[str], batch: Batch) -> Repair:
        plan, laid, standing = self._stands.plan, self._stands.laid(made), self._stands.disruptions.get(made.id)
        assert plan is not None
        # What waited for it may wait no longer, also when the receipt has arrived since and is no more.
        waited = standing is not None and made.kind is DisruptionKind.MATERIAL_LATE
        if laid == self._stands.plant and not waited:
            return Repair()
        awaited_s = to_unix_up(standing.until) if waited and standing is not None else INF
        stopped = {*plan.plant.carrier_stops} ^ {*laid.carrier_stops}
        plan.ship_as(laid)
        stood = None if self._goes_on(made) else plan.taken_down()
        try:
            done = plan.repair(laid, plan.now_s, risks.stakes(orders), items_of(plan.plant, laid), awaited_s)
        except WouldBreakReservations as error:
            # Only working time and receipts differ, so this is a mistake of ours, and the plan is read anew.
            raise RuntimeError(str(error)) from error
        lost = without_place(plan, done)
        if lost:
            self._stands.load_plan()
            raise WouldBreakReservations(lost)
        make_what_nobody_has(plan, risks, orders)
        leave_by(plan, stopped, risks, orders)
        if stood is not None and done.shifted:
            version = self._stands.plant_version
            batch.writing.before = PlanBefore(made.id, plan.now_s, version, stood.packed())
        return done

    def _goes_on(self, made: Disruption) -> bool:
        """The plan to go back to is that before this disruption, or before another that is not over."""
        known = self._stands.known_before()
        if known is None or known.disruption_id == made.id:
            return known is not None
        first = self._stands.disruptions.get(known.disruption_id)
        return first is not None and first.state is DisruptionState.OPEN

    def _commit(self, batch: Batch, made: Disruption | None) -> None:
        """None: nothing came of it, and that is remembered."""
        stands = self._stands
        assert stands.plan is not None
        batch.writing.delta = stands.plan.take_delta()
        stands.store.commit(batch.writing)
        if made is not None:
            stands.disrupt(made, stands.plan.plant)
        stands.note_pins(batch.writing.pins)
        stands.before = batch.writing.before or stands.before
        # A re-dispatch may find better than the repair, once nobody waits.
        stands.age += 1
        batch.publish()
