"""An option accepted: asked for as it was told, checked against the plan as it is, and made a promise or not."""

from __future__ import annotations

from collections.abc import Callable

from domain.promises import Promise, PromiseState
from promising.offers import Accepted
from promising.ports import RequestKey
from promising.requests import Accept, Amend, Ask, ChangeAsk, Changed, order_state
from promising.standing import Standing


class Accepting:
    """Accepts options through the desk's own promise, quote and change."""

    def __init__(
        self, stands: Standing, promise: Callable[[Ask], Promise], quote: Callable[[Ask], Promise],
        change: Callable[[ChangeAsk], Changed],
    ) -> None:  # fmt: skip
        self._stands, self._promise, self._quote, self._change = stands, promise, quote, change

    def accept(
        self, option_id: str, request_id: str, caller: str, deadline: float | None, *, validate_only: bool = False
    ) -> Accepted:
        """Promise the order as the option has it, or amend it where it stands; nothing where a date told is gone.

        A retry gets the first answer. Raises InvalidInput, NotFound for an option that isn't remembered any more, and
        what promises and amendments raise.
        """
        known = self._stands.book.requests([RequestKey(caller, request_id)]).get(RequestKey(caller, request_id))
        if known is not None and not validate_only:
            first = self._stands.book.version_of(known.order_id, known.order_version)
            if first is not None:
                return Accepted(first, True, False)
        offer = self._stands.offers.find(option_id)
        plan = self._stands.plan
        moved_on = plan is None or plan.version != offer.plan_version
        standing = self._stands.book.find(offer.order.id)
        if standing is not None and order_state(standing) is not PromiseState.REFUSED:
            amend = Amend(offer.order, Accept.LATER, offer.allow_frozen)
            changed = self._change(
                ChangeAsk(
                    offer.order.id,
                    amend,
                    request_id,
                    caller,
                    etag=standing.etag,
                    validate_only=validate_only,
                    deadline=deadline,
                )
            )
            return Accepted(changed.promise, changed.receipt.made, moved_on)
        ask = Ask(offer.order, request_id, caller, allow_frozen=offer.allow_frozen, deadline=deadline)
        told = self._quote(ask)
        if validate_only or not offer.kept(told.lines):
            return Accepted(told, offer.kept(told.lines), moved_on)
        made = self._promise(ask)
        return Accepted(made, offer.kept(made.lines), moved_on)
