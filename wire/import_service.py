"""The servicer of `jiaoqi.v1.ImportService`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from queue import Empty, Full, Queue
from threading import BoundedSemaphore, Thread
from threading import Event as Flag
from typing import NamedTuple

import grpc

from domain.errors import DeskStopped, InvalidInput, JiaoqiError, Overloaded
from domain.promises import Promise
from jiaoqi.v1 import import_service_pb2 as pb
from promising.desk import Desk
from wire.errors import code_of, retry_after
from wire.methods import Call, Handler, Malformed, Methods
from wire.orders import in_request
from wire.parts import Parts
from wire.promise_service import PromiseServicer
from wire.times import write_duration

REQUEST_BYTES_MAX = 1 << 20
PROBLEMS_MAX = 100
AHEAD = 64
"""Orders of one import that wait for their answers at most; no more are read meanwhile."""
LOOK_S = 0.2
"""How often an import looks whether its caller is still there and the server goes on."""
RETRY_AFTER = timedelta(seconds=5)

Message = pb.ImportOrdersRequest | Malformed


class Turn(NamedTuple):
    """An order that was read: what waits for its answer, or what is wrong with it."""

    wait: Callable[[], Promise] | None
    parts: Parts
    error: JiaoqiError | None


class ImportServicer:
    """Converts, calls the desk, converts back, in order."""

    def __init__(self, desk: Desk, promises: PromiseServicer, methods: Methods, limit: int, stopping: Flag) -> None:
        """At most `limit` imports are open at once; they end when `stopping` is set."""
        self._desk = desk
        self._promises = promises
        self._open = BoundedSemaphore(limit)
        self._stopping = stopping
        work = methods.conversation(pb.ImportOrdersRequest, self.import_orders, REQUEST_BYTES_MAX)
        self.handlers: dict[str, Handler] = {"ImportOrders": work}

    def import_orders(self, requests: Iterator[Message], call: Call) -> Iterator[pb.ImportOrdersResponse]:
        if not self._open.acquire(blocking=False):
            raise Overloaded("the list of open imports", RETRY_AFTER)
        left = Flag()

        def going_on() -> bool:
            return call.active() and not left.is_set() and not self._stopping.is_set()

        turns: Queue[Turn | Exception | None] = Queue(AHEAD)
        # A thread of its own: a caller may want an answer before he sends more, or send more before he wants one.
        reader = Thread(target=self._read, args=(requests, call, turns, going_on), name="import", daemon=True)
        reader.start()
        try:
            yield from self._answers(turns, going_on)
        finally:
            left.set()
            self._open.release()

    def _read(
        self,
        requests: Iterator[Message],
        call: Call,
        turns: Queue[Turn | Exception | None],
        going_on: Callable[[], bool],
    ) -> None:
        last: Exception | None = None
        try:
            for request in requests:
                if not _hand_over(turns, self._begin(request, call, going_on), going_on):
                    return
        except grpc.RpcError:
            # The caller is gone; what was put in line is decided, and found again under its request id.
            return
        except Exception as error:
            last = error
        _hand_over(turns, last, going_on)

    def _begin(self, request: Message, call: Call, going_on: Callable[[], bool]) -> Turn:
        try:
            if isinstance(request, Malformed):
                raise request.error
            ask, parts = self._promises.ask_for(request.promise, call)
            return Turn(self._desk.line_up(ask, going_on), parts, None)
        except JiaoqiError as error:
            return Turn(None, Parts(), error)

    def _answers(
        self, turns: Queue[Turn | Exception | None], going_on: Callable[[], bool]
    ) -> Iterator[pb.ImportOrdersResponse]:
        index = 0
        while True:
            try:
                turn = turns.get(timeout=LOOK_S)
            except Empty:
                if not going_on():
                    raise DeskStopped("the import has ended") from None
                continue
            if turn is None:
                return
            if isinstance(turn, Exception):
                raise turn
            yield self._answer(index, turn)
            index += 1

    def _answer(self, index: int, turn: Turn) -> pb.ImportOrdersResponse:
        response = pb.ImportOrdersResponse(index=index)
        try:
            if turn.wait is None:
                assert turn.error is not None
                raise turn.error
            response.promise.CopyFrom(self._promises.promised(turn.wait(), turn.parts))
        except JiaoqiError as error:
            write_failure(in_request_of(error), response.failure)
        return response


def in_request_of(error: JiaoqiError) -> JiaoqiError:
    """Let an error name fields by their paths in the request."""
    return InvalidInput(in_request(error)) if isinstance(error, InvalidInput) else error


def write_failure(error: JiaoqiError, message: pb.ImportFailure) -> None:
    """Write an error into an empty message."""
    message.code = code_of(error).name
    message.reason = error.reason
    message.message = str(error)
    if isinstance(error, InvalidInput):
        for violation in error.violations[:PROBLEMS_MAX]:
            allowed = f" (allowed: {violation.allowed})" if violation.allowed else ""
            message.problems.add(field=violation.field, problem=f"{violation.problem}{allowed}")
    delay = retry_after(error)
    if delay is not None:
        write_duration(message.retry_delay, delay)


def _hand_over(
    turns: Queue[Turn | Exception | None], turn: Turn | Exception | None, going_on: Callable[[], bool]
) -> bool:
    """Whether the turn was taken before the import ended."""
    while going_on():
        try:
            turns.put(turn, timeout=LOOK_S)
        except Full:
            continue
        return True
    return False
