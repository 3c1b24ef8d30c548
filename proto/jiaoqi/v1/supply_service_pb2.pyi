import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from jiaoqi.v1 import plan_pb2 as _plan_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class StockCount(_message.Message):
    __slots__ = ("item_id", "quantity", "as_of_time")
    ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    AS_OF_TIME_FIELD_NUMBER: _ClassVar[int]
    item_id: str
    quantity: int
    as_of_time: _timestamp_pb2.Timestamp
    def __init__(self, item_id: _Optional[str] = ..., quantity: _Optional[int] = ..., as_of_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class GoodsIssue(_message.Message):
    __slots__ = ("order_id", "line_no", "item_id", "quantity", "issue_time")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    LINE_NO_FIELD_NUMBER: _ClassVar[int]
    ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    ISSUE_TIME_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    line_no: int
    item_id: str
    quantity: int
    issue_time: _timestamp_pb2.Timestamp
    def __init__(self, order_id: _Optional[str] = ..., line_no: _Optional[int] = ..., item_id: _Optional[str] = ..., quantity: _Optional[int] = ..., issue_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class UpsertSupplyRequest(_message.Message):
    __slots__ = ("request_id", "stock", "issues", "validate_only")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    STOCK_FIELD_NUMBER: _ClassVar[int]
    ISSUES_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    stock: _containers.RepeatedCompositeFieldContainer[StockCount]
    issues: _containers.RepeatedCompositeFieldContainer[GoodsIssue]
    validate_only: bool
    def __init__(self, request_id: _Optional[str] = ..., stock: _Optional[_Iterable[_Union[StockCount, _Mapping]]] = ..., issues: _Optional[_Iterable[_Union[GoodsIssue, _Mapping]]] = ..., validate_only: _Optional[bool] = ...) -> None: ...

class UpsertSupplyResponse(_message.Message):
    __slots__ = ("as_of", "changes")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    as_of: _plan_pb2.AsOf
    changes: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, as_of: _Optional[_Union[_plan_pb2.AsOf, _Mapping]] = ..., changes: _Optional[_Iterable[str]] = ...) -> None: ...

class SupplyReceipt(_message.Message):
    __slots__ = ("receipt_id", "item_id", "quantity", "expected_time", "confidence_percent", "purchase_ids")
    RECEIPT_ID_FIELD_NUMBER: _ClassVar[int]
    ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_TIME_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_PERCENT_FIELD_NUMBER: _ClassVar[int]
    PURCHASE_IDS_FIELD_NUMBER: _ClassVar[int]
    receipt_id: str
    item_id: str
    quantity: int
    expected_time: _timestamp_pb2.Timestamp
    confidence_percent: int
    purchase_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, receipt_id: _Optional[str] = ..., item_id: _Optional[str] = ..., quantity: _Optional[int] = ..., expected_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., confidence_percent: _Optional[int] = ..., purchase_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class ReceiptArrival(_message.Message):
    __slots__ = ("receipt_id", "quantity", "arrival_time")
    RECEIPT_ID_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    ARRIVAL_TIME_FIELD_NUMBER: _ClassVar[int]
    receipt_id: str
    quantity: int
    arrival_time: _timestamp_pb2.Timestamp
    def __init__(self, receipt_id: _Optional[str] = ..., quantity: _Optional[int] = ..., arrival_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class UpsertReceiptsRequest(_message.Message):
    __slots__ = ("request_id", "receipts", "arrivals", "removed_receipt_ids", "validate_only")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    RECEIPTS_FIELD_NUMBER: _ClassVar[int]
    ARRIVALS_FIELD_NUMBER: _ClassVar[int]
    REMOVED_RECEIPT_IDS_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    receipts: _containers.RepeatedCompositeFieldContainer[SupplyReceipt]
    arrivals: _containers.RepeatedCompositeFieldContainer[ReceiptArrival]
    removed_receipt_ids: _containers.RepeatedScalarFieldContainer[str]
    validate_only: bool
    def __init__(self, request_id: _Optional[str] = ..., receipts: _Optional[_Iterable[_Union[SupplyReceipt, _Mapping]]] = ..., arrivals: _Optional[_Iterable[_Union[ReceiptArrival, _Mapping]]] = ..., removed_receipt_ids: _Optional[_Iterable[str]] = ..., validate_only: _Optional[bool] = ...) -> None: ...

class UpsertReceiptsResponse(_message.Message):
    __slots__ = ("as_of", "changes")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    as_of: _plan_pb2.AsOf
    changes: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, as_of: _Optional[_Union[_plan_pb2.AsOf, _Mapping]] = ..., changes: _Optional[_Iterable[str]] = ...) -> None: ...

class Customer(_message.Message):
    __slots__ = ("customer_id", "name", "region", "grade", "credit_limit_fen", "receivables_fen", "overdue_count", "overdue_days", "carrier_id")
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    REGION_FIELD_NUMBER: _ClassVar[int]
    GRADE_FIELD_NUMBER: _ClassVar[int]
    CREDIT_LIMIT_FEN_FIELD_NUMBER: _ClassVar[int]
    RECEIVABLES_FEN_FIELD_NUMBER: _ClassVar[int]
    OVERDUE_COUNT_FIELD_NUMBER: _ClassVar[int]
    OVERDUE_DAYS_FIELD_NUMBER: _ClassVar[int]
    CARRIER_ID_FIELD_NUMBER: _ClassVar[int]
    customer_id: str
    name: str
    region: str
    grade: str
    credit_limit_fen: int
    receivables_fen: int
    overdue_count: int
    overdue_days: int
    carrier_id: str
    def __init__(self, customer_id: _Optional[str] = ..., name: _Optional[str] = ..., region: _Optional[str] = ..., grade: _Optional[str] = ..., credit_limit_fen: _Optional[int] = ..., receivables_fen: _Optional[int] = ..., overdue_count: _Optional[int] = ..., overdue_days: _Optional[int] = ..., carrier_id: _Optional[str] = ...) -> None: ...

class UpsertCustomersRequest(_message.Message):
    __slots__ = ("request_id", "customers", "validate_only")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMERS_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    customers: _containers.RepeatedCompositeFieldContainer[Customer]
    validate_only: bool
    def __init__(self, request_id: _Optional[str] = ..., customers: _Optional[_Iterable[_Union[Customer, _Mapping]]] = ..., validate_only: _Optional[bool] = ...) -> None: ...

class UpsertCustomersResponse(_message.Message):
    __slots__ = ("as_of", "changes")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    as_of: _plan_pb2.AsOf
    changes: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, as_of: _Optional[_Union[_plan_pb2.AsOf, _Mapping]] = ..., changes: _Optional[_Iterable[str]] = ...) -> None: ...

