import datetime

from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from jiaoqi.v1 import order_pb2 as _order_pb2
from jiaoqi.v1 import plan_pb2 as _plan_pb2
from jiaoqi.v1 import promotion_pb2 as _promotion_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Outcome(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    OUTCOME_UNSPECIFIED: _ClassVar[Outcome]
    OUTCOME_ON_TIME: _ClassVar[Outcome]
    OUTCOME_LATER: _ClassVar[Outcome]
    OUTCOME_REFUSED: _ClassVar[Outcome]

class PromiseState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PROMISE_STATE_UNSPECIFIED: _ClassVar[PromiseState]
    PROMISE_STATE_HELD: _ClassVar[PromiseState]
    PROMISE_STATE_CONFIRMED: _ClassVar[PromiseState]
    PROMISE_STATE_AT_RISK: _ClassVar[PromiseState]
    PROMISE_STATE_BROKEN: _ClassVar[PromiseState]
    PROMISE_STATE_FULFILLED: _ClassVar[PromiseState]
    PROMISE_STATE_CANCELLED: _ClassVar[PromiseState]
    PROMISE_STATE_EXPIRED: _ClassVar[PromiseState]
    PROMISE_STATE_REFUSED: _ClassVar[PromiseState]

class Tier(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TIER_UNSPECIFIED: _ClassVar[Tier]
    TIER_STOCK: _ClassVar[Tier]
    TIER_INSERTION: _ClassVar[Tier]
    TIER_DISPATCH: _ClassVar[Tier]
    TIER_RESCUE: _ClassVar[Tier]

class Search(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SEARCH_UNSPECIFIED: _ClassVar[Search]
    SEARCH_EXACT: _ClassVar[Search]
    SEARCH_HEURISTIC: _ClassVar[Search]
    SEARCH_CUT_OFF: _ClassVar[Search]

class ReasonKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    REASON_KIND_UNSPECIFIED: _ClassVar[ReasonKind]
    REASON_KIND_PROCESS: _ClassVar[ReasonKind]
    REASON_KIND_CHANGEOVER: _ClassVar[ReasonKind]
    REASON_KIND_MACHINE: _ClassVar[ReasonKind]
    REASON_KIND_MOULD: _ClassVar[ReasonKind]
    REASON_KIND_CREW: _ClassVar[ReasonKind]
    REASON_KIND_MATERIAL: _ClassVar[ReasonKind]
    REASON_KIND_CALENDAR: _ClassVar[ReasonKind]
    REASON_KIND_MAINTENANCE: _ClassVar[ReasonKind]
    REASON_KIND_GAP_TOO_SHORT: _ClassVar[ReasonKind]
    REASON_KIND_LAG: _ClassVar[ReasonKind]
    REASON_KIND_FROZEN_ZONE: _ClassVar[ReasonKind]
    REASON_KIND_SHIPPING: _ClassVar[ReasonKind]
    REASON_KIND_ROUNDING: _ClassVar[ReasonKind]
    REASON_KIND_BUFFER: _ClassVar[ReasonKind]
    REASON_KIND_HOLD: _ClassVar[ReasonKind]
    REASON_KIND_NOT_NEEDED_EARLIER: _ClassVar[ReasonKind]
    REASON_KIND_CUT_OFF: _ClassVar[ReasonKind]
    REASON_KIND_OTHER_LINES: _ClassVar[ReasonKind]
    REASON_KIND_QUOTA: _ClassVar[ReasonKind]

class LearnedFrom(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    LEARNED_FROM_UNSPECIFIED: _ClassVar[LearnedFrom]
    LEARNED_FROM_CELL: _ClassVar[LearnedFrom]
    LEARNED_FROM_FAMILY: _ClassVar[LearnedFrom]
    LEARNED_FROM_PLANT: _ClassVar[LearnedFrom]
    LEARNED_FROM_FIXED: _ClassVar[LearnedFrom]

class Source(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SOURCE_UNSPECIFIED: _ClassVar[Source]
    SOURCE_STOCK: _ClassVar[Source]
    SOURCE_RECEIPT: _ClassVar[Source]
    SOURCE_MAKE: _ClassVar[Source]
    SOURCE_BUY: _ClassVar[Source]
    SOURCE_MISSING: _ClassVar[Source]
    SOURCE_SURPLUS: _ClassVar[Source]

class RescueOutcome(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RESCUE_OUTCOME_UNSPECIFIED: _ClassVar[RescueOutcome]
    RESCUE_OUTCOME_FOUND: _ClassVar[RescueOutcome]
    RESCUE_OUTCOME_NONE: _ClassVar[RescueOutcome]
    RESCUE_OUTCOME_CUT_OFF: _ClassVar[RescueOutcome]
    RESCUE_OUTCOME_OVERTAKEN: _ClassVar[RescueOutcome]
    RESCUE_OUTCOME_UNAVAILABLE: _ClassVar[RescueOutcome]

class OptionKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    OPTION_KIND_UNSPECIFIED: _ClassVar[OptionKind]
    OPTION_KIND_SPLIT: _ClassVar[OptionKind]
    OPTION_KIND_WHOLE: _ClassVar[OptionKind]
    OPTION_KIND_FROZEN: _ClassVar[OptionKind]
    OPTION_KIND_RESEQUENCE: _ClassVar[OptionKind]
    OPTION_KIND_ALTERNATIVE: _ClassVar[OptionKind]
    OPTION_KIND_OVERTIME: _ClassVar[OptionKind]
    OPTION_KIND_OUTSIDE: _ClassVar[OptionKind]
    OPTION_KIND_DISPLACE: _ClassVar[OptionKind]

class OptionOutcome(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    OPTION_OUTCOME_UNSPECIFIED: _ClassVar[OptionOutcome]
    OPTION_OUTCOME_FOUND: _ClassVar[OptionOutcome]
    OPTION_OUTCOME_NONE: _ClassVar[OptionOutcome]
    OPTION_OUTCOME_OUT_OF_TIME: _ClassVar[OptionOutcome]
    OPTION_OUTCOME_NOT_APPLICABLE: _ClassVar[OptionOutcome]

class OptionWhy(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    OPTION_WHY_UNSPECIFIED: _ClassVar[OptionWhy]
    OPTION_WHY_ALL_TRIED: _ClassVar[OptionWhy]
    OPTION_WHY_PROVED: _ClassVar[OptionWhy]
    OPTION_WHY_NOT_EARLIER: _ClassVar[OptionWhy]
    OPTION_WHY_TIME: _ClassVar[OptionWhy]
    OPTION_WHY_TRIES: _ClassVar[OptionWhy]
    OPTION_WHY_BUSY: _ClassVar[OptionWhy]
    OPTION_WHY_UNAVAILABLE: _ClassVar[OptionWhy]
    OPTION_WHY_OVERTAKEN: _ClassVar[OptionWhy]
    OPTION_WHY_DELIVERED_TOGETHER: _ClassVar[OptionWhy]
    OPTION_WHY_DIVIDED: _ClassVar[OptionWhy]
    OPTION_WHY_LOT_SIZE: _ClassVar[OptionWhy]
    OPTION_WHY_NO_FROZEN_ZONE: _ClassVar[OptionWhy]
    OPTION_WHY_NO_OTHER_MODE: _ClassVar[OptionWhy]
    OPTION_WHY_NO_FIRM: _ClassVar[OptionWhy]
    OPTION_WHY_NOBODY_BELOW: _ClassVar[OptionWhy]
    OPTION_WHY_NO_HOURS: _ClassVar[OptionWhy]
    OPTION_WHY_HELD: _ClassVar[OptionWhy]
    OPTION_WHY_RULES: _ClassVar[OptionWhy]
    OPTION_WHY_QUOTA: _ClassVar[OptionWhy]

class CostKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    COST_KIND_UNSPECIFIED: _ClassVar[CostKind]
    COST_KIND_DELAY: _ClassVar[CostKind]
    COST_KIND_CHANGEOVER: _ClassVar[CostKind]
    COST_KIND_OVERTIME: _ClassVar[CostKind]
    COST_KIND_MACHINE: _ClassVar[CostKind]
    COST_KIND_OUTSIDE: _ClassVar[CostKind]
    COST_KIND_DISPLACED: _ClassVar[CostKind]
OUTCOME_UNSPECIFIED: Outcome
OUTCOME_ON_TIME: Outcome
OUTCOME_LATER: Outcome
OUTCOME_REFUSED: Outcome
PROMISE_STATE_UNSPECIFIED: PromiseState
PROMISE_STATE_HELD: PromiseState
PROMISE_STATE_CONFIRMED: PromiseState
PROMISE_STATE_AT_RISK: PromiseState
PROMISE_STATE_BROKEN: PromiseState
PROMISE_STATE_FULFILLED: PromiseState
PROMISE_STATE_CANCELLED: PromiseState
PROMISE_STATE_EXPIRED: PromiseState
PROMISE_STATE_REFUSED: PromiseState
TIER_UNSPECIFIED: Tier
TIER_STOCK: Tier
TIER_INSERTION: Tier
TIER_DISPATCH: Tier
TIER_RESCUE: Tier
SEARCH_UNSPECIFIED: Search
SEARCH_EXACT: Search
SEARCH_HEURISTIC: Search
SEARCH_CUT_OFF: Search
REASON_KIND_UNSPECIFIED: ReasonKind
REASON_KIND_PROCESS: ReasonKind
REASON_KIND_CHANGEOVER: ReasonKind
REASON_KIND_MACHINE: ReasonKind
REASON_KIND_MOULD: ReasonKind
REASON_KIND_CREW: ReasonKind
REASON_KIND_MATERIAL: ReasonKind
REASON_KIND_CALENDAR: ReasonKind
REASON_KIND_MAINTENANCE: ReasonKind
REASON_KIND_GAP_TOO_SHORT: ReasonKind
REASON_KIND_LAG: ReasonKind
REASON_KIND_FROZEN_ZONE: ReasonKind
REASON_KIND_SHIPPING: ReasonKind
REASON_KIND_ROUNDING: ReasonKind
REASON_KIND_BUFFER: ReasonKind
REASON_KIND_HOLD: ReasonKind
REASON_KIND_NOT_NEEDED_EARLIER: ReasonKind
REASON_KIND_CUT_OFF: ReasonKind
REASON_KIND_OTHER_LINES: ReasonKind
REASON_KIND_QUOTA: ReasonKind
LEARNED_FROM_UNSPECIFIED: LearnedFrom
LEARNED_FROM_CELL: LearnedFrom
LEARNED_FROM_FAMILY: LearnedFrom
LEARNED_FROM_PLANT: LearnedFrom
LEARNED_FROM_FIXED: LearnedFrom
SOURCE_UNSPECIFIED: Source
SOURCE_STOCK: Source
SOURCE_RECEIPT: Source
SOURCE_MAKE: Source
SOURCE_BUY: Source
SOURCE_MISSING: Source
SOURCE_SURPLUS: Source
RESCUE_OUTCOME_UNSPECIFIED: RescueOutcome
RESCUE_OUTCOME_FOUND: RescueOutcome
RESCUE_OUTCOME_NONE: RescueOutcome
RESCUE_OUTCOME_CUT_OFF: RescueOutcome
RESCUE_OUTCOME_OVERTAKEN: RescueOutcome
RESCUE_OUTCOME_UNAVAILABLE: RescueOutcome
OPTION_KIND_UNSPECIFIED: OptionKind
OPTION_KIND_SPLIT: OptionKind
OPTION_KIND_WHOLE: OptionKind
OPTION_KIND_FROZEN: OptionKind
OPTION_KIND_RESEQUENCE: OptionKind
OPTION_KIND_ALTERNATIVE: OptionKind
OPTION_KIND_OVERTIME: OptionKind
OPTION_KIND_OUTSIDE: OptionKind
OPTION_KIND_DISPLACE: OptionKind
OPTION_OUTCOME_UNSPECIFIED: OptionOutcome
OPTION_OUTCOME_FOUND: OptionOutcome
OPTION_OUTCOME_NONE: OptionOutcome
OPTION_OUTCOME_OUT_OF_TIME: OptionOutcome
OPTION_OUTCOME_NOT_APPLICABLE: OptionOutcome
OPTION_WHY_UNSPECIFIED: OptionWhy
OPTION_WHY_ALL_TRIED: OptionWhy
OPTION_WHY_PROVED: OptionWhy
OPTION_WHY_NOT_EARLIER: OptionWhy
OPTION_WHY_TIME: OptionWhy
OPTION_WHY_TRIES: OptionWhy
OPTION_WHY_BUSY: OptionWhy
OPTION_WHY_UNAVAILABLE: OptionWhy
OPTION_WHY_OVERTAKEN: OptionWhy
OPTION_WHY_DELIVERED_TOGETHER: OptionWhy
OPTION_WHY_DIVIDED: OptionWhy
OPTION_WHY_LOT_SIZE: OptionWhy
OPTION_WHY_NO_FROZEN_ZONE: OptionWhy
OPTION_WHY_NO_OTHER_MODE: OptionWhy
OPTION_WHY_NO_FIRM: OptionWhy
OPTION_WHY_NOBODY_BELOW: OptionWhy
OPTION_WHY_NO_HOURS: OptionWhy
OPTION_WHY_HELD: OptionWhy
OPTION_WHY_RULES: OptionWhy
OPTION_WHY_QUOTA: OptionWhy
COST_KIND_UNSPECIFIED: CostKind
COST_KIND_DELAY: CostKind
COST_KIND_CHANGEOVER: CostKind
COST_KIND_OVERTIME: CostKind
COST_KIND_MACHINE: CostKind
COST_KIND_OUTSIDE: CostKind
COST_KIND_DISPLACED: CostKind

class Reason(_message.Message):
    __slots__ = ("kind", "share_duration", "subject", "order_ids")
    KIND_FIELD_NUMBER: _ClassVar[int]
    SHARE_DURATION_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    ORDER_IDS_FIELD_NUMBER: _ClassVar[int]
    kind: ReasonKind
    share_duration: _duration_pb2.Duration
    subject: str
    order_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, kind: _Optional[_Union[ReasonKind, str]] = ..., share_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., subject: _Optional[str] = ..., order_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class LinePromise(_message.Message):
    __slots__ = ("line_no", "item_id", "quantity", "requested_time", "outcome", "state", "promised_time", "expected_time", "earliest_time", "deadline_time", "tier", "search", "reasons", "refusal", "notes", "decide_time", "confirmable_time", "kit", "delivered_item_id", "delivered_quantity", "carrier_id", "region", "options", "cause", "confidence", "complete_time", "complete_reported", "option_searches")
    LINE_NO_FIELD_NUMBER: _ClassVar[int]
    ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    REQUESTED_TIME_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    PROMISED_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_TIME_FIELD_NUMBER: _ClassVar[int]
    EARLIEST_TIME_FIELD_NUMBER: _ClassVar[int]
    DEADLINE_TIME_FIELD_NUMBER: _ClassVar[int]
    TIER_FIELD_NUMBER: _ClassVar[int]
    SEARCH_FIELD_NUMBER: _ClassVar[int]
    REASONS_FIELD_NUMBER: _ClassVar[int]
    REFUSAL_FIELD_NUMBER: _ClassVar[int]
    NOTES_FIELD_NUMBER: _ClassVar[int]
    DECIDE_TIME_FIELD_NUMBER: _ClassVar[int]
    CONFIRMABLE_TIME_FIELD_NUMBER: _ClassVar[int]
    KIT_FIELD_NUMBER: _ClassVar[int]
    DELIVERED_ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    DELIVERED_QUANTITY_FIELD_NUMBER: _ClassVar[int]
    CARRIER_ID_FIELD_NUMBER: _ClassVar[int]
    REGION_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    CAUSE_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    COMPLETE_TIME_FIELD_NUMBER: _ClassVar[int]
    COMPLETE_REPORTED_FIELD_NUMBER: _ClassVar[int]
    OPTION_SEARCHES_FIELD_NUMBER: _ClassVar[int]
    line_no: int
    item_id: str
    quantity: int
    requested_time: _timestamp_pb2.Timestamp
    outcome: Outcome
    state: PromiseState
    promised_time: _timestamp_pb2.Timestamp
    expected_time: _timestamp_pb2.Timestamp
    earliest_time: _timestamp_pb2.Timestamp
    deadline_time: _timestamp_pb2.Timestamp
    tier: Tier
    search: Search
    reasons: _containers.RepeatedCompositeFieldContainer[Reason]
    refusal: str
    notes: _containers.RepeatedScalarFieldContainer[str]
    decide_time: _timestamp_pb2.Timestamp
    confirmable_time: _timestamp_pb2.Timestamp
    kit: _containers.RepeatedCompositeFieldContainer[KitPart]
    delivered_item_id: str
    delivered_quantity: int
    carrier_id: str
    region: str
    options: _containers.RepeatedCompositeFieldContainer[Option]
    cause: RiskCause
    confidence: Confidence
    complete_time: _timestamp_pb2.Timestamp
    complete_reported: bool
    option_searches: _containers.RepeatedCompositeFieldContainer[OptionSearch]
    def __init__(self, line_no: _Optional[int] = ..., item_id: _Optional[str] = ..., quantity: _Optional[int] = ..., requested_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., outcome: _Optional[_Union[Outcome, str]] = ..., state: _Optional[_Union[PromiseState, str]] = ..., promised_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expected_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., earliest_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., deadline_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., tier: _Optional[_Union[Tier, str]] = ..., search: _Optional[_Union[Search, str]] = ..., reasons: _Optional[_Iterable[_Union[Reason, _Mapping]]] = ..., refusal: _Optional[str] = ..., notes: _Optional[_Iterable[str]] = ..., decide_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., confirmable_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., kit: _Optional[_Iterable[_Union[KitPart, _Mapping]]] = ..., delivered_item_id: _Optional[str] = ..., delivered_quantity: _Optional[int] = ..., carrier_id: _Optional[str] = ..., region: _Optional[str] = ..., options: _Optional[_Iterable[_Union[Option, _Mapping]]] = ..., cause: _Optional[_Union[RiskCause, _Mapping]] = ..., confidence: _Optional[_Union[Confidence, _Mapping]] = ..., complete_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., complete_reported: _Optional[bool] = ..., option_searches: _Optional[_Iterable[_Union[OptionSearch, _Mapping]]] = ...) -> None: ...

class Confidence(_message.Message):
    __slots__ = ("level_percent", "line_count", "learned_from", "calibration_version")
    LEVEL_PERCENT_FIELD_NUMBER: _ClassVar[int]
    LINE_COUNT_FIELD_NUMBER: _ClassVar[int]
    LEARNED_FROM_FIELD_NUMBER: _ClassVar[int]
    CALIBRATION_VERSION_FIELD_NUMBER: _ClassVar[int]
    level_percent: int
    line_count: int
    learned_from: LearnedFrom
    calibration_version: int
    def __init__(self, level_percent: _Optional[int] = ..., line_count: _Optional[int] = ..., learned_from: _Optional[_Union[LearnedFrom, str]] = ..., calibration_version: _Optional[int] = ...) -> None: ...

class RiskCause(_message.Message):
    __slots__ = ("disruption_id", "operation_id", "resource_id")
    DISRUPTION_ID_FIELD_NUMBER: _ClassVar[int]
    OPERATION_ID_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_ID_FIELD_NUMBER: _ClassVar[int]
    disruption_id: str
    operation_id: str
    resource_id: str
    def __init__(self, disruption_id: _Optional[str] = ..., operation_id: _Optional[str] = ..., resource_id: _Optional[str] = ...) -> None: ...

class KitPart(_message.Message):
    __slots__ = ("item_id", "quantity", "source", "goes_into_item_id", "available_time", "receipt_id", "stands_for_item_id")
    ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    GOES_INTO_ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    AVAILABLE_TIME_FIELD_NUMBER: _ClassVar[int]
    RECEIPT_ID_FIELD_NUMBER: _ClassVar[int]
    STANDS_FOR_ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    item_id: str
    quantity: int
    source: Source
    goes_into_item_id: str
    available_time: _timestamp_pb2.Timestamp
    receipt_id: str
    stands_for_item_id: str
    def __init__(self, item_id: _Optional[str] = ..., quantity: _Optional[int] = ..., source: _Optional[_Union[Source, str]] = ..., goes_into_item_id: _Optional[str] = ..., available_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., receipt_id: _Optional[str] = ..., stands_for_item_id: _Optional[str] = ...) -> None: ...

class Hold(_message.Message):
    __slots__ = ("expire_time", "reasons", "handed_to", "missing")
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    REASONS_FIELD_NUMBER: _ClassVar[int]
    HANDED_TO_FIELD_NUMBER: _ClassVar[int]
    MISSING_FIELD_NUMBER: _ClassVar[int]
    expire_time: _timestamp_pb2.Timestamp
    reasons: _containers.RepeatedScalarFieldContainer[str]
    handed_to: str
    missing: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., reasons: _Optional[_Iterable[str]] = ..., handed_to: _Optional[str] = ..., missing: _Optional[_Iterable[str]] = ...) -> None: ...

class Promise(_message.Message):
    __slots__ = ("order", "lines", "decide_time", "etag", "version", "request_id", "caller", "plan_version", "duplicate_order_ids", "hold", "quote_id", "granted_promotions", "lost_promotions", "reviews", "payment_held", "rescue")
    ORDER_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    DECIDE_TIME_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    CALLER_FIELD_NUMBER: _ClassVar[int]
    PLAN_VERSION_FIELD_NUMBER: _ClassVar[int]
    DUPLICATE_ORDER_IDS_FIELD_NUMBER: _ClassVar[int]
    HOLD_FIELD_NUMBER: _ClassVar[int]
    QUOTE_ID_FIELD_NUMBER: _ClassVar[int]
    GRANTED_PROMOTIONS_FIELD_NUMBER: _ClassVar[int]
    LOST_PROMOTIONS_FIELD_NUMBER: _ClassVar[int]
    REVIEWS_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_HELD_FIELD_NUMBER: _ClassVar[int]
    RESCUE_FIELD_NUMBER: _ClassVar[int]
    order: _order_pb2.Order
    lines: _containers.RepeatedCompositeFieldContainer[LinePromise]
    decide_time: _timestamp_pb2.Timestamp
    etag: str
    version: int
    request_id: str
    caller: str
    plan_version: int
    duplicate_order_ids: _containers.RepeatedScalarFieldContainer[str]
    hold: Hold
    quote_id: str
    granted_promotions: _containers.RepeatedCompositeFieldContainer[_promotion_pb2.GrantedPromotion]
    lost_promotions: _containers.RepeatedCompositeFieldContainer[_promotion_pb2.LostPromotion]
    reviews: _containers.RepeatedCompositeFieldContainer[_promotion_pb2.Review]
    payment_held: bool
    rescue: Rescue
    def __init__(self, order: _Optional[_Union[_order_pb2.Order, _Mapping]] = ..., lines: _Optional[_Iterable[_Union[LinePromise, _Mapping]]] = ..., decide_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., etag: _Optional[str] = ..., version: _Optional[int] = ..., request_id: _Optional[str] = ..., caller: _Optional[str] = ..., plan_version: _Optional[int] = ..., duplicate_order_ids: _Optional[_Iterable[str]] = ..., hold: _Optional[_Union[Hold, _Mapping]] = ..., quote_id: _Optional[str] = ..., granted_promotions: _Optional[_Iterable[_Union[_promotion_pb2.GrantedPromotion, _Mapping]]] = ..., lost_promotions: _Optional[_Iterable[_Union[_promotion_pb2.LostPromotion, _Mapping]]] = ..., reviews: _Optional[_Iterable[_Union[_promotion_pb2.Review, _Mapping]]] = ..., payment_held: _Optional[bool] = ..., rescue: _Optional[_Union[Rescue, _Mapping]] = ...) -> None: ...

class Move(_message.Message):
    __slots__ = ("order_id", "line_no", "operation_id", "operation_key", "resource_before_id", "start_before_time", "resource_after_id", "start_after_time")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    LINE_NO_FIELD_NUMBER: _ClassVar[int]
    OPERATION_ID_FIELD_NUMBER: _ClassVar[int]
    OPERATION_KEY_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_BEFORE_ID_FIELD_NUMBER: _ClassVar[int]
    START_BEFORE_TIME_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_AFTER_ID_FIELD_NUMBER: _ClassVar[int]
    START_AFTER_TIME_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    line_no: int
    operation_id: str
    operation_key: int
    resource_before_id: str
    start_before_time: _timestamp_pb2.Timestamp
    resource_after_id: str
    start_after_time: _timestamp_pb2.Timestamp
    def __init__(self, order_id: _Optional[str] = ..., line_no: _Optional[int] = ..., operation_id: _Optional[str] = ..., operation_key: _Optional[int] = ..., resource_before_id: _Optional[str] = ..., start_before_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., resource_after_id: _Optional[str] = ..., start_after_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class Rescue(_message.Message):
    __slots__ = ("outcome", "moves", "moved_count", "shifted_count", "held", "search_duration")
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    MOVES_FIELD_NUMBER: _ClassVar[int]
    MOVED_COUNT_FIELD_NUMBER: _ClassVar[int]
    SHIFTED_COUNT_FIELD_NUMBER: _ClassVar[int]
    HELD_FIELD_NUMBER: _ClassVar[int]
    SEARCH_DURATION_FIELD_NUMBER: _ClassVar[int]
    outcome: RescueOutcome
    moves: _containers.RepeatedCompositeFieldContainer[Move]
    moved_count: int
    shifted_count: int
    held: _containers.RepeatedScalarFieldContainer[str]
    search_duration: _duration_pb2.Duration
    def __init__(self, outcome: _Optional[_Union[RescueOutcome, str]] = ..., moves: _Optional[_Iterable[_Union[Move, _Mapping]]] = ..., moved_count: _Optional[int] = ..., shifted_count: _Optional[int] = ..., held: _Optional[_Iterable[str]] = ..., search_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class LineState(_message.Message):
    __slots__ = ("quantity", "promised_time", "state")
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    PROMISED_TIME_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    quantity: int
    promised_time: _timestamp_pb2.Timestamp
    state: PromiseState
    def __init__(self, quantity: _Optional[int] = ..., promised_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., state: _Optional[_Union[PromiseState, str]] = ...) -> None: ...

class LineChange(_message.Message):
    __slots__ = ("line_no", "before", "after", "refusal", "offered_time")
    LINE_NO_FIELD_NUMBER: _ClassVar[int]
    BEFORE_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    REFUSAL_FIELD_NUMBER: _ClassVar[int]
    OFFERED_TIME_FIELD_NUMBER: _ClassVar[int]
    line_no: int
    before: LineState
    after: LineState
    refusal: str
    offered_time: _timestamp_pb2.Timestamp
    def __init__(self, line_no: _Optional[int] = ..., before: _Optional[_Union[LineState, _Mapping]] = ..., after: _Optional[_Union[LineState, _Mapping]] = ..., refusal: _Optional[str] = ..., offered_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class Receipt(_message.Message):
    __slots__ = ("made", "lines", "refusal", "issued")
    MADE_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    REFUSAL_FIELD_NUMBER: _ClassVar[int]
    ISSUED_FIELD_NUMBER: _ClassVar[int]
    made: bool
    lines: _containers.RepeatedCompositeFieldContainer[LineChange]
    refusal: str
    issued: _containers.RepeatedCompositeFieldContainer[GoodsIssued]
    def __init__(self, made: _Optional[bool] = ..., lines: _Optional[_Iterable[_Union[LineChange, _Mapping]]] = ..., refusal: _Optional[str] = ..., issued: _Optional[_Iterable[_Union[GoodsIssued, _Mapping]]] = ...) -> None: ...

class GoodsIssued(_message.Message):
    __slots__ = ("line_no", "item_id", "quantity")
    LINE_NO_FIELD_NUMBER: _ClassVar[int]
    ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    line_no: int
    item_id: str
    quantity: int
    def __init__(self, line_no: _Optional[int] = ..., item_id: _Optional[str] = ..., quantity: _Optional[int] = ...) -> None: ...

class ChainStep(_message.Message):
    __slots__ = ("operation", "after_keys", "ready_time", "waits")
    OPERATION_FIELD_NUMBER: _ClassVar[int]
    AFTER_KEYS_FIELD_NUMBER: _ClassVar[int]
    READY_TIME_FIELD_NUMBER: _ClassVar[int]
    WAITS_FIELD_NUMBER: _ClassVar[int]
    operation: _plan_pb2.ScheduledOperation
    after_keys: _containers.RepeatedScalarFieldContainer[int]
    ready_time: _timestamp_pb2.Timestamp
    waits: _containers.RepeatedCompositeFieldContainer[Reason]
    def __init__(self, operation: _Optional[_Union[_plan_pb2.ScheduledOperation, _Mapping]] = ..., after_keys: _Optional[_Iterable[int]] = ..., ready_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., waits: _Optional[_Iterable[_Union[Reason, _Mapping]]] = ...) -> None: ...

class ContentChange(_message.Message):
    __slots__ = ("line_no", "field", "before", "after")
    LINE_NO_FIELD_NUMBER: _ClassVar[int]
    FIELD_FIELD_NUMBER: _ClassVar[int]
    BEFORE_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    line_no: int
    field: str
    before: str
    after: str
    def __init__(self, line_no: _Optional[int] = ..., field: _Optional[str] = ..., before: _Optional[str] = ..., after: _Optional[str] = ...) -> None: ...

class HistoryEntry(_message.Message):
    __slots__ = ("event", "version", "line_changes", "content_changes")
    EVENT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    LINE_CHANGES_FIELD_NUMBER: _ClassVar[int]
    CONTENT_CHANGES_FIELD_NUMBER: _ClassVar[int]
    event: _plan_pb2.Event
    version: int
    line_changes: _containers.RepeatedCompositeFieldContainer[LineChange]
    content_changes: _containers.RepeatedCompositeFieldContainer[ContentChange]
    def __init__(self, event: _Optional[_Union[_plan_pb2.Event, _Mapping]] = ..., version: _Optional[int] = ..., line_changes: _Optional[_Iterable[_Union[LineChange, _Mapping]]] = ..., content_changes: _Optional[_Iterable[_Union[ContentChange, _Mapping]]] = ...) -> None: ...

class OptionSearch(_message.Message):
    __slots__ = ("kind", "outcome", "why")
    KIND_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    WHY_FIELD_NUMBER: _ClassVar[int]
    kind: OptionKind
    outcome: OptionOutcome
    why: OptionWhy
    def __init__(self, kind: _Optional[_Union[OptionKind, str]] = ..., outcome: _Optional[_Union[OptionOutcome, str]] = ..., why: _Optional[_Union[OptionWhy, str]] = ...) -> None: ...

class DisplacedLine(_message.Message):
    __slots__ = ("order_id", "line_no", "customer_id", "priority", "promised_time", "expected_before_time", "expected_time", "delay_duration", "survives")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    LINE_NO_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    PROMISED_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_BEFORE_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_TIME_FIELD_NUMBER: _ClassVar[int]
    DELAY_DURATION_FIELD_NUMBER: _ClassVar[int]
    SURVIVES_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    line_no: int
    customer_id: str
    priority: int
    promised_time: _timestamp_pb2.Timestamp
    expected_before_time: _timestamp_pb2.Timestamp
    expected_time: _timestamp_pb2.Timestamp
    delay_duration: _duration_pb2.Duration
    survives: bool
    def __init__(self, order_id: _Optional[str] = ..., line_no: _Optional[int] = ..., customer_id: _Optional[str] = ..., priority: _Optional[int] = ..., promised_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expected_before_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expected_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., delay_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., survives: _Optional[bool] = ...) -> None: ...

class ExtraHours(_message.Message):
    __slots__ = ("resource_id", "start_time", "end_time")
    RESOURCE_ID_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    resource_id: str
    start_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    def __init__(self, resource_id: _Optional[str] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ChosenMode(_message.Message):
    __slots__ = ("operation_id", "mode_id", "resource_id", "mould_id")
    OPERATION_ID_FIELD_NUMBER: _ClassVar[int]
    MODE_ID_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_ID_FIELD_NUMBER: _ClassVar[int]
    MOULD_ID_FIELD_NUMBER: _ClassVar[int]
    operation_id: str
    mode_id: str
    resource_id: str
    mould_id: str
    def __init__(self, operation_id: _Optional[str] = ..., mode_id: _Optional[str] = ..., resource_id: _Optional[str] = ..., mould_id: _Optional[str] = ...) -> None: ...

class Option(_message.Message):
    __slots__ = ("kind", "parts", "costs", "option_id", "displaced", "displaced_count", "hours", "modes", "moves", "moved_count")
    KIND_FIELD_NUMBER: _ClassVar[int]
    PARTS_FIELD_NUMBER: _ClassVar[int]
    COSTS_FIELD_NUMBER: _ClassVar[int]
    OPTION_ID_FIELD_NUMBER: _ClassVar[int]
    DISPLACED_FIELD_NUMBER: _ClassVar[int]
    DISPLACED_COUNT_FIELD_NUMBER: _ClassVar[int]
    HOURS_FIELD_NUMBER: _ClassVar[int]
    MODES_FIELD_NUMBER: _ClassVar[int]
    MOVES_FIELD_NUMBER: _ClassVar[int]
    MOVED_COUNT_FIELD_NUMBER: _ClassVar[int]
    kind: OptionKind
    parts: _containers.RepeatedCompositeFieldContainer[OptionPart]
    costs: _containers.RepeatedCompositeFieldContainer[OptionCost]
    option_id: str
    displaced: _containers.RepeatedCompositeFieldContainer[DisplacedLine]
    displaced_count: int
    hours: _containers.RepeatedCompositeFieldContainer[ExtraHours]
    modes: _containers.RepeatedCompositeFieldContainer[ChosenMode]
    moves: _containers.RepeatedCompositeFieldContainer[Move]
    moved_count: int
    def __init__(self, kind: _Optional[_Union[OptionKind, str]] = ..., parts: _Optional[_Iterable[_Union[OptionPart, _Mapping]]] = ..., costs: _Optional[_Iterable[_Union[OptionCost, _Mapping]]] = ..., option_id: _Optional[str] = ..., displaced: _Optional[_Iterable[_Union[DisplacedLine, _Mapping]]] = ..., displaced_count: _Optional[int] = ..., hours: _Optional[_Iterable[_Union[ExtraHours, _Mapping]]] = ..., modes: _Optional[_Iterable[_Union[ChosenMode, _Mapping]]] = ..., moves: _Optional[_Iterable[_Union[Move, _Mapping]]] = ..., moved_count: _Optional[int] = ...) -> None: ...

class OptionPart(_message.Message):
    __slots__ = ("quantity", "promised_time")
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    PROMISED_TIME_FIELD_NUMBER: _ClassVar[int]
    quantity: int
    promised_time: _timestamp_pb2.Timestamp
    def __init__(self, quantity: _Optional[int] = ..., promised_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class OptionCost(_message.Message):
    __slots__ = ("kind", "duration", "count", "cost_fen")
    KIND_FIELD_NUMBER: _ClassVar[int]
    DURATION_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    COST_FEN_FIELD_NUMBER: _ClassVar[int]
    kind: CostKind
    duration: _duration_pb2.Duration
    count: int
    cost_fen: int
    def __init__(self, kind: _Optional[_Union[CostKind, str]] = ..., duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., count: _Optional[int] = ..., cost_fen: _Optional[int] = ...) -> None: ...
