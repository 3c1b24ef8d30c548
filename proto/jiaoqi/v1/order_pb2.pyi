import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ShipMode(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SHIP_MODE_UNSPECIFIED: _ClassVar[ShipMode]
    SHIP_MODE_BY_LINE: _ClassVar[ShipMode]
    SHIP_MODE_COMPLETE: _ClassVar[ShipMode]
    SHIP_MODE_PART_BY_DATE: _ClassVar[ShipMode]
SHIP_MODE_UNSPECIFIED: ShipMode
SHIP_MODE_BY_LINE: ShipMode
SHIP_MODE_COMPLETE: ShipMode
SHIP_MODE_PART_BY_DATE: ShipMode

class Order(_message.Message):
    __slots__ = ("id", "customer_id", "lines", "channel_id", "salesperson", "priority", "attributes", "documents", "region", "carrier_id", "ship_mode")
    class AttributesEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_ID_FIELD_NUMBER: _ClassVar[int]
    SALESPERSON_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    ATTRIBUTES_FIELD_NUMBER: _ClassVar[int]
    DOCUMENTS_FIELD_NUMBER: _ClassVar[int]
    REGION_FIELD_NUMBER: _ClassVar[int]
    CARRIER_ID_FIELD_NUMBER: _ClassVar[int]
    SHIP_MODE_FIELD_NUMBER: _ClassVar[int]
    id: str
    customer_id: str
    lines: _containers.RepeatedCompositeFieldContainer[OrderLine]
    channel_id: str
    salesperson: str
    priority: int
    attributes: _containers.ScalarMap[str, str]
    documents: _containers.RepeatedCompositeFieldContainer[Document]
    region: str
    carrier_id: str
    ship_mode: ShipMode
    def __init__(self, id: _Optional[str] = ..., customer_id: _Optional[str] = ..., lines: _Optional[_Iterable[_Union[OrderLine, _Mapping]]] = ..., channel_id: _Optional[str] = ..., salesperson: _Optional[str] = ..., priority: _Optional[int] = ..., attributes: _Optional[_Mapping[str, str]] = ..., documents: _Optional[_Iterable[_Union[Document, _Mapping]]] = ..., region: _Optional[str] = ..., carrier_id: _Optional[str] = ..., ship_mode: _Optional[_Union[ShipMode, str]] = ...) -> None: ...

class Document(_message.Message):
    __slots__ = ("name", "location")
    NAME_FIELD_NUMBER: _ClassVar[int]
    LOCATION_FIELD_NUMBER: _ClassVar[int]
    name: str
    location: str
    def __init__(self, name: _Optional[str] = ..., location: _Optional[str] = ...) -> None: ...

class OrderLine(_message.Message):
    __slots__ = ("line_no", "item_id", "quantity", "requested_time", "latest_time", "unit_price_fen", "discount_fen", "least_quantity", "most_quantity", "allow_substitutes", "part_of_line_no")
    LINE_NO_FIELD_NUMBER: _ClassVar[int]
    ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    REQUESTED_TIME_FIELD_NUMBER: _ClassVar[int]
    LATEST_TIME_FIELD_NUMBER: _ClassVar[int]
    UNIT_PRICE_FEN_FIELD_NUMBER: _ClassVar[int]
    DISCOUNT_FEN_FIELD_NUMBER: _ClassVar[int]
    LEAST_QUANTITY_FIELD_NUMBER: _ClassVar[int]
    MOST_QUANTITY_FIELD_NUMBER: _ClassVar[int]
    ALLOW_SUBSTITUTES_FIELD_NUMBER: _ClassVar[int]
    PART_OF_LINE_NO_FIELD_NUMBER: _ClassVar[int]
    line_no: int
    item_id: str
    quantity: int
    requested_time: _timestamp_pb2.Timestamp
    latest_time: _timestamp_pb2.Timestamp
    unit_price_fen: int
    discount_fen: int
    least_quantity: int
    most_quantity: int
    allow_substitutes: bool
    part_of_line_no: int
    def __init__(self, line_no: _Optional[int] = ..., item_id: _Optional[str] = ..., quantity: _Optional[int] = ..., requested_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., latest_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., unit_price_fen: _Optional[int] = ..., discount_fen: _Optional[int] = ..., least_quantity: _Optional[int] = ..., most_quantity: _Optional[int] = ..., allow_substitutes: _Optional[bool] = ..., part_of_line_no: _Optional[int] = ...) -> None: ...
