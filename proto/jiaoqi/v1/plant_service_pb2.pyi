import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from jiaoqi.v1 import plan_pb2 as _plan_pb2
from jiaoqi.v1 import promise_pb2 as _promise_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class LoadBand(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    LOAD_BAND_UNSPECIFIED: _ClassVar[LoadBand]
    LOAD_BAND_LIGHT: _ClassVar[LoadBand]
    LOAD_BAND_BUSY: _ClassVar[LoadBand]
    LOAD_BAND_FULL: _ClassVar[LoadBand]
    LOAD_BAND_FREE: _ClassVar[LoadBand]
LOAD_BAND_UNSPECIFIED: LoadBand
LOAD_BAND_LIGHT: LoadBand
LOAD_BAND_BUSY: LoadBand
LOAD_BAND_FULL: LoadBand
LOAD_BAND_FREE: LoadBand

class PlantFile(_message.Message):
    __slots__ = ("name", "content")
    NAME_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    name: str
    content: bytes
    def __init__(self, name: _Optional[str] = ..., content: _Optional[bytes] = ...) -> None: ...

class FileViolation(_message.Message):
    __slots__ = ("file", "row", "column", "problem", "allowed")
    FILE_FIELD_NUMBER: _ClassVar[int]
    ROW_FIELD_NUMBER: _ClassVar[int]
    COLUMN_FIELD_NUMBER: _ClassVar[int]
    PROBLEM_FIELD_NUMBER: _ClassVar[int]
    ALLOWED_FIELD_NUMBER: _ClassVar[int]
    file: str
    row: int
    column: str
    problem: str
    allowed: str
    def __init__(self, file: _Optional[str] = ..., row: _Optional[int] = ..., column: _Optional[str] = ..., problem: _Optional[str] = ..., allowed: _Optional[str] = ...) -> None: ...

class CheckPlantRequest(_message.Message):
    __slots__ = ("files",)
    FILES_FIELD_NUMBER: _ClassVar[int]
    files: _containers.RepeatedCompositeFieldContainer[PlantFile]
    def __init__(self, files: _Optional[_Iterable[_Union[PlantFile, _Mapping]]] = ...) -> None: ...

class CheckPlantResponse(_message.Message):
    __slots__ = ("as_of", "violations", "changes")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    VIOLATIONS_FIELD_NUMBER: _ClassVar[int]
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    as_of: _plan_pb2.AsOf
    violations: _containers.RepeatedCompositeFieldContainer[FileViolation]
    changes: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, as_of: _Optional[_Union[_plan_pb2.AsOf, _Mapping]] = ..., violations: _Optional[_Iterable[_Union[FileViolation, _Mapping]]] = ..., changes: _Optional[_Iterable[str]] = ...) -> None: ...

class ImportPlantRequest(_message.Message):
    __slots__ = ("request_id", "files", "validate_only")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    FILES_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    files: _containers.RepeatedCompositeFieldContainer[PlantFile]
    validate_only: bool
    def __init__(self, request_id: _Optional[str] = ..., files: _Optional[_Iterable[_Union[PlantFile, _Mapping]]] = ..., validate_only: _Optional[bool] = ...) -> None: ...

class ImportPlantResponse(_message.Message):
    __slots__ = ("as_of", "changes")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    as_of: _plan_pb2.AsOf
    changes: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, as_of: _Optional[_Union[_plan_pb2.AsOf, _Mapping]] = ..., changes: _Optional[_Iterable[str]] = ...) -> None: ...

class ExportPlantRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ExportPlantResponse(_message.Message):
    __slots__ = ("as_of", "files")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    FILES_FIELD_NUMBER: _ClassVar[int]
    as_of: _plan_pb2.AsOf
    files: _containers.RepeatedCompositeFieldContainer[PlantFile]
    def __init__(self, as_of: _Optional[_Union[_plan_pb2.AsOf, _Mapping]] = ..., files: _Optional[_Iterable[_Union[PlantFile, _Mapping]]] = ...) -> None: ...

