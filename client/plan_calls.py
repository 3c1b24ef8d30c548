"""The calls of PlanService: what breaks the plan, and what is at risk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from client.frame import Frame
from client.times import timestamp
from jiaoqi.v1 import plan_service_pb2 as plan

PAGE = 500


class PlanCalls(Frame):
    """For the shop floor and planners."""

    def report_disruption(
        self,
        subject_id: str,
        *,
        kind: plan.DisruptionKind = plan.DISRUPTION_KIND_UNSPECIFIED,
        start: datetime | None = None,
        end: datetime | None = None,
        expected_end: datetime | None = None,
        disruption_id: str = "",
        source: str = "",
        reason: str = "",
        quantity: int = 0,
        region: str = "",
        line_no: int = 0,
        operation_id: str = "",
        requested: datetime | None = None,
        withdrawn: bool = False,
        etag: str = "",
        request_id: str = "",
        validate_only: bool = False,
    ) -> plan.ReportDisruptionResponse:
        """Report what broke, is late or lost, or hours cancelled or added; without `end` nobody knows it."""
        request = plan.ReportDisruptionRequest(
            subject_id=subject_id, kind=kind, start_time=timestamp(start), end_time=timestamp(end),
            expected_end_time=timestamp(expected_end), disruption_id=disruption_id, source=source, reason=reason,
            quantity=quantity, region=region, line_no=line_no, operation_id=operation_id,
            requested_time=timestamp(requested), withdrawn=withdrawn, etag=etag, validate_only=validate_only,
        )  # fmt: skip
        return self._change(self._plan.ReportDisruption, request, request_id)

    def amend_disruption(
        self,
        disruption_id: str,
        *,
        start: datetime | None = None,
        end: datetime | None = None,
        expected_end: datetime | None = None,
        reason: str | None = None,
        quantity: int = 0,
        etag: str = "",
        request_id: str = "",
        validate_only: bool = False,
    ) -> plan.AmendDisruptionResponse:
        """Tell what is known better by now; what is None stays as it is."""
        request = plan.AmendDisruptionRequest(
            disruption_id=disruption_id, etag=etag, start_time=timestamp(start), end_time=timestamp(end),
            expected_end_time=timestamp(expected_end), reason=reason, quantity=quantity, validate_only=validate_only,
        )  # fmt: skip
        return self._change(self._plan.AmendDisruption, request, request_id)

    def close_disruption(
        self,
        disruption_id: str,
        *,
        ended: datetime | None = None,
        etag: str = "",
        request_id: str = "",
        validate_only: bool = False,
    ) -> plan.CloseDisruptionResponse:
        """Report that it is over, since `ended` or now."""
        request = plan.CloseDisruptionRequest(
            disruption_id=disruption_id, etag=etag, ended_time=timestamp(ended), validate_only=validate_only
        )
        return self._change(self._plan.CloseDisruption, request, request_id)

    def report_progress(
        self,
        reports: Sequence[plan.ProgressReport],
        *,
        source: str = "",
        request_id: str = "",
        validate_only: bool = False,
    ) -> plan.ReportProgressResponse:
        """Report what has begun, stands still, is made or is over; at most 1,000 reports."""
        request = plan.ReportProgressRequest(reports=reports, source=source, validate_only=validate_only)
        return self._change(self._plan.ReportProgress, request, request_id)

    def disruptions(self, state: plan.DisruptionState = plan.DISRUPTION_STATE_UNSPECIFIED) -> Iterator[plan.Disruption]:
        """Yield disruptions in the order of their reports."""
        request = plan.ListDisruptionsRequest(state=state, page_size=PAGE)
        for page in self._pages(self._plan.ListDisruptions, request):
            yield from page.disruptions

    def at_risk(self, *, disruption_id: str = "", customer_id: str = "") -> Iterator[plan.LineAtRisk]:
        """Yield lines that are expected after their promised times, the highest priority first."""
        request = plan.ListAtRiskRequest(disruption_id=disruption_id, customer_id=customer_id, page_size=PAGE)
        for page in self._pages(self._plan.ListAtRisk, request):
            yield from page.lines
