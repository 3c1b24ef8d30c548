"""Finished stock and receipts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.checks import check_id, check_range, check_utc
from domain.items import QUANTITY_MAX


@dataclass(frozen=True, slots=True)
class OnHand:
    """Stock counted at `as_of`; consumption reported before it is included."""

    item_id: str
    quantity: int
    as_of: datetime

    def __post_init__(self) -> None:
        check_id("item", self.item_id)
        check_range("quantity", self.quantity, 0, QUANTITY_MAX)
        check_utc("as_of", self.as_of)


@dataclass(frozen=True, slots=True)
class Receipt:
    """A quantity expected at `time`; `confidence_percent` below the plant's threshold does not count."""

    id: str
    item_id: str
    quantity: int
    time: datetime
    confidence_percent: int = 100

    def __post_init__(self) -> None:
        check_id("receipt", self.id)
        check_id("item", self.item_id)
        check_range("quantity", self.quantity, 1, QUANTITY_MAX)
        check_range("confidence_percent", self.confidence_percent, 0, 100)
        check_utc("time", self.time)
