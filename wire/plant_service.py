"""The servicer of `jiaoqi.v1.PlantService`."""

from __future__ import annotations

from bisect import bisect_right
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TypeVar

from domain.errors import DeskStopped, InvalidInput, PlanChanged, Violation, WouldBreakReservations
from domain.plant import ClockMode
from domain.promises import Reservation
from jiaoqi.v1 import plant_service_pb2 as pb
from promising.desk import Desk
from promising.requests import ScheduleFilter
from wire.answers import write_as_of
from wire.calibrations import ask_from_message, calibration_to_message
from wire.enums import CLOCK_MODE
from wire.kept_lists import KeptLists
from wire.methods import Call, Handler, Methods
from wire.page_tokens import Place, read_token, write_token
from wire.plan_filters import filter_bytes, filter_from
from wire.plans import load_to_messages, reservation_to_message
from wire.plant_files import files_from_messages, files_to_messages, violations_to_messages
from wire.requests import check_deadline, check_page_token, check_request_id, page_size
from wire.resources import resources_to_messages
from wire.times import optional_time, time_from_message

REQUEST_BYTES_MAX = 1 << 20
PLANT_BYTES_MAX = 16 << 20
CALIBRATE_BYTES_MAX = 16 << 20
PAGE_SIZE, PAGE_SIZE_MAX = 1000, 10_000
SPAN, SPAN_MAX = timedelta(days=14), timedelta(days=400)


Answer = TypeVar(
    "Answer",
    pb.CheckPlantResponse,
    pb.ImportPlantResponse,
    pb.ExportPlantResponse,
    pb.GetScheduleResponse,
    pb.GetLoadResponse,
    pb.ListResourcesResponse,
    pb.GetClockResponse,
    pb.SetClockResponse,
    pb.CheckPlanResponse,
    pb.CalibrateResponse,
    pb.ListCalibrationsResponse,
)


