"""An option taken that does more than place an order: tried on a copy, then made with all that it does, at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from domain.displacements import Displaced
from domain.errors import DeskStopped, PlannerNeeded
from domain.promises import EventKind, Promise
from domain.values import replace
from promising.batch import Batch
from promising.jobs import OrderJob
from promising.offers import Accepted, Offer
from promising.requests import Changed
from promising.risks import Line, Risks, record
from promising.standing import NO_PLANT, Standing
from promising.ways.displacing import displaced_by
from promising.ways.terms import How, Terms
from promising.worked_hours import shifts_added, work_hours
from scheduler.planner import Planner

MakeJob = Callable[[How, bool], OrderJob]
"""A request for the order as the option has it; with True only to be checked."""


class _Seen(Struct):
    """Who is later for an order, while it is placed in a plan."""

    risks: Risks
    orders: Sequence[str]
    before: dict[Line, datetime]
    displaced: tuple[Displaced, ...] = ()

    @classmethod
    def of(cls, risks: Risks, orders: Sequence[str]) -> _Seen:
        return cls(risks, orders, risks.expected(orders))

    def look(self) -> None:
        self.displaced = tuple(displaced_by(self.risks, self.orders, self.before))


class WaysAccepting:
    """Made on the writer's thread, between batches. `follow` commits the holds that have run out."""

    def __init__(self, stands: Standing, follow: Callable[[], None]) -> None:
        self._stands, self._follow = stands, follow

    def accept(
        self,
        offer: Offer,
        terms: Terms,
        make: MakeJob,
        caller: str,
        *,
        validate_only: bool,
        planners: Sequence[str],
    ) -> Accepted:
        """Make it if every date that was told can be had and no promise breaks that was not told to.

        Else, or validating, the answer is what would be, and nothing is changed. Raises what promises and amendments
        do, PlannerNeeded where promises break and the caller is none: `planners` are the roles that he would need.
        """
        stands = self._stands
        if terms.told and planners:
            lines = sorted(f"{order_id} line {line_no}" for order_id, line_no in terms.told)
            raise PlannerNeeded(caller, lines, planners)
        self._follow()
        plan = self._plan()
        moved_on = plan.version != offer.plan_version
        batch = stands.begin()
        told = self._tried(plan.scratch(), offer, terms, make, batch.now)
        if validate_only or not told.made:
            return replace(told, moved_on=moved_on)
        try:
            made, job = self._made(plan, offer, terms, make, batch, caller)
        except Exception:
            stands.load_plan()
            raise
        if not made.made:
            # Rules that take the plan for what it is decided otherwise than on the copy.
            stands.load_plan()
            return replace(made, moved_on=moved_on)
        batch.writing.delta = plan.take_delta()
        stands.store.commit(batch.writing)
        for shift in batch.writing.disruptions:
            stands.disrupt(shift, plan.plant)
        stands.note_pins(batch.writing.pins)
        stands.age += 1
        batch.publish()
        return replace(made, promise=_promise_of(job.result()), moved_on=moved_on)

    def _tried(self, plan: Planner, offer: Offer, terms: Terms, make: MakeJob, now: datetime) -> Accepted:
        """What would come of it, on a copy."""
        stands = self._stands
        batch = Batch(stands.book.frozen(plan.order_ids), now, 0)
        risks, orders = Risks(plan, batch), [each for each in plan.order_ids if each != offer.order.id]
        seen = _Seen.of(risks, orders)
        made = shifts_added(stands, batch, terms.hours, "", "", "")
        if made and stands.imported is not None:
            plan.repair(stands.lay_all_over(stands.imported, made), plan.now_s, risks.stakes(orders))
        job = make(self._how(plan, offer, terms, batch, seen), True)
        stands.decisions_on(plan).decide(job, batch, int(now.timestamp()), terms.effort)
        answer = batch.outcome(job)
        return Accepted(_promise_of(answer), _kept(offer, terms, answer, seen), False, seen.displaced)

    def _made(
        self, plan: Planner, offer: Offer, terms: Terms, make: MakeJob, batch: Batch, caller: str
    ) -> tuple[Accepted, OrderJob]:
        """The same in the plan, with all that is told of it in the batch."""
        stands = self._stands
        decisions = stands.decisions
        assert decisions is not None
        risks, orders = Risks(plan, batch), [each for each in plan.order_ids if each != offer.order.id]
        seen = _Seen.of(risks, orders)
        batch.writing.disruptions += work_hours(
            stands, plan, batch, terms.hours, orders, f"option: {offer.order.id}", "", caller
        )  # fmt: skip
        job = make(self._how(plan, offer, terms, batch, seen), False)
        if job.key.request_id:
            batch.know([job.key])
        decisions.decide(job, batch, int(batch.now.timestamp()), terms.effort)
        promise = batch.orders.get(offer.order.id)
        if promise is None:
            return Accepted(_promise_of(batch.outcome(job)), False, False, seen.displaced), job
        made = offer.kept(promise.lines) and terms.keeps(seen.displaced)
        if made:
            self._tell(batch, risks, orders, offer, plan.version, job)
        return Accepted(promise, made, False, seen.displaced), job

    def _tell(
        self, batch: Batch, risks: Risks, orders: Sequence[str], offer: Offer, version: int, job: OrderJob
    ) -> None:
        """Note what it did to others."""
        changed = risks.reckon(risks.expected(orders), f"option: {offer.order.id}")
        record(batch, changed, version, job.ask.caller, offer.order.id)
        if batch.resequenced:
            batch.note(EventKind.RESEQUENCED, "desk", plan_version=version)

    def _how(self, plan: Planner, offer: Offer, terms: Terms, batch: Batch, seen: _Seen) -> How:
        priority = self._stands.priority_of(offer.order, batch.now)
        return How(terms.way(plan, batch, priority, seen.look), terms.found, terms.effort)

    def _plan(self) -> Planner:
        stands = self._stands
        if stands.halted or stands.plan is None:
            raise DeskStopped(stands.halted or NO_PLANT)
        return stands.plan


def _promise_of(answer: Any) -> Promise:
    """The order of the answer to a promise or to a change."""
    promise: Promise = answer.promise if isinstance(answer, Changed) else answer
    return promise


def _kept(offer: Offer, terms: Terms, answer: Any, seen: _Seen) -> bool:
    if isinstance(answer, Changed) and not answer.receipt.made:
        return False
    return offer.kept(_promise_of(answer).lines) and terms.keeps(seen.displaced)
