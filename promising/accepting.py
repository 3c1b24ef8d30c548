"""An option accepted: asked for as it was told, checked against the plan as it is, and made a promise or not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from domain.promises import Promise, PromiseState
from domain.values import replace
from promising.digests import change_digest
from promising.jobs import Act, AskJob, ChangeJob, Job, OrderJob
from promising.offers import Accepted, Offer
from promising.ports import RequestKey
from promising.requests import Accept, Amend, Ask, ChangeAsk, Changed, order_state
from promising.standing import Standing
from promising.ways.accepting import WaysAccepting
from promising.ways.terms import How, Terms


class Accepting:
    """Accepts options through the desk's own promise, quote and change, or with all that they do besides."""

    def __init__(
        self, stands: Standing, quote: Callable[[Ask], Promise], change: Callable[[ChangeAsk], Changed],
        job: Callable[[Ask, bool], AskJob], put: Callable[[Job], Any], ways: WaysAccepting,
    ) -> None:  # fmt: skip
        """`job` makes a request for a promise, with True for a quote; `put` has the writer do one."""
        self._stands, self._quote, self._change = stands, quote, change
        self._job, self._put, self._ways = job, put, ways

    def accept(
        self, option_id: str, request_id: str, caller: str, deadline: float | None, *, validate_only: bool = False,
        planners: Sequence[str] = (),
    ) -> Accepted:  # fmt: skip
        """Promise the order as the option has it, or amend it where it stands; nothing where a date told is gone.

        A retry gets the first answer. `planners` are the roles of which the caller would need one to break promises to
        others; empty: he has one. Raises InvalidInput, NotFound for an option that isn't remembered any more,
        PlannerNeeded, and what promises and amendments raise.
        """
        key = RequestKey(caller, request_id)
        first = None if validate_only else self._first(key)
        if first is not None:
            return first
        offer = self._stands.offers.find(option_id)
        standing = self._standing(offer)
        if offer.terms is None and standing is not None:
            plan = self._stands.plan
            moved_on = plan is None or plan.version != offer.plan_version
            amended = self._change(self._amending(offer, standing, key, deadline, validate_only, None))
            return Accepted(amended.promise, amended.receipt.made, moved_on)
        # In one go: whatever came between a look and a promise could leave half of the option.
        terms = offer.terms or Terms(effort=offer.effort)
        act = partial(self._with_terms, offer, terms, key, deadline, validate_only, planners)
        accepted: Accepted = self._put(Act(act, deadline))
        return accepted if accepted.made else replace(accepted, promise=self._instead(offer, key, deadline))

    def _first(self, key: RequestKey) -> Accepted | None:
        """What the same request was answered before."""
        known = self._stands.book.requests([key]).get(key)
        first = None if known is None else self._stands.book.version_of(known.order_id, known.order_version)
        return None if first is None else Accepted(first, True, False)

    def _with_terms(
        self, offer: Offer, terms: Terms, key: RequestKey, deadline: float | None, validate_only: bool,
        planners: Sequence[str],
    ) -> Accepted:  # fmt: skip
        """By the writer: all of an option, or nothing."""
        first = None if validate_only else self._first(key)
        if first is not None:
            return first

        def make(how: How, checking: bool) -> OrderJob:
            standing = self._standing(offer)
            if standing is not None:
                change = self._amending(offer, standing, key, deadline, checking, how)
                return ChangeJob(change, change_digest(change))
            ask = Ask(offer.order, key.request_id, key.caller, allow_frozen=offer.allow_frozen, deadline=deadline)
            job = self._job(ask, checking)
            job.how, job.found = how, how.found
            return job

        return self._ways.accept(
            offer, terms, make, key.caller, validate_only=validate_only, planners=planners
        )  # fmt: skip

    def _instead(self, offer: Offer, key: RequestKey, deadline: float | None) -> Promise:
        """The order as it stands, or what could be had without the option."""
        ask = Ask(offer.order, key.request_id, key.caller, allow_frozen=offer.allow_frozen, deadline=deadline)
        return self._standing(offer) or self._quote(ask)

    def _standing(self, offer: Offer) -> Promise | None:
        """The order, if it stands."""
        standing = self._stands.book.find(offer.order.id)
        return None if standing is None or order_state(standing) is PromiseState.REFUSED else standing

    def _amending(
        self, offer: Offer, standing: Promise, key: RequestKey, deadline: float | None, validate_only: bool,
        how: How | None,
    ) -> ChangeAsk:  # fmt: skip
        amend = replace(Amend(offer.order, Accept.LATER, offer.allow_frozen), how=how)
        return ChangeAsk(
            offer.order.id, amend, key.request_id, key.caller, etag=standing.etag, validate_only=validate_only,
            deadline=deadline,
        )  # fmt: skip
