"""What every method does around its own work: read the message, name the caller, tell errors, measure."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from threading import Event as Flag
from typing import Any, NoReturn, Protocol, TypeAlias, TypeVar
from uuid import uuid4

import grpc
from google.protobuf.message import Message
from msgspec import Struct

from domain.errors import DeskStopped, InvalidInput, JiaoqiError
from wire.callers import Callers
from wire.errors import PermissionDenied, code_of, internal_status, status_of
from wire.roles import EVERY, Role, allowed

log = logging.getLogger("jiaoqi.wire")

Request = TypeVar("Request", bound=Message)
Handler: TypeAlias = "grpc.RpcMethodHandler[Any, Any]"
NO_DEADLINE_S = 10 * 365 * 86_400.0
"""A call without a deadline is told to have this much time left, or more."""


class Call(Struct, frozen=True):
    """What is known of a call besides its message.

    `deadline` is in seconds of the monotonic clock (None: none).
    """

    caller: str
    deadline: float | None
    active: Callable[[], bool]
    """False once the caller has left."""
    roles: frozenset[Role] = EVERY
    """What the caller is."""

    def lacks_for(self, method: str) -> tuple[str, ...]:
        """Return the roles that may call another method; none where the caller may."""
        return () if self.roles & allowed(method) else tuple(sorted(allowed(method)))


class CallMetrics(Protocol):
    """Where calls are counted; called from many threads."""

    def called(self, method: str, code: str, seconds: float) -> None:
        """A call was answered: the method's name, the status code's name, and how long it took."""


class Malformed(Struct, frozen=True):
    """Bytes that are no message of the method's kind."""

    error: InvalidInput


class Methods:
    """Builds the handlers of a service.

    gRPC answers INTERNAL when a deserializer raises, and UNKNOWN when a method does; so the deserializers
    here return what is wrong with the bytes, and the methods end with a status in all cases.
    """

    def __init__(self, callers: Callers, metrics: CallMetrics, stopping: Flag | None = None) -> None:
        """Calls that come in when `stopping` is set are refused."""
        self._callers = callers
        self._metrics = metrics
        self._stopping = stopping or Flag()
        self.refused_at_end = 0
        """Calls that came in when `stopping` was set, roughly: they are counted without a lock."""

    def unary(self, request_class: type[Request], work: Callable[[Request, Call], Message], bytes_max: int) -> Handler:
        """Build the handler of a method with one answer, for requests of at most `bytes_max` bytes."""
        method = request_class.DESCRIPTOR.name.removesuffix("Request")

        def handle(request: Request | Malformed, context: grpc.ServicerContext) -> Message:
            started = time.perf_counter()
            code = "OK"
            try:
                call = self._call(context, method)
                return work(_well_formed(request), call)
            except JiaoqiError as error:
                code = code_of(error).name
                abort(context, method, error)
            except Exception as error:
                code = "INTERNAL"
                abort(context, method, error)
            finally:
                self._metrics.called(method, code, time.perf_counter() - started)

        return grpc.unary_unary_rpc_method_handler(handle, _deserializer(request_class, bytes_max), _serialize)

    def stream(
        self, request_class: type[Request], work: Callable[[Request, Call], Iterator[Message]], bytes_max: int
    ) -> Handler:
        """Build the handler of a method with a stream of answers; only its end is counted."""
        method = request_class.DESCRIPTOR.name.removesuffix("Request")

        def handle(request: Request | Malformed, context: grpc.ServicerContext) -> Iterator[Message]:
            started = time.perf_counter()
            code = "OK"
            try:
                call = self._call(context, method)
                yield from work(_well_formed(request), call)
            except JiaoqiError as error:
                code = code_of(error).name
                abort(context, method, error)
            except Exception as error:
                code = "INTERNAL"
                abort(context, method, error)
            finally:
                self._metrics.called(method, code, time.perf_counter() - started)

        return grpc.unary_stream_rpc_method_handler(handle, _deserializer(request_class, bytes_max), _serialize)

    def conversation(
        self,
        request_class: type[Request],
        work: Callable[[Iterator[Request | Malformed], Call], Iterator[Message]],
        bytes_max: int,
    ) -> Handler:
        """Build the handler of a method with streams both ways; `work` reads each message when it wants it."""
        method = request_class.DESCRIPTOR.name.removesuffix("Request")

        def handle(requests: Iterator[Request | Malformed], context: grpc.ServicerContext) -> Iterator[Message]:
            started = time.perf_counter()
            code = "OK"
            try:
                yield from work(requests, self._call(context, method))
            except JiaoqiError as error:
                code = code_of(error).name
                abort(context, method, error)
            except Exception as error:
                code = "INTERNAL"
                abort(context, method, error)
            finally:
                self._metrics.called(method, code, time.perf_counter() - started)

        return grpc.stream_stream_rpc_method_handler(handle, _deserializer(request_class, bytes_max), _serialize)

    def _call(self, context: grpc.ServicerContext, method: str) -> Call:
        """What is known of a call.

        Raises DeskStopped, Unauthenticated, PermissionDenied, or InvalidInput for a bad name.
        """
        if self._stopping.is_set():
            self.refused_at_end += 1
            raise DeskStopped("it is stopping")
        caller = self._callers.find(context.invocation_metadata() or ())
        if not caller.roles & allowed(method):
            raise PermissionDenied(method, sorted(allowed(method)), caller.name, sorted(caller.roles))
        left = context.time_remaining()
        deadline = None if left > NO_DEADLINE_S else time.monotonic() + left
        return Call(caller.name, deadline, context.is_active, caller.roles)


def _well_formed(request: Request | Malformed) -> Request:
    if isinstance(request, Malformed):
        raise request.error
    return request


def abort(context: grpc.ServicerContext, method: str, error: Exception) -> NoReturn:
    """End the call with the status of an error; what isn't one of ours goes to the log under an id."""
    if isinstance(error, JiaoqiError) and code_of(error) is not grpc.StatusCode.INTERNAL:
        context.abort_with_status(status_of(error))
    error_id = uuid4().hex[:12]
    log.error("internal_error", exc_info=error, extra={"method": method, "error_id": error_id})
    context.abort_with_status(internal_status(error_id))
    raise AssertionError("abort_with_status returned")


def _deserializer(request_class: type[Request], bytes_max: int) -> Callable[[bytes], Request | Malformed]:
    name = request_class.DESCRIPTOR.name

    def deserialize(raw: bytes) -> Request | Malformed:
        if len(raw) > bytes_max:
            allowed = f"at most {bytes_max}"
            return Malformed(InvalidInput.one("request", f"a {name} of {len(raw)} bytes", allowed))
        try:
            return request_class.FromString(raw)
        except Exception:
            # Not only DecodeError: whatever a parser raises would reach the caller as INTERNAL.
            return Malformed(InvalidInput.one("request", f"the bytes are no {name}", "the protobuf message"))

    return deserialize


def _serialize(message: Message) -> bytes:
    return message.SerializeToString()
