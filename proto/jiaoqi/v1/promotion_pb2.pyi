import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class PromotionLoss(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PROMOTION_LOSS_UNSPECIFIED: _ClassVar[PromotionLoss]
    PROMOTION_LOSS_CHANNEL: _ClassVar[PromotionLoss]
    PROMOTION_LOSS_CUSTOMER: _ClassVar[PromotionLoss]
    PROMOTION_LOSS_GRADE: _ClassVar[PromotionLoss]
    PROMOTION_LOSS_NOT_YET: _ClassVar[PromotionLoss]
    PROMOTION_LOSS_OVER: _ClassVar[PromotionLoss]
    PROMOTION_LOSS_ITEMS: _ClassVar[PromotionLoss]
    PROMOTION_LOSS_AMOUNT: _ClassVar[PromotionLoss]
    PROMOTION_LOSS_QUANTITY: _ClassVar[PromotionLoss]
    PROMOTION_LOSS_BARRED: _ClassVar[PromotionLoss]
    PROMOTION_LOSS_NOT_OFFERED: _ClassVar[PromotionLoss]
    PROMOTION_LOSS_CUSTOMER_CAP: _ClassVar[PromotionLoss]
    PROMOTION_LOSS_CAMPAIGN_CAP: _ClassVar[PromotionLoss]
    PROMOTION_LOSS_BUDGET: _ClassVar[PromotionLoss]
    PROMOTION_LOSS_GROUP: _ClassVar[PromotionLoss]
    PROMOTION_LOSS_ALONE: _ClassVar[PromotionLoss]
    PROMOTION_LOSS_WORSE: _ClassVar[PromotionLoss]
    PROMOTION_LOSS_GROUP_FOR_MARGIN: _ClassVar[PromotionLoss]
    PROMOTION_LOSS_ALONE_FOR_MARGIN: _ClassVar[PromotionLoss]
    PROMOTION_LOSS_NOTHING: _ClassVar[PromotionLoss]

class ReviewKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    REVIEW_KIND_UNSPECIFIED: _ClassVar[ReviewKind]
    REVIEW_KIND_DISCOUNT: _ClassVar[ReviewKind]
    REVIEW_KIND_TWO_CHANNELS: _ClassVar[ReviewKind]

class ReviewState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    REVIEW_STATE_UNSPECIFIED: _ClassVar[ReviewState]
    REVIEW_STATE_OPEN: _ClassVar[ReviewState]
    REVIEW_STATE_ACCEPTED: _ClassVar[ReviewState]
    REVIEW_STATE_REJECTED: _ClassVar[ReviewState]
PROMOTION_LOSS_UNSPECIFIED: PromotionLoss
PROMOTION_LOSS_CHANNEL: PromotionLoss
PROMOTION_LOSS_CUSTOMER: PromotionLoss
PROMOTION_LOSS_GRADE: PromotionLoss
PROMOTION_LOSS_NOT_YET: PromotionLoss
PROMOTION_LOSS_OVER: PromotionLoss
PROMOTION_LOSS_ITEMS: PromotionLoss
PROMOTION_LOSS_AMOUNT: PromotionLoss
PROMOTION_LOSS_QUANTITY: PromotionLoss
PROMOTION_LOSS_BARRED: PromotionLoss
PROMOTION_LOSS_NOT_OFFERED: PromotionLoss
PROMOTION_LOSS_CUSTOMER_CAP: PromotionLoss
PROMOTION_LOSS_CAMPAIGN_CAP: PromotionLoss
PROMOTION_LOSS_BUDGET: PromotionLoss
PROMOTION_LOSS_GROUP: PromotionLoss
PROMOTION_LOSS_ALONE: PromotionLoss
PROMOTION_LOSS_WORSE: PromotionLoss
PROMOTION_LOSS_GROUP_FOR_MARGIN: PromotionLoss
PROMOTION_LOSS_ALONE_FOR_MARGIN: PromotionLoss
PROMOTION_LOSS_NOTHING: PromotionLoss
REVIEW_KIND_UNSPECIFIED: ReviewKind
REVIEW_KIND_DISCOUNT: ReviewKind
REVIEW_KIND_TWO_CHANNELS: ReviewKind
REVIEW_STATE_UNSPECIFIED: ReviewState
REVIEW_STATE_OPEN: ReviewState
REVIEW_STATE_ACCEPTED: ReviewState
REVIEW_STATE_REJECTED: ReviewState

class LineGrant(_message.Message):
    __slots__ = ("line_no", "discount_fen", "free_count")
    LINE_NO_FIELD_NUMBER: _ClassVar[int]
    DISCOUNT_FEN_FIELD_NUMBER: _ClassVar[int]
    FREE_COUNT_FIELD_NUMBER: _ClassVar[int]
    line_no: int
    discount_fen: int
    free_count: int
    def __init__(self, line_no: _Optional[int] = ..., discount_fen: _Optional[int] = ..., free_count: _Optional[int] = ...) -> None: ...

class GrantedPromotion(_message.Message):
    __slots__ = ("promotion_id", "discount_fen", "lines", "gift_item_id", "gift_quantity", "points")
    PROMOTION_ID_FIELD_NUMBER: _ClassVar[int]
    DISCOUNT_FEN_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    GIFT_ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    GIFT_QUANTITY_FIELD_NUMBER: _ClassVar[int]
    POINTS_FIELD_NUMBER: _ClassVar[int]
    promotion_id: str
    discount_fen: int
    lines: _containers.RepeatedCompositeFieldContainer[LineGrant]
    gift_item_id: str
    gift_quantity: int
    points: int
    def __init__(self, promotion_id: _Optional[str] = ..., discount_fen: _Optional[int] = ..., lines: _Optional[_Iterable[_Union[LineGrant, _Mapping]]] = ..., gift_item_id: _Optional[str] = ..., gift_quantity: _Optional[int] = ..., points: _Optional[int] = ...) -> None: ...

class LostPromotion(_message.Message):
    __slots__ = ("promotion_id", "loss", "seen", "needed")
    PROMOTION_ID_FIELD_NUMBER: _ClassVar[int]
    LOSS_FIELD_NUMBER: _ClassVar[int]
    SEEN_FIELD_NUMBER: _ClassVar[int]
    NEEDED_FIELD_NUMBER: _ClassVar[int]
    promotion_id: str
    loss: PromotionLoss
    seen: str
    needed: str
    def __init__(self, promotion_id: _Optional[str] = ..., loss: _Optional[_Union[PromotionLoss, str]] = ..., seen: _Optional[str] = ..., needed: _Optional[str] = ...) -> None: ...

class Review(_message.Message):
    __slots__ = ("kind", "open_time", "given_fen", "due_fen", "item_ids", "order_ids", "state", "settle_time", "settled_by", "reason")
    KIND_FIELD_NUMBER: _ClassVar[int]
    OPEN_TIME_FIELD_NUMBER: _ClassVar[int]
    GIVEN_FEN_FIELD_NUMBER: _ClassVar[int]
    DUE_FEN_FIELD_NUMBER: _ClassVar[int]
    ITEM_IDS_FIELD_NUMBER: _ClassVar[int]
    ORDER_IDS_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    SETTLE_TIME_FIELD_NUMBER: _ClassVar[int]
    SETTLED_BY_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    kind: ReviewKind
    open_time: _timestamp_pb2.Timestamp
    given_fen: int
    due_fen: int
    item_ids: _containers.RepeatedScalarFieldContainer[str]
    order_ids: _containers.RepeatedScalarFieldContainer[str]
    state: ReviewState
    settle_time: _timestamp_pb2.Timestamp
    settled_by: str
    reason: str
    def __init__(self, kind: _Optional[_Union[ReviewKind, str]] = ..., open_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., given_fen: _Optional[int] = ..., due_fen: _Optional[int] = ..., item_ids: _Optional[_Iterable[str]] = ..., order_ids: _Optional[_Iterable[str]] = ..., state: _Optional[_Union[ReviewState, str]] = ..., settle_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., settled_by: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...
