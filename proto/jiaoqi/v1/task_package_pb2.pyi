import datetime

from google.protobuf import duration_pb2 as _duration_pb2
from jiaoqi.v1 import order_pb2 as _order_pb2
from jiaoqi.v1 import plan_pb2 as _plan_pb2
from jiaoqi.v1 import promise_pb2 as _promise_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class TaskPackage(_message.Message):
    __slots__ = ("promise", "customer_name", "lines", "moulds", "documents")
    PROMISE_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_NAME_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    MOULDS_FIELD_NUMBER: _ClassVar[int]
    DOCUMENTS_FIELD_NUMBER: _ClassVar[int]
    promise: _promise_pb2.Promise
    customer_name: str
    lines: _containers.RepeatedCompositeFieldContainer[PackageLine]
    moulds: _containers.RepeatedCompositeFieldContainer[PackageMould]
    documents: _containers.RepeatedCompositeFieldContainer[PackageDocument]
    def __init__(self, promise: _Optional[_Union[_promise_pb2.Promise, _Mapping]] = ..., customer_name: _Optional[str] = ..., lines: _Optional[_Iterable[_Union[PackageLine, _Mapping]]] = ..., moulds: _Optional[_Iterable[_Union[PackageMould, _Mapping]]] = ..., documents: _Optional[_Iterable[_Union[PackageDocument, _Mapping]]] = ...) -> None: ...

class PackageLine(_message.Message):
    __slots__ = ("line_no", "item_name", "unit", "lots", "delivered")
    LINE_NO_FIELD_NUMBER: _ClassVar[int]
    ITEM_NAME_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    LOTS_FIELD_NUMBER: _ClassVar[int]
    DELIVERED_FIELD_NUMBER: _ClassVar[int]
    line_no: int
    item_name: str
    unit: str
    lots: _containers.RepeatedCompositeFieldContainer[PackageLot]
    delivered: _containers.RepeatedCompositeFieldContainer[_promise_pb2.KitPart]
    def __init__(self, line_no: _Optional[int] = ..., item_name: _Optional[str] = ..., unit: _Optional[str] = ..., lots: _Optional[_Iterable[_Union[PackageLot, _Mapping]]] = ..., delivered: _Optional[_Iterable[_Union[_promise_pb2.KitPart, _Mapping]]] = ...) -> None: ...

class PackageLot(_message.Message):
    __slots__ = ("lot", "into_lot", "item_id", "item_name", "unit", "quantity", "routing_id", "steps", "materials")
    LOT_FIELD_NUMBER: _ClassVar[int]
    INTO_LOT_FIELD_NUMBER: _ClassVar[int]
    ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    ITEM_NAME_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    ROUTING_ID_FIELD_NUMBER: _ClassVar[int]
    STEPS_FIELD_NUMBER: _ClassVar[int]
    MATERIALS_FIELD_NUMBER: _ClassVar[int]
    lot: int
    into_lot: int
    item_id: str
    item_name: str
    unit: str
    quantity: int
    routing_id: str
    steps: _containers.RepeatedCompositeFieldContainer[PackageStep]
    materials: _containers.RepeatedCompositeFieldContainer[PackageMaterial]
    def __init__(self, lot: _Optional[int] = ..., into_lot: _Optional[int] = ..., item_id: _Optional[str] = ..., item_name: _Optional[str] = ..., unit: _Optional[str] = ..., quantity: _Optional[int] = ..., routing_id: _Optional[str] = ..., steps: _Optional[_Iterable[_Union[PackageStep, _Mapping]]] = ..., materials: _Optional[_Iterable[_Union[PackageMaterial, _Mapping]]] = ...) -> None: ...

