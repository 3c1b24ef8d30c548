import datetime

from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from jiaoqi.v1 import plan_pb2 as _plan_pb2
from jiaoqi.v1 import plan_service_pb2 as _plan_service_pb2
from jiaoqi.v1 import promise_pb2 as _promise_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class AlertLevel(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ALERT_LEVEL_UNSPECIFIED: _ClassVar[AlertLevel]
    ALERT_LEVEL_LATE: _ClassVar[AlertLevel]
    ALERT_LEVEL_HOURS_24: _ClassVar[AlertLevel]
    ALERT_LEVEL_HOURS_48: _ClassVar[AlertLevel]
    ALERT_LEVEL_HOURS_72: _ClassVar[AlertLevel]

class AlertChange(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ALERT_CHANGE_UNSPECIFIED: _ClassVar[AlertChange]
    ALERT_CHANGE_OPENED: _ClassVar[AlertChange]
    ALERT_CHANGE_CHANGED: _ClassVar[AlertChange]
    ALERT_CHANGE_CLOSED: _ClassVar[AlertChange]

class RepromiseTreatment(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    REPROMISE_TREATMENT_UNSPECIFIED: _ClassVar[RepromiseTreatment]
    REPROMISE_TREATMENT_CONFIRM: _ClassVar[RepromiseTreatment]
    REPROMISE_TREATMENT_IMPROVE: _ClassVar[RepromiseTreatment]
    REPROMISE_TREATMENT_GIVE_WAY: _ClassVar[RepromiseTreatment]

class RepromiseOutcome(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    REPROMISE_OUTCOME_UNSPECIFIED: _ClassVar[RepromiseOutcome]
    REPROMISE_OUTCOME_AS_IT_WAS: _ClassVar[RepromiseOutcome]
    REPROMISE_OUTCOME_EARLIER: _ClassVar[RepromiseOutcome]
    REPROMISE_OUTCOME_LATER: _ClassVar[RepromiseOutcome]
    REPROMISE_OUTCOME_MISSED: _ClassVar[RepromiseOutcome]
ALERT_LEVEL_UNSPECIFIED: AlertLevel
ALERT_LEVEL_LATE: AlertLevel
ALERT_LEVEL_HOURS_24: AlertLevel
ALERT_LEVEL_HOURS_48: AlertLevel
ALERT_LEVEL_HOURS_72: AlertLevel
ALERT_CHANGE_UNSPECIFIED: AlertChange
ALERT_CHANGE_OPENED: AlertChange
ALERT_CHANGE_CHANGED: AlertChange
ALERT_CHANGE_CLOSED: AlertChange
REPROMISE_TREATMENT_UNSPECIFIED: RepromiseTreatment
REPROMISE_TREATMENT_CONFIRM: RepromiseTreatment
REPROMISE_TREATMENT_IMPROVE: RepromiseTreatment
REPROMISE_TREATMENT_GIVE_WAY: RepromiseTreatment
REPROMISE_OUTCOME_UNSPECIFIED: RepromiseOutcome
REPROMISE_OUTCOME_AS_IT_WAS: RepromiseOutcome
REPROMISE_OUTCOME_EARLIER: RepromiseOutcome
REPROMISE_OUTCOME_LATER: RepromiseOutcome
REPROMISE_OUTCOME_MISSED: RepromiseOutcome

class WorkName(_message.Message):
    __slots__ = ("key", "order_id", "line_no", "operation_id")
    KEY_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    LINE_NO_FIELD_NUMBER: _ClassVar[int]
    OPERATION_ID_FIELD_NUMBER: _ClassVar[int]
    key: int
    order_id: str
    line_no: int
    operation_id: str
    def __init__(self, key: _Optional[int] = ..., order_id: _Optional[str] = ..., line_no: _Optional[int] = ..., operation_id: _Optional[str] = ...) -> None: ...

class Pin(_message.Message):
    __slots__ = ("key", "order_id", "line_no", "operation_id", "resource_id", "start_time", "end_time", "pin_time", "pinned_by", "reason")
    KEY_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    LINE_NO_FIELD_NUMBER: _ClassVar[int]
    OPERATION_ID_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_ID_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    PIN_TIME_FIELD_NUMBER: _ClassVar[int]
    PINNED_BY_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    key: int
    order_id: str
    line_no: int
    operation_id: str
    resource_id: str
    start_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    pin_time: _timestamp_pb2.Timestamp
    pinned_by: str
    reason: str
    def __init__(self, key: _Optional[int] = ..., order_id: _Optional[str] = ..., line_no: _Optional[int] = ..., operation_id: _Optional[str] = ..., resource_id: _Optional[str] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., pin_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., pinned_by: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class HandReceipt(_message.Message):
    __slots__ = ("operation", "pin", "applied", "at_risk", "recovered", "moved_in_time_count", "moved_count", "shifted_count", "standstill_duration")
    OPERATION_FIELD_NUMBER: _ClassVar[int]
    PIN_FIELD_NUMBER: _ClassVar[int]
    APPLIED_FIELD_NUMBER: _ClassVar[int]
    AT_RISK_FIELD_NUMBER: _ClassVar[int]
    RECOVERED_FIELD_NUMBER: _ClassVar[int]
    MOVED_IN_TIME_COUNT_FIELD_NUMBER: _ClassVar[int]
    MOVED_COUNT_FIELD_NUMBER: _ClassVar[int]
    SHIFTED_COUNT_FIELD_NUMBER: _ClassVar[int]
    STANDSTILL_DURATION_FIELD_NUMBER: _ClassVar[int]
    operation: _plan_pb2.ScheduledOperation
    pin: Pin
    applied: bool
    at_risk: _containers.RepeatedCompositeFieldContainer[_plan_service_pb2.LineAtRisk]
    recovered: _containers.RepeatedCompositeFieldContainer[_plan_service_pb2.OrderLineName]
    moved_in_time_count: int
    moved_count: int
    shifted_count: int
    standstill_duration: _duration_pb2.Duration
    def __init__(self, operation: _Optional[_Union[_plan_pb2.ScheduledOperation, _Mapping]] = ..., pin: _Optional[_Union[Pin, _Mapping]] = ..., applied: _Optional[bool] = ..., at_risk: _Optional[_Iterable[_Union[_plan_service_pb2.LineAtRisk, _Mapping]]] = ..., recovered: _Optional[_Iterable[_Union[_plan_service_pb2.OrderLineName, _Mapping]]] = ..., moved_in_time_count: _Optional[int] = ..., moved_count: _Optional[int] = ..., shifted_count: _Optional[int] = ..., standstill_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class PinWorkRequest(_message.Message):
    __slots__ = ("request_id", "work", "reason", "plan_version", "validate_only")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    WORK_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    PLAN_VERSION_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    work: WorkName
    reason: str
    plan_version: int
    validate_only: bool
    def __init__(self, request_id: _Optional[str] = ..., work: _Optional[_Union[WorkName, _Mapping]] = ..., reason: _Optional[str] = ..., plan_version: _Optional[int] = ..., validate_only: _Optional[bool] = ...) -> None: ...

class PinWorkResponse(_message.Message):
    __slots__ = ("as_of", "receipt")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    RECEIPT_FIELD_NUMBER: _ClassVar[int]
    as_of: _plan_pb2.AsOf
    receipt: HandReceipt
    def __init__(self, as_of: _Optional[_Union[_plan_pb2.AsOf, _Mapping]] = ..., receipt: _Optional[_Union[HandReceipt, _Mapping]] = ...) -> None: ...

class UnpinWorkRequest(_message.Message):
    __slots__ = ("request_id", "work", "reason", "plan_version", "validate_only")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    WORK_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    PLAN_VERSION_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    work: WorkName
    reason: str
    plan_version: int
    validate_only: bool
    def __init__(self, request_id: _Optional[str] = ..., work: _Optional[_Union[WorkName, _Mapping]] = ..., reason: _Optional[str] = ..., plan_version: _Optional[int] = ..., validate_only: _Optional[bool] = ...) -> None: ...

class UnpinWorkResponse(_message.Message):
    __slots__ = ("as_of", "receipt")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    RECEIPT_FIELD_NUMBER: _ClassVar[int]
    as_of: _plan_pb2.AsOf
    receipt: HandReceipt
    def __init__(self, as_of: _Optional[_Union[_plan_pb2.AsOf, _Mapping]] = ..., receipt: _Optional[_Union[HandReceipt, _Mapping]] = ...) -> None: ...

class MoveWorkRequest(_message.Message):
    __slots__ = ("request_id", "work", "resource_id", "start_time", "behind", "max_broken_count", "reason", "plan_version", "validate_only")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    WORK_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_ID_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    BEHIND_FIELD_NUMBER: _ClassVar[int]
    MAX_BROKEN_COUNT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    PLAN_VERSION_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    work: WorkName
    resource_id: str
    start_time: _timestamp_pb2.Timestamp
    behind: WorkName
    max_broken_count: int
    reason: str
    plan_version: int
    validate_only: bool
    def __init__(self, request_id: _Optional[str] = ..., work: _Optional[_Union[WorkName, _Mapping]] = ..., resource_id: _Optional[str] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., behind: _Optional[_Union[WorkName, _Mapping]] = ..., max_broken_count: _Optional[int] = ..., reason: _Optional[str] = ..., plan_version: _Optional[int] = ..., validate_only: _Optional[bool] = ...) -> None: ...

class MoveWorkResponse(_message.Message):
    __slots__ = ("as_of", "receipt")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    RECEIPT_FIELD_NUMBER: _ClassVar[int]
    as_of: _plan_pb2.AsOf
    receipt: HandReceipt
    def __init__(self, as_of: _Optional[_Union[_plan_pb2.AsOf, _Mapping]] = ..., receipt: _Optional[_Union[HandReceipt, _Mapping]] = ...) -> None: ...

class ListPinsRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListPinsResponse(_message.Message):
    __slots__ = ("as_of", "pins", "next_page_token")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    PINS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    as_of: _plan_pb2.AsOf
    pins: _containers.RepeatedCompositeFieldContainer[Pin]
    next_page_token: str
    def __init__(self, as_of: _Optional[_Union[_plan_pb2.AsOf, _Mapping]] = ..., pins: _Optional[_Iterable[_Union[Pin, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class Supposition(_message.Message):
    __slots__ = ("subject_id", "kind", "start_time", "end_time", "quantity", "region", "line_no", "operation_id", "requested_time", "withdrawn")
    SUBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    REGION_FIELD_NUMBER: _ClassVar[int]
    LINE_NO_FIELD_NUMBER: _ClassVar[int]
    OPERATION_ID_FIELD_NUMBER: _ClassVar[int]
    REQUESTED_TIME_FIELD_NUMBER: _ClassVar[int]
    WITHDRAWN_FIELD_NUMBER: _ClassVar[int]
    subject_id: str
    kind: _plan_service_pb2.DisruptionKind
    start_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    quantity: int
    region: str
    line_no: int
    operation_id: str
    requested_time: _timestamp_pb2.Timestamp
    withdrawn: bool
    def __init__(self, subject_id: _Optional[str] = ..., kind: _Optional[_Union[_plan_service_pb2.DisruptionKind, str]] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., quantity: _Optional[int] = ..., region: _Optional[str] = ..., line_no: _Optional[int] = ..., operation_id: _Optional[str] = ..., requested_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., withdrawn: _Optional[bool] = ...) -> None: ...

class WhatIfRequest(_message.Message):
    __slots__ = ("suppositions", "sentence")
    SUPPOSITIONS_FIELD_NUMBER: _ClassVar[int]
    SENTENCE_FIELD_NUMBER: _ClassVar[int]
    suppositions: _containers.RepeatedCompositeFieldContainer[Supposition]
    sentence: str
    def __init__(self, suppositions: _Optional[_Iterable[_Union[Supposition, _Mapping]]] = ..., sentence: _Optional[str] = ...) -> None: ...

class WhatIfResponse(_message.Message):
    __slots__ = ("as_of", "disruptions", "at_risk", "recovered", "moved_in_time_count", "moved_count", "shifted_count", "interrupted_count", "reopened_count", "unpinned_count", "costs", "cost_fen", "standstill_duration", "changes")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    DISRUPTIONS_FIELD_NUMBER: _ClassVar[int]
    AT_RISK_FIELD_NUMBER: _ClassVar[int]
    RECOVERED_FIELD_NUMBER: _ClassVar[int]
    MOVED_IN_TIME_COUNT_FIELD_NUMBER: _ClassVar[int]
    MOVED_COUNT_FIELD_NUMBER: _ClassVar[int]
    SHIFTED_COUNT_FIELD_NUMBER: _ClassVar[int]
    INTERRUPTED_COUNT_FIELD_NUMBER: _ClassVar[int]
    REOPENED_COUNT_FIELD_NUMBER: _ClassVar[int]
    UNPINNED_COUNT_FIELD_NUMBER: _ClassVar[int]
    COSTS_FIELD_NUMBER: _ClassVar[int]
    COST_FEN_FIELD_NUMBER: _ClassVar[int]
    STANDSTILL_DURATION_FIELD_NUMBER: _ClassVar[int]
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    as_of: _plan_pb2.AsOf
    disruptions: _containers.RepeatedCompositeFieldContainer[_plan_service_pb2.Disruption]
    at_risk: _containers.RepeatedCompositeFieldContainer[_plan_service_pb2.LineAtRisk]
    recovered: _containers.RepeatedCompositeFieldContainer[_plan_service_pb2.OrderLineName]
    moved_in_time_count: int
    moved_count: int
    shifted_count: int
    interrupted_count: int
    reopened_count: int
    unpinned_count: int
    costs: _containers.RepeatedCompositeFieldContainer[_promise_pb2.OptionCost]
    cost_fen: int
    standstill_duration: _duration_pb2.Duration
    changes: _containers.RepeatedCompositeFieldContainer[SupposedChange]
    def __init__(self, as_of: _Optional[_Union[_plan_pb2.AsOf, _Mapping]] = ..., disruptions: _Optional[_Iterable[_Union[_plan_service_pb2.Disruption, _Mapping]]] = ..., at_risk: _Optional[_Iterable[_Union[_plan_service_pb2.LineAtRisk, _Mapping]]] = ..., recovered: _Optional[_Iterable[_Union[_plan_service_pb2.OrderLineName, _Mapping]]] = ..., moved_in_time_count: _Optional[int] = ..., moved_count: _Optional[int] = ..., shifted_count: _Optional[int] = ..., interrupted_count: _Optional[int] = ..., reopened_count: _Optional[int] = ..., unpinned_count: _Optional[int] = ..., costs: _Optional[_Iterable[_Union[_promise_pb2.OptionCost, _Mapping]]] = ..., cost_fen: _Optional[int] = ..., standstill_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., changes: _Optional[_Iterable[_Union[SupposedChange, _Mapping]]] = ...) -> None: ...

class SupposedChange(_message.Message):
    __slots__ = ("order_id", "receipt")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    RECEIPT_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    receipt: _promise_pb2.Receipt
    def __init__(self, order_id: _Optional[str] = ..., receipt: _Optional[_Union[_promise_pb2.Receipt, _Mapping]] = ...) -> None: ...

class Alert(_message.Message):
    __slots__ = ("order_id", "line_no", "item_id", "customer_id", "priority", "level", "promised_time", "expected_time", "slack_duration", "causes", "disruption_id", "open_time", "change_time")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    LINE_NO_FIELD_NUMBER: _ClassVar[int]
    ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    PROMISED_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_TIME_FIELD_NUMBER: _ClassVar[int]
    SLACK_DURATION_FIELD_NUMBER: _ClassVar[int]
    CAUSES_FIELD_NUMBER: _ClassVar[int]
    DISRUPTION_ID_FIELD_NUMBER: _ClassVar[int]
    OPEN_TIME_FIELD_NUMBER: _ClassVar[int]
    CHANGE_TIME_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    line_no: int
    item_id: str
    customer_id: str
    priority: int
    level: AlertLevel
    promised_time: _timestamp_pb2.Timestamp
    expected_time: _timestamp_pb2.Timestamp
    slack_duration: _duration_pb2.Duration
    causes: _containers.RepeatedCompositeFieldContainer[_promise_pb2.Reason]
    disruption_id: str
    open_time: _timestamp_pb2.Timestamp
    change_time: _timestamp_pb2.Timestamp
    def __init__(self, order_id: _Optional[str] = ..., line_no: _Optional[int] = ..., item_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., priority: _Optional[int] = ..., level: _Optional[_Union[AlertLevel, str]] = ..., promised_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expected_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., slack_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., causes: _Optional[_Iterable[_Union[_promise_pb2.Reason, _Mapping]]] = ..., disruption_id: _Optional[str] = ..., open_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., change_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ListAlertsRequest(_message.Message):
    __slots__ = ("level", "customer_id", "subject_id", "page_size", "page_token")
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    level: AlertLevel
    customer_id: str
    subject_id: str
    page_size: int
    page_token: str
    def __init__(self, level: _Optional[_Union[AlertLevel, str]] = ..., customer_id: _Optional[str] = ..., subject_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListAlertsResponse(_message.Message):
    __slots__ = ("as_of", "alerts", "next_page_token")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    ALERTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    as_of: _plan_pb2.AsOf
    alerts: _containers.RepeatedCompositeFieldContainer[Alert]
    next_page_token: str
    def __init__(self, as_of: _Optional[_Union[_plan_pb2.AsOf, _Mapping]] = ..., alerts: _Optional[_Iterable[_Union[Alert, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class WatchAlertsRequest(_message.Message):
    __slots__ = ("customer_id",)
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    customer_id: str
    def __init__(self, customer_id: _Optional[str] = ...) -> None: ...

class WatchAlertsResponse(_message.Message):
    __slots__ = ("as_of", "all", "rows")
    class Row(_message.Message):
        __slots__ = ("change", "alert")
        CHANGE_FIELD_NUMBER: _ClassVar[int]
        ALERT_FIELD_NUMBER: _ClassVar[int]
        change: AlertChange
        alert: Alert
        def __init__(self, change: _Optional[_Union[AlertChange, str]] = ..., alert: _Optional[_Union[Alert, _Mapping]] = ...) -> None: ...
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    ALL_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    as_of: _plan_pb2.AsOf
    all: bool
    rows: _containers.RepeatedCompositeFieldContainer[WatchAlertsResponse.Row]
    def __init__(self, as_of: _Optional[_Union[_plan_pb2.AsOf, _Mapping]] = ..., all: _Optional[bool] = ..., rows: _Optional[_Iterable[_Union[WatchAlertsResponse.Row, _Mapping]]] = ...) -> None: ...

class WantedRow(_message.Message):
    __slots__ = ("item_id", "quantity", "due_time")
    ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    DUE_TIME_FIELD_NUMBER: _ClassVar[int]
    item_id: str
    quantity: int
    due_time: _timestamp_pb2.Timestamp
    def __init__(self, item_id: _Optional[str] = ..., quantity: _Optional[int] = ..., due_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class GetForecastRequest(_message.Message):
    __slots__ = ("start_time", "week_count", "wanted")
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    WEEK_COUNT_FIELD_NUMBER: _ClassVar[int]
    WANTED_FIELD_NUMBER: _ClassVar[int]
    start_time: _timestamp_pb2.Timestamp
    week_count: int
    wanted: _containers.RepeatedCompositeFieldContainer[WantedRow]
    def __init__(self, start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., week_count: _Optional[int] = ..., wanted: _Optional[_Iterable[_Union[WantedRow, _Mapping]]] = ...) -> None: ...

class CentreDay(_message.Message):
    __slots__ = ("day_time", "working_duration", "booked_duration", "planned_duration", "free_duration", "overloaded_duration")
    DAY_TIME_FIELD_NUMBER: _ClassVar[int]
    WORKING_DURATION_FIELD_NUMBER: _ClassVar[int]
    BOOKED_DURATION_FIELD_NUMBER: _ClassVar[int]
    PLANNED_DURATION_FIELD_NUMBER: _ClassVar[int]
    FREE_DURATION_FIELD_NUMBER: _ClassVar[int]
    OVERLOADED_DURATION_FIELD_NUMBER: _ClassVar[int]
    day_time: _timestamp_pb2.Timestamp
    working_duration: _duration_pb2.Duration
    booked_duration: _duration_pb2.Duration
    planned_duration: _duration_pb2.Duration
    free_duration: _duration_pb2.Duration
    overloaded_duration: _duration_pb2.Duration
    def __init__(self, day_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., working_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., booked_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., planned_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., free_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., overloaded_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class OutsideWork(_message.Message):
    __slots__ = ("item_id", "freed_duration", "cost_fen")
    ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    FREED_DURATION_FIELD_NUMBER: _ClassVar[int]
    COST_FEN_FIELD_NUMBER: _ClassVar[int]
    item_id: str
    freed_duration: _duration_pb2.Duration
    cost_fen: int
    def __init__(self, item_id: _Optional[str] = ..., freed_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., cost_fen: _Optional[int] = ...) -> None: ...

class CentreForecast(_message.Message):
    __slots__ = ("work_centre", "days", "short_duration", "short_by_time", "overtime_cost_fen", "outside")
    WORK_CENTRE_FIELD_NUMBER: _ClassVar[int]
    DAYS_FIELD_NUMBER: _ClassVar[int]
    SHORT_DURATION_FIELD_NUMBER: _ClassVar[int]
    SHORT_BY_TIME_FIELD_NUMBER: _ClassVar[int]
    OVERTIME_COST_FEN_FIELD_NUMBER: _ClassVar[int]
    OUTSIDE_FIELD_NUMBER: _ClassVar[int]
    work_centre: str
    days: _containers.RepeatedCompositeFieldContainer[CentreDay]
    short_duration: _duration_pb2.Duration
    short_by_time: _timestamp_pb2.Timestamp
    overtime_cost_fen: int
    outside: _containers.RepeatedCompositeFieldContainer[OutsideWork]
    def __init__(self, work_centre: _Optional[str] = ..., days: _Optional[_Iterable[_Union[CentreDay, _Mapping]]] = ..., short_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., short_by_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., overtime_cost_fen: _Optional[int] = ..., outside: _Optional[_Iterable[_Union[OutsideWork, _Mapping]]] = ...) -> None: ...

class GetForecastResponse(_message.Message):
    __slots__ = ("as_of", "centres")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    CENTRES_FIELD_NUMBER: _ClassVar[int]
    as_of: _plan_pb2.AsOf
    centres: _containers.RepeatedCompositeFieldContainer[CentreForecast]
    def __init__(self, as_of: _Optional[_Union[_plan_pb2.AsOf, _Mapping]] = ..., centres: _Optional[_Iterable[_Union[CentreForecast, _Mapping]]] = ...) -> None: ...

class RushOrderRequest(_message.Message):
    __slots__ = ("request_id", "order_id", "priority", "max_broken_count", "reason", "validate_only")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    MAX_BROKEN_COUNT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    order_id: str
    priority: int
    max_broken_count: int
    reason: str
    validate_only: bool
    def __init__(self, request_id: _Optional[str] = ..., order_id: _Optional[str] = ..., priority: _Optional[int] = ..., max_broken_count: _Optional[int] = ..., reason: _Optional[str] = ..., validate_only: _Optional[bool] = ...) -> None: ...

class RushOrderResponse(_message.Message):
    __slots__ = ("as_of", "applied", "before", "after", "displaced", "moved_count", "shifted_count", "standstill_duration")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    APPLIED_FIELD_NUMBER: _ClassVar[int]
    BEFORE_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    DISPLACED_FIELD_NUMBER: _ClassVar[int]
    MOVED_COUNT_FIELD_NUMBER: _ClassVar[int]
    SHIFTED_COUNT_FIELD_NUMBER: _ClassVar[int]
    STANDSTILL_DURATION_FIELD_NUMBER: _ClassVar[int]
    as_of: _plan_pb2.AsOf
    applied: bool
    before: _promise_pb2.Promise
    after: _promise_pb2.Promise
    displaced: _containers.RepeatedCompositeFieldContainer[_promise_pb2.DisplacedLine]
    moved_count: int
    shifted_count: int
    standstill_duration: _duration_pb2.Duration
    def __init__(self, as_of: _Optional[_Union[_plan_pb2.AsOf, _Mapping]] = ..., applied: _Optional[bool] = ..., before: _Optional[_Union[_promise_pb2.Promise, _Mapping]] = ..., after: _Optional[_Union[_promise_pb2.Promise, _Mapping]] = ..., displaced: _Optional[_Iterable[_Union[_promise_pb2.DisplacedLine, _Mapping]]] = ..., moved_count: _Optional[int] = ..., shifted_count: _Optional[int] = ..., standstill_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class OrderSelection(_message.Message):
    __slots__ = ("order_ids", "customer_ids", "channel_ids", "priority_from", "priority_to")
    ORDER_IDS_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_IDS_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_IDS_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FROM_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_TO_FIELD_NUMBER: _ClassVar[int]
    order_ids: _containers.RepeatedScalarFieldContainer[str]
    customer_ids: _containers.RepeatedScalarFieldContainer[str]
    channel_ids: _containers.RepeatedScalarFieldContainer[str]
    priority_from: int
    priority_to: int
    def __init__(self, order_ids: _Optional[_Iterable[str]] = ..., customer_ids: _Optional[_Iterable[str]] = ..., channel_ids: _Optional[_Iterable[str]] = ..., priority_from: _Optional[int] = ..., priority_to: _Optional[int] = ...) -> None: ...

class RepromiseRequest(_message.Message):
    __slots__ = ("request_id", "confirm", "improve", "give_way", "reason", "plan_version", "validate_only")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    CONFIRM_FIELD_NUMBER: _ClassVar[int]
    IMPROVE_FIELD_NUMBER: _ClassVar[int]
    GIVE_WAY_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    PLAN_VERSION_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    confirm: _containers.RepeatedCompositeFieldContainer[OrderSelection]
    improve: _containers.RepeatedCompositeFieldContainer[OrderSelection]
    give_way: _containers.RepeatedCompositeFieldContainer[OrderSelection]
    reason: str
    plan_version: int
    validate_only: bool
    def __init__(self, request_id: _Optional[str] = ..., confirm: _Optional[_Iterable[_Union[OrderSelection, _Mapping]]] = ..., improve: _Optional[_Iterable[_Union[OrderSelection, _Mapping]]] = ..., give_way: _Optional[_Iterable[_Union[OrderSelection, _Mapping]]] = ..., reason: _Optional[str] = ..., plan_version: _Optional[int] = ..., validate_only: _Optional[bool] = ...) -> None: ...

class RepromisedLine(_message.Message):
    __slots__ = ("line", "treatment", "outcome", "reasons", "earliest_time", "fixed")
    LINE_FIELD_NUMBER: _ClassVar[int]
    TREATMENT_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    REASONS_FIELD_NUMBER: _ClassVar[int]
    EARLIEST_TIME_FIELD_NUMBER: _ClassVar[int]
    FIXED_FIELD_NUMBER: _ClassVar[int]
    line: _plan_service_pb2.ProposedLine
    treatment: RepromiseTreatment
    outcome: RepromiseOutcome
    reasons: _containers.RepeatedCompositeFieldContainer[_promise_pb2.Reason]
    earliest_time: _timestamp_pb2.Timestamp
    fixed: bool
    def __init__(self, line: _Optional[_Union[_plan_service_pb2.ProposedLine, _Mapping]] = ..., treatment: _Optional[_Union[RepromiseTreatment, str]] = ..., outcome: _Optional[_Union[RepromiseOutcome, str]] = ..., reasons: _Optional[_Iterable[_Union[_promise_pb2.Reason, _Mapping]]] = ..., earliest_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., fixed: _Optional[bool] = ...) -> None: ...

class RepromiseResponse(_message.Message):
    __slots__ = ("as_of", "applied", "lines", "told", "standstill_duration")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    APPLIED_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    TOLD_FIELD_NUMBER: _ClassVar[int]
    STANDSTILL_DURATION_FIELD_NUMBER: _ClassVar[int]
    as_of: _plan_pb2.AsOf
    applied: bool
    lines: _containers.RepeatedCompositeFieldContainer[RepromisedLine]
    told: _containers.RepeatedCompositeFieldContainer[_plan_service_pb2.ProposedLine]
    standstill_duration: _duration_pb2.Duration
    def __init__(self, as_of: _Optional[_Union[_plan_pb2.AsOf, _Mapping]] = ..., applied: _Optional[bool] = ..., lines: _Optional[_Iterable[_Union[RepromisedLine, _Mapping]]] = ..., told: _Optional[_Iterable[_Union[_plan_service_pb2.ProposedLine, _Mapping]]] = ..., standstill_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...
