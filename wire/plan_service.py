"""The servicer of `jiaoqi.v1.PlanService`."""

from __future__ import annotations

from threading import Event
from typing import TypeVar

from domain.checks import check_id
from domain.disruptions import DisruptionKind, DisruptionState
from jiaoqi.v1 import plan_service_pb2 as pb
from promising.desk import Desk
from promising.disruption_requests import AmendReport, CloseReport, DisruptionAsk, DisruptionChange, Report
from promising.progress_requests import ProgressAsk
from wire.answers import write_as_of
from wire.disruptions import disruption_to_message, line_to_message, repaired_to_message
from wire.enums import DISRUPTION_KIND, DISRUPTION_STATE
from wire.errors import PermissionDenied
from wire.methods import Call, Handler, Methods
from wire.progress import progressed_to_message, report_from_message
from wire.proposal_methods import ProposalMethods
from wire.requests import check_deadline, check_request_id, page_of
from wire.times import optional_time

REQUEST_BYTES_MAX = 1 << 16
PROGRESS_BYTES_MAX = 1 << 20

Request = pb.ReportDisruptionRequest | pb.AmendDisruptionRequest | pb.CloseDisruptionRequest
Response = TypeVar("Response", pb.ReportDisruptionResponse, pb.AmendDisruptionResponse, pb.CloseDisruptionResponse)


class PlanServicer:
    """Converts, calls the desk, converts back."""

    def __init__(self, desk: Desk, methods: Methods, stopping: Event) -> None:
        self._desk = desk
        size = REQUEST_BYTES_MAX
        self.handlers: dict[str, Handler] = {
            "ReportDisruption": methods.unary(pb.ReportDisruptionRequest, self.report, size),
            "AmendDisruption": methods.unary(pb.AmendDisruptionRequest, self.amend, size),
            "CloseDisruption": methods.unary(pb.CloseDisruptionRequest, self.close, size),
            "ListDisruptions": methods.unary(pb.ListDisruptionsRequest, self.list_disruptions, size),
            "ReportProgress": methods.unary(pb.ReportProgressRequest, self.progress, PROGRESS_BYTES_MAX),
            "ListAtRisk": methods.unary(pb.ListAtRiskRequest, self.list_at_risk, size),
            **ProposalMethods(desk, methods, stopping).handlers,
        }

    def report(self, request: pb.ReportDisruptionRequest, call: Call) -> pb.ReportDisruptionResponse:
        change = Report(
            subject_id=request.subject_id,
            kind=DISRUPTION_KIND.read(request.kind, "kind") if request.kind else None,
            start=optional_time(request, "start_time"),
            end=optional_time(request, "end_time"),
            expected_end=optional_time(request, "expected_end_time"),
            disruption_id=request.disruption_id,
            source=request.source,
            reason=request.reason,
            quantity=request.quantity,
            region=request.region,
            line_no=request.line_no,
            operation_id=request.operation_id,
            wanted=optional_time(request, "requested_time"),
            withdrawn=request.withdrawn,
        )
        needed = call.lacks_for("Amend") if change.kind is DisruptionKind.CUSTOMER_CHANGE else ()
        if needed:
            raise PermissionDenied("ReportDisruption of a customer's change", needed, call.caller, sorted(call.roles))
        return self._repaired(request, change, request.etag, call, pb.ReportDisruptionResponse())

    def amend(self, request: pb.AmendDisruptionRequest, call: Call) -> pb.AmendDisruptionResponse:
        change = AmendReport(
            disruption_id=request.disruption_id,
            start=optional_time(request, "start_time"),
            end=optional_time(request, "end_time"),
            expected_end=optional_time(request, "expected_end_time"),
            reason=request.reason if request.HasField("reason") else None,
            quantity=request.quantity,
        )
        return self._repaired(request, change, request.etag, call, pb.AmendDisruptionResponse())

    def close(self, request: pb.CloseDisruptionRequest, call: Call) -> pb.CloseDisruptionResponse:
        change = CloseReport(request.disruption_id, optional_time(request, "ended_time"))
        return self._repaired(request, change, request.etag, call, pb.CloseDisruptionResponse())

    def _repaired(
        self, request: Request, change: DisruptionChange, etag: str, call: Call, response: Response
    ) -> Response:
        check_request_id(request.request_id)
        if not isinstance(change, Report):
            check_id("disruption_id", change.disruption_id)
        ask = DisruptionAsk(
            change, request.request_id, call.caller, etag, validate_only=request.validate_only, deadline=call.deadline
        )
        repaired = self._desk.disrupt(ask)
        write_as_of(response.as_of, self._desk)
        repaired_to_message(repaired, response.receipt)
        return response

    def progress(self, request: pb.ReportProgressRequest, call: Call) -> pb.ReportProgressResponse:
        check_request_id(request.request_id)
        items = tuple(report_from_message(each, f"reports[{place}]") for place, each in enumerate(request.reports))
        ask = ProgressAsk(
            items, request.request_id, call.caller, request.source, request.validate_only, call.deadline
        )  # fmt: skip
        progressed = self._desk.progress(ask)
        response = pb.ReportProgressResponse()
        write_as_of(response.as_of, self._desk)
        progressed_to_message(progressed, response.receipt)
        return response

    def list_disruptions(self, request: pb.ListDisruptionsRequest, call: Call) -> pb.ListDisruptionsResponse:
        check_deadline(call)
        found = self._desk.disruptions(closed=request.state != pb.DISRUPTION_STATE_OPEN)
        if request.state:
            state: DisruptionState = DISRUPTION_STATE.read(request.state, "state")
            found = [each for each in found if each.state is state]
        response = pb.ListDisruptionsResponse()
        page, response.next_page_token = page_of(found, request.page_size, request.page_token)
        response.disruptions.extend(disruption_to_message(each) for each in page)
        write_as_of(response.as_of, self._desk)
        return response

    def list_at_risk(self, request: pb.ListAtRiskRequest, call: Call) -> pb.ListAtRiskResponse:
        check_deadline(call)
        found = [
            line
            for line in self._desk.at_risk()
            if request.customer_id in ("", line.customer_id)
            and (not request.disruption_id or (line.cause and line.cause.disruption_id == request.disruption_id))
        ]
        response = pb.ListAtRiskResponse()
        page, response.next_page_token = page_of(found, request.page_size, request.page_token)
        response.lines.extend(line_to_message(line) for line in page)
        write_as_of(response.as_of, self._desk)
        return response
