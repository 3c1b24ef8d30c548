"""A planner's hand: an operation pinned, let go, or moved, with what that breaks told before it is done."""

from __future__ import annotations

from collections.abc import Callable

from domain.checks import from_unix, to_unix_up
from domain.errors import (
    CannotMoveWork,
    DeskStopped,
    InvalidInput,
    NotFound,
    PlanChanged,
    RequestIdReused,
    WouldBreakPromises,
    WrongState,
)
from domain.pins import Pin
from domain.promises import EventKind, PromiseState, Reservation
from domain.values import replace
from promising.batch import Batch
from promising.book import Book
from promising.effects import effect_of
from promising.hand_documents import handled_from_json, handled_to_json
from promising.hand_requests import HandAsk, HandChange, Handled, MoveWork, PinWork, UnpinWork, Work
from promising.pins import in_short, note_unpinned
from promising.ports import FeedRecord, RequestKey
from promising.requests import order_state
from promising.risks import Risks, record
from promising.standing import NO_PLANT, Standing
from scheduler import arrays as a
from scheduler.planner import CannotMove, Planner
from scheduler.planning.stakes import Repair
from scheduler.records import PinFacts

PINS_MAX = 2000
"""Operations that may be pinned at a time."""
_KINDS: dict[type[HandChange], EventKind] = {
    PinWork: EventKind.WORK_PINNED,
    UnpinWork: EventKind.WORK_UNPINNED,
    MoveWork: EventKind.WORK_MOVED,
}


class ByHand:
    """Made on the writer's thread, between batches. `follow` commits the holds that have run out."""

    def __init__(self, stands: Standing, follow: Callable[[], None]) -> None:
        self._stands = stands
        self._follow = follow

    def apply(self, ask: HandAsk, content: bytes) -> Handled:
        """Pin, unpin or move, commit, show it.

        With `validate_only` it is done to a copy of the plan, and the answer tells what would be.

        Raises
        ------
        InvalidInput, NotFound, WrongState, PlanChanged, CannotMoveWork, RequestIdReused, DeskStopped
        WouldBreakPromises
            With the list, when more promises would break than the caller allows.
        """
        began = self._stands.clock.monotonic()
        stands = self._stands
        key = RequestKey(ask.caller, ask.request_id)
        known = stands.store.feed(key)
        if known is not None:
            if known.digest != content:
                raise RequestIdReused(ask.request_id)
            return handled_from_json(known.changes[0])
        if stands.book.requests([key]):
            raise RequestIdReused(ask.request_id)
        self._follow()
        plan = stands.plan
        if stands.halted or plan is None:
            raise DeskStopped(stands.halted or NO_PLANT)
        plan.advance(stands.plant_clock.now_s())
        if ask.plan_version and ask.plan_version != plan.version:
            raise PlanChanged(ask.plan_version, plan.version)
        hand = _Hand(plan.scratch() if ask.validate_only or isinstance(ask.change, MoveWork) else plan, stands)
        batch = stands.begin()
        handled = hand.do(ask, batch)
        if isinstance(ask.change, MoveWork) and not ask.validate_only:
            _check_allowed(handled, ask.change)
            # Tried on a copy before: what is refused leaves the plan as it is.
            batch = stands.begin()
            try:
                handled = _Hand(plan, stands).do(ask, batch)
            except Exception:
                stands.load_plan()
                raise
        if ask.validate_only:
            return replace(handled, applied=False, stood_still=self._stands.spent(began))
        handled = replace(handled, stood_still=self._stands.spent(began))
        batch.writing.feeds = [FeedRecord(key, content, (handled_to_json(handled),), batch.writing.written_s)]
        batch.writing.delta = plan.take_delta()
        stands.store.commit(batch.writing)
        stands.note_pins(batch.writing.pins)
        if isinstance(ask.change, MoveWork):
            stands.age += 1
        batch.publish()
        return replace(handled, stood_still=self._stands.spent(began))


