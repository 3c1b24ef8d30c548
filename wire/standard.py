"""gRPC's own services, health and reflection, with handlers as careful about bytes as ours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from threading import BoundedSemaphore
from typing import Any, cast

import grpc
from grpc_health.v1 import health_pb2_grpc
from grpc_health.v1.health import HealthServicer
from grpc_reflection.v1alpha import reflection, reflection_pb2_grpc

from domain.errors import InvalidInput, JiaoqiError, Overloaded
from wire.errors import status_of
from wire.methods import Handler, Malformed

REFLECTIONS_MAX = 4
"""Reflection streams open at once; each holds a thread for as long as its caller likes."""
RETRY_AFTER = timedelta(seconds=5)


class Gatherer:
    """Stands in for a server while generated code registers a servicer, and keeps its handlers."""

    def __init__(self) -> None:
        self.services: dict[str, Mapping[str, Handler]] = {}

    def add_generic_rpc_handlers(self, handlers: Sequence[Any]) -> None:
        """Take nothing: the same handlers come again by name."""

    def add_registered_method_handlers(self, service: str, handlers: Mapping[str, Handler]) -> None:
        """Keep the handlers of a service, made careful."""
        self.services[service] = {name: careful(handler) for name, handler in handlers.items()}


def standard_services(health: HealthServicer, names: Sequence[str]) -> dict[str, Mapping[str, Handler]]:
    """Return the handlers of health and reflection by service; `names` are the services to reflect."""
    gatherer = Gatherer()
    server = cast(grpc.Server, gatherer)
    health_pb2_grpc.add_HealthServicer_to_server(health, server)
    servicer = reflection.ReflectionServicer(names)
    reflection_pb2_grpc.add_ServerReflectionServicer_to_server(servicer, server)  # type: ignore[no-untyped-call]
    return gatherer.services


def careful(handler: Handler) -> Handler:
    """Return the handler with INVALID_ARGUMENT instead of INTERNAL for bytes that are no message."""
    parse = handler.request_deserializer
    assert parse is not None

    def deserialize(raw: bytes) -> Any:
        try:
            return parse(raw)
        except Exception:
            return Malformed(InvalidInput.one("request", "the bytes are no message", "the method's request"))

    if handler.request_streaming:
        behaviour = _careful_stream(handler.stream_stream)
        return grpc.stream_stream_rpc_method_handler(behaviour, deserialize, handler.response_serializer)
    if handler.response_streaming:
        behaviour = _careful_call(handler.unary_stream)
        return grpc.unary_stream_rpc_method_handler(behaviour, deserialize, handler.response_serializer)
    behaviour = _careful_call(handler.unary_unary)
    return grpc.unary_unary_rpc_method_handler(behaviour, deserialize, handler.response_serializer)


def _careful_call(behaviour: Any) -> Any:
    def call(request: Any, context: grpc.ServicerContext, *more: Any) -> Any:
        if isinstance(request, Malformed):
            _abort(context, request.error)
        return behaviour(request, context, *more)

    # A health watch holds no thread; gRPC knows that by these marks.
    for mark in ("experimental_non_blocking", "experimental_thread_pool"):
        if hasattr(behaviour, mark):
            setattr(call, mark, getattr(behaviour, mark))
    return call


def _careful_stream(behaviour: Any) -> Any:
    open_streams = BoundedSemaphore(REFLECTIONS_MAX)

    def call(requests: Iterator[Any], context: grpc.ServicerContext) -> Iterator[Any]:
        if not open_streams.acquire(blocking=False):
            _abort(context, Overloaded("the list of open reflections", RETRY_AFTER))
        try:
            yield from behaviour(_well_formed(requests, context), context)
        finally:
            open_streams.release()

    return call


def _well_formed(requests: Iterator[Any], context: grpc.ServicerContext) -> Iterator[Any]:
    for request in requests:
        if isinstance(request, Malformed):
            _abort(context, request.error)
        yield request


def _abort(context: grpc.ServicerContext, error: JiaoqiError) -> None:
    context.abort_with_status(status_of(error))