class GetScheduleRequest(_message.Message):
    __slots__ = ("page_size", "page_token", "from_time", "to_time", "resource_ids", "order_id", "mould_ids", "work_centres", "item_ids", "customer_id", "late_only")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    FROM_TIME_FIELD_NUMBER: _ClassVar[int]
    TO_TIME_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_IDS_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    MOULD_IDS_FIELD_NUMBER: _ClassVar[int]
    WORK_CENTRES_FIELD_NUMBER: _ClassVar[int]
    ITEM_IDS_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    LATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    from_time: _timestamp_pb2.Timestamp
    to_time: _timestamp_pb2.Timestamp
    resource_ids: _containers.RepeatedScalarFieldContainer[str]
    order_id: str
    mould_ids: _containers.RepeatedScalarFieldContainer[str]
    work_centres: _containers.RepeatedScalarFieldContainer[str]
    item_ids: _containers.RepeatedScalarFieldContainer[str]
    customer_id: str
    late_only: bool
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., from_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., to_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., resource_ids: _Optional[_Iterable[str]] = ..., order_id: _Optional[str] = ..., mould_ids: _Optional[_Iterable[str]] = ..., work_centres: _Optional[_Iterable[str]] = ..., item_ids: _Optional[_Iterable[str]] = ..., customer_id: _Optional[str] = ..., late_only: _Optional[bool] = ...) -> None: ...

