import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from jiaoqi.v1 import plan_pb2 as _plan_pb2
from jiaoqi.v1 import promise_pb2 as _promise_pb2
from jiaoqi.v1 import promotion_pb2 as _promotion_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class RejectRequest(_message.Message):
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

class RejectResponse(_message.Message):
    __slots__ = ("as_of", "promise", "receipt")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    PROMISE_FIELD_NUMBER: _ClassVar[int]
    RECEIPT_FIELD_NUMBER: _ClassVar[int]
    as_of: _plan_pb2.AsOf
    promise: _promise_pb2.Promise
    receipt: _promise_pb2.Receipt
    def __init__(self, as_of: _Optional[_Union[_plan_pb2.AsOf, _Mapping]] = ..., promise: _Optional[_Union[_promise_pb2.Promise, _Mapping]] = ..., receipt: _Optional[_Union[_promise_pb2.Receipt, _Mapping]] = ...) -> None: ...

class HandOverRequest(_message.Message):
    __slots__ = ("request_id", "order_id", "reason", "etag", "validate_only", "to", "expire_time")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    TO_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    order_id: str
    reason: str
    etag: str
    validate_only: bool
    to: str
    expire_time: _timestamp_pb2.Timestamp
    def __init__(self, request_id: _Optional[str] = ..., order_id: _Optional[str] = ..., reason: _Optional[str] = ..., etag: _Optional[str] = ..., validate_only: _Optional[bool] = ..., to: _Optional[str] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class HandOverResponse(_message.Message):
    __slots__ = ("as_of", "promise", "receipt")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    PROMISE_FIELD_NUMBER: _ClassVar[int]
    RECEIPT_FIELD_NUMBER: _ClassVar[int]
    as_of: _plan_pb2.AsOf
    promise: _promise_pb2.Promise
    receipt: _promise_pb2.Receipt
    def __init__(self, as_of: _Optional[_Union[_plan_pb2.AsOf, _Mapping]] = ..., promise: _Optional[_Union[_promise_pb2.Promise, _Mapping]] = ..., receipt: _Optional[_Union[_promise_pb2.Receipt, _Mapping]] = ...) -> None: ...

class SettleReviewRequest(_message.Message):
    __slots__ = ("request_id", "order_id", "reason", "etag", "validate_only", "kind", "accepted")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    ACCEPTED_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    order_id: str
    reason: str
    etag: str
    validate_only: bool
    kind: _promotion_pb2.ReviewKind
    accepted: bool
    def __init__(self, request_id: _Optional[str] = ..., order_id: _Optional[str] = ..., reason: _Optional[str] = ..., etag: _Optional[str] = ..., validate_only: _Optional[bool] = ..., kind: _Optional[_Union[_promotion_pb2.ReviewKind, str]] = ..., accepted: _Optional[bool] = ...) -> None: ...

class SettleReviewResponse(_message.Message):
    __slots__ = ("as_of", "promise", "receipt")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    PROMISE_FIELD_NUMBER: _ClassVar[int]
    RECEIPT_FIELD_NUMBER: _ClassVar[int]
    as_of: _plan_pb2.AsOf
    promise: _promise_pb2.Promise
    receipt: _promise_pb2.Receipt
    def __init__(self, as_of: _Optional[_Union[_plan_pb2.AsOf, _Mapping]] = ..., promise: _Optional[_Union[_promise_pb2.Promise, _Mapping]] = ..., receipt: _Optional[_Union[_promise_pb2.Receipt, _Mapping]] = ...) -> None: ...

class ListReviewsRequest(_message.Message):
    __slots__ = ("kind", "state", "page_size", "page_token")
    KIND_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    kind: _promotion_pb2.ReviewKind
    state: _promotion_pb2.ReviewState
    page_size: int
    page_token: str
    def __init__(self, kind: _Optional[_Union[_promotion_pb2.ReviewKind, str]] = ..., state: _Optional[_Union[_promotion_pb2.ReviewState, str]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ReviewedOrder(_message.Message):
    __slots__ = ("review", "promise", "others")
    REVIEW_FIELD_NUMBER: _ClassVar[int]
    PROMISE_FIELD_NUMBER: _ClassVar[int]
    OTHERS_FIELD_NUMBER: _ClassVar[int]
    review: _promotion_pb2.Review
    promise: _promise_pb2.Promise
    others: _containers.RepeatedCompositeFieldContainer[_promise_pb2.Promise]
    def __init__(self, review: _Optional[_Union[_promotion_pb2.Review, _Mapping]] = ..., promise: _Optional[_Union[_promise_pb2.Promise, _Mapping]] = ..., others: _Optional[_Iterable[_Union[_promise_pb2.Promise, _Mapping]]] = ...) -> None: ...

class ListReviewsResponse(_message.Message):
    __slots__ = ("as_of", "reviews", "next_page_token")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    REVIEWS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    as_of: _plan_pb2.AsOf
    reviews: _containers.RepeatedCompositeFieldContainer[ReviewedOrder]
    next_page_token: str
    def __init__(self, as_of: _Optional[_Union[_plan_pb2.AsOf, _Mapping]] = ..., reviews: _Optional[_Iterable[_Union[ReviewedOrder, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...