class _Hand:
    """Does it to one plan, the desk's own or a copy."""

    def __init__(self, plan: Planner, stands: Standing) -> None:
        self._plan, self._book, self._pins = plan, stands.book, stands.pins

    def do(self, ask: HandAsk, batch: Batch) -> Handled:
        work = find_work(self._plan, self._book, ask.work, "work")
        change = ask.change
        name = f"{work.order_id}/{work.line_no}/{work.operation_id}"
        if isinstance(change, UnpinWork):
            return self._unpin(work, ask, batch)
        if self._plan.standing(work.operation_key) != a.OPEN:
            raise WrongState("operation", name, "begun", "only work that has not begun can be pinned or moved")
        promise = self._book.find(work.order_id)
        if promise is not None and order_state(promise) is PromiseState.HELD:
            raise WrongState("order", work.order_id, "held", "confirm it before its work is pinned or moved")
        if len(self._plan.pinned) >= PINS_MAX and work.operation_key not in self._plan.pinned:
            raise WrongState("plan", "", "full", f"{PINS_MAX} operations are pinned: let some go")
        if isinstance(change, PinWork):
            facts = self._plan.pin(work.operation_key)
            return self._pinned(Handled(work, None), facts, ask, batch, in_short_of=None)
        return self._move(work, name, change, ask, batch)

    def _unpin(self, work: Reservation, ask: HandAsk, batch: Batch) -> Handled:
        name = f"{work.order_id}/{work.line_no}/{work.operation_id}"
        if work.operation_key not in self._plan.pinned:
            raise WrongState("operation", name, "not pinned", "there is nothing to let go")
        plan = self._plan
        risks, orders = Risks(plan, batch), list(plan.order_ids)
        before = risks.expected(orders)
        plan.unpin(work.operation_key)
        note_unpinned(batch, self._pins, [work.operation_key], ask.caller, ask.reason, plan.version)
        # Let go it begins as early as can be, and so does what waits for it.
        after = risks.expected(orders)
        changed = risks.reckon(after)
        effect = effect_of(before, after, changed)
        record(batch, changed, plan.version, ask.caller, ask.reason)
        return Handled(self._as_it_stands(work), None, effect.at_risk, effect.recovered, effect.moved_in_time)

    def _move(self, work: Reservation, name: str, change: MoveWork, ask: HandAsk, batch: Batch) -> Handled:
        plan = self._plan
        start_s, resource_id = self._target(work, change)
        risks, orders = Risks(plan, batch), list(plan.order_ids)
        before = risks.expected(orders)
        try:
            done, facts = plan.move(work.operation_key, start_s, resource_id, plan.now_s, risks.stakes(orders))
        except CannotMove as error:
            earliest = None if error.earliest_s is None else from_unix(error.earliest_s)
            raise CannotMoveWork(name, error.problem, earliest) from error
        _check_places(name, done)
        after = risks.expected(orders)
        changed = risks.reckon(after, f"by hand: {name}", (self._as_it_stands(work).resource_id,))
        effect = effect_of(before, after, changed)
        handled = Handled(work, None, effect.at_risk, effect.recovered, effect.moved_in_time, done.moved, done.shifted)
        handled = self._pinned(handled, facts, ask, batch, in_short_of=work)
        record(batch, changed, plan.version, ask.caller, ask.reason)
        return handled

    def _target(self, work: Reservation, change: MoveWork) -> tuple[int, str]:
        """When and on which machine it is wanted. Raises InvalidInput, NotFound."""
        resource_id, start = change.resource_id or work.resource_id, change.start or work.start
        if change.behind is not None:
            if change.start is not None:
                raise InvalidInput.one("behind", "is given beside start_time", "one of the two")
            other = find_work(self._plan, self._book, change.behind, "behind")
            if other.operation_key == work.operation_key:
                raise InvalidInput.one("behind", "is the operation itself", "another operation")
            start, resource_id = other.end, change.resource_id or other.resource_id
        if resource_id not in self._plan.plant.resource_by_id:
            raise InvalidInput.one("resource_id", f"no resource {resource_id!r}", "a machine or line of the plant")
        return to_unix_up(start), resource_id

    def _pinned(
        self, handled: Handled, facts: PinFacts, ask: HandAsk, batch: Batch, in_short_of: Reservation | None
    ) -> Handled:
        """The receipt with the operation as it stands and its pin, which goes into the batch with its event."""
        work = self._as_it_stands(handled.operation)
        known = self._pins.get(work.operation_key)
        # Pinned once more without a word, it stays pinned for what was told first.
        reason = ask.reason or (known.reason if known is not None and in_short_of is None else "")
        pin = Pin(
            work.operation_key, work.order_id, work.line_no, work.operation_id, work.resource_id, work.start,
            from_unix(facts.end_s), from_unix(max(0, facts.ready_s)), batch.now, ask.caller, reason,
        )  # fmt: skip
        detail = in_short(pin)
        if in_short_of is not None:
            detail = f"{in_short_of.resource_id} {in_short_of.start.isoformat()} > {detail}"
        batch.note(_KINDS[type(ask.change)], ask.caller, work.order_id, ask.reason, self._plan.version, detail)
        batch.writing.pins.append((work.operation_key, pin))
        return replace(handled, operation=work, pin=pin)

    def _as_it_stands(self, work: Reservation) -> Reservation:
        rows = self._plan.reservations(work.order_id)
        return next(row for row in rows if row.operation_key == work.operation_key)


def find_work(plan: Planner, book: Book, work: Work, field: str) -> Reservation:
    """The operation that is meant. Raises NotFound, or InvalidInput where several could be."""
    if work.key:
        order_id = plan.order_of(work.key)
        found = [row for row in plan.reservations(order_id) if row.operation_key == work.key] if order_id else []
        if not found:
            raise NotFound("operation", str(work.key))
        return found[0]
    if not work.order_id:
        raise InvalidInput.one(field, "names no operation", "its key, or order, line and operation")
    if book.find(work.order_id) is None:
        raise NotFound("order", work.order_id)
    found = [
        row
        for row in plan.reservations(work.order_id)
        if work.line_no in (0, row.line_no) and work.operation_id in ("", row.operation_id)
    ]
    if not found:
        raise NotFound("operation", f"{work.order_id}/{work.line_no}/{work.operation_id}")
    if len(found) > 1:
        keys = ", ".join(f"{row.operation_key} ({row.line_no}/{row.operation_id})" for row in found[:10])
        raise InvalidInput.one(field, f"could be {len(found)} operations: {keys}", "the key of one of them")
    return found[0]


def _check_places(name: str, done: Repair) -> None:
    lost = [f"{slip.order_id} line {slip.line_no}" for slip in done.slips if slip.end_s is None]
    if lost:
        raise CannotMoveWork(name, f"no place would be left within the plant's horizon for {', '.join(lost[:10])}")


def _check_allowed(handled: Handled, change: MoveWork) -> None:
    if len(handled.at_risk) > change.break_most:
        raise WouldBreakPromises(
            [
                f"{row.order_id} line {row.line_no}: {row.expected.isoformat()} instead of {row.promised.isoformat()}"
                for row in handled.at_risk
            ],
            change.break_most,
        )
