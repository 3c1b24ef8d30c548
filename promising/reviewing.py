"""What people decide of orders afterwards: holds refused or handed to engineering, and questions that are settled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from domain.checks import check_utc, from_unix, to_unix_down
from domain.errors import InvalidInput, NotFound, ReviewerNeeded, WrongState
from domain.options import Looked, OptionWhy
from domain.orders import Order, OrderLine
from domain.plant import Plant
from domain.promises import EventKind, Hold, LinePromise, Outcome, Promise, PromiseState
from domain.promotions import Review, ReviewKind
from domain.values import replace
from promising.batch import Batch
from promising.options import Options, with_looked
from promising.receipts import Made, declined
from promising.requests import FINAL, ChangeAsk, HandOver, Reject, SettleReview, order_state
from scheduler.planner import Effort, Planner


class Reviewing:
    """Decides into a step of the plan, as other changes of a standing order do."""

    def __init__(self, plan: Planner, hold_most: timedelta) -> None:
        """`hold_most` is how far ahead a hold may end."""
        self._plan = plan
        self._hold_most = hold_most

    def reject(
        self, change: Reject, ask: ChangeAsk, standing: Promise, batch: Batch, now_s: int, effort: Effort
    ) -> Made:
        """Refuse an order that is held, for a reason that is told: its places and promotions are free again."""
        check_held(standing)
        lines = tuple(_refused(line, _said(ask)) for line in standing.lines)
        return Made(replace(standing, lines=lines, hold=None, quote_id=""), EventKind.REFUSED)

    def settle(
        self, change: SettleReview, ask: ChangeAsk, standing: Promise, batch: Batch, now_s: int, effort: Effort
    ) -> Made:
        """Answer a question about an order; what was rejected may be accepted later, but not the other way."""
        review = next((each for each in standing.reviews if each.kind is change.kind), None)
        if review is None:
            raise NotFound("review", f"{standing.order.id}/{change.kind}")
        if review.accepted:
            raise WrongState("review", f"{standing.order.id}/{change.kind}", "accepted", "it is settled")
        settled = review.settled(batch.now, ask.caller, _said(ask), accepted=change.accepted)
        reviews = tuple(settled if each is review else each for each in standing.reviews)
        step = self._plan.begin(standing.order, now_s)
        return Made(replace(standing, reviews=reviews), EventKind.REVIEW_SETTLED, step)

    def hand_over(
        self, change: HandOver, ask: ChangeAsk, standing: Promise, batch: Batch, now_s: int, effort: Effort,
        plant: Plant,
    ) -> Made:  # fmt: skip
        """Give an order that is held to somebody else, with what else could be had for its lines.

        With a new end of the hold its lines are placed anew, so that their dates are true until then.
        """
        hold = check_held(standing)
        reason = _said(ask)
        held = [line for line in standing.lines if line.state is PromiseState.HELD]
        asked = replace(standing.order, lines=_lines_of(standing.order, held))
        lines = self._with_options(asked, held, now_s, effort, plant)
        until = self._end(change, batch.now)
        step = self._plan.begin(standing.order, now_s)
        if until is not None:
            self._plan.take_out(step, [line.line_no for line in held])
            placed = self._plan.place(step, asked.lines, effort=effort, hold_s=to_unix_down(until))
            refused = [line for line in placed if line.state is PromiseState.REFUSED]
            if refused:
                self._plan.undo(step)
                return Made(standing, EventKind.HANDED_OVER, declined=declined(standing, refused))
            lines = [_anew(line, at, batch.now) for line, at in zip(lines, placed, strict=True)]
        handed = Hold(until or hold.expires_at, (*hold.reasons, reason), change.to, hold.missing)
        by_number = {line.line_no: line for line in lines}
        told = tuple(by_number.get(line.line_no, line) for line in standing.lines)
        return Made(replace(standing, lines=told, hold=handed), EventKind.HANDED_OVER, step)

    def _end(self, change: HandOver, now: datetime) -> datetime | None:
        """The new end of the hold. Raises InvalidInput for one that can't be."""
        if change.expires_at is None:
            return None
        check_utc("expire_time", change.expires_at)
        until, most = from_unix(to_unix_down(change.expires_at)), now + self._hold_most
        if not now < until <= most:
            allowed = f"after {now.isoformat()}, up to {most.isoformat()}"
            raise InvalidInput.one("expire_time", f"{until.isoformat()} is out of range", allowed)
        return until

    def _with_options(
        self, asked: Order, held: Sequence[LinePromise], now_s: int, effort: Effort, plant: Plant
    ) -> list[LinePromise]:
        """The lines with what else could be had, the plan as it is but for the order itself."""
        step = self._plan.begin(asked, now_s)
        self._plan.take_out(step, [line.line_no for line in held])
        # Under a name that the plan doesn't know, since the order is only lifted for the moment.
        spare = replace(asked, id=f"?{asked.id}")
        free = self._plan.decide(spare, now_s, effort=effort)
        answers = free.lines
        self._plan.undo(free)
        found = Options(plant, self._plan, now_s, effort).find(spare, answers, allow_frozen=False)
        self._plan.undo(step)
        # The other kinds are taken by a call of their own, which a held order can't be.
        return [
            with_looked(line, looked.with_all(OptionWhy.HELD) if looked != Looked() else looked)
            for line, looked in zip(held, found, strict=True)
        ]


