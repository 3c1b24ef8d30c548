"""What customers are told when a plan changes: ready for a message, in Chinese and in English."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from google.protobuf.timestamp_pb2 import Timestamp

from client.catalogue import texts
from jiaoqi.v1 import plan_service_pb2 as pb


@dataclass(frozen=True, slots=True)
class Notice:
    """What one customer is told of one line."""

    customer_id: str
    order_id: str
    line_no: int
    zh: str
    en: str


def notices_of(lines: Iterable[pb.ProposedLine], words: Callable[[Timestamp], str]) -> Iterator[Notice]:
    """A message for each line; `words` says a time in the plant's zone."""
    for line in lines:
        values = {
            "order": line.order_id, "line": line.line_no, "item": line.item_id, "quantity": line.quantity,
            "before": words(line.promised_before_time), "after": words(line.promised_after_time),
            "expected": words(line.expected_after_time), "of": line.part_of,
        }  # fmt: skip
        zh, en = (text.format(**values) for text in texts(_key(line)))
        yield Notice(line.customer_id, line.order_id, line.line_no, zh, en)


def _key(line: pb.ProposedLine) -> str:
    if line.part_of:
        return "notice.rest"
    if line.promised_after_time != line.promised_before_time:
        earlier = line.promised_after_time.ToNanoseconds() < line.promised_before_time.ToNanoseconds()
        return "notice.earlier" if earlier else "notice.moved"
    late = line.expected_after_time.ToNanoseconds() > line.promised_after_time.ToNanoseconds()
    return "notice.late" if late else "notice.in_time"
