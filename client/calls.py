"""The typed client: deadlines, retries under the same request id, errors with their details."""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

import grpc
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.message import Message

from client.change_calls import ChangeCalls, acceptance
from client.errors import CallError, FieldError
from client.import_calls import ImportCalls
from client.supply_calls import SupplyCalls
from client.times import timestamp
from jiaoqi.v1 import order_pb2 as order_schema
from jiaoqi.v1 import plan_pb2, promise_pb2
from jiaoqi.v1 import plant_service_pb2 as plant
from jiaoqi.v1 import promise_service_pb2 as desk
from jiaoqi.v1.import_service_pb2_grpc import ImportServiceStub
from jiaoqi.v1.plant_service_pb2_grpc import PlantServiceStub
from jiaoqi.v1.promise_service_pb2_grpc import PromiseServiceStub
from jiaoqi.v1.supply_service_pb2_grpc import SupplyServiceStub

DEFAULT_ADDRESS = "127.0.0.1:50051"
TIMEOUT_S = 10.0
BACKOFF_S, BACKOFF_MAX_S = 0.05, 2.0
REFUSALS_MAX = 3
MESSAGE_BYTES_MAX = 256 << 20

__all__ = ["CallError", "FieldError", "JiaoqiClient", "line"]

Answer = TypeVar("Answer", bound=Message)