_GONE = frozenset({PromiseState.CANCELLED, PromiseState.EXPIRED, PromiseState.REFUSED})


class OpenReview(Struct, frozen=True):
    """A question about an order that nobody accepted yet, with the order."""

    promise: Promise
    review: Review


def open_reviews(promises: Sequence[Promise], kind: ReviewKind | None, *, rejected: bool) -> list[OpenReview]:
    """Questions of a kind (None: any) about these orders, with `rejected` also those that were, the oldest first."""
    found = [
        OpenReview(promise, review)
        for promise in promises
        if order_state(promise) not in _GONE
        for review in promise.reviews
        if kind in (None, review.kind) and (review.open or (rejected and not review.accepted))
    ]
    return sorted(found, key=lambda each: (each.review.opened_at, each.promise.order.id, each.review.kind))


def check_held(standing: Promise) -> Hold:
    """The hold of an order. Raises WrongState for one that isn't held."""
    state = order_state(standing)
    if state is not PromiseState.HELD:
        raise WrongState("order", standing.order.id, state, "only an order that is held can be decided on")
    # Programs before this one held without an end.
    return standing.hold or Hold(standing.decided_at)


def check_may_decide(ask: ChangeAsk, hold: Hold) -> None:
    """A hold that somebody else asked for isn't given up or confirmed by whoever sold it. Raises ReviewerNeeded."""
    if ask.reviewers and (hold.reasons or hold.handed_to):
        raise ReviewerNeeded(ask.order_id, ask.caller, hold.reasons or (hold.handed_to,), ask.reviewers)


def _said(ask: ChangeAsk) -> str:
    if not ask.reason:
        raise InvalidInput.one("reason", "is missing", "why it is decided so")
    return ask.reason


def _refused(line: LinePromise, reason: str) -> LinePromise:
    if line.state in FINAL:
        return line
    return replace(
        line, state=PromiseState.REFUSED, outcome=Outcome.REFUSED, refusal=reason, promised_time=None,
        expected_time=None, deadline=None, if_confirmed=None,
    )  # fmt: skip


def _lines_of(order: Order, promises: Sequence[LinePromise]) -> tuple[OrderLine, ...]:
    numbers = {line.line_no for line in promises}
    return tuple(line for line in order.lines if line.line_no in numbers)


def _anew(line: LinePromise, placed: LinePromise, now: datetime) -> LinePromise:
    """A held line in another place, with the remarks and options that it has."""
    return replace(
        placed, state=PromiseState.HELD, notes=line.notes, options=line.options, option_searches=line.option_searches,
        if_confirmed=line.if_confirmed,
        decided_at=now,
    )  # fmt: skip
