import datetime

from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from jiaoqi.v1 import plan_pb2 as _plan_pb2
from jiaoqi.v1 import promotion_pb2 as _promotion_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class RuleState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RULE_STATE_UNSPECIFIED: _ClassVar[RuleState]
    RULE_STATE_DRAFT: _ClassVar[RuleState]
    RULE_STATE_PUBLISHED: _ClassVar[RuleState]
    RULE_STATE_REPLACED: _ClassVar[RuleState]
    RULE_STATE_ROLLED_BACK: _ClassVar[RuleState]

class Verdict(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    VERDICT_UNSPECIFIED: _ClassVar[Verdict]
    VERDICT_PASS: _ClassVar[Verdict]
    VERDICT_REVIEW: _ClassVar[Verdict]
    VERDICT_REFUSE: _ClassVar[Verdict]

class RuleRemark(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RULE_REMARK_UNSPECIFIED: _ClassVar[RuleRemark]
    RULE_REMARK_NEVER_FIRED: _ClassVar[RuleRemark]
    RULE_REMARK_ALWAYS_FIRED: _ClassVar[RuleRemark]
    RULE_REMARK_CONFLICTS: _ClassVar[RuleRemark]
    RULE_REMARK_UNTOLD: _ClassVar[RuleRemark]

class RuleStage(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RULE_STAGE_UNSPECIFIED: _ClassVar[RuleStage]
    RULE_STAGE_ADMIT: _ClassVar[RuleStage]
    RULE_STAGE_APPROVE: _ClassVar[RuleStage]
RULE_STATE_UNSPECIFIED: RuleState
RULE_STATE_DRAFT: RuleState
RULE_STATE_PUBLISHED: RuleState
RULE_STATE_REPLACED: RuleState
RULE_STATE_ROLLED_BACK: RuleState
VERDICT_UNSPECIFIED: Verdict
VERDICT_PASS: Verdict
VERDICT_REVIEW: Verdict
VERDICT_REFUSE: Verdict
RULE_REMARK_UNSPECIFIED: RuleRemark
RULE_REMARK_NEVER_FIRED: RuleRemark
RULE_REMARK_ALWAYS_FIRED: RuleRemark
RULE_REMARK_CONFLICTS: RuleRemark
RULE_REMARK_UNTOLD: RuleRemark
RULE_STAGE_UNSPECIFIED: RuleStage
RULE_STAGE_ADMIT: RuleStage
RULE_STAGE_APPROVE: RuleStage

class Told(_message.Message):
    __slots__ = ("zh", "en")
    ZH_FIELD_NUMBER: _ClassVar[int]
    EN_FIELD_NUMBER: _ClassVar[int]
    zh: str
    en: str
    def __init__(self, zh: _Optional[str] = ..., en: _Optional[str] = ...) -> None: ...

class RuleVersion(_message.Message):
    __slots__ = ("version", "state", "etag", "author", "draft_time", "base_version", "note", "published_by", "publish_time", "reason", "forced_count", "ended_by", "end_time", "end_reason")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    AUTHOR_FIELD_NUMBER: _ClassVar[int]
    DRAFT_TIME_FIELD_NUMBER: _ClassVar[int]
    BASE_VERSION_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    PUBLISHED_BY_FIELD_NUMBER: _ClassVar[int]
    PUBLISH_TIME_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    FORCED_COUNT_FIELD_NUMBER: _ClassVar[int]
    ENDED_BY_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    END_REASON_FIELD_NUMBER: _ClassVar[int]
    version: int
    state: RuleState
    etag: str
    author: str
    draft_time: _timestamp_pb2.Timestamp
    base_version: int
    note: str
    published_by: str
    publish_time: _timestamp_pb2.Timestamp
    reason: str
    forced_count: int
    ended_by: str
    end_time: _timestamp_pb2.Timestamp
    end_reason: str
    def __init__(self, version: _Optional[int] = ..., state: _Optional[_Union[RuleState, str]] = ..., etag: _Optional[str] = ..., author: _Optional[str] = ..., draft_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., base_version: _Optional[int] = ..., note: _Optional[str] = ..., published_by: _Optional[str] = ..., publish_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., reason: _Optional[str] = ..., forced_count: _Optional[int] = ..., ended_by: _Optional[str] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_reason: _Optional[str] = ...) -> None: ...

class RuleFile(_message.Message):
    __slots__ = ("name", "content")
    NAME_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    name: str
    content: str
    def __init__(self, name: _Optional[str] = ..., content: _Optional[str] = ...) -> None: ...

class RuleChange(_message.Message):
    __slots__ = ("rule", "before", "after", "before_en", "after_en")
    RULE_FIELD_NUMBER: _ClassVar[int]
    BEFORE_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    BEFORE_EN_FIELD_NUMBER: _ClassVar[int]
    AFTER_EN_FIELD_NUMBER: _ClassVar[int]
    rule: Told
    before: str
    after: str
    before_en: str
    after_en: str
    def __init__(self, rule: _Optional[_Union[Told, _Mapping]] = ..., before: _Optional[str] = ..., after: _Optional[str] = ..., before_en: _Optional[str] = ..., after_en: _Optional[str] = ...) -> None: ...

class RuleDifference(_message.Message):
    __slots__ = ("base_version", "rules", "text", "facts", "promotions")
    BASE_VERSION_FIELD_NUMBER: _ClassVar[int]
    RULES_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    FACTS_FIELD_NUMBER: _ClassVar[int]
    PROMOTIONS_FIELD_NUMBER: _ClassVar[int]
    base_version: int
    rules: _containers.RepeatedCompositeFieldContainer[RuleChange]
    text: str
    facts: _containers.RepeatedCompositeFieldContainer[RuleChange]
    promotions: _containers.RepeatedCompositeFieldContainer[RuleChange]
    def __init__(self, base_version: _Optional[int] = ..., rules: _Optional[_Iterable[_Union[RuleChange, _Mapping]]] = ..., text: _Optional[str] = ..., facts: _Optional[_Iterable[_Union[RuleChange, _Mapping]]] = ..., promotions: _Optional[_Iterable[_Union[RuleChange, _Mapping]]] = ...) -> None: ...

class ListRuleVersionsRequest(_message.Message):
    __slots__ = ("state", "page_size", "page_token")
    STATE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    state: RuleState
    page_size: int
    page_token: str
    def __init__(self, state: _Optional[_Union[RuleState, str]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListRuleVersionsResponse(_message.Message):
    __slots__ = ("as_of", "versions", "next_page_token", "version_in_force")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    VERSIONS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    VERSION_IN_FORCE_FIELD_NUMBER: _ClassVar[int]
    as_of: _plan_pb2.AsOf
    versions: _containers.RepeatedCompositeFieldContainer[RuleVersion]
    next_page_token: str
    version_in_force: int
    def __init__(self, as_of: _Optional[_Union[_plan_pb2.AsOf, _Mapping]] = ..., versions: _Optional[_Iterable[_Union[RuleVersion, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., version_in_force: _Optional[int] = ...) -> None: ...

class GetRuleVersionRequest(_message.Message):
    __slots__ = ("version", "base_version")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    BASE_VERSION_FIELD_NUMBER: _ClassVar[int]
    version: int
    base_version: int
    def __init__(self, version: _Optional[int] = ..., base_version: _Optional[int] = ...) -> None: ...

class GetRuleVersionResponse(_message.Message):
    __slots__ = ("as_of", "version", "files", "difference")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    FILES_FIELD_NUMBER: _ClassVar[int]
    DIFFERENCE_FIELD_NUMBER: _ClassVar[int]
    as_of: _plan_pb2.AsOf
    version: RuleVersion
    files: _containers.RepeatedCompositeFieldContainer[RuleFile]
    difference: RuleDifference
    def __init__(self, as_of: _Optional[_Union[_plan_pb2.AsOf, _Mapping]] = ..., version: _Optional[_Union[RuleVersion, _Mapping]] = ..., files: _Optional[_Iterable[_Union[RuleFile, _Mapping]]] = ..., difference: _Optional[_Union[RuleDifference, _Mapping]] = ...) -> None: ...

class PutRulesRequest(_message.Message):
    __slots__ = ("request_id", "files", "version", "etag", "note", "validate_only")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    FILES_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    files: _containers.RepeatedCompositeFieldContainer[RuleFile]
    version: int
    etag: str
    note: str
    validate_only: bool
    def __init__(self, request_id: _Optional[str] = ..., files: _Optional[_Iterable[_Union[RuleFile, _Mapping]]] = ..., version: _Optional[int] = ..., etag: _Optional[str] = ..., note: _Optional[str] = ..., validate_only: _Optional[bool] = ...) -> None: ...

class PutRulesResponse(_message.Message):
    __slots__ = ("as_of", "version", "difference")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    DIFFERENCE_FIELD_NUMBER: _ClassVar[int]
    as_of: _plan_pb2.AsOf
    version: RuleVersion
    difference: RuleDifference
    def __init__(self, as_of: _Optional[_Union[_plan_pb2.AsOf, _Mapping]] = ..., version: _Optional[_Union[RuleVersion, _Mapping]] = ..., difference: _Optional[_Union[RuleDifference, _Mapping]] = ...) -> None: ...

class CheckRulesRequest(_message.Message):
    __slots__ = ("version", "files")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    FILES_FIELD_NUMBER: _ClassVar[int]
    version: int
    files: _containers.RepeatedCompositeFieldContainer[RuleFile]
    def __init__(self, version: _Optional[int] = ..., files: _Optional[_Iterable[_Union[RuleFile, _Mapping]]] = ...) -> None: ...

class RuleFinding(_message.Message):
    __slots__ = ("kind", "said", "example", "decided")
    KIND_FIELD_NUMBER: _ClassVar[int]
    SAID_FIELD_NUMBER: _ClassVar[int]
    EXAMPLE_FIELD_NUMBER: _ClassVar[int]
    DECIDED_FIELD_NUMBER: _ClassVar[int]
    kind: str
    said: Told
    example: Told
    decided: bool
    def __init__(self, kind: _Optional[str] = ..., said: _Optional[_Union[Told, _Mapping]] = ..., example: _Optional[_Union[Told, _Mapping]] = ..., decided: _Optional[bool] = ...) -> None: ...

class CheckRulesResponse(_message.Message):
    __slots__ = ("as_of", "rule_count", "findings")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    RULE_COUNT_FIELD_NUMBER: _ClassVar[int]
    FINDINGS_FIELD_NUMBER: _ClassVar[int]
    as_of: _plan_pb2.AsOf
    rule_count: int
    findings: _containers.RepeatedCompositeFieldContainer[RuleFinding]
    def __init__(self, as_of: _Optional[_Union[_plan_pb2.AsOf, _Mapping]] = ..., rule_count: _Optional[int] = ..., findings: _Optional[_Iterable[_Union[RuleFinding, _Mapping]]] = ...) -> None: ...

class TestRulesRequest(_message.Message):
    __slots__ = ("version", "files")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    FILES_FIELD_NUMBER: _ClassVar[int]
    version: int
    files: _containers.RepeatedCompositeFieldContainer[RuleFile]
    def __init__(self, version: _Optional[int] = ..., files: _Optional[_Iterable[_Union[RuleFile, _Mapping]]] = ...) -> None: ...

class FailedExample(_message.Message):
    __slots__ = ("file", "line", "name", "unmet", "decided")
    FILE_FIELD_NUMBER: _ClassVar[int]
    LINE_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    UNMET_FIELD_NUMBER: _ClassVar[int]
    DECIDED_FIELD_NUMBER: _ClassVar[int]
    file: str
    line: int
    name: Told
    unmet: _containers.RepeatedCompositeFieldContainer[Told]
    decided: _containers.RepeatedCompositeFieldContainer[Told]
    def __init__(self, file: _Optional[str] = ..., line: _Optional[int] = ..., name: _Optional[_Union[Told, _Mapping]] = ..., unmet: _Optional[_Iterable[_Union[Told, _Mapping]]] = ..., decided: _Optional[_Iterable[_Union[Told, _Mapping]]] = ...) -> None: ...

class TestRulesResponse(_message.Message):
    __slots__ = ("as_of", "example_count", "failed")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    EXAMPLE_COUNT_FIELD_NUMBER: _ClassVar[int]
    FAILED_FIELD_NUMBER: _ClassVar[int]
    as_of: _plan_pb2.AsOf
    example_count: int
    failed: _containers.RepeatedCompositeFieldContainer[FailedExample]
    def __init__(self, as_of: _Optional[_Union[_plan_pb2.AsOf, _Mapping]] = ..., example_count: _Optional[int] = ..., failed: _Optional[_Iterable[_Union[FailedExample, _Mapping]]] = ...) -> None: ...

class RehearseRulesRequest(_message.Message):
    __slots__ = ("version", "files", "order_count", "shown_count")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    FILES_FIELD_NUMBER: _ClassVar[int]
    ORDER_COUNT_FIELD_NUMBER: _ClassVar[int]
    SHOWN_COUNT_FIELD_NUMBER: _ClassVar[int]
    version: int
    files: _containers.RepeatedCompositeFieldContainer[RuleFile]
    order_count: int
    shown_count: int
    def __init__(self, version: _Optional[int] = ..., files: _Optional[_Iterable[_Union[RuleFile, _Mapping]]] = ..., order_count: _Optional[int] = ..., shown_count: _Optional[int] = ...) -> None: ...

class RehearsedChange(_message.Message):
    __slots__ = ("order_id", "verdict_before", "verdict_after", "discount_fen_before", "discount_fen_after", "priority_before", "priority_after", "gone", "fires")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    VERDICT_BEFORE_FIELD_NUMBER: _ClassVar[int]
    VERDICT_AFTER_FIELD_NUMBER: _ClassVar[int]
    DISCOUNT_FEN_BEFORE_FIELD_NUMBER: _ClassVar[int]
    DISCOUNT_FEN_AFTER_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_BEFORE_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_AFTER_FIELD_NUMBER: _ClassVar[int]
    GONE_FIELD_NUMBER: _ClassVar[int]
    FIRES_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    verdict_before: Verdict
    verdict_after: Verdict
    discount_fen_before: int
    discount_fen_after: int
    priority_before: int
    priority_after: int
    gone: _containers.RepeatedCompositeFieldContainer[Told]
    fires: _containers.RepeatedCompositeFieldContainer[Told]
    def __init__(self, order_id: _Optional[str] = ..., verdict_before: _Optional[_Union[Verdict, str]] = ..., verdict_after: _Optional[_Union[Verdict, str]] = ..., discount_fen_before: _Optional[int] = ..., discount_fen_after: _Optional[int] = ..., priority_before: _Optional[int] = ..., priority_after: _Optional[int] = ..., gone: _Optional[_Iterable[_Union[Told, _Mapping]]] = ..., fires: _Optional[_Iterable[_Union[Told, _Mapping]]] = ...) -> None: ...

class RehearsedMoney(_message.Message):
    __slots__ = ("promotion_id", "fen_before", "fen_after", "order_count_before", "order_count_after")
    PROMOTION_ID_FIELD_NUMBER: _ClassVar[int]
    FEN_BEFORE_FIELD_NUMBER: _ClassVar[int]
    FEN_AFTER_FIELD_NUMBER: _ClassVar[int]
    ORDER_COUNT_BEFORE_FIELD_NUMBER: _ClassVar[int]
    ORDER_COUNT_AFTER_FIELD_NUMBER: _ClassVar[int]
    promotion_id: str
    fen_before: int
    fen_after: int
    order_count_before: int
    order_count_after: int
    def __init__(self, promotion_id: _Optional[str] = ..., fen_before: _Optional[int] = ..., fen_after: _Optional[int] = ..., order_count_before: _Optional[int] = ..., order_count_after: _Optional[int] = ...) -> None: ...

class RehearsedPriority(_message.Message):
    __slots__ = ("priority_before", "priority_after", "order_count")
    PRIORITY_BEFORE_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_AFTER_FIELD_NUMBER: _ClassVar[int]
    ORDER_COUNT_FIELD_NUMBER: _ClassVar[int]
    priority_before: int
    priority_after: int
    order_count: int
    def __init__(self, priority_before: _Optional[int] = ..., priority_after: _Optional[int] = ..., order_count: _Optional[int] = ...) -> None: ...

class RehearseRulesResponse(_message.Message):
    __slots__ = ("as_of", "order_count", "changed_count", "changes", "money", "review_count_before", "review_count_after", "refused_count_before", "refused_count_after", "read_today_count", "priorities")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    ORDER_COUNT_FIELD_NUMBER: _ClassVar[int]
    CHANGED_COUNT_FIELD_NUMBER: _ClassVar[int]
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    MONEY_FIELD_NUMBER: _ClassVar[int]
    REVIEW_COUNT_BEFORE_FIELD_NUMBER: _ClassVar[int]
    REVIEW_COUNT_AFTER_FIELD_NUMBER: _ClassVar[int]
    REFUSED_COUNT_BEFORE_FIELD_NUMBER: _ClassVar[int]
    REFUSED_COUNT_AFTER_FIELD_NUMBER: _ClassVar[int]
    READ_TODAY_COUNT_FIELD_NUMBER: _ClassVar[int]
    PRIORITIES_FIELD_NUMBER: _ClassVar[int]
    as_of: _plan_pb2.AsOf
    order_count: int
    changed_count: int
    changes: _containers.RepeatedCompositeFieldContainer[RehearsedChange]
    money: _containers.RepeatedCompositeFieldContainer[RehearsedMoney]
    review_count_before: int
    review_count_after: int
    refused_count_before: int
    refused_count_after: int
    read_today_count: int
    priorities: _containers.RepeatedCompositeFieldContainer[RehearsedPriority]
    def __init__(self, as_of: _Optional[_Union[_plan_pb2.AsOf, _Mapping]] = ..., order_count: _Optional[int] = ..., changed_count: _Optional[int] = ..., changes: _Optional[_Iterable[_Union[RehearsedChange, _Mapping]]] = ..., money: _Optional[_Iterable[_Union[RehearsedMoney, _Mapping]]] = ..., review_count_before: _Optional[int] = ..., review_count_after: _Optional[int] = ..., refused_count_before: _Optional[int] = ..., refused_count_after: _Optional[int] = ..., read_today_count: _Optional[int] = ..., priorities: _Optional[_Iterable[_Union[RehearsedPriority, _Mapping]]] = ...) -> None: ...

class PublishRulesRequest(_message.Message):
    __slots__ = ("request_id", "version", "etag", "reason", "force", "validate_only")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    FORCE_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    version: int
    etag: str
    reason: str
    force: bool
    validate_only: bool
    def __init__(self, request_id: _Optional[str] = ..., version: _Optional[int] = ..., etag: _Optional[str] = ..., reason: _Optional[str] = ..., force: _Optional[bool] = ..., validate_only: _Optional[bool] = ...) -> None: ...

class PublishRulesResponse(_message.Message):
    __slots__ = ("as_of", "version", "difference", "findings")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    DIFFERENCE_FIELD_NUMBER: _ClassVar[int]
    FINDINGS_FIELD_NUMBER: _ClassVar[int]
    as_of: _plan_pb2.AsOf
    version: RuleVersion
    difference: RuleDifference
    findings: _containers.RepeatedCompositeFieldContainer[RuleFinding]
    def __init__(self, as_of: _Optional[_Union[_plan_pb2.AsOf, _Mapping]] = ..., version: _Optional[_Union[RuleVersion, _Mapping]] = ..., difference: _Optional[_Union[RuleDifference, _Mapping]] = ..., findings: _Optional[_Iterable[_Union[RuleFinding, _Mapping]]] = ...) -> None: ...

class RollBackRulesRequest(_message.Message):
    __slots__ = ("request_id", "version", "reason", "validate_only")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    version: int
    reason: str
    validate_only: bool
    def __init__(self, request_id: _Optional[str] = ..., version: _Optional[int] = ..., reason: _Optional[str] = ..., validate_only: _Optional[bool] = ...) -> None: ...

class RollBackRulesResponse(_message.Message):
    __slots__ = ("as_of", "version", "difference")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    DIFFERENCE_FIELD_NUMBER: _ClassVar[int]
    as_of: _plan_pb2.AsOf
    version: RuleVersion
    difference: RuleDifference
    def __init__(self, as_of: _Optional[_Union[_plan_pb2.AsOf, _Mapping]] = ..., version: _Optional[_Union[RuleVersion, _Mapping]] = ..., difference: _Optional[_Union[RuleDifference, _Mapping]] = ...) -> None: ...

class GetRuleHealthRequest(_message.Message):
    __slots__ = ("timed",)
    TIMED_FIELD_NUMBER: _ClassVar[int]
    timed: bool
    def __init__(self, timed: _Optional[bool] = ...) -> None: ...

class RuleHealth(_message.Message):
    __slots__ = ("rule", "file", "rank", "fired_count", "decided_count", "last_fired_time", "since_time", "untold_count", "conflict_count", "mean_duration", "worst_duration", "remarks")
    RULE_FIELD_NUMBER: _ClassVar[int]
    FILE_FIELD_NUMBER: _ClassVar[int]
    RANK_FIELD_NUMBER: _ClassVar[int]
    FIRED_COUNT_FIELD_NUMBER: _ClassVar[int]
    DECIDED_COUNT_FIELD_NUMBER: _ClassVar[int]
    LAST_FIRED_TIME_FIELD_NUMBER: _ClassVar[int]
    SINCE_TIME_FIELD_NUMBER: _ClassVar[int]
    UNTOLD_COUNT_FIELD_NUMBER: _ClassVar[int]
    CONFLICT_COUNT_FIELD_NUMBER: _ClassVar[int]
    MEAN_DURATION_FIELD_NUMBER: _ClassVar[int]
    WORST_DURATION_FIELD_NUMBER: _ClassVar[int]
    REMARKS_FIELD_NUMBER: _ClassVar[int]
    rule: Told
    file: str
    rank: int
    fired_count: int
    decided_count: int
    last_fired_time: _timestamp_pb2.Timestamp
    since_time: _timestamp_pb2.Timestamp
    untold_count: int
    conflict_count: int
    mean_duration: _duration_pb2.Duration
    worst_duration: _duration_pb2.Duration
    remarks: _containers.RepeatedScalarFieldContainer[RuleRemark]
    def __init__(self, rule: _Optional[_Union[Told, _Mapping]] = ..., file: _Optional[str] = ..., rank: _Optional[int] = ..., fired_count: _Optional[int] = ..., decided_count: _Optional[int] = ..., last_fired_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., since_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., untold_count: _Optional[int] = ..., conflict_count: _Optional[int] = ..., mean_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., worst_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., remarks: _Optional[_Iterable[_Union[RuleRemark, str]]] = ...) -> None: ...

class GetRuleHealthResponse(_message.Message):
    __slots__ = ("as_of", "version", "rules", "decided_count", "mean_duration", "worst_duration")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    RULES_FIELD_NUMBER: _ClassVar[int]
    DECIDED_COUNT_FIELD_NUMBER: _ClassVar[int]
    MEAN_DURATION_FIELD_NUMBER: _ClassVar[int]
    WORST_DURATION_FIELD_NUMBER: _ClassVar[int]
    as_of: _plan_pb2.AsOf
    version: int
    rules: _containers.RepeatedCompositeFieldContainer[RuleHealth]
    decided_count: int
    mean_duration: _duration_pb2.Duration
    worst_duration: _duration_pb2.Duration
    def __init__(self, as_of: _Optional[_Union[_plan_pb2.AsOf, _Mapping]] = ..., version: _Optional[int] = ..., rules: _Optional[_Iterable[_Union[RuleHealth, _Mapping]]] = ..., decided_count: _Optional[int] = ..., mean_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., worst_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class ListBudgetsRequest(_message.Message):
    __slots__ = ("promotion_id", "page_size", "page_token")
    PROMOTION_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    promotion_id: str
    page_size: int
    page_token: str
    def __init__(self, promotion_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class PromotionBudget(_message.Message):
    __slots__ = ("promotion_id", "customer_id", "order_count", "used_fen", "left_count", "left_fen", "in_force")
    PROMOTION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_COUNT_FIELD_NUMBER: _ClassVar[int]
    USED_FEN_FIELD_NUMBER: _ClassVar[int]
    LEFT_COUNT_FIELD_NUMBER: _ClassVar[int]
    LEFT_FEN_FIELD_NUMBER: _ClassVar[int]
    IN_FORCE_FIELD_NUMBER: _ClassVar[int]
    promotion_id: str
    customer_id: str
    order_count: int
    used_fen: int
    left_count: int
    left_fen: int
    in_force: bool
    def __init__(self, promotion_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., order_count: _Optional[int] = ..., used_fen: _Optional[int] = ..., left_count: _Optional[int] = ..., left_fen: _Optional[int] = ..., in_force: _Optional[bool] = ...) -> None: ...

class ListBudgetsResponse(_message.Message):
    __slots__ = ("as_of", "budgets", "next_page_token")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    BUDGETS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    as_of: _plan_pb2.AsOf
    budgets: _containers.RepeatedCompositeFieldContainer[PromotionBudget]
    next_page_token: str
    def __init__(self, as_of: _Optional[_Union[_plan_pb2.AsOf, _Mapping]] = ..., budgets: _Optional[_Iterable[_Union[PromotionBudget, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class GetDecisionRequest(_message.Message):
    __slots__ = ("order_id", "order_version", "near_misses", "unmet_promotion_limit", "unmet_promotion_offset")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_VERSION_FIELD_NUMBER: _ClassVar[int]
    NEAR_MISSES_FIELD_NUMBER: _ClassVar[int]
    UNMET_PROMOTION_LIMIT_FIELD_NUMBER: _ClassVar[int]
    UNMET_PROMOTION_OFFSET_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    order_version: int
    near_misses: bool
    unmet_promotion_limit: int
    unmet_promotion_offset: int
    def __init__(self, order_id: _Optional[str] = ..., order_version: _Optional[int] = ..., near_misses: _Optional[bool] = ..., unmet_promotion_limit: _Optional[int] = ..., unmet_promotion_offset: _Optional[int] = ...) -> None: ...

class FactValue(_message.Message):
    __slots__ = ("key", "name", "value", "line_no")
    KEY_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    LINE_NO_FIELD_NUMBER: _ClassVar[int]
    key: str
    name: Told
    value: Told
    line_no: int
    def __init__(self, key: _Optional[str] = ..., name: _Optional[_Union[Told, _Mapping]] = ..., value: _Optional[_Union[Told, _Mapping]] = ..., line_no: _Optional[int] = ...) -> None: ...

class FiredRule(_message.Message):
    __slots__ = ("rule", "rank", "line_no", "values", "reason")
    RULE_FIELD_NUMBER: _ClassVar[int]
    RANK_FIELD_NUMBER: _ClassVar[int]
    LINE_NO_FIELD_NUMBER: _ClassVar[int]
    VALUES_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    rule: Told
    rank: int
    line_no: int
    values: _containers.RepeatedCompositeFieldContainer[FactValue]
    reason: Told
    def __init__(self, rule: _Optional[_Union[Told, _Mapping]] = ..., rank: _Optional[int] = ..., line_no: _Optional[int] = ..., values: _Optional[_Iterable[_Union[FactValue, _Mapping]]] = ..., reason: _Optional[_Union[Told, _Mapping]] = ...) -> None: ...

class NearMiss(_message.Message):
    __slots__ = ("rule", "line_no", "lacking", "values")
    RULE_FIELD_NUMBER: _ClassVar[int]
    LINE_NO_FIELD_NUMBER: _ClassVar[int]
    LACKING_FIELD_NUMBER: _ClassVar[int]
    VALUES_FIELD_NUMBER: _ClassVar[int]
    rule: Told
    line_no: int
    lacking: Told
    values: _containers.RepeatedCompositeFieldContainer[FactValue]
    def __init__(self, rule: _Optional[_Union[Told, _Mapping]] = ..., line_no: _Optional[int] = ..., lacking: _Optional[_Union[Told, _Mapping]] = ..., values: _Optional[_Iterable[_Union[FactValue, _Mapping]]] = ...) -> None: ...

class StageRecord(_message.Message):
    __slots__ = ("stage", "verdict", "facts", "fired", "derived", "reasons", "near_misses")
    STAGE_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    FACTS_FIELD_NUMBER: _ClassVar[int]
    FIRED_FIELD_NUMBER: _ClassVar[int]
    DERIVED_FIELD_NUMBER: _ClassVar[int]
    REASONS_FIELD_NUMBER: _ClassVar[int]
    NEAR_MISSES_FIELD_NUMBER: _ClassVar[int]
    stage: RuleStage
    verdict: Verdict
    facts: _containers.RepeatedCompositeFieldContainer[FactValue]
    fired: _containers.RepeatedCompositeFieldContainer[FiredRule]
    derived: _containers.RepeatedCompositeFieldContainer[FactValue]
    reasons: _containers.RepeatedCompositeFieldContainer[Told]
    near_misses: _containers.RepeatedCompositeFieldContainer[NearMiss]
    def __init__(self, stage: _Optional[_Union[RuleStage, str]] = ..., verdict: _Optional[_Union[Verdict, str]] = ..., facts: _Optional[_Iterable[_Union[FactValue, _Mapping]]] = ..., fired: _Optional[_Iterable[_Union[FiredRule, _Mapping]]] = ..., derived: _Optional[_Iterable[_Union[FactValue, _Mapping]]] = ..., reasons: _Optional[_Iterable[_Union[Told, _Mapping]]] = ..., near_misses: _Optional[_Iterable[_Union[NearMiss, _Mapping]]] = ...) -> None: ...

class PromotionFen(_message.Message):
    __slots__ = ("promotion_id", "fen")
    PROMOTION_ID_FIELD_NUMBER: _ClassVar[int]
    FEN_FIELD_NUMBER: _ClassVar[int]
    promotion_id: str
    fen: int
    def __init__(self, promotion_id: _Optional[str] = ..., fen: _Optional[int] = ...) -> None: ...

class GetDecisionResponse(_message.Message):
    __slots__ = ("as_of", "order_id", "order_version", "rule_version", "decide_time", "verdict", "stages", "granted_promotions", "lost_promotions", "rule_duration", "unmet_promotions", "unmet_promotion_count")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_VERSION_FIELD_NUMBER: _ClassVar[int]
    RULE_VERSION_FIELD_NUMBER: _ClassVar[int]
    DECIDE_TIME_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    STAGES_FIELD_NUMBER: _ClassVar[int]
    GRANTED_PROMOTIONS_FIELD_NUMBER: _ClassVar[int]
    LOST_PROMOTIONS_FIELD_NUMBER: _ClassVar[int]
    RULE_DURATION_FIELD_NUMBER: _ClassVar[int]
    UNMET_PROMOTIONS_FIELD_NUMBER: _ClassVar[int]
    UNMET_PROMOTION_COUNT_FIELD_NUMBER: _ClassVar[int]
    as_of: _plan_pb2.AsOf
    order_id: str
    order_version: int
    rule_version: int
    decide_time: _timestamp_pb2.Timestamp
    verdict: Verdict
    stages: _containers.RepeatedCompositeFieldContainer[StageRecord]
    granted_promotions: _containers.RepeatedCompositeFieldContainer[_promotion_pb2.GrantedPromotion]
    lost_promotions: _containers.RepeatedCompositeFieldContainer[_promotion_pb2.LostPromotion]
    rule_duration: _duration_pb2.Duration
    unmet_promotions: _containers.RepeatedCompositeFieldContainer[_promotion_pb2.LostPromotion]
    unmet_promotion_count: int
    def __init__(self, as_of: _Optional[_Union[_plan_pb2.AsOf, _Mapping]] = ..., order_id: _Optional[str] = ..., order_version: _Optional[int] = ..., rule_version: _Optional[int] = ..., decide_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., verdict: _Optional[_Union[Verdict, str]] = ..., stages: _Optional[_Iterable[_Union[StageRecord, _Mapping]]] = ..., granted_promotions: _Optional[_Iterable[_Union[_promotion_pb2.GrantedPromotion, _Mapping]]] = ..., lost_promotions: _Optional[_Iterable[_Union[_promotion_pb2.LostPromotion, _Mapping]]] = ..., rule_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., unmet_promotions: _Optional[_Iterable[_Union[_promotion_pb2.LostPromotion, _Mapping]]] = ..., unmet_promotion_count: _Optional[int] = ...) -> None: ...

class ReplayDecisionRequest(_message.Message):
    __slots__ = ("order_id", "order_version")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_VERSION_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    order_version: int
    def __init__(self, order_id: _Optional[str] = ..., order_version: _Optional[int] = ...) -> None: ...

class Replayed(_message.Message):
    __slots__ = ("rule_version", "verdict", "fired", "promotions", "lost_promotions", "lost_promotion_count", "reasons")
    RULE_VERSION_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    FIRED_FIELD_NUMBER: _ClassVar[int]
    PROMOTIONS_FIELD_NUMBER: _ClassVar[int]
    LOST_PROMOTIONS_FIELD_NUMBER: _ClassVar[int]
    LOST_PROMOTION_COUNT_FIELD_NUMBER: _ClassVar[int]
    REASONS_FIELD_NUMBER: _ClassVar[int]
    rule_version: int
    verdict: Verdict
    fired: _containers.RepeatedCompositeFieldContainer[FiredRule]
    promotions: _containers.RepeatedCompositeFieldContainer[PromotionFen]
    lost_promotions: _containers.RepeatedCompositeFieldContainer[_promotion_pb2.LostPromotion]
    lost_promotion_count: int
    reasons: _containers.RepeatedCompositeFieldContainer[Told]
    def __init__(self, rule_version: _Optional[int] = ..., verdict: _Optional[_Union[Verdict, str]] = ..., fired: _Optional[_Iterable[_Union[FiredRule, _Mapping]]] = ..., promotions: _Optional[_Iterable[_Union[PromotionFen, _Mapping]]] = ..., lost_promotions: _Optional[_Iterable[_Union[_promotion_pb2.LostPromotion, _Mapping]]] = ..., lost_promotion_count: _Optional[int] = ..., reasons: _Optional[_Iterable[_Union[Told, _Mapping]]] = ...) -> None: ...

class ReplayDecisionResponse(_message.Message):
    __slots__ = ("as_of", "order_id", "order_version", "recorded", "then", "same", "today", "gone", "fires", "read_today")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_VERSION_FIELD_NUMBER: _ClassVar[int]
    RECORDED_FIELD_NUMBER: _ClassVar[int]
    THEN_FIELD_NUMBER: _ClassVar[int]
    SAME_FIELD_NUMBER: _ClassVar[int]
    TODAY_FIELD_NUMBER: _ClassVar[int]
    GONE_FIELD_NUMBER: _ClassVar[int]
    FIRES_FIELD_NUMBER: _ClassVar[int]
    READ_TODAY_FIELD_NUMBER: _ClassVar[int]
    as_of: _plan_pb2.AsOf
    order_id: str
    order_version: int
    recorded: Replayed
    then: Replayed
    same: bool
    today: Replayed
    gone: _containers.RepeatedCompositeFieldContainer[Told]
    fires: _containers.RepeatedCompositeFieldContainer[Told]
    read_today: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, as_of: _Optional[_Union[_plan_pb2.AsOf, _Mapping]] = ..., order_id: _Optional[str] = ..., order_version: _Optional[int] = ..., recorded: _Optional[_Union[Replayed, _Mapping]] = ..., then: _Optional[_Union[Replayed, _Mapping]] = ..., same: _Optional[bool] = ..., today: _Optional[_Union[Replayed, _Mapping]] = ..., gone: _Optional[_Iterable[_Union[Told, _Mapping]]] = ..., fires: _Optional[_Iterable[_Union[Told, _Mapping]]] = ..., read_today: _Optional[_Iterable[str]] = ...) -> None: ...
