"""The calls of PlantService: the plant, its plan, its clock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TypedDict, Unpack

from client.frame import Frame
from client.times import timestamp
from jiaoqi.v1 import plan_pb2
from jiaoqi.v1 import plant_service_pb2 as plant


class Work(TypedDict, total=False):
    """Which work is asked for; what is left out stands for all."""

    resource_ids: Sequence[str]
    work_centres: Sequence[str]
    mould_ids: Sequence[str]
    item_ids: Sequence[str]
    order_id: str
    customer_id: str
    late_only: bool


class PlantCalls(Frame):
    """What planners and engineers ask."""

    def check_plant(self, files: Mapping[str, bytes]) -> plant.CheckPlantResponse:
        """Tell all that is wrong in a plant's files."""
        return self._call(self._plant.CheckPlant, plant.CheckPlantRequest(files=_files(files)))

    def import_plant(
        self, files: Mapping[str, bytes], *, request_id: str = "", validate_only: bool = False
    ) -> plant.ImportPlantResponse:
        """Take over a plant from its files."""
        request = plant.ImportPlantRequest(files=_files(files), validate_only=validate_only)
        return self._change(self._plant.ImportPlant, request, request_id)

    def export_plant(self) -> dict[str, bytes]:
        """Return the plant's files by name."""
        answer = self._call(self._plant.ExportPlant, plant.ExportPlantRequest())
        return {file.name: file.content for file in answer.files}

    def schedule(
        self,
        *,
        from_time: datetime | None = None,
        to_time: datetime | None = None,
        page_size: int = 0,
        **work: Unpack[Work],
    ) -> Iterator[plan_pb2.ScheduledOperation]:
        """Yield the plan's operations by start, page after page of one version of the plan.

        Raises CallError with the reason PLAN_CHANGED when more than two minutes pass between two pages and the plan
        is another one by then.
        """
        request = plant.GetScheduleRequest(
            page_size=page_size, from_time=timestamp(from_time), to_time=timestamp(to_time), **work
        )
        for page in self._pages(self._plant.GetSchedule, request):
            yield from page.operations

    def resources(
        self, *, from_time: datetime | None = None, to_time: datetime | None = None
    ) -> list[plan_pb2.Resource]:
        """Return resources and moulds with their closed times; by default for two weeks from now."""
        request = plant.ListResourcesRequest(from_time=timestamp(from_time), to_time=timestamp(to_time))
        return list(self._call(self._plant.ListResources, request).resources)

    def load(
        self, *, from_time: datetime | None = None, to_time: datetime | None = None, **work: Unpack[Work]
    ) -> plant.GetLoadResponse:
        """Tell how busy resources are with this work, day by day; by default for two weeks from now."""
        request = plant.GetLoadRequest(from_time=timestamp(from_time), to_time=timestamp(to_time), **work)
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

    def calibrate(
        self,
        lines: Iterable[plant.ExecutedLine] = (),
        *,
        reason: str = "",
        request_id: str = "",
        validate_only: bool = False,
    ) -> plant.CalibrateResponse:
        """Learn buffers from these lines, or where there are none from the orders that were closed at the desk."""
        request = plant.CalibrateRequest(lines=lines, reason=reason, validate_only=validate_only)
        return self._change(self._plant.Calibrate, request, request_id)

    def calibrations(self, version: int = 0) -> plant.ListCalibrationsResponse:
        """Return what was learned, the newest first, or only that version."""
        return self._call(self._plant.ListCalibrations, plant.ListCalibrationsRequest(version=version))

    def check_plan(self) -> list[str]:
        """Return the rules that the plan breaks; none when it is sound."""
        return list(self._call(self._plant.CheckPlan, plant.CheckPlanRequest()).violations)


def _files(files: Mapping[str, bytes]) -> list[plant.PlantFile]:
    return [plant.PlantFile(name=name, content=content) for name, content in sorted(files.items())]
