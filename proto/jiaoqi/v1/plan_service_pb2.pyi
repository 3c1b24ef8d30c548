import datetime

from google.protobuf import duration_pb2 as _duration_pb2
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

class DisruptionKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DISRUPTION_KIND_UNSPECIFIED: _ClassVar[DisruptionKind]
    DISRUPTION_KIND_MACHINE_DOWN: _ClassVar[DisruptionKind]
    DISRUPTION_KIND_MOULD_IN_REPAIR: _ClassVar[DisruptionKind]
    DISRUPTION_KIND_CREW_ABSENT: _ClassVar[DisruptionKind]
    DISRUPTION_KIND_SHIFT_CANCELLED: _ClassVar[DisruptionKind]
    DISRUPTION_KIND_SHIFT_ADDED: _ClassVar[DisruptionKind]
    DISRUPTION_KIND_MATERIAL_LATE: _ClassVar[DisruptionKind]
    DISRUPTION_KIND_MATERIAL_SHORT: _ClassVar[DisruptionKind]
    DISRUPTION_KIND_MATERIAL_REJECTED: _ClassVar[DisruptionKind]
    DISRUPTION_KIND_SUPPLIER_STOPPED: _ClassVar[DisruptionKind]
    DISRUPTION_KIND_CARRIER_STOPPED: _ClassVar[DisruptionKind]
    DISRUPTION_KIND_CAVITIES_OUT: _ClassVar[DisruptionKind]
    DISRUPTION_KIND_SCRAPPED: _ClassVar[DisruptionKind]
    DISRUPTION_KIND_CUSTOMER_CHANGE: _ClassVar[DisruptionKind]

class DisruptionState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DISRUPTION_STATE_UNSPECIFIED: _ClassVar[DisruptionState]
    DISRUPTION_STATE_OPEN: _ClassVar[DisruptionState]
    DISRUPTION_STATE_CLOSED: _ClassVar[DisruptionState]

class ProgressKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PROGRESS_KIND_UNSPECIFIED: _ClassVar[ProgressKind]
    PROGRESS_KIND_NOT_STARTED: _ClassVar[ProgressKind]
    PROGRESS_KIND_STARTED: _ClassVar[ProgressKind]
    PROGRESS_KIND_PRODUCED: _ClassVar[ProgressKind]
    PROGRESS_KIND_PAUSED: _ClassVar[ProgressKind]
    PROGRESS_KIND_RESUMED: _ClassVar[ProgressKind]
    PROGRESS_KIND_FINISHED: _ClassVar[ProgressKind]

