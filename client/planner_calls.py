"""The calls of PlannerService: a planner's hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import grpc

from client.errors import CallError
from client.frame import Frame
from client.plan_calls import PAGE
from client.times import timestamp
from jiaoqi.v1 import planner_service_pb2 as planner


class PlannerCalls(Frame):
    """For planners."""

    def pin_work(
        self,
        work: planner.WorkName,
        *,
        reason: str = "",
        plan_version: int = 0,
        request_id: str = "",
        validate_only: bool = False,
    ) -> planner.PinWorkResponse:
        """Keep an operation that has not begun where it stands."""
        request = planner.PinWorkRequest(
            work=work, reason=reason, plan_version=plan_version, validate_only=validate_only
        )
        return self._change(self._planner.PinWork, request, request_id)

    def unpin_work(
        self,
        work: planner.WorkName,
        *,
        reason: str = "",
        plan_version: int = 0,
        request_id: str = "",
        validate_only: bool = False,
    ) -> planner.UnpinWorkResponse:
        """Let a pinned operation move again."""
        request = planner.UnpinWorkRequest(
            work=work, reason=reason, plan_version=plan_version, validate_only=validate_only
        )
        return self._change(self._planner.UnpinWork, request, request_id)

    def move_work(
        self,
        work: planner.WorkName,
        *,
        resource_id: str = "",
        start: datetime | None = None,
        behind: planner.WorkName | None = None,
        max_broken: int = 0,
        reason: str = "",
        plan_version: int = 0,
        request_id: str = "",
        validate_only: bool = False,
    ) -> planner.MoveWorkResponse:
        """Put an operation elsewhere, and pin it there; at most `max_broken` lines may be late by it."""
        request = planner.MoveWorkRequest(
            work=work, resource_id=resource_id, start_time=timestamp(start), behind=behind, max_broken_count=max_broken,
            reason=reason, plan_version=plan_version, validate_only=validate_only,
        )  # fmt: skip
        return self._change(self._planner.MoveWork, request, request_id)

    def pins(self) -> Iterator[planner.Pin]:
        """Yield pinned work that has not begun, by start."""
        for page in self._pages(self._planner.ListPins, planner.ListPinsRequest(page_size=PAGE)):
            yield from page.pins

    def what_if(self, sentence: str = "", suppositions: Sequence[planner.Supposition] = ()) -> planner.WhatIfResponse:
        """Ask what disruptions would do and cost, told in a sentence or field by field; changes nothing."""
        return self._call(self._planner.WhatIf, planner.WhatIfRequest(sentence=sentence, suppositions=suppositions))

    def alerts(
        self,
        *,
        level: planner.AlertLevel = planner.ALERT_LEVEL_UNSPECIFIED,
        customer_id: str = "",
        subject_id: str = "",
    ) -> Iterator[planner.Alert]:
        """Yield lines that need looking after, the least time in hand first."""
        request = planner.ListAlertsRequest(level=level, customer_id=customer_id, subject_id=subject_id, page_size=PAGE)
        for page in self._pages(self._planner.ListAlerts, request):
            yield from page.alerts

    def watch_alerts(self, customer_id: str = "") -> Iterator[planner.WatchAlertsResponse]:
        """Yield all alerts, and then what happens to them, until the connection ends. Raises CallError."""
        try:
            yield from self._planner.WatchAlerts(
                planner.WatchAlertsRequest(customer_id=customer_id), metadata=self._metadata
            )
        except grpc.RpcError as error:
            raise CallError(error) from None

    def forecast(
        self, *, start: datetime | None = None, weeks: int = 0, wanted: Sequence[planner.WantedRow] = ()
    ) -> planner.GetForecastResponse:
        """Ask how full the work centres will be, with a plan of orders."""
        request = planner.GetForecastRequest(start_time=timestamp(start), week_count=weeks, wanted=wanted)
        return self._call(self._planner.GetForecast, request)

    def rush_order(
        self,
        order_id: str,
        priority: int,
        *,
        max_broken: int = 0,
        reason: str = "",
        request_id: str = "",
        validate_only: bool = False,
    ) -> planner.RushOrderResponse:
        """Give an order a higher priority and let it pass others; at most `max_broken` promises may break."""
        request = planner.RushOrderRequest(
            order_id=order_id, priority=priority, max_broken_count=max_broken, reason=reason,
            validate_only=validate_only,
        )  # fmt: skip
        return self._change(self._planner.RushOrder, request, request_id)

    def repromise(
        self,
        *,
        confirm: Sequence[planner.OrderSelection] = (),
        improve: Sequence[planner.OrderSelection] = (),
        give_way: Sequence[planner.OrderSelection] = (),
        reason: str = "",
        plan_version: int = 0,
        request_id: str = "",
        validate_only: bool = False,
    ) -> planner.RepromiseResponse:
        """Promise orders anew: those that must be had as asked, may only improve, may give way."""
        request = planner.RepromiseRequest(
            confirm=confirm, improve=improve, give_way=give_way, reason=reason, plan_version=plan_version,
            validate_only=validate_only,
        )  # fmt: skip
        return self._change(self._planner.Repromise, request, request_id)
