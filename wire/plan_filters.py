"""Filters of schedule and load, as requests carry them."""

from __future__ import annotations

from typing import Any

from domain.checks import check_id
from domain.errors import InvalidInput
from jiaoqi.v1 import plant_service_pb2 as pb
from promising.requests import ScheduleFilter
from wire.times import optional_time

NAMES_MAX = 1000
_LISTS = ("resource_ids", "work_centres", "mould_ids", "item_ids")
_NAMES = ("order_id", "customer_id")


def filter_from(request: pb.GetScheduleRequest | pb.GetLoadRequest) -> ScheduleFilter:
    """Read which work a request asks for; the span of a load is not part of it."""
    names: dict[str, Any] = {field: _names(field, getattr(request, field)) for field in _LISTS}
    for field in _NAMES:
        names[field] = getattr(request, field)
        if names[field]:
            check_id(field, names[field])
    if isinstance(request, pb.GetLoadRequest):
        return ScheduleFilter(**names, late=request.late_only)
    start, end = optional_time(request, "from_time"), optional_time(request, "to_time")
    if start is not None and end is not None and end <= start:
        raise InvalidInput.one("to_time", "is not after from_time", "a time after from_time")
    return ScheduleFilter(**names, late=request.late_only, start=start, end=end)


def filter_bytes(request: pb.GetScheduleRequest) -> bytes:
    """Return what is the same in the requests for all pages of a list."""
    same = pb.GetScheduleRequest()
    same.CopyFrom(request)
    same.ClearField("page_size")
    same.ClearField("page_token")
    return same.SerializeToString(deterministic=True)


def _names(field: str, names: Any) -> tuple[str, ...]:
    if len(names) > NAMES_MAX:
        raise InvalidInput.one(field, f"{len(names)} names", f"0 to {NAMES_MAX}")
    for index, name in enumerate(names):
        check_id(f"{field}[{index}]", name)
    return tuple(names)
