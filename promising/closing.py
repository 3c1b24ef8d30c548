"""Orders that are delivered, or finished short: what they held in stock leaves it in the same commit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from domain.checks import check_range, check_utc, from_unix
from domain.errors import DeskStopped, InvalidInput, Violation, WouldBreakReservations, WrongState
from domain.plant import Plant
from domain.promises import (
    EventKind,
    GoodsIssued,
    LinePromise,
    MaterialReservation,
    Promise,
    PromiseState,
    Source,
    receipt_of,
)
from domain.values import replace
from promising.amendments import check_open
from promising.batch import Batch
from promising.executed import completed
from promising.feeding import Feeding
from promising.feeds import store_feed
from promising.jobs import ChangeJob
from promising.receipts import Made
from promising.requests import FINAL, Changed, Close
from promising.standing import Standing
from scheduler.planner import Planner

Goods = list[tuple[MaterialReservation, int]]
"""Reserved material, and how much of each leaves the stock."""
ON_HAND = (Source.STOCK, Source.SURPLUS)
"""Where goods leave from; a surplus need not have been reported as arrived."""


class Closing:
    """Made on the writer's thread, between batches, as feeds are: it changes the stock.

    `follow` lets the holds go that have run out.
    """

    def __init__(self, stands: Standing, follow: Callable[[], None]) -> None:
        self._stands = stands
        self._follow = follow

    def close(self, job: ChangeJob) -> Changed:
        """Close an order, take what was delivered of its goods off the stock, commit, show it.

        Raises
        ------
        NotFound, StaleEtag, WrongState, InvalidInput, RequestIdReused, WouldBreakReservations, DeskStopped
        """
        self._follow()
        stands = self._stands
        plant, plan, decisions = stands.imported, stands.plan, stands.decisions
        if stands.halted or plant is None or plan is None or decisions is None:
            raise DeskStopped(stands.halted)
        batch = Batch(stands.book, from_unix(plan.now_s), int(stands.clock.unix()))
        batch.know([job.key])
        known: Changed | None = batch.first_answer(job)
        if known is not None:
            return known
        standing = decisions.changes.standing(job.ask, batch)
        change = job.ask.change
        assert isinstance(change, Close)
        feeding = Feeding(plant, stands.since, plan, batch.now)
        made, fed = _closed(standing, change, plan, feeding, batch.now)
        if not job.stored:
            return Changed(made.promise, replace(receipt_of(standing, made.promise), issued=made.issued))
        decisions.changes.commit(job, batch, standing, made, plan.now_s)
        store_feed(stands, batch, fed, feeding, f"{job.ask.caller} {job.ask.request_id}".strip(), job.ask.order_id)
        stands.age += 1
        batch.publish()
        changed: Changed = job.result()
        return changed


def _closed(standing: Promise, change: Close, plan: Planner, feeding: Feeding, now: datetime) -> tuple[Made, Plant]:
    """The closed order, and the plant without the goods that it took."""
    check_open(standing)
    order_id = standing.order.id
    if standing.hold is not None:
        raise WrongState("order", order_id, PromiseState.HELD, "confirm it or release it first")
    if change.delivered_at is not None:
        check_utc("delivered_time", change.delivered_at)
    quantities = _quantities(standing, change)
    goods = [
        row
        for line in standing.lines
        if line.state not in FINAL
        for row in _goods(order_id, line, quantities[line.line_no], plan, now)
    ]
    fed = feeding.issue(goods, change.delivered_at or now)
    broken = plan.overdrawn_by(fed, feeding.items(), {order_id: ()}, feeding.taken)
    if broken:
        raise WouldBreakReservations(broken)
    lines = tuple(
        line
        if line.state in FINAL
        else replace(
            line,
            state=PromiseState.FULFILLED,
            completed=completed(line, plan, order_id, change.delivered_at or now),
        )
        for line in standing.lines
    )
    issued: dict[tuple[int, str], int] = {}
    for peg, quantity in goods:
        issued[peg.line_no, peg.item_id] = issued.get((peg.line_no, peg.item_id), 0) + quantity
    left = tuple(GoodsIssued(line_no, item_id, quantity) for (line_no, item_id), quantity in sorted(issued.items()))
    return Made(replace(standing, lines=lines, quote_id=""), EventKind.CLOSED, issued=left), fed


def _quantities(standing: Promise, change: Close) -> Mapping[int, int]:
    """What was delivered of each line that stands. Raises InvalidInput with all that is wrong."""
    found = {line.line_no: _promised(line) for line in standing.lines if line.state not in FINAL}
    most = dict(found)
    told: set[int] = set()
    wrong: list[Violation] = []
    for place, delivery in enumerate(change.deliveries):
        path, line_no = f"deliveries[{place}]", delivery.line_no
        try:
            if line_no not in most:
                allowed = ", ".join(map(str, list(most)[:20]))
                raise InvalidInput.one("line_no", f"no line {line_no} stands", allowed)
            if line_no in told:
                raise InvalidInput.one("line_no", f"line {line_no} stands twice", "each line once")
            check_range("quantity", delivery.quantity, 0, most[line_no])
        except InvalidInput as error:
            wrong += [Violation(f"{path}.{each.field}", each.problem, each.allowed) for each in error.violations]
        told.add(line_no)
        found[line_no] = delivery.quantity
    if wrong:
        raise InvalidInput(wrong)
    return found


def _goods(
    order_id: str, line: LinePromise, quantity: int, plan: Planner, now: datetime
) -> Iterator[tuple[MaterialReservation, int]]:
    """What a line takes off the stock, of which `quantity` was delivered.

    What was reported to have left before, or is made, is delivered first, then what it holds in stock. Components leave
    whole with a line that was delivered whole, else with the lots that have begun.
    """
    pegs = [peg for peg in plan.pegs(order_id) if peg.line_no == line.line_no]
    delivered = [peg for peg in pegs if not peg.lot]
    need = quantity - (_promised(line) - sum(peg.quantity for peg in delivered))
    for source in (Source.STOCK, Source.SURPLUS, Source.BUY, Source.RECEIPT):
        for peg in delivered:
            if peg.source is not source or need <= 0:
                continue
            if source is Source.RECEIPT:
                problem = (
                    f"{need} of {peg.item_id} are of receipt {peg.receipt_id}, which was not reported to have arrived"
                )
                raise WrongState("line", f"{order_id}/{line.line_no}", "waiting", problem)
            taken = min(need, peg.quantity)
            need -= taken
            if source in ON_HAND:
                yield peg, taken
    for peg in pegs:
        if peg.lot and peg.source in ON_HAND and (quantity == _promised(line) or _begun(plan, peg, now)):
            yield peg, peg.quantity


def _promised(line: LinePromise) -> int:
    """Pieces that were to be delivered: within its limits a line may get more or fewer than it asks for."""
    return line.delivered_quantity or line.quantity


def _begun(plan: Planner, peg: MaterialReservation, now: datetime) -> bool:
    try:
        return plan.begins(peg) <= now
    except KeyError:
        # All of the lot is history.
        return True
