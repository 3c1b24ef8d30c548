"""The servicer of `jiaoqi.v1.PlannerService`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from threading import BoundedSemaphore, Event
from typing import TypeVar

from domain.alerts import Alert, AlertChange
from domain.checks import check_id
from domain.disruptions import TEXT_MAX, check_text
from domain.errors import DeskStopped, InvalidInput, Overloaded
from jiaoqi.v1 import planner_service_pb2 as pb
from promising.desk import Desk
from promising.disruption_requests import Report
from promising.forecast import WANTED_MAX
from promising.hand_requests import HandAsk, HandChange, MoveWork, PinWork, UnpinWork
from promising.rush import RushAsk
from promising.what_if import SUPPOSED_MAX, Supposed
from wire.alerts import alert_to_message
from wire.answers import write_as_of
from wire.enums import ALERT_CHANGE, ALERT_LEVEL, DISRUPTION_KIND
from wire.forecasts import centre_to_message, wanted_from_message
from wire.hand import handled_to_message, pin_to_message, work_from_message, would_be_to_message
from wire.methods import Call, Handler, Methods
from wire.plan_service import REQUEST_BYTES_MAX
from wire.promise_service import WATCH_RETRY_AFTER, WATCH_WAIT_S
from wire.repromises import ask_from_message, repromised_to_message
from wire.requests import check_deadline, check_request_id, page_of
from wire.rushes import rushed_to_message
from wire.times import optional_time

BROKEN_MAX = 1_000_000
WEEKS = 4
FORECAST_BYTES_MAX = 1 << 20
REPROMISE_BYTES_MAX = 1 << 20

Request = pb.PinWorkRequest | pb.UnpinWorkRequest | pb.MoveWorkRequest
Response = TypeVar("Response", pb.PinWorkResponse, pb.UnpinWorkResponse, pb.MoveWorkResponse)


class PlannerServicer:
    """Converts, calls the desk, converts back."""

    def __init__(self, desk: Desk, methods: Methods, watch_limit: int, stopping: Event) -> None:
        self._desk, self._stopping = desk, stopping
        self._watches = BoundedSemaphore(watch_limit)
        size = REQUEST_BYTES_MAX
        self.handlers: dict[str, Handler] = {
            "PinWork": methods.unary(pb.PinWorkRequest, self.pin, size),
            "UnpinWork": methods.unary(pb.UnpinWorkRequest, self.unpin, size),
            "MoveWork": methods.unary(pb.MoveWorkRequest, self.move, size),
            "ListPins": methods.unary(pb.ListPinsRequest, self.list_pins, size),
            "ListAlerts": methods.unary(pb.ListAlertsRequest, self.list_alerts, size),
            "WatchAlerts": methods.stream(pb.WatchAlertsRequest, self.watch_alerts, size),
            "RushOrder": methods.unary(pb.RushOrderRequest, self.rush, size),
            "Repromise": methods.unary(pb.RepromiseRequest, self.repromise, REPROMISE_BYTES_MAX),
            "GetForecast": methods.unary(pb.GetForecastRequest, self.forecast, FORECAST_BYTES_MAX),
            "WhatIf": methods.unary(pb.WhatIfRequest, self.what_if, size),
        }

    def pin(self, request: pb.PinWorkRequest, call: Call) -> pb.PinWorkResponse:
        return self._handled(request, PinWork(), call, pb.PinWorkResponse())

    def unpin(self, request: pb.UnpinWorkRequest, call: Call) -> pb.UnpinWorkResponse:
        return self._handled(request, UnpinWork(), call, pb.UnpinWorkResponse())

    def move(self, request: pb.MoveWorkRequest, call: Call) -> pb.MoveWorkResponse:
        if request.resource_id:
            check_id("resource_id", request.resource_id)
        _check_broken(request.max_broken_count)
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

    def rush(self, request: pb.RushOrderRequest, call: Call) -> pb.RushOrderResponse:
        check_request_id(request.request_id)
        check_text("reason", request.reason, TEXT_MAX)
        _check_broken(request.max_broken_count)
        ask = RushAsk(
            request.order_id, request.priority, request.request_id, call.caller, request.reason,
            request.max_broken_count, request.validate_only, call.deadline,
        )  # fmt: skip
        response = pb.RushOrderResponse()
        rushed_to_message(self._desk.rush(ask), response)
        write_as_of(response.as_of, self._desk)
        return response

    def repromise(self, request: pb.RepromiseRequest, call: Call) -> pb.RepromiseResponse:
        check_request_id(request.request_id)
        check_text("reason", request.reason, TEXT_MAX)
        response = pb.RepromiseResponse()
        repromised_to_message(self._desk.repromise(ask_from_message(request, call)), response)
        write_as_of(response.as_of, self._desk)
        return response

    def forecast(self, request: pb.GetForecastRequest, call: Call) -> pb.GetForecastResponse:
        check_deadline(call)
        if len(request.wanted) > WANTED_MAX:
            raise InvalidInput.one("wanted", f"{len(request.wanted)} rows", f"0 to {WANTED_MAX}")
        wanted = [wanted_from_message(row, f"wanted[{i}]") for i, row in enumerate(request.wanted)]
        response = pb.GetForecastResponse()
        start = optional_time(request, "start_time")
        for centre in self._desk.forecast(start, request.week_count or WEEKS, wanted):
            centre_to_message(centre, response.centres.add())
        write_as_of(response.as_of, self._desk)
        return response

    def list_alerts(self, request: pb.ListAlertsRequest, call: Call) -> pb.ListAlertsResponse:
        check_deadline(call)
        level = ALERT_LEVEL.read(request.level, "level") if request.level else None
        found = [
            alert
            for alert in self._desk.alerts()[1]
            if level in (None, alert.level)
            and request.customer_id in ("", alert.customer_id)
            and (not request.subject_id or alert.concerns(request.subject_id))
        ]
        response = pb.ListAlertsResponse()
        page, response.next_page_token = page_of(found, request.page_size, request.page_token)
        response.alerts.extend(alert_to_message(alert) for alert in page)
        write_as_of(response.as_of, self._desk)
        return response

    def watch_alerts(self, request: pb.WatchAlertsRequest, call: Call) -> Iterator[pb.WatchAlertsResponse]:
        if request.customer_id:
            check_id("customer_id", request.customer_id)
        if not self._watches.acquire(blocking=False):
            raise Overloaded("the list of open watches", WATCH_RETRY_AFTER)
        try:
            yield from self._alerts(request, call)
        finally:
            self._watches.release()

    def _alerts(self, request: pb.WatchAlertsRequest, call: Call) -> Iterator[pb.WatchAlertsResponse]:
        after: int | None = None
        while call.active():
            if self._stopping.is_set():
                raise DeskStopped("the server stops")
            rows: Sequence[tuple[AlertChange, Alert]]
            anew = after is None
            changes = None if after is None else self._desk.wait_alerts(after, WATCH_WAIT_S)
            if after is None or changes is None:
                anew, (after, found) = True, self._desk.alerts()
                rows = [(AlertChange.OPENED, alert) for alert in found]
            else:
                after = changes[-1].sequence if changes else after
                rows = [(each.change, each.alert) for each in changes]
            rows = [row for row in rows if request.customer_id in ("", row[1].customer_id)]
            if rows or anew:
                response = pb.WatchAlertsResponse(all=anew)
                for change, alert in rows:
                    alert_to_message(alert, response.rows.add(change=ALERT_CHANGE.number[change]).alert)
                write_as_of(response.as_of, self._desk)
                yield response


def _report(message: pb.Supposition, field: str) -> Report:
    check_id(f"{field}.subject_id", message.subject_id)
    return Report(
        subject_id=message.subject_id,
        kind=DISRUPTION_KIND.read(message.kind, f"{field}.kind") if message.kind else None,
        start=optional_time(message, "start_time"),
        end=optional_time(message, "end_time"),
        quantity=message.quantity,
        region=message.region,
        line_no=message.line_no,
        operation_id=message.operation_id,
        wanted=optional_time(message, "requested_time"),
        withdrawn=message.withdrawn,
    )


def _check_broken(count: int) -> None:
    if not 0 <= count <= BROKEN_MAX:
        raise InvalidInput.one("max_broken_count", f"{count} is out of range", f"0 to {BROKEN_MAX}")


def _check_name(field: str, name: pb.WorkName) -> None:
    if name.order_id:
        check_id(f"{field}.order_id", name.order_id)
    if name.operation_id:
        check_id(f"{field}.operation_id", name.operation_id)