class ProgressOutcome(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PROGRESS_OUTCOME_UNSPECIFIED: _ClassVar[ProgressOutcome]
    PROGRESS_OUTCOME_RECORDED: _ClassVar[ProgressOutcome]
    PROGRESS_OUTCOME_KNOWN: _ClassVar[ProgressOutcome]
    PROGRESS_OUTCOME_REFUSED: _ClassVar[ProgressOutcome]

class ProposalKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PROPOSAL_KIND_UNSPECIFIED: _ClassVar[ProposalKind]
    PROPOSAL_KIND_RESEQUENCE: _ClassVar[ProposalKind]
    PROPOSAL_KIND_ALTERNATIVES: _ClassVar[ProposalKind]
    PROPOSAL_KIND_OVERTIME: _ClassVar[ProposalKind]
    PROPOSAL_KIND_PROTECT: _ClassVar[ProposalKind]
    PROPOSAL_KIND_OUTSIDE: _ClassVar[ProposalKind]
    PROPOSAL_KIND_SPLIT: _ClassVar[ProposalKind]
    PROPOSAL_KIND_ORDER: _ClassVar[ProposalKind]
    PROPOSAL_KIND_NEAR: _ClassVar[ProposalKind]

class ProposalState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PROPOSAL_STATE_UNSPECIFIED: _ClassVar[ProposalState]
    PROPOSAL_STATE_OPEN: _ClassVar[ProposalState]
    PROPOSAL_STATE_APPLIED: _ClassVar[ProposalState]
    PROPOSAL_STATE_DISCARDED: _ClassVar[ProposalState]
DISRUPTION_KIND_UNSPECIFIED: DisruptionKind
DISRUPTION_KIND_MACHINE_DOWN: DisruptionKind
DISRUPTION_KIND_MOULD_IN_REPAIR: DisruptionKind
DISRUPTION_KIND_CREW_ABSENT: DisruptionKind
DISRUPTION_KIND_SHIFT_CANCELLED: DisruptionKind
DISRUPTION_KIND_SHIFT_ADDED: DisruptionKind
DISRUPTION_KIND_MATERIAL_LATE: DisruptionKind
DISRUPTION_KIND_MATERIAL_SHORT: DisruptionKind
DISRUPTION_KIND_MATERIAL_REJECTED: DisruptionKind
DISRUPTION_KIND_SUPPLIER_STOPPED: DisruptionKind
DISRUPTION_KIND_CARRIER_STOPPED: DisruptionKind
DISRUPTION_KIND_CAVITIES_OUT: DisruptionKind
DISRUPTION_KIND_SCRAPPED: DisruptionKind
DISRUPTION_KIND_CUSTOMER_CHANGE: DisruptionKind
DISRUPTION_STATE_UNSPECIFIED: DisruptionState
DISRUPTION_STATE_OPEN: DisruptionState
DISRUPTION_STATE_CLOSED: DisruptionState
PROGRESS_KIND_UNSPECIFIED: ProgressKind
PROGRESS_KIND_NOT_STARTED: ProgressKind
PROGRESS_KIND_STARTED: ProgressKind
PROGRESS_KIND_PRODUCED: ProgressKind
PROGRESS_KIND_PAUSED: ProgressKind
PROGRESS_KIND_RESUMED: ProgressKind
PROGRESS_KIND_FINISHED: ProgressKind
PROGRESS_OUTCOME_UNSPECIFIED: ProgressOutcome
PROGRESS_OUTCOME_RECORDED: ProgressOutcome
PROGRESS_OUTCOME_KNOWN: ProgressOutcome
PROGRESS_OUTCOME_REFUSED: ProgressOutcome
PROPOSAL_KIND_UNSPECIFIED: ProposalKind
PROPOSAL_KIND_RESEQUENCE: ProposalKind
PROPOSAL_KIND_ALTERNATIVES: ProposalKind
PROPOSAL_KIND_OVERTIME: ProposalKind
PROPOSAL_KIND_PROTECT: ProposalKind
PROPOSAL_KIND_OUTSIDE: ProposalKind
PROPOSAL_KIND_SPLIT: ProposalKind
PROPOSAL_KIND_ORDER: ProposalKind
PROPOSAL_KIND_NEAR: ProposalKind
PROPOSAL_STATE_UNSPECIFIED: ProposalState
PROPOSAL_STATE_OPEN: ProposalState
PROPOSAL_STATE_APPLIED: ProposalState
PROPOSAL_STATE_DISCARDED: ProposalState

class Disruption(_message.Message):
    __slots__ = ("disruption_id", "kind", "subject_id", "start_time", "end_time", "expected_end_time", "source", "reason", "reported_by", "report_time", "state", "etag", "quantity", "region", "line_no", "operation_id", "operation_key", "requested_time", "withdrawn")
    DISRUPTION_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_END_TIME_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    REPORTED_BY_FIELD_NUMBER: _ClassVar[int]
    REPORT_TIME_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    REGION_FIELD_NUMBER: _ClassVar[int]
    LINE_NO_FIELD_NUMBER: _ClassVar[int]
    OPERATION_ID_FIELD_NUMBER: _ClassVar[int]
    OPERATION_KEY_FIELD_NUMBER: _ClassVar[int]
    REQUESTED_TIME_FIELD_NUMBER: _ClassVar[int]
    WITHDRAWN_FIELD_NUMBER: _ClassVar[int]
    disruption_id: str
    kind: DisruptionKind
    subject_id: str
    start_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    expected_end_time: _timestamp_pb2.Timestamp
    source: str
    reason: str
    reported_by: str
    report_time: _timestamp_pb2.Timestamp
    state: DisruptionState
    etag: str
    quantity: int
    region: str
    line_no: int
    operation_id: str
    operation_key: int
    requested_time: _timestamp_pb2.Timestamp
    withdrawn: bool
    def __init__(self, disruption_id: _Optional[str] = ..., kind: _Optional[_Union[DisruptionKind, str]] = ..., subject_id: _Optional[str] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expected_end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., source: _Optional[str] = ..., reason: _Optional[str] = ..., reported_by: _Optional[str] = ..., report_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., state: _Optional[_Union[DisruptionState, str]] = ..., etag: _Optional[str] = ..., quantity: _Optional[int] = ..., region: _Optional[str] = ..., line_no: _Optional[int] = ..., operation_id: _Optional[str] = ..., operation_key: _Optional[int] = ..., requested_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., withdrawn: _Optional[bool] = ...) -> None: ...

class LineAtRisk(_message.Message):
    __slots__ = ("order_id", "line_no", "item_id", "quantity", "customer_id", "priority", "state", "promised_time", "expected_time", "expected_before_time", "cause")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    LINE_NO_FIELD_NUMBER: _ClassVar[int]
    ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    PROMISED_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_BEFORE_TIME_FIELD_NUMBER: _ClassVar[int]
    CAUSE_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    line_no: int
    item_id: str
    quantity: int
    customer_id: str
    priority: int
    state: _promise_pb2.PromiseState
    promised_time: _timestamp_pb2.Timestamp
    expected_time: _timestamp_pb2.Timestamp
    expected_before_time: _timestamp_pb2.Timestamp
    cause: _promise_pb2.RiskCause
    def __init__(self, order_id: _Optional[str] = ..., line_no: _Optional[int] = ..., item_id: _Optional[str] = ..., quantity: _Optional[int] = ..., customer_id: _Optional[str] = ..., priority: _Optional[int] = ..., state: _Optional[_Union[_promise_pb2.PromiseState, str]] = ..., promised_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expected_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expected_before_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., cause: _Optional[_Union[_promise_pb2.RiskCause, _Mapping]] = ...) -> None: ...

class OrderLineName(_message.Message):
    __slots__ = ("order_id", "line_no")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    LINE_NO_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    line_no: int
    def __init__(self, order_id: _Optional[str] = ..., line_no: _Optional[int] = ...) -> None: ...

class RepairReceipt(_message.Message):
    __slots__ = ("disruption", "applied", "at_risk", "recovered", "moved_in_time_count", "moved_count", "shifted_count", "interrupted_count", "reopened_count", "standstill_duration", "change")
    DISRUPTION_FIELD_NUMBER: _ClassVar[int]
    APPLIED_FIELD_NUMBER: _ClassVar[int]
    AT_RISK_FIELD_NUMBER: _ClassVar[int]
    RECOVERED_FIELD_NUMBER: _ClassVar[int]
    MOVED_IN_TIME_COUNT_FIELD_NUMBER: _ClassVar[int]
    MOVED_COUNT_FIELD_NUMBER: _ClassVar[int]
    SHIFTED_COUNT_FIELD_NUMBER: _ClassVar[int]
    INTERRUPTED_COUNT_FIELD_NUMBER: _ClassVar[int]
    REOPENED_COUNT_FIELD_NUMBER: _ClassVar[int]
    STANDSTILL_DURATION_FIELD_NUMBER: _ClassVar[int]
    CHANGE_FIELD_NUMBER: _ClassVar[int]
    disruption: Disruption
    applied: bool
    at_risk: _containers.RepeatedCompositeFieldContainer[LineAtRisk]
    recovered: _containers.RepeatedCompositeFieldContainer[OrderLineName]
    moved_in_time_count: int
    moved_count: int
    shifted_count: int
    interrupted_count: int
    reopened_count: int
    standstill_duration: _duration_pb2.Duration
    change: _promise_pb2.Receipt
    def __init__(self, disruption: _Optional[_Union[Disruption, _Mapping]] = ..., applied: _Optional[bool] = ..., at_risk: _Optional[_Iterable[_Union[LineAtRisk, _Mapping]]] = ..., recovered: _Optional[_Iterable[_Union[OrderLineName, _Mapping]]] = ..., moved_in_time_count: _Optional[int] = ..., moved_count: _Optional[int] = ..., shifted_count: _Optional[int] = ..., interrupted_count: _Optional[int] = ..., reopened_count: _Optional[int] = ..., standstill_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., change: _Optional[_Union[_promise_pb2.Receipt, _Mapping]] = ...) -> None: ...

class ReportDisruptionRequest(_message.Message):
    __slots__ = ("request_id", "subject_id", "kind", "start_time", "end_time", "expected_end_time", "disruption_id", "source", "reason", "validate_only", "quantity", "region", "line_no", "operation_id", "requested_time", "withdrawn", "etag")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_END_TIME_FIELD_NUMBER: _ClassVar[int]
    DISRUPTION_ID_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    REGION_FIELD_NUMBER: _ClassVar[int]
    LINE_NO_FIELD_NUMBER: _ClassVar[int]
    OPERATION_ID_FIELD_NUMBER: _ClassVar[int]
    REQUESTED_TIME_FIELD_NUMBER: _ClassVar[int]
    WITHDRAWN_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    subject_id: str
    kind: DisruptionKind
    start_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    expected_end_time: _timestamp_pb2.Timestamp
    disruption_id: str
    source: str
    reason: str
    validate_only: bool
    quantity: int
    region: str
    line_no: int
    operation_id: str
    requested_time: _timestamp_pb2.Timestamp
    withdrawn: bool
    etag: str
    def __init__(self, request_id: _Optional[str] = ..., subject_id: _Optional[str] = ..., kind: _Optional[_Union[DisruptionKind, str]] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expected_end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., disruption_id: _Optional[str] = ..., source: _Optional[str] = ..., reason: _Optional[str] = ..., validate_only: _Optional[bool] = ..., quantity: _Optional[int] = ..., region: _Optional[str] = ..., line_no: _Optional[int] = ..., operation_id: _Optional[str] = ..., requested_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., withdrawn: _Optional[bool] = ..., etag: _Optional[str] = ...) -> None: ...

class ReportDisruptionResponse(_message.Message):
    __slots__ = ("as_of", "receipt")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    RECEIPT_FIELD_NUMBER: _ClassVar[int]
    as_of: _plan_pb2.AsOf
    receipt: RepairReceipt
    def __init__(self, as_of: _Optional[_Union[_plan_pb2.AsOf, _Mapping]] = ..., receipt: _Optional[_Union[RepairReceipt, _Mapping]] = ...) -> None: ...

class AmendDisruptionRequest(_message.Message):
    __slots__ = ("request_id", "disruption_id", "etag", "start_time", "end_time", "expected_end_time", "reason", "validate_only", "quantity")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    DISRUPTION_ID_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_END_TIME_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    disruption_id: str
    etag: str
    start_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    expected_end_time: _timestamp_pb2.Timestamp
    reason: str
    validate_only: bool
    quantity: int
    def __init__(self, request_id: _Optional[str] = ..., disruption_id: _Optional[str] = ..., etag: _Optional[str] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expected_end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., reason: _Optional[str] = ..., validate_only: _Optional[bool] = ..., quantity: _Optional[int] = ...) -> None: ...

class AmendDisruptionResponse(_message.Message):
    __slots__ = ("as_of", "receipt")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    RECEIPT_FIELD_NUMBER: _ClassVar[int]
    as_of: _plan_pb2.AsOf
    receipt: RepairReceipt
    def __init__(self, as_of: _Optional[_Union[_plan_pb2.AsOf, _Mapping]] = ..., receipt: _Optional[_Union[RepairReceipt, _Mapping]] = ...) -> None: ...

class CloseDisruptionRequest(_message.Message):
    __slots__ = ("request_id", "disruption_id", "etag", "ended_time", "validate_only")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    DISRUPTION_ID_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    ENDED_TIME_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    disruption_id: str
    etag: str
    ended_time: _timestamp_pb2.Timestamp
    validate_only: bool
    def __init__(self, request_id: _Optional[str] = ..., disruption_id: _Optional[str] = ..., etag: _Optional[str] = ..., ended_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., validate_only: _Optional[bool] = ...) -> None: ...

class CloseDisruptionResponse(_message.Message):
    __slots__ = ("as_of", "receipt")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    RECEIPT_FIELD_NUMBER: _ClassVar[int]
    as_of: _plan_pb2.AsOf
    receipt: RepairReceipt
    def __init__(self, as_of: _Optional[_Union[_plan_pb2.AsOf, _Mapping]] = ..., receipt: _Optional[_Union[RepairReceipt, _Mapping]] = ...) -> None: ...

class ListDisruptionsRequest(_message.Message):
    __slots__ = ("state", "page_size", "page_token")
    STATE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    state: DisruptionState
    page_size: int
    page_token: str
    def __init__(self, state: _Optional[_Union[DisruptionState, str]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListDisruptionsResponse(_message.Message):
    __slots__ = ("as_of", "disruptions", "next_page_token")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    DISRUPTIONS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    as_of: _plan_pb2.AsOf
    disruptions: _containers.RepeatedCompositeFieldContainer[Disruption]
    next_page_token: str
    def __init__(self, as_of: _Optional[_Union[_plan_pb2.AsOf, _Mapping]] = ..., disruptions: _Optional[_Iterable[_Union[Disruption, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class ListAtRiskRequest(_message.Message):
    __slots__ = ("disruption_id", "customer_id", "page_size", "page_token")
    DISRUPTION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    disruption_id: str
    customer_id: str
    page_size: int
    page_token: str
    def __init__(self, disruption_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListAtRiskResponse(_message.Message):
    __slots__ = ("as_of", "lines", "next_page_token")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    as_of: _plan_pb2.AsOf
    lines: _containers.RepeatedCompositeFieldContainer[LineAtRisk]
    next_page_token: str
    def __init__(self, as_of: _Optional[_Union[_plan_pb2.AsOf, _Mapping]] = ..., lines: _Optional[_Iterable[_Union[LineAtRisk, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class ProgressReport(_message.Message):
    __slots__ = ("kind", "operation_key", "order_id", "line_no", "operation_id", "item_id", "time", "good_count", "scrapped_count", "shot_count", "expected_time", "resource_id", "corrects")
    KIND_FIELD_NUMBER: _ClassVar[int]
    OPERATION_KEY_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    LINE_NO_FIELD_NUMBER: _ClassVar[int]
    OPERATION_ID_FIELD_NUMBER: _ClassVar[int]
    ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    GOOD_COUNT_FIELD_NUMBER: _ClassVar[int]
    SCRAPPED_COUNT_FIELD_NUMBER: _ClassVar[int]
    SHOT_COUNT_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_TIME_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_ID_FIELD_NUMBER: _ClassVar[int]
    CORRECTS_FIELD_NUMBER: _ClassVar[int]
    kind: ProgressKind
    operation_key: int
    order_id: str
    line_no: int
    operation_id: str
    item_id: str
    time: _timestamp_pb2.Timestamp
    good_count: int
    scrapped_count: int
    shot_count: int
    expected_time: _timestamp_pb2.Timestamp
    resource_id: str
    corrects: bool
    def __init__(self, kind: _Optional[_Union[ProgressKind, str]] = ..., operation_key: _Optional[int] = ..., order_id: _Optional[str] = ..., line_no: _Optional[int] = ..., operation_id: _Optional[str] = ..., item_id: _Optional[str] = ..., time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., good_count: _Optional[int] = ..., scrapped_count: _Optional[int] = ..., shot_count: _Optional[int] = ..., expected_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., resource_id: _Optional[str] = ..., corrects: _Optional[bool] = ...) -> None: ...

class ReportProgressRequest(_message.Message):
    __slots__ = ("request_id", "reports", "source", "validate_only")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    REPORTS_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    reports: _containers.RepeatedCompositeFieldContainer[ProgressReport]
    source: str
    validate_only: bool
    def __init__(self, request_id: _Optional[str] = ..., reports: _Optional[_Iterable[_Union[ProgressReport, _Mapping]]] = ..., source: _Optional[str] = ..., validate_only: _Optional[bool] = ...) -> None: ...

class ProgressProblem(_message.Message):
    __slots__ = ("field", "problem", "allowed")
    FIELD_FIELD_NUMBER: _ClassVar[int]
    PROBLEM_FIELD_NUMBER: _ClassVar[int]
    ALLOWED_FIELD_NUMBER: _ClassVar[int]
    field: str
    problem: str
    allowed: str
    def __init__(self, field: _Optional[str] = ..., problem: _Optional[str] = ..., allowed: _Optional[str] = ...) -> None: ...

class ProgressAnswer(_message.Message):
    __slots__ = ("outcome", "operation_key", "problems", "start_time", "end_time", "missing_count", "planned_anew_count")
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    OPERATION_KEY_FIELD_NUMBER: _ClassVar[int]
    PROBLEMS_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    MISSING_COUNT_FIELD_NUMBER: _ClassVar[int]
    PLANNED_ANEW_COUNT_FIELD_NUMBER: _ClassVar[int]
    outcome: ProgressOutcome
    operation_key: int
    problems: _containers.RepeatedCompositeFieldContainer[ProgressProblem]
    start_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    missing_count: int
    planned_anew_count: int
    def __init__(self, outcome: _Optional[_Union[ProgressOutcome, str]] = ..., operation_key: _Optional[int] = ..., problems: _Optional[_Iterable[_Union[ProgressProblem, _Mapping]]] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., missing_count: _Optional[int] = ..., planned_anew_count: _Optional[int] = ...) -> None: ...

class ProgressClash(_message.Message):
    __slots__ = ("resource_id", "operation_key", "other_key")
    RESOURCE_ID_FIELD_NUMBER: _ClassVar[int]
    OPERATION_KEY_FIELD_NUMBER: _ClassVar[int]
    OTHER_KEY_FIELD_NUMBER: _ClassVar[int]
    resource_id: str
    operation_key: int
    other_key: int
    def __init__(self, resource_id: _Optional[str] = ..., operation_key: _Optional[int] = ..., other_key: _Optional[int] = ...) -> None: ...

class ProgressReceipt(_message.Message):
    __slots__ = ("answers", "applied", "cause_id", "at_risk", "recovered", "assumed_keys", "clashes", "moved_in_time_count", "moved_count", "shifted_count", "reopened_count", "standstill_duration")
    ANSWERS_FIELD_NUMBER: _ClassVar[int]
    APPLIED_FIELD_NUMBER: _ClassVar[int]
    CAUSE_ID_FIELD_NUMBER: _ClassVar[int]
    AT_RISK_FIELD_NUMBER: _ClassVar[int]
    RECOVERED_FIELD_NUMBER: _ClassVar[int]
    ASSUMED_KEYS_FIELD_NUMBER: _ClassVar[int]
    CLASHES_FIELD_NUMBER: _ClassVar[int]
    MOVED_IN_TIME_COUNT_FIELD_NUMBER: _ClassVar[int]
    MOVED_COUNT_FIELD_NUMBER: _ClassVar[int]
    SHIFTED_COUNT_FIELD_NUMBER: _ClassVar[int]
    REOPENED_COUNT_FIELD_NUMBER: _ClassVar[int]
    STANDSTILL_DURATION_FIELD_NUMBER: _ClassVar[int]
    answers: _containers.RepeatedCompositeFieldContainer[ProgressAnswer]
    applied: bool
    cause_id: str
    at_risk: _containers.RepeatedCompositeFieldContainer[LineAtRisk]
    recovered: _containers.RepeatedCompositeFieldContainer[OrderLineName]
    assumed_keys: _containers.RepeatedScalarFieldContainer[int]
    clashes: _containers.RepeatedCompositeFieldContainer[ProgressClash]
    moved_in_time_count: int
    moved_count: int
    shifted_count: int
    reopened_count: int
    standstill_duration: _duration_pb2.Duration
    def __init__(self, answers: _Optional[_Iterable[_Union[ProgressAnswer, _Mapping]]] = ..., applied: _Optional[bool] = ..., cause_id: _Optional[str] = ..., at_risk: _Optional[_Iterable[_Union[LineAtRisk, _Mapping]]] = ..., recovered: _Optional[_Iterable[_Union[OrderLineName, _Mapping]]] = ..., assumed_keys: _Optional[_Iterable[int]] = ..., clashes: _Optional[_Iterable[_Union[ProgressClash, _Mapping]]] = ..., moved_in_time_count: _Optional[int] = ..., moved_count: _Optional[int] = ..., shifted_count: _Optional[int] = ..., reopened_count: _Optional[int] = ..., standstill_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class ReportProgressResponse(_message.Message):
    __slots__ = ("as_of", "receipt")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    RECEIPT_FIELD_NUMBER: _ClassVar[int]
    as_of: _plan_pb2.AsOf
    receipt: ProgressReceipt
    def __init__(self, as_of: _Optional[_Union[_plan_pb2.AsOf, _Mapping]] = ..., receipt: _Optional[_Union[ProgressReceipt, _Mapping]] = ...) -> None: ...

class ProposalCap(_message.Message):
    __slots__ = ("most_moved_count", "none_within_duration")
    MOST_MOVED_COUNT_FIELD_NUMBER: _ClassVar[int]
    NONE_WITHIN_DURATION_FIELD_NUMBER: _ClassVar[int]
    most_moved_count: int
    none_within_duration: _duration_pb2.Duration
    def __init__(self, most_moved_count: _Optional[int] = ..., none_within_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class PriorityTardiness(_message.Message):
    __slots__ = ("priority", "duration")
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    DURATION_FIELD_NUMBER: _ClassVar[int]
    priority: int
    duration: _duration_pb2.Duration
    def __init__(self, priority: _Optional[int] = ..., duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class PlanFigures(_message.Message):
    __slots__ = ("late_count", "tardiness", "changeover_count", "changeover_duration", "overtime_duration", "cost_fen", "end_time", "outside_duration")
    LATE_COUNT_FIELD_NUMBER: _ClassVar[int]
    TARDINESS_FIELD_NUMBER: _ClassVar[int]
    CHANGEOVER_COUNT_FIELD_NUMBER: _ClassVar[int]
    CHANGEOVER_DURATION_FIELD_NUMBER: _ClassVar[int]
    OVERTIME_DURATION_FIELD_NUMBER: _ClassVar[int]
    COST_FEN_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    OUTSIDE_DURATION_FIELD_NUMBER: _ClassVar[int]
    late_count: int
    tardiness: _containers.RepeatedCompositeFieldContainer[PriorityTardiness]
    changeover_count: int
    changeover_duration: _duration_pb2.Duration
    overtime_duration: _duration_pb2.Duration
    cost_fen: int
    end_time: _timestamp_pb2.Timestamp
    outside_duration: _duration_pb2.Duration
    def __init__(self, late_count: _Optional[int] = ..., tardiness: _Optional[_Iterable[_Union[PriorityTardiness, _Mapping]]] = ..., changeover_count: _Optional[int] = ..., changeover_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., overtime_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., cost_fen: _Optional[int] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., outside_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class ProposedLine(_message.Message):
    __slots__ = ("order_id", "line_no", "item_id", "quantity", "customer_id", "priority", "state", "promised_before_time", "promised_after_time", "expected_before_time", "expected_after_time", "part_of")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    LINE_NO_FIELD_NUMBER: _ClassVar[int]
    ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    PROMISED_BEFORE_TIME_FIELD_NUMBER: _ClassVar[int]
    PROMISED_AFTER_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_BEFORE_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_AFTER_TIME_FIELD_NUMBER: _ClassVar[int]
    PART_OF_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    line_no: int
    item_id: str
    quantity: int
    customer_id: str
    priority: int
    state: _promise_pb2.PromiseState
    promised_before_time: _timestamp_pb2.Timestamp
    promised_after_time: _timestamp_pb2.Timestamp
    expected_before_time: _timestamp_pb2.Timestamp
    expected_after_time: _timestamp_pb2.Timestamp
    part_of: int
    def __init__(self, order_id: _Optional[str] = ..., line_no: _Optional[int] = ..., item_id: _Optional[str] = ..., quantity: _Optional[int] = ..., customer_id: _Optional[str] = ..., priority: _Optional[int] = ..., state: _Optional[_Union[_promise_pb2.PromiseState, str]] = ..., promised_before_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., promised_after_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expected_before_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expected_after_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., part_of: _Optional[int] = ...) -> None: ...

class OutsideOperation(_message.Message):
    __slots__ = ("operation_key", "order_id", "line_no", "item_id", "quantity", "operation_id", "mode_id", "resource_id", "start_time", "end_time", "cost_fen")
    OPERATION_KEY_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    LINE_NO_FIELD_NUMBER: _ClassVar[int]
    ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    OPERATION_ID_FIELD_NUMBER: _ClassVar[int]
    MODE_ID_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_ID_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    COST_FEN_FIELD_NUMBER: _ClassVar[int]
    operation_key: int
    order_id: str
    line_no: int
    item_id: str
    quantity: int
    operation_id: str
    mode_id: str
    resource_id: str
    start_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    cost_fen: int
    def __init__(self, operation_key: _Optional[int] = ..., order_id: _Optional[str] = ..., line_no: _Optional[int] = ..., item_id: _Optional[str] = ..., quantity: _Optional[int] = ..., operation_id: _Optional[str] = ..., mode_id: _Optional[str] = ..., resource_id: _Optional[str] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., cost_fen: _Optional[int] = ...) -> None: ...

class FromPlanBefore(_message.Message):
    __slots__ = ("disruption_id", "stood_time", "dates_today_count", "dates_count", "moved_today_count", "moved_count")
    DISRUPTION_ID_FIELD_NUMBER: _ClassVar[int]
    STOOD_TIME_FIELD_NUMBER: _ClassVar[int]
    DATES_TODAY_COUNT_FIELD_NUMBER: _ClassVar[int]
    DATES_COUNT_FIELD_NUMBER: _ClassVar[int]
    MOVED_TODAY_COUNT_FIELD_NUMBER: _ClassVar[int]
    MOVED_COUNT_FIELD_NUMBER: _ClassVar[int]
    disruption_id: str
    stood_time: _timestamp_pb2.Timestamp
    dates_today_count: int
    dates_count: int
    moved_today_count: int
    moved_count: int
    def __init__(self, disruption_id: _Optional[str] = ..., stood_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., dates_today_count: _Optional[int] = ..., dates_count: _Optional[int] = ..., moved_today_count: _Optional[int] = ..., moved_count: _Optional[int] = ...) -> None: ...

class Proposal(_message.Message):
    __slots__ = ("proposal_id", "kind", "state", "plan_version", "create_time", "created_by", "before", "after", "saved_count", "promises_moved_count", "moved_in_time_count", "moved_count", "shifted_count", "distance_duration", "objective", "bound", "search_duration", "hours", "cap", "uncapped_objective", "reason", "decide_time", "decided_by", "etag", "lines", "outside", "gap", "from_before")
    PROPOSAL_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    PLAN_VERSION_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    CREATED_BY_FIELD_NUMBER: _ClassVar[int]
    BEFORE_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    SAVED_COUNT_FIELD_NUMBER: _ClassVar[int]
    PROMISES_MOVED_COUNT_FIELD_NUMBER: _ClassVar[int]
    MOVED_IN_TIME_COUNT_FIELD_NUMBER: _ClassVar[int]
    MOVED_COUNT_FIELD_NUMBER: _ClassVar[int]
    SHIFTED_COUNT_FIELD_NUMBER: _ClassVar[int]
    DISTANCE_DURATION_FIELD_NUMBER: _ClassVar[int]
    OBJECTIVE_FIELD_NUMBER: _ClassVar[int]
    BOUND_FIELD_NUMBER: _ClassVar[int]
    SEARCH_DURATION_FIELD_NUMBER: _ClassVar[int]
    HOURS_FIELD_NUMBER: _ClassVar[int]
    CAP_FIELD_NUMBER: _ClassVar[int]
    UNCAPPED_OBJECTIVE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    DECIDE_TIME_FIELD_NUMBER: _ClassVar[int]
    DECIDED_BY_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    OUTSIDE_FIELD_NUMBER: _ClassVar[int]
    GAP_FIELD_NUMBER: _ClassVar[int]
    FROM_BEFORE_FIELD_NUMBER: _ClassVar[int]
    proposal_id: str
    kind: ProposalKind
    state: ProposalState
    plan_version: int
    create_time: _timestamp_pb2.Timestamp
    created_by: str
    before: PlanFigures
    after: PlanFigures
    saved_count: int
    promises_moved_count: int
    moved_in_time_count: int
    moved_count: int
    shifted_count: int
    distance_duration: _duration_pb2.Duration
    objective: int
    bound: int
    search_duration: _duration_pb2.Duration
    hours: _containers.RepeatedCompositeFieldContainer[_promise_pb2.ExtraHours]
    cap: ProposalCap
    uncapped_objective: int
    reason: str
    decide_time: _timestamp_pb2.Timestamp
    decided_by: str
    etag: str
    lines: _containers.RepeatedCompositeFieldContainer[ProposedLine]
    outside: _containers.RepeatedCompositeFieldContainer[OutsideOperation]
    gap: float
    from_before: FromPlanBefore
    def __init__(self, proposal_id: _Optional[str] = ..., kind: _Optional[_Union[ProposalKind, str]] = ..., state: _Optional[_Union[ProposalState, str]] = ..., plan_version: _Optional[int] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., created_by: _Optional[str] = ..., before: _Optional[_Union[PlanFigures, _Mapping]] = ..., after: _Optional[_Union[PlanFigures, _Mapping]] = ..., saved_count: _Optional[int] = ..., promises_moved_count: _Optional[int] = ..., moved_in_time_count: _Optional[int] = ..., moved_count: _Optional[int] = ..., shifted_count: _Optional[int] = ..., distance_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., objective: _Optional[int] = ..., bound: _Optional[int] = ..., search_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., hours: _Optional[_Iterable[_Union[_promise_pb2.ExtraHours, _Mapping]]] = ..., cap: _Optional[_Union[ProposalCap, _Mapping]] = ..., uncapped_objective: _Optional[int] = ..., reason: _Optional[str] = ..., decide_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., decided_by: _Optional[str] = ..., etag: _Optional[str] = ..., lines: _Optional[_Iterable[_Union[ProposedLine, _Mapping]]] = ..., outside: _Optional[_Iterable[_Union[OutsideOperation, _Mapping]]] = ..., gap: _Optional[float] = ..., from_before: _Optional[_Union[FromPlanBefore, _Mapping]] = ...) -> None: ...

class ReplanRequest(_message.Message):
    __slots__ = ("request_id", "kinds", "budget_duration", "effort", "seed", "protect_priority", "cap", "reason")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    KINDS_FIELD_NUMBER: _ClassVar[int]
    BUDGET_DURATION_FIELD_NUMBER: _ClassVar[int]
    EFFORT_FIELD_NUMBER: _ClassVar[int]
    SEED_FIELD_NUMBER: _ClassVar[int]
    PROTECT_PRIORITY_FIELD_NUMBER: _ClassVar[int]
    CAP_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    kinds: _containers.RepeatedScalarFieldContainer[ProposalKind]
    budget_duration: _duration_pb2.Duration
    effort: int
    seed: int
    protect_priority: int
    cap: ProposalCap
    reason: str
    def __init__(self, request_id: _Optional[str] = ..., kinds: _Optional[_Iterable[_Union[ProposalKind, str]]] = ..., budget_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., effort: _Optional[int] = ..., seed: _Optional[int] = ..., protect_priority: _Optional[int] = ..., cap: _Optional[_Union[ProposalCap, _Mapping]] = ..., reason: _Optional[str] = ...) -> None: ...

class ReplanProgress(_message.Message):
    __slots__ = ("kind", "search_duration", "objective", "bound", "late_count", "moved_count", "gap", "without_cap")
    KIND_FIELD_NUMBER: _ClassVar[int]
    SEARCH_DURATION_FIELD_NUMBER: _ClassVar[int]
    OBJECTIVE_FIELD_NUMBER: _ClassVar[int]
    BOUND_FIELD_NUMBER: _ClassVar[int]
    LATE_COUNT_FIELD_NUMBER: _ClassVar[int]
    MOVED_COUNT_FIELD_NUMBER: _ClassVar[int]
    GAP_FIELD_NUMBER: _ClassVar[int]
    WITHOUT_CAP_FIELD_NUMBER: _ClassVar[int]
    kind: ProposalKind
    search_duration: _duration_pb2.Duration
    objective: int
    bound: int
    late_count: int
    moved_count: int
    gap: float
    without_cap: bool
    def __init__(self, kind: _Optional[_Union[ProposalKind, str]] = ..., search_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., objective: _Optional[int] = ..., bound: _Optional[int] = ..., late_count: _Optional[int] = ..., moved_count: _Optional[int] = ..., gap: _Optional[float] = ..., without_cap: _Optional[bool] = ...) -> None: ...

class ReplanResponse(_message.Message):
    __slots__ = ("as_of", "progress", "done", "proposals")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    PROGRESS_FIELD_NUMBER: _ClassVar[int]
    DONE_FIELD_NUMBER: _ClassVar[int]
    PROPOSALS_FIELD_NUMBER: _ClassVar[int]
    as_of: _plan_pb2.AsOf
    progress: ReplanProgress
    done: bool
    proposals: _containers.RepeatedCompositeFieldContainer[Proposal]
    def __init__(self, as_of: _Optional[_Union[_plan_pb2.AsOf, _Mapping]] = ..., progress: _Optional[_Union[ReplanProgress, _Mapping]] = ..., done: _Optional[bool] = ..., proposals: _Optional[_Iterable[_Union[Proposal, _Mapping]]] = ...) -> None: ...

class ListProposalsRequest(_message.Message):
    __slots__ = ("state", "page_size", "page_token")
    STATE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    state: ProposalState
    page_size: int
    page_token: str
    def __init__(self, state: _Optional[_Union[ProposalState, str]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListProposalsResponse(_message.Message):
    __slots__ = ("as_of", "proposals", "next_page_token")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    PROPOSALS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    as_of: _plan_pb2.AsOf
    proposals: _containers.RepeatedCompositeFieldContainer[Proposal]
    next_page_token: str
    def __init__(self, as_of: _Optional[_Union[_plan_pb2.AsOf, _Mapping]] = ..., proposals: _Optional[_Iterable[_Union[Proposal, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class GetProposalRequest(_message.Message):
    __slots__ = ("proposal_id",)
    PROPOSAL_ID_FIELD_NUMBER: _ClassVar[int]
    proposal_id: str
    def __init__(self, proposal_id: _Optional[str] = ...) -> None: ...

class GetProposalResponse(_message.Message):
    __slots__ = ("as_of", "proposal")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    PROPOSAL_FIELD_NUMBER: _ClassVar[int]
    as_of: _plan_pb2.AsOf
    proposal: Proposal
    def __init__(self, as_of: _Optional[_Union[_plan_pb2.AsOf, _Mapping]] = ..., proposal: _Optional[_Union[Proposal, _Mapping]] = ...) -> None: ...

class ProposalReceipt(_message.Message):
    __slots__ = ("proposal", "applied", "told", "added_count", "gone_count", "moved_count", "shifted_count")
    PROPOSAL_FIELD_NUMBER: _ClassVar[int]
    APPLIED_FIELD_NUMBER: _ClassVar[int]
    TOLD_FIELD_NUMBER: _ClassVar[int]
    ADDED_COUNT_FIELD_NUMBER: _ClassVar[int]
    GONE_COUNT_FIELD_NUMBER: _ClassVar[int]
    MOVED_COUNT_FIELD_NUMBER: _ClassVar[int]
    SHIFTED_COUNT_FIELD_NUMBER: _ClassVar[int]
    proposal: Proposal
    applied: bool
    told: _containers.RepeatedCompositeFieldContainer[ProposedLine]
    added_count: int
    gone_count: int
    moved_count: int
    shifted_count: int
    def __init__(self, proposal: _Optional[_Union[Proposal, _Mapping]] = ..., applied: _Optional[bool] = ..., told: _Optional[_Iterable[_Union[ProposedLine, _Mapping]]] = ..., added_count: _Optional[int] = ..., gone_count: _Optional[int] = ..., moved_count: _Optional[int] = ..., shifted_count: _Optional[int] = ...) -> None: ...

class ApplyProposalRequest(_message.Message):
    __slots__ = ("request_id", "proposal_id", "etag", "reason", "validate_only")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    PROPOSAL_ID_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    proposal_id: str
    etag: str
    reason: str
    validate_only: bool
    def __init__(self, request_id: _Optional[str] = ..., proposal_id: _Optional[str] = ..., etag: _Optional[str] = ..., reason: _Optional[str] = ..., validate_only: _Optional[bool] = ...) -> None: ...

class ApplyProposalResponse(_message.Message):
    __slots__ = ("as_of", "receipt")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    RECEIPT_FIELD_NUMBER: _ClassVar[int]
    as_of: _plan_pb2.AsOf
    receipt: ProposalReceipt
    def __init__(self, as_of: _Optional[_Union[_plan_pb2.AsOf, _Mapping]] = ..., receipt: _Optional[_Union[ProposalReceipt, _Mapping]] = ...) -> None: ...

class DiscardProposalRequest(_message.Message):
    __slots__ = ("request_id", "proposal_id", "etag", "reason", "validate_only")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    PROPOSAL_ID_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    proposal_id: str
    etag: str
    reason: str
    validate_only: bool
    def __init__(self, request_id: _Optional[str] = ..., proposal_id: _Optional[str] = ..., etag: _Optional[str] = ..., reason: _Optional[str] = ..., validate_only: _Optional[bool] = ...) -> None: ...

class DiscardProposalResponse(_message.Message):
    __slots__ = ("as_of", "proposal")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    PROPOSAL_FIELD_NUMBER: _ClassVar[int]
    as_of: _plan_pb2.AsOf
    proposal: Proposal
    def __init__(self, as_of: _Optional[_Union[_plan_pb2.AsOf, _Mapping]] = ..., proposal: _Optional[_Union[Proposal, _Mapping]] = ...) -> None: ...
