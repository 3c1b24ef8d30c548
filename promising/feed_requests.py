"""Feeds: changes of a few rows of the standing plant, each feed in one commit."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from msgspec import Struct

from domain.supply import OnHand
from promising.requests import check_request


class ReceiptChange(Struct, frozen=True):
    """A receipt as it is to be; None stands for what it is now, and a new receipt needs item, quantity and time.

    `purchases` are the planned purchases whose places it takes, by their ids.
    """

    id: str
    item_id: str | None = None
    quantity: int | None = None
    time: datetime | None = None
    confidence_percent: int | None = None
    purchases: tuple[str, ...] = ()


class Arrival(Struct, frozen=True):
    """Goods of a receipt that came in at `time`; 0 is its whole quantity, and with less the rest is still to come."""

    receipt_id: str
    time: datetime
    quantity: int = 0


class Issue(Struct, frozen=True):
    """Goods that left the stock for an order line at `time`: of one item or (empty) all that it holds; 0 is all."""

    order_id: str
    line_no: int
    time: datetime
    item_id: str = ""
    quantity: int = 0


class CustomerChange(Struct, frozen=True):
    """A customer as it is to be; None stands for what it is now, for a new customer for none. Money in fen."""

    id: str
    name: str | None = None
    region: str | None = None
    grade: str | None = None
    credit_limit_fen: int | None = None
    receivables_fen: int | None = None
    overdue_count: int | None = None
    overdue_days: int | None = None
    carrier_id: str | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """Rows to change, all or none. `deadline` is in seconds of the monotonic clock (None: no hurry)."""

    request_id: str
    caller: str = ""
    stock: tuple[OnHand, ...] = ()
    issues: tuple[Issue, ...] = ()
    receipts: tuple[ReceiptChange, ...] = ()
    arrivals: tuple[Arrival, ...] = ()
    removed_receipts: tuple[str, ...] = ()
    customers: tuple[CustomerChange, ...] = ()
    validate_only: bool = False
    deadline: float | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        check_request(self.request_id, self.caller)


class FeedAnswer(Struct, frozen=True):
    """What a feed changes, as text (`stock: ~ cap (quantity: 500 -> 480)`); `applied` is False for `validate_only`."""

    changes: tuple[str, ...]
    applied: bool
