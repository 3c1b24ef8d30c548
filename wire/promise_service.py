"""The servicer of `jiaoqi.v1.PromiseService`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from threading import BoundedSemaphore
from threading import Event as Flag

from domain.checks import amiss, check_id
from domain.errors import DeskStopped, InvalidInput, Overloaded, Violation
from domain.promises import Event, Promise
from jiaoqi.v1 import promise_service_pb2 as pb
from promising.desk import Desk
from promising.requests import Accept, Ask, OrderFilter
from wire.answers import write_as_of
from wire.change_methods import ChangeMethods, as_quoted_from
from wire.displaced import displaced_to_message
from wire.enums import ACCEPTANCE, EFFORT, PROMISE_STATE, Reach
from wire.history import step_to_message
from wire.inquiry_methods import InquiryMethods
from wire.methods import Call, Handler, Methods
from wire.orders import in_request, order_from_message
from wire.parts import Parts, parts_from_mask
from wire.plans import event_to_message
from wire.promises import promise_to_message
from wire.requests import check_deadline, check_page_token, check_request_id, page_size
from wire.surroundings import load_around, mould_states
from wire.times import time_from_message

REQUEST_BYTES_MAX = 1 << 20
PAGE_SIZE, PAGE_SIZE_MAX = 100, 1000
STATES_MAX = 16
DISPLACED_MAX = 200
"""Displaced lines in the answer to an option that is accepted; those first whose promise breaks."""

_DEFAULT_PARTS = Parts(reasons=True)
_ALL_PARTS = ("reasons", "options", "load", "mould_state")
_PARTS_OF_ORDER = (*_ALL_PARTS, "chain")

# A watch looks this often whether its caller is still there,
WATCH_WAIT_S = 0.5
# and gathers events for this long, so that a burst of sales costs a message per watch and not one per sale.
WATCH_GATHER_S = 0.02
WATCH_RETRY_AFTER = timedelta(seconds=5)


class PromiseServicer:
    """Converts, calls the desk, converts back."""

    def __init__(self, desk: Desk, methods: Methods, watch_limit: int, stopping: Flag) -> None:
        """At most `watch_limit` watches are open at once; they end when `stopping` is set."""
        self._desk = desk
        self._watches = BoundedSemaphore(watch_limit)
        self._stopping = stopping
        self.handlers = self._handlers(methods)

    def _handlers(self, methods: Methods) -> dict[str, Handler]:
        size = REQUEST_BYTES_MAX
        return {
            "Quote": methods.unary(pb.QuoteRequest, self.quote, size),
            "Promise": methods.unary(pb.PromiseRequest, self.promise, size),
            "AcceptOption": methods.unary(pb.AcceptOptionRequest, self.accept_option, size),
            **ChangeMethods(self._desk).handlers(methods, size),
            **InquiryMethods(self._desk).handlers(methods, size),
            "GetOrder": methods.unary(pb.GetOrderRequest, self.get_order, size),
            "ListOrders": methods.unary(pb.ListOrdersRequest, self.list_orders, size),
            "Watch": methods.stream(pb.WatchRequest, self.watch, size),
        }

    def quote(self, request: pb.QuoteRequest, call: Call) -> pb.QuoteResponse:
        try:
            parts = _parts(request)
            ask = Ask(
                order=order_from_message(request.order),
                caller=call.caller,
                accept=self._acceptance(request.acceptance),
                allow_frozen=request.allow_frozen,
                deadline=call.deadline,
                options=parts.options,
                until_deadline=_until_deadline(request),
            )
        except InvalidInput:
            raise InvalidInput(self._amiss(request)) from None
        response = pb.QuoteResponse()
        self._write(response, _answer(self._desk.quote, ask), parts)
        return response

    def promise(self, request: pb.PromiseRequest, call: Call) -> pb.PromiseResponse:
        ask, parts = self.ask_for(request, call)
        return self.promised(_answer(self._desk.promise, ask), parts)

    def accept_option(self, request: pb.AcceptOptionRequest, call: Call) -> pb.AcceptOptionResponse:
        check_request_id(request.request_id)
        accepted = self._desk.accept(
            request.option_id, request.request_id, call.caller, validate_only=request.validate_only,
            deadline=call.deadline, planners=call.lacks_for("RushOrder"),
        )  # fmt: skip
        response = pb.AcceptOptionResponse(accepted=accepted.made, plan_moved_on=accepted.moved_on)
        write_as_of(response.as_of, self._desk)
        promise_to_message(accepted.promise, response.promise)
        for row in accepted.displaced[:DISPLACED_MAX]:
            displaced_to_message(row, response.displaced.add())
        return response

    def ask_for(self, request: pb.PromiseRequest, call: Call) -> tuple[Ask, Parts]:
        """Read the request for a promise, and which parts its answer is to carry.

        Raises InvalidInput with all that is wrong with the request.
        """
        try:
            return self._ask_for(request, call)
        except InvalidInput:
            beside = amiss(
                lambda: check_request_id(request.request_id),
                lambda: _expire_time(request),
                lambda: as_quoted_from(request),
            )
            raise InvalidInput([*beside, *self._amiss(request)]) from None

    def _amiss(self, request: pb.QuoteRequest | pb.PromiseRequest) -> list[Violation]:
        """All that is wrong with what is asked for, each part looked at for itself."""
        return amiss(
            lambda: _parts(request),
            lambda: order_from_message(request.order),
            lambda: self._acceptance(request.acceptance),
            lambda: _until_deadline(request),
        )

    def _ask_for(self, request: pb.PromiseRequest, call: Call) -> tuple[Ask, Parts]:
        parts = _parts(request)
        check_request_id(request.request_id)
        ask = Ask(
            order=order_from_message(request.order),
            request_id=request.request_id,
            caller=call.caller,
            accept=self._acceptance(request.acceptance),
            allow_frozen=request.allow_frozen,
            validate_only=request.validate_only,
            deadline=call.deadline,
            hold_until=_expire_time(request),
            as_quoted=as_quoted_from(request),
            options=parts.options,
            until_deadline=_until_deadline(request),
        )
        return ask, parts

    def promised(self, promise: Promise, parts: Parts) -> pb.PromiseResponse:
        """Write the answer to a request for a promise."""
        response = pb.PromiseResponse()
        self._write(response, promise, parts)
        return response

    def get_order(self, request: pb.GetOrderRequest, call: Call) -> pb.GetOrderResponse:
        parts = _parts(request, _PARTS_OF_ORDER)
        check_id("order_id", request.order_id)
        check_deadline(call)
        response = pb.GetOrderResponse()
        self._write(response, self._desk.get(request.order_id), parts)
        if parts.chain:
            response.chain.extend(step_to_message(step) for step in self._desk.chain(request.order_id))
        return response

    def list_orders(self, request: pb.ListOrdersRequest, call: Call) -> pb.ListOrdersResponse:
        parts = parts_from_mask(request.field_mask, Parts(), ("reasons",))
        size = page_size(request.page_size, PAGE_SIZE, PAGE_SIZE_MAX)
        check_page_token(request.page_token)
        if len(request.states) > STATES_MAX:
            raise InvalidInput.one("states", f"{len(request.states)} states", f"0 to {STATES_MAX}")
        if request.customer_id:
            check_id("customer_id", request.customer_id)
        which = OrderFilter(
            states=frozenset(PROMISE_STATE.read(state, "states") for state in request.states),
            customer_id=request.customer_id,
        )
        check_deadline(call)
        promises, token = self._desk.list_orders(size, request.page_token, which)
        response = pb.ListOrdersResponse(next_page_token=token)
        write_as_of(response.as_of, self._desk)
        for promise in promises:
            promise_to_message(promise, response.promises.add(), parts.reasons)
        return response

    def watch(self, request: pb.WatchRequest, call: Call) -> Iterator[pb.WatchResponse]:
        if request.after_sequence < 0:
            raise InvalidInput.one("after_sequence", f"{request.after_sequence} is negative", "0 or more")
        if request.order_id:
            check_id("order_id", request.order_id)
        if not self._watches.acquire(blocking=False):
            raise Overloaded("the list of open watches", WATCH_RETRY_AFTER)
        try:
            yield from self._events(request, call)
        finally:
            self._watches.release()

    def _events(self, request: pb.WatchRequest, call: Call) -> Iterator[pb.WatchResponse]:
        from_start = request.HasField("after_sequence")
        after = request.after_sequence if from_start else self._desk.last_event()
        yield self._watched(after, [])
        while call.active():
            events = self._desk.wait_events(after, WATCH_WAIT_S)
            if self._stopping.is_set():
                raise DeskStopped("the server stops")
            if not events:
                continue
            after = events[-1].sequence
            shown = [e for e in events if not request.order_id or e.order_id == request.order_id]
            if shown:
                yield self._watched(after, shown)
            self._stopping.wait(WATCH_GATHER_S)

    def _watched(self, after: int, events: list[Event]) -> pb.WatchResponse:
        response = pb.WatchResponse(sequence=after, events=[event_to_message(event) for event in events])
        write_as_of(response.as_of, self._desk)
        return response

    def _acceptance(self, number: int) -> Accept:
        return ACCEPTANCE.read(number, "acceptance", Accept.LATER)

    def _write(
        self,
        response: pb.QuoteResponse | pb.PromiseResponse | pb.GetOrderResponse,
        promise: Promise,
        parts: Parts,
    ) -> None:
        write_as_of(response.as_of, self._desk)
        promise_to_message(promise, response.promise, parts.reasons, parts.options)
        if parts.surroundings:
            if parts.load:
                response.load.extend(load_around(self._desk, promise))
            if parts.mould_state:
                response.mould_state.extend(mould_states(self._desk, promise))


def _until_deadline(request: pb.QuoteRequest | pb.PromiseRequest) -> bool:
    return EFFORT.read(request.effort, "effort", Reach.INSTANT) is Reach.UNTIL_DEADLINE


def _answer(decide: Callable[[Ask], Promise], ask: Ask) -> Promise:
    try:
        return decide(ask)
    except InvalidInput as error:
        raise InvalidInput(in_request(error)) from None


def _expire_time(request: pb.PromiseRequest) -> datetime | None:
    return time_from_message(request.expire_time, "expire_time") if request.HasField("expire_time") else None


def _parts(
    request: pb.QuoteRequest | pb.PromiseRequest | pb.GetOrderRequest, allowed: tuple[str, ...] = _ALL_PARTS
) -> Parts:
    if not request.HasField("field_mask"):
        return _DEFAULT_PARTS
    return parts_from_mask(request.field_mask, _DEFAULT_PARTS, allowed)
