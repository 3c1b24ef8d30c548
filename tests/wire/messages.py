"""Messages for the property tests: plausible, extreme, and broken ones."""

from random import Random

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message_factory import GetMessageClass

STRINGS = (
    "", "cap", "box", "lid", "M1", "CAP", "shop", "PO-1", "PO-1:1", "C", "x" * 64, "x" * 65, "x" * 5000, " a", "a\n",
    "\0", "交期", "\u202e", "𐍈" * 40, "reasons", "load", "mould_state", "*", "promise", "MDow", "plant.toml",
    "items.csv",
)  # fmt: skip
INTEGERS = (0, 1, 2, 3, 5, 100, 1000, 10_001, -1, 2**31 - 1, -(2**31))
LONGS = (*INTEGERS, 7_258_118_399, 7_258_118_400, 2**53, 2**62, 2**63 - 1, -(2**63))
CONTENTS = (b"", b"\xff\xfe", b"item,name\ncap,Cap\n", b'[plant]\nid = "shop"\n', b"a" * 3000, b'item\n"\n')


SENSIBLE = {
    "id": tuple(f"PO-{number}" for number in range(12)),
    "order_id": tuple(f"PO-{number}" for number in range(12)),
    "customer_id": ("C-1", "C-2"),
    "order_ids": tuple(f"PO-{number}" for number in range(12)),
    "customer_ids": ("C-1", "C-2"),
    "channel_ids": ("shop",),
    "priority_from": (0, 1, 3),
    "priority_to": (0, 5, 9),
    "item_id": ("cap", "cap-white", "lid", "lid-any", "box"),
    "quantity": (1, 60, 500, 2000),
    "line_no": tuple(range(1, 40)),
    "seconds": tuple(range(1_772_409_600, 1_774_000_000, 36_000)),
    "nanos": (0,),
    "request_id": tuple(f"r-{number}" for number in range(200)),
    "paths": ("reasons", "load", "mould_state", "options", "promise", "*"),
    "page_size": (0, 1, 3),
    "page_token": ("",),
    "etag": ("",),
    "reason": ("", "the customer's wish"),
    "quote_id": ("",),
    "channel_id": ("", "shop"),
    "salesperson": ("", "Li"),
    "priority": (0, 1, 5, 9),
    "resource_ids": ("M1", "M2", "TABLE"),
    "mould_ids": ("CAP", "LID"),
    "item_ids": ("cap", "cap-white", "lid", "lid-any", "box"),
    "location": ("//plm/drawing.pdf", "https://archive/4711"),
    "unit_price_fen": (0, 1250),
    "discount_fen": (0, 5),
    "least_quantity": (0, 1),
    "most_quantity": (0, 2000),
    "after_sequence": (0, 1),
    "name": ("plant.toml", "items.csv"),
    "region": ("", "north"),
    "carrier_id": ("",),
    "part_of_line_no": (0,),
    "grade": ("A", "B"),
    "receipt_id": ("R-1", "R-2"),
    "confidence_percent": (0, 50, 100),
    "purchase_ids": ("PO-1/1/cap",),
    "credit_limit_fen": (0, 10**8),
    "receivables_fen": (-5, 0, 10**6),
    "overdue_count": (0, 2),
    "overdue_days": (0, 30),
    "subject_id": ("M1", "M2", "CAP", "LID", "PACKERS", "SETTER", "long"),
    "disruption_id": ("", "D-1", "D-2", "D-3"),
    "source": ("", "MES"),
    "operation_key": (0, 0, 1, 2, 3),
    "operation_id": ("mould", "trim"),
    "good_count": (0, 10, 200),
    "scrapped_count": (0, 3),
    "shot_count": (0, 50),
    "resource_id": ("", "M1"),
    "key": (0, 1, 2, 3),
    "max_broken_count": (0, 100),
    "plan_version": (0,),
    # Most of what breaks is told without a quantity, and happens to no order.
    "ReportDisruptionRequest.quantity": (0, 0, 0, 1),
    "AmendDisruptionRequest.quantity": (0, 0, 0, 1),
    "ReportDisruptionRequest.region": ("",),
    "ReportDisruptionRequest.line_no": (0, 0, 0, 1),
    "ReportDisruptionRequest.operation_id": ("",),
}
RARE = {
    "latest_time": 0.2, "expire_time": 0.1, "as_quoted_time": 0.2, "to_time": 0.3, "name": 1.0, "issues": 0.1,
    "arrivals": 0.1, "new_line_no": 0.3, "removed_receipt_ids": 0.1, "behind": 0.1, "work_centres": 0.02,
    "purchase_ids": 0.1,
    "start_time": 0.2, "expected_end_time": 0.3, "ended_time": 0.2,
    "ReportDisruptionRequest.requested_time": 0.05, "ReportDisruptionRequest.quantity": 0.2,
    "ReportDisruptionRequest.expected_end_time": 0.05, "AmendDisruptionRequest.expected_end_time": 0.05,
    "AmendDisruptionRequest.quantity": 0.2,
}  # fmt: skip
"""How often a field is set in sensible messages, where it isn't most times."""


