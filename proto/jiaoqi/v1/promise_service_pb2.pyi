import datetime

from google.protobuf import field_mask_pb2 as _field_mask_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from jiaoqi.v1 import order_pb2 as _order_pb2
from jiaoqi.v1 import plan_pb2 as _plan_pb2
from jiaoqi.v1 import promise_pb2 as _promise_pb2
from jiaoqi.v1 import task_package_pb2 as _task_package_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Acceptance(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ACCEPTANCE_UNSPECIFIED: _ClassVar[Acceptance]
    ACCEPTANCE_ON_TIME: _ClassVar[Acceptance]
    ACCEPTANCE_LATER: _ClassVar[Acceptance]

class Effort(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    EFFORT_UNSPECIFIED: _ClassVar[Effort]
    EFFORT_INSTANT: _ClassVar[Effort]
    EFFORT_UNTIL_DEADLINE: _ClassVar[Effort]
ACCEPTANCE_UNSPECIFIED: Acceptance
ACCEPTANCE_ON_TIME: Acceptance
ACCEPTANCE_LATER: Acceptance
EFFORT_UNSPECIFIED: Effort
EFFORT_INSTANT: Effort
EFFORT_UNTIL_DEADLINE: Effort

class QuoteRequest(_message.Message):
    __slots__ = ("order", "acceptance", "allow_frozen", "field_mask", "effort")
    ORDER_FIELD_NUMBER: _ClassVar[int]
    ACCEPTANCE_FIELD_NUMBER: _ClassVar[int]
    ALLOW_FROZEN_FIELD_NUMBER: _ClassVar[int]
    FIELD_MASK_FIELD_NUMBER: _ClassVar[int]
    EFFORT_FIELD_NUMBER: _ClassVar[int]
    order: _order_pb2.Order
    acceptance: Acceptance
    allow_frozen: bool
    field_mask: _field_mask_pb2.FieldMask
    effort: Effort
    def __init__(self, order: _Optional[_Union[_order_pb2.Order, _Mapping]] = ..., acceptance: _Optional[_Union[Acceptance, str]] = ..., allow_frozen: _Optional[bool] = ..., field_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ..., effort: _Optional[_Union[Effort, str]] = ...) -> None: ...

class QuoteResponse(_message.Message):
    __slots__ = ("as_of", "promise", "load", "mould_state")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    PROMISE_FIELD_NUMBER: _ClassVar[int]
    LOAD_FIELD_NUMBER: _ClassVar[int]
    MOULD_STATE_FIELD_NUMBER: _ClassVar[int]
    as_of: _plan_pb2.AsOf
    promise: _promise_pb2.Promise
    load: _containers.RepeatedCompositeFieldContainer[_plan_pb2.ResourceLoad]
    mould_state: _containers.RepeatedCompositeFieldContainer[_plan_pb2.MouldState]
    def __init__(self, as_of: _Optional[_Union[_plan_pb2.AsOf, _Mapping]] = ..., promise: _Optional[_Union[_promise_pb2.Promise, _Mapping]] = ..., load: _Optional[_Iterable[_Union[_plan_pb2.ResourceLoad, _Mapping]]] = ..., mould_state: _Optional[_Iterable[_Union[_plan_pb2.MouldState, _Mapping]]] = ...) -> None: ...

class PromiseRequest(_message.Message):
    __slots__ = ("request_id", "order", "acceptance", "allow_frozen", "validate_only", "field_mask", "expire_time", "quote_id", "as_quoted_time", "effort")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_FIELD_NUMBER: _ClassVar[int]
    ACCEPTANCE_FIELD_NUMBER: _ClassVar[int]
    ALLOW_FROZEN_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    FIELD_MASK_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    QUOTE_ID_FIELD_NUMBER: _ClassVar[int]
    AS_QUOTED_TIME_FIELD_NUMBER: _ClassVar[int]
    EFFORT_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    order: _order_pb2.Order
    acceptance: Acceptance
    allow_frozen: bool
    validate_only: bool
    field_mask: _field_mask_pb2.FieldMask
    expire_time: _timestamp_pb2.Timestamp
    quote_id: str
    as_quoted_time: _timestamp_pb2.Timestamp
    effort: Effort
    def __init__(self, request_id: _Optional[str] = ..., order: _Optional[_Union[_order_pb2.Order, _Mapping]] = ..., acceptance: _Optional[_Union[Acceptance, str]] = ..., allow_frozen: _Optional[bool] = ..., validate_only: _Optional[bool] = ..., field_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., quote_id: _Optional[str] = ..., as_quoted_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., effort: _Optional[_Union[Effort, str]] = ...) -> None: ...

class PromiseResponse(_message.Message):
    __slots__ = ("as_of", "promise", "load", "mould_state")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    PROMISE_FIELD_NUMBER: _ClassVar[int]
    LOAD_FIELD_NUMBER: _ClassVar[int]
    MOULD_STATE_FIELD_NUMBER: _ClassVar[int]
    as_of: _plan_pb2.AsOf
    promise: _promise_pb2.Promise
    load: _containers.RepeatedCompositeFieldContainer[_plan_pb2.ResourceLoad]
    mould_state: _containers.RepeatedCompositeFieldContainer[_plan_pb2.MouldState]
    def __init__(self, as_of: _Optional[_Union[_plan_pb2.AsOf, _Mapping]] = ..., promise: _Optional[_Union[_promise_pb2.Promise, _Mapping]] = ..., load: _Optional[_Iterable[_Union[_plan_pb2.ResourceLoad, _Mapping]]] = ..., mould_state: _Optional[_Iterable[_Union[_plan_pb2.MouldState, _Mapping]]] = ...) -> None: ...

class AcceptOptionRequest(_message.Message):
    __slots__ = ("request_id", "option_id", "validate_only")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    OPTION_ID_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    option_id: str
    validate_only: bool
    def __init__(self, request_id: _Optional[str] = ..., option_id: _Optional[str] = ..., validate_only: _Optional[bool] = ...) -> None: ...

class AcceptOptionResponse(_message.Message):
    __slots__ = ("as_of", "promise", "accepted", "plan_moved_on", "displaced")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    PROMISE_FIELD_NUMBER: _ClassVar[int]
    ACCEPTED_FIELD_NUMBER: _ClassVar[int]
    PLAN_MOVED_ON_FIELD_NUMBER: _ClassVar[int]
    DISPLACED_FIELD_NUMBER: _ClassVar[int]
    as_of: _plan_pb2.AsOf
    promise: _promise_pb2.Promise
    accepted: bool
    plan_moved_on: bool
    displaced: _containers.RepeatedCompositeFieldContainer[_promise_pb2.DisplacedLine]
    def __init__(self, as_of: _Optional[_Union[_plan_pb2.AsOf, _Mapping]] = ..., promise: _Optional[_Union[_promise_pb2.Promise, _Mapping]] = ..., accepted: _Optional[bool] = ..., plan_moved_on: _Optional[bool] = ..., displaced: _Optional[_Iterable[_Union[_promise_pb2.DisplacedLine, _Mapping]]] = ...) -> None: ...

class CancelRequest(_message.Message):
    __slots__ = ("request_id", "order_id", "reason", "etag", "validate_only")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    order_id: str
    reason: str
    etag: str
    validate_only: bool
    def __init__(self, request_id: _Optional[str] = ..., order_id: _Optional[str] = ..., reason: _Optional[str] = ..., etag: _Optional[str] = ..., validate_only: _Optional[bool] = ...) -> None: ...

class CancelResponse(_message.Message):
    __slots__ = ("as_of", "promise", "receipt")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    PROMISE_FIELD_NUMBER: _ClassVar[int]
    RECEIPT_FIELD_NUMBER: _ClassVar[int]
    as_of: _plan_pb2.AsOf
    promise: _promise_pb2.Promise
    receipt: _promise_pb2.Receipt
    def __init__(self, as_of: _Optional[_Union[_plan_pb2.AsOf, _Mapping]] = ..., promise: _Optional[_Union[_promise_pb2.Promise, _Mapping]] = ..., receipt: _Optional[_Union[_promise_pb2.Receipt, _Mapping]] = ...) -> None: ...

class ConfirmRequest(_message.Message):
    __slots__ = ("request_id", "order_id", "reason", "etag", "validate_only", "quote_id", "as_quoted_time")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    QUOTE_ID_FIELD_NUMBER: _ClassVar[int]
    AS_QUOTED_TIME_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    order_id: str
    reason: str
    etag: str
    validate_only: bool
    quote_id: str
    as_quoted_time: _timestamp_pb2.Timestamp
    def __init__(self, request_id: _Optional[str] = ..., order_id: _Optional[str] = ..., reason: _Optional[str] = ..., etag: _Optional[str] = ..., validate_only: _Optional[bool] = ..., quote_id: _Optional[str] = ..., as_quoted_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ConfirmResponse(_message.Message):
    __slots__ = ("as_of", "promise", "receipt")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    PROMISE_FIELD_NUMBER: _ClassVar[int]
    RECEIPT_FIELD_NUMBER: _ClassVar[int]
    as_of: _plan_pb2.AsOf
    promise: _promise_pb2.Promise
    receipt: _promise_pb2.Receipt
    def __init__(self, as_of: _Optional[_Union[_plan_pb2.AsOf, _Mapping]] = ..., promise: _Optional[_Union[_promise_pb2.Promise, _Mapping]] = ..., receipt: _Optional[_Union[_promise_pb2.Receipt, _Mapping]] = ...) -> None: ...

class ReleaseRequest(_message.Message):
    __slots__ = ("request_id", "order_id", "reason", "etag", "validate_only")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    order_id: str
    reason: str
    etag: str
    validate_only: bool
    def __init__(self, request_id: _Optional[str] = ..., order_id: _Optional[str] = ..., reason: _Optional[str] = ..., etag: _Optional[str] = ..., validate_only: _Optional[bool] = ...) -> None: ...

class ReleaseResponse(_message.Message):
    __slots__ = ("as_of", "promise", "receipt")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    PROMISE_FIELD_NUMBER: _ClassVar[int]
    RECEIPT_FIELD_NUMBER: _ClassVar[int]
    as_of: _plan_pb2.AsOf
    promise: _promise_pb2.Promise
    receipt: _promise_pb2.Receipt
    def __init__(self, as_of: _Optional[_Union[_plan_pb2.AsOf, _Mapping]] = ..., promise: _Optional[_Union[_promise_pb2.Promise, _Mapping]] = ..., receipt: _Optional[_Union[_promise_pb2.Receipt, _Mapping]] = ...) -> None: ...

class AmendRequest(_message.Message):
    __slots__ = ("request_id", "order", "reason", "etag", "validate_only", "acceptance", "allow_frozen")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    ACCEPTANCE_FIELD_NUMBER: _ClassVar[int]
    ALLOW_FROZEN_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    order: _order_pb2.Order
    reason: str
    etag: str
    validate_only: bool
    acceptance: Acceptance
    allow_frozen: bool
    def __init__(self, request_id: _Optional[str] = ..., order: _Optional[_Union[_order_pb2.Order, _Mapping]] = ..., reason: _Optional[str] = ..., etag: _Optional[str] = ..., validate_only: _Optional[bool] = ..., acceptance: _Optional[_Union[Acceptance, str]] = ..., allow_frozen: _Optional[bool] = ...) -> None: ...

class AmendResponse(_message.Message):
    __slots__ = ("as_of", "promise", "receipt")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    PROMISE_FIELD_NUMBER: _ClassVar[int]
    RECEIPT_FIELD_NUMBER: _ClassVar[int]
    as_of: _plan_pb2.AsOf
    promise: _promise_pb2.Promise
    receipt: _promise_pb2.Receipt
    def __init__(self, as_of: _Optional[_Union[_plan_pb2.AsOf, _Mapping]] = ..., promise: _Optional[_Union[_promise_pb2.Promise, _Mapping]] = ..., receipt: _Optional[_Union[_promise_pb2.Receipt, _Mapping]] = ...) -> None: ...

class SplitRequest(_message.Message):
    __slots__ = ("request_id", "order_id", "reason", "etag", "validate_only", "line_no", "new_line_no", "quantity", "requested_time", "latest_time", "acceptance", "allow_frozen")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    LINE_NO_FIELD_NUMBER: _ClassVar[int]
    NEW_LINE_NO_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    REQUESTED_TIME_FIELD_NUMBER: _ClassVar[int]
    LATEST_TIME_FIELD_NUMBER: _ClassVar[int]
    ACCEPTANCE_FIELD_NUMBER: _ClassVar[int]
    ALLOW_FROZEN_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    order_id: str
    reason: str
    etag: str
    validate_only: bool
    line_no: int
    new_line_no: int
    quantity: int
    requested_time: _timestamp_pb2.Timestamp
    latest_time: _timestamp_pb2.Timestamp
    acceptance: Acceptance
    allow_frozen: bool
    def __init__(self, request_id: _Optional[str] = ..., order_id: _Optional[str] = ..., reason: _Optional[str] = ..., etag: _Optional[str] = ..., validate_only: _Optional[bool] = ..., line_no: _Optional[int] = ..., new_line_no: _Optional[int] = ..., quantity: _Optional[int] = ..., requested_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., latest_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., acceptance: _Optional[_Union[Acceptance, str]] = ..., allow_frozen: _Optional[bool] = ...) -> None: ...

class SplitResponse(_message.Message):
    __slots__ = ("as_of", "promise", "receipt")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    PROMISE_FIELD_NUMBER: _ClassVar[int]
    RECEIPT_FIELD_NUMBER: _ClassVar[int]
    as_of: _plan_pb2.AsOf
    promise: _promise_pb2.Promise
    receipt: _promise_pb2.Receipt
    def __init__(self, as_of: _Optional[_Union[_plan_pb2.AsOf, _Mapping]] = ..., promise: _Optional[_Union[_promise_pb2.Promise, _Mapping]] = ..., receipt: _Optional[_Union[_promise_pb2.Receipt, _Mapping]] = ...) -> None: ...

class ForceDateRequest(_message.Message):
    __slots__ = ("request_id", "order_id", "reason", "etag", "validate_only", "line_no", "promised_time")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    LINE_NO_FIELD_NUMBER: _ClassVar[int]
    PROMISED_TIME_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    order_id: str
    reason: str
    etag: str
    validate_only: bool
    line_no: int
    promised_time: _timestamp_pb2.Timestamp
    def __init__(self, request_id: _Optional[str] = ..., order_id: _Optional[str] = ..., reason: _Optional[str] = ..., etag: _Optional[str] = ..., validate_only: _Optional[bool] = ..., line_no: _Optional[int] = ..., promised_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ForceDateResponse(_message.Message):
    __slots__ = ("as_of", "promise", "receipt")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    PROMISE_FIELD_NUMBER: _ClassVar[int]
    RECEIPT_FIELD_NUMBER: _ClassVar[int]
    as_of: _plan_pb2.AsOf
    promise: _promise_pb2.Promise
    receipt: _promise_pb2.Receipt
    def __init__(self, as_of: _Optional[_Union[_plan_pb2.AsOf, _Mapping]] = ..., promise: _Optional[_Union[_promise_pb2.Promise, _Mapping]] = ..., receipt: _Optional[_Union[_promise_pb2.Receipt, _Mapping]] = ...) -> None: ...

class Delivery(_message.Message):
    __slots__ = ("line_no", "quantity")
    LINE_NO_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    line_no: int
    quantity: int
    def __init__(self, line_no: _Optional[int] = ..., quantity: _Optional[int] = ...) -> None: ...

class CloseRequest(_message.Message):
    __slots__ = ("request_id", "order_id", "reason", "etag", "validate_only", "deliveries", "delivered_time")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    DELIVERIES_FIELD_NUMBER: _ClassVar[int]
    DELIVERED_TIME_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    order_id: str
    reason: str
    etag: str
    validate_only: bool
    deliveries: _containers.RepeatedCompositeFieldContainer[Delivery]
    delivered_time: _timestamp_pb2.Timestamp
    def __init__(self, request_id: _Optional[str] = ..., order_id: _Optional[str] = ..., reason: _Optional[str] = ..., etag: _Optional[str] = ..., validate_only: _Optional[bool] = ..., deliveries: _Optional[_Iterable[_Union[Delivery, _Mapping]]] = ..., delivered_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class CloseResponse(_message.Message):
    __slots__ = ("as_of", "promise", "receipt")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    PROMISE_FIELD_NUMBER: _ClassVar[int]
    RECEIPT_FIELD_NUMBER: _ClassVar[int]
    as_of: _plan_pb2.AsOf
    promise: _promise_pb2.Promise
    receipt: _promise_pb2.Receipt
    def __init__(self, as_of: _Optional[_Union[_plan_pb2.AsOf, _Mapping]] = ..., promise: _Optional[_Union[_promise_pb2.Promise, _Mapping]] = ..., receipt: _Optional[_Union[_promise_pb2.Receipt, _Mapping]] = ...) -> None: ...

class GetOrderRequest(_message.Message):
    __slots__ = ("order_id", "field_mask")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    FIELD_MASK_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    field_mask: _field_mask_pb2.FieldMask
    def __init__(self, order_id: _Optional[str] = ..., field_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ...) -> None: ...

class GetOrderResponse(_message.Message):
    __slots__ = ("as_of", "promise", "load", "mould_state", "chain")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    PROMISE_FIELD_NUMBER: _ClassVar[int]
    LOAD_FIELD_NUMBER: _ClassVar[int]
    MOULD_STATE_FIELD_NUMBER: _ClassVar[int]
    CHAIN_FIELD_NUMBER: _ClassVar[int]
    as_of: _plan_pb2.AsOf
    promise: _promise_pb2.Promise
    load: _containers.RepeatedCompositeFieldContainer[_plan_pb2.ResourceLoad]
    mould_state: _containers.RepeatedCompositeFieldContainer[_plan_pb2.MouldState]
    chain: _containers.RepeatedCompositeFieldContainer[_promise_pb2.ChainStep]
    def __init__(self, as_of: _Optional[_Union[_plan_pb2.AsOf, _Mapping]] = ..., promise: _Optional[_Union[_promise_pb2.Promise, _Mapping]] = ..., load: _Optional[_Iterable[_Union[_plan_pb2.ResourceLoad, _Mapping]]] = ..., mould_state: _Optional[_Iterable[_Union[_plan_pb2.MouldState, _Mapping]]] = ..., chain: _Optional[_Iterable[_Union[_promise_pb2.ChainStep, _Mapping]]] = ...) -> None: ...

class ListHistoryRequest(_message.Message):
    __slots__ = ("order_id", "page_size", "page_token")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    page_size: int
    page_token: str
    def __init__(self, order_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListHistoryResponse(_message.Message):
    __slots__ = ("as_of", "entries", "next_page_token")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    as_of: _plan_pb2.AsOf
    entries: _containers.RepeatedCompositeFieldContainer[_promise_pb2.HistoryEntry]
    next_page_token: str
    def __init__(self, as_of: _Optional[_Union[_plan_pb2.AsOf, _Mapping]] = ..., entries: _Optional[_Iterable[_Union[_promise_pb2.HistoryEntry, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class GetTaskPackageRequest(_message.Message):
    __slots__ = ("order_id",)
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    def __init__(self, order_id: _Optional[str] = ...) -> None: ...

class GetTaskPackageResponse(_message.Message):
    __slots__ = ("as_of", "package", "time_zone")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    PACKAGE_FIELD_NUMBER: _ClassVar[int]
    TIME_ZONE_FIELD_NUMBER: _ClassVar[int]
    as_of: _plan_pb2.AsOf
    package: _task_package_pb2.TaskPackage
    time_zone: str
    def __init__(self, as_of: _Optional[_Union[_plan_pb2.AsOf, _Mapping]] = ..., package: _Optional[_Union[_task_package_pb2.TaskPackage, _Mapping]] = ..., time_zone: _Optional[str] = ...) -> None: ...

class ListOrdersRequest(_message.Message):
    __slots__ = ("page_size", "page_token", "states", "customer_id", "field_mask")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    STATES_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    FIELD_MASK_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    states: _containers.RepeatedScalarFieldContainer[_promise_pb2.PromiseState]
    customer_id: str
    field_mask: _field_mask_pb2.FieldMask
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., states: _Optional[_Iterable[_Union[_promise_pb2.PromiseState, str]]] = ..., customer_id: _Optional[str] = ..., field_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ...) -> None: ...

class ListOrdersResponse(_message.Message):
    __slots__ = ("as_of", "promises", "next_page_token")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    PROMISES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    as_of: _plan_pb2.AsOf
    promises: _containers.RepeatedCompositeFieldContainer[_promise_pb2.Promise]
    next_page_token: str
    def __init__(self, as_of: _Optional[_Union[_plan_pb2.AsOf, _Mapping]] = ..., promises: _Optional[_Iterable[_Union[_promise_pb2.Promise, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class WatchRequest(_message.Message):
    __slots__ = ("after_sequence", "order_id")
    AFTER_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    after_sequence: int
    order_id: str
    def __init__(self, after_sequence: _Optional[int] = ..., order_id: _Optional[str] = ...) -> None: ...

class WatchResponse(_message.Message):
    __slots__ = ("as_of", "events", "sequence")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    EVENTS_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    as_of: _plan_pb2.AsOf
    events: _containers.RepeatedCompositeFieldContainer[_plan_pb2.Event]
    sequence: int
    def __init__(self, as_of: _Optional[_Union[_plan_pb2.AsOf, _Mapping]] = ..., events: _Optional[_Iterable[_Union[_plan_pb2.Event, _Mapping]]] = ..., sequence: _Optional[int] = ...) -> None: ...
