"""Deciding one request after the other on the plan."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from domain.checks import from_unix, to_unix_down
from domain.errors import AlreadyExists, DeadlineExpired, InvalidInput, JiaoqiError, WrongState
from domain.options import Option, OptionWhy
from domain.orders import Order, ShipMode
from domain.plant import Plant
from domain.promises import EventKind, Hold, LinePromise, Outcome, Promise, PromiseState, Tier
from domain.rescues import Rescue
from domain.values import replace
from promising.batch import Batch
from promising.deliveries import expected_of
from promising.duplicates import Duplicates
from promising.exposure import Exposure
from promising.granting import Granting
from promising.holds import Holds
from promising.in_room import Found as InPeriod
from promising.in_room import InRoom, earliest, taken
from promising.jobs import AskJob, ChangeJob, OrderJob
from promising.offers import Offers
from promising.options import Options, with_kinds, with_looked
from promising.order_changes import OrderChanges
from promising.order_checks import check_order
from promising.parts import Cut, divided, find_cuts, same
from promising.ports import Admission, Clock, DeskMetrics, Placed, Verdict
from promising.quotas import Quotas
from promising.quote_ids import limited, quote_id
from promising.requests import FINAL, Accept, Ask, order_state
from promising.ruled import Ruled, with_priority
from promising.settings import DeskSettings
from promising.takings import Takings
from scheduler.planner import Decision, Effort, Planner
from scheduler.planning.way import Way
from scheduler.rescuing import Found

NOT_SAID = "held_for_decision"
"""Why an order is held where the rules gave no reason."""


class Decisions:
    """Answers requests into a batch; the plan stands as if all answers so far were committed."""

    def __init__(
        self,
        plant: Plant,
        plan: Planner,
        duplicates: Duplicates,
        exposure: Exposure,
        holds: Holds,
        ruled: Ruled,
        metrics: DeskMetrics,
        clock: Clock,
        settings: DeskSettings,
        takings: Takings,
        offers: Offers,
        quotas: Quotas,
    ) -> None:
        self.plant = plant
        self.plan = plan
        self._duplicates = duplicates
        self._exposure = exposure
        self._ruled = ruled
        self._metrics = metrics
        self._clock = clock
        self._settings = settings
        self._offers = offers
        self._quotas = quotas
        self._in_room = InRoom(quotas, plan, plant)
        self._takings = takings
        self._granting = Granting(ruled, takings)
        self.changes = OrderChanges(
            plant, plan, duplicates, exposure, holds, ruled, check_order, self._granting, settings.hold_most, quotas
        )

    def ahead(self, jobs: Sequence[OrderJob], now: datetime) -> int:
        """Let rules look at the orders that are asked for before anything else is done; how many jobs that are."""
        asked = []
        for job in jobs:
            if not isinstance(job, AskJob) or job.plant is not self.plant:
                break
            asked.append(job.ask.order)
        self._ruled.ahead(asked, now, self._takings.used)
        # Whatever comes next is decided by itself.
        return len(asked) or 1

    def decide(self, job: OrderJob, batch: Batch, now_s: int, effort: Effort) -> bool:
        """Answer or fail one request; True when the plan was changed by it."""
        try:
            if job.deadline is not None and self._clock.monotonic() > job.deadline:
                self._metrics.expired()
                raise DeadlineExpired
            self.plan.keep_for_others(self._quotas.kept(batch.now))
            if isinstance(job, ChangeJob):
                return self.changes.decide(job, batch, now_s, effort)
            if job.plant is not self.plant:
                check_order(job.ask.order, self.plant)
            if job.stored:
                return self._promise(job, batch, now_s, effort)
            if job.validating:
                self._check_only(job, batch)
            batch.answer(job, self._quote(job, batch, now_s, effort))
        except JiaoqiError as error:
            batch.fail(job, error)
        return False

    # Promises.

    def _promise(self, job: AskJob, batch: Batch, now_s: int, effort: Effort) -> bool:
        ask = job.ask
        known = batch.first_answer(job)
        if known is not None:
            batch.answer(job, known)
            return False
        standing = self._standing(ask.order, batch)
        if standing is not None and order_state(standing) is not PromiseState.REFUSED:
            batch.remember(job.key, job.digest, standing)
            batch.answer(job, standing)
            return False
        promise, decision = self._offer(job, batch, now_s, effort, ask.order)
        if decision is not None:
            if promise.refused:
                self.plan.undo(decision)
            else:
                self.plan.keep(decision)
                batch.resequenced |= promise.rescued is not None and promise.rescued.rescue is Rescue.FOUND
        version = 1 if standing is None else standing.version + 1
        promise = replace(promise, version=version, plan_version=self.plan.version)
        self._record(job, batch, promise)
        return not promise.refused

    def _record(self, job: AskJob, batch: Batch, promise: Promise) -> None:
        kind = EventKind.REFUSED if promise.refused else EventKind.PROMISED
        if promise.hold is not None:
            kind = EventKind.HELD
            self.changes.hold(promise, batch)
        reason = "; ".join(line.refusal for line in promise.lines if line.refusal)
        detail = ",".join(line.outcome for line in promise.lines)
        document = job.document if promise.order is job.ask.order else None
        trace = self._ruled.trace(promise.order.id)
        batch.record(promise, kind, job.ask.caller, reason, detail, trace=trace, document=document)
        batch.remember(job.key, job.digest, promise)
        batch.answer(job, promise)
        if not promise.refused:
            self._duplicates.add(job.ask.order)
            self._exposure.put(promise)

    def _quote(self, job: AskJob, batch: Batch, now_s: int, effort: Effort) -> Promise:
        order = job.ask.order
        # The plan tells orders apart by id, and a quote may be asked under the id of an order that stands.
        spare = 0
        while batch.standing(order.id) is not None:
            spare += 1
            order = replace(order, id=f"?{spare}")
        promise, decision = self._offer(job, batch, now_s, effort, order)
        if decision is not None:
            self.plan.undo(decision)
        times = promise.lines
        if promise.hold is None:
            promise = replace(promise, quote_id=self._quote_id(promise, [line.promised_time for line in times]))
        return replace(promise, version=0)

    def _offer(
        self, job: AskJob, batch: Batch, now_s: int, effort: Effort, order: Order
    ) -> tuple[Promise, Decision | None]:
        """What is answered, and the plan's decision if it came to one, neither kept nor undone."""
        verdict = self._ruled.admit(job.ask.order, batch.now)
        if verdict.admission is Admission.REFUSE:
            return self._turned_away(job, batch, verdict), None
        asked = limited(with_priority(order, verdict), job.ask.as_quoted, self.plant.settings.id, job.ask.order)
        derived = asked.priority if asked.priority != order.priority else 0

        def answered(asked: Order) -> tuple[Promise, Decision | None]:
            promise, decision = self._admitted(job, batch, now_s, effort, asked, verdict)
            return replace(promise, derived_priority=derived) if derived else promise, decision

        promise, decision = answered(asked)
        if self._quotas.exceeded(promise, batch.now):
            found = self._in_room.find(asked, promise, decision, batch.now, answered)
            later = job.ask.accept is Accept.LATER
            if found.promise is None or not taken(found.promise, asked, later=later):
                return self._no_room(job, batch, asked, found, effort), None
            promise, decision = found.promise, found.decision
            promise = with_kinds(promise, OptionWhy.QUOTA) if job.ask.options else promise
        return self._granting.granted(promise, job.ask.order, verdict, batch.now), decision

    def _no_room(self, job: AskJob, batch: Batch, asked: Order, found: InPeriod, effort: Effort) -> Promise:
        """Refused for a quota or a floor, with what could be had in a later period."""
        refused = self._turned_away(job, batch, Verdict(Admission.REFUSE, found.texts), OptionWhy.QUOTA)
        ask = job.ask
        options: dict[int, tuple[Option, ...]] = {}
        if ask.options:
            effort = Effort.TIER1 if ask.until_deadline else effort
            options = self._in_room.offer(asked, found, self._offers, effort, allow_frozen=ask.allow_frozen)
        if found.decision is not None:
            self.plan.undo(found.decision)
        return earliest(refused, found.promise, options)

    def _admitted(
        self, job: AskJob, batch: Batch, now_s: int, effort: Effort, asked: Order, verdict: Verdict
    ) -> tuple[Promise, Decision | None]:
        ask = job.ask
        hold = self._hold_of(ask, verdict, batch.now)
        if hold is not None:
            return self._held(job, batch, now_s, effort, asked, hold)
        effort = Effort.TIER1 if ask.until_deadline else effort
        cuts, placed, decision = self._searched(job, asked, now_s, effort)
        if ask.options:
            decision = self._with_options(job, placed, now_s, effort, decision)
        promise = self._answer(job, batch, decision.lines, cuts)
        if decision.rescued is not None:
            promise = replace(promise, rescued=decision.rescued)
        if promise.refused:
            return promise, decision
        verdict = self._ruled.approve(decision.order, self._placed(decision), batch.now)
        if verdict.admission is Admission.PASS:
            return promise, decision
        self.plan.undo(decision)
        if verdict.admission is Admission.REFUSE:
            return self._turned_away(job, batch, verdict), None
        reasons = verdict.reasons or (NOT_SAID,)
        hold = Hold(batch.now + self._settings.hold_time, reasons, missing=verdict.missing)
        return self._held(job, batch, now_s, effort, asked, hold, approved=True)

    def _searched(self, job: AskJob, order: Order, now_s: int, effort: Effort) -> tuple[list[Cut], Order, Decision]:
        """The decision with what a search found, before any line is divided; how lines were, and the order then."""
        found = job.found
        if job.how is not None or (found is not None and found.rescue is Rescue.FOUND):
            decision = self._decided(job, order, now_s, effort, 0, found)
            late = any(line.outcome is not Outcome.ON_TIME for line in decision.lines)
            if not late or job.how is not None or order.ship is not ShipMode.PART_BY_DATE:
                return [], order, decision
            self.plan.undo(decision)
        cuts = self._cuts(job, order, now_s, effort, 0)
        placed = divided(order, cuts)
        return cuts, placed, self._decided(job, placed, now_s, effort, 0, None if cuts else found)

    def _with_options(self, job: AskJob, order: Order, now_s: int, effort: Effort, decision: Decision) -> Decision:
        """The same decision, its lines with what else could be had: looked for on the plan without it."""
        ask = job.ask
        if all(line.outcome is Outcome.ON_TIME for line in decision.lines):
            return decision
        self.plan.undo(decision)
        finder = Options(self.plant, self.plan, now_s, effort, self._offers, ask.order.id)
        found = finder.find(order, decision.lines, allow_frozen=ask.allow_frozen)
        again = self._placing(ask, order, now_s, effort, 0, job.found)
        again.lines = tuple(
            line
            if line.outcome is Outcome.ON_TIME
            else with_looked(line, looked.also(job.looked_at(part)).with_all(job.unlooked))
            for line, part, looked in zip(again.lines, order.lines, found, strict=True)
        )
        return again

    def _placed(self, decision: Decision) -> Placed:
        return Placed(decision.lines, partial(self.plan.placed, decision))

    def _held(
        self, job: AskJob, batch: Batch, now_s: int, effort: Effort, order: Order, hold: Hold, *,
        approved: bool = False,
    ) -> tuple[Promise, Decision | None]:  # fmt: skip
        """The order held, with the dates that it would have if it were confirmed at once.

        With `approved` the approval was asked before.
        """
        hold_s = int(hold.expires_at.timestamp())
        cuts = self._cuts(job, order, now_s, effort, hold_s)
        order = divided(order, cuts)
        free = self._decided(job, order, now_s, effort, 0)
        self.plan.undo(free)
        times = [line.promised_time for line in free.lines]
        decision = self._decided(job, order, now_s, effort, hold_s)
        if not approved and any(line.state is not PromiseState.REFUSED for line in decision.lines):
            verdict = self._ruled.approve(order, self._placed(decision), batch.now)
            if verdict.admission is Admission.REFUSE:
                self.plan.undo(decision)
                return self._turned_away(job, batch, verdict), None
            if verdict.admission is Admission.HOLD:
                reasons = (*hold.reasons, *(verdict.reasons or (NOT_SAID,)))
                hold = replace(hold, reasons=reasons, missing=_both(hold.missing, verdict.missing))
        lines = tuple(
            line
            if line.state is PromiseState.REFUSED
            else replace(line, state=PromiseState.HELD, notes=(*line.notes, *hold.reasons), if_confirmed=at)
            for line, at in zip(decision.lines, times, strict=True)
        )
        promise = self._answer(job, batch, lines, cuts)
        promise = with_kinds(promise, OptionWhy.HELD) if job.ask.options else promise
        if promise.refused:
            return promise, decision
        return replace(promise, hold=hold, quote_id=self._quote_id(promise, times)), decision

    def _hold_of(self, ask: Ask, verdict: Verdict, now: datetime) -> Hold | None:
        """Until when the order is held, if it is. Raises InvalidInput for an end that can't be."""
        # Whole seconds, as the plant's clock has them.
        until = None if ask.hold_until is None else from_unix(to_unix_down(ask.hold_until))
        if until is not None and not now < until <= now + self._settings.hold_most:
            most = now + self._settings.hold_most
            allowed = f"after {now.isoformat()}, up to {most.isoformat()}"
            raise InvalidInput.one("expire_time", f"{until.isoformat()} is out of range", allowed)
        if verdict.admission is Admission.HOLD:
            reasons = verdict.reasons or (NOT_SAID,)
            return Hold(until or now + self._settings.hold_time, reasons, missing=verdict.missing)
        return None if until is None else Hold(until)

    def _quote_id(self, promise: Promise, times: Sequence[datetime | None]) -> str:
        return quote_id(self.plant.settings.id, promise.order, self.plan.version, times)

    def _cuts(self, job: AskJob, order: Order, now_s: int, effort: Effort, hold_s: int) -> list[Cut]:
        """How lines are divided of an order of which parts are to come by their date."""
        if order.ship is not ShipMode.PART_BY_DATE:
            return []

        def on_time(asked: Order, effort: Effort = Effort.INSTANT) -> frozenset[int]:
            later = job.ask.accept is Accept.LATER
            tried = self.plan.decide(
                asked, now_s, allow_frozen=job.ask.allow_frozen, effort=effort, accept_later=later, hold_s=hold_s
            )
            self.plan.undo(tried)
            return frozenset(line.line_no for line in tried.lines if line.outcome is Outcome.ON_TIME)

        late = {line.line_no for line in order.lines} - on_time(order, effort)
        return find_cuts(order, late, self.plan, on_time) if late else []

    def _decided(
        self, job: AskJob, order: Order, now_s: int, effort: Effort, hold_s: int, found: Found | None = None
    ) -> Decision:
        """The plan's decision, to be kept or undone, told to the metrics."""
        began = self._clock.monotonic()
        # What is held takes no option: nothing is promised yet.
        way = None if job.how is None or hold_s else job.how.way
        decision = self._placing(job.ask, order, now_s, effort, hold_s, found, way)
        seconds = self._clock.monotonic() - began
        kind = "promise" if job.stored else "quote"
        for line in decision.lines:
            self._metrics.decided(kind, line, seconds, decision.shifted, decision.candidates)
        return decision

    def _placing(
        self, ask: Ask, order: Order, now_s: int, effort: Effort, hold_s: int, found: Found | None = None,
        way: Way | None = None,
    ) -> Decision:  # fmt: skip
        return self.plan.decide(
            order, now_s, allow_frozen=ask.allow_frozen, effort=effort, accept_later=ask.accept is Accept.LATER,
            hold_s=hold_s, found=found, way=way,
        )  # fmt: skip

    def _check_only(self, job: AskJob, batch: Batch) -> None:
        batch.first_answer(job)
        self._standing(job.ask.order, batch)

    def _standing(self, order: Order, batch: Batch) -> Promise | None:
        """The order of this id. Raises AlreadyExists for other content, WrongState for one taken back."""
        standing = batch.standing(order.id)
        if standing is None or order_state(standing) is PromiseState.REFUSED:
            return standing
        if not same(standing.order, order):
            raise AlreadyExists("order", order.id)
        if order_state(standing) in FINAL:
            raise WrongState("order", order.id, order_state(standing), "ask under a new order id")
        return standing

    def _turned_away(
        self, job: AskJob, batch: Batch, verdict: Verdict, why: OptionWhy = OptionWhy.RULES
    ) -> Promise:  # fmt: skip
        refusal = "; ".join(verdict.reasons) or "not admitted"
        lines = tuple(
            LinePromise(
                line_no=line.line_no,
                item_id=line.item_id,
                quantity=line.quantity,
                requested_time=line.requested_time,
                outcome=Outcome.REFUSED,
                state=PromiseState.REFUSED,
                refusal=refusal,
            )
            for line in job.ask.order.lines
        )
        promise = self._answer(job, batch, lines)
        return with_kinds(promise, why) if job.ask.options else promise

    def _answer(self, job: AskJob, batch: Batch, lines: tuple[LinePromise, ...], cuts: Sequence[Cut] = ()) -> Promise:
        return Promise(
            order=divided(job.ask.order, cuts),
            lines=lines,
            decided_at=batch.now,
            request_id=job.ask.request_id,
            caller=job.ask.caller,
            plan_version=self.plan.version,
            duplicates=self._duplicates.suspects(job.ask.order),
        )

    # Readings.

    def refresh(self, promise: Promise) -> Promise:
        """The order with the ends that are planned now; only between batches."""
        if promise.plan_version == self.plan.version or order_state(promise) in FINAL:
            return promise
        return replace(promise, lines=tuple(self._drifted(promise, line) for line in promise.lines))

    def _drifted(self, promise: Promise, line: LinePromise) -> LinePromise:
        if line.expected_time is None or line.state in FINAL:
            return line
        if line.carrier_id and line.tier is not Tier.STOCK:
            # An import may have brought other pick-ups.
            line = replace(line, deadline=from_unix(self.plan.deadline(promise.order.id, line.line_no)))
        expected = expected_of(self.plan, promise, line)
        return line if expected == line.expected_time else replace(line, expected_time=expected)


def _both(some: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*some, *others)))