def fill(message, rng: Random, wild: float, depth: int = 0) -> None:
    """Set most fields of a message; with `wild` 0 to what makes sense, with 1 to whatever the types allow."""
    for field in message.DESCRIPTOR.fields:
        usual = RARE.get(field.name, 1 - wild / 4)
        if rng.random() > RARE.get(f"{message.DESCRIPTOR.name}.{field.name}", usual):
            continue
        if field.message_type is not None and field.message_type.GetOptions().map_entry:
            for _ in range(rng.randrange(3)):
                getattr(message, field.name)[rng.choice(STRINGS if wild else ("rush",))] = rng.choice(STRINGS)
        elif field.is_repeated:
            counts = (0, 1, 2, 3, 250) if rng.random() < wild and depth < 2 else (1, 1, 2)
            for _ in range(rng.choice(counts)):
                _append(getattr(message, field.name), field, rng, wild, depth)
        elif field.message_type is not None:
            fill(getattr(message, field.name), rng, wild, depth + 1)
            getattr(message, field.name).SetInParent()
        else:
            setattr(message, field.name, value(field, rng, wild))


def _append(target, field, rng: Random, wild: float, depth: int) -> None:
    if field.message_type is not None:
        fill(target.add(), rng, wild, depth + 1)
    else:
        target.append(value(field, rng, wild))


def value(field, rng: Random, wild: float):
    """One scalar."""
    if field.type == FieldDescriptor.TYPE_BOOL:
        return rng.random() < 0.5
    if rng.random() >= wild:
        if field.enum_type is not None:
            return rng.choice(field.enum_type.values).number
        known = SENSIBLE.get(f"{field.containing_type.name}.{field.name}") or SENSIBLE.get(field.name)
        if known:
            return rng.choice(known)
    if field.type == FieldDescriptor.TYPE_STRING:
        return rng.choice(STRINGS)
    if field.type == FieldDescriptor.TYPE_BYTES:
        return rng.choice(CONTENTS)
    return rng.choice(LONGS if field.cpp_type == FieldDescriptor.CPPTYPE_INT64 else INTEGERS)


def broken(raw: bytes, rng: Random) -> bytes:
    """Bytes with some of them changed, cut, doubled, or not UTF-8 any more."""
    found = bytearray(raw)
    for _ in range(rng.randrange(1, 6)):
        at = rng.randrange(len(found) + 1)
        kind = rng.randrange(5)
        if kind == 0 and found:
            found[at % len(found)] = rng.randrange(256)
        elif kind == 1:
            del found[at:]
        elif kind == 2:
            found[at:at] = rng.randbytes(rng.randrange(1, 12))
        elif kind == 3:
            found += found[at:]
        else:
            found[at:at] = b"\x0a\x03\xff\xc0\x80"
    return bytes(found)


def methods(*files):
    """All methods of schema files, as (path, class of the request, whether it streams)."""
    return [
        (f"/{service.full_name}/{method.name}", GetMessageClass(method.input_type), method.server_streaming)
        for file in files
        for service in file.services_by_name.values()
        for method in service.methods
    ]


def request(kind, rng: Random) -> bytes:
    """The bytes of one request: sensible, wild, broken, or noise."""
    if rng.random() < 0.1:
        return rng.randbytes(rng.choice((0, 1, 7, 50, 4000)))
    message = kind()
    fill(message, rng, rng.choice((0, 0, 0.03, 0.2, 1)))
    raw = message.SerializeToString()
    return broken(raw, rng) if rng.random() < 0.3 else raw
