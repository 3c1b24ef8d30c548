"""A customer's change of an order, told as what happened: made as an amendment is, and kept in the list of what did."""

from __future__ import annotations

from domain.disruptions import Disruption
from domain.errors import InvalidInput, StaleEtag
from domain.orders import OrderLine
from domain.promises import Promise, PromiseState, Receipt
from domain.values import replace
from promising.amendments import Amendments, check_open, line_of
from promising.batch import Batch
from promising.order_changes import OrderChanges, left
from promising.requests import FINAL, Accept, Amend, Cancel, ChangeAsk
from scheduler.planner import Effort, Planner
from scheduler.planning.stakes import Repair


def change_of(made: Disruption, standing: Promise) -> Amend | Cancel:
    """What has to become of an order by what its customer wants.

    Raises InvalidInput for a line that it hasn't, and where nothing would be changed, WrongState where nothing stands.
    """
    check_open(standing)
    if made.line_no:
        line_of(standing, made.line_no)
    stands = {line.line_no for line in standing.lines if line.state not in FINAL}
    meant = {made.line_no} if made.line_no else stands
    lines = standing.order.lines
    if made.withdrawn:
        if stands <= meant:
            return Cancel()
        return Amend(replace(standing.order, lines=tuple(line for line in lines if line.line_no not in meant)))
    if made.quantity and len(meant) > 1:
        numbers = ", ".join(map(str, sorted(stands)[:20]))
        raise InvalidInput.one("line_no", "is missing: the order has several lines", f"one of {numbers}")
    changed = tuple(_wanted(line, made) if line.line_no in meant else line for line in lines)
    if changed == lines:
        name = "quantity" if made.quantity else "requested_time"
        raise InvalidInput.one(name, "is as it was", "what the customer wants otherwise")
    return Amend(replace(standing.order, lines=changed))


def make_change(
    made: Disruption, plan: Planner, changes: OrderChanges, batch: Batch, actor: str, etag: str
) -> tuple[Repair, Receipt]:
    """Decide it as an amendment, rules and quotas as ever, into the batch; what moved, and the receipt.

    A receipt that is not `made` tells why, and then nothing has changed. Raises StaleEtag, and as `change_of`.
    """
    standing = batch.standing(made.subject_id)
    assert standing is not None
    if etag and etag != standing.etag:
        raise StaleEtag(standing.order.id, etag, standing.etag)
    change, stood = change_of(made, standing), plan.stand()
    ask = ChangeAsk(standing.order.id, change, made.id, actor, made.reason, standing.etag)
    receipt = changes.decided(ask, batch, plan.now_s, Effort.TIER1)
    moved, shifted, _ = plan.since(stood)
    return Repair(moved=moved, shifted=shifted), receipt


def suppose_change(made: Disruption, plan: Planner, standing: Promise, batch: Batch, priority: int) -> Promise:
    """The order as it would stand on a copy of the plan, at the priority that rules give it; they were asked before."""
    change = change_of(made, standing)
    if isinstance(change, Cancel):
        plan.remove(standing.order.id, plan.now_s)
        return left(standing, PromiseState.CANCELLED)
    asked = replace(change.order, priority=priority)
    ask = ChangeAsk(standing.order.id, change, made.id, etag=standing.etag)
    found = Amendments(plan).amend(replace(change, accept=Accept.LATER), asked, ask, standing, batch.now, Effort.TIER1)
    if found.step is None:
        refusals = found.declined.refusal if found.declined is not None else ""
        raise InvalidInput.one("supposed", f"can't be had: {refusals}", "a change that could be confirmed")
    plan.keep(found.step)
    return found.promise


def _wanted(line: OrderLine, made: Disruption) -> OrderLine:
    """A line as the customer wants it: its limits and its discount go with the quantity."""
    if made.quantity and made.quantity != line.quantity:
        pieces, was = made.quantity, line.quantity
        line = replace(
            line, quantity=pieces, discount_fen=line.discount_fen * pieces // was,
            least_quantity=max(1, line.least_quantity * pieces // was) if line.least_quantity else 0,
            most_quantity=max(pieces, line.most_quantity * pieces // was) if line.most_quantity else 0,
        )  # fmt: skip
    if made.wanted is not None:
        latest = None if line.latest_time is None else max(line.latest_time, made.wanted)
        line = replace(line, requested_time=made.wanted, latest_time=latest)
    return line