class PlantServicer:
    """Converts, calls the desk, converts back."""

    def __init__(self, desk: Desk, methods: Methods) -> None:
        self._desk = desk
        self._kept = KeptLists()
        self.handlers = self._handlers(methods)

    def _handlers(self, methods: Methods) -> dict[str, Handler]:
        size = REQUEST_BYTES_MAX
        return {
            "CheckPlant": methods.unary(pb.CheckPlantRequest, self.check_plant, PLANT_BYTES_MAX),
            "ImportPlant": methods.unary(pb.ImportPlantRequest, self.import_plant, PLANT_BYTES_MAX),
            "ExportPlant": methods.unary(pb.ExportPlantRequest, self.export_plant, size),
            "GetSchedule": methods.unary(pb.GetScheduleRequest, self.get_schedule, size),
            "ListResources": methods.unary(pb.ListResourcesRequest, self.list_resources, size),
            "GetLoad": methods.unary(pb.GetLoadRequest, self.get_load, size),
            "GetClock": methods.unary(pb.GetClockRequest, self.get_clock, size),
            "SetClock": methods.unary(pb.SetClockRequest, self.set_clock, size),
            "CheckPlan": methods.unary(pb.CheckPlanRequest, self.check_plan, size),
            "Calibrate": methods.unary(pb.CalibrateRequest, self.calibrate, CALIBRATE_BYTES_MAX),
            "ListCalibrations": methods.unary(pb.ListCalibrationsRequest, self.list_calibrations, size),
        }

    def check_plant(self, request: pb.CheckPlantRequest, call: Call) -> pb.CheckPlantResponse:
        files = files_from_messages(request.files)
        response = pb.CheckPlantResponse()
        try:
            change = self._desk.import_plant(files, validate_only=True, caller=call.caller, deadline=call.deadline)
            response.changes.extend(change.changes)
        except InvalidInput as error:
            response.violations.extend(violations_to_messages(error.violations))
        except WouldBreakReservations as error:
            response.violations.extend(pb.FileViolation(problem=broken) for broken in error.broken)
        return self._as_of(response)

    def import_plant(self, request: pb.ImportPlantRequest, call: Call) -> pb.ImportPlantResponse:
        check_request_id(request.request_id)
        change = self._desk.import_plant(
            files_from_messages(request.files),
            validate_only=request.validate_only,
            request_id=request.request_id,
            caller=call.caller,
            deadline=call.deadline,
        )
        return self._as_of(pb.ImportPlantResponse(changes=change.changes))

    def export_plant(self, request: pb.ExportPlantRequest, call: Call) -> pb.ExportPlantResponse:
        check_deadline(call)
        return self._as_of(pb.ExportPlantResponse(files=files_to_messages(self._desk.export_plant())))

    def get_schedule(self, request: pb.GetScheduleRequest, call: Call) -> pb.GetScheduleResponse:
        which = filter_from(request)
        size = page_size(request.page_size, PAGE_SIZE, PAGE_SIZE_MAX)
        check_page_token(request.page_token)
        same = filter_bytes(request)
        after, version = read_token(request.page_token, same) if request.page_token else (None, None)
        check_deadline(call)
        version, found = self._listed(which, same, version)
        begin = 0 if after is None else bisect_right(found, after, key=_place)
        page = found[begin : begin + size]
        response = pb.GetScheduleResponse(operations=[reservation_to_message(r) for r in page])
        if len(found) > begin + size:
            response.next_page_token = write_token(_place(page[-1]), version, same)
            self._kept.keep((version, same), found)
        self._as_of(response)
        response.as_of.plan_version = version
        return response

    def _listed(self, which: ScheduleFilter, same: bytes, version: int | None) -> tuple[int, list[Reservation]]:
        """The list that pages are cut from: that of a version where one is given, or else of the plan as it is."""
        if version is not None and (kept := self._kept.find((version, same))) is not None:
            return version, kept
        current, planned = self._desk.schedule_at(which)
        if version is not None and version != current:
            raise PlanChanged(version, current)
        return current, sorted(planned, key=_place)

    def calibrate(self, request: pb.CalibrateRequest, call: Call) -> pb.CalibrateResponse:
        made = self._desk.calibrate(ask_from_message(request, call))
        response = pb.CalibrateResponse()
        calibration_to_message(made, response.calibration)
        return self._as_of(response)

    def list_calibrations(self, request: pb.ListCalibrationsRequest, call: Call) -> pb.ListCalibrationsResponse:
        if request.version < 0:
            raise InvalidInput.one("version", f"{request.version} is out of range", "0, or a version")
        check_deadline(call)
        response = pb.ListCalibrationsResponse()
        for place, each in enumerate(self._desk.calibrations(request.version)):
            calibration_to_message(each, response.calibrations.add(), cells=not place)
        return self._as_of(response)

    def list_resources(self, request: pb.ListResourcesRequest, call: Call) -> pb.ListResourcesResponse:
        start, end = self._span(request)
        check_deadline(call)
        return self._as_of(pb.ListResourcesResponse(resources=resources_to_messages(self._desk.plant(), start, end)))

    def get_load(self, request: pb.GetLoadRequest, call: Call) -> pb.GetLoadResponse:
        which = filter_from(request)
        start, end = self._span(request)
        check_deadline(call)
        load = self._desk.load(start, end, which.resource_ids, which)
        return self._as_of(pb.GetLoadResponse(load=load_to_messages(load)))

    def get_clock(self, request: pb.GetClockRequest, call: Call) -> pb.GetClockResponse:
        response = pb.GetClockResponse()
        with suppress(DeskStopped):
            response.time_zone = self._desk.plant().settings.zone
        return self._as_of(response)

    def set_clock(self, request: pb.SetClockRequest, call: Call) -> pb.SetClockResponse:
        if not request.HasField("now_time"):
            raise InvalidInput.one("now_time", "is missing", "a time in the years 1971 to 2199")
        mode: ClockMode | None = None
        if request.clock_mode:
            mode = CLOCK_MODE.read(request.clock_mode, "clock_mode")
        now = time_from_message(request.now_time, "now_time").replace(microsecond=0)
        try:
            self._desk.set_clock(now, mode=mode, caller=call.caller)
        except InvalidInput as error:
            found = [Violation("now_time", v.problem, v.allowed) if v.field == "time" else v for v in error.violations]
            raise InvalidInput(found) from None
        return self._as_of(pb.SetClockResponse())

    def check_plan(self, request: pb.CheckPlanRequest, call: Call) -> pb.CheckPlanResponse:
        check_deadline(call)
        return self._as_of(pb.CheckPlanResponse(violations=self._desk.check()))

    def _span(self, request: pb.GetLoadRequest | pb.ListResourcesRequest) -> tuple[datetime, datetime]:
        start = optional_time(request, "from_time") or self._desk.now()
        end = optional_time(request, "to_time") or start + SPAN
        if not timedelta(0) < end - start <= SPAN_MAX:
            raise InvalidInput.one("to_time", f"{end.isoformat()} is out of range", "after from_time, at most 400 days")
        return start, end

    def _as_of(self, response: Answer) -> Answer:
        write_as_of(response.as_of, self._desk)
        return response


def _place(reservation: Reservation) -> Place:
    return int(reservation.start.timestamp()), reservation.operation_key
