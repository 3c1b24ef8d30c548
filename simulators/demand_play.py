"""Events of demand sent to a server: one by one under its manual clock, or as calls that are due at any speed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import perf_counter, sleep

from client.calls import CallError, JiaoqiClient
from jiaoqi.v1 import promise_pb2, promise_service_pb2
from simulators.demand import DemandEvent, Kind
from simulators.load import Due
from wire.orders import order_to_message

PROMISE = "/jiaoqi.v1.PromiseService/Promise"
CANCEL = "/jiaoqi.v1.PromiseService/Cancel"
OK = "OK"


@dataclass(frozen=True, slots=True)
class Told:
    """What the desk answered: the status of the call (`OK` or its name), why, and the order as it stands then."""

    event: DemandEvent
    code: str
    reason: str = ""
    promise: promise_pb2.Promise | None = None


def play(
    client: JiaoqiClient,
    events: Iterable[DemandEvent],
    step: timedelta = timedelta(0),
    wait: Callable[[datetime], None] = lambda _: None,
) -> Iterator[Told]:
    """Send events in order of time, the manual clock set to each; at most once every `step` of the plant's time.

    `wait` is called with the time of each, and returns when it may be sent.
    """
    now: datetime | None = None
    for event in events:
        wait(event.time)
        if now is None or event.time - now > step:
            now = event.time
            client.set_clock(now)
        yield send(client, event)


class Pace:
    """Waits for each event, `speed` times as fast as they came; behind an answer that took longer it doesn't wait."""

    def __init__(
        self, speed: float, clock: Callable[[], float] = perf_counter, pause: Callable[[float], None] = sleep
    ) -> None:
        """`clock` and `pause` are in seconds."""
        self._speed, self._clock, self._pause = speed, clock, pause
        self._first: tuple[datetime, float] | None = None
        self.behind_s = 0.0
        """By how much the last event was sent later than it was due, in seconds."""

    def __call__(self, time: datetime) -> None:
        """Wait until an event of this time is due."""
        now_s = self._clock()
        first, began_s = self._first = self._first or (time, now_s)
        ahead_s = began_s + (time - first).total_seconds() / self._speed - now_s
        self.behind_s = max(0.0, -ahead_s)
        if ahead_s > 0:
            self._pause(ahead_s)


def send(client: JiaoqiClient, event: DemandEvent) -> Told:
    """Send one event under a request id of its own, so that sending it again tells the same answer.

    A change reads the order first: the desk wants the state that the caller has seen.
    """
    try:
        return Told(event, OK, promise=_sent(client, event))
    except CallError as error:
        return Told(event, error.code.name, f"{error.reason} {error.message}".strip())


def _sent(client: JiaoqiClient, event: DemandEvent) -> promise_pb2.Promise:
    request_id = _request_id(event)
    if event.kind is Kind.CANCEL:
        return client.cancel(event.order_id, request_id=request_id, reason="cancelled").promise
    assert event.order is not None
    message = order_to_message(event.order)
    if event.kind is Kind.ORDER:
        return client.promise(message, request_id=request_id).promise
    seen = client.get_order(event.order_id).promise
    return client.amend(message, request_id=request_id, etag=seen.etag, reason="changed").promise


def dues(events: Sequence[DemandEvent], speed: float) -> list[Due]:
    """Orders and cancellations as calls that are due in seconds after the first event, `speed` times as fast.

    Changes are left out: they need what the desk told (`send` makes them).
    """
    found = []
    for event in events:
        due_s = (event.time - events[0].time).total_seconds() / speed
        if event.kind is Kind.ORDER and event.order is not None:
            request = promise_service_pb2.PromiseRequest(
                order=order_to_message(event.order), request_id=_request_id(event),
                acceptance=promise_service_pb2.ACCEPTANCE_LATER,
            )  # fmt: skip
            found.append(Due(due_s, PROMISE, request.SerializeToString()))
        elif event.kind is Kind.CANCEL:
            cancel = promise_service_pb2.CancelRequest(order_id=event.order_id, request_id=_request_id(event))
            found.append(Due(due_s, CANCEL, cancel.SerializeToString()))
    return found


def _request_id(event: DemandEvent) -> str:
    return f"{event.kind}:{event.order_id}:{event.time:%y%m%d%H%M%S%f}"[:64]
