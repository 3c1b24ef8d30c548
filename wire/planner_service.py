"""The servicer of `jiaoqi.v1.PlannerService`."""

from __future__ import annotations

from typing import TypeVar

from domain.checks import check_id
from domain.disruptions import TEXT_MAX, check_text
from domain.errors import InvalidInput
from jiaoqi.v1 import planner_service_pb2 as pb
from promising.desk import Desk
from promising.disruption_requests import Report
from promising.hand_requests import HandAsk, HandChange, MoveWork, PinWork, UnpinWork
from promising.what_if import SUPPOSED_MAX, Supposed
from wire.answers import write_as_of
from wire.enums import DISRUPTION_KIND
from wire.hand import handled_to_message, pin_to_message, work_from_message, would_be_to_message
from wire.methods import Call, Handler, Methods
from wire.plan_service import REQUEST_BYTES_MAX
from wire.requests import check_deadline, check_request_id, page_of
from wire.times import optional_time

BROKEN_MAX = 1_000_000

Request = pb.PinWorkRequest | pb.UnpinWorkRequest | pb.MoveWorkRequest
Response = TypeVar("Response", pb.PinWorkResponse, pb.UnpinWorkResponse, pb.MoveWorkResponse)


class PlannerServicer:
    """Converts, calls the desk, converts back."""

    def __init__(self, desk: Desk, methods: Methods) -> None:
        self._desk = desk
        size = REQUEST_BYTES_MAX
        self.handlers: dict[str, Handler] = {
            "PinWork": methods.unary(pb.PinWorkRequest, self.pin, size),
            "UnpinWork": methods.unary(pb.UnpinWorkRequest, self.unpin, size),
            "MoveWork": methods.unary(pb.MoveWorkRequest, self.move, size),
            "ListPins": methods.unary(pb.ListPinsRequest, self.list_pins, size),
            "WhatIf": methods.unary(pb.WhatIfRequest, self.what_if, size),
        }

    def pin(self, request: pb.PinWorkRequest, call: Call) -> pb.PinWorkResponse:
        return self._handled(request, PinWork(), call, pb.PinWorkResponse())

    def unpin(self, request: pb.UnpinWorkRequest, call: Call) -> pb.UnpinWorkResponse:
        return self._handled(request, UnpinWork(), call, pb.UnpinWorkResponse())

    def move(self, request: pb.MoveWorkRequest, call: Call) -> pb.MoveWorkResponse:
        if request.resource_id:
            check_id("resource_id", request.resource_id)
        if not 0 <= request.max_broken_count <= BROKEN_MAX:
            problem = f"{request.max_broken_count} is out of range"
            raise InvalidInput.one("max_broken_count", problem, f"0 to {BROKEN_MAX}")
        _check_name("behind", request.behind)
        change = MoveWork(
            resource_id=request.resource_id,
            start=optional_time(request, "start_time"),
            behind=work_from_message(request.behind) if request.HasField("behind") else None,
            break_most=request.max_broken_count,
        )
        return self._handled(request, change, call, pb.MoveWorkResponse())

    def _handled(self, request: Request, change: HandChange, call: Call, response: Response) -> Response:
        check_request_id(request.request_id)
        check_text("reason", request.reason, TEXT_MAX)
        _check_name("work", request.work)
        ask = HandAsk(
            work_from_message(request.work), change, request.request_id, call.caller, request.reason,
            request.plan_version, request.validate_only, call.deadline,
        )  # fmt: skip
        handled = self._desk.handle(ask)
        write_as_of(response.as_of, self._desk)
        handled_to_message(handled, response.receipt)
        return response

    def list_pins(self, request: pb.ListPinsRequest, call: Call) -> pb.ListPinsResponse:
        check_deadline(call)
        response = pb.ListPinsResponse()
        page, response.next_page_token = page_of(self._desk.pins(), request.page_size, request.page_token)
        response.pins.extend(pin_to_message(each) for each in page)
        write_as_of(response.as_of, self._desk)
        return response

    def what_if(self, request: pb.WhatIfRequest, call: Call) -> pb.WhatIfResponse:
        check_deadline(call)
        if len(request.suppositions) > SUPPOSED_MAX:
            raise InvalidInput.one("suppositions", f"{len(request.suppositions)} rows", f"1 to {SUPPOSED_MAX}")
        reports = [_report(each, f"suppositions[{i}]") for i, each in enumerate(request.suppositions)]
        response = pb.WhatIfResponse()
        would_be_to_message(self._desk.what_if(Supposed(reports, request.sentence), call.caller), response)
        write_as_of(response.as_of, self._desk)
        return response


def _report(message: pb.Supposition, field: str) -> Report:
    check_id(f"{field}.subject_id", message.subject_id)
    return Report(
        subject_id=message.subject_id,
        kind=DISRUPTION_KIND.read(message.kind, f"{field}.kind") if message.kind else None,
        start=optional_time(message, "start_time"),
        end=optional_time(message, "end_time"),
    )


def _check_name(field: str, name: pb.WorkName) -> None:
    if name.order_id:
        check_id(f"{field}.order_id", name.order_id)
    if name.operation_id:
        check_id(f"{field}.operation_id", name.operation_id)