class PackageStep(_message.Message):
    __slots__ = ("operation_id", "operation_name", "after_operation_ids", "lag_duration", "modes", "planned")
    OPERATION_ID_FIELD_NUMBER: _ClassVar[int]
    OPERATION_NAME_FIELD_NUMBER: _ClassVar[int]
    AFTER_OPERATION_IDS_FIELD_NUMBER: _ClassVar[int]
    LAG_DURATION_FIELD_NUMBER: _ClassVar[int]
    MODES_FIELD_NUMBER: _ClassVar[int]
    PLANNED_FIELD_NUMBER: _ClassVar[int]
    operation_id: str
    operation_name: str
    after_operation_ids: _containers.RepeatedScalarFieldContainer[str]
    lag_duration: _duration_pb2.Duration
    modes: _containers.RepeatedCompositeFieldContainer[PackageMode]
    planned: _promise_pb2.ChainStep
    def __init__(self, operation_id: _Optional[str] = ..., operation_name: _Optional[str] = ..., after_operation_ids: _Optional[_Iterable[str]] = ..., lag_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., modes: _Optional[_Iterable[_Union[PackageMode, _Mapping]]] = ..., planned: _Optional[_Union[_promise_pb2.ChainStep, _Mapping]] = ...) -> None: ...

class PackageMode(_message.Message):
    __slots__ = ("mode_id", "resource_id", "unit_count", "mould_id", "crew_id", "work_duration", "shot_count")
    MODE_ID_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_ID_FIELD_NUMBER: _ClassVar[int]
    UNIT_COUNT_FIELD_NUMBER: _ClassVar[int]
    MOULD_ID_FIELD_NUMBER: _ClassVar[int]
    CREW_ID_FIELD_NUMBER: _ClassVar[int]
    WORK_DURATION_FIELD_NUMBER: _ClassVar[int]
    SHOT_COUNT_FIELD_NUMBER: _ClassVar[int]
    mode_id: str
    resource_id: str
    unit_count: int
    mould_id: str
    crew_id: str
    work_duration: _duration_pb2.Duration
    shot_count: int
    def __init__(self, mode_id: _Optional[str] = ..., resource_id: _Optional[str] = ..., unit_count: _Optional[int] = ..., mould_id: _Optional[str] = ..., crew_id: _Optional[str] = ..., work_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., shot_count: _Optional[int] = ...) -> None: ...

class PackageMaterial(_message.Message):
    __slots__ = ("item_id", "item_name", "unit", "per_piece_micro", "supplies")
    ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    ITEM_NAME_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    PER_PIECE_MICRO_FIELD_NUMBER: _ClassVar[int]
    SUPPLIES_FIELD_NUMBER: _ClassVar[int]
    item_id: str
    item_name: str
    unit: str
    per_piece_micro: int
    supplies: _containers.RepeatedCompositeFieldContainer[_promise_pb2.KitPart]
    def __init__(self, item_id: _Optional[str] = ..., item_name: _Optional[str] = ..., unit: _Optional[str] = ..., per_piece_micro: _Optional[int] = ..., supplies: _Optional[_Iterable[_Union[_promise_pb2.KitPart, _Mapping]]] = ...) -> None: ...

class PackageMould(_message.Message):
    __slots__ = ("mould_id", "name", "cavity_count", "cycle_duration", "resource_ids", "maintenance_shot_count", "state")
    MOULD_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    CAVITY_COUNT_FIELD_NUMBER: _ClassVar[int]
    CYCLE_DURATION_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_IDS_FIELD_NUMBER: _ClassVar[int]
    MAINTENANCE_SHOT_COUNT_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    mould_id: str
    name: str
    cavity_count: int
    cycle_duration: _duration_pb2.Duration
    resource_ids: _containers.RepeatedScalarFieldContainer[str]
    maintenance_shot_count: int
    state: _plan_pb2.MouldState
    def __init__(self, mould_id: _Optional[str] = ..., name: _Optional[str] = ..., cavity_count: _Optional[int] = ..., cycle_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., resource_ids: _Optional[_Iterable[str]] = ..., maintenance_shot_count: _Optional[int] = ..., state: _Optional[_Union[_plan_pb2.MouldState, _Mapping]] = ...) -> None: ...

class PackageDocument(_message.Message):
    __slots__ = ("subject_id", "document")
    SUBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    subject_id: str
    document: _order_pb2.Document
    def __init__(self, subject_id: _Optional[str] = ..., document: _Optional[_Union[_order_pb2.Document, _Mapping]] = ...) -> None: ...