class ListPurchasesRequest(_message.Message):
    __slots__ = ("item_id", "page_size", "page_token")
    ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    item_id: str
    page_size: int
    page_token: str
    def __init__(self, item_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class PlannedPurchase(_message.Message):
    __slots__ = ("purchase_id", "item_id", "quantity", "order_by_time", "planned_time", "needed_time", "order_id", "line_no")
    PURCHASE_ID_FIELD_NUMBER: _ClassVar[int]
    ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    ORDER_BY_TIME_FIELD_NUMBER: _ClassVar[int]
    PLANNED_TIME_FIELD_NUMBER: _ClassVar[int]
    NEEDED_TIME_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    LINE_NO_FIELD_NUMBER: _ClassVar[int]
    purchase_id: str
    item_id: str
    quantity: int
    order_by_time: _timestamp_pb2.Timestamp
    planned_time: _timestamp_pb2.Timestamp
    needed_time: _timestamp_pb2.Timestamp
    order_id: str
    line_no: int
    def __init__(self, purchase_id: _Optional[str] = ..., item_id: _Optional[str] = ..., quantity: _Optional[int] = ..., order_by_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., planned_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., needed_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., order_id: _Optional[str] = ..., line_no: _Optional[int] = ...) -> None: ...

class ListPurchasesResponse(_message.Message):
    __slots__ = ("as_of", "purchases", "next_page_token")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    PURCHASES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    as_of: _plan_pb2.AsOf
    purchases: _containers.RepeatedCompositeFieldContainer[PlannedPurchase]
    next_page_token: str
    def __init__(self, as_of: _Optional[_Union[_plan_pb2.AsOf, _Mapping]] = ..., purchases: _Optional[_Iterable[_Union[PlannedPurchase, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...