class GetScheduleResponse(_message.Message):
    __slots__ = ("as_of", "operations", "next_page_token")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    OPERATIONS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    as_of: _plan_pb2.AsOf
    operations: _containers.RepeatedCompositeFieldContainer[_plan_pb2.ScheduledOperation]
    next_page_token: str
    def __init__(self, as_of: _Optional[_Union[_plan_pb2.AsOf, _Mapping]] = ..., operations: _Optional[_Iterable[_Union[_plan_pb2.ScheduledOperation, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class ListResourcesRequest(_message.Message):
    __slots__ = ("from_time", "to_time")
    FROM_TIME_FIELD_NUMBER: _ClassVar[int]
    TO_TIME_FIELD_NUMBER: _ClassVar[int]
    from_time: _timestamp_pb2.Timestamp
    to_time: _timestamp_pb2.Timestamp
    def __init__(self, from_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., to_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ListResourcesResponse(_message.Message):
    __slots__ = ("as_of", "resources")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    RESOURCES_FIELD_NUMBER: _ClassVar[int]
    as_of: _plan_pb2.AsOf
    resources: _containers.RepeatedCompositeFieldContainer[_plan_pb2.Resource]
    def __init__(self, as_of: _Optional[_Union[_plan_pb2.AsOf, _Mapping]] = ..., resources: _Optional[_Iterable[_Union[_plan_pb2.Resource, _Mapping]]] = ...) -> None: ...

class GetLoadRequest(_message.Message):
    __slots__ = ("from_time", "to_time", "resource_ids", "work_centres", "mould_ids", "item_ids", "order_id", "customer_id", "late_only")
    FROM_TIME_FIELD_NUMBER: _ClassVar[int]
    TO_TIME_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_IDS_FIELD_NUMBER: _ClassVar[int]
    WORK_CENTRES_FIELD_NUMBER: _ClassVar[int]
    MOULD_IDS_FIELD_NUMBER: _ClassVar[int]
    ITEM_IDS_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    LATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    from_time: _timestamp_pb2.Timestamp
    to_time: _timestamp_pb2.Timestamp
    resource_ids: _containers.RepeatedScalarFieldContainer[str]
    work_centres: _containers.RepeatedScalarFieldContainer[str]
    mould_ids: _containers.RepeatedScalarFieldContainer[str]
    item_ids: _containers.RepeatedScalarFieldContainer[str]
    order_id: str
    customer_id: str
    late_only: bool
    def __init__(self, from_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., to_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., resource_ids: _Optional[_Iterable[str]] = ..., work_centres: _Optional[_Iterable[str]] = ..., mould_ids: _Optional[_Iterable[str]] = ..., item_ids: _Optional[_Iterable[str]] = ..., order_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., late_only: _Optional[bool] = ...) -> None: ...

class GetLoadResponse(_message.Message):
    __slots__ = ("as_of", "load")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    LOAD_FIELD_NUMBER: _ClassVar[int]
    as_of: _plan_pb2.AsOf
    load: _containers.RepeatedCompositeFieldContainer[_plan_pb2.ResourceLoad]
    def __init__(self, as_of: _Optional[_Union[_plan_pb2.AsOf, _Mapping]] = ..., load: _Optional[_Iterable[_Union[_plan_pb2.ResourceLoad, _Mapping]]] = ...) -> None: ...

class GetClockRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetClockResponse(_message.Message):
    __slots__ = ("as_of", "time_zone")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    TIME_ZONE_FIELD_NUMBER: _ClassVar[int]
    as_of: _plan_pb2.AsOf
    time_zone: str
    def __init__(self, as_of: _Optional[_Union[_plan_pb2.AsOf, _Mapping]] = ..., time_zone: _Optional[str] = ...) -> None: ...

class SetClockRequest(_message.Message):
    __slots__ = ("now_time", "clock_mode")
    NOW_TIME_FIELD_NUMBER: _ClassVar[int]
    CLOCK_MODE_FIELD_NUMBER: _ClassVar[int]
    now_time: _timestamp_pb2.Timestamp
    clock_mode: _plan_pb2.ClockMode
    def __init__(self, now_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., clock_mode: _Optional[_Union[_plan_pb2.ClockMode, str]] = ...) -> None: ...

class SetClockResponse(_message.Message):
    __slots__ = ("as_of",)
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    as_of: _plan_pb2.AsOf
    def __init__(self, as_of: _Optional[_Union[_plan_pb2.AsOf, _Mapping]] = ...) -> None: ...

class CheckPlanRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class CheckPlanResponse(_message.Message):
    __slots__ = ("as_of", "violations")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    VIOLATIONS_FIELD_NUMBER: _ClassVar[int]
    as_of: _plan_pb2.AsOf
    violations: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, as_of: _Optional[_Union[_plan_pb2.AsOf, _Mapping]] = ..., violations: _Optional[_Iterable[str]] = ...) -> None: ...

class ExecutedLine(_message.Message):
    __slots__ = ("family", "routing_id", "decide_time", "planned_time", "complete_time", "waiting_percent")
    FAMILY_FIELD_NUMBER: _ClassVar[int]
    ROUTING_ID_FIELD_NUMBER: _ClassVar[int]
    DECIDE_TIME_FIELD_NUMBER: _ClassVar[int]
    PLANNED_TIME_FIELD_NUMBER: _ClassVar[int]
    COMPLETE_TIME_FIELD_NUMBER: _ClassVar[int]
    WAITING_PERCENT_FIELD_NUMBER: _ClassVar[int]
    family: str
    routing_id: str
    decide_time: _timestamp_pb2.Timestamp
    planned_time: _timestamp_pb2.Timestamp
    complete_time: _timestamp_pb2.Timestamp
    waiting_percent: int
    def __init__(self, family: _Optional[str] = ..., routing_id: _Optional[str] = ..., decide_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., planned_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., complete_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., waiting_percent: _Optional[int] = ...) -> None: ...

class CalibrateRequest(_message.Message):
    __slots__ = ("request_id", "lines", "reason", "validate_only")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    lines: _containers.RepeatedCompositeFieldContainer[ExecutedLine]
    reason: str
    validate_only: bool
    def __init__(self, request_id: _Optional[str] = ..., lines: _Optional[_Iterable[_Union[ExecutedLine, _Mapping]]] = ..., reason: _Optional[str] = ..., validate_only: _Optional[bool] = ...) -> None: ...

class LearnedSlip(_message.Message):
    __slots__ = ("level_percent", "slip_ppm")
    LEVEL_PERCENT_FIELD_NUMBER: _ClassVar[int]
    SLIP_PPM_FIELD_NUMBER: _ClassVar[int]
    level_percent: int
    slip_ppm: int
    def __init__(self, level_percent: _Optional[int] = ..., slip_ppm: _Optional[int] = ...) -> None: ...

class CalibrationCell(_message.Message):
    __slots__ = ("learned_from", "family", "routing_id", "load_band", "line_count", "slips")
    LEARNED_FROM_FIELD_NUMBER: _ClassVar[int]
    FAMILY_FIELD_NUMBER: _ClassVar[int]
    ROUTING_ID_FIELD_NUMBER: _ClassVar[int]
    LOAD_BAND_FIELD_NUMBER: _ClassVar[int]
    LINE_COUNT_FIELD_NUMBER: _ClassVar[int]
    SLIPS_FIELD_NUMBER: _ClassVar[int]
    learned_from: _promise_pb2.LearnedFrom
    family: str
    routing_id: str
    load_band: LoadBand
    line_count: int
    slips: _containers.RepeatedCompositeFieldContainer[LearnedSlip]
    def __init__(self, learned_from: _Optional[_Union[_promise_pb2.LearnedFrom, str]] = ..., family: _Optional[str] = ..., routing_id: _Optional[str] = ..., load_band: _Optional[_Union[LoadBand, str]] = ..., line_count: _Optional[int] = ..., slips: _Optional[_Iterable[_Union[LearnedSlip, _Mapping]]] = ...) -> None: ...

class LeftOut(_message.Message):
    __slots__ = ("reason", "line_count")
    REASON_FIELD_NUMBER: _ClassVar[int]
    LINE_COUNT_FIELD_NUMBER: _ClassVar[int]
    reason: str
    line_count: int
    def __init__(self, reason: _Optional[str] = ..., line_count: _Optional[int] = ...) -> None: ...

class Calibration(_message.Message):
    __slots__ = ("version", "learn_time", "actor", "line_count", "left_out", "cells")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    LEARN_TIME_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    LINE_COUNT_FIELD_NUMBER: _ClassVar[int]
    LEFT_OUT_FIELD_NUMBER: _ClassVar[int]
    CELLS_FIELD_NUMBER: _ClassVar[int]
    version: int
    learn_time: _timestamp_pb2.Timestamp
    actor: str
    line_count: int
    left_out: _containers.RepeatedCompositeFieldContainer[LeftOut]
    cells: _containers.RepeatedCompositeFieldContainer[CalibrationCell]
    def __init__(self, version: _Optional[int] = ..., learn_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., actor: _Optional[str] = ..., line_count: _Optional[int] = ..., left_out: _Optional[_Iterable[_Union[LeftOut, _Mapping]]] = ..., cells: _Optional[_Iterable[_Union[CalibrationCell, _Mapping]]] = ...) -> None: ...

class CalibrateResponse(_message.Message):
    __slots__ = ("as_of", "calibration")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    CALIBRATION_FIELD_NUMBER: _ClassVar[int]
    as_of: _plan_pb2.AsOf
    calibration: Calibration
    def __init__(self, as_of: _Optional[_Union[_plan_pb2.AsOf, _Mapping]] = ..., calibration: _Optional[_Union[Calibration, _Mapping]] = ...) -> None: ...

class ListCalibrationsRequest(_message.Message):
    __slots__ = ("version",)
    VERSION_FIELD_NUMBER: _ClassVar[int]
    version: int
    def __init__(self, version: _Optional[int] = ...) -> None: ...

class ListCalibrationsResponse(_message.Message):
    __slots__ = ("as_of", "calibrations")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    CALIBRATIONS_FIELD_NUMBER: _ClassVar[int]
    as_of: _plan_pb2.AsOf
    calibrations: _containers.RepeatedCompositeFieldContainer[Calibration]
    def __init__(self, as_of: _Optional[_Union[_plan_pb2.AsOf, _Mapping]] = ..., calibrations: _Optional[_Iterable[_Union[Calibration, _Mapping]]] = ...) -> None: ...
