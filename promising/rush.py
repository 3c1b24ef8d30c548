"""Rush: an order that stands gets a higher priority and passes others, each of which is named before it is done."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta

from msgspec import Struct

from domain.checks import check_id, check_range
from domain.displacements import Displaced
from domain.errors import (
    CannotMoveWork,
    DeskStopped,
    InvalidInput,
    NotFound,
    RequestIdReused,
    WouldBreakPromises,
    WrongState,
)
from domain.orders import OrderLine, ShipMode
from domain.promises import EventKind, LinePromise, Promise, PromiseState, Tier
from domain.values import asdict, replace
from promising.batch import Batch
from promising.deliveries import expected_of
from promising.disruption_documents import encode
from promising.documents import digest, promise_from_json, promise_to_json
from promising.order_changes import with_lines
from promising.pins import note_unpinned
from promising.ports import FeedRecord, RequestKey
from promising.quotas import told
from promising.requests import FINAL, check_request, order_state
from promising.risks import Risks, record, without_place
from promising.standing import NO_PLANT, Standing
from scheduler.planner import CannotMove, Planner

LOWEST = 9


class RushAsk(Struct, frozen=True):
    """Give an order this priority, and let it pass all of lower priority; at most `break_most` promises may break."""

    order_id: str
    priority: int
    request_id: str
    caller: str = ""
    reason: str = ""
    break_most: int = 0
    validate_only: bool = False
    deadline: float | None = None

    def __post_init__(self) -> None:
        check_request(self.request_id, self.caller)
        check_id("order_id", self.order_id)
        check_range("priority", self.priority, 1, LOWEST)


class Rushed(Struct, frozen=True):
    """The order before and after, and each line that is expected later for it, the broken promises first.

    `recovered` are lines that were at risk and hold now. `moved`, `shifted` and `stood_still` as in `Repaired`.
    """

    before: Promise
    after: Promise
    displaced: tuple[Displaced, ...]
    moved: int
    shifted: int
    stood_still: timedelta = timedelta(0)
    applied: bool = True

    @property
    def broken(self) -> tuple[Displaced, ...]:
        """Those whose promise does not survive."""
        return tuple(each for each in self.displaced if not each.survives)


def digest_of(ask: RushAsk) -> bytes:
    """Digest of what is asked. Raises InvalidInput for text that isn't Unicode."""
    try:
        return digest("rush", ask.order_id, str(ask.priority), str(ask.break_most), ask.reason)
    except UnicodeEncodeError as error:
        raise InvalidInput.one("request", "holds text that isn't Unicode", "Unicode text") from error


