"""The frame of every call: deadline, caller, retries under the same request id, pages."""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import grpc
from google.protobuf.message import Message

from client.errors import CallError
from jiaoqi.v1.import_service_pb2_grpc import ImportServiceStub
from jiaoqi.v1.plan_service_pb2_grpc import PlanServiceStub
from jiaoqi.v1.planner_service_pb2_grpc import PlannerServiceStub
from jiaoqi.v1.plant_service_pb2_grpc import PlantServiceStub
from jiaoqi.v1.promise_service_pb2_grpc import PromiseServiceStub
from jiaoqi.v1.review_service_pb2_grpc import ReviewServiceStub
from jiaoqi.v1.rule_service_pb2_grpc import RuleServiceStub
from jiaoqi.v1.supply_service_pb2_grpc import SupplyServiceStub

DEFAULT_ADDRESS = "127.0.0.1:50051"
TIMEOUT_S = 10.0
BACKOFF_S, BACKOFF_MAX_S = 0.05, 2.0
REFUSALS_MAX = 3
MESSAGE_BYTES_MAX = 256 << 20
RECONNECT = [("grpc.initial_reconnect_backoff_ms", 200), ("grpc.max_reconnect_backoff_ms", 2000)]
"""How soon a server that went away is looked for again: with gRPC's own two minutes a server that was away for one
would be found only a minute after it is back, and every call until then would fail."""

Answer = TypeVar("Answer", bound=Message)


class Frame:
    """One connection to a server, and how it is called."""

    def __init__(
        self,
        address: str = DEFAULT_ADDRESS,
        *,
        token: str = "",
        caller: str = "",
        timeout_s: float = TIMEOUT_S,
        root_certificates: bytes | None = None,
        new_request_id: Callable[[], str] = lambda: uuid.uuid4().hex,
    ) -> None:
        """`root_certificates` in PEM turns TLS on; `token` is the bearer token, `caller` the name without one."""
        options = [("grpc.max_receive_message_length", MESSAGE_BYTES_MAX), *RECONNECT]
        if root_certificates is None:
            self.channel = grpc.insecure_channel(address, options)
        else:
            credentials = grpc.ssl_channel_credentials(root_certificates)
            self.channel = grpc.secure_channel(address, credentials, options)
        self.address = address
        self.timeout_s = timeout_s
        self._new_request_id = new_request_id
        self._metadata: tuple[tuple[str, str | bytes], ...] = ()
        if token:
            self._metadata += (("authorization", f"Bearer {token}"),)
        if caller:
            self._metadata += (("x-caller", caller),)
        self._desk = PromiseServiceStub(self.channel)
        self._plant = PlantServiceStub(self.channel)
        self._plan = PlanServiceStub(self.channel)
        self._planner = PlannerServiceStub(self.channel)
        self._reviews = ReviewServiceStub(self.channel)
        self._supply = SupplyServiceStub(self.channel)
        self._rules = RuleServiceStub(self.channel)
        self._imports = ImportServiceStub(self.channel)

    def close(self) -> None:
        """End the connection; open watches end with it."""
        self.channel.close()

    def _call(self, method: Callable[..., Answer], request: Message) -> Answer:
        """Call until an answer, a refusal, or the deadline; only what did not reach the desk is repeated."""
        deadline = time.monotonic() + self.timeout_s
        pause = BACKOFF_S
        refused = 0
        while True:
            left = max(deadline - time.monotonic(), 0.001)
            try:
                return method(request, timeout=left, metadata=self._metadata)
            except grpc.RpcError as error:
                failure = CallError(error)
            pause = min(2 * pause, BACKOFF_MAX_S)
            # Spread, so that callers who lost the server together don't come back together.
            wait = pause * random.uniform(0.5, 1.0)
            # A server that says itself why it doesn't decide may lack a plant, which no waiting will bring.
            refused += bool(failure.reason)
            if failure.code is not grpc.StatusCode.UNAVAILABLE or refused > REFUSALS_MAX:
                raise failure from None
            if time.monotonic() + wait >= deadline:
                raise failure from None
            time.sleep(wait)

    # Messages have no type in common that has the fields below.

    def _change(self, method: Callable[..., Answer], request: Any, request_id: str = "") -> Answer:
        """Call a method that changes something, under a request id: the caller's, or one made here."""
        request.request_id = request_id or self._new_request_id()
        return self._call(method, request)

    def _pages(self, method: Callable[..., Answer], request: Any) -> Iterator[Answer]:
        """Yield one page after the other."""
        while True:
            page: Any = self._call(method, request)
            yield page
            if not page.next_page_token:
                return
            request.page_token = page.next_page_token
