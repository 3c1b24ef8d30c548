import datetime

from google.protobuf import duration_pb2 as _duration_pb2
from jiaoqi.v1 import promise_service_pb2 as _promise_service_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ImportOrdersRequest(_message.Message):
    __slots__ = ("promise",)
    PROMISE_FIELD_NUMBER: _ClassVar[int]
    promise: _promise_service_pb2.PromiseRequest
    def __init__(self, promise: _Optional[_Union[_promise_service_pb2.PromiseRequest, _Mapping]] = ...) -> None: ...

class ImportOrdersResponse(_message.Message):
    __slots__ = ("index", "promise", "failure")
    INDEX_FIELD_NUMBER: _ClassVar[int]
    PROMISE_FIELD_NUMBER: _ClassVar[int]
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    index: int
    promise: _promise_service_pb2.PromiseResponse
    failure: ImportFailure
    def __init__(self, index: _Optional[int] = ..., promise: _Optional[_Union[_promise_service_pb2.PromiseResponse, _Mapping]] = ..., failure: _Optional[_Union[ImportFailure, _Mapping]] = ...) -> None: ...

class ImportFailure(_message.Message):
    __slots__ = ("code", "reason", "message", "problems", "retry_delay")
    CODE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    PROBLEMS_FIELD_NUMBER: _ClassVar[int]
    RETRY_DELAY_FIELD_NUMBER: _ClassVar[int]
    code: str
    reason: str
    message: str
    problems: _containers.RepeatedCompositeFieldContainer[ImportProblem]
    retry_delay: _duration_pb2.Duration
    def __init__(self, code: _Optional[str] = ..., reason: _Optional[str] = ..., message: _Optional[str] = ..., problems: _Optional[_Iterable[_Union[ImportProblem, _Mapping]]] = ..., retry_delay: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class ImportProblem(_message.Message):
    __slots__ = ("field", "problem")
    FIELD_FIELD_NUMBER: _ClassVar[int]
    PROBLEM_FIELD_NUMBER: _ClassVar[int]
    field: str
    problem: str
    def __init__(self, field: _Optional[str] = ..., problem: _Optional[str] = ...) -> None: ...