class Rushes:
    """Made on the writer's thread, between batches. `follow` commits the holds that have run out."""

    def __init__(self, stands: Standing, follow: Callable[[], None]) -> None:
        self._stands = stands
        self._follow = follow

    def apply(self, ask: RushAsk, content: bytes) -> Rushed:
        """Tell whom it displaces, and unless that is all that was asked, do it, commit, show it.

        Raises
        ------
        InvalidInput, NotFound, WrongState, CannotMoveWork, RequestIdReused, DeskStopped
        WouldBreakPromises
            With the list, when more promises would break than the caller allows.
        """
        stands = self._stands
        began = stands.clock.monotonic()
        key = RequestKey(ask.caller, ask.request_id)
        known = stands.store.feed(key)
        if known is not None:
            if known.digest != content:
                raise RequestIdReused(ask.request_id)
            return _from_json(known.changes[0])
        if stands.book.requests([key]):
            raise RequestIdReused(ask.request_id)
        self._follow()
        plan = stands.plan
        if stands.halted or plan is None:
            raise DeskStopped(stands.halted or NO_PLANT)
        batch = stands.begin()
        # On a copy first: what is refused leaves the plan as it is.
        try:
            made = self._rushed(plan.scratch(), ask, batch)
        finally:
            batch.drop()
        if not ask.validate_only:
            if len(made.broken) > ask.break_most:
                raise WouldBreakPromises([_said(each) for each in made.broken], ask.break_most)
            batch = stands.begin()
            try:
                made = self._rushed(plan, ask, batch)
            except Exception:
                stands.load_plan()
                raise
        made = replace(made, applied=not ask.validate_only, stood_still=self._stands.spent(began))
        if ask.validate_only:
            return made
        batch.writing.feeds = [FeedRecord(key, content, (_to_json(made),), batch.writing.written_s)]
        batch.writing.delta = plan.take_delta()
        stands.store.commit(batch.writing)
        stands.note_pins(batch.writing.pins)
        stands.age += 1
        batch.publish()
        return replace(made, stood_still=self._stands.spent(began))

    def _rushed(self, plan: Planner, ask: RushAsk, batch: Batch) -> Rushed:
        standing = batch.standing(ask.order_id)
        if standing is None:
            raise NotFound("order", ask.order_id)
        lines = self._lines(plan, ask, standing)
        plan.keep_for_others(self._stands.book.quotas.kept(batch.now))
        risks = Risks(plan, batch)
        orders = [order_id for order_id in plan.order_ids if order_id != ask.order_id]
        before, stakes = risks.expected(orders), risks.stakes(orders)
        stood = _as_planned(plan, standing)
        giving = frozenset(name for name, stake in stakes.items() if stake.priority > ask.priority)
        order = replace(standing.order, priority=ask.priority)
        try:
            placed, done = plan.rush(order, lines, plan.now_s, giving, stakes)
        except CannotMove as error:
            raise CannotMoveWork(ask.order_id, error.problem) from error
        lost = without_place(plan, done)
        if lost:
            raise CannotMoveWork(ask.order_id, "; ".join(lost[:10]))
        after = risks.expected(orders)
        named = tuple(
            Displaced(
                promise.order.id, line.line_no, promise.order.customer_id, promise.order.priority,
                line.promised_time, before[name], after[name],
            )
            for promise, line in risks.planned(orders)
            if line.promised_time is not None
            and after[name := (promise.order.id, line.line_no)] > before[name]
        )  # fmt: skip
        made = _as_planned(plan, self._told(plan, standing, order.priority, placed, batch))
        exceeded = self._stands.book.quotas.exceeded(made, batch.now, standing)
        if exceeded:
            raise CannotMoveWork(ask.order_id, "; ".join(told(exceeded, {})))
        detail = f"priority {standing.order.priority}>{ask.priority}; {len(named)} lines later"
        batch.record(made, EventKind.RUSHED, ask.caller, ask.reason, detail)
        changed = risks.reckon(after, f"rush: {ask.order_id}")
        record(batch, changed, plan.version, ask.caller, ask.reason)
        note_unpinned(batch, self._stands.pins, done.unpinned, ask.caller, f"rush: {ask.order_id}", plan.version)
        ranked = sorted(named, key=lambda each: (each.survives, each.priority, -each.delay, each.order_id))
        return Rushed(stood, made, tuple(ranked), done.moved, done.shifted)

    def _lines(self, plan: Planner, ask: RushAsk, standing: Promise) -> list[OrderLine]:
        """The lines that may still be placed anew. Raises WrongState where there is none."""
        state = order_state(standing)
        if state in FINAL or state is PromiseState.HELD:
            raise WrongState("order", ask.order_id, state, "only an order that is promised can be rushed")
        if ask.priority >= standing.order.priority:
            problem = f"{ask.priority} is no higher priority than the order's {standing.order.priority}"
            raise InvalidInput.one("priority", problem, f"1 to {standing.order.priority - 1}")
        told = {line.line_no: line for line in standing.lines}
        stands = [line for line in standing.order.lines if told[line.line_no].state not in FINAL]
        free = [
            line
            for line in stands
            if told[line.line_no].tier is not Tier.STOCK and not plan.begun(ask.order_id, line.line_no)
        ]
        whole = standing.order.ship is ShipMode.COMPLETE and len(free) < len(stands)
        if not free or whole or any(line.part_of for line in stands):
            raise WrongState("order", ask.order_id, "begun", "no line of it can be placed anew")
        return free

    def _told(
        self, plan: Planner, standing: Promise, priority: int, placed: tuple[LinePromise, ...], batch: Batch
    ) -> Promise:
        """The order as it stands then. Raises CannotMoveWork where a line would be later for it."""
        old = {line.line_no: line for line in standing.lines}
        for line in placed:
            was, told = old[line.line_no].promised_time, line.promised_time
            if was is not None and told is not None and told > max(was, line.requested_time):
                raise CannotMoveWork(standing.order.id, f"line {line.line_no} would be promised later than it is")
        lines = with_lines(standing.lines, [replace(line, decided_at=batch.now) for line in placed])
        order = replace(standing.order, priority=priority)
        made = replace(standing, order=order, lines=lines, derived_priority=0)
        return replace(made, version=standing.version + 1, plan_version=plan.version)


def _as_planned(plan: Planner, promise: Promise) -> Promise:
    """The order with the times at which its lines are expected by the plan as it is now."""
    lines = tuple(
        replace(line, expected_time=expected_of(plan, promise, line))
        if line.expected_time is not None and plan.holds(promise.order.id, line.line_no)
        else line
        for line in promise.lines
    )
    return replace(promise, lines=lines)


def _said(each: Displaced) -> str:
    return f"{each.order_id} line {each.line_no}: {each.after.isoformat()} instead of {each.promised.isoformat()}"


def _to_json(made: Rushed) -> str:
    document = {
        "before": promise_to_json(made.before), "after": promise_to_json(made.after), "moved": made.moved,
        "shifted": made.shifted, "stood_still": made.stood_still.total_seconds(),
        "displaced": [asdict(each) for each in made.displaced],
    }  # fmt: skip
    return encode(document)


def _from_json(text: str) -> Rushed:
    document = json.loads(text)
    times = ("promised", "before", "after")
    return Rushed(
        promise_from_json(document["before"]),
        promise_from_json(document["after"]),
        tuple(
            Displaced(**{**row, **{name: datetime.fromisoformat(row[name]) for name in times}})
            for row in document["displaced"]
        ),
        document["moved"],
        document["shifted"],
        timedelta(seconds=document["stood_still"]),
    )