class JiaoqiClient(ChangeCalls, SupplyCalls, ImportCalls):
    """One connection to a server; may be used from many threads. Times are aware datetimes.

    Calls raise CallError. A call that changes something carries a request id, made here unless given; when the
    server can't be reached, the call is repeated under the same id until its deadline, so that it counts once.
    """

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
        options = [("grpc.max_receive_message_length", MESSAGE_BYTES_MAX)]
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
        self._supply = SupplyServiceStub(self.channel)
        self._imports = ImportServiceStub(self.channel)

    def __enter__(self) -> JiaoqiClient:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the connection; open watches end with it."""
        self.channel.close()

    # Sales.

    def quote(
        self,
        order: order_schema.Order,
        *,
        on_time_only: bool = False,
        allow_frozen: bool = False,
        parts: Sequence[str] = (),
    ) -> desk.QuoteResponse:
        """Ask when an order could be had. `parts` are paths of the field mask; none stands for `reasons`."""
        request = desk.QuoteRequest(
            order=order,
            acceptance=acceptance(on_time_only),
            allow_frozen=allow_frozen,
            field_mask=_mask(parts),
        )
        return self._call(self._desk.Quote, request)

    def promise(
        self,
        order: order_schema.Order,
        *,
        request_id: str = "",
        on_time_only: bool = False,
        allow_frozen: bool = False,
        validate_only: bool = False,
        expire_time: datetime | None = None,
        quote_id: str = "",
        as_quoted_time: datetime | None = None,
        parts: Sequence[str] = (),
    ) -> desk.PromiseResponse:
        """Have an order promised, or with `expire_time` held; the date stands on disk when this returns."""
        request = desk.PromiseRequest(
            request_id=request_id or self._new_request_id(),
            order=order,
            acceptance=acceptance(on_time_only),
            allow_frozen=allow_frozen,
            validate_only=validate_only,
            expire_time=timestamp(expire_time),
            quote_id=quote_id,
            as_quoted_time=timestamp(as_quoted_time),
            field_mask=_mask(parts),
        )
        return self._call(self._desk.Promise, request)

    def get_order(self, order_id: str, *, parts: Sequence[str] = ()) -> desk.GetOrderResponse:
        """Find one order."""
        return self._call(self._desk.GetOrder, desk.GetOrderRequest(order_id=order_id, field_mask=_mask(parts)))

    def list_orders(
        self,
        *,
        states: Iterable[promise_pb2.PromiseState | str] = (),
        customer_id: str = "",
        parts: Sequence[str] = (),
        page_size: int = 0,
    ) -> Iterator[promise_pb2.Promise]:
        """Yield orders in the order of their first answer, page after page."""
        request = desk.ListOrdersRequest(
            page_size=page_size, states=states, customer_id=customer_id, field_mask=_mask(parts)
        )
        while True:
            page = self._call(self._desk.ListOrders, request)
            yield from page.promises
            if not page.next_page_token:
                return
            request.page_token = page.next_page_token

    def watch(
        self, *, after_sequence: int | None = None, order_id: str = "", timeout_s: float | None = None
    ) -> Iterator[desk.WatchResponse]:
        """Yield groups of events as they are committed, first at once an empty one that tells the place in the log.

        A watch that loses the server goes on from its place once the server is back, for as long as `timeout_s`
        of silence allows (None: the client's timeout).
        """
        request = desk.WatchRequest(after_sequence=after_sequence, order_id=order_id)
        silence_s = self.timeout_s if timeout_s is None else timeout_s
        heard = time.monotonic()
        while True:
            try:
                for answer in self._desk.Watch(request, metadata=self._metadata):
                    request.after_sequence = answer.sequence
                    heard = time.monotonic()
                    yield answer
            except grpc.RpcError as error:
                failure = CallError(error)
                if failure.code is not grpc.StatusCode.UNAVAILABLE or time.monotonic() - heard > silence_s:
                    raise failure from None
            time.sleep(BACKOFF_S)

    # Plant.

    def check_plant(self, files: Mapping[str, bytes]) -> plant.CheckPlantResponse:
        """Tell all that is wrong in a plant's files."""
        return self._call(self._plant.CheckPlant, plant.CheckPlantRequest(files=_files(files)))

    def import_plant(
        self, files: Mapping[str, bytes], *, request_id: str = "", validate_only: bool = False
    ) -> plant.ImportPlantResponse:
        """Take over a plant from its files."""
        request = plant.ImportPlantRequest(
            request_id=request_id or self._new_request_id(), files=_files(files), validate_only=validate_only
        )
        return self._call(self._plant.ImportPlant, request)

    def export_plant(self) -> dict[str, bytes]:
        """Return the plant's files by name."""
        answer = self._call(self._plant.ExportPlant, plant.ExportPlantRequest())
        return {file.name: file.content for file in answer.files}

    def schedule(
        self,
        *,
        from_time: datetime | None = None,
        to_time: datetime | None = None,
        resource_ids: Sequence[str] = (),
        mould_ids: Sequence[str] = (),
        order_id: str = "",
        page_size: int = 0,
    ) -> Iterator[plan_pb2.ScheduledOperation]:
        """Yield the plan's operations by start, page after page."""
        request = plant.GetScheduleRequest(
            page_size=page_size,
            from_time=timestamp(from_time),
            to_time=timestamp(to_time),
            resource_ids=resource_ids,
            mould_ids=mould_ids,
            order_id=order_id,
        )
        while True:
            page = self._call(self._plant.GetSchedule, request)
            yield from page.operations
            if not page.next_page_token:
                return
            request.page_token = page.next_page_token

    def resources(
        self, *, from_time: datetime | None = None, to_time: datetime | None = None
    ) -> list[plan_pb2.Resource]:
        """Return resources and moulds with their closed times; by default for two weeks from now."""
        request = plant.ListResourcesRequest(from_time=timestamp(from_time), to_time=timestamp(to_time))
        return list(self._call(self._plant.ListResources, request).resources)

    def load(
        self,
        *,
        from_time: datetime | None = None,
        to_time: datetime | None = None,
        resource_ids: Sequence[str] = (),
    ) -> plant.GetLoadResponse:
        """Tell how busy resources are, day by day; by default for two weeks from now."""
        request = plant.GetLoadRequest(
            from_time=timestamp(from_time), to_time=timestamp(to_time), resource_ids=resource_ids
        )
        return self._call(self._plant.GetLoad, request)

    def clock(self) -> plant.GetClockResponse:
        """Tell the plant's clock."""
        return self._call(self._plant.GetClock, plant.GetClockRequest())

    def set_clock(
        self, now_time: datetime, mode: plan_pb2.ClockMode = plan_pb2.CLOCK_MODE_UNSPECIFIED
    ) -> plant.SetClockResponse:
        """Set the plant's clock, on request changing where it comes from."""
        request = plant.SetClockRequest(now_time=timestamp(now_time), clock_mode=mode)
        return self._call(self._plant.SetClock, request)

    def check_plan(self) -> list[str]:
        """Return the rules that the plan breaks; none when it is sound."""
        return list(self._call(self._plant.CheckPlan, plant.CheckPlanRequest()).violations)

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


def line(
    line_no: int,
    item_id: str,
    quantity: int,
    requested_time: datetime,
    latest_time: datetime | None = None,
    unit_price_fen: int = 0,
    discount_fen: int = 0,
) -> order_schema.OrderLine:
    """Build an order line; times are aware."""
    return order_schema.OrderLine(
        line_no=line_no,
        item_id=item_id,
        quantity=quantity,
        requested_time=timestamp(requested_time),
        latest_time=timestamp(latest_time),
        unit_price_fen=unit_price_fen,
        discount_fen=discount_fen,
    )


def _mask(parts: Sequence[str]) -> FieldMask | None:
    return FieldMask(paths=parts) if parts else None


def _files(files: Mapping[str, bytes]) -> list[plant.PlantFile]:
    return [plant.PlantFile(name=name, content=content) for name, content in sorted(files.items())]
