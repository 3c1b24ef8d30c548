import datetime

from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ClockMode(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CLOCK_MODE_UNSPECIFIED: _ClassVar[ClockMode]
    CLOCK_MODE_SYSTEM: _ClassVar[ClockMode]
    CLOCK_MODE_OFFSET: _ClassVar[ClockMode]
    CLOCK_MODE_MANUAL: _ClassVar[ClockMode]

class ProgressState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PROGRESS_STATE_UNSPECIFIED: _ClassVar[ProgressState]
    PROGRESS_STATE_WAITING: _ClassVar[ProgressState]
    PROGRESS_STATE_RUNNING: _ClassVar[ProgressState]
    PROGRESS_STATE_PAUSED: _ClassVar[ProgressState]
    PROGRESS_STATE_FINISHED: _ClassVar[ProgressState]

class ResourceKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RESOURCE_KIND_UNSPECIFIED: _ClassVar[ResourceKind]
    RESOURCE_KIND_MACHINE: _ClassVar[ResourceKind]
    RESOURCE_KIND_LINE: _ClassVar[ResourceKind]
    RESOURCE_KIND_CREW: _ClassVar[ResourceKind]
    RESOURCE_KIND_SETTER: _ClassVar[ResourceKind]
    RESOURCE_KIND_MOULD: _ClassVar[ResourceKind]
    RESOURCE_KIND_OUTSIDE: _ClassVar[ResourceKind]

class ClosureKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CLOSURE_KIND_UNSPECIFIED: _ClassVar[ClosureKind]
    CLOSURE_KIND_OFF_SHIFT: _ClassVar[ClosureKind]
    CLOSURE_KIND_DOWNTIME: _ClassVar[ClosureKind]

class MouldActivity(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    MOULD_ACTIVITY_UNSPECIFIED: _ClassVar[MouldActivity]
    MOULD_ACTIVITY_FREE: _ClassVar[MouldActivity]
    MOULD_ACTIVITY_IN_USE: _ClassVar[MouldActivity]
    MOULD_ACTIVITY_IN_MAINTENANCE: _ClassVar[MouldActivity]

class EventKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    EVENT_KIND_UNSPECIFIED: _ClassVar[EventKind]
    EVENT_KIND_PLANT_IMPORTED: _ClassVar[EventKind]
    EVENT_KIND_PROMISED: _ClassVar[EventKind]
    EVENT_KIND_REFUSED: _ClassVar[EventKind]
    EVENT_KIND_CANCELLED: _ClassVar[EventKind]
    EVENT_KIND_RESEQUENCED: _ClassVar[EventKind]
    EVENT_KIND_CLOCK_SET: _ClassVar[EventKind]
    EVENT_KIND_CHECK_FAILED: _ClassVar[EventKind]
    EVENT_KIND_HELD: _ClassVar[EventKind]
    EVENT_KIND_CONFIRMED: _ClassVar[EventKind]
    EVENT_KIND_RELEASED: _ClassVar[EventKind]
    EVENT_KIND_EXPIRED: _ClassVar[EventKind]
    EVENT_KIND_AMENDED: _ClassVar[EventKind]
    EVENT_KIND_SPLIT: _ClassVar[EventKind]
    EVENT_KIND_DATE_FORCED: _ClassVar[EventKind]
    EVENT_KIND_CLOSED: _ClassVar[EventKind]
    EVENT_KIND_PLANT_FED: _ClassVar[EventKind]
    EVENT_KIND_DISRUPTION_REPORTED: _ClassVar[EventKind]
    EVENT_KIND_DISRUPTION_AMENDED: _ClassVar[EventKind]
    EVENT_KIND_DISRUPTION_CLOSED: _ClassVar[EventKind]
    EVENT_KIND_AT_RISK: _ClassVar[EventKind]
    EVENT_KIND_RECOVERED: _ClassVar[EventKind]
    EVENT_KIND_PROGRESS_REPORTED: _ClassVar[EventKind]
    EVENT_KIND_WORK_PINNED: _ClassVar[EventKind]
    EVENT_KIND_WORK_UNPINNED: _ClassVar[EventKind]
    EVENT_KIND_WORK_MOVED: _ClassVar[EventKind]
    EVENT_KIND_RUSHED: _ClassVar[EventKind]
    EVENT_KIND_PROPOSED: _ClassVar[EventKind]
    EVENT_KIND_PROPOSAL_APPLIED: _ClassVar[EventKind]
    EVENT_KIND_PROPOSAL_DISCARDED: _ClassVar[EventKind]
    EVENT_KIND_DATE_MOVED: _ClassVar[EventKind]
    EVENT_KIND_REPROMISED: _ClassVar[EventKind]
    EVENT_KIND_CALIBRATED: _ClassVar[EventKind]
    EVENT_KIND_RULES_DRAFTED: _ClassVar[EventKind]
    EVENT_KIND_RULES_PUBLISHED: _ClassVar[EventKind]
    EVENT_KIND_RULES_ROLLED_BACK: _ClassVar[EventKind]
    EVENT_KIND_HANDED_OVER: _ClassVar[EventKind]
    EVENT_KIND_REVIEW_SETTLED: _ClassVar[EventKind]
CLOCK_MODE_UNSPECIFIED: ClockMode
CLOCK_MODE_SYSTEM: ClockMode
CLOCK_MODE_OFFSET: ClockMode
CLOCK_MODE_MANUAL: ClockMode
PROGRESS_STATE_UNSPECIFIED: ProgressState
PROGRESS_STATE_WAITING: ProgressState
PROGRESS_STATE_RUNNING: ProgressState
PROGRESS_STATE_PAUSED: ProgressState
PROGRESS_STATE_FINISHED: ProgressState
RESOURCE_KIND_UNSPECIFIED: ResourceKind
RESOURCE_KIND_MACHINE: ResourceKind
RESOURCE_KIND_LINE: ResourceKind
RESOURCE_KIND_CREW: ResourceKind
RESOURCE_KIND_SETTER: ResourceKind
RESOURCE_KIND_MOULD: ResourceKind
RESOURCE_KIND_OUTSIDE: ResourceKind
CLOSURE_KIND_UNSPECIFIED: ClosureKind
CLOSURE_KIND_OFF_SHIFT: ClosureKind
CLOSURE_KIND_DOWNTIME: ClosureKind
MOULD_ACTIVITY_UNSPECIFIED: MouldActivity
MOULD_ACTIVITY_FREE: MouldActivity
MOULD_ACTIVITY_IN_USE: MouldActivity
MOULD_ACTIVITY_IN_MAINTENANCE: MouldActivity
EVENT_KIND_UNSPECIFIED: EventKind
EVENT_KIND_PLANT_IMPORTED: EventKind
EVENT_KIND_PROMISED: EventKind
EVENT_KIND_REFUSED: EventKind
EVENT_KIND_CANCELLED: EventKind
EVENT_KIND_RESEQUENCED: EventKind
EVENT_KIND_CLOCK_SET: EventKind
EVENT_KIND_CHECK_FAILED: EventKind
EVENT_KIND_HELD: EventKind
EVENT_KIND_CONFIRMED: EventKind
EVENT_KIND_RELEASED: EventKind
EVENT_KIND_EXPIRED: EventKind
EVENT_KIND_AMENDED: EventKind
EVENT_KIND_SPLIT: EventKind
EVENT_KIND_DATE_FORCED: EventKind
EVENT_KIND_CLOSED: EventKind
EVENT_KIND_PLANT_FED: EventKind
EVENT_KIND_DISRUPTION_REPORTED: EventKind
EVENT_KIND_DISRUPTION_AMENDED: EventKind
EVENT_KIND_DISRUPTION_CLOSED: EventKind
EVENT_KIND_AT_RISK: EventKind
EVENT_KIND_RECOVERED: EventKind
EVENT_KIND_PROGRESS_REPORTED: EventKind
EVENT_KIND_WORK_PINNED: EventKind
EVENT_KIND_WORK_UNPINNED: EventKind
EVENT_KIND_WORK_MOVED: EventKind
EVENT_KIND_RUSHED: EventKind
EVENT_KIND_PROPOSED: EventKind
EVENT_KIND_PROPOSAL_APPLIED: EventKind
EVENT_KIND_PROPOSAL_DISCARDED: EventKind
EVENT_KIND_DATE_MOVED: EventKind
EVENT_KIND_REPROMISED: EventKind
EVENT_KIND_CALIBRATED: EventKind
EVENT_KIND_RULES_DRAFTED: EventKind
EVENT_KIND_RULES_PUBLISHED: EventKind
EVENT_KIND_RULES_ROLLED_BACK: EventKind
EVENT_KIND_HANDED_OVER: EventKind
EVENT_KIND_REVIEW_SETTLED: EventKind

class AsOf(_message.Message):
    __slots__ = ("now_time", "plan_version", "clock_mode")
    NOW_TIME_FIELD_NUMBER: _ClassVar[int]
    PLAN_VERSION_FIELD_NUMBER: _ClassVar[int]
    CLOCK_MODE_FIELD_NUMBER: _ClassVar[int]
    now_time: _timestamp_pb2.Timestamp
    plan_version: int
    clock_mode: ClockMode
    def __init__(self, now_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., plan_version: _Optional[int] = ..., clock_mode: _Optional[_Union[ClockMode, str]] = ...) -> None: ...

class ScheduledOperation(_message.Message):
    __slots__ = ("key", "order_id", "line_no", "operation_id", "mode_id", "resource_id", "units", "mould_id", "setter_id", "crew_id", "quantity", "visit_start_time", "start_time", "end_time", "fixed", "item_id", "lot", "into_lot", "assumed", "progress", "good_count", "scrapped_count")
    KEY_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    LINE_NO_FIELD_NUMBER: _ClassVar[int]
    OPERATION_ID_FIELD_NUMBER: _ClassVar[int]
    MODE_ID_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_ID_FIELD_NUMBER: _ClassVar[int]
    UNITS_FIELD_NUMBER: _ClassVar[int]
    MOULD_ID_FIELD_NUMBER: _ClassVar[int]
    SETTER_ID_FIELD_NUMBER: _ClassVar[int]
    CREW_ID_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    VISIT_START_TIME_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    FIXED_FIELD_NUMBER: _ClassVar[int]
    ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    LOT_FIELD_NUMBER: _ClassVar[int]
    INTO_LOT_FIELD_NUMBER: _ClassVar[int]
    ASSUMED_FIELD_NUMBER: _ClassVar[int]
    PROGRESS_FIELD_NUMBER: _ClassVar[int]
    GOOD_COUNT_FIELD_NUMBER: _ClassVar[int]
    SCRAPPED_COUNT_FIELD_NUMBER: _ClassVar[int]
    key: int
    order_id: str
    line_no: int
    operation_id: str
    mode_id: str
    resource_id: str
    units: _containers.RepeatedScalarFieldContainer[int]
    mould_id: str
    setter_id: str
    crew_id: str
    quantity: int
    visit_start_time: _timestamp_pb2.Timestamp
    start_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    fixed: bool
    item_id: str
    lot: int
    into_lot: int
    assumed: bool
    progress: ProgressState
    good_count: int
    scrapped_count: int
    def __init__(self, key: _Optional[int] = ..., order_id: _Optional[str] = ..., line_no: _Optional[int] = ..., operation_id: _Optional[str] = ..., mode_id: _Optional[str] = ..., resource_id: _Optional[str] = ..., units: _Optional[_Iterable[int]] = ..., mould_id: _Optional[str] = ..., setter_id: _Optional[str] = ..., crew_id: _Optional[str] = ..., quantity: _Optional[int] = ..., visit_start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., fixed: _Optional[bool] = ..., item_id: _Optional[str] = ..., lot: _Optional[int] = ..., into_lot: _Optional[int] = ..., assumed: _Optional[bool] = ..., progress: _Optional[_Union[ProgressState, str]] = ..., good_count: _Optional[int] = ..., scrapped_count: _Optional[int] = ...) -> None: ...

class Resource(_message.Message):
    __slots__ = ("resource_id", "name", "kind", "unit_count", "closed_times")
    RESOURCE_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    UNIT_COUNT_FIELD_NUMBER: _ClassVar[int]
    CLOSED_TIMES_FIELD_NUMBER: _ClassVar[int]
    resource_id: str
    name: str
    kind: ResourceKind
    unit_count: int
    closed_times: _containers.RepeatedCompositeFieldContainer[ClosedTime]
    def __init__(self, resource_id: _Optional[str] = ..., name: _Optional[str] = ..., kind: _Optional[_Union[ResourceKind, str]] = ..., unit_count: _Optional[int] = ..., closed_times: _Optional[_Iterable[_Union[ClosedTime, _Mapping]]] = ...) -> None: ...

class ClosedTime(_message.Message):
    __slots__ = ("start_time", "end_time", "kind", "reason")
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    start_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    kind: ClosureKind
    reason: str
    def __init__(self, start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., kind: _Optional[_Union[ClosureKind, str]] = ..., reason: _Optional[str] = ...) -> None: ...

class DayLoad(_message.Message):
    __slots__ = ("day_time", "working_duration", "run_duration", "changeover_duration", "downtime_duration")
    DAY_TIME_FIELD_NUMBER: _ClassVar[int]
    WORKING_DURATION_FIELD_NUMBER: _ClassVar[int]
    RUN_DURATION_FIELD_NUMBER: _ClassVar[int]
    CHANGEOVER_DURATION_FIELD_NUMBER: _ClassVar[int]
    DOWNTIME_DURATION_FIELD_NUMBER: _ClassVar[int]
    day_time: _timestamp_pb2.Timestamp
    working_duration: _duration_pb2.Duration
    run_duration: _duration_pb2.Duration
    changeover_duration: _duration_pb2.Duration
    downtime_duration: _duration_pb2.Duration
    def __init__(self, day_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., working_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., run_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., changeover_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., downtime_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class ResourceLoad(_message.Message):
    __slots__ = ("resource_id", "days")
    RESOURCE_ID_FIELD_NUMBER: _ClassVar[int]
    DAYS_FIELD_NUMBER: _ClassVar[int]
    resource_id: str
    days: _containers.RepeatedCompositeFieldContainer[DayLoad]
    def __init__(self, resource_id: _Optional[str] = ..., days: _Optional[_Iterable[_Union[DayLoad, _Mapping]]] = ...) -> None: ...

class MouldState(_message.Message):
    __slots__ = ("mould_id", "activity", "until_time", "resource_id", "order_id")
    MOULD_ID_FIELD_NUMBER: _ClassVar[int]
    ACTIVITY_FIELD_NUMBER: _ClassVar[int]
    UNTIL_TIME_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    mould_id: str
    activity: MouldActivity
    until_time: _timestamp_pb2.Timestamp
    resource_id: str
    order_id: str
    def __init__(self, mould_id: _Optional[str] = ..., activity: _Optional[_Union[MouldActivity, str]] = ..., until_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., resource_id: _Optional[str] = ..., order_id: _Optional[str] = ...) -> None: ...

class Event(_message.Message):
    __slots__ = ("sequence", "kind", "event_time", "actor", "order_id", "reason", "plan_version", "detail")
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    EVENT_TIME_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    PLAN_VERSION_FIELD_NUMBER: _ClassVar[int]
    DETAIL_FIELD_NUMBER: _ClassVar[int]
    sequence: int
    kind: EventKind
    event_time: _timestamp_pb2.Timestamp
    actor: str
    order_id: str
    reason: str
    plan_version: int
    detail: str
    def __init__(self, sequence: _Optional[int] = ..., kind: _Optional[_Union[EventKind, str]] = ..., event_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., actor: _Optional[str] = ..., order_id: _Optional[str] = ..., reason: _Optional[str] = ..., plan_version: _Optional[int] = ..., detail: _Optional[str] = ...) -> None: ...
